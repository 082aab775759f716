//! The member `oidc` of an ask: relying parties that speak OpenID Connect.
//!
//! ```json
//! "oidc": {
//!   "clients": [{ "id": "shop", "redirectUris": ["https://shop.example/back"], "secretSha256": "…" }],
//!   "claims": { "age_over_19": "ageOver19" }
//! }
//! ```

use super::read::{AskError, Members, addresses};
use super::{OidcAsk, OidcClient};

/// The claims that the protocol itself has in an ID token (OpenID Connect Core §2).
const TAKEN: [&str; 15] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "nonce",
    "auth_time",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
];

pub(super) fn read(file: &Members<'_>) -> Result<Option<OidcAsk>, AskError> {
    let Some(value) = file.get("oidc") else { return Ok(None) };
    let members = Members::of(value, "/oidc")?;
    members.known(&["clients", "claims"])?;
    let wrong = || AskError::new("ask.value", "/oidc/clients", "[{…}, …]");
    let items = members.get("clients").and_then(|value| value.as_array()).filter(|items| !items.is_empty());
    let clients = items.ok_or_else(wrong)?.iter().enumerate().map(|(at, item)| {
        let client = Members::of(item, &format!("/oidc/clients/{at}"))?;
        client.known(&["id", "redirectUris", "secretSha256"])?;
        let secret_sha256 = client.get("secretSha256").map(|_| client.text("secretSha256")).transpose()?;
        let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if secret_sha256.is_some_and(|text| !is_digest(text)) {
            return Err(AskError::new("ask.value", client.at("secretSha256"), "64 × 0-9 a-f"));
        }
        let redirect_uris = addresses(&client, "redirectUris")?;
        if redirect_uris.is_empty() {
            return Err(AskError::new("ask.member_missing", client.at("redirectUris"), "redirectUris"));
        }
        let id = client.text("id")?.to_owned();
        Ok(OidcClient { id, redirect_uris, secret_sha256: secret_sha256.map(str::to_owned) })
    });
    let clients = clients.collect::<Result<Vec<_>, AskError>>()?;
    let mut claims = Vec::new();
    if let Some(value) = members.get("claims") {
        let map = Members::of(value, "/oidc/claims")?;
        for name in map.object.keys() {
            if TAKEN.contains(&name) {
                return Err(AskError::new("ask.value", map.at(name), TAKEN.join(" ")));
            }
            claims.push((name.to_owned(), map.text(name)?.to_owned()));
        }
    }
    Ok(Some(OidcAsk { clients, claims }))
}
