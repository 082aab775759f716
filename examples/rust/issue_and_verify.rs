//! Issue a photo card to a resident and verify it as a shop would, all in one program.
//!
//! Run it with `cargo run -p tamarack-testkit --example issue_and_verify`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use tamarack::did::did_key;
use tamarack::issue::{CredentialType, Issuance, SecureOptions, secure};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::messages::{Lang, explain};
use tamarack::trust::TrustList;
use tamarack::{Code, Evidence, Fault, Outcome, Policy, Timestamp, json, verify};

/// A fixed day, so that the example does the same every time. A program takes the clock's.
const NOW: &str = "2026-11-22T12:00:00Z";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = Timestamp::parse_stamp(NOW)?;
    let key = SecretKey::generate(KeyType::Ed25519)?;
    let did = did_key(key.public_key());

    let card = issue(&key, &did, now)?;
    println!("{card}\n");

    let policy = Policy::trusting(trust_list(&did)?);
    judge("The card as it was issued", &card, &policy, now)?;
    judge("The card with another name on it", &card.replace("Bélanger", "Gagnon"), &policy, now)?;
    Ok(())
}

/// The province: a credential type, claims, a signature.
fn issue(key: &SecretKey, did: &str, now: Timestamp) -> Result<String, Fault> {
    // The type file names its schema's file; the library reads no files, so the schema is put in here.
    let schema = format!("\"document\": {}", include_str!("../types/person.schema.json"));
    let type_file = include_str!("../types/person-2.0.json").replace("\"file\": \"person.schema.json\"", &schema);
    let credential_type = CredentialType::parse(type_file.as_bytes())?;
    let claims = json::parse(include_bytes!("../claims/person.json"))?;
    let claims = claims.as_object().ok_or(Fault::new(Code::IssueClaim))?;
    let issuance = Issuance { issuer: did, subject: None, id: None, now, status: &[] };
    let unsigned = credential_type.assemble(claims, &issuance)?.document;

    let method = format!("{did}#{}", key.public_key().to_multikey());
    let options = SecureOptions { verification_method: &method, created: Some(now), ..SecureOptions::default() };
    secure(unsigned, credential_type.securing, &options, key, &Contexts::builtin())
}

/// The shop: whom it believes, and for which cards.
fn trust_list(did: &str) -> Result<TrustList, Fault> {
    let text = format!(
        r#"{{
          "version": 1,
          "name": {{ "en": "The shop's list", "fr": "La liste du magasin" }},
          "issued": "2026-01-01T00:00:00Z",
          "issuers": [{{
            "did": "{did}",
            "name": {{ "en": "The province", "fr": "La province" }},
            "types": ["OntarioPersonCredential"]
          }}]
        }}"#
    );
    TrustList::parse(text.as_bytes())
}

/// Three answers, never two: accepted, rejected, cannot tell.
fn judge(title: &str, card: &str, policy: &Policy, now: Timestamp) -> Result<(), tamarack::Error> {
    let verdict = verify(card.as_bytes(), policy, &Evidence::none(), now)?;
    println!("{title}: {:?}", verdict.outcome());
    for check in verdict.checks() {
        if let Some(fault) = &check.fault {
            println!("  {}", explain(fault, Lang::En).sentence);
            println!("  {}", explain(fault, Lang::Fr).sentence);
        }
    }
    if verdict.outcome() == Outcome::Accept {
        let credentials = verdict.claims().map(|claims| claims.credentials()).unwrap_or_default();
        for credential in credentials {
            println!("  {} by {}", credential.types.join(", "), credential.issuer);
        }
    }
    Ok(())
}
