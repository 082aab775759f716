//! The trust list as a signed credential: the same list, under the signature of whoever keeps it.

use super::file::Words;
use super::{DisplayName, TrustList, TrustedContexts, TrustedIssuer};
use crate::credential::{Credential, Version};
use crate::json::{Object, Value};
use crate::members::Members;
use crate::{Code, Fault};

/// The context of a trust list credential. It is built in.
pub const TRUST_CONTEXT: &str = "https://tamarack.example/contexts/trust/v1";

const CREDENTIAL_TYPE: &str = "TrustListCredential";
const LIST_TYPE: &str = "TrustList";
const ISSUER_TYPE: &str = "TrustedIssuer";
const INVALID: Code = Code::TrustListInvalid;

impl TrustList {
    /// Reads a `TrustListCredential` (VCDM 2.0). Whether its signature is good and its issuer is the one who may say whom to
    /// trust is for the caller to verify first.
    ///
    /// # Errors
    /// [`Code::TrustListInvalid`] with the pointer in the credential.
    pub fn from_credential(credential: &Credential<'_>) -> Result<Self, Fault> {
        let invalid = |pointer: &str, what: &str| Fault::new(INVALID).at(pointer).about(what);
        if credential.version != Version::V2 || !credential.types.contains(&CREDENTIAL_TYPE) {
            return Err(invalid("/type", "not a TrustListCredential"));
        }
        let issued = credential.valid_from.ok_or_else(|| invalid("/validFrom", "missing"))?;
        let [_] = credential.subjects.as_slice() else {
            return Err(invalid("/credentialSubject", "not one list"));
        };
        let pointer = "/credentialSubject";
        let subject = match credential.document.get("credentialSubject") {
            Some(Value::Array(items)) => items.first(),
            other => other,
        };
        let subject = subject.ok_or_else(|| invalid(pointer, "missing"))?;
        let members =
            Members::of(subject, pointer, INVALID, &["id", "type", "displayName", "trustedIssuer", "trustedContext"])?;
        check_type(&members, LIST_TYPE)?;
        let name = DisplayName::read(members.value("displayName")?, &members.pointer("displayName"))?;
        let mut list = Self::new(name, issued, credential.valid_until, [])?;
        for (i, issuer) in members.value("trustedIssuer")?.items().iter().enumerate() {
            let pointer = format!("{}/{i}", members.pointer("trustedIssuer"));
            let issuer = read_issuer(issuer, &pointer)?;
            list.add(issuer).map_err(|fault| fault.at(pointer))?;
        }
        if let Some(contexts) = subject.get("trustedContext") {
            list.contexts = TrustedContexts::read(contexts, &members.pointer("trustedContext"), "id")?;
        }
        Ok(list)
    }

    /// The unsigned `TrustListCredential` (VCDM 2.0) of `issuer`, with this id.
    #[must_use]
    pub fn to_credential(&self, id: &str, issuer: &str) -> Object<'static> {
        let mut subject = Object::new();
        subject.insert("id", format!("{id}#list"));
        subject.insert("type", LIST_TYPE);
        subject.insert("displayName", self.name.to_value());
        subject.insert("trustedIssuer", self.issuers.values().map(issuer_value).collect::<Vec<_>>());
        if !self.contexts.is_empty() {
            subject.insert("trustedContext", self.contexts.to_value("id"));
        }
        let mut credential = Object::new();
        let contexts = vec![Value::from("https://www.w3.org/ns/credentials/v2"), Value::from(TRUST_CONTEXT)];
        credential.insert("@context", contexts);
        credential.insert("id", id.to_owned());
        credential.insert("type", vec![Value::from(super::BASE_TYPE), Value::from(CREDENTIAL_TYPE)]);
        credential.insert("issuer", issuer.to_owned());
        credential.insert("validFrom", self.issued.to_string());
        if let Some(until) = self.valid_until {
            credential.insert("validUntil", until.to_string());
        }
        credential.insert("credentialSubject", subject);
        credential
    }
}

fn check_type(members: &Members<'_, '_>, name: &str) -> Result<(), Fault> {
    match members.value("type")?.items() {
        [only] if only.as_str() == Some(name) => Ok(()),
        _ => Err(members.fault("type", "not the one type that is expected here")),
    }
}

const WORDS: Words = Words { did: "id", name: "displayName", types: "credentialType", certificates: "certificate" };

fn read_issuer(value: &Value<'_>, pointer: &str) -> Result<TrustedIssuer, Fault> {
    let known = ["id", "type", "displayName", "credentialType", "validFrom", "validUntil", "certificate"];
    let members = Members::of(value, pointer, INVALID, &known)?;
    check_type(&members, ISSUER_TYPE)?;
    // JSON-LD: one type may stand without an array.
    let types = members.value("credentialType")?.items();
    TrustedIssuer::read(&members, types, &WORDS)
}

fn issuer_value(issuer: &TrustedIssuer) -> Value<'static> {
    let mut object = Object::new();
    object.insert(WORDS.did, issuer.did.clone());
    object.insert("type", ISSUER_TYPE);
    issuer.write(&mut object, &WORDS);
    object.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::credential::read_credential;

    fn list() -> TrustList {
        let name = |text: &str| DisplayName { en: format!("{text} (en)"), fr: format!("{text} (fr)") };
        let issuer = |did: &str, until| TrustedIssuer {
            did: did.into(),
            name: name(did),
            types: vec!["OntarioPersonCredential".into(), "OntarioDriverCredential".into()],
            valid_from: Some(Timestamp::from_unix(1_700_000_000)),
            valid_until: until,
            certificates: Vec::new(),
        };
        let end = Timestamp::from_unix(1_900_000_000);
        let issuers = [issuer("did:web:id.ontario.example", None), issuer("did:key:z6Mk", Some(end))];
        TrustList::new(name("List"), Timestamp::from_unix(1_790_000_000), Some(end), issuers).unwrap()
    }

    fn made() -> Object<'static> {
        list().to_credential("https://ontario.example/trust", "did:web:ontario.example")
    }

    fn read(document: &Object<'_>) -> Result<TrustList, Fault> {
        TrustList::from_credential(&read_credential(document).unwrap())
    }

    #[test]
    fn the_credential_says_what_the_list_says() {
        assert_eq!(read(&made()).unwrap(), list());
    }

    #[test]
    fn every_term_is_defined() {
        use crate::jsonld::{Contexts, Document, to_dataset};
        let mut document = made();
        let digest = "0".repeat(64);
        let context: Object<'_> =
            [("id", "https://vocab.example/v1"), ("sha256", digest.as_str())].into_iter().collect();
        let subject = document.get_mut("credentialSubject").and_then(Value::as_object_mut).unwrap();
        subject.insert("trustedContext", vec![Value::Object(context.into_owned())]);
        assert!(read(&document).is_ok());
        let dataset =
            to_dataset(&Document { object: &document, context: None, skip: &[] }, &Contexts::builtin()).unwrap();
        // The credential 2 types, 4 properties; the list a type, 2 names, 2 issuers, a context; the context a digest;
        // each issuer a type, 2 names, 2 types and 1 or 2 dates.
        assert_eq!(dataset.len(), 6 + 6 + 1 + 6 + 7);
    }

    #[test]
    fn refuses_another_credential() {
        let refused = |change: &dyn Fn(&mut Object<'static>)| {
            let mut document = made();
            change(&mut document);
            let fault = read(&document).unwrap_err();
            assert_eq!(fault.code(), Code::TrustListInvalid);
            fault.pointer().unwrap().to_owned()
        };
        let subject = |document: &mut Object<'static>, key: &'static str, value: Value<'static>| {
            let subject = document.get_mut("credentialSubject").and_then(Value::as_object_mut).unwrap();
            subject.insert(key, value);
        };
        assert_eq!(refused(&|d| drop(d.insert("type", vec![Value::from("VerifiableCredential")]))), "/type");
        assert_eq!(refused(&|d| drop(d.remove("validFrom"))), "/validFrom");
        assert_eq!(refused(&|d| subject(d, "type", "Other".into())), "/credentialSubject/type");
        assert_eq!(refused(&|d| subject(d, "more", true.into())), "/credentialSubject/more");
        assert_eq!(refused(&|d| subject(d, "displayName", "List".into())), "/credentialSubject/displayName");
        let twice = |d: &mut Object<'static>| {
            let issuers = d.get("credentialSubject").and_then(|s| s.get("trustedIssuer")).unwrap().items().to_vec();
            subject(d, "trustedIssuer", [issuers.clone(), issuers].concat().into());
        };
        assert_eq!(refused(&twice), "/credentialSubject/trustedIssuer/2");
        let two = |d: &mut Object<'static>| {
            let subject = d.get("credentialSubject").unwrap().clone();
            d.insert("credentialSubject", vec![subject.clone(), subject]);
        };
        assert_eq!(refused(&two), "/credentialSubject");
    }
}
