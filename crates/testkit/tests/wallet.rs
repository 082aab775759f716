//! The wallet's library against the real services: offers taken up, requests answered, over HTTP between processes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests may stop at the first surprise"
)]

#[path = "wallet/below_a_path.rs"]
mod below_a_path;
#[path = "../../service/tests/verifier/browser.rs"]
#[allow(dead_code, reason = "the browser of the service's tests")]
mod browser;
#[allow(dead_code, reason = "other tests use the rest of it")]
mod programs;

use std::cell::RefCell;

use serde_json::{Value, json};
use tamarack::messages::Lang;
use tamarack::trust::TrustList;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_wallet::present::{
    Answered, Asked, Asking, Choice, ConsentRequest, DeclineReason, Pick, VerifierStanding, WarningKind,
};
use tamarack_wallet::receive::{self, Acceptance, Event, Offered, Opening, Received, Receiving, Standing};
use tamarack_wallet::{
    Clock, HttpRequest, HttpResponse, Kind, Means, MemoryStore, Method, Reply, Step, Store, Strangers, Trust,
    WalletCode, credentials, history,
};

use programs::{CARD, Offer, Province, Shop, TypeOf, ask, trust_list};

const PERSON: &str = "https://tamarack.example/ontario/vocab#OntarioPersonCredential";
const AGE: &str = "https://tamarack.example/ontario/vocab#OntarioAgeCredential";
const VCT: &str = "https://tamarack.example/ontario/types/person/v1";

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap())
    }
}

/// A phone: the library, a store, and a network that remembers where it went.
struct Phone {
    store: MemoryStore,
    trust: Trust,
    agent: ureq::Agent,
    went: RefCell<Vec<String>>,
    lang: Lang,
}

impl Phone {
    fn new(province: &Province) -> Self {
        let list = TrustList::parse(trust_list(province).to_string().as_bytes()).unwrap();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let trust = Trust { issuers: Some(list), ..Trust::default() };
        Self { store: MemoryStore::new(), trust, agent, went: RefCell::default(), lang: Lang::En }
    }

    fn means(&self) -> Means<'_> {
        Means { store: &self.store, device: None, trust: &self.trust, clock: &SystemClock, lang: self.lang }
    }

    fn send(&self, request: &HttpRequest) -> Reply {
        self.went.borrow_mut().push(request.url.clone());
        let answer = match request.method {
            Method::Get => {
                let mut call = self.agent.get(&request.url);
                for (name, value) in &request.headers {
                    call = call.header(name, value);
                }
                call.call()
            }
            Method::Post => {
                let mut call = self.agent.post(&request.url);
                for (name, value) in &request.headers {
                    call = call.header(name, value);
                }
                call.send(request.body.as_slice())
            }
        };
        let Ok(mut answer) = answer else { return Reply::Unreachable };
        let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let status = answer.status().as_u16();
        Reply::Response(HttpResponse { status, headers, body: answer.body_mut().read_to_vec().unwrap() })
    }

    fn open(&self, link: &str) -> tamarack_wallet::Result<Offered> {
        let mut opening = Opening::new(link)?;
        let mut reply = None;
        loop {
            match opening.step(&self.means(), reply.take())? {
                Step::Send(request) => reply = Some(self.send(&request)),
                Step::Done(offered) => return Ok(offered),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Goes on until it is done or must wait. Between any two steps the app is ended.
    fn run(&self, receiving: &mut Receiving) -> tamarack_wallet::Result<Option<Received>> {
        let mut event = Event::Go;
        loop {
            match receiving.step(&self.means(), event, &mut SystemRandomness)? {
                Step::Send(request) => {
                    *receiving = Receiving::resume(&self.store, receiving.id()).unwrap();
                    event = Event::Reply(self.send(&request));
                }
                Step::Done(received) => return Ok(Some(received)),
                Step::Later { .. } | Step::Browser(_) => return Ok(None),
            }
        }
    }

    fn accept(&self, offer: &Offer) -> tamarack_wallet::Result<Received> {
        let offered = self.open(&offer.link)?;
        let acceptance = Acceptance { tx_code: offer.tx_code.clone(), copies: 1, ..Acceptance::default() };
        let mut receiving = offered.accept(&acceptance, &self.means(), &mut SystemRandomness)?;
        Ok(self.run(&mut receiving)?.unwrap())
    }

    fn read(&self, link: &str) -> tamarack_wallet::Result<Asked> {
        let mut asking = Asking::new(link)?;
        let mut reply = None;
        loop {
            match asking.step(&self.means(), reply.take(), &mut SystemRandomness)? {
                Step::Send(request) => reply = Some(self.send(&request)),
                Step::Done(asked) => return Ok(asked),
                other => panic!("{other:?}"),
            }
        }
    }

    fn answer(&self, asked: &ConsentRequest, choice: &Choice) -> tamarack_wallet::Result<Answered> {
        let consent = asked.agree(choice, SystemClock.now())?;
        let mut answering = consent.present(&self.means(), &mut SystemRandomness)?;
        let mut reply = None;
        loop {
            match answering.step(&self.means(), reply.take(), &mut SystemRandomness)? {
                Step::Send(request) => reply = Some(self.send(&request)),
                Step::Done(answered) => return Ok(answered),
                other => panic!("{other:?}"),
            }
        }
    }
}

fn age_query(format: &str, meta: &Value, path: &[&str]) -> Value {
    json!({"credentials": [{"id": "card", "format": format, "meta": meta, "claims": [{"path": path, "values": [true]}]}]})
}

fn age_of_card() -> Value {
    age_query("ldp_vc", &json!({"type_values": [[PERSON]]}), &["credentialSubject", "ageOver19"])
}

/// Each way to secure a card: its type, the ask that it answers, whether it is divisible and whether it is bound.
fn ways() -> Vec<(TypeOf, &'static str, &'static str, bool)> {
    let of = |file, name, suite| TypeOf { file, name, suite };
    vec![
        (of("person-2.0.json", "ontario-person", "eddsa-rdfc-2022"), "person.json", "card", false),
        (of("person-2.0.json", "card-p256", "ecdsa-rdfc-2019"), "person.json", "card", false),
        (of("person-2.0.json", "card-sd", "ecdsa-sd-2023"), "person.json", "card", true),
        (of("person-2.0.json", "card-bbs", "bbs-2023"), "person.json", "card", true),
        (of("person-2.0.json", "card-sd-jwt", "dc+sd-jwt"), "person.json", "sd-jwt", true),
        (of("person-2.0.json", "card-vc-sd-jwt", "vc+sd-jwt"), "person.json", "vc-sd-jwt", true),
        (of("person-1.1.json", "card-jwt", "jwt"), "person.json", "jwt", false),
        (of("age-2.0.json", "ontario-age", "bbs-2023"), "age.json", "anonymous", true),
    ]
}

fn asks() -> Vec<Value> {
    let mut anonymous = age_query("ldp_vc", &json!({"type_values": [[AGE]]}), &["credentialSubject", "ageOver19"]);
    anonymous["credentials"][0]["require_cryptographic_holder_binding"] = json!(false);
    let jwt = json!({"type_values": [["VerifiableCredential", "OntarioPersonCredential"]]});
    vec![
        ask("card", &age_of_card()),
        ask("sd-jwt", &age_query("dc+sd-jwt", &json!({"vct_values": [VCT]}), &["ageOver19"])),
        ask(
            "vc-sd-jwt",
            &age_query("vc+sd-jwt", &json!({"type_values": [[PERSON]]}), &["credentialSubject", "ageOver19"]),
        ),
        ask("jwt", &age_query("jwt_vc_json", &jwt, &["credentialSubject", "ageOver19"])),
        ask("anonymous", &anonymous),
    ]
}

#[test]
fn every_format_goes_from_an_offer_to_a_verdict() {
    let ways = ways();
    let types: Vec<TypeOf> = ways.iter().map(|(of, ..)| TypeOf { ..*of }).collect();
    let province = Province::open(&types, &[]);
    let shop = Shop::open(&province, &asks());
    for (of, claims, asked, divisible) in &ways {
        let name = of.name;
        let phone = Phone::new(&province);
        let received = phone.accept(&province.offer(name, claims, true)).unwrap();
        assert!(received.refused.is_empty(), "{name}: {received:?}");
        let [id] = received.credentials.as_slice() else { panic!("{name}: {received:?}") };
        assert!(receive::pending(&phone.store, Lang::En).unwrap().is_empty(), "{name}");

        let begun = shop.begin(asked);
        let request = phone.read(&begun.wallet).unwrap().consent_request(&phone.means()).unwrap();
        assert!(request.can_answer, "{name}: {}", request.spoken);
        let [question] = request.questions.as_slice() else { panic!("{name}") };
        let [card] = question.alternatives.as_slice() else { panic!("{name}: {}", request.spoken) };
        assert_eq!((&card.credential, card.whole), (id, !divisible), "{name}");
        let first = &card.claims[0];
        assert_eq!((first.name.as_str(), first.value.as_str(), first.asked), ("19 or older", "Yes", true), "{name}");
        assert!(card.claims.iter().filter(|claim| claim.asked).count() == 1, "{name}: {:?}", card.claims);
        assert_eq!(name == "ontario-age", card.linkable.is_none(), "{name}: {:?}", card.links);
        phone.answer(&request, &request.least).unwrap_or_else(|error| panic!("{name}: {error}"));

        let read = shop.read(&begun);
        assert_eq!(read["result"]["outcome"], "accept", "{name}: {read}");
        let shown = &read["result"]["presentations"][0];
        assert_eq!(shown["proved"]["claims"][0]["values"], json!([true]), "{name}: {read}");
        assert_eq!(shown["proved"]["issuer"], json!(province.did), "{name}: {read}");

        // It is in the history, and counted; asked once more, the person sees that they have it already.
        let all = history::search(&phone.store, &history::Search::default(), 10).unwrap();
        assert!(all.iter().any(|entry| entry.event == history::Event::Received), "{name}");
        let shown = history::Search { event: Some(history::Event::Shown), ..history::Search::default() };
        let entries = history::search(&phone.store, &shown, 10).unwrap();
        assert_eq!(entries.len(), 1, "{name}");
        assert_eq!(entries[0].credentials[0].id, *id, "{name}");
        assert_eq!(credentials::summary(&phone.store, id).unwrap().shown, 1, "{name}");
        let again = phone.read(&shop.begin(asked).wallet).unwrap().consent_request(&phone.means()).unwrap();
        assert!(again.questions[0].alternatives[0].claims[0].shown_before.is_some(), "{name}");
    }
}

#[test]
fn the_person_sees_who_offers_what_before_anything_is_asked_for() {
    let province = Province::open(&[CARD], &[]);
    let mut phone = Phone::new(&province);
    let offer = province.offer(CARD.name, "person.json", true);
    let offered = phone.open(&offer.link).unwrap();
    let preview = offered.preview(&phone.means());
    let [card] = preview.credentials.as_slice() else { panic!("{preview:?}") };
    assert_eq!((card.name.as_str(), card.format.as_str(), card.bound), ("Ontario Photo Card", "ldp_vc", true));
    assert!(card.supported && card.linkable.is_some() && !preview.browser);
    assert_eq!(preview.tx_code.as_ref().map(|look| look.digits), Some(true));
    assert!(preview.issuer.standing == Standing::Listed, "{:?}", preview.issuer);
    assert!(preview.learns.len() >= 3 && preview.spoken.contains("Ontario Photo Card"), "{}", preview.spoken);
    phone.lang = Lang::Fr;
    let preview = offered.preview(&phone.means());
    assert!(preview.spoken.contains("Carte-photo de l’Ontario"), "{}", preview.spoken);
    assert!(preview.spoken.contains("L’émetteur n’apprend ni quand ni à qui"), "{}", preview.spoken);
    let token = |went: &[String]| went.iter().any(|url| url.ends_with("/token") || url.ends_with("/credential"));
    assert!(!token(&phone.went.borrow()));

    // A code that does not look as it should is not even sent; a wrong one is refused, and no key stays behind.
    let (means, rng) = (phone.means(), &mut SystemRandomness);
    for tx_code in [None, Some("1"), Some("abc")] {
        let acceptance = Acceptance { tx_code: tx_code.map(str::to_owned), ..Acceptance::default() };
        assert_eq!(offered.accept(&acceptance, &means, rng).unwrap_err().code(), "offer.code");
    }
    let code = offer.tx_code.unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let acceptance = Acceptance { tx_code: Some(wrong.to_owned()), ..Acceptance::default() };
    let mut receiving = offered.accept(&acceptance, &means, rng).unwrap();
    assert_eq!(phone.run(&mut receiving).unwrap_err().code(), "offer.code");
    for kind in [Kind::Pending, Kind::Key, Kind::Credential] {
        assert_eq!(phone.store.count(kind).unwrap(), 0, "{kind:?}");
    }
    let acceptance = Acceptance { tx_code: Some(code), copies: 1, ..Acceptance::default() };
    let mut receiving = offered.accept(&acceptance, &means, rng).unwrap();
    assert_eq!(phone.run(&mut receiving).unwrap().unwrap().credentials.len(), 1);
    assert_eq!((phone.store.count(Kind::Key).unwrap(), phone.store.count(Kind::Pending).unwrap()), (1, 0));
}

/// What the shop's file says becomes of the answer is what the person reads before agreeing, and nothing else.
#[test]
fn what_a_shop_does_with_an_answer_is_read_before_agreeing() {
    let province = Province::open(&[CARD], &[]);
    let (mut kept, mut gone) = (ask("kept", &age_of_card()), ask("gone", &age_of_card()));
    kept["handling"] = json!({
        "retentionPeriod": "P30D",
        "storageLocations": [{"en": "Canada", "fr": "Canada"}],
        "recipients": [{"en": "The Warehouse", "fr": "L’Entrepôt"}, {"en": "The Bank", "fr": "La Banque"}],
        "jurisdiction": {"en": "Ontario", "fr": "Ontario"},
        "withdrawal": {"en": "https://shop.example/withdraw", "fr": "https://shop.example/retrait"},
        "privacyNotice": {"en": "https://shop.example/privacy", "fr": "https://shop.example/confidentialite"},
        "contact": "privacy@shop.example",
    });
    gone["handling"] = json!({"retentionPeriod": "P0D"});
    let shop = Shop::open(&province, &[kept, gone, ask("silent", &age_of_card())]);
    let mut phone = Phone::new(&province);
    phone.accept(&province.offer(CARD.name, "person.json", false)).unwrap();
    let mut said = |name: &str, lang: Lang| {
        phone.lang = lang;
        phone.read(&shop.begin(name).wallet).unwrap().consent_request(&phone.means()).unwrap()
    };
    let english = said("kept", Lang::En);
    let expected = [
        "They say that they keep the information for 30 days.",
        "They say that they keep it here: Canada.",
        "They say that they pass it on to: The Warehouse, The Bank.",
        "They say that this law applies: Ontario.",
        "They say that you can withdraw your consent here: https://shop.example/withdraw",
        "Their privacy notice: https://shop.example/privacy",
        "Whom to write to: privacy@shop.example",
    ];
    assert_eq!(english.handling, expected);
    assert!(expected.iter().all(|line| english.spoken.contains(line)), "{}", english.spoken);
    let french: Vec<String> =
        said("kept", Lang::Fr).handling.iter().map(|line| line.replace(['\u{a0}', '\u{202f}'], " ")).collect();
    let expected = [
        "On affirme conserver les renseignements pendant 30 jours.",
        "On affirme les conserver ici : Canada.",
        "On affirme les transmettre à : L’Entrepôt, La Banque.",
        "On affirme que cette loi s’applique : Ontario.",
        "On affirme que vous pouvez retirer votre consentement ici : https://shop.example/retrait",
        "Avis de confidentialité : https://shop.example/confidentialite",
        "À qui écrire : privacy@shop.example",
    ];
    assert_eq!(french, expected);
    assert_eq!(said("gone", Lang::En).handling, ["They say that they do not keep the information."]);
    assert!(said("silent", Lang::En).handling.is_empty());
}

#[test]
fn what_does_not_hold_is_not_kept() {
    let province = Province::open(&[CARD], &[]);
    let mut phone = Phone::new(&province);
    // An issuer that is on nobody's list.
    let mut list = trust_list(&province);
    list["issuers"][0]["did"] = json!("did:web:elsewhere.example");
    phone.trust.issuers = Some(TrustList::parse(list.to_string().as_bytes()).unwrap());
    let received = phone.accept(&province.offer(CARD.name, "person.json", false)).unwrap();
    assert!(received.credentials.is_empty(), "{received:?}");
    let reason = &received.refused[0].reasons[0];
    assert_eq!(
        (reason.check.as_str(), reason.code.as_str(), reason.failed),
        ("issuer-trusted", "trust.issuer_unknown", true)
    );
    assert!(reason.message(Lang::Fr).sentence.len() > 20 && !reason.message(Lang::En).hint.is_empty());
    for kind in [Kind::Pending, Kind::Key, Kind::Credential, Kind::Summary] {
        assert_eq!(phone.store.count(kind).unwrap(), 0, "{kind:?}");
    }
    // Unless the person wants strangers, who are said to be.
    phone.trust.strangers = Strangers::Warn;
    let received = phone.accept(&province.offer(CARD.name, "person.json", false)).unwrap();
    assert_eq!(received.credentials.len(), 1, "{received:?}");
}

#[test]
fn a_clerk_decides_while_the_app_is_closed() {
    let province = Province::open(&[CARD], &[CARD.name]);
    let phone = Phone::new(&province);
    let offered = phone.open(&province.offer(CARD.name, "person.json", false).link).unwrap();
    let mut receiving = offered.accept(&Acceptance::default(), &phone.means(), &mut SystemRandomness).unwrap();
    assert!(phone.run(&mut receiving).unwrap().is_none());
    let [pending] = receive::pending(&phone.store, Lang::Fr).unwrap().try_into().unwrap();
    assert_eq!((pending.title.as_str(), pending.id.as_str()), ("Carte-photo de l’Ontario", receiving.id()));
    let not_before = pending.not_before.unwrap();
    drop(receiving);
    let listed = province.ok(&["requests", "list"]);
    province.ok(&["requests", "approve", listed.split('\t').next().unwrap(), "--clerk", "amelie"]);
    // The app is started again; it asks no earlier than the issuer wants it to.
    let mut receiving = Receiving::resume(&phone.store, &pending.id).unwrap();
    let wait = not_before.seconds_since(SystemClock.now()).max(0);
    std::thread::sleep(std::time::Duration::from_secs(u64::try_from(wait).unwrap() + 1));
    let received = phone.run(&mut receiving).unwrap().unwrap();
    // As many copies as the issuer gives, each with a key of its own: one card to the person.
    let all = credentials::summaries(&phone.store).unwrap();
    assert!(received.credentials.len() > 1 && all.len() == received.credentials.len(), "{received:?}");
    assert!(all.iter().all(|one| one.batch.is_some() && one.batch == all[0].batch));
    assert_eq!(phone.store.count(Kind::Key).unwrap(), all.len());
    assert!(Receiving::resume(&phone.store, &pending.id).is_err());
}

#[test]
fn nothing_is_shown_beyond_what_was_asked_and_agreed_to() {
    let ways = [CARD, TypeOf { file: "person-2.0.json", name: "card-bbs", suite: "bbs-2023" }];
    let province = Province::open(&ways, &[]);
    let mut counter = ask("counter", &age_of_card());
    counter["dcql"]["credentials"][0]["claims"] =
        json!([{"path": ["credentialSubject", "givenName"]}, {"path": ["credentialSubject", "birthDate"]}]);
    let shop = Shop::open(&province, &[ask("card", &age_of_card()), counter]);
    let phone = Phone::new(&province);
    for of in &ways {
        phone.accept(&province.offer(of.name, "person.json", false)).unwrap();
    }
    let begun = shop.begin("counter");
    let asked = phone.read(&begun.wallet).unwrap();
    let request = asked.consent_request(&phone.means()).unwrap();
    assert_eq!(request.verifier.standing, VerifierStanding::Proved);
    assert_eq!(request.verifier.name.as_deref(), Some("Lakeside Store"));
    let kinds: Vec<WarningKind> = request.warnings.iter().map(|warning| warning.kind).collect();
    for kind in [WarningKind::UnknownVerifier, WarningKind::BirthDate, WarningKind::Whole, WarningKind::Linkable] {
        assert!(kinds.contains(&kind), "{kind:?}: {}", request.spoken);
    }
    // Two cards answer; the one that tells less stands first.
    let question = &request.questions[0];
    assert_eq!(question.alternatives.len(), 2);
    assert!(!question.alternatives[0].whole && question.alternatives[1].whole);
    assert_eq!(request.least.picks[0].credential, question.alternatives[0].credential);

    // A choice beyond the request makes no consent, whatever the app did to what it shows.
    let pick = |question: &str, credential: &str| Choice {
        picks: vec![Pick { question: question.to_owned(), credential: credential.to_owned(), claim_set: None }],
        sign_in: false,
    };
    let own = question.alternatives[0].credential.as_str();
    let code = |choice: &Choice| request.agree(choice, SystemClock.now()).map(drop).unwrap_err().wallet_code();
    assert_eq!(code(&pick("other", own)), Some(WalletCode::ConsentOutside));
    assert_eq!(code(&pick("card", "another")), Some(WalletCode::ConsentOutside));
    assert_eq!(code(&Choice::default()), Some(WalletCode::ConsentIncomplete));
    assert_eq!(code(&Choice { sign_in: true, ..pick("card", own) }), Some(WalletCode::ConsentOutside));
    let twice = Choice { picks: [pick("card", own).picks, request.least.picks.clone()].concat(), sign_in: false };
    assert_eq!(code(&twice), Some(WalletCode::ConsentOutside));
    assert_eq!(shop.read(&begun)["state"], "opened");

    // A no reaches the verifier as a no, and the history as the person meant it.
    let mut declining = asked.decline(DeclineReason::TooMuch, &phone.means()).unwrap();
    let mut reply = None;
    while let Step::Send(request) = declining.step(&phone.means(), reply.take(), &mut SystemRandomness).unwrap() {
        assert!(!String::from_utf8_lossy(&request.body).contains("too-much"));
        reply = Some(phone.send(&request));
    }
    let declined = history::Search { event: Some(history::Event::Declined), ..history::Search::default() };
    let entry = &history::search(&phone.store, &declined, 1).unwrap()[0];
    assert_eq!(entry.reason.as_deref(), Some("too-much"));
    assert!(shop.read(&begun)["result"]["presentations"].as_array().is_none_or(Vec::is_empty));

    // Whoever asks must be who the link says.
    let begun = shop.begin("card");
    let (name, rest) = begun.wallet.split_once("client_id=").unwrap().1.split_once('&').unwrap();
    let forged = begun.wallet.replace(name, "x509_san_dns%3Alocalhost");
    assert!(forged.contains(rest));
    assert!(phone.read(&forged).is_err());
}
