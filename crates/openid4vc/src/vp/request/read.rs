//! The parameters of a request, whichever way they came: every rule that they must obey (OpenID4VP §5, §8.2, §8.5).

use tamarack::json::{Object, Value};
use url::Url;

use super::{Request, ResponseMode, ResponseType, VerifierInfo};
use crate::url::is_endpoint;
use crate::vp::client_id::{Client, Prefix};
use crate::vp::dcql::{Format, Query};
use crate::vp::message::{text, url_safe};
use crate::vp::metadata::ClientMetadata;
use crate::vp::presentation_exchange::Definition;
use crate::{Refusal, RefusalCode, Result, limits};

/// Reads the parameters of a request by an authenticated client, outside the Digital Credentials API.
pub(super) fn read(parameters: &Object<'_>, client: Client) -> Result<Request> {
    let response_mode = match text(parameters, "response_mode", limits::ID_BYTES)? {
        // §5.6: the default.
        None => ResponseMode::Fragment,
        // SIOPv2 §9.2: its text says `direct_post`, its example `post`.
        Some("post") if asks_for_id_token_alone(parameters) => ResponseMode::DirectPost,
        Some(name) => ResponseMode::of(name).filter(|mode| !mode.is_dc_api()).ok_or(invalid("response_mode"))?,
    };
    let answer_to = read_target(parameters, response_mode, &client)?;
    let audience = client.id.as_str().to_owned();
    let mut request = read_common(parameters, response_mode, client.metadata.clone(), audience)?;
    // §5.3: without a holder's proof, `state` alone ties the answer to the request.
    if request.query.as_ref().is_some_and(Query::has_unbound) && request.state.is_none() {
        return Err(invalid("state"));
    }
    request.answer_to = Some(answer_to);
    request.client = Some(client);
    Ok(request)
}

/// What requests have in common, over the Digital Credentials API and elsewhere.
pub(crate) fn read_common(
    parameters: &Object<'_>,
    response_mode: ResponseMode,
    known: Option<Object<'static>>,
    audience: String,
) -> Result<Request> {
    let response_type = read_response_type(parameters)?;
    let nonce = url_safe(parameters, "nonce")?.ok_or(invalid("nonce"))?.to_owned();
    let scope = text(parameters, "scope", limits::URL_BYTES)?;
    let has_scope = |wanted: &str| scope.is_some_and(|scope| scope.split(' ').any(|one| one == wanted));
    if response_type.wants_id_token() && !has_scope("openid") {
        return Err(invalid("scope"));
    }
    let (query, exchange) = read_query(parameters, response_type, scope)?;
    if response_type == ResponseType::IdToken {
        check_siop_metadata(parameters, known.is_some())?;
    }
    let metadata = read_metadata(parameters, known)?;
    if response_mode.is_encrypted() {
        metadata.encryption()?;
    }
    if let Some(query) = &query {
        check_formats(query, &metadata)?;
    }
    let transaction_data = read_transaction_data(parameters)?;
    let verifier_info = read_verifier_info(parameters, query.as_ref())?;
    Ok(Request {
        client: None,
        audience,
        response_type,
        response_mode,
        answer_to: None,
        nonce,
        state: url_safe(parameters, "state")?.map(str::to_owned),
        query,
        exchange,
        metadata,
        transaction_data,
        verifier_info,
        scope: scope.map(str::to_owned),
        parameters: parameters.clone().into_owned(),
    })
}

fn read_response_type(parameters: &Object<'_>) -> Result<ResponseType> {
    let text = text(parameters, "response_type", limits::ID_BYTES)?.ok_or(invalid("response_type"))?;
    // OAuth 2.0 Multiple Response Types §2: the order of the values does not matter.
    let mut values: Vec<&str> = text.split(' ').collect();
    values.sort_unstable();
    match values.as_slice() {
        ["vp_token"] => Ok(ResponseType::VpToken),
        ["id_token", "vp_token"] => Ok(ResponseType::VpTokenIdToken),
        ["id_token"] => Ok(ResponseType::IdToken),
        _ => Err(Refusal::new(RefusalCode::UnsupportedResponseType, "response_type")),
    }
}

fn asks_for_id_token_alone(parameters: &Object<'_>) -> bool {
    parameters.get("response_type").and_then(Value::as_str) == Some("id_token")
}

/// Where the answer goes, and whether the client may have it there.
fn read_target(parameters: &Object<'_>, mode: ResponseMode, client: &Client) -> Result<String> {
    let redirect = text(parameters, "redirect_uri", limits::URL_BYTES)?;
    let response = text(parameters, "response_uri", limits::URL_BYTES)?;
    let (name, given) = match (mode.is_posted(), redirect, response) {
        // SIOPv2 §9.2: "conveyed in the standard parameter redirect_uri".
        (true, Some(uri), None) if asks_for_id_token_alone(parameters) => ("redirect_uri", Some(uri)),
        // §8.2: with `direct_post`, `redirect_uri` must not be there.
        (true, Some(_), _) => return Err(invalid("redirect_uri")),
        (true, None, given) => ("response_uri", given),
        (false, _, Some(_)) => return Err(invalid("response_uri")),
        (false, given, None) => ("redirect_uri", given),
    };
    let uri = match given {
        Some(uri) => uri,
        // §5.9.3: it may be left out where the client identifier says it.
        None if client.id.prefix() == Prefix::RedirectUri => client.id.original(),
        None => return Err(invalid(name)),
    };
    let is_good = match mode.is_posted() {
        true => is_endpoint(uri),
        false => is_place_for_a_browser(uri),
    };
    if is_good && client.may_receive_at(uri) { Ok(uri.to_owned()) } else { Err(invalid(name)) }
}

/// A native verifier may have a scheme of its own; plain HTTP and what a browser would run may not be.
pub(crate) fn is_place_for_a_browser(uri: &str) -> bool {
    const NEVER: [&str; 7] = ["http", "javascript", "data", "file", "blob", "about", "ftp"];
    is_endpoint(uri) || Url::parse(uri).is_ok_and(|url| !NEVER.contains(&url.scheme()))
}

fn read_query(
    parameters: &Object<'_>,
    response_type: ResponseType,
    scope: Option<&str>,
) -> Result<(Option<Query>, Option<Definition>)> {
    if !response_type.wants_presentations() {
        return Ok((None, None));
    }
    // §5.5: no scope stands for a query here, so that any but `openid` may be one that the verifier means.
    let means_query = scope.is_some_and(|scope| {
        scope.split(' ').any(|one| !matches!(one, "" | "openid" | "profile" | "email" | "address" | "phone"))
    });
    match (parameters.get("dcql_query"), parameters.get("presentation_definition")) {
        // §8.5: both, or neither.
        (Some(_), _) if means_query => Err(invalid("scope")),
        (Some(_), Some(_)) => Err(invalid("presentation_definition")),
        (Some(value), None) => Ok((Some(Query::read(value)?), None)),
        (None, Some(value)) => {
            let definition = Definition::parse(value)?;
            Ok((Some(definition.query.clone()), Some(definition)))
        }
        (None, None) if parameters.contains_key("presentation_definition_uri") => {
            Err(invalid("presentation_definition_uri"))
        }
        (None, None) => Err(invalid("dcql_query")),
    }
}

/// SIOPv2 §9: metadata by value or by reference, not both; and one of them, from whom nobody knows.
fn check_siop_metadata(parameters: &Object<'_>, is_known: bool) -> Result<()> {
    match (parameters.contains_key("client_metadata"), parameters.contains_key("client_metadata_uri")) {
        (true, true) => Err(invalid("client_metadata_uri")),
        // A shell that fetched it puts it in the place of its address.
        (false, true) => Err(Refusal::new(RefusalCode::InvalidClientMetadataUri, "client_metadata_uri")),
        (false, false) if !is_known => Err(invalid("client_metadata")),
        _ => Ok(()),
    }
}

fn read_metadata(parameters: &Object<'_>, known: Option<Object<'static>>) -> Result<ClientMetadata> {
    match (parameters.get("client_metadata"), known) {
        // §8.5: the wallet knows the client already.
        (Some(_), Some(_)) => Err(Refusal::new(RefusalCode::InvalidClient, "client_metadata")),
        (None, Some(known)) => ClientMetadata::read(&Value::Object(known)),
        (Some(value), None) => ClientMetadata::read(value),
        (None, None) => ClientMetadata::read(&Value::Object(Object::new())),
    }
}

/// §8.5, `vp_formats_not_supported`: at least one of the formats is known here, and the verifier takes what it asks for.
fn check_formats(query: &Query, metadata: &ClientMetadata) -> Result<()> {
    let is_known = |format: &Format| !matches!(format, Format::Other(_)) && metadata.understands(format);
    match query.credentials().iter().any(|credential| is_known(&credential.format)) {
        true => Ok(()),
        false => Err(Refusal::new(RefusalCode::VpFormatsNotSupported, "format")),
    }
}

fn read_transaction_data(parameters: &Object<'_>) -> Result<Vec<String>> {
    const WRONG: Refusal = Refusal::new(RefusalCode::InvalidTransactionData, "transaction_data");
    let Some(value) = parameters.get("transaction_data") else { return Ok(Vec::new()) };
    let items = value.as_array().unwrap_or_default();
    if items.is_empty() || items.len() > limits::TRANSACTION_DATA {
        return Err(WRONG);
    }
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or(WRONG)).collect()
}

fn read_verifier_info(parameters: &Object<'_>, query: Option<&Query>) -> Result<Vec<VerifierInfo>> {
    const WRONG: Refusal = Refusal::new(RefusalCode::InvalidRequest, "verifier_info");
    let Some(value) = parameters.get("verifier_info") else { return Ok(Vec::new()) };
    let items =
        value.as_array().filter(|items| !items.is_empty() && items.len() <= limits::VERIFIER_INFO).ok_or(WRONG)?;
    let read = |item: &Value<'_>| {
        let format = item.get("format").and_then(Value::as_str).ok_or(WRONG)?;
        let data = item.get("data").filter(|data| matches!(data, Value::String(_) | Value::Object(_))).ok_or(WRONG)?;
        let ids = match item.get("credential_ids") {
            None => Vec::new(),
            Some(Value::Array(ids)) if !ids.is_empty() => {
                let known = |id: &&str| query.is_some_and(|query| query.credential(id).is_some());
                ids.iter().map(|id| id.as_str().filter(known).map(str::to_owned).ok_or(WRONG)).collect::<Result<_>>()?
            }
            Some(_) => return Err(WRONG),
        };
        Ok(VerifierInfo { format: format.to_owned(), data: data.clone().into_owned(), credential_ids: ids })
    };
    items.iter().map(read).collect()
}

const fn invalid(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}
