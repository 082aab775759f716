//! `bbs-2023` and `ecdsa-sd-2023` with Digital Bazaar.

use serde_json::{Value, json};
use tamarack::did::Relationship;
use tamarack::encoding::base64url_encode;
use tamarack::jsonld::Contexts;
use tamarack::keys::KeyType;
use tamarack::proof::{DeriveOptions, SignOptions, Suite, derive, sign};
use tamarack::{Policy, SystemRandomness, Timestamp};
use tamarack_testkit::cards::{self, Design};
use tamarack_testkit::node::Node;

use super::{Known, Side, Tally, against, judge_json, to_ours, to_theirs};

const DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v2";

#[test]
fn ecdsa_sd_2023() {
    against("ecdsa-sd-2023 (@digitalbazaar/ecdsa-sd-2023-cryptosuite)", |node, tally| {
        each_card(node, tally, Suite::EcdsaSd2023, &Known::new(KeyType::P256, 7));
    });
}

#[test]
fn bbs_2023() {
    against("bbs-2023 (@digitalbazaar/bbs-2023-cryptosuite)", |node, tally| {
        each_card(node, tally, Suite::Bbs2023, &Known::new(KeyType::Bls12381G2, 7));
    });
}

/// A card as one side issued it.
struct Base<'b> {
    suite: Suite,
    /// Which card, by whom.
    name: String,
    document: &'b Value,
    /// Of VCDM 2.0, not 1.1.
    second: bool,
    mandatory: bool,
    /// The presentation header, where the suite has one.
    header: &'static [u8],
}

fn each_card(node: &mut Node, tally: &mut Tally, suite: Suite, issuer: &Known) {
    for (second, design) in
        [(true, Design::Named), (true, Design::Anonymous), (false, Design::Named), (false, Design::Anonymous)]
    {
        let contexts: &[&str] = if second { &[] } else { &[DATA_INTEGRITY] };
        let card = cards::person(&issuer.did, second, design, contexts).unwrap();
        for mandatory in [true, false] {
            let header: &[u8] = if suite == Suite::Bbs2023 { b"lottery clerk 1" } else { b"" };
            let pointers = if mandatory { required(second) } else { &[] };
            let name = format!("card {} {design:?}, {} mandatory", if second { "2.0" } else { "1.1" }, pointers.len());
            let ours = issue(&card, suite, issuer, pointers);
            let request = json!({
                "do": "issue", "suite": suite.name(), "document": to_theirs(&card), "key": issuer.shared(),
                "pointers": pointers, "created": (suite == Suite::EcdsaSd2023).then_some("2026-11-01T00:00:00Z"),
            });
            let theirs = node.ask(&request).unwrap();
            tally.record(
                Side::WeAccept,
                &format!("{name}, their base"),
                judge_json(&theirs, &Policy::insecure_trust_any_issuer().as_holder()),
            );
            for (document, by) in [(ours, "ours"), (theirs, "theirs")] {
                let base = Base {
                    suite,
                    name: format!("{name}, issued by {by}"),
                    document: &document,
                    second,
                    mandatory,
                    header,
                };
                each_selection(node, tally, &base);
            }
        }
    }
}

/// What no credential is without.
const fn required(second: bool) -> &'static [&'static str] {
    if second {
        &["/issuer", "/validFrom", "/validUntil", "/credentialSubject/ageOver18"]
    } else {
        &["/issuer", "/issuanceDate", "/expirationDate", "/credentialSubject/ageOver18"]
    }
}

fn issue(card: &tamarack::json::Object<'static>, suite: Suite, issuer: &Known, pointers: &[&str]) -> Value {
    let options = SignOptions {
        suite,
        verification_method: issuer.method.clone(),
        purpose: Relationship::AssertionMethod,
        created: (suite == Suite::EcdsaSd2023).then_some(Timestamp::from_unix(1_793_500_000)),
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: pointers.iter().map(|pointer| (*pointer).to_owned()).collect(),
    };
    to_theirs(&sign(card, &options, &issuer.key, &Contexts::builtin()).unwrap())
}

fn each_selection(node: &mut Node, tally: &mut Tally, base: &Base<'_>) {
    const SELECTIONS: [&[&str]; 4] = [
        &["/credentialSubject/ageOver19"],
        &["/credentialSubject/address/addressLocality", "/credentialSubject/givenName", "/type/1"],
        &["/credentialSubject/address", "/type"],
        &[],
    ];
    for chosen in SELECTIONS {
        // What makes a credential must be shown, whoever decides it.
        let always = if base.mandatory { &[] } else { required(base.second) };
        let reveal: Vec<&str> = chosen.iter().chain(always).copied().collect();
        let name = format!("{}, {} shown", base.name, chosen.len());
        let header = if chosen.len() == 2 { &[][..] } else { base.header };
        // A text in the header is the nonce that the verifier asked for; other bytes answer nobody.
        let policy = Policy::insecure_trust_any_issuer();
        let policy = match std::str::from_utf8(header) {
            Ok(nonce) if !nonce.is_empty() && base.suite == Suite::Bbs2023 => policy.expect_challenge(nonce),
            _ => policy,
        };
        let options = DeriveOptions {
            reveal: reveal.iter().map(|pointer| (*pointer).to_owned()).collect(),
            presentation_header: header.to_vec(),
            ..Default::default()
        };
        let ours = derive(&to_ours(base.document), &options, &Contexts::builtin(), &mut SystemRandomness).unwrap();
        let ours = to_theirs(&ours);
        let request = json!({
            "do": "derive", "suite": base.suite.name(), "document": base.document, "pointers": reveal,
            "header": base64url_encode(header),
        });
        let theirs = node.ask(&request).unwrap();
        assert_eq!(without_proof(&ours), without_proof(&theirs), "{name}: both show the same");
        tally.record(Side::TheyAccept, &format!("{name} by us"), accepts(node, base.suite, &ours, header));
        tally.record(Side::WeAccept, &format!("{name} by them"), judge_json(&theirs, &policy));
        tally.record(Side::WeAccept, &format!("{name} by us"), judge_json(&ours, &policy));
        if chosen.len() == 1 {
            let forged = |document: &Value| {
                let mut document = document.clone();
                document["credentialSubject"]["ageOver19"] = false.into();
                document
            };
            tally.refused(
                Side::TheyRefuse,
                &format!("{name}, forged"),
                accepts(node, base.suite, &forged(&ours), header),
            );
            if base.suite == Suite::Bbs2023 {
                let other = accepts(node, base.suite, &ours, b"another clerk");
                tally.refused(Side::TheyRefuse, &format!("{name}, another header"), other);
            }
            tally.refused(Side::WeRefuse, &format!("{name}, forged"), judge_json(&forged(&theirs), &policy));
        }
    }
}

fn accepts(node: &mut Node, suite: Suite, document: &Value, header: &[u8]) -> Result<(), String> {
    node.verify(json!({"suite": suite.name(), "document": document, "header": base64url_encode(header)})).map(drop)
}

fn without_proof(document: &Value) -> Value {
    let mut document = document.clone();
    document.as_object_mut().unwrap().remove("proof");
    document
}
