//! The trust list as a JSON file.

use super::{DisplayName, TrustList, TrustedContexts, TrustedIssuer};
use crate::encoding::{base64_decode, base64_encode};
use crate::json::{self, Object, Value};
use crate::members::Members;
use crate::{Code, Fault};

const INVALID: Code = Code::TrustListInvalid;

impl TrustList {
    /// Reads the JSON file form (see [`crate::trust`]).
    ///
    /// # Errors
    /// `json.*`, [`Code::TrustListInvalid`] with a pointer.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        Self::from_value(&json::parse(bytes)?, "")
    }

    /// Reads the JSON form from within a document, where it stands at `pointer`.
    ///
    /// # Errors
    /// [`Code::TrustListInvalid`] with a pointer.
    pub fn from_value(value: &Value<'_>, pointer: &str) -> Result<Self, Fault> {
        let known = ["version", "name", "issued", "validUntil", "issuers", "contexts"];
        let members = Members::of(value, pointer, INVALID, &known)?;
        members.version(1)?;
        let name = DisplayName::read(members.value("name")?, &members.pointer("name"))?;
        let (issued, until) = (members.time("issued")?, members.optional_time("validUntil")?);
        if until.is_some_and(|until| until < issued) {
            return Err(members.fault("validUntil", "before issued"));
        }
        let mut list = Self::new(name, issued, until, [])?;
        for (i, issuer) in members.array("issuers")?.iter().enumerate() {
            let pointer = format!("{}/{i}", members.pointer("issuers"));
            let issuer = read_issuer(issuer, &pointer)?;
            list.add(issuer).map_err(|fault| fault.at(pointer))?;
        }
        if let Some(contexts) = value.get("contexts") {
            list.contexts = TrustedContexts::read(contexts, &members.pointer("contexts"), "url")?;
        }
        Ok(list)
    }

    /// The JSON file form.
    #[must_use]
    pub fn to_value(&self) -> Value<'static> {
        let mut object = Object::new();
        object.insert("version", 1_u32);
        object.insert("name", self.name.to_value());
        object.insert("issued", self.issued.to_string());
        if let Some(until) = self.valid_until {
            object.insert("validUntil", until.to_string());
        }
        let issuers: Vec<Value<'static>> = self.issuers.values().map(issuer_value).collect();
        object.insert("issuers", issuers);
        if !self.contexts.is_empty() {
            object.insert("contexts", self.contexts.to_value("url"));
        }
        object.into()
    }
}

impl DisplayName {
    /// Reads `{"en": …, "fr": …}`: both must be there, neither empty.
    pub(super) fn read(value: &Value<'_>, pointer: &str) -> Result<Self, Fault> {
        let members = Members::of(value, pointer, INVALID, &["en", "fr"])?;
        let text = |language: &str| -> Result<String, Fault> {
            let text = members.string(language)?;
            if text.trim().is_empty() || text.chars().any(char::is_control) {
                return Err(members.fault(language, "blank, or with control characters"));
            }
            Ok(text.to_owned())
        };
        Ok(Self { en: text("en")?, fr: text("fr")? })
    }

    pub(super) fn to_value(&self) -> Value<'static> {
        let mut object = Object::new();
        object.insert("en", self.en.clone());
        object.insert("fr", self.fr.clone());
        object.into()
    }
}

/// The names of an issuer's members, which the file and the credential have chosen differently.
pub(super) struct Words {
    pub(super) did: &'static str,
    pub(super) name: &'static str,
    pub(super) types: &'static str,
    pub(super) certificates: &'static str,
}

const WORDS: Words = Words { did: "did", name: "name", types: "types", certificates: "certificates" };

fn read_issuer(value: &Value<'_>, pointer: &str) -> Result<TrustedIssuer, Fault> {
    let known = ["did", "url", "name", "types", "validFrom", "validUntil", "certificates"];
    let members = Members::of(value, pointer, INVALID, &known)?;
    if members.optional(WORDS.certificates).is_some() {
        members.array(WORDS.certificates)?;
    }
    let types = members.array("types")?;
    let issuer = match (members.optional("did"), members.optional("url")) {
        (Some(_), Some(_)) => return Err(members.fault("url", "beside did")),
        (None, Some(_)) => TrustedIssuer::read(&members, types, &Words { did: "url", ..WORDS })?,
        _ => TrustedIssuer::read(&members, types, &WORDS)?,
    };
    // A slip of the pen between the two would trust somebody else.
    if members.optional("did").is_some() == issuer.did.starts_with("https://") {
        return Err(Fault::new(INVALID).at(pointer).about("did: not a DID, or url: not an https URL"));
    }
    Ok(issuer)
}

impl TrustedIssuer {
    pub(super) fn read(members: &Members<'_, '_>, types: &[Value<'_>], words: &Words) -> Result<Self, Fault> {
        let types: Option<Vec<String>> = types.iter().map(|name| name.as_str().map(str::to_owned)).collect();
        let certificates = members.optional(words.certificates).map(Value::items);
        if certificates.is_some_and(<[_]>::is_empty) {
            return Err(members.fault(words.certificates, "empty"));
        }
        let der = |text: &Value<'_>| text.as_str().and_then(|text| base64_decode(text).ok());
        let certificates: Option<Vec<Vec<u8>>> = certificates.unwrap_or_default().iter().map(der).collect();
        Ok(Self {
            did: members.string(words.did)?.to_owned(),
            name: DisplayName::read(members.value(words.name)?, &members.pointer(words.name))?,
            types: types.ok_or_else(|| members.fault(words.types, "not strings"))?,
            valid_from: members.optional_time("validFrom")?,
            valid_until: members.optional_time("validUntil")?,
            certificates: certificates.ok_or_else(|| members.fault(words.certificates, "not base64"))?,
        })
    }

    /// Writes the members into an object.
    pub(super) fn write(&self, object: &mut Object<'static>, words: &Words) {
        object.insert(words.name, self.name.to_value());
        object.insert(words.types, self.types.iter().cloned().map(Value::from).collect::<Vec<_>>());
        for (key, time) in [("validFrom", self.valid_from), ("validUntil", self.valid_until)] {
            if let Some(time) = time {
                object.insert(key, time.to_string());
            }
        }
        if !self.certificates.is_empty() {
            let texts: Vec<_> = self.certificates.iter().map(|der| Value::from(base64_encode(der))).collect();
            object.insert(words.certificates, texts);
        }
    }
}

fn issuer_value(issuer: &TrustedIssuer) -> Value<'static> {
    let mut object = Object::new();
    let name = if issuer.did.starts_with("https://") { "url" } else { WORDS.did };
    object.insert(name, issuer.did.clone());
    issuer.write(&mut object, &WORDS);
    object.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    const FILE: &str = r#"{"version":1,"name":{"en":"Ontario issuers","fr":"Émetteurs de l’Ontario"},
        "issued":"2026-11-01T00:00:00Z","validUntil":"2027-11-01T00:00:00Z","issuers":[
        {"did":"did:web:id.ontario.example","name":{"en":"ServiceOntario","fr":"ServiceOntario"},
         "types":["OntarioPersonCredential","OntarioPhotoCard"],"validFrom":"2026-01-01T00:00:00Z","validUntil":"2027-06-01T00:00:00Z"},
        {"did":"did:key:z6Mk","name":{"en":"Lab","fr":"Labo"},"types":["*"]}]}"#;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_stamp(text).unwrap()
    }

    #[test]
    fn reads_and_writes() {
        let list = TrustList::parse(FILE.as_bytes()).unwrap();
        assert_eq!(list.issuer("did:web:id.ontario.example").unwrap().name.en, "ServiceOntario");
        assert_eq!(list.name().fr, "Émetteurs de l’Ontario");
        let again = TrustList::parse(json::to_string_pretty(&list.to_value()).as_bytes()).unwrap();
        assert_eq!(again, list);
    }

    #[test]
    fn allows_what_it_names_and_nothing_else() {
        let list = TrustList::parse(FILE.as_bytes()).unwrap();
        let now = at("2026-12-01T00:00:00Z");
        let ontario = "did:web:id.ontario.example";
        let code = |did: &str, types: &[&str], at| list.allows(did, types, at).map_err(|fault| fault.code());
        assert_eq!(code(ontario, &["VerifiableCredential", "OntarioPersonCredential"], now), Ok(()));
        assert_eq!(code(ontario, &["OntarioPhotoCard", "OntarioPersonCredential"], now), Ok(()));
        let mixed = ["VerifiableCredential", "OntarioPersonCredential", "Passport"];
        assert_eq!(code(ontario, &mixed, now), Err(Code::TrustTypeNotAllowed));
        assert_eq!(code(ontario, &["VerifiableCredential"], now), Err(Code::TrustTypeNotAllowed));
        assert_eq!(code(ontario, &[], now), Err(Code::TrustTypeNotAllowed));
        assert_eq!(code(ontario, &["*"], now), Err(Code::TrustTypeNotAllowed));
        assert_eq!(code("did:key:z6Mk", &["VerifiableCredential"], now), Ok(()));
        assert_eq!(code("did:key:z6Mk", &["Passport"], now), Ok(()));
        assert_eq!(code("did:web:id.ontario.example.evil", &["OntarioPhotoCard"], now), Err(Code::TrustIssuerUnknown));
        assert_eq!(code("", &["OntarioPhotoCard"], now), Err(Code::TrustIssuerUnknown));
        let late = at("2027-06-01T00:00:01Z");
        assert_eq!(code(ontario, &["OntarioPhotoCard"], late), Err(Code::TrustOutsidePeriod));
        assert_eq!(code("did:key:z6Mk", &["Passport"], late), Ok(()));
        assert_eq!(code("did:key:z6Mk", &["Passport"], at("2027-11-01T00:00:01Z")), Err(Code::TrustOutsidePeriod));
        assert_eq!(code("did:key:z6Mk", &["Passport"], at("2026-10-31T23:59:59Z")), Err(Code::TrustOutsidePeriod));
    }

    #[test]
    fn an_issuer_may_have_a_url() {
        let text = FILE.replace("\"did\":\"did:key:z6Mk\"", "\"url\":\"https://id.example/tenant\"");
        let list = TrustList::parse(text.as_bytes()).unwrap();
        let now = at("2026-12-01T00:00:00Z");
        assert_eq!(list.allows("https://id.example/tenant", &["https://id.example/person"], now), Ok(()));
        assert!(list.allows("https://id.example", &["https://id.example/person"], now).is_err());
        assert_eq!(TrustList::parse(json::to_string(&list.to_value()).as_bytes()).unwrap(), list);
    }

    #[test]
    fn refuses_slips_of_the_pen() {
        let refused = |from: &str, to: &str| {
            let text = FILE.replace(from, to);
            assert_ne!(text, FILE, "{from}");
            let fault = TrustList::parse(text.as_bytes()).unwrap_err();
            assert_eq!(fault.code(), Code::TrustListInvalid, "{fault}");
            fault.pointer().unwrap().to_owned()
        };
        assert_eq!(refused("\"version\":1", "\"version\":2"), "/version");
        assert_eq!(refused("\"version\":1,", ""), "/version");
        assert_eq!(refused("\"types\":[\"*\"]", "\"type\":[\"*\"]"), "/issuers/1/type");
        assert_eq!(refused("\"types\":[\"*\"]", "\"types\":\"*\""), "/issuers/1/types");
        assert_eq!(refused("[\"*\"]", "[]"), "/issuers/1");
        assert_eq!(refused("[\"*\"]", "[\"*\",\"*\"]"), "/issuers/1");
        assert_eq!(refused("did:key:z6Mk", "did:web:id.ontario.example"), "/issuers/1");
        assert_eq!(refused("did:key:z6Mk", "https://ontario.example"), "/issuers/1");
        assert_eq!(refused("did:key:z6Mk", "did:key:z6Mk#key"), "/issuers/1");
        assert_eq!(refused("\"did\":\"did:key:z6Mk\"", "\"url\":\"did:key:z6Mk\""), "/issuers/1");
        assert_eq!(refused("\"did\":\"did:key:z6Mk\"", "\"url\":\"http://a.example\""), "/issuers/1");
        assert_eq!(refused("\"did\":\"did:key:z6Mk\"", "\"url\":\"https://a.example/?t\""), "/issuers/1");
        let both = "\"did\":\"did:key:z6Mk\",\"url\":\"https://a.example\"";
        assert_eq!(refused("\"did\":\"did:key:z6Mk\"", both), "/issuers/1/url");
        assert_eq!(refused("\"fr\":\"Labo\"", "\"fr\":\" \""), "/issuers/1/name/fr");
        assert_eq!(refused(",\"fr\":\"Labo\"", ""), "/issuers/1/name/fr");
        assert_eq!(refused("2027-11-01T00:00:00Z", "2027-11-01"), "/validUntil");
        assert_eq!(refused("2027-11-01T00:00:00Z", "2025-11-01T00:00:00Z"), "/validUntil");
        assert_eq!(refused("2027-06-01T00:00:00Z", "2025-11-01T00:00:00Z"), "/issuers/0");
        assert_eq!(TrustList::parse(b"[]").unwrap_err().code(), Code::TrustListInvalid);
        let twice = FILE.replace("\"version\":1", "\"version\":1,\"version\":1");
        assert_eq!(TrustList::parse(twice.as_bytes()).unwrap_err().code(), Code::JsonDuplicateKey);
    }
}
