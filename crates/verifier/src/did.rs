//! `did resolve`: the document of a DID.

use clap::ArgMatches;
use tamarack::verify::MaxAge;
use tamarack::{Code, Evidence, EvidenceKind, Need, did, json};
use tamarack_cli::{Exit, Failure, Terminal};
use tamarack_net::need_url;

use crate::{sources, values};

pub(crate) fn resolve(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let did_url = values::text(matches, "did").unwrap_or_default();
    did::check_did_url(did_url)?;
    let did = did::did_of(did_url);
    if let Some(name) = asked_version(did_url) {
        // DID Resolution §7: to give another version than the one that was asked for would be worse than none.
        return Err(Failure::new(Exit::Data, "did.version").with("name", name));
    }
    let mut evidence = Evidence::none();
    let mut origin = None;
    let document = match did::resolve(did, &evidence) {
        Err(fault) if fault.code() == Code::DidNotResolved => {
            let need = Need { kind: EvidenceKind::DidDocument, id: did.to_owned() };
            origin = need_url(&need).ok();
            let fetcher = sources::fetcher(matches, MaxAge::default())?;
            sources::fetch_all(&[need], &mut evidence, fetcher.as_ref())?;
            did::resolve(did, &evidence)?
        }
        resolved => resolved?,
    };
    if terminal.json() {
        let fetched = evidence.get(EvidenceKind::DidDocument, did).map(|piece| piece.fetched);
        terminal.json_line(&serde_json::json!({
            "didDocument": json::Value::from(document.to_json().clone()).to_serde(),
            "url": origin,
            "fetched": fetched,
        }))?;
        return Ok(Exit::Ok);
    }
    match origin {
        Some(url) => terminal.say(&terminal.format("did-fetched", &[("url", url.into())])),
        None => terminal.say(&terminal.text("did-computed")),
    }
    terminal.line(&json::to_string_pretty(&document.to_json().clone().into()))?;
    Ok(Exit::Ok)
}

/// The parameter by which a DID URL asks for another version of the document than the present one (DID Core §3.2.1).
fn asked_version(did_url: &str) -> Option<&str> {
    let query = did_url.split('#').next()?.split_once('?')?.1;
    let mut names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    names.find(|name| matches!(*name, "versionId" | "versionTime"))
}
