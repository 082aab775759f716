//! Credential status: BitstringStatusList, StatusList2021, RevocationList2020.

use crate::credential::Credential;
use crate::json::Object;
use crate::{Code, Fault, Timestamp};

/// A `credentialStatus` entry that was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusEntry {
    /// Its JSON pointer in the credential.
    pub pointer: String,
    /// `BitstringStatusListEntry`, `StatusList2021Entry` or `RevocationList2020Status`.
    pub kind: StatusKind,
    /// `revocation`, `suspension`, `message`, `refresh` or another.
    pub purpose: String,
    /// The URL of the list credential.
    pub list: String,
    /// The index in the list.
    pub index: usize,
    /// Bits per entry, 1 unless it is a message list.
    pub size: u8,
}

/// The kinds of status lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatusKind {
    /// Bitstring Status List 1.0.
    Bitstring,
    /// StatusList2021.
    List2021,
    /// RevocationList2020; verified only.
    Revocation2020,
}

/// Reads the status entries of a credential.
///
/// # Errors
/// [`Code::StatusEntry`], [`Code::StatusTypeUnknown`], with pointers.
pub fn entries(_credential: &Credential<'_>) -> Result<Vec<StatusEntry>, Fault> {
    Err(Fault::new(Code::Internal))
}

/// Looks an entry up in its list. The list credential must have been verified already.
/// `Ok(Some(message))` for a message list's text.
///
/// # Errors
/// [`Code::StatusRevoked`], [`Code::StatusSuspended`], [`Code::StatusMessage`], and `status.*` for what is wrong with the list.
pub fn look_up(_entry: &StatusEntry, _list: &Credential<'_>, _now: Timestamp) -> Result<(), Fault> {
    Err(Fault::new(Code::Internal))
}

/// A status list being kept by an issuer: `size` bits per entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusList {
    bits: Vec<u8>,
    size: u8,
}

impl StatusList {
    /// An empty list of `entries` entries (at least 131 072) of `size` bits.
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`] for too few entries or a size other than 1, 2, 4 or 8.
    pub fn new(_entries: usize, _size: u8) -> Result<Self, Fault> {
        Err(Fault::new(Code::Internal))
    }

    /// The number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bits.len() * 8 / self.size as usize
    }

    /// Whether there is no entry.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// Sets an entry.
    ///
    /// # Errors
    /// [`Code::StatusIndex`].
    pub fn set(&mut self, _index: usize, _value: u8) -> Result<(), Fault> {
        Err(Fault::new(Code::Internal))
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`Code::StatusIndex`].
    pub fn get(&self, _index: usize) -> Result<u8, Fault> {
        Err(Fault::new(Code::Internal))
    }

    /// The unsigned list credential (VCDM 2.0 for `Bitstring`, 1.1 for `List2021`).
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`] for `Revocation2020`, which is verified only.
    pub fn to_credential(&self, _options: &ListOptions<'_>) -> Result<Object<'static>, Fault> {
        Err(Fault::new(Code::Internal))
    }
}

/// What a list credential says beside its bits.
#[derive(Clone, Copy, Debug)]
pub struct ListOptions<'o> {
    /// Which kind of list.
    pub kind: StatusKind,
    /// The URL of the list credential.
    pub url: &'o str,
    /// The issuer's DID.
    pub issuer: &'o str,
    /// `revocation`, `suspension` or `message`.
    pub purpose: &'o str,
    /// When the list begins to be valid.
    pub valid_from: Timestamp,
    /// Until when the list may be used.
    pub valid_until: Timestamp,
    /// For message lists: the texts, by value.
    pub messages: &'o [(u8, &'o str)],
}
