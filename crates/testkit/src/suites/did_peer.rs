//! did:peer: DIDs well and ill formed, and the examples of methods 0, 2 and 4 in the specification and the two READMEs.

use std::path::Path;

use tamarack::did::{self as dids, Relationship};
use tamarack::json::Value;
use tamarack::keys::PublicKey;
use tamarack::{Code, Evidence};

use super::did;
use crate::Report;

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let dir = dir.join("did-peer");
    let mut report = Report::default();
    let mut manifest = crate::manifest(include_str!("../../manifests/did-peer.tsv"));
    level_1(&dir.join("spec/test-data/level-1"), &mut report, &mut manifest);
    for file in ["spec/did-peer-core-examples.json", "peer2/did-peer-2-readme-examples.json"] {
        if let Some(examples) = did::read(&dir, file, &mut report) {
            did::record(&mut report, &mut manifest, &format!("{file} did:peer:2"), peer_2(&examples));
            did::record(&mut report, &mut manifest, &format!("{file} did:peer:2 generate"), peer_2_made(&examples));
            did::record(&mut report, &mut manifest, &format!("{file} did:peer:3"), peer_3(&examples));
        }
    }
    for file in ["spec/did-peer-core-examples.json", "peer4/did-peer-4-readme-examples.json"] {
        if let Some(examples) = did::read(&dir, file, &mut report) {
            for (index, outcome) in peer_4(&examples).into_iter().enumerate() {
                did::record(&mut report, &mut manifest, &format!("{file} did:peer:4 {index}"), outcome);
            }
        }
    }
    did::record(&mut report, &mut manifest, "spec did:peer:0", peer_0());
    did::finish(report, manifest)
}

/// Files named good-* and bad-*, one DID in each.
fn level_1(dir: &Path, report: &mut Report, manifest: &mut Vec<(&str, &str)>) {
    let Ok(files) = std::fs::read_dir(dir) else {
        report.unseen.push("did-peer/spec/test-data/level-1".to_owned());
        return;
    };
    for file in files.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let did = std::fs::read_to_string(file.path()).unwrap_or_default();
        let code = dids::resolve(did.trim(), &Evidence::none()).map_or_else(|fault| Some(fault.code()), |_| None);
        // A well-formed did:peer:1 needs evidence; what is ill formed is refused before.
        let expected = if name.starts_with("good") { Code::DidNotResolved } else { Code::DidSyntax };
        let outcome = if name.starts_with("compare") {
            Err("no single DID".to_owned())
        } else if code == Some(expected) {
            Ok(())
        } else {
            Err(format!("{code:?}"))
        };
        did::record(report, manifest, &name, outcome);
    }
}

fn peer_0() -> Result<(), String> {
    let key = "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";
    let url = format!("did:peer:0{key}#{key}");
    let method = dids::verification_method(&url, Relationship::AssertionMethod, &Evidence::none());
    let method = method.map_err(|fault| fault.to_string())?;
    if method.key.to_multikey() == key { Ok(()) } else { Err("another key".to_owned()) }
}

/// The resolved document in the text: the one block with an id that begins so.
fn peer_2(examples: &Value<'static>) -> Result<(), String> {
    let blocks = examples.items().iter().map(|example| did::text(example, "/text"));
    let block = blocks.rev().find(|text| text.starts_with('{') && text.contains("\"id\": \"did:peer:2."));
    let block = without_trailing_commas(block.ok_or("no document in the text")?);
    let document = tamarack::json::parse(block.as_bytes()).map_err(|fault| fault.to_string())?;
    let id = did::text(&document, "/id");
    let computed = dids::resolve(id, &Evidence::none()).map_err(|fault| fault.to_string())?;
    did::same(&computed, &document)?;
    did::agrees_with_computed(id, &document)
}

/// The DID made of the keys and of two services like the one in the text is the one in the text.
fn peer_2_made(examples: &Value<'static>) -> Result<(), String> {
    let values = || examples.items().iter().filter_map(|example| example.get("value"));
    let keys = values().find(|value| value.pointer("/0/publicKeyMultibase").is_some()).ok_or("no keys")?;
    let service = values().find_map(|value| value.as_object().filter(|o| o.contains_key("serviceEndpoint")));
    let service = service.ok_or("no service")?;
    let key = |index: usize| {
        let multikey = did::text(keys, &format!("/{index}/publicKeyMultibase"));
        PublicKey::from_multikey(multikey).map_err(|fault| fault.to_string())
    };
    let (verification, encryption) = (key(0)?, key(1)?);
    let keys = [(Relationship::Authentication, &verification), (Relationship::KeyAgreement, &encryption)];
    let made = dids::did_peer_2(&keys, std::slice::from_ref(service));
    // The text's DID goes on with a second service.
    let in_text = examples.items().iter().map(|example| did::text(example, "/text").trim());
    let found =
        in_text.filter(|text| text.starts_with("did:peer:2")).any(|text| text.starts_with(&format!("{made}.S")));
    if found { Ok(()) } else { Err(made) }
}

fn peer_3(examples: &Value<'static>) -> Result<(), String> {
    let text = |start: &str| {
        let mut all = examples.items().iter().map(|example| did::text(example, "/text").trim());
        all.find(|text| text.starts_with(start)).ok_or(format!("no {start}"))
    };
    let (long, short) = (text("did:peer:2.E")?, text("did:peer:3z")?);
    let computed = dids::resolve(long, &Evidence::none()).map_err(|fault| fault.to_string())?;
    let also = computed.to_json().get("alsoKnownAs").map(Value::items).unwrap_or_default();
    if also == [Value::from(short)] { Ok(()) } else { Err(format!("{also:?}")) }
}

/// Long forms, each followed by its documents in long and in short form; before it the input, if that is valid JSON.
fn peer_4(examples: &Value<'static>) -> Vec<Result<(), String>> {
    let mut outcomes = Vec::new();
    let mut input = None;
    let mut long = "";
    for example in examples.items() {
        let text = did::text(example, "/text").trim();
        let value = example.get("value");
        if text.starts_with("did:peer:4z") && text.contains(':') && dids::did_peer_4_short(text).is_some() {
            long = text;
            if let Some(input) = input.take() {
                let made = dids::did_peer_4(input);
                outcomes.push(if made == long { Ok(()) } else { Err(made) });
            }
            continue;
        }
        match value.and_then(Value::as_object) {
            Some(object) if !object.contains_key("id") && object.contains_key("@context") => input = Some(object),
            Some(object) => {
                let id = object.get("id").and_then(Value::as_str).unwrap_or_default();
                if let (true, Some(document)) = (id.starts_with("did:peer:4z"), value) {
                    outcomes.push(peer_4_document(id, long, document));
                }
            }
            None => (),
        }
    }
    outcomes
}

fn peer_4_document(id: &str, long: &str, document: &Value<'static>) -> Result<(), String> {
    let evidence = if id == long { Evidence::none() } else { did::evidence(id, document) };
    let computed = dids::resolve(id, &evidence).map_err(|fault| fault.to_string())?;
    did::same(&computed, document)
}

/// The examples have commas before closing brackets.
fn without_trailing_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, character) in text.char_indices() {
        let rest = text.get(index + 1..).unwrap_or_default().trim_start();
        if character != ',' || !rest.starts_with([']', '}']) {
            out.push(character);
        }
    }
    out
}
