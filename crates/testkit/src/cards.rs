//! The photo cards of `examples/`, unsigned, as an issuer would make them.

use tamarack::issue::{CredentialType, Issuance, StatusSlot};
use tamarack::json::{self, Object, Value};
use tamarack::{Fault, Timestamp};

/// What a card is about and what it says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Design {
    /// With an id, a subject's id and two places in status lists.
    Named,
    /// With none of them.
    Anonymous,
}

/// When the cards are issued.
pub const ISSUED: Timestamp = Timestamp::from_unix(1_793_491_200);

/// The photo card of VCDM 1.1 (`second` false) or 2.0, with further contexts.
///
/// # Errors
/// Those of the type file and of [`CredentialType::assemble`].
pub fn person(issuer: &str, second: bool, design: Design, contexts: &[&str]) -> Result<Object<'static>, Fault> {
    let claims = json::parse(include_bytes!("../../../examples/claims/person.json"))?;
    let Value::Object(claims) = claims else { return Ok(Object::new()) };
    person_with(issuer, second, design, contexts, &claims)
}

/// The same with other claims.
///
/// # Errors
/// As [`person`].
pub fn person_with(
    issuer: &str,
    second: bool,
    design: Design,
    contexts: &[&str],
    claims: &Object<'_>,
) -> Result<Object<'static>, Fault> {
    let mut document = assembled(Files::person(second), issuer, design, claims)?;
    if let Some(Value::Array(items)) = document.get_mut("@context") {
        items.extend(contexts.iter().map(|context| Value::from((*context).to_owned())));
    }
    Ok(document)
}

/// The `person`, `driver` or `health` card of `examples/`; any other name is a photo card too.
///
/// # Errors
/// As [`person`].
pub fn of(name: &str, issuer: &str, second: bool, design: Design) -> Result<Object<'static>, Fault> {
    let (files, claims): (Files, &[u8]) = match name {
        "driver" => (Files::driver(second), include_bytes!("../../../examples/claims/driver.json")),
        "health" => (Files::health(second), include_bytes!("../../../examples/claims/health.json")),
        _ => (Files::person(second), include_bytes!("../../../examples/claims/person.json")),
    };
    let Value::Object(claims) = json::parse(claims)? else { return Ok(Object::new()) };
    assembled(files, issuer, design, &claims)
}

/// A type's file, and the schema that it names.
struct Files {
    kind: &'static str,
    name: &'static str,
    schema: &'static str,
}

macro_rules! files {
    ($name:ident) => {
        const fn $name(second: bool) -> Self {
            Self {
                kind: if second {
                    include_str!(concat!("../../../examples/types/", stringify!($name), "-2.0.json"))
                } else {
                    include_str!(concat!("../../../examples/types/", stringify!($name), "-1.1.json"))
                },
                name: concat!("\"file\": \"", stringify!($name), ".schema.json\""),
                schema: include_str!(concat!("../../../examples/types/", stringify!($name), ".schema.json")),
            }
        }
    };
}

impl Files {
    files!(person);
    files!(driver);
    files!(health);
}

fn assembled(files: Files, issuer: &str, design: Design, claims: &Object<'_>) -> Result<Object<'static>, Fault> {
    let kind = files.kind.replace(files.name, &format!("\"document\": {}", files.schema));
    let kind = CredentialType::parse(kind.as_bytes())?;
    let named = design == Design::Named;
    let status = [("revocation", 94_567), ("suspension", 23_452)].map(|(purpose, index)| StatusSlot {
        purpose,
        list: "https://issuer.tamarack.example/status/1",
        index,
    });
    let issuance = Issuance {
        issuer,
        subject: named.then_some("did:key:z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH"),
        id: named.then_some("https://issuer.tamarack.example/credentials/3d8a2b54"),
        now: ISSUED,
        status: if named { &status } else { &[] },
    };
    Ok(kind.assemble(claims, &issuance)?.document)
}

/// A card of the figures: 20 statements that are not mandatory, 3 of which are shown.
#[derive(Clone, Debug)]
pub struct Sized {
    /// The unsigned card.
    pub document: Object<'static>,
    /// The pointers that the issuer makes mandatory.
    pub mandatory: &'static [&'static str],
    /// The pointers of the three claims that are shown.
    pub reveal: &'static [&'static str],
}

const REVEAL: &[&str] =
    &["/credentialSubject/givenName", "/credentialSubject/ageOver18", "/credentialSubject/ageOver19"];

/// The anonymous card of VCDM 2.0 with 20 statements behind the mandatory ones.
///
/// # Errors
/// As [`person`].
pub fn twenty(issuer: &str) -> Result<Sized, Fault> {
    let mut document = person(issuer, true, Design::Anonymous, &[])?;
    if let Some(Value::Object(subject)) = document.get_mut("credentialSubject") {
        subject.insert("image", "https://issuer.tamarack.example/portraits/3d8a2b54");
    }
    let mandatory = &["/issuer", "/validFrom", "/validUntil"];
    Ok(Sized { document, mandatory, reveal: REVEAL })
}

/// The anonymous card of VCDM 1.1 with 20 statements, for `BbsBlsSignature2020`, whose proof adds its own.
///
/// # Errors
/// As [`person`].
pub fn twenty_v1(issuer: &str) -> Result<Sized, Fault> {
    let mut document = person(issuer, false, Design::Anonymous, &["https://w3id.org/security/bbs/v1"])?;
    if let Some(Value::Object(subject)) = document.get_mut("credentialSubject") {
        subject.remove("sex");
        subject.remove("height");
    }
    Ok(Sized { document, mandatory: &[], reveal: REVEAL })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamarack::jsonld::{self, Contexts};
    use tamarack::rdf::{HashAlgorithm, canonicalize};

    fn statements(card: &Object<'_>) -> usize {
        let document = jsonld::Document { object: card, context: None, skip: &[] };
        let dataset = jsonld::to_dataset(&document, &Contexts::builtin()).unwrap();
        canonicalize(&dataset, HashAlgorithm::Sha256).unwrap().lines().count()
    }

    #[test]
    fn the_cards_of_the_figures_have_twenty_statements() {
        let mut card = twenty("did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX").unwrap().document;
        let all = statements(&card);
        // Mandatory: the issuer and its two names, two dates, two types.
        assert_eq!(all - 7, 20);
        card.remove("credentialSubject");
        assert_eq!(
            statements(&twenty_v1("did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX").unwrap().document),
            20
        );
    }
}
