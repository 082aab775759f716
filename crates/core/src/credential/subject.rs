//! `credentialSubject` (VCDM 1.1 §4.4, 2.0 §4.8).

use super::rules::{Faults, optional_id};
use crate::Code;
use crate::json::{Object, Path, Value};

/// One or more objects, none of them empty. An `id` alone is enough: whom the credential is about is a claim of its own
/// (spec-notes, decision 20).
pub(super) fn read<'d>(document: &'d Object<'d>, faults: &mut Faults) -> Vec<&'d Object<'d>> {
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
            Value::Object(subject) if !subject.is_empty() => {
                optional_id(subject, place, faults);
                subjects.push(subject);
            }
            _ => faults.add(Code::VcPropertyInvalid, place, "credentialSubject"),
        }
    }
    subjects
}
