//! Consent and what follows from it: who asks, what would be shown, what tells least, and that nothing else is signed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "common/people.rs"]
mod people;

use tamarack::keys::KeyType;
use tamarack::messages::Lang;
use tamarack::present::Strength;
use tamarack::verify::Outcome;
use tamarack::{Evidence, Policy};
use tamarack_openid4vc::siop::{self, ExpectedToken, verify_id_token};
use tamarack_openid4vc::vp::answer::Rules;
use tamarack_openid4vc::vp::client_id::ClientId;
use tamarack_openid4vc::vp::dcql::Query;
use tamarack_openid4vc::vp::request::ResponseMode;
use tamarack_openid4vc::vp::session::{Ask, Received, Session};
use tamarack_openid4vc::vp::transaction_data::{Field, FieldKind, TransactionData, TransactionType};
use tamarack_wallet::history::{self, Event, Search};
use tamarack_wallet::offline::qr;
use tamarack_wallet::present::{
    Asking, Choice, ConsentRequest, DeclineReason, OwnShowing, Pick, VerifierStanding, WarningKind,
};
use tamarack_wallet::{
    Change, HttpResponse, Kind, KnownVerifier, Localized, Reply, Step, Store as _, WalletCode, credentials, status,
};

use people::{ANSWERS, Phone, Shop, now, object, rng};

fn kinds(request: &ConsentRequest) -> Vec<WarningKind> {
    request.warnings.iter().map(|warning| warning.kind).collect()
}

#[test]
fn what_tells_least_comes_first_and_each_copy_is_shown_once() {
    let (phone, shop) = (Phone::new(), Shop::new(9));
    let whole = phone.hold("eddsa-rdfc-2022", KeyType::Ed25519, false, None);
    let copies = [0, 1].map(|_| phone.hold("ecdsa-sd-2023", KeyType::P256, false, Some("b")));
    let unlinkable = phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let (_, link) = shop.asks(&["ageOver19"], false);
    let request = phone.request(&link);
    let alternatives = &request.questions[0].alternatives;
    assert_eq!(alternatives.len(), 3, "two copies are one card");
    assert_eq!((&alternatives[0].credential, alternatives[0].linkable), (&unlinkable, None));
    assert!(alternatives[1..].iter().all(|one| one.linkable == Some(Strength::Certain)));
    assert_eq!(request.least.picks, [Pick { question: "card".to_owned(), credential: unlinkable, claim_set: None }]);

    let copy_of = |request: &ConsentRequest| {
        let ids = request.questions[0].alternatives.iter().map(|one| one.credential.clone());
        ids.into_iter().find(|id| copies.contains(id)).unwrap()
    };
    let pick = |id: &str| Choice {
        picks: vec![Pick { question: "card".to_owned(), credential: id.to_owned(), claim_set: None }],
        sign_in: false,
    };
    let first = copy_of(&request);
    phone.answer(&request, &pick(&first));
    let second = copy_of(&phone.request(&shop.asks(&["ageOver19"], false).1));
    assert_ne!(first, second);
    // The one that stands for the copies is the one that counts: the other cannot be chosen.
    let again = phone.request(&shop.asks(&["ageOver19"], false).1);
    assert_eq!(again.agree(&pick(&first), now()).unwrap_err().wallet_code(), Some(WalletCode::ConsentOutside));

    // What is revoked stands behind what is good, and is said to be.
    phone
        .store
        .write(&[status::put(&request.least.picks[0].credential, status::State::Revoked, now()).unwrap()])
        .unwrap();
    let late = phone.request(&shop.asks(&["ageOver19"], false).1);
    assert_eq!(late.questions[0].alternatives.last().unwrap().credential, request.least.picks[0].credential);
    assert!(kinds(&late).contains(&WarningKind::NotValid), "{}", late.spoken);
    assert!(late.questions[0].alternatives.iter().any(|one| one.credential == whole && one.whole));
}

#[test]
fn a_card_without_its_key_stops_no_other() {
    let (phone, shop) = (Phone::new(), Shop::new(9));
    let [lost, good] = [0, 1].map(|_| phone.hold("eddsa-rdfc-2022", KeyType::Ed25519, true, None));
    let lose = |id: &str| {
        let key = credentials::read(&phone.store, id).unwrap().key.unwrap();
        phone.store.write(&[Change::remove(Kind::Key, key)]).unwrap();
    };
    lose(&lost);
    let request = phone.request(&shop.asks(&["ageOver19"], true).1);
    let offered: Vec<_> = request.questions[0].alternatives.iter().map(|one| one.credential.as_str()).collect();
    assert_eq!((request.can_answer, offered), (true, vec![good.as_str()]));
    lose(&good);
    let request = phone.request(&shop.asks(&["ageOver19"], true).1);
    assert!(!request.can_answer && request.questions[0].alternatives.is_empty());
}

#[test]
fn the_person_sees_who_asks_and_whether_he_may() {
    let (mut phone, shop) = (Phone::new(), Shop::new(9));
    phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let (_, link) = shop.asks(&["birthDate", "givenName"], false);
    let request = phone.request(&link);
    assert_eq!(request.verifier.standing, VerifierStanding::Proved);
    assert_eq!(request.verifier.answers_to.as_deref(), Some("shop.example"));
    for kind in [WarningKind::UnknownVerifier, WarningKind::BirthDate, WarningKind::NoPurpose] {
        assert!(kinds(&request).contains(&kind), "{kind:?}: {}", request.spoken);
    }
    // On the list, with a limit.
    let name = Localized { en: Some("The Shop".to_owned()), fr: Some("La Boutique".to_owned()) };
    let known = |may_ask| KnownVerifier { client_id: shop.id(), name: name.clone(), may_ask };
    phone.trust.verifiers = vec![known(Some(vec!["birthDate".to_owned()]))];
    phone.lang = Lang::Fr;
    let request = phone.request(&link);
    assert_eq!(
        (request.verifier.standing, request.verifier.name.as_deref()),
        (VerifierStanding::Known, Some("La Boutique"))
    );
    let beyond: Vec<_> = request.warnings.iter().filter(|one| one.kind == WarningKind::BeyondPermission).collect();
    assert!(beyond.len() == 1 && beyond[0].sentence.contains("Prénom") && !beyond[0].sentence.contains("naissance"));
    assert!(!kinds(&request).contains(&WarningKind::UnknownVerifier));
    phone.trust.verifiers = vec![known(None)];
    assert!(!kinds(&phone.request(&link)).contains(&WarningKind::BeyondPermission));
    // Not signed: the list does not help, as anybody can write a name. Nobody else's address can be named either.
    let query = shop.asks(&["ageOver19"], false).0.parameters().get("dcql_query").unwrap().clone();
    let query = Query::read(&query).unwrap();
    let client = ClientId::parse(&format!("redirect_uri:{ANSWERS}")).unwrap();
    let session = Session::begin(Ask::new(client, ANSWERS, query), now(), &mut rng()).unwrap();
    let link = session.unsigned_url("openid4vp://").unwrap();
    phone.trust.verifiers.push(KnownVerifier {
        client_id: format!("redirect_uri:{ANSWERS}"),
        name: name.clone(),
        may_ask: None,
    });
    let request = phone.request(&link);
    assert_eq!(request.verifier.standing, VerifierStanding::Address);
    assert!(kinds(&request).contains(&WarningKind::Unsigned));
    let elsewhere = link.replace("response_uri=https%3A%2F%2Fshop.example", "response_uri=https%3A%2F%2Fevil.example");
    assert_ne!(elsewhere, link);
    assert!(Asking::new(&elsewhere).unwrap().step(&phone.means(), None, &mut rng()).is_err());
    // For a screen reader: every claim is a sentence.
    for text in [&request.spoken, &request.verifier.sentence, &request.questions[0].alternatives[0].claims[0].label] {
        assert!(!text.contains("ageOver19") && !text.contains("claim-") && !text.contains('{'), "{text}");
    }
}

#[test]
fn a_sign_in_is_with_a_key_for_one_verifier() {
    let phone = Phone::new();
    let subject = |shop: &Shop| {
        let mut ask = siop::ask(shop.client(), ResponseMode::DirectPost, ANSWERS);
        ask.client_metadata = object(r#"{"subject_syntax_types_supported":["did:key"]}"#);
        let (session, link) = shop.link(ask);
        let request = phone.request(&link);
        assert!(request.sign_in && request.questions.is_empty() && request.can_answer);
        assert!(request.agree(&Choice::default(), now()).is_err(), "a sign-in is agreed to in so many words");
        let body = phone.answer(&request, &request.least);
        let token =
            url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "id_token").unwrap().1.into_owned();
        let expected = ExpectedToken { audience: &shop.id(), nonce: session.nonce() };
        verify_id_token(&token, &expected, &Evidence::none(), phone.means().clock.now()).unwrap().id
    };
    let (one, other) = (Shop::new(9), Shop::new(8));
    let (first, again, elsewhere) = (subject(&one), subject(&one), subject(&other));
    assert_eq!(first, again, "the same verifier knows the person again");
    assert_ne!(first, elsewhere, "two verifiers have nothing to compare");
    assert_eq!(phone.store.count(Kind::Key).unwrap(), 2);
    let entries =
        history::search(&phone.store, &Search { event: Some(Event::SignedIn), ..Search::default() }, 9).unwrap();
    assert_eq!(entries.len(), 3);
}

#[test]
fn what_is_agreed_to_beside_the_showing_is_said_or_refused() {
    let (mut phone, shop) = (Phone::new(), Shop::new(9));
    phone.hold("eddsa-rdfc-2022", KeyType::Ed25519, true, None);
    let piece = TransactionData::new("payment", &["card"], &object(r#"{"amount":"12.50 CAD\n\u202e"}"#)).unwrap();
    let (session, _) = shop.asks(&["ageOver19"], true);
    let query = Query::read(session.parameters().get("dcql_query").unwrap()).unwrap();
    let mut ask = Ask::new(shop.client(), ANSWERS, query);
    ask.transaction_data = vec![piece.encode()];
    // Only an SD-JWT can carry it: a request for this card is refused, and the person sees none of it.
    let link = shop.link(ask).1;
    let refused = Asking::new(&link).and_then(|mut asking| asking.step(&phone.means(), None, &mut rng()).map(drop));
    let refused = refused.err().unwrap_or_else(|| phone.ask(&link).consent_request(&phone.means()).unwrap_err());
    assert_eq!(refused.code(), "invalid_transaction_data");
    phone.hold("vc+sd-jwt", KeyType::Ed25519, true, None);
    let query = format!(
        r#"{{"credentials":[{{"id":"card","format":"vc+sd-jwt","meta":{{"type_values":[["{}"]]}},
        "claims":[{{"path":["credentialSubject","ageOver19"]}}]}}]}}"#,
        people::person_type()
    );
    let mut ask = Ask::new(shop.client(), ANSWERS, Query::parse(query.as_bytes()).unwrap());
    ask.transaction_data = vec![piece.encode()];
    let session = Session::begin(ask, now(), &mut rng()).unwrap();
    let token = session.request_object(&shop.header(), &shop.key, now()).unwrap();
    let link = session.url_by_value("openid4vp://", &token).unwrap();
    let refused = phone.ask(&link).consent_request(&phone.means()).unwrap_err();
    assert_eq!(refused.code(), "invalid_transaction_data");
    let field = Field { name: "amount".to_owned(), kind: FieldKind::Text, is_required: true };
    phone.trust.transaction_types = vec![TransactionType { name: "payment".to_owned(), fields: vec![field] }];
    let request = phone.request(&link);
    assert_eq!(request.agreements, ["You also agree to: Payment (Amount: 12.50 CAD)."]);
    assert!(request.spoken.contains(&request.agreements[0]), "{}", request.spoken);
    let body = phone.answer(&request, &request.least);
    let Received::Answer { vp_token, .. } = session.receive(&body, now()).unwrap() else { panic!("{body}") };
    assert!(vp_token.is_some());
}

/// A credential of the data model as an SD-JWT: asked for by its own name, by its types, and answered with what was asked for alone.
#[test]
fn a_credential_of_the_data_model_as_an_sd_jwt_answers() {
    let (phone, shop) = (Phone::new(), Shop::new(9));
    let id = phone.hold("vc+sd-jwt", KeyType::Ed25519, true, None);
    assert_eq!(credentials::summary(&phone.store, &id).unwrap().format, "vc+sd-jwt");
    let ask = |format: &str, meta: &str| {
        let query = format!(
            r#"{{"credentials":[{{"id":"card","format":"{format}","meta":{meta},
            "claims":[{{"path":["credentialSubject","ageOver19"]}}]}}]}}"#
        );
        Ask::new(shop.client(), ANSWERS, Query::parse(query.as_bytes()).unwrap())
    };
    let types = format!(r#"{{"type_values":[["{}"]]}}"#, people::person_type());
    let plain = r#"{"type_values":[["VerifiableCredential","OntarioPersonCredential"]]}"#;
    for meta in [types.as_str(), plain, "{}"] {
        let (session, link) = shop.link(ask("vc+sd-jwt", meta));
        let request = phone.request(&link);
        let card = &request.questions[0].alternatives[0];
        assert!(request.can_answer && !card.whole && card.claims.len() == 1, "{meta}: {}", request.spoken);
        let body = phone.answer(&request, &request.least);
        let received = session.receive(&body, now()).unwrap();
        let authorities = tamarack_openid4vc::vp::dcql::Authorities::none();
        let rules = Rules::new(Policy::insecure_trust_any_issuer(), &authorities);
        let answer = session.judge(&received, None, &rules, &Evidence::none(), now()).unwrap();
        assert_eq!(answer.outcome, Outcome::Accept, "{meta}: {answer:?}");
        assert_eq!(answer.presentations[0].claims[0].values[0].0, "/credentialSubject/ageOver19");
        let shown = format!("{received:?}");
        assert!(!shown.contains("1987") && !shown.contains("Zoé"));
    }
    // Under another name, or of another kind, it is no answer; nor is one that names no key where the holder has to prove himself.
    for (format, meta) in [
        ("dc+sd-jwt", r#"{"vct_values":["OntarioPersonCredential"]}"#),
        // What the same name meant until 2024.
        ("vc+sd-jwt", r#"{"vct_values":["OntarioPersonCredential"]}"#),
        ("jwt_vc_json", types.as_str()),
        ("vc+sd-jwt", r#"{"type_values":[["FishingLicence"]]}"#),
    ] {
        assert!(!phone.request(&shop.link(ask(format, meta)).1).can_answer, "{format} {meta}");
    }
    let other = Phone::new();
    other.hold("vc+sd-jwt", KeyType::Ed25519, false, None);
    let request = other.request(&shop.link(ask("vc+sd-jwt", &types)).1);
    assert!(!request.can_answer && request.spoken.contains("It is not bound to you."), "{}", request.spoken);
}

/// Where the browser goes on is the verifier's word: it does not lead out of the web.
#[test]
fn where_an_answer_leads_is_held_against_the_rules() {
    let (phone, shop) = (Phone::new(), Shop::new(9));
    phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    for (body, expected) in [
        (r#"{"redirect_uri":"https://shop.example/done#c=1"}"#, Ok(Some("https://shop.example/done#c=1"))),
        ("", Ok(None)),
        ("{}", Ok(None)),
        (r#"{"redirect_uri":"javascript:alert(1)"}"#, Err(())),
        (r#"{"redirect_uri":"data:text/html,x"}"#, Err(())),
        (r#"{"redirect_uri":"file:///etc/passwd"}"#, Err(())),
        (r#"{"redirect_uri":7}"#, Err(())),
        ("<html>", Err(())),
    ] {
        let request = phone.request(&shop.asks(&["ageOver19"], false).1);
        let consent = request.agree(&request.least, now()).unwrap();
        let mut answering = consent.present(&phone.means(), &mut rng()).unwrap();
        assert!(matches!(answering.step(&phone.means(), None, &mut rng()).unwrap(), Step::Send(_)));
        let reply = HttpResponse { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
        let found = match answering.step(&phone.means(), Some(Reply::Response(reply)), &mut rng()) {
            Ok(Step::Done(answered)) => Ok(answered.redirect),
            Ok(other) => panic!("{other:?}"),
            Err(_) => Err(()),
        };
        assert_eq!(found, expected.map(|uri| uri.map(str::to_owned)), "{body}");
    }
    assert_eq!(
        history::search(&phone.store, &Search::default(), 99).unwrap().len(),
        8,
        "each was shown, whatever came back"
    );
}

#[test]
fn a_no_says_nothing_but_no() {
    let (phone, shop) = (Phone::new(), Shop::new(9));
    let (session, link) = shop.asks(&["ageOver19"], false);
    // With nothing that answers, and with something: the verifier sees the same.
    let decline = |phone: &Phone, reason| {
        let mut answering = phone.ask(&link).decline(reason, &phone.means()).unwrap();
        match answering.step(&phone.means(), None, &mut rng()).unwrap() {
            Step::Send(request) => request.body.clone(),
            other => panic!("{other:?}"),
        }
    };
    let request = phone.request(&link);
    assert!(!request.can_answer && request.least.picks.is_empty());
    let nothing = decline(&phone, DeclineReason::NothingFits);
    phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    assert_eq!(nothing, decline(&phone, DeclineReason::NotTrusted));
    assert!(session.receive(&String::from_utf8(nothing).unwrap(), now()).is_ok());
    let reasons: Vec<_> = history::search(&phone.store, &Search::default(), 9).unwrap();
    let reasons: std::collections::BTreeSet<_> = reasons.iter().filter_map(|entry| entry.reason.as_deref()).collect();
    assert_eq!(reasons.into_iter().collect::<Vec<_>>(), ["not-trusted", "nothing-fits"]);
}

#[test]
fn at_a_counter_the_person_begins() {
    let phone = Phone::new();
    let id = phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let pointers = ["/credentialSubject/ageOver19".to_owned()];
    let showing = OwnShowing::of(&id, &pointers, Some("https://counter.example"), Some("n-1"), &phone.means()).unwrap();
    assert_eq!(showing.view.claims[0].label, "19 or older: Yes.");
    let made = showing.agree(now()).present(&phone.means(), &mut rng()).unwrap();
    assert!(!made.contains("1987"));
    let codes = qr::write(made.as_bytes(), qr::COMFORTABLE).unwrap();
    let mut reader = qr::Reader::new();
    let read = codes.iter().map(|code| reader.add(code).unwrap()).last().unwrap();
    assert_eq!(read, qr::Progress::Complete(made.into_bytes()));
    let entry = &history::search(&phone.store, &Search::default(), 1).unwrap()[0];
    assert_eq!((entry.event, entry.credentials[0].claims.len()), (Event::Shown, 1));
    assert_eq!(credentials::summary(&phone.store, &id).unwrap().shown, 1);
    // What cannot be divided is not shown in part.
    let whole = phone.hold("eddsa-rdfc-2022", KeyType::Ed25519, false, None);
    assert!(OwnShowing::of(&whole, &pointers, None, None, &phone.means()).is_err());
    assert!(OwnShowing::of(&whole, &[], None, None, &phone.means()).is_ok());
}
