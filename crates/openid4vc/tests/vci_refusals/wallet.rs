//! What a wallet does not take. These codes are its own and never leave it.

use serde_json::{Value as Json, json};
use tamarack::SystemRandomness;
use tamarack::json::{Object, Value};
use tamarack_openid4vc::Refusal;
use tamarack_openid4vc::RefusalCode::{AccessDenied, InvalidMetadata, InvalidOffer, InvalidResponse};
use tamarack_openid4vc::oauth::authorization::{browser_url, read_response};
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::secret::Secret;
use tamarack_openid4vc::oauth::token::TokenResponse;
use tamarack_openid4vc::vci::encryption::read_response as read_credential_response;
use tamarack_openid4vc::vci::offer::{OfferUri, TxCode};
use tamarack_openid4vc::vci::{CredentialOffer, CredentialResponse, IssuerMetadata, nonce, signed_metadata, wallet};

use crate::table::Table;
use crate::world::{CLIENT, ISSUER, NOW, REDIRECT, with, world};

const PRE: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

fn offer(changes: Json) -> Result<CredentialOffer, Refusal> {
    let good = json!({
        "credential_issuer": ISSUER, "credential_configuration_ids": ["card"],
        "grants": { PRE: { "pre-authorized_code": "secret", "tx_code": {} } },
    });
    CredentialOffer::parse(with(good, changes).to_string().as_bytes())
}

#[test]
fn offers() {
    let world = world();
    let mut t = Table::default();
    let code = InvalidOffer;
    t.taken("an offer", offer(json!({ "colour": "blue" })).and_then(|offer| offer.check(&world.metadata)));
    let uri = |query: &str| OfferUri::parse(&format!("openid-credential-offer://?{query}"));
    t.refused("no offer", code, "credential_offer", uri("x=1"));
    let both = "credential_offer=%7B%7D&credential_offer_uri=https%3A%2F%2Fissuer.example";
    t.refused("both kinds of offers", code, "credential_offer", uri(both));
    t.refused("two offers", code, "a parameter that is sent twice", uri("credential_offer=a&credential_offer=b"));
    t.refused("no query", code, "the query", OfferUri::parse("openid-credential-offer://"));
    let about = "credential_offer_uri";
    t.refused("an offer over plain HTTP", code, about, uri("credential_offer_uri=http%3A%2F%2Fissuer.example"));
    t.refused("an offer in a file", code, about, uri("credential_offer_uri=file%3A%2F%2F%2Fetc%2Fpasswd"));
    t.refused("an offer that is no JSON", code, "JSON", uri("credential_offer=x"));
    let about = "credential_issuer";
    t.refused("an issuer over plain HTTP", code, about, offer(json!({ "credential_issuer": "http://issuer.example" })));
    t.refused("an issuer with a query", code, about, offer(json!({ "credential_issuer": "https://issuer.example?x" })));
    t.refused("no issuer", code, about, offer(json!({ "credential_issuer": null })));
    let about = "credential_configuration_ids";
    t.refused("nothing offered", code, about, offer(json!({ "credential_configuration_ids": [] })));
    t.refused("one thing twice", code, about, offer(json!({ "credential_configuration_ids": ["card", "card"] })));
    let grant = |tx_code: Json| offer(json!({ "grants": { PRE: { "pre-authorized_code": "s", "tx_code": tx_code } } }));
    t.refused("no code", code, "pre-authorized_code", offer(json!({ "grants": { PRE: {} } })));
    t.refused("another input mode", code, "input_mode", grant(json!({ "input_mode": "voice" })));
    t.refused("a code without end", code, "length", grant(json!({ "length": 100_000 })));
    t.refused("a long description", code, "description", grant(json!({ "description": "é".repeat(301) })));
    let check = |changes: Json| offer(changes).and_then(|offer| offer.check(&world.metadata));
    t.refused(
        "another issuer's metadata",
        code,
        "credential_issuer",
        check(json!({ "credential_issuer": "https://other.example" })),
    );
    t.refused("an unknown configuration", code, about, check(json!({ "credential_configuration_ids": ["passport"] })));
    let evil =
        json!({ "grants": { PRE: { "pre-authorized_code": "s", "authorization_server": "https://evil.example" } } });
    t.refused("a server that the issuer does not name", code, "authorization_server", check(evil));
    let looks = TxCode { length: Some(6), ..TxCode::default() };
    let typed = |looks: Option<&TxCode>, typed| wallet::pre_authorized_request(Secret::of("s"), looks, typed);
    t.taken("what the person typed", typed(Some(&looks), Some("493536")));
    t.refused("nothing typed", code, "tx_code", typed(Some(&looks), None));
    t.refused("too little typed", code, "tx_code", typed(Some(&looks), Some("4935")));
    t.refused("letters for digits", code, "tx_code", typed(Some(&looks), Some("49353A")));
    t.refused("a code that is not asked for", code, "tx_code", typed(None, Some("1234")));
    let server = ServerMetadata { grant_types: vec!["client_credentials".to_owned()], ..ServerMetadata::at(ISSUER) };
    let routes = wallet::routes(Some(&offer(json!({})).unwrap()), &server);
    t.refused("no way to a token", code, "grants", routes);
    t.finish(24);
}

#[test]
fn metadata() {
    let world = world();
    let mut t = Table::default();
    let code = InvalidMetadata;
    let read = |changes: Json| {
        let value = with(world.metadata.to_value().to_serde(), changes);
        IssuerMetadata::parse(value.to_string().as_bytes(), ISSUER)
    };
    t.taken("metadata", read(json!({ "colour": "blue" })));
    let about = "credential_issuer";
    t.refused("another issuer's", code, about, read(json!({ "credential_issuer": "https://evil.example" })));
    t.refused("an issuer with a slash", code, about, read(json!({ "credential_issuer": "https://issuer.example/" })));
    for (name, member) in [
        ("a credential endpoint over plain HTTP", "credential_endpoint"),
        ("a nonce endpoint over plain HTTP", "nonce_endpoint"),
        ("a deferred endpoint over plain HTTP", "deferred_credential_endpoint"),
        ("a notification endpoint over plain HTTP", "notification_endpoint"),
    ] {
        t.refused(name, code, member, read(json!({ member: "http://issuer.example/x" })));
    }
    t.refused("no credential endpoint", code, "credential_endpoint", read(json!({ "credential_endpoint": null })));
    let about = "credential_configurations_supported";
    t.refused("no configurations", code, about, read(json!({ about: null })));
    t.refused("a batch of one", code, "batch_size", read(json!({ "batch_credential_issuance": { "batch_size": 1 } })));
    let display = json!({ "display": [{ "name": "a", "locale": "fr-CA" }, { "name": "b", "locale": "fr-CA" }] });
    t.refused("two names in one language", code, "display.locale", read(display));
    t.refused(
        "a server over plain HTTP",
        code,
        "authorization_servers",
        read(json!({ "authorization_servers": ["http://as.example"] })),
    );
    let twice = json!({ "credential_request_encryption": {
        "jwks": { "keys": [{ "kid": "a" }, { "kid": "a" }] }, "enc_values_supported": ["A128GCM"], "encryption_required": false,
    } });
    t.refused("two keys of one name", code, "kid", read(twice));
    let configuration = |value: Json| read(json!({ about: { "x": value } }));
    t.refused("no format", code, "format", configuration(json!({})));
    t.refused("no vct", code, "vct", configuration(json!({ "format": "dc+sd-jwt" })));
    let definition = "credential_definition";
    t.refused("no definition", code, definition, configuration(json!({ "format": "ldp_vc" })));
    let types = "credential_definition.type";
    t.refused("no types", code, types, configuration(json!({ "format": "jwt_vc_json", definition: {} })));
    let no_context = json!({ "format": "ldp_vc", definition: { "type": ["VerifiableCredential"] } });
    t.refused("no context", code, "credential_definition.@context", configuration(no_context));
    let claims = json!({ "format": "dc+sd-jwt", "vct": "v", "credential_metadata": { "claims": [
        { "path": ["a", null] }, { "path": ["a", 0] },
    ] } });
    t.refused("contradictory claims", code, "claims that contradict one another", configuration(claims));
    let server = |changes: Json| {
        let value: Json = serde_json::from_str(&ServerMetadata::at(ISSUER).to_json()).unwrap();
        ServerMetadata::parse(with(value, changes).to_string().as_bytes(), ISSUER)
    };
    t.taken("a server's metadata", server(json!({})));
    t.refused("another server's", code, "issuer", server(json!({ "issuer": "https://evil.example" })));
    t.refused(
        "a token endpoint over plain HTTP",
        code,
        "token_endpoint",
        server(json!({ "token_endpoint": "http://a.example" })),
    );
    let plain = server(json!({ "code_challenge_methods_supported": ["plain"] })).unwrap();
    let started = |server: &ServerMetadata, id: &str| {
        wallet::authorization_request(&world.metadata, server, &[id], CLIENT, REDIRECT, None, &mut SystemRandomness)
    };
    let about_pkce = "code_challenge_methods_supported";
    t.refused("a server without S256", code, about_pkce, started(&plain, "card"));
    let good = server(json!({})).unwrap();
    t.refused("a configuration that is not offered", code, about, started(&good, "passport"));
    let pushing = server(json!({ "require_pushed_authorization_requests": true })).unwrap();
    let request = started(&good, "card").unwrap().request;
    let not_pushed = browser_url(&pushing, &request, None);
    t.refused("not pushed where it must be", code, "require_pushed_authorization_requests", not_pushed);

    let trusted = &world.attesters;
    let signed = |changes: Json| {
        let good = with(world.metadata.to_value().to_serde(), json!({ "sub": ISSUER, "iat": NOW.unix() }));
        let header = json!({ "typ": "openidvci-issuer-metadata+jwt", "alg": "ES256", "kid": "p1" });
        let token = crate::world::forge(&header, &with(good, changes), &world.provider);
        signed_metadata::read(&token, ISSUER, trusted, NOW)
    };
    t.taken("signed metadata", signed(json!({ "iss": "https://registry.example" })));
    let made = signed_metadata::sign(&world.metadata, Object::new(), NOW, None, &world.provider).unwrap();
    assert_eq!(signed_metadata::read(&made, ISSUER, trusted, NOW).unwrap(), world.metadata);
    let forged = signed_metadata::sign(&world.metadata, Object::new(), NOW, None, &world.other).unwrap();
    let about = "an attester who is not trusted";
    t.refused("metadata that somebody signed", code, about, signed_metadata::read(&forged, ISSUER, trusted, NOW));
    t.refused("signed for another issuer", code, "sub", signed(json!({ "sub": "https://evil.example" })));
    t.refused("signed without a date", code, "iat", signed(json!({ "iat": null })));
    t.refused("signed until yesterday", code, "exp", signed(json!({ "exp": NOW.unix() - 86_400 })));
    t.finish(27);
}

#[test]
fn responses() {
    let world = world();
    let mut t = Table::default();
    let server = ServerMetadata::at(ISSUER);
    let code = InvalidResponse;
    let back = |query: &str| read_response(&format!("{REDIRECT}?{query}"), REDIRECT, Some("s1"), &server);
    let iss = "iss=https%3A%2F%2Fissuer.example";
    t.taken("a code", back(&format!("code=c1&state=s1&{iss}")));
    t.refused("another state", code, "state", back(&format!("code=c1&state=s2&{iss}")));
    t.refused("no state", code, "state", back(&format!("code=c1&{iss}")));
    let evil = "iss=https%3A%2F%2Fevil.example";
    t.refused("a mixed-up server", code, "iss", back(&format!("code=c1&state=s1&{evil}")));
    t.refused("a server without a name", code, "iss", back("code=c1&state=s1"));
    t.refused("no code", code, "code", back(&format!("state=s1&{iss}")));
    let elsewhere = read_response("https://wallet.example/cbx?code=c1", REDIRECT, None, &server);
    t.refused("another redirect URI", code, "redirect_uri", elsewhere);
    let denied = back(&format!("error=access_denied&state=s1&{iss}"));
    t.refused("the person's refusal", AccessDenied, "the server's refusal", denied);

    let token = |changes: Json| {
        let good = json!({ "access_token": "a", "token_type": "DPoP", "expires_in": 300 });
        TokenResponse::parse(with(good, changes).to_string().as_bytes())
    };
    t.taken("a token", token(json!({ "colour": "blue" })));
    t.refused("an unknown type of token", code, "token_type", token(json!({ "token_type": "mac" })));
    t.refused("no type of token", code, "token_type", token(json!({ "token_type": null })));
    t.refused("no token", code, "access_token", token(json!({ "access_token": null })));
    let details =
        json!({ "authorization_details": [{ "type": "openid_credential", "credential_configuration_id": "card" }] });
    t.refused("details without identifiers", code, "credential_identifiers", token(details));
    let bearer = token(json!({ "token_type": "Bearer" })).unwrap();
    t.refused("a token that is not bound", code, "token_type", wallet::check_token(&bearer, true, &server));
    let bound = token(json!({})).unwrap();
    t.refused("a token bound to nobody's key", code, "token_type", wallet::check_token(&bound, false, &server));
    t.refused("no nonce", code, "c_nonce", nonce::parse(b"{}"));

    let credential = |value: Json| CredentialResponse::parse(value.to_string().as_bytes());
    let one = json!([{ "credential": "eyJ" }]);
    t.taken("a credential", credential(json!({ "credentials": one })));
    let both = credential(json!({ "credentials": one, "transaction_id": "t", "interval": 5 }));
    t.refused("both at once", code, "credentials", both);
    t.refused("neither", code, "credentials", credential(json!({})));
    t.refused("a transaction without an interval", code, "interval", credential(json!({ "transaction_id": "t" })));
    let at_once = credential(json!({ "transaction_id": "t", "interval": 0 }));
    t.refused("an interval of nothing", code, "interval", at_once);
    t.refused(
        "a credential that is a number",
        code,
        "credential",
        credential(json!({ "credentials": [{ "credential": 7 }] })),
    );
    t.refused("no credential", code, "credential", credential(json!({ "credentials": [{}] })));
    let draft = credential(json!({ "credential": "eyJ" }));
    t.refused("a draft's response", code, "credentials", draft);
    let card = world.metadata.configuration("card").unwrap();
    let text = CredentialResponse::issued(vec![Value::from("eyJ")], None);
    t.refused("a text for an object", code, "credential", wallet::check_credentials(&text, card, 1));
    let pass = world.metadata.configuration("pass").unwrap();
    let two = CredentialResponse::issued(vec![Value::from("eyJ"), Value::from("eyK")], None);
    t.refused("more credentials than keys", code, "credentials", wallet::check_credentials(&two, pass, 1));
    let key = &world.request_key;
    let plain = read_credential_response("application/json", br#"{"credentials":[{"credential":"a"}]}"#, Some(key));
    t.refused("a plain response where it must be encrypted", code, "Content-Type", plain);
    let broken = read_credential_response("application/jwt", b"a.b.c.d.e", Some(key));
    t.refused("a response that cannot be opened", code, "the JWE", broken);
    t.finish(25);
}
