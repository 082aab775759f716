//! The documents of `BbsBlsSignature2020`: those of MATTR's jsonld-signatures-bbs, and the examples of w3c-ccg/ldp-bbs2020.
//!
//! Each of MATTR's documents is verified as it stands. `"@type"` is written `"type"` first, which is the same statement: the
//! library wants every member named by a term, and a test of its own shows that the keyword is refused. Where a vector comes
//! with a reveal document, deriving from its signed document must give the derived document of the vector, whose proof
//! aside, and ours must verify as well.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tamarack::did::Relationship;
use tamarack::json::{Object, Value, parse};
use tamarack::jsonld::{ContextSet, Contexts};
use tamarack::keys::{KeyType, PublicKey, SecretKey};
use tamarack::proof::{self, DeriveOptions, Expected, SignOptions, Strict, Suite, World};
use tamarack::{Evidence, EvidenceKind, Fault, SystemRandomness, Timestamp};

use super::json_ld_frame::unordered;
use crate::Report;

const DID: &str = "did:example:489398593";
const FOLDER: &str = "bbs-2020-legacy/jsonld-signatures-bbs";
/// The data model's context as MATTR's tests have it, where the terms of proofs are not protected: with the published one,
/// `security/v3-unstable` after it is an error. No signature covers the URL of a context.
const CONTEXT: (&str, &str, &str) = (
    "https://www.w3.org/2018/credentials/v1",
    "https://mattr.example/2018/credentials/v1",
    "documentLoader/contexts/credential_vocab.json",
);
const EXAMPLES: &str = "bbs-2020-legacy/ldp-bbs2020/ldp-bbs2020-spec-examples.json";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    document: Option<serde_json::Value>,
    signed_document: Option<serde_json::Value>,
    reveal_document: Option<serde_json::Value>,
    derived_proof: Option<serde_json::Value>,
    result: Option<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    valid: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyPair {
    private_key_base58: String,
    public_key_base58: String,
}

#[derive(Deserialize)]
struct Example {
    value: Option<serde_json::Value>,
}

/// The issuer of all vectors.
struct Issuer {
    secret: SecretKey,
    public: PublicKey,
    evidence: Evidence,
    contexts: ContextSet,
}

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let mut excluded: BTreeMap<&str, &str> =
        crate::manifest(include_str!("../../manifests/bbs_2020.tsv")).into_iter().collect();
    let issuer = match issuer(dir) {
        Ok(issuer) => issuer,
        Err(why) => {
            report.unseen.push(format!("{FOLDER}/BbsBlsSignature2020/keyPair.json: {why}"));
            return report;
        }
    };
    let mut record = |name: String, outcome: Result<(), String>| match excluded.remove(name.as_str()) {
        None => report.record(name, outcome),
        Some(_) if outcome.is_ok() => report.record(name, Err("stands in the manifest, but passes".to_owned())),
        Some(reason) => report.exclude(name, reason),
    };
    let mut unseen = Vec::new();
    for (folder, count) in [("documents", 2), ("proofs", 5), ("derivedProofs", 6)] {
        for number in 1..=count {
            let name = format!("{folder}/{number}");
            match read::<Case>(&dir.join(FOLDER).join(format!("BbsBlsSignature2020/{name}.json"))) {
                Ok(case) => check(&name, &case, &issuer, &mut record),
                Err(why) => unseen.push(format!("{name}: {why}")),
            }
        }
    }
    match sample(dir) {
        Ok((document, frame)) => record("data/deriveProofFrame".to_owned(), issuer.round(&document, Some(&frame))),
        Err(why) => unseen.push(format!("data: {why}")),
    }
    match read::<Vec<Example>>(&dir.join(EXAMPLES)) {
        Ok(examples) => {
            for (number, example) in examples.iter().enumerate() {
                let Some(value) = &example.value else {
                    record(format!("ldp-bbs2020/{number}"), Err("not JSON".to_owned()));
                    continue;
                };
                record(format!("ldp-bbs2020/{number}"), issuer.example(value));
            }
        }
        Err(why) => unseen.push(format!("{EXAMPLES}: {why}")),
    }
    for (name, _) in excluded {
        report.record(name, Err("stands in the manifest, but is no vector".to_owned()));
    }
    report.unseen.extend(unseen);
    report
}

fn read<T: for<'d> Deserialize<'d>>(path: &Path) -> Result<T, String> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}

/// The credential and frame of MATTR's sample program.
fn sample(dir: &Path) -> Result<(Object<'static>, Object<'static>), String> {
    let file = |name: &str| read(&dir.join(FOLDER).join("data").join(name)).and_then(|json| object(&json));
    Ok((file("inputDocument.json")?, file("deriveProofFrame.json")?))
}

fn issuer(dir: &Path) -> Result<Issuer, String> {
    let pair: KeyPair = read(&dir.join(FOLDER).join("BbsBlsSignature2020/keyPair.json"))?;
    let say = |fault: Fault| fault.to_string();
    let secret = tamarack::encoding::multibase58_decode(&format!("z{}", pair.private_key_base58)).map_err(say)?;
    let secret = SecretKey::from_bytes(KeyType::Bls12381G2, &secret).map_err(say)?;
    let public = PublicKey::from_base58(KeyType::Bls12381G2, &pair.public_key_base58).map_err(say)?;
    let document = format!(
        r#"{{"@context":"https://w3id.org/security/v2","id":"{DID}","assertionMethod":[{{"id":"{DID}#test","type":"Bls12381G2Key2020","controller":"{DID}","publicKeyBase58":"{}"}}]}}"#,
        pair.public_key_base58
    );
    let mut evidence = Evidence::none();
    evidence.insert(EvidenceKind::DidDocument, DID, document.into_bytes(), now());
    let context = std::fs::read(dir.join(FOLDER).join(CONTEXT.2)).map_err(|error| error.to_string())?;
    let mut contexts = ContextSet::default();
    contexts.insert(CONTEXT.1, &context);
    Ok(Issuer { secret, public, evidence, contexts })
}

fn now() -> Timestamp {
    Timestamp::from_unix(1_700_000_000)
}

fn object(json: &serde_json::Value) -> Result<Object<'static>, String> {
    let mut text = json.to_string().replace(r#""@type":"#, r#""type":"#);
    if text.contains("v3-unstable") {
        text = text.replace(CONTEXT.0, CONTEXT.1);
    }
    match parse(text.as_bytes()).map(Value::into_owned) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("no object".to_owned()),
        Err(fault) => Err(fault.to_string()),
    }
}

fn check(name: &str, case: &Case, issuer: &Issuer, record: &mut impl FnMut(String, Result<(), String>)) {
    let expected = case.result.as_ref().is_none_or(|result| result.valid);
    if let Some(document) = &case.document {
        record(format!("{name} issue"), object(document).and_then(|document| issuer.round(&document, None)));
    }
    if let Some(signed) = &case.signed_document
        && case.derived_proof.is_none()
    {
        record(format!("{name} verify"), object(signed).and_then(|signed| issuer.judge(&signed, expected)));
    }
    if let Some(derived) = &case.derived_proof {
        record(format!("{name} verify derived"), object(derived).and_then(|derived| issuer.judge(&derived, expected)));
    }
    if let (Some(signed), Some(frame), Some(derived), true) =
        (&case.signed_document, &case.reveal_document, &case.derived_proof, expected)
    {
        record(format!("{name} verify"), object(signed).and_then(|signed| issuer.judge(&signed, true)));
        let outcome = (|| {
            let (signed, frame, theirs) = (object(signed)?, object(frame)?, object(derived)?);
            let ours = issuer.derive(&signed, &frame)?;
            let bare = |document: &Object<'static>| {
                let mut document = document.clone();
                document.remove("proof");
                unordered(&Value::Object(document), "")
            };
            if bare(&ours) != bare(&theirs) {
                return Err(format!("found {}, expected {}", bare(&ours), bare(&theirs)));
            }
            issuer.judge(&ours, true)
        })();
        record(format!("{name} derive"), outcome);
    }
}

impl Issuer {
    /// Every proof of the document must match, or one must not.
    fn judge(&self, document: &Object<'_>, valid: bool) -> Result<(), String> {
        match (self.verify(document), valid) {
            (Ok(()), true) | (Err(_), false) => Ok(()),
            (Ok(()), false) => Err("it verifies".to_owned()),
            (Err(why), true) => Err(why),
        }
    }

    fn verify(&self, document: &Object<'_>) -> Result<(), String> {
        let mut world = World {
            evidence: &self.evidence,
            documents: &tamarack::did::Documents::new(),
            contexts: Contexts::with(&self.contexts),
            now: now(),
            clock_skew_seconds: 0,
            as_holder: false,
            checker: &mut Strict,
        };
        let expected = Expected { purpose: Relationship::AssertionMethod, controller: Some(DID) };
        let outcomes = proof::verify(document, expected, &mut world).map_err(|fault| fault.to_string())?;
        outcomes.into_iter().try_for_each(|outcome| {
            outcome.signature.and_then(|()| outcome.authority.map(drop)).map_err(|fault| fault.to_string())
        })
    }

    fn derive(&self, document: &Object<'_>, frame: &Object<'static>) -> Result<Object<'static>, String> {
        let options = DeriveOptions {
            frame: Some(frame.clone()),
            issuer_key: Some(self.public.clone()),
            ..DeriveOptions::default()
        };
        proof::derive(document, &options, &Contexts::with(&self.contexts), &mut SystemRandomness)
            .map_err(|fault| fault.to_string())
    }

    fn sign(&self, document: &Object<'_>) -> Result<Object<'static>, String> {
        let options = SignOptions {
            suite: Suite::BbsBlsSignature2020,
            verification_method: format!("{DID}#test"),
            purpose: Relationship::AssertionMethod,
            created: Some(now()),
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: Vec::new(),
        };
        proof::sign(document, &options, &self.secret, &Contexts::with(&self.contexts))
            .map_err(|fault| fault.to_string())
    }

    /// Signs, verifies and, with a frame, derives and verifies that.
    fn round(&self, document: &Object<'_>, frame: Option<&Object<'static>>) -> Result<(), String> {
        let signed = self.sign(document)?;
        self.verify(&signed)?;
        match frame {
            Some(frame) => self.verify(&self.derive(&signed, frame)?),
            None => Ok(()),
        }
    }

    /// An example of the draft: a verification method whose key must be readable, or a document whose proof must match.
    fn example(&self, value: &serde_json::Value) -> Result<(), String> {
        if value.get("proof").is_some() {
            return self.verify(&object(value)?);
        }
        let mut method = object(value)?;
        method.insert("id", "did:example:123#key");
        let mut document = Object::new();
        document.insert("id", "did:example:123");
        document.insert("assertionMethod", vec![Value::Object(method)]);
        let mut evidence = Evidence::none();
        let text = tamarack::json::to_string(&Value::Object(document));
        evidence.insert(EvidenceKind::DidDocument, "did:example:123", text.into_bytes(), now());
        tamarack::did::verification_method("did:example:123#key", Relationship::AssertionMethod, &evidence)
            .map(drop)
            .map_err(|fault| fault.to_string())
    }
}
