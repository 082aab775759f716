//! Many BBS proofs at once: the answers are those to each alone, also to proofs of which nothing but the pairings is wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::num::NonZeroUsize;

use tamarack::did::Relationship;
use tamarack::json::{Object, Value, to_string};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, MessageSigning, PublicKey, SecretKey, SignatureAlgorithm, Signer};
use tamarack::proof::{DeriveOptions, SignOptions, Suite, derive, sign};
use tamarack::verify::verify_many;
use tamarack::{Evidence, Fault, Outcome, Policy, SystemRandomness, Timestamp, verify};
use tamarack_testkit::documents;

const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);

/// Says that it is one key, and signs with another.
struct Forger<'k> {
    claimed: &'k SecretKey,
    own: SecretKey,
}

impl Signer for Forger<'_> {
    fn public_key(&self) -> &PublicKey {
        self.claimed.public_key()
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault> {
        self.own.sign(algorithm, message)
    }

    fn sign_messages(&self, request: MessageSigning<'_>) -> Result<Vec<u8>, Fault> {
        self.own.sign_messages(request)
    }
}

fn credential(signer: &dyn Signer) -> Object<'static> {
    let multikey = signer.public_key().to_multikey();
    let document = documents::object(&format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],
        "type":["VerifiableCredential"],"issuer":"did:key:{multikey}",
        "credentialSubject":{{"ageOver18":true,"name":"Marie-Ève","city":"Sudbury"}}}}"#
    ));
    let options = SignOptions {
        suite: Suite::Bbs2023,
        verification_method: format!("did:key:{multikey}#{multikey}"),
        purpose: Relationship::AssertionMethod,
        created: None,
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: vec!["/issuer".to_owned()],
    };
    sign(&document, &options, signer, &Contexts::builtin()).unwrap()
}

fn showing(credential: &Object<'static>) -> Vec<u8> {
    let options = DeriveOptions { reveal: vec!["/credentialSubject/ageOver18".to_owned()], ..DeriveOptions::default() };
    let shown = derive(credential, &options, &Contexts::builtin(), &mut SystemRandomness).unwrap();
    to_string(&Value::Object(shown)).into_bytes()
}

#[test]
fn answers_are_the_single_ones() {
    let keys = [KeyType::Bls12381G2, KeyType::Bls12381G2].map(|kind| SecretKey::generate(kind).unwrap());
    let good = keys.each_ref().map(|key| credential(key));
    let forged = credential(&Forger { claimed: &keys[0], own: SecretKey::generate(KeyType::Bls12381G2).unwrap() });
    let bad = [3, 40, 70];
    let inputs: Vec<Vec<u8>> = (0..80)
        .map(|i| match i {
            _ if bad.contains(&i) => showing(&forged),
            20 => String::from_utf8(showing(&good[0])).unwrap().replace("true", "false").into_bytes(),
            _ => showing(&good[i % 2]),
        })
        .collect();
    let (policy, evidence) = (Policy::insecure_trust_any_issuer(), Evidence::none());
    for threads in [1, 2] {
        let many = verify_many(&inputs, &policy, &evidence, NOW, NonZeroUsize::new(threads).unwrap());
        let single: Vec<_> = inputs.iter().map(|input| verify(input, &policy, &evidence, NOW)).collect();
        assert_eq!(many, single);
        let refused: Vec<usize> = many
            .iter()
            .enumerate()
            .filter(|(_, answer)| answer.as_ref().unwrap().outcome() != Outcome::Accept)
            .map(|(place, _)| place)
            .collect();
        assert_eq!(refused, [3, 20, 40, 70]);
    }
}
