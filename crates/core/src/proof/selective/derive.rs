//! Deriving: the holder's side (VC-DI-ECDSA §3.6.6, VC-DI-BBS §3.4.6).

use super::{Derived, HolderSecrets, bbs_2020, bbs_2023, cbor, ecdsa_sd};
use crate::json::{Object, Value};
use crate::jsonld::Contexts;
use crate::keys::PublicKey;
use crate::proof::suite::Suite;
use crate::proof::{read, transform};
use crate::{Code, Fault, Randomness};

/// What a holder shows.
#[derive(Clone, Default, Debug)]
pub struct DeriveOptions {
    /// JSON pointers (RFC 6901) into the credential: what is shown beside what the issuer made mandatory. Each shows the
    /// value that it names, with the `id` and `type` of every object on the way to it.
    pub reveal: Vec<String>,
    /// Which proof to derive from, by its suite, where the credential has base proofs of several.
    pub suite: Option<Suite>,
    /// The presentation header of a `bbs-2023` proof, or the nonce of a `BbsBlsSignatureProof2020` (random bytes if empty):
    /// bytes that the proof is bound to, such as the verifier's nonce. Other suites have no place for it.
    pub presentation_header: Vec<u8>,
    /// In the place of pointers, a JSON-LD frame: the reveal document of the wallets of 2020. For `BbsBlsSignature2020` alone.
    pub frame: Option<Object<'static>>,
    /// The issuer's key, for `BbsBlsSignature2020`, which does not carry it. Without it, only a key that can be computed from
    /// its DID is found.
    pub issuer_key: Option<PublicKey>,
    /// What a credential that is bound to its holder is derived from with (VC-DI-BBS §3.5).
    pub holder: Option<HolderSecrets>,
}

/// Derives from a credential with a base proof a document that shows only what the issuer made mandatory and what the
/// options name, with a proof that it was all signed. The credential's other proofs are left behind.
///
/// What cannot be verified later is not derived: the document is read in safe mode, before and after.
///
/// # Errors
/// [`Code::ProofMissing`] without a base proof of a suite of selective disclosure; [`Code::ProofMalformed`] with more than
/// one that fits; [`Code::DisclosurePointer`] with the pointer; [`Code::DisclosureNothing`] when there is neither a
/// mandatory pointer nor one of the options; [`Code::ProofValueEncoding`]; [`Code::ProofDisclosure`] when the base proof
/// is not this document's; [`Code::ProofBinding`] without the secrets of the holder to whom the credential is bound, or
/// with others; `jsonld.*` in safe mode.
pub fn derive(
    document: &Object<'_>,
    options: &DeriveOptions,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<Object<'static>, Fault> {
    let proofs = read::proofs(document)?;
    let mut bases = proofs.iter().filter_map(|proof| {
        let suite = proof.suite.filter(|suite| suite.is_selective() && *suite != Suite::BbsBlsSignatureProof2020)?;
        options.suite.is_none_or(|wanted| wanted == suite).then_some((proof, suite))
    });
    let (proof, suite) = bases.next().ok_or_else(|| Fault::new(Code::ProofMissing).at("/proof"))?;
    if bases.next().is_some() {
        return Err(Fault::new(Code::ProofMalformed).at("/proof").about("several base proofs"));
    }
    if suite == Suite::BbsBlsSignature2020 {
        return bbs_2020::derive(document, proof, options, contexts, rng);
    }
    if options.frame.is_some() {
        return Err(Fault::new(Code::JsonldFrame).about(suite.name()));
    }
    let here = |fault: Fault| match fault.code() {
        Code::ProofValueEncoding | Code::ProofDisclosure | Code::ProofBinding => {
            fault.at(format!("{}/proofValue", proof.pointer))
        }
        _ => fault,
    };
    let mut bare = document.clone();
    bare.remove("proof");
    let value = cbor::decode(proof.value).map_err(here)?;
    let derived = match suite {
        Suite::EcdsaSd2023 => ecdsa_sd::derive(&bare, &value, options, contexts),
        Suite::Bbs2023 => {
            let dataset = transform::options_dataset(document, suite, proof, contexts)?;
            bbs_2023::derive(&bare, &transform::selective_hash(&dataset)?, &value, options, contexts, rng)
        }
        _ => Err(Code::Internal.into()),
    };
    let Derived { document: mut shown, value } = derived.map_err(here)?;
    // VC-DI-ECDSA §3.6.6 steps 2 to 4: the options are signed as they are.
    let mut proof = proof.object.clone().into_owned();
    proof.insert("proofValue", value);
    shown.insert("proof", Value::Object(proof));
    Ok(shown)
}
