//! Finding the key that fits, and opening it.

use tamarack::did::{DidDocument, DocumentBuilder, MethodForm, Relationship, did_of};
use tamarack::issue::Securing;
use tamarack::keys::{KeyType, PublicKey, SecretKey, Signer as _};
use tamarack::{Fault, Timestamp};
use tamarack_cli::{Exit, Failure};
use tamarack_service::signers::{Place, SealedKey, SignerError, SigningKey};

use crate::store::{Issuer, KeyRecord, KeyState, NewKey, Store};

/// The kinds of keys that an issuer can have.
pub const KINDS: [KeyType; 4] = [KeyType::Ed25519, KeyType::P256, KeyType::P384, KeyType::Bls12381G2];

/// An opened key.
#[derive(Debug)]
pub struct Key {
    /// Its record.
    pub record: KeyRecord,
    /// What signs: the secret itself, or whoever has it.
    pub signer: SigningKey,
}

impl Key {
    /// The DID in whose name it signs.
    #[must_use]
    pub fn did(&self) -> &str {
        did_of(&self.record.method)
    }
}

/// The kind with this name, in any case, with or without hyphens and spaces.
#[must_use]
pub fn kind(name: &str) -> Option<KeyType> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', ' '], "");
    KINDS.into_iter().find(|kind| plain(kind.name()) == plain(name))
}

/// The key that a person names (its number, DID URL, fragment or Multikey), or the current one that fits a suite.
///
/// # Errors
/// `key.none` if no current key fits; `store.not_found`; `key.retired`.
pub fn choose(store: &Store, securing: Securing, wanted: Option<&str>) -> Result<KeyRecord, Failure> {
    let keys = store.keys()?;
    let Some(wanted) = wanted else {
        let fits = |kind: &KeyType| securing.fits(*kind);
        let current = |kind: KeyType| keys.iter().find(|key| key.state == KeyState::Current && key.kind == kind.name());
        return KINDS
            .into_iter()
            .filter(fits)
            .find_map(current)
            .cloned()
            .ok_or_else(|| Failure::new(Exit::Usage, "key.none").with("suite", securing.name()));
    };
    unless_retired(find(&keys, wanted)?.clone())
}

/// The key for a document that names its signer: of a store of `did:key`, the key whose DID that is, whether it fits the
/// suite or not, as no other could sign in that name; else as [`choose`].
///
/// # Errors
/// As [`choose`].
pub fn choose_for(
    store: &Store,
    securing: Securing,
    wanted: Option<&str>,
    signer: Option<&str>,
) -> Result<KeyRecord, Failure> {
    let signer = signer.filter(|signer| wanted.is_none() && signer.starts_with("did:key:"));
    let own = |key: &KeyRecord| key.state != KeyState::Retired && Some(did_of(&key.method)) == signer;
    match store.keys()?.into_iter().find(own) {
        Some(key) => Ok(key),
        None => choose(store, securing, wanted),
    }
}

/// The key that a batch was begun with. It may have been replaced since, but not retired.
///
/// # Errors
/// `store.not_found`; `key.retired`.
pub fn begun_with(store: &Store, id: i64) -> Result<KeyRecord, Failure> {
    unless_retired(store.key(id)?)
}

/// The key, unless it was retired.
///
/// # Errors
/// `key.retired`.
pub fn unless_retired(key: KeyRecord) -> Result<KeyRecord, Failure> {
    if key.state == KeyState::Retired {
        return Err(Failure::new(Exit::Usage, "key.retired").with("key", &key.method));
    }
    Ok(key)
}

/// The key that a person names.
///
/// # Errors
/// `store.not_found`.
pub fn find<'k>(keys: &'k [KeyRecord], wanted: &str) -> Result<&'k KeyRecord, Failure> {
    let named = |key: &&KeyRecord| {
        key.id.to_string() == wanted
            || key.method == wanted
            || key.multikey == wanted
            || key.method.split_once('#').is_some_and(|(_, fragment)| wanted.strip_prefix('#') == Some(fragment))
    };
    keys.iter()
        .find(named)
        .ok_or_else(|| Failure::new(Exit::Usage, "store.not_found").with("kind", "key").with("name", wanted))
}

/// Opens a stored key, or connects to it where it is.
///
/// # Errors
/// `key.sealed` for a wrong passphrase; `signer.*`.
pub fn open(record: KeyRecord, passphrase: &str) -> Result<Key, Failure> {
    let sealed = SealedKey::unseal(&record.sealed, passphrase.as_bytes())?;
    // The record and what is sealed must be one key: a mixed-up store signs nothing.
    if sealed.public_key().to_multikey() != record.multikey {
        return Err(Fault::new(tamarack::Code::KeySealed).into());
    }
    Ok(Key { record, signer: sealed.ready().map_err(|error| signer_failure(&error))? })
}

/// A key that is to be added.
#[derive(Clone, Copy, Debug)]
pub enum NewSigner<'k> {
    /// A secret, which is sealed.
    Secret(&'k SecretKey),
    /// A key that stays where it is.
    Elsewhere(&'k Place, &'k PublicKey),
}

/// Seals a key, or where it is, and stores it as the current one of its kind. A key elsewhere must sign something first.
///
/// # Errors
/// `key.known` if it is there already; `key.other_passphrase` if the store's other keys do not open with this passphrase;
/// `signer.*`.
pub fn add(
    store: &Store,
    issuer: &Issuer,
    new: NewSigner<'_>,
    passphrase: &str,
    now: Timestamp,
) -> Result<KeyRecord, Failure> {
    let public = match new {
        NewSigner::Secret(secret) => secret.public_key(),
        NewSigner::Elsewhere(_, public) => public,
    };
    let multikey = public.to_multikey();
    let keys = store.keys()?;
    if let Some(known) = keys.iter().find(|key| key.multikey == multikey) {
        return Err(Failure::new(Exit::Usage, "key.known").with("id", known.id).with("key", &known.method));
    }
    if let Some(other) = keys.into_iter().next_back() {
        SealedKey::unseal(&other.sealed, passphrase.as_bytes())
            .map_err(|_| Failure::new(Exit::Usage, "key.other_passphrase"))?;
    }
    let sealed = match new {
        NewSigner::Secret(secret) => secret.seal(passphrase.as_bytes())?,
        NewSigner::Elsewhere(place, public) => {
            let signer = SigningKey::at(place, public.clone()).and_then(|signer| signer.try_out());
            signer.map_err(|error| signer_failure(&error))?;
            SealedKey::seal_place(place, public, passphrase.as_bytes())?
        }
    };
    let did = if issuer.did == "did:key" { format!("did:key:{multikey}") } else { issuer.did.clone() };
    let key = NewKey {
        method: &format!("{did}#{multikey}"),
        kind: public.key_type().name(),
        multikey: &multikey,
        sealed: &sealed,
    };
    Ok(store.add_key(&key, now)?)
}

/// Why a key elsewhere does not sign, in words.
#[must_use]
pub fn signer_failure(error: &SignerError) -> Failure {
    let exit = match error {
        SignerError::Place | SignerError::NotBuilt | SignerError::Kind => Exit::Usage,
        _ => Exit::Unavailable,
    };
    Failure::new(exit, error.code()).with("reason", error)
}

/// The same of a signature that was asked for in the middle of something else.
#[must_use]
pub fn explained(failure: Failure) -> Failure {
    let code = failure.fault().and_then(SignerError::code_in);
    code.map_or(failure, |code| Failure::new(Exit::Unavailable, code).with("reason", code))
}

/// The DID document to publish: every key that still verifies. For `did:key`, that of the newest key.
///
/// # Errors
/// `key.none_at_all`.
pub fn document(store: &Store, issuer: &Issuer) -> Result<DidDocument, Failure> {
    let mut keys = store.keys()?;
    keys.retain(|key| key.state != KeyState::Retired);
    if issuer.did == "did:key" {
        let current = keys.iter().rfind(|key| key.state == KeyState::Current);
        let key = current.ok_or_else(|| Failure::new(Exit::Usage, "key.none_at_all"))?;
        return Ok(tamarack::did::resolve(did_of(&key.method), &tamarack::Evidence::none())?);
    }
    let mut builder = DocumentBuilder::new(&issuer.did);
    for key in &keys {
        let public = PublicKey::from_multikey(&key.multikey)?;
        let both = [Relationship::AssertionMethod, Relationship::Authentication];
        builder.add(&key.method, &public, MethodForm::Multikey, &both);
    }
    Ok(builder.build()?)
}
