//! What either may break over the Digital Credentials API.

use super::*;

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
