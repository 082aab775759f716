//! Reading a presentation.

use super::envelope::open_envelope;
use super::rules::{self, Faults};
use super::{Contained, Kind, Presentation, Version, kind};
use crate::json::{Object, Path, Value};
use crate::{Code, Fault, limits};

/// Reads a presentation and checks every rule of its data model (not those of the credentials in it).
///
/// # Errors
/// All faults that were found (`vc.*`), each with its pointer.
pub fn read_presentation<'d>(document: &'d Object<'d>) -> Result<Presentation<'d>, Vec<Fault>> {
    let mut faults = Faults::default();
    let root = Path::Root;
    let named = rules::contexts(document, &mut faults);
    rules::document_types(document, "VerifiablePresentation", "VerifiableCredential", &mut faults);
    let id = rules::optional_id(document, &root, &mut faults);
    // VCDM 1.1 §4.10, 2.0 §4.13: optional; a URL, or an object with one as its id.
    let holder =
        document.get("holder").and_then(|value| rules::party(value, &root.key("holder"), "holder", &mut faults));
    let credentials = read_credentials(document, named, &mut faults);
    rules::shared_extensions(document, named.unwrap_or(Version::V2), &mut faults);
    rules::proofs(document, &mut faults);
    let presentation = named.map(|version| Presentation { version, document, id, holder, credentials });
    faults.into_result(presentation)
}

/// `verifiableCredential`: optional; if it is there, one or more credentials.
fn read_credentials<'d>(
    document: &'d Object<'d>,
    version: Option<Version>,
    faults: &mut Faults,
) -> Vec<(String, Contained<'d>)> {
    const NAME: &str = "verifiableCredential";
    let Some(value) = document.get(NAME) else { return Vec::new() };
    let root = Path::Root;
    let at = root.key(NAME);
    let items = value.items();
    if items.is_empty() {
        faults.add(Code::VcPropertyInvalid, &at, NAME);
    }
    if items.len() > limits::CREDENTIALS {
        faults.add(Code::VcPropertyInvalid, &at, &format!("{NAME} > {}", limits::CREDENTIALS));
        return Vec::new();
    }
    let is_array = matches!(value, Value::Array(_));
    let mut out = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let place = at.index(i);
        let place = if is_array { &place } else { &at };
        match (item, version) {
            (Value::Object(object), _) if kind(object) == Ok(Kind::Enveloped) => match envelope(object, version) {
                Ok(token) if token.contains('~') => out.push((place.pointer(), Contained::SdJwt(token))),
                Ok(token) => out.push((place.pointer(), Contained::Jwt(token))),
                Err(fault) => faults.push(fault.under(&place.pointer())),
            },
            (Value::Object(object), _) => out.push((place.pointer(), Contained::Embedded(object))),
            // VCDM 1.1 §6.3.1: a JWT stands for the credential. VCDM 2.0 §4.13 refuses anything but objects.
            (Value::String(token), None | Some(Version::V1)) if !token.is_empty() => {
                out.push((place.pointer(), Contained::Jwt(token)));
            }
            _ => faults.add(Code::VcPropertyInvalid, place, NAME),
        }
    }
    out
}

/// An envelope among the credentials of a presentation: a credential's, in VCDM 2.0.
fn envelope<'d>(object: &'d Object<'d>, version: Option<Version>) -> Result<&'d str, Fault> {
    if version == Some(Version::V1) || super::envelope_kind(object) != Some(Kind::Credential) {
        return Err(Fault::new(Code::VcEnveloped).at("/type").about("type"));
    }
    open_envelope(object)
}
