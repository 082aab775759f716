//! Reading the project's own JSON files: every member known, none missing, each fault with its pointer.

use crate::json::{Object, Value};
use crate::{Code, Fault, Timestamp};

/// An object of one of our own formats, read member by member.
#[derive(Clone, Copy)]
pub(crate) struct Members<'m, 'd> {
    object: &'m Object<'d>,
    pointer: &'m str,
    code: Code,
}

impl<'m, 'd> Members<'m, 'd> {
    /// The members of an object at `pointer`, none of them outside `known`; faults have the code `code`.
    pub(crate) fn of(value: &'m Value<'d>, pointer: &'m str, code: Code, known: &[&str]) -> Result<Self, Fault> {
        let object = value.as_object().ok_or_else(|| Fault::new(code).at(pointer).about("not an object"))?;
        let members = Self { object, pointer, code };
        match object.keys().find(|key| !known.contains(key)) {
            Some(key) => Err(members.fault(key, "unknown member")),
            None => Ok(members),
        }
    }

    /// A fault about one member.
    pub(crate) fn fault(&self, member: &str, what: &str) -> Fault {
        let pointer = crate::json::Path::Root;
        let pointer = format!("{}{}", self.pointer, pointer.key(member).pointer());
        Fault::new(self.code).at(pointer).about(format!("{member}: {what}"))
    }

    /// The pointer of a member that needs no escaping.
    pub(crate) fn pointer(&self, member: &str) -> String {
        format!("{}/{member}", self.pointer)
    }

    /// A member that may be missing.
    pub(crate) fn optional(&self, member: &str) -> Option<&'m Value<'d>> {
        self.object.get(member)
    }

    /// A member that must be there.
    pub(crate) fn value(&self, member: &str) -> Result<&'m Value<'d>, Fault> {
        self.optional(member).ok_or_else(|| self.fault(member, "missing"))
    }

    /// A string that must be there and not be empty.
    pub(crate) fn string(&self, member: &str) -> Result<&'m str, Fault> {
        let text = self.value(member)?.as_str().ok_or_else(|| self.fault(member, "not a string"))?;
        if text.is_empty() { Err(self.fault(member, "empty")) } else { Ok(text) }
    }

    /// An array that must be there.
    pub(crate) fn array(&self, member: &str) -> Result<&'m [Value<'d>], Fault> {
        self.value(member)?.as_array().ok_or_else(|| self.fault(member, "not an array"))
    }

    /// The version number, which must be this one.
    pub(crate) fn version(&self, version: i64) -> Result<(), Fault> {
        match self.value("version")?.as_i64() {
            Some(found) if found == version => Ok(()),
            _ => Err(self.fault("version", "not a version that is known here")),
        }
    }

    /// A date and time with an offset.
    pub(crate) fn time(&self, member: &str) -> Result<Timestamp, Fault> {
        Timestamp::parse_stamp(self.string(member)?)
            .map_err(|_| self.fault(member, "not a date and time with an offset"))
    }

    /// A date and time with an offset, if it is there.
    pub(crate) fn optional_time(&self, member: &str) -> Result<Option<Timestamp>, Fault> {
        self.optional(member).map(|_| self.time(member)).transpose()
    }
}
