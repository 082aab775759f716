//! Keys and secrets of credentials, as the flows need them.

use tamarack::jsonld::Contexts;
use tamarack::present::{Binding, Held, Selection, present};
use tamarack::proof::{BoundTo, HolderCommitment};
use tamarack::{Code, Fault, Randomness};

use crate::credentials;
use crate::error::{Result, WalletCode};
use crate::keys::{self, HolderKey, NewKey};
use crate::limits;
use crate::means::Means;
use crate::store::{Change, Kind};

/// For whom a wallet shows a credential that it checks itself.
pub(crate) const MYSELF: &str = "https://wallet.invalid/received";

/// Makes a key, and keeps it before anybody hears of it. Its id.
pub(crate) fn make(
    means: &Means<'_>,
    new: NewKey,
    challenge: Option<&[u8]>,
    rng: &mut dyn Randomness,
) -> Result<String> {
    let (key, change) = HolderKey::create(new, means.device, challenge, means.now(), rng)?;
    let id = key.id().to_owned();
    means.store.write(&[change])?;
    Ok(id)
}

/// The key with this id, to sign with.
pub(crate) fn open<'m>(means: &Means<'m>, id: &str) -> Result<HolderKey<'m>> {
    HolderKey::open(means.store, means.device, id)
}

/// Draws secrets, and keeps them before the commitment leaves: their id, and the commitment.
pub(crate) fn commit(
    means: &Means<'_>,
    bound_to: BoundTo,
    rng: &mut dyn Randomness,
) -> Result<(String, HolderCommitment)> {
    let (id, commitment, change) = keys::create_secrets(bound_to, means.now(), rng)?;
    means.store.write(&[change])?;
    Ok((id, commitment))
}

/// Deletes a key or secrets. What is not there is no error.
pub(crate) fn remove(means: &Means<'_>, id: &str) -> Result<()> {
    keys::delete(means.store, means.device, id)
}

/// The changes that remove credentials, and the ids of the keys that none but them was bound to: to be removed when the changes are
/// written.
pub(crate) fn removal(means: &Means<'_>, ids: &[String]) -> Result<(Vec<Change>, Vec<String>)> {
    let (mut changes, mut keys) = (Vec::new(), Vec::new());
    for id in ids {
        changes.extend([Kind::Credential, Kind::Summary, Kind::Status].map(|kind| Change::remove(kind, id.as_str())));
        match credentials::read(means.store, id) {
            Ok(credential) => keys.extend([credential.key, credential.secrets].into_iter().flatten()),
            Err(error) if error.wallet_code() == Some(WalletCode::RecordMissing) => {}
            Err(error) => return Err(error),
        }
    }
    keys.sort();
    keys.dedup();
    if !keys.is_empty() {
        // The copies of a credential may be bound to the same secrets, of which some copies stay.
        let all = means.store.ids(Kind::Credential, None, limits::LISTED)?;
        for id in all.iter().filter(|id| !ids.contains(id)) {
            let stays = credentials::read(means.store, id)?;
            keys.retain(|key| stays.key.as_ref() != Some(key) && stays.secrets.as_ref() != Some(key));
        }
    }
    Ok((changes, keys))
}

/// A showing of everything, made for nobody: what is bound to secrets can be judged so, by whoever has them.
pub(crate) fn shown_to_oneself(
    means: &Means<'_>,
    id: &str,
    credential: &str,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<String> {
    let held = Held::parse(credential.as_bytes())?;
    if !held.is_bound() {
        return Err(Fault::new(Code::ProofBinding).into());
    }
    let secrets = keys::secrets(means.store, id)?.for_domain(Some(MYSELF))?;
    let binding =
        Binding { audience: Some(MYSELF), nonce: Some(MYSELF), secrets: Some(&secrets), ..Binding::default() };
    let everything = [String::new()];
    let selection = Selection { pointers: &everything, frame: None };
    Ok(present(&held, &selection, &binding, contexts, rng)?)
}
