//! Access tokens at the protected endpoints.

use tamarack::SystemRandomness;
use tamarack_openid4vc::RefusalCode::{
    InsufficientScope, InvalidCredentialRequest, InvalidDpopProof, InvalidRequest, InvalidToken,
    UnknownCredentialConfiguration, UnknownCredentialIdentifier,
};
use tamarack_openid4vc::oauth::access::{self, AccessToken, Presented, TokenRules};
use tamarack_openid4vc::oauth::dpop::DpopProof;
use tamarack_openid4vc::oauth::error_response::{self, FreshNonces};
use tamarack_openid4vc::oauth::grant::{Presenter, Redeemed};
use tamarack_openid4vc::oauth::secret::Digest;
use tamarack_openid4vc::vci::CredentialRequest;
use tamarack_openid4vc::vci::credential::Wanted;
use tamarack_openid4vc::{Refusal, RefusalCode};

use crate::table::Table;
use crate::world::{NOW, authorization, world};

pub(crate) fn token(jkt: Option<&str>) -> (String, AccessToken) {
    let redeemed =
        Redeemed { authorization: authorization(), with_details: false, anonymous: true, family: Digest::of("f") };
    let presenter = Presenter { jkt: jkt.map(str::to_owned), ..Presenter::default() };
    let issued = access::issue(redeemed, &presenter, TokenRules::default(), NOW, &mut SystemRandomness).unwrap();
    (issued.response.access_token.expose().to_owned(), issued.access)
}

fn proof(jkt: &str) -> DpopProof {
    DpopProof { jkt: jkt.to_owned(), jti: Digest::of("1") }
}

#[test]
fn access_tokens() {
    let mut t = Table::default();
    let (bearer, stored) = token(None);
    let (bound, stored_bound) = token(Some("k1"));
    let used = |stored: &AccessToken, header: &str, proof: Option<&DpopProof>, seconds: i64| -> Result<(), Refusal> {
        stored.check(&Presented::parse(&[header])?, proof, NOW.plus_seconds(seconds))
    };
    t.taken("a bearer token", used(&stored, &format!("Bearer {bearer}"), None, 299));
    t.taken("in capitals", used(&stored, &format!("BEARER {bearer}"), None, 0));
    t.taken("a bound token", used(&stored_bound, &format!("DPoP {bound}"), Some(&proof("k1")), 3_599));
    let header = "the Authorization header";
    t.refused("no token", InvalidToken, "no access token", Presented::parse(&[]));
    let twice = format!("Bearer {bearer}");
    t.refused("two tokens", InvalidRequest, header, Presented::parse(&[&twice, &twice]));
    t.refused("another scheme", InvalidToken, header, Presented::parse(&["Basic dXNlcjpwYXNz"]));
    t.refused("a scheme alone", InvalidToken, header, Presented::parse(&["Bearer "]));
    t.refused("what is no token", InvalidToken, header, Presented::parse(&["Bearer a b"]));
    t.refused("another token", InvalidToken, "an unknown access token", used(&stored, "Bearer other", None, 0));
    let about = "an expired access token";
    t.refused(
        "a bearer token after five minutes",
        InvalidToken,
        about,
        used(&stored, &format!("Bearer {bearer}"), None, 300),
    );
    let about = "the scheme of the Authorization header";
    t.refused(
        "a bound token as a bearer's",
        InvalidToken,
        about,
        used(&stored_bound, &format!("Bearer {bound}"), None, 0),
    );
    t.refused(
        "a bearer token with DPoP",
        InvalidToken,
        about,
        used(&stored, &format!("DPoP {bearer}"), Some(&proof("k1")), 0),
    );
    let dpop = format!("DPoP {bound}");
    t.refused(
        "a bound token without a proof",
        InvalidDpopProof,
        "the DPoP header",
        used(&stored_bound, &dpop, None, 0),
    );
    let stolen = used(&stored_bound, &dpop, Some(&proof("k2")), 0);
    t.refused("a stolen token", InvalidToken, "the key of the DPoP proof", stolen);
    t.finish(11);
}

#[test]
fn what_a_token_is_for() {
    let world = world();
    let mut t = Table::default();
    let (_, mut stored) = token(None);
    let ask = |stored: &AccessToken, wanted: Wanted| {
        CredentialRequest::new(wanted).resolve(stored, &world.metadata).map(|selected| selected.id.to_owned())
    };
    let configuration = |id: &str| Wanted::Configuration(id.to_owned());
    let identifier = |id: &str| Wanted::Identifier(id.to_owned());
    t.taken("a configuration", ask(&stored, configuration("card")));
    let about = "credential_configuration_id";
    let unknown = ask(&stored, configuration("passport"));
    t.refused("an unknown configuration", UnknownCredentialConfiguration, about, unknown);
    t.refused("one that was not granted", InsufficientScope, about, ask(&stored, configuration("licence")));
    let about_identifier = "credential_identifier";
    let unknown = ask(&stored, identifier("card"));
    t.refused("an identifier where none was given", UnknownCredentialIdentifier, about_identifier, unknown);
    stored.authorization.granted[0].identifiers = vec!["card-2026".to_owned()];
    t.taken("an identifier", ask(&stored, identifier("card-2026")));
    let unknown = ask(&stored, identifier("card-2027"));
    t.refused("another identifier", UnknownCredentialIdentifier, about_identifier, unknown);
    let by_configuration = ask(&stored, configuration("card"));
    t.refused("a configuration where identifiers were given", InvalidCredentialRequest, about, by_configuration);
    t.finish(5);
}

#[test]
fn the_challenge_of_a_protected_endpoint() {
    let answer = |code| error_response::protected(&Refusal::new(code, "x"), FreshNonces::default());
    let challenges = |code: RefusalCode| {
        let headers = answer(code).headers;
        headers.into_iter().filter(|(name, _)| *name == "WWW-Authenticate").map(|(_, value)| value).collect::<Vec<_>>()
    };
    assert_eq!(answer(InvalidToken).status, 401);
    assert!(matches!(challenges(InvalidToken).as_slice(), [bearer, dpop]
        if bearer.starts_with("Bearer error=\"invalid_token\"") && dpop.starts_with("DPoP error=\"invalid_token\"")
            && dpop.contains("algs=\"ES256")));
    assert_eq!(answer(InvalidDpopProof).status, 401);
    assert!(matches!(challenges(InvalidDpopProof).as_slice(), [dpop] if dpop.starts_with("DPoP ")));
    assert!(challenges(UnknownCredentialConfiguration).is_empty());
    assert_eq!(answer(UnknownCredentialConfiguration).status, 400);
}
