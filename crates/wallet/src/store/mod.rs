//! Where a wallet keeps what it has: one trait, in memory ([`MemoryStore`]) and in an encrypted file.
//!
//! A store keeps records: bytes under an id, in one of a few [`Kind`]s. A write is several changes that come about together
//! or not at all, and that no crash takes back once it returned. What the bytes mean is the business of whoever writes them.

mod memory;
mod sqlcipher;

pub use memory::MemoryStore;
pub use sqlcipher::{Guard, SqlCipherStore};

use zeroize::Zeroizing;

use crate::error::{Result, WalletCode, WalletError};
use crate::limits;

/// The kinds of records. Ids are unique within a kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// Holder keys and their secrets.
    Key,
    /// Credentials as they were received.
    Credential,
    /// What a list shows of a credential and what a request is matched with, under the credential's id.
    Summary,
    /// What is under way: offers, requests, deferred credentials, browser sign-ins.
    Pending,
    /// What happened, in order of time.
    History,
    /// Consent receipts.
    Receipt,
    /// What was last learnt of the state of a credential, and kept status lists.
    Status,
    /// Settings.
    Setting,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Key,
        Self::Credential,
        Self::Summary,
        Self::Pending,
        Self::History,
        Self::Receipt,
        Self::Status,
        Self::Setting,
    ];

    /// The kind's name, as the file and the backup write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Credential => "credential",
            Self::Summary => "summary",
            Self::Pending => "pending",
            Self::History => "history",
            Self::Receipt => "receipt",
            Self::Status => "status",
            Self::Setting => "setting",
        }
    }
}

/// One change of a write.
#[derive(Clone)]
#[non_exhaustive]
pub enum Change {
    /// Puts a record, in the place of one that is there.
    Put {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: String,
        /// Its bytes.
        bytes: Zeroizing<Vec<u8>>,
    },
    /// Puts a record that must not be there yet; if it is, the whole write is refused.
    PutNew {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: String,
        /// Its bytes.
        bytes: Zeroizing<Vec<u8>>,
    },
    /// Removes a record. One that is not there is no error.
    Remove {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: String,
    },
    /// Removes a record that must be there; if it is not, the whole write is refused. What may happen once is settled so.
    Take {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: String,
    },
}

impl Change {
    /// [`Change::Put`].
    #[must_use]
    pub fn put(kind: Kind, id: impl Into<String>, bytes: impl Into<Zeroizing<Vec<u8>>>) -> Self {
        Self::Put { kind, id: id.into(), bytes: bytes.into() }
    }

    /// [`Change::PutNew`].
    #[must_use]
    pub fn put_new(kind: Kind, id: impl Into<String>, bytes: impl Into<Zeroizing<Vec<u8>>>) -> Self {
        Self::PutNew { kind, id: id.into(), bytes: bytes.into() }
    }

    /// [`Change::Remove`].
    #[must_use]
    pub fn remove(kind: Kind, id: impl Into<String>) -> Self {
        Self::Remove { kind, id: id.into() }
    }

    /// [`Change::Take`].
    #[must_use]
    pub fn take(kind: Kind, id: impl Into<String>) -> Self {
        Self::Take { kind, id: id.into() }
    }

    /// The kind of the record.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Put { kind, .. }
            | Self::PutNew { kind, .. }
            | Self::Remove { kind, .. }
            | Self::Take { kind, .. } => *kind,
        }
    }

    /// The id of the record.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Put { id, .. } | Self::PutNew { id, .. } | Self::Remove { id, .. } | Self::Take { id, .. } => id,
        }
    }

    /// The bytes that it puts.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Put { bytes, .. } | Self::PutNew { bytes, .. } => Some(bytes),
            Self::Remove { .. } | Self::Take { .. } => None,
        }
    }
}

/// Without the bytes.
impl core::fmt::Debug for Change {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let name = match self {
            Self::Put { .. } => "Put",
            Self::PutNew { .. } => "PutNew",
            Self::Remove { .. } => "Remove",
            Self::Take { .. } => "Take",
        };
        f.debug_struct(name).field("kind", &self.kind()).finish_non_exhaustive()
    }
}

/// A store of records. Every method may be called from several threads at once.
///
/// Beside the errors that each names, each gives [`WalletCode::StoreLocked`] for a store that is locked, and
/// [`WalletCode::StoreDamaged`], [`WalletCode::StoreUnavailable`] or [`WalletCode::StoreBusy`] if the store cannot be read.
pub trait Store: Send + Sync {
    /// The bytes of a record; `None` if there is none.
    ///
    /// # Errors
    /// As the trait says.
    fn read(&self, kind: Kind, id: &str) -> Result<Option<Zeroizing<Vec<u8>>>>;

    /// Ids and bytes of the records of a kind, in order of the bytes of their ids: those behind `after`, `limit` at most
    /// (and [`limits::LISTED`]).
    ///
    /// # Errors
    /// As the trait says.
    fn list(&self, kind: Kind, after: Option<&str>, limit: usize) -> Result<Vec<(String, Vec<u8>)>>;

    /// The ids alone, as [`Store::list`] gives them.
    ///
    /// # Errors
    /// As the trait says.
    fn ids(&self, kind: Kind, after: Option<&str>, limit: usize) -> Result<Vec<String>>;

    /// How many records of a kind there are.
    ///
    /// # Errors
    /// As the trait says.
    fn count(&self, kind: Kind) -> Result<usize>;

    /// Makes the changes, in their order, all or none. They are durable when it returns.
    ///
    /// # Errors
    /// [`WalletCode::StoreTaken`] for a [`Change::PutNew`] of a record that is there, [`WalletCode::RecordMissing`] for a
    /// [`Change::Take`] of one that is not, [`WalletCode::StoreLimit`] for what is larger than `limits.rs` says,
    /// [`WalletCode::StoreFull`] if there is no room. Then nothing was changed.
    fn write(&self, changes: &[Change]) -> Result<()>;
}

impl<S: Store + ?Sized> Store for &S {
    fn read(&self, kind: Kind, id: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        (**self).read(kind, id)
    }

    fn list(&self, kind: Kind, after: Option<&str>, limit: usize) -> Result<Vec<(String, Vec<u8>)>> {
        (**self).list(kind, after, limit)
    }

    fn ids(&self, kind: Kind, after: Option<&str>, limit: usize) -> Result<Vec<String>> {
        (**self).ids(kind, after, limit)
    }

    fn count(&self, kind: Kind) -> Result<usize> {
        (**self).count(kind)
    }

    fn write(&self, changes: &[Change]) -> Result<()> {
        (**self).write(changes)
    }
}

/// What every store refuses before it touches anything.
pub(crate) fn check(changes: &[Change]) -> Result<()> {
    let too_large = |what: &str, is: usize, limit: usize| {
        WalletError::new(WalletCode::StoreLimit).about(format!("{what}: {is} > {limit}"))
    };
    if changes.len() > limits::CHANGES {
        return Err(too_large("changes", changes.len(), limits::CHANGES));
    }
    for change in changes {
        let (id, bytes) = (change.id().len(), change.bytes().map_or(0, <[u8]>::len));
        if id > limits::RECORD_ID_BYTES {
            return Err(too_large("id", id, limits::RECORD_ID_BYTES));
        }
        if bytes > limits::RECORD_BYTES {
            return Err(too_large(change.kind().as_str(), bytes, limits::RECORD_BYTES));
        }
    }
    Ok(())
}
