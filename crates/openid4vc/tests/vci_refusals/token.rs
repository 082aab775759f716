//! The token endpoint: pre-authorized codes, authorization codes, refresh tokens.

use tamarack::SystemRandomness;
use tamarack_openid4vc::Refusal;
use tamarack_openid4vc::RefusalCode::{
    InvalidAuthorizationDetails, InvalidClient, InvalidDpopProof, InvalidGrant, InvalidRequest, InvalidScope,
    InvalidTarget, UnsupportedGrantType,
};
use tamarack_openid4vc::oauth::access::{self, TokenRules};
use tamarack_openid4vc::oauth::form::Form;
use tamarack_openid4vc::oauth::grant::{AuthorizationCode, PreAuthorizedCode, Presenter, Redeemed, RefreshToken};
use tamarack_openid4vc::oauth::pkce;
use tamarack_openid4vc::oauth::token::TokenRequest;
use tamarack_openid4vc::oauth::{Digest, Secret};

use crate::table::Table;
use crate::world::{CLIENT, ISSUER, NOW, REDIRECT, World, authorization, world};

const PRE: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

fn details(json: &str) -> String {
    format!("&{}", Form::default().with("authorization_details", Some(json)).encode())
}

struct PreAuthorized {
    world: World,
    code: Secret,
    stored: PreAuthorizedCode,
}

impl PreAuthorized {
    fn new(tx_code: Option<&str>) -> Self {
        let (code, stored) =
            PreAuthorizedCode::issue(authorization(), tx_code, 600, NOW, &mut SystemRandomness).unwrap();
        Self { world: world(), code, stored }
    }

    /// A request with more parameters.
    fn body(&self, more: &str) -> String {
        let grant = Form::default().with("grant_type", Some(PRE)).with("pre-authorized_code", Some(self.code.expose()));
        format!("{}{more}", grant.encode())
    }

    fn redeem(&self, body: &str) -> Result<Redeemed, Refusal> {
        self.redeem_as(body, &Presenter::default(), true)
    }

    fn redeem_as(&self, body: &str, presenter: &Presenter, anonymous: bool) -> Result<Redeemed, Refusal> {
        self.stored.check(&TokenRequest::parse(body)?, presenter, anonymous, &self.world.metadata, NOW)
    }
}

fn changed(make: impl Fn(&mut PreAuthorized)) -> PreAuthorized {
    let mut pre = PreAuthorized::new(Some("493536"));
    make(&mut pre);
    pre
}

#[test]
fn pre_authorized_codes() {
    let mut t = Table::default();
    let open = PreAuthorized::new(None);
    let locked = PreAuthorized::new(Some("493536"));
    t.taken("a code", open.redeem(&open.body("")));
    t.taken("a code with its transaction code", locked.redeem(&locked.body("&tx_code=493536")));
    t.taken("an unknown scope is ignored", open.redeem(&open.body("&scope=openid")));
    t.taken("an unknown parameter is ignored", open.redeem(&open.body("&colour=blue")));

    t.refused("no grant type", InvalidRequest, "grant_type", open.redeem("pre-authorized_code=x"));
    t.refused("another grant type", UnsupportedGrantType, "grant_type", open.redeem("grant_type=password&username=a"));
    t.refused("no code", InvalidRequest, "pre-authorized_code", open.redeem(&format!("grant_type={PRE}")));
    let twice = open.body("&tx_code=1&tx_code=2");
    t.refused("a doubled parameter", InvalidRequest, "a parameter that is sent twice", open.redeem(&twice));
    let wrong = format!("grant_type={PRE}&pre-authorized_code=wrong");
    t.refused("a wrong code", InvalidGrant, "an unknown grant", open.redeem(&wrong));
    let right = "&tx_code=493536";
    let expired = changed(|pre| pre.stored.expires = NOW);
    t.refused("an expired code", InvalidGrant, "an expired code", expired.redeem(&expired.body(right)));
    let used = changed(|pre| pre.stored.used = true);
    t.refused("a code used twice", InvalidGrant, "a used or locked code", used.redeem(&used.body(right)));
    let tried = changed(|pre| pre.stored.tries_left = 0);
    t.refused("too many guesses", InvalidGrant, "a used or locked code", tried.redeem(&tried.body(right)));
    t.refused("no transaction code", InvalidRequest, "tx_code", locked.redeem(&locked.body("")));
    t.refused("an unasked transaction code", InvalidRequest, "tx_code", open.redeem(&open.body(right)));
    t.refused("a wrong transaction code", InvalidGrant, "tx_code", locked.redeem(&locked.body("&tx_code=493537")));
    let foreign = format!("grant_type=authorization_code&code={}{right}", open.code.expose());
    t.refused("a transaction code with another grant", InvalidRequest, "tx_code", open.redeem(&foreign));
    let nobody = open.redeem_as(&open.body(""), &Presenter::default(), false);
    t.refused("a client without a name", InvalidClient, "client_id", nobody);
    let bound = changed(|pre| pre.stored.client_id = Some(CLIENT.to_owned()));
    let somebody = Presenter { client_id: Some("https://evil.example".to_owned()), ..Presenter::default() };
    let result = bound.redeem_as(&bound.body(right), &somebody, true);
    t.refused("another client's code", InvalidGrant, "client_id", result);

    let ask = |json: &str| open.redeem(&open.body(&details(json)));
    t.taken("narrowed", ask(r#"[{"type":"openid_credential","credential_configuration_id":"card"}]"#));
    t.refused("details that are no JSON", InvalidAuthorizationDetails, "authorization_details", ask("[{"));
    t.refused(
        "details of another type",
        InvalidAuthorizationDetails,
        "type",
        ask(r#"[{"type":"payment_initiation"}]"#),
    );
    let id = "credential_configuration_id";
    t.refused(
        "details without a configuration",
        InvalidAuthorizationDetails,
        id,
        ask(r#"[{"type":"openid_credential"}]"#),
    );
    let more = r#"[{"type":"openid_credential","credential_configuration_id":"licence"}]"#;
    t.refused("details beyond the offer", InvalidAuthorizationDetails, id, ask(more));
    let there =
        r#"[{"type":"openid_credential","credential_configuration_id":"card","locations":["https://evil.example"]}]"#;
    t.refused("another issuer's location", InvalidAuthorizationDetails, "locations", ask(there));
    let several = changed(|pre| pre.world.metadata.authorization_servers = vec!["https://as.example".to_owned()]);
    let plain = details(r#"[{"type":"openid_credential","credential_configuration_id":"card"}]"#);
    let result = several.redeem(&several.body(&format!("{right}{plain}")));
    t.refused("no location where there are several issuers", InvalidAuthorizationDetails, "locations", result);
    t.refused("a scope beyond the offer", InvalidScope, "scope", open.redeem(&open.body("&scope=licence")));
    t.refused("a scope that is none", InvalidScope, "scope", open.redeem(&open.body("&scope=a%22b")));
    let resource = open.redeem(&open.body("&resource=https://evil.example"));
    t.refused("another issuer's resource", InvalidTarget, "resource", resource);
    let redeemed = open.redeem(&open.body("")).unwrap();
    let rules = TokenRules { dpop_required: true, ..TokenRules::default() };
    let unbound = access::issue(redeemed, &Presenter::default(), rules, NOW, &mut SystemRandomness);
    t.refused("no binding where one is required", InvalidDpopProof, "the DPoP header", unbound);
    t.finish(24);
}

fn presenter() -> Presenter {
    Presenter { client_id: Some(CLIENT.to_owned()), instance: Some("i1".to_owned()), jkt: Some("k1".to_owned()) }
}

#[test]
fn authorization_codes() {
    let world = world();
    let rng = &mut SystemRandomness;
    let (verifier, challenge) = pkce::make(rng).unwrap();
    let (other_verifier, _) = pkce::make(rng).unwrap();
    let code = Secret::draw(rng).unwrap();
    let stored = AuthorizationCode {
        code: code.digest(),
        used: false,
        expires: NOW.plus_seconds(60),
        presenter: presenter(),
        redirect_uri: REDIRECT.to_owned(),
        challenge,
        with_details: false,
        authorization: authorization(),
    };
    let body = |code: &str, redirect: Option<&str>, verifier: Option<&str>| {
        Form::default()
            .with("grant_type", Some("authorization_code"))
            .with("code", Some(code))
            .with("redirect_uri", redirect)
            .with("code_verifier", verifier)
            .encode()
    };
    let right = body(code.expose(), Some(REDIRECT), Some(verifier.expose()));
    let redeem = |stored: &AuthorizationCode, body: &str, presenter: &Presenter| {
        stored.check(&TokenRequest::parse(body)?, presenter, &world.metadata, NOW)
    };
    let mut t = Table::default();
    t.taken("a code", redeem(&stored, &right, &presenter()));
    let with = |code: &str, redirect: Option<&str>, verifier: Option<&str>| {
        redeem(&stored, &body(code, redirect, verifier), &presenter())
    };
    let (c, r, v) = (code.expose(), Some(REDIRECT), Some(verifier.expose()));
    t.refused("a wrong code", InvalidGrant, "an unknown grant", with("wrong", r, v));
    t.refused("a wrong redirect URI", InvalidGrant, "redirect_uri", with(c, Some("https://wallet.example/cb/"), v));
    t.refused("no redirect URI", InvalidGrant, "redirect_uri", with(c, None, v));
    t.refused("no verifier", InvalidRequest, "code_verifier", with(c, r, None));
    t.refused("a malformed verifier", InvalidRequest, "code_verifier", with(c, r, Some("short")));
    t.refused("another verifier", InvalidGrant, "code_verifier", with(c, r, Some(other_verifier.expose())));
    let used = AuthorizationCode { used: true, ..stored.clone() };
    t.refused("a code used twice", InvalidGrant, "a used code", redeem(&used, &right, &presenter()));
    let expired = AuthorizationCode { expires: NOW, ..stored.clone() };
    t.refused("an expired code", InvalidGrant, "an expired code", redeem(&expired, &right, &presenter()));
    let by = |change: fn(&mut Presenter)| {
        let mut presenter = presenter();
        change(&mut presenter);
        redeem(&stored, &right, &presenter)
    };
    let evil = by(|by| by.client_id = Some("https://evil.example".to_owned()));
    t.refused("another client's code", InvalidGrant, "client_id", evil);
    t.refused("a client without a name", InvalidGrant, "client_id", by(|by| by.client_id = None));
    let key = "the key of the DPoP proof";
    t.refused("another DPoP key", InvalidGrant, key, by(|by| by.jkt = Some("k2".to_owned())));
    t.refused("no DPoP proof for a bound code", InvalidGrant, key, by(|by| by.jkt = None));
    let key = "the key of the client attestation";
    t.refused("another instance", InvalidGrant, key, by(|by| by.instance = Some("i2".to_owned())));
    t.refused("no attestation for a bound code", InvalidGrant, key, by(|by| by.instance = None));
    let elsewhere = redeem(&stored, "grant_type=refresh_token&refresh_token=x", &presenter());
    t.refused("a refresh token for a code", InvalidGrant, "an unknown grant", elsewhere);
    t.finish(15);
}

#[test]
fn refresh_tokens() {
    let world = world();
    let token = Secret::draw(&mut SystemRandomness).unwrap();
    let stored = RefreshToken {
        token: token.digest(),
        used: false,
        expires: NOW.plus_seconds(60),
        presenter: presenter(),
        with_details: false,
        authorization: authorization(),
        family: Digest::of("family"),
    };
    let right = format!("grant_type=refresh_token&refresh_token={}", token.expose());
    let refresh = |stored: &RefreshToken, body: &str, presenter: &Presenter| {
        stored.check(&TokenRequest::parse(body)?, presenter, &world.metadata, NOW)
    };
    let mut t = Table::default();
    t.taken("a token", refresh(&stored, &right, &presenter()));
    // An attested client may take a new key for DPoP.
    t.taken("a new DPoP key", refresh(&stored, &right, &Presenter { jkt: Some("k2".to_owned()), ..presenter() }));
    t.refused("no token", InvalidRequest, "refresh_token", refresh(&stored, "grant_type=refresh_token", &presenter()));
    let wrong = refresh(&stored, "grant_type=refresh_token&refresh_token=wrong", &presenter());
    t.refused("a wrong token", InvalidGrant, "an unknown grant", wrong);
    let used = RefreshToken { used: true, ..stored.clone() };
    t.refused("a token used twice", InvalidGrant, "a used refresh token", refresh(&used, &right, &presenter()));
    let expired = RefreshToken { expires: NOW, ..stored.clone() };
    t.refused("an expired token", InvalidGrant, "an expired refresh token", refresh(&expired, &right, &presenter()));
    let evil = Presenter { client_id: Some("https://evil.example".to_owned()), ..presenter() };
    t.refused("another client's token", InvalidGrant, "client_id", refresh(&stored, &right, &evil));
    let other = Presenter { instance: Some("i2".to_owned()), ..presenter() };
    t.refused("another instance", InvalidGrant, "the key of the client attestation", refresh(&stored, &right, &other));
    let public = Presenter { instance: None, ..presenter() };
    let of_public = RefreshToken { presenter: public.clone(), ..stored.clone() };
    t.taken("a public client's token", refresh(&of_public, &right, &public));
    let other = Presenter { jkt: Some("k2".to_owned()), ..public };
    t.refused("another key", InvalidGrant, "the key of the DPoP proof", refresh(&of_public, &right, &other));
    t.refused("more scope", InvalidScope, "scope", refresh(&stored, &format!("{right}&scope=licence"), &presenter()));
    let resource = refresh(&stored, &format!("{right}&resource={ISSUER}/x"), &presenter());
    t.refused("another resource", InvalidTarget, "resource", resource);
    t.finish(9);
}
