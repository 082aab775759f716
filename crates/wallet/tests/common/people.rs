//! A person with a wallet, and a shop that asks.

#![allow(dead_code, reason = "each test uses a part of it")]

use tamarack::did::did_key;
use tamarack::issue::{SecureOptions, Securing, secure};
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::messages::Lang;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_openid4vc::vp::client_id::ClientId;
use tamarack_openid4vc::vp::dcql::{Query, expanded_types};
use tamarack_openid4vc::vp::session::{Ask, Session};
use tamarack_wallet::present::{Asking, Choice, ConsentRequest};
use tamarack_wallet::{
    HolderKey, Means, MemoryStore, NewKey, Step, Store as _, StoredCredential, Summary, Trust, credentials,
};

pub(crate) const ANSWERS: &str = "https://shop.example/answers/17";

pub(crate) fn now() -> Timestamp {
    Timestamp::parse_stamp("2026-11-22T12:00:00Z").unwrap()
}

pub(crate) fn rng() -> SystemRandomness {
    SystemRandomness
}

pub(crate) fn object(text: &str) -> Object<'static> {
    match json::parse(text.as_bytes()).unwrap().into_owned() {
        Value::Object(object) => object,
        _ => panic!("no object"),
    }
}

pub(crate) fn card(issuer: &str, subject: Option<&str>) -> Object<'static> {
    let id = subject.map(|id| format!(r#""id":"{id}","#)).unwrap_or_default();
    object(&format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://tamarack.example/ontario/person/v1"],
        "type":["VerifiableCredential","OntarioPersonCredential"],"issuer":"{issuer}",
        "validFrom":"2026-11-01T05:00:00Z","validUntil":"2027-11-01T05:00:00Z",
        "credentialSubject":{{{id}"type":"OntarioPerson","givenName":"Zoé","birthDate":"1987-06-05","ageOver19":true}}}}"#
    ))
}

pub(crate) fn person_type() -> String {
    let types = expanded_types(&card("did:example:1", None), &Contexts::builtin());
    types.into_iter().find(|name| name.ends_with("OntarioPersonCredential")).unwrap()
}

/// A wallet with a store, and a person with a language.
pub(crate) struct Phone {
    pub(crate) store: MemoryStore,
    pub(crate) trust: Trust,
    pub(crate) lang: Lang,
    pub(crate) clock: Timestamp,
}

impl Phone {
    pub(crate) fn new() -> Self {
        Self {
            store: MemoryStore::new(),
            trust: Trust::default(),
            lang: Lang::En,
            clock: Timestamp::from_unix(1_795_348_800),
        }
    }

    pub(crate) fn means(&self) -> Means<'_> {
        Means { store: &self.store, device: None, trust: &self.trust, clock: &self.clock, lang: self.lang }
    }

    /// A card that is secured in this way, with a key of its own if it is bound to one.
    pub(crate) fn hold(&self, securing: &str, kind: KeyType, bound: bool, batch: Option<&str>) -> String {
        let key = if bound {
            let (key, change) = HolderKey::create(NewKey::Ed25519, None, None, now(), &mut rng()).unwrap();
            self.store.write(&[change]).unwrap();
            Some(key)
        } else {
            None
        };
        let issuer = SecretKey::from_bytes(kind, &[1; 32]).unwrap();
        let (did, multikey) = (did_key(issuer.public_key()), issuer.public_key().to_multikey());
        let method = format!("{did}#{multikey}");
        let mandatory = ["/issuer", "/validFrom", "/validUntil"].map(str::to_owned);
        let divisible = matches!(securing, "bbs-2023" | "ecdsa-sd-2023");
        let options = SecureOptions {
            verification_method: &method,
            created: (!divisible).then(now),
            mandatory: if divisible { &mandatory } else { &[] },
            ..SecureOptions::default()
        };
        let subject = key.as_ref().map(HolderKey::did_key);
        let document = card(&did, subject.as_deref());
        let text =
            secure(document, Securing::parse(securing).unwrap(), &options, &issuer, &Contexts::builtin()).unwrap();
        let mut stored = StoredCredential::new(text);
        stored.key = key.map(|key| key.id().to_owned());
        let id = credentials::new_id(&mut rng()).unwrap();
        let mut summary = Summary::of(&id, &stored.held().unwrap(), &Contexts::builtin(), now());
        summary.batch = batch.map(str::to_owned);
        self.store.write(&credentials::put(&stored, &summary).unwrap()).unwrap();
        id
    }

    pub(crate) fn ask(&self, link: &str) -> tamarack_wallet::present::Asked {
        match Asking::new(link).unwrap().step(&self.means(), None, &mut rng()).unwrap() {
            Step::Done(asked) => asked,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn request(&self, link: &str) -> ConsentRequest {
        self.ask(link).consent_request(&self.means()).unwrap()
    }

    /// The body that the answer posts.
    pub(crate) fn answer(&self, request: &ConsentRequest, choice: &Choice) -> String {
        let consent = request.agree(choice, now()).unwrap();
        let mut answering = consent.present(&self.means(), &mut rng()).unwrap();
        match answering.step(&self.means(), None, &mut rng()).unwrap() {
            Step::Send(request) => String::from_utf8(request.body.clone()).unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) struct Shop {
    pub(crate) key: SecretKey,
}

impl Shop {
    pub(crate) fn new(seed: u8) -> Self {
        Self { key: SecretKey::from_bytes(KeyType::P256, &[seed; 32]).unwrap() }
    }

    pub(crate) fn id(&self) -> String {
        format!("decentralized_identifier:{}", did_key(self.key.public_key()))
    }

    pub(crate) fn client(&self) -> ClientId {
        ClientId::parse(&self.id()).unwrap()
    }

    /// The header of what it signs.
    pub(crate) fn header(&self) -> Object<'static> {
        let (did, multikey) = (did_key(self.key.public_key()), self.key.public_key().to_multikey());
        [("kid", format!("{did}#{multikey}"))].into_iter().collect()
    }

    pub(crate) fn link(&self, ask: Ask) -> (Session, String) {
        let session = Session::begin(ask, now(), &mut rng()).unwrap();
        let token = session.request_object(&self.header(), &self.key, now()).unwrap();
        let link = session.url_by_value("openid4vp://", &token).unwrap();
        (session, link)
    }

    /// Asks for these claims of a person's card.
    pub(crate) fn asks(&self, claims: &[&str], proof: bool) -> (Session, String) {
        let claims: Vec<String> =
            claims.iter().map(|claim| format!(r#"{{"path":["credentialSubject","{claim}"]}}"#)).collect();
        let query = format!(
            r#"{{"credentials":[{{"id":"card","format":"ldp_vc","meta":{{"type_values":[["{}"]]}},
            "require_cryptographic_holder_binding":{proof},"claims":[{}]}}]}}"#,
            person_type(),
            claims.join(",")
        );
        self.link(Ask::new(self.client(), ANSWERS, Query::parse(query.as_bytes()).unwrap()))
    }
}
