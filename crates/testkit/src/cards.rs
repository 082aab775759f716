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
    let file = if second {
        include_str!("../../../examples/types/person-2.0.json")
    } else {
        include_str!("../../../examples/types/person-1.1.json")
    };
    let schema = format!("\"document\": {}", include_str!("../../../examples/types/person.schema.json"));
    let kind = CredentialType::parse(file.replace("\"file\": \"person.schema.json\"", &schema).as_bytes())?;
    let named = design == Design::Named;
    let status = ["revocation", "suspension"].map(|purpose| StatusSlot {
        purpose,
        list: "https://issuer.tamarack.example/status/1",
        index: purpose.len() * 1_234,
    });
    let issuance = Issuance {
        issuer,
        subject: named.then_some("did:key:z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH"),
        id: named.then_some("https://issuer.tamarack.example/credentials/3d8a2b54"),
        now: ISSUED,
        status: if named { &status } else { &[] },
    };
    let mut document = kind.assemble(claims, &issuance)?.document;
    if let Some(Value::Array(items)) = document.get_mut("@context") {
        items.extend(contexts.iter().map(|context| Value::from((*context).to_owned())));
    }
    Ok(document)
}
