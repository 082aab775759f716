//! SD-JWT (RFC 9901) and SD-JWT VC: the tokens of the specifications, the cases of the reference implementations.

#![allow(clippy::indexing_slicing, reason = "a member that a vector lacks is null")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};
use tamarack::jose::Jws;
use tamarack::json::{Object, Value, to_string};
use tamarack::keys::{PublicKey, SecretKey};
use tamarack::sd_jwt::{Frame, HashName, IssueOptions, KeyBinding, SdJwt, issue, metadata_url, present};
use tamarack::{Evidence, EvidenceKind, Outcome, Policy, SystemRandomness, Timestamp, verify};

use super::yaml;
use crate::Report;

const RFC: &str = "sd-jwt/rfc-examples/sd-jwt-rfc9901-examples.json";
const VC: &str = "sd-jwt/rfc-examples/sd-jwt-vc-examples.json";
/// The key of the issuer in all examples (RFC 9901 §A.5), and that of the holder.
const ISSUER: &str = r#"{"kty":"EC","crv":"P-256","d":"Ur2bNKuBPOrAaxsRnbSH6hIhmNTxSGXshDSUD1a1y7g","x":"b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ","y":"Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8"}"#;
const HOLDER: &str = r#"{"kty":"EC","crv":"P-256","d":"5K5SCos8zf9zRemGGUl6yfok-_NiiryNZsvANWMhF-I","x":"TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc","y":"ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ"}"#;

/// The one case that does not apply, and why.
const EMPTY_OBJECT: (&str, &str) = (
    "js-testcases/test/array_none_disclosed.json",
    "expects that an object of which nothing is disclosed vanishes; RFC 9901 §7.1 step 3.5 leaves it as an empty object, and the \
     same case of sd-jwt-python says so",
);

/// Runs the suite.
///
/// - Each token of the specifications, compact or in JSON: the issuer's signature and that of the key-binding JWT, its
///   `sd_hash`, and the processed payload where the specification states it. Those of SD-JWT VC are verified whole.
/// - Each case of the reference implementations: issued with its frame, shown as it says, and what is seen compared.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    for file in [RFC, VC] {
        match read_examples(&dir.join(file)) {
            Ok(examples) => examples_of(file, &examples, &mut report),
            Err(why) => report.unseen.push(format!("{file}: {why}")),
        }
    }
    for folder in ["spec-yml/examples", "vc-spec-yml/examples", "testcases-yml/examples", "testcases-yml/testcases"] {
        cases(&dir.join("sd-jwt").join(folder), folder, &mut report, &|path| {
            let path = path.join("specification.yml");
            path.is_file()
                .then(|| fs::read_to_string(path).map_err(|e| e.to_string()).and_then(|text| yaml_case(&text)))
        });
    }
    let (name, reason) = EMPTY_OBJECT;
    let path = dir.join("sd-jwt").join(name);
    if let Ok(text) = fs::read_to_string(path) {
        match js_case(&text) {
            Ok(()) => report.record(name, Err("excluded, but passes".into())),
            Err(_) => report.exclude(name, reason),
        }
    }
    cases(&dir.join("sd-jwt/js-testcases/test"), "js-testcases", &mut report, &|path| {
        if path.ends_with("array_none_disclosed.json") {
            return None;
        }
        Some(fs::read_to_string(path).map_err(|e| e.to_string()).and_then(|text| js_case(&text)))
    });
    report
}

fn read_examples(path: &Path) -> Result<Vec<Json>, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

fn cases(folder: &Path, name: &str, report: &mut Report, run: &dyn Fn(&PathBuf) -> Option<Result<(), String>>) {
    let Ok(entries) = fs::read_dir(folder) else {
        report.unseen.push(name.to_owned());
        return;
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if let Some(outcome) = run(&path) {
            let file = path.file_name().unwrap_or_default().display();
            report.record(format!("{name}/{file}"), outcome);
        }
    }
}

fn secret(jwk: &str) -> Result<SecretKey, String> {
    let value = tamarack::json::parse(jwk.as_bytes()).map_err(|fault| fault.to_string())?;
    SecretKey::from_jwk(&value).map_err(|fault| fault.to_string())
}

fn public(jwk: &str) -> Result<PublicKey, String> {
    use tamarack::keys::Signer as _;
    secret(jwk).map(|key| key.public_key().clone())
}

fn of_json(json: &Json) -> Result<Object<'static>, String> {
    match Value::try_from(json).map_err(|fault| fault.to_string())? {
        Value::Object(object) => Ok(object),
        _ => Err("not an object".to_owned()),
    }
}

// --- the specifications' own tokens

fn examples_of(file: &str, examples: &[Json], report: &mut Report) {
    for (index, example) in examples.iter().enumerate() {
        let text = example["value"].as_str().or_else(|| example["text"].as_str()).unwrap_or_default();
        // Line breaks for display stand within the texts of the JSON serialization.
        let packed: String = text.split_whitespace().collect();
        let token = match example["kind"].as_str() {
            Some("compact") if text.contains('~') => Ok(text.to_owned()),
            Some("text") if packed.starts_with('{') && packed.contains("\"signature\":") => {
                SdJwt::compact_of_json(packed.as_bytes()).map_err(|fault| fault.to_string())
            }
            _ => continue,
        };
        // The payload that the verifier sees is stated behind the presentation, in the same section.
        let stated = examples.iter().skip(index + 1).take_while(|later| later["kind"] != "compact");
        let stated = stated.take_while(|later| later["section"] == example["section"]).find(|later| {
            let lead = later["lead_in"].as_str().unwrap_or_default();
            lead.contains("fter validation") || lead.contains("after the validation") || lead.contains("will have")
        });
        let name = format!("{file} {index}, {}", example["section"].as_str().unwrap_or_default());
        report.record(name, token.and_then(|token| check_token(&token, stated.map(|stated| &stated["value"]))));
    }
}

fn check_token(token: &str, stated: Option<&Json>) -> Result<(), String> {
    let failed = |fault: tamarack::Fault| fault.to_string();
    let sd_jwt = SdJwt::parse(token).map_err(failed)?;
    let payload = sd_jwt.open(&public(ISSUER)?).map_err(failed)?;
    let issued = payload.get("iat").and_then(Value::as_i64);
    let mut now = issued.unwrap_or_default();
    if let Some(kb) = sd_jwt.key_binding() {
        let jws = Jws::parse(kb).map_err(failed)?;
        jws.verify(&public(HOLDER)?).map_err(failed)?;
        let kb = tamarack::json::parse(jws.payload()).map_err(failed)?;
        let hash = HashName::of(&payload).map_err(failed)?.digest(sd_jwt.hashed());
        if kb.get("sd_hash").and_then(Value::as_str) != Some(&hash) {
            return Err("sd_hash".to_owned());
        }
        now = kb.get("iat").and_then(Value::as_i64).unwrap_or_default();
    }
    if let Some(stated) = stated {
        same(&Value::Object(payload.clone()).to_serde(), stated)?;
    }
    match payload.get("iss").and_then(Value::as_str) {
        Some(issuer) if payload.contains_key("vct") => verify_vc(token, issuer, now, sd_jwt.key_binding().is_some()),
        _ => Ok(()),
    }
}

/// The whole way of a verifier, with the issuer's metadata as evidence.
fn verify_vc(token: &str, issuer: &str, now: i64, bound: bool) -> Result<(), String> {
    let now = Timestamp::from_unix(now);
    let kid = SdJwt::parse(token).and_then(|token| token.header()).map_err(|fault| fault.to_string())?;
    let mut jwk = public(ISSUER)?.to_jwk().to_serde();
    if let Some(kid) = kid.get("kid").and_then(Value::as_str) {
        jwk["kid"] = kid.into();
    }
    let metadata = json!({ "issuer": issuer, "jwks": { "keys": [jwk] } });
    let url = metadata_url(issuer).map_err(|fault| fault.to_string())?;
    let mut evidence = Evidence::none();
    evidence.insert(EvidenceKind::IssuerMetadata, url, metadata.to_string().into_bytes(), now);
    let mut policy = Policy::insecure_trust_any_issuer();
    if bound {
        policy = policy.expect_challenge("1234567890");
    }
    let verdict = verify(token.as_bytes(), &policy, &evidence, now).map_err(|error| error.to_string())?;
    let told = || verdict.checks().iter().filter_map(|check| check.fault.as_ref()).map(ToString::to_string).collect();
    match verdict.outcome() {
        Outcome::Accept => Ok(()),
        _ => Err(told()),
    }
}

fn same(found: &Json, expected: &Json) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("found {found}, expected {expected}")) }
}

// --- the reference implementations' cases

struct Case {
    claims: Json,
    hidden: Vec<String>,
    decoys: bool,
    reveal: Vec<String>,
    /// What is seen, if the case says so.
    seen: Option<Json>,
    bound: bool,
}

fn play(case: &Case) -> Result<(), String> {
    let failed = |fault: tamarack::Fault| fault.to_string();
    // Some cases choose what is not there.
    let there: Vec<&String> = case.reveal.iter().filter(|pointer| case.claims.pointer(pointer).is_some()).collect();
    let (issuer, holder) = (secret(ISSUER)?, secret(HOLDER)?);
    let mut payload = of_json(&case.claims)?;
    payload.insert("cnf", Value::Object([("jwk", public(HOLDER)?.to_jwk())].into_iter().collect()));
    let mut frame = case.hidden.iter().fold(Frame::new(), |frame, pointer| frame.hide(pointer.as_str()));
    if case.decoys {
        frame = frame.decoys("", 5);
    }
    let options = IssueOptions { typ: "example+sd-jwt", kid: None, hash: HashName::Sha256, certificates: None };
    let issued = issue(&payload, &frame, &options, &issuer, &mut SystemRandomness).map_err(failed)?;
    let key = public(ISSUER)?;
    let all = SdJwt::parse(&issued).and_then(|token| token.open(&key)).map_err(failed)?;
    same(&Value::Object(all).to_serde(), &Value::Object(payload).to_serde())?;

    let reveal: Vec<&str> = there.iter().map(|pointer| pointer.as_str()).collect();
    let binding = KeyBinding {
        signer: &holder,
        audience: "https://verifier.example.org",
        nonce: "1234567890",
        now: Timestamp::from_unix(1_748_537_243),
        claims: None,
    };
    let shown = present(&issued, &reveal, case.bound.then_some(&binding)).map_err(failed)?;
    let sd_jwt = SdJwt::parse(&shown).map_err(failed)?;
    if sd_jwt.key_binding().is_some() != case.bound {
        return Err("key binding".to_owned());
    }
    let mut seen = sd_jwt.open(&key).map_err(failed)?;
    seen.remove("cnf");
    match &case.seen {
        Some(expected) => same(&Value::Object(seen).to_serde(), expected),
        // Nothing is stated: what was asked for is there, and nothing of it is changed.
        None => {
            let seen = Value::Object(seen).to_serde();
            let missing = there.iter().find(|pointer| {
                !pointer.split('/').any(|step| step.parse::<usize>().is_ok())
                    && seen.pointer(pointer) != case.claims.pointer(pointer)
            });
            missing.map_or(Ok(()), |pointer| {
                Err(format!("{pointer} is not as it was: {}", to_string(&Value::from(seen.to_string()))))
            })
        }
    }
}

/// Every `true` in a selection, as a pointer.
fn chosen(selection: &Json, path: &str, out: &mut Vec<String>) {
    match selection {
        Json::Bool(true) => out.push(path.to_owned()),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| chosen(item, &format!("{path}/{index}"), out));
        }
        Json::Object(members) => {
            for (key, value) in members {
                chosen(value, &format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        _ => {}
    }
}

fn yaml_case(text: &str) -> Result<(), String> {
    let case = yaml::parse(text)?;
    let mut reveal = Vec::new();
    chosen(&case.value["holder_disclosed_claims"], "", &mut reveal);
    let own = case.hidden.iter().filter_map(|pointer| pointer.strip_prefix("/user_claims"));
    play(&Case {
        hidden: own.map(str::to_owned).collect(),
        decoys: case.value["add_decoy_claims"] == true,
        reveal,
        seen: case.value.get("expect_verified_user_claims").cloned(),
        bound: case.value["key_binding"] == true,
        claims: case.value["user_claims"].clone(),
    })
}

/// `_sd` names what is hidden, other members lead further down.
fn framed(frame: &Json, path: &str, out: &mut Vec<String>) {
    for (key, value) in frame.as_object().unwrap_or(&Map::new()) {
        if key == "_sd" {
            for name in value.as_array().map_or(&[][..], Vec::as_slice) {
                out.push(format!("{path}/{}", name.as_str().map_or_else(|| name.to_string(), str::to_owned)));
            }
        } else if !key.starts_with("_sd") {
            framed(value, &format!("{path}/{key}"), out);
        }
    }
}

fn js_case(text: &str) -> Result<(), String> {
    let case: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let (mut hidden, mut reveal) = (Vec::new(), Vec::new());
    framed(&case["disclosureFrame"], "", &mut hidden);
    chosen(&case["presentationFrames"], "", &mut reveal);
    play(&Case {
        claims: case["claims"].clone(),
        hidden,
        decoys: false,
        reveal,
        seen: Some(case["presentedClaims"].clone()),
        bound: false,
    })
}
