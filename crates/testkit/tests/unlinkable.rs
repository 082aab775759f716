//! Two showings cannot be tied together: 1 000 showings of one credential and one showing each of 1 000 credentials, all with
//! equal disclosed claims, share no byte string that tells any of them from another. The same test finds what links the
//! showings of a credential that carries a name of its subject, of one whose suite is linkable, and of a wallet that shows the
//! same bytes twice.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests may stop at the first surprise"
)]

use tamarack::did::Relationship;
use tamarack::encoding::base64url_decode;
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{DeriveOptions, SignOptions, Suite, derive, sign};
use tamarack::{SystemRandomness, Timestamp};
use tamarack_testkit::cards::{self, Design};
use tamarack_testkit::linking::{Link, Showing, links};

const SHOWINGS: usize = 1_000;
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
        let kind = if suite == Suite::Bbs2023 { KeyType::Bls12381G2 } else { KeyType::P256 };
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
        let document = cards::person_with(&self.did, true, design, &[], &claims).unwrap();
        let options = SignOptions {
            suite: self.suite,
            verification_method: self.method.clone(),
            purpose: Relationship::AssertionMethod,
            created: None::<Timestamp>,
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: ["/issuer", "/validFrom", "/validUntil"].map(str::to_owned).to_vec(),
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
    let bytes = base64url_decode(value.strip_prefix('u').unwrap()).unwrap();
    Showing::new(&shown, bytes)
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
