//! Status lists: what an issuer keeps and publishes, and the places in them that credentials name.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tamarack::credential::read_credential;
use tamarack::json::{self, Value, to_string};
use tamarack::status::{self, Allocator, ListOptions, Seed, TokenList, TokenOptions};
use tamarack::{Code, Fault};
use zeroize::Zeroizing;

use crate::error::TamarackError;
use crate::keys::Key;
use crate::time::{or_now, timestamp};

/// The kinds of status lists.
///
/// ```text
/// options = StatusListOptions(url=url, issuer=did, purpose="revocation", valid_until=until, kind=StatusKind.LIST2021)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum StatusKind {
    /// Bitstring Status List 1.0.
    Bitstring,
    /// StatusList2021.
    List2021,
    /// RevocationList2020: verified only.
    Revocation2020,
}

impl From<StatusKind> for status::StatusKind {
    fn from(kind: StatusKind) -> Self {
        match kind {
            StatusKind::Bitstring => Self::Bitstring,
            StatusKind::List2021 => Self::List2021,
            StatusKind::Revocation2020 => Self::Revocation2020,
        }
    }
}

impl From<status::StatusKind> for StatusKind {
    fn from(kind: status::StatusKind) -> Self {
        match kind {
            status::StatusKind::Bitstring => Self::Bitstring,
            status::StatusKind::List2021 => Self::List2021,
            status::StatusKind::Revocation2020 => Self::Revocation2020,
        }
    }
}

/// What one value of a status means, for developers.
///
/// ```text
/// messages = [StatusMessage(value=0, message="valid"), StatusMessage(value=1, message="lost")]
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct StatusMessage {
    /// The value.
    pub value: u8,
    /// Its meaning.
    pub message: String,
}

/// A place in a status list that a credential names.
///
/// ```text
/// for entry in status_entries(credential): show(entry.purpose, entry.list, entry.index)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct StatusEntry {
    /// The JSON pointer of the entry in the credential.
    pub pointer: String,
    /// The kind of list.
    pub kind: StatusKind,
    /// `revocation`, `suspension`, `message`, `refresh` or another.
    pub purpose: String,
    /// The URL of the list.
    pub list: String,
    /// The index in the list, counted from 0.
    pub index: u64,
    /// Bits per entry: 1 unless it is a message list.
    pub size: u8,
    /// What each value means, where the credential says so.
    pub messages: Vec<StatusMessage>,
}

/// The places in status lists that a credential names, JSON text. Nothing is verified.
///
/// ```text
/// entries = [entry for entry in status_entries(credential) if entry.purpose == "revocation"]
/// list.set(entries[0].index, 1)
/// ```
///
/// Errors: `Input` with `json.*`, `input.*`, `status.entry`.
#[uniffi::export]
pub fn status_entries(credential: String) -> Result<Vec<StatusEntry>, TamarackError> {
    let parsed = json::parse(credential.as_bytes())?;
    let document = parsed.as_object().ok_or(Code::InputNotACredential)?;
    let first = |faults: Vec<Fault>| faults.into_iter().next().unwrap_or_else(|| Fault::new(Code::Internal));
    let credential = read_credential(document).map_err(first)?;
    let message = |one: status::StatusMessage| StatusMessage { value: one.value, message: one.message };
    let entry = |entry: status::StatusEntry| StatusEntry {
        pointer: entry.pointer,
        kind: entry.kind.into(),
        purpose: entry.purpose,
        list: entry.list,
        index: u64::try_from(entry.index).unwrap_or(u64::MAX),
        size: entry.size,
        messages: entry.messages.into_iter().map(message).collect(),
    };
    Ok(status::entries(&credential)?.into_iter().map(entry).collect())
}

/// What a status list's credential says beside its bits.
///
/// ```text
/// options = StatusListOptions(url="https://issuer.example/status/1", issuer=did, purpose="revocation", valid_until=next_week)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct StatusListOptions {
    /// The URL of the list.
    pub url: String,
    /// The issuer's DID.
    pub issuer: String,
    /// `revocation`, `suspension` or `message`.
    pub purpose: String,
    /// Until when the list may be used.
    pub valid_until: SystemTime,
    /// When it begins to be valid; none for now.
    #[uniffi(default = None)]
    pub valid_from: Option<SystemTime>,
    /// The kind of list; none for Bitstring Status List 1.0.
    #[uniffi(default = None)]
    pub kind: Option<StatusKind>,
    /// For a list of messages: the text of each value.
    #[uniffi(default = [])]
    pub messages: Vec<StatusMessage>,
}

/// A status list in its issuer's hands: Bitstring Status List 1.0, or StatusList2021.
///
/// ```text
/// list = StatusList(131072)
/// list.set(94, 1)
/// document = list.credential(StatusListOptions(url=url, issuer=key.did_key(), purpose="revocation", valid_until=until))
/// signed = sign(document, "eddsa-rdfc-2022", key, SignOptions())
/// ```
#[derive(Debug, uniffi::Object)]
pub struct StatusList {
    list: Mutex<status::StatusList>,
}

#[uniffi::export]
impl StatusList {
    /// An empty list of so many entries (131 072 at least), each of `size` bits: 1, 2, 4 or 8.
    ///
    /// ```text
    /// list = StatusList(131072)
    /// ```
    ///
    /// Errors: `Input` with `status.list_invalid`.
    #[uniffi::constructor(default(size = 1))]
    pub fn new(entries: u64, size: u8) -> Result<Self, TamarackError> {
        let entries = usize::try_from(entries).unwrap_or(usize::MAX);
        Ok(Self { list: Mutex::new(status::StatusList::new(entries, size)?) })
    }

    /// The list with these bits, as `bits` gave them.
    ///
    /// ```text
    /// list = StatusList.of_bits(kept)  # what list.bits() gave
    /// ```
    ///
    /// Errors: `Input` with `status.list_invalid`.
    #[uniffi::constructor(default(size = 1))]
    pub fn of_bits(bits: Vec<u8>, size: u8) -> Result<Self, TamarackError> {
        Ok(Self { list: Mutex::new(status::StatusList::from_bytes(bits, size)?) })
    }

    /// Reads the `encodedList` of a list's credential.
    ///
    /// ```text
    /// list = StatusList.decode(encoded)  # credentialSubject.encodedList
    /// revoked = list.get(94) == 1
    /// ```
    ///
    /// Errors: `Input` with `status.list_invalid`, `status.bomb`.
    #[uniffi::constructor(default(kind = None, size = 1))]
    pub fn decode(encoded: String, kind: Option<StatusKind>, size: u8) -> Result<Self, TamarackError> {
        let kind = kind.unwrap_or(StatusKind::Bitstring).into();
        Ok(Self { list: Mutex::new(status::StatusList::decode(&encoded, kind, size)?) })
    }

    /// The bits, to be stored.
    ///
    /// ```text
    /// store(list.bits())
    /// ```
    #[must_use]
    pub fn bits(&self) -> Vec<u8> {
        held(&self.list).as_bytes().to_vec()
    }

    /// How many entries it has.
    #[must_use]
    pub fn entries(&self) -> u64 {
        u64::try_from(held(&self.list).len()).unwrap_or(u64::MAX)
    }

    /// Sets an entry: 0 is nothing against the credential.
    ///
    /// ```text
    /// list.set(94, 1)
    /// store(list.bits())
    /// ```
    ///
    /// Errors: `Input` with `status.index`, `status.message` for a value that the bits cannot hold.
    pub fn set(&self, index: u64, value: u8) -> Result<(), TamarackError> {
        Ok(held(&self.list).set(place(index)?, value)?)
    }

    /// Reads an entry.
    ///
    /// ```text
    /// revoked = list.get(94) == 1
    /// ```
    ///
    /// Errors: `Input` with `status.index`.
    pub fn get(&self, index: u64) -> Result<u8, TamarackError> {
        Ok(held(&self.list).get(place(index)?)?)
    }

    /// The credential of the list, unsigned JSON text: `sign` it, and publish it under its URL.
    ///
    /// ```text
    /// options = StatusListOptions(url=url, issuer=key.did_key(), purpose="suspension", valid_until=next_week)
    /// signed = sign(list.credential(options), "eddsa-rdfc-2022", key, SignOptions())
    /// ```
    ///
    /// Errors: `Input` with `status.list_invalid`.
    pub fn credential(&self, options: StatusListOptions) -> Result<String, TamarackError> {
        let messages: Vec<(u8, &str)> = options.messages.iter().map(|one| (one.value, one.message.as_str())).collect();
        let list_options = ListOptions {
            kind: options.kind.unwrap_or(StatusKind::Bitstring).into(),
            url: &options.url,
            issuer: &options.issuer,
            purpose: &options.purpose,
            valid_from: or_now(options.valid_from),
            valid_until: timestamp(options.valid_until),
            messages: &messages,
        };
        Ok(to_string(&Value::Object(held(&self.list).to_credential(&list_options)?)))
    }
}

/// What a status list token says beside its list.
///
/// ```text
/// options = TokenListOptions(url="https://issuer.example/tokens/1", issuer=did, expires=next_week, seconds=3600)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct TokenListOptions {
    /// The URL of the token.
    pub url: String,
    /// The issuer: its DID or URL.
    pub issuer: String,
    /// Until when it may be used.
    pub expires: SystemTime,
    /// When it is issued; none for now.
    #[uniffi(default = None)]
    pub issued: Option<SystemTime>,
    /// For how many seconds a copy may be used without asking again; none for no limit but its end.
    #[uniffi(default = None)]
    pub seconds: Option<u32>,
    /// The DID URL of the key; none for that of the key's did:key.
    #[uniffi(default = None)]
    pub verification_method: Option<String>,
}

/// A Token Status List in its issuer's hands, for SD-JWT VCs.
///
/// ```text
/// list = TokenStatusList(1000)
/// list.set(17, 1)
/// token = list.sign(key, TokenListOptions(url=url, issuer=key.did_key(), expires=until))
/// ```
#[derive(Debug, uniffi::Object)]
pub struct TokenStatusList {
    list: Mutex<TokenList>,
}

#[uniffi::export]
impl TokenStatusList {
    /// A list of so many entries, all of them 0 (valid), each of `size` bits: 1, 2, 4 or 8.
    ///
    /// ```text
    /// list = TokenStatusList(1000, size=2)  # room for "suspended"
    /// ```
    ///
    /// Errors: `Input` with `status.list_invalid`.
    #[uniffi::constructor(default(size = 1))]
    pub fn new(entries: u64, size: u8) -> Result<Self, TamarackError> {
        let entries = usize::try_from(entries).unwrap_or(usize::MAX);
        Ok(Self { list: Mutex::new(TokenList::new(entries, size)?) })
    }

    /// The list with these bits, as `bits` gave them.
    ///
    /// ```text
    /// list = TokenStatusList.of_bits(kept)  # what list.bits() gave
    /// ```
    ///
    /// Errors: `Input` with `status.list_invalid`.
    #[uniffi::constructor(default(size = 1))]
    pub fn of_bits(bits: Vec<u8>, size: u8) -> Result<Self, TamarackError> {
        Ok(Self { list: Mutex::new(TokenList::from_bytes(bits, size)?) })
    }

    /// The bits, to be stored.
    ///
    /// ```text
    /// store(list.bits())
    /// ```
    #[must_use]
    pub fn bits(&self) -> Vec<u8> {
        held(&self.list).as_bytes().to_vec()
    }

    /// Sets an entry: 0 is valid, 1 is invalid, 2 is suspended.
    ///
    /// ```text
    /// list.set(17, 2)  # suspended
    /// ```
    ///
    /// Errors: `Input` with `status.index`, `status.message` for a value that the bits cannot hold.
    pub fn set(&self, index: u64, value: u8) -> Result<(), TamarackError> {
        Ok(held(&self.list).set(place(index)?, value)?)
    }

    /// Reads an entry.
    ///
    /// ```text
    /// valid = list.get(17) == 0
    /// ```
    ///
    /// Errors: `Input` with `status.index`.
    pub fn get(&self, index: u64) -> Result<u8, TamarackError> {
        Ok(held(&self.list).get(place(index)?)?)
    }

    /// Signs the list as a token, to be published under its URL.
    ///
    /// ```text
    /// token = list.sign(key, TokenListOptions(url=url, issuer=key.did_key(), expires=next_week))
    /// publish(url, token)
    /// ```
    ///
    /// Errors: `Input` with `status.list_invalid`, `key.wrong_suite`; what the device of the key says.
    pub fn sign(&self, key: std::sync::Arc<Key>, options: TokenListOptions) -> Result<String, TamarackError> {
        let method = options.verification_method.unwrap_or_else(|| key.verification_method());
        let token_options = TokenOptions {
            certificates: None,
            uri: &options.url,
            issuer: Some(&options.issuer),
            kid: &method,
            issued: or_now(options.issued),
            expires: timestamp(options.expires),
            time_to_live: options.seconds,
        };
        // A key in the device is asked without the lock: it may call back.
        let list = held(&self.list).clone();
        key.signing(|signer| list.sign(&token_options, signer))
    }
}

/// Gives out the indices of one status list, each once, in an order that only its seed tells.
///
/// ```text
/// places = StatusPlaces(new_status_seed(), 131072)
/// index = places.next()
/// store(places.taken())  # before the index is used
/// ```
#[derive(uniffi::Object)]
pub struct StatusPlaces {
    allocator: Mutex<Allocator>,
}

impl core::fmt::Debug for StatusPlaces {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StatusPlaces").finish_non_exhaustive()
    }
}

/// A new seed for the places of a status list: 32 secret bytes, to be kept with the list.
///
/// ```text
/// seed = new_status_seed()
/// places = StatusPlaces(seed, 131072)
/// ```
///
/// Errors: `Internal` without randomness.
#[uniffi::export]
pub fn new_status_seed() -> Result<Vec<u8>, TamarackError> {
    Ok(Seed::generate()?.expose().to_vec())
}

#[uniffi::export]
impl StatusPlaces {
    /// The places of a list of so many entries, of which `taken` were given out already.
    ///
    /// ```text
    /// places = StatusPlaces(seed, 131072, taken=kept)
    /// ```
    ///
    /// Errors: `Input` with `status.list_invalid` for a seed that has not 32 bytes, and for a number of entries that no list has.
    #[uniffi::constructor(default(taken = 0))]
    pub fn new(seed: Vec<u8>, entries: u64, taken: u64) -> Result<Self, TamarackError> {
        let seed = Zeroizing::new(seed);
        let bytes = Zeroizing::new(<[u8; 32]>::try_from(seed.as_slice()).map_err(|_| seed_fault())?);
        let allocator = Allocator::new(&Seed::from_bytes(*bytes), place(entries)?, place(taken)?)?;
        Ok(Self { allocator: Mutex::new(allocator) })
    }

    /// The next index. Store `taken` before it is used: after a crash an index may be lost, but none is given twice.
    ///
    /// ```text
    /// index = places.next()
    /// store(places.taken())
    /// ```
    ///
    /// Errors: `Input` with `issue.status_full` when every index has been given out.
    pub fn next(&self) -> Result<u64, TamarackError> {
        let index = held(&self.allocator).allocate()?;
        u64::try_from(index).map_err(|_| Code::Internal.into())
    }

    /// How many indices have been given out: with the seed, the whole state.
    ///
    /// ```text
    /// places = StatusPlaces(seed, 131072, taken=places.taken())
    /// ```
    #[must_use]
    pub fn taken(&self) -> u64 {
        u64::try_from(held(&self.allocator).taken()).unwrap_or(u64::MAX)
    }

    /// How many indices are left.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        u64::try_from(held(&self.allocator).remaining()).unwrap_or(u64::MAX)
    }
}

fn seed_fault() -> Fault {
    Fault::new(Code::StatusListInvalid).about("seed: 32 bytes are needed")
}

fn place(index: u64) -> Result<usize, Fault> {
    usize::try_from(index).map_err(|_| Fault::new(Code::StatusIndex))
}

fn held<T>(one: &Mutex<T>) -> MutexGuard<'_, T> {
    one.lock().unwrap_or_else(PoisonError::into_inner)
}
