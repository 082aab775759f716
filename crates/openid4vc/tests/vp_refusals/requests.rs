//! What verifiers may break: the URL, the parameters, the request object and who signs it.

use super::*;

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
    t.refuses(
        "a query elsewhere",
        unsigned(|p| {
            p.remove("dcql_query");
            p.insert("presentation_definition_uri", "https://shop.example/definition");
        }),
        INVALID,
        "presentation_definition_uri",
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
    let expected = Expected {
        client_id: &did_client(),
        wallet_nonce: None,
        issuer: Some("https://wallet.example"),
        fetched_from: Some("https://shop.example/request/7"),
    };
    request::open(&token, &expected, &trust(&Evidence::none()))
}

#[test]
fn a_request_object() {
    let mut t = Table::default();
    let key = verifier().key;
    let claims = |change: fn(&mut Object<'static>)| opened(|_| {}, change, &key);
    assert!(claims(|_| {}).is_ok());
    assert!(claims(|c| drop(c.insert("aud", "https://wallet.example"))).is_ok(), "discovered");
    assert!(claims(|c| drop(c.insert("aud", "https://shop.example/request/7"))).is_ok(), "fetched from there");
    assert!(claims(|c| drop(c.insert("exp", Value::Number(4e9 + 0.5)))).is_ok(), "half a second (RFC 7519 §2)");
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
    let elsewhere = claims(|c| drop(c.insert("aud", "https://shop.example/request/8")));
    t.refuses("fetched from elsewhere", elsewhere, OBJECT, "aud");
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
        let expected = Expected { client_id: &did_client(), wallet_nonce, issuer: None, fetched_from: None };
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
    let expected = Expected { client_id: &redirect_client(), wallet_nonce: None, issuer: None, fetched_from: None };
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

    // A key that it cannot be encrypted to: it must not go out in the clear.
    let unknown = r#"{"jwks":{"keys":[{"kty":"EC","crv":"P-521","x":"AA","y":"AA","use":"enc","alg":"ECDH-ES"}]},
        "request_object_encryption_alg_values_supported":["ECDH-ES"]}"#;
    let unknown = posted.fetched_by_post(&response::form(&[("wallet_metadata", unknown)]));
    t.refuses("a key of a curve that is not known", unknown, INVALID, "wallet_metadata");
    let wrapped = format!(
        r#"{{"jwks":{{"keys":[{}]}},"request_object_encryption_alg_values_supported":["ECDH-ES+A256KW"]}}"#,
        json::to_string(&key.public_key().to_jwk())
    );
    let wrapped = posted.fetched_by_post(&response::form(&[("wallet_metadata", &wrapped)]));
    t.refuses("an algorithm that is not known", wrapped, INVALID, "wallet_metadata");

    // A wallet that demands encryption.
    let own = DecryptionKey::generate(&mut rng()).unwrap();
    let keys = format!(r#"{{"jwks":{{"keys":[{}]}}}}"#, json::to_string(&Value::Object(own.public_jwk())));
    posted.fetched_by_post(&response::form(&[("wallet_metadata", &keys), ("wallet_nonce", "w")])).unwrap();
    let kept = Session::from_kept(&posted.expose()).unwrap();
    let sealed = kept.request_object(&did_header(), &key, now()).unwrap();
    let open_sealed = |token: &str, key: &DecryptionKey| {
        let expected = Expected { client_id: &did_client(), wallet_nonce: Some("w"), issuer: None, fetched_from: None };
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
        let expected = Expected { client_id: &client, wallet_nonce: None, issuer: None, fetched_from: None };
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
    let hashed = open(&hash, &header, &key, &anchors, "https://elsewhere.example/r").expect("a hash binds no host");
    assert_eq!(
        hashed.client.unwrap().certified_name,
        Some(tamarack::x509::SubjectName::Host("shop.example".to_owned()))
    );

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
        let expected = Expected { client_id: &client, wallet_nonce: None, issuer: None, fetched_from: None };
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
