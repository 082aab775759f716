//! The W3C VC API's issuer side: `POST /credentials/issue` and `POST /credentials/status`, for programs with an API key.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use tamarack::Timestamp;
use tamarack::credential::{id_of, read_credential};
use tamarack::json::{self, Object, Value};
use tamarack_openid4vc::Refusal;

use super::answer::json as json_answer;
use super::make::{Made, Unsigned, sign};
use super::offers::{authorize, down};
use super::service::{IssuerService, now};
use crate::http::Problem;
use crate::store::issuing::{Issuing, State as CredentialState, Transition, random};
use crate::store::{AuditEvent, StoreError};

/// `POST /credentials/issue`: `{"credential": …, "options"?: {"type"?: …}}` gives `{"verifiableCredential": …}` (VC API
/// §3.2.1). The credential is of one of the issuer's types: the one that `options.type` names, or the one whose `type` it
/// has. What it leaves out (id, issuer, status) is put in.
pub(super) async fn issue(
    State(service): State<IssuerService>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    authorize(&service, &headers)?;
    let now = now();
    let value = json::parse(body.as_bytes()).map_err(|_| wrong("the JSON"))?;
    let given = value.get("credential").and_then(Value::as_object).ok_or_else(|| wrong("credential"))?;
    if given.contains_key("proof") {
        return Err(wrong("credential.proof"));
    }
    let named = value.get("options").and_then(|options| options.get("type")).and_then(Value::as_str);
    let catalogue = service.catalogue();
    let has_types = |types: &[String]| {
        let items = given.get("type").map_or(&[][..], Value::items);
        items.len() == types.len() && items.iter().all(|item| types.iter().any(|known| item.as_str() == Some(known)))
    };
    let offered = match named {
        Some(name) => catalogue.offered(name),
        None => catalogue.types.iter().find(|of| has_types(&of.credential_type.types)),
    };
    let offered = offered.ok_or_else(|| wrong("credential.type"))?;
    if !has_types(&offered.credential_type.types) {
        return Err(wrong("credential.type"));
    }
    let mut document = given.clone().into_owned();
    let did = offered.key.did();
    match document.get("issuer").map(|issuer| id_of(issuer) == Some(did)) {
        None => {
            document.insert("issuer", did.to_owned());
        }
        Some(true) => {}
        Some(false) => return Err(wrong("credential.issuer")),
    }
    let id = match document.get("id").map(|id| id.as_str().map(str::to_owned)) {
        Some(Some(id)) => id,
        Some(None) => return Err(wrong("credential.id")),
        None => random().map_err(|_| Problem::internal())?,
    };
    if !offered.credential_type.is_anonymous() {
        document.insert("id", id.clone());
    }
    let unsigned = {
        let read = read_credential(&document).map_err(|faults| {
            // The pointer is one of the caller's document; the code is ours.
            let code = faults.first().map_or("credential", |fault| fault.code().as_str());
            Problem::bad_request("invalid_credential").about(code)
        })?;
        let subject = document.get("credentialSubject").and_then(id_of).map(str::to_owned);
        let (valid_from, valid_until) = (read.valid_from.unwrap_or(now), read.valid_until.unwrap_or(NEVER));
        Unsigned {
            document: document.clone(),
            id,
            subject,
            commitment: None,
            valid_from,
            valid_until,
            reissue_by: None,
        }
    };
    let made = sign(&service, &catalogue, offered, unsigned, now).await.map_err(refused)?;
    let event =
        AuditEvent { at: now, actor: "api", action: "credential.issue", object: &made.id, detail: &made.detail };
    let records = [made.record(service.settings().keep, now)];
    let issuing = Issuing { records: &records, events: &[event], ..Issuing::default() };
    service.database().record_issued(&issuing).await.map_err(|error| match error {
        StoreError::Conflict(_) => Problem::new(axum::http::StatusCode::CONFLICT, "conflict").about("credential.id"),
        error => down(error),
    })?;
    service.count_issued(1);
    let credential = Made::into_value(made).map_err(refused)?;
    let mut answer = Object::new();
    answer.insert("verifiableCredential", credential);
    Ok(json_answer(201, "application/json", json::to_string(&Value::Object(answer))))
}

/// The end of a credential that names none: the last second that a date can say.
const NEVER: Timestamp = Timestamp::from_unix(253_402_300_799);

/// `POST /credentials/status`: `{"credentialId", "credentialStatus": {"statusPurpose"}, "status": bool}` (VC API §3.2.2).
pub(super) async fn status(
    State(service): State<IssuerService>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    authorize(&service, &headers)?;
    let now = now();
    let value = json::parse(body.as_bytes()).map_err(|_| wrong("the JSON"))?;
    let id = value.get("credentialId").and_then(Value::as_str).ok_or_else(|| wrong("credentialId"))?;
    let entries = value.get("credentialStatus").map_or(&[][..], Value::items);
    let purposes: Option<Vec<&str>> =
        entries.iter().map(|entry| entry.get("statusPurpose").and_then(Value::as_str)).collect();
    let purposes = purposes.filter(|all| !all.is_empty()).ok_or_else(|| wrong("credentialStatus.statusPurpose"))?;
    // A member of the entry in earlier texts of the VC API, beside it in later ones.
    let of_entry = entries.first().and_then(|entry| entry.get("status"));
    let set = match value.get("status").or(of_entry) {
        None => true,
        Some(status) => match (status.as_bool(), status.as_str()) {
            (Some(set), _) => set,
            (None, Some("1")) => true,
            (None, Some("0")) => false,
            _ => return Err(wrong("status")),
        },
    };
    for purpose in purposes {
        let (change, action) = match (purpose, set) {
            ("revocation", true) => (Transition::Revoke, "credential.revoke"),
            ("suspension", true) => (Transition::Suspend, "credential.suspend"),
            ("suspension", false) => (Transition::Reinstate, "credential.reinstate"),
            // A revocation is for good.
            _ => return Err(wrong("credentialStatus.statusPurpose")),
        };
        let database = service.database();
        let event = AuditEvent { at: now, actor: "api", action, object: id, detail: "" };
        let changed: Result<CredentialState, _> = database.change_state_and_tell(id, change, &[event], now).await;
        changed.map_err(|error| match error {
            StoreError::NotFound(_) => Problem::not_found(),
            StoreError::NoStatus(_) => wrong("credentialStatus.statusPurpose"),
            StoreError::Revoked(_) => Problem::new(axum::http::StatusCode::CONFLICT, "revoked"),
            error => down(error),
        })?;
    }
    Ok(json_answer(200, "application/json", "{}".to_owned()))
}

fn wrong(about: &str) -> Problem {
    Problem::bad_request("invalid_request").about(about)
}

/// A credential that cannot be signed as it is.
fn refused(refusal: Refusal) -> Problem {
    match refusal.fault() {
        Some(fault) => Problem::bad_request("invalid_credential").about(fault.code().as_str()),
        None => Problem::internal(),
    }
}
