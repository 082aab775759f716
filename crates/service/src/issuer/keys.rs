//! The keys that sign, opened.

use std::sync::Arc;

use tamarack::did::{DidDocument, DocumentBuilder, MethodForm, Relationship, did_of, resolve};
use tamarack::issue::Securing;
use tamarack::keys::{KeyType, PublicKey, Signer as _};
use tamarack::sd_jwt::Profile;
use tamarack::x509::Chain;
use tamarack::{Code, Evidence, Fault};

use super::service::ServiceError;
use crate::signers::{SealedKey, SigningKey};
use crate::store::issuing::{Issuer, KeyRecord, KeyState};

/// The kinds of keys that an issuer can have, in the order in which they are preferred.
const KINDS: [KeyType; 4] = [KeyType::Ed25519, KeyType::P256, KeyType::P384, KeyType::Bls12381G2];
/// The order for SD-JWT VCs: every verifier of OpenID4VC HAIP knows ES256 (§7), and many know nothing else.
const KINDS_OF_SD_JWT_VC: [KeyType; 3] = [KeyType::P256, KeyType::P384, KeyType::Ed25519];

/// An opened key. Clones share what signs.
#[derive(Clone, Debug)]
pub struct IssuerKey {
    /// The DID URL of its verification method.
    pub method: String,
    /// Whether it is the current one of its kind.
    pub is_current: bool,
    /// What signs.
    pub signer: SigningKey,
}

impl IssuerKey {
    /// Opens a stored key, or connects to it where it is.
    ///
    /// # Errors
    /// [`Code::KeySealed`] for a wrong passphrase, and for a record that is not of this key; [`ServiceError::Signer`].
    pub fn open(record: &KeyRecord, passphrase: &[u8]) -> Result<Self, ServiceError> {
        let sealed = SealedKey::unseal(&record.sealed, passphrase)?;
        // The record and what is sealed must be one key: a mixed-up store signs nothing.
        if sealed.public_key().to_multikey() != record.multikey {
            return Err(Fault::new(Code::KeySealed).into());
        }
        let signer = sealed.ready()?;
        Ok(Self { method: record.method.clone(), is_current: record.state == KeyState::Current, signer })
    }

    /// The DID in whose name it signs.
    #[must_use]
    pub fn did(&self) -> &str {
        did_of(&self.method)
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> KeyType {
        self.public().key_type()
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        self.signer.public_key()
    }
}

/// The keys that are not retired.
#[derive(Clone, Debug, Default)]
pub struct KeyRing(Vec<Arc<IssuerKey>>);

impl KeyRing {
    /// Opens the keys of a store; those that were opened before are taken over.
    ///
    /// # Errors
    /// [`Code::KeySealed`], [`ServiceError::Signer`].
    pub fn open(records: &[KeyRecord], passphrase: &[u8], before: &Self) -> Result<Self, ServiceError> {
        let usable = records.iter().filter(|record| record.state != KeyState::Retired);
        let open = |record: &KeyRecord| {
            let is_current = record.state == KeyState::Current;
            match before.0.iter().find(|key| key.method == record.method) {
                Some(known) if known.is_current == is_current => Ok(Arc::clone(known)),
                // A key that was replaced is the same key: nothing has to be opened again.
                Some(known) => Ok(Arc::new(IssuerKey { is_current, ..IssuerKey::clone(known) })),
                None => IssuerKey::open(record, passphrase).map(Arc::new),
            }
        };
        usable.map(open).collect::<Result<_, _>>().map(Self)
    }

    /// The current key that fits a way of securing; for SD-JWT VCs that of the certificate, if there is one.
    #[must_use]
    pub fn for_securing(&self, securing: Securing, certificates: Option<&Chain>) -> Option<&Arc<IssuerKey>> {
        let kinds = match (securing, certificates) {
            (Securing::SdJwt(Profile::SdJwtVc), Some(chain)) => return self.certified(chain),
            (Securing::SdJwt(Profile::SdJwtVc), None) => KINDS_OF_SD_JWT_VC.as_slice(),
            _ => KINDS.as_slice(),
        };
        let current = |kind| self.0.iter().find(|key| key.is_current && key.kind() == kind);
        kinds.iter().copied().filter(|kind| securing.fits(*kind)).find_map(current)
    }

    /// The current key that a certificate is of.
    #[must_use]
    pub fn certified(&self, chain: &Chain) -> Option<&Arc<IssuerKey>> {
        let public = chain.key().ok()?;
        self.0.iter().find(|key| key.is_current && *key.public() == public)
    }

    /// A key of an issuer that the world can check: a current one if there is one, Ed25519 before the others.
    #[must_use]
    pub fn for_lists(&self, issuer: &str) -> Option<&Arc<IssuerKey>> {
        let usable = self.0.iter().enumerate().filter(|(_, key)| key.did() == issuer);
        let rank =
            |(at, key): &(usize, &Arc<IssuerKey>)| (!key.is_current, key.kind() != KeyType::Ed25519, usize::MAX - at);
        usable.min_by_key(rank).map(|(_, key)| key)
    }

    /// Every key.
    pub fn all(&self) -> impl Iterator<Item = &Arc<IssuerKey>> {
        self.0.iter()
    }

    /// The DID document to publish: every key that still verifies. For `did:key`, that of the newest current key; `None`
    /// without a key.
    ///
    /// # Errors
    /// What the core says of the document.
    pub fn document(&self, issuer: &Issuer) -> Result<Option<DidDocument>, Fault> {
        if issuer.did == "did:key" {
            let newest = self.0.iter().rfind(|key| key.is_current);
            return newest.map(|key| resolve(key.did(), &Evidence::none())).transpose();
        }
        if self.0.is_empty() {
            return Ok(None);
        }
        let mut builder = DocumentBuilder::new(&issuer.did);
        for key in &self.0 {
            let both = [Relationship::AssertionMethod, Relationship::Authentication];
            builder.add(&key.method, key.public(), MethodForm::Multikey, &both);
        }
        builder.build().map(Some)
    }
}
