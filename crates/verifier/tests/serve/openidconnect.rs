//! The OpenID Connect bridge of the running program, met by the crate `openidconnect` as any relying party would use it.

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreGenderClaim, CoreIdTokenClaims, CoreProviderMetadata,
};
use openidconnect::{
    AdditionalClaims, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use tamarack_openid4vc::oauth::Form;

use crate::browser::{Browser, agent};
use crate::phone::{CANARY, GOOD, Phone};
use crate::{Folder, end, port, serve_asks, wait};

const ASK: &str = r#"{"format":"tamarack-ask/1","name":"sign-in","verifier":{"en":"Library","fr":"Bibliothèque"},
    "title":{"en":"Sign in","fr":"Ouvrir une session"},"purpose":{"en":"To lend you books.","fr":"Pour vous prêter des livres."},
    "dcql":{"credentials":[{"id":"person","format":"ldp_vc",
        "meta":{"type_values":[["https://tamarack.example/ontario/vocab#OntarioPersonCredential"]]},
        "claims":[{"path":["credentialSubject","givenName"]},{"path":["credentialSubject","ageOver18"]}]}]},
    "oidc":{"clients":[
        {"id":"library","redirectUris":["https://library.example/back"],
         "secretSha256":"fe44a14fa7c486f1f44149d427ffc8bf61615515edba078ed27d871ec356948d"},
        {"id":"app","redirectUris":["https://app.example/back"]}],
        "claims":{"given_name":"givenName","adult":"ageOver18"}},
    "retention":"nothing"}"#;
const SECRET: &str = "the secret of the library: %+/";

/// What the ask maps beside the claims that OpenID Connect names.
#[derive(Debug, Deserialize, Serialize)]
struct Adult {
    adult: bool,
}

impl AdditionalClaims for Adult {}

/// The relying party's HTTP client.
fn http(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let mut response = agent().run(request)?;
    let body = response.body_mut().read_to_vec()?;
    Ok(ureq::http::Response::from_parts(response.into_parts().0, body))
}

/// What a relying party remembers while its user is away.
struct Away {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// A relying party with its secret, if it has one. A macro, since its type says what has been set.
macro_rules! relying_party {
    ($url:expr, $id:expr, $secret:expr, $back:expr) => {{
        let metadata = CoreProviderMetadata::discover(&IssuerUrl::new($url.clone()).unwrap(), &http).unwrap();
        let secret: Option<&str> = $secret;
        let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
        CoreClient::from_provider_metadata(metadata, ClientId::new($id.to_owned()), secret)
            .set_redirect_uri(RedirectUrl::new($back.to_owned()).unwrap())
    }};
}

/// Sends a user to the bridge, who shows a card and comes back with a code.
macro_rules! signed_in {
    ($client:expr, $url:expr) => {{
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (to, state, nonce) = $client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        (come_back(&$url, to.as_str()), Away { state, nonce, verifier })
    }};
}

/// The query with which the browser comes back.
fn come_back(url: &str, to: &str) -> Form {
    let mut browser = Browser::new(url);
    let begun = browser.get(to);
    assert_eq!(begun.status, 303, "{}", begun.text);
    let path = begun.headers["location"].clone();
    let link = browser.get(&path).attribute("href", "openid4vp:").replace("%2Fhere", "");
    Phone::with(&GOOD).show(&link);
    let page = browser.get(&path);
    assert_eq!(page.status, 303, "{}", page.text);
    Form::parse(page.headers["location"].split_once('?').unwrap().1).unwrap()
}

fn code(form: &Form) -> AuthorizationCode {
    AuthorizationCode::new(form.get("code").unwrap().to_owned())
}

/// The OAuth error with which the token endpoint refused.
fn refused<T>(
    outcome: Result<T, RequestTokenError<ureq::Error, StandardErrorResponse<CoreErrorResponseType>>>,
) -> String {
    match outcome {
        Err(RequestTokenError::ServerResponse(response)) => response.error().to_string(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

#[test]
#[cfg(unix)]
fn a_relying_party_that_speaks_openid_connect_signs_people_in() {
    let folder = Folder::new("openidconnect");
    std::fs::write(folder.path("sign-in.json"), ASK).unwrap();
    let port = port();
    let url = format!("http://localhost:{port}");
    let server = serve_asks(&folder, port, &[&folder.path("sign-in.json")], &[]);
    wait(&url);

    let library = relying_party!(url, "library", Some(SECRET), "https://library.example/back");
    let app = relying_party!(url, "app", None, "https://app.example/back");
    let mut subjects = Vec::new();
    for round in 0..2 {
        let (form, away) = signed_in!(library, url);
        assert_eq!(form.get("state"), Some(away.state.secret().as_str()));
        assert_eq!(form.get("iss"), Some(url.as_str()));
        let tokens =
            library.exchange_code(code(&form)).unwrap().set_pkce_verifier(away.verifier).request(&http).unwrap();
        let claims: &CoreIdTokenClaims =
            tokens.id_token().unwrap().claims(&library.id_token_verifier(), &away.nonce).unwrap();
        assert_eq!(claims.given_name().and_then(|name| name.get(None)).map(|name| name.as_str()), Some(CANARY));
        let info: UserInfoClaims<Adult, CoreGenderClaim> = library
            .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
            .unwrap()
            .request(&http)
            .unwrap();
        assert!(info.additional_claims().adult, "round {round}");
        assert_eq!(info.given_name().and_then(|name| name.get(None)).map(|name| name.as_str()), Some(CANARY));
        subjects.push(claims.subject().to_string());
        // Another's token and another's nonce are refused by the relying party's library, as they must be.
        let token = tokens.id_token().unwrap();
        assert!(token.claims(&app.id_token_verifier(), &away.nonce).is_err(), "for the library alone");
        assert!(token.claims(&library.id_token_verifier(), &Nonce::new_random()).is_err(), "for this sign-in alone");
    }
    assert_eq!(subjects[0], subjects[1], "the same person");

    // A client without a secret, whose code is bound to its verifier.
    let (form, away) = signed_in!(app, url);
    let tokens = app.exchange_code(code(&form)).unwrap().set_pkce_verifier(away.verifier).request(&http).unwrap();
    let claims = tokens.id_token().unwrap().claims(&app.id_token_verifier(), &away.nonce).unwrap();
    assert_ne!(claims.subject().as_str(), subjects[0], "another name in another sector");
    let again = app.exchange_code(code(&form)).unwrap().set_pkce_verifier(PkceCodeVerifier::new("a".repeat(43)));
    assert_eq!(refused(again.request(&http)), "invalid_grant");
    let (form, _) = signed_in!(app, url);
    let stolen = app.exchange_code(code(&form)).unwrap().set_pkce_verifier(PkceCodeVerifier::new("a".repeat(43)));
    assert_eq!(refused(stolen.request(&http)), "invalid_grant");
    let (form, away) = signed_in!(app, url);
    let others = library.exchange_code(code(&form)).unwrap().set_pkce_verifier(away.verifier);
    assert_eq!(refused(others.request(&http)), "invalid_grant");
    let thief = relying_party!(url, "library", Some("a guess"), "https://library.example/back");
    let (form, away) = signed_in!(thief, url);
    let guessed = thief.exchange_code(code(&form)).unwrap().set_pkce_verifier(away.verifier);
    assert_eq!(refused(guessed.request(&http)), "invalid_client");

    // Under another name than its own, the provider is not believed.
    let other = IssuerUrl::new(format!("http://127.0.0.1:{port}")).unwrap();
    assert!(CoreProviderMetadata::discover(&other, &http).is_err());
    let (exit, log) = end(server);
    assert_eq!(exit, 0, "{log}");
    assert!(!log.contains(CANARY) && !log.contains(SECRET) && !log.contains(&subjects[0]), "{log}");
}
