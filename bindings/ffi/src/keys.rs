//! Keys: in memory or in the device's secure hardware, behind one handle.

use std::cell::RefCell;
use std::sync::Arc;

use tamarack::did::{did_jwk, did_key};
use tamarack::json::{parse, to_string};
use tamarack::keys::{MessageSigning, SecretKey, SignatureAlgorithm, Signer};
use tamarack::{Code, Fault};
use zeroize::Zeroizing;

use crate::error::TamarackError;
use crate::platform::{KeyStore, PlatformError};

/// The kinds of keys. The first four can be made and sign; the others only verify.
///
/// ```text
/// key = Key.generate(KeyType.P256)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum KeyType {
    /// Ed25519 (EdDSA).
    Ed25519,
    /// P-256 (ES256): also what the secure hardware of phones has.
    P256,
    /// P-384 (ES384).
    P384,
    /// BLS12-381 G2, for BBS signatures.
    Bls12381G2,
    /// X25519: key agreement.
    X25519,
    /// secp256k1.
    Secp256k1,
    /// RSA of 2048 to 8192 bits.
    Rsa,
}

impl From<KeyType> for tamarack::keys::KeyType {
    fn from(kind: KeyType) -> Self {
        match kind {
            KeyType::Ed25519 => Self::Ed25519,
            KeyType::P256 => Self::P256,
            KeyType::P384 => Self::P384,
            KeyType::Bls12381G2 => Self::Bls12381G2,
            KeyType::X25519 => Self::X25519,
            KeyType::Secp256k1 => Self::Secp256k1,
            KeyType::Rsa => Self::Rsa,
        }
    }
}

pub(crate) fn kind_of(kind: tamarack::keys::KeyType) -> Result<KeyType, Fault> {
    use tamarack::keys::KeyType as Kind;
    Ok(match kind {
        Kind::Ed25519 => KeyType::Ed25519,
        Kind::P256 => KeyType::P256,
        Kind::P384 => KeyType::P384,
        Kind::Bls12381G2 => KeyType::Bls12381G2,
        Kind::X25519 => KeyType::X25519,
        Kind::Secp256k1 => KeyType::Secp256k1,
        Kind::Rsa => KeyType::Rsa,
        _ => return Err(Fault::new(Code::KeyUnsupported).about(kind.name())),
    })
}

/// A public key in the forms in which it is written.
///
/// ```text
/// public = key.public_key()
/// store(public.multikey, public.did_key)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct PublicKey {
    /// What kind of key.
    pub key_type: KeyType,
    /// As a Multikey: `z6Mk…`, `zDn…`.
    pub multikey: String,
    /// As a public JWK, JSON text (RFC 7517).
    pub jwk: String,
    /// The SHA-256 thumbprint of the JWK in base64url (RFC 7638).
    pub thumbprint: String,
    /// Its did:key.
    pub did_key: String,
    /// Its did:jwk.
    pub did_jwk: String,
}

impl TryFrom<&tamarack::keys::PublicKey> for PublicKey {
    type Error = TamarackError;

    fn try_from(key: &tamarack::keys::PublicKey) -> Result<Self, TamarackError> {
        Ok(Self {
            key_type: kind_of(key.key_type())?,
            multikey: key.to_multikey(),
            jwk: to_string(&key.to_jwk()),
            thumbprint: key.jwk_thumbprint(),
            did_key: did_key(key),
            did_jwk: did_jwk(key),
        })
    }
}

/// Reads a public key from a Multikey, such as what follows `did:key:`.
///
/// ```text
/// public = public_key_from_multikey(multikey)  # z6Mk…, as after did:key:
/// show(public.did_key)
/// ```
///
/// Errors: `Input` with `encoding.multibase`, `key.*`.
#[uniffi::export]
pub fn public_key_from_multikey(multikey: String) -> Result<PublicKey, TamarackError> {
    PublicKey::try_from(&tamarack::keys::PublicKey::from_multikey(&multikey)?)
}

/// Reads a public key from a JWK, JSON text. What is secret in it is not looked at.
///
/// ```text
/// public = public_key_from_jwk(jwk)
/// show(public.thumbprint)
/// ```
///
/// Errors: `Input` with `json.*`, `key.*`.
#[uniffi::export]
pub fn public_key_from_jwk(jwk: String) -> Result<PublicKey, TamarackError> {
    let jwk = Zeroizing::new(jwk);
    PublicKey::try_from(&tamarack::keys::PublicKey::from_jwk(&parse(jwk.as_bytes())?)?)
}

/// Reads a public key from PEM.
///
/// ```text
/// public = public_key_from_pem(pem)
/// show(public.multikey)
/// ```
///
/// Errors: `Input` with `key.*`.
#[uniffi::export]
pub fn public_key_from_pem(pem: String) -> Result<PublicKey, TamarackError> {
    PublicKey::try_from(&tamarack::keys::PublicKey::from_pem(&pem)?)
}

/// Whether a signature over these bytes was made with this key: 64 bytes for Ed25519, `r || s` for P-256 (with SHA-256) and P-384
/// (with SHA-384), as `Key.sign` gives it.
///
/// `public_key`: a Multikey, a JWK as JSON text, or PEM.
///
/// ```text
/// signature = key.sign(b"message")
/// if verify_signature(key.public_key().multikey, b"message", signature): show("It was this key.")
/// ```
///
/// Errors: `Input` with `encoding.*`, `json.*`, `key.*`; `key.wrong_suite` for a BBS key. A signature that does not match is no error.
#[uniffi::export]
pub fn verify_signature(public_key: String, message: Vec<u8>, signature: Vec<u8>) -> Result<bool, TamarackError> {
    let key = read_public(&public_key)?;
    let algorithm = algorithm_of(key.key_type());
    match key.verify(algorithm, &message, &signature) {
        Ok(()) => Ok(true),
        Err(fault) if fault.code() == Code::ProofSignatureInvalid => Ok(false),
        Err(fault) => Err(fault.into()),
    }
}

/// A public key in whichever of its forms.
pub(crate) fn read_public(text: &str) -> Result<tamarack::keys::PublicKey, Fault> {
    match text.trim_start() {
        jwk if jwk.starts_with('{') => tamarack::keys::PublicKey::from_jwk(&parse(jwk.as_bytes())?),
        pem if pem.starts_with("-----") => tamarack::keys::PublicKey::from_pem(pem),
        _ => tamarack::keys::PublicKey::from_multikey(text),
    }
}

const fn algorithm_of(kind: tamarack::keys::KeyType) -> SignatureAlgorithm {
    match kind {
        tamarack::keys::KeyType::P256 => SignatureAlgorithm::Es256,
        tamarack::keys::KeyType::P384 => SignatureAlgorithm::Es384,
        _ => SignatureAlgorithm::EdDsa,
    }
}

/// A key that signs. One in memory wipes itself when the last handle is closed; one in the device never leaves it.
///
/// ```text
/// key = Key.generate(KeyType.ED25519)
/// signature = key.sign(b"message")
/// sealed = key.seal("larch needles fall")
/// did = key.did_key()
/// ```
#[derive(uniffi::Object)]
pub struct Key {
    place: Place,
    public: tamarack::keys::PublicKey,
}

enum Place {
    Memory(Box<SecretKey>),
    Device { keys: Arc<dyn KeyStore>, alias: String },
}

#[uniffi::export]
impl Key {
    /// Makes a key from the operating system's randomness: Ed25519, P-256, P-384 or BLS12-381 G2.
    ///
    /// ```text
    /// key = Key.generate(KeyType.BLS12381_G2)  # for bbs-2023
    /// ```
    ///
    /// Errors: `Input` with `key.unsupported` for a kind that cannot sign.
    #[uniffi::constructor]
    pub fn generate(key_type: KeyType) -> Result<Self, TamarackError> {
        Ok(SecretKey::generate(key_type.into())?.into())
    }

    /// Reads a private JWK, JSON text (RFC 7517, 8037).
    ///
    /// ```text
    /// key = Key.from_jwk(read("issuer.jwk"))
    /// ```
    ///
    /// Errors: `Input` with `json.*`, `key.*`.
    #[uniffi::constructor]
    pub fn from_jwk(jwk: String) -> Result<Self, TamarackError> {
        let jwk = Zeroizing::new(jwk);
        Ok(SecretKey::from_jwk(&parse(jwk.as_bytes())?)?.into())
    }

    /// Reads a secret Multikey (`secretKeyMultibase`).
    ///
    /// ```text
    /// key = Key.from_multibase(read("issuer.key"))
    /// ```
    ///
    /// Errors: `Input` with `encoding.multibase`, `key.*`.
    #[uniffi::constructor]
    pub fn from_multibase(secret: String) -> Result<Self, TamarackError> {
        let secret = Zeroizing::new(secret);
        Ok(SecretKey::from_multibase(&secret)?.into())
    }

    /// Reads an unencrypted PKCS#8 key in PEM.
    ///
    /// ```text
    /// key = Key.from_pem(read("issuer.pem"))
    /// ```
    ///
    /// Errors: `Input` with `key.*`.
    #[uniffi::constructor]
    pub fn from_pem(pem: String) -> Result<Self, TamarackError> {
        let pem = Zeroizing::new(pem);
        Ok(SecretKey::from_pem(&pem)?.into())
    }

    /// Opens what [`Self::seal`] wrote.
    ///
    /// ```text
    /// key = Key.unseal(sealed, passphrase)
    /// ```
    ///
    /// Errors: `Locked` with `key.sealed` for a wrong passphrase, and for any damage.
    #[uniffi::constructor]
    pub fn unseal(sealed: String, passphrase: String) -> Result<Self, TamarackError> {
        let passphrase = Zeroizing::new(passphrase);
        Ok(SecretKey::unseal(&sealed, passphrase.as_bytes())?.into())
    }

    /// Makes a P-256 key in the device's secure hardware, under a new name. `challenge`: what the device is to attest it for; its own
    /// `attest` then says so.
    ///
    /// ```text
    /// key = Key.create_in_device(device, "holder-1")
    /// store("holder-1", key.public_key().multikey)
    /// ```
    ///
    /// Errors: what the device says; `Input` with `key.invalid` for a point that is none.
    #[uniffi::constructor(default(challenge = None))]
    pub fn create_in_device(
        device: Arc<dyn KeyStore>,
        alias: String,
        challenge: Option<Vec<u8>>,
    ) -> Result<Self, TamarackError> {
        let point = device.create(alias.clone(), challenge)?;
        let public = tamarack::keys::PublicKey::from_bytes(tamarack::keys::KeyType::P256, &compressed(&point))?;
        Ok(Self { place: Place::Device { keys: device, alias }, public })
    }

    /// A key that [`Self::create_in_device`] made earlier. `public_key`: its Multikey, which the app has kept.
    ///
    /// ```text
    /// key = Key.in_device(device, "holder-1", multikey)
    /// ```
    ///
    /// Errors: `Input` with `key.*`.
    #[uniffi::constructor]
    pub fn in_device(device: Arc<dyn KeyStore>, alias: String, public_key: String) -> Result<Self, TamarackError> {
        let public = tamarack::keys::PublicKey::from_multikey(&public_key)?;
        if public.key_type() != tamarack::keys::KeyType::P256 {
            return Err(Fault::new(Code::KeyUnsupported).about(public.key_type().name()).into());
        }
        Ok(Self { place: Place::Device { keys: device, alias }, public })
    }

    /// The public key.
    ///
    /// ```text
    /// jwk = key.public_key().jwk
    /// ```
    ///
    /// Errors: none for a key that signs.
    pub fn public_key(&self) -> Result<PublicKey, TamarackError> {
        PublicKey::try_from(&self.public)
    }

    /// Its did:key.
    #[must_use]
    pub fn did_key(&self) -> String {
        did_key(&self.public)
    }

    /// Its did:jwk.
    #[must_use]
    pub fn did_jwk(&self) -> String {
        did_jwk(&self.public)
    }

    /// The DID URL under which a did:key document lists it: what proofs name as their `verificationMethod`.
    ///
    /// ```text
    /// options = SignOptions(verification_method=key.verification_method())
    /// ```
    #[must_use]
    pub fn verification_method(&self) -> String {
        format!("{}#{}", did_key(&self.public), self.public.to_multikey())
    }

    /// Encrypts the key under a passphrase: a JWE with `PBES2-HS512+A256KW` and `A256GCM`. It takes about half a second.
    ///
    /// ```text
    /// store(key.seal(passphrase))
    /// ```
    ///
    /// Errors: `Input` with `key.unsupported` for a key in the device; `Locked` with `key.sealed` for an empty passphrase.
    pub fn seal(&self, passphrase: String) -> Result<String, TamarackError> {
        let passphrase = Zeroizing::new(passphrase);
        Ok(self.in_memory()?.seal(passphrase.as_bytes())?)
    }

    /// The private JWK as text, for whoever must move the key elsewhere. The language's copy does not wipe itself.
    ///
    /// ```text
    /// jwk = key.expose_jwk()  # secret: for a file that nobody else can read
    /// ```
    ///
    /// Errors: `Input` with `key.unsupported` for a key in the device.
    pub fn expose_jwk(&self) -> Result<String, TamarackError> {
        Ok(self.in_memory()?.expose_jwk().as_str().to_owned())
    }

    /// Signs bytes: 64 bytes for Ed25519; `r || s` for P-256 (with SHA-256) and P-384 (with SHA-384).
    ///
    /// ```text
    /// signature = key.sign(b"message")
    /// ```
    ///
    /// Errors: `Input` with `key.wrong_suite` for a BBS key; what the device says.
    pub fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, TamarackError> {
        let algorithm = algorithm_of(self.public.key_type());
        self.signing(|signer| signer.sign(algorithm, &message))
    }
}

impl From<SecretKey> for Key {
    fn from(key: SecretKey) -> Self {
        let public = key.public_key().clone();
        Self { place: Place::Memory(Box::new(key)), public }
    }
}

impl core::fmt::Debug for Key {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Key").finish_non_exhaustive()
    }
}

impl Key {
    fn in_memory(&self) -> Result<&SecretKey, Fault> {
        match &self.place {
            Place::Memory(key) => Ok(key),
            Place::Device { .. } => Err(Fault::new(Code::KeyUnsupported).about("in the device")),
        }
    }

    /// Works with the key as a signer, and gives back what the device said if it was the device that stopped the work.
    pub(crate) fn signing<T>(&self, work: impl FnOnce(&dyn Signer) -> Result<T, Fault>) -> Result<T, TamarackError> {
        self.signing_for(TamarackError::from, work)
    }

    /// The same for work that fails with other errors than the core's, of which `told` says what they are here.
    pub(crate) fn signing_for<T, E>(
        &self,
        told: fn(E) -> TamarackError,
        work: impl FnOnce(&dyn Signer) -> Result<T, E>,
    ) -> Result<T, TamarackError> {
        let signing = Signing { key: self, said: RefCell::new(None) };
        // No work goes on without its signature: what the device said is why it failed.
        work(&signing).map_err(|error| signing.said.take().map_or_else(|| told(error), TamarackError::from))
    }
}

/// A key at work.
struct Signing<'k> {
    key: &'k Key,
    said: RefCell<Option<PlatformError>>,
}

impl Signer for Signing<'_> {
    fn public_key(&self) -> &tamarack::keys::PublicKey {
        &self.key.public
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault> {
        match &self.key.place {
            Place::Memory(key) => key.sign(algorithm, message),
            Place::Device { keys, alias } => {
                if algorithm != SignatureAlgorithm::Es256 {
                    return Err(Fault::new(Code::KeyWrongSuite).about(self.key.public.key_type().name()));
                }
                let signature = keys.sign(alias.clone(), message.to_vec()).map_err(|said| {
                    self.said.replace(Some(said));
                    Fault::new(Code::KeySignerFailed)
                })?;
                // Nobody sees a signature that does not match.
                let matches = self.key.public.verify(algorithm, message, &signature);
                matches.map_err(|_| Fault::new(Code::KeySignerFailed)).map(|()| signature)
            }
        }
    }

    fn sign_messages(&self, request: MessageSigning<'_>) -> Result<Vec<u8>, Fault> {
        match &self.key.place {
            Place::Memory(key) => key.sign_messages(request),
            Place::Device { .. } => Err(Fault::new(Code::KeyWrongSuite).about(self.key.public.key_type().name())),
        }
    }
}

/// SEC 1 §2.3.3: the compressed form of a point of P-256 that comes uncompressed. What is neither is left as it is, and refused
/// by whoever reads it.
fn compressed(point: &[u8]) -> Vec<u8> {
    match (point.split_first(), point.get(1..33), point.last()) {
        (Some((4, _)), Some(x), Some(last)) if point.len() == 65 => {
            let mut short = Vec::with_capacity(33);
            short.push(2 | (last & 1));
            short.extend_from_slice(x);
            short
        }
        _ => point.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A device in software, which can be told to fail.
    struct Device {
        key: SecretKey,
        fails: Mutex<Option<PlatformError>>,
        lies: bool,
    }

    impl KeyStore for Device {
        fn create(&self, _: String, _: Option<Vec<u8>>) -> Result<Vec<u8>, PlatformError> {
            Ok(self.key.public_key().bytes().to_vec())
        }

        fn sign(&self, _: String, message: Vec<u8>) -> Result<Vec<u8>, PlatformError> {
            if let Some(error) = self.fails.lock().unwrap().clone() {
                return Err(error);
            }
            let message = if self.lies { b"another" } else { message.as_slice() };
            Ok(self.key.sign(SignatureAlgorithm::Es256, message).unwrap())
        }

        fn delete(&self, _: String) -> Result<(), PlatformError> {
            Ok(())
        }

        fn attest(&self, _: String, _: Vec<u8>) -> Result<Option<Vec<u8>>, PlatformError> {
            Ok(None)
        }

        fn wrap_key(&self, key: Vec<u8>) -> Result<Vec<u8>, PlatformError> {
            Ok(key)
        }

        fn unwrap_key(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, PlatformError> {
            Ok(wrapped)
        }
    }

    fn device(lies: bool) -> Arc<Device> {
        let key = SecretKey::generate(tamarack::keys::KeyType::P256).unwrap();
        Arc::new(Device { key, fails: Mutex::new(None), lies })
    }

    #[test]
    fn a_key_in_the_device_signs_and_stays_there() {
        let device = device(false);
        let key = Key::create_in_device(device.clone(), "one".to_owned(), None).unwrap();
        let signature = key.sign(b"message".to_vec()).unwrap();
        device.key.public_key().verify(SignatureAlgorithm::Es256, b"message", &signature).unwrap();
        assert_eq!(key.expose_jwk().unwrap_err().problem().code, "key.unsupported");
        assert_eq!(key.seal("p".to_owned()).unwrap_err().problem().code, "key.unsupported");
        let again = Key::in_device(device, "one".to_owned(), key.public_key().unwrap().multikey).unwrap();
        assert_eq!(again.did_key(), key.did_key());
    }

    #[test]
    fn what_the_device_says_is_what_the_app_hears() {
        let device = device(false);
        let key = Key::create_in_device(device.clone(), "one".to_owned(), None).unwrap();
        *device.fails.lock().unwrap() = Some(PlatformError::Denied { reason: "cancelled".to_owned() });
        assert!(matches!(key.sign(b"m".to_vec()), Err(TamarackError::Denied { .. })));
        *device.fails.lock().unwrap() = Some(PlatformError::Locked { reason: "locked".to_owned() });
        assert!(matches!(key.sign(b"m".to_vec()), Err(TamarackError::Locked { .. })));
    }

    #[test]
    fn a_signature_that_does_not_match_is_seen_by_nobody() {
        let key = Key::create_in_device(device(true), "one".to_owned(), None).unwrap();
        assert_eq!(key.sign(b"m".to_vec()).unwrap_err().problem().code, "key.signer_failed");
    }

    #[test]
    fn points_come_in_both_forms() {
        let key = p256_point();
        assert_eq!(compressed(&key.0), key.1);
        assert_eq!(compressed(&key.1), key.1);
        assert_eq!(compressed(&[4; 64]), [4; 64]);
    }

    /// The base point of P-256 (SEC 2 §2.4.2), in both forms.
    fn p256_point() -> (Vec<u8>, Vec<u8>) {
        let hex = |text: &str| -> Vec<u8> {
            text.as_bytes()
                .chunks(2)
                .map(|d| u8::from_str_radix(std::str::from_utf8(d).unwrap(), 16).unwrap())
                .collect()
        };
        let x = "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296";
        let y = "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5";
        (hex(&format!("04{x}{y}")), hex(&format!("03{x}")))
    }
}
