//! OpenID4VP 1.0 and 1.1: every example of the specification is read, and what is read is written again as it was.
//!
//! Where an example has a placeholder (`{...}`, `eyJhb…`), what belongs there is put in.

use std::path::{Path, PathBuf};

use tamarack::encoding::base64url_encode;
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack::present::Held;
use tamarack::sd_jwt::SdJwt;
use tamarack::{Evidence, EvidenceKind, Timestamp};
use tamarack_openid4vc::vp::client_id::{ClientId, Trust};
use tamarack_openid4vc::vp::dc_api::{self, Protocol};
use tamarack_openid4vc::vp::dcql::{Authorities, ClaimsPath, Query, Reading, World, match_held};
use tamarack_openid4vc::vp::metadata::ClientMetadata;
use tamarack_openid4vc::vp::request::{self, Expected};

use crate::Report;

const NOW: Timestamp = Timestamp::from_unix(1_763_812_800);
/// What stands in the place of a query that an example leaves out.
const QUERY: &str = r#"{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v"]}}]}"#;

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    for version in ["1.0", "1.1"] {
        let root = dir.join("oid4vp").join(version).join("examples");
        let mut files = Vec::new();
        list(&root, &mut files);
        if files.is_empty() {
            report.unseen.push(root.display().to_string());
        }
        for file in files {
            let name = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
            let outcome = std::fs::read_to_string(&file).map_err(|error| error.to_string());
            report.record(format!("{version} {name}"), outcome.and_then(|text| check(&name, &text, &root)));
        }
    }
    report
}

/// The JSON and text files below a folder, in order.
fn list(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            list(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "txt") {
            out.push(path);
        }
    }
}

/// A file that nobody here knows fails, so that a new example does not pass unseen.
fn check(name: &str, text: &str, root: &Path) -> Result<(), String> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    match (folder, file) {
        ("query_lang", _) | ("request", "dcql_jwt_vc.json" | "dcql_ldp_vc.json") => query(text),
        ("client_metadata", _) => metadata(text),
        ("request", "request_header_client_id_did.json") => header(text),
        ("request", "request_object_client_id_did.json") => request_object(text),
        ("digital_credentials_api", "error_invalid_request.json") => {
            same(text_of(&parse(text)?, "error")?, "invalid_request", "error")
        }
        ("digital_credentials_api", _) => dc_api_request(text),
        ("credentials", "jwt_vc.json") => jwt_credential(text, root),
        ("credentials", "ldp_vc.json") => matches(text, root, "dcql_ldp_vc.json"),
        ("credentials", _) => sd_jwt_payload(text),
        ("response", "ldp_vc.json") => ldp_presentation(text, root),
        ("response", "jwt_vc.json") => jwt_presentation(text),
        ("response", "kb_jwt_unsecured.json") => key_binding(text),
        ("sd_jwt_vcld/01", _) => vcld(file, text, root),
        _ => Err("nobody looked at it".to_owned()),
    }
}

fn parse(text: &str) -> Result<Object<'static>, String> {
    match json::parse(text.as_bytes()).map(Value::into_owned) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("no object".to_owned()),
        Err(fault) => Err(fault.to_string()),
    }
}

fn same(found: &str, wanted: &str, what: &str) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found}")) }
}

fn text_of<'o>(object: &'o Object<'_>, name: &str) -> Result<&'o str, String> {
    object.get(name).and_then(Value::as_str).ok_or_else(|| format!("no {name}"))
}

fn shown<E: core::fmt::Display>(error: E) -> String {
    error.to_string()
}

/// Reads a query, writes it, and finds every member of the example again.
fn query(text: &str) -> Result<(), String> {
    let example = Value::Object(parse(text)?);
    let query = Query::parse(text.as_bytes()).map_err(shown)?;
    let written = Value::Object(query.to_json());
    if json::canonicalize(&written) == json::canonicalize(&example) { Ok(()) } else { Err(json::to_string(&written)) }
}

fn metadata(text: &str) -> Result<(), String> {
    let example = parse(text)?;
    let metadata = ClientMetadata::read(&Value::Object(example.clone())).map_err(shown)?;
    if metadata.all != example || metadata.formats.is_none() {
        return Err("something was lost".to_owned());
    }
    Ok(())
}

fn header(text: &str) -> Result<(), String> {
    let header = parse(text)?;
    same(text_of(&header, "typ")?, "oauth-authz-req+jwt", "typ")?;
    same(text_of(&header, "kid")?, "did:example:123#1", "kid")
}

/// A verifier with the DID of the example, and a key of ours.
fn verifier() -> Result<(SecretKey, Evidence), String> {
    let key = SecretKey::from_bytes(KeyType::P256, &[7; 32]).map_err(shown)?;
    let jwk = json::to_string(&key.public_key().to_jwk());
    let document = format!(
        r#"{{"@context":["https://www.w3.org/ns/did/v1"],"id":"did:example:123","verificationMethod":[{{"id":"did:example:123#1",
        "type":"JsonWebKey","controller":"did:example:123","publicKeyJwk":{jwk}}}],"authentication":["did:example:123#1"]}}"#
    );
    let mut evidence = Evidence::none();
    evidence.insert(EvidenceKind::DidDocument, "did:example:123", document.into_bytes(), NOW);
    Ok((key, evidence))
}

fn trust(evidence: &Evidence) -> Trust<'_> {
    Trust { evidence, anchors: &[], attesters: &[], registered: &[], now: NOW }
}

/// The request object, signed by the key of the DID: the wallet takes it.
fn request_object(text: &str) -> Result<(), String> {
    let mut claims = parse(&text.replace("{ ... }", QUERY))?;
    // RFC 6749 §3.1.2: the example leaves out what its response mode needs beside this: nothing.
    claims.insert("aud", request::STATIC_AUDIENCE);
    let (key, evidence) = verifier()?;
    let header = [("kid", "did:example:123#1")].into_iter().collect();
    let token = request::sign(&claims, &header, &key).map_err(shown)?;
    let client_id = ClientId::parse("decentralized_identifier:did:example:123").map_err(shown)?;
    let expected = Expected { client_id: &client_id, wallet_nonce: None, issuer: None, fetched_from: None };
    let request = request::open(&token, &expected, &trust(&evidence)).map_err(shown)?;
    same(&request.nonce, "n-0S6_WzA2Mj", "nonce")?;
    same(request.answer_to.as_deref().unwrap_or_default(), "https://client.example.org/callback", "redirect_uri")
}

/// A request of the Digital Credentials API, by a client whose key we have.
fn dc_api_request(text: &str) -> Result<(), String> {
    let mut claims = parse(&text.replace("{...}", QUERY))?;
    let compact = claims.contains_key("client_id");
    let (key, evidence) = verifier()?;
    let id = "decentralized_identifier:did:example:123";
    let mut header: Object<'static> = [("kid", "did:example:123#1")].into_iter().collect();
    let (protocol, data) = if compact {
        // The example's client has a certificate that it does not show.
        same(text_of(&claims, "client_id")?, "x509_san_dns:rp.example.com", "client_id")?;
        claims.insert("client_id", id);
        let token = request::sign(&claims, &header, &key).map_err(shown)?;
        (Protocol::Signed, [("request", Value::from(token))].into_iter().collect())
    } else {
        header.insert("client_id", id);
        let token = request::sign(&claims, &header, &key).map_err(shown)?;
        let mut parts = token.split('.').map(|part| Value::from(part.to_owned()));
        let mut next = || parts.next().unwrap_or(Value::Null);
        let (protected, payload, signature) = (next(), next(), next());
        let one: Object<'static> = [("protected", protected), ("signature", signature)].into_iter().collect();
        let mut envelope = Object::new();
        envelope.insert("payload", payload);
        envelope.insert("signatures", Value::Array(vec![Value::Object(one)]));
        (Protocol::MultiSigned, [("request", Value::Object(envelope))].into_iter().collect())
    };
    let request = dc_api::read(protocol, &data, "https://origin2.example.com", &trust(&evidence)).map_err(shown)?;
    same(&request.audience, "origin:https://origin2.example.com", "audience")?;
    same(&request.nonce, "n-0S6_WzA2Mj", "nonce")
}

/// The example of a query matches the credential beside it.
fn answers(held: &Held, root: &Path, query: &str) -> Result<(), String> {
    let text = std::fs::read(root.join("request").join(query)).map_err(shown)?;
    let query = Query::parse(&text).map_err(shown)?;
    let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
    let found = match_held(&query, std::slice::from_ref(held), &World::new(&contexts, &authorities));
    if found.is_satisfiable() { Ok(()) } else { Err(format!("{:?}", found.credentials())) }
}

fn matches(text: &str, root: &Path, query: &str) -> Result<(), String> {
    answers(&Held::parse(text.as_bytes()).map_err(shown)?, root, query)
}

fn signed(claims: &str) -> Result<String, String> {
    let key = SecretKey::from_bytes(KeyType::P256, &[7; 32]).map_err(shown)?;
    let header = [("typ", "JWT"), ("kid", "did:example:123#1")].into_iter().collect();
    tamarack::jose::Jws::sign(&header, claims.as_bytes(), SignatureAlgorithm::Es256, &key).map_err(shown)
}

fn jwt_credential(text: &str, root: &Path) -> Result<(), String> {
    answers(&Held::parse(signed(text)?.as_bytes()).map_err(shown)?, root, "dcql_jwt_vc.json")
}

/// The payload before and after its claims were hidden: paths of the specification's first query lead somewhere in the one.
fn sd_jwt_payload(text: &str) -> Result<(), String> {
    let payload = Value::Object(parse(text)?);
    let path = |name: &str| ClaimsPath::of_keys([name]).map_err(shown);
    let found = |name: &str| Ok::<_, String>(path(name)?.select(&payload, Reading::Exact).len());
    match (found("vct")?, found("given_name")?, found("_sd")?) {
        (1, 1, 0) | (1, 0, 1) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

fn ldp_presentation(text: &str, root: &Path) -> Result<(), String> {
    let presentation = parse(text)?;
    let proof = presentation.get("proof").and_then(Value::as_object).ok_or("no proof")?;
    same(text_of(proof, "challenge")?, "n-0S6_WzA2Mj", "challenge")?;
    same(text_of(proof, "domain")?, "x509_san_dns:client.example.org", "domain")?;
    let credential = presentation.get("verifiableCredential").and_then(|all| all.items().first()).ok_or("none")?;
    matches(&json::to_string(credential), root, "dcql_ldp_vc.json")
}

fn jwt_presentation(text: &str) -> Result<(), String> {
    let inner = signed(
        r#"{"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential"],
        "issuer":"did:example:1","issuanceDate":"2025-01-01T00:00:00Z","credentialSubject":{"a":1}}}"#,
    )?;
    let jwt = tamarack::jose::read(&signed(&text.replace("eyJhb...ssw5c", &inner))?).map_err(shown)?;
    if !jwt.is_presentation {
        return Err("no presentation".to_owned());
    }
    let payload = jwt.payload.as_object().ok_or("no payload")?;
    same(text_of(payload, "aud")?, "x509_san_dns:client.example.org", "aud")?;
    same(text_of(payload, "nonce")?, "n-0S6_WzA2Mj", "nonce")
}

fn key_binding(text: &str) -> Result<(), String> {
    let claims = parse(text)?;
    same(text_of(&claims, "aud")?, "x509_san_dns:client.example.org", "aud")?;
    let hashes = claims.get("transaction_data_hashes").and_then(Value::as_array).ok_or("no hashes")?;
    match hashes {
        [one] if one.as_str().is_some_and(|hash| hash.len() == base64url_encode(&[0; 32]).len()) => Ok(()),
        other => Err(format!("{} hashes", other.len())),
    }
}

/// The SD-JWT VC with JSON-LD inside (B.3.7): the tokens hold together with the payloads beside them.
fn vcld(file: &str, text: &str, root: &Path) -> Result<(), String> {
    let folder = root.join("sd_jwt_vcld/01");
    let read =
        |name: &str| std::fs::read_to_string(folder.join(name)).map(|text| text.split_whitespace().collect::<String>());
    let plain: String = text.split_whitespace().collect();
    let payload_of = |token: &str| -> Result<Object<'static>, String> {
        let jws = tamarack::jose::Jws::parse(token).map_err(shown)?;
        parse(std::str::from_utf8(jws.payload()).map_err(shown)?)
    };
    let equal = |found: &Object<'static>, wanted: &Object<'static>| {
        let canonical = |object: &Object<'static>| json::canonicalize(&Value::Object(object.clone()));
        if canonical(found) == canonical(wanted) { Ok(()) } else { Err("something was lost".to_owned()) }
    };
    match file {
        "sd_jwt_issuance.txt" => {
            let held = Held::parse(plain.as_bytes()).map_err(shown)?;
            same(held.suite(), "dc+sd-jwt", "suite")
        }
        "sd_jwt_presentation.txt" => {
            let shown_token = SdJwt::parse(&plain).map_err(shown)?;
            equal(
                &shown_token.peek().map_err(shown)?,
                &parse(&std::fs::read_to_string(folder.join("verified_contents.json")).map_err(shown)?)?,
            )
        }
        "sd_jwt_jws_part.txt" => {
            let payload = parse(&std::fs::read_to_string(folder.join("sd_jwt_payload.json")).map_err(shown)?)?;
            equal(&payload_of(&plain)?, &payload)
        }
        "kb_jwt_serialized.txt" => {
            let payload = parse(&std::fs::read_to_string(folder.join("kb_jwt_payload.json")).map_err(shown)?)?;
            equal(&payload_of(&plain)?, &payload)
        }
        "kb_jwt_header.json" => same(text_of(&parse(text)?, "typ")?, "kb+jwt", "typ"),
        "kb_jwt_payload.json" => {
            let token = read("sd_jwt_presentation.txt").map_err(shown)?;
            let sd_jwt = SdJwt::parse(&token).map_err(shown)?;
            equal(&payload_of(sd_jwt.key_binding().ok_or("no key binding")?)?, &parse(text)?)
        }
        "sd_jwt_payload.json" => {
            let token = read("sd_jwt_issuance.txt").map_err(shown)?;
            equal(&payload_of(SdJwt::parse(&token).map_err(shown)?.jwt())?, &parse(text)?)
        }
        "user_claims.json" | "verified_contents.json" => {
            let path = ClaimsPath::of_keys(["ld", "credentialSubject"]).map_err(shown)?;
            let value = Value::Object(parse(text)?);
            if path.select(&value, Reading::Exact).is_empty() { Err("no ld".to_owned()) } else { Ok(()) }
        }
        _ => Err("nobody looked at it".to_owned()),
    }
}
