//! How much is told, and what the person is asked once: choices of claims, receipts of consents, sealed requests, deleting.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "common/people.rs"]
mod people;

use tamarack::Evidence;
use tamarack::keys::KeyType;
use tamarack::messages::Lang;
use tamarack_openid4vc::siop::{self, ExpectedToken, verify_id_token};
use tamarack_openid4vc::vp::dcql::Query;
use tamarack_openid4vc::vp::request::{ResponseMode, ResponseType, UriMethod};
use tamarack_openid4vc::vp::session::{Ask, Received, Session};
use tamarack_wallet::history::{self, Event, Search};
use tamarack_wallet::present::{Asked, Asking, Choice, Consent, Pick, StandingConsent};
use tamarack_wallet::receipts::{self, Receipt};
use tamarack_wallet::{
    HttpResponse, Kind, Reply, Result, Step, Store as _, WalletCode, credentials, delete_credential,
};

use people::{ANSWERS, Phone, Shop, now, object, person_type, rng};

const DAY: i64 = 86_400;

/// Asks for a person's card with these members of the credential query.
fn query(members: &str) -> Query {
    let query = format!(
        r#"{{"credentials":[{{"id":"card","format":"ldp_vc","meta":{{"type_values":[["{}"]]}},
        "require_cryptographic_holder_binding":false,{members}}}]}}"#,
        person_type(),
    );
    Query::parse(query.as_bytes()).unwrap()
}

fn claim(name: &str) -> String {
    format!(r#"{{"id":"{name}","path":["credentialSubject","{name}"]}}"#)
}

/// What a body posts, with nothing between it and the eye.
fn plain(body: &str) -> String {
    url::form_urlencoded::parse(body.as_bytes()).map(|(name, value)| format!("{name}={value}\n")).collect()
}

#[test]
fn of_several_sets_of_claims_the_least_is_proposed_and_the_person_chooses() {
    let (mut phone, shop) = (Phone::new(), Shop::new(9));
    let divisible = phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let whole = phone.hold("eddsa-rdfc-2022", KeyType::Ed25519, false, None);
    let claims = ["givenName", "birthDate", "ageOver19"].map(claim).join(",");
    let members =
        format!(r#""claims":[{claims}],"claim_sets":[["givenName","birthDate"],["birthDate"],["ageOver19"]]"#);
    let link = || shop.link(Ask::new(shop.client(), ANSWERS, query(&members))).1;
    let request = phone.request(&link());
    let all = &request.questions[0].alternatives;
    let ways: Vec<(&str, Option<usize>)> = all.iter().map(|one| (one.credential.as_str(), one.claim_set)).collect();
    // The verifier likes the first best; the person is shown what tells least first, and what is shown whole last and once.
    let of = |set| (divisible.as_str(), Some(set));
    assert_eq!(ways, [of(2), of(1), of(0), (whole.as_str(), Some(0))]);
    assert_eq!(all[0].claims.len(), 1);
    let pick = |credential: &str, claim_set| Choice {
        picks: vec![Pick { question: "card".to_owned(), credential: credential.to_owned(), claim_set }],
        sign_in: false,
    };
    assert_eq!(request.least, pick(&divisible, Some(2)));
    // Of what is shown whole, what the chosen set names is what was asked for.
    let asked: Vec<_> = all[3].claims.iter().filter(|one| one.asked).map(|one| one.pointer.as_str()).collect();
    assert_eq!(asked, ["/credentialSubject/givenName", "/credentialSubject/birthDate"]);
    for told in ["choice 3 of what it would take", "choice 1 of what it would take"] {
        assert!(request.spoken.contains(told), "{}", request.spoken);
    }
    phone.lang = Lang::Fr;
    assert!(phone.request(&link()).spoken.contains("choix 3 de ce qui serait accepté"));

    let body = plain(&phone.answer(&request, &request.least));
    assert!(body.contains("ageOver19") && !body.contains("1987") && !body.contains("Zoé"), "{body}");
    let body = plain(&phone.answer(&request, &pick(&divisible, Some(1))));
    assert!(body.contains("1987-06-05") && !body.contains("Zoé") && !body.contains("ageOver19"), "{body}");
    // Without a word of it, what the verifier likes best.
    let body = plain(&phone.answer(&request, &pick(&divisible, None)));
    assert!(body.contains("1987-06-05") && body.contains("Zoé"), "{body}");
    let refused = |choice: &Choice| request.agree(choice, now()).unwrap_err().wallet_code();
    assert_eq!(refused(&pick(&divisible, Some(3))), Some(WalletCode::ConsentOutside));
    assert_eq!(refused(&pick(&whole, Some(2))), Some(WalletCode::ConsentOutside));
    let twice = [pick(&divisible, Some(0)).picks, pick(&divisible, Some(2)).picks].concat();
    assert_eq!(refused(&Choice { picks: twice, sign_in: false }), Some(WalletCode::ConsentOutside));
    // The history names what was shown, not what might have been.
    let shown = Search { event: Some(Event::Shown), ..Search::default() };
    let mut counts: Vec<usize> =
        history::search(&phone.store, &shown, 9).unwrap().iter().map(|one| one.credentials[0].claims.len()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 1, 2]);
}

#[test]
fn of_several_sets_of_credentials_the_one_that_tells_least_is_proposed() {
    let (phone, shop) = (Phone::new(), Shop::new(9));
    phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let one = |id: &str, name: &str| {
        let claims = claim(name);
        let meta = format!(r#"{{"type_values":[["{}"]]}}"#, person_type());
        format!(
            r#"{{"id":"{id}","format":"ldp_vc","meta":{meta},"require_cryptographic_holder_binding":false,"claims":[{claims}]}}"#
        )
    };
    let text = format!(
        r#"{{"credentials":[{},{},{}],"credential_sets":[{{"options":[["born"],["old"]]}},{{"options":[["name"]],"required":false}}]}}"#,
        one("born", "birthDate"),
        one("old", "ageOver19"),
        one("name", "givenName"),
    );
    let ask = Ask::new(shop.client(), ANSWERS, Query::parse(text.as_bytes()).unwrap());
    let request = phone.request(&shop.link(ask).1);
    let picked: Vec<&str> = request.least.picks.iter().map(|pick| pick.question.as_str()).collect();
    assert_eq!(picked, ["old"]);
    assert!(request.agree(&request.least, now()).is_ok());
}

/// A shop that says why it asks.
fn shop_asks(shop: &Shop, claims: &[&str], why: &str) -> String {
    let claims = claims.iter().map(|name| claim(name)).collect::<Vec<_>>().join(",");
    let mut ask = Ask::new(shop.client(), ANSWERS, query(&format!(r#""claims":[{claims}]"#)));
    ask.client_metadata = object(&format!(
        r#"{{"client_name":"The Shop","purpose":"{why}","purpose#fr":"{why} (fr)","policy_uri":"https://shop.example/privacy"}}"#
    ));
    shop.link(ask).1
}

fn send(phone: &Phone, consent: Consent) -> Result<Option<Receipt>> {
    let mut answering = consent.present(&phone.means(), &mut rng())?;
    assert!(matches!(answering.step(&phone.means(), None, &mut rng())?, Step::Send(_)));
    Ok(answering.receipt().cloned())
}

#[test]
fn who_was_told_once_need_not_be_asked_for_again() {
    let (mut phone, shop) = (Phone::new(), Shop::new(9));
    phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let ask = |phone: &Phone, shop: &Shop, claims: &[&str], why: &str| phone.request(&shop_asks(shop, claims, why));
    let why = "Discounts for residents";
    let request = ask(&phone, &shop, &["ageOver19"], why);
    assert!(request.standing.is_none() && request.agree_again(phone.clock).is_err());

    // A receipt, for this once: the next time, the person is asked again.
    let consent = request.agree(&request.least, phone.clock).unwrap().with_receipt(None);
    let once = send(&phone, consent).unwrap().unwrap();
    assert!(once.stands_until().is_none());
    assert!(ask(&phone, &shop, &["ageOver19"], why).standing.is_none());

    // For a month.
    let consent = request.agree(&request.least, phone.clock).unwrap().with_receipt(Some(30 * DAY));
    let receipt = send(&phone, consent).unwrap().unwrap();
    let read = Receipt::verify(&receipt.text).unwrap();
    assert_eq!((read.controller(), read.given()), (shop.id().as_str(), Some(phone.clock)));
    let record = &read.record;
    let purpose = &record.pii_processing.purposes[0];
    assert_eq!((purpose.purpose.as_str(), purpose.pii_information[0].pii_type.as_str()), (why, "19 or older"));
    assert_eq!(record.pii_processing.privacy_notice.as_deref(), Some("https://shop.example/privacy"));
    assert_eq!(record.party_identification[0].party_name.as_deref(), Some("The Shop"));
    assert!(!receipt.text.contains("1987"));
    let entries = |phone: &Phone| history::search(&phone.store, &Search::default(), 99).unwrap();
    assert!(entries(&phone).iter().any(|entry| entry.consent.as_deref() == Some(receipt.id())));

    let again = ask(&phone, &shop, &["ageOver19"], why);
    let standing = again.standing.clone().unwrap();
    assert_eq!((standing.receipt.as_str(), standing.until), (receipt.id(), phone.clock.plus_seconds(30 * DAY)));
    assert!(again.spoken.contains("You agreed to exactly this on 2026-11-2"), "{}", again.spoken);
    phone.lang = Lang::Fr;
    let french = ask(&phone, &shop, &["ageOver19"], why);
    assert!(french.standing.is_some() && french.spoken.contains("Vous avez consenti exactement à ceci"));
    phone.lang = Lang::En;
    let before = entries(&phone).len();
    assert!(send(&phone, again.agree_again(phone.clock).unwrap()).unwrap().is_none());
    let after = entries(&phone);
    assert_eq!(after.len(), before + 1);
    assert_eq!(after.iter().filter(|entry| entry.consent.as_deref() == Some(receipt.id())).count(), 2);

    // Not for more, not for something else, not to somebody else.
    let other = Shop::new(8);
    for (shop, claims, why) in [
        (&shop, &["ageOver19", "givenName"][..], why),
        (&shop, &["birthDate"], why),
        (&shop, &["ageOver19"], "Advertising"),
        (&other, &["ageOver19"], why),
    ] {
        let mut forged = ask(&phone, shop, claims, why);
        assert!(forged.standing.is_none(), "{claims:?} {why}");
        // Whatever the app puts into the public field: nothing is signed.
        forged.standing = Some(standing.clone());
        let refused = send(&phone, forged.agree_again(phone.clock).unwrap()).unwrap_err();
        assert_eq!(refused.wallet_code(), Some(WalletCode::ConsentOutside), "{claims:?} {why}");
    }
    let mut forged = ask(&phone, &shop, &["ageOver19"], why);
    forged.standing = Some(StandingConsent { receipt: once.id().to_owned(), ..standing });
    assert!(send(&phone, forged.agree_again(phone.clock).unwrap()).is_err());
    assert_eq!(entries(&phone).len(), after.len(), "what was refused was not shown");

    // It ends by itself, and when the person says so: also between the yes and the answer.
    let begun = phone.clock;
    phone.clock = begun.plus_seconds(31 * DAY);
    assert!(again.agree_again(phone.clock).is_err());
    phone.clock = begun;
    let again = ask(&phone, &shop, &["ageOver19"], why);
    let consent = again.agree_again(phone.clock).unwrap();
    receipts::withdraw(&phone.store, receipt.id(), phone.clock, &mut rng()).unwrap();
    assert_eq!(send(&phone, consent).unwrap_err().wallet_code(), Some(WalletCode::ConsentOutside));
    assert!(ask(&phone, &shop, &["ageOver19"], why).standing.is_none());
    assert!(entries(&phone).iter().any(|entry| entry.event == Event::ConsentWithdrawn));
}

#[test]
fn a_sign_in_has_no_receipt_and_goes_with_a_showing() {
    let (phone, shop) = (Phone::new(), Shop::new(9));
    phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let metadata =
        || object(r#"{"subject_syntax_types_supported":["did:key","urn:ietf:params:oauth:jwk-thumbprint"]}"#);
    let mut ask = siop::ask(shop.client(), ResponseMode::DirectPost, ANSWERS);
    ask.client_metadata = metadata();
    let request = phone.request(&shop.link(ask).1);
    let consent = request.agree(&request.least, now()).unwrap().with_receipt(Some(DAY));
    assert_eq!(
        consent.present(&phone.means(), &mut rng()).unwrap_err().wallet_code(),
        Some(WalletCode::ReceiptInvalid)
    );

    let answer = |shop: &Shop| {
        let members = format!(r#""claims":[{}]"#, claim("ageOver19"));
        let mut ask = Ask::new(shop.client(), ANSWERS, query(&members));
        ask.response_type = ResponseType::VpTokenIdToken;
        ask.client_metadata = metadata();
        let (session, link) = shop.link(ask);
        let request = phone.request(&link);
        assert!(request.sign_in && request.questions.len() == 1 && request.least.sign_in, "{}", request.spoken);
        assert!(request.spoken.contains("You sign in with an identifier"), "{}", request.spoken);
        let half = Choice { sign_in: false, ..request.least.clone() };
        assert_eq!(request.agree(&half, now()).unwrap_err().wallet_code(), Some(WalletCode::ConsentIncomplete));
        let body = phone.answer(&request, &request.least);
        let Received::Answer { vp_token, id_token } = session.receive(&body, now()).unwrap() else { panic!("{body}") };
        assert!(vp_token.is_some());
        let expected = ExpectedToken { audience: &shop.id(), nonce: session.nonce() };
        verify_id_token(&id_token.unwrap(), &expected, &Evidence::none(), phone.clock).unwrap().id
    };
    let (first, again, other) = (answer(&shop), answer(&shop), answer(&Shop::new(8)));
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[test]
fn a_request_object_may_be_sealed_to_the_wallet() {
    let (phone, shop) = (Phone::new(), Shop::new(9));
    let begin = || {
        let ask = Ask::new(shop.client(), ANSWERS, query(&format!(r#""claims":[{}]"#, claim("ageOver19"))));
        Session::begin(ask, now(), &mut rng()).unwrap()
    };
    let link = |session: &Session| {
        session.url_by_reference("openid4vp://", "https://shop.example/r/1", UriMethod::Post).unwrap()
    };
    let post = |asking: &mut Asking| match asking.step(&phone.means(), None, &mut rng()).unwrap() {
        Step::Send(request) => String::from_utf8(request.body.clone()).unwrap(),
        other => panic!("{other:?}"),
    };
    let take = |asking: &mut Asking, token: &str| -> Result<Asked> {
        let response = HttpResponse { status: 200, headers: Vec::new(), body: token.as_bytes().to_vec() };
        match asking.step(&phone.means(), Some(Reply::Response(response)), &mut rng())? {
            Step::Done(asked) => Ok(asked),
            other => panic!("{other:?}"),
        }
    };
    let object = |session: &Session| session.request_object(&shop.header(), &shop.key, now()).unwrap();
    let mut session = begin();
    let mut asking = Asking::new(&link(&session)).unwrap();
    session.fetched_by_post(&post(&mut asking)).unwrap();
    let sealed = object(&session);
    assert_eq!(sealed.split('.').count(), 5);
    assert_eq!(take(&mut asking, &sealed).unwrap().audience(), shop.id());

    // Sealed for another time: the key was made for one request.
    let mut asking = Asking::new(&link(&session)).unwrap();
    post(&mut asking);
    assert_eq!(take(&mut asking, &sealed).unwrap_err().code(), "invalid_request_object");
    // What is signed and not sealed hides nothing from the wallet; the nonce must be the one that it gave.
    let mut session = begin();
    let mut asking = Asking::new(&link(&session)).unwrap();
    let body = post(&mut asking);
    let nonce = url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "wallet_nonce").unwrap().1;
    session.fetched_by_post(&format!("wallet_nonce={nonce}")).unwrap();
    assert_eq!(take(&mut asking.clone(), &object(&session)).unwrap().audience(), shop.id());
    session.fetched_by_post("wallet_nonce=another").unwrap();
    assert_eq!(take(&mut asking, &object(&session)).unwrap_err().name(), Some("wallet_nonce"));
}

#[test]
fn what_is_deleted_is_gone_with_its_keys_and_the_history_says_so() {
    let phone = Phone::new();
    let copies = [0, 1].map(|_| phone.hold("eddsa-rdfc-2022", KeyType::Ed25519, true, Some("b")));
    let stays = phone.hold("eddsa-rdfc-2022", KeyType::Ed25519, true, None);
    // Two that are bound to one key: it stays as long as one of them does.
    let pair = [0, 1].map(|_| phone.hold("eddsa-rdfc-2022", KeyType::Ed25519, false, None));
    let key = credentials::read(&phone.store, &stays).unwrap().key;
    for id in &pair {
        let (mut stored, summary) =
            (credentials::read(&phone.store, id).unwrap(), credentials::summary(&phone.store, id).unwrap());
        stored.key = key.clone();
        phone.store.write(&credentials::put(&stored, &summary).unwrap()).unwrap();
    }
    assert_eq!(phone.store.count(Kind::Key).unwrap(), 3);
    let delete = |id: &str| delete_credential(id, &phone.means(), &mut rng()).map_err(|error| error.wallet_code());
    assert_eq!(delete(&copies[1]), Ok(2));
    assert_eq!((phone.store.count(Kind::Credential).unwrap(), phone.store.count(Kind::Key).unwrap()), (3, 1));
    assert_eq!(delete(&copies[0]), Err(Some(WalletCode::RecordMissing)));
    assert_eq!(delete(&pair[0]), Ok(1));
    assert_eq!(phone.store.count(Kind::Key).unwrap(), 1);
    assert_eq!((delete(&pair[1]), delete(&stays)), (Ok(1), Ok(1)));
    for kind in [Kind::Credential, Kind::Summary, Kind::Key, Kind::Status] {
        assert_eq!(phone.store.count(kind).unwrap(), 0, "{kind:?}");
    }
    let entries =
        history::search(&phone.store, &Search { event: Some(Event::Deleted), ..Search::default() }, 9).unwrap();
    assert_eq!(entries.len(), 4);
    assert!(entries.iter().all(|entry| entry.credentials.len() == 1 && !entry.credentials[0].kind.is_empty()));
}
