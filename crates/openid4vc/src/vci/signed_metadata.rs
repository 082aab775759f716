//! Signed Credential Issuer metadata (OpenID4VCI §12.2.3): a JWT whose claims are the metadata, sent as `application/jwt` to
//! a wallet that asks for it.

use tamarack::Timestamp;
use tamarack::json::{Object, Value};
use tamarack::keys::Signer;

use super::metadata::IssuerMetadata;
use crate::jwt::{self, Token};
use crate::members::number;
use crate::oauth::attesters::Attesters;
use crate::{RefusalCode, Result, limits};

const TYP: &str = "openidvci-issuer-metadata+jwt";
const ALGORITHMS: [&str; 6] = super::proofs::ALGORITHMS;
/// The claims of the JWT that are no metadata.
const CLAIMS: [&str; 4] = ["iss", "sub", "iat", "exp"];

/// Signs metadata. `header` has what leads to the key: `kid`, `x5c`.
///
/// # Errors
/// [`RefusalCode::ServerError`] if the signer refuses.
pub fn sign(
    metadata: &IssuerMetadata,
    header: Object<'static>,
    now: Timestamp,
    expires: Option<Timestamp>,
    signer: &dyn Signer,
) -> Result<String> {
    let mut claims = Object::new();
    claims.insert("sub", metadata.credential_issuer.clone());
    claims.insert("iat", number(now.unix()));
    if let Some(expires) = expires {
        claims.insert("exp", number(expires.unix()));
    }
    if let Value::Object(members) = metadata.to_value() {
        for (name, value) in members.into_iter().filter(|(name, _)| !CLAIMS.contains(&&**name)) {
            claims.insert(name, value);
        }
    }
    jwt::sign(TYP, header, &Value::Object(claims), signer)
}

/// Reads signed metadata of an issuer, if somebody signed it whom the wallet trusts for that.
///
/// # Errors
/// [`RefusalCode::InvalidMetadata`], about what does not hold, and as [`IssuerMetadata::parse`].
pub fn read(token: &str, issuer: &str, trusted: &Attesters, now: Timestamp) -> Result<IssuerMetadata> {
    let code = RefusalCode::InvalidMetadata;
    let max_bytes = 2 * limits::METADATA_BYTES / 3;
    let mut token = Token::read_up_to(max_bytes, token, TYP, &ALGORITHMS, "the signed metadata", code)?;
    trusted.verify(&token, now)?;
    if token.claims.need_text("sub")? != issuer {
        return Err(token.claims.refuse("sub"));
    }
    let iat = token.claims.seconds("iat")?.ok_or_else(|| token.claims.refuse("iat"))?;
    if iat > now.unix().saturating_add(limits::CLOCK_SKEW_SECONDS) {
        return Err(token.claims.refuse("iat"));
    }
    token.period(now)?;
    token.claims.text("iss")?;
    IssuerMetadata::read(token.claims, issuer)
}
