//! The holder's keys: in software, in the device's secure hardware, and the secrets that a `bbs-2023` credential is bound to.
//!
//! One key for each credential is the rule: two credentials under one key tell every verifier that they are one person's.
//! So a key is made with what it is for, and there is no "the wallet's key". [`pairwise_id`] names the key with which a person
//! is known to one party alone.
//!
//! A software key lies in the store, which is encrypted; a hardware key never leaves the device, and the store knows its
//! alias and its public key alone.

mod own;
mod record;

use tamarack::did::{did_jwk, did_key};
use tamarack::json::Value;
use tamarack::keys::{KeyType, PublicKey, SecretKey, SignatureAlgorithm, Signer};
use tamarack::proof::{BoundSecrets, BoundTo, HolderCommitment};
use tamarack::{Code, Fault, Randomness, Timestamp};

use crate::credentials::{new_id, to_bytes};
use crate::device::DeviceKeys;
use crate::error::{Result, WalletCode, WalletError};
use crate::store::{Change, Kind, Store};
pub use own::{create_own, sign_own};
use record::KeyRecord;
pub use record::{KeyInfo, KeyPlace};

/// Which key to make.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum NewKey {
    /// Ed25519, in software.
    Ed25519,
    /// P-256, in software.
    P256,
    /// P-256, in the device's secure hardware.
    Device,
}

/// A holder's key, ready to sign.
pub struct HolderKey<'d> {
    id: String,
    place: Place<'d>,
    attestation: Option<Vec<u8>>,
}

enum Place<'d> {
    Software(Box<SecretKey>),
    Device { device: &'d dyn DeviceKeys, alias: String, public: Box<PublicKey> },
}

impl<'d> HolderKey<'d> {
    /// Makes a key under a fresh id. It is kept when the change is written: together with what it is for.
    ///
    /// `challenge` is what the platform's attestation of a hardware key is to be over, if the issuer named something.
    ///
    /// # Errors
    /// [`WalletCode::DeviceMissing`] for a hardware key without hardware, [`WalletCode::DeviceFailed`] for a device that gives
    /// no point of P-256, the device's own; [`Code::Internal`] without randomness.
    pub fn create(
        new: NewKey,
        device: Option<&'d dyn DeviceKeys>,
        challenge: Option<&[u8]>,
        now: Timestamp,
        randomness: &mut dyn Randomness,
    ) -> Result<(Self, Change)> {
        let id = new_id(randomness)?;
        Self::create_as(&id, new, device, challenge, now, randomness)
    }

    /// [`HolderKey::create`] under an id of one's own, such as a [`pairwise_id`]. Of two that are made at once, one is kept.
    ///
    /// # Errors
    /// As [`HolderKey::create`].
    pub fn create_as(
        id: &str,
        new: NewKey,
        device: Option<&'d dyn DeviceKeys>,
        challenge: Option<&[u8]>,
        now: Timestamp,
        randomness: &mut dyn Randomness,
    ) -> Result<(Self, Change)> {
        let key = match new {
            NewKey::Ed25519 => Self::software(id, generate(KeyType::Ed25519, randomness)?),
            NewKey::P256 => Self::software(id, generate(KeyType::P256, randomness)?),
            NewKey::Device => {
                let device = device.ok_or(WalletCode::DeviceMissing)?;
                let alias = format!("tamarack-{}", new_id(randomness)?);
                let public = Box::new(read_point(&device.create(&alias, challenge)?)?);
                let attestation = match challenge {
                    Some(challenge) => device.attest(&alias, challenge)?,
                    None => None,
                };
                Self { id: id.to_owned(), place: Place::Device { device, alias, public }, attestation }
            }
        };
        let record = key.to_record(now);
        let change = Change::put_new(Kind::Key, id, to_bytes(&record)?);
        Ok((key, change))
    }

    /// A key of the store.
    ///
    /// # Errors
    /// [`WalletCode::RecordMissing`], [`WalletCode::RecordDamaged`]; [`WalletCode::DeviceMissing`] for a hardware key without
    /// hardware; the store's.
    pub fn open(store: &dyn Store, device: Option<&'d dyn DeviceKeys>, id: &str) -> Result<Self> {
        let record = KeyRecord::read(store, id)?;
        let damaged = || WalletError::new(WalletCode::RecordDamaged).about(format!("key: {id}"));
        match &record {
            KeyRecord::Software { jwk, .. } => {
                let value = tamarack::json::parse(jwk.as_bytes()).map_err(|_| damaged())?;
                Ok(Self::software(id, SecretKey::from_jwk(&value).map_err(|_| damaged())?))
            }
            KeyRecord::Device { alias, public, attestation, .. } => {
                let value = tamarack::json::parse(public.as_bytes()).map_err(|_| damaged())?;
                let public = Box::new(PublicKey::from_jwk(&value).map_err(|_| damaged())?);
                let device = device.ok_or(WalletCode::DeviceMissing)?;
                let attestation = attestation.as_deref().map(record::decode).transpose()?;
                Ok(Self {
                    id: id.to_owned(),
                    place: Place::Device { device, alias: alias.clone(), public },
                    attestation,
                })
            }
            KeyRecord::Bound { .. } => Err(damaged()),
        }
    }

    /// The key under this id, made and kept if it is not there yet: for the key of one party ([`pairwise_id`]).
    ///
    /// # Errors
    /// As [`HolderKey::create`] and [`HolderKey::open`].
    pub fn open_or_create(
        store: &dyn Store,
        device: Option<&'d dyn DeviceKeys>,
        id: &str,
        new: NewKey,
        now: Timestamp,
        randomness: &mut dyn Randomness,
    ) -> Result<Self> {
        match Self::open(store, device, id) {
            Err(error) if error.wallet_code() == Some(WalletCode::RecordMissing) => {}
            done => return done,
        }
        let (key, change) = Self::create_as(id, new, device, None, now, randomness)?;
        match store.write(&[change]) {
            Ok(()) => Ok(key),
            Err(error) if error.wallet_code() == Some(WalletCode::StoreTaken) => {
                // Another thread was faster; what this one made in the hardware is not left behind.
                if let Place::Device { device, alias, .. } = &key.place {
                    device.delete(alias)?;
                }
                Self::open(store, device, id)
            }
            Err(error) => Err(error),
        }
    }

    /// The key's id in the store.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it lives in the device's secure hardware.
    #[must_use]
    pub const fn is_hardware(&self) -> bool {
        matches!(self.place, Place::Device { .. })
    }

    /// What the platform attested when the key was made: bytes in the platform's own form.
    #[must_use]
    pub fn attestation(&self) -> Option<&[u8]> {
        self.attestation.as_deref()
    }

    /// The key's `did:key`.
    #[must_use]
    pub fn did_key(&self) -> String {
        did_key(self.public_key())
    }

    /// The key's `did:jwk`.
    #[must_use]
    pub fn did_jwk(&self) -> String {
        did_jwk(self.public_key())
    }

    /// The DID URL of the key under its `did:key`.
    #[must_use]
    pub fn verification_method(&self) -> String {
        let did = self.did_key();
        let name = did.strip_prefix("did:key:").unwrap_or_default().to_owned();
        format!("{did}#{name}")
    }

    /// The public key as a JWK.
    #[must_use]
    pub fn public_jwk(&self) -> Value<'static> {
        self.public_key().to_jwk()
    }

    /// The algorithm with which it signs.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        match self.public_key().key_type() {
            KeyType::Ed25519 => SignatureAlgorithm::EdDsa,
            _ => SignatureAlgorithm::Es256,
        }
    }

    fn software(id: &str, key: SecretKey) -> Self {
        Self { id: id.to_owned(), place: Place::Software(Box::new(key)), attestation: None }
    }

    fn to_record(&self, now: Timestamp) -> KeyRecord {
        match &self.place {
            Place::Software(key) => {
                KeyRecord::Software { jwk: key.expose_jwk().as_str().to_owned(), created: now.unix() }
            }
            Place::Device { alias, public, .. } => KeyRecord::Device {
                alias: alias.clone(),
                public: tamarack::json::to_string(&public.to_jwk()),
                attestation: self.attestation.as_deref().map(record::encode),
                created: now.unix(),
            },
        }
    }
}

impl Signer for HolderKey<'_> {
    fn public_key(&self) -> &PublicKey {
        match &self.place {
            Place::Software(key) => key.public_key(),
            Place::Device { public, .. } => public,
        }
    }

    /// As [`SecretKey`]; what a device gives is checked against the public key before anybody sees it.
    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, Fault> {
        match &self.place {
            Place::Software(key) => key.sign(algorithm, message),
            Place::Device { device, alias, public } => {
                if algorithm != SignatureAlgorithm::Es256 {
                    return Err(Fault::new(Code::KeyWrongSuite).about(public.key_type().name()));
                }
                let failed = |about: String| Fault::new(Code::KeySignerFailed).about(about);
                let signature = device.sign(alias, message).map_err(|error| failed(error.to_string()))?;
                // A wrong signature may tell of the key (a fault attack), and a person would be told that he is a fraud.
                public
                    .verify(SignatureAlgorithm::Es256, message, &signature)
                    .map_err(|_| failed(crate::device::DeviceError::Failed.to_string()))?;
                Ok(signature)
            }
        }
    }
}

impl core::fmt::Debug for HolderKey<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HolderKey").field("id", &self.id).field("hardware", &self.is_hardware()).finish_non_exhaustive()
    }
}

/// Makes the secrets that a `bbs-2023` credential is to be bound to, and the commitment that its issuer needs of them. They are
/// kept when the change is written, under the id beside it: before the commitment leaves.
///
/// # Errors
/// [`Code::Internal`] without randomness.
pub fn create_secrets(
    bound_to: BoundTo,
    now: Timestamp,
    randomness: &mut dyn Randomness,
) -> Result<(String, HolderCommitment, Change)> {
    let id = new_id(randomness)?;
    let (secrets, commitment) = BoundSecrets::commit(bound_to, randomness)?;
    let record = KeyRecord::Bound { secrets: secrets.expose_json().as_str().to_owned(), created: now.unix() };
    let change = Change::put_new(Kind::Key, id.as_str(), to_bytes(&record)?);
    Ok((id, commitment, change))
}

/// The secrets under an id.
///
/// # Errors
/// [`WalletCode::RecordMissing`], [`WalletCode::RecordDamaged`]; the store's.
pub fn secrets(store: &dyn Store, id: &str) -> Result<BoundSecrets> {
    let damaged = || WalletError::new(WalletCode::RecordDamaged).about(format!("key: {id}"));
    match &KeyRecord::read(store, id)? {
        KeyRecord::Bound { secrets, .. } => BoundSecrets::parse(secrets.as_bytes()).map_err(|_| damaged()),
        _ => Err(damaged()),
    }
}

/// What there is to know of every key and secret, without any of them.
///
/// # Errors
/// [`WalletCode::RecordDamaged`]; the store's.
pub fn list(store: &dyn Store) -> Result<Vec<KeyInfo>> {
    let ids = store.ids(Kind::Key, None, crate::limits::LISTED)?;
    ids.into_iter().map(|id| Ok(KeyRecord::read(store, &id)?.info(id))).collect()
}

/// What there is to know of one key.
///
/// # Errors
/// [`WalletCode::RecordMissing`], [`WalletCode::RecordDamaged`]; the store's.
pub fn info(store: &dyn Store, id: &str) -> Result<KeyInfo> {
    Ok(KeyRecord::read(store, id)?.info(id.to_owned()))
}

/// Deletes a key, in the hardware as well. What was bound to it cannot be shown any more.
///
/// # Errors
/// [`WalletCode::DeviceMissing`] for a hardware key without hardware, the device's; the store's. Then it is still there.
pub fn delete(store: &dyn Store, device: Option<&dyn DeviceKeys>, id: &str) -> Result<()> {
    match KeyRecord::read(store, id) {
        Ok(KeyRecord::Device { ref alias, .. }) => device.ok_or(WalletCode::DeviceMissing)?.delete(alias)?,
        Err(error) if error.wallet_code() == Some(WalletCode::RecordMissing) => return Ok(()),
        Err(error) if error.wallet_code() != Some(WalletCode::RecordDamaged) => return Err(error),
        _ => {}
    }
    store.write(&[Change::remove(Kind::Key, id)])
}

/// The id of the key with which the person is known to one party and to nobody else (SIOPv2's pairwise subject; a consent
/// receipt). It says nothing of the party to who does not know its name already.
#[must_use]
pub fn pairwise_id(purpose: &str, party: &str) -> String {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new_with_prefix(b"tamarack pairwise key v1");
    for part in [purpose, party] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    format!("pairwise-{}", tamarack::encoding::base64url_encode(&digest))
}

fn generate(key_type: KeyType, randomness: &mut dyn Randomness) -> Result<SecretKey> {
    let mut seed = zeroize::Zeroizing::new([0; 32]);
    // FIPS 186-5 §A.2.2: a candidate that is not below the order is thrown away; the odds are 2^-32.
    for _ in 0..16 {
        randomness.fill(seed.as_mut())?;
        if let Ok(key) = SecretKey::from_bytes(key_type, seed.as_ref()) {
            return Ok(key);
        }
    }
    Err(Code::Internal.into())
}

/// A point of P-256 as SEC1 §2.3.3 writes it, compressed or not.
fn read_point(bytes: &[u8]) -> Result<PublicKey> {
    let failed = || WalletError::new(WalletCode::DeviceFailed).about("public key");
    match bytes {
        [4, rest @ ..] if rest.len() == 64 => {
            // Through a JWK, which checks that the point is on the curve.
            let (x, y) = rest.split_at_checked(32).ok_or_else(failed)?;
            let mut jwk = tamarack::json::Object::new();
            jwk.insert("kty", "EC");
            jwk.insert("crv", "P-256");
            jwk.insert("x", tamarack::encoding::base64url_encode(x));
            jwk.insert("y", tamarack::encoding::base64url_encode(y));
            PublicKey::from_jwk(&Value::Object(jwk)).map_err(|_| failed())
        }
        _ => PublicKey::from_bytes(KeyType::P256, bytes).map_err(|_| failed()),
    }
}

#[cfg(test)]
mod tests;
