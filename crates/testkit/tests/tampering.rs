//! The tampering sweep: for every suite, flipping any bit of the proof and dropping, doubling, retyping or renaming any
//! JSON node is never accepted and never panics.
//!
//! Suites over quads sign the statement, not its spelling (spec-notes, decision 5). A change that leaves the canonical
//! statement as it was is told apart here by computing that statement, and only the spellings known to be equal may do so.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "tests may stop at the first surprise"
)]

use tamarack::did::Relationship;
use tamarack::encoding::{
    base64_decode, base64_encode, base64url_decode, base64url_encode, multibase58_decode, multibase58_encode,
    multibase64url_decode, multibase64url_encode,
};
use tamarack::jose::{JwtForm, JwtOptions};
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::{self, Contexts};
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer};
use tamarack::proof::{self, BoundSecrets, BoundTo, DeriveOptions, HolderCommitment, SignOptions, Suite};
use tamarack::rdf::{HashAlgorithm, canonicalize};
use tamarack::sd_jwt::{Frame, HashName, IssueOptions, KeyBinding, issue, present};
use tamarack::{Evidence, Outcome, Policy, SystemRandomness, Timestamp, verify};
use tamarack_testkit::{documents, own, repository, tamper};

const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);

struct Issuer {
    key: SecretKey,
    did: String,
    method: String,
}

fn issuer(kind: KeyType) -> Issuer {
    let key = SecretKey::generate(kind).unwrap();
    let multikey = key.public_key().to_multikey();
    Issuer { did: format!("did:key:{multikey}"), method: format!("did:key:{multikey}#{multikey}"), key }
}

fn outcome(input: &[u8]) -> Option<Outcome> {
    outcome_under(input, &Policy::insecure_trust_any_issuer())
}

fn outcome_under(input: &[u8], policy: &Policy) -> Option<Outcome> {
    verify(input, policy, &Evidence::none(), NOW).ok().map(|verdict| verdict.outcome())
}

fn sign(issuer: &Issuer, document: &Object<'static>, suite: Suite) -> Value<'static> {
    let options = SignOptions {
        suite,
        verification_method: issuer.method.clone(),
        purpose: Relationship::AssertionMethod,
        created: Some(Timestamp::from_unix(1_780_000_000)),
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: Vec::new(),
    };
    Value::Object(tamarack::proof::sign(document, &options, &issuer.key, &Contexts::builtin()).unwrap())
}

/// The canonical statement of a document and of its proof's options; `None` where there is none.
fn statement(document: &Value<'_>) -> Option<(String, String)> {
    let object = document.as_object()?;
    let proof = object.get("proof")?;
    let [proof] = proof.items() else { return None };
    let canonical = |object: &Object<'_>, context: Option<&Value<'_>>, skip: &[&str]| {
        let dataset = jsonld::to_dataset(&jsonld::Document { object, context, skip }, &Contexts::builtin()).ok()?;
        canonicalize(&dataset, HashAlgorithm::Sha256).ok()
    };
    let options = canonical(proof.as_object()?, object.get("@context"), &["proofValue", "@context"])?;
    Some((canonical(object, None, &["proof"])?, options))
}

fn sweep_document(name: &str, document: &Value<'static>, over_quads: bool) {
    sweep_under(name, document, over_quads, &Policy::insecure_trust_any_issuer());
}

fn sweep_under(name: &str, document: &Value<'static>, over_quads: bool, policy: &Policy) {
    let outcome = |input: &[u8]| outcome_under(input, policy);
    assert_eq!(outcome(json::to_string(document).as_bytes()), Some(Outcome::Accept), "{name}: the original");
    let original = statement(document);
    let (mut changed, mut equal) = (0, Vec::new());
    for change in tamper::changes(document) {
        changed += 1;
        if outcome(json::to_string(&change.document).as_bytes()) != Some(Outcome::Accept) {
            continue;
        }
        // The set of proofs is the envelope around what is signed: one proof, or a set of one.
        if change.name == "as array /proof" {
            continue;
        }
        let same = over_quads && original.is_some() && statement(&change.document) == original;
        assert!(same, "{name}: accepted after “{}”", change.name);
        // `false` in any other spelling is true to whoever asks JSON.
        let place = change.name.find('/').and_then(|at| document.pointer(&change.name[at..]));
        if place.is_some_and(|place| place.as_bool().is_some()) {
            // MATTR derives such value objects; whoever asks for the claims gets a boolean again.
            let framed = name == "BbsBlsSignatureProof2020" && change.name.starts_with("as a ");
            assert!(framed, "{name}: a boolean in another spelling is accepted: “{}”", change.name);
            let verdict = verify(json::to_string(&change.document).as_bytes(), policy, &Evidence::none(), NOW).unwrap();
            let shown = verdict.claims().unwrap();
            let at = change.name.find('/').unwrap();
            assert_eq!(shown.document().pointer(&change.name[at..]), place, "{}", change.name);
        }
        equal.push(change.name);
    }
    for spelling in &equal {
        let known = ["as array", "as text", "as number", "in an object", "rename with @ ", "as a "]
            .iter()
            .any(|k| spelling.starts_with(k));
        assert!(known, "{name}: an unknown way to spell the same statement: “{spelling}”");
    }
    eprintln!("{name}: {changed} changes, none accepted but {} other spellings of the same statement", equal.len());
}

/// Every bit of the signature, and every character of its text.
fn sweep_proof_value(name: &str, document: &Value<'static>) {
    let value = document.pointer("/proof/proofValue").and_then(Value::as_str).unwrap().to_owned();
    let bytes = multibase58_decode(&value).unwrap();
    let with = |text: String| {
        let mut copy = document.clone();
        let proof = copy.as_object_mut().unwrap().get_mut("proof").unwrap().as_object_mut().unwrap();
        proof.insert("proofValue", text);
        outcome(json::to_string(&copy).as_bytes())
    };
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(with(multibase58_encode(&flipped)), Some(Outcome::Accept), "{name}: bit {bit}");
    }
    for at in 0..value.len() {
        for bit in 0..7 {
            let mut text = value.clone().into_bytes();
            text[at] ^= 1 << bit;
            let text = String::from_utf8(text).unwrap();
            assert_ne!(with(text), Some(Outcome::Accept), "{name}: character {at}");
        }
    }
    for text in [
        format!("{value}1"),
        format!("{value} "),
        value[1..].to_owned(),
        format!("z1{}", &value[1..]),
        format!("{value}="),
    ] {
        assert_ne!(with(text), Some(Outcome::Accept), "{name}");
    }
}

#[test]
fn embedded_proofs() {
    let suites = [
        (KeyType::Ed25519, Suite::Ed25519Signature2020, false, true),
        (KeyType::Ed25519, Suite::EddsaRdfc2022, true, true),
        (KeyType::Ed25519, Suite::EddsaJcs2022, true, false),
        (KeyType::P256, Suite::EcdsaRdfc2019, true, true),
        (KeyType::P256, Suite::EcdsaJcs2019, true, false),
        (KeyType::P384, Suite::EcdsaRdfc2019, true, true),
        (KeyType::P384, Suite::EcdsaJcs2019, true, false),
    ];
    for (kind, suite, data_integrity, over_quads) in suites {
        let issuer = issuer(kind);
        let name = format!("{suite:?} {}", kind.name());
        let signed = sign(&issuer, &documents::licence(&issuer.did, data_integrity), suite);
        sweep_document(&name, &signed, over_quads);
        sweep_proof_value(&name, &signed);
        let signed = sign(
            &issuer,
            &documents::wide(&issuer.did, 3),
            if over_quads && !data_integrity { Suite::EddsaRdfc2022 } else { suite },
        );
        sweep_document(&format!("{name} (2.0)"), &signed, over_quads);
    }
}

/// Every vector that is accepted, presentations and sets of proofs among them: the change is made inside the vector, which
/// then no longer comes out as it says.
#[test]
fn accepted_vectors() {
    let files = own::read(&repository().join("test-vectors")).unwrap();
    let mut swept = 0;
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("accept/")) {
        let vector = json::parse(text.as_bytes()).unwrap().into_owned();
        let Some(input) = vector.pointer("/input/json").filter(|input| input.as_object().is_some()).cloned() else {
            continue;
        };
        let accepted = |document: &Value<'static>| {
            let mut changed = vector.clone();
            changed
                .as_object_mut()
                .unwrap()
                .get_mut("input")
                .unwrap()
                .as_object_mut()
                .unwrap()
                .insert("json", document.clone());
            own::run::check(&json::to_string(&changed)).is_ok()
        };
        assert!(accepted(&input), "{path}: the original");
        let over_quads = !text.contains("-jcs-");
        let original = statement(&input);
        for change in tamper::changes(&input) {
            if !accepted(&change.document) || change.name == "as array /proof" {
                continue;
            }
            let envelope = change.name.starts_with("as array /verifiableCredential") && change.name.ends_with("/proof");
            let known = ["as array", "as text", "as number", "in an object", "rename with @ "]
                .iter()
                .any(|k| change.name.starts_with(k));
            let same = over_quads && known && original.is_some() && statement(&change.document) == original;
            assert!(envelope || same, "{path}: accepted after “{}”", change.name);
        }
        swept += 1;
    }
    assert!(swept >= 25, "{swept} vectors");
}

/// Every fifth bit of the value and every character of its text, in base64: there are more of them, and each takes longer.
fn sweep_base64_value(name: &str, document: &Value<'static>) {
    let value = document.pointer("/proof/proofValue").and_then(Value::as_str).unwrap().to_owned();
    let bytes = base64_decode(&value).unwrap();
    let with = |text: String| {
        let mut copy = document.clone();
        let proof = copy.as_object_mut().unwrap().get_mut("proof").unwrap().as_object_mut().unwrap();
        proof.insert("proofValue", text);
        outcome(json::to_string(&copy).as_bytes())
    };
    for bit in (0..bytes.len() * 8).step_by(5) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(with(base64_encode(&flipped)), Some(Outcome::Accept), "{name}: bit {bit}");
    }
    for at in 0..value.len() {
        let mut text = value.clone().into_bytes();
        text[at] ^= 1 << (at % 7);
        assert_ne!(with(String::from_utf8(text).unwrap()), Some(Outcome::Accept), "{name}: character {at}");
    }
    for text in
        [format!("{value}="), format!("{value} "), value[1..].to_owned(), value.trim_end_matches('=').to_owned() + "A"]
    {
        assert_ne!(with(text), Some(Outcome::Accept), "{name}");
    }
}

/// Every seventh bit of the value, and every character of its text.
fn sweep_base64url_value(name: &str, document: &Value<'static>) {
    sweep_base64url_under(name, document, &Policy::insecure_trust_any_issuer());
}

fn sweep_base64url_under(name: &str, document: &Value<'static>, policy: &Policy) {
    let value = document.pointer("/proof/proofValue").and_then(Value::as_str).unwrap().to_owned();
    let bytes = multibase64url_decode(&value).unwrap();
    let with = |text: String| {
        let mut copy = document.clone();
        let proof = copy.as_object_mut().unwrap().get_mut("proof").unwrap().as_object_mut().unwrap();
        proof.insert("proofValue", text);
        outcome_under(json::to_string(&copy).as_bytes(), policy)
    };
    for bit in (0..bytes.len() * 8).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(with(multibase64url_encode(&flipped)), Some(Outcome::Accept), "{name}: bit {bit}");
    }
    for at in 0..value.len() {
        let mut text = value.clone().into_bytes();
        text[at] ^= 1 << (at % 7);
        assert_ne!(with(String::from_utf8(text).unwrap()), Some(Outcome::Accept), "{name}: character {at}");
    }
    for text in [format!("{value}="), format!("{value} "), value[1..].to_owned(), format!("{value}AA")] {
        assert_ne!(with(text), Some(Outcome::Accept), "{name}");
    }
}

/// Base proofs as their holder judges them, and what is derived from them.
#[test]
fn proofs_of_selective_disclosure() {
    for (kind, suite) in [(KeyType::P256, Suite::EcdsaSd2023), (KeyType::Bls12381G2, Suite::Bbs2023)] {
        let issuer = issuer(kind);
        let holder = Policy::insecure_trust_any_issuer().as_holder();
        for (document, reveal) in [
            (documents::licence(&issuer.did, true), "/credentialSubject/driversLicense/age_over_18"),
            (documents::wide(&issuer.did, 3), "/credentialSubject/items/1"),
        ] {
            let signed = sign(&issuer, &document, suite);
            let name = format!("{suite} base");
            assert_ne!(
                outcome(json::to_string(&signed).as_bytes()),
                Some(Outcome::Accept),
                "{name}: shown to a verifier"
            );
            sweep_under(&name, &signed, true, &holder);
            // What stands above the subject, so that a verifier can judge it, and one claim.
            let above = ["/issuer", "/issuanceDate", "/validFrom"].into_iter();
            let above = above.filter(|pointer| document.contains_key(&pointer[1..]));
            let reveal: Vec<String> = above.chain([reveal]).map(str::to_owned).collect();
            let options = DeriveOptions { reveal, ..DeriveOptions::default() };
            let base = signed.as_object().unwrap();
            let derived = proof::derive(base, &options, &Contexts::builtin(), &mut SystemRandomness).unwrap();
            let derived = Value::Object(derived);
            sweep_document(&format!("{suite} derived"), &derived, true);
            sweep_base64url_value(&format!("{suite} derived"), &derived);
        }
    }
}

/// bbs-2023 bound to secrets of the holder, and with pseudonyms (VC-DI-BBS §3.5): what is derived, what it is derived from, and
/// what the holder sent to the issuer.
#[test]
fn bound_proofs_and_pseudonyms() {
    const SHOP: &str = "https://shop.example";
    let issuer = issuer(KeyType::Bls12381G2);
    let asking = Policy::insecure_trust_any_issuer().expect_challenge("n-1").expect_domain(SHOP);
    let header = br#"{"aud":"https://shop.example","nonce":"n-1"}"#;
    let contexts = Contexts::builtin();
    for kind in BoundTo::ALL {
        let name = format!("bbs-2023 bound to {}", kind.as_str());
        let (secrets, commitment) = BoundSecrets::commit(kind, &mut SystemRandomness).unwrap();
        sweep_commitment(&name, &commitment);
        let document = documents::wide(&issuer.did, 2);
        let options = SignOptions {
            suite: Suite::Bbs2023,
            verification_method: issuer.method.clone(),
            purpose: Relationship::AssertionMethod,
            created: None,
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: vec!["/issuer".to_owned(), "/validFrom".to_owned()],
        };
        let binding = commitment.binding();
        let base =
            proof::sign_bound(&document, &options, binding, &issuer.key, &contexts, &mut SystemRandomness).unwrap();
        let options = DeriveOptions {
            reveal: vec!["/credentialSubject/items/1".to_owned()],
            presentation_header: header.to_vec(),
            holder: Some(secrets.for_domain(Some(SHOP)).unwrap()),
            ..DeriveOptions::default()
        };
        let derived = Value::Object(proof::derive(&base, &options, &contexts, &mut SystemRandomness).unwrap());
        sweep_under(&name, &derived, true, &asking);
        sweep_base64url_under(&name, &derived, &asking);
        // Nothing that was changed is derived from, or what is derived is not accepted.
        let whole = Value::Object(base);
        let mut refused = 0;
        let mut derive = |changed: &Value<'static>, what: &str| {
            let Some(changed) = changed.as_object() else { return };
            match proof::derive(changed, &options, &contexts, &mut SystemRandomness) {
                Err(_) => refused += 1,
                Ok(shown) if *changed == *whole.as_object().unwrap() => drop(shown),
                Ok(shown) => {
                    let shown = Value::Object(shown);
                    let same = statement(&shown) == statement(&derived);
                    let accepted = outcome_under(json::to_string(&shown).as_bytes(), &asking) == Some(Outcome::Accept);
                    assert!(same || !accepted, "{name}: derived from a base after {what}");
                }
            }
        };
        let value = whole.pointer("/proof/proofValue").and_then(Value::as_str).unwrap();
        let bytes = multibase64url_decode(value).unwrap();
        for bit in (0..bytes.len() * 8).step_by(29) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let mut changed = whole.clone();
            let proof = changed.as_object_mut().unwrap().get_mut("proof").unwrap().as_object_mut().unwrap();
            proof.insert("proofValue", multibase64url_encode(&flipped));
            derive(&changed, &format!("bit {bit} of its value"));
        }
        for change in tamper::changes(&whole).into_iter().step_by(5) {
            derive(&change.document, &change.name);
        }
        eprintln!("{name}: {refused} changed bases refused");
        assert!(refused > 50, "{name}: {refused}");
    }
}

/// Every third bit of a commitment, and every node of its file.
fn sweep_commitment(name: &str, commitment: &HolderCommitment) {
    let file = json::parse(commitment.to_json().as_bytes()).unwrap().into_owned();
    let good = |file: &Value<'_>| HolderCommitment::parse(json::to_string(file).as_bytes());
    assert_eq!(good(&file).as_ref(), Ok(commitment), "{name}");
    let bytes = multibase64url_decode(file.get("commitmentWithProof").and_then(Value::as_str).unwrap()).unwrap();
    for bit in (0..bytes.len() * 8).step_by(3) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let mut changed = file.clone();
        changed.as_object_mut().unwrap().insert("commitmentWithProof", multibase64url_encode(&flipped));
        assert!(good(&changed).is_err(), "{name}: bit {bit} of the commitment");
    }
    for change in tamper::changes(&file) {
        assert!(good(&change.document).is_err(), "{name}: the commitment after “{}”", change.name);
    }
}

#[test]
fn proofs_of_2020() {
    let issuer = issuer(KeyType::Bls12381G2);
    let mut licence = documents::licence(&issuer.did, false);
    // A context that defines nothing of the document could be dropped without changing what it states.
    if let Some(Value::Array(contexts)) = licence.get_mut("@context") {
        contexts.retain(|context| !context.as_str().is_some_and(|url| url.contains("ed25519-2020")));
    }
    let signed = sign(&issuer, &licence, Suite::BbsBlsSignature2020);
    sweep_document("BbsBlsSignature2020", &signed, true);
    sweep_base64_value("BbsBlsSignature2020", &signed);
    let reveal = ["/name", "/credentialSubject/driversLicense/age_over_18"].map(str::to_owned).to_vec();
    let options = DeriveOptions { reveal, ..DeriveOptions::default() };
    let document = signed.as_object().unwrap();
    let derived = proof::derive(document, &options, &Contexts::builtin(), &mut SystemRandomness).unwrap();
    let derived = Value::Object(derived);
    sweep_document("BbsBlsSignatureProof2020", &derived, true);
    sweep_base64_value("BbsBlsSignatureProof2020", &derived);
}

#[test]
fn tokens() {
    let algorithms = [
        (KeyType::Ed25519, SignatureAlgorithm::EdDsa),
        (KeyType::P256, SignatureAlgorithm::Es256),
        (KeyType::P384, SignatureAlgorithm::Es384),
    ];
    for (kind, algorithm) in algorithms {
        for (form, document) in [(JwtForm::V1, true), (JwtForm::V2, false)] {
            let issuer = issuer(kind);
            let document =
                if document { documents::licence(&issuer.did, true) } else { documents::wide(&issuer.did, 2) };
            let options = JwtOptions {
                form,
                algorithm,
                verification_method: issuer.method.clone(),
                audience: None,
                nonce: None,
                purpose: Relationship::AssertionMethod,
            };
            let token = tamarack::jose::sign(&document, &options, &issuer.key).unwrap();
            sweep_token(&format!("{form:?} {}", kind.name()), &token);
        }
    }
}

fn sweep_token(name: &str, token: &str) {
    assert_eq!(outcome(token.as_bytes()), Some(Outcome::Accept), "{name}: the original");
    let refused = |changed: String, what: &str| {
        assert!(
            changed == token || outcome(changed.as_bytes()) != Some(Outcome::Accept),
            "{name}: accepted after {what}"
        );
    };
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("three parts") };
    for at in 0..token.len() {
        for bit in 0..7 {
            let mut text = token.as_bytes().to_vec();
            text[at] ^= 1 << bit;
            refused(String::from_utf8(text).unwrap(), &format!("bit {bit} of character {at}"));
        }
    }
    let bytes = base64url_decode(signature).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        refused(format!("{header}.{payload}.{}", base64url_encode(&flipped)), &format!("bit {bit} of the signature"));
    }
    let nodes = |part: &str| {
        let bytes = base64url_decode(part).unwrap();
        let value = json::parse(&bytes).unwrap().into_owned();
        tamper::changes(&value)
            .into_iter()
            .map(|c| (c.name, base64url_encode(json::to_string(&c.document).as_bytes())))
            .collect::<Vec<_>>()
    };
    for (what, part) in nodes(header) {
        refused(format!("{part}.{payload}.{signature}"), &format!("header: {what}"));
    }
    for (what, part) in nodes(payload) {
        refused(format!("{header}.{part}.{signature}"), &format!("payload: {what}"));
    }
    for part in [
        format!("{token}."),
        format!("{token}="),
        format!(".{token}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
    ] {
        refused(part, "a change of its parts");
    }
}

/// An SD-JWT VC with plain, hidden, nested and array claims, shown with a key-binding JWT.
#[test]
fn sd_jwts() {
    for (kind, holder_kind) in [(KeyType::Ed25519, KeyType::P256), (KeyType::P256, KeyType::Ed25519)] {
        let (issuer, holder) = (issuer(kind), issuer(holder_kind));
        let payload = format!(
            r#"{{"iss":"{}","vct":"https://id.example/person","iat":1780000000,"exp":1890000000,"cnf":{{"jwk":{}}},
            "name":"Ada","ageOver19":true,"address":{{"city":"Ottawa"}},"languages":["en","fr"]}}"#,
            issuer.did,
            json::to_string(&holder.key.public_key().to_jwk())
        );
        let Value::Object(payload) = json::parse(payload.as_bytes()).unwrap().into_owned() else { panic!("an object") };
        let frame = ["/name", "/ageOver19", "/address", "/address/city", "/languages/0"]
            .into_iter()
            .fold(Frame::new(), Frame::hide)
            .decoys("", 1);
        let options =
            IssueOptions { typ: "dc+sd-jwt", kid: Some(&issuer.method), hash: HashName::Sha256, certificates: None };
        let issued = issue(&payload, &frame, &options, &issuer.key, &mut tamarack::SystemRandomness).unwrap();
        let binding =
            KeyBinding { signer: &holder.key, audience: "https://shop.example", nonce: "n-1", now: NOW, claims: None };
        let reveal = ["/ageOver19", "/address/city", "/languages/0"];
        let bound = present(&issued, &reveal, Some(&binding)).unwrap();
        let asking = Policy::insecure_trust_any_issuer().expect_challenge("n-1").expect_domain("https://shop.example");
        sweep_sd_jwt(&format!("dc+sd-jwt {}, bound", kind.name()), &bound, &asking, true);
        let bare = present(&issued, &reveal, None).unwrap();
        sweep_sd_jwt(&format!("dc+sd-jwt {}", kind.name()), &bare, &Policy::insecure_trust_any_issuer(), false);
    }
}

/// Whoever changes a bound presentation in any way is found out. Of one that is not bound, disclosures may be left out and
/// put in another order, and nothing else: it says less, or the same.
fn sweep_sd_jwt(name: &str, text: &str, policy: &Policy, bound: bool) {
    let accepted = |text: &str| {
        let verdict = verify(text.as_bytes(), policy, &Evidence::none(), NOW);
        verdict.is_ok_and(|verdict| verdict.outcome() == Outcome::Accept)
    };
    assert!(accepted(text), "{name}: the original");
    let mut count = 0;
    let mut refused = |changed: String, what: &str| {
        count += 1;
        assert!(changed == text || !accepted(&changed), "{name}: accepted after {what}");
    };
    for at in 0..text.len() {
        for bit in 0..7 {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            refused(String::from_utf8(bytes).unwrap(), &format!("bit {bit} of character {at}"));
        }
    }
    let parts: Vec<&str> = text.split('~').collect();
    let with = |at: usize, part: &str| {
        let mut parts = parts.clone();
        parts[at] = part;
        parts.join("~")
    };
    let nodes = |part: &str| {
        let bytes = base64url_decode(part).unwrap();
        let value = json::parse(&bytes).unwrap().into_owned();
        let change =
            |change: tamper::Change| (change.name, base64url_encode(json::to_string(&change.document).as_bytes()));
        tamper::changes(&value).into_iter().map(change).collect::<Vec<_>>()
    };
    // The tokens: the issuer's at the beginning, the holder's at the end.
    for at in [0, parts.len() - 1].into_iter().filter(|at| !parts[*at].is_empty()) {
        let [header, payload, signature] = parts[at].split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
        for (what, changed) in nodes(header) {
            refused(with(at, &format!("{changed}.{payload}.{signature}")), &format!("header {at}: {what}"));
        }
        for (what, changed) in nodes(payload) {
            refused(with(at, &format!("{header}.{changed}.{signature}")), &format!("payload {at}: {what}"));
        }
    }
    for at in 1..parts.len() - 1 {
        for (what, changed) in nodes(parts[at]) {
            refused(with(at, &changed), &format!("disclosure {at}: {what}"));
        }
        refused(with(at, &format!("{0}~{0}", parts[at])), &format!("disclosure {at} twice"));
        refused(with(at, ""), &format!("disclosure {at} empty"));
        refused(with(at, &format!("{}~", parts[at])), &format!("an empty part behind disclosure {at}"));
        let mut fewer = parts.clone();
        fewer.remove(at);
        let mut moved = fewer.clone();
        moved.insert(if at == 1 { 2 } else { 1 }, parts[at]);
        if bound {
            refused(fewer.join("~"), &format!("disclosure {at} left out"));
            refused(moved.join("~"), &format!("disclosure {at} moved"));
        } else {
            assert!(accepted(&moved.join("~")), "{name}: RFC 9901 §4: the order tells nothing");
        }
    }
    for changed in [format!("{text}~"), format!("~{text}"), format!("{text}="), text.replacen('~', ".~", 1)] {
        refused(changed, "a change of its parts");
    }
    if bound {
        let bare = text.rsplit_once('~').unwrap().0;
        refused(format!("{bare}~"), "the holder's signature taken away");
    }
    eprintln!("{name}: {count} changes, none accepted");
}
