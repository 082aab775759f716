//! From the verifier's question to its answer, over every format and every way.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod common;

use common::*;
use tamarack::{Evidence, Outcome};
use tamarack_openid4vc::vp::request::{self, Expected, Invocation, Request, ResponseMode, UriMethod};
use tamarack_openid4vc::vp::response::{self, Reply};
use tamarack_openid4vc::vp::session::Session;

/// The request as the wallet of the citizen understands it.
fn understood(session: &Session, way: &str) -> Request {
    let evidence = Evidence::none();
    let trust = trust(&evidence);
    let signed = || session.request_object(&did_header(), &verifier().key, now()).unwrap();
    let url = match way {
        "parameters" => session.unsigned_url("openid4vp://").unwrap(),
        "value" => session.url_by_value("openid4vp://", &signed()).unwrap(),
        _ => session.url_by_reference("openid4vp://", "https://shop.example/r/1", UriMethod::Post).unwrap(),
    };
    match Invocation::parse(&url).unwrap() {
        Invocation::Parameters(parameters) => request::read_unsigned(&parameters, &trust).unwrap(),
        Invocation::Object { client_id, token } => {
            let expected = Expected { client_id: &client_id, wallet_nonce: None, issuer: None, fetched_from: None };
            request::open(&token, &expected, &trust).unwrap()
        }
        Invocation::Reference(reference) => {
            // Over the network: the wallet posts its nonce, the verifier signs it into the object.
            let mut at_verifier = Session::from_kept(&session.expose()).unwrap();
            at_verifier.fetched_by_post(&reference.post_body(None, Some("w-1"))).unwrap();
            let token = at_verifier.request_object(&did_header(), &verifier().key, now()).unwrap();
            let expected = Expected {
                client_id: &reference.client_id,
                wallet_nonce: Some("w-1"),
                issuer: None,
                fetched_from: None,
            };
            request::open(&token, &expected, &trust).unwrap()
        }
    }
}

#[test]
fn every_format_by_every_way() {
    let wallet = wallet();
    for index in [SD_JWT, LDP, BBS, JWT, ANONYMOUS, ECDSA_SD] {
        for way in ["parameters", "value", "reference"] {
            for mode in [ResponseMode::DirectPost, ResponseMode::DirectPostJwt] {
                let about = format!("{index} {way} {mode:?}");
                let client = if way == "parameters" { redirect_client() } else { did_client() };
                let session = begin(ask(client, query_for(index)).by(mode));
                let request = understood(&session, way);
                let only =
                    Wallet { held: vec![wallet.held[index].clone()], keys: vec![common::wallet().keys.remove(index)] };
                let vp_token = Some(only.show(&request));
                let body = posted(response::deliver(&request, &Reply { vp_token, id_token: None }).unwrap());
                // A store kept the session meanwhile.
                let session = Session::from_kept(&session.expose()).unwrap();
                let received = session.receive(&body, now()).unwrap();
                let answer = judge(&session, &received);
                assert_eq!(answer.outcome, Outcome::Accept, "{about}: {answer:?}");
                let [presented] = answer.presentations.as_slice() else { panic!("{about}") };
                let values: Vec<String> = presented
                    .claims
                    .iter()
                    .flat_map(|claim| claim.values.iter().map(|(_, value)| tamarack::json::to_string(value)))
                    .collect();
                let wanted = if index == SD_JWT { &["true", "\"P3E 0A0\""][..] } else { &["true"] };
                assert_eq!(values, wanted, "{about}");
                // What was not asked for was not shown, where it could be kept back.
                let shown: Vec<String> =
                    presented.verdict.as_ref().unwrap().proved()[0].claims.iter().map(|c| c.pointer.clone()).collect();
                if !matches!(index, LDP | JWT) {
                    assert!(!shown.iter().any(|pointer| pointer.to_lowercase().contains("birth")), "{about} {shown:?}");
                    assert!(!shown.iter().any(|pointer| pointer.contains("ame")), "{about} {shown:?}");
                }
            }
        }
    }
}
