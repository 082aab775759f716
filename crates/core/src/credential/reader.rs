//! Reading a credential.

use super::rules::{self, Faults, Id, typed_objects};
use super::{Credential, Version, related, subject};
use crate::json::{Object, Path, Value};
use crate::limits::{RESOURCES, STATUS_ENTRIES};
use crate::{Code, Fault, Timestamp};

/// Reads a credential and checks every rule of its data model.
///
/// # Errors
/// All faults that were found (`vc.*`), each with its pointer.
pub fn read_credential<'d>(document: &'d Object<'d>) -> Result<Credential<'d>, Vec<Fault>> {
    let mut faults = Faults::default();
    let named = rules::contexts(document, &mut faults);
    // Without a version the document is refused already; the rules of the likelier one say what else is wrong.
    let version = named.unwrap_or(match document.contains_key("issuanceDate") {
        true => Version::V1,
        false => Version::V2,
    });
    let types = rules::document_types(document, "VerifiableCredential", "VerifiablePresentation", &mut faults);
    let id = rules::optional_id(document, &Path::Root, &mut faults);
    let issuer = read_issuer(document, version, &mut faults);
    let (valid_from, valid_until) = read_period(document, version, &mut faults);
    let subjects = subject::read(document, &mut faults);

    let mut statuses = Vec::new();
    // VCDM 1.1 §4.9: id and type; 2.0 §4.10: the id is optional.
    let status_id = if version == Version::V1 { Id::Required } else { Id::Optional };
    typed_objects(document, "credentialStatus", status_id, STATUS_ENTRIES, &mut faults, |at, object| {
        statuses.push((at.pointer(), object));
    });
    let mut schemas = Vec::new();
    // VCDM 1.1 §5.4, 2.0 §4.11.
    typed_objects(document, "credentialSchema", Id::Required, RESOURCES, &mut faults, |at, object| {
        schemas.push((at.pointer(), object));
    });
    // VCDM 1.1 §5.4: the id is the service's URI; 2.0 §5.4: only the type is required.
    typed_objects(document, "refreshService", status_id, RESOURCES, &mut faults, |_, _| {});
    // VCDM 1.1 §5.6, 2.0 §5.6.
    typed_objects(document, "evidence", Id::Optional, RESOURCES, &mut faults, |_, _| {});
    rules::shared_extensions(document, version, &mut faults);
    rules::proofs(document, &mut faults);

    let mut resources = Vec::new();
    match version {
        Version::V1 => credential_definition(document, &mut faults),
        Version::V2 => {
            rules::names(document, &Path::Root, &mut faults);
            resources = related::read(document, &mut faults);
        }
    }
    let credential = named.zip(issuer).map(|(version, issuer)| Credential {
        version,
        document,
        id,
        types,
        issuer,
        valid_from,
        valid_until,
        subjects,
        statuses,
        schemas,
        related: resources,
    });
    faults.into_result(credential)
}

/// `issuer` (VCDM 1.1 §4.5, 2.0 §4.7): a URL, or an object with one as its `id`.
fn read_issuer<'d>(document: &'d Object<'d>, version: Version, faults: &mut Faults) -> Option<&'d str> {
    let root = Path::Root;
    let Some(value) = document.get("issuer") else {
        faults.add(Code::VcPropertyMissing, &root, "issuer");
        return None;
    };
    let at = root.key("issuer");
    if let (Value::Object(object), Version::V2) = (value, version) {
        rules::names(object, &at, faults);
    }
    rules::party(value, &at, "issuer", faults)
}

/// The period of validity (VCDM 1.1 §4.6 and §4.8, 2.0 §4.9).
///
/// VCDM 1.1 reserves `validFrom` and `validUntil` for what they mean in 2.0: where they stand beside the old
/// properties, the narrower period counts.
fn read_period(document: &Object<'_>, version: Version, faults: &mut Faults) -> (Option<Timestamp>, Option<Timestamp>) {
    let mut from = rules::date(document, "validFrom", version, faults);
    let mut until = rules::date(document, "validUntil", version, faults);
    let mut last = "validUntil";
    if version == Version::V1 {
        if !document.contains_key("issuanceDate") {
            faults.add(Code::VcPropertyMissing, &Path::Root, "issuanceDate");
        }
        from = rules::date(document, "issuanceDate", version, faults).max(from);
        if let Some(date) = rules::date(document, "expirationDate", version, faults) {
            until = Some(until.map_or(date, |other| other.min(date)));
            last = "expirationDate";
        }
    }
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        faults.add(Code::VcDateOrder, &Path::Root.key(last), last);
    }
    (from, until)
}

/// VCDM 1.1 §5.8: a credential whose proof rests on a credential definition (Camenisch-Lysyanskaya signatures and the
/// proofs derived from them) names that definition in `credentialSchema`.
fn credential_definition(document: &Object<'_>, faults: &mut Faults) {
    const WITH_DEFINITION: [&str; 4] =
        ["CLSignature2019", "CLProof2019", "AnonCredDerivedCredentialv1", "AnonCredPresentationProofv1"];
    if document.contains_key("credentialSchema") {
        return;
    }
    let proofs = document.get("proof").map(Value::items).unwrap_or_default();
    let needs = proofs.iter().filter_map(|proof| proof.get("type").and_then(Value::as_str)).any(|name| {
        let name = name.strip_prefix("ex:").unwrap_or(name);
        WITH_DEFINITION.contains(&name)
    });
    if needs {
        faults.add(Code::VcPropertyMissing, &Path::Root, "credentialSchema");
    }
}
