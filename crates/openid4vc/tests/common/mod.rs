//! Credentials, a wallet and a verifier for the tests of the protocols.

#![allow(dead_code, reason = "each test file uses what it needs")]

pub(crate) mod certificates;

use tamarack::did::{Relationship, did_key};
use tamarack::issue::{SecureOptions, Securing, secure};
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::present::{Held, Holder};
use tamarack::proof::{SignOptions, Suite, sign_with};
use tamarack::sd_jwt::{self, Frame, HashName, IssueOptions};
use tamarack::{Evidence, Policy, Randomness, SeededRandomness, SystemRandomness, Timestamp};
use tamarack_openid4vc::vp::answer::{Answer, Rules};
use tamarack_openid4vc::vp::client_id::{ClientId, Trust};
use tamarack_openid4vc::vp::dcql::{Authorities, Matches, Query, World, expanded_types, match_held};
use tamarack_openid4vc::vp::request::Request;
use tamarack_openid4vc::vp::response::{Delivery, VpToken};
use tamarack_openid4vc::vp::session::{Ask, Received, Session};
use tamarack_openid4vc::vp::wallet::{Purse, show};

pub(crate) const RESPONSE_URI: &str = "https://shop.example/answers/17";
pub(crate) const VCT: &str = "https://tamarack.example/ontario/person";
/// What no query of these tests asks for.
pub(crate) const HIDDEN: &str = "1987-06-05";

pub(crate) fn now() -> Timestamp {
    Timestamp::parse_stamp("2026-11-22T12:00:00Z").unwrap()
}

pub(crate) fn rng() -> impl Randomness {
    SystemRandomness
}

/// The same numbers each time.
pub(crate) fn fixed(label: &str) -> SeededRandomness {
    SeededRandomness::new(&[7; 32], label.as_bytes()).unwrap()
}

pub(crate) struct Person {
    pub(crate) key: SecretKey,
    pub(crate) did: String,
    pub(crate) method: String,
}

pub(crate) fn person(kind: KeyType, seed: u8) -> Person {
    let key = SecretKey::from_bytes(kind, &[seed; 32]).unwrap();
    let multikey = key.public_key().to_multikey();
    Person { did: did_key(key.public_key()), method: format!("did:key:{multikey}#{multikey}"), key }
}

impl Person {
    pub(crate) fn holder(&self) -> Holder<'_> {
        Holder { signer: &self.key, verification_method: &self.method }
    }
}

pub(crate) fn object(text: &str) -> Object<'static> {
    match json::parse(text.as_bytes()).unwrap().into_owned() {
        Value::Object(object) => object,
        _ => panic!("no object"),
    }
}

/// A card about somebody, unsigned.
pub(crate) fn card(version_1: bool, issuer: &str, subject: Option<&str>) -> Object<'static> {
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
    object(&format!(
        r#"{{"@context":[{context},"https://tamarack.example/ontario/person/v1"],
        "type":["VerifiableCredential","OntarioPersonCredential"],"issuer":"{issuer}",{dates},
        "credentialSubject":{{{id}"type":"OntarioPerson","givenName":"Zoé","birthDate":"{HIDDEN}",
        "ageOver18":true,"ageOver19":true,"address":{{"addressLocality":"Sudbury","postalCode":"P3E 0A0"}}}}}}"#
    ))
}

/// The type of the card, fully expanded.
pub(crate) fn card_type() -> String {
    let types = expanded_types(&card(false, "did:example:1", None), &Contexts::builtin());
    types.into_iter().find(|name| name.ends_with("OntarioPersonCredential")).unwrap()
}

pub(crate) fn signed(securing: &str, version_1: bool, issuer: &Person, subject: Option<&str>) -> String {
    let options = SecureOptions {
        verification_method: &issuer.method,
        created: Some(Timestamp::parse_stamp("2026-11-01T05:00:00Z").unwrap()),
        ..SecureOptions::default()
    };
    let document = card(version_1, &issuer.did, subject);
    secure(document, Securing::parse(securing).unwrap(), &options, &issuer.key, &Contexts::builtin()).unwrap()
}

/// A credential with a base proof.
pub(crate) fn divisible(suite: Suite, issuer: &Person, subject: Option<&str>) -> String {
    let options = SignOptions {
        suite,
        verification_method: issuer.method.clone(),
        purpose: Relationship::AssertionMethod,
        created: None,
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: ["/issuer", "/validFrom", "/validUntil"].map(str::to_owned).to_vec(),
    };
    let document = card(false, &issuer.did, subject);
    let signed = sign_with(&document, &options, &issuer.key, &Contexts::builtin(), &mut SystemRandomness).unwrap();
    json::to_string(&Value::Object(signed))
}

pub(crate) fn sd_jwt_vc(issuer: &Person, holder: Option<&Person>) -> String {
    let mut payload = object(&format!(
        r#"{{"iss":"{}","vct":"{VCT}","exp":1825000000,"given_name":"Zoé","family_name":"Tremblay",
        "birthdate":"{HIDDEN}","age":39,"age_over_19":true,"nationalities":["CA","FR","US"],
        "address":{{"locality":"Sudbury","postal_code":"P3E 0A0"}},"degrees":[{{"type":"BSc","year":2009}},{{"type":"MSc","year":2011}}]}}"#,
        issuer.did
    ));
    if let Some(holder) = holder {
        let mut cnf = Object::new();
        cnf.insert("jwk", holder.key.public_key().to_jwk());
        payload.insert("cnf", cnf);
    }
    let hidden = [
        "/given_name",
        "/family_name",
        "/birthdate",
        "/age",
        "/age_over_19",
        "/nationalities/0",
        "/nationalities/1",
        "/nationalities/2",
        "/address",
        "/address/postal_code",
        "/degrees/0/year",
        "/degrees/1/type",
    ];
    let frame = hidden.iter().fold(Frame::new().decoys("", 2), |frame, pointer| frame.hide(*pointer));
    let options =
        IssueOptions { typ: "dc+sd-jwt", kid: Some(&issuer.method), hash: HashName::Sha256, certificates: None };
    sd_jwt::issue(&payload, &frame, &options, &issuer.key, &mut SystemRandomness).unwrap()
}

/// A wallet with one credential of every format, all of one person.
pub(crate) struct Wallet {
    pub(crate) held: Vec<Held>,
    pub(crate) keys: Vec<Option<Person>>,
}

pub(crate) const SD_JWT: usize = 0;
pub(crate) const LDP: usize = 1;
pub(crate) const BBS: usize = 2;
pub(crate) const JWT: usize = 3;
pub(crate) const ANONYMOUS: usize = 4;
pub(crate) const ECDSA_SD: usize = 5;

pub(crate) fn wallet() -> Wallet {
    let issuer = person(KeyType::Ed25519, 1);
    let (holder, phone) = (person(KeyType::Ed25519, 2), person(KeyType::P256, 2));
    let texts = [
        sd_jwt_vc(&issuer, Some(&phone)),
        signed("eddsa-rdfc-2022", false, &issuer, Some(&holder.did)),
        divisible(Suite::Bbs2023, &person(KeyType::Bls12381G2, 1), Some(&holder.did)),
        signed("jwt", true, &issuer, Some(&holder.did)),
        divisible(Suite::Bbs2023, &person(KeyType::Bls12381G2, 1), None),
        divisible(Suite::EcdsaSd2023, &person(KeyType::P256, 1), Some(&holder.did)),
    ];
    let held = texts.iter().map(|text| Held::parse(text.as_bytes()).unwrap()).collect();
    let ed = || Some(person(KeyType::Ed25519, 2));
    Wallet { held, keys: vec![Some(phone), ed(), ed(), ed(), None, ed()] }
}

impl Wallet {
    pub(crate) fn holders(&self) -> Vec<Option<Holder<'_>>> {
        self.keys.iter().map(|key| key.as_ref().map(Person::holder)).collect()
    }

    pub(crate) fn matches(&self, query: &Query) -> Matches {
        let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
        match_held(query, &self.held, &World::new(&contexts, &authorities))
    }

    /// Shows what the first choice is.
    pub(crate) fn show(&self, request: &Request) -> VpToken {
        let matches = self.matches(request.query.as_ref().unwrap());
        let choice = matches.first_choice().unwrap();
        let (contexts, holders) = (Contexts::builtin(), self.holders());
        let purse =
            Purse { held: &self.held, holders: &holders, contexts: &contexts, transaction_types: &[], now: now() };
        show(request, &matches, &choice, &purse, &mut rng()).unwrap()
    }
}

pub(crate) fn query(text: &str) -> Query {
    Query::parse(text.as_bytes()).unwrap()
}

/// A query for one credential of the wallet.
pub(crate) fn query_for(index: usize) -> Query {
    let card = card_type();
    let subject = |claim: &str| format!(r#"[{{"path":["credentialSubject","{claim}"]}}]"#);
    query(&match index {
        SD_JWT => format!(
            r#"{{"credentials":[{{"id":"pid","format":"dc+sd-jwt","meta":{{"vct_values":["{VCT}"]}},
            "claims":[{{"path":["age_over_19"]}},{{"path":["address","postal_code"]}}]}}]}}"#
        ),
        JWT => format!(
            r#"{{"credentials":[{{"id":"pid","format":"jwt_vc_json","meta":{{"type_values":[["OntarioPersonCredential"]]}},
            "claims":{}}}]}}"#,
            subject("ageOver19")
        ),
        ANONYMOUS => format!(
            r#"{{"credentials":[{{"id":"pid","format":"ldp_vc","meta":{{"type_values":[["{card}"]]}},
            "require_cryptographic_holder_binding":false,"claims":{}}}]}}"#,
            subject("ageOver19")
        ),
        _ => format!(
            r#"{{"credentials":[{{"id":"pid","format":"ldp_vc","meta":{{"type_values":[["{card}"]]}},"claims":{}}}]}}"#,
            subject("ageOver19")
        ),
    })
}

pub(crate) fn redirect_client() -> ClientId {
    ClientId::parse(&format!("redirect_uri:{RESPONSE_URI}")).unwrap()
}

/// A verifier with a DID.
pub(crate) fn verifier() -> Person {
    person(KeyType::P256, 9)
}

pub(crate) fn did_client() -> ClientId {
    ClientId::parse(&format!("decentralized_identifier:{}", verifier().did)).unwrap()
}

pub(crate) fn did_header() -> Object<'static> {
    [("kid", verifier().method)].into_iter().collect()
}

pub(crate) fn ask(client: ClientId, query: Query) -> Ask {
    Ask::new(client, RESPONSE_URI, query)
}

pub(crate) fn begin(ask: Ask) -> Session {
    Session::begin(ask, now(), &mut rng()).unwrap()
}

pub(crate) fn trust(evidence: &Evidence) -> Trust<'_> {
    Trust { evidence, anchors: &[], attesters: &[], registered: &[], now: now() }
}

pub(crate) fn judge(session: &Session, received: &Received) -> Answer {
    let authorities = Authorities::none();
    let rules = Rules::new(Policy::insecure_trust_any_issuer(), &authorities);
    session.judge(received, None, &rules, &Evidence::none(), now()).unwrap()
}

pub(crate) fn posted(delivery: Delivery) -> String {
    match delivery {
        Delivery::Post { uri, body } => {
            assert_eq!(uri, RESPONSE_URI);
            body
        }
        other => panic!("{other:?}"),
    }
}
