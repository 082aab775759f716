//! Keys for a purpose of the app's own. With these the app signs what it likes; with the key of a credential, of a receipt or of a
//! sign-in it signs nothing: they sign what the person agreed to, and nothing else.

use tamarack::Randomness;
use tamarack::keys::Signer as _;

use super::{HolderKey, NewKey};
use crate::credentials::{StoredCredential, from_bytes, new_id};
use crate::error::{Result, WalletCode, WalletError};
use crate::limits;
use crate::means::Means;
use crate::store::Kind;

/// The beginning of their ids: the wallet's own keys are called otherwise.
const PREFIX: &str = "own-";

/// Makes and keeps a key for a purpose of the app's own. Its id.
///
/// `challenge`: what the platform's attestation of a key in the device is to be over.
///
/// # Errors
/// As [`HolderKey::create`]; the store's.
pub fn create_own(
    new: NewKey,
    challenge: Option<&[u8]>,
    means: &Means<'_>,
    randomness: &mut dyn Randomness,
) -> Result<String> {
    let id = format!("{PREFIX}{}", new_id(randomness)?);
    let (_, change) = HolderKey::create_as(&id, new, means.device, challenge, means.now(), randomness)?;
    means.store.write(&[change])?;
    Ok(id)
}

/// Signs bytes with a key that [`create_own`] made and that no credential is bound to.
///
/// # Errors
/// [`WalletCode::ConsentNeeded`] for every other key; as [`HolderKey::open`]; what the device says.
pub fn sign_own(id: &str, message: &[u8], means: &Means<'_>) -> Result<Vec<u8>> {
    let key = HolderKey::open(means.store, means.device, id)?;
    if !id.starts_with(PREFIX) || is_bound_to(id, means)? {
        return Err(WalletError::new(WalletCode::ConsentNeeded).about(id));
    }
    Ok(key.sign(key.algorithm(), message)?)
}

/// Whether a credential of the wallet is bound to a key: one that came by another way than an offer may be.
fn is_bound_to(key: &str, means: &Means<'_>) -> Result<bool> {
    for id in means.store.ids(Kind::Credential, None, limits::LISTED)? {
        let Some(bytes) = means.store.read(Kind::Credential, &id)? else { continue };
        let credential: StoredCredential = from_bytes(Kind::Credential, &id, &bytes)?;
        if credential.key.as_deref() == Some(key) {
            return Ok(true);
        }
    }
    Ok(false)
}
