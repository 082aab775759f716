//! Deleting a credential: with its copies, its keys and the right to ask for more of it, and an entry in the history.

use tamarack::Randomness;

use crate::credentials::{self, Summary};
use crate::error::Result;
use crate::history::{Entry, Event, Involved};
use crate::holder;
use crate::means::Means;
use crate::receive;
use crate::store::{Change, Kind};

/// Deletes a credential with all its copies, at the person's word. The keys and secrets that nothing else is bound to go with it, and
/// the right to ask its issuer for more of it; the history says that it was deleted. Consent receipts stay. How many copies there
/// were.
///
/// # Errors
/// [`crate::WalletCode::RecordMissing`], [`crate::WalletCode::RecordDamaged`]; the store's; the device's, if it cannot delete a key: the credential is
/// gone then all the same.
pub fn delete_credential(id: &str, means: &Means<'_>, rng: &mut dyn Randomness) -> Result<usize> {
    let summary = credentials::summary(means.store, id)?;
    let copies: Vec<Summary> = match &summary.batch {
        None => vec![summary.clone()],
        Some(batch) => {
            let all = credentials::summaries(means.store)?.into_iter();
            all.filter(|copy| copy.batch.as_ref() == Some(batch)).collect()
        }
    };
    let ids: Vec<String> = copies.into_iter().map(|copy| copy.id).collect();
    let (mut changes, keys) = holder::removal(means, &ids)?;
    if let Some(right) = receive::right_of(means.store, id, &ids)? {
        changes.push(Change::remove(Kind::Setting, right));
    }
    let mut entry = Entry::new(Event::Deleted, means.now());
    entry.credentials = vec![Involved::of(&summary)];
    changes.push(entry.change(rng)?);
    means.store.write(&changes)?;
    keys.iter().try_for_each(|key| holder::remove(means, key))?;
    Ok(ids.len())
}
