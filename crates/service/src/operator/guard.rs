//! What stands before every route: who is it, may they, and is the form ours?

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts as _, MatchedPath, Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tamarack::Timestamp;
use url::form_urlencoded;

use super::Operator;
use super::roles::Need;
use super::session::{Clerk, redirect};
use crate::http::{Cookies, Csrf, Problem};
use crate::issuer::now;
use crate::limits::FORM_BYTES;
use crate::store::AuditEvent;

/// Lets a request through if its session, its roles and its form's token allow it.
pub(super) async fn guard(
    State((operator, need)): State<(Operator, Need)>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if need == Need::Anybody {
        return Ok(next.run(request).await);
    }
    let at = now();
    let (mut parts, body) = request.into_parts();
    let cookies = Cookies::from_request_parts(&mut parts, &()).await?;
    let Some(clerk) = Clerk::find(&operator, &parts.headers, cookies, at).await? else {
        if parts.method == Method::GET {
            let wanted = parts.uri.path_and_query().map(|wanted| wanted.as_str()).unwrap_or_default();
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", wanted).finish();
            return redirect(&operator.at(&format!("/sign-in?{query}")));
        }
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "session_over"));
    };
    if !need.allows(clerk.roles) {
        let route = parts.extensions.get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
        denied(&operator, &clerk, &parts.method, &route, at).await?;
        return Err(Problem::forbidden("forbidden.role"));
    }
    let csrf = Csrf::from_request_parts(&mut parts, &()).await?;
    let cookie = csrf.cookie().cloned();
    let body = if parts.method == Method::GET || parts.method == Method::HEAD {
        body
    } else {
        let too_large = |_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
        let bytes = to_bytes(body, FORM_BYTES).await.map_err(too_large)?;
        let mut tokens = form_urlencoded::parse(&bytes).filter(|(name, _)| name == "csrf");
        let token = tokens.next().map(|(_, token)| token.into_owned()).unwrap_or_default();
        if tokens.next().is_some() {
            return Err(Problem::forbidden("forbidden.form"));
        }
        Csrf::check(&parts.headers, cookies, &token)?;
        Body::from(bytes)
    };
    parts.extensions.insert(clerk.with_form(csrf.token()));
    let mut response = next.run(Request::from_parts(parts, body)).await.into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whoever knocks at a door that is not theirs is written down.
async fn denied(
    operator: &Operator,
    clerk: &Clerk,
    method: &Method,
    route: &str,
    at: Timestamp,
) -> Result<(), Problem> {
    let detail = serde_json::json!({"method": method.as_str(), "route": route}).to_string();
    let actor = clerk.actor();
    let event = AuditEvent { at, actor: &actor, action: "operator.denied", object: route, detail: &detail };
    operator.service().database().audit(&event).await.map_err(super::session::down)
}
