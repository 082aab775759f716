//! One case for each MUST that a counterpart may break, with the error that must come out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

mod common;

use common::certificates::authority;
use common::*;
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::jose::Jws;
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack::present::{Binding, Selection, present};
use tamarack::proof::Suite;
use tamarack::{Evidence, Outcome, Policy};
use tamarack_openid4vc::siop::{self, SelfIssued};
use tamarack_openid4vc::vp::answer::Rules;
use tamarack_openid4vc::vp::client_id::{ClientId, Registered, Trust};
use tamarack_openid4vc::vp::dc_api::{self, Protocol, Signature};
use tamarack_openid4vc::vp::dcql::{Authorities, Query};
use tamarack_openid4vc::vp::encryption::DecryptionKey;
use tamarack_openid4vc::vp::request::{self, Expected, Invocation, Request, ResponseMode, ResponseType};
use tamarack_openid4vc::vp::response::{self, Delivery, Reply, VpToken};
use tamarack_openid4vc::vp::session::{Ask, Received, Session};
use tamarack_openid4vc::vp::transaction_data::{Field, FieldKind, TransactionData, TransactionType};
use tamarack_openid4vc::vp::wallet::{Purse, show};
use tamarack_openid4vc::{Refusal, Result};

/// The cases, and those that came out otherwise than they must.
#[derive(Default)]
struct Table {
    cases: usize,
    wrong: Vec<String>,
}

impl Table {
    fn refuses<T>(&mut self, name: &str, result: Result<T>, code: &str, about: &str) {
        self.cases += 1;
        let found = match &result {
            Ok(_) => "accepted".to_owned(),
            Err(refusal) => format!("{} {}", refusal.code().as_str(), refusal.about()),
        };
        if found != format!("{code} {about}") {
            self.wrong.push(format!("{name}: {found}, not {code} {about}"));
        }
    }

    fn done(self, least: usize) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        assert!(self.cases >= least, "{} cases", self.cases);
    }
}

const INVALID: &str = "invalid_request";
const OBJECT: &str = "invalid_request_object";

fn value(text: &str) -> Value<'static> {
    json::parse(text.as_bytes()).unwrap().into_owned()
}

// --- what verifiers may break

/// The parameters of a good unsigned request, changed.
fn unsigned(change: impl FnOnce(&mut Object<'static>)) -> Result<Request> {
    let mut parameters = begin(ask(redirect_client(), query_for(SD_JWT))).parameters();
    change(&mut parameters);
    request::read_unsigned(&parameters, &trust(&Evidence::none()))
}

fn set(name: &'static str, text: &'static str) -> impl FnOnce(&mut Object<'static>) {
    move |parameters| {
        parameters.insert(name, text);
    }
}

fn json_set(name: &'static str, text: &'static str) -> impl FnOnce(&mut Object<'static>) {
    move |parameters| {
        parameters.insert(name, value(text));
    }
}

fn without(name: &'static str) -> impl FnOnce(&mut Object<'static>) {
    move |parameters| {
        parameters.remove(name);
    }
}

#[test]
fn the_parameters_of_a_request() {
    let mut t = Table::default();
    let fragment = |parameters: &mut Object<'static>, uri: &'static str| {
        parameters.insert("client_id", format!("redirect_uri:{uri}"));
        parameters.insert("response_mode", "fragment");
        parameters.remove("response_uri");
        parameters.insert("redirect_uri", uri);
    };
    assert!(unsigned(|_| {}).is_ok());
    assert!(unsigned(|p| fragment(p, "https://shop.example/cb")).is_ok());
    assert!(unsigned(without("response_uri")).is_ok(), "the client identifier says it");
    assert!(unsigned(set("more", "x")).is_ok(), "unknown parameters are ignored");
    t.refuses("no client_id", unsigned(without("client_id")), INVALID, "client_id");
    t.refuses("origin: from outside", unsigned(set("client_id", "origin:https://shop.example")), INVALID, "client_id");
    t.refuses("unknown client", unsigned(set("client_id", "https://shop.example")), INVALID, "client_id");
    t.refuses("unknown prefix", unsigned(set("client_id", "magic:shop")), INVALID, "client_id");
    for id in [
        "decentralized_identifier:did:web:shop.example",
        "x509_san_dns:shop.example",
        "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk",
        "verifier_attestation:shop.example",
        "openid_federation:https://shop.example",
    ] {
        t.refuses("unsigned where signed is needed", unsigned(set("client_id", id)), INVALID, "client_id");
    }
    t.refuses("no response_type", unsigned(without("response_type")), INVALID, "response_type");
    t.refuses("code", unsigned(set("response_type", "code")), "unsupported_response_type", "response_type");
    t.refuses("response_mode", unsigned(set("response_mode", "query")), INVALID, "response_mode");
    t.refuses("dc_api by URL", unsigned(set("response_mode", "dc_api")), INVALID, "response_mode");
    t.refuses("no nonce", unsigned(without("nonce")), INVALID, "nonce");
    t.refuses("nonce not URL-safe", unsigned(set("nonce", "a b")), INVALID, "nonce");
    t.refuses("nonce empty", unsigned(set("nonce", "")), INVALID, "nonce");
    t.refuses("state not URL-safe", unsigned(set("state", "é")), INVALID, "state");
    t.refuses(
        "no state for an unbound credential",
        unsigned(|p| {
            p.insert("dcql_query", query_for(ANONYMOUS).to_json());
            p.remove("state");
        }),
        INVALID,
        "state",
    );
    t.refuses("redirect_uri with direct_post", unsigned(set("redirect_uri", RESPONSE_URI)), INVALID, "redirect_uri");
    t.refuses("another response_uri", unsigned(set("response_uri", "https://evil.example/")), INVALID, "response_uri");
    t.refuses(
        "response_uri without TLS",
        unsigned(|p| {
            p.insert("client_id", "redirect_uri:http://shop.example/");
            p.insert("response_uri", "http://shop.example/");
        }),
        INVALID,
        "response_uri",
    );
    t.refuses(
        "response_uri with fragment",
        unsigned(|p| {
            fragment(p, "https://shop.example/cb");
            p.insert("response_uri", "https://shop.example/cb");
        }),
        INVALID,
        "response_uri",
    );
    for uri in ["javascript:alert(1)", "http://shop.example/cb", "data:text/html,x"] {
        t.refuses("no place for a browser", unsigned(|p| fragment(p, uri)), INVALID, "redirect_uri");
    }
    t.refuses("no query", unsigned(without("dcql_query")), INVALID, "dcql_query");
    t.refuses("query and scope", unsigned(set("scope", "com.example.IDCard")), INVALID, "scope");
    t.refuses("malformed query", unsigned(json_set("dcql_query", "{}")), INVALID, "credentials");
    t.refuses(
        "two query languages",
        unsigned(json_set("presentation_definition", "{}")),
        INVALID,
        "presentation_definition",
    );
    t.refuses("ID token without openid", unsigned(set("response_type", "vp_token id_token")), INVALID, "scope");
    t.refuses("metadata is no object", unsigned(set("client_metadata", "x")), INVALID, "client_metadata");
    for jwks in [
        r#"{"jwks":{"keys":[{"kty":"OKP"}]}}"#,
        r#"{"jwks":{"keys":[{"kty":"OKP","kid":"a"},{"kty":"OKP","kid":"a"}]}}"#,
        r#"{"encrypted_response_enc_values_supported":[]}"#,
        r#"{"vp_formats_supported":[]}"#,
    ] {
        t.refuses(
            "malformed metadata",
            unsigned(|p| drop(p.insert("client_metadata", value(jwks)))),
            INVALID,
            "client_metadata",
        );
    }
    t.refuses("no key to encrypt to", unsigned(set("response_mode", "direct_post.jwt")), INVALID, "client_metadata");
    t.refuses(
        "formats nobody has",
        unsigned(json_set(
            "dcql_query",
            r#"{"credentials":[{"id":"mdl","format":"mso_mdoc","meta":{"doctype_value":"org.iso.18013.5.1.mDL"}}]}"#,
        )),
        "vp_formats_not_supported",
        "format",
    );
    t.refuses(
        "format that the verifier does not understand itself",
        unsigned(json_set("client_metadata", r#"{"vp_formats_supported":{"ldp_vc":{}}}"#)),
        "vp_formats_not_supported",
        "format",
    );
    t.refuses(
        "no transaction data in it",
        unsigned(json_set("transaction_data", "[]")),
        "invalid_transaction_data",
        "transaction_data",
    );
    for info in ["[]", r#"[{"format":"jwt"}]"#, r#"[{"format":"jwt","data":"x","credential_ids":["nobody"]}]"#] {
        t.refuses(
            "verifier info",
            unsigned(|p| drop(p.insert("verifier_info", value(info)))),
            INVALID,
            "verifier_info",
        );
    }
    t.done(40);
}

#[test]
fn the_url_that_calls_a_wallet() {
    let mut t = Table::default();
    let parse = |query: &str| Invocation::parse(&format!("openid4vp://?{query}"));
    let id = "client_id=x509_san_dns%3Ashop.example";
    t.refuses("twice", parse("nonce=1&nonce=2"), INVALID, "parameters");
    t.refuses("no UTF-8", parse("nonce=%ff"), INVALID, "parameters");
    t.refuses("too long", parse(&"a".repeat(300_000)), INVALID, "parameters");
    t.refuses("both", parse(&format!("{id}&request=a&request_uri=https://a.example")), INVALID, "request");
    t.refuses("no client_id by value", parse("request=a"), INVALID, "client_id");
    t.refuses("no client_id by reference", parse("request_uri=https://a.example"), INVALID, "client_id");
    t.refuses("without TLS", parse(&format!("{id}&request_uri=http://a.example/r")), INVALID, "request_uri");
    t.refuses(
        "method without reference",
        parse(&format!("{id}&request=a&request_uri_method=get")),
        INVALID,
        "request_uri_method",
    );
    let method = parse(&format!("{id}&request_uri=https://a.example/r&request_uri_method=PUT"));
    t.refuses("another method", method, "invalid_request_uri_method", "request_uri_method");
    let method = parse(&format!("{id}&request_uri=https://a.example/r&request_uri_method=POST"));
    t.refuses("method in capitals", method, "invalid_request_uri_method", "request_uri_method");
    t.done(10);
}

/// A request object by the verifier with a DID, changed: its header, its claims, and who signs it.
fn opened(
    header: impl FnOnce(&mut Object<'static>),
    claims: impl FnOnce(&mut Object<'static>),
    signer: &SecretKey,
) -> Result<Request> {
    let mut parameters = begin(ask(did_client(), query_for(SD_JWT))).parameters();
    claims(&mut parameters);
    let mut head = did_header();
    head.insert("typ", "oauth-authz-req+jwt");
    header(&mut head);
    let payload = json::to_string(&Value::Object(parameters));
    let token = Jws::sign(&head, payload.as_bytes(), SignatureAlgorithm::Es256, signer).unwrap();
    let expected = Expected { client_id: &did_client(), wallet_nonce: None, issuer: Some("https://wallet.example") };
    request::open(&token, &expected, &trust(&Evidence::none()))
}

#[test]
fn a_request_object() {
    let mut t = Table::default();
    let key = verifier().key;
    let claims = |change: fn(&mut Object<'static>)| opened(|_| {}, change, &key);
    assert!(claims(|_| {}).is_ok());
    assert!(claims(|c| drop(c.insert("aud", "https://wallet.example"))).is_ok(), "discovered");
    assert!(claims(|c| drop(c.insert("iss", "anybody"))).is_ok(), "iss is ignored");
    t.refuses("no typ", opened(|h| drop(h.remove("typ")), |_| {}, &key), OBJECT, "typ");
    t.refuses("typ JWT", opened(|h| drop(h.insert("typ", "JWT")), |_| {}, &key), OBJECT, "typ");
    t.refuses("no kid", opened(|h| drop(h.remove("kid")), |_| {}, &key), OBJECT, "kid");
    let other = person(KeyType::P256, 8);
    t.refuses(
        "kid of another DID",
        opened(|h| drop(h.insert("kid", other.method.clone())), |_| {}, &key),
        OBJECT,
        "kid",
    );
    let unknown = format!("{}#nothing", verifier().did);
    t.refuses("unknown kid", opened(|h| drop(h.insert("kid", unknown)), |_| {}, &key), OBJECT, "kid");
    t.refuses("another's signature", opened(|_| {}, |_| {}, &other.key), OBJECT, "signature");
    t.refuses("no client_id inside", claims(|c| drop(c.remove("client_id"))), INVALID, "client_id");
    t.refuses(
        "another client_id inside",
        claims(|c| drop(c.insert("client_id", "x509_san_dns:a.example"))),
        INVALID,
        "client_id",
    );
    t.refuses(
        "client_id without its prefix inside",
        claims(|c| drop(c.insert("client_id", verifier().did))),
        INVALID,
        "client_id",
    );
    t.refuses("for another wallet", claims(|c| drop(c.insert("aud", "https://other.example"))), OBJECT, "aud");
    t.refuses("expired", claims(|c| drop(c.insert("exp", Value::Number(1.0)))), OBJECT, "exp");
    t.refuses("exp is no number", claims(|c| drop(c.insert("exp", "tomorrow"))), OBJECT, "exp");
    t.refuses("from the future", claims(|c| drop(c.insert("iat", Value::Number(4e9)))), OBJECT, "iat");
    t.refuses("not yet", claims(|c| drop(c.insert("nbf", Value::Number(4e9)))), OBJECT, "nbf");
    t.refuses("a request in it", claims(|c| drop(c.insert("request", "x"))), OBJECT, "request");
    t.refuses("a reference in it", claims(|c| drop(c.insert("request_uri", "https://a.example"))), OBJECT, "request");
    t.refuses("a parameter", claims(|c| drop(c.remove("nonce"))), INVALID, "nonce");

    let session = begin(ask(did_client(), query_for(SD_JWT)));
    let token = session.request_object(&did_header(), &key, now()).unwrap();
    let open = |token: &str, wallet_nonce| {
        let expected = Expected { client_id: &did_client(), wallet_nonce, issuer: None };
        request::open(token, &expected, &trust(&Evidence::none()))
    };
    t.refuses("no wallet_nonce", open(&token, Some("w")), INVALID, "wallet_nonce");
    let mut posted = Session::from_kept(&session.expose()).unwrap();
    posted.fetched_by_post("wallet_nonce=other").unwrap();
    let answered = posted.request_object(&did_header(), &key, now()).unwrap();
    t.refuses("another wallet_nonce", open(&answered, Some("w")), INVALID, "wallet_nonce");
    t.refuses("no JWS", open("abc", None), OBJECT, "request");
    let (_, rest) = token.split_once('.').unwrap();
    let none = format!("{}.{rest}", base64url_encode(br#"{"alg":"none","typ":"oauth-authz-req+jwt"}"#));
    t.refuses("alg none", open(&none, None), OBJECT, "request");
    let mac = format!("{}.{rest}", base64url_encode(br#"{"alg":"HS256","typ":"oauth-authz-req+jwt"}"#));
    t.refuses("a MAC", open(&mac, None), OBJECT, "request");

    // What this side refuses to make.
    let redirect = begin(ask(redirect_client(), query_for(SD_JWT)));
    t.refuses("sign for redirect_uri", redirect.request_object(&did_header(), &key, now()), INVALID, "client_id");
    t.refuses("unsigned for a DID", session.unsigned_url("openid4vp://"), INVALID, "client_id");
    let header = Object::new();
    let signed = request::sign(&redirect.parameters(), &header, &key).unwrap();
    let expected = Expected { client_id: &redirect_client(), wallet_nonce: None, issuer: None };
    t.refuses(
        "redirect_uri is never signed",
        request::open(&signed, &expected, &trust(&Evidence::none())),
        INVALID,
        "client_id",
    );
    t.refuses("wallet_metadata is no JSON", posted.fetched_by_post("wallet_metadata=%7B"), INVALID, "wallet_metadata");
    t.refuses("wallet_metadata is no object", posted.fetched_by_post("wallet_metadata=7"), INVALID, "wallet_metadata");
    t.refuses(
        "wallet_metadata with a broken key",
        posted.fetched_by_post("wallet_metadata=%7B%22jwks%22%3A7%7D"),
        INVALID,
        "wallet_metadata",
    );

    // A wallet that demands encryption.
    let own = DecryptionKey::generate(&mut rng()).unwrap();
    let keys = format!(r#"{{"jwks":{{"keys":[{}]}}}}"#, json::to_string(&Value::Object(own.public_jwk())));
    posted.fetched_by_post(&response::form(&[("wallet_metadata", &keys), ("wallet_nonce", "w")])).unwrap();
    let kept = Session::from_kept(&posted.expose()).unwrap();
    let sealed = kept.request_object(&did_header(), &key, now()).unwrap();
    let open_sealed = |token: &str, key: &DecryptionKey| {
        let expected = Expected { client_id: &did_client(), wallet_nonce: Some("w"), issuer: None };
        request::open_encrypted(token, key, &expected, &trust(&Evidence::none()))
    };
    assert!(open_sealed(&sealed, &own).is_ok());
    t.refuses("not encrypted", open_sealed(&answered, &own), OBJECT, "request");
    let stranger = DecryptionKey::generate(&mut rng()).unwrap();
    t.refuses("encrypted to another", open_sealed(&sealed, &stranger), OBJECT, "request");
    t.refuses("two wallet_nonces", posted.fetched_by_post("wallet_nonce=a&wallet_nonce=b"), INVALID, "parameters");
    t.done(28);
}

#[test]
fn certificates() {
    let mut t = Table::default();
    let (root, other) = (authority("Root"), authority("Other"));
    let open = |id: &str, header: &Object<'static>, key: &SecretKey, anchors: &[Vec<u8>], uri: &str| {
        let client = ClientId::parse(id).unwrap();
        let session = begin(Ask { answer_to: Some(uri.to_owned()), ..ask(client.clone(), query_for(SD_JWT)) });
        let token = session.request_object(header, key, now()).unwrap();
        let expected = Expected { client_id: &client, wallet_nonce: None, issuer: None };
        let evidence = Evidence::none();
        request::open(&token, &expected, &Trust { anchors, ..trust(&evidence) })
    };
    let anchors = vec![root.der()];
    let (key, header) = root.issue("shop.example", (-10, 10));
    let san = "x509_san_dns:shop.example";
    assert!(open(san, &header, &key, &anchors, RESPONSE_URI).unwrap().is_signed());
    let der = header.get("x5c").unwrap().items()[0].as_str().unwrap().to_owned();
    let der = tamarack::encoding::base64_decode(&der).unwrap();
    let hash = format!("x509_hash:{}", base64url_encode(&openssl::sha::sha256(&der)));
    assert!(open(&hash, &header, &key, &anchors, "https://elsewhere.example/r").is_ok(), "a hash binds no host");

    t.refuses("no chain", open(san, &Object::new(), &key, &anchors, RESPONSE_URI), INVALID, "x5c");
    let broken = [("x5c", value(r#"["AAAA"]"#))].into_iter().collect();
    t.refuses("no certificates", open(san, &broken, &key, &anchors, RESPONSE_URI), INVALID, "x5c");
    t.refuses("unknown authority", open(san, &header, &key, &[other.der()], RESPONSE_URI), INVALID, "x5c");
    t.refuses("nobody is trusted", open(san, &header, &key, &[], RESPONSE_URI), INVALID, "x5c");
    let (late, expired) = root.issue("shop.example", (-10, -1));
    t.refuses("expired", open(san, &expired, &late, &anchors, RESPONSE_URI), INVALID, "x5c");
    let (early, not_yet) = root.issue("shop.example", (1, 10));
    t.refuses("not yet valid", open(san, &not_yet, &early, &anchors, RESPONSE_URI), INVALID, "x5c");
    t.refuses(
        "another name",
        open("x509_san_dns:a.example", &header, &key, &anchors, RESPONSE_URI),
        INVALID,
        "client_id",
    );
    t.refuses(
        "answer elsewhere",
        open(san, &header, &key, &anchors, "https://evil.example/r"),
        INVALID,
        "response_uri",
    );
    let wrong = format!("x509_hash:{}", base64url_encode(&[7; 32]));
    t.refuses("another hash", open(&wrong, &header, &key, &anchors, RESPONSE_URI), INVALID, "client_id");
    t.refuses("hash, unknown authority", open(&hash, &header, &key, &[other.der()], RESPONSE_URI), INVALID, "x5c");
    t.refuses("another key", open(san, &header, &verifier().key, &anchors, RESPONSE_URI), OBJECT, "signature");
    t.done(11);
}

#[test]
fn verifier_attestations() {
    let mut t = Table::default();
    let attester = person(KeyType::P256, 5);
    let attesters = [("https://attester.example".to_owned(), attester.key.public_key().clone())];
    let key = verifier().key;
    let open = |typ: &str, change: &dyn Fn(&mut Object<'static>), by: &SecretKey, signer: &SecretKey| {
        let mut claims = object(r#"{"iss":"https://attester.example","sub":"shop.example","exp":1900000000}"#);
        claims.insert("cnf", Value::Object([("jwk", key.public_key().to_jwk())].into_iter().collect::<Object<'_>>()));
        change(&mut claims);
        let head = [("typ", typ.to_owned())].into_iter().collect();
        let payload = json::to_string(&Value::Object(claims));
        let token = Jws::sign(&head, payload.as_bytes(), SignatureAlgorithm::Es256, by).unwrap();
        let client = ClientId::parse("verifier_attestation:shop.example").unwrap();
        let session = begin(ask(client.clone(), query_for(SD_JWT)));
        let header = [("jwt", token)].into_iter().collect();
        let token = session.request_object(&header, signer, now()).unwrap();
        let expected = Expected { client_id: &client, wallet_nonce: None, issuer: None };
        let evidence = Evidence::none();
        request::open(&token, &expected, &Trust { attesters: &attesters, ..trust(&evidence) })
    };
    let typ = "verifier-attestation+jwt";
    assert!(open(typ, &|_| {}, &attester.key, &key).is_ok());
    let uris = |uri: &'static str| {
        move |claims: &mut Object<'static>| drop(claims.insert("redirect_uris", Value::Array(vec![Value::from(uri)])))
    };
    assert!(open(typ, &uris(RESPONSE_URI), &attester.key, &key).is_ok());
    t.refuses("typ", open("JWT", &|_| {}, &attester.key, &key), OBJECT, "jwt");
    t.refuses("nobody's attester", open(typ, &|_| {}, &key, &key), OBJECT, "jwt");
    t.refuses(
        "unknown iss",
        open(typ, &|c| drop(c.insert("iss", "https://a.example")), &attester.key, &key),
        OBJECT,
        "jwt",
    );
    t.refuses(
        "another sub",
        open(typ, &|c| drop(c.insert("sub", "a.example")), &attester.key, &key),
        INVALID,
        "client_id",
    );
    t.refuses("no exp", open(typ, &|c| drop(c.remove("exp")), &attester.key, &key), OBJECT, "jwt");
    t.refuses("expired", open(typ, &|c| drop(c.insert("exp", Value::Number(1.0))), &attester.key, &key), OBJECT, "jwt");
    t.refuses(
        "not yet",
        open(typ, &|c| drop(c.insert("nbf", Value::Number(1.9e9))), &attester.key, &key),
        OBJECT,
        "jwt",
    );
    t.refuses("no cnf", open(typ, &|c| drop(c.remove("cnf")), &attester.key, &key), OBJECT, "jwt");
    t.refuses("answer elsewhere", open(typ, &uris("https://a.example/"), &attester.key, &key), INVALID, "response_uri");
    t.refuses("not its key", open(typ, &|_| {}, &attester.key, &person(KeyType::P256, 6).key), OBJECT, "signature");
    t.done(10);
}

#[test]
fn clients_that_are_known_beforehand() {
    let mut t = Table::default();
    let known = |key| Registered {
        client_id: "shop".to_owned(),
        redirect_uris: vec![RESPONSE_URI.to_owned()],
        key,
        metadata: Object::new(),
    };
    let read = |registered: &[Registered], change: &dyn Fn(&mut Object<'static>)| {
        let mut parameters = begin(ask(ClientId::parse("shop").unwrap(), query_for(SD_JWT))).parameters();
        change(&mut parameters);
        let evidence = Evidence::none();
        request::read_unsigned(&parameters, &Trust { registered, ..trust(&evidence) })
    };
    assert!(read(&[known(None)], &|_| {}).is_ok());
    let metadata = |p: &mut Object<'static>| drop(p.insert("client_metadata", Value::Object(Object::new())));
    t.refuses("metadata of a known client", read(&[known(None)], &metadata), "invalid_client", "client_metadata");
    t.refuses("nobody knows it", read(&[], &|_| {}), INVALID, "client_id");
    t.refuses(
        "unsigned, but it signs",
        read(&[known(Some(verifier().key.public_key().clone()))], &|_| {}),
        INVALID,
        "client_id",
    );
    let elsewhere = |p: &mut Object<'static>| drop(p.insert("response_uri", "https://a.example/"));
    t.refuses("answer elsewhere", read(&[known(None)], &elsewhere), INVALID, "response_uri");
    t.done(4);
}

const ORIGIN: &str = "https://shop.example";

fn dc_ask(client_id: Option<ClientId>, mode: ResponseMode) -> Ask {
    let base = ask(redirect_client(), query_for(SD_JWT)).by(mode);
    Ask { client_id, answer_to: None, origins: vec![ORIGIN.to_owned()], ..base }
}

#[test]
fn the_digital_credentials_api() {
    let mut t = Table::default();
    let evidence = Evidence::none();
    let read = |protocol, data: &Object<'_>, origin: &str| dc_api::read(protocol, data, origin, &trust(&evidence));
    let session = begin(dc_ask(None, ResponseMode::DcApi));
    let (protocol, data) = session.dc_api_request(&[]).unwrap();
    assert_eq!(protocol.as_str(), "openid4vp-v1-unsigned");
    let request = read(protocol, &data, ORIGIN).unwrap();
    assert_eq!((request.audience.as_str(), request.client.is_none()), ("origin:https://shop.example", true));
    // client_id and expected_origins of an unsigned request are ignored.
    let mut ignored = data.clone();
    ignored.insert("client_id", "origin:https://evil.example");
    ignored.insert("expected_origins", value(r#"["https://evil.example"]"#));
    assert_eq!(read(protocol, &ignored, ORIGIN).unwrap().audience, request.audience);
    let changed = |change: &dyn Fn(&mut Object<'static>)| {
        let mut data = data.clone();
        change(&mut data);
        read(Protocol::Unsigned, &data, ORIGIN)
    };
    t.refuses("a signed one as unsigned", changed(&|d| drop(d.insert("request", "x"))), INVALID, "request");
    t.refuses("no response_mode", changed(&|d| drop(d.remove("response_mode"))), INVALID, "response_mode");
    t.refuses("posted", changed(&|d| drop(d.insert("response_mode", "direct_post"))), INVALID, "response_mode");

    let key = verifier().key;
    let (id, header) = (did_client(), did_header());
    let by = |signer| Signature { client_id: &id, header: &header, signer };
    let session = begin(dc_ask(Some(did_client()), ResponseMode::DcApiJwt));
    let (protocol, signed) = session.dc_api_request(&[by(&key)]).unwrap();
    let request = read(protocol, &signed, ORIGIN).unwrap();
    assert!(request.is_signed() && request.audience == "origin:https://shop.example");
    t.refuses("replayed elsewhere", read(protocol, &signed, "https://evil.example"), INVALID, "expected_origins");
    t.refuses("another spelling", read(protocol, &signed, "https://shop.example/"), INVALID, "expected_origins");
    t.refuses("nothing signed", read(Protocol::Signed, &data, ORIGIN), INVALID, "request");
    let resigned = |change: &dyn Fn(&mut Object<'static>)| {
        let mut parameters = session.parameters();
        change(&mut parameters);
        let token = request::sign(&parameters, &header, &key).unwrap();
        read(Protocol::Signed, &[("request", token)].into_iter().collect(), ORIGIN)
    };
    t.refuses("no origins", resigned(&|p| drop(p.remove("expected_origins"))), INVALID, "expected_origins");
    let unsafe_origin = |p: &mut Object<'static>| {
        p.insert("expected_origins", value(r#"["https://shop.example","ws://shop.example"]"#));
    };
    t.refuses("an unsafe origin", resigned(&unsafe_origin), INVALID, "expected_origins");
    t.refuses("no client_id", resigned(&|p| drop(p.remove("client_id"))), INVALID, "client_id");
    t.refuses(
        "by origin:",
        resigned(&|p| drop(p.insert("client_id", "origin:https://shop.example"))),
        INVALID,
        "client_id",
    );
    let stranger_key = person(KeyType::P256, 4).key;
    let others = [by(&stranger_key)].map(|one| session.dc_api_request(&[one]).unwrap().1);
    t.refuses("another's signature", read(Protocol::Signed, &others[0], ORIGIN), OBJECT, "signature");

    // Two identifiers, of which the wallet knows the second.
    let stranger = ClientId::parse("x509_san_dns:shop.example").unwrap();
    let (leaf, chain) = authority("Root").issue("shop.example", (-1, 1));
    let first = Signature { client_id: &stranger, header: &chain, signer: &leaf };
    let (protocol, several) = session.dc_api_request(&[first, by(&key)]).unwrap();
    assert_eq!(protocol, Protocol::MultiSigned);
    let request = read(protocol, &several, ORIGIN).unwrap();
    assert_eq!(request.client_id().map(ClientId::as_str), Some(did_client().as_str()));
    t.refuses(
        "known to nobody",
        read(protocol, &session.dc_api_request(&[first, first]).unwrap().1, ORIGIN),
        INVALID,
        "x5c",
    );
    let token = request::sign(&session.parameters(), &header, &key).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let text = format!(
        r#"{{"request":{{"payload":"{}","signatures":[{{"protected":"{}","signature":"{}"}}]}}}}"#,
        parts[1], parts[0], parts[2]
    );
    t.refuses("client_id in the payload", read(Protocol::MultiSigned, &object(&text), ORIGIN), INVALID, "client_id");
    t.refuses(
        "no signatures",
        read(Protocol::MultiSigned, &object(r#"{"payload":"e30","signatures":[]}"#), ORIGIN),
        OBJECT,
        "request",
    );

    // What this side refuses to ask.
    let start = |ask: Ask| Session::begin(ask, now(), &mut rng());
    t.refuses(
        "no origin to ask from",
        start(Ask { origins: vec![], ..dc_ask(None, ResponseMode::DcApi) }),
        INVALID,
        "expected_origins",
    );
    let plain = vec!["http://shop.example".to_owned()];
    t.refuses(
        "plain HTTP",
        start(Ask { origins: plain, ..dc_ask(None, ResponseMode::DcApi) }),
        INVALID,
        "expected_origins",
    );
    t.refuses(
        "an address",
        start(Ask { answer_to: Some(RESPONSE_URI.to_owned()), ..dc_ask(None, ResponseMode::DcApi) }),
        INVALID,
        "redirect_uri",
    );
    t.refuses("another client's signature", session.dc_api_request(&[first]), INVALID, "client_id");
    t.refuses("no signature", session.dc_api_request(&[]), INVALID, "client_id");

    // The answer.
    let wallet = wallet();
    let session = begin(dc_ask(Some(did_client()), ResponseMode::DcApiJwt));
    let (protocol, data) = session.dc_api_request(&[by(&key)]).unwrap();
    let request = read(protocol, &data, ORIGIN).unwrap();
    let answered = |request: &Request| {
        let reply = Reply { vp_token: Some(wallet.show(request)), id_token: None };
        let Delivery::Data(data) = response::deliver(request, &reply).unwrap() else { panic!() };
        session.receive_data(&data, now()).unwrap()
    };
    let authorities = Authorities::none();
    let rules = Rules::new(Policy::insecure_trust_any_issuer(), &authorities);
    let judge = |received: &Received, origin| session.judge(received, origin, &rules, &evidence, now());
    let good = answered(&request);
    assert_eq!(judge(&good, Some(ORIGIN)).unwrap().outcome, Outcome::Accept);
    t.refuses("at another origin", judge(&good, Some("https://evil.example")), INVALID, "origin");
    t.refuses("at no origin", judge(&good, None), INVALID, "origin");
    let by_name = Request { audience: did_client().as_str().to_owned(), ..request };
    t.refuses(
        "for the client, not the origin",
        whole(judge(&answered(&by_name), Some(ORIGIN)).unwrap()),
        INVALID,
        "aud",
    );
    t.refuses("posted", session.receive("vp_token=x", now()), INVALID, "response_mode");
    t.done(22);
}

// --- what wallets may break

/// The refusal of the whole answer.
fn whole(answer: tamarack_openid4vc::vp::answer::Answer) -> Result<()> {
    match (answer.outcome, answer.refusal) {
        (Outcome::Accept, _) => Ok(()),
        (_, Some(refusal)) => Err(refusal),
        (outcome, None) => panic!("{outcome:?}"),
    }
}

/// A session and the request that a wallet read from it.
fn asked(query: Query, mode: ResponseMode) -> (Session, Request) {
    let session = begin(ask(redirect_client(), query).by(mode));
    let request = request::read_unsigned(&session.parameters(), &trust(&Evidence::none())).unwrap();
    (session, request)
}

fn body_of(request: &Request, token: VpToken) -> String {
    posted(response::deliver(request, &Reply { vp_token: Some(token), id_token: None }).unwrap())
}

#[test]
fn the_form_of_an_answer() {
    let mut t = Table::default();
    let wallet = wallet();
    let (session, request) = asked(query_for(SD_JWT), ResponseMode::DirectPost);
    let token = wallet.show(&request);
    let (state, text) = (session.state().unwrap().to_owned(), json::to_string(&token.to_json()));
    let receive = |members: &[(&str, &str)]| session.receive(&response::form(members), now());
    assert!(receive(&[("vp_token", &text), ("state", &state)]).is_ok());
    assert!(receive(&[("vp_token", &text), ("state", &state), ("more", "x")]).is_ok(), "unknown members are ignored");
    t.refuses("no state", receive(&[("vp_token", &text)]), INVALID, "state");
    t.refuses("another state", receive(&[("vp_token", &text), ("state", "x")]), INVALID, "state");
    t.refuses("two states", session.receive("state=a&state=b", now()), INVALID, "parameters");
    let other = begin(ask(redirect_client(), query_for(SD_JWT)));
    t.refuses("another session's", other.receive(&body_of(&request, token.clone()), now()), INVALID, "state");
    t.refuses(
        "too late",
        session.receive(&body_of(&request, token.clone()), now().plus_seconds(301)),
        INVALID,
        "expired",
    );
    t.refuses("no vp_token", receive(&[("state", &state)]), INVALID, "vp_token");
    t.refuses(
        "encrypted where nobody asked",
        receive(&[("response", "a.b.c.d.e"), ("state", &state)]),
        INVALID,
        "response",
    );
    t.refuses(
        "an ID token that nobody asked for",
        receive(&[("vp_token", &text), ("id_token", "x"), ("state", &state)]),
        INVALID,
        "id_token",
    );
    let presentation = token.iter().next().unwrap().1[0].as_str().unwrap().to_owned();
    let one = |text: &str| receive(&[("vp_token", text), ("state", &state)]);
    t.refuses("a bare presentation", one(&format!("\"{presentation}\"")), INVALID, "vp_token");
    t.refuses("no JSON", one(&presentation), INVALID, "vp_token");
    t.refuses("an array", one(&format!(r#"["{presentation}"]"#)), INVALID, "vp_token");
    t.refuses("a text under the id", one(&format!(r#"{{"pid":"{presentation}"}}"#)), INVALID, "vp_token");
    t.refuses("nothing under the id", one(r#"{"pid":[]}"#), INVALID, "vp_token");
    t.refuses("a number", one(r#"{"pid":[7]}"#), INVALID, "vp_token");
    t.refuses(
        "twice under the id",
        one(&format!(r#"{{"pid":["{presentation}","{presentation}"]}}"#)),
        INVALID,
        "vp_token",
    );
    t.refuses(
        "an id twice",
        one(&format!(r#"{{"pid":["{presentation}"],"pid":["{presentation}"]}}"#)),
        INVALID,
        "vp_token",
    );
    t.refuses(
        "what nobody asked for",
        one(&format!(r#"{{"pid":["{presentation}"],"more":["{presentation}"]}}"#)),
        INVALID,
        "vp_token",
    );
    t.refuses("nothing", one("{}"), INVALID, "credentials");
    t.refuses("an error without a state", receive(&[("error", "access_denied")]), INVALID, "state");
    t.refuses("an error of letters that are none", receive(&[("error", "<b>"), ("state", &state)]), INVALID, "error");
    let denied = receive(&[("error", "access_denied"), ("state", &state)]).unwrap();
    assert_eq!(denied, Received::Refused { error: "access_denied".to_owned() });
    let authorities = Authorities::none();
    let rules = Rules::new(Policy::insecure_trust_any_issuer(), &authorities);
    t.refuses(
        "the wallet says no",
        session.judge(&denied, None, &rules, &Evidence::none(), now()),
        "access_denied",
        "error",
    );
    t.done(21);
}

#[test]
fn encrypted_answers() {
    let mut t = Table::default();
    let wallet = wallet();
    let (session, request) = asked(query_for(SD_JWT), ResponseMode::DirectPostJwt);
    let token = wallet.show(&request);
    let body = body_of(&request, token.clone());
    assert!(session.receive(&body, now()).is_ok());
    assert_eq!(response::address_of(&body).unwrap().kid.as_deref(), session.kid());
    let receive = |jwe: &str| session.receive(&response::form(&[("response", jwe)]), now());
    let text = json::to_string(&token.to_json());
    let plain = response::form(&[("vp_token", &text), ("state", session.state().unwrap())]);
    t.refuses("downgraded", session.receive(&plain, now()), INVALID, "response");
    let jwe = body.strip_prefix("response=").unwrap();
    let with_header = |change: &dyn Fn(&mut Object<'static>)| {
        let (header, rest) = jwe.split_once('.').unwrap();
        let mut header = object(std::str::from_utf8(&base64url_decode(header).unwrap()).unwrap());
        change(&mut header);
        format!("{}.{rest}", base64url_encode(json::to_string(&Value::Object(header)).as_bytes()))
    };
    t.refuses("another alg", receive(&with_header(&|h| drop(h.insert("alg", "dir")))), INVALID, "alg");
    t.refuses("another enc", receive(&with_header(&|h| drop(h.insert("enc", "A128CBC-HS256")))), INVALID, "enc");
    t.refuses("another kid", receive(&with_header(&|h| drop(h.insert("kid", "x")))), INVALID, "kid");
    t.refuses("no kid", receive(&with_header(&|h| drop(h.remove("kid")))), INVALID, "kid");
    t.refuses("compressed", receive(&with_header(&|h| drop(h.insert("zip", "DEF")))), INVALID, "response");
    t.refuses("critical", receive(&with_header(&|h| drop(h.insert("crit", value(r#"["exp"]"#))))), INVALID, "response");
    t.refuses(
        "a header that was changed",
        receive(&with_header(&|h| drop(h.insert("apu", "eA")))),
        INVALID,
        "response",
    );
    t.refuses("cut", receive(&jwe[..jwe.len() - 4]), INVALID, "response");
    t.refuses("no JWE", receive("a.b.c"), INVALID, "response");
    // To another session's key, under this one's name.
    let (other, theirs) = asked(query_for(SD_JWT), ResponseMode::DirectPostJwt);
    let stray = body_of(&theirs, wallet.show(&theirs));
    t.refuses("another session's", session.receive(&stray, now()), INVALID, "kid");
    let renamed = {
        let (header, rest) = stray.strip_prefix("response=").unwrap().split_once('.').unwrap();
        let mut header = object(std::str::from_utf8(&base64url_decode(header).unwrap()).unwrap());
        header.insert("kid", session.kid().unwrap().to_owned());
        format!("{}.{rest}", base64url_encode(json::to_string(&Value::Object(header)).as_bytes()))
    };
    t.refuses("another key under this name", receive(&renamed), INVALID, "response");
    // The right key, and the state of another session.
    let crossed = Request { state: other.state().map(str::to_owned), ..request.clone() };
    t.refuses("another state inside", session.receive(&body_of(&crossed, token), now()), INVALID, "state");
    let seal = |content: &[u8]| tamarack_openid4vc::vp::encryption::encrypt(content, &request.metadata).unwrap();
    t.refuses("no JSON inside", receive(&seal(b"{")), INVALID, "response");
    t.refuses("no object inside", receive(&seal(b"[]")), INVALID, "response");
    t.done(15);
}

/// What the verifier makes of one presentation under `pid`.
fn judged(session: &Session, presentation: Value<'static>) -> Result<()> {
    let mut token = VpToken::new();
    token.push("pid", presentation);
    whole(judge(session, &Received::Answer { vp_token: Some(token), id_token: None }))
}

/// A presentation of a held credential, made otherwise than it should be.
fn shown(
    wallet: &Wallet,
    index: usize,
    pointers: &[&str],
    audience: &str,
    nonce: &str,
    by: Option<&Person>,
) -> Value<'static> {
    let pointers: Vec<String> = pointers.iter().map(|pointer| (*pointer).to_owned()).collect();
    let is_bound = by.is_some() || wallet.held[index].is_zero_knowledge();
    let binding = Binding {
        audience: is_bound.then_some(audience),
        nonce: is_bound.then_some(nonce),
        holder: by.map(Person::holder),
        created: Some(now()),
        issuer_key: None,
        key_binding_claims: None,
    };
    let selection = Selection { pointers: &pointers, frame: None };
    let text = present(&wallet.held[index], &selection, &binding, &Contexts::builtin(), &mut rng()).unwrap();
    if text.starts_with('{') { value(&text) } else { Value::from(text) }
}

const EVERYTHING: &[&str] = &[""];

#[test]
fn presentations() {
    let mut t = Table::default();
    let wallet = wallet();
    let client = redirect_client();
    let audience = client.as_str();
    let stranger = person(KeyType::Ed25519, 66);
    for index in [SD_JWT, LDP, BBS, JWT, ECDSA_SD] {
        let (session, _) = asked(query_for(index), ResponseMode::DirectPost);
        let (nonce, by) = (session.nonce(), wallet.keys[index].as_ref());
        let good = shown(&wallet, index, EVERYTHING, audience, nonce, by);
        assert_eq!(judged(&session, good.clone()), Ok(()), "{index}");
        let other = begin(ask(redirect_client(), query_for(index)));
        t.refuses(&format!("{index}: replayed in another session"), judged(&other, good), INVALID, "nonce");
        let nowhere = shown(&wallet, index, EVERYTHING, RESPONSE_URI, nonce, by);
        t.refuses(&format!("{index}: for the client without its prefix"), judged(&session, nowhere), INVALID, "aud");
        let stale = shown(&wallet, index, EVERYTHING, audience, "n-1", by);
        t.refuses(&format!("{index}: another nonce"), judged(&session, stale), INVALID, "nonce");
        if index != BBS && index != ECDSA_SD {
            let bare = shown(&wallet, index, EVERYTHING, audience, nonce, None);
            let about = if index == SD_JWT { "holder_binding" } else { "nonce" };
            t.refuses(&format!("{index}: without the holder's proof"), judged(&session, bare), INVALID, about);
        }
        if index != SD_JWT {
            let theirs = shown(&wallet, index, EVERYTHING, audience, nonce, Some(&stranger));
            t.refuses(&format!("{index}: by somebody else"), judged(&session, theirs), INVALID, "holder_binding");
        }
    }
    // A derived credential answers the nonce by itself, but nobody's key did.
    let (session, _) = asked(query_for(BBS), ResponseMode::DirectPost);
    let bare = shown(&wallet, BBS, EVERYTHING, audience, session.nonce(), None);
    t.refuses("derived, without the holder's proof", judged(&session, bare), INVALID, "holder_binding");
    let bearer = shown(&wallet, ANONYMOUS, EVERYTHING, audience, session.nonce(), Some(&stranger));
    t.refuses("a credential that names nobody", judged(&session, bearer.clone()), INVALID, "holder_binding");
    let authorities = Authorities::none();
    let weaker = Rules::new(Policy::insecure_trust_any_issuer(), &authorities).weaken_bearer_credentials();
    let mut token = VpToken::new();
    token.push("pid", bearer);
    let received = Received::Answer { vp_token: Some(token), id_token: None };
    let answer = session.judge(&received, None, &weaker, &Evidence::none(), now()).unwrap();
    assert_eq!(answer.outcome, Outcome::Accept, "the verifier may say so");
    let (open, _) = asked(query_for(ANONYMOUS), ResponseMode::DirectPost);
    let stale = shown(&wallet, ANONYMOUS, EVERYTHING, audience, "n-1", None);
    t.refuses("nobody's proof is asked for, but this is for another request", judged(&open, stale), INVALID, "nonce");
    let elsewhere = shown(&wallet, ANONYMOUS, EVERYTHING, "https://evil.example", open.nonce(), None);
    t.refuses("… or for another verifier", judged(&open, elsewhere), INVALID, "aud");

    // The form of another format.
    let (sd, _) = asked(query_for(SD_JWT), ResponseMode::DirectPost);
    let (ldp, _) = asked(query_for(LDP), ResponseMode::DirectPost);
    let (jwt, _) = asked(query_for(JWT), ResponseMode::DirectPost);
    let of = |session: &Session, index: usize| {
        shown(&wallet, index, EVERYTHING, audience, session.nonce(), wallet.keys[index].as_ref())
    };
    t.refuses("an object for an SD-JWT", judged(&sd, of(&sd, LDP)), INVALID, "format");
    t.refuses("a JWT for an SD-JWT", judged(&sd, of(&sd, JWT)), INVALID, "format");
    t.refuses("an SD-JWT for a JWT", judged(&jwt, of(&jwt, SD_JWT)), INVALID, "format");
    t.refuses("a JWT for an object", judged(&ldp, of(&ldp, JWT)), INVALID, "format");
    t.refuses("no presentation at all", judged(&ldp, value(r#"{"a":1}"#)), INVALID, "vp_token");
    let token = of(&ldp, JWT);
    let envelope = format!(
        r#"{{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiablePresentation","id":"data:application/vp+jwt,{}"}}"#,
        token.as_str().unwrap()
    );
    assert!(judged(&ldp, value(&envelope)).is_err(), "a token in an envelope is no Data Integrity proof");

    // One presentation, one credential.
    let one = of(&ldp, LDP);
    let both = {
        let credential = one.get("verifiableCredential").unwrap().items()[0].clone();
        let mut document = one.as_object().unwrap().clone();
        document.remove("proof");
        document.insert("verifiableCredential", Value::Array(vec![credential.clone(), credential]));
        let holder = person(KeyType::Ed25519, 2);
        let options = tamarack::issue::SecureOptions {
            verification_method: &holder.method,
            created: Some(now()),
            challenge: Some(ldp.nonce()),
            domain: Some(audience),
            ..Default::default()
        };
        let securing = tamarack::issue::Securing::DataIntegrity(Suite::EddsaRdfc2022);
        value(&tamarack::issue::secure(document, securing, &options, &holder.key, &Contexts::builtin()).unwrap())
    };
    t.refuses("two credentials in one presentation", judged(&ldp, both), INVALID, "vp_token");

    // Tampered with, after it was signed.
    let mut text = of(&sd, SD_JWT).as_str().unwrap().to_owned();
    let at = text.find('.').unwrap() + 40;
    let flipped = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    text.replace_range(at..=at, flipped);
    assert!(judged(&sd, Value::from(text)).is_err());
    let mut changed = of(&ldp, LDP);
    let credential = changed.as_object_mut().unwrap().get_mut("verifiableCredential").unwrap();
    let Value::Array(items) = credential else { panic!() };
    items[0]
        .as_object_mut()
        .unwrap()
        .get_mut("credentialSubject")
        .unwrap()
        .as_object_mut()
        .unwrap()
        .insert("givenName", "Eve");
    t.refuses("a claim was changed", judged(&ldp, changed), INVALID, "proof");
    t.done(28);
}

#[test]
fn the_query_once_more() {
    let mut t = Table::default();
    let wallet = wallet();
    let client = redirect_client();
    let audience = client.as_str();
    let sd = |members: &str| query(&format!(r#"{{"credentials":[{{"id":"pid","format":"dc+sd-jwt",{members}}}]}}"#));
    let ldp = |members: &str| query(&format!(r#"{{"credentials":[{{"id":"pid","format":"ldp_vc",{members}}}]}}"#));
    let answer = |query: Query, index: usize, pointers: &[&str]| {
        let (session, _) = asked(query, ResponseMode::DirectPost);
        judged(&session, shown(&wallet, index, pointers, audience, session.nonce(), wallet.keys[index].as_ref()))
    };
    let vct = format!(r#""meta":{{"vct_values":["{VCT}"]}}"#);
    let card = format!(r#""meta":{{"type_values":[["{}"]]}}"#, card_type());
    let claims = |path: &str, values: &str| format!(r#"{vct},"claims":[{{"path":{path}{values}}}]"#);
    assert_eq!(answer(sd(&vct), SD_JWT, &[]), Ok(()));
    assert_eq!(
        answer(sd(&claims(r#"["nationalities",1]"#, r#","values":["FR"]"#)), SD_JWT, &["/nationalities/1"]),
        Ok(())
    );
    t.refuses(
        "another kind",
        answer(sd(r#""meta":{"vct_values":["https://a.example/x"]}"#), SD_JWT, &[]),
        INVALID,
        "meta",
    );
    t.refuses(
        "another type",
        answer(ldp(r#""meta":{"type_values":[["https://a.example/x"]]}"#), LDP, EVERYTHING),
        INVALID,
        "meta",
    );
    t.refuses(
        "a type that is not expanded",
        answer(ldp(r#""meta":{"type_values":[["OntarioPersonCredential"]]}"#), LDP, EVERYTHING),
        INVALID,
        "meta",
    );
    t.refuses("a claim is missing", answer(sd(&claims(r#"["age"]"#, "")), SD_JWT, &["/given_name"]), INVALID, "claims");
    t.refuses(
        "another value",
        answer(sd(&claims(r#"["age"]"#, r#","values":[40]"#)), SD_JWT, &["/age"]),
        INVALID,
        "values",
    );
    t.refuses(
        "another type of value",
        answer(sd(&claims(r#"["age"]"#, r#","values":["39"]"#)), SD_JWT, &["/age"]),
        INVALID,
        "values",
    );
    t.refuses(
        "another element",
        answer(sd(&claims(r#"["nationalities",0]"#, r#","values":["CA"]"#)), SD_JWT, &["/nationalities/1"]),
        INVALID,
        "values",
    );
    t.refuses(
        "half of a claim set",
        answer(
            sd(&format!(
                r#"{vct},"claims":[{{"id":"a","path":["age"]}},{{"id":"b","path":["given_name"]}}],"claim_sets":[["a","b"]]"#
            )),
            SD_JWT,
            &["/age"],
        ),
        INVALID,
        "claims",
    );
    t.refuses(
        "another authority",
        answer(
            sd(&format!(r#"{vct},"trusted_authorities":[{{"type":"aki","values":["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}}]"#)),
            SD_JWT,
            &[],
        ),
        INVALID,
        "trusted_authorities",
    );
    t.refuses(
        "derived, a claim is missing",
        answer(
            ldp(&format!(r#"{card},"claims":[{{"path":["credentialSubject","birthDate"]}}]"#)),
            BBS,
            &["/credentialSubject/ageOver19"],
        ),
        INVALID,
        "claims",
    );

    // Nobody whom this verifier trusts.
    let (session, request) = asked(query_for(SD_JWT), ResponseMode::DirectPost);
    let received = Received::Answer { vp_token: Some(wallet.show(&request)), id_token: None };
    let authorities = Authorities::none();
    let list = tamarack::trust::TrustList::parse(
        br#"{"version":1,"name":{"en":"a","fr":"a"},"issued":"2026-11-01T00:00:00Z","validUntil":"2027-11-01T00:00:00Z","issuers":[]}"#,
    );
    let rules = Rules::new(Policy::trusting(list.unwrap()), &authorities);
    let answer = session.judge(&received, None, &rules, &Evidence::none(), now()).unwrap();
    t.refuses("an unknown issuer", whole(answer), INVALID, "issuer");
    let rules = Rules::new(Policy::insecure_trust_any_issuer(), &authorities);
    let later = now().plus_seconds(700);
    let answer = session.judge(&received, None, &rules, &Evidence::none(), later).unwrap();
    t.refuses("a key-binding JWT that is too old", whole(answer), INVALID, "holder_binding");

    // Of two, one is good: enough where one is enough.
    let two = query(&format!(
        r#"{{"credentials":[{{"id":"pid","format":"dc+sd-jwt","meta":{{"vct_values":["{VCT}"]}}}},
        {{"id":"card","format":"ldp_vc",{card}}}],"credential_sets":[{{"options":[["pid"]]}},{{"options":[["card"]],"required":false}}]}}"#
    ));
    let (session, _) = asked(two, ResponseMode::DirectPost);
    let mut token = VpToken::new();
    token.push("pid", shown(&wallet, SD_JWT, &[], audience, session.nonce(), wallet.keys[SD_JWT].as_ref()));
    let stranger = person(KeyType::Ed25519, 66);
    let theirs = shown(&wallet, LDP, EVERYTHING, audience, session.nonce(), Some(&stranger));
    token.push("card", theirs);
    let answer = judge(&session, &Received::Answer { vp_token: Some(token.clone()), id_token: None });
    assert_eq!(answer.outcome, Outcome::Accept);
    assert_eq!((answer.accepted("pid").count(), answer.accepted("card").count()), (1, 0), "the bad one is discarded");
    let stale = shown(&wallet, LDP, EVERYTHING, audience, "n-1", wallet.keys[LDP].as_ref());
    let mut spoiled = VpToken::new();
    spoiled.push("pid", token.iter().next().unwrap().1[0].clone());
    spoiled.push("card", stale);
    let answer = judge(&session, &Received::Answer { vp_token: Some(spoiled), id_token: None });
    t.refuses("a wrong nonce spoils the whole", whole(answer), INVALID, "nonce");
    t.done(13);
}

#[test]
fn transaction_data() {
    let mut t = Table::default();
    let wallet = wallet();
    let field = Field { name: "to".to_owned(), kind: FieldKind::Text, is_required: true };
    let types = [TransactionType { name: "pay".to_owned(), fields: vec![field] }];
    let piece =
        |kind: &str, ids: &[&str]| TransactionData::new(kind, ids, &object(r#"{"to":"shop"}"#)).unwrap().encode();
    let asked = |pieces: Vec<String>, index: usize| {
        let session = begin(Ask { transaction_data: pieces, ..ask(redirect_client(), query_for(index)) });
        let request = request::read_unsigned(&session.parameters(), &trust(&Evidence::none())).unwrap();
        (session, request)
    };
    let make = |request: &Request, types: &[TransactionType]| {
        let matches = wallet.matches(request.query.as_ref().unwrap());
        let (contexts, holders) = (Contexts::builtin(), wallet.holders());
        let purse =
            Purse { held: &wallet.held, holders: &holders, contexts: &contexts, transaction_types: types, now: now() };
        show(request, &matches, &matches.first_choice().unwrap(), &purse, &mut rng())
    };
    let received = |token| Received::Answer { vp_token: Some(token), id_token: None };
    let (session, request) = asked(vec![piece("pay", &["pid"])], SD_JWT);
    let token = make(&request, &types).unwrap();
    let answer = judge(&session, &received(token.clone()));
    assert_eq!((answer.outcome, answer.presentations[0].transaction_data.as_slice()), (Outcome::Accept, &[0][..]));

    let wrong = "invalid_transaction_data";
    t.refuses("a wallet that knows no type", make(&request, &[]), wrong, "type");
    t.refuses("an unknown type", make(&asked(vec![piece("sign", &["pid"])], SD_JWT).1, &types), wrong, "type");
    t.refuses(
        "a credential that nobody asked for",
        make(&asked(vec![piece("pay", &["x"])], SD_JWT).1, &types),
        wrong,
        "credential_ids",
    );
    t.refuses(
        "a credential that carries no hash",
        make(&asked(vec![piece("pay", &["pid"])], LDP).1, &types),
        wrong,
        "credential_ids",
    );
    t.refuses("no base64url", make(&asked(vec!["{}".to_owned()], SD_JWT).1, &types), wrong, "transaction_data");
    // The wallet left it out, or agreed to something else.
    let silent = Request { transaction_data: Vec::new(), ..request.clone() };
    t.refuses(
        "nothing was agreed to",
        whole(judge(&session, &received(make(&silent, &types).unwrap()))),
        INVALID,
        "transaction_data",
    );
    let other = TransactionData::new("pay", &["pid"], &object(r#"{"to":"eve"}"#)).unwrap().encode();
    let swapped = Request { transaction_data: vec![other], ..request };
    t.refuses(
        "something else was agreed to",
        whole(judge(&session, &received(make(&swapped, &types).unwrap()))),
        INVALID,
        "transaction_data",
    );
    t.done(7);
}

// --- SIOPv2

fn siop_session(response_type: ResponseType) -> (Session, Request) {
    let base = match response_type {
        ResponseType::IdToken => siop::ask(redirect_client(), ResponseMode::DirectPost, RESPONSE_URI),
        _ => Ask { response_type, ..ask(redirect_client(), query_for(SD_JWT)) },
    };
    let session = begin(base);
    let request = request::read_unsigned(&session.parameters(), &trust(&Evidence::none())).unwrap();
    (session, request)
}

#[test]
fn requests_for_id_tokens() {
    let mut t = Table::default();
    let parameters = siop_session(ResponseType::IdToken).0.parameters();
    let changed = |change: &dyn Fn(&mut Object<'static>)| {
        let mut parameters = parameters.clone();
        change(&mut parameters);
        request::read_unsigned(&parameters, &trust(&Evidence::none()))
    };
    assert!(changed(&|_| {}).is_ok());
    t.refuses("no metadata", changed(&|p| drop(p.remove("client_metadata"))), INVALID, "client_metadata");
    let uri = |p: &mut Object<'static>| drop(p.insert("client_metadata_uri", "https://shop.example/m"));
    t.refuses("metadata twice", changed(&uri), INVALID, "client_metadata_uri");
    let alone = |p: &mut Object<'static>| {
        p.remove("client_metadata");
        p.insert("client_metadata_uri", "https://shop.example/m");
    };
    t.refuses("metadata that nobody fetched", changed(&alone), "invalid_client_metadata_uri", "client_metadata_uri");
    t.refuses("no nonce", changed(&|p| drop(p.remove("nonce"))), INVALID, "nonce");
    t.refuses("no openid", changed(&|p| drop(p.insert("scope", "profile"))), INVALID, "scope");

    let key = person(KeyType::P256, 2);
    let keys = [SelfIssued { signer: &key.key, verification_method: None }];
    let answered = |metadata: &'static str| {
        let request = changed(&|p| drop(p.insert("client_metadata", value(metadata)))).unwrap();
        siop::answer(&request, &keys, now())
    };
    assert!(answered(r#"{"subject_syntax_types_supported":["urn:ietf:params:oauth:jwk-thumbprint"]}"#).is_ok());
    t.refuses("no subject types", answered("{}"), "invalid_client_metadata_object", "subject_syntax_types_supported");
    t.refuses(
        "unknown subject types",
        answered(r#"{"subject_syntax_types_supported":["did:key"]}"#),
        "subject_syntax_types_not_supported",
        "subject_syntax_types_supported",
    );
    t.refuses(
        "another algorithm",
        answered(r#"{"subject_syntax_types_supported":["urn:ietf:params:oauth:jwk-thumbprint"],"id_token_signed_response_alg":"RS256"}"#),
        "client_metadata_value_not_supported",
        "id_token_signed_response_alg",
    );
    let plain = asked(query_for(SD_JWT), ResponseMode::DirectPost).1;
    t.refuses("nobody asked for one", siop::answer(&plain, &keys, now()), "unsupported_response_type", "response_type");
    t.done(9);
}

#[test]
fn id_tokens() {
    let mut t = Table::default();
    let (session, request) = siop_session(ResponseType::IdToken);
    let by_thumbprint = person(KeyType::P256, 2);
    let by_did = person(KeyType::Ed25519, 3);
    let thumb = [SelfIssued { signer: &by_thumbprint.key, verification_method: None }];
    let did = [SelfIssued { signer: &by_did.key, verification_method: Some(&by_did.method) }];
    let judged = |token: &str| {
        let body = response::form(&[("id_token", token), ("state", session.state().unwrap())]);
        whole(judge(&session, &session.receive(&body, now())?))
    };
    let resigned = |token: &str, key: &SecretKey, change: &dyn Fn(&mut Object<'static>, &mut Object<'static>)| {
        let jws = Jws::parse(token).unwrap();
        let (mut header, mut claims) = (jws.header().clone(), object(std::str::from_utf8(jws.payload()).unwrap()));
        change(&mut header, &mut claims);
        header.remove("alg");
        let payload = json::to_string(&Value::Object(claims));
        Jws::sign(&header, payload.as_bytes(), jws.algorithm(), key).unwrap()
    };
    let thumb_token = siop::answer(&request, &thumb, now()).unwrap();
    let did_token = siop::answer(&request, &did, now()).unwrap();
    assert_eq!((judged(&thumb_token), judged(&did_token)), (Ok(()), Ok(())));
    let thumb = |change: &dyn Fn(&mut Object<'static>, &mut Object<'static>)| {
        judged(&resigned(&thumb_token, &by_thumbprint.key, change))
    };
    let did = |change: &dyn Fn(&mut Object<'static>, &mut Object<'static>)| {
        judged(&resigned(&did_token, &by_did.key, change))
    };
    // The thumbprint alone, without the URI around it, is what the text says.
    let bare = by_thumbprint.key.public_key().jwk_thumbprint();
    assert_eq!(
        thumb(&|_, c| {
            c.insert("sub", bare.clone());
            c.insert("iss", bare.clone());
        }),
        Ok(())
    );
    t.refuses("iss is not sub", thumb(&|_, c| drop(c.insert("iss", "https://op.example"))), INVALID, "iss");
    t.refuses("no sub", thumb(&|_, c| drop(c.remove("sub"))), INVALID, "sub");
    t.refuses("another aud", thumb(&|_, c| drop(c.insert("aud", "https://a.example"))), INVALID, "aud");
    t.refuses("no aud", thumb(&|_, c| drop(c.remove("aud"))), INVALID, "aud");
    t.refuses("another nonce", thumb(&|_, c| drop(c.insert("nonce", "n-1"))), INVALID, "nonce");
    t.refuses("no nonce", thumb(&|_, c| drop(c.remove("nonce"))), INVALID, "nonce");
    t.refuses("no sub_jwk", thumb(&|_, c| drop(c.remove("sub_jwk"))), INVALID, "sub_jwk");
    let other = person(KeyType::P256, 4);
    t.refuses(
        "another sub_jwk",
        thumb(&|_, c| drop(c.insert("sub_jwk", other.key.public_key().to_jwk()))),
        INVALID,
        "sub",
    );
    t.refuses(
        "a private sub_jwk",
        thumb(&|_, c| drop(c.insert("sub_jwk", value(&other.key.expose_jwk())))),
        INVALID,
        "sub_jwk",
    );
    t.refuses("another's signature", judged(&resigned(&thumb_token, &other.key, &|_, _| {})), INVALID, "signature");
    t.refuses("expired", thumb(&|_, c| drop(c.insert("exp", Value::Number(1.0)))), INVALID, "exp");
    t.refuses("no exp", thumb(&|_, c| drop(c.remove("exp"))), INVALID, "exp");
    t.refuses("no iat", thumb(&|_, c| drop(c.remove("iat"))), INVALID, "iat");
    t.refuses("too old", thumb(&|_, c| drop(c.insert("iat", Value::Number(1.0)))), INVALID, "iat");
    t.refuses("from the future", thumb(&|_, c| drop(c.insert("iat", Value::Number(4e9)))), INVALID, "iat");
    t.refuses(
        "sub_jwk beside a DID",
        did(&|_, c| drop(c.insert("sub_jwk", other.key.public_key().to_jwk()))),
        INVALID,
        "sub_jwk",
    );
    t.refuses("no kid", did(&|h, _| drop(h.remove("kid"))), INVALID, "kid");
    t.refuses("a kid of another DID", did(&|h, _| drop(h.insert("kid", other.method.clone()))), INVALID, "kid");
    t.refuses("no JWT", judged("abc"), INVALID, "id_token");
    let (_, rest) = thumb_token.split_once('.').unwrap();
    t.refuses("unsigned", judged(&format!("{}.{rest}", base64url_encode(br#"{"alg":"none"}"#))), INVALID, "id_token");
    let state = session.state().unwrap();
    t.refuses("no id_token", session.receive(&response::form(&[("state", state)]), now()), INVALID, "id_token");
    let unasked = response::form(&[("state", state), ("id_token", "x"), ("vp_token", "{}")]);
    t.refuses("a vp_token that nobody asked for", session.receive(&unasked, now()), INVALID, "vp_token");

    // Both: the one is not accepted without the other.
    let (session, request) = siop_session(ResponseType::VpTokenIdToken);
    let vp_token = Some(wallet().show(&request));
    let id_token = Some(
        siop::answer(&request, &[SelfIssued { signer: &by_did.key, verification_method: Some(&by_did.method) }], now())
            .unwrap(),
    );
    let body = posted(response::deliver(&request, &Reply { vp_token: vp_token.clone(), id_token }).unwrap());
    let answer = judge(&session, &session.receive(&body, now()).unwrap());
    assert_eq!((answer.outcome, answer.subject.as_deref()), (Outcome::Accept, Some(by_did.did.as_str())));
    let stray = Received::Answer { vp_token, id_token: Some(did_token) };
    t.refuses("the ID token of another session", whole(judge(&session, &stray)), INVALID, "nonce");
    t.done(23);
}

/// What a refusal shows holds no value of the message.
#[test]
fn refusals_keep_values_to_themselves() {
    let refusal: Refusal = unsigned(set("nonce", "canary canary")).unwrap_err();
    assert!(!format!("{refusal} {refusal:?}").contains("canary"));
    let (session, _) = asked(query_for(SD_JWT), ResponseMode::DirectPostJwt);
    let shown = format!("{session:?}");
    let kept = session.expose();
    let kept = value(&kept);
    let key = value(kept.get("key").and_then(Value::as_str).unwrap());
    assert!(!shown.contains(key.get("d").and_then(Value::as_str).unwrap()));
    for secret in [session.nonce(), session.state().unwrap(), session.response_code()] {
        assert!(!shown.contains(secret));
    }
}
