//! Two showings cannot be tied together: 1 000 showings of one credential and one showing each of 1 000 credentials, all with
//! equal disclosed claims, share no byte string that tells any of them from another. The same test finds what links the
//! showings of a credential that carries a name of its subject, of one whose suite is linkable, and of a wallet that shows the
//! same bytes twice. Of `BbsBlsSignature2020` it finds the numbers of nodes without an id, which the report of a showing tells, and
//! nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may stop at the first surprise"
)]

use tamarack::SystemRandomness;
use tamarack::did::Relationship;
use tamarack::encoding::{base64_decode, base64url_decode};
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{DeriveOptions, SignOptions, Suite, derive, sign};
use tamarack_testkit::cards::{self, Design};
use tamarack_testkit::linking::{Link, Showing, links};

const SHOWINGS: usize = 1_000;
/// Showings of 2020: of six cards, one is numbered as the first is.
const OLD: usize = 200;
/// Enough to find what is there in every showing.
const FEW: usize = 40;

/// An issuer of photo cards in one suite.
struct Issuer {
    suite: Suite,
    key: SecretKey,
    did: String,
    method: String,
}

impl Issuer {
    fn new(suite: Suite) -> Self {
        let kind = if suite == Suite::EcdsaSd2023 { KeyType::P256 } else { KeyType::Bls12381G2 };
        let key = SecretKey::generate(kind).unwrap();
        let multikey = key.public_key().to_multikey();
        Self { suite, key, did: format!("did:key:{multikey}"), method: format!("did:key:{multikey}#{multikey}") }
    }

    /// A card for one of many residents, all of whom are over 19.
    fn card(&self, number: usize, design: Design) -> Object<'static> {
        let claims = format!(
            r#"{{"givenName": "Resident {number}", "familyName": "Tremblay {}", "birthDate": "{}-04-21",
                 "cardNumber": "0000-{number:04}-037", "sex": "X", "height": {}, "streetAddress": "{number} Imaginary Crescent",
                 "addressLocality": "Larchville", "addressRegion": "ON", "postalCode": "K9Z 0A1"}}"#,
            number * 7 % 31,
            1950 + number % 50,
            150 + number % 50,
        );
        let Value::Object(claims) = json::parse(claims.as_bytes()).unwrap().into_owned() else { panic!("an object") };
        let old = self.suite == Suite::BbsBlsSignature2020;
        let context: &[&str] = if old { &["https://w3id.org/security/bbs/v1"] } else { &[] };
        let document = cards::person_with(&self.did, !old, design, context, &claims).unwrap();
        let options = SignOptions {
            suite: self.suite,
            verification_method: self.method.clone(),
            purpose: Relationship::AssertionMethod,
            // The draft of 2020 demands it: the same for all.
            created: old.then_some(cards::ISSUED),
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: match old {
                true => Vec::new(),
                false => ["/issuer", "/validFrom", "/validUntil"].map(str::to_owned).to_vec(),
            },
        };
        sign(&document, &options, &self.key, &Contexts::builtin()).unwrap()
    }

    /// `count` showings of one card, and one of each of as many cards.
    fn samples(&self, count: usize, design: impl Fn(usize) -> Design) -> (Vec<Showing>, Vec<Showing>) {
        let one = self.card(0, design(0));
        let first = (0..count).map(|_| show(&one)).collect();
        let second = (1..=count).map(|number| show(&self.card(number, design(number)))).collect();
        (first, second)
    }
}

/// What a clerk sees who asks for an age.
fn show(card: &Object<'_>) -> Showing {
    let reveal = vec!["/credentialSubject/ageOver19".to_owned()];
    let options = DeriveOptions { reveal, ..DeriveOptions::default() };
    let shown = derive(card, &options, &Contexts::builtin(), &mut SystemRandomness).unwrap();
    let shown: serde_json::Value = serde_json::from_str(&json::to_string(&Value::Object(shown))).unwrap();
    let value = shown["proof"]["proofValue"].as_str().unwrap();
    let bytes = match value.strip_prefix('u').map(base64url_decode) {
        Some(Ok(bytes)) if shown["proof"]["nonce"].is_null() => bytes,
        // That of 2020 has no multibase.
        _ => base64_decode(value).unwrap(),
    };
    Showing::new(&shown, bytes)
}

/// How the nodes without an id are numbered, and which statements are shown: what a proof of 2020 tells beside the claims.
fn arrangement(showing: &Showing) -> (Vec<String>, Vec<u8>) {
    let names = showing.texts.iter().filter(|text| text.contains("urn:bnid:")).cloned().collect();
    // A count of two bytes, and a bit for each statement.
    let count = usize::from(u16::from_be_bytes([showing.bytes[0], showing.bytes[1]]));
    (names, showing.bytes[..2 + count.div_ceil(8)].to_vec())
}

fn found(links: &[Link], text: &str) -> bool {
    links.iter().any(|link| link.what.contains(text))
}

#[test]
fn showings_of_an_anonymous_card_cannot_be_tied_together() {
    let (first, second) = Issuer::new(Suite::Bbs2023).samples(SHOWINGS, |_| Design::Anonymous);
    let links = links(&first, &second);
    eprintln!("{} showings, {} bytes of proof each: {} links", SHOWINGS * 2, first[0].bytes.len(), links.len());
    assert!(links.is_empty(), "{links:#?}");
}

#[test]
fn of_2020_the_numbers_of_nodes_are_all_that_is_found() {
    let issuer = Issuer::new(Suite::BbsBlsSignature2020);
    let one = issuer.card(0, Design::Anonymous);
    let mut first: Vec<Showing> = (0..OLD).map(|_| show(&one)).collect();
    let own = arrangement(&first[0]);
    assert!(own.0.len() > 1, "{own:?}");
    let others = (1..).map(|number| show(&issuer.card(number, Design::Anonymous)));
    let (mut alike, mut unlike) = (Vec::new(), 0);
    for showing in others {
        if arrangement(&showing) == own {
            alike.push(showing)
        } else {
            unlike += 1
        }
        if alike.len() == OLD {
            break;
        }
    }
    assert!(unlike > 0, "every card is numbered alike");
    // The nonce is drawn for each showing where nobody gave one.
    for showing in first.iter_mut().chain(&mut alike) {
        showing.texts.retain(|text| !text.starts_with("/proof/nonce="));
    }
    let links = links(&first, &alike);
    eprintln!("{} showings of 2020, {unlike} numbered otherwise: {} links", OLD * 2, links.len());
    assert!(links.is_empty(), "{links:#?}");
}

#[test]
fn a_card_that_names_its_subject_is_caught() {
    let issuer = Issuer::new(Suite::Bbs2023);
    // One card is named, the others are not: whoever sees the name knows whose card it is.
    let (first, second) = issuer.samples(FEW, |number| if number == 0 { Design::Named } else { Design::Anonymous });
    let links = links(&first, &second);
    assert!(found(&links, "/credentialSubject/id="), "{links:#?}");
    assert!(found(&links, "/id="), "{links:#?}");
}

#[test]
fn a_linkable_suite_is_caught() {
    let (first, second) = Issuer::new(Suite::EcdsaSd2023).samples(FEW, |_| Design::Anonymous);
    let links = links(&first, &second);
    assert!(links.iter().any(|link| link.first == FEW && link.second == 0), "the issuer's signature: {links:#?}");
}

#[test]
fn the_same_bytes_shown_twice_are_caught() {
    let (mut first, second) = Issuer::new(Suite::Bbs2023).samples(FEW, |_| Design::Anonymous);
    first[1] = first[0].clone();
    let links = links(&first, &second);
    assert!(links.iter().any(|link| link.first == 2 && link.second == 0), "{links:#?}");
}
