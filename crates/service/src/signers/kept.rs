//! Keys as the store keeps them: a sealed secret, or a sealed note of where the key is.

use serde::{Deserialize, Serialize};
use tamarack::keys::{PublicKey, SecretKey, Signer as _, seal_text, unseal_text};
use tamarack::{Code, Fault, json};

use super::{Place, SignerError, SigningKey};

/// What was sealed.
#[derive(Debug)]
pub enum SealedKey {
    /// A secret key.
    Here(SecretKey),
    /// Where a key is.
    Elsewhere(Place, PublicKey),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Note {
    place: Place,
    /// Named here too, under the seal: a place and a key that belong together.
    public_key_multibase: String,
}

impl SealedKey {
    /// Seals where a key is.
    ///
    /// # Errors
    /// [`Code::KeySealed`] for an empty passphrase and for a place with very long names, [`Code::Internal`].
    pub fn seal_place(place: &Place, public: &PublicKey, passphrase: &[u8]) -> Result<String, Fault> {
        let note = Note { place: place.clone(), public_key_multibase: public.to_multikey() };
        seal_text(&serde_json::to_vec(&note).map_err(|_| Code::Internal)?, passphrase)
    }

    /// Opens what was sealed.
    ///
    /// # Errors
    /// [`Code::KeySealed`] for a wrong passphrase and for any damage.
    pub fn unseal(sealed: &str, passphrase: &[u8]) -> Result<Self, Fault> {
        let refused = || Fault::new(Code::KeySealed);
        let text = unseal_text(sealed, passphrase)?;
        let value = json::parse(&text).map_err(|_| refused())?;
        if value.get("place").is_none() {
            return SecretKey::from_jwk(&value).map(Self::Here).map_err(|_| refused());
        }
        let note: Note = serde_json::from_slice(&text).map_err(|_| refused())?;
        let public = PublicKey::from_multikey(&note.public_key_multibase).map_err(|_| refused())?;
        Ok(Self::Elsewhere(note.place, public))
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        match self {
            Self::Here(secret) => secret.public_key(),
            Self::Elsewhere(_, public) => public,
        }
    }

    /// The key, ready to sign.
    ///
    /// # Errors
    /// [`SignerError`] as [`SigningKey::at`].
    pub fn ready(self) -> Result<SigningKey, SignerError> {
        match self {
            Self::Here(secret) => Ok(secret.into()),
            Self::Elsewhere(place, public) => SigningKey::at(&place, public),
        }
    }
}
