//! `tamarack-wallet` with a wallet in a folder, against the real services: offers, requests, history, codes, backup and restore.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests may stop at the first surprise"
)]

#[allow(dead_code, reason = "other tests use the rest of it")]
mod programs;

use std::path::PathBuf;

use serde_json::{Value, json};
use tamarack::verify::Outcome;
use tamarack::{Evidence, EvidenceKind, Policy, Timestamp};
use tamarack_wallet::offline::qr::{Progress, Reader};

use programs::{CARD, Province, Said, Shop, TypeOf, Wallet, ask, trust_list};

const COUNTER: &str = "https://counter.example";
const PERSON: &str = "https://tamarack.example/ontario/vocab#OntarioPersonCredential";

/// A resident with a wallet in the folder `w`.
struct Resident(Wallet);

impl Resident {
    fn new(province: &Province) -> Self {
        let wallet = Wallet::new();
        std::fs::write(wallet.path("trust.json"), trust_list(province).to_string()).unwrap();
        Self(wallet)
    }

    fn run_in(&self, folder: &str, args: &[&str]) -> Said {
        let mut command = self.0.command(args);
        command.args(["--wallet", folder]).env("TAMARACK_PASSPHRASE", "larch needles fall").env("LC_ALL", "C");
        let output = command.stdin(std::process::Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace('\u{a0}', " ");
        Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn run(&self, args: &[&str]) -> Said {
        self.run_in("w", args)
    }

    fn json(&self, args: &[&str]) -> Value {
        let said = self.run(&[args, &["--json"]].concat());
        assert_eq!(said.code, 0, "{args:?}: {}", said.err);
        serde_json::from_str(&said.out).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }
}

fn now() -> Timestamp {
    Timestamp::from_unix(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap())
}

#[test]
fn from_an_offer_to_a_backup_on_another_device() {
    let bbs = TypeOf { file: "person-2.0.json", name: "card-bbs", suite: "bbs-2023" };
    let province = Province::open(&[CARD, bbs], &[]);
    let dcql = json!({"credentials": [{
        "id": "card", "format": "ldp_vc", "meta": {"type_values": [[PERSON]]},
        "claims": [{"path": ["credentialSubject", "ageOver19"], "values": [true]}],
    }]});
    let shop = Shop::open(&province, &[ask("card", &dcql)]);
    let resident = Resident::new(&province);

    // Nothing is taken up without a yes; then the preview was all that happened.
    let offer = province.offer(CARD.name, "person.json", true);
    let code = offer.tx_code.as_deref().unwrap();
    let take = ["offers", "accept", &offer.link, "--trust", "trust.json", "--tx-code", code];
    let said = resident.run(&take);
    assert!(said.code == 64 && said.err.contains("consent.none"), "{said:?}");
    for told in
        ["Ontario Photo Card", "It is on the list of issuers that your wallet trusts", "The issuer does not learn"]
    {
        assert!(said.err.contains(told), "{told}: {}", said.err);
    }
    let said = resident.run(&[&take[..], &["--yes"]].concat());
    assert!(said.code == 0 && said.err.contains("In your wallet: Ontario Photo Card"), "{said:?}");
    let offer = province.offer("card-bbs", "person.json", false);
    assert_eq!(resident.run(&["offers", "accept", &offer.link, "--trust", "trust.json", "--yes"]).code, 0);

    let listed = resident.json(&["credentials", "list"]);
    let all = listed["credentials"].as_array().unwrap();
    assert_eq!(all.len(), 2, "{listed}");
    assert!(all.iter().all(|one| one["issuer"] == json!(province.did) && one["shown"] == 0), "{listed}");

    // The consent screen as text; what tells the least comes first and is what a yes means.
    let begun = shop.begin("card");
    let said = resident.run(&["requests", "answer", &begun.wallet, "--lang", "fr"]);
    assert!(said.code == 64, "{said:?}");
    for told in [
        "« Magasin du lac »",
        "19 ans ou plus : Oui.",
        "personne n’a vérifié ce nom",
        "Si vous dites oui, vous montrez ceci :",
        "Au lieu du choix 1, vous pouvez choisir :",
        "ne peut être montré qu’en entier.",
    ] {
        assert!(said.err.contains(told), "{told}: {}", said.err);
    }
    let said = resident.run(&["requests", "answer", &begun.wallet, "--yes"]);
    assert!(said.code == 0 && said.err.contains("Your answer was delivered."), "{said:?}");
    let read = shop.read(&begun);
    assert_eq!(read["result"]["outcome"], "accept", "{read}");
    assert!(!read.to_string().contains("2002-04-21"), "{read}");
    // Another choice is the person's.
    let whole = |listed: &Value| {
        let all = listed["credentials"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["shown"] == 0).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let id = whole(&resident.json(&["credentials", "list"]));
    let begun = shop.begin("card");
    let choose = format!("card={id}");
    assert_eq!(resident.run(&["requests", "answer", &begun.wallet, "--choose", &choose, "--yes"]).code, 0);
    assert_eq!(shop.read(&begun)["result"]["outcome"], "accept");
    let begun = shop.begin("card");
    let said = resident.run(&["requests", "answer", &begun.wallet, "--choose", "card=nothing", "--yes"]);
    assert!(said.code == 65 && said.err.contains("consent.outside"), "{said:?}");
    let said = resident.run(&["requests", "decline", &begun.wallet]);
    assert!(said.code == 0 && said.err.contains("You said no"), "{said:?}");

    // The history: what was shown to whom, never what it says.
    let said = resident.run(&["history", "--search", "lakeside"]);
    assert_eq!((said.code, said.out.lines().count()), (0, 3), "{said:?}");
    assert!(said.out.contains("19 or older") && !said.out.contains("Bélanger"), "{said:?}");

    // At a counter without a network.
    let listed = resident.json(&["credentials", "list"]);
    let divisible = listed["credentials"].as_array().unwrap().iter().find(|one| one["copies"] == 1).unwrap();
    let args = [
        "credentials",
        "code",
        divisible["id"].as_str().unwrap(),
        "--reveal",
        "/credentialSubject/ageOver19",
        "--audience",
        COUNTER,
        "--nonce",
        "n-1",
        "--page",
        "codes.html",
        "--yes",
    ];
    let codes = resident.json(&args);
    let page = std::fs::read_to_string(resident.path("codes.html")).unwrap();
    assert_eq!(page.matches("<svg role=\"img\" aria-label=\"Code ").count(), codes["codes"].as_array().unwrap().len());
    let mut reader = Reader::new();
    let codes: Vec<&str> = codes["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    let read = codes.iter().map(|code| reader.add(code).unwrap()).last().unwrap();
    let Progress::Complete(shown) = read else { panic!("{read:?}") };
    let text = String::from_utf8(shown.clone()).unwrap();
    assert!(text.contains("ageOver19") && !text.contains("birthDate"), "{text}");
    let mut evidence = Evidence::none();
    let did_url = format!("{}/.well-known/did.json", province.url);
    let lists = serde_json::from_str::<Value>(&text).unwrap()["credentialStatus"].as_array().unwrap().clone();
    let mut wanted = vec![(EvidenceKind::DidDocument, province.did.clone(), did_url)];
    wanted.extend(lists.iter().map(|entry| {
        let url = entry["statusListCredential"].as_str().unwrap().to_owned();
        (EvidenceKind::StatusList, url.clone(), url)
    }));
    let mut with: Vec<String> = Vec::new();
    for (at, (kind, id, url)) in wanted.into_iter().enumerate() {
        let bytes = ureq::get(&url).call().unwrap().body_mut().read_to_vec().unwrap();
        let word = if kind == EvidenceKind::DidDocument { "did-document" } else { "status-list" };
        std::fs::write(resident.path(&format!("piece-{at}")), &bytes).unwrap();
        with.extend(["--evidence".to_owned(), word.to_owned(), id.clone(), format!("piece-{at}")]);
        evidence.insert(kind, id, bytes, now());
    }
    let list = tamarack::trust::TrustList::parse(trust_list(&province).to_string().as_bytes()).unwrap();
    let verdict = tamarack_wallet::offline::verify(
        &shown,
        &Policy::trusting(list).expect_challenge("n-1").expect_domain(COUNTER),
        &evidence,
        now(),
    )
    .unwrap();
    assert_eq!(verdict.outcome(), Outcome::Accept, "{:?}", verdict.checks());
    // The clerk's own program, with what the scanner gave it: in any order, one of them twice, and without a network.
    assert!(codes.len() > 1, "a proof of zero knowledge takes several codes");
    let judge = |codes: &[&str], nonce: &str, more: &[&str]| {
        std::fs::write(resident.path("codes.txt"), codes.join("\n")).unwrap();
        let mut command = std::process::Command::new(programs::program("tamarack-verifier"));
        command.current_dir(resident.path("")).env("LC_ALL", "C").stdin(std::process::Stdio::null());
        command.args(["verify", "--offline", "--trust", "trust.json", "--challenge", nonce, "--domain", COUNTER]);
        let output = command.args(more).args(&with).arg("codes.txt").output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace('\u{a0}', " ");
        (output.status.code().unwrap(), text(output.stdout) + &text(output.stderr))
    };
    let mut scanned: Vec<&str> = codes.iter().rev().copied().collect();
    scanned.push(codes[0]);
    let (code, said) = judge(&scanned, "n-1", &["--claims"]);
    assert!(code == 0 && said.contains("ageOver19"), "{said}");
    let (code, said) = judge(&scanned, "another", &[]);
    assert_eq!(code, 1, "a copy of a showing to somebody else: {said}");
    let (code, said) = judge(&codes[1..], "n-1", &["--lang", "fr"]);
    assert!(code == 65 && said.contains("À balayer encore : 1."), "{said}");
    let mut damaged = codes[0].to_owned();
    damaged.replace_range(60..61, if &codes[0][60..61] == "A" { "B" } else { "A" });
    let (code, said) = judge(&[&[damaged.as_str()][..], &codes[1..]].concat(), "n-1", &[]);
    assert!(code == 65 && said.contains("codes.malformed"), "{said}");

    // A backup, and another device.
    let made = resident.json(&["backup", "--out", "wallet.age"]);
    assert!(made["credentials"].as_u64().unwrap() > 2, "copies are in it: {made}");
    std::fs::write(resident.path("phrase.txt"), made["phrase"].as_str().unwrap()).unwrap();
    let file = std::fs::read(resident.path("wallet.age")).unwrap();
    assert!(!file.windows(8).any(|bytes| bytes == "Tremblay".as_bytes()));
    let said = resident.run_in("other", &["restore", "wallet.age", "--phrase-file", "phrase.txt"]);
    assert!(said.code == 0 && said.err.contains("credentials are back"), "{said:?}");
    let begun = shop.begin("card");
    assert_eq!(resident.run_in("other", &["requests", "answer", &begun.wallet, "--yes"]).code, 0);
    assert_eq!(shop.read(&begun)["result"]["outcome"], "accept");
    // Another passphrase opens nothing, and a folder without a wallet is none.
    let said = resident.run_in("none", &["credentials", "list"]);
    assert!(said.code == 64 && said.err.contains("store.missing"), "{said:?}");
    std::fs::write(resident.path("wrong"), "spruce").unwrap();
    let said = resident.run(&["credentials", "list", "--passphrase-file", "wrong"]);
    assert!(said.code == 64 && said.err.contains("store.wrong_key"), "{said:?}");
}

#[test]
fn what_was_told_once_stands_until_it_is_withdrawn() {
    let bbs = TypeOf { file: "person-2.0.json", name: "card-bbs", suite: "bbs-2023" };
    let province = Province::open(&[bbs], &[]);
    let claim = |id: &str| json!({"id": id, "path": ["credentialSubject", id]});
    let dcql = json!({"credentials": [{
        "id": "card", "format": "ldp_vc", "meta": {"type_values": [[PERSON]]},
        "claims": [claim("birthDate"), claim("ageOver19")], "claim_sets": [["birthDate"], ["ageOver19"]],
    }]});
    let mut login = ask("login", &json!({}));
    login.as_object_mut().unwrap().remove("dcql");
    login["idToken"] = json!(true);
    let mut both = ask("both", &dcql);
    both["idToken"] = json!(true);
    let shop = Shop::open(&province, &[ask("card", &dcql), login, both]);
    let resident = Resident::new(&province);
    let offer = province.offer("card-bbs", "person.json", false);
    assert_eq!(resident.run(&["offers", "accept", &offer.link, "--trust", "trust.json", "--yes"]).code, 0);
    let listed = resident.json(&["credentials", "list"]);
    let id = listed["credentials"][0]["id"].as_str().unwrap().to_owned();

    // Who asks and why; who that is, the person's own list says. What tells least is proposed; the birth date is their choice.
    let begun = shop.begin("card");
    let client = begun.wallet.split_once("client_id=").unwrap().1.split_once('&').unwrap().0;
    let client = client.replace("%3A", ":").replace("%2F", "/").replace("%25", "%");
    let known =
        json!({"verifiers": [{"client_id": client, "name": {"en": "The Known Store", "fr": "Le Magasin connu"}}]});
    std::fs::write(resident.path("known.json"), known.to_string()).unwrap();
    let answer = ["requests", "answer", &begun.wallet, "--verifiers", "known.json"];
    for (lang, told) in [
        ("en", ["The Known Store asks you for information. Your wallet knows who that is.", "Choice 2, from"]),
        ("fr", ["Le Magasin connu vous demande des renseignements.", "Choix 2, du "]),
    ] {
        let said = resident.run(&[&answer[..], &["--lang", lang]].concat());
        assert!(said.code == 64 && said.err.contains("consent.none"), "{said:?}");
        for told in told {
            assert!(said.err.contains(told), "{told}: {}", said.err);
        }
    }
    let said = resident.run(&[&answer[..], &["--choose", "2", "--yes"]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(shop.read(&begun)["result"].to_string().contains("2002-04-21"));
    let begun = shop.begin("card");
    for choice in [format!("card={id}:3"), "3".to_owned()] {
        let said = resident.run(&["requests", "answer", &begun.wallet, "--choose", &choice, "--yes"]);
        assert!(said.code == 65 && said.err.contains("consent.outside"), "{said:?}");
    }

    // A consent for a month: nobody is asked the second time, and everybody once it is withdrawn.
    let said = resident.json(&["requests", "answer", &begun.wallet, "--yes", "--remember", "30"]);
    let receipt = said["receipt"].as_str().unwrap().to_owned();
    let read = shop.read(&begun);
    assert!(read["result"]["outcome"] == "accept" && !read.to_string().contains("2002-04-21"), "{read}");
    let begun = shop.begin("card");
    let said = resident.run(&["requests", "answer", &begun.wallet]);
    assert!(said.code == 0 && said.err.contains("Your consent stands until"), "{said:?}");
    assert_eq!(shop.read(&begun)["result"]["outcome"], "accept");
    let said = resident.run(&["receipts", "list", "--lang", "fr"]);
    assert!(said.out.starts_with(&receipt) && said.out.contains("vaut jusqu’au"), "{said:?}");
    let shown = resident.run(&["receipts", "show", &receipt]);
    let record = tamarack_wallet::receipts::Receipt::verify(shown.out.trim()).unwrap();
    assert_eq!(record.controller(), client);
    let said = resident.run(&["receipts", "withdraw", &receipt]);
    assert!(said.code == 64 && said.err.contains("consent.none"), "{said:?}");
    let said = resident.run(&["receipts", "withdraw", &receipt, "--yes"]);
    let withdrawn = tamarack_wallet::receipts::Receipt::verify(said.out.trim()).unwrap();
    assert!(said.code == 0 && withdrawn.is_withdrawn(), "{said:?}");
    let begun = shop.begin("card");
    let said = resident.run(&["requests", "answer", &begun.wallet]);
    assert!(said.code == 64 && said.err.contains("consent.none"), "{said:?}");

    // Signing in, with the wallet's key for this shop, and beside a showing; and with a key in a file.
    let subject = |args: &[&str], ask: &str| {
        let begun = shop.begin(ask);
        let said = resident.run(&[&["requests", "answer", &begun.wallet, "--yes"], args].concat());
        assert_eq!(said.code, 0, "{ask}: {}", said.err);
        let read = shop.read(&begun);
        assert_eq!(read["result"]["outcome"], "accept", "{read}");
        read["result"]["idToken"]["subject"].as_str().unwrap_or_else(|| panic!("{read}")).to_owned()
    };
    let own = subject(&[], "login");
    assert_eq!(own, subject(&[], "both"));
    let key = ["--holder-key", "me.jwk"];
    let (named, again) = (subject(&key, "login"), subject(&key, "login"));
    assert!(named == again && named != own && named.starts_with("did:key:"), "{named}");

    // States by whole lists, and nothing that could be renewed.
    let refreshed = resident.json(&["credentials", "refresh"]);
    assert_eq!(refreshed["credentials"][0]["condition"], "good", "{refreshed}");
    let next = refreshed["next"].as_str().unwrap();
    assert_eq!(resident.json(&["credentials", "refresh", "--if-due"])["next"].as_str(), Some(next));
    assert_eq!(resident.run(&["credentials", "renew"]).code, 0);

    // Deleting, at the person's word.
    let said = resident.run(&["credentials", "delete", &id]);
    assert!(said.code == 64 && said.err.contains("consent.none"), "{said:?}");
    assert_eq!(resident.run(&["credentials", "delete", &id, "--yes"]).code, 0);
    assert_eq!(resident.json(&["credentials", "list"])["credentials"], json!([]));
    let said = resident.run(&["history", "--credential", &id]);
    assert!(said.out.lines().next().unwrap().contains("You deleted a credential"), "{said:?}");

    // The history is the person's to take along and to delete.
    let exported = resident.run(&["history", "export"]);
    let exported: Value = serde_json::from_str(&exported.out).unwrap();
    let entries = exported["entries"].as_array().unwrap();
    assert!(entries.iter().any(|entry| entry["consent"] == json!(receipt)), "{exported}");
    assert!(!exported.to_string().contains("2002-04-21"));
    let page = ["history", "export", "--format", "page", "--out", "history.html", "--lang", "fr"];
    assert_eq!(resident.run(&page).code, 0);
    let page = std::fs::read_to_string(resident.path("history.html")).unwrap();
    assert!(page.contains("lang=\"fr-CA\"") && page.contains("Vous avez supprimé un justificatif"), "{page}");
    let first = entries[0]["id"].as_str().unwrap();
    assert_eq!(resident.run(&["history", "delete", "nothing", "--yes"]).code, 65);
    assert_eq!(resident.json(&["history", "delete", first, "--yes"])["deleted"], 1);
    assert_eq!(resident.json(&["history", "delete", "--all", "--yes"])["deleted"], json!(entries.len() - 1));
    assert_eq!(resident.run(&["history"]).out, "");
}
