//! The three programs with each other: a resident's wallet takes up a province's offers and answers a shop's requests, over
//! HTTP between processes, with SQLite under both services.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests may stop at the first surprise"
)]

#[path = "../../service/tests/verifier/browser.rs"]
#[allow(dead_code, reason = "the browser of the service's tests")]
mod browser;
#[allow(dead_code, reason = "other tests use the rest of it")]
mod programs;
#[path = "services/recognized.rs"]
mod recognized;

use serde_json::{Value, json};

use programs::{CARD, Province, Shop, TypeOf, Wallet, ask, trust_list};

const PERSON: &str = "https://tamarack.example/ontario/vocab#OntarioPersonCredential";
const AGE: &str = "https://tamarack.example/ontario/vocab#OntarioAgeCredential";
const VCT: &str = "https://tamarack.example/ontario/types/person/v1";
/// What stands in every card of these tests and was asked for by nobody.
const UNASKED: [&str; 3] = ["2002-04-21", "Bélanger-Tremblay", "Imaginary Crescent"];

/// Asks for the answer to a question of age.
fn age_query(format: &str, meta: &Value, path: &[&str]) -> Value {
    json!({"credentials": [{"id": "card", "format": format, "meta": meta, "claims": [{"path": path, "values": [true]}]}]})
}

/// The same for a card in JSON-LD.
fn age_of_card() -> Value {
    age_query("ldp_vc", &json!({"type_values": [[PERSON]]}), &["credentialSubject", "ageOver19"])
}

/// A way to secure a card, and how a shop asks for it.
struct Way {
    of: TypeOf,
    claims: &'static str,
    ask: &'static str,
    /// Whether single claims can be shown.
    divisible: bool,
    /// Whether the card is bound to the wallet's key.
    bound: bool,
}

fn ways() -> Vec<Way> {
    let way = |file, name, suite, ask, divisible| {
        let of = TypeOf { file, name, suite };
        Way { of, claims: "person.json", ask, divisible, bound: true }
    };
    let age = TypeOf { file: "age-2.0.json", name: "ontario-age", suite: "bbs-2023" };
    vec![
        way("person-2.0.json", "ontario-person", "eddsa-rdfc-2022", "card", false),
        way("person-2.0.json", "card-jcs", "eddsa-jcs-2022", "card", false),
        way("person-2.0.json", "card-p256", "ecdsa-rdfc-2019", "card-plain", false),
        way("person-2.0.json", "card-sd", "ecdsa-sd-2023", "card-plain", true),
        way("person-2.0.json", "card-bbs", "bbs-2023", "card", true),
        way("person-2.0.json", "card-sd-jwt", "dc+sd-jwt", "sd-jwt", true),
        way("person-1.1.json", "card-jwt", "jwt", "jwt", false),
        Way { of: age, claims: "age.json", ask: "anonymous", divisible: true, bound: false },
    ]
}

/// Encrypted answers (`direct_post.jwt`) but for the ask whose name says otherwise (`direct_post`).
fn asks() -> Vec<Value> {
    let mut plain = ask("card-plain", &age_of_card());
    plain["encrypted"] = json!(false);
    let mut anonymous = age_query("ldp_vc", &json!({"type_values": [[AGE]]}), &["credentialSubject", "ageOver19"]);
    anonymous["credentials"][0]["require_cryptographic_holder_binding"] = json!(false);
    let jwt = json!({"type_values": [["VerifiableCredential", "OntarioPersonCredential"]]});
    vec![
        ask("card", &age_of_card()),
        plain,
        ask("sd-jwt", &age_query("dc+sd-jwt", &json!({"vct_values": [VCT]}), &["ageOver19"])),
        ask("jwt", &age_query("jwt_vc_json", &jwt, &["credentialSubject", "ageOver19"])),
        ask("anonymous", &anonymous),
    ]
}

#[test]
fn every_format_goes_from_an_offer_to_a_verdict() {
    let ways = ways();
    let types: Vec<TypeOf> = ways.iter().map(|way| TypeOf { ..way.of }).collect();
    let province = Province::open(&types, &[]);
    let shop = Shop::open(&province, &asks());
    let wallet = Wallet::new();
    for way in &ways {
        let name = way.of.name;
        wallet.accept(&province.offer(name, way.claims, true), name);
        let begun = shop.begin(way.ask);
        let said = wallet.answer(&begun.wallet, name);
        assert_eq!(said.code, 0, "{name}: {}", said.err);
        assert!(said.err.contains("Your answer was delivered."), "{name}: {}", said.err);
        assert_eq!(said.err.contains("can only be shown whole"), !way.divisible, "{name}: {}", said.err);
        let unasked = way.claims == "person.json" && !way.divisible;
        for claim in UNASKED {
            assert_eq!(said.err.contains(claim), unasked, "{name}: {claim} in {}", said.err);
        }
        let read = shop.read(&begun);
        let (result, shown) = (&read["result"], &read["result"]["presentations"][0]);
        assert_eq!(result["outcome"], "accept", "{name}: {read}");
        assert_eq!(shown["proved"]["claims"][0]["values"], json!([true]), "{name}: {read}");
        assert_eq!(shown["proved"]["issuer"], json!(province.did), "{name}: {read}");
        assert_eq!(shown["proved"]["subject"].is_string(), way.bound, "{name}: {read}");
        assert!(!UNASKED.iter().any(|claim| read.to_string().contains(claim)), "{name}: {read}");
        let check = |id: &str| {
            shown["checks"].as_array().unwrap().iter().any(|check| check["id"] == id && check["result"] == "pass")
        };
        assert!(check("audience") || !way.bound, "{name}: {read}");
        assert_eq!((check("status"), check("holder-binding")), (way.bound, way.bound), "{name}: {read}");
        assert!(shop.read(&begun)["result"]["presentations"][0]["proved"].is_null(), "{name}: handed over once");
    }
    let log = shop.log();
    assert!(!UNASKED.iter().any(|claim| log.contains(claim)) && !log.contains(&province.did), "{log}");
}

#[test]
fn an_offer_is_taken_up_once_with_its_code() {
    let province = Province::open(&[CARD], &[]);
    let wallet = Wallet::new();
    let offer = province.offer(CARD.name, "person.json", true);
    let (link, code) = (offer.link.as_str(), offer.tx_code.as_deref().unwrap());
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let accept = |link: &str, more: &[&str]| {
        let said = wallet.run(&[&["offers", "accept", link, "--out", "card.json"], more].concat());
        assert!(said.code == 0 || !wallet.path("card.json").exists(), "{}", said.err);
        said
    };
    let key = ["--holder-key", "me.jwk"];
    for (link, more, code, told) in [
        // Nothing is requested before the person has agreed, nor without what the request needs.
        (link, [&key[..], &["--tx-code", code]].concat(), 64, "consent.none"),
        (link, [&key[..], &["--yes"]].concat(), 64, "offer.tx_code"),
        (link, vec!["--yes", "--tx-code", code], 64, "offer.holder_key"),
        (link, [&key[..], &["--yes", "--tx-code", wrong]].concat(), 1, "invalid_grant"),
    ] {
        let said = accept(link, &more);
        assert!(said.code == code && said.err.contains(told) && said.out.is_empty(), "{more:?}: {said:?}");
        assert!(said.err.contains("Ontario Photo Card"), "who offers what is said first: {}", said.err);
    }
    // None of it has used the code up.
    let said = accept(link, &[&key[..], &["--yes", "--tx-code", code]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let card = std::fs::read_to_string(wallet.path("card.json")).unwrap();
    assert!(card.contains("Bélanger-Tremblay") && card.contains(&province.did), "{card}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(wallet.path("card.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "personal data is for its owner");
    }
    std::fs::remove_file(wallet.path("card.json")).unwrap();
    let again = accept(link, &[&key[..], &["--yes", "--tx-code", code]].concat());
    assert!(again.code == 1 && again.err.contains("not_found"), "{again:?}");

    // By value, in French; and a link of nobody's.
    let offer = province.offer(CARD.name, "person.json", false);
    let said = accept(&offer.by_value, &[&key[..], &["--yes", "--lang", "fr"]].concat());
    assert!(said.code == 0 && said.err.contains("vous offre : Carte-photo de l’Ontario"), "{said:?}");
    std::fs::remove_file(wallet.path("card.json")).unwrap();
    let (start, _) = offer.link.rsplit_once("%2F").unwrap();
    let said = accept(&format!("{start}%2F{}", "A".repeat(43)), &[&key[..], &["--yes"]].concat());
    assert!(said.code == 1 && said.err.contains("not_found"), "{said:?}");
}

#[test]
fn a_clerk_decides_while_the_wallet_waits() {
    let province = Province::open(&[CARD], &[CARD.name]);
    let wallet = Wallet::new();
    let offer = province.offer(CARD.name, "person.json", true);
    let code = offer.tx_code.as_deref().unwrap();
    let args = ["offers", "accept", &offer.link, "--holder-key", "me.jwk", "--tx-code", code, "--yes"];
    let mut waiting = wallet.command(&[&args[..], &["--out", "card.json", "--wait", "60"]].concat());
    let waiting = waiting.env("LC_ALL", "C").stderr(std::process::Stdio::piped()).spawn().unwrap();
    let id = decide(&province, "approve", &["--clerk", "amelie"]);
    let ended = waiting.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.success() && said.contains("has not decided yet"), "{said}");
    let card = std::fs::read_to_string(wallet.path("card.json")).unwrap();
    assert!(card.contains("Bélanger-Tremblay"), "{card}");
    assert!(province.ok(&["requests", "list", "--all"]).contains(&id));

    // Who does not want to wait, and who is refused.
    let offer = province.offer(CARD.name, "person.json", false);
    let args = ["offers", "accept", &offer.link, "--holder-key", "me.jwk", "--yes", "--out", "none.json"];
    let said = wallet.run(&[&args[..], &["--wait", "0"]].concat());
    assert!(said.code == 69 && said.err.contains("offer.pending"), "{said:?}");
    decide(&province, "refuse", &["--reason", "The photograph is blurred"]);
    let offer = province.offer(CARD.name, "person.json", false);
    let args = ["offers", "accept", &offer.link, "--holder-key", "me.jwk", "--yes", "--out", "none.json"];
    let waiting = wallet.command(&args).env("LC_ALL", "C").stderr(std::process::Stdio::piped()).spawn().unwrap();
    decide(&province, "refuse", &["--reason", "The photograph is blurred"]);
    let ended = waiting.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.code() == Some(1) && said.contains("credential_request_denied"), "{said}");
    assert!(!wallet.path("none.json").exists());
}

/// Waits for a request in the clerk's queue and decides it.
fn decide(province: &Province, how: &str, more: &[&str]) -> String {
    let begun = std::time::Instant::now();
    loop {
        let listed = province.ok(&["requests", "list"]);
        if let Some(id) = listed.split('\t').next().filter(|id| !id.is_empty()) {
            province.ok(&[&["requests", how, id], more].concat());
            return id.to_owned();
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "nothing comes into the queue");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn nothing_is_shown_without_consent_nor_to_somebody_else() {
    let province = Province::open(&[CARD], &[]);
    let mut counter = ask("counter", &age_of_card());
    counter["dcql"]["credentials"][0]["claims"] = json!([
        {"path": ["credentialSubject", "givenName"]},
        {"path": ["credentialSubject", "birthDate"]},
        {"path": ["credentialSubject", "address", "streetAddress"]},
    ]);
    let shop = Shop::open(&province, &[ask("card", &age_of_card()), counter]);
    let other = Shop::open(&province, &[ask("card", &age_of_card())]);
    let wallet = Wallet::new();
    wallet.accept(&province.offer(CARD.name, "person.json", false), "card.json");

    // Asked for more than an age: it is said what, and by whom, and nothing goes out.
    let begun = shop.begin("counter");
    let args = ["requests", "answer", &begun.wallet, "--credential", "card.json", "--holder-key", "me.jwk"];
    let said = wallet.run(&args);
    assert!(said.code == 64 && said.err.contains("consent.none"), "{said:?}");
    for told in ["“Lakeside Store”", "/credentialSubject/address/streetAddress", "197 Imaginary Crescent"] {
        assert!(said.err.contains(told), "{told}: {}", said.err);
    }
    assert_eq!(shop.read(&begun)["state"], "opened");
    #[cfg(target_os = "linux")]
    {
        let said = wallet.at_a_terminal(&args, "n");
        assert!(said.code == 1 && said.err.contains("nothing was sent"), "{said:?}");
        assert_eq!(shop.read(&begun)["state"], "opened");
        let said = wallet.at_a_terminal(&[&args[..], &["--lang", "fr"]].concat(), "oui");
        assert!(said.code == 0 && said.err.contains("« Magasin du lac »"), "{said:?}");
        assert_eq!(shop.read(&begun)["result"]["outcome"], "accept");
    }

    // Once: the request, and what was answered to it.
    let begun = shop.begin("card");
    assert_eq!(wallet.answer(&begun.wallet, "card.json").code, 0);
    let said = wallet.answer(&begun.wallet, "card.json");
    assert!(said.code == 1 && said.err.contains("service.refused"), "{said:?}");
    assert_eq!(shop.read(&begun)["result"]["outcome"], "accept");

    // Whoever asks must be who the link says: another shop, somebody unknown, nobody at all.
    let begun = shop.begin("card");
    let (name, rest) = begun.wallet.split_once("client_id=").unwrap().1.split_once('&').unwrap();
    let others = other.begin("card").wallet;
    let others = others.split_once("client_id=").unwrap().1.split_once('&').unwrap().0.to_owned();
    assert_ne!(name, others);
    for id in
        [others.as_str(), "lakeside-store", "redirect_uri%3Ahttp%3A%2F%2Flocalhost%2F", "x509_san_dns%3Alocalhost"]
    {
        let said = wallet.answer(&format!("openid4vp://?client_id={id}&{rest}"), "card.json");
        assert!(said.code == 65 && said.err.contains("[invalid_request: client_id]"), "{id}: {said:?}");
    }
    let said =
        wallet.answer(&format!("openid4vp://?client_id={name}&request_uri=http%3A%2F%2Flocalhost%3A9%2F"), "card.json");
    assert!(said.code == 69, "{said:?}");
    assert!(matches!(shop.read(&begun)["state"].as_str(), Some("open" | "opened")), "nothing was sent");
}

#[test]
fn a_shop_accepts_no_card_that_is_not_good() {
    let province = Province::open(&[CARD], &[]);
    let stranger = Province::open(&[CARD], &[]);
    let shop = Shop::open(&province, &[ask("card", &age_of_card())]);
    let (wallet, thief) = (Wallet::new(), Wallet::new());
    wallet.accept(&province.offer(CARD.name, "person.json", false), "card.json");
    wallet.accept(&stranger.offer(CARD.name, "person.json", false), "stranger.json");
    wallet.accept(&province.offer(CARD.name, "person.json", false), "revoked.json");
    let revoked: Value = serde_json::from_slice(&std::fs::read(wallet.path("revoked.json")).unwrap()).unwrap();
    province.ok(&["revoke", revoked["id"].as_str().unwrap()]);
    // The service makes a status list anew every five seconds.
    std::thread::sleep(std::time::Duration::from_secs(6));
    std::fs::copy(wallet.path("card.json"), thief.path("card.json")).unwrap();
    let card = std::fs::read_to_string(wallet.path("card.json")).unwrap();
    std::fs::write(wallet.path("younger.json"), card.replace("2002-04-21", "1999-04-21")).unwrap();
    for (who, card, check) in [
        (&wallet, "revoked.json", "status"),
        (&wallet, "stranger.json", "issuer-trusted"),
        (&wallet, "younger.json", "proof"),
        (&thief, "card.json", "holder-binding"),
    ] {
        let begun = shop.begin("card");
        let said = who.answer(&begun.wallet, card);
        // What a shop thinks of a card is not told to whoever shows it; that it is not his is.
        assert_eq!(said.code, i32::from(check == "holder-binding"), "{}", said.err);
        let read = shop.read(&begun);
        assert_eq!(read["result"]["outcome"], "reject", "{card}: {read}");
        let checks = read["result"]["presentations"][0]["checks"].as_array().unwrap();
        let failed = |one: &&Value| one["result"] == "fail";
        assert!(checks.iter().filter(failed).any(|one| one["id"] == check), "{card}: {read}");
        assert!(read["result"]["presentations"][0]["proved"].is_null(), "{card}: {read}");
    }
    let begun = shop.begin("card");
    assert_eq!(wallet.answer(&begun.wallet, "card.json").code, 0);
    assert_eq!(shop.read(&begun)["result"]["outcome"], "accept");
}

#[test]
fn a_wallet_proves_its_key_with_the_servers_nonces_and_reads_signed_metadata() {
    let province = Province::open_with(&[CARD], &[], &["--require-dpop", "--dpop-nonces"]);
    let wallet = Wallet::new();
    wallet.accept(&province.offer(CARD.name, "person.json", true), "card.json");
    // With a trust list, the issuer's metadata is asked for with a signature: of somebody on the list, or it is refused.
    let trust = trust_list(&province);
    let mut other = trust.clone();
    other["issuers"][0]["did"] = json!("did:web:other.example");
    for (name, list, code) in [("trust.json", &trust, 0), ("other.json", &other, 65)] {
        std::fs::write(wallet.path(name), list.to_string()).unwrap();
        let offer = province.offer(CARD.name, "person.json", false);
        let out = format!("card-{name}");
        let args = ["offers", "accept", &offer.link, "--holder-key", "me.jwk", "--yes", "--trust", name, "--out", &out];
        let said = wallet.run(&args);
        assert_eq!(said.code, code, "{name}: {}", said.err);
        assert_eq!(said.err.contains("invalid_metadata"), code != 0, "{name}: {}", said.err);
        assert_eq!(wallet.path(&out).exists(), code == 0, "{name}");
    }
}

#[test]
fn each_verifier_knows_a_card_by_a_pseudonym_of_its_own() {
    let bbs = |name| TypeOf { file: "person-2.0.json", name, suite: "bbs-2023" };
    let types = [bbs("card-bbs"), bbs("card-waits"), CARD];
    let more = ["--bind-secrets", "card-bbs", "--bind-secrets", "card-waits"];
    let province = Province::open_with(&types, &["card-waits"], &more);
    let (shop, other) =
        (Shop::open(&province, &[ask("card", &age_of_card())]), Shop::open(&province, &[ask("card", &age_of_card())]));
    let (wallet, thief) = (Wallet::new(), Wallet::new());
    let accept = |of: &str, more: &[&str]| {
        let offer = province.offer(of, "person.json", false);
        let out = format!("{of}.json");
        wallet.run(&[&["offers", "accept", &offer.link, "--yes", "--out", &out], more].concat())
    };
    // A card that names nobody is bound to no key, and another to no secrets.
    let said = accept("card-bbs", &["--holder-key", "me.jwk"]);
    assert!(said.code == 1 && said.err.contains("invalid_proof"), "{said:?}");
    let said = accept(CARD.name, &["--new-secrets", "none.secrets"]);
    assert!(said.code == 65 && said.err.contains("offer.no_secrets"), "{said:?}");
    assert!(!wallet.path("none.secrets").exists());
    let said = accept("card-bbs", &["--new-secrets", "me.secrets"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let card = std::fs::read_to_string(wallet.path("card-bbs.json")).unwrap();
    assert!(card.contains("bbs-2023") && !card.contains("did:key:"), "{card}");

    let show = |shop: &Shop, card: &str, secrets: &str| {
        let begun = shop.begin("card");
        let args = ["requests", "answer", &begun.wallet, "--credential", card, "--holder-secrets", secrets, "--yes"];
        let said = wallet.run(&args);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(!UNASKED.iter().any(|claim| said.err.contains(claim)), "{}", said.err);
        let read = shop.read(&begun);
        let proved = read["result"]["presentations"][0]["proved"].clone();
        assert_eq!(read["result"]["outcome"], "accept", "{read}");
        assert_eq!(proved["claims"][0]["values"], json!([true]), "{read}");
        assert!(proved["subject"].is_null(), "{read}");
        let pseudonym = proved["pseudonym"].as_str().unwrap().to_owned();
        assert!(!shop.log().contains(&pseudonym) && pseudonym.starts_with('u'), "{pseudonym}");
        pseudonym
    };
    let first = show(&shop, "card-bbs.json", "me.secrets");
    assert_eq!(show(&shop, "card-bbs.json", "me.secrets"), first, "the same visitor");
    assert_ne!(show(&other, "card-bbs.json", "me.secrets"), first, "nobody that the first shop knows");

    // Whoever has the card without its secrets has nothing.
    std::fs::copy(wallet.path("card-bbs.json"), thief.path("card.json")).unwrap();
    let begun = shop.begin("card");
    for more in [&[][..], &["--holder-key", "me.jwk"]] {
        let args = ["requests", "answer", &begun.wallet, "--credential", "card.json", "--yes"];
        let said = thief.run(&[&args[..], more].concat());
        assert!(said.code == 65 && said.err.contains("[proof.binding]"), "{said:?}");
    }
    assert!(matches!(shop.read(&begun)["state"].as_str(), Some("open" | "opened")), "nothing was sent");

    // The commitment waits with the request while a clerk decides.
    let offer = province.offer("card-waits", "person.json", false);
    let args = ["offers", "accept", &offer.link, "--new-secrets", "w.secrets", "--bound-to", "pseudonym", "--yes"];
    let mut waiting = wallet.command(&[&args[..], &["--out", "waited.json"]].concat());
    let waiting = waiting.env("LC_ALL", "C").stderr(std::process::Stdio::piped()).spawn().unwrap();
    decide(&province, "approve", &["--clerk", "amelie"]);
    let ended = waiting.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let waited = show(&shop, "waited.json", "w.secrets");
    assert_ne!(waited, first, "other secrets, another visitor");
}
