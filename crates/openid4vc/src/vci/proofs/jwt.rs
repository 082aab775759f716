//! The proof type `jwt` (OpenID4VCI Appendix F.1).

use tamarack::did::{Relationship, verification_method};
use tamarack::json::{Object, Value};
use tamarack::keys::{PublicKey, Signer};
use tamarack::x509::Chain;
use tamarack::{Code, Timestamp};

use super::attestation::{self, KeyAttestation};
use super::{CODE, Found, HolderKey, algorithms};
use crate::jwt::{self, Token};
use crate::members::{Builder, number};
use crate::vci::configuration::ProofTypeSupport;
use crate::{Refusal, Result, limits};

pub(super) const TYP: &str = "openid4vci-proof+jwt";

/// Checks one proof and adds its key to what was found.
pub(super) fn check(proof: &str, support: &ProofTypeSupport, found: &mut Found<'_>) -> Result<()> {
    let refuse = |about| Refusal::new(CODE, about);
    let mut token =
        Token::read_up_to(limits::KEY_PROOF_BYTES, proof, TYP, &algorithms(support), "the key proof", CODE)?;
    let attestation = match token.header.get("key_attestation") {
        None => None,
        Some(Value::String(text)) => Some(attestation::check(text, support, true, found)?),
        Some(_) => return Err(refuse("key_attestation")),
    };
    if support.key_attestations_required.is_some() && attestation.is_none() {
        return Err(refuse("key_attestation"));
    }
    let (key, did_url) = key(&token, attestation.as_ref(), found)?;
    token.verify(&key)?;
    // Appendix D.1: the proof is signed by a key that the attestation attests.
    if attestation.as_ref().is_some_and(|attestation| !attestation.keys.iter().any(|(attested, _)| *attested == key)) {
        return Err(refuse("key_attestation"));
    }
    found.said(&mut token)?;
    found.proved(HolderKey { key, did_url, attestation: attestation.clone() })?;
    if let Some(attestation) = &attestation {
        found.attested(attestation);
    }
    Ok(())
}

/// The key that the header names, in exactly one way, as the configuration allows it.
fn key(
    token: &Token<'_>,
    attestation: Option<&KeyAttestation>,
    found: &Found<'_>,
) -> Result<(PublicKey, Option<String>)> {
    let refuse = |about| Refusal::new(CODE, about);
    let header = &token.header;
    let methods = &found.rules.configuration.binding_methods;
    let allowed = |method: &str| methods.iter().any(|name| name == method);
    // A federation's chain is not followed here, so nothing may rest on it.
    if header.contains_key("trust_chain") {
        return Err(refuse("trust_chain"));
    }
    match (header.get("jwk"), header.get("kid").and_then(Value::as_str), header.get("x5c")) {
        (Some(_), None, None) if allowed("jwk") => Ok((token.header_key()?, None)),
        (None, Some(kid), None) if kid.starts_with("did:") => {
            let method = kid.split(':').take(2).collect::<Vec<_>>().join(":");
            if !allowed(&method) {
                return Err(refuse("kid"));
            }
            let method = verification_method(kid, Relationship::Authentication, found.rules.evidence)
                .map_err(|fault| refuse("kid").because(fault))?;
            let ended = method.expires.is_some_and(|at| at <= found.rules.now);
            if ended || method.revoked.is_some_and(|at| at <= found.rules.now) {
                return Err(refuse("kid").because(Code::KeyExpired.into()));
            }
            Ok((method.key, Some(kid.to_owned())))
        }
        // Appendix F.1's example: a key of the attestation, by its `kid` or by its place.
        (None, Some(kid), None) if allowed("jwk") => {
            let attestation = attestation.ok_or_else(|| refuse("kid"))?;
            let key = attestation.named(kid).ok_or_else(|| refuse("kid"))?;
            Ok((key.clone(), None))
        }
        (None, None, None) => Err(refuse("the key of the proof")),
        (Some(_), None, None) => Err(refuse("jwk")),
        (None, Some(_), None) => Err(refuse("kid")),
        // Whoever made the proof chose the certificate: it is no more than a way to write the key.
        (None, None, Some(_)) if allowed("jwk") => {
            let chain = Chain::of_header(header).map_err(|_| refuse("x5c"))?;
            Ok((chain.key().map_err(|_| refuse("x5c"))?, None))
        }
        (None, None, Some(_)) => Err(refuse("x5c")),
        _ => Err(refuse("two keys in the header of the proof")),
    }
}

/// How a wallet names its key in a proof.
#[derive(Clone, Copy, Debug)]
pub enum KeyName<'k> {
    /// By itself (`jwk`).
    Jwk,
    /// By its DID URL (`kid`).
    Did(&'k str),
}

/// Makes a key proof for an issuer, with the `c_nonce` if it gives nonces. `client_id` is the wallet's, where it named
/// itself at the token endpoint.
///
/// # Errors
/// [`crate::RefusalCode::ServerError`] if the signer refuses.
pub fn make(
    issuer: &str,
    nonce: Option<&str>,
    client_id: Option<&str>,
    name: KeyName<'_>,
    key_attestation: Option<&str>,
    now: Timestamp,
    signer: &dyn Signer,
) -> Result<String> {
    let mut header = Object::new();
    match name {
        KeyName::Jwk => header.insert("jwk", signer.public_key().to_jwk()),
        KeyName::Did(url) => header.insert("kid", url.to_owned()),
    };
    if let Some(attestation) = key_attestation {
        header.insert("key_attestation", attestation.to_owned());
    }
    let claims = Builder::default()
        .set("iss", client_id.map(str::to_owned))
        .set("aud", Some(issuer.to_owned()))
        .set("iat", Some(number(now.unix())))
        .set("nonce", nonce.map(str::to_owned));
    jwt::sign(TYP, header, &claims.value(), signer)
}
