//! The W3C VC API (VCALM 1.0) of a verifier.
//!
//! | | |
//! |---|---|
//! | `POST /credentials/verify` | `{"verifiableCredential", "options"?: {"returnCredential"?}}` |
//! | `POST /presentations/verify` | `{"verifiablePresentation" or "presentation", "options"?: {"challenge"?, "domain"?, "returnPresentation"?}}` |
//!
//! 200 says that all of it was accepted; everything else is 400 with `"verified": false` and the reasons. They want the token
//! of the REST interface, unless they are open: each makes this server fetch what its caller names.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tamarack::credential::{CONTEXT_V2, Contained, read_presentation};
use tamarack::json::{self, Object};
use tamarack::messages::{Lang, explain};
use tamarack::verify::{Check, CheckResult};
use tamarack::{CheckId, Error, Evidence, Fault, Need, Outcome, Policy, Verdict, limits, verify};

use super::may_fetch;
use crate::http::{Client, Problem};
use crate::verifier::Verifier;
use crate::verifier::settings::now;

pub(super) async fn credential(
    State(verifier): State<Verifier>,
    client: Client,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    may_fetch(&verifier, &headers, client, verifier.inner.open.vc_api)?;
    answer(verifier, body, credential_result).await
}

pub(super) async fn presentation(
    State(verifier): State<Verifier>,
    client: Client,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    may_fetch(&verifier, &headers, client, verifier.inner.open.vc_api)?;
    answer(verifier, body, presentation_result).await
}

/// What is wrong with a request, which says nothing of a credential: the JSON pointer.
struct Malformed(&'static str);

type Judged = Result<(bool, Value), Malformed>;

/// Judges on a thread that may wait for the network.
async fn answer(
    verifier: Verifier,
    body: String,
    judge: fn(&Verifier, &Object<'_>) -> Judged,
) -> Result<Response, Problem> {
    let judged = tokio::task::spawn_blocking(move || {
        // The library's own reader: what is signed must be read as it was signed.
        let whole = json::parse(body.as_bytes()).map_err(|_| Malformed(""))?;
        judge(&verifier, whole.as_object().ok_or(Malformed(""))?)
    });
    let (verified, result) = match judged.await.map_err(|_| Problem::internal())? {
        Ok(judged) => judged,
        Err(Malformed(pointer)) => (false, json!({"verified": false, "problemDetails": [parsing(pointer)]})),
    };
    let status = if verified { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    Ok((status, Json(result)).into_response())
}

fn credential_result(verifier: &Verifier, request: &Object<'_>) -> Judged {
    let given = request.get("verifiableCredential").ok_or(Malformed("/verifiableCredential"))?;
    let token = sd_jwt_vc(given).map(str::to_owned);
    let input = token.or_else(|| input(given)).ok_or(Malformed("/verifiableCredential"))?;
    let (policy, options) = policy(verifier, request)?;
    let (verified, problems) = reasons(&judge(verifier, &input, &policy));
    let mut result = json!({"verified": verified, "problemDetails": problems});
    give_back(&mut result, "credential", given, flag(&options, "returnCredential"));
    Ok((verified, result))
}

fn presentation_result(verifier: &Verifier, request: &Object<'_>) -> Judged {
    let (policy, options) = policy(verifier, request)?;
    let (given, (verified, mut result)) = match (request.get("verifiablePresentation"), request.get("presentation")) {
        (Some(signed), None) => {
            let input = input(signed).ok_or(Malformed("/verifiablePresentation"))?;
            (signed, signed_presentation(verifier, &input, &policy, &options))
        }
        (None, Some(bare)) => {
            let document = bare.as_object().ok_or(Malformed("/presentation"))?;
            (bare, bare_presentation(verifier, document, &policy, &options))
        }
        _ => return Err(Malformed("/verifiablePresentation")),
    };
    give_back(&mut result, "verifiablePresentation", given, flag(&options, "returnPresentation"));
    Ok((verified, result))
}

/// A presentation that its holder signed: one verdict, told apart by what each check was about.
fn signed_presentation(verifier: &Verifier, input: &str, policy: &Policy, options: &Options) -> (bool, Value) {
    let judged = judge(verifier, input, policy);
    let (verified, _) = reasons(&judged);
    let checks = judged.as_ref().map(Verdict::checks).unwrap_or_default();
    let own: Vec<&Check> = checks.iter().filter(|check| check.subject.is_empty()).collect();
    let mut places: Vec<&str> = checks.iter().map(|check| check.subject.as_str()).filter(|at| !at.is_empty()).collect();
    places.sort_by_key(|at| (at.len(), *at));
    places.dedup();
    let credentials: Vec<Value> = places
        .iter()
        .map(|at| {
            let checks: Vec<&Check> = checks.iter().filter(|check| check.subject == *at).collect();
            json!({"verified": checks.iter().all(|check| !is_telling(check)), "problemDetails": problems(&checks)})
        })
        .collect();
    let about = |ids: &[CheckId]| own.iter().copied().filter(|check| ids.contains(&check.id)).collect::<Vec<&Check>>();
    let (proof, audience) = (about(&[CheckId::Proof, CheckId::KeyAuthorized]), about(&[CheckId::Audience]));
    let good = |checks: &[&Check]| !checks.is_empty() && checks.iter().all(|check| !is_telling(check));
    let mut presentation = json!({"proof": [{"verified": good(&proof), "problemDetails": problems(&proof)}]});
    for (name, input) in [("challenge", &options.challenge), ("domain", &options.domain)] {
        if let (Some(input), Some(object)) = (input, presentation.as_object_mut()) {
            object.insert(name.to_owned(), json!({"verified": good(&audience), "input": input}));
        }
    }
    // What is wrong with the whole, or with what is no presentation; a credential's own stands beside it.
    let problems = match &judged {
        Ok(_) => problems(&own),
        Err(error) => vec![problem(error.fault(), "PARSING_ERROR")],
    };
    let results = json!({"presentation": presentation, "credentials": credentials});
    (verified, json!({"verified": verified, "problemDetails": problems, "results": results}))
}

/// A presentation that nobody signed: nothing but its form, and each credential for itself. It answers no challenge, unless its
/// credentials do so by proofs that were derived for it.
fn bare_presentation(verifier: &Verifier, document: &Object<'_>, policy: &Policy, options: &Options) -> (bool, Value) {
    let read = match read_presentation(document) {
        Ok(read) if !document.contains_key("proof") => read,
        Ok(_) => return (false, json!({"verified": false, "problemDetails": [parsing("/presentation/proof")]})),
        Err(faults) => {
            let problems: Vec<Value> = faults.iter().map(|fault| problem(fault, "MALFORMED_VALUE_ERROR")).collect();
            return (false, json!({"verified": false, "problemDetails": problems}));
        }
    };
    let mut credentials = Vec::new();
    let mut all = !read.credentials.is_empty();
    for (_, contained) in &read.credentials {
        let input = match contained {
            Contained::Embedded(object) => json::to_string(&json::Value::Object((*object).clone())),
            Contained::Jwt(token) | Contained::SdJwt(token) => (*token).to_owned(),
        };
        let (verified, problems) = reasons(&judge(verifier, &input, policy));
        all &= verified;
        credentials.push(json!({"verified": verified, "problemDetails": problems}));
    }
    let mut problems = Vec::new();
    if read.credentials.is_empty() {
        problems.push(parsing("/presentation/verifiableCredential"));
    }
    let mut presentation = json!({"proof": []});
    for (name, input) in [("challenge", &options.challenge), ("domain", &options.domain)] {
        if let (Some(input), Some(object)) = (input, presentation.as_object_mut()) {
            object.insert(name.to_owned(), json!({"verified": all, "input": input}));
        }
    }
    let results = json!({"presentation": presentation, "credentials": credentials});
    (all, json!({"verified": all, "problemDetails": problems, "results": results}))
}

/// The options that are understood.
struct Options {
    challenge: Option<String>,
    domain: Option<String>,
    flags: Vec<String>,
}

fn policy(verifier: &Verifier, request: &Object<'_>) -> Result<(Policy, Options), Malformed> {
    let none = Object::new();
    let given = request.get("options").map_or(Some(&none), json::Value::as_object).ok_or(Malformed("/options"))?;
    let text = |name: &str, at| match given.get(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(|text| Some(text.to_owned())).ok_or(Malformed(at)),
    };
    let options = Options {
        challenge: text("challenge", "/options/challenge")?,
        domain: text("domain", "/options/domain")?,
        flags: given
            .iter()
            .filter(|(_, value)| value.as_bool() == Some(true))
            .map(|(name, _)| name.to_owned())
            .collect(),
    };
    let mut policy = Policy::trusting(Arc::clone(&verifier.inner.trust));
    if let Some(challenge) = &options.challenge {
        policy = policy.expect_challenge(challenge.as_str());
    }
    if let Some(domain) = &options.domain {
        policy = policy.expect_domain(domain.as_str());
    }
    Ok((policy, options))
}

fn flag(options: &Options, name: &str) -> bool {
    options.flags.iter().any(|known| known == name)
}

fn give_back(result: &mut Value, name: &str, given: &json::Value<'_>, wanted: bool) {
    if let (true, Some(object)) = (wanted, result.as_object_mut()) {
        object.insert(name.to_owned(), given.to_serde());
    }
}

/// The SD-JWT VC in the wrapping in which the VC API of an issuer answers with it (`issuer/make.rs`). That is this interface's way
/// to carry it and no credential of the data model (VCDM 2.0 §5.11): in a presentation it is refused, as the library does everywhere.
fn sd_jwt_vc<'v>(given: &'v json::Value<'_>) -> Option<&'v str> {
    let wrapping = given.as_object().filter(|object| object.len() == 3)?;
    let text = |name: &str| wrapping.get(name).and_then(json::Value::as_str);
    let is_ours = text("@context") == Some(CONTEXT_V2) && text("type") == Some("EnvelopedVerifiableCredential");
    text("id").filter(|_| is_ours)?.strip_prefix("data:application/dc+sd-jwt,")
}

/// A token, or a document as text.
fn input(value: &json::Value<'_>) -> Option<String> {
    match value {
        json::Value::String(token) => Some(token.to_string()),
        value @ json::Value::Object(_) => Some(json::to_string(value)),
        _ => None,
    }
}

/// Judges under the server's trust list, with evidence from the network. Also where one credential is rejected already, the
/// others are judged to their end, so that each can be told of.
fn judge(verifier: &Verifier, input: &str, policy: &Policy) -> Result<Verdict, Error> {
    let mut evidence = Evidence::none();
    let mut asked: BTreeSet<Need> = BTreeSet::new();
    let mut verdict = verify(input.as_bytes(), policy, &evidence, now())?;
    for _ in 0..limits::FETCH_ROUNDS {
        let mut needs: Vec<Need> = verdict.needs().iter().filter(|need| !asked.contains(*need)).cloned().collect();
        needs.truncate(limits::FETCHES.saturating_sub(asked.len()));
        if needs.is_empty() {
            break;
        }
        verifier.inner.fetcher.gather(&needs, &mut evidence, now());
        asked.extend(needs);
        verdict = verify(input.as_bytes(), policy, &evidence, now())?;
    }
    Ok(verdict)
}

fn is_telling(check: &Check) -> bool {
    matches!(check.result, CheckResult::Fail | CheckResult::Undetermined)
}

fn reasons(judged: &Result<Verdict, Error>) -> (bool, Vec<Value>) {
    match judged {
        Ok(verdict) => {
            let checks: Vec<&Check> = verdict.checks().iter().collect();
            (verdict.outcome() == Outcome::Accept, problems(&checks))
        }
        Err(error) => (false, vec![problem(error.fault(), "PARSING_ERROR")]),
    }
}

fn problems(checks: &[&Check]) -> Vec<Value> {
    checks.iter().copied().filter(|check| is_telling(check)).filter_map(of_check).collect()
}

fn of_check(check: &Check) -> Option<Value> {
    let kind = match (check.id, check.result) {
        (CheckId::Structure | CheckId::Contexts, _) => "MALFORMED_VALUE_ERROR",
        // Bitstring Status List §3.3: what could not be fetched is told apart from what says no.
        (CheckId::Status, CheckResult::Undetermined) => "STATUS_RETRIEVAL_ERROR",
        (CheckId::Status, _) => "STATUS_VERIFICATION_ERROR",
        (CheckId::Validity, _) => "RANGE_ERROR",
        _ => "CRYPTOGRAPHIC_SECURITY_ERROR",
    };
    check.fault.as_ref().map(|fault| problem(fault, kind))
}

/// RFC 9457; the types are those of the data model (VCDM 2.0 §7.2) and of Bitstring Status List.
fn problem(fault: &Fault, kind: &str) -> Value {
    let explanation = explain(fault, Lang::En);
    let home = if kind.starts_with("STATUS_") { STATUS_TYPES } else { TYPES };
    json!({
        "type": format!("{home}#{kind}"),
        "title": fault.code().as_str(),
        "detail": explanation.sentence,
        "pointer": fault.pointer(),
    })
}

/// A request that is none.
fn parsing(pointer: &str) -> Value {
    json!({
        "type": format!("{TYPES}#PARSING_ERROR"),
        "title": "invalid_request",
        "detail": "This member of the request is missing or is not what it should be.",
        "pointer": pointer,
    })
}

const TYPES: &str = "https://www.w3.org/TR/vc-data-model";
const STATUS_TYPES: &str = "https://www.w3.org/ns/credentials/status-list";
