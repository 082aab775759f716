//! Receiving from an issuer that asks for everything at once: a pushed request and PKCE, DPoP with its nonces, encryption both
//! ways, batches, a clerk's decision, refresh, and an app that is ended between any two steps.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "receiving/attested.rs"]
mod attested;
#[path = "receiving/hostile.rs"]
mod hostile;
#[path = "receiving/reluctant.rs"]
mod reluctant;
#[path = "receiving/typed_code.rs"]
mod typed_code;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use tamarack::did::did_key;
use tamarack::json::{self, Object, Value};
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::messages::Lang;
use tamarack::sd_jwt::{self, Frame, HashName, IssueOptions};
use tamarack::trust::{DisplayName, TrustList, TrustedIssuer};
use tamarack::{Evidence, SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::access::{self, AccessToken, Presented, TokenRules};
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::authorization::Client;
use tamarack_openid4vc::oauth::dpop::{self, DpopRequest};
use tamarack_openid4vc::oauth::error_response::{self, FreshNonces};
use tamarack_openid4vc::oauth::form::Form;
use tamarack_openid4vc::oauth::grant::{Authorization, AuthorizationCode, Presenter, RefreshToken};
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::nonce::{NonceKey, NoncePurpose};
use tamarack_openid4vc::oauth::par::{self, PushedRequest};
use tamarack_openid4vc::oauth::token::{GrantRequest, TokenRequest};
use tamarack_openid4vc::vci::configuration::ProofTypeSupport;
use tamarack_openid4vc::vci::credential::{CredentialRequest, CredentialResponse, ResponseKey};
use tamarack_openid4vc::vci::deferred::DeferredRequest;
use tamarack_openid4vc::vci::encryption::{self, DecryptionKey, RequestBody};
use tamarack_openid4vc::vci::metadata::{Display, IssuerMetadata, RequestEncryption, ResponseEncryption};
use tamarack_openid4vc::vci::notification::Notification;
use tamarack_openid4vc::vci::offer::CredentialOffer;
use tamarack_openid4vc::vci::proofs::{self, ProofRules};
use tamarack_openid4vc::vci::{CredentialConfiguration, Format, nonce};
use tamarack_openid4vc::{Refusal, RefusalCode};
use tamarack_wallet::receive::{
    Acceptance, BrowserApp, Event, Offered, Opening, Received, Receiving, RenewalPlan, WhyDue, due, pending,
};
use tamarack_wallet::{
    Clock, DeviceKeys, HttpRequest, HttpResponse, Kind, Means, MemoryStore, Reply, Result, Step, Store as _, Trust,
    WalletCode, credentials, history,
};

const ISSUER: &str = "https://issuer.example";
const CLIENT: &str = "https://wallet.example";
const REDIRECT: &str = "https://wallet.example/cb";
const VCT: &str = "https://issuer.example/licence";

/// The issuer and its authorization server, as one who answers requests.
struct Issuer {
    key: SecretKey,
    metadata: IssuerMetadata,
    server: ServerMetadata,
    nonces: RefCell<NonceKey>,
    request_key: DecryptionKey,
    now: Cell<Timestamp>,
    /// Whether a clerk has yet to decide.
    waits: Cell<bool>,
    /// What is done to a credential before it leaves.
    damage: Cell<fn(String) -> String>,
    holder: RefCell<Option<SecretKey>>,
    pushed: RefCell<Option<PushedRequest>>,
    code: RefCell<Option<AuthorizationCode>>,
    refresh: RefCell<Option<RefreshToken>>,
    access: RefCell<Option<AccessToken>>,
    told: RefCell<Vec<String>>,
    proved: RefCell<Vec<tamarack::keys::PublicKey>>,
    /// Who may vouch for holders' keys.
    attesters: RefCell<Attesters>,
    calls: RefCell<BTreeMap<String, usize>>,
}

fn issuer() -> Issuer {
    let request_key = DecryptionKey::new("r1", &SecretKey::generate(KeyType::P256).unwrap()).unwrap();
    let enc = vec!["A256GCM".to_owned()];
    let mut licence = CredentialConfiguration::new(Format::SdJwtVc { vct: VCT.to_owned() });
    licence.binding_methods = vec!["jwk".to_owned()];
    licence.proof_types = vec![("jwt".to_owned(), ProofTypeSupport::of(["ES256"]))];
    let mut metadata = IssuerMetadata::at(ISSUER);
    metadata.display = vec![Display::named("Licences", "en-CA"), Display::named("Permis", "fr-CA")];
    metadata.batch_size = Some(4);
    let keys = vec![request_key.public_jwk()];
    metadata.request_encryption = Some(RequestEncryption { keys, enc: enc.clone(), zip: Vec::new(), required: true });
    metadata.response_encryption =
        Some(ResponseEncryption { alg: vec!["ECDH-ES".to_owned()], enc, zip: Vec::new(), required: true });
    metadata.configurations = vec![("licence".to_owned(), licence)];
    Issuer {
        key: SecretKey::from_bytes(KeyType::P256, &[5; 32]).unwrap(),
        server: ServerMetadata { require_pushed_authorization_requests: true, ..ServerMetadata::at(ISSUER) },
        metadata,
        nonces: RefCell::new(NonceKey::draw(&mut SystemRandomness).unwrap()),
        request_key,
        now: Cell::new(Timestamp::parse_stamp("2026-11-22T12:00:00Z").unwrap()),
        waits: Cell::new(false),
        damage: Cell::new(|text| text),
        holder: RefCell::default(),
        pushed: RefCell::default(),
        code: RefCell::default(),
        refresh: RefCell::default(),
        access: RefCell::default(),
        told: RefCell::default(),
        proved: RefCell::default(),
        attesters: RefCell::new(Attesters::nobody()),
        calls: RefCell::default(),
    }
}

type Answer = core::result::Result<(u16, &'static str, String), Refusal>;

impl Issuer {
    fn did(&self) -> String {
        did_key(self.key.public_key())
    }

    fn client() -> Client {
        Client { id: CLIENT.to_owned(), redirect_uris: vec![REDIRECT.to_owned()] }
    }

    fn offer(&self) -> String {
        let offer = CredentialOffer::authorization_code(ISSUER, vec!["licence".to_owned()], Some("row 7".to_owned()));
        offer.to_json()
    }

    fn answer(&self, request: &HttpRequest) -> Reply {
        let path = request.url.strip_prefix(ISSUER).unwrap_or_else(|| panic!("{}", request.url)).to_owned();
        *self.calls.borrow_mut().entry(path.clone()).or_default() += 1;
        let body = String::from_utf8(request.body.clone()).unwrap();
        let header =
            |name: &str| request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let answer = match path.as_str() {
            "/.well-known/openid-credential-issuer" => Ok((200, "application/json", self.metadata.to_json())),
            "/.well-known/oauth-authorization-server" => Ok((200, "application/json", self.server.to_json())),
            "/par" => self.push(&body),
            "/token" => self.token(&body, &header),
            "/nonce" => Ok((
                200,
                "application/json",
                nonce::respond(&self.nonces.borrow(), self.now.get(), &mut SystemRandomness).unwrap(),
            )),
            "/credential" => self.protected(&header, "/credential").and_then(|()| self.credential(&body)),
            "/deferred_credential" => {
                self.protected(&header, "/deferred_credential").and_then(|()| self.deferred(&body))
            }
            "/notification" => self.protected(&header, "/notification").map(|()| {
                let said = Notification::parse(body.as_bytes()).unwrap();
                self.told.borrow_mut().push(said.event.name().to_owned());
                (204, "application/json", String::new())
            }),
            other => panic!("{other}"),
        };
        let at_resource = !matches!(path.as_str(), "/token" | "/par");
        let purpose = if at_resource { NoncePurpose::DpopResource } else { NoncePurpose::DpopServer };
        let nonce = self.nonces.borrow().make(purpose, self.now.get(), &mut SystemRandomness).unwrap();
        let (status, content_type, body, mut headers) = match answer {
            Ok((status, content_type, body)) => (status, content_type, body, Vec::new()),
            Err(refusal) => {
                let fresh = FreshNonces { dpop: Some(&nonce), attestation: None };
                let at_token =
                    at_resource && matches!(refusal.code(), RefusalCode::UseDpopNonce | RefusalCode::InvalidToken);
                let said = if at_token {
                    error_response::protected(&refusal, fresh)
                } else {
                    error_response::json(&refusal, fresh)
                };
                (said.status, "application/json", said.body, said.headers)
            }
        };
        headers.push(("Content-Type", content_type.to_owned()));
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Reply::Response(HttpResponse { status, headers, body: body.into_bytes() })
    }

    fn push(&self, body: &str) -> Answer {
        let presenter = Presenter { client_id: Some(CLIENT.to_owned()), ..Presenter::default() };
        let (response, pushed) =
            par::push(body, &Self::client(), &presenter, ISSUER, self.now.get(), &mut SystemRandomness)?;
        *self.pushed.borrow_mut() = Some(pushed);
        Ok((201, "application/json", response.to_json()))
    }

    /// What the person does in the browser: where it comes back to.
    fn browse(&self, url: &str) -> String {
        let front = Form::parse(url.split_once('?').unwrap().1).unwrap();
        let pushed = self.pushed.borrow_mut().take().unwrap();
        let request = pushed.redeem(&front, &Self::client(), ISSUER, self.now.get()).unwrap();
        assert_eq!(request.issuer_state.as_deref(), Some("row 7"));
        let mut granted = request.wanted(&self.metadata).unwrap();
        granted[0].identifiers = vec!["row 7".to_owned()];
        let authorization = Authorization { granted, subject: "row 7".to_owned() };
        let (back, code) = request
            .grant(authorization, Some(pushed.presenter), ISSUER, self.now.get(), &mut SystemRandomness)
            .unwrap();
        *self.code.borrow_mut() = Some(code);
        back
    }

    fn token<'h>(&self, body: &str, header: &dyn Fn(&str) -> Option<&'h str>) -> Answer {
        let url = format!("{ISSUER}/token");
        let request = DpopRequest { method: "POST", url: &url, access_token: None };
        let proof = dpop::check(
            &[header("dpop").unwrap()],
            request,
            Some((&self.nonces.borrow(), NoncePurpose::DpopServer)),
            self.now.get(),
        )?;
        let request = TokenRequest::parse(body)?;
        let presenter = Presenter { client_id: request.client_id.clone(), instance: None, jkt: Some(proof.jkt) };
        let unknown = || Refusal::new(RefusalCode::InvalidGrant, "grant");
        let redeemed = match request.grant {
            GrantRequest::Refresh { .. } => {
                let row = self.refresh.borrow_mut().take().ok_or_else(unknown)?;
                row.check(&request, &presenter, &self.metadata, self.now.get())?
            }
            _ => {
                let row = self.code.borrow_mut().take().ok_or_else(unknown)?;
                row.check(&request, &presenter, &self.metadata, self.now.get())?
            }
        };
        let rules = TokenRules { dpop_required: true, refresh_seconds: Some(86_400), ..TokenRules::default() };
        let issued = access::issue(redeemed, &presenter, rules, self.now.get(), &mut SystemRandomness)?;
        *self.refresh.borrow_mut() = issued.refresh;
        *self.access.borrow_mut() = Some(issued.access);
        Ok((200, "application/json", issued.response.to_json()))
    }

    fn protected<'h>(&self, header: &dyn Fn(&str) -> Option<&'h str>, path: &str) -> core::result::Result<(), Refusal> {
        let presented = Presented::parse(&[header("authorization").unwrap()])?;
        let url = format!("{ISSUER}{path}");
        let request = DpopRequest { method: "POST", url: &url, access_token: Some(presented.token.expose()) };
        let nonces = self.nonces.borrow();
        let nonces = Some((&*nonces, NoncePurpose::DpopResource));
        let proof = dpop::check(&[header("dpop").unwrap()], request, nonces, self.now.get())?;
        self.access.borrow().as_ref().unwrap().check(&presented, Some(&proof), self.now.get())
    }

    fn credential(&self, body: &str) -> Answer {
        let body = RequestBody::read("application/jwt", body.as_bytes(), &self.metadata, &[&self.request_key])?;
        let request = CredentialRequest::parse(&body.json)?;
        body.check_response_key(request.response_key.as_ref(), &self.metadata)?;
        let access = self.access.borrow();
        let selected = request.resolve(access.as_ref().unwrap(), &self.metadata)?;
        let nonces = self.nonces.borrow();
        let rules = ProofRules {
            issuer: ISSUER,
            configuration: selected.configuration,
            batch_size: self.metadata.batch_size.unwrap(),
            nonces: self.metadata.nonce_endpoint.as_ref().map(|_| &*nonces),
            client_id: Some(CLIENT),
            attesters: &self.attesters.borrow(),
            evidence: &Evidence::none(),
            now: self.now.get(),
        };
        let keys = proofs::check(request.proofs.as_ref(), &rules)?.into_keys(true)?;
        *self.proved.borrow_mut() = keys.into_iter().map(|key| key.key).collect();
        self.issue(request.response_key.as_ref())
    }

    fn deferred(&self, body: &str) -> Answer {
        let body = RequestBody::read("application/jwt", body.as_bytes(), &self.metadata, &[&self.request_key])?;
        let request = DeferredRequest::parse(&body.json)?;
        assert_eq!(request.transaction_id.expose(), "t-1");
        self.issue(request.response_key.as_ref())
    }

    fn issue(&self, key: Option<&ResponseKey>) -> Answer {
        let response = if self.waits.get() {
            CredentialResponse::deferred("t-1".to_owned(), 600)
        } else {
            let all =
                self.proved.borrow().iter().map(|key| Value::from((self.damage.get())(self.licence(key)))).collect();
            CredentialResponse::issued(all, Some("n-1".to_owned()))
        };
        let (content_type, body) = encryption::write_response(&response, key)?;
        Ok((response.http_status(), content_type, body))
    }

    fn licence(&self, key: &tamarack::keys::PublicKey) -> String {
        let holder = self.holder.borrow();
        let key = holder.as_ref().map_or(key, |holder| holder.public_key());
        let mut payload = Object::new();
        payload.insert("iss", self.did());
        payload.insert("vct", VCT);
        let until = u32::try_from(self.now.get().plus_seconds(86_400 * 30).unix()).unwrap();
        payload.insert("exp", Value::Number(f64::from(until)));
        payload.insert("given_name", "Zoé");
        payload.insert("age_over_19", true);
        let mut cnf = Object::new();
        cnf.insert("jwk", key.to_jwk());
        payload.insert("cnf", cnf);
        let multikey = self.key.public_key().to_multikey();
        let kid = format!("{}#{multikey}", self.did());
        let options = IssueOptions { typ: "dc+sd-jwt", kid: Some(&kid), hash: HashName::Sha256, certificates: None };
        let frame = Frame::new().hide("/given_name").hide("/age_over_19");
        sd_jwt::issue(&payload, &frame, &options, &self.key, &mut SystemRandomness).unwrap()
    }
}

struct Time(Timestamp);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        self.0
    }
}

struct Phone {
    store: MemoryStore,
    trust: Trust,
    device: Option<Box<dyn DeviceKeys>>,
}

fn phone(issuer: &Issuer) -> Phone {
    let both = |text: &str| DisplayName { en: text.to_owned(), fr: text.to_owned() };
    let listed = TrustedIssuer {
        did: issuer.did(),
        name: both("The Licence Office"),
        types: vec![VCT.to_owned()],
        valid_from: None,
        valid_until: None,
        certificates: Vec::new(),
    };
    let list = TrustList::new(both("Issuers"), Timestamp::from_unix(0), None, [listed]).unwrap();
    Phone { store: MemoryStore::new(), trust: Trust { issuers: Some(list), ..Trust::default() }, device: None }
}

impl Phone {
    fn with<T>(&self, issuer: &Issuer, work: impl FnOnce(&Means<'_>) -> T) -> T {
        let time = Time(issuer.now.get());
        let device = self.device.as_deref();
        work(&Means { store: &self.store, device, trust: &self.trust, clock: &time, lang: Lang::Fr })
    }

    fn open(&self, issuer: &Issuer) -> Offered {
        let mut opening = Opening::new(&issuer.offer()).unwrap();
        let mut reply = None;
        loop {
            match self.with(issuer, |means| opening.step(means, reply.take())).unwrap() {
                Step::Send(request) => reply = Some(issuer.answer(&request)),
                Step::Done(offered) => return offered,
                other => panic!("{other:?}"),
            }
        }
    }

    fn accept(&self, issuer: &Issuer, copies: u32) -> Receiving {
        let browser = Some(BrowserApp { client_id: CLIENT.to_owned(), redirect_uri: REDIRECT.to_owned() });
        let acceptance = Acceptance { browser, copies, ..Acceptance::default() };
        let offered = self.open(issuer);
        self.with(issuer, |means| offered.accept(&acceptance, means, &mut SystemRandomness)).unwrap()
    }

    fn step(&self, issuer: &Issuer, receiving: &mut Receiving, event: Event) -> Result<Step<Received>> {
        self.with(issuer, |means| receiving.step(means, event, &mut SystemRandomness))
    }

    /// Goes on until something else than a request comes. Before each reply the app is ended and started again.
    fn run(&self, issuer: &Issuer, receiving: &mut Receiving, first: Event) -> Result<Step<Received>> {
        let mut event = first;
        loop {
            match self.step(issuer, receiving, event)? {
                Step::Send(request) => {
                    let reply = issuer.answer(&request);
                    *receiving = Receiving::resume(&self.store, receiving.id()).unwrap();
                    event = Event::Reply(reply);
                }
                other => return Ok(other),
            }
        }
    }

    /// From the offer to the end.
    fn receive(&self, issuer: &Issuer, copies: u32) -> Received {
        let mut receiving = self.accept(issuer, copies);
        let Step::Browser(url) = self.run(issuer, &mut receiving, Event::Go).unwrap() else { panic!("no browser") };
        let back = issuer.browse(&url);
        match self.run(issuer, &mut receiving, Event::Returned(back)).unwrap() {
            Step::Done(received) => received,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn with_a_browser_everything_encrypted_and_several_copies() {
    let issuer = issuer();
    let phone = phone(&issuer);
    let received = phone.receive(&issuer, 3);
    assert_eq!((received.credentials.len(), received.refused.len()), (3, 0), "{received:?}");
    let all = credentials::summaries(&phone.store).unwrap();
    assert!(all.iter().all(|one| one.batch.is_some() && one.batch == all[0].batch && one.shown == 0));
    assert_eq!(all[0].issuer_name.get(Lang::Fr), Some("The Licence Office"));
    let keys: std::collections::BTreeSet<_> =
        all.iter().map(|one| credentials::read(&phone.store, &one.id).unwrap().key.unwrap()).collect();
    assert_eq!((keys.len(), phone.store.count(Kind::Key).unwrap()), (3, 3), "one key for each copy");
    assert_eq!(issuer.told.borrow().as_slice(), ["credential_accepted"]);
    assert_eq!(phone.store.count(Kind::Pending).unwrap(), 0);
}

#[test]
fn the_browser_comes_back_to_an_app_that_was_ended() {
    let issuer = issuer();
    let phone = phone(&issuer);
    let mut receiving = phone.accept(&issuer, 1);
    let Step::Browser(url) = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!("no browser") };
    drop(receiving);
    let [begun] = pending(&phone.store, Lang::Fr).unwrap().try_into().unwrap();
    assert_eq!((begun.issuer.as_str(), begun.browser.as_deref()), ("Permis", Some(url.as_str())));
    // It asks for the browser again, not for another request.
    let mut receiving = Receiving::resume(&phone.store, &begun.id).unwrap();
    let Step::Browser(again) = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!("no browser") };
    assert_eq!(again, url);
    let back = issuer.browse(&url);
    // Another server's answer, another flow's, and one that says no.
    for wrong in [
        back.replace(&format!("{REDIRECT}?"), "https://evil.example/cb?"),
        back.replace("state=", "state=x"),
        back.replace("issuer.example", "evil.example"),
    ] {
        let mut receiving = Receiving::resume(&phone.store, &begun.id).unwrap();
        let before = phone.store.read(Kind::Pending, &format!("receive:{}", begun.id)).unwrap().unwrap();
        assert_eq!(phone.step(&issuer, &mut receiving, Event::Returned(wrong)).unwrap_err().code(), "invalid_response");
        let kept = phone.store.read(Kind::Pending, &format!("receive:{}", begun.id)).unwrap();
        assert_eq!(kept.as_deref(), Some(&*before), "a stranger’s link does not end what the person began");
    }
    let mut receiving = Receiving::resume(&phone.store, &begun.id).unwrap();
    let Step::Done(received) = phone.run(&issuer, &mut receiving, Event::Returned(back)).unwrap() else { panic!() };
    assert_eq!(received.credentials.len(), 1);
}

#[test]
fn a_clerk_decides_another_day() {
    let issuer = issuer();
    let phone = phone(&issuer);
    issuer.waits.set(true);
    let mut receiving = phone.accept(&issuer, 2);
    let Step::Browser(url) = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!("no browser") };
    let back = issuer.browse(&url);
    let Step::Later { not_before } = phone.run(&issuer, &mut receiving, Event::Returned(back)).unwrap() else {
        panic!()
    };
    assert_eq!(not_before, issuer.now.get().plus_seconds(600));
    // Asked too early, it does not ask the issuer.
    let Step::Later { .. } = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
    assert_eq!(issuer.calls.borrow().get("/deferred_credential"), None);
    // The access token is over by now: the wallet refreshes it first.
    issuer.now.set(issuer.now.get().plus_seconds(7_200));
    let Step::Later { .. } = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
    issuer.waits.set(false);
    issuer.now.set(issuer.now.get().plus_seconds(7_200));
    // No network: it stays where it is.
    let Step::Send(_) = phone.step(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
    let lost = phone.step(&issuer, &mut receiving, Event::Reply(Reply::Unreachable)).unwrap_err();
    assert_eq!(lost.wallet_code(), Some(WalletCode::NetworkUnavailable));
    let mut receiving = Receiving::resume(&phone.store, receiving.id()).unwrap();
    // Nor do the pages of whatever stands between end what may have waited for weeks.
    for (status, kind, body) in [
        (403, "text/html", "<html>"),
        (404, "text/plain", "no such page"),
        (302, "text/html", ""),
        (200, "text/html", "<html>Back soon</html>"),
        (200, "application/json", "[]"),
    ] {
        let Step::Send(_) = phone.step(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        let reply = Reply::Response(HttpResponse { status, headers, body: body.as_bytes().to_vec() });
        phone.step(&issuer, &mut receiving, Event::Reply(reply)).unwrap_err();
        assert_eq!(phone.store.count(Kind::Pending).unwrap(), 1, "{status} {kind}");
        receiving = Receiving::resume(&phone.store, receiving.id()).unwrap();
    }
    let Step::Done(received) = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
    assert_eq!(received.credentials.len(), 2, "{received:?}");
    assert_eq!(phone.store.count(Kind::Key).unwrap(), 2);
}

#[test]
fn what_a_clerk_refuses_is_in_the_history() {
    let issuer = issuer();
    let phone = phone(&issuer);
    issuer.waits.set(true);
    let mut receiving = phone.accept(&issuer, 1);
    let Step::Browser(url) = phone.run(&issuer, &mut receiving, Event::Go).unwrap() else { panic!("no browser") };
    let back = issuer.browse(&url);
    let Step::Later { .. } = phone.run(&issuer, &mut receiving, Event::Returned(back)).unwrap() else { panic!() };
    issuer.now.set(issuer.now.get().plus_seconds(900));
    let Step::Send(_) = phone.step(&issuer, &mut receiving, Event::Go).unwrap() else { panic!() };
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let body = br#"{"error":"credential_request_denied"}"#.to_vec();
    let reply = Reply::Response(HttpResponse { status: 400, headers, body });
    let error = phone.step(&issuer, &mut receiving, Event::Reply(reply)).unwrap_err();
    assert_eq!((error.code(), error.kind()), ("credential_request_denied", tamarack_wallet::ErrorKind::Denied));
    assert_eq!(phone.store.count(Kind::Pending).unwrap() + phone.store.count(Kind::Key).unwrap(), 0);
    let [entry] = history::search(&phone.store, &history::Search::default(), 9).unwrap().try_into().unwrap();
    assert_eq!((entry.event, entry.reason.as_deref()), (history::Event::Refused, Some("credential_request_denied")));
    assert_eq!(entry.credentials[0].issuer, ISSUER);
    assert_eq!(entry.party.unwrap().id, ISSUER);
}

#[test]
fn copies_are_refilled_and_what_ends_is_asked_for_anew() {
    let issuer = issuer();
    let phone = phone(&issuer);
    let received = phone.receive(&issuer, 4);
    let plan = RenewalPlan::default();
    assert!(due(&phone.store, issuer.now.get(), plan).unwrap().is_empty());
    // Two were shown.
    for id in &received.credentials[..2] {
        let mut summary = credentials::summary(&phone.store, id).unwrap();
        summary.shown = 1;
        let stored = credentials::read(&phone.store, id).unwrap();
        phone.store.write(&credentials::put(&stored, &summary).unwrap()).unwrap();
    }
    let [found] = due(&phone.store, issuer.now.get(), plan).unwrap().try_into().unwrap();
    assert_eq!(found.why, WhyDue::Copies);
    // Twice without a network, and the app ended between: the right is spent once, and nothing is lost.
    let begin = || {
        phone
            .with(&issuer, |means| Receiving::renew(&found.credential, found.why, means, &mut SystemRandomness))
            .unwrap()
    };
    let mut begun = begin();
    let Step::Send(_) = phone.step(&issuer, &mut begun, Event::Go).unwrap() else { panic!() };
    phone.step(&issuer, &mut begun, Event::Reply(Reply::Unreachable)).unwrap_err();
    assert!(due(&phone.store, issuer.now.get(), plan).unwrap().is_empty(), "it is under way");
    assert_eq!(begin().id(), begun.id());
    assert_eq!(phone.store.count(Kind::Pending).unwrap(), 1);
    let renew = |credential: &str, why| {
        let mut receiving =
            phone.with(&issuer, |means| Receiving::renew(credential, why, means, &mut SystemRandomness)).unwrap();
        match phone.run(&issuer, &mut receiving, Event::Go).unwrap() {
            Step::Done(received) => received,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(renew(&found.credential, found.why).credentials.len(), 4);
    let all = credentials::summaries(&phone.store).unwrap();
    assert_eq!((all.len(), all.iter().filter(|one| one.shown > 0).count()), (6, 0), "two went, four came");
    assert!(all.iter().all(|one| one.batch == all[0].batch), "it is still one card");
    assert_eq!(phone.store.count(Kind::Key).unwrap(), 6);
    // Three weeks later it ends soon; the refresh token of the renewal is the one that is good now.
    issuer.now.set(issuer.now.get().plus_seconds(86_400 - 60));
    let late = issuer.now.get().plus_seconds(20 * 86_400);
    let [found] = due(&phone.store, late, plan).unwrap().try_into().unwrap();
    assert_eq!(found.why, WhyDue::Expiry);
    assert_eq!(renew(&found.credential, found.why).credentials.len(), 4);
    assert_eq!(credentials::summaries(&phone.store).unwrap().len(), 4, "the old ones went with their keys");
    assert_eq!(phone.store.count(Kind::Key).unwrap(), 4);
}

#[test]
fn what_came_must_be_what_was_offered_and_the_wallets_own() {
    for (damage, other_key, code) in [
        ((|text: String| text) as fn(String) -> String, true, "credential.other_key"),
        (|text: String| text.replacen("eyJ", "eyK", 1), false, ""),
        (|text: String| format!("{text}x"), false, ""),
        (|_| "no credential".to_owned(), false, ""),
    ] {
        let issuer = issuer();
        issuer.damage.set(damage);
        if other_key {
            *issuer.holder.borrow_mut() = Some(SecretKey::generate(KeyType::P256).unwrap());
        }
        let phone = phone(&issuer);
        let received = phone.receive(&issuer, 1);
        assert!(received.credentials.is_empty(), "{received:?}");
        let reason = &received.refused[0].reasons[0];
        assert!(code.is_empty() || reason.code == code, "{reason:?}");
        assert!(!reason.message(Lang::Fr).sentence.is_empty(), "{reason:?}");
        assert_eq!(issuer.told.borrow().as_slice(), ["credential_failure"]);
        for kind in [Kind::Key, Kind::Credential, Kind::Summary, Kind::Pending] {
            assert_eq!(phone.store.count(kind).unwrap(), 0, "{kind:?}");
        }
    }
    // Another kind than was offered.
    let mut issuer = issuer();
    issuer.metadata.configurations[0].1.format = Format::SdJwtVc { vct: "https://issuer.example/other".to_owned() };
    let phone = phone(&issuer);
    let received = phone.receive(&issuer, 1);
    assert_eq!(received.refused[0].reasons[0].code, "credential.other_kind");
}

#[test]
fn an_offer_leads_nowhere_that_a_wallet_should_not_go() {
    let issuer = issuer();
    let phone = phone(&issuer);
    let json = |issuer: &str| {
        json::to_string(
            &json::parse(
                format!(r#"{{"credential_issuer":"{issuer}","credential_configuration_ids":["licence"]}}"#).as_bytes(),
            )
            .unwrap(),
        )
    };
    for bad in ["http://10.0.0.1", "https://issuer.example?x", "javascript:alert(1)"] {
        assert_eq!(Opening::new(&json(bad)).unwrap_err().code(), "invalid_offer", "{bad}");
    }
    for bad in
        ["", "openid-credential-offer://", "openid-credential-offer://?credential_offer_uri=http%3A%2F%2Fa.example"]
    {
        assert_eq!(Opening::new(bad).unwrap_err().code(), "invalid_offer", "{bad}");
    }
    // Who did not say how the browser comes back gets no browser.
    let offered = phone.open(&issuer);
    let refused = phone.with(&issuer, |means| offered.accept(&Acceptance::default(), means, &mut SystemRandomness));
    assert_eq!(refused.unwrap_err().wallet_code(), Some(WalletCode::OfferBrowser));
    let acceptance = Acceptance { configurations: vec!["other".to_owned()], ..Acceptance::default() };
    let refused = phone.with(&issuer, |means| offered.accept(&acceptance, means, &mut SystemRandomness));
    assert_eq!(refused.unwrap_err().wallet_code(), Some(WalletCode::OfferUnusable));
    // Signed metadata of a stranger.
    let stranger = SecretKey::generate(KeyType::P256).unwrap();
    let kid = format!("{0}#{1}", did_key(stranger.public_key()), stranger.public_key().to_multikey());
    let header: Object<'static> = [("kid", kid)].into_iter().collect();
    let now = issuer.now.get();
    let signed =
        tamarack_openid4vc::vci::signed_metadata::sign(&issuer.metadata, header, now, None, &stranger).unwrap();
    let mut opening = Opening::new(&issuer.offer()).unwrap();
    let Step::Send(_) = phone.with(&issuer, |means| opening.step(means, None)).unwrap() else { panic!() };
    let headers = vec![("content-type".to_owned(), "application/jwt".to_owned())];
    let reply = Reply::Response(HttpResponse { status: 200, headers, body: signed.into_bytes() });
    assert_eq!(phone.with(&issuer, |means| opening.step(means, Some(reply))).unwrap_err().code(), "invalid_metadata");
}

#[test]
fn an_offer_that_is_declined_asks_for_nothing_and_is_in_the_history() {
    let issuer = issuer();
    let phone = phone(&issuer);
    let offered = phone.open(&issuer);
    phone.with(&issuer, |means| offered.decline(means, &mut SystemRandomness)).unwrap();
    let [entry] = history::search(&phone.store, &history::Search::default(), 9).unwrap().try_into().unwrap();
    assert_eq!(entry.event, history::Event::OfferDeclined);
    assert_eq!(entry.party.unwrap().id, offered.issuer());
    assert_eq!((entry.credentials.len(), entry.credentials[0].kind.as_str()), (1, VCT));
    for kind in [Kind::Pending, Kind::Key, Kind::Credential] {
        assert_eq!(phone.store.count(kind).unwrap(), 0, "{kind:?}");
    }
}
