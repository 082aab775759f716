//! The wallet's messages to issuers and verifiers.

use std::path::PathBuf;

use clap::ArgMatches;
use tamarack::trust::TrustList;
use tamarack::{Evidence, EvidenceKind, Need, Policy, limits};
use tamarack_cli::{Exit, Failure, read_input};
use tamarack_net::{Answer, Cache, Call, FetchError, FetchOptions, Fetcher, Reach, authorities_from_pem};
use tamarack_openid4vc::{Refusal, RefusalCode};

use crate::{now, text};

/// The form of OAuth's requests.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// What the options say of the network.
pub(crate) fn fetcher(matches: &ArgMatches) -> Result<Fetcher, Failure> {
    let mut options = FetchOptions::default();
    if matches.get_flag("allow-private-network") {
        options.reach = Reach::PrivateNetworks;
    }
    if let Some(path) = text(matches, "authorities") {
        let pem = read_input(path, limits::INPUT_BYTES)?;
        options.authorities = authorities_from_pem(&pem)
            .ok_or_else(|| Failure::new(Exit::Data, "authorities.invalid").with("file", path))?;
    }
    if let Some(folder) = text(matches, "cache") {
        options.cache = Cache::folder(PathBuf::from(folder));
    }
    Ok(Fetcher::new(options))
}

/// Whom the person trusts: a list, or anybody whose signature is good.
pub(crate) fn policy(matches: &ArgMatches) -> Result<Policy, Failure> {
    Ok(trust_list(matches)?.map_or_else(Policy::insecure_trust_any_issuer, Policy::trusting))
}

/// The person's trust list, if one is named.
pub(crate) fn trust_list(matches: &ArgMatches) -> Result<Option<TrustList>, Failure> {
    let Some(path) = text(matches, "trust") else { return Ok(None) };
    let bytes = read_input(path, limits::INPUT_BYTES)?;
    Ok(Some(TrustList::parse(&bytes)?))
}

/// A document of the protocol, with HTTP status 200.
pub(crate) fn get(fetcher: &Fetcher, url: &str, accept: &str, limit: usize) -> Result<Vec<u8>, Failure> {
    let answer = call(fetcher, &Call { url, headers: &[("accept", accept)], body: None, limit })?;
    ok(url, answer)
}

/// One request, whatever its answer.
pub(crate) fn call(fetcher: &Fetcher, call: &Call<'_>) -> Result<Answer, Failure> {
    fetcher.call(call).map_err(|error| unavailable(call.url, &error))
}

/// The body of a good answer. The error code of another is shown, as it is the protocol's own word.
pub(crate) fn ok(url: &str, answer: Answer) -> Result<Vec<u8>, Failure> {
    if (200..300).contains(&answer.status) {
        return Ok(answer.body);
    }
    let named = serde_json::from_slice::<serde_json::Value>(&answer.body).ok();
    let named = named.as_ref().and_then(|body| body.get("error")).and_then(serde_json::Value::as_str);
    let plain = |name: &&str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    match named.filter(plain) {
        Some(error) => Err(Failure::new(Exit::Reject, "service.refused").with("url", url).with("error", error)),
        None => Err(unavailable(url, &FetchError::Status(answer.status))),
    }
}

/// A failure to fetch.
pub(crate) fn unavailable(url: &str, error: &FetchError) -> Failure {
    let failure = Failure::new(Exit::Unavailable, error.code()).with("url", url);
    match error {
        FetchError::TooLarge(limit) => failure.with("limit", limit),
        FetchError::Status(status) => failure.with("status", status),
        _ => failure,
    }
}

/// A message that breaks the protocol.
pub(crate) fn refused(refusal: Refusal) -> Failure {
    match refusal.fault() {
        Some(fault) if refusal.code() == RefusalCode::ServerError => fault.clone().into(),
        _ => Failure::new(Exit::Data, "protocol.refused")
            .with("error", refusal.code().as_str())
            .with("about", refusal.about()),
    }
}

/// The DID document of somebody who is not known by his DID alone.
pub(crate) fn did_document(fetcher: &Fetcher, did: &str, evidence: &mut Evidence) -> Result<(), Failure> {
    let need = Need { kind: EvidenceKind::DidDocument, id: did.to_owned() };
    let fetched = fetcher.fetch_need(&need, now()).map_err(|error| unavailable(did, &error))?;
    evidence.insert(EvidenceKind::DidDocument, did, fetched.bytes, fetched.fetched);
    Ok(())
}
