//! The independent opponent: what Tamarack issues the `ssi` crate accepts, and what `ssi` issues Tamarack accepts.
//! Runs with the feature `bench`, as `ssi` takes minutes to build.
#![cfg(feature = "bench")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests may stop at the first surprise")]

#[path = "opponent/differential.rs"]
mod differential;

use ssi::claims::VerificationParameters;
use ssi::claims::data_integrity::{AnySuite, CryptographicSuite as _, ProofOptions};
use ssi::claims::vc::syntax::AnyJsonCredential;
use ssi::dids::{AnyDidMethod, DIDResolver as _};
use ssi::prelude::AnyDataIntegrity;
use ssi::verification_methods::SingleSecretSigner;
use tamarack::did::Relationship;
use tamarack::json::{Value, to_string};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::proof::{SignOptions, Suite};
use tamarack::{Evidence, Outcome, Policy, Timestamp, verify};
use tamarack_testkit::documents;

const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);

fn ssi_accepts(input: &[u8]) -> bool {
    let parameters = VerificationParameters::from_resolver(AnyDidMethod::default().into_vm_resolver());
    let credential: AnyDataIntegrity<AnyJsonCredential> = serde_json::from_slice(input).unwrap();
    matches!(pollster::block_on(credential.verify(&parameters)), Ok(Ok(())))
}

fn we_accept(input: &[u8]) -> bool {
    let verdict = verify(input, &Policy::insecure_trust_any_issuer(), &Evidence::none(), NOW).unwrap();
    if verdict.outcome() != Outcome::Accept {
        eprintln!("{verdict:?}");
    }
    verdict.outcome() == Outcome::Accept
}

#[test]
fn ssi_accepts_what_we_issue() {
    let suites = [
        (KeyType::Ed25519, Suite::Ed25519Signature2020, false),
        (KeyType::Ed25519, Suite::EddsaRdfc2022, true),
        (KeyType::P256, Suite::EcdsaRdfc2019, true),
    ];
    for (kind, suite, data_integrity) in suites {
        let key = SecretKey::generate(kind).unwrap();
        let multikey = key.public_key().to_multikey();
        let did = format!("did:key:{multikey}");
        let options = SignOptions {
            suite,
            verification_method: format!("{did}#{multikey}"),
            purpose: Relationship::AssertionMethod,
            created: Some(Timestamp::from_unix(1_780_000_000)),
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: Vec::new(),
        };
        let signed =
            tamarack::proof::sign(&documents::licence(&did, data_integrity), &options, &key, &Contexts::builtin())
                .unwrap();
        let text = to_string(&Value::Object(signed));
        assert!(we_accept(text.as_bytes()), "{suite:?}: ours refuses");
        assert!(ssi_accepts(text.as_bytes()), "{suite:?}: ssi refuses");
        let altered = text.replace("Sudbury", "Timmins");
        assert!(!ssi_accepts(altered.as_bytes()), "{suite:?}: ssi must see the change");
    }
}

#[test]
fn we_accept_what_ssi_issues() {
    for kind in [KeyType::Ed25519, KeyType::P256] {
        let key = match kind {
            KeyType::Ed25519 => ssi::JWK::generate_ed25519().unwrap(),
            _ => ssi::JWK::generate_p256(),
        };
        let did = ssi::dids::DIDKey::generate(&key).unwrap();
        let method = ssi::dids::DIDKey::generate_url(&key).unwrap();
        let document = to_string(&Value::Object(documents::licence(&did, kind == KeyType::P256)));
        let credential: AnyJsonCredential = serde_json::from_str(&document).unwrap();
        let resolver = AnyDidMethod::default().into_vm_resolver();
        let signer = SingleSecretSigner::new(key.clone()).into_local();
        let suite = match kind {
            KeyType::Ed25519 => AnySuite::Ed25519Signature2020,
            _ => AnySuite::EcdsaRdfc2019,
        };
        let created: ssi::xsd::DateTime = "2026-03-01T00:00:00Z".parse().unwrap();
        let mut options = ProofOptions::from_method_and_options(method.into_iri().into(), Default::default());
        options.created = Some(ssi::xsd::DateTimeStamp::from(created.earliest()).into());
        let signed = pollster::block_on(suite.sign(credential, &resolver, &signer, options)).unwrap();
        let text = serde_json::to_string(&signed).unwrap();
        assert!(we_accept(text.as_bytes()), "{kind:?}: {text}");
    }
}
