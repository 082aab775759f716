//! Offers: the form, what is wrong with it, what comes of it, the code by the gateway.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tamarack_openid4vc::vci::offer::OfferUri;
use tamarack_service::issuer::Citizens;

use crate::office::{Browser, FakeDoor, Office, SECRET};
use crate::on_both;
use crate::province::{Answer, Province, claims};

/// The form of a photo card, filled in.
pub(crate) fn card() -> Vec<(String, String)> {
    let claims = claims("ontario-person");
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    claims.as_object().unwrap().iter().map(|(name, value)| (format!("claim-{name}"), text(value))).collect()
}

pub(crate) fn with<'f>(claims: &'f [(String, String)], more: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut all: Vec<(&str, &str)> = claims.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend_from_slice(more);
    all
}

/// The code of an offer that a page shows, and the path of its applicant's page.
pub(crate) async fn code_of(browser: &mut Browser, made: &Answer) -> (String, String) {
    let link = made.text.split("<code>").nth(1).unwrap().split('<').next().unwrap().replace("&#38;", "&");
    let OfferUri::Reference(at) = OfferUri::parse(&link).unwrap() else { panic!("an offer by value") };
    let offer = browser.get(&at).await.json(200);
    let grant = &offer["grants"]["urn:ietf:params:oauth:grant-type:pre-authorized_code"];
    let page = made.attribute("href", "https://id.ontario.example/apply/");
    (grant["pre-authorized_code"].as_str().unwrap().to_owned(), page)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_becomes_an_offer_whose_code_is_shown_once() {
    on_both(async |office: &Office| {
        let mut anna = office.person("anna").await;
        let choices = anna.get("/operator/offers").await;
        assert!(choices.text.contains("/operator/offers/ontario-licence"), "{}", choices.text);
        let form = anna.get("/operator/offers/ontario-person").await;
        assert!(form.text.contains("name=\"claim-familyName\"") && form.text.contains("Given names"), "{}", form.text);
        let card = card();
        let how = [("language", "fr"), ("time", "1h"), ("code", "show")];
        let made = anna.submit("/operator/offers/ontario-person", &with(&card, &how)).await;
        assert_eq!((made.status, made.header("cache-control").as_str()), (200, "no-store"), "{}", made.text);
        assert!(made.text.contains("<svg class=\"qr\""));
        let tx_code = made.text.split("class=\"code\">").nth(1).unwrap()[..6].to_owned();
        assert!(tx_code.bytes().all(|b| b.is_ascii_digit()), "{tx_code}");
        let (code, _) = code_of(&mut anna, &made).await;
        let wrong = office.province.form("/token", &Province::token_form(&code, Some("000000"))).await;
        if tx_code != "000000" {
            assert_eq!(wrong.status, 400);
        }
        assert_eq!(office.province.form("/token", &Province::token_form(&code, Some(&tx_code))).await.status, 200);
        let logged = office.logged("offer.make").await;
        assert_eq!(logged[0].actor, "operator:anna");
        let all = format!("{:?}", office.log().await);
        for secret in [&tx_code, "Tremblay", &code] {
            assert!(!all.contains(secret), "{secret} is in the log");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_said_where_it_is() {
    on_both(async |office: &Office| {
        let mut anna = office.person("anna").await;
        let how = [("language", "en"), ("time", "10m"), ("code", "none")];
        let mut card = card();
        for (name, value) in &mut card {
            match name.as_str() {
                "claim-birthDate" => "21.4.2002".clone_into(value),
                "claim-familyName" => value.clear(),
                "claim-givenName" => "\"><script>alert(1)</script>{{7*7}}".clone_into(value),
                _ => {}
            }
        }
        for (language, sentence) in [("en", "Please correct this"), ("fr", "À corriger")] {
            anna.language = language;
            let page = anna.submit("/operator/offers/ontario-person", &with(&card, &how)).await;
            assert_eq!(page.status, 422);
            assert!(page.text.contains(sentence), "{}", page.text);
            for field in ["birthDate", "familyName"] {
                assert!(page.text.contains(&format!("href=\"#claim-{field}\"")), "{field}");
                assert!(page.text.contains(&format!("id=\"claim-{field}-error\"")), "{field}");
            }
            // What was typed is there again, as a text.
            assert!(!page.text.contains("<script>") && page.text.contains("&#60;script&#62;"), "{}", page.text);
        }
        for (name, value) in [("time", "10y"), ("language", "de"), ("code", "sent"), ("code", "send")] {
            let mut how = how;
            how.iter_mut().filter(|(known, _)| *known == name).for_each(|one| one.1 = value);
            let page = anna.submit("/operator/offers/ontario-person", &with(&card, &how)).await;
            assert_eq!(page.status, 400, "{name}={value}");
        }
        assert_eq!(anna.get("/operator/offers/nothing").await.status, 404);
        assert!(office.logged("offer.make").await.is_empty());
    })
    .await;
}

/// A gateway that takes one call, answers with a status, and gives head and body.
fn gateway(status: &'static str) -> (String, std::thread::JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/sms", listener.local_addr().unwrap());
    let call = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = Vec::new();
        loop {
            let mut some = [0; 4_096];
            let count = stream.read(&mut some).unwrap();
            bytes.extend_from_slice(&some[..count]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n")
                && body.ends_with('}')
            {
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
                return (head.to_owned(), body.to_owned());
            }
        }
    });
    (url, call)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_goes_to_the_person_by_the_gateway_signed() {
    on_both(async |office: &Office| {
        let (url, call) = gateway("204 No Content");
        let sending = office.replica(|settings| settings.codes = Some(Office::gateway(&url))).await;
        let mut anna = sending.person("anna").await;
        let card = card();
        let how = |to| [("language", "fr"), ("time", "1d"), ("code", "send"), ("to", to)];
        let nowhere = anna.submit("/operator/offers/ontario-person", &with(&card, &how(""))).await;
        assert_eq!(nowhere.status, 422);
        assert!(nowhere.text.contains("id=\"to-error\""));
        let made = anna.submit("/operator/offers/ontario-person", &with(&card, &how("+1 613 555-0123"))).await;
        assert_eq!(made.status, 200, "{}", made.text);
        assert!(made.text.contains("on its way") && !made.text.contains("class=\"code\""), "{}", made.text);
        let (head, body) = call.join().unwrap();
        let sent: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((&sent["to"], &sent["language"]), (&"+1 613 555-0123".into(), &"fr".into()));
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap().1.to_owned()
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).unwrap();
        mac.update(format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp")).as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        assert_eq!(header("webhook-signature"), signature);
        let (code, _) = code_of(&mut anna, &made).await;
        let tx_code = sent["code"].as_str().unwrap();
        assert_eq!(office.province.form("/token", &Province::token_form(&code, Some(tx_code))).await.status, 200);
        let log = format!("{:?}", office.log().await);
        assert!(log.contains("offer.send_code") && !log.contains("555-0123") && !log.contains(tx_code), "{log}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_whose_code_was_not_taken_is_withdrawn() {
    on_both(async |office: &Office| {
        let (url, call) = gateway("500 Out of order");
        let sending = office.replica(|settings| settings.codes = Some(Office::gateway(&url))).await;
        let mut anna = sending.person("anna").await;
        let card = card();
        let how = [("language", "fr"), ("time", "1d"), ("code", "send"), ("to", "zoe@example.org")];
        let page = anna.submit("/operator/offers/ontario-person", &with(&card, &how)).await;
        assert!(page.text.contains("The code could not be sent") && !page.text.contains("openid-credential-offer"));
        call.join().unwrap();
        let held = office.database().count_exchanges("subject", "offered", crate::province::now()).await.unwrap();
        assert_eq!(held, 0);
        assert!(office.logged("offer.send_code").await[0].detail.contains("false"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_register_fills_the_form_in() {
    on_both(async |office: &Office| {
        let folder = tempfile::tempdir().unwrap();
        let people = "given_name,family_name,birth_date,card_number,street,city,province,postal_code\n\
            Zoé,Bélanger-Tremblay,2002-04-21,0000-0001-037,197 Imaginary Crescent,Larchville,ON,K9Z 0A1\n";
        std::fs::write(folder.path().join("people.csv"), people).unwrap();
        let file = serde_json::json!({
            "format": "tamarack-citizens/1",
            "wallets": [{"clientId": "w", "title": {"en": "W", "fr": "P"}, "redirectUris": ["https://w.example/"]}],
            "types": [{"type": "ontario-person",
                       "source": {"table": {"file": "people.csv", "key": "card_number", "is": "resident_number"}}}],
        });
        let citizens = Citizens::read(file.to_string().as_bytes(), folder.path()).unwrap();
        let province =
            Province::open_with(&office.province.address, |settings| settings.citizens = Some(Arc::new(citizens)))
                .await;
        let office = Office::with(province, |_| {}, FakeDoor::default());
        let mut anna = office.person("anna").await;
        let form = anna.get("/operator/offers/ontario-person").await;
        assert!(form.text.contains("Fill in from the register") && form.text.contains("resident_number"));
        let path = "/operator/offers/ontario-person/register";
        for nobody in ["", "x", "' OR 1=1 --", "0000-0001-037, 0000"] {
            let page = anna.submit(path, &[("known-0", nobody)]).await;
            assert!(page.text.contains("knows nobody like that") && !page.text.contains("Tremblay"), "{nobody}");
        }
        let page = anna.submit(path, &[("known-0", "0000-0001-037")]).await;
        assert!(page.text.contains("Found.") && page.text.contains("value=\"Bélanger-Tremblay\""), "{}", page.text);
        assert_eq!(anna.submit("/operator/offers/ontario-age/register", &[]).await.status, 404);
        let log = office.logged("register.read").await;
        assert_eq!((log.len(), log[4].actor.as_str()), (5, "operator:anna"));
        assert!(!format!("{log:?}").contains("0000-0001"));
    })
    .await;
}
