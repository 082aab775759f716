//! Selective disclosure with ecdsa-sd-2023: derived proofs that do not prove what they should, and choices that show nothing.

use serde_json::{Value as Json, json};
use tamarack::keys::KeyType;
use tamarack::proof::Suite;

use super::actor::{Actor, actor};
use super::documents::{set, v2_of};
use super::vector::Vector;

const AREA: &str = "selective";

pub(super) fn vectors() -> Vec<Vector> {
    [shown(), choices()].concat()
}

/// What the issuer makes mandatory.
const MANDATORY: [&str; 3] = ["/issuer", "/validFrom", "/validUntil"];

fn p256() -> Actor {
    actor(KeyType::P256, 1)
}

/// A credential with a base proof.
pub(super) fn base() -> Json {
    p256().sign_with(Suite::EcdsaSd2023, &v2_of(&p256().did), |options| {
        options.mandatory_pointers = MANDATORY.map(str::to_owned).to_vec();
    })
}

/// What is derived from it for the name of the subject.
fn derived() -> Json {
    super::actor::derive(&base(), &["/credentialSubject/name"])
}

fn of(name: &str, about: &str, document: &Json) -> Vector {
    Vector::verify(AREA, name, about, document)
}

fn shown() -> Vec<Vector> {
    vec![
        of("derived", "A derived proof that shows the name.", &derived()).accepts(),
        of("base-to-holder", "A base proof, judged by the holder who received it.", &base())
            .policy("asHolder", true)
            .accepts(),
        of("base-to-verifier", "A base proof, which holds the holder's secret key.", &base())
            .rejects("proof", "proof.base", "/proof/proofValue")
            .alone(),
        of(
            "claim-added",
            "A claim that was never signed.",
            &set(&derived(), "/credentialSubject/description", "of age"),
        )
        .rejects("proof", "proof.disclosure", "/proof/proofValue")
        .alone(),
        of("claim-changed", "Another name.", &set(&derived(), "/credentialSubject/name", "Chloé Tremblay"))
            .rejects("proof", "proof.signature_invalid", "/proof")
            .alone(),
    ]
}

fn choices() -> Vec<Vector> {
    let derive = |name: &str, about: &str, document: &Json, pointers: &[&str]| {
        Vector::of("derive", AREA, name, about, json!({ "json": document })).with("reveal", json!(pointers))
    };
    let free = p256().sign(Suite::EcdsaSd2023, &v2_of(&p256().did));
    vec![
        derive("choose-name", "The name.", &base(), &["/credentialSubject/name"]).gives(derived()),
        derive("choose-missing", "A claim that is not there.", &base(), &["/credentialSubject/age"])
            .error_at("disclosure.pointer", "/credentialSubject/age"),
        derive("choose-nothing", "Nothing is mandatory, and nothing is chosen.", &free, &[])
            .error("disclosure.nothing"),
    ]
}
