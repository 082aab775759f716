//! The list that an issuer keeps and publishes.

use super::MESSAGES_CONTEXT;
use super::bits::{self, Unreadable};
use super::entry::messages_value;
use super::{StatusKind, StatusMessage, look_up};
use crate::encoding::{base64url_encode, multibase64url_encode};
use crate::json::{Object, Value};
use crate::{Code, Fault, Timestamp, limits};

/// A status list being kept by an issuer: `size` bits per entry, the first entry in the most significant bits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusList {
    bits: Vec<u8>,
    size: u8,
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

impl StatusList {
    /// An empty list of `entries` entries of `size` bits, rounded up to whole bytes.
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`] for fewer than [`limits::STATUS_MIN_ENTRIES`] entries, a size other than 1, 2, 4 or 8,
    /// or more than [`limits::STATUS_UNPACKED_BYTES`].
    pub fn new(entries: usize, size: u8) -> Result<Self, Fault> {
        let bytes = entries.saturating_mul(usize::from(size)).div_ceil(8);
        check(entries, size, bytes)?;
        Ok(Self { bits: vec![0; bytes], size })
    }

    /// The list with these bits, as [`StatusList::as_bytes`] gave them.
    ///
    /// # Errors
    /// As [`StatusList::new`].
    pub fn from_bytes(bits: Vec<u8>, size: u8) -> Result<Self, Fault> {
        check(bits.len().saturating_mul(8) / usize::from(size.max(1)), size, bits.len())?;
        Ok(Self { bits, size })
    }

    /// Reads an `encodedList`.
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`], [`Code::StatusBomb`].
    pub fn decode(encoded: &str, kind: StatusKind, size: u8) -> Result<Self, Fault> {
        let invalid = || Fault::new(Code::StatusListInvalid).about("encodedList");
        let packed = look_up::decode(encoded, kind).ok_or_else(invalid)?;
        let bits = bits::inflate(&packed, bits::Wrapping::Gzip).map_err(|why| match why {
            Unreadable::Damaged => invalid(),
            Unreadable::Bomb => Fault::new(Code::StatusBomb),
        })?;
        Self::from_bytes(bits, size)
    }

    /// The `encodedList`: GZIP, then base64url, with the multibase `u` for Bitstring Status List (§3.3). The same bits give
    /// the same text.
    #[must_use]
    pub fn encode(&self, kind: StatusKind) -> String {
        let packed = bits::deflate(&self.bits);
        match kind {
            StatusKind::Bitstring => multibase64url_encode(&packed),
            StatusKind::List2021 | StatusKind::Revocation2020 => base64url_encode(&packed),
        }
    }

    /// The bits, to be stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bits
    }

    /// The number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bits.len() * 8 / self.size as usize
    }

    /// Whether there is no entry; never so for a list that was made here.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// Bits per entry.
    #[must_use]
    pub const fn size(&self) -> u8 {
        self.size
    }

    /// Sets an entry.
    ///
    /// # Errors
    /// [`Code::StatusIndex`] for an index beyond the end, [`Code::StatusMessage`] for a value that `size` bits cannot hold.
    pub fn set(&mut self, index: usize, value: u8) -> Result<(), Fault> {
        let (at, shift, mask) = self.place(index);
        if value > mask {
            return Err(Fault::new(Code::StatusMessage).about(format!("{} bits", self.size)));
        }
        let byte = self.bits.get_mut(at).ok_or_else(out_of_range)?;
        *byte = (*byte & !(mask << shift)) | (value << shift);
        Ok(())
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`Code::StatusIndex`].
    pub fn get(&self, index: usize) -> Result<u8, Fault> {
        let (at, shift, mask) = self.place(index);
        self.bits.get(at).map(|byte| (byte >> shift) & mask).ok_or_else(out_of_range)
    }

    /// The byte of an entry, the shift to its lowest bit, and its mask. Entries never cross bytes: sizes are 1, 2, 4, 8.
    fn place(&self, index: usize) -> (usize, u32, u8) {
        let size = u32::from(self.size);
        let per_byte = 8 / size;
        let within = (index % per_byte as usize) as u32;
        (index / per_byte as usize, 8 - size * (within + 1), u8::MAX >> (8 - size))
    }

    /// The unsigned list credential (VCDM 2.0 for `Bitstring`, 1.1 for `List2021`).
    ///
    /// A list of the purpose `message` states `statusSize` and `statusMessages` (§2.2), for which the published context has
    /// no terms: they are defined in a context of the document itself, so that the signature covers them.
    ///
    /// # Errors
    /// [`Code::StatusListInvalid`] for `Revocation2020`, which is verified only; for more than one bit an entry in a
    /// `List2021`; for a message list without a message for each value; for a period that ends before it begins.
    pub fn to_credential(&self, options: &ListOptions<'_>) -> Result<Object<'static>, Fault> {
        let invalid = |what: &str| Fault::new(Code::StatusListInvalid).about(what);
        let has_table = !options.messages.is_empty() || options.purpose == "message" || self.size > 1;
        if options.valid_until < options.valid_from {
            return Err(invalid("validUntil"));
        }
        let (contexts, from, until) = match options.kind {
            StatusKind::Bitstring => (vec!["https://www.w3.org/ns/credentials/v2"], "validFrom", "validUntil"),
            StatusKind::List2021 if !has_table => (
                vec!["https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"],
                "issuanceDate",
                "expirationDate",
            ),
            StatusKind::List2021 => return Err(invalid("statusSize")),
            StatusKind::Revocation2020 => return Err(invalid("RevocationList2020 is verified only")),
        };
        let mut contexts: Vec<Value<'static>> = contexts.into_iter().map(Value::from).collect();
        let mut subject = Object::new();
        subject.insert("id", format!("{}#list", options.url));
        subject.insert("type", options.kind.list_type());
        subject.insert("statusPurpose", options.purpose.to_owned());
        subject.insert("encodedList", self.encode(options.kind));
        if has_table {
            contexts.push(MESSAGES_CONTEXT.into());
            subject.insert("statusSize", u32::from(self.size));
            subject.insert("statusMessages", self.message_table(options.messages)?);
        }
        let mut credential = Object::new();
        credential.insert("@context", contexts);
        credential.insert("id", options.url.to_owned());
        let types = vec![Value::from("VerifiableCredential"), Value::from(options.kind.credential_type())];
        credential.insert("type", types);
        credential.insert("issuer", options.issuer.to_owned());
        credential.insert(from, options.valid_from.to_string());
        credential.insert(until, options.valid_until.to_string());
        credential.insert("credentialSubject", subject);
        Ok(credential)
    }

    fn message_table(&self, messages: &[(u8, &str)]) -> Result<Value<'static>, Fault> {
        let table: Vec<StatusMessage> =
            messages.iter().map(|(value, text)| StatusMessage { value: *value, message: (*text).to_owned() }).collect();
        let table = messages_value(&table);
        match super::entry::read_messages(&table, self.size) {
            Some(_) => Ok(table),
            None => Err(Fault::new(Code::StatusListInvalid).about("statusMessages: not a message a value")),
        }
    }
}

fn out_of_range() -> Fault {
    Fault::new(Code::StatusIndex).about("beyond the end of the list")
}

fn check(entries: usize, size: u8, bytes: usize) -> Result<(), Fault> {
    let invalid = |what: String| Err(Fault::new(Code::StatusListInvalid).about(what));
    if !matches!(size, 1 | 2 | 4 | 8) {
        return invalid(format!("{size} bits an entry"));
    }
    if entries < limits::STATUS_MIN_ENTRIES {
        return invalid(format!("{entries} < {} entries", limits::STATUS_MIN_ENTRIES));
    }
    if bytes > limits::STATUS_UNPACKED_BYTES {
        return invalid(format!("{bytes} > {} bytes", limits::STATUS_UNPACKED_BYTES));
    }
    Ok(())
}
