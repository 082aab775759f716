//! Documents that the benchmark and the sweeps work on.

use tamarack::json::{self, Object, Value};

/// The credential of the figures: VCDM 1.1, like a driver's licence, some 15 claims.
const LICENCE_V1: &str = r##"{
  "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/vdl/v1", "https://w3id.org/security/suites/ed25519-2020/v1"],
  "id": "urn:uuid:6e0f4a1e-5a0c-4a2e-9d6b-0f0e7d1c2b3a",
  "type": ["VerifiableCredential", "Iso18013DriversLicenseCredential"],
  "issuer": "ISSUER",
  "issuanceDate": "2026-01-01T00:00:00Z",
  "expirationDate": "2031-01-01T00:00:00Z",
  "name": "Driver's Licence",
  "credentialSubject": {
    "id": "did:example:resident-0001",
    "type": "LicensedDriver",
    "driversLicense": {
      "type": "Iso18013DriversLicense",
      "document_number": "T0000-00000-00101",
      "family_name": "Tremblay-Nguyen",
      "given_name": "Marie-Ève",
      "birth_date": "2001-04-17T00:00:00Z",
      "issue_date": "2026-01-01T00:00:00Z",
      "expiry_date": "2031-01-01T00:00:00Z",
      "issuing_country": "CA",
      "issuing_authority": "ON",
      "resident_address": "1 Example Street",
      "resident_city": "Sudbury",
      "resident_postal_code": "P3E 0A0",
      "sex": 2,
      "height": 168,
      "eye_colour": "brown",
      "age_over_18": true,
      "age_over_21": true
    }
  }
}"##;

/// The driver's licence of the figures, unsigned, for this issuer and with these contexts beside the vocabulary's.
#[must_use]
pub fn licence(issuer: &str, data_integrity: bool) -> Object<'static> {
    let text = LICENCE_V1.replace("ISSUER", issuer);
    let text = if data_integrity {
        text.replace("https://w3id.org/security/suites/ed25519-2020/v1", "https://w3id.org/security/data-integrity/v2")
    } else {
        text
    };
    object(&text)
}

/// A credential of about 3 × `nodes` quads with that many blank nodes.
#[must_use]
pub fn wide(issuer: &str, nodes: usize) -> Object<'static> {
    let items: Vec<String> =
        (0..nodes).map(|i| format!(r#"{{"line":"entry {i}","amount":"{}"}}"#, i * 7 % 1000)).collect();
    object(&format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],
        "type":["VerifiableCredential"],"issuer":"{issuer}","validFrom":"2026-01-01T00:00:00Z",
        "credentialSubject":{{"id":"did:example:wide","items":[{}]}}}}"#,
        items.join(",")
    ))
}

/// Graphs of blank nodes that cannot be told apart, in the shapes that cost canonical forms the most: cliques, rings, hubs.
#[must_use]
pub fn poison() -> Vec<String> {
    let begin = r#"{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],"type":["VerifiableCredential"],"issuer":"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK","proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","created":"2026-01-01T00:00:00Z","verificationMethod":"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK","proofPurpose":"assertionMethod","proofValue":"z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n2Brbx"},"credentialSubject":{"id":"did:example:subject","nodes":["#;
    // Who knows whom.
    let graph = |known: &[Vec<usize>]| {
        let node = |(number, known): (usize, &Vec<usize>)| {
            let known: Vec<String> = known.iter().map(|other| format!(r#"{{"id":"_:n{other}"}}"#)).collect();
            // An empty list would be a value that is not signed.
            let known = if known.is_empty() { String::new() } else { format!(r#","knows":[{}]"#, known.join(",")) };
            format!(r#"{{"id":"_:n{number}"{known}}}"#)
        };
        let nodes: Vec<String> = known.iter().enumerate().map(node).collect();
        format!("{begin}{}]}}}}", nodes.join(","))
    };
    let clique = |n: usize| graph(&(0..n).map(|i| (0..n).filter(|j| *j != i).collect()).collect::<Vec<_>>());
    let ring = |n: usize| graph(&(0..n).map(|i| vec![(i + 1) % n]).collect::<Vec<_>>());
    // Two that know all the others, who know nobody.
    let hubs = |n: usize| graph(&(0..n).map(|i| if i < 2 { (2..n).collect() } else { Vec::new() }).collect::<Vec<_>>());
    vec![clique(10), clique(16), clique(40), ring(400), ring(3_000), hubs(60), hubs(1_000)]
}

/// An object from text that is known to be one.
///
/// # Panics
/// When it is not.
#[must_use]
#[expect(clippy::panic, reason = "a test's own text is wrong")]
pub fn object(text: &str) -> Object<'static> {
    match json::parse(text.as_bytes()).map(Value::into_owned) {
        Ok(Value::Object(object)) => object,
        other => panic!("not a JSON object: {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use tamarack::{Code, Evidence, Policy, Timestamp, verify};

    #[test]
    fn poison_is_poison() {
        let (policy, evidence) = (Policy::insecure_trust_any_issuer(), Evidence::none());
        for text in super::poison() {
            let verdict = verify(text.as_bytes(), &policy, &evidence, Timestamp::from_unix(1_790_000_000)).unwrap();
            assert!(verdict.checks().iter().any(|check| check.code() == Some(Code::RdfTooComplex)), "{verdict:?}");
        }
    }
}
