//! The URL that calls a wallet: with the request in it, or with where to fetch it (OpenID4VP §5, RFC 9101 §5).

use tamarack::json::{self, Object, Value};

use crate::url::is_endpoint;
use crate::vp::client_id::ClientId;
use crate::vp::message::{open_json, parse_form, text, write_form};
use crate::{Refusal, RefusalCode, Result, limits};

/// What a URL that calls a wallet holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Invocation {
    /// The parameters themselves, unsigned. Those that are JSON are opened.
    Parameters(Object<'static>),
    /// A request object by value.
    Object {
        /// The client identifier beside it.
        client_id: ClientId,
        /// The request object.
        token: String,
    },
    /// A request object by reference.
    Reference(Reference),
}

/// Where a request object is to be fetched.
#[derive(Clone, PartialEq, Debug)]
pub struct Reference {
    /// The client identifier beside it.
    pub client_id: ClientId,
    /// The address, `https:` (or the machine's own).
    pub uri: String,
    /// How it is fetched.
    pub method: UriMethod,
}

/// `request_uri_method` (§5.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UriMethod {
    /// By GET.
    Get,
    /// By POST, where the wallet may say what it can do and give a nonce (§5.10).
    Post,
}

impl Invocation {
    /// Reads a URL that calls a wallet, of any scheme, or the query string alone.
    ///
    /// # Errors
    /// `invalid_request` with the parameter: `parameters`, `client_id`, `request` (beside `request_uri`), `request_uri` (not
    /// `https:`), `request_uri_method` (without `request_uri`); `invalid_request_uri_method` for another method.
    pub fn parse(url: &str) -> Result<Self> {
        if url.len() > limits::REQUEST_BYTES {
            return Err(wrong("parameters"));
        }
        let query = url.split_once('?').map_or(url, |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let parameters = parse_form(query)?;
        let client_id = text(&parameters, "client_id", limits::CLIENT_ID_BYTES)?;
        let token = text(&parameters, "request", limits::REQUEST_BYTES)?;
        let uri = text(&parameters, "request_uri", limits::URL_BYTES)?;
        let method = match text(&parameters, "request_uri_method", limits::ID_BYTES)? {
            // §5.1: it "MUST NOT be present if a request_uri parameter is not present".
            Some(_) if uri.is_none() => return Err(wrong("request_uri_method")),
            None | Some("get") => UriMethod::Get,
            Some("post") => UriMethod::Post,
            Some(_) => return Err(Refusal::new(RefusalCode::InvalidRequestUriMethod, "request_uri_method")),
        };
        let id = || ClientId::parse(client_id.ok_or(wrong("client_id"))?);
        match (token, uri) {
            (Some(_), Some(_)) => Err(wrong("request")),
            (Some(token), None) => Ok(Self::Object { client_id: id()?, token: token.to_owned() }),
            (None, Some(uri)) if is_endpoint(uri) => {
                Ok(Self::Reference(Reference { client_id: id()?, uri: uri.to_owned(), method }))
            }
            (None, Some(_)) => Err(wrong("request_uri")),
            (None, None) => Ok(Self::Parameters(open_json(parameters)?)),
        }
    }
}

impl Reference {
    /// The body of the POST that fetches the request object (§5.10): the wallet's metadata and nonce, each if given.
    #[must_use]
    pub fn post_body(&self, wallet_metadata: Option<&Object<'_>>, wallet_nonce: Option<&str>) -> String {
        let metadata = wallet_metadata.map(|metadata| json::to_string(&Value::Object(metadata.clone())));
        let parameters = [("wallet_metadata", metadata.as_deref()), ("wallet_nonce", wallet_nonce)];
        write_form(parameters.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))))
    }
}

const fn wrong(name: &'static str) -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, name)
}
