//! What a showing tells beside the document in it: a pseudonym, and how the nodes without an id are numbered.

use super::{DeriveOptions, bbs_2020, bbs_2023, cbor};
use crate::Fault;
use crate::bbs::pseudonym::PSEUDONYM_BYTES;
use crate::json::{Object, Value};
use crate::jsonld::Contexts;
use crate::proof::read;
use crate::proof::suite::Suite;

/// A pseudonym that a derived proof shows (VC-DI-BBS §3.5.2): the same credential shows the same one in the same domain, and
/// nobody can tie it to that of another domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownPseudonym {
    /// For whom it is (`nym_domain`).
    pub domain: String,
    /// The pseudonym itself, a compressed point of G1.
    pub bytes: [u8; PSEUDONYM_BYTES],
}

/// Nodes without an id whose numbers are the credential's own: of so many, so many are shown, each with its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Arrangement {
    pub(crate) shown: usize,
    pub(crate) of: usize,
}

impl Arrangement {
    /// In how many ways the shown nodes can be numbered.
    pub(crate) fn ways(self) -> u64 {
        let choices = |taken: usize| u64::try_from(self.of.saturating_sub(taken)).unwrap_or(u64::MAX);
        (0..self.shown).map(choices).fold(1, u64::saturating_mul)
    }
}

/// The pseudonym of a proof, if it shows one.
pub(crate) fn pseudonym_of(proof: &Object<'_>) -> Option<ShownPseudonym> {
    bbs_2023::pseudonym_of(&value_of(proof, Suite::Bbs2023)?)
}

/// The numbers that a derived proof shows, as far as it tells by itself whether they are the credential's own. `document` is
/// the one that it secures.
pub(crate) fn arrangement_of(proof: &Object<'_>, document: &Object<'_>) -> Option<Arrangement> {
    if proof.get("type").and_then(Value::as_str) == Some(Suite::BbsBlsSignatureProof2020.name()) {
        return bbs_2020::arrangement_of(document);
    }
    bbs_2023::arrangement_of(&value_of(proof, Suite::Bbs2023)?)
}

/// The numbers that a showing by these options would show, of a credential with a base proof of the suite; `None` where they
/// say nothing but the credential's form, or are none.
///
/// # Errors
/// As [`super::derive`].
pub(crate) fn arrangement(
    document: &Object<'_>,
    suite: Suite,
    options: &DeriveOptions,
    contexts: &Contexts<'_>,
) -> Result<Option<Arrangement>, Fault> {
    let proofs = read::proofs(document)?;
    let Some(proof) = proofs.iter().find(|proof| proof.suite == Some(suite)) else { return Ok(None) };
    let mut bare = document.clone();
    bare.remove("proof");
    match suite {
        Suite::Bbs2023 => bbs_2023::arrangement(&bare, &cbor::decode(proof.value)?, &options.reveal, contexts),
        Suite::BbsBlsSignature2020 => bbs_2020::arrangement(&bare, options, contexts),
        // The others show the same signatures each time, so that nothing is left to be told.
        _ => Ok(None),
    }
}

fn value_of(proof: &Object<'_>, suite: Suite) -> Option<Vec<u8>> {
    let text = |name| proof.get(name).and_then(Value::as_str);
    let value = text("proofValue").filter(|_| text("cryptosuite") == Some(suite.name()))?;
    cbor::decode(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_ways_of_numbering() {
        for (shown, of, ways) in [(0, 9, 1), (1, 1, 1), (1, 8, 8), (3, 8, 336), (8, 8, 40_320), (100, 100, u64::MAX)] {
            assert_eq!(Arrangement { shown, of }.ways(), ways, "{shown} of {of}");
        }
    }
}
