//! What a holder has to know of a base proof before anything is derived from it.

use super::{bbs_2020, bbs_2023, cbor, ecdsa_sd};
use crate::json::Object;
use crate::proof::read;
use crate::proof::suite::Suite;
use crate::{Code, Fault};

/// A base proof of a credential.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaseProof {
    /// Its suite.
    pub suite: Suite,
    /// The JSON pointers to what every showing must have.
    pub mandatory: Vec<String>,
    /// Whether every showing has a pseudonym of the holder (VC-DI-BBS §3.5.2).
    pub pseudonym: bool,
    /// Whether it is bound to secrets of its holder (VC-DI-BBS §3.5), without which nothing can be derived.
    pub bound: bool,
}

/// The base proofs of a credential, from which parts of it can be derived. A proof that was derived is none.
///
/// # Errors
/// [`Code::ProofMissing`], [`Code::ProofMalformed`]; [`Code::ProofValueEncoding`] for a value that is none of the suite's.
pub fn base_proofs(document: &Object<'_>) -> Result<Vec<BaseProof>, Fault> {
    let mut found = Vec::new();
    for proof in read::proofs(document)? {
        let Some(suite) = proof.suite.filter(|suite| suite.is_selective()) else { continue };
        let here = |fault: Fault| fault.at(format!("{}/proofValue", proof.pointer));
        let mandatory = match suite {
            Suite::EcdsaSd2023 => ecdsa_sd::mandatory(&cbor::decode(proof.value).map_err(here)?),
            Suite::Bbs2023 => bbs_2023::mandatory(&cbor::decode(proof.value).map_err(here)?),
            Suite::BbsBlsSignature2020 => Ok(Some(bbs_2020::always_shown(document))),
            Suite::BbsBlsSignatureProof2020 => Ok(None),
            _ => return Err(Code::Internal.into()),
        };
        if let Some(mandatory) = mandatory.map_err(here)? {
            let (bound, pseudonym) = match suite {
                Suite::Bbs2023 => bbs_2023::bound_to(&cbor::decode(proof.value).map_err(here)?),
                _ => (false, false),
            };
            found.push(BaseProof { suite, mandatory, pseudonym, bound });
        }
    }
    Ok(found)
}

/// The presentation header of a derived proof: what its maker bound it to. `None` where there is no place for one.
pub(in crate::proof) fn presentation_header(suite: Suite, value: &str) -> Option<Vec<u8>> {
    match suite {
        Suite::Bbs2023 => bbs_2023::presentation_header(&cbor::decode(value).ok()?),
        _ => None,
    }
}
