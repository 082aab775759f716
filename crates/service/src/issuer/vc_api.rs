//! The W3C VC API's issuer side: `POST /credentials/issue` and `POST /credentials/status`, for programs with an API key.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tamarack::Timestamp;
use tamarack::credential::{id_of, read_credential};
use tamarack::json::{self, Object, Value};
use tamarack_openid4vc::{Refusal, limits};

use super::answer::json as json_answer;
use super::make::{Unsigned, sign};
use super::offers::{authorize, down};
use super::service::{IssuerService, now};
use crate::http::Problem;
use crate::store::issuing::{Issuing, State as CredentialState, Transition, random};
use crate::store::{AuditEvent, StoreError};

/// `POST /credentials/issue`: `{"credential": …, "options"?: {"credentialId"?, "mandatoryPointers"?, "type"?}}` gives
/// `{"verifiableCredential": …}` (VCALM §3.2). The credential is of one of the issuer's types: the one that `options.type`, which
/// is ours, names, or the one whose `type` it has; its `issuer` is that type's, and the type's schema must accept it. What is put in
/// is its place in a status list. An `id` it has if the caller gave one.
///
/// Types whose credentials a clerk must approve, or that are bound to attested keys or to secrets, are not issued here: no program
/// stands above that.
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
    let options = Options::read(value.get("options"))?;
    let catalogue = service.catalogue();
    let has_types = |types: &[String]| {
        let items = given.get("type").map_or(&[][..], Value::items);
        items.len() == types.len() && items.iter().all(|item| types.iter().any(|known| item.as_str() == Some(known)))
    };
    let offered = match options.type_name {
        Some(name) => catalogue.offered(name),
        None => catalogue.types.iter().find(|of| has_types(&of.credential_type.types)),
    };
    let offered = offered.ok_or_else(|| wrong("credential.type"))?;
    let of = &offered.credential_type;
    if !has_types(&of.types) {
        return Err(wrong("credential.type"));
    }
    let settings = service.settings();
    if [&settings.approval, &settings.attested_keys, &settings.secrets].iter().any(|names| names.contains(&of.name)) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "not_allowed").about("credential.type"));
    }
    // A place in a list is ours to give, where the type has one.
    if given.contains_key("credentialStatus") && of.status.purposes().next().is_some() {
        return Err(wrong("credential.credentialStatus"));
    }
    if given.get("issuer").and_then(id_of) != Some(offered.key.did()) {
        return Err(wrong("credential.issuer"));
    }
    let known_as = match (given.get("id"), options.credential_id) {
        (None, known_as) => known_as,
        (Some(id), known_as) => {
            let id = id.as_str().filter(|id| is_name(id)).ok_or_else(|| wrong("credential.id"))?;
            // VCALM, IssueCredentialOptions: it is for a credential that has no id. Two names for one would be one too many.
            if known_as.is_some_and(|known_as| known_as != id) {
                return Err(wrong("options.credentialId"));
            }
            Some(id)
        }
    };
    // A credential that nobody named is in the store all the same, under a name that only the store knows.
    let id = known_as.map_or_else(|| random().map_err(|_| Problem::internal()), |id| Ok(id.to_owned()))?;
    of.check_whole(given).map_err(|fault| Problem::bad_request("invalid_credential").about(fault.code().as_str()))?;
    let schema = of.check_schema(given);
    schema.map_err(|fault| Problem::bad_request("invalid_credential").about(fault.code().as_str()))?;
    let whole = Value::Object(given.clone());
    if options.mandatory.iter().any(|pointer| pointer.is_empty() || whole.pointer(pointer).is_none()) {
        return Err(wrong("options.mandatoryPointers"));
    }
    let document = given.clone().into_owned();
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
            method: None,
            valid_from,
            valid_until,
            reissue_by: None,
            mandatory: options.mandatory.iter().map(|pointer| (*pointer).to_owned()).collect(),
        }
    };
    let made = sign(&service, &catalogue, offered, unsigned, now).await.map_err(refused)?;
    let event =
        AuditEvent { at: now, actor: "api", action: "credential.issue", object: &made.id, detail: &made.detail };
    let records = [made.record(service.settings().keep, now)];
    let issuing = Issuing { records: &records, events: &[event], ..Issuing::default() };
    service.database().record_issued(&issuing).await.map_err(|error| match error {
        StoreError::Conflict(_) => Problem::new(StatusCode::CONFLICT, "conflict").about("credential.id"),
        error => down(error),
    })?;
    service.count_issued(1);
    let credential = made.to_document().map_err(refused)?;
    let mut answer = Object::new();
    answer.insert("verifiableCredential", credential);
    Ok(json_answer(201, "application/json", json::to_string(&Value::Object(answer))))
}

/// The options of issuing.
#[derive(Default)]
struct Options<'o> {
    /// Under what the caller will ask for a credential that has no id.
    credential_id: Option<&'o str>,
    /// What every showing must have.
    mandatory: Vec<&'o str>,
    /// Our own: the type's name, where several have the same `type`.
    type_name: Option<&'o str>,
}

impl<'o> Options<'o> {
    fn read(given: Option<&'o Value<'_>>) -> Result<Self, Problem> {
        let mut options = Self::default();
        let Some(given) = given else { return Ok(options) };
        for (name, value) in given.as_object().ok_or_else(|| wrong("options"))?.iter() {
            match name {
                "credentialId" => {
                    let id = value.as_str().filter(|id| is_name(id)).ok_or_else(|| wrong("options.credentialId"))?;
                    options.credential_id = Some(id);
                }
                "mandatoryPointers" => {
                    let pointers = value.as_array().ok_or_else(|| wrong("options.mandatoryPointers"))?;
                    let texts: Option<Vec<&str>> = pointers.iter().map(Value::as_str).collect();
                    options.mandatory = texts.ok_or_else(|| wrong("options.mandatoryPointers"))?;
                }
                "type" => options.type_name = Some(value.as_str().ok_or_else(|| wrong("options.type"))?),
                _ => {
                    let problem = Problem::bad_request("unknown_option").about("options");
                    return Err(problem.of_type("https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED"));
                }
            }
        }
        Ok(options)
    }
}

/// Whether a text can name a credential in the store and in the audit log.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= limits::IDENTIFIER_BYTES && !text.chars().any(char::is_control)
}

/// The end of a credential that names none: the last second that a date can say.
const NEVER: Timestamp = Timestamp::from_unix(253_402_300_799);

/// `POST /credentials/status`: `{"credentialId", "credentialStatus": {"type", "statusPurpose"}, "status": bool}` (VCALM, Update
/// Status).
pub(super) async fn status(
    State(service): State<IssuerService>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Problem> {
    authorize(&service, &headers)?;
    let now = now();
    let value = json::parse(body.as_bytes()).map_err(|_| wrong("the JSON"))?;
    let members = value.as_object().ok_or_else(|| wrong("the JSON"))?;
    // Where other services keep a status, `indexAllocator` says who chose its index; here the store knows.
    let known = ["credentialId", "credentialStatus", "status", "indexAllocator"];
    if members.iter().any(|(name, _)| !known.contains(&name)) {
        return Err(wrong("a member that is not known"));
    }
    let id = value.get("credentialId").and_then(Value::as_str).ok_or_else(|| wrong("credentialId"))?;
    let entries = value.get("credentialStatus").map_or(&[][..], Value::items);
    if entries.is_empty() || entries.iter().any(|entry| entry.get("type").and_then(Value::as_str).is_none()) {
        return Err(wrong("credentialStatus.type"));
    }
    let purposes: Option<Vec<&str>> =
        entries.iter().map(|entry| entry.get("statusPurpose").and_then(Value::as_str)).collect();
    let purposes = purposes.ok_or_else(|| wrong("credentialStatus.statusPurpose"))?;
    // A member of the entry in earlier texts of the VC API, beside it in later ones.
    let of_entry = entries.first().and_then(|entry| entry.get("status"));
    let set = match value.get("status").or(of_entry).map(|status| (status.as_bool(), status.as_str())) {
        Some((Some(set), _)) => set,
        Some((None, Some("1"))) => true,
        Some((None, Some("0"))) => false,
        _ => return Err(wrong("status")),
    };
    let said = Place::said(entries)?;
    said.is_of(&service, id).await?;
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

/// What a caller says of a credential's place in its list: nobody is to revoke another credential than the one that they mean.
#[derive(Default)]
struct Place {
    indexes: Vec<String>,
    lists: Vec<String>,
}

impl Place {
    fn said(entries: &[Value<'_>]) -> Result<Self, Problem> {
        let mut place = Self::default();
        for entry in entries {
            for (name, said) in [("statusListIndex", &mut place.indexes), ("statusListCredential", &mut place.lists)] {
                if let Some(value) = entry.get(name) {
                    said.push(value.as_str().ok_or_else(|| wrong("credentialStatus"))?.to_owned());
                }
            }
        }
        Ok(place)
    }

    async fn is_of(&self, service: &IssuerService, id: &str) -> Result<(), Problem> {
        if self.indexes.is_empty() && self.lists.is_empty() {
            return Ok(());
        }
        let of = service.database().credential(id).await.map_err(|error| match error {
            StoreError::NotFound(_) => Problem::not_found(),
            error => down(error),
        })?;
        let (list, index) = of.status.ok_or_else(|| wrong("credentialStatus.statusPurpose"))?;
        let index = index.to_string();
        if self.indexes.iter().any(|said| *said != index) {
            return Err(wrong("credentialStatus.statusListIndex"));
        }
        let all = service.database().status_lists().await.map_err(down)?;
        let list = all.iter().find(|known| known.id == list).ok_or_else(Problem::internal)?;
        let urls: Vec<String> = list.purposes.iter().map(|purpose| list.url(purpose)).collect();
        if !self.lists.iter().all(|said| urls.contains(said)) {
            return Err(wrong("credentialStatus.statusListCredential"));
        }
        Ok(())
    }
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
