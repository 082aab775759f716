//! Asking a list about one entry (Bitstring Status List 1.0 §3.2).

use std::borrow::Cow;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::bits::{self, Unreadable};
use super::entry::read_messages;
use super::{StatusEntry, StatusKind};
use crate::credential::Credential;
use crate::json::{Object, Value};
use crate::{Code, Fault, Timestamp, limits};

/// What a list says about an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The value: zero means that there is nothing against the credential.
    pub value: u8,
    /// What the value means, where the list or the entry has a table of messages.
    pub message: Option<String>,
}

/// Judges an entry by its list. The list credential must have been verified already.
///
/// The purpose `refresh` does not invalidate a credential (§2.1), so its entries pass.
///
/// # Errors
/// [`Code::StatusRevoked`], [`Code::StatusSuspended`], [`Code::StatusMessage`] (with the message, or the purpose if there is
/// none) for a value other than zero, and the faults of [`read`].
pub fn look_up(entry: &StatusEntry, list: &Credential<'_>, now: Timestamp) -> Result<(), Fault> {
    judge(entry, read(entry, list, now)?)
}

/// [`look_up`] in a list whose bits are at hand, unpacked: whoever has many entries of one list keeps them in `bits`, a call
/// that gets what unpacks them.
///
/// # Errors
/// As [`look_up`].
pub(crate) fn look_up_kept(
    entry: &StatusEntry,
    list: &Credential<'_>,
    now: Timestamp,
    bits: impl FnOnce(&dyn Fn() -> Result<Vec<u8>, Fault>) -> Result<Rc<[u8]>, Fault>,
) -> Result<(), Fault> {
    let status = read_with(entry, list, now, |packed, first_byte| {
        let bits = bits(&|| bits::inflate(&packed()?, bits::Wrapping::Gzip).map_err(|why| unreadable(entry, why)))?;
        let byte = |at: usize| bits.get(at).copied().unwrap_or_default();
        Ok(bits::Scan { bits: bits.len() * 8, bytes: [byte(first_byte), byte(first_byte.saturating_add(1))] })
    })?;
    judge(entry, status)
}

/// What a value says of the credential.
fn judge(entry: &StatusEntry, status: Status) -> Result<(), Fault> {
    let code = match (status.value, entry.purpose.as_str()) {
        (0, _) | (_, "refresh") => return Ok(()),
        (_, "revocation") => return Err(Fault::new(Code::StatusRevoked).at(entry.pointer.as_str())),
        (_, "suspension") => return Err(Fault::new(Code::StatusSuspended).at(entry.pointer.as_str())),
        _ => Code::StatusMessage,
    };
    let about = status.message.unwrap_or_else(|| entry.purpose.clone());
    Err(Fault::new(code).at(entry.pointer.as_str()).about(about))
}

/// Reads the value of an entry from its list. The list credential must have been verified already.
///
/// # Errors
/// All with the pointer of the entry: [`Code::StatusListInvalid`] for a list that breaks a rule of its specification, is
/// for another URL, or has fewer than [`limits::STATUS_MIN_ENTRIES`] entries; [`Code::StatusListUnverified`] for one that
/// is not valid at `now`; [`Code::StatusPurpose`], [`Code::StatusIndex`], [`Code::StatusBomb`].
pub fn read(entry: &StatusEntry, list: &Credential<'_>, now: Timestamp) -> Result<Status, Fault> {
    read_with(entry, list, now, |packed, first_byte| {
        bits::scan(&packed()?, bits::Wrapping::Gzip, first_byte).map_err(|why| unreadable(entry, why))
    })
}

fn unreadable(entry: &StatusEntry, why: Unreadable) -> Fault {
    let fault = |code, what: &str| Fault::new(code).at(entry.pointer.as_str()).about(what);
    match why {
        Unreadable::Damaged => fault(Code::StatusListInvalid, "encodedList: not GZIP"),
        Unreadable::Bomb => fault(Code::StatusBomb, &format!("> {} bytes", limits::STATUS_UNPACKED_BYTES)),
    }
}

/// [`read`], where `scan` gets what decodes the packed list, and the place of the byte that is asked for.
fn read_with(
    entry: &StatusEntry,
    list: &Credential<'_>,
    now: Timestamp,
    scan: impl FnOnce(&dyn Fn() -> Result<Vec<u8>, Fault>, usize) -> Result<bits::Scan, Fault>,
) -> Result<Status, Fault> {
    let fault = |code: Code, what: &str| Fault::new(code).at(entry.pointer.as_str()).about(what);
    let invalid = |what: &str| fault(Code::StatusListInvalid, what);

    // §2.2: an id that is there is the URL by which the entry names the list.
    if list.id.is_some_and(|id| id != entry.list) {
        return Err(invalid("id: not the URL of the entry"));
    }
    if !list.types.contains(&entry.kind.credential_type()) {
        return Err(invalid("type: not a list credential of the entry's kind"));
    }
    if list.valid_from.is_some_and(|from| from > now.plus_seconds(limits::CLOCK_SKEW_SECONDS)) {
        return Err(fault(Code::StatusListUnverified, "validFrom: in the future"));
    }
    if list.valid_until.is_some_and(|until| until < now) {
        return Err(fault(Code::StatusListUnverified, "validUntil: in the past"));
    }
    let [subject] = list.subjects.as_slice() else { return Err(invalid("credentialSubject: not one list")) };
    if !has_type(subject, entry.kind.list_type()) {
        return Err(invalid("credentialSubject/type"));
    }
    check_purpose(entry, subject)?;

    let encoded = subject.get("encodedList").and_then(Value::as_str).ok_or_else(|| invalid("encodedList: missing"))?;
    let packed = || decode(encoded, entry.kind).ok_or_else(|| invalid("encodedList: encoding"));
    let first_bit = entry.index.checked_mul(usize::from(entry.size));
    let Some(first_bit) = first_bit else { return packed().and_then(|_| Err(out_of_range(entry))) };
    let scan = scan(&packed, first_bit / 8)?;
    let entries = scan.bits / usize::from(entry.size.max(1));
    if entries < limits::STATUS_MIN_ENTRIES {
        return Err(invalid(&format!("{entries} < {} entries", limits::STATUS_MIN_ENTRIES)));
    }
    if entry.index >= entries {
        return Err(out_of_range(entry));
    }
    let mut value = bits::msb_first(scan.bytes, entry.index, entry.size);
    if entry.kind == StatusKind::Revocation2020 {
        let [byte, _] = scan.bytes;
        value |= bits::lsb_first(byte, entry.index);
    }
    let message = message(entry, subject, value)?;
    Ok(Status { value, message })
}

/// How long a list may be kept before it should be fetched again (§2.2 `ttl`), in seconds, rounded down; `None` if the
/// list does not say. It never prolongs the list's validity.
///
/// # Errors
/// [`Code::StatusListInvalid`] for a `ttl` that is no non-negative integer of milliseconds.
pub fn time_to_live(list: &Credential<'_>) -> Result<Option<i64>, Fault> {
    let Some(ttl) = list.subjects.first().and_then(|subject| subject.get("ttl")) else { return Ok(None) };
    match ttl.as_i64() {
        Some(milliseconds) if milliseconds >= 0 => Ok(Some(milliseconds / 1_000)),
        _ => Err(Fault::new(Code::StatusListInvalid).about("ttl")),
    }
}

fn out_of_range(entry: &StatusEntry) -> Fault {
    Fault::new(Code::StatusIndex).at(entry.pointer.as_str()).about("beyond the end of the list")
}

fn has_type(object: &Object<'_>, name: &str) -> bool {
    object.get("type").is_some_and(|types| types.items().iter().any(|t| t.as_str() == Some(name)))
}

/// §3.2 step 5. Only a bitstring list may have several purposes; RevocationList2020 has none but revocation.
fn check_purpose(entry: &StatusEntry, subject: &Object<'_>) -> Result<(), Fault> {
    if entry.kind == StatusKind::Revocation2020 {
        return Ok(());
    }
    let bad = |code, what: &str| Err(Fault::new(code).at(entry.pointer.as_str()).about(what));
    let purposes = match subject.get("statusPurpose") {
        Some(Value::Array(purposes)) if entry.kind == StatusKind::Bitstring => purposes.as_slice(),
        Some(purpose @ Value::String(_)) => std::slice::from_ref(purpose),
        _ => return bad(Code::StatusListInvalid, "statusPurpose"),
    };
    if purposes.iter().any(|purpose| purpose.as_str().is_none()) {
        return bad(Code::StatusListInvalid, "statusPurpose");
    }
    if purposes.iter().any(|purpose| purpose.as_str() == Some(&entry.purpose)) {
        Ok(())
    } else {
        bad(Code::StatusPurpose, &entry.purpose)
    }
}

/// Bitstring: multibase `u` (§2.2). Before it: plain base64url without padding as in the examples and implementations, or
/// base64 with padding as RFC 4648 §4, to which the text refers, has it.
pub(super) fn decode(encoded: &str, kind: StatusKind) -> Option<Vec<u8>> {
    match kind {
        StatusKind::Bitstring => URL_SAFE_NO_PAD.decode(encoded.strip_prefix('u')?).ok(),
        StatusKind::List2021 | StatusKind::Revocation2020 => {
            URL_SAFE_NO_PAD.decode(encoded).or_else(|_| STANDARD.decode(encoded)).ok()
        }
    }
}

/// The meaning of a value, from the list's own table if it has one (§2.2), else from the entry's (§2.1).
fn message(entry: &StatusEntry, subject: &Object<'_>, value: u8) -> Result<Option<String>, Fault> {
    if entry.kind != StatusKind::Bitstring {
        return Ok(None);
    }
    let invalid = |what: &str| Fault::new(Code::StatusListInvalid).at(entry.pointer.as_str()).about(what);
    if subject.get("statusSize").is_some_and(|size| size.as_i64() != Some(i64::from(entry.size))) {
        return Err(invalid("statusSize: not the entry's"));
    }
    let table = match subject.get("statusMessages") {
        Some(table) => Cow::Owned(read_messages(table, entry.size).ok_or_else(|| invalid("statusMessages"))?),
        None => Cow::Borrowed(&entry.messages),
    };
    Ok(table.iter().find(|row| row.value == value).map(|row| row.message.clone()))
}
