//! An issuer that binds credentials to attested keys alone (OpenID4VCI 1.0, Appendix D and F.1).

use std::sync::{Arc, Mutex};

use tamarack::keys::{PublicKey, SignatureAlgorithm};
use tamarack_openid4vc::vci::configuration::KeyAttestationsRequired;
use tamarack_wallet::DeviceError;

use super::*;

/// What is wrong with the attestation.
#[derive(Clone, Copy, PartialEq)]
enum Flaw {
    None,
    /// There is none.
    Missing,
    /// It is not a JWT.
    Raw,
    /// It is by somebody whom the issuer does not know.
    Stranger,
    /// It vouches for another key.
    OtherKey,
    /// It was made for another challenge.
    OtherNonce,
}

/// Secure hardware with the app's service behind it, which makes a JWT of what the hardware attests. As the Android Keystore, it
/// attests a key for the challenge that it was made with.
struct Attesting {
    flaw: Flaw,
    provider: Arc<SecretKey>,
    keys: Mutex<BTreeMap<String, Made>>,
}

/// A key, and what it was made to be attested for.
type Made = (SecretKey, Option<Vec<u8>>);

impl DeviceKeys for Attesting {
    fn create(&self, alias: &str, challenge: Option<&[u8]>) -> core::result::Result<Vec<u8>, DeviceError> {
        let key = SecretKey::generate(KeyType::P256).unwrap();
        let point = key.public_key().bytes().to_vec();
        self.keys.lock().unwrap().insert(alias.to_owned(), (key, challenge.map(<[u8]>::to_vec)));
        Ok(point)
    }

    fn sign(&self, alias: &str, message: &[u8]) -> core::result::Result<Vec<u8>, DeviceError> {
        let keys = self.keys.lock().unwrap();
        let (key, _) = keys.get(alias).ok_or(DeviceError::Gone)?;
        Ok(key.sign(SignatureAlgorithm::Es256, message).unwrap())
    }

    fn delete(&self, alias: &str) -> core::result::Result<(), DeviceError> {
        self.keys.lock().unwrap().remove(alias);
        Ok(())
    }

    fn attest(&self, alias: &str, challenge: &[u8]) -> core::result::Result<Option<Vec<u8>>, DeviceError> {
        let keys = self.keys.lock().unwrap();
        let (key, made_for) = keys.get(alias).ok_or(DeviceError::Gone)?;
        assert_eq!(made_for.as_deref(), Some(challenge), "the hardware hears the challenge when it makes the key");
        let other = SecretKey::generate(KeyType::P256).unwrap();
        let jwt = |key: &PublicKey, nonce: &str, by: &SecretKey| {
            let storage = KeyAttestationsRequired::default();
            proofs::make_key_attestation(&[key], &storage, Some(nonce), now(), Some(now().plus_seconds(600)), by)
                .unwrap()
                .into_bytes()
        };
        let nonce = std::str::from_utf8(challenge).unwrap();
        Ok(match self.flaw {
            Flaw::Missing => None,
            Flaw::Raw => Some(vec![0x30, 0x82]),
            Flaw::None => Some(jwt(key.public_key(), nonce, &self.provider)),
            Flaw::Stranger => Some(jwt(key.public_key(), nonce, &other)),
            Flaw::OtherKey => Some(jwt(other.public_key(), nonce, &self.provider)),
            Flaw::OtherNonce => Some(jwt(key.public_key(), "another", &self.provider)),
        })
    }

    fn wrap_key(&self, _: &[u8]) -> core::result::Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }

    fn unwrap_key(&self, _: &[u8]) -> core::result::Result<Vec<u8>, DeviceError> {
        Err(DeviceError::Failed)
    }
}

fn now() -> Timestamp {
    Timestamp::parse_stamp("2026-11-22T12:00:00Z").unwrap()
}

/// An issuer that asks for attested keys, and a phone whose hardware gives attestations with this flaw.
fn world(flaw: Flaw) -> (Issuer, Phone) {
    let mut issuer = issuer();
    let provider = Arc::new(SecretKey::generate(KeyType::P256).unwrap());
    let required = Some(KeyAttestationsRequired::default());
    let support = ProofTypeSupport { key_attestations_required: required, ..ProofTypeSupport::of(["ES256"]) };
    issuer.metadata.configurations[0].1.proof_types = vec![("jwt".to_owned(), support)];
    issuer.attesters = RefCell::new(Attesters::nobody().trusting(None, provider.public_key().clone()));
    let mut phone = phone(&issuer);
    phone.device = Some(Box::new(Attesting { flaw, provider, keys: Mutex::default() }));
    (issuer, phone)
}

#[test]
fn a_credential_is_bound_to_keys_that_the_hardware_attests() {
    let (issuer, phone) = world(Flaw::None);
    let received = phone.receive(&issuer, 2);
    assert_eq!((received.credentials.len(), received.refused.len()), (2, 0), "{received:?}");
}

#[test]
fn without_a_good_attestation_there_is_no_credential() {
    for (flaw, code) in [
        (Flaw::Missing, "offer.unusable"),
        (Flaw::Raw, "offer.unusable"),
        (Flaw::Stranger, "invalid_proof"),
        (Flaw::OtherKey, "invalid_proof"),
        (Flaw::OtherNonce, "invalid_nonce"),
    ] {
        let (issuer, phone) = world(flaw);
        let mut receiving = phone.accept(&issuer, 1);
        let Step::Browser(url) = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!("no browser") };
        let back = issuer.browse(&url);
        let refused = phone.run(&issuer, &mut receiving, Event::Returned(back)).unwrap_err();
        assert_eq!(refused.code(), code, "{refused:?}");
        assert_eq!(phone.store.count(Kind::Credential).unwrap(), 0);
        let asked = issuer.calls.borrow().get("/credential").copied().unwrap_or_default();
        assert!(asked <= 3, "once more for a nonce of DPoP, once more for a stale one, and no more: {asked}");
    }
}

#[test]
fn a_nonce_that_went_stale_on_the_way_takes_new_keys() {
    let (issuer, phone) = world(Flaw::None);
    let mut receiving = phone.accept(&issuer, 1);
    let Step::Browser(url) = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!("no browser") };
    let mut event = Event::Returned(issuer.browse(&url));
    let mut fetched = 0;
    let received = loop {
        match phone.step(&issuer, &mut receiving, event).unwrap() {
            Step::Send(request) => {
                let reply = issuer.answer(&request);
                if request.url.ends_with("/nonce") {
                    fetched += 1;
                    if fetched == 1 {
                        // By the time it is used, it is over; the token and the access are not.
                        issuer.nonces.replace(NonceKey::draw(&mut SystemRandomness).unwrap());
                    }
                }
                event = Event::Reply(reply);
            }
            Step::Done(received) => break received,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((received.credentials.len(), fetched), (1, 2), "{received:?}");
    assert_eq!(phone.store.count(Kind::Key).unwrap(), 1, "the key of the first attestation is gone");
}
