//! `credentialSubject` (VCDM 1.1 §4.4, 2.0 §4.8).

use super::Version;
use super::rules::{Faults, optional_id};
use crate::Code;
use crate::json::{Object, Path, Value};

/// One or more objects, each with a claim about its subject.
pub(super) fn read<'d>(document: &'d Object<'d>, version: Version, faults: &mut Faults) -> Vec<&'d Object<'d>> {
    let root = Path::Root;
    let Some(value) = document.get("credentialSubject") else {
        faults.add(Code::VcPropertyMissing, &root, "credentialSubject");
        return Vec::new();
    };
    let at = root.key("credentialSubject");
    if value.items().is_empty() {
        faults.add(Code::VcPropertyInvalid, &at, "credentialSubject");
    }
    let is_array = matches!(value, Value::Array(_));
    let mut subjects = Vec::with_capacity(value.items().len());
    for (i, item) in value.items().iter().enumerate() {
        let place = at.index(i);
        let place = if is_array { &place } else { &at };
        match item {
            Value::Object(subject) if says_something(subject, version) => {
                optional_id(subject, place, faults);
                subjects.push(subject);
            }
            _ => faults.add(Code::VcPropertyInvalid, place, "credentialSubject"),
        }
    }
    subjects
}

/// VCDM 1.1 asks for a property, 2.0 for a claim: in 2.0 the `id` alone says nothing about the subject.
fn says_something(subject: &Object<'_>, version: Version) -> bool {
    match version {
        Version::V1 => !subject.is_empty(),
        Version::V2 => subject.keys().any(|key| key != "id"),
    }
}
