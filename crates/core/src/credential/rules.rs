//! The rules that credentials and presentations share, and the list of what was found against them.

use super::url::is_absolute;
use super::{CONTEXT_V1, CONTEXT_V2, Version, language};
use crate::json::{Object, Path, Value};
use crate::jsonld::unwrapped;
use crate::{Code, Fault, Timestamp};

/// Every fault found in one document. Reading goes on after a fault, so that one reading names them all.
#[derive(Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
}

impl Faults {
    pub(super) fn add(&mut self, code: Code, at: &Path<'_>, about: &str) {
        self.list.push(Fault::new(code).at(at.pointer()).about(about));
    }

    pub(super) fn push(&mut self, fault: Fault) {
        self.list.push(fault);
    }

    pub(super) fn into_result<T>(self, value: Option<T>) -> Result<T, Vec<Fault>> {
        match value {
            Some(value) if self.list.is_empty() => Ok(value),
            _ if self.list.is_empty() => Err(vec![Fault::new(Code::Internal)]),
            _ => Err(self.list),
        }
    }
}

/// `@context` (VCDM 1.1 §4.1, 2.0 §4.3): an ordered set whose first item is the base context, then URLs and objects.
/// Gives the version that the first item names.
pub(super) fn contexts(document: &Object<'_>, faults: &mut Faults) -> Option<Version> {
    let root = Path::Root;
    let at = root.key("@context");
    let Some(value) = document.get("@context") else {
        faults.add(Code::VcContext, &root, "@context");
        return None;
    };
    let version = match value.items().first().and_then(Value::as_str) {
        Some(CONTEXT_V1) => Some(Version::V1),
        Some(CONTEXT_V2) => Some(Version::V2),
        _ => {
            faults.add(Code::VcContext, &at, "first item");
            None
        }
    };
    for (i, item) in value.items().iter().enumerate() {
        let place = at.index(i);
        let place = if matches!(value, Value::Array(_)) { &place } else { &at };
        match item {
            Value::Object(_) => {
                let same = |earlier: &Value<'_>| unwrapped(earlier) == unwrapped(item);
                if value.items().iter().take(i).any(same) {
                    faults.add(Code::VcContext, place, "stands twice");
                }
            }
            Value::String(url) => {
                if !is_absolute(url) {
                    faults.add(Code::VcContext, place, "URL");
                } else if i > 0 && (*url == CONTEXT_V1 || *url == CONTEXT_V2) {
                    // The base context of the other version, or of the same once more: no first item says so.
                    faults.add(Code::VcContext, place, "base context");
                } else if value.items().iter().take(i).any(|earlier| earlier == item) {
                    faults.add(Code::VcContext, place, "stands twice");
                }
            }
            _ => faults.add(Code::VcContext, place, "URL or object"),
        }
    }
    version
}

/// `type` (VCDM 1.1 §4.3, 2.0 §4.5): one or more strings, one of which is `needed`.
pub(super) fn document_types<'d>(
    document: &'d Object<'d>,
    needed: &str,
    forbidden: &str,
    faults: &mut Faults,
) -> Vec<&'d str> {
    let root = Path::Root;
    let Some(value) = document.get("type") else {
        faults.add(Code::VcType, &root, needed);
        return Vec::new();
    };
    let at = root.key("type");
    let types = type_strings(value, &at, faults);
    let well_formed = types.len() == value.items().len() && !types.is_empty();
    if well_formed && !types.contains(&needed) {
        faults.add(Code::VcType, &at, needed);
    }
    if types.contains(&forbidden) {
        faults.add(Code::VcType, &at, forbidden);
    }
    types
}

/// The strings of a `type`; anything else is a fault.
pub(super) fn type_strings<'d>(value: &'d Value<'d>, at: &Path<'_>, faults: &mut Faults) -> Vec<&'d str> {
    let types: Vec<&str> = value.items().iter().filter_map(Value::as_str).filter(|t| is_type(t)).collect();
    if types.is_empty() || types.len() != value.items().len() {
        faults.add(Code::VcType, at, "type");
    }
    types
}

/// Whether a text can be a term or an absolute URL. Whether the term is defined is for the JSON-LD step.
fn is_type(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// `id` (VCDM 1.1 §4.2, 2.0 §4.4): if it is there, one URL.
pub(super) fn optional_id<'d>(object: &'d Object<'d>, at: &Path<'_>, faults: &mut Faults) -> Option<&'d str> {
    let value = object.get("id")?;
    match value.as_str() {
        Some(id) if is_absolute(id) => Some(id),
        _ => {
            faults.add(Code::VcId, &at.key("id"), "id");
            None
        }
    }
}

/// A URL, or an object with an `id` that is one: `issuer`, `holder`.
pub(super) fn party<'d>(value: &'d Value<'d>, at: &Path<'_>, name: &str, faults: &mut Faults) -> Option<&'d str> {
    match value {
        Value::String(id) if is_absolute(id) => Some(id),
        Value::String(_) => {
            faults.add(Code::VcId, at, name);
            None
        }
        Value::Object(object) if object.contains_key("id") => optional_id(object, at, faults),
        Value::Object(_) => {
            faults.add(Code::VcPropertyMissing, at, "id");
            None
        }
        _ => {
            faults.add(Code::VcPropertyInvalid, at, name);
            None
        }
    }
}

/// Whether objects of a property need an `id` beside their `type`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Id {
    Required,
    Optional,
}

/// A property of one or more objects with a `type`: calls `each` with the object and its place.
/// At most `limit` of them.
pub(super) fn typed_objects<'d>(
    document: &'d Object<'d>,
    name: &str,
    id: Id,
    limit: usize,
    faults: &mut Faults,
    mut each: impl FnMut(&Path<'_>, &'d Object<'d>),
) {
    let Some(value) = document.get(name) else { return };
    let root = Path::Root;
    let at = root.key(name);
    let items = value.items();
    if items.is_empty() {
        return faults.add(Code::VcPropertyInvalid, &at, name);
    }
    if items.len() > limit {
        return faults.add(Code::VcPropertyInvalid, &at, &format!("{name} > {limit}"));
    }
    let is_array = matches!(value, Value::Array(_));
    for (i, item) in items.iter().enumerate() {
        let place = at.index(i);
        let place = if is_array { &place } else { &at };
        let Value::Object(object) = item else {
            faults.add(Code::VcPropertyInvalid, place, name);
            continue;
        };
        typed(object, place, id, faults);
        each(place, object);
    }
}

/// An object with a `type`, and with an `id` if that is required; the `id` is one URL in any case.
fn typed(object: &Object<'_>, at: &Path<'_>, id: Id, faults: &mut Faults) {
    match object.get("type") {
        Some(value) => drop(type_strings(value, &at.key("type"), faults)),
        None => faults.add(Code::VcPropertyMissing, at, "type"),
    }
    if id == Id::Required && !object.contains_key("id") {
        faults.add(Code::VcPropertyMissing, at, "id");
    }
    optional_id(object, at, faults);
}

/// `proof` (VCDM 1.1 §4.7, 2.0 §4.12): one or more objects with a `type`. The rest is for the proof step.
pub(super) fn proofs(document: &Object<'_>, faults: &mut Faults) {
    let Some(value) = document.get("proof") else { return };
    let root = Path::Root;
    let at = root.key("proof");
    let items = value.items();
    if items.is_empty() {
        faults.add(Code::ProofMalformed, &at, "[]");
    }
    if items.len() > crate::limits::PROOFS {
        return faults.add(Code::ProofMalformed, &at, &format!("proof > {}", crate::limits::PROOFS));
    }
    for (i, item) in items.iter().enumerate() {
        let place = at.index(i);
        let place = if matches!(value, Value::Array(_)) { &place } else { &at };
        match item.as_object().map(|proof| proof.get("type")) {
            Some(Some(Value::String(name))) if is_type(name) => {}
            Some(_) => faults.add(Code::ProofMalformed, place, "type"),
            None => faults.add(Code::ProofMalformed, place, "not an object"),
        }
    }
}

/// `termsOfUse` (VCDM 1.1 §5.5, 2.0 §5.5) and the reserved properties of 2.0 (§5.10), which credentials and
/// presentations may both have.
pub(super) fn shared_extensions(document: &Object<'_>, version: Version, faults: &mut Faults) {
    const MANY: usize = crate::limits::RESOURCES;
    typed_objects(document, "termsOfUse", Id::Optional, MANY, faults, |_, _| {});
    if version == Version::V2 {
        typed_objects(document, "confidenceMethod", Id::Optional, MANY, faults, |_, _| {});
        typed_objects(document, "renderMethod", Id::Optional, MANY, faults, |_, _| {});
    }
}

/// `name` and `description` of VCDM 2.0 (§4.6).
pub(super) fn names(object: &Object<'_>, at: &Path<'_>, faults: &mut Faults) {
    for name in ["name", "description"] {
        if let Some(value) = object.get(name) {
            language::check(value, &at.key(name), faults);
        }
    }
}

/// A date of either version: `xsd:dateTime` in 1.1 (§4.6), `xsd:dateTimeStamp` in 2.0 (§4.9).
pub(super) fn date(document: &Object<'_>, name: &str, version: Version, faults: &mut Faults) -> Option<Timestamp> {
    let value = document.get(name)?;
    let read = match (value.as_str(), version) {
        (Some(text), Version::V1) => Timestamp::parse_date_time(text).ok(),
        (Some(text), Version::V2) => Timestamp::parse_stamp(text).ok(),
        (None, _) => None,
    };
    if read.is_none() {
        faults.add(Code::VcDate, &Path::Root.key(name), name);
    }
    read
}
