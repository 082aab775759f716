//! Proof chains (VC-DI §2.1.2): which proof stands on which, and in which order they can be judged.

use super::read::Proof;
use crate::{Code, Fault};

/// One proof in the order of judging: its place in the document, and the places of the proofs that it stands on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) index: usize,
    /// In the order of the document, as VC-DI §4.5 step 3.2 collects them.
    pub(super) previous: Vec<usize>,
}

/// The proofs in an order in which each comes after those that it names in `previousProof`.
///
/// # Errors
/// [`Code::ProofChainMissing`], [`Code::ProofChainCycle`].
pub(super) fn order(proofs: &[Proof<'_, '_>]) -> Result<Vec<Step>, Fault> {
    let mut waiting = Vec::with_capacity(proofs.len());
    for (index, proof) in proofs.iter().enumerate() {
        waiting.push(Step { index, previous: named(&proof.previous, proofs, &proof.pointer)? });
    }
    if waiting.iter().all(|step| step.previous.is_empty()) {
        return Ok(waiting);
    }
    let mut ordered: Vec<Step> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = waiting
            .iter()
            .position(|step| step.previous.iter().all(|before| ordered.iter().any(|done| done.index == *before)));
        match ready {
            Some(at) => ordered.push(waiting.remove(at)),
            None => return Err(Fault::new(Code::ProofChainCycle).at("/proof")),
        }
    }
    Ok(ordered)
}

/// The places of the proofs with these ids; every id must be there (VC-DI §4.3 step 4, §4.5 step 3.2).
pub(super) fn named(ids: &[&str], proofs: &[Proof<'_, '_>], pointer: &str) -> Result<Vec<usize>, Fault> {
    if let Some(missing) = ids.iter().find(|id| !proofs.iter().any(|proof| proof.id == Some(id))) {
        return Err(Fault::new(Code::ProofChainMissing).at(format!("{pointer}/previousProof")).about(*missing));
    }
    let is_named = |proof: &Proof<'_, '_>| proof.id.is_some_and(|id| ids.contains(&id));
    Ok(proofs.iter().enumerate().filter(|(_, proof)| is_named(proof)).map(|(index, _)| index).collect())
}
