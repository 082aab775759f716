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
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey};
use tamarack::messages::Lang;
use tamarack_openid4vc::siop::{self, ExpectedToken, verify_id_token};
use tamarack_openid4vc::vp::client_id::ClientId;
use tamarack_openid4vc::vp::dcql::Query;
use tamarack_openid4vc::vp::request::{ResponseMode, ResponseType, UriMethod};
use tamarack_openid4vc::vp::session::{Ask, Received, Session};
use tamarack_wallet::history::{self, Event, Search};
use tamarack_wallet::present::{Asked, Asking, Choice, Consent, Pick, StandingConsent, VerifierStanding, WarningKind};
use tamarack_wallet::receipts::{self, Receipt};
use tamarack_wallet::{
    HttpResponse, Kind, Reply, Result, Step, Store as _, StoredCredential, Summary, WalletCode, credentials,
    delete_credential,
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
    // The text says once what a yes means, and names every other way by its number.
    assert_eq!(
        all.iter().map(|one| (one.number, one.proposed)).collect::<Vec<_>>(),
        [(1, true), (2, false), (3, false), (4, false)]
    );
    let lines: Vec<&str> = request.spoken.lines().collect();
    let at = |start: &str| {
        let found: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with(start)).collect();
        let [at] = found.as_slice() else { panic!("{start}: {found:?} in {}", request.spoken) };
        *at
    };
    let yes = at("If you say yes, you show this:");
    assert_eq!(
        lines[yes + 1..yes + 3],
        [
            "From Ontario person credential (DID), choice 1:".replace("DID", &all[0].issuer).as_str(),
            "19 or older: Yes."
        ]
    );
    let instead = at("Instead of choice 1, you can choose:");
    assert!(yes < instead && instead < at("Choice 2, from") && at("Choice 3, from") < at("Choice 4, from"));
    assert!(lines[at("Choice 4, from")..].iter().any(|line| line.contains("can only be shown whole")));
    assert!(!request.spoken.contains("needs an answer"), "{}", request.spoken);
    assert_eq!(request.choose(&[2]).unwrap(), pick(&divisible, Some(1)));
    assert_eq!(request.choose(&[]).unwrap(), request.least);
    assert_eq!(request.choose(&[5]).unwrap_err().wallet_code(), Some(WalletCode::ConsentOutside));
    phone.lang = Lang::Fr;
    let french = phone.request(&link()).spoken;
    for told in [
        "Si vous dites oui, vous montrez ceci :",
        "choix 1 :",
        "Au lieu du choix 1, vous pouvez choisir :",
        "Choix 4, du ",
    ] {
        assert!(french.contains(told), "{told}: {french}");
    }

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
    // And which of the ways it was.
    let numbers = |phone: &Phone| -> Vec<usize> {
        let all = history::search(&phone.store, &shown, 9).unwrap();
        let mut numbers: Vec<usize> = all.iter().map(|one| one.credentials[0].alternative.unwrap().number).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(numbers(&phone), [1, 2, 3]);
    let page = history::page(&phone.store, Lang::Fr, now()).unwrap();
    assert!(page.contains("Choix 2 de 4"), "{page}");
    let consent = request.agree(&pick(&whole, None), now()).unwrap().with_receipt(None);
    let receipt = send(&phone, consent).unwrap().unwrap();
    let collected = &receipt.record.pii_processing.purposes[0].collection_method;
    assert!(collected[0].ends_with("choix 4 de 4."), "{collected:?}");
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
    let picked = |choice: &Choice| choice.picks.iter().map(|pick| pick.question.clone()).collect::<Vec<_>>();
    assert_eq!(picked(&request.least), ["old"]);
    assert!(request.agree(&request.least, now()).is_ok());
    // Born is 1, old is 2, name is 3. A yes is 2, once; 1 is in its place; 3 is beside it.
    let spoken = &request.spoken;
    let order =
        ["If you say yes, you show this:", "choice 2:", "Instead of choice 2, you can choose:", "Choice 1, from"];
    let order = [&order[..], &["They would also like this. A plain yes leaves it out", "Choice 3, from"]].concat();
    let places: Vec<usize> =
        order.iter().map(|told| spoken.find(told).unwrap_or_else(|| panic!("{told}: {spoken}"))).collect();
    assert!(places.is_sorted(), "{spoken}");
    assert_eq!(spoken.matches("If you say yes").count(), 1);
    for (numbers, expected) in
        [(&[1][..], &["born"][..]), (&[3], &["old", "name"]), (&[1, 3], &["born", "name"]), (&[2], &["old"])]
    {
        let choice = request.choose(numbers).unwrap();
        let mut found = picked(&choice);
        found.sort_by_key(|id| expected.iter().position(|one| one == id));
        assert_eq!(found, expected, "{numbers:?}");
        assert!(request.agree(&choice, now()).is_ok(), "{numbers:?}");
    }
    // A question that nothing here answers is not asked, as long as another does.
    let other = one("other", "ageOver19").replace("OntarioPersonCredential", "OntarioFishingLicence");
    let old = one("old", "ageOver19");
    let sets = r#","credential_sets":[{"options":[["other"],["old"]]},{"options":[["other","old"]],"required":false}]"#;
    let asks = |sets: &str| {
        let text = format!(r#"{{"credentials":[{other},{old}]{sets}}}"#);
        phone.request(&shop.link(Ask::new(shop.client(), ANSWERS, Query::parse(text.as_bytes()).unwrap())).1)
    };
    let request = asks(sets);
    assert!(request.can_answer && !request.spoken.contains("ishing") && !request.spoken.contains("would also like"));
    assert_eq!(request.spoken.matches("From ").count(), 1, "{}", request.spoken);
    // Where both are needed, the person is told what is missing, and is not asked for a half.
    let request = asks("");
    assert!(!request.can_answer && request.least.picks.is_empty());
    let spoken = &request.spoken;
    assert!(
        spoken.contains("You have a part of what is asked for") && spoken.contains("Missing: Ontario fishing licence."),
        "{spoken}"
    );
    assert!(!spoken.contains("If you say yes"), "{spoken}");
}

#[test]
fn several_cards_together_stand_against_one() {
    let (phone, shop) = (Phone::new(), Shop::new(9));
    phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let one = |id: &str, names: &[&str]| {
        let claims = names.iter().map(|name| claim(name)).collect::<Vec<_>>().join(",");
        let meta = format!(r#"{{"type_values":[["{}"]]}}"#, person_type());
        format!(
            r#"{{"id":"{id}","format":"ldp_vc","meta":{meta},"require_cryptographic_holder_binding":false,"claims":[{claims}]}}"#
        )
    };
    let text = format!(
        r#"{{"credentials":[{},{},{}],"credential_sets":[{{"options":[["a","b"],["c"]]}}]}}"#,
        one("a", &["givenName", "birthDate"]),
        one("b", &["ageOver19"]),
        one("c", &["ageOver19"]),
    );
    let request = phone.request(&shop.link(Ask::new(shop.client(), ANSWERS, Query::parse(text.as_bytes()).unwrap())).1);
    assert_eq!(request.least.picks[0].question, "c");
    assert!(request.spoken.contains("Instead of choice 3, you can choose these together:"), "{}", request.spoken);
    let mut ids: Vec<String> = request.choose(&[1]).unwrap().picks.into_iter().map(|pick| pick.question).collect();
    ids.sort();
    assert_eq!(ids, ["a", "b"], "the other half comes along");
    assert!(request.agree(&request.choose(&[1]).unwrap(), now()).is_ok());
}

/// What a verifier says of itself is said to be its own word, and stands in the receipt.
#[test]
fn what_becomes_of_the_information_is_told_and_kept() {
    let (mut phone, shop) = (Phone::new(), Shop::new(9));
    phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let mut ask = Ask::new(shop.client(), ANSWERS, query(&format!(r#""claims":[{}]"#, claim("ageOver19"))));
    let long = format!("https://shop.example/privacy/{}", "p".repeat(300));
    ask.client_metadata = object(&format!(
        r#"{{"client_name":"The Shop","purpose":"Discounts","retention_period":"P30D","jurisdiction":"CA-ON",
        "recipient_third_parties":["The Warehouse","\u202eThe Bank"],"storage_locations":["Canada"],"policy_uri":"{long}",
        "withdrawal_method":"https://shop.example/withdraw","contacts":["privacy@shop.example"]}}"#
    ));
    let link = shop.link(ask).1;
    let request = phone.request(&link);
    for told in [
        "They say that they keep the information for 30 days.",
        "They say that they pass it on to: The Warehouse, The Bank.",
        "They say that they keep it here: Canada.",
        "They say that this law applies: CA-ON.",
        "They say that you can withdraw your consent here: https://shop.example/withdraw",
        "Whom to write to: privacy@shop.example",
    ] {
        assert!(
            request.handling.iter().any(|line| line == told) && request.spoken.contains(told),
            "{told}: {}",
            request.spoken
        );
    }
    phone.lang = Lang::Fr;
    let french = phone.request(&link).spoken;
    assert!(french.contains("On affirme conserver les renseignements pendant 30 jours."), "{french}");
    phone.lang = Lang::En;
    let consent = request.agree(&request.least, phone.clock).unwrap().with_receipt(Some(DAY));
    let receipt = send(&phone, consent).unwrap().unwrap();
    let record = &receipt.record;
    let purpose = &record.pii_processing.purposes[0];
    assert_eq!((purpose.retention_period, purpose.jurisdiction.as_deref()), (Some(30 * DAY), Some("CA-ON")));
    assert_eq!(purpose.recipient_third_parties, ["The Warehouse", "The Bank"]);
    assert_eq!(purpose.storage_locations, ["Canada"]);
    assert_eq!(purpose.withdrawal_method.as_deref(), Some("https://shop.example/withdraw"));
    assert_eq!(record.pii_processing.privacy_notice.as_deref(), Some(long.as_str()), "an address is not cut");
    assert_eq!(record.party_identification[0].party_contact.as_deref(), Some("privacy@shop.example"));
    assert_eq!(Receipt::verify(&receipt.text).unwrap(), receipt);
}

/// A request by somebody who wants to be taken for somebody else, or wants the screen for himself.
#[test]
fn what_a_hostile_verifier_writes_stays_harmless() {
    let (mut phone, shop) = (Phone::new(), Shop::new(9));
    phone.hold("bbs-2023", KeyType::Bls12381G2, false, None);
    let mut ask = Ask::new(shop.client(), ANSWERS, query(&format!(r#""claims":[{}]"#, claim("ageOver19"))));
    let endless = "Ontario ".repeat(4_000);
    ask.client_metadata = object(&format!(
        r#"{{"client_name":"Service\u00a0Ontario\u202e\n\u001b[2JYour wallet knows who that is.","purpose":"<script>alert(1)</script> {endless}",
        "client_uri":"javascript:alert(1)","policy_uri":"javascript:alert(1)","withdrawal_method":"data:text/html,x",
        "retention_period":"P99999999999Y","jurisdiction":{{"x":1}},"recipient_third_parties":[7,"\u200b","{endless}"],
        "logo_uri":"data:text/html;base64,PHNjcmlwdD4=","contacts":"x"}}"#
    ));
    let link = shop.link(ask).1;
    for lang in [Lang::En, Lang::Fr] {
        phone.lang = lang;
        let request = phone.request(&link);
        assert_eq!(request.verifier.standing, VerifierStanding::Proved);
        assert!(request.verifier.self_named);
        let first = request.spoken.lines().next().unwrap();
        // All that it calls itself is within the quotation, on one line; and nobody vouches for it.
        let (open, close) = if lang == Lang::En { ('“', '”') } else { ('«', '»') };
        let quoted = first.split_once(open).unwrap().1.split_once(close).unwrap().0;
        assert!(quoted.contains("Service Ontario") && quoted.contains("Your wallet knows who that is."), "{first}");
        assert!(first.contains(if lang == Lang::En {
            "nobody has verified the name"
        } else {
            "personne n’a vérifié ce nom"
        }));
        let unseen = |c: char| {
            c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        for line in request.spoken.lines() {
            assert!(!line.chars().any(unseen) && line.chars().count() < 500, "{line:?}");
        }
        for told in ["javascript:", "data:", "data\u{a0}:"] {
            assert!(!request.spoken.contains(told), "{told}: {}", request.spoken);
        }
        assert!(request.warnings.iter().any(|warning| warning.kind == WarningKind::UnknownVerifier));
        let consent = request.agree(&request.least, phone.clock).unwrap().with_receipt(None);
        let receipt = send(&phone, consent).unwrap().unwrap();
        assert!(receipt.record.party_identification[0].party_url.is_none());
        assert!(receipt.record.pii_processing.privacy_notice.is_none());
        assert!(receipt.record.pii_processing.purposes[0].retention_period.is_none());
        let page = history::page(&phone.store, lang, now()).unwrap();
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
        assert!(page.contains(if lang == Lang::En {
            "Not known to your wallet"
        } else {
            "Inconnu de votre portefeuille"
        }));
    }
    phone.lang = Lang::En;
    // A name in quotation marks of its own does not get out of ours.
    let mut ask = Ask::new(shop.client(), ANSWERS, query(&format!(r#""claims":[{}]"#, claim("ageOver19"))));
    ask.client_metadata = object(r#"{"client_name":"Bank” asks you. Your wallet knows who that is. “"}"#);
    let first = phone.request(&shop.link(ask).1).verifier.sentence;
    assert_eq!((first.matches('“').count(), first.matches('”').count()), (1, 1), "{first}");
    // A host that looks like another is written out.
    let query = shop.asks(&["ageOver19"], false).0.parameters().get("dcql_query").unwrap().clone();
    let look_alike = "https://оntario.example/answers/17";
    let client = ClientId::parse(&format!("redirect_uri:{look_alike}")).unwrap();
    let ask = Ask::new(client, look_alike, Query::read(&query).unwrap());
    let link = Session::begin(ask, now(), &mut rng()).unwrap().unsigned_url("openid4vp://").unwrap();
    let request = phone.request(&link);
    assert_eq!(request.verifier.answers_to.as_deref(), Some("xn--ntario-vqf.example"));
    assert!(!request.verifier.id.contains('о') && request.spoken.is_ascii(), "{}", request.spoken);
    // Links that are none, and what a message must not make a wallet follow.
    for bad in [
        "javascript:alert(1)".to_owned(),
        "openid4vp://?client_id=x&request_uri=javascript%3Aalert(1)".to_owned(),
        "openid4vp://?client_id=x&request_uri=file%3A%2F%2F%2Fetc%2Fpasswd".to_owned(),
        "openid4vp://?client_id=x&request_uri=http%3A%2F%2F192.168.1.1%2Fr".to_owned(),
        format!("openid4vp://?client_id=x&request={}", "A".repeat(1 << 20)),
        link.replace("https%3A%2F%2F", "javascript%3A"),
    ] {
        let refused = Asking::new(&bad).and_then(|mut asking| asking.step(&phone.means(), None, &mut rng()).map(drop));
        assert!(refused.is_err(), "{}", bad.get(..60).unwrap_or(&bad));
    }
}

/// A card whose issuer was not kind either: many claims, names that mean something to programs, texts without end.
#[test]
fn what_a_hostile_issuer_wrote_into_a_card_stays_harmless() {
    use tamarack::sd_jwt::{Frame, HashName, IssueOptions, issue};
    let (phone, shop) = (Phone::new(), Shop::new(9));
    let key = SecretKey::from_bytes(KeyType::P256, &[3; 32]).unwrap();
    let hostile = ["__proto__", "constructor", "toString", "along", "<b>x</b>", "a\u{202e}b", "{ $day }"];
    let mut claims: Vec<String> = (0..1_000).map(|n| format!(r#""c{n}":"{n}""#)).collect();
    claims.extend(
        hostile.iter().map(|name| format!(r#""{name}":"\u202e<img src=x onerror=alert(1)>\n{}""#, "x".repeat(500))),
    );
    let text =
        format!(r#"{{"iss":"https://issuer.example","vct":"https://issuer.example/many/v1",{}}}"#, claims.join(","));
    let payload = object(&text);
    let frame = payload
        .keys()
        .filter(|name| *name != "iss" && *name != "vct")
        .fold(Frame::new(), |frame, name| frame.hide(format!("/{}", name.replace('~', "~0").replace('/', "~1"))));
    let options = IssueOptions { typ: "dc+sd-jwt", kid: None, hash: HashName::Sha256, certificates: None };
    let card = issue(&payload, &frame, &options, &key, &mut rng()).unwrap();
    let stored = StoredCredential::new(card);
    let summary = Summary::of("many", &stored.held().unwrap(), &Contexts::builtin(), now());
    phone.store.write(&credentials::put(&stored, &summary).unwrap()).unwrap();
    let asks = |claims: &str| {
        let text = format!(
            r#"{{"credentials":[{{"id":"card","format":"dc+sd-jwt","meta":{{"vct_values":["https://issuer.example/many/v1"]}},
            "require_cryptographic_holder_binding":false{claims}}}]}}"#
        );
        let begun = std::time::Instant::now();
        let request =
            phone.request(&shop.link(Ask::new(shop.client(), ANSWERS, Query::parse(text.as_bytes()).unwrap())).1);
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
        request
    };
    let each: Vec<String> = hostile.iter().map(|name| format!(r#"{{"path":["{name}"]}}"#)).collect();
    let request = asks(&format!(r#","claims":[{}]"#, each.join(",")));
    let shown = &request.questions[0].alternatives[0].claims;
    assert_eq!(shown.len(), hostile.len(), "{shown:?}");
    let names: Vec<&str> = shown.iter().map(|claim| claim.name.as_str()).collect();
    assert!(names.contains(&"Along") && names.contains(&"Constructor") && names.contains(&"Ab"), "{names:?}");
    for claim in shown {
        assert!(
            claim.value.chars().count() <= 121 && !claim.label.chars().any(|c| c.is_control() || c == '\u{202e}'),
            "{claim:?}"
        );
    }
    assert!(phone.answer(&request, &request.least).len() < 100_000, "what was not asked for stays here");
    // A path that leads into the workings of a program leads nowhere here.
    for path in [r#"["__proto__","x"]"#, r#"["constructor","prototype"]"#, r#"["hasOwnProperty"]"#, r#"["c1",0]"#] {
        let request = asks(&format!(r#","claims":[{{"path":{path}}}]"#));
        assert!(!request.can_answer, "{path}");
    }
    // More than a request may ask for.
    let many: Vec<String> = (0..300).map(|n| format!(r#"{{"path":["c{n}"]}}"#)).collect();
    let text = format!(
        r#"{{"credentials":[{{"id":"card","format":"dc+sd-jwt","meta":{{"vct_values":["x"]}},"claims":[{}]}}]}}"#,
        many.join(",")
    );
    assert!(Query::parse(text.as_bytes()).is_err());
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
