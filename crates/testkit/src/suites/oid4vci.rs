//! OpenID4VCI 1.0 (openid/OpenID4VCI `examples/`) and what the HAIP examples have of it: every message is read, written and
//! read again, and is what it was; signed ones are verified with the keys that come with them.

use std::path::Path;

use tamarack::Timestamp;
use tamarack::encoding::base64_decode;
use tamarack::jose::Jws;
use tamarack::json::{Value, parse};
use tamarack::keys::PublicKey;
use tamarack::sd_jwt::SdJwt;
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::client_attestation::{self, AttestationRules};
use tamarack_openid4vc::oauth::details::CredentialDetail;
use tamarack_openid4vc::vci::offer::{OfferUri, SCHEME};
use tamarack_openid4vc::vci::{
    CredentialConfiguration, CredentialOffer, CredentialRequest, CredentialResponse, IssuerMetadata, signed_metadata,
};

use super::did;
use crate::Report;

const ISSUER: &str = "https://credential-issuer.example.com";
const FOLDERS: [&str; 4] = ["oid4vci/1.0", "oid4vci/1.1", "haip/1.0", "haip/1.1"];
/// A time at which the signed examples are good.
const THEN: Timestamp = Timestamp::from_unix(1_755_050_000);

/// Runs the suite.
pub fn run(dir: &Path) -> Report {
    let mut report = Report::default();
    let mut manifest = crate::manifest(include_str!("../../manifests/oid4vci.tsv"));
    for folder in FOLDERS {
        let examples = dir.join(folder).join("examples");
        let mut files: Vec<_> = match std::fs::read_dir(&examples) {
            Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).collect(),
            Err(why) => {
                report.unseen.push(format!("{folder}: {why}"));
                continue;
            }
        };
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let outcome = std::fs::read_to_string(&file).map_err(|why| why.to_string());
            // What belongs to presentations is the other suite's.
            if let Some(outcome) = outcome.map(|text| judge(&name, &text, &examples)).transpose() {
                did::record(&mut report, &mut manifest, &format!("{folder}/{name}"), outcome.and_then(|found| found));
            }
        }
    }
    did::finish(report, manifest)
}

/// Judges an example by its name; `None` for one that is not of issuing.
fn judge(name: &str, text: &str, examples: &Path) -> Option<Result<(), String>> {
    let is = |prefix: &str| name.starts_with(prefix);
    Some(if is("authorization_details") {
        details(text)
    } else if is("credential_issuer_metadata_sd_jwt_jwt") {
        signed(&joined(text))
    } else if is("credential_issuer_metadata") {
        IssuerMetadata::parse(text.as_bytes(), ISSUER)
            .map_err(refused)
            .and_then(|metadata| same(text, &metadata.to_json()))
    } else if is("credential_metadata") {
        configurations(text)
    } else if is("credential_offer") {
        offer(body(text))
    } else if is("credential_request") {
        CredentialRequest::parse(text.as_bytes()).map_err(refused).and_then(|request| same(text, &request.to_json()))
    } else if is("credential_response") {
        response(name, &unbroken(body(text)), examples)
    } else if is("issuer_jwks") {
        issuer_keys(text).map(drop)
    } else if is("wallet_attestation") {
        attestation(&joined(text))
    } else {
        return None;
    })
}

fn refused(refusal: tamarack_openid4vc::Refusal) -> String {
    refusal.to_string()
}

fn details(text: &str) -> Result<(), String> {
    let details = CredentialDetail::parse_request(text).map_err(refused)?;
    same(text, &CredentialDetail::to_json(&details))
}

fn configurations(text: &str) -> Result<(), String> {
    let value = parse(text.as_bytes()).map_err(|fault| fault.to_string())?.into_owned();
    let all: Vec<Value<'static>> = match value.get("credential_configurations_supported").and_then(Value::as_object) {
        Some(all) => all.iter().map(|(_, value)| value.clone()).collect(),
        None => vec![value],
    };
    for one in all {
        let read = CredentialConfiguration::from_value(one.clone()).map_err(refused)?;
        if !equal(&read.to_value(), &one) {
            return Err("written otherwise than it was read".to_owned());
        }
    }
    Ok(())
}

fn offer(text: &str) -> Result<(), String> {
    let offer = CredentialOffer::parse(text.as_bytes()).map_err(refused)?;
    same(text, &offer.to_json())?;
    match OfferUri::parse(&OfferUri::Value(offer.clone()).to_uri(SCHEME)).map_err(refused)? {
        OfferUri::Value(again) if again == offer => Ok(()),
        _ => Err("another offer behind the link".to_owned()),
    }
}

/// The response; and the credential in it, as far as the examples have the key.
fn response(name: &str, text: &str, examples: &Path) -> Result<(), String> {
    let response = CredentialResponse::parse(text.as_bytes()).map_err(refused)?;
    same(text, &response.to_json())?;
    let CredentialResponse::Issued { credentials, .. } = response else { return Err("no credentials".to_owned()) };
    let token = credentials.first().and_then(Value::as_str).unwrap_or_default();
    let fault = |fault: tamarack::Fault| fault.to_string();
    if name.contains("jwt_vc_json") {
        let keys = std::fs::read_to_string(examples.join("issuer_jwks.json")).map_err(|why| why.to_string())?;
        let [key] = issuer_keys(&keys)?.try_into().map_err(|_| "several keys".to_owned())?;
        Jws::parse(token).and_then(|jws| jws.verify(&key)).map_err(fault)?;
    }
    if name.contains("sd_jwt") {
        SdJwt::parse(token).map_err(fault)?;
    }
    Ok(())
}

fn issuer_keys(text: &str) -> Result<Vec<PublicKey>, String> {
    let text = unbroken(text);
    let value = parse(text.as_bytes()).map_err(|fault| fault.to_string())?;
    let keys = value.pointer("/jwks/keys").map_or(&[][..], Value::items);
    keys.iter().map(|key| PublicKey::from_jwk(key).map_err(|fault| fault.to_string())).collect()
}

fn signed(token: &str) -> Result<(), String> {
    let metadata = signed_metadata::read(token, ISSUER, &anchored(token)?, THEN).map_err(refused)?;
    let again = IssuerMetadata::parse(metadata.to_json().as_bytes(), ISSUER).map_err(refused)?;
    if again != metadata {
        return Err("written otherwise than it was read".to_owned());
    }
    match signed_metadata::read(token, ISSUER, &Attesters::nobody(), THEN) {
        Err(_) => Ok(()),
        Ok(_) => Err("taken from somebody who is not trusted".to_owned()),
    }
}

/// The attestation holds; the proof of possession is missing, as nobody has the key of the example.
fn attestation(token: &str) -> Result<(), String> {
    let attesters = anchored(token)?;
    let rules = AttestationRules { attesters: &attesters, server: ISSUER, challenges: None, now: THEN };
    match client_attestation::check(&[token], &[], None, Some("https://wallet.example.com"), &rules) {
        Err(refusal) if refusal.about() == client_attestation::POP_HEADER => Ok(()),
        Err(refusal) => Err(refused(refusal)),
        Ok(_) => Err("taken without a proof of possession".to_owned()),
    }
}

/// Trust in the first certificate of a token's `x5c`.
fn anchored(token: &str) -> Result<Attesters, String> {
    let jws = Jws::parse(token).map_err(|fault| fault.to_string())?;
    let certificate = jws.header().get("x5c").map_or(&[][..], Value::items).first().and_then(Value::as_str);
    let der = base64_decode(certificate.ok_or("no certificate")?).map_err(|fault| fault.to_string())?;
    Ok(Attesters::nobody().anchored(der))
}

/// Whether two JSON texts say the same, whatever the order of their members.
fn same(one: &str, other: &str) -> Result<(), String> {
    let read = |text: &str| parse(text.as_bytes()).map(Value::into_owned).map_err(|fault| fault.to_string());
    if equal(&read(one)?, &read(other)?) { Ok(()) } else { Err("written otherwise than it was read".to_owned()) }
}

fn equal(one: &Value<'_>, other: &Value<'_>) -> bool {
    one.to_serde() == other.to_serde()
}

/// The body of an HTTP message, or the whole text if it has no header.
fn body(text: &str) -> &str {
    text.find('{').and_then(|at| text.get(at..)).unwrap_or(text)
}

/// A text that was broken into lines for display.
fn joined(text: &str) -> String {
    text.split_whitespace().collect()
}

/// JSON whose strings were broken into lines for display: a line that does not begin a new token goes on with the last.
fn unbroken(text: &str) -> String {
    let mut whole = String::new();
    let mut inside = false;
    for line in text.lines() {
        whole.push_str(if inside { line.trim_start() } else { line });
        inside ^= line.matches('"').count() % 2 == 1;
        if !inside {
            whole.push('\n');
        }
    }
    whole
}
