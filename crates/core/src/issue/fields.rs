//! Reading the members of a type file: nothing unknown, nothing of the wrong kind, each fault with its pointer.

use crate::json::{Object, Path, Value};
use crate::{Code, Fault};

/// One object of a type file.
pub(super) struct Fields<'v, 'a> {
    object: &'v Object<'a>,
    at: String,
}

impl<'v, 'a> Fields<'v, 'a> {
    /// Takes an object whose members are all among `allowed`.
    pub(super) fn new(value: &'v Value<'a>, at: impl Into<String>, allowed: &[&str]) -> Result<Self, Fault> {
        let at = at.into();
        let Some(object) = value.as_object() else {
            return Err(Fault::new(Code::IssueType).at(at).about("an object is needed"));
        };
        if let Some(key) = object.keys().find(|key| !allowed.contains(key)) {
            let pointer = format!("{at}{}", Path::Root.key(key).pointer());
            return Err(Fault::new(Code::IssueType).at(pointer).about("an unknown member"));
        }
        Ok(Self { object, at })
    }

    /// A fault at a member.
    pub(super) fn fault(&self, key: &str, about: impl Into<String>) -> Fault {
        Fault::new(Code::IssueType).at(self.pointer(key)).about(about)
    }

    /// The pointer of a member.
    pub(super) fn pointer(&self, key: &str) -> String {
        format!("{}{}", self.at, Path::Root.key(key).pointer())
    }

    /// A member that may be missing.
    pub(super) fn get(&self, key: &str) -> Option<&'v Value<'a>> {
        self.object.get(key)
    }

    /// A member that must be there.
    pub(super) fn need(&self, key: &str) -> Result<&'v Value<'a>, Fault> {
        self.get(key).ok_or_else(|| self.fault(key, "missing"))
    }

    /// A text that must be there and must not be empty.
    pub(super) fn text(&self, key: &str) -> Result<&'v str, Fault> {
        match self.need(key)?.as_str() {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.fault(key, "a text is needed")),
        }
    }

    /// A text that may be missing.
    pub(super) fn text_or(&self, key: &str, default: &'v str) -> Result<&'v str, Fault> {
        if self.get(key).is_some() { self.text(key) } else { Ok(default) }
    }

    /// A boolean that may be missing.
    pub(super) fn flag(&self, key: &str, default: bool) -> Result<bool, Fault> {
        match self.get(key) {
            None => Ok(default),
            Some(value) => value.as_bool().ok_or_else(|| self.fault(key, "true or false is needed")),
        }
    }

    /// A whole number from 1 to `most` that may be missing.
    pub(super) fn number(&self, key: &str, most: u32) -> Result<Option<u32>, Fault> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.as_i64().and_then(|n| u32::try_from(n).ok()) {
            Some(n) if (1..=most).contains(&n) => Ok(Some(n)),
            _ => Err(self.fault(key, format!("a whole number from 1 to {most} is needed"))),
        }
    }

    /// A list of texts, at least one, none twice.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Fault> {
        let items = self.need(key)?.as_array().ok_or_else(|| self.fault(key, "a list of texts is needed"))?;
        let mut out: Vec<String> = Vec::with_capacity(items.len());
        for item in items {
            match item.as_str() {
                Some(text) if !text.is_empty() && !out.iter().any(|known| known == text) => out.push(text.to_owned()),
                _ => return Err(self.fault(key, "texts are needed, each once")),
            }
        }
        if out.is_empty() { Err(self.fault(key, "at least one is needed")) } else { Ok(out) }
    }
}
