//! `issue` with every suite of selective disclosure, and bound to a secret of the holder: what comes out is what a holder can
//! show and a verifier accepts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

mod common;

use common::{Issuer, example};
use serde_json::Value;
use tamarack::jsonld::Contexts;
use tamarack::present::{Binding, Held, Selection, present};
use tamarack::proof::{BoundSecrets, BoundTo};
use tamarack::{Code, Evidence, EvidenceKind, Outcome, Policy, SystemRandomness, Timestamp, Verdict, verify};

const DID: &str = "did:web:id.ontario.example";
const SHOP: &str = "https://shop.example";

fn now() -> Timestamp {
    Timestamp::from_unix(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap())
}

/// An issuer with a key for every suite.
fn issuer() -> Issuer {
    let issuer = Issuer::new(DID);
    issuer.ok(&["key", "new", "--kind", "P-256"]);
    issuer.ok(&["key", "new", "--kind", "BLS12-381-G2"]);
    issuer.ok(&["type", "add", &example("types/person-1.1.json")]);
    issuer
}

/// What a verifier fetches: the DID document and the status lists.
fn published(issuer: &Issuer) -> Evidence {
    let mut evidence = Evidence::none();
    evidence.insert(EvidenceKind::DidDocument, DID, issuer.ok(&["did"]).into_bytes(), now());
    for line in issuer.ok(&["status", "publish", "--out", &issuer.text("lists")]).lines() {
        let (path, url) = line.split_once('\t').unwrap();
        evidence.insert(EvidenceKind::StatusList, url, std::fs::read(path).unwrap(), now());
    }
    evidence
}

fn judge(text: &str, policy: &Policy, evidence: &Evidence) -> Verdict {
    verify(text.trim().as_bytes(), policy, evidence, now()).unwrap()
}

fn codes(verdict: &Verdict) -> Vec<Code> {
    verdict.checks().iter().filter_map(tamarack::verify::Check::code).collect()
}

#[test]
fn every_suite_can_be_shown_in_part() {
    let issuer = issuer();
    let claims = example("claims/person.json");
    let any = Policy::insecure_trust_any_issuer();
    let mut issued = Vec::new();
    for (type_name, suite) in [
        ("ontario-person", "bbs-2023"),
        ("ontario-person", "ecdsa-sd-2023"),
        ("ontario-person", "BbsBlsSignature2020"),
        ("ontario-person", "dc+sd-jwt"),
        ("ontario-person", "vc+sd-jwt"),
        ("ontario-person-1.1", "bbs-2023"),
        ("ontario-person-1.1", "ecdsa-sd-2023"),
        ("ontario-person-1.1", "BbsBlsSignature2020"),
        ("ontario-person-1.1", "dc+sd-jwt"),
    ] {
        let out = issuer.text("card");
        let args = ["issue", "--type", type_name, "--claims", &claims, "--suite", suite, "--out", &out, "--json"];
        let told: Value = serde_json::from_str(&issuer.ok(&args)).unwrap();
        let card = std::fs::read_to_string(&out).unwrap();
        // What is kept is what was given out.
        assert_eq!(issuer.ok(&["show", told["id"].as_str().unwrap()]), card, "{suite}");
        issued.push((type_name, suite, told["id"].as_str().unwrap().to_owned(), card));
    }
    let evidence = published(&issuer);
    let document: Value = serde_json::from_str(&issuer.ok(&["did"])).unwrap();
    let key_of = |suite: &str| match suite {
        "bbs-2023" | "BbsBlsSignature2020" => "zUC7",
        "ecdsa-sd-2023" => "zDn",
        _ => "z6Mk",
    };
    for (type_name, suite, _, card) in &issued {
        let what = format!("{suite} of {type_name}");
        assert!(document.to_string().contains(key_of(suite)), "{what}");
        // The holder judges what was received; a base proof is not for a verifier.
        let verdict = judge(card, &any.clone().as_holder(), &evidence);
        assert_eq!(verdict.outcome(), Outcome::Accept, "{what}: {:?}", verdict.checks());
        if suite.ends_with("-2023") {
            assert!(codes(&judge(card, &any, &evidence)).contains(&Code::ProofBase), "{what}");
        }
        let held = Held::parse(card.trim().as_bytes()).unwrap();
        assert_eq!((held.suite(), held.is_divisible(), held.is_bound()), (*suite, true, false), "{what}");
        let place = if *suite == "dc+sd-jwt" { "/ageOver19" } else { "/credentialSubject/ageOver19" };
        let mut pointers = vec![place.to_owned()];
        if *suite == "BbsBlsSignature2020" {
            // What stands beside the status is shown, so that no other status can be hidden there.
            pointers.push("/credentialSchema".to_owned());
        }
        let selection = Selection { pointers: &pointers, frame: None };
        let key = held.issuer_method().map(|method| {
            let relationship = tamarack::did::Relationship::AssertionMethod;
            tamarack::did::verification_method(method, relationship, &evidence).unwrap().key
        });
        let binding = Binding { issuer_key: key.as_ref(), ..Binding::default() };
        let shown = present(&held, &selection, &binding, &Contexts::builtin(), &mut SystemRandomness).unwrap();
        let verdict = judge(&shown, &any, &evidence);
        if *suite == "BbsBlsSignature2020" && *type_name == "ontario-person" {
            // The suite is of the time of VCDM 1.1: behind `validUntil`, the last word of 2.0, another end could be hidden.
            assert_eq!(verdict.outcome(), Outcome::Undetermined, "{what}: {:?}", verdict.checks());
            assert!(codes(&verdict).contains(&Code::ProofUndisclosed), "{what}: {:?}", verdict.checks());
            continue;
        }
        assert_eq!(verdict.outcome(), Outcome::Accept, "{what}: {:?}", verdict.checks());
        let proved = verdict.proved().remove(0);
        assert!(proved.claims.iter().any(|claim| claim.pointer == place), "{what}");
        assert!(!proved.claims.iter().any(|claim| claim.pointer.ends_with("birthDate")), "{what}");
        assert!(!shown.contains("2002-04-21") && !shown.contains("Tremblay"), "{what}: {shown}");
    }
    // A credential of each suite is revoked by its id.
    issued.iter().for_each(|(_, _, id, _)| drop(issuer.ok(&["revoke", id])));
    let evidence = published(&issuer);
    for (type_name, suite, _, card) in &issued {
        let found = codes(&judge(card, &any.clone().as_holder(), &evidence));
        assert!(found.contains(&Code::StatusRevoked), "{suite} of {type_name}: {found:?}");
    }
}

#[test]
fn a_credential_is_bound_to_the_holders_secret() {
    let issuer = issuer();
    let claims = example("claims/person.json");
    let file = |name: &str, text: &str| {
        std::fs::write(issuer.path(name), text).unwrap();
        issuer.text(name)
    };
    let mut evidence = Evidence::none();
    for kind in BoundTo::ALL {
        let (secrets, commitment) = BoundSecrets::commit(kind, &mut SystemRandomness).unwrap();
        let (others, _) = BoundSecrets::commit(kind, &mut SystemRandomness).unwrap();
        let commitment = file("commitment.json", &commitment.to_json());
        let args = ["issue", "--type", "ontario-person", "--claims", &claims, "--no-status"];
        let card = issuer.ok(&[&args[..], &["--suite", "bbs-2023", "--commitment", &commitment]].concat());
        evidence.insert(EvidenceKind::DidDocument, DID, issuer.ok(&["did"]).into_bytes(), now());
        let held = Held::parse(card.trim().as_bytes()).unwrap();
        assert_eq!((held.is_bound(), held.shows_pseudonym()), (true, kind != BoundTo::Holder));
        let pointers = ["/credentialSubject/ageOver19".to_owned()];
        let show = |secrets: Option<&BoundSecrets>| {
            let secrets = secrets.map(|secrets| secrets.for_domain(Some(SHOP)).unwrap());
            let binding =
                Binding { audience: Some(SHOP), nonce: Some("n-1"), secrets: secrets.as_ref(), ..Binding::default() };
            let selection = Selection { pointers: &pointers, frame: None };
            present(&held, &selection, &binding, &Contexts::builtin(), &mut SystemRandomness)
        };
        let policy = Policy::insecure_trust_any_issuer().expect_challenge("n-1").expect_domain(SHOP);
        let verdict = judge(&show(Some(&secrets)).unwrap(), &policy, &evidence);
        assert_eq!(verdict.outcome(), Outcome::Accept, "{:?}", verdict.checks());
        assert_eq!(verdict.proved()[0].pseudonym.is_some(), kind != BoundTo::Holder);
        for secrets in [None, Some(&others)] {
            assert_eq!(show(secrets).unwrap_err().code(), Code::ProofBinding);
        }
        // What the issuer knows of the holder's secrets: nothing but the commitment.
        assert!(!card.contains("proverBlind") && !card.contains("holderSecret"));
    }
}

#[test]
fn a_commitment_that_proves_nothing_is_refused_before_anything_is_issued() {
    let issuer = issuer();
    let claims = example("claims/person.json");
    let (secrets, commitment) = BoundSecrets::commit(BoundTo::Pseudonym, &mut SystemRandomness).unwrap();
    let good: Value = serde_json::from_str(&commitment.to_json()).unwrap();
    let text = good["commitmentWithProof"].as_str().unwrap();
    let swapped = if text.as_bytes()[80] == b'A' { "B" } else { "A" };
    let changed = format!("{}{swapped}{}", &text[..80], &text[81..]);
    let with = |member: &str, value: &str| {
        let mut file = good.clone();
        file[member] = value.into();
        std::fs::write(issuer.path("commitment.json"), file.to_string()).unwrap();
    };
    let issue = |suite: &str, lang: &str, exit: i32| {
        let file = issuer.text("commitment.json");
        let args = ["issue", "--type", "ontario-person", "--claims", &claims, "--suite", suite, "--commitment", &file];
        issuer.fails(exit, &[&args[..], &["--lang", lang]].concat())
    };
    for (member, value) in
        [("commitmentWithProof", changed.as_str()), ("cryptosuite", "bbs-2020"), ("boundTo", "nobody"), ("more", "x")]
    {
        with(member, value);
        for (lang, says) in [("en", "What the holder sent"), ("fr", "Ce que le titulaire a envoyé")] {
            let said = issue("bbs-2023", lang, 65);
            assert!(said.contains("[proof.commitment]") && said.contains(says) && said.contains(member), "{said}");
        }
    }
    // The holder's own file was sent in the place of the commitment: its secrets are not told back.
    std::fs::write(issuer.path("commitment.json"), secrets.expose_json().as_bytes()).unwrap();
    let said = issue("bbs-2023", "en", 65);
    assert!(said.contains("[proof.commitment]"), "{said}");
    let secret = serde_json::from_str::<Value>(&secrets.expose_json()).unwrap()["proverBlind"].clone();
    assert!(!said.contains(secret.as_str().unwrap()), "{said}");
    with("boundTo", "pseudonym");
    for suite in ["ecdsa-sd-2023", "BbsBlsSignature2020", "dc+sd-jwt", "eddsa-rdfc-2022"] {
        let said = issue(suite, "fr", 64);
        assert!(said.contains("[commitment.suite]") && said.contains(suite), "{said}");
    }
    assert!(issuer.records().is_empty());
}
