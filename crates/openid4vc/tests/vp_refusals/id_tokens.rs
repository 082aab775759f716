//! What either may break of SIOPv2.

use super::*;

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

/// A DID whose document is elsewhere leaves the answer undecided until a shell has fetched it.
#[test]
fn an_id_token_of_a_did_that_must_be_fetched() {
    const DID: &str = "did:web:person.example";
    let (session, request) = siop_session(ResponseType::IdToken);
    let key = person(KeyType::P256, 5);
    let method = format!("{DID}#key-1");
    let known = [SelfIssued { signer: &key.key, verification_method: Some(&method) }];
    let id_token = siop::answer(&request, &known, now()).unwrap();
    let received = Received::Answer { vp_token: None, id_token: Some(id_token) };
    let authorities = Authorities::none();
    let rules = Rules::new(Policy::no_trust(), &authorities);
    let mut evidence = Evidence::none();
    let answer = session.judge(&received, None, &rules, &evidence, now()).unwrap();
    assert_eq!((answer.outcome, answer.subject.as_deref()), (Outcome::Undetermined, None));
    let needs = answer.needs();
    let [need] = needs.as_slice() else { panic!("{needs:?}") };
    assert_eq!(need.id, DID);
    let document = format!(
        r#"{{"@context":["https://www.w3.org/ns/did/v1","https://w3id.org/security/multikey/v1"],"id":"{DID}",
        "verificationMethod":[{{"id":"{method}","type":"Multikey","controller":"{DID}","publicKeyMultibase":"{}"}}],
        "authentication":["{method}"]}}"#,
        key.key.public_key().to_multikey()
    );
    evidence.insert(need.kind, &need.id, document.into_bytes(), now());
    let answer = session.judge(&received, None, &rules, &evidence, now()).unwrap();
    assert_eq!((answer.outcome, answer.subject.as_deref()), (Outcome::Accept, Some(DID)));
    assert!(answer.needs().is_empty());
}
