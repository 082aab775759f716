//! A citizen's phone: one credential, and the wallet's side of OpenID4VP.

use tamarack::did::did_key;
use tamarack::issue::{SecureOptions, Securing, secure};
use tamarack::json::{self, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::present::{Binding, Held, Holder, Selection, present};
use tamarack::sd_jwt::{self, Frame, HashName, IssueOptions};
use tamarack::{Evidence, SystemRandomness, Timestamp};
use tamarack_openid4vc::siop::{self, SelfIssued};
use tamarack_openid4vc::vp::client_id::Trust;
use tamarack_openid4vc::vp::dc_api::{self, Protocol};
use tamarack_openid4vc::vp::dcql::{Authorities, World, match_held};
use tamarack_openid4vc::vp::request::{self, Expected, Invocation, Request};
use tamarack_openid4vc::vp::response::{Delivery, Reply, VpToken, deliver, deliver_error, read_receipt};
use tamarack_openid4vc::vp::transaction_data::{Field, FieldKind, TransactionType};
use tamarack_openid4vc::vp::wallet::{Purse, show};
use tamarack_openid4vc::{Refusal, RefusalCode};

use crate::browser::{Page, agent};

/// What stands in the credential and must stand nowhere else.
pub(crate) const CANARY: &str = "Zoé-Canari";

pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}

fn person(seed: u8) -> (SecretKey, String, String) {
    let key = SecretKey::from_bytes(KeyType::Ed25519, &[seed; 32]).unwrap();
    let multikey = key.public_key().to_multikey();
    let did = did_key(key.public_key());
    (key, did, format!("did:key:{multikey}#{multikey}"))
}

/// The issuer that shops trust.
pub(crate) fn issuer() -> String {
    person(1).1
}

/// How a credential is made.
pub(crate) struct Card {
    pub(crate) issuer: u8,
    pub(crate) days: i64,
    pub(crate) over_19: bool,
    pub(crate) status: bool,
    pub(crate) holder: u8,
}

pub(crate) const GOOD: Card = Card { issuer: 1, days: 30, over_19: true, status: false, holder: 7 };

pub(crate) struct Phone {
    text: String,
    held: Vec<Held>,
    pub(crate) key: SecretKey,
    pub(crate) method: String,
    /// Whether the person is known by the key's thumbprint, and not by a DID.
    by_thumbprint: bool,
}

impl Phone {
    pub(crate) fn with(card: &Card) -> Self {
        let (issuer, issuer_did, issuer_method) = person(card.issuer);
        let (key, did, method) = person(card.holder);
        let (from, until) = (now().plus_seconds(-60 * 86_400), now().plus_seconds(card.days * 86_400));
        let status = r#""credentialStatus":{"type":"BitstringStatusListEntry","statusPurpose":"revocation",
            "statusListIndex":"5","statusListCredential":"https://192.168.0.1/list"},"#;
        let text = format!(
            r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://tamarack.example/ontario/person/v1"],
            "type":["VerifiableCredential","OntarioPersonCredential"],"issuer":"{issuer_did}",
            "validFrom":"{from}","validUntil":"{until}",{}
            "credentialSubject":{{"id":"{did}","type":"OntarioPerson","givenName":"{CANARY}","familyName":"Tremblay",
            "birthDate":"1987-06-05","ageOver18":true,"ageOver19":{}}}}}"#,
            if card.status { status } else { "" },
            card.over_19,
        );
        let Value::Object(document) = json::parse(text.as_bytes()).unwrap().into_owned() else { panic!() };
        let options =
            SecureOptions { verification_method: &issuer_method, created: Some(from), ..SecureOptions::default() };
        let securing = Securing::parse("eddsa-rdfc-2022").unwrap();
        let signed = secure(document, securing, &options, &issuer, &Contexts::builtin()).unwrap();
        Self { held: vec![Held::parse(signed.as_bytes()).unwrap()], text: signed, key, method, by_thumbprint: false }
    }

    /// Of somebody who is known by the key's thumbprint, or by a DID.
    pub(crate) fn known(by_thumbprint: bool) -> Self {
        Self { by_thumbprint, ..Self::with(&GOOD) }
    }

    /// With a payment card, which is an SD-JWT VC.
    pub(crate) fn with_payment_card() -> Self {
        let ((issuer, did, issuer_method), (key, _, method)) = (person(1), person(7));
        let text = format!(r#"{{"iss":"{did}","vct":"https://bank.example/card","exp":4000000000,"last4":"4242"}}"#);
        let Value::Object(mut payload) = json::parse(text.as_bytes()).unwrap().into_owned() else { panic!() };
        payload.insert("cnf", [("jwk", key.public_key().to_jwk())].into_iter().collect::<json::Object<'_>>());
        let options =
            IssueOptions { typ: "dc+sd-jwt", kid: Some(&issuer_method), hash: HashName::Sha256, certificates: None };
        let frame = Frame::new().hide("/last4");
        let signed = sd_jwt::issue(&payload, &frame, &options, &issuer, &mut SystemRandomness).unwrap();
        Self { held: vec![Held::parse(signed.as_bytes()).unwrap()], text: signed, key, method, by_thumbprint: false }
    }

    /// The credential as it was issued.
    pub(crate) fn credential(&self) -> String {
        self.text.clone()
    }

    /// A presentation for a verifier outside OpenID4VP.
    pub(crate) fn presentation(&self, challenge: &str, domain: &str) -> serde_json::Value {
        let binding = Binding {
            audience: Some(domain),
            nonce: Some(challenge),
            holder: Some(Holder { signer: &self.key, verification_method: &self.method }),
            created: Some(now()),
            issuer_key: None,
            key_binding_claims: None,
            secrets: None,
        };
        let held = &self.held[0];
        let all: Vec<String> = held.disclosable().into_iter().map(|one| one.pointer).collect();
        let selection = Selection { pointers: &all, frame: None };
        let text = present(held, &selection, &binding, &Contexts::builtin(), &mut SystemRandomness).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Fetches the request that a link or QR code names.
    pub(crate) fn open(&self, url: &str) -> Result<Request, Page> {
        self.open_trusting(url, &[]).map(|opened| opened.unwrap())
    }

    /// The same for a phone that trusts certificates up to these anchors; the inner error is why it does not take the request.
    pub(crate) fn open_trusting(&self, url: &str, anchors: &[Vec<u8>]) -> Result<Result<Request, Refusal>, Page> {
        let Invocation::Reference(reference) = Invocation::parse(url).unwrap() else { panic!("{url}") };
        let body = reference.post_body(None, Some("wallet-nonce-1"));
        let request = agent().post(&reference.uri).header("content-type", "application/x-www-form-urlencoded");
        let page = Page::of(request.send(body).unwrap());
        if page.status != 200 {
            return Err(page);
        }
        assert_eq!(page.headers["content-type"], "application/oauth-authz-req+jwt");
        let evidence = Evidence::none();
        let trust = Trust { evidence: &evidence, anchors, attesters: &[], registered: &[], now: now() };
        let expected = Expected {
            client_id: &reference.client_id,
            wallet_nonce: Some("wallet-nonce-1"),
            issuer: None,
            fetched_from: None,
        };
        Ok(request::open(&page.text, &expected, &trust))
    }

    /// The answer to a request.
    pub(crate) fn answer(&self, request: &Request) -> Delivery {
        let vp_token = request.response_type.wants_presentations().then(|| self.token(request));
        let id_token = request.response_type.wants_id_token().then(|| self.id_token(request));
        deliver(request, &Reply { vp_token, id_token }).unwrap()
    }

    pub(crate) fn id_token(&self, request: &Request) -> String {
        let verification_method = (!self.by_thumbprint).then_some(self.method.as_str());
        siop::answer(request, &[SelfIssued { signer: &self.key, verification_method }], now()).unwrap()
    }

    pub(crate) fn token(&self, request: &Request) -> VpToken {
        let field = |name: &str| Field { name: name.to_owned(), kind: FieldKind::Text, is_required: true };
        let types = [TransactionType { name: "payment".to_owned(), fields: ["payee", "amount"].map(field).to_vec() }];
        let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
        let world = World::new(&contexts, &authorities);
        let matches = match_held(request.query.as_ref().unwrap(), &self.held, &world);
        let choice = matches.first_choice().unwrap();
        let holders = [Some(Holder { signer: &self.key, verification_method: &self.method })];
        let purse =
            Purse { held: &self.held, holders: &holders, contexts: &contexts, transaction_types: &types, now: now() };
        show(request, &matches, &choice, &purse, &mut SystemRandomness).unwrap()
    }

    /// Answers one of the requests of `navigator.credentials.get`, as the platform brings it from a page of this origin.
    pub(crate) fn answer_browser(&self, offer: &serde_json::Value, origin: &str) -> Result<serde_json::Value, Refusal> {
        let protocol = Protocol::of(offer["protocol"].as_str().unwrap()).unwrap();
        let data = json::parse(offer["data"].to_string().as_bytes()).unwrap().into_owned();
        let evidence = Evidence::none();
        let trust = Trust { evidence: &evidence, anchors: &[], attesters: &[], registered: &[], now: now() };
        let request = dc_api::read(protocol, data.as_object().unwrap(), origin, &trust)?;
        let Delivery::Data(data) = self.answer(&request) else { panic!() };
        let data = Value::Object(data).to_serde();
        Ok(serde_json::json!({"protocol": protocol.as_str(), "data": data}))
    }

    pub(crate) fn refusal(request: &Request) -> Delivery {
        deliver_error(request, RefusalCode::AccessDenied).unwrap()
    }

    /// Sends a message, and gives the answer.
    pub(crate) fn send(delivery: &Delivery) -> Page {
        let Delivery::Post { uri, body } = delivery else { panic!() };
        let request = agent().post(uri).header("content-type", "application/x-www-form-urlencoded");
        Page::of(request.send(body).unwrap())
    }

    /// Scans, shows, and gives the address that the browser goes on to, if there is one.
    pub(crate) fn show(&self, url: &str) -> Option<String> {
        let page = Self::send(&self.answer(&self.open(url).unwrap_or_else(|page| panic!("{}", page.text))));
        assert_eq!(page.status, 200, "{}", page.text);
        read_receipt(page.text.as_bytes()).unwrap_or_else(|_| {
            // The library sends no browser to plain HTTP; this server is on this machine.
            page.json()["redirect_uri"].as_str().map(str::to_owned)
        })
    }
}
