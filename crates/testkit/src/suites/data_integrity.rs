//! What the vectors of vc-di-eddsa and vc-di-ecdsa have in common: a folder that shows each step from document to proof.

use std::path::Path;

use tamarack::did::Relationship;
use tamarack::encoding::{hex_encode, multibase58_decode};
use tamarack::json::{Object, Value, canonicalize, parse};
use tamarack::jsonld::{Contexts, Document, to_dataset};
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{self, Expected, SignOptions, Strict, Suite, World};
use tamarack::rdf::{self, HashAlgorithm};
use tamarack::{Evidence, Timestamp};

use crate::Report;

/// A folder of steps: its files are named by step and a common ending.
pub(super) struct Steps<'s> {
    pub(super) suite: Suite,
    pub(super) folder: &'s str,
    pub(super) ending: &'s str,
    pub(super) unsigned: &'s str,
}

/// Runs a folder: each file is one vector.
pub(super) fn run_steps(report: &mut Report, dir: &Path, steps: &Steps<'_>, key: &SecretKey) {
    let file = |stem: &str, extension: &str| format!("{}/{stem}{}.{extension}", steps.folder, steps.ending);
    let signed_name = file("signed", "json");
    let Some(signed) = object(report, dir, &signed_name) else { return };
    let Some(unsigned) = object(report, dir, steps.unsigned) else { return };
    let mut check = |name: String, got: Result<String, String>| {
        if let Some(expected) = text(report, dir, &name) {
            report.record(name, got.and_then(|got| same(expected.trim_end(), got.trim_end())));
        }
    };
    let hash = if key.public_key().key_type() == KeyType::P384 { HashAlgorithm::Sha384 } else { HashAlgorithm::Sha256 };
    let is_jcs = matches!(steps.suite, Suite::EddsaJcs2022 | Suite::EcdsaJcs2019);
    let mut config = signed.get("proof").and_then(Value::as_object).cloned().unwrap_or_default();
    let value = config.remove("proofValue").and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    if let Some(context) = signed.get("@context") {
        config.insert("@context", context.clone());
    }
    let mut bare = signed.clone();
    bare.remove("proof");

    let canonical = |object: &Object<'static>| {
        if is_jcs { Ok(canonicalize(&Value::Object(object.clone()))) } else { quads(object, hash) }
    };
    let digest = |text: &Result<String, String>| text.clone().map(|text| hex_encode(&hash.digest(text.as_bytes())));
    let (document, options) = (canonical(&bare), canonical(&config));
    let (document_hash, options_hash) = (digest(&document), digest(&options));
    let combined = options_hash.clone().and_then(|first| document_hash.clone().map(|second| first + &second));
    check(file("canonDoc", "txt"), document);
    check(file("docHash", "txt"), document_hash);
    check(file("proofCanon", "txt"), options);
    check(file("proofHash", "txt"), options_hash);
    check(file("combinedHash", "txt"), combined);

    let made = sign(&unsigned, steps.suite, &config, key);
    let made_value = made.clone().and_then(|made| {
        let value = made.get("proof").and_then(|proof| proof.get("proofValue")).and_then(Value::as_str);
        value.map(str::to_owned).ok_or_else(|| "no proofValue".to_owned())
    });
    check(file("sigBTC58", "txt"), made_value.clone());
    let bytes = made_value.and_then(|value| multibase58_decode(&value).map_err(|fault| fault.to_string()));
    check(file("sigHex", "txt"), bytes.map(|bytes| hex_encode(&bytes)));

    let config_name = file("proofConfig", "json");
    if let Some(expected) = object(report, dir, &config_name) {
        let got = made.clone().map(|made| {
            let mut options = made.get("proof").and_then(Value::as_object).cloned().unwrap_or_default();
            options.remove("proofValue");
            if let Some(context) = made.get("@context") {
                options.insert("@context", context.clone());
            }
            options
        });
        report.record(config_name, got.and_then(|got| same_json(&expected, &got)));
    }
    let outcome = made
        .and_then(|made| same_json(&signed, &made))
        .and_then(|()| verify(&signed))
        .and_then(|()| if value.is_empty() { Err("no proofValue".to_owned()) } else { Ok(()) });
    report.record(signed_name, outcome);
}

/// Signs as the options of a vector say.
pub(super) fn sign(
    document: &Object<'_>,
    suite: Suite,
    options: &Object<'_>,
    key: &SecretKey,
) -> Result<Object<'static>, String> {
    let text = |name: &str| options.get(name).and_then(Value::as_str).map(str::to_owned);
    let created = text("created").map(|time| Timestamp::parse_stamp(&time)).transpose();
    let options = SignOptions {
        suite,
        verification_method: text("verificationMethod").ok_or("no verificationMethod")?,
        purpose: Relationship::AssertionMethod,
        created: created.map_err(|fault| fault.to_string())?,
        expires: None,
        challenge: None,
        domain: None,
        id: text("id"),
        previous: options
            .get("previousProof")
            .map_or(&[][..], Value::items)
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    };
    proof::sign(document, &options, key, &Contexts::builtin()).map_err(|fault| fault.to_string())
}

/// Whether every signature of a document matches. (The keys are not the issuers': their authority is not judged.)
pub(super) fn verify(document: &Object<'_>) -> Result<(), String> {
    let evidence = Evidence::none();
    let mut world = World {
        evidence: &evidence,
        contexts: Contexts::builtin(),
        now: Timestamp::from_unix(1_800_000_000),
        clock_skew_seconds: 0,
        checker: &mut Strict,
    };
    let expected = Expected { purpose: Relationship::AssertionMethod, controller: None };
    let outcomes = proof::verify(document, expected, &mut world).map_err(|fault| fault.to_string())?;
    for outcome in &outcomes {
        outcome.signature.clone().map_err(|fault| fault.to_string())?;
        outcome.authority.clone().map_err(|fault| fault.to_string())?;
    }
    if outcomes.is_empty() { Err("no proof".to_owned()) } else { Ok(()) }
}

fn quads(object: &Object<'_>, hash: HashAlgorithm) -> Result<String, String> {
    to_dataset(&Document { object, context: None, skip: &[] }, &Contexts::builtin())
        .and_then(|dataset| rdf::canonicalize(&dataset, hash))
        .map_err(|fault| fault.to_string())
}

/// A key pair: the secret gives the public key.
pub(super) fn key(pair: &Value<'_>) -> Result<SecretKey, String> {
    let secret = ["privateKeyMultibase", "secretKeyMultibase"].iter().find_map(|name| pair.get(name)?.as_str());
    let key = SecretKey::from_multibase(secret.ok_or("no secret key")?).map_err(|fault| fault.to_string())?;
    let public = pair.get("publicKeyMultibase").and_then(Value::as_str).ok_or("no public key")?;
    same(public, &key.public_key().to_multikey()).map(|()| key)
}

/// A file's JSON object; a missing one is noted as unseen.
pub(super) fn object(report: &mut Report, dir: &Path, name: &str) -> Option<Object<'static>> {
    let text = text(report, dir, name)?;
    match parse(text.as_bytes()) {
        Ok(Value::Object(object)) => Some(object.into_owned()),
        Ok(_) => {
            report.record(name, Err("not an object".to_owned()));
            None
        }
        Err(fault) => {
            report.record(name, Err(fault.to_string()));
            None
        }
    }
}

fn text(report: &mut Report, dir: &Path, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(dir.join(name)).ok();
    if text.is_none() {
        report.unseen.push(format!("{}/{name}", dir.file_name().unwrap_or_default().to_string_lossy()));
    }
    text
}

pub(super) fn same_json(expected: &Object<'_>, got: &Object<'_>) -> Result<(), String> {
    same(&canonicalize(&Value::Object(expected.clone())), &canonicalize(&Value::Object(got.clone())))
}

fn same(expected: &str, got: &str) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("expected {expected}, got {got}")) }
}
