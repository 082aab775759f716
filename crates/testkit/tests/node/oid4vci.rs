//! @openid4vc/openid4vci as a wallet at an issuer made of our protocol values, and as an issuer that judges what our wallet
//! sends.

use std::collections::{HashMap, HashSet};

use serde_json::{Value as Json, json};
use tamarack::json::Value;
use tamarack::keys::{KeyType, PublicKey, SecretKey, Signer as _};
use tamarack::{Evidence, SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::access::{self, AccessToken, Presented, TokenRules};
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::authorization::Client;
use tamarack_openid4vc::oauth::client_attestation::{self, AttestationRules};
use tamarack_openid4vc::oauth::dpop::{self, DpopRequest};
use tamarack_openid4vc::oauth::error_response::{self, ErrorResponse, FreshNonces};
use tamarack_openid4vc::oauth::form::Form;
use tamarack_openid4vc::oauth::grant::{
    Authorization, AuthorizationCode, Granted, PreAuthorizedCode, Presenter, RefreshToken,
};
use tamarack_openid4vc::oauth::identify::{ClientHeaders, OneTime, identify};
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::nonce::{NonceKey, NoncePurpose};
use tamarack_openid4vc::oauth::par::{self, PushedRequest};
use tamarack_openid4vc::oauth::token::{GrantRequest, TokenRequest};
use tamarack_openid4vc::vci::configuration::{KeyAttestationsRequired, ProofTypeSupport};
use tamarack_openid4vc::vci::credential::{CredentialRequest, CredentialResponse, Proofs, Wanted};
use tamarack_openid4vc::vci::deferred::{DeferredRequest, Progress, Transaction};
use tamarack_openid4vc::vci::display::Display;
use tamarack_openid4vc::vci::encryption::RequestBody;
use tamarack_openid4vc::vci::notification::{Notifiable, Notification};
use tamarack_openid4vc::vci::offer::{CredentialOffer, OfferUri, SCHEME, TxCode};
use tamarack_openid4vc::vci::proofs::{self, KeyName, ProofRules};
use tamarack_openid4vc::vci::{CredentialConfiguration, Format, IssuerMetadata, nonce, wallet};
use tamarack_openid4vc::{Refusal, RefusalCode};
use tamarack_testkit::node::Node;

use super::{Side, Tally, against};

const ISSUER: &str = "https://issuer.example/on";
const CLIENT: &str = "https://wallet.example";
const REDIRECT: &str = "https://wallet.example/cb";

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}

/// An issuer with a store in memory, which answers as a server does.
struct Issuer {
    metadata: IssuerMetadata,
    server: ServerMetadata,
    nonces: NonceKey,
    attesters: Attesters,
    offers: HashMap<String, String>,
    codes: Vec<PreAuthorizedCode>,
    pushed: Vec<PushedRequest>,
    authorization_codes: Vec<AuthorizationCode>,
    refresh: Vec<RefreshToken>,
    tokens: Vec<AccessToken>,
    transactions: Vec<Transaction>,
    notifiable: Vec<Notifiable>,
    once: HashSet<String>,
    notified: usize,
}

/// What came in.
struct Asked<'a> {
    url: &'a str,
    path: &'a str,
    headers: &'a Json,
    body: &'a str,
}

impl<'a> Asked<'a> {
    fn header(&self, name: &str) -> Vec<&'a str> {
        self.headers.get(name).and_then(Json::as_str).into_iter().collect()
    }
}

impl Issuer {
    fn new(provider: &PublicKey) -> Self {
        let mut card = CredentialConfiguration::new(Format::SdJwtVc { vct: "https://issuer.example/card".to_owned() });
        card.binding_methods = vec!["jwk".to_owned(), "did:key".to_owned()];
        card.proof_types = vec![("jwt".to_owned(), ProofTypeSupport::of(["ES256"]))];
        card.signing_algorithms = vec![Value::from("ES256")];
        let required = KeyAttestationsRequired { key_storage: vec!["iso_18045_high".to_owned()], ..Default::default() };
        let support = ProofTypeSupport { key_attestations_required: Some(required), ..ProofTypeSupport::of(["ES256"]) };
        let licence = CredentialConfiguration {
            scope: Some("licence".to_owned()),
            binding_methods: vec!["jwk".to_owned()],
            proof_types: vec![("jwt".to_owned(), support)],
            ..CredentialConfiguration::new(Format::SdJwtVc { vct: "https://issuer.example/licence".to_owned() })
        };
        let mut metadata = IssuerMetadata::at(ISSUER);
        metadata.batch_size = Some(4);
        metadata.display = vec![Display::named("Ontario", "en-CA"), Display::named("Ontario", "fr-CA")];
        metadata.configurations = vec![("card".to_owned(), card), ("licence".to_owned(), licence)];
        metadata.check().unwrap();
        let server = ServerMetadata {
            require_pushed_authorization_requests: true,
            pre_authorized_anonymous: true,
            token_endpoint_auth_methods: vec!["attest_jwt_client_auth".to_owned(), "none".to_owned()],
            ..ServerMetadata::at(ISSUER)
        };
        Self {
            metadata,
            server,
            nonces: NonceKey::draw(&mut SystemRandomness).unwrap(),
            attesters: Attesters::nobody().trusting(None, provider.clone()),
            offers: HashMap::new(),
            codes: Vec::new(),
            pushed: Vec::new(),
            authorization_codes: Vec::new(),
            refresh: Vec::new(),
            tokens: Vec::new(),
            transactions: Vec::new(),
            notifiable: Vec::new(),
            once: HashSet::new(),
            notified: 0,
        }
    }

    fn offer(&mut self, tx_code: &str) -> String {
        let authorization =
            Authorization { granted: vec![Granted::configuration("card")], subject: "row 1".to_owned() };
        let (code, stored) =
            PreAuthorizedCode::issue(authorization, Some(tx_code), 600, now(), &mut SystemRandomness).unwrap();
        self.codes.push(stored);
        let looks = TxCode { length: Some(6), ..TxCode::default() };
        let offer = CredentialOffer::pre_authorized(ISSUER, vec!["card".to_owned()], code.expose(), Some(looks));
        self.offers.insert("/on/offers/1".to_owned(), offer.to_json());
        OfferUri::Reference(format!("{ISSUER}/offers/1")).to_uri(SCHEME)
    }

    fn serve(&mut self, asked: &Json) -> Json {
        let text = |name: &str| asked.get(name).and_then(Json::as_str).unwrap_or_default();
        let url = text("url");
        let path = url.trim_start_matches("https://issuer.example").split('?').next().unwrap_or_default();
        let asked = Asked { url, path, headers: &asked["headers"], body: text("body") };
        let answer = self.answer(&asked).unwrap_or_else(|refusal| self.refuse(&refusal, &asked));
        json!({"status": answer.status, "headers": headers(&answer), "body": answer.body})
    }

    fn refuse(&self, refusal: &Refusal, asked: &Asked<'_>) -> ErrorResponse {
        let fresh = |purpose| self.nonces.make(purpose, now(), &mut SystemRandomness).unwrap();
        let protected = matches!(asked.path, "/on/credential" | "/on/deferred_credential" | "/on/notification");
        let dpop = fresh(if protected { NoncePurpose::DpopResource } else { NoncePurpose::DpopServer });
        let nonces = FreshNonces { dpop: Some(&dpop), attestation: None };
        if protected { error_response::protected(refusal, nonces) } else { error_response::json(refusal, nonces) }
    }

    fn answer(&mut self, asked: &Asked<'_>) -> Result<ErrorResponse, Refusal> {
        match asked.path {
            "/.well-known/openid-credential-issuer/on" => Ok(ok(200, self.metadata.to_json())),
            "/.well-known/oauth-authorization-server/on" => Ok(ok(200, self.server.to_json())),
            "/on/nonce" => nonce::respond(&self.nonces, now(), &mut SystemRandomness).map(|body| ok(200, body)),
            "/on/par" => self.push(asked),
            "/on/authorize" => self.authorize(asked),
            "/on/token" => self.token(asked),
            "/on/credential" => self.credential(asked),
            "/on/deferred_credential" => self.deferred(asked),
            "/on/notification" => self.notification(asked),
            path => match self.offers.get(path) {
                Some(offer) => Ok(ok(200, offer.clone())),
                None => Ok(ErrorResponse { status: 404, headers: Vec::new(), body: "{}".to_owned() }),
            },
        }
    }

    fn let_in(&mut self, proofs: &[OneTime]) -> Result<(), Refusal> {
        let again = proofs.iter().find(|proof| !self.once.insert(proof.jti.to_text()));
        again.map_or(Ok(()), |proof| Err(proof.replayed()))
    }

    fn presenter(&mut self, asked: &Asked<'_>, client_id: Option<&str>, attested: bool) -> Result<Presenter, Refusal> {
        let headers = ClientHeaders {
            dpop: asked.header("dpop"),
            attestation: asked.header("oauth-client-attestation"),
            attestation_pop: asked.header("oauth-client-attestation-pop"),
        };
        let rules = AttestationRules { attesters: &self.attesters, server: ISSUER, challenges: None, now: now() };
        let request = DpopRequest { method: "POST", url: asked.url, access_token: None };
        let nonces = Some((&self.nonces, NoncePurpose::DpopServer));
        let identified = identify(&headers, client_id, request, nonces, attested, &rules)?;
        self.let_in(&identified.once).map(|()| identified.presenter)
    }

    fn push(&mut self, asked: &Asked<'_>) -> Result<ErrorResponse, Refusal> {
        let form = Form::parse(asked.body)?;
        let presenter = self.presenter(asked, form.get("client_id"), true)?;
        let (response, stored) = par::push(asked.body, &client(), &presenter, ISSUER, now(), &mut SystemRandomness)?;
        self.pushed.push(stored);
        Ok(ok(201, response.to_json()))
    }

    /// The person signs in and agrees, at once.
    fn authorize(&mut self, asked: &Asked<'_>) -> Result<ErrorResponse, Refusal> {
        let front = Form::parse(asked.url.split_once('?').map_or("", |(_, query)| query))?;
        let stored = self.pushed.pop().ok_or(Refusal::new(RefusalCode::InvalidRequestUri, "request_uri"))?;
        let request = stored.redeem(&front, &client(), ISSUER, now()).map_err(|no| no.refusal().clone())?;
        let authorization = Authorization { granted: request.wanted(&self.metadata)?, subject: "row 2".to_owned() };
        let presenter = Some(stored.presenter);
        let (to, code) = request.grant(authorization, presenter, ISSUER, now(), &mut SystemRandomness)?;
        self.authorization_codes.push(code);
        Ok(ErrorResponse { status: 302, headers: vec![("Location", to)], body: String::new() })
    }

    fn token(&mut self, asked: &Asked<'_>) -> Result<ErrorResponse, Refusal> {
        let request = TokenRequest::parse(asked.body)?;
        let attested = !matches!(request.grant, GrantRequest::PreAuthorized { .. });
        let presenter = self.presenter(asked, request.client_id.as_deref(), attested)?;
        let unknown = tamarack_openid4vc::oauth::grant::unknown;
        let redeemed = match &request.grant {
            GrantRequest::PreAuthorized { .. } => {
                let stored = self.codes.last_mut().ok_or_else(unknown)?;
                let redeemed = stored.check(&request, &presenter, true, &self.metadata, now())?;
                stored.used = true;
                redeemed
            }
            GrantRequest::AuthorizationCode { .. } => {
                let stored = self.authorization_codes.last_mut().ok_or_else(unknown)?;
                let redeemed = stored.check(&request, &presenter, &self.metadata, now())?;
                stored.used = true;
                redeemed
            }
            GrantRequest::Refresh { .. } => {
                let stored = self.refresh.last_mut().ok_or_else(unknown)?;
                let redeemed = stored.check(&request, &presenter, &self.metadata, now())?;
                stored.used = true;
                redeemed
            }
        };
        let rules = TokenRules { dpop_required: true, refresh_seconds: Some(86_400), ..TokenRules::default() };
        let issued = access::issue(redeemed, &presenter, rules, now(), &mut SystemRandomness)?;
        self.tokens.push(issued.access);
        self.refresh.extend(issued.refresh);
        Ok(ok(200, issued.response.to_json()))
    }

    fn access(&mut self, asked: &Asked<'_>) -> Result<AccessToken, Refusal> {
        let presented = Presented::parse(&asked.header("authorization"))?;
        let stored = self.tokens.iter().find(|token| token.token == presented.token.digest()).cloned();
        let stored = stored.ok_or_else(access::unknown)?;
        let request = DpopRequest { method: "POST", url: asked.url, access_token: Some(presented.token.expose()) };
        let nonces = Some((&self.nonces, NoncePurpose::DpopResource));
        let proof = dpop::check(&asked.header("dpop"), request, nonces, now())?;
        stored.check(&presented, Some(&proof), now())?;
        self.let_in(&[OneTime::dpop(proof.jti)]).map(|()| stored)
    }

    fn body(&self, asked: &Asked<'_>) -> Result<RequestBody, Refusal> {
        let content_type = asked.header("content-type").first().copied().unwrap_or_default();
        RequestBody::read(content_type, asked.body.as_bytes(), &self.metadata, &[])
    }

    fn credential(&mut self, asked: &Asked<'_>) -> Result<ErrorResponse, Refusal> {
        let token = self.access(asked)?;
        let request = CredentialRequest::parse(&self.body(asked)?.json)?;
        let selected = request.resolve(&token, &self.metadata)?;
        let id = selected.id.to_owned();
        let rules = ProofRules {
            issuer: ISSUER,
            configuration: selected.configuration,
            batch_size: self.metadata.batch_size.unwrap_or(1),
            nonces: Some(&self.nonces),
            client_id: token.presenter.client_id.as_deref(),
            attesters: &self.attesters,
            evidence: &Evidence::none(),
            now: now(),
        };
        let checked = proofs::check(request.proofs.as_ref(), &rules)?;
        let nonces = checked.nonces().to_vec();
        let unused = nonces.iter().all(|nonce| self.once.insert(nonce.to_text()));
        let keys = checked.into_keys(unused)?;
        if id == "licence" {
            let (response, transaction) = Transaction::open(&token, &id, 1, 600, now(), &mut SystemRandomness)?;
            self.transactions.push(Transaction { progress: Progress::Approved, ..transaction });
            return Ok(ok(response.http_status(), response.to_json()));
        }
        self.issue(&token, keys.iter().map(|key| key.key.jwk_thumbprint()).collect())
    }

    /// Credentials that name the keys they are bound to, and no more.
    fn issue(&mut self, token: &AccessToken, keys: Vec<String>) -> Result<ErrorResponse, Refusal> {
        let (id, stored) = Notifiable::issue(token, &mut SystemRandomness)?;
        self.notifiable.push(stored);
        let credentials = keys.into_iter().map(Value::from).collect();
        Ok(ok(200, CredentialResponse::issued(credentials, Some(id)).to_json()))
    }

    fn deferred(&mut self, asked: &Asked<'_>) -> Result<ErrorResponse, Refusal> {
        let token = self.access(asked)?;
        let request = DeferredRequest::parse(&self.body(asked)?.json)?;
        let stored = self.transactions.last_mut().ok_or_else(tamarack_openid4vc::vci::deferred::unknown)?;
        match stored.answer(&request, &token, now())? {
            Some(response) => Ok(ok(response.http_status(), response.to_json())),
            None => {
                stored.progress = Progress::Delivered;
                // Version 0.4.6 refuses a `notification_id` beside `credentials` here, which §9.2 allows.
                Ok(ok(200, CredentialResponse::issued(vec![Value::from("a licence")], None).to_json()))
            }
        }
    }

    fn notification(&mut self, asked: &Asked<'_>) -> Result<ErrorResponse, Refusal> {
        let token = self.access(asked)?;
        let notification = Notification::parse(asked.body.as_bytes())?;
        let stored = self.notifiable.last().ok_or_else(tamarack_openid4vc::vci::notification::unknown)?;
        stored.check(&notification, &token)?;
        self.notified += 1;
        Ok(ok(204, String::new()))
    }
}

fn client() -> Client {
    Client { id: CLIENT.to_owned(), redirect_uris: vec![REDIRECT.to_owned()] }
}

fn ok(status: u16, body: String) -> ErrorResponse {
    ErrorResponse { status, headers: Vec::new(), body }
}

fn headers(answer: &ErrorResponse) -> Json {
    let mut all = serde_json::Map::new();
    all.insert("content-type".to_owned(), json!("application/json"));
    for (name, value) in &answer.headers {
        let old = all.get(*name).and_then(Json::as_str).map(|old| format!("{old}, ")).unwrap_or_default();
        all.insert((*name).to_owned(), json!(format!("{old}{value}")));
    }
    Json::Object(all)
}

fn private(key: &SecretKey) -> Json {
    serde_json::from_str(&key.expose_jwk()).unwrap()
}

fn key() -> SecretKey {
    SecretKey::generate(KeyType::P256).unwrap()
}

#[test]
fn openid4vci() {
    against("@openid4vc/openid4vci", |node, tally| {
        let provider = key();
        let mut issuer = Issuer::new(provider.public_key());
        let offer = issuer.offer("493536");
        let refused = pre_authorized(node, &mut issuer, &offer, "493537");
        tally.record(
            Side::WeRefuse,
            "a wrong transaction code",
            match refused {
                Err(why) if why.contains("invalid_grant") => Ok(()),
                other => Err(format!("{other:?}")),
            },
        );
        tally.record(Side::WeAccept, "pre-authorized code", pre_authorized(node, &mut issuer, &offer, "493536"));
        let again = pre_authorized(node, &mut issuer, &offer, "493536");
        tally.refused(Side::WeRefuse, "a code that was used", again);
        tally.record(Side::WeAccept, "sign-in", sign_in(node, &mut issuer, &provider));
        tally.record(Side::WeAccept, "offer", their_offer(node, &issuer).map(drop));
        our_wallet(node, tally, &issuer, &provider);
    });
}

/// Their wallet takes up an offer with a code: two keys, one by its DID.
fn pre_authorized(node: &mut Node, issuer: &mut Issuer, offer: &str, tx_code: &str) -> Result<(), String> {
    let (one, two, dpop) = (key(), key(), key());
    let did = tamarack::did::did_key(two.public_key());
    let mut by_did = private(&two);
    by_did["did"] = json!(format!("{did}#{}", did.trim_start_matches("did:key:")));
    let request = json!({
        "do": "acceptPreAuthorized", "suite": "openid4vci", "offer": offer, "txCode": tx_code,
        "keys": [private(&one), by_did], "dpopKey": private(&dpop),
    });
    let answer = node.ask_serving(&request, &mut |asked| issuer.serve(asked))?;
    let thumbprint = |key: &SecretKey| json!({"credential": key.public_key().jwk_thumbprint()});
    let expected = json!([thumbprint(&one), thumbprint(&two)]);
    if answer["credentials"] == expected && answer["tokenType"] == "DPoP" && issuer.notified == 1 {
        Ok(())
    } else {
        Err(format!("another answer: {answer}"))
    }
}

/// Their wallet pushes its request, is attested, has its keys attested, waits, refreshes and fetches.
fn sign_in(node: &mut Node, issuer: &mut Issuer, provider: &SecretKey) -> Result<(), String> {
    let offer = CredentialOffer::authorization_code(ISSUER, vec!["licence".to_owned()], Some("ticket".to_owned()));
    let request = json!({
        "do": "acceptWithSignIn", "suite": "openid4vci", "offer": OfferUri::Value(offer).to_uri(SCHEME),
        "keys": [private(&key()), private(&key())], "dpopKey": private(&key()), "provider": private(provider),
        "clientId": CLIENT, "redirectUri": REDIRECT,
    });
    let answer = node.ask_serving(&request, &mut |asked| issuer.serve(asked))?;
    if answer == json!({"deferred": true, "credentials": [{"credential": "a licence"}]}) {
        Ok(())
    } else {
        Err(format!("another answer: {answer}"))
    }
}

fn parsed(json: &str) -> Json {
    serde_json::from_str(json).unwrap()
}

/// Their offer, as our wallet reads it: the way to a token.
fn their_offer(node: &mut Node, issuer: &Issuer) -> Result<wallet::Route, String> {
    let (metadata, server) = (parsed(&issuer.metadata.to_json()), parsed(&issuer.server.to_json()));
    let request = json!({"do": "offer", "suite": "openid4vci", "metadata": metadata, "server": server, "id": "card"});
    let uri = node.ask(&request)?;
    let why = |refusal: Refusal| refusal.to_string();
    let OfferUri::Value(offer) = OfferUri::parse(uri.as_str().unwrap_or_default()).map_err(why)? else {
        return Err("an offer by reference".to_owned());
    };
    offer.check(&issuer.metadata).map_err(why)?;
    let routes = wallet::routes(Some(&offer), &issuer.server).map_err(why)?;
    routes.into_iter().next().ok_or_else(|| "no way to a token".to_owned())
}

/// What our wallet sends, judged by their issuer.
fn our_wallet(node: &mut Node, tally: &mut Tally, issuer: &Issuer, provider: &SecretKey) {
    let Ok(wallet::Route::PreAuthorized { code, tx_code }) = their_offer(node, issuer) else { return };
    let rng = &mut SystemRandomness;
    let (holder, instance) = (key(), key());
    let mut token = wallet::pre_authorized_request(code.clone(), tx_code.as_ref(), Some("493536")).unwrap();
    token.client_id = Some(CLIENT.to_owned());
    let at = issuer.server.token_endpoint.clone().unwrap();
    let asked = DpopRequest { method: "POST", url: &at, access_token: None };
    let vouched = "https://provider.example";
    let attestation = client_attestation::make(CLIENT, vouched, instance.public_key(), now(), 3_600, provider);
    let headers = json!({
        "DPoP": dpop::make(asked, None, now(), &instance, rng).unwrap(),
        "OAuth-Client-Attestation": attestation.unwrap(),
        "OAuth-Client-Attestation-PoP":
            client_attestation::make_pop(CLIENT, ISSUER, None, now(), &instance, rng).unwrap(),
    });
    let proof = proofs::make_jwt(ISSUER, Some("a nonce"), Some(CLIENT), KeyName::Jwk, None, now(), &holder);
    let credential = CredentialRequest {
        proofs: Some(Proofs::Jwt(vec![proof.unwrap()])),
        ..CredentialRequest::new(Wanted::Configuration("card".to_owned()))
    };
    let mut request = json!({
        "do": "judge", "suite": "openid4vci", "metadata": parsed(&issuer.metadata.to_json()),
        "server": parsed(&issuer.server.to_json()), "nonce": "a nonce", "request": parsed(&credential.to_json()),
        "clientId": CLIENT, "token": token.to_form(), "code": code.expose(), "txCode": "493536", "headers": headers,
        "provider": private(provider),
    });
    let same = |found: &Json, key: &SecretKey| {
        let jwk = key.public_key().to_jwk().to_serde();
        found["x"] == jwk["x"] && found["y"] == jwk["y"]
    };
    let outcome = node.ask(&request).and_then(|answer| {
        let right = answer["credentialConfigurationId"] == "card"
            && same(&answer["key"], &holder)
            && same(&answer["dpop"], &instance);
        if right { Ok(()) } else { Err(format!("another answer: {answer}")) }
    });
    tally.record(Side::TheyAccept, "token and credential request", outcome);
    for (name, value) in [
        ("nonce", json!("another nonce")),
        ("code", json!("another code")),
        ("txCode", json!("493537")),
        ("clientId", json!("https://evil.example")),
        ("provider", private(&key())),
    ] {
        let old = request[name].take();
        request[name] = value;
        tally.refused(Side::TheyRefuse, name, node.ask(&request));
        request[name] = old;
    }
}
