//! The `credentialStatus` entries of a credential.

use crate::credential::{Credential, is_absolute};
use crate::json::{Object, Value};
use crate::{Code, Fault, limits};

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
    /// Bits per entry, 1 to 8; 1 unless it is a message list.
    pub size: u8,
    /// `statusMessage`: what each value means. Empty, or one for each of the 2^`size` values.
    pub messages: Vec<StatusMessage>,
}

/// What one value of a status means: for developers, not for end users (Bitstring Status List 1.0 §2.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusMessage {
    /// The value.
    pub value: u8,
    /// Its meaning.
    pub message: String,
}

/// The kinds of status lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatusKind {
    /// Bitstring Status List 1.0.
    Bitstring,
    /// StatusList2021 (Verifiable Credentials Status List 2021, first public working draft of 2023).
    List2021,
    /// RevocationList2020; verified only.
    ///
    /// Its text puts index 0 at the left-most bit, its reference implementation and `ssi` at the least significant bit of
    /// the first byte. So a credential passes only if both readings of the list leave it unrevoked: a list that was read
    /// in the wrong order must never hide a revocation.
    Revocation2020,
}

impl StatusKind {
    /// The `type` of an entry in `credentialStatus`.
    #[must_use]
    pub const fn entry_type(self) -> &'static str {
        match self {
            Self::Bitstring => "BitstringStatusListEntry",
            Self::List2021 => "StatusList2021Entry",
            Self::Revocation2020 => "RevocationList2020Status",
        }
    }

    /// The `type` of the list credential, beside `VerifiableCredential`.
    #[must_use]
    pub const fn credential_type(self) -> &'static str {
        match self {
            Self::Bitstring => "BitstringStatusListCredential",
            Self::List2021 => "StatusList2021Credential",
            Self::Revocation2020 => "RevocationList2020Credential",
        }
    }

    /// The `type` of the list: the list credential's subject.
    #[must_use]
    pub const fn list_type(self) -> &'static str {
        match self {
            Self::Bitstring => "BitstringStatusList",
            Self::List2021 => "StatusList2021",
            Self::Revocation2020 => "RevocationList2020",
        }
    }

    fn of_type(name: &str) -> Option<Self> {
        [Self::Bitstring, Self::List2021, Self::Revocation2020].into_iter().find(|kind| kind.entry_type() == name)
    }
}

impl StatusEntry {
    /// The object for `credentialStatus`, with the id `list#index`.
    ///
    /// # Errors
    /// [`Code::StatusEntry`] for what [`entries`] would refuse.
    pub fn to_object(&self) -> Result<Object<'static>, Fault> {
        let mut object = Object::new();
        object.insert("id", format!("{}#{}", self.list, self.index));
        object.insert("type", self.kind.entry_type());
        if self.kind == StatusKind::Revocation2020 {
            object.insert("revocationListIndex", self.index.to_string());
            object.insert("revocationListCredential", self.list.clone());
        } else {
            object.insert("statusPurpose", self.purpose.clone());
            object.insert("statusListIndex", self.index.to_string());
            object.insert("statusListCredential", self.list.clone());
        }
        if self.size != 1 {
            object.insert("statusSize", u32::from(self.size));
        }
        if !self.messages.is_empty() {
            object.insert("statusMessage", messages_value(&self.messages));
        }
        read_entry(&self.pointer, &object)?;
        Ok(object)
    }
}

/// The JSON form of a table of messages.
pub(super) fn messages_value(messages: &[StatusMessage]) -> Value<'static> {
    let row = |m: &StatusMessage| -> Value<'static> {
        let mut row = Object::new();
        row.insert("status", format!("0x{:x}", m.value));
        row.insert("message", m.message.clone());
        row.into()
    };
    Value::Array(messages.iter().map(row).collect())
}

/// Reads the status entries of a credential; none if it has no `credentialStatus`.
///
/// # Errors
/// [`Code::StatusEntry`] for an entry that breaks a rule of its specification or for more than
/// [`limits::STATUS_ENTRIES`], [`Code::StatusTypeUnknown`] with the type, [`Code::StatusIndex`] for an index beyond any
/// list; each with its pointer.
pub fn entries(credential: &Credential<'_>) -> Result<Vec<StatusEntry>, Fault> {
    let count = credential.statuses.len();
    if count > limits::STATUS_ENTRIES {
        let about = format!("{count} > {} status entries", limits::STATUS_ENTRIES);
        return Err(Fault::new(Code::StatusEntry).at("/credentialStatus").about(about));
    }
    credential.statuses.iter().map(|(pointer, object)| read_entry(pointer, object)).collect()
}

fn read_entry(pointer: &str, object: &Object<'_>) -> Result<StatusEntry, Fault> {
    let entry = Entry { pointer, object };
    let kind = entry.kind()?;
    let names = match kind {
        StatusKind::Bitstring | StatusKind::List2021 => ("statusListIndex", "statusListCredential"),
        StatusKind::Revocation2020 => ("revocationListIndex", "revocationListCredential"),
    };
    let list = entry.string(names.1)?;
    if !is_absolute(list) {
        return Err(entry.fault(names.1, "not a URL"));
    }
    // Bitstring Status List 1.0 §2.1: "It MUST NOT be the URL for the status list."
    match object.get("id").map(|id| id.as_str().ok_or(())) {
        None => {}
        Some(Ok(id)) if is_absolute(id) && id != list => {}
        Some(_) => return Err(entry.fault("id", "not a URL of its own")),
    }
    let index = entry.index(names.0, kind == StatusKind::Revocation2020)?;
    let purpose = match kind {
        StatusKind::Revocation2020 => "revocation",
        _ => entry.string("statusPurpose")?,
    };
    if purpose.is_empty() {
        return Err(entry.fault("statusPurpose", "empty"));
    }
    let (size, messages) = if kind == StatusKind::Bitstring { entry.messages()? } else { (1, Vec::new()) };
    if kind == StatusKind::Bitstring
        && let Some(reference) = object.get("statusReference")
        && (reference.items().is_empty() || !reference.items().iter().all(|url| url.as_str().is_some_and(is_absolute)))
    {
        return Err(entry.fault("statusReference", "not a URL or URLs"));
    }
    Ok(StatusEntry {
        pointer: pointer.to_owned(),
        kind,
        purpose: purpose.to_owned(),
        list: list.to_owned(),
        index,
        size,
        messages,
    })
}

/// One entry while it is read, with what its faults need.
struct Entry<'e, 'd> {
    pointer: &'e str,
    object: &'e Object<'d>,
}

impl<'e> Entry<'e, '_> {
    fn fault(&self, member: &str, what: &str) -> Fault {
        Fault::new(Code::StatusEntry).at(format!("{}/{member}", self.pointer)).about(format!("{member}: {what}"))
    }

    fn string(&self, member: &str) -> Result<&'e str, Fault> {
        self.object.get(member).and_then(Value::as_str).ok_or_else(|| self.fault(member, "not a string"))
    }

    fn kind(&self) -> Result<StatusKind, Fault> {
        let types = self.object.get("type").ok_or_else(|| self.fault("type", "missing"))?.items();
        let mut known = None;
        for name in types {
            let name = name.as_str().ok_or_else(|| self.fault("type", "not a string"))?;
            if let Some(kind) = StatusKind::of_type(name)
                && known.replace(kind).is_some()
            {
                return Err(self.fault("type", "two kinds of status"));
            }
        }
        known.ok_or_else(|| {
            let name = types.first().and_then(Value::as_str).unwrap_or("none");
            Fault::new(Code::StatusTypeUnknown).at(format!("{}/type", self.pointer)).about(name)
        })
    }

    /// A non-negative integer, "expressed as a string in base 10" (§2.1), without leading zeros. RevocationList2020 had no
    /// such rule, and lists in the field use numbers.
    fn index(&self, member: &str, number_too: bool) -> Result<usize, Fault> {
        let value = self.object.get(member).ok_or_else(|| self.fault(member, "missing"))?;
        let beyond = || Fault::new(Code::StatusIndex).at(format!("{}/{member}", self.pointer)).about("beyond any list");
        if number_too && value.as_f64().is_some() {
            let index = value.as_i64().filter(|i| *i >= 0).ok_or_else(|| self.fault(member, "not an index"))?;
            return usize::try_from(index).map_err(|_| beyond());
        }
        let digits = value.as_str().ok_or_else(|| self.fault(member, "not a string"))?;
        let canonical = digits == "0" || !digits.starts_with('0');
        if digits.is_empty() || !canonical || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.fault(member, "not a decimal index"));
        }
        digits.parse().map_err(|_| beyond())
    }

    /// `statusSize` and `statusMessage` (§2.1): as many messages as values; needed if there are more than two values.
    fn messages(&self) -> Result<(u8, Vec<StatusMessage>), Fault> {
        let size = match self.object.get("statusSize") {
            None => 1,
            Some(size) => size
                .as_i64()
                .and_then(|n| u8::try_from(n).ok())
                .filter(|n| (1..=8).contains(n))
                .ok_or_else(|| self.fault("statusSize", "not 1 to 8 bits"))?,
        };
        let messages = match self.object.get("statusMessage") {
            None if size == 1 => Vec::new(),
            None => return Err(self.fault("statusMessage", "missing")),
            Some(table) => {
                read_messages(table, size).ok_or_else(|| self.fault("statusMessage", "not a message a value"))?
            }
        };
        Ok((size, messages))
    }
}

/// A table with one message for each value of `size` bits; `None` for anything else.
pub(super) fn read_messages(table: &Value<'_>, size: u8) -> Option<Vec<StatusMessage>> {
    let rows = table.as_array()?;
    let values = 1_usize << size;
    if rows.len() != values {
        return None;
    }
    let mut messages: Vec<StatusMessage> = Vec::with_capacity(values);
    for row in rows {
        let hex = row.get("status")?.as_str()?.strip_prefix("0x")?;
        if hex.is_empty() || hex.len() > 2 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let value = u8::from_str_radix(hex, 16).ok().filter(|value| usize::from(*value) < values)?;
        let message = row.get("message")?.as_str()?;
        if messages.iter().any(|m| m.value == value) {
            return None;
        }
        messages.push(StatusMessage { value, message: message.to_owned() });
    }
    Some(messages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    const GOOD: &str = r#"{"id":"https://ontario.example/status/3#94567","type":"BitstringStatusListEntry",
        "statusPurpose":"revocation","statusListIndex":"94567","statusListCredential":"https://ontario.example/status/3"}"#;

    fn entry(text: &str) -> Result<StatusEntry, Fault> {
        read_entry("/credentialStatus", parse(text.as_bytes()).unwrap().as_object().unwrap())
    }

    fn refused(from: &str, to: &str) -> (Code, String) {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD, "{from}");
        let fault = entry(&text).unwrap_err();
        (fault.code(), fault.pointer().unwrap_or_default().to_owned())
    }

    #[test]
    fn reads_an_entry_and_writes_it_again() {
        let read = entry(GOOD).unwrap();
        assert_eq!((read.kind, read.index, read.size), (StatusKind::Bitstring, 94_567, 1));
        assert_eq!(read.purpose, "revocation");
        assert_eq!(Value::Object(read.to_object().unwrap()), parse(GOOD.as_bytes()).unwrap());
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        let at = |member: &str| (Code::StatusEntry, format!("/credentialStatus/{member}"));
        assert_eq!(refused("\"94567\"", "94567"), at("statusListIndex"));
        for bad in ["-1", "+1", "1.0", "", " 1", "0x10", "01", "1e3", "٣"] {
            assert_eq!(refused("\"94567\"", &format!("\"{bad}\"")), at("statusListIndex"), "{bad}");
        }
        assert_eq!(refused("\"94567\"", "\"99999999999999999999999\"").0, Code::StatusIndex);
        assert_eq!(refused("\"https://ontario.example/status/3\"", "\"status/3\""), at("statusListCredential"));
        assert_eq!(refused("\"https://ontario.example/status/3\"", "{}"), at("statusListCredential"));
        assert_eq!(refused("status/3#94567", "status/3"), at("id"));
        assert_eq!(refused("\"https://ontario.example/status/3#94567\"", "7"), at("id"));
        assert_eq!(refused("\"revocation\"", "[\"revocation\"]"), at("statusPurpose"));
        assert_eq!(refused("\"revocation\"", "\"\""), at("statusPurpose"));
        assert_eq!(refused("\"statusPurpose\"", "\"purpose\""), at("statusPurpose"));
        assert_eq!(refused("Entry\",", "Entry\",\"statusSize\":0,"), at("statusSize"));
        assert_eq!(refused("Entry\",", "Entry\",\"statusSize\":\"1\","), at("statusSize"));
        assert_eq!(refused("Entry\",", "Entry\",\"statusSize\":1.5,"), at("statusSize"));
        assert_eq!(refused("Entry\",", "Entry\",\"statusSize\":9,"), at("statusSize"));
        assert_eq!(refused("Entry\",", "Entry\",\"statusSize\":2,"), at("statusMessage"));
        assert_eq!(refused("Entry\",", "Entry\",\"statusReference\":[\"x y\"],"), at("statusReference"));
        assert_eq!(refused("BitstringStatusListEntry", "SomethingElse").0, Code::StatusTypeUnknown);
        let two = refused("\"BitstringStatusListEntry\"", "[\"BitstringStatusListEntry\",\"StatusList2021Entry\"]");
        assert_eq!(two, at("type"));
    }

    #[test]
    fn messages_must_name_every_value_once() {
        let with = |size: u8, table: &str| {
            entry(&GOOD.replace("Entry\",", &format!("Entry\",\"statusSize\":{size},\"statusMessage\":{table},")))
        };
        let two = r#"[{"status":"0x0","message":"pending"},{"status":"0x1","message":"accepted"}]"#;
        assert_eq!(with(1, two).unwrap().messages.len(), 2);
        assert!(with(2, two).is_err());
        assert!(with(1, &two.replace("0x1", "0x0")).is_err());
        assert!(with(1, &two.replace("0x1", "0x2")).is_err());
        assert!(with(1, &two.replace("0x1", "1")).is_err());
        assert!(with(1, &two.replace("0x1", "0x+1")).is_err());
        assert!(with(1, &two.replace("\"accepted\"", "null")).is_err());
        let read = with(1, two).unwrap();
        assert_eq!(read_entry("", &read.to_object().unwrap()).unwrap().messages, read.messages);
    }

    #[test]
    fn the_older_kinds() {
        let list2021 = entry(&GOOD.replace("BitstringStatusListEntry", "StatusList2021Entry")).unwrap();
        assert_eq!(list2021.kind, StatusKind::List2021);
        let older = |index: &str| {
            entry(&format!(
                r#"{{"id":"urn:x:1","type":"RevocationList2020Status","revocationListIndex":{index},
                "revocationListCredential":"https://ontario.example/r/1"}}"#
            ))
        };
        assert_eq!(older("\"7\"").unwrap().index, 7);
        assert_eq!(older("7").unwrap().purpose, "revocation");
        assert_eq!(older("-7").unwrap_err().code(), Code::StatusEntry);
        assert_eq!(older("0.5").unwrap_err().code(), Code::StatusEntry);
    }
}
