//! The context documents that a type brings itself: its own words, which no program has built in.

use super::credential_type::CredentialType;
use super::fields::Fields;
use crate::Fault;
use crate::json::{Value, to_string};
use crate::jsonld::{ContextSet, Contexts};

/// Documents that one type may bring.
const DOCUMENTS: usize = 16;

/// A context document of a type.
#[derive(Clone, PartialEq, Debug)]
pub struct OwnContext {
    /// Its URL, one of the type's contexts.
    pub id: String,
    /// The document to publish there.
    pub document: Value<'static>,
}

/// Reads `contextDocuments`: each with its URL, which must be among `contexts`.
pub(super) fn read(file: &Fields<'_, '_>, contexts: &[String]) -> Result<Vec<OwnContext>, Fault> {
    let Some(value) = file.get("contextDocuments") else { return Ok(Vec::new()) };
    let items = value.as_array().filter(|items| items.len() <= DOCUMENTS);
    let items = items.ok_or_else(|| file.fault("contextDocuments", format!("a list of at most {DOCUMENTS}")))?;
    let mut all: Vec<OwnContext> = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let fields = Fields::new(item, format!("{}/{at}", file.pointer("contextDocuments")), &["id", "document"])?;
        let id = fields.text("id")?;
        if !contexts.iter().any(|known| known == id) || all.iter().any(|known| known.id == id) {
            return Err(fields.fault("id", "one of the contexts of the type is needed, each once"));
        }
        let document = fields.need("document")?;
        if document.get("@context").is_none() {
            return Err(fields.fault("document", "@context is missing"));
        }
        all.push(OwnContext { id: id.to_owned(), document: document.clone().into_owned() });
    }
    Ok(all)
}

/// The documents, to be looked up.
pub(super) fn set(all: &[OwnContext]) -> ContextSet {
    let mut set = ContextSet::default();
    for context in all {
        set.insert(&context.id, to_string(&context.document).as_bytes());
    }
    set
}

impl CredentialType {
    /// The contexts that its credentials may name: those that are built in, and its own.
    #[must_use]
    pub const fn contexts_at_hand(&self) -> Contexts<'_> {
        Contexts::with(&self.context_set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::issue::{Issuance, SecureOptions, Securing, secure};
    use crate::keys::{KeyType, SecretKey};

    const TYPE: &str = r#"{"format":"tamarack-credential-type/1","name":"t","version":"2.0",
        "contexts":["https://www.w3.org/ns/credentials/v2","https://id.ontario.example/contexts/fishing/v1"],
        "contextDocuments":[{"id":"https://id.ontario.example/contexts/fishing/v1",
            "document":{"@context":{"Fishing":"https://id.ontario.example/vocab#Fishing"}}}],
        "types":["VerifiableCredential","Fishing"],
        "display":{"title":{"en":"T","fr":"T"},"description":{"en":"T.","fr":"T."}},
        "claims":[{"name":"name","pointer":"/credentialSubject/name","kind":"string","label":{"en":"G","fr":"P"}}],
        "validity":{"years":5},"suite":"eddsa-rdfc-2022"}"#;

    #[test]
    fn a_type_brings_its_words() {
        let of = CredentialType::parse(TYPE.as_bytes()).unwrap();
        let url = "https://id.ontario.example/contexts/fishing/v1";
        assert!(of.contexts_at_hand().contains(url) && !Contexts::builtin().contains(url));
        let secret = SecretKey::generate(KeyType::Ed25519).unwrap();
        let did = crate::did::did_key(crate::keys::Signer::public_key(&secret));
        let method = format!("{did}#{}", did.strip_prefix("did:key:").unwrap());
        let claims = crate::json::parse(br#"{"name":"Zo"}"#).unwrap();
        let now = crate::Timestamp::from_unix(1_795_000_000);
        let issuance = Issuance { issuer: &did, subject: None, id: Some("urn:x:1"), now, status: &[] };
        let made = of.assemble(claims.as_object().unwrap(), &issuance).unwrap().document;
        let options = SecureOptions { verification_method: &method, ..SecureOptions::default() };
        for suite in ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc+jwt", "vc+sd-jwt"] {
            let securing = Securing::parse(suite).unwrap();
            let signed = secure(made.clone(), securing, &options, &secret, &of.contexts_at_hand());
            assert!(signed.is_ok(), "{suite}: {signed:?}");
        }
        let unknown = secure(made, of.securing, &options, &secret, &Contexts::builtin()).unwrap_err();
        assert_eq!(unknown.code(), Code::JsonldContextUnknown);
        for (from, to, pointer) in [
            (
                r#"[{"id":"https://id.ontario.example/"#,
                r#"[{"id":"https://id.quebec.example/"#,
                "/contextDocuments/0/id",
            ),
            (r#"{"@context":{"#, r#"{"context":{"#, "/contextDocuments/0/document"),
            (r#""contextDocuments":[{"#, r#""contextDocuments":[{"x":1,"#, "/contextDocuments/0/x"),
        ] {
            assert!(TYPE.contains(from), "{from}");
            let fault = CredentialType::parse(TYPE.replacen(from, to, 1).as_bytes()).expect_err(to);
            assert_eq!((fault.code(), fault.pointer()), (Code::IssueType, Some(pointer)), "{to}");
        }
    }
}
