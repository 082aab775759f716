//! Every built-in context compiles, and means what the published document means where that can be seen.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::active::{Active, Definition, Owner};
use super::process::{Building, Env, Job, Remotes, process};
use super::{Contexts, builtin, builtin_document, builtin_urls, pinned_sha256};
use crate::Fault;
use crate::json::{self, Value};

fn compile(parent: &Active, context: &Value<'_>, override_protected: bool) -> Result<Active, Fault> {
    let work = Cell::new(0);
    let env = Env { contexts: Contexts::builtin(), source: Owner::Builtin, work: &work };
    let mut building = Building::from_parent(&env, parent)?;
    let job = Job {
        base_url: Some("https://example.org/"),
        remotes: Remotes::NONE,
        override_protected,
        propagate: true,
        validate_scoped: true,
    };
    process(&env, &mut building, context, job)?;
    Ok(building.active)
}

fn initial() -> Active {
    Active::initial(None, Owner::Builtin)
}

/// The published documents by URL; empty if the folder is not there.
fn published() -> BTreeMap<String, Vec<u8>> {
    let dir = std::env::var_os("TAMARACK_VECTORS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"), PathBuf::from);
    let Ok(map) = std::fs::read(dir.join("contexts/context-map.json")) else {
        eprintln!("published contexts: not seen (no ../shared/vectors beside the repository)");
        return BTreeMap::new();
    };
    let map: serde_json::Value = serde_json::from_slice(&map).unwrap();
    let text = |entry: &serde_json::Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let entries = map.as_array().unwrap().iter();
    entries
        .map(|entry| (text(entry, "url"), std::fs::read(dir.join("contexts").join(text(entry, "file"))).unwrap()))
        .collect()
}

fn same_terms(place: &str, ours: &Active, theirs: &Active, depth: usize) {
    assert_eq!(ours.vocab, theirs.vocab, "{place}");
    assert_eq!(ours.language, theirs.language, "{place}");
    let names =
        |active: &Active| active.terms.keys().map(ToString::to_string).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(names(ours), names(theirs), "{place}");
    for (term, a) in &ours.terms {
        let b = theirs.get(term).unwrap();
        let place = format!("{place} {term}");
        let plain = |definition: &Definition| Definition { scoped: None, ..definition.clone() };
        assert!(plain(a).same_as(&plain(b)) && a.protected == b.protected, "{place}: {a:?} {b:?}");
        match (&a.scoped, &b.scoped) {
            (None, None) => {}
            (Some(x), Some(y)) if depth > 0 => {
                let ours = compile(ours, &x.context, true).unwrap();
                let theirs = compile(theirs, &y.context, true).unwrap();
                same_terms(&place, &ours, &theirs, depth - 1);
            }
            (Some(_), Some(_)) => {}
            _ => panic!("{place}: a scoped context is missing"),
        }
    }
}

#[test]
fn every_builtin_context_compiles() {
    let initial = initial();
    for url in builtin_urls() {
        let context = builtin::find(url).and_then(builtin::Builtin::context).unwrap_or_else(|| panic!("{url}"));
        let active = compile(&initial, context, false).unwrap_or_else(|fault| panic!("{url}: {fault}"));
        assert!(!active.terms.is_empty() || active.vocab.is_some(), "{url}");
        assert!(builtin_document(url).is_some_and(|text| text.contains("@context")), "{url}");
    }
}

#[test]
fn builtin_contexts_mean_what_the_published_ones_mean() {
    use sha2::Digest as _;
    let published = published();
    for url in builtin_urls() {
        let Some(bytes) = published.get(url) else { continue };
        let ours = builtin::find(url).and_then(builtin::Builtin::context).unwrap();
        let theirs = json::parse(bytes).unwrap();
        let theirs = theirs.get("@context").unwrap();
        let depth = if builtin_document(url).unwrap().len() > 50_000 { 1 } else { 2 };
        same_terms(
            url,
            &compile(&initial(), ours, false).unwrap(),
            &compile(&initial(), theirs, false).unwrap(),
            depth,
        );
        if let Some(pinned) = pinned_sha256(url) {
            let digest: String = sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(digest, pinned, "{url}");
        }
    }
}

/// One context after another: whether a protected term stands in the way is the same as with the published documents.
#[test]
fn builtin_contexts_combine_as_the_published_ones_do() {
    let published = published();
    let parsed: Vec<_> = published
        .iter()
        .filter(|(url, bytes)| builtin::find(url).is_some() && bytes.len() < 30_000)
        .map(|(url, bytes)| (url, json::parse(bytes).unwrap()))
        .collect();
    for (first, a) in &parsed {
        let own = |url: &str| builtin::find(url).and_then(builtin::Builtin::context).unwrap();
        let (our_a, their_a) =
            (compile(&initial(), own(first), false), compile(&initial(), a.get("@context").unwrap(), false));
        for (second, b) in &parsed {
            let ours = compile(our_a.as_ref().unwrap(), own(second), false);
            let theirs = compile(their_a.as_ref().unwrap(), b.get("@context").unwrap(), false);
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{first} {second}: {:?} {:?}", ours.err(), theirs.err());
        }
    }
}
