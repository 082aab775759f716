//! What the program says to people: where a fault is, what it is about, and what to do, in both languages.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a test may stop at the first surprise; not every helper is used by every test"
)]

mod common;

use common::{Issuer, example};
use serde_json::Value;

fn store() -> Issuer {
    Issuer::new("did:web:id.ontario.example")
}

fn stderr(issuer: &Issuer, args: &[&str]) -> String {
    let output = issuer.run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stderr).unwrap()
}

fn write(issuer: &Issuer, name: &str, text: &str) -> String {
    std::fs::write(issuer.path(name), text).unwrap();
    issuer.text(name)
}

#[test]
fn the_place_of_a_fault_is_shown() {
    let issuer = store();
    let claims = write(&issuer, "claims.json", r#"{"bogus":"Secret-Name"}"#);
    let args = ["issue", "--type", "ontario-person", "--claims", &claims];
    for (lang, place) in [("en", "\n  at /"), ("fr", "\n  à /")] {
        let said = issuer.fails(65, &[&args[..], &["--lang", lang]].concat());
        assert!(said.contains(place) && said.contains("[issue.claim]") && !said.contains("Secret-Name"), "{said}");
    }
    let output = issuer.run(&[&args[..], &["--json"]].concat());
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(error["error"]["pointer"].as_str().unwrap().starts_with('/'), "{error}");
    assert!(error["error"]["about"].is_string(), "{error}");
}

#[test]
fn bad_rows_are_told_in_the_language_and_without_values() {
    let issuer = store();
    let head = "given_name,family_name,birth_date,card_number,street,city,province,postal_code";
    let row = |born: &str| format!("Zoé,Tremblay,{born},0000-0001-002,1 Larch Street,Larchville,ON,K9Z 0A1");
    let csv = write(&issuer, "people.csv", &format!("{head}\n{}\n{}\n", row("1990-01-02"), row("Secret-Day")));
    let out = issuer.text("all.ndjson");
    let batch = ["batch", "--type", "ontario-person", "--csv", &csv, "--out", &out];
    let english = issuer.fails(1, &batch);
    let says = "line 3, at /birthDate: A claim is missing, unknown or malformed (a day as YYYY-MM-DD is needed). [issue.claim]";
    assert!(english.contains(says), "{english}");
    assert!(english.contains("1 credential issued, 1 row refused.") && !english.contains("Secret-Day"), "{english}");
    // Once more: nothing is issued, and nothing else is said.
    let french = issuer.fails(1, &[&batch[..], &["--lang", "fr"]].concat());
    let says = "ligne 3, à /birthDate\u{a0}: Un renseignement manque";
    assert!(french.contains(says) && french.contains("(il faut un jour de la forme AAAA-MM-JJ)"), "{french}");
    assert!(french.contains("0 justificatif délivré, 1 ligne refusée") && french.contains("2 lignes"), "{french}");
    let again: Value = serde_json::from_slice(&issuer.run(&[&batch[..], &["--json"]].concat()).stdout).unwrap();
    assert_eq!((&again["issued"], &again["earlier"], &again["rows"]), (&0.into(), &2.into(), &2.into()), "{again}");
    assert!(again["refused"][0]["message"]["fr"].as_str().unwrap().starts_with("Un renseignement"), "{again}");
    // Written to another place, it is still the same batch.
    let copy = issuer.text("copy.ndjson");
    let copied = issuer.fails(1, &["batch", "--type", "ontario-person", "--csv", &csv, "--out", &copy]);
    assert!(copied.contains("0 credentials issued") && copied.contains("2 rows were done"), "{copied}");
}

#[test]
fn json_is_one_value_and_lists_are_arrays() {
    let issuer = store();
    let array = |args: &[&str]| -> Vec<Value> { serde_json::from_str(&issuer.ok(args)).unwrap() };
    let folder = issuer.text("status");
    assert!(array(&["list", "--json"]).is_empty());
    assert!(array(&["status", "publish", "--out", &folder, "--json"]).is_empty());
    for _ in 0..2 {
        issuer.ok(&["issue", "--type", "ontario-person", "--claims", &example("claims/person.json")]);
    }
    let ids = array(&["list", "--json"]);
    assert!(ids.len() == 2 && ids[0]["id"] != ids[1]["id"], "{ids:?}");
    let lists = array(&["status", "publish", "--out", &folder, "--json"]);
    assert_eq!(lists.len(), 3);
    assert!(lists.iter().all(|list| std::path::Path::new(list["file"].as_str().unwrap()).exists()));
}

#[test]
fn a_token_of_another_version_is_refused_by_name() {
    let issuer = store();
    let claims = example("claims/person.json");
    let issue =
        |suite: &str| ["issue", "--type", "ontario-person", "--claims", &claims, "--suite", suite].map(String::from);
    let fails = |args: &[String]| issuer.fails(64, &args.iter().map(String::as_str).collect::<Vec<_>>());
    let said = fails(&issue("jwt"));
    for part in ["suite.version", "The suite jwt is for version 1.1", "this is of version 2.0", "Use vc+jwt"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(fails(&issue("vp+jwt")).contains("usage.value_not_offered"));
    issuer.ok(&["type", "add", &example("types/person-1.1.json")]);
    let name = array_names(&issuer).into_iter().find(|name| name != "ontario-person").unwrap();
    for suite in ["vc+jwt", "vc+sd-jwt"] {
        let said = issuer.fails(64, &["issue", "--type", &name, "--claims", &claims, "--suite", suite, "--lang", "fr"]);
        assert!(said.contains("suite.version") && said.contains("ceci est de la version 1.1"), "{said}");
        assert!(said.contains("Prenez jwt"), "{said}");
    }
    let file = write(&issuer, "unsigned.json", &unsigned("did:web:id.ontario.example"));
    assert!(issuer.fails(64, &["sign", "--suite", "vp+jwt", &file]).contains("suite.presentation"));
    assert!(issuer.fails(64, &["sign", "--suite", "jwt", &file]).contains("suite.version"));
    issuer.ok(&["sign", "--suite", "vc+jwt", &file]);
}

#[test]
fn what_a_document_lacks_for_its_suite_is_said() {
    let issuer = Issuer::new("did:key");
    let did = serde_json::from_str::<Value>(&issuer.ok(&["did"])).unwrap()["id"].as_str().unwrap().to_owned();
    let plain = unsigned(&did);
    let file = write(&issuer, "unsigned.json", &plain);
    let said = issuer.fails(64, &["sign", "--suite", "dc+sd-jwt", &file]);
    assert!(said.contains("suite.vct") && said.contains("“vct”") && !said.contains("type file"), "{said}");
    let mut typed: Value = serde_json::from_str(&plain).unwrap();
    typed["vct"] = "https://vocab.example/person".into();
    assert!(
        issuer.ok(&["sign", "--suite", "dc+sd-jwt", &write(&issuer, "typed.json", &typed.to_string())]).contains('~')
    );

    let mut other: Value = serde_json::from_str(&plain).unwrap();
    let context = "https://www.w3.org/ns/credentials/v2";
    for (digest, good) in [
        ("WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=", true),
        ("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", false),
    ] {
        other["relatedResource"] = serde_json::json!([{ "id": context, "digestSRI": format!("sha256-{digest}") }]);
        let file = write(&issuer, "related.json", &other.to_string());
        let args = ["sign", "--suite", "eddsa-rdfc-2022", &file];
        if good {
            issuer.ok(&args);
        } else {
            let said = issuer.fails(65, &args);
            assert!(said.contains("resource.digest") && said.contains("/relatedResource/0"), "{said}");
        }
    }
}

/// What the issuer makes mandatory is in every showing, and only suites that know it take it.
#[test]
fn claims_are_made_mandatory() {
    for (kind, suite) in [("P-256", "ecdsa-sd-2023"), ("BLS12-381-G2", "bbs-2023")] {
        let issuer = store();
        issuer.ok(&["key", "new", "--kind", kind]);
        let file = write(&issuer, "unsigned.json", &unsigned("did:web:id.ontario.example"));
        let sign = ["sign", "--suite", suite, &file, "--mandatory"];
        let both = ["/issuer", "--mandatory", "/credentialSubject/givenName"];
        let signed = issuer.ok(&[&sign[..], &both[..]].concat());
        let held = tamarack::present::Held::parse(signed.as_bytes()).unwrap();
        let mandatory: Vec<String> = held
            .disclosable()
            .into_iter()
            .filter(|claim| claim.exposure == tamarack::present::Exposure::Mandatory)
            .map(|claim| claim.pointer)
            .collect();
        assert_eq!(mandatory, ["/issuer", "/credentialSubject/givenName"], "{suite}");
        let said = issuer.fails(65, &[&sign[..], &["/credentialSubject/shoeSize"]].concat());
        assert!(said.contains("disclosure.pointer"), "{said}");
    }
    let issuer = store();
    let file = write(&issuer, "unsigned.json", &unsigned("did:web:id.ontario.example"));
    for suite in ["eddsa-rdfc-2022", "BbsBlsSignature2020", "vc+jwt"] {
        let said = issuer.fails(64, &["sign", "--suite", suite, "--mandatory", "/issuer", &file]);
        assert!(said.contains("suite.mandatory") && said.contains(suite), "{said}");
    }
}

/// A presentation is a presentation under either name of the suite: `vp+jwt` stands in its header.
#[test]
fn a_presentation_becomes_a_presentation_token() {
    use tamarack::{Evidence, Policy, Timestamp, Verdict};
    let issuer = Issuer::new("did:key");
    let did = serde_json::from_str::<Value>(&issuer.ok(&["did"])).unwrap()["id"].as_str().unwrap().to_owned();
    let credential = issuer.ok(&["sign", "--suite", "vc+jwt", &write(&issuer, "unsigned.json", &unsigned(&did))]);
    let presentation = serde_json::json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "holder": did,
        "verifiableCredential": [{
            "@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
            "id": format!("data:application/vc+jwt,{}", credential.trim()),
        }],
    });
    let file = write(&issuer, "presentation.json", &presentation.to_string());
    let now = Timestamp::from_unix(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap());
    let judge = |token: &str| -> Verdict {
        let policy = Policy::insecure_trust_any_issuer().expect_challenge("n-1").expect_domain("shop.example");
        let policy = policy.weaken_holder_may_differ();
        tamarack::verify(token.trim().as_bytes(), &policy, &Evidence::none(), now).unwrap()
    };
    for suite in ["vc+jwt", "vp+jwt"] {
        let args = ["sign", "--suite", suite, "--challenge", "n-1", "--domain", "shop.example", &file];
        let token = issuer.ok(&args);
        let header = tamarack::encoding::base64url_decode(token.split('.').next().unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        assert_eq!((&header["typ"], &header["cty"]), (&"vp+jwt".into(), &"vp".into()), "{suite}");
        let verdict = judge(&token);
        assert_eq!(verdict.outcome(), tamarack::Outcome::Accept, "{:?}", verdict.checks());
    }
    // A token of the other version, and a suite that has no presentations.
    assert!(issuer.fails(64, &["sign", "--suite", "jwt", &file]).contains("suite.version"));
    assert!(issuer.fails(65, &["sign", "--suite", "dc+sd-jwt", &file]).contains("input.not_a_credential"));
}

/// What a context can do and a signature over quads cannot: the words are for whoever signs as well.
#[test]
fn members_without_a_name_of_their_own_are_told() {
    let issuer = store();
    let document = |context: &str, subject: &str| {
        format!(
            r#"{{"@context":["https://www.w3.org/ns/credentials/v2",{context}],"type":["VerifiableCredential"],
            "issuer":"did:web:id.ontario.example","credentialSubject":{{"id":"did:example:zoe",{subject}}}}}"#
        )
    };
    for (context, subject, place) in [
        (r#"{"label":"urn:x:n"}"#, r#""@nest":{"label":"Zoé"}"#, "/credentialSubject/@nest"),
        (r#"{"label":"urn:x:n","part":"@nest"}"#, r#""part":{"label":"Zoé"}"#, "/credentialSubject/part"),
        (r#"{"label":"urn:x:n"}"#, r#""label":{"@set":["Zoé"]}"#, "/credentialSubject/label/@set"),
        (
            r#"{"label":"urn:x:n","friend":{"@id":"urn:x:f","@container":"@id"}}"#,
            r#""friend":{"did:example:ann":{"label":"Ann"}}"#,
            "/credentialSubject/friend/did:example:ann",
        ),
    ] {
        let file = write(&issuer, "unsigned.json", &document(context, subject));
        let english = issuer.fails(65, &["sign", "--suite", "eddsa-rdfc-2022", &file]);
        assert!(english.contains("[jsonld.not_a_term]") && english.contains(place), "{english}");
        assert!(english.contains("To sign it: name each member by a term"), "{english}");
        let french = issuer.fails(65, &["sign", "--suite", "eddsa-rdfc-2022", "--lang", "fr", &file]);
        assert!(french.contains("Pour signer\u{a0}: nommez chaque membre"), "{french}");
        // A signature over the text covers the members as they are written.
        issuer.ok(&["sign", "--suite", "eddsa-jcs-2022", &file]);
    }
}

/// The system's own words are English, whatever the language.
#[test]
fn why_the_system_refused_is_said_in_the_language() {
    let issuer = store();
    let (missing, out) = (issuer.text("missing.csv"), issuer.text("out.ndjson"));
    let batch = ["batch", "--type", "ontario-person", "--csv", &missing, "--out", &out];
    for (lang, says) in [("en", "it does not exist"), ("fr", "il n’existe pas")] {
        let said = issuer.fails(64, &[&batch[..], &["--lang", lang]].concat());
        assert!(said.contains(says) && said.contains("[batch.unreadable]") && !said.contains("os error"), "{said}");
    }
    let taken = write(&issuer, "taken", "a file where a folder is needed");
    issuer.ok(&["issue", "--type", "ontario-person", "--claims", &example("claims/person.json")]);
    let said = issuer.fails(64, &["status", "publish", "--out", &taken, "--lang", "fr"]);
    assert!(said.contains("[batch.unwritable]") && said.contains("il y a déjà quelque chose"), "{said}");
    assert!(!said.contains("os error"), "{said}");
}

fn array_names(issuer: &Issuer) -> Vec<String> {
    let types: Vec<Value> = serde_json::from_str(&issuer.ok(&["type", "list", "--json"])).unwrap();
    types.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

fn unsigned(did: &str) -> String {
    format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://tamarack.example/ontario/health/v1"],
        "type":["VerifiableCredential"],"issuer":"{did}",
        "credentialSubject":{{"id":"did:example:zoe","type":"OntarioInsuredPerson","givenName":"Zoé"}}}}"#
    )
}

#[test]
fn a_fraction_of_a_second_is_not_lost_without_a_word() {
    let issuer = store();
    let file = write(&issuer, "unsigned.json", &unsigned("did:web:id.ontario.example"));
    let sign =
        |created: &'static str| ["sign", "--suite", "eddsa-jcs-2022", "--created", created, &file].map(String::from);
    let args = sign("2025-01-01T00:00:00.123+05:00");
    let said = issuer.fails(64, &args.each_ref().map(String::as_str));
    assert!(said.contains("time.fraction") && said.contains("whole seconds"), "{said}");
    let signed = issuer.ok(&sign("2025-01-01T00:00:00+05:00").each_ref().map(String::as_str));
    assert!(signed.contains(r#""created":"2024-12-31T19:00:00Z""#), "{signed}");
}

#[test]
fn in_a_store_of_did_key_each_key_is_a_did() {
    let issuer = Issuer::new("did:key");
    let made = issuer.run(&["key", "new"]);
    let method = String::from_utf8(made.stdout).unwrap();
    let did = method.split('#').next().unwrap().to_owned();
    let said = String::from_utf8(made.stderr).unwrap();
    assert!(said.contains(&format!("Its DID is {did}.")) && !said.contains("Publish"), "{said}");
    let document = |args: &[&str]| serde_json::from_str::<Value>(&issuer.ok(args)).unwrap()["id"].clone();
    assert_eq!(document(&["did"]), did.as_str());
    assert!(stderr(&issuer, &["did"]).contains("There is 1 more key"), "said on stderr");
    let keys: Vec<Value> = serde_json::from_str(&issuer.ok(&["key", "list", "--json"])).unwrap();
    let first = keys[0]["verificationMethod"].as_str().unwrap().split('#').next().unwrap().to_owned();
    assert_eq!(document(&["did", "--key", "1"]), first.as_str());
    assert_ne!(first, did);
    // The key that a document names signs it, whether it is the current one of its kind or not.
    issuer.ok(&["key", "new", "--kind", "P-256"]);
    for did in [&first, &did] {
        let file = write(&issuer, "unsigned.json", &unsigned(did));
        let output = issuer.run(&["sign", "--suite", "eddsa-jcs-2022", &file]);
        let signed: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(signed["proof"]["verificationMethod"].as_str().unwrap().starts_with(did.as_str()), "{signed}");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(issuer.fails(65, &["sign", "--suite", "ecdsa-jcs-2019", &file]).contains("key.wrong_suite"));
    }
    let said = stderr(&issuer, &["key", "retire", "1"]);
    assert!(said.contains("cannot be taken back") && said.contains(&first), "{said}");
    assert!(issuer.fails(64, &["did", "--key", "1"]).contains("key.retired"));
    assert!(store().fails(64, &["did", "--key", "1"]).contains("did.one_document"));
}

#[test]
fn keys_of_a_did_web_are_published_and_known_ones_are_named() {
    let issuer = store();
    let said = stderr(&issuer, &["key", "new"]);
    assert!(said.contains("Publish the DID document again (did) before the key is used"), "{said}");
    let said = stderr(&issuer, &["key", "retire", "1"]);
    assert!(said.contains("until then") && !said.contains("before the key is used"), "{said}");
    let secret = tamarack::keys::SecretKey::generate(tamarack::keys::KeyType::P256).unwrap();
    let file = write(&issuer, "key.jwk", &secret.expose_jwk());
    issuer.ok(&["key", "import", &file]);
    let said = issuer.fails(64, &["key", "import", &file]);
    assert!(said.contains("key.known") && said.contains("number 3") && !said.contains("--replace"), "{said}");
    let local = Issuer::new("did:web:localhost%3A18080");
    assert!(stderr(&local, &["did"]).contains("Publish it at http://localhost:18080/.well-known/did.json"));
}

#[test]
fn what_is_not_there_is_named_as_it_was_typed() {
    let issuer = store();
    let claims = example("claims/person.json");
    for (says, hint, args) in [
        ("no credential named “nope”", "See list.", &["show", "nope"][..]),
        ("no credential named “nope”", "See list.", &["revoke", "nope"]),
        ("no key named “77”", "See key list.", &["key", "retire", "77"]),
        ("no credential type named “x”", "See type list.", &["issue", "--type", "x", "--claims", &claims]),
    ] {
        let said = issuer.fails(64, args);
        assert!(said.contains(says) && said.contains(hint) && !said.contains("urn:uuid"), "{said}");
    }
    assert!(issuer.fails(64, &["show", "nope", "--lang", "fr"]).contains("aucun justificatif du nom de"));
}

#[test]
fn a_type_is_told_each_advice_once_the_gravest_first() {
    let issuer = store();
    let said = stderr(&issuer, &["type", "show", "ontario-person"]);
    let advice: Vec<&str> = said.lines().filter(|line| line.contains('→')).collect();
    let once: std::collections::BTreeSet<(&str, bool)> = advice.iter().map(|line| (*line, true)).collect();
    assert!(advice.len() > 1 && advice.len() - once.len() <= 1, "{said}");
    let narrows = said.find("narrows down").unwrap_or(said.len());
    assert!(said.rfind("for certain").unwrap() < narrows, "{said}");
    assert!(issuer.ok(&["completions", "--help"]).contains("<(tamarack-issuer completions bash)"));
}
