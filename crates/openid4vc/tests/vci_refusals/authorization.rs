//! The authorization and PAR endpoints.

use tamarack::SystemRandomness;
use tamarack_openid4vc::RefusalCode::{
    InvalidAuthorizationDetails, InvalidClient, InvalidDpopProof, InvalidRequest, InvalidRequestUri, InvalidScope,
    InvalidTarget, RequestNotSupported, UnsupportedResponseType,
};
use tamarack_openid4vc::oauth::authorization::{AuthorizationRequest, Client, Rejection};
use tamarack_openid4vc::oauth::form::Form;
use tamarack_openid4vc::oauth::grant::{Granted, Presenter};
use tamarack_openid4vc::oauth::par::{self, PushedRequest};
use tamarack_openid4vc::{Refusal, RefusalCode};

use crate::table::Table;
use crate::world::{CLIENT, ISSUER, NOW, REDIRECT, client, world};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The parameters of a good request, changed.
fn form(changes: &[(&str, Option<&str>)]) -> Form {
    let good = [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("state", "s1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("scope", "card openid"),
    ];
    let kept = good.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let form = kept.fold(Form::default(), |form, (name, value)| form.with(name, Some(*value)));
    changes.iter().fold(form, |form, (name, value)| form.with(name, *value))
}

fn read(changes: &[(&str, Option<&str>)]) -> Result<AuthorizationRequest, Rejection> {
    AuthorizationRequest::read(&Form::parse(&form(changes).encode()).unwrap(), &client(), ISSUER)
}

/// Refused, and the browser sent nowhere.
fn shown(result: Result<AuthorizationRequest, Rejection>) -> Result<AuthorizationRequest, Refusal> {
    result.map_err(|rejection| match rejection {
        Rejection::Show(refusal) => refusal,
        Rejection::Redirect { .. } => Refusal::new(RefusalCode::ServerError, "redirected"),
    })
}

/// Refused, and the browser sent back with the error, the state and the issuer.
fn sent_back(result: Result<AuthorizationRequest, Rejection>) -> Result<AuthorizationRequest, Refusal> {
    result.map_err(|rejection| match rejection {
        Rejection::Show(_) => Refusal::new(RefusalCode::ServerError, "shown"),
        Rejection::Redirect { refusal, to } => {
            let error = format!("{REDIRECT}?error={}&", refusal.code().as_str());
            assert!(to.starts_with(&error) && to.contains("&state=s1&iss=https%3A%2F%2Fissuer.example"), "{to}");
            refusal
        }
    })
}

#[test]
fn authorization_requests() {
    let mut t = Table::default();
    t.taken("a request", sent_back(read(&[])));
    t.refused(
        "another client",
        InvalidRequest,
        "client_id",
        shown(read(&[("client_id", Some("https://evil.example"))])),
    );
    t.refused("no client", InvalidRequest, "client_id", shown(read(&[("client_id", None)])));
    t.refused("no redirect URI", InvalidRequest, "redirect_uri", shown(read(&[("redirect_uri", None)])));
    for (name, uri) in [
        ("an unregistered redirect URI", "https://evil.example/cb"),
        ("a longer redirect URI", "https://wallet.example/cb/../evil"),
        ("a redirect URI with a query", "https://wallet.example/cb?x=1"),
        ("a redirect URI in capitals", "https://WALLET.example/cb"),
    ] {
        t.refused(name, InvalidRequest, "redirect_uri", shown(read(&[("redirect_uri", Some(uri))])));
    }
    let open = Client { redirect_uris: vec![format!("{REDIRECT}#f")], ..client() };
    let with_fragment = form(&[("redirect_uri", Some("https://wallet.example/cb#f"))]);
    let result = AuthorizationRequest::read(&with_fragment, &open, ISSUER);
    t.refused("a redirect URI with a fragment", InvalidRequest, "redirect_uri", shown(result));
    let refused = |changes: &[(&str, Option<&str>)]| sent_back(read(changes));
    t.refused(
        "a token at once",
        UnsupportedResponseType,
        "response_type",
        refused(&[("response_type", Some("token"))]),
    );
    t.refused("no response type", InvalidRequest, "response_type", refused(&[("response_type", None)]));
    t.refused(
        "another response mode",
        InvalidRequest,
        "response_mode",
        refused(&[("response_mode", Some("fragment"))]),
    );
    t.refused("no PKCE", InvalidRequest, "code_challenge", refused(&[("code_challenge", None)]));
    let method = "code_challenge_method";
    t.refused("plain PKCE", InvalidRequest, method, refused(&[(method, Some("plain"))]));
    t.refused("PKCE without a method", InvalidRequest, method, refused(&[(method, None)]));
    t.refused("a short challenge", InvalidRequest, "code_challenge", refused(&[("code_challenge", Some("AAAA"))]));
    t.refused("a request object", RequestNotSupported, "request", refused(&[("request", Some("e30.e30.e30"))]));
    t.refused("a key that is none", InvalidRequest, "dpop_jkt", refused(&[("dpop_jkt", Some("k1"))]));
    let details = "authorization_details";
    t.refused("details that are no JSON", InvalidAuthorizationDetails, details, refused(&[(details, Some("x"))]));
    t.refused("a scope that is none", InvalidScope, "scope", refused(&[("scope", Some("a\\b"))]));
    let twice = Form::parse("client_id=a&client_id=b");
    t.refused("a doubled parameter", InvalidRequest, "a parameter that is sent twice", twice);
    t.finish(20);
}

#[test]
fn what_is_asked_for() {
    let mut world = world();
    let mut t = Table::default();
    let wanted = |changes: &[(&str, Option<&str>)], world: &crate::world::World| {
        read(changes).map_err(|rejection| rejection.refusal().clone())?.wanted(&world.metadata)
    };
    assert_eq!(wanted(&[], &world).unwrap(), [Granted::configuration("card")]);
    let details = "authorization_details";
    let both = r#"[{"type":"openid_credential","credential_configuration_id":"licence"}]"#;
    let granted = wanted(&[(details, Some(both))], &world).unwrap();
    assert_eq!(granted, [Granted::configuration("licence"), Granted::configuration("card")]);
    let claims = r#"[{"type":"openid_credential","credential_configuration_id":"card","claims":[{"path":["credentialSubject","birthDate"],"mandatory":true}]}]"#;
    let granted = wanted(&[(details, Some(claims))], &world).unwrap();
    assert_eq!(granted[0].claims[0].mandatory, Some(true));
    let stored = serde_json::to_string(&granted).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Granted>>(&stored).unwrap(), granted);
    let unknown = r#"[{"type":"openid_credential","credential_configuration_id":"passport"}]"#;
    let id = "credential_configuration_id";
    t.refused("an unknown configuration", InvalidAuthorizationDetails, id, wanted(&[(details, Some(unknown))], &world));
    t.refused("nothing that is known", InvalidScope, "scope", wanted(&[("scope", Some("openid"))], &world));
    t.refused("nothing at all", InvalidScope, "scope", wanted(&[("scope", None)], &world));
    let other = wanted(&[("resource", Some("https://evil.example"))], &world);
    t.refused("another issuer's resource", InvalidTarget, "resource", other);
    world.metadata.authorization_servers = vec!["https://as.example".to_owned()];
    let result = wanted(&[(details, Some(both))], &world);
    t.refused("no location where there are several issuers", InvalidAuthorizationDetails, "locations", result);
    t.finish(5);
}

fn push(changes: &[(&str, Option<&str>)], by: &Presenter) -> Result<(String, PushedRequest), Refusal> {
    let (response, stored) = par::push(&form(changes).encode(), &client(), by, ISSUER, NOW, &mut SystemRandomness)?;
    assert_eq!(par::PushedResponse::parse(response.to_json().as_bytes())?.request_uri, response.request_uri);
    Ok((response.request_uri, stored))
}

#[test]
fn pushed_requests() {
    let mut t = Table::default();
    let by = Presenter { client_id: Some(CLIENT.to_owned()), ..Presenter::default() };
    let (uri, stored) = push(&[], &by).unwrap();
    let front = |client: &str, uri: &str| {
        Form::default().with("client_id", Some(client)).with("request_uri", Some(uri)).with("scope", Some("licence"))
    };
    let redeem = |stored: &PushedRequest, form: &Form| {
        shown(stored.redeem(form, &client(), ISSUER, NOW)).map(|request| request.scope)
    };
    // What stands beside the reference counts for nothing.
    assert_eq!(redeem(&stored, &front(CLIENT, &uri)).unwrap(), ["card", "openid"]);
    let about = "request_uri";
    let used = PushedRequest { used: true, ..stored.clone() };
    t.refused("a request used twice", InvalidRequestUri, about, redeem(&used, &front(CLIENT, &uri)));
    let expired = PushedRequest { expires: NOW, ..stored.clone() };
    t.refused("an expired request", InvalidRequestUri, about, redeem(&expired, &front(CLIENT, &uri)));
    let wrong = front(CLIENT, "urn:ietf:params:oauth:request_uri:x");
    t.refused("an unknown request", InvalidRequestUri, about, redeem(&stored, &wrong));
    t.refused(
        "another client's request",
        InvalidRequestUri,
        about,
        redeem(&stored, &front("https://evil.example", &uri)),
    );
    t.refused("a reference that is pushed", InvalidRequest, about, push(&[(about, Some("urn:x"))], &by));
    let evil = Presenter { client_id: Some("https://evil.example".to_owned()), ..Presenter::default() };
    t.refused("in another client's name", InvalidClient, "client_id", push(&[], &evil));
    t.refused("pushed without PKCE", InvalidRequest, "code_challenge", push(&[("code_challenge", None)], &by));
    t.refused(
        "pushed with plain PKCE",
        InvalidRequest,
        "code_challenge_method",
        push(&[("code_challenge_method", Some("plain"))], &by),
    );
    let redirect = push(&[("redirect_uri", Some("https://evil.example"))], &by);
    t.refused("pushed with another redirect URI", InvalidRequest, "redirect_uri", redirect);
    let proved = Presenter { jkt: Some("k1".to_owned()), ..by };
    t.refused(
        "another key than the proof's",
        InvalidDpopProof,
        "dpop_jkt",
        push(&[("dpop_jkt", Some(CHALLENGE))], &proved),
    );
    t.finish(10);
}
