//! Showing a credential works the same whatever the suite: one test body over all of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeSet;

use tamarack::bbs::{Ciphersuite, SecretNumber, pseudonym};
use tamarack::did::{DocumentBuilder, MethodForm, Relationship, did_key};
use tamarack::encoding::{base64_decode, base64url_decode};
use tamarack::issue::{SecureOptions, Securing, secure};
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::messages::Lang;
use tamarack::present::{Binding, Exposure, Held, Holder, LinkKind, Linkability, Selection, Strength, present};
use tamarack::proof::{HolderSecrets, PseudonymSecret, SignOptions, Suite, sign_bound, sign_with};
use tamarack::sd_jwt::{self, Frame, HashName, IssueOptions, Profile};
use tamarack::verify::{Outcome, Proved};
use tamarack::{Code, Evidence, EvidenceKind, Fault, Policy, SystemRandomness, Timestamp, Verdict, verify};

const AUDIENCE: &str = "https://lottery.example";
const NONCE: &str = "n-0S6_WzA2Mj";
const CHOSEN: &str = "ageOver19";
/// What nobody chose.
const HIDDEN: &str = "1987-06-05";

fn now() -> Timestamp {
    Timestamp::parse_stamp("2026-11-22T12:00:00Z").unwrap()
}

struct Person {
    key: SecretKey,
    did: String,
    method: String,
}

fn person(kind: KeyType, seed: u8) -> Person {
    let key = SecretKey::from_bytes(kind, &[seed; 32]).unwrap();
    let multikey = key.public_key().to_multikey();
    Person { did: did_key(key.public_key()), method: format!("did:key:{multikey}#{multikey}"), key }
}

impl Case {
    fn claim(&self, name: &str) -> String {
        format!("{}/{name}", self.claims)
    }
}

impl Person {
    fn holder(&self) -> Holder<'_> {
        Holder { signer: &self.key, verification_method: &self.method }
    }
}

/// A card about somebody, unsigned.
fn card(version_1: bool, issuer: &str, subject: Option<&str>) -> Object<'static> {
    let dates = if version_1 {
        r#""issuanceDate":"2026-11-01T05:00:00Z","expirationDate":"2027-11-01T05:00:00Z""#
    } else {
        r#""validFrom":"2026-11-01T05:00:00Z","validUntil":"2027-11-01T05:00:00Z""#
    };
    let context = if version_1 {
        r#""https://www.w3.org/2018/credentials/v1","https://tamarack.example/ontario/vcdm-1.1/v1""#
    } else {
        r#""https://www.w3.org/ns/credentials/v2""#
    };
    let id = subject.map(|id| format!(r#""id":"{id}","#)).unwrap_or_default();
    let text = format!(
        r#"{{"@context":[{context},"https://tamarack.example/ontario/person/v1"],
        "type":["VerifiableCredential","OntarioPersonCredential"],"issuer":"{issuer}",{dates},
        "credentialSubject":{{{id}"type":"OntarioPerson","givenName":"Zoé","birthDate":"{HIDDEN}",
        "ageOver18":true,"ageOver19":true,"address":{{"addressLocality":"Sudbury","postalCode":"P3E 0A0"}}}}}}"#
    );
    match json::parse(text.as_bytes()).unwrap().into_owned() {
        Value::Object(object) => object,
        _ => panic!("no object"),
    }
}

/// One suite, and what must hold of it.
struct Case {
    name: &'static str,
    credential: String,
    holder: Person,
    divisible: bool,
    /// Two showings share nothing but what was chosen.
    unlinkable: bool,
    /// A showing carries the verifier's nonce without a key of the holder.
    carries_nonce: bool,
    /// The object that the claims stand in.
    claims: &'static str,
}

fn signed(name: &'static str, document: Object<'static>, issuer: &Person, holder: Person) -> Case {
    let options = SecureOptions {
        verification_method: &issuer.method,
        created: Some(Timestamp::parse_stamp("2026-11-01T05:00:00Z").unwrap()),
        ..SecureOptions::default()
    };
    let securing = Securing::parse(name).unwrap();
    let credential = secure(document, securing, &options, &issuer.key, &Contexts::builtin()).unwrap();
    Case {
        name,
        credential,
        holder,
        divisible: false,
        unlinkable: false,
        carries_nonce: false,
        claims: "/credentialSubject",
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, kind, version_1) in [
        ("Ed25519Signature2020", KeyType::Ed25519, true),
        ("eddsa-rdfc-2022", KeyType::Ed25519, false),
        ("eddsa-jcs-2022", KeyType::Ed25519, false),
        ("ecdsa-rdfc-2019", KeyType::P256, false),
        ("ecdsa-jcs-2019", KeyType::P256, false),
        ("jwt", KeyType::Ed25519, true),
        ("vc+jwt", KeyType::P256, false),
    ] {
        let (issuer, holder) = (person(kind, 1), person(KeyType::Ed25519, 2));
        let document = card(version_1, &issuer.did, Some(&holder.did));
        cases.push(signed(name, document, &issuer, holder));
    }
    cases.extend(sd_jwts());
    cases.push(derived(Suite::EcdsaSd2023, KeyType::P256, false));
    cases.push(derived(Suite::Bbs2023, KeyType::Bls12381G2, true));
    cases.push(of_2020());
    cases
}

/// A credential with the signature of the older wallets, about somebody without an id.
fn of_2020() -> Case {
    let (issuer, holder) = (person(KeyType::Bls12381G2, 1), person(KeyType::Ed25519, 2));
    let case = signed("BbsBlsSignature2020", card(true, &issuer.did, None), &issuer, holder);
    Case { divisible: true, unlinkable: true, carries_nonce: true, ..case }
}

/// A credential with a base proof. One of a suite with zero-knowledge proofs says nothing that links.
fn derived(suite: Suite, kind: KeyType, zero_knowledge: bool) -> Case {
    let (issuer, holder) = (person(kind, 1), person(KeyType::Ed25519, 2));
    let mut document = card(false, &issuer.did, (!zero_knowledge).then_some(holder.did.as_str()));
    if !zero_knowledge {
        document.insert("id", "urn:uuid:4f0c9a5e-2f1b-4f7d-9a36-1c8a1f0e7d11");
    }
    let options = options(&issuer, suite, MANDATORY);
    let signed = sign_with(&document, &options, &issuer.key, &Contexts::builtin(), &mut SystemRandomness).unwrap();
    Case {
        name: suite.name(),
        credential: json::to_string(&Value::Object(signed)),
        holder,
        divisible: true,
        unlinkable: zero_knowledge,
        carries_nonce: zero_knowledge,
        claims: "/credentialSubject",
    }
}

fn sd_jwts() -> [Case; 2] {
    let (issuer, holder) = (person(KeyType::Ed25519, 1), person(KeyType::P256, 2));
    let frame = |claims: &str| {
        let names = ["givenName", "birthDate", "ageOver18", "ageOver19", "address", "address/postalCode"];
        names.iter().fold(Frame::new().decoys(claims, 2), |frame, name| frame.hide(format!("{claims}/{name}")))
    };
    let issued = |mut payload: Object<'static>, profile: Profile, claims| {
        let mut cnf = Object::new();
        cnf.insert("jwk", holder.key.public_key().to_jwk());
        payload.insert("cnf", cnf);
        let options =
            IssueOptions { typ: profile.typ(), kid: Some(&issuer.method), hash: HashName::Sha256, certificates: None };
        let text = sd_jwt::issue(&payload, &frame(claims), &options, &issuer.key, &mut SystemRandomness).unwrap();
        Case {
            name: profile.typ(),
            credential: text,
            holder: person(KeyType::P256, 2),
            divisible: true,
            unlinkable: false,
            carries_nonce: false,
            claims,
        }
    };
    let card = card(false, &issuer.did, None);
    let mut flat = match card.get("credentialSubject").unwrap() {
        Value::Object(subject) => subject.clone(),
        _ => panic!("no subject"),
    };
    flat.remove("type");
    flat.insert("iss", issuer.did.clone());
    flat.insert("vct", "https://tamarack.example/ontario/person");
    flat.insert("exp", Value::Number(1_825_000_000.0));
    [issued(flat, Profile::SdJwtVc, ""), issued(card, Profile::VcdmSdJwt, "/credentialSubject")]
}

#[test]
fn one_interface_over_every_suite() {
    for case in cases() {
        conforms(&case);
    }
}

/// A reveal document of the older wallets, for a person without an id.
const FRAME: &str = r#"{"@context":["https://www.w3.org/2018/credentials/v1","https://tamarack.example/ontario/vcdm-1.1/v1",
    "https://tamarack.example/ontario/person/v1"],"type":["VerifiableCredential","OntarioPersonCredential"],"@explicit":true,
    "issuer":{},"issuanceDate":{},"expirationDate":{},
    "credentialSubject":{"@explicit":true,"type":"OntarioPerson","ageOver19":{},"address":{"@explicit":true,"addressLocality":{}}}}"#;

#[test]
fn a_frame_chooses_as_pointers_do() {
    let case = of_2020();
    let held = Held::parse(case.credential.as_bytes()).unwrap();
    let frame = json::parse(FRAME.as_bytes()).unwrap();
    let selection = Selection { pointers: &[], frame: frame.as_object() };
    let binding = Binding { audience: Some(AUDIENCE), nonce: Some(NONCE), ..Binding::default() };
    let told: BTreeSet<String> = held.shows(&selection).unwrap().into_iter().map(|claim| claim.pointer).collect();
    let text = present(&held, &selection, &binding, &Contexts::builtin(), &mut SystemRandomness).unwrap();
    let proved = accepted(&text, &asked(), "frame");
    let shown = pointers(&proved);
    assert_eq!(shown, told.iter().map(String::as_str).collect());
    for there in ["ageOver19", "address/addressLocality"] {
        assert!(shown.contains(case.claim(there).as_str()), "{there}: {shown:?}");
    }
    assert!(!text.contains(HIDDEN) && !text.contains("P3E 0A0") && !text.contains("Zoé"), "{text}");
    let report = held.linkability(&selection, &binding).unwrap();
    assert_eq!(report, proved.linkability);
    // Three nodes without an id, numbered as the canonical form has it.
    assert!(kinds(&report).contains(&(LinkKind::Labels, Strength::Narrows)), "{report:?}");
    refused(&text, &policy().expect_challenge("another").expect_domain(AUDIENCE), Code::ProofChallenge, "frame");

    // Both at once would leave open which counts; other suites have no frames.
    let both = [String::from("/issuer")];
    let code = |held: &Held, selection: &Selection<'_>| {
        present(held, selection, &binding, &Contexts::builtin(), &mut SystemRandomness).unwrap_err().code()
    };
    assert_eq!(code(&held, &Selection { pointers: &both, ..selection }), Code::JsonldFrame);
    let other = derived(Suite::Bbs2023, KeyType::Bls12381G2, true);
    assert_eq!(code(&Held::parse(other.credential.as_bytes()).unwrap(), &selection), Code::JsonldFrame);
}

/// The signature of 2020 does not carry the issuer's key.
#[test]
fn the_key_of_an_issuer_on_the_web_is_given() {
    const ISSUER: &str = "did:web:id.ontario.example";
    let holder = person(KeyType::Ed25519, 2);
    let issuer = Person { did: ISSUER.to_owned(), method: format!("{ISSUER}#k"), ..person(KeyType::Bls12381G2, 1) };
    let case = signed("BbsBlsSignature2020", card(true, ISSUER, None), &issuer, holder);
    let held = Held::parse(case.credential.as_bytes()).unwrap();
    assert_eq!(held.issuer_method(), Some(issuer.method.as_str()));
    let chosen = case.claim(CHOSEN);
    let without = Binding { nonce: Some(NONCE), ..Binding::default() };
    assert_eq!(show(&held, &[&chosen], &without).unwrap_err().code(), Code::DidNotResolved);
    let other = person(KeyType::Bls12381G2, 9);
    let wrong = Binding { issuer_key: Some(other.key.public_key()), ..without };
    assert_eq!(show(&held, &[&chosen], &wrong).unwrap_err().code(), Code::ProofSignatureInvalid);
    let right = Binding { issuer_key: Some(issuer.key.public_key()), ..without };
    let text = show(&held, &[&chosen], &right).unwrap();
    let mut document = DocumentBuilder::new(ISSUER);
    document.add("#k", issuer.key.public_key(), MethodForm::Multikey, &[Relationship::AssertionMethod]);
    let document = json::to_string(&Value::Object(document.build().unwrap().to_json().clone()));
    let mut evidence = Evidence::none();
    evidence.insert(EvidenceKind::DidDocument, ISSUER, document.into_bytes(), now());
    let verdict = verify(text.as_bytes(), &policy().expect_challenge(NONCE), &evidence, now()).unwrap();
    assert_eq!(verdict.outcome(), Outcome::Accept, "{:?}", verdict.checks());
}

fn kinds(report: &Linkability) -> Vec<(LinkKind, Strength)> {
    report.links().iter().map(|link| (link.kind, link.strength)).collect()
}

fn options(issuer: &Person, suite: Suite, mandatory: &[&str]) -> SignOptions {
    SignOptions {
        suite,
        verification_method: issuer.method.clone(),
        purpose: Relationship::AssertionMethod,
        created: None,
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: mandatory.iter().map(|pointer| (*pointer).to_owned()).collect(),
    }
}

const MANDATORY: &[&str] = &["/issuer", "/validFrom", "/validUntil"];

/// VC-DI-BBS §3.5.2: the same verifier recognises a returning holder, and two verifiers cannot compare notes.
#[test]
fn a_pseudonym_is_for_one_verifier() {
    let issuer = person(KeyType::Bls12381G2, 1);
    let contexts = Contexts::builtin();
    let prover_nym = SecretNumber::random(&mut SystemRandomness).unwrap();
    let (commitment, prover_blind) =
        pseudonym::commit(Ciphersuite::Sha256, &[], &prover_nym, &mut SystemRandomness).unwrap();
    let bound = tamarack::proof::Binding::Pseudonym { commitment: &commitment };
    let card = card(false, &issuer.did, None);
    let options = options(&issuer, Suite::Bbs2023, MANDATORY);
    let signed = sign_bound(&card, &options, bound, &issuer.key, &contexts, &mut SystemRandomness).unwrap();
    let held = Held::parse(json::to_string(&Value::Object(signed)).as_bytes()).unwrap();
    let secrets = |domain: &str| HolderSecrets {
        holder_secret: None,
        prover_blind: prover_blind.clone(),
        pseudonym: Some(PseudonymSecret { prover_nym: prover_nym.clone(), domain: domain.to_owned() }),
    };
    let chosen = "/credentialSubject/ageOver19";
    let shown = |verifier: &str, domain: &str, nonce: &str| {
        let secrets = secrets(domain);
        let binding =
            Binding { audience: Some(verifier), nonce: Some(nonce), secrets: Some(&secrets), ..Binding::default() };
        (
            show(&held, &[chosen], &binding).unwrap(),
            held.linkability(&Selection { pointers: &[chosen.to_owned()], frame: None }, &binding).unwrap(),
        )
    };
    let seen = |verifier: &str, nonce: &str| {
        let (text, told) = shown(verifier, verifier, nonce);
        let proved = accepted(&text, &policy().expect_challenge(nonce).expect_domain(verifier), verifier);
        assert_eq!(told, proved.linkability);
        assert_eq!(kinds(&told), [(LinkKind::Pseudonym, Strength::SameVerifier)]);
        assert_eq!((told.name(), told.is_linkable()), ("same-verifier", false));
        assert!(told.sentence(Lang::En).contains("same verifier") && told.sentence(Lang::En).contains("two verifiers"));
        let nym = proved.pseudonym.unwrap();
        assert_eq!(nym.domain, verifier);
        (text, nym.bytes)
    };
    let (bank, shop) = ("bank.example", "shop.example");
    let ((first, one), (second, two), (third, three)) = (seen(shop, "n1"), seen(shop, "n2"), seen(bank, "n3"));
    assert_eq!(one, two);
    assert_ne!(one, three);
    // Nothing else is the same in two of them.
    let bytes = |text: &str| {
        let value = json::parse(text.as_bytes()).unwrap().into_owned();
        let proof = value.pointer("/proof/proofValue").and_then(Value::as_str).unwrap();
        base64url_decode(proof.strip_prefix('u').unwrap()).unwrap()
    };
    let shared = |a: &str, b: &str| {
        let (a, b) = (bytes(a), bytes(b));
        let windows: BTreeSet<&[u8]> = a.windows(32).collect();
        b.windows(32).filter(|window| windows.contains(window)).count()
    };
    assert_eq!(shared(&first, &third), 0);
    // The pseudonym itself, and the verifier's name and the ends of its neighbours beside it.
    assert!((1..=160).contains(&shared(&first, &second)), "{}", shared(&first, &second));

    // A holder who may choose the domain has as many pseudonyms as he likes.
    let (evading, _) = shown(shop, "shop.example/2", "n1");
    refused(&evading, &policy().expect_challenge("n1").expect_domain(shop), Code::ProofDomain, "nym_domain");
    let without = Binding { audience: Some(shop), nonce: Some("n1"), ..Binding::default() };
    assert_eq!(show(&held, &[chosen], &without).unwrap_err().code(), Code::ProofBinding);
}

/// What a proof tells beside the claims: how nodes are numbered, and which items of a list are shown.
#[test]
fn numbers_and_places_are_reported() {
    let issuer = person(KeyType::Bls12381G2, 1);
    let report = |subject: &str, pointers: &[&str]| {
        let text = format!(
            r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],
            "type":["VerifiableCredential"],"issuer":"{}","validFrom":"2026-11-01T05:00:00Z",
            "validUntil":"2027-11-01T05:00:00Z","credentialSubject":{subject}}}"#,
            issuer.did
        );
        let document = json::parse(text.as_bytes()).unwrap();
        let options = options(&issuer, Suite::Bbs2023, MANDATORY);
        let signed = sign_with(
            document.as_object().unwrap(),
            &options,
            &issuer.key,
            &Contexts::builtin(),
            &mut SystemRandomness,
        );
        let held = Held::parse(json::to_string(&Value::Object(signed.unwrap())).as_bytes()).unwrap();
        let pointers: Vec<String> = pointers.iter().map(|pointer| format!("/credentialSubject{pointer}")).collect();
        let selection = Selection { pointers: &pointers, frame: None };
        let told = held.linkability(&selection, &Binding::default()).unwrap();
        let shown =
            present(&held, &selection, &Binding::default(), &Contexts::builtin(), &mut SystemRandomness).unwrap();
        let links = |report: &Linkability| -> Vec<String> {
            let one = |link: &tamarack::present::Link| {
                format!("{} {} {}", link.strength.as_str(), link.kind.as_str(), link.pointer)
            };
            report.links().iter().map(one).collect()
        };
        (links(&told), links(&accepted(&shown, &policy(), subject).linkability))
    };
    // Root, subject and six more: which has which number of eight is chance.
    let eight = r#"{"a":{"x":true},"b":{"x":true},"c":{"x":true},"d":{"x":true},"e":{"x":true},"f":{"x":true}}"#;
    assert_eq!(report(eight, &["/a"]).0, ["narrows labels "]);
    let (told, seen) = report(eight, &[""]);
    assert_eq!((told, seen), (vec!["certain labels ".to_owned()], vec!["certain labels ".to_owned()]));
    // Five, in the order of their places.
    let five = r#"{"a":{"x":true},"b":{"x":true},"c":{"x":true}}"#;
    assert_eq!(report(five, &["/a", "/c"]), (Vec::new(), Vec::new()));
    // Nodes in a list have no places of their own.
    let list = r#"{"a":[{"x":true},{"x":false}]}"#;
    assert_eq!(report(list, &["/a"]).0, ["narrows labels "]);
    assert_eq!(report(list, &["/a/1"]).0, ["narrows labels ", "narrows places /credentialSubject/a"]);
    // Values in a list, whole and in part.
    let values = r#"{"a":["ON","QC","MB"],"x":true}"#;
    assert_eq!(report(values, &["/a"]).0, [""; 0]);
    assert_eq!(report(values, &["/x"]).0, [""; 0]);
    assert_eq!(report(values, &["/a/1"]).0, ["narrows places /credentialSubject/a"]);
}

fn policy() -> Policy {
    Policy::insecure_trust_any_issuer()
}

fn asked() -> Policy {
    policy().expect_challenge(NONCE).expect_domain(AUDIENCE)
}

fn judge(text: &str, policy: &Policy) -> Verdict {
    verify(text.as_bytes(), policy, &Evidence::none(), now()).unwrap()
}

fn show(held: &Held, pointers: &[&str], binding: &Binding<'_>) -> Result<String, Fault> {
    let pointers: Vec<String> = pointers.iter().map(|pointer| (*pointer).to_owned()).collect();
    let selection = Selection { pointers: &pointers, frame: None };
    present(held, &selection, binding, &Contexts::builtin(), &mut SystemRandomness)
}

fn accepted(text: &str, policy: &Policy, about: &str) -> Proved {
    let verdict = judge(text, policy);
    assert_eq!(verdict.outcome(), Outcome::Accept, "{about}: {:?}\n{text}", verdict.checks());
    let mut proved = verdict.proved();
    assert_eq!(proved.len(), 1, "{about}");
    proved.remove(0)
}

/// What every suite must do.
fn conforms(case: &Case) {
    let (name, chosen, birth_date) = (case.name, case.claim(CHOSEN), case.claim("birthDate"));
    let chosen = chosen.as_str();
    let held = Held::parse(case.credential.as_bytes()).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    assert_eq!((held.suite(), held.is_divisible()), (name, case.divisible));

    // The list names every claim, and previews it.
    let listed = held.disclosable();
    let whole = Value::Object(held.document().clone());
    for claim in &listed {
        assert_eq!(whole.pointer(&claim.pointer), Some(&claim.value), "{name} {}", claim.pointer);
    }
    let exposure = |pointer: &str| listed.iter().find(|claim| claim.pointer == pointer).unwrap().exposure;
    let free = if case.divisible { Exposure::Choice } else { Exposure::Always };
    assert_eq!((exposure(chosen), exposure(&birth_date)), (free, free), "{name}");

    // Everything, by the holder's key, for whoever asked; and for nobody else.
    let holder = Binding {
        audience: Some(AUDIENCE),
        nonce: Some(NONCE),
        holder: Some(case.holder.holder()),
        created: Some(now()),
        issuer_key: None,
        key_binding_claims: None,
        secrets: None,
    };
    let all = show(&held, &[""], &holder).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let proved = accepted(&all, &asked(), name);
    assert_eq!(pointers(&proved), listed.iter().map(|claim| claim.pointer.as_str()).collect(), "{name}");
    assert!(proved.is_holder_bound(), "{name}");
    foretold(&held, &[""], &holder, &proved.linkability, name);
    refused(&all, &policy().expect_challenge("another").expect_domain(AUDIENCE), Code::ProofChallenge, name);
    refused(&all, &policy().expect_challenge(NONCE).expect_domain("https://evil.example"), Code::ProofDomain, name);

    // What cannot be.
    let code = |pointers: &[&str], binding: &Binding<'_>| show(&held, pointers, binding).unwrap_err().code();
    assert_eq!(code(&[&case.claim("shoeSize")], &holder), Code::DisclosurePointer, "{name}");
    let nobody = Binding { holder: None, ..holder };
    if !case.carries_nonce {
        assert_eq!(code(&[""], &nobody), Code::PresentBinding, "{name}");
    }
    if case.divisible {
        divides(case, &held, &holder, &nobody);
    } else {
        assert_eq!(code(&[chosen], &holder), Code::PresentUndividable, "{name}");
        assert_eq!(code(&[], &holder), Code::PresentUndividable, "{name}");
        assert!(show(&held, &["/credentialSubject"], &holder).is_ok(), "{name}");
        // Nobody asked for anything: the credential by itself.
        let bare = show(&held, &[""], &Binding::default()).unwrap();
        let proved = accepted(&bare, &policy(), name);
        foretold(&held, &[""], &Binding::default(), &proved.linkability, name);
    }
}

/// What a suite that can be divided must do as well.
fn divides(case: &Case, held: &Held, holder: &Binding<'_>, nobody: &Binding<'_>) {
    let (name, chosen, birth_date) = (case.name, case.claim(CHOSEN), case.claim("birthDate"));
    let chosen = chosen.as_str();
    let listed = held.disclosable();
    let first = show(held, &[chosen], holder).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let proved = accepted(&first, &asked(), name);
    let shown = pointers(&proved);
    assert!(shown.contains(chosen) && !shown.contains(birth_date.as_str()), "{name}: {shown:?}");
    for claim in listed.iter().filter(|claim| matches!(claim.exposure, Exposure::Mandatory | Exposure::Always)) {
        assert!(shown.contains(claim.pointer.as_str()), "{name}: {}", claim.pointer);
    }
    assert!(!first.contains(HIDDEN) && !first.contains("Sudbury"), "{name}");
    foretold(held, &[chosen], holder, &proved.linkability, name);

    if case.carries_nonce {
        let one = show(held, &[chosen], nobody).unwrap();
        let two = show(held, &[chosen], nobody).unwrap();
        let proved = accepted(&one, &asked(), name);
        foretold(held, &[chosen], nobody, &proved.linkability, name);
        refused(&one, &policy().expect_challenge("another").expect_domain(AUDIENCE), Code::ProofChallenge, name);
        refused(&one, &policy().expect_challenge(NONCE).expect_domain("https://evil.example"), Code::ProofDomain, name);
        assert_ne!(one, two, "{name}");
        if case.unlinkable {
            apart(held, chosen, name);
            assert!(!proved.linkability.is_linkable(), "{name}: {:?}", proved.linkability);
        }
    }
}

/// Two showings to two verifiers share no value but what was shown and what every credential of the issuer says.
fn apart(held: &Held, chosen: &str, name: &str) {
    let showing = |nonce: &str| {
        let binding = Binding { audience: Some(nonce), nonce: Some(nonce), holder: None, ..Binding::default() };
        let value = json::parse(show(held, &[chosen], &binding).unwrap().as_bytes()).unwrap().into_owned();
        let proof = value.pointer("/proof/proofValue").and_then(Value::as_str).unwrap();
        match proof.strip_prefix('u') {
            Some(proof) => base64url_decode(proof).unwrap(),
            // That of 2020 has no multibase.
            None => base64_decode(proof).unwrap(),
        }
    };
    let (one, two) = (showing("the first verifier, and"), showing("another one altogether"));
    // A scalar has 32 bytes, a point 48. What is shorter says which statements are shown, which both showings do.
    let windows: BTreeSet<&[u8]> = one.windows(32).collect();
    assert!(!two.windows(32).any(|window| windows.contains(window)), "{name}");
}

fn pointers(proved: &Proved) -> BTreeSet<&str> {
    proved.claims.iter().map(|claim| claim.pointer.as_str()).collect()
}

/// The wallet knew before what the verifier sees after.
fn foretold(held: &Held, pointers: &[&str], binding: &Binding<'_>, seen: &Linkability, name: &str) {
    let pointers: Vec<String> = pointers.iter().map(|pointer| (*pointer).to_owned()).collect();
    let told = held.linkability(&Selection { pointers: &pointers, frame: None }, binding).unwrap();
    // A verifier cannot tell a mandatory claim from one that was chosen.
    let comparable = |report: &Linkability| -> BTreeSet<String> {
        let kind = |kind| if kind == LinkKind::MandatoryValue { LinkKind::DisclosedValue } else { kind };
        report
            .links()
            .iter()
            .map(|link| format!("{:?} {:?} {}", kind(link.kind), link.strength, link.pointer))
            .collect()
    };
    assert_eq!(comparable(&told), comparable(seen), "{name}");
}

fn refused(text: &str, policy: &Policy, code: Code, name: &str) {
    let verdict = judge(text, policy);
    assert_eq!(verdict.outcome(), Outcome::Reject, "{name}");
    assert!(verdict.checks().iter().any(|check| check.code() == Some(code)), "{name} {code}: {:?}", verdict.checks());
    assert!(verdict.proved().is_empty(), "{name}");
}
