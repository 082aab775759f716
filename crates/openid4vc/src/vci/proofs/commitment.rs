//! A proof type of our own, `tamarack_bbs_commitment`: the wallet commits to secrets that nobody else knows, and the `bbs-2023`
//! credential is bound to them (VC-DI-BBS §3.5) and not to a key. No text of OpenID says how a commitment travels.
//!
//! It is a JWT like those of the type `jwt` (Appendix F.1), with the commitment among its claims:
//!
//! ```text
//! {"typ": "tamarack-bbs-commitment+jwt", "alg": "ES256", "jwk": { … }}
//! {"aud": issuer, "iat": …, "nonce": c_nonce, "commitment": {"cryptosuite", "boundTo", "commitmentWithProof"}}
//! ```
//!
//! The key in the header is made for this one proof and then forgotten. It ties the commitment to the issuer and its nonce, and
//! stands in no credential.

use tamarack::Timestamp;
use tamarack::json::{self, Object, Value};
use tamarack::keys::Signer;
use tamarack::proof::HolderCommitment;

use super::{CODE, Found, algorithms};
use crate::jwt::{self, Token};
use crate::members::{Builder, number};
use crate::vci::configuration::ProofTypeSupport;
use crate::{Refusal, Result, limits};

/// The name of the proof type, and of what a credential is then bound to (`cryptographic_binding_methods_supported`).
pub const COMMITMENT: &str = "tamarack_bbs_commitment";

const TYP: &str = "tamarack-bbs-commitment+jwt";

/// Checks one proof and adds its commitment to what was found.
pub(super) fn check(proof: &str, support: &ProofTypeSupport, found: &mut Found<'_>) -> Result<()> {
    let refuse = |about| Refusal::new(CODE, about);
    let mut token =
        Token::read_up_to(limits::KEY_PROOF_BYTES, proof, TYP, &algorithms(support), "the commitment", CODE)?;
    // A key that is named in another way is one that lasts.
    if ["kid", "x5c", "trust_chain", "key_attestation"].into_iter().any(|name| token.header.contains_key(name)) {
        return Err(refuse("the key of the proof"));
    }
    let key = token.header_key()?;
    token.verify(&key)?;
    found.said(&mut token)?;
    let commitment = token.claims.take("commitment").ok_or_else(|| refuse("commitment"))?;
    let commitment = HolderCommitment::parse(json::to_string(&commitment).as_bytes())
        .map_err(|fault| refuse("commitment").because(fault))?;
    found.committed(commitment)
}

/// Makes a proof for an issuer, with the `c_nonce` if it gives nonces. `client_id` is the wallet's, where it named itself at the
/// token endpoint; `signer` has a key that was made for this proof alone.
///
/// # Errors
/// [`crate::RefusalCode::ServerError`] if the signer refuses.
pub fn make(
    issuer: &str,
    nonce: Option<&str>,
    client_id: Option<&str>,
    commitment: &HolderCommitment,
    now: Timestamp,
    signer: &dyn Signer,
) -> Result<String> {
    let mut header = Object::new();
    header.insert("jwk", signer.public_key().to_jwk());
    let commitment = json::parse(commitment.to_json().as_bytes()).map(Value::into_owned).map_err(Refusal::internal)?;
    let claims = Builder::default()
        .set("iss", client_id.map(str::to_owned))
        .set("aud", Some(issuer.to_owned()))
        .set("iat", Some(number(now.unix())))
        .set("nonce", nonce.map(str::to_owned))
        .set("commitment", Some(commitment));
    jwt::sign(TYP, header, &claims.value(), signer)
}
