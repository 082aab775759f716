//! How sure an issuer must be of who applies for a credential, and how the credential says so.

use super::assemble::Assembled;
use super::credential_type::CredentialType;
use super::fields::Fields;
use crate::json::{Object, Value};
use crate::{Fault, Timestamp};

/// The context of [`EvidenceTerms::default`], which a type with an assurance and no words of its own gets.
pub const EVIDENCE_CONTEXT: &str = "https://tamarack.example/contexts/evidence/v1";
/// Levels that one type may name.
const LEVELS: usize = 32;
/// The most that a sign-in may be old, in seconds: a day.
const OLDEST: u32 = 86_400;

/// The level of assurance with which a person must have signed in to get a credential of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assurance {
    /// The authentication context class references (`acr`) that are enough (OpenID Connect Core §2); never empty.
    pub acr: Vec<String>,
    /// How many seconds ago the person may have signed in.
    pub max_age: Option<u32>,
    /// The words of the evidence.
    pub terms: EvidenceTerms,
}

/// The words in which `evidence` says how somebody signed in (VCDM 2.0 §5.6): terms of the type's contexts, or those of
/// [`EVIDENCE_CONTEXT`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvidenceTerms {
    /// The type of the evidence.
    pub kind: String,
    /// The member with the level.
    pub acr: String,
    /// The member with the provider's issuer identifier.
    pub issuer: String,
    /// The member with the time of the sign-in.
    pub auth_time: String,
}

impl Default for EvidenceTerms {
    fn default() -> Self {
        Self {
            kind: "SignInEvidence".to_owned(),
            acr: "levelOfAssurance".to_owned(),
            issuer: "identityProvider".to_owned(),
            auth_time: "signedInAt".to_owned(),
        }
    }
}

/// The level that somebody reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reached<'r> {
    /// The `acr`.
    pub acr: &'r str,
    /// Who says so: the provider's issuer identifier.
    pub issuer: &'r str,
    /// When the person signed in.
    pub auth_time: Option<Timestamp>,
}

/// Reads `assurance`. A type without words of its own gets the context of the usual ones.
pub(super) fn read(
    file: &Fields<'_, '_>,
    template: &Object<'_>,
    contexts: &mut Vec<String>,
) -> Result<Option<Assurance>, Fault> {
    let Some(value) = file.get("assurance") else { return Ok(None) };
    let fields = Fields::new(value, file.pointer("assurance"), &["acr", "maxAge", "evidence"])?;
    let acr = fields.texts("acr")?;
    if acr.len() > LEVELS || !acr.iter().all(|level| level.bytes().all(|b| b.is_ascii_graphic())) {
        return Err(fields.fault("acr", format!("1 to {LEVELS} levels without white space are needed")));
    }
    if template.contains_key("evidence") {
        return Err(file.fault("assurance", "the template has evidence of its own"));
    }
    let terms = match fields.get("evidence") {
        None => {
            if !contexts.iter().any(|known| known == EVIDENCE_CONTEXT) {
                contexts.push(EVIDENCE_CONTEXT.to_owned());
            }
            EvidenceTerms::default()
        }
        Some(value) => {
            let words = Fields::new(value, fields.pointer("evidence"), &["type", "acr", "issuer", "authTime"])?;
            EvidenceTerms {
                kind: words.text("type")?.to_owned(),
                acr: words.text("acr")?.to_owned(),
                issuer: words.text("issuer")?.to_owned(),
                auth_time: words.text("authTime")?.to_owned(),
            }
        }
    };
    Ok(Some(Assurance { acr, max_age: fields.number("maxAge", OLDEST)?, terms }))
}

impl CredentialType {
    /// Puts what was reached into the `evidence` of an assembled credential of this type. A type that asks for no level
    /// gets none. A credential of an anonymous design does not say when somebody signed in, which is one person's own.
    ///
    /// # Errors
    /// [`crate::Code::SchemaMismatch`] if the type's own schema refuses it.
    pub fn with_evidence(&self, mut assembled: Assembled, reached: &Reached<'_>) -> Result<Assembled, Fault> {
        let Some(Assurance { terms, .. }) = &self.assurance else { return Ok(assembled) };
        let mut evidence = Object::new();
        evidence.insert("type", vec![Value::from(terms.kind.clone())]);
        evidence.insert(terms.acr.clone(), reached.acr.to_owned());
        evidence.insert(terms.issuer.clone(), reached.issuer.to_owned());
        if let Some(time) = reached.auth_time.filter(|_| !self.is_anonymous()) {
            evidence.insert(terms.auth_time.clone(), time.to_string());
        }
        assembled.document.insert("evidence", vec![Value::Object(evidence)]);
        assembled.document = self.checked(assembled.document)?;
        Ok(assembled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::{Issuance, SecureOptions, Securing, secure};
    use crate::jsonld::Contexts;
    use crate::keys::{KeyType, SecretKey};
    use crate::present::Held;
    use crate::{Code, json};

    const TYPE: &str = r#"{"format":"tamarack-credential-type/1","name":"t","version":"2.0",
        "contexts":["https://www.w3.org/ns/credentials/v2","https://tamarack.example/ontario/person/v1"],
        "types":["VerifiableCredential","OntarioPersonCredential"],
        "display":{"title":{"en":"T","fr":"T"},"description":{"en":"T.","fr":"T."}},
        "template":{"credentialSubject":{"type":"OntarioPerson"}},
        "claims":[{"name":"givenName","pointer":"/credentialSubject/givenName","kind":"string","label":{"en":"G","fr":"P"}}],
        "validity":{"years":5},"suite":"eddsa-rdfc-2022","assurance":{"acr":["urn:larch:2","urn:larch:3"],"maxAge":600}}"#;

    #[test]
    fn what_was_reached_is_signed() {
        let of = CredentialType::parse(TYPE.as_bytes()).unwrap();
        assert_eq!(of.assurance.as_ref().unwrap().max_age, Some(600));
        let claims = json::parse(br#"{"givenName":"Zo"}"#).unwrap();
        let now = Timestamp::from_unix(1_795_000_000);
        let secret = SecretKey::generate(KeyType::Ed25519).unwrap();
        let did = crate::did::did_key(crate::keys::Signer::public_key(&secret));
        let issuance = Issuance { issuer: &did, subject: None, id: Some("urn:x:1"), now, status: &[] };
        let assembled = of.assemble(claims.as_object().unwrap(), &issuance).unwrap();
        let reached = Reached { acr: "urn:larch:2", issuer: "https://login.larch.example", auth_time: Some(now) };
        let made = of.with_evidence(assembled, &reached).unwrap();
        let evidence = &made.document.get("evidence").unwrap().items()[0];
        let member = |name: &str| evidence.get(name).and_then(Value::as_str);
        assert_eq!(member("levelOfAssurance"), Some("urn:larch:2"));
        assert_eq!(member("identityProvider"), Some("https://login.larch.example"));
        assert_eq!(member("signedInAt"), Some(now.to_string().as_str()));
        let multikey = did.strip_prefix("did:key:").unwrap();
        let method = format!("{did}#{multikey}");
        let options = SecureOptions { verification_method: &method, ..SecureOptions::default() };
        // Whatever the format, a reader finds the level in what was signed.
        for suite in ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc+jwt", "vc+sd-jwt", "dc+sd-jwt"] {
            let securing = Securing::parse(suite).unwrap();
            let options = match suite {
                "dc+sd-jwt" => SecureOptions { vct: Some("https://id.larch.example/t"), ..options },
                _ => options,
            };
            let text = secure(made.document.clone(), securing, &options, &secret, &Contexts::builtin()).unwrap();
            let held = Held::parse(text.as_bytes()).unwrap();
            assert_eq!(held.document().get("evidence"), made.document.get("evidence"), "{suite}");
        }
    }

    #[test]
    fn a_level_must_be_named() {
        for (from, to, pointer) in [
            (r#"["urn:larch:2","urn:larch:3"]"#, "[]", "/assurance/acr"),
            (r#"["urn:larch:2","urn:larch:3"]"#, r#"["a b"]"#, "/assurance/acr"),
            (r#""maxAge":600"#, r#""maxAge":100000"#, "/assurance/maxAge"),
            (r#""maxAge":600"#, r#""evidence":{}"#, "/assurance/evidence/type"),
            (r#""template":{"#, r#""template":{"evidence":[],"#, "/assurance"),
        ] {
            assert!(TYPE.contains(from), "{from}");
            let fault = CredentialType::parse(TYPE.replacen(from, to, 1).as_bytes()).expect_err(to);
            assert_eq!((fault.code(), fault.pointer()), (Code::IssueType, Some(pointer)), "{to}");
        }
    }
}
