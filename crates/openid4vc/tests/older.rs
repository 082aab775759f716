//! Verifiers of other times and kinds: Presentation Exchange, SIOPv2 in both devices, the Digital Credentials API, fragments.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod common;

use common::*;
use tamarack::json::{self, Value};
use tamarack::keys::KeyType;
use tamarack::{Evidence, Outcome, Policy, Verdict, verify};
use tamarack_openid4vc::siop::{self, OpMetadata, SelfIssued};
use tamarack_openid4vc::vp::client_id::ClientId;
use tamarack_openid4vc::vp::message::parse_form;
use tamarack_openid4vc::vp::presentation_exchange::Submission;
use tamarack_openid4vc::vp::request::{self, Expected, Invocation, Request, ResponseMode, ResponseType};
use tamarack_openid4vc::vp::response::{self, Delivery, Reply};
use tamarack_openid4vc::vp::session::Ask;

/// A request of a draft before DQCL, unsigned.
fn old_request(definition: &str) -> Request {
    let url = format!(
        "openid4vp://?{}",
        response::form(&[
            ("client_id", RESPONSE_URI),
            ("client_id_scheme", "redirect_uri"),
            ("response_type", "vp_token"),
            ("response_mode", "direct_post"),
            ("response_uri", RESPONSE_URI),
            ("nonce", "n-0S6_WzA2Mj"),
            ("state", "s-1"),
            ("presentation_definition", definition),
        ])
    );
    let Invocation::Parameters(parameters) = Invocation::parse(&url).unwrap() else { panic!() };
    request::read_unsigned(&parameters, &trust(&Evidence::none())).unwrap()
}

/// What such a verifier finds in the answer: the submission, and its verdict on each presentation.
fn old_answer(wallet: &Wallet, request: &Request) -> (Submission, Vec<Verdict>) {
    let reply = Reply { vp_token: Some(wallet.show(request)), id_token: None };
    let form = parse_form(&posted(response::deliver(request, &reply).unwrap())).unwrap();
    let text = |name: &str| form.get(name).and_then(Value::as_str).unwrap().to_owned();
    assert_eq!(text("state"), "s-1");
    let submission = json::parse(text("presentation_submission").as_bytes()).unwrap().into_owned();
    let token = text("vp_token");
    let several =
        if token.starts_with('[') { json::parse(token.as_bytes()).unwrap().into_owned() } else { Value::from(token) };
    let judged = several.items().iter().map(|one| {
        let text = one.as_str().map_or_else(|| json::to_string(one), str::to_owned);
        let policy = Policy::insecure_trust_any_issuer().expect_challenge("n-0S6_WzA2Mj").expect_domain(RESPONSE_URI);
        verify(text.as_bytes(), &policy, &Evidence::none(), now()).unwrap()
    });
    (Submission::parse(&submission).unwrap(), judged.collect())
}

#[test]
fn a_presentation_definition_is_answered_in_its_own_form() {
    let wallet = wallet();
    let field = |path: &str, filter: &str| format!(r#"{{"path":["$.vc.{path}","$.{path}"]{filter}}}"#);
    let kind = r#","filter":{"type":"array","contains":{"const":"OntarioPersonCredential"}}"#;
    let descriptor = |id: &str, format: &str, fields: &[String]| {
        format!(
            r#"{{"id":"{id}","format":{{"{format}":{{}}}},"constraints":{{"limit_disclosure":"preferred","fields":[{}]}}}}"#,
            fields.join(",")
        )
    };
    let definition =
        |descriptors: &[String]| format!(r#"{{"id":"def","input_descriptors":[{}]}}"#, descriptors.join(","));

    let sd = descriptor(
        "person",
        "vc+sd-jwt",
        &[
            format!(r#"{{"path":["$.vct"],"filter":{{"type":"string","const":"{VCT}"}}}}"#),
            r#"{"path":["$.shoe_size","$.age"],"filter":{"type":"integer","minimum":19}}"#.to_owned(),
            r#"{"path":["$.given_name"],"optional":true}"#.to_owned(),
        ],
    );
    let request = old_request(&definition(std::slice::from_ref(&sd)));
    assert_eq!(request.audience, RESPONSE_URI, "no prefix at that time");
    let (submission, verdicts) = old_answer(&wallet, &request);
    let first = &submission.descriptor_map[0];
    assert_eq!((first.id.as_str(), first.format.as_str(), first.path.as_str()), ("person", "vc+sd-jwt", "$"));
    assert_eq!(verdicts[0].outcome(), Outcome::Accept, "{:?}", verdicts[0].checks());
    let claims: Vec<String> = verdicts[0].proved()[0].claims.iter().map(|claim| claim.pointer.clone()).collect();
    assert!(claims.contains(&"/age".to_owned()));
    assert!(!claims.iter().any(|claim| claim.contains("name") || claim.contains("birth")), "{claims:?}");

    let jwt = descriptor("card", "jwt_vp_json", &[field("type", kind), field("credentialSubject.ageOver19", "")]);
    let ldp = descriptor("paper", "ldp_vp", &[field("type", kind), field("credentialSubject.ageOver19", "")]);
    let (submission, verdicts) = old_answer(&wallet, &old_request(&definition(&[sd, jwt, ldp])));
    let found: Vec<(&str, &str, &str)> =
        submission.descriptor_map.iter().map(|one| (one.id.as_str(), one.format.as_str(), one.path.as_str())).collect();
    assert_eq!(found, [("person", "vc+sd-jwt", "$[0]"), ("card", "jwt_vp_json", "$[1]"), ("paper", "ldp_vp", "$[2]")]);
    let nested = submission.descriptor_map[1].path_nested.as_ref().unwrap();
    assert_eq!((nested.format.as_str(), nested.path.as_str()), ("jwt_vc_json", "$.vp.verifiableCredential[0]"));
    assert!(verdicts.iter().all(|verdict| verdict.outcome() == Outcome::Accept));
}

#[test]
fn what_a_definition_asks_decides() {
    let wallet = wallet();
    let satisfied = |constraints: &str, format: &str| {
        let request = old_request(&format!(
            r#"{{"id":"def","input_descriptors":[{{"id":"a","format":{{"{format}":{{}}}},"constraints":{constraints}}}]}}"#
        ));
        wallet.matches(request.query.as_ref().unwrap()).is_satisfiable()
    };
    let sd = |field: &str| satisfied(&format!(r#"{{"fields":[{field}]}}"#), "vc+sd-jwt");
    assert!(sd(r#"{"path":["$.age"]}"#));
    assert!(!sd(r#"{"path":["$.age"],"filter":{"type":"string"}}"#));
    assert!(!sd(r#"{"path":["$.age"],"filter":{"type":"integer","minimum":40}}"#));
    assert!(sd(r#"{"path":["$.nationalities[*]"],"filter":{"enum":["FR"]}}"#));
    assert!(sd(r#"{"path":["$.address.locality"],"filter":{"type":"string","pattern":"^Sud"}}"#));
    assert!(!sd(r#"{"path":["$.address.locality"],"filter":{"type":"string","pattern":"^Ott"}}"#));
    // The first path that leads somewhere decides, whatever the next would say.
    assert!(!sd(r#"{"path":["$.age","$.given_name"],"filter":{"type":"string"}}"#));
    // What cannot be divided does not do where disclosure must be limited.
    let limited = r#"{"limit_disclosure":"required","fields":[{"path":["$.credentialSubject.ageOver19"]}]}"#;
    assert!(satisfied(limited, "ldp_vc"), "there is one that can be divided");
    assert!(!satisfied(limited, "jwt_vc"));
}

/// The wallet answers in the fragment of the same device's browser.
#[test]
fn by_the_fragment() {
    let wallet = wallet();
    let uri = "https://shop.example/cb";
    let client = ClientId::parse(&format!("redirect_uri:{uri}")).unwrap();
    let base = Ask::new(client, uri, query_for(BBS)).by(ResponseMode::Fragment);
    let session = begin(base);
    let request = request::read_unsigned(&session.parameters(), &trust(&Evidence::none())).unwrap();
    let reply = Reply { vp_token: Some(wallet.show(&request)), id_token: None };
    let Delivery::Redirect { uri: sent } = response::deliver(&request, &reply).unwrap() else { panic!() };
    let (base, fragment) = sent.split_once('#').unwrap();
    assert_eq!(base, uri);
    assert_eq!(judge(&session, &session.receive(fragment, now()).unwrap()).outcome, Outcome::Accept);
    // An error says its code and nothing else.
    let denied = response::deliver_error(&request, tamarack_openid4vc::RefusalCode::AccessDenied).unwrap();
    let Delivery::Redirect { uri: denied } = denied else { panic!() };
    assert_eq!(denied, format!("{uri}#error=access_denied&state={}", session.state().unwrap()));
}

/// A person proves an identifier: by thumbprint or DID, on one device or two, found beforehand or discovered.
#[test]
fn self_issued_id_tokens() {
    let (phone, card) = (person(KeyType::P256, 2), person(KeyType::Ed25519, 3));
    let by_thumbprint = SelfIssued { signer: &phone.key, verification_method: None };
    let by_did = SelfIssued { signer: &card.key, verification_method: Some(&card.method) };
    for (key, subject) in [
        (
            by_thumbprint,
            format!(
                "{}:sha-256:{}",
                siop::JWK_THUMBPRINT,
                tamarack::keys::Signer::public_key(&phone.key).jwk_thumbprint()
            ),
        ),
        (by_did, card.did.clone()),
    ] {
        for mode in [ResponseMode::DirectPost, ResponseMode::Fragment, ResponseMode::DirectPostJwt] {
            let session = begin(siop::ask(redirect_client(), mode, RESPONSE_URI));
            let endpoint = OpMetadata::siopv2().authorization_endpoint;
            let url = session.unsigned_url(&endpoint).unwrap();
            let Invocation::Parameters(parameters) = Invocation::parse(&url).unwrap() else { panic!() };
            let request = request::read_unsigned(&parameters, &trust(&Evidence::none())).unwrap();
            assert_eq!((request.response_type, request.query.is_none()), (ResponseType::IdToken, true));
            let reply = Reply { vp_token: None, id_token: Some(siop::answer(&request, &[key], now()).unwrap()) };
            let form = match response::deliver(&request, &reply).unwrap() {
                Delivery::Post { body, .. } => body,
                Delivery::Redirect { uri } => uri.split_once('#').unwrap().1.to_owned(),
                Delivery::Data(_) => panic!(),
            };
            let answer = judge(&session, &session.receive(&form, now()).unwrap());
            assert_eq!(
                (answer.outcome, answer.subject.as_deref()),
                (Outcome::Accept, Some(subject.as_str())),
                "{mode:?}"
            );
        }
    }

    // Discovered: the request object is for this OP and no other.
    let metadata = OpMetadata::publish("https://wallet.example", "https://wallet.example/authorize").unwrap();
    let text = json::to_string(&Value::Object(metadata));
    let found = OpMetadata::parse(text.as_bytes(), "https://wallet.example").unwrap();
    let base = siop::ask(did_client(), ResponseMode::DirectPost, RESPONSE_URI);
    let session = begin(Ask { wallet_issuer: found.issuer.clone(), ..base });
    let token = session.request_object(&did_header(), &verifier().key, now()).unwrap();
    let url = session.url_by_value(&found.authorization_endpoint, &token).unwrap();
    assert!(url.starts_with("https://wallet.example/authorize?client_id="));
    let open = |issuer| {
        let expected = Expected { client_id: &did_client(), wallet_nonce: None, issuer, fetched_from: None };
        request::open(&token, &expected, &trust(&Evidence::none()))
    };
    assert!(open(Some("https://wallet.example")).is_ok());
    assert_eq!(open(Some("https://other.example")).unwrap_err().about(), "aud");
    assert_eq!(open(None).unwrap_err().about(), "aud");
}

/// The relying parties of SIOPv2 have no prefixes: an address, or a DID.
#[test]
fn relying_parties_without_a_prefix() {
    let metadata = r#"{"subject_syntax_types_supported":["urn:ietf:params:oauth:jwk-thumbprint"],"id_token_signed_response_alg":"ES256"}"#;
    let form = |mode: &str| {
        response::form(&[
            ("scope", "openid profile"),
            ("response_type", "id_token"),
            ("client_id", RESPONSE_URI),
            ("redirect_uri", RESPONSE_URI),
            ("response_mode", mode),
            ("client_metadata", metadata),
            ("nonce", "n-0S6_WzA2Mj"),
        ])
    };
    for mode in ["post", "direct_post", "fragment"] {
        let Invocation::Parameters(parameters) = Invocation::parse(&format!("siopv2://?{}", form(mode))).unwrap()
        else {
            panic!()
        };
        let request = request::read_unsigned(&parameters, &trust(&Evidence::none())).unwrap();
        assert_eq!(
            (request.audience.as_str(), request.answer_to.as_deref()),
            (RESPONSE_URI, Some(RESPONSE_URI)),
            "{mode}"
        );
    }
    let verifier = verifier();
    let claims = object(&format!(
        r#"{{"client_id":"{}","scope":"openid","response_type":"id_token","redirect_uri":"{RESPONSE_URI}","client_metadata":{metadata},"nonce":"n"}}"#,
        verifier.did
    ));
    let token = request::sign(&claims, &did_header(), &verifier.key).unwrap();
    let client_id = ClientId::parse(&verifier.did).unwrap();
    let expected = Expected { client_id: &client_id, wallet_nonce: None, issuer: None, fetched_from: None };
    let request = request::open(&token, &expected, &trust(&Evidence::none())).unwrap();
    assert!(request.is_signed() && request.audience == verifier.did);
}
