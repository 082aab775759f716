//! The member `oidc` of an ask: relying parties that speak OpenID Connect.
//!
//! ```json
//! "oidc": {
//!   "clients": [{ "id": "shop", "redirectUris": ["https://shop.example/back"], "secretSha256": "…",
//!                 "sector": "shop.example", "idTokenAlg": "ES256", "withoutPkce": true }],
//!   "claims": { "age_over_19": "ageOver19" },
//!   "pseudonymClaim": "card"
//! }
//! ```

use super::read::{AskError, Members, addresses};
use super::{OidcAsk, OidcClient};
use crate::verifier::bridge::RS256;

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

/// The algorithms that ID tokens can have, one of them by the RSA key and the others by the request key of their kind.
const ALGORITHMS: [&str; 4] = [RS256, "ES256", "ES384", "EdDSA"];

pub(super) fn read(file: &Members<'_>, has_pseudonym: bool) -> Result<Option<OidcAsk>, AskError> {
    let Some(value) = file.get("oidc") else { return Ok(None) };
    let members = Members::of(value, "/oidc")?;
    members.known(&["clients", "claims", "pseudonymClaim"])?;
    let wrong = || AskError::new("ask.value", "/oidc/clients", "[{…}, …]");
    let items = members.get("clients").and_then(|value| value.as_array()).filter(|items| !items.is_empty());
    let clients = items.ok_or_else(wrong)?.iter().enumerate().map(|(at, item)| {
        let client = Members::of(item, &format!("/oidc/clients/{at}"))?;
        client.known(&["id", "redirectUris", "secretSha256", "sector", "idTokenAlg", "withoutPkce"])?;
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
        let id_token_alg = client.get("idTokenAlg").map_or(Ok(RS256), |_| client.text("idTokenAlg"))?.to_owned();
        if !ALGORITHMS.contains(&id_token_alg.as_str()) {
            return Err(AskError::new("ask.value", client.at("idTokenAlg"), ALGORITHMS.join(" ")));
        }
        let sector = sector(&client, &redirect_uris)?;
        let without_pkce = client.get("withoutPkce").map_or(Some(false), |value| value.as_bool());
        let without_pkce =
            without_pkce.ok_or_else(|| AskError::new("ask.value", client.at("withoutPkce"), "true false"))?;
        // Of a public client, PKCE is all that protects the code.
        if without_pkce && secret_sha256.is_none() {
            return Err(AskError::new("ask.value", client.at("withoutPkce"), "secretSha256"));
        }
        let secret_sha256 = secret_sha256.map(str::to_owned);
        Ok(OidcClient { id, redirect_uris, secret_sha256, without_pkce, sector, id_token_alg })
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
    let pseudonym_claim = match members.get("pseudonymClaim") {
        None => None,
        Some(_) => {
            let name = members.text("pseudonymClaim")?;
            if !has_pseudonym || TAKEN.contains(&name) || claims.iter().any(|(taken, _)| taken == name) {
                return Err(AskError::new("ask.value", members.at("pseudonymClaim"), "pseudonym"));
            }
            Some(name.to_owned())
        }
    };
    Ok(Some(OidcAsk { clients, claims, pseudonym_claim }))
}

/// The sector that a file names. With redirect URIs of several hosts one must be named: which of them a browser comes back to
/// must not decide who a person is (OpenID Connect Core §8.1).
fn sector(client: &Members<'_>, redirect_uris: &[String]) -> Result<Option<String>, AskError> {
    if client.get("sector").is_some() {
        let text = client.text("sector")?;
        let is_host = url::Host::parse(text).is_ok_and(|host| host.to_string() == text);
        return if is_host {
            Ok(Some(text.to_owned()))
        } else {
            Err(AskError::new("ask.value", client.at("sector"), "host"))
        };
    }
    let hosts = redirect_uris.iter().map(|uri| url::Url::parse(uri).ok()?.host_str().map(str::to_owned));
    let mut hosts: Vec<Option<String>> = hosts.collect();
    hosts.sort_unstable();
    hosts.dedup();
    if hosts.len() > 1 { Err(AskError::new("ask.member_missing", client.at("sector"), "sector")) } else { Ok(None) }
}
