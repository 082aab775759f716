//! Judging the proofs of a document (VC-DI §4.4, §4.5).

use super::authority::{self, Authority};
use super::chain::{self, Step};
use super::read::{self, Proof};
use super::selective::{self, bbs_2020};
use super::suite::{Suite, Transformation};
use super::transform::{Covered, Secured, options_dataset};
use super::{Expected, ProofOutcome, SignatureTask, World};
use crate::encoding::multibase58_decode;
use crate::json::Object;
use crate::keys::SignatureAlgorithm;
use crate::{Code, Fault};

/// Judges every proof of a secured document (a credential or presentation with `proof`).
///
/// # Errors
/// [`Code::ProofMissing`], or what makes the proofs as a whole unreadable: [`Code::ProofMalformed`],
/// [`Code::ProofDuplicateId`], [`Code::ProofChainCycle`], [`Code::ProofChainMissing`], `jsonld.*`; `rdf.*` for quads that
/// cost too much, whichever proof they belong to: the other proofs are not tried.
pub fn verify(
    document: &Object<'_>,
    expected: Expected<'_>,
    world: &mut World<'_>,
) -> Result<Vec<ProofOutcome>, Fault> {
    let proofs = read::proofs(document)?;
    let mut secured = Secured::new(document, world.contexts);
    let mut outcomes: Vec<(usize, ProofOutcome)> = Vec::with_capacity(proofs.len());
    for step in chain::order(&proofs)? {
        let Some(proof) = proofs.get(step.index) else { continue };
        let previous: Vec<&Object<'_>> =
            step.previous.iter().filter_map(|index| proofs.get(*index)).map(|proof| proof.object).collect();
        let authority = match proof.suite {
            // It may name its key in a way that only its own specification knows.
            None if proof.verification_method.is_empty() => Authority::none(unsupported(proof)),
            _ => authority::find(proof.verification_method, expected, proof.created_at, world),
        };
        let mut undisclosed = Vec::new();
        let mut signature = match proof.suite {
            Some(suite) if suite.transformation() == Transformation::Statements => {
                judge_statements(document, proof, expected, &authority, world).map(|found| undisclosed = found)
            }
            _ => judge(proof, &previous, expected, &authority, &mut secured, world)?,
        };
        if let Err(fault) = &signature
            && fault.code().as_str().starts_with("rdf.")
        {
            return Err(fault.clone());
        }
        // VC-DI §2.1.2: a proof in a chain holds only if those that it stands on hold.
        if signature.is_ok() {
            signature = broken_link(&step, &outcomes).map_or(Ok(()), Err);
        }
        outcomes.push((step.index, ProofOutcome { undisclosed, ..outcome(proof, signature, authority) }));
    }
    outcomes.sort_unstable_by_key(|(index, _)| *index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

/// The finding on a proof's signature; an error of its own only where the document cannot be read as its contexts say.
fn judge(
    proof: &Proof<'_, '_>,
    previous: &[&Object<'_>],
    expected: Expected<'_>,
    authority: &Authority,
    secured: &mut Secured<'_, '_, '_>,
    world: &mut World<'_>,
) -> Result<Result<(), Fault>, Fault> {
    let Some(suite) = proof.suite else {
        #[cfg(feature = "long-tail")]
        if let Some(suite) = super::long_tail::LongTail::of(proof) {
            return super::long_tail::judge(suite, secured.document(), proof, expected, authority, world);
        }
        return Ok(Err(unsupported(proof).at(proof.pointer.as_str())));
    };
    let covered = match secured.cover(suite, proof, previous) {
        Ok(covered) => covered,
        Err(fault) if fault.code() == Code::ProofContext => return Ok(Err(fault)),
        Err(fault) => return Err(fault),
    };
    let mut signature = || {
        check_options(proof, expected, world)?;
        if suite.is_selective() && !proof.previous.is_empty() {
            return Err(malformed(proof, "previousProof"));
        }
        if suite.is_selective() && !world.as_holder && selective::is_base(suite, proof.value) {
            return Err(placed(Code::ProofBase.into(), proof));
        }
        let method = authority.method.as_ref().map_err(|fault| fault.clone().at(proof.pointer.as_str()))?;
        let misfit = || Fault::new(Code::KeyWrongSuite).at(proof.pointer.as_str()).about(suite.name());
        if !suite.fits(method.key.key_type()) {
            return Err(misfit());
        }
        if let (true, Covered::Quads { options, .. }) = (suite.is_selective(), &covered) {
            let claimed = secured.claimed(proof.value, options, &method.key, world.as_holder)?;
            return selective::verify(suite, &claimed, world.checker).map_err(|fault| placed(fault, proof));
        }
        let (algorithm, hash) = suite.scheme(method.key.key_type()).ok_or_else(misfit)?;
        let signature = proof_value(proof, algorithm)?;
        let message = secured.hash_data(&covered, hash)?;
        let task = SignatureTask { key: &method.key, algorithm, message: &message, signature: &signature };
        world.checker.check(task).map_err(|fault| fault.at(proof.pointer.as_str()))
    };
    Ok(signature())
}

/// The finding on a proof of 2020: the members that a verdict needs and that a derived proof may hide.
fn judge_statements(
    document: &Object<'_>,
    proof: &Proof<'_, '_>,
    expected: Expected<'_>,
    authority: &Authority,
    world: &World<'_>,
) -> Result<Vec<&'static str>, Fault> {
    check_options(proof, expected, world)?;
    if !proof.previous.is_empty() {
        return Err(malformed(proof, "previousProof"));
    }
    let method = authority.method.as_ref().map_err(|fault| fault.clone().at(proof.pointer.as_str()))?;
    // The options are signed as `security/v2` reads them; the document's own contexts must say the same of them.
    if let Some(suite) = proof.suite {
        options_dataset(document, suite, proof, &world.contexts)?;
    }
    bbs_2020::verify(document, proof, &method.key, &world.contexts).map_err(|fault| placed(fault, proof))
}

/// A fault of selective disclosure, at the proof or its value.
fn placed(fault: Fault, proof: &Proof<'_, '_>) -> Fault {
    match fault.code() {
        Code::ProofSignatureInvalid | Code::KeyWrongSuite => fault.at(proof.pointer.as_str()),
        Code::ProofValueEncoding
        | Code::ProofBase
        | Code::ProofBinding
        | Code::ProofDisclosure
        | Code::DisclosurePointer => {
            // A pointer of a base proof that names nothing in the document: the two do not belong together.
            let fault = if fault.code() == Code::DisclosurePointer {
                Fault::new(Code::ProofDisclosure).about("mandatoryPointers")
            } else {
                fault
            };
            fault.at(format!("{}/proofValue", proof.pointer))
        }
        _ => fault,
    }
}

fn malformed(proof: &Proof<'_, '_>, key: &str) -> Fault {
    Fault::new(Code::ProofMalformed).at(format!("{}/{key}", proof.pointer)).about(key)
}

fn unsupported(proof: &Proof<'_, '_>) -> Fault {
    Fault::new(Code::ProofSuiteUnsupported).about(proof.suite_name)
}

/// What the options promise, beside the signature (VC-DI §4.4 steps 4 and 5, §2.1 on `created` and `expires`).
pub(super) fn check_options(proof: &Proof<'_, '_>, expected: Expected<'_>, world: &World<'_>) -> Result<(), Fault> {
    let fault = |code, key| Err(Fault::new(code).at(format!("{}/{key}", proof.pointer)));
    if proof.purpose != expected.purpose.name() {
        return fault(Code::ProofPurpose, "proofPurpose");
    }
    if proof.created_at.is_some_and(|created| created > world.now.plus_seconds(world.clock_skew_seconds)) {
        return fault(Code::ProofCreatedInFuture, "created");
    }
    if proof.expires_at.is_some_and(|expires| expires <= world.now) {
        return fault(Code::ProofExpired, "expires");
    }
    Ok(())
}

/// The signature's bytes: base58-btc multibase, of the one length that the algorithm has.
pub(super) fn proof_value(proof: &Proof<'_, '_>, algorithm: SignatureAlgorithm) -> Result<Vec<u8>, Fault> {
    let fault = || Fault::new(Code::ProofValueEncoding).at(format!("{}/proofValue", proof.pointer));
    let bytes = multibase58_decode(proof.value).map_err(|_| fault())?;
    if Some(bytes.len()) == signature_length(algorithm) { Ok(bytes) } else { Err(fault()) }
}

/// The bytes of a signature; `None` for an algorithm that no suite of ours has.
pub(super) const fn signature_length(algorithm: SignatureAlgorithm) -> Option<usize> {
    match algorithm {
        SignatureAlgorithm::EdDsa | SignatureAlgorithm::Es256 => Some(64),
        SignatureAlgorithm::Es384 => Some(96),
        SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256 => None,
    }
}

/// The fault of a proof that this one stands on.
fn broken_link(step: &Step, outcomes: &[(usize, ProofOutcome)]) -> Option<Fault> {
    outcomes.iter().filter(|(index, _)| step.previous.contains(index)).find_map(|(_, o)| o.signature.clone().err())
}

fn outcome(proof: &Proof<'_, '_>, signature: Result<(), Fault>, authority: Authority) -> ProofOutcome {
    let (challenge, domain) = match proof.suite {
        // Its options are the issuer's; for whom it was derived, its header says.
        Some(suite @ Suite::Bbs2023) => {
            let header = selective::presentation_header(suite, proof.value).unwrap_or_default();
            let (audience, nonce) = crate::present::read_bound(&header);
            (nonce, audience.into_iter().collect())
        }
        // Here the nonce is all that the holder can say.
        Some(Suite::BbsBlsSignatureProof2020) => {
            let nonce = proof.nonce.map(bbs_2020::nonce_text).unwrap_or_default();
            let (audience, nonce) = crate::present::read_bound(nonce.as_bytes());
            (nonce, audience.into_iter().collect())
        }
        _ => (proof.challenge.map(str::to_owned), proof.domain.iter().map(|domain| (*domain).to_owned()).collect()),
    };
    ProofOutcome {
        pointer: proof.pointer.clone(),
        suite: proof.suite_name.to_owned(),
        verification_method: proof.verification_method.to_owned(),
        signature,
        undisclosed: Vec::new(),
        is_derived: match proof.suite {
            Some(suite @ (Suite::EcdsaSd2023 | Suite::Bbs2023)) => !selective::is_base(suite, proof.value),
            suite => suite == Some(Suite::BbsBlsSignatureProof2020),
        },
        pseudonym: selective::pseudonym_of(proof.object),
        authority: authority.finding(),
        challenge,
        domain,
    }
}
