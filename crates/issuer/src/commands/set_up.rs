//! `init` and `did`.

use std::path::Path;

use serde_json::json;
use tamarack::did::{did_of, did_web_url, resolve};
use tamarack::json::{Value, to_string_pretty};
use tamarack::keys::{KeyType, SecretKey};
use tamarack::{Evidence, Fault};
use tamarack_cli::{Exit, Failure, write_output};

use super::Invocation;
use crate::keyring::{self, NewSigner};
use crate::store::{Issuer, KeyState, Store};

/// Makes the store, and its first key.
pub(super) fn init(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let did = job.need("did");
    let status_base = match (job.text("status-base"), did) {
        (Some(url), _) => Some(checked_base(url)?),
        (None, "did:key") => None,
        (None, _) => Some(default_base(did)?),
    };
    if did != "did:key" {
        did_web_url(did).map_err(|_| Failure::new(Exit::Usage, "init.did").with("did", did))?;
    }
    let issuer = Issuer { did: did.to_owned(), status_base };
    let place = job.place()?;
    // The passphrase is asked for before anything is made, so that giving up leaves nothing behind.
    let passphrase = if job.flag("no-key") { None } else { Some(job.passphrase(true)?) };
    let store = Store::create_at(place, &issuer, job.now)?;
    let mut shown = did.to_owned();
    let mut method = None;
    if let Some(passphrase) = passphrase {
        let kind = keyring::kind(job.need("kind")).unwrap_or(KeyType::Ed25519);
        let key = keyring::add(&store, &issuer, NewSigner::Secret(&SecretKey::generate(kind)?), &passphrase, job.now)?;
        shown = tamarack::did::did_of(&key.method).to_owned();
        method = Some(key.method);
    }
    if issuer.status_base.is_none() {
        job.terminal.warn(&job.terminal.text("warn-no-status-base"));
    }
    job.answer(&json!({"did": shown, "key": method, "statusBase": issuer.status_base}), &shown)?;
    Ok(Exit::Ok)
}

/// `https://HOST/status` for `did:web:HOST`, `https://HOST/a/status` for `did:web:HOST:a`.
fn default_base(did: &str) -> Result<String, Failure> {
    let url = web_url(did).map_err(|_| Failure::new(Exit::Usage, "init.did").with("did", did))?;
    let site = url.strip_suffix("/.well-known/did.json").or_else(|| url.strip_suffix("/did.json")).unwrap_or(&url);
    Ok(format!("{site}/status"))
}

/// Where verifiers look for a `did:web`: this very computer is asked without TLS (decision 36 of `spec-notes.md`).
fn web_url(did: &str) -> Result<String, Fault> {
    let url = did_web_url(did)?;
    let rest = url.strip_prefix("https://").unwrap_or_default();
    let is_here = is_loopback(rest.split('/').next().unwrap_or_default());
    Ok(if is_here { format!("http://{rest}") } else { url })
}

fn checked_base(url: &str) -> Result<String, Failure> {
    let plain = url.chars().all(|c| c.is_ascii_graphic() && !"<>\"{}|\\^`#?@".contains(c));
    let refused = |code| Err(Failure::new(Exit::Usage, code).with("url", url));
    let (rest, is_open) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) => (rest, true),
        (None, None) => return refused("init.status_base"),
    };
    let authority = rest.split('/').next().unwrap_or_default();
    if !plain || authority.is_empty() {
        return refused("init.status_base");
    }
    // Without TLS, whoever is on the way could answer with an older list, or learn whose credential is looked up.
    if is_open && !is_loopback(authority) {
        return refused("init.status_base_open");
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// Whether a host, with or without a port, is this computer itself.
fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(host, _)| host),
        None => authority.split_once(':').map_or(authority, |(host, _)| host),
    };
    let is_address = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let host = host.to_ascii_lowercase();
    is_address || host == "localhost" || host.ends_with(".localhost")
}

/// Prints the DID document to publish.
pub(super) fn did(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, issuer) = job.store()?;
    let is_did_key = issuer.did == "did:key";
    let document = match job.text("key") {
        None => keyring::document(&store, &issuer)?,
        Some(_) if !is_did_key => return Err(Failure::new(Exit::Usage, "did.one_document").with("did", &issuer.did)),
        Some(wanted) => {
            let key = keyring::unless_retired(keyring::find(&store.keys()?, wanted)?.clone())?;
            resolve(did_of(&key.method), &Evidence::none())?
        }
    };
    let text = to_string_pretty(&Value::Object(document.to_json().clone()));
    write_output(job.text("out").map(Path::new), format!("{text}\n").as_bytes(), job.terminal)?;
    if !is_did_key {
        let place = web_url(&issuer.did)?;
        job.terminal.say(&job.terminal.format("say-publish-did", &[("url", place.into())]));
    } else if job.text("key").is_none() {
        let keys = store.keys()?;
        let count = keys.iter().filter(|key| key.state != KeyState::Retired).count();
        if count > 1 {
            job.terminal.say(&job.terminal.format("say-other-dids", &[("count", (count - 1).into())]));
        }
    }
    Ok(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_did_is_published_where_verifiers_look() {
        for (did, url) in [
            ("did:web:id.example", "https://id.example/.well-known/did.json"),
            ("did:web:id.example:a", "https://id.example/a/did.json"),
            ("did:web:localhost%3A18080", "http://localhost:18080/.well-known/did.json"),
            ("did:web:localhost.example", "https://localhost.example/.well-known/did.json"),
        ] {
            assert_eq!(web_url(did).unwrap(), url);
        }
        assert_eq!(default_base("did:web:localhost%3A18080").unwrap(), "http://localhost:18080/status");
    }

    #[test]
    fn status_lists_are_read_over_tls_unless_they_are_on_this_computer() {
        for url in [
            "https://a.example/status",
            "http://localhost:8080/status",
            "http://LOCALHOST",
            "http://a.localhost:8080",
            "http://127.0.0.1:8080/s",
            "http://[::1]:8080/s",
        ] {
            assert_eq!(checked_base(url).unwrap(), url);
            assert_eq!(checked_base(&format!("{url}/")).unwrap(), url);
        }
        for (url, code) in [
            ("http://a.example/status", "init.status_base_open"),
            ("http://localhost.a.example/status", "init.status_base_open"),
            ("http://127.0.0.1.a.example/status", "init.status_base_open"),
            ("http://[::2]/status", "init.status_base_open"),
            ("http://localhost@a.example/", "init.status_base"),
            ("https:///status", "init.status_base"),
            ("https://a.example/?a=b", "init.status_base"),
            ("ftp://a.example/", "init.status_base"),
        ] {
            assert_eq!(checked_base(url).unwrap_err().code(), code, "{url}");
        }
    }
}
