//! What the vectors of vc-di-eddsa and vc-di-ecdsa have in common: a folder that shows each step from document to proof.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use tamarack::did::Relationship;
use tamarack::encoding::{hex_encode, multibase58_decode};
use tamarack::json::{Object, Value, canonicalize, parse};
use tamarack::jsonld::{ContextSet, Contexts, Document, to_dataset};
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{self, Expected, SignOptions, Strict, Suite, World};
use tamarack::rdf::{self, HashAlgorithm};
use tamarack::{Evidence, Randomness, SystemRandomness, Timestamp};

use super::selective::plain;
use crate::{Report, manifest};

/// A context that the vectors use and that is not built in: a draft of long ago.
const DRAFT_CONTEXT: (&str, &str) =
    ("https://w3id.org/citizenship/v4rc1", "contexts/citizenship/contexts/citizenship-v4rc1.jsonld");

/// A suite's folder, the contexts that its documents need, and what came of it so far.
pub(super) struct Bench {
    pub(super) report: Report,
    dir: PathBuf,
    contexts: ContextSet,
}

/// A folder of steps: its files are named by step and a common ending.
pub(super) struct Steps<'s> {
    pub(super) suite: Suite,
    pub(super) folder: &'s str,
    pub(super) ending: &'s str,
    pub(super) unsigned: &'s str,
}

impl Bench {
    pub(super) fn new(vectors: &Path, suite: &str) -> Self {
        let mut bench = Self { report: Report::default(), dir: vectors.join(suite), contexts: ContextSet::default() };
        let (url, file) = DRAFT_CONTEXT;
        match std::fs::read(vectors.join(file)) {
            Ok(bytes) => bench.contexts.insert(url, &bytes),
            Err(_) => bench.report.unseen.push(file.to_owned()),
        }
        bench
    }

    /// What came of it, with the failures that the manifest explains. A line that explains none is a failure itself.
    pub(super) fn finish(self, text: &'static str) -> Report {
        let mut report = self.report;
        for (name, reason) in manifest(text) {
            match report.failed.iter().position(|(failed, _)| failed == name) {
                Some(at) => {
                    report.failed.swap_remove(at);
                    report.exclude(name, reason);
                }
                None if report.unseen.is_empty() => {
                    report.record(name, Err("stands in the manifest, but passes or is no vector".to_owned()));
                }
                None => {}
            }
        }
        report
    }

    /// The contexts that the documents need.
    pub(super) fn contexts(&self) -> Contexts<'_> {
        Contexts::with(&self.contexts)
    }

    /// Records a JSON file as one vector: it must say what was made.
    pub(super) fn compare(&mut self, name: &str, made: Result<Json, String>) {
        let path = self.dir.join(name);
        if !path.exists() {
            return;
        }
        let Some(text) = self.text(name) else { return };
        let outcome = made.and_then(|made| {
            let expected: Json = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            let (expected, made) = (plain(expected), plain(made));
            if expected == made { Ok(()) } else { Err(format!("expected {expected}, got {made}")) }
        });
        self.report.record(name, outcome);
    }

    /// Runs a folder: each file is one vector.
    pub(super) fn run_steps(&mut self, steps: &Steps<'_>, key: &SecretKey) {
        let file = |stem: &str, extension: &str| format!("{}/{stem}{}.{extension}", steps.folder, steps.ending);
        let signed_name = file("signed", "json");
        let (Some(signed), Some(unsigned)) = (self.object(&signed_name), self.object(steps.unsigned)) else { return };
        let hash =
            if key.public_key().key_type() == KeyType::P384 { HashAlgorithm::Sha384 } else { HashAlgorithm::Sha256 };
        let is_jcs = matches!(steps.suite, Suite::EddsaJcs2022 | Suite::EcdsaJcs2019);
        let (bare, config) = taken_apart(&signed);

        let canonical = |object: &Object<'static>| {
            if is_jcs { Ok(canonicalize(&Value::Object(object.clone()))) } else { self.quads(object, hash) }
        };
        let digest = |text: &Result<String, String>| text.clone().map(|text| hex_encode(&hash.digest(text.as_bytes())));
        let (document, options) = (canonical(&bare), canonical(&config));
        let (document_hash, options_hash) = (digest(&document), digest(&options));
        let combined = options_hash.clone().and_then(|first| document_hash.clone().map(|second| first + &second));
        let made = self.sign(&unsigned, steps.suite, &config, key);
        let value = made.clone().and_then(|made| {
            let value = made.get("proof").and_then(|proof| proof.get("proofValue")).and_then(Value::as_str);
            value.map(str::to_owned).ok_or_else(|| "no proofValue".to_owned())
        });
        let bytes = value.clone().and_then(|value| multibase58_decode(&value).map_err(|fault| fault.to_string()));
        for (name, got) in [
            ("canonDoc", document),
            ("docHash", document_hash),
            ("proofCanon", options),
            ("proofHash", options_hash),
            ("combinedHash", combined),
            ("sigBTC58", value),
            ("sigHex", bytes.map(|bytes| hex_encode(&bytes))),
        ] {
            let name = file(name, "txt");
            if let Some(expected) = self.text(&name) {
                self.report.record(name, got.and_then(|got| same(expected.trim_end(), got.trim_end())));
            }
        }
        let config_name = file("proofConfig", "json");
        if let Some(expected) = self.object(&config_name) {
            let got = made.clone().map(|made| taken_apart(&made).1);
            self.report.record(config_name, got.and_then(|got| same_json(&expected, &got)));
        }
        let outcome = made.and_then(|made| same_json(&signed, &made)).and_then(|()| self.verify(&signed));
        self.report.record(signed_name, outcome);
    }

    /// Signs as the options of a vector say.
    pub(super) fn sign(
        &self,
        document: &Object<'_>,
        suite: Suite,
        options: &Object<'_>,
        key: &SecretKey,
    ) -> Result<Object<'static>, String> {
        self.sign_with(document, suite, options, key, |_| {}, &mut SystemRandomness)
    }

    /// Signs as the options of a vector say, and what `change` adds.
    pub(super) fn sign_with(
        &self,
        document: &Object<'_>,
        suite: Suite,
        options: &Object<'_>,
        key: &SecretKey,
        change: impl FnOnce(&mut SignOptions),
        rng: &mut dyn Randomness,
    ) -> Result<Object<'static>, String> {
        let mut options = self.options(suite, options)?;
        change(&mut options);
        proof::sign_with(document, &options, key, &self.contexts(), rng).map_err(|fault| fault.to_string())
    }

    /// The options of a vector.
    pub(super) fn options(&self, suite: Suite, options: &Object<'_>) -> Result<SignOptions, String> {
        let text = |name: &str| options.get(name).and_then(Value::as_str).map(str::to_owned);
        let created = text("created").map(|time| Timestamp::parse_stamp(&time)).transpose();
        let previous = options.get("previousProof").map_or(&[][..], Value::items);
        Ok(SignOptions {
            suite,
            verification_method: text("verificationMethod").ok_or("no verificationMethod")?,
            purpose: Relationship::AssertionMethod,
            created: created.map_err(|fault| fault.to_string())?,
            expires: None,
            challenge: None,
            domain: None,
            id: text("id"),
            previous: previous.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            mandatory_pointers: Vec::new(),
        })
    }

    /// Whether every signature of a document matches. (The keys are not the issuers': that is not judged here.)
    pub(super) fn verify(&self, document: &Object<'_>) -> Result<(), String> {
        self.verify_as(document, false)
    }

    /// [`Self::verify`], by a holder who was given the document or by anybody.
    pub(super) fn verify_as(&self, document: &Object<'_>, as_holder: bool) -> Result<(), String> {
        let evidence = Evidence::none();
        let mut world = World {
            evidence: &evidence,
            documents: &tamarack::did::Documents::new(),
            contexts: Contexts::with(&self.contexts),
            now: Timestamp::from_unix(1_800_000_000),
            clock_skew_seconds: 0,
            as_holder,
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

    pub(super) fn quads(&self, object: &Object<'_>, hash: HashAlgorithm) -> Result<String, String> {
        to_dataset(&Document { object, context: None, skip: &[] }, &Contexts::with(&self.contexts))
            .and_then(|dataset| rdf::canonicalize(&dataset, hash))
            .map_err(|fault| fault.to_string())
    }

    /// A file's JSON object; a missing one is noted as unseen.
    pub(super) fn object(&mut self, name: &str) -> Option<Object<'static>> {
        let text = self.text(name)?;
        let why = match parse(text.as_bytes()) {
            Ok(Value::Object(object)) => return Some(object.into_owned()),
            Ok(_) => "not an object".to_owned(),
            Err(fault) => fault.to_string(),
        };
        self.report.record(name, Err(why));
        None
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let text = std::fs::read_to_string(self.dir.join(name)).ok();
        if text.is_none() {
            self.report.unseen.push(self.dir.join(name).display().to_string());
        }
        text
    }
}

/// The document without its proof; and the proof's options, with the document's contexts as the vectors write them.
pub(super) fn taken_apart(signed: &Object<'static>) -> (Object<'static>, Object<'static>) {
    let mut bare = signed.clone();
    let mut config = match bare.remove("proof") {
        Some(Value::Object(proof)) => proof,
        _ => Object::new(),
    };
    config.remove("proofValue");
    if let Some(context) = bare.get("@context") {
        config.insert("@context", context.clone());
    }
    (bare, config)
}

/// A key pair: the secret gives the public key.
pub(super) fn key(pair: &Value<'_>) -> Result<SecretKey, String> {
    let secret = ["privateKeyMultibase", "secretKeyMultibase"].iter().find_map(|name| pair.get(name)?.as_str());
    let key = SecretKey::from_multibase(secret.ok_or("no secret key")?).map_err(|fault| fault.to_string())?;
    let public = pair.get("publicKeyMultibase").and_then(Value::as_str).ok_or("no public key")?;
    same(public, &key.public_key().to_multikey()).map(|()| key)
}

pub(super) fn same_json(expected: &Object<'_>, got: &Object<'_>) -> Result<(), String> {
    same(&canonicalize(&Value::Object(expected.clone())), &canonicalize(&Value::Object(got.clone())))
}

fn same(expected: &str, got: &str) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("expected {expected}, got {got}")) }
}
