//! The transaction code that a person types: a slip is told in words for people, and costs the offer nothing on this side.

use super::*;

const OFFER: &str = r#"{"credential_issuer":"https://issuer.example","credential_configuration_ids":["licence"],"grants":{
    "urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"c-1",
    "tx_code":{"input_mode":"numeric","length":4,"description":"PIN"}}}}"#;

fn open(phone: &Phone, issuer: &Issuer) -> Offered {
    let mut opening = Opening::new(OFFER).unwrap();
    let mut reply = None;
    loop {
        match phone.with(issuer, |means| opening.step(means, reply.take())).unwrap() {
            Step::Send(request) => reply = Some(issuer.answer(&request)),
            Step::Done(offered) => return offered,
            other => panic!("{other:?}"),
        }
    }
}

fn accept(phone: &Phone, issuer: &Issuer, offered: &Offered, typed: Option<&str>) -> Result<Receiving> {
    let acceptance = Acceptance { tx_code: typed.map(str::to_owned), ..Acceptance::default() };
    phone.with(issuer, |means| offered.accept(&acceptance, means, &mut SystemRandomness))
}

#[test]
fn a_slip_is_told_before_anything_is_sent() {
    let issuer = issuer();
    let phone = phone(&issuer);
    let offered = open(&phone, &issuer);
    for typed in [None, Some(""), Some("123"), Some("12345"), Some("12a4")] {
        let error = accept(&phone, &issuer, &offered, typed).unwrap_err();
        assert_eq!(error.wallet_code(), Some(WalletCode::OfferCode), "{typed:?}");
    }
    assert_eq!(phone.store.count(Kind::Pending).unwrap(), 0);
}

#[test]
fn a_code_that_the_issuer_does_not_know_may_be_typed_again() {
    let issuer = issuer();
    let phone = phone(&issuer);
    let offered = open(&phone, &issuer);
    // What the issuer says, and what the person reads.
    let cases =
        [("invalid_grant", "offer.code"), ("invalid_client", "invalid_client"), ("access_denied", "access_denied")];
    for (said, read) in cases {
        let mut receiving = accept(&phone, &issuer, &offered, Some("1234")).unwrap();
        let Step::Send(request) = phone.step(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
        let form = String::from_utf8(request.body.clone()).unwrap();
        assert!(request.url.ends_with("/token") && form.contains("tx_code=1234"), "{}", request.url);
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let body = format!(r#"{{"error":"{said}"}}"#).into_bytes();
        let reply = Reply::Response(HttpResponse { status: 400, headers, body });
        let error = phone.step(&issuer, &mut receiving, Event::Reply(reply)).unwrap_err();
        assert_eq!(error.code(), read);
        for lang in [Lang::En, Lang::Fr] {
            let told = error.message(lang);
            // Codes are for programs.
            assert!(!told.sentence.contains(said) && !told.hint.contains(said), "{}", told.sentence);
        }
        assert_eq!(phone.store.count(Kind::Pending).unwrap(), 0, "nothing of it is left, and the offer is still here");
    }
}
