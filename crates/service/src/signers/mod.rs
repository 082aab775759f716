//! The keys that sign, wherever they are: sealed in the store, in a device behind PKCS#11, or with a signer over HTTP.
//!
//! Of a key elsewhere the store keeps where it is, sealed under the same passphrase as secrets are: whoever can write to the
//! database can neither send our requests to another signer nor have another library loaded. No PIN and no token is kept, but
//! the files that hold them are named. Every signature that comes back is checked against the public key before it leaves.

mod error;
mod file;
mod http;
mod kept;
mod named;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod place;

pub use error::SignerError;
pub use kept::SealedKey;
pub use place::{HttpPlace, Pkcs11Place, Place};

use std::sync::Arc;

use tamarack::keys::{KeyType, MessageSigning, PublicKey, SecretKey, SignatureAlgorithm, Signer};
use tamarack::{Code, Fault, Randomness as _, SystemRandomness};

/// A key that signs.
#[derive(Clone, Debug)]
pub struct SigningKey(Held);

#[derive(Clone, Debug)]
enum Held {
    Here(Arc<SecretKey>),
    Elsewhere(Arc<Elsewhere>),
}

#[derive(Debug)]
struct Elsewhere {
    public: PublicKey,
    signer: Box<dyn Remote>,
}

/// What signs elsewhere. It need not be believed.
trait Remote: Send + Sync + std::fmt::Debug {
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SignerError>;
}

impl SigningKey {
    /// Connects to the key at a place, whose public key is known already.
    ///
    /// # Errors
    /// [`SignerError`]: a device must be there with the key; a signer over HTTP is not asked yet.
    pub fn at(place: &Place, public: PublicKey) -> Result<Self, SignerError> {
        if !matches!(public.key_type(), KeyType::Ed25519 | KeyType::P256 | KeyType::P384) {
            return Err(SignerError::Kind);
        }
        let signer: Box<dyn Remote> = match place {
            Place::Http(place) => Box::new(http::HttpSigner::new(place.clone())?),
            #[cfg(feature = "pkcs11")]
            Place::Pkcs11(place) => Box::new(pkcs11::Pkcs11Signer::open(place.clone(), &public)?),
            #[cfg(not(feature = "pkcs11"))]
            Place::Pkcs11(_) => return Err(SignerError::NotBuilt),
        };
        Ok(Self(Held::Elsewhere(Arc::new(Elsewhere { public, signer }))))
    }

    /// The public key at a place, as far as a device tells it.
    ///
    /// # Errors
    /// [`SignerError`]; [`SignerError::Place`] for a signer over HTTP, which tells none.
    pub fn public_at(place: &Place) -> Result<PublicKey, SignerError> {
        match place {
            Place::Http(_) => Err(SignerError::Place),
            #[cfg(feature = "pkcs11")]
            Place::Pkcs11(place) => pkcs11::public_key(place),
            #[cfg(not(feature = "pkcs11"))]
            Place::Pkcs11(_) => Err(SignerError::NotBuilt),
        }
    }

    /// Whether a signature takes its time, because it comes from elsewhere: not to be waited for where others wait too.
    #[must_use]
    pub const fn is_elsewhere(&self) -> bool {
        matches!(self.0, Held::Elsewhere(_))
    }

    /// The secret, if it is here.
    pub(crate) fn secret(&self) -> Option<&SecretKey> {
        match &self.0 {
            Held::Here(secret) => Some(secret),
            Held::Elsewhere(_) => None,
        }
    }

    /// Has something signed that means nothing, to see whether the signer has the key that it should have.
    ///
    /// # Errors
    /// [`SignerError`].
    pub fn try_out(&self) -> Result<(), SignerError> {
        let Held::Elsewhere(elsewhere) = &self.0 else { return Ok(()) };
        let mut message = b"tamarack: is this the key?".to_vec();
        let mut random = [0; 16];
        SystemRandomness.fill(&mut random).map_err(|_| SignerError::Answer)?;
        message.extend_from_slice(&random);
        let algorithm = algorithm_of(&elsewhere.public).ok_or(SignerError::Kind)?;
        elsewhere.sign(algorithm, &message).map(drop)
    }
}

impl Elsewhere {
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature = self.signer.sign(algorithm, message)?;
        // A signer that errs, or that was replaced by another, must not speak in the issuer's name.
        self.public.verify(algorithm, message, &signature).map_err(|_| SignerError::Signature)?;
        Ok(signature)
    }
}

/// The algorithm of a kind of keys.
fn algorithm_of(public: &PublicKey) -> Option<SignatureAlgorithm> {
    match public.key_type() {
        KeyType::Ed25519 => Some(SignatureAlgorithm::EdDsa),
        KeyType::P256 => Some(SignatureAlgorithm::Es256),
        KeyType::P384 => Some(SignatureAlgorithm::Es384),
        _ => None,
    }
}

impl From<SecretKey> for SigningKey {
    fn from(secret: SecretKey) -> Self {
        Self(Held::Here(Arc::new(secret)))
    }
}

impl Signer for SigningKey {
    fn public_key(&self) -> &PublicKey {
        match &self.0 {
            Held::Here(secret) => secret.public_key(),
            Held::Elsewhere(elsewhere) => &elsewhere.public,
        }
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let elsewhere = match &self.0 {
            Held::Here(secret) => return secret.sign(algorithm, message),
            Held::Elsewhere(elsewhere) => elsewhere,
        };
        if algorithm_of(&elsewhere.public) != Some(algorithm) {
            return Err(Fault::new(Code::KeyWrongSuite).about(elsewhere.public.key_type().name()));
        }
        elsewhere.sign(algorithm, message).map_err(|error| {
            tracing::error!(code = error.code(), "a signer did not sign");
            Fault::new(Code::KeySignerFailed).about(error.code())
        })
    }

    fn sign_messages(&self, request: MessageSigning<'_>) -> Result<Vec<u8>, Fault> {
        match &self.0 {
            Held::Here(secret) => secret.sign_messages(request),
            Held::Elsewhere(_) => Err(Fault::new(Code::KeyWrongSuite).about(self.public_key().key_type().name())),
        }
    }
}
