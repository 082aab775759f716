//! The whole of what HAIP asks for, both roles: a pushed authorization request with PKCE, DPoP with the server's nonces, a
//! wallet attestation, authorization details, attested keys in a batch, encryption both ways, deferred issuing,
//! notification and refresh.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use tamarack::json::{Object, Value};
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::{Evidence, SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::access::{self, AccessToken, Issued, Presented, TokenRules};
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::authorization::{self, Client};
use tamarack_openid4vc::oauth::client_attestation::{self, AttestationRules};
use tamarack_openid4vc::oauth::dpop::{self, DpopProof, DpopRequest};
use tamarack_openid4vc::oauth::form::Form;
use tamarack_openid4vc::oauth::grant::{Authorization, Granted};
use tamarack_openid4vc::oauth::identify::{ClientHeaders, Identified, identify};
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::nonce::{NonceKey, NoncePurpose};
use tamarack_openid4vc::oauth::par::{self, PushedResponse};
use tamarack_openid4vc::oauth::secret::Secret;
use tamarack_openid4vc::oauth::token::{GrantRequest, TokenRequest, TokenResponse, TokenType};
use tamarack_openid4vc::vci::configuration::{KeyAttestationsRequired, ProofTypeSupport};
use tamarack_openid4vc::vci::credential::{CredentialRequest, CredentialResponse, Proofs, ResponseKey};
use tamarack_openid4vc::vci::deferred::{DeferredRequest, Progress, Transaction};
use tamarack_openid4vc::vci::encryption::{self, DecryptionKey, RequestBody};
use tamarack_openid4vc::vci::metadata::{IssuerMetadata, RequestEncryption, ResponseEncryption};
use tamarack_openid4vc::vci::notification::{Event, Notifiable, Notification};
use tamarack_openid4vc::vci::offer::CredentialOffer;
use tamarack_openid4vc::vci::proofs::{self, HolderKey, KeyName, ProofRules};
use tamarack_openid4vc::vci::{CredentialConfiguration, Format, nonce, wallet};
use tamarack_openid4vc::{RefusalCode, Result};

const ISSUER: &str = "https://issuer.example";
const CLIENT: &str = "https://wallet.example";
const REDIRECT: &str = "https://wallet.example/cb";
const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);

/// The issuer: its metadata, keys and what it asks of wallets.
struct Issuer {
    metadata: IssuerMetadata,
    server: ServerMetadata,
    nonces: NonceKey,
    request_key: DecryptionKey,
    attesters: Attesters,
}

fn issuer(provider: &SecretKey) -> Issuer {
    let request_key = DecryptionKey::new("r1", &SecretKey::generate(KeyType::P256).unwrap()).unwrap();
    let enc = vec!["A256GCM".to_owned()];
    let mut licence =
        CredentialConfiguration::new(Format::SdJwtVc { vct: "https://issuer.example/licence".to_owned() });
    licence.binding_methods = vec!["jwk".to_owned()];
    let required = KeyAttestationsRequired { key_storage: vec!["iso_18045_high".to_owned()], ..Default::default() };
    let support = ProofTypeSupport { key_attestations_required: Some(required), ..ProofTypeSupport::of(["ES256"]) };
    licence.proof_types = vec![("jwt".to_owned(), support)];
    let mut metadata = IssuerMetadata::at(ISSUER);
    metadata.batch_size = Some(5);
    metadata.request_encryption = Some(RequestEncryption {
        keys: vec![request_key.public_jwk()],
        enc: enc.clone(),
        zip: Vec::new(),
        required: true,
    });
    metadata.response_encryption =
        Some(ResponseEncryption { alg: vec!["ECDH-ES".to_owned()], enc, zip: Vec::new(), required: true });
    metadata.configurations = vec![("licence".to_owned(), licence)];
    metadata.check().unwrap();
    Issuer {
        server: ServerMetadata { require_pushed_authorization_requests: true, ..ServerMetadata::at(ISSUER) },
        metadata,
        nonces: NonceKey::draw(&mut SystemRandomness).unwrap(),
        request_key,
        attesters: Attesters::nobody().trusting(None, provider.public_key().clone()),
    }
}

impl Issuer {
    fn identify(&self, headers: &ClientHeaders<'_>, url: &str) -> Result<Identified> {
        let rules =
            AttestationRules { attesters: &self.attesters, server: ISSUER, challenges: Some(&self.nonces), now: NOW };
        let request = DpopRequest { method: "POST", url, access_token: None };
        identify(headers, Some(CLIENT), request, Some((&self.nonces, NoncePurpose::DpopServer)), true, &rules)
    }

    /// Checks the token and the proof of a request at a protected endpoint.
    fn protected(&self, token: &AccessToken, header: &str, proof: &str, url: &str) -> Result<DpopProof> {
        let presented = Presented::parse(&[header])?;
        let request = DpopRequest { method: "POST", url, access_token: Some(presented.token.expose()) };
        let proof = dpop::check(&[proof], request, Some((&self.nonces, NoncePurpose::DpopResource)), NOW)?;
        token.check(&presented, Some(&proof), NOW)?;
        Ok(proof)
    }
}

/// The wallet: its instance's key, and what its provider says of it.
struct Wallet {
    instance: SecretKey,
    attestation: String,
}

impl Wallet {
    /// The headers of a request at the authorization server, with the nonces that it gave.
    fn headers(&self, issuer: &Issuer, url: &str) -> [String; 3] {
        let rng = &mut SystemRandomness;
        let fresh = |purpose, rng: &mut SystemRandomness| issuer.nonces.make(purpose, NOW, rng).unwrap();
        let challenge = fresh(NoncePurpose::Attestation, rng);
        let nonce = fresh(NoncePurpose::DpopServer, rng);
        let request = DpopRequest { method: "POST", url, access_token: None };
        [
            self.attestation.clone(),
            client_attestation::make_pop(CLIENT, ISSUER, Some(&challenge), NOW, &self.instance, rng).unwrap(),
            dpop::make(request, Some(&nonce), NOW, &self.instance, rng).unwrap(),
        ]
    }

    /// The headers of a request at a protected endpoint.
    fn with_token(&self, issuer: &Issuer, token: &TokenResponse, url: &str) -> (String, String) {
        let rng = &mut SystemRandomness;
        let nonce = issuer.nonces.make(NoncePurpose::DpopResource, NOW, rng).unwrap();
        let request = DpopRequest { method: "POST", url, access_token: Some(token.access_token.expose()) };
        let proof = dpop::make(request, Some(&nonce), NOW, &self.instance, rng).unwrap();
        (format!("{} {}", token.token_type.name(), token.access_token.expose()), proof)
    }
}

fn client_headers(headers: &[String; 3]) -> ClientHeaders<'_> {
    let [attestation, pop, dpop] = headers;
    ClientHeaders { dpop: vec![dpop], attestation: vec![attestation], attestation_pop: vec![pop] }
}

/// From the offer to the tokens.
fn authorize(issuer: &Issuer, wallet: &Wallet) -> (TokenResponse, Issued) {
    let rng = &mut SystemRandomness;
    let offer = CredentialOffer::authorization_code(ISSUER, vec!["licence".to_owned()], Some("ticket 7".to_owned()));
    let offer = CredentialOffer::parse(offer.to_json().as_bytes()).unwrap();
    offer.check(&issuer.metadata).unwrap();
    let routes = wallet::routes(Some(&offer), &issuer.server).unwrap();
    let [wallet::Route::AuthorizationCode { issuer_state }] = routes.as_slice() else { panic!("another route") };
    let started = wallet::authorization_request(
        &issuer.metadata,
        &issuer.server,
        &["licence"],
        CLIENT,
        REDIRECT,
        issuer_state.clone(),
        rng,
    )
    .unwrap();

    // The wallet pushes its request.
    let par_url = issuer.server.pushed_authorization_request_endpoint.clone().unwrap();
    let headers = wallet.headers(issuer, &par_url);
    let identified = issuer.identify(&client_headers(&headers), &par_url).unwrap();
    assert_eq!(identified.once.len(), 2, "two proofs, each to be let in once");
    let client = Client { id: CLIENT.to_owned(), redirect_uris: vec![REDIRECT.to_owned()] };
    let body = started.request.to_form().encode();
    let (response, pushed) = par::push(&body, &client, &identified.presenter, ISSUER, NOW, rng).unwrap();
    let response = PushedResponse::parse(response.to_json().as_bytes()).unwrap();

    // The browser goes there, the person signs in and agrees, and it comes back.
    let url = authorization::browser_url(&issuer.server, &started.request, Some(&response.request_uri)).unwrap();
    let front = Form::parse(url.split_once('?').unwrap().1).unwrap();
    let request = pushed.redeem(&front, &client, ISSUER, NOW).unwrap();
    assert_eq!(request.issuer_state.as_deref(), Some("ticket 7"));
    let mut granted = request.wanted(&issuer.metadata).unwrap();
    granted[0].identifiers = vec!["licence of row 7".to_owned()];
    let authorization = Authorization { granted, subject: "row 7".to_owned() };
    let (back, code) = request.grant(authorization, Some(pushed.presenter), ISSUER, NOW, rng).unwrap();
    let state = started.request.state.as_deref();
    let code_text = authorization::read_response(&back, REDIRECT, state, &issuer.server).unwrap();
    assert_eq!(code_text.digest(), code.code);

    // The code becomes tokens.
    let token_url = issuer.server.token_endpoint.clone().unwrap();
    let request = TokenRequest::parse(&wallet::code_request(&started, code_text).to_form()).unwrap();
    let headers = wallet.headers(issuer, &token_url);
    let presenter = issuer.identify(&client_headers(&headers), &token_url).unwrap().presenter;
    let redeemed = code.check(&request, &presenter, &issuer.metadata, NOW).unwrap();
    let rules = TokenRules { dpop_required: true, refresh_seconds: Some(86_400), ..TokenRules::default() };
    let issued = access::issue(redeemed, &presenter, rules, NOW, rng).unwrap();
    let response = TokenResponse::parse(issued.response.to_json().as_bytes()).unwrap();
    wallet::check_token(&response, true, &issuer.server).unwrap();
    assert_eq!(response.token_type, TokenType::Dpop);
    (response, issued)
}

/// The encrypted credential request for three attested keys; and the key for the response.
fn ask(issuer: &Issuer, provider: &SecretKey, keys: &[SecretKey], token: &TokenResponse) -> (String, DecryptionKey) {
    let rng = &mut SystemRandomness;
    let c_nonce = nonce::parse(nonce::respond(&issuer.nonces, NOW, rng).unwrap().as_bytes()).unwrap();
    let public: Vec<_> = keys.iter().map(|key| key.public_key()).collect();
    let storage = KeyAttestationsRequired { key_storage: vec!["iso_18045_high".to_owned()], ..Default::default() };
    let until = Some(NOW.plus_seconds(3_600));
    let attestation = proofs::make_key_attestation(&public, &storage, Some(&c_nonce), NOW, until, provider).unwrap();
    let proof = proofs::make_jwt(ISSUER, Some(&c_nonce), Some(CLIENT), KeyName::Jwk, Some(&attestation), NOW, &keys[0]);
    let response_key = DecryptionKey::new("w1", &SecretKey::generate(KeyType::P256).unwrap()).unwrap();
    let (configuration, wanted) = wallet::wanted(token, &["licence"]).remove(0);
    assert_eq!(configuration, "licence");
    let request = CredentialRequest {
        proofs: Some(Proofs::Jwt(vec![proof.unwrap()])),
        response_key: Some(ResponseKey { jwk: response_key.public_jwk(), enc: "A256GCM".to_owned(), zip: None }),
        ..CredentialRequest::new(wanted)
    };
    let encryption = issuer.metadata.request_encryption.as_ref().unwrap();
    let body = encryption::encrypt(request.to_json().as_bytes(), &encryption.keys[0], &encryption.enc[0]).unwrap();
    (body, response_key)
}

/// What the credential endpoint does: the request and the keys that it proves.
fn judge(issuer: &Issuer, stored: &AccessToken, body: &str) -> Result<(CredentialRequest, Vec<HolderKey>)> {
    let body = RequestBody::read("application/jwt", body.as_bytes(), &issuer.metadata, &[&issuer.request_key])?;
    let request = CredentialRequest::parse(&body.json)?;
    body.check_response_key(request.response_key.as_ref(), &issuer.metadata)?;
    let selected = request.resolve(stored, &issuer.metadata)?;
    assert_eq!(selected.identifier.as_deref(), Some("licence of row 7"));
    let rules = ProofRules {
        issuer: ISSUER,
        configuration: selected.configuration,
        batch_size: issuer.metadata.batch_size.unwrap_or(1),
        nonces: Some(&issuer.nonces),
        client_id: stored.presenter.client_id.as_deref(),
        attesters: &issuer.attesters,
        evidence: &Evidence::none(),
        now: NOW,
    };
    let keys = proofs::check(request.proofs.as_ref(), &rules)?.into_keys(true)?;
    Ok((request, keys))
}

#[test]
fn everything_at_once() {
    let rng = &mut SystemRandomness;
    let provider = SecretKey::generate(KeyType::P256).unwrap();
    let issuer = issuer(&provider);
    let instance = SecretKey::generate(KeyType::P256).unwrap();
    let attested =
        client_attestation::make(CLIENT, "https://provider.example", instance.public_key(), NOW, 3_600, &provider);
    let wallet = Wallet { attestation: attested.unwrap(), instance };
    let (token, issued) = authorize(&issuer, &wallet);
    let stored = issued.access;

    // The credential endpoint puts the wallet off: a clerk must look at it.
    let url = &issuer.metadata.credential_endpoint;
    let (authorization, proof) = wallet.with_token(&issuer, &token, url);
    issuer.protected(&stored, &authorization, &proof, url).unwrap();
    let holder: Vec<SecretKey> = (0..3).map(|_| SecretKey::generate(KeyType::P256).unwrap()).collect();
    let (body, response_key) = ask(&issuer, &provider, &holder, &token);
    let (request, keys) = judge(&issuer, &stored, &body).unwrap();
    assert_eq!(keys.len(), 3);
    assert!(holder.iter().all(|key| keys.iter().any(|found| found.key == *key.public_key())));
    let (put_off, mut transaction) = Transaction::open(&stored, "licence", 30, 86_400, NOW, rng).unwrap();
    assert_eq!(put_off.http_status(), 202);
    let (content_type, body) = encryption::write_response(&put_off, request.response_key.as_ref()).unwrap();
    let answer = encryption::read_response(content_type, body.as_bytes(), Some(&response_key)).unwrap();
    let CredentialResponse::Deferred { transaction_id, .. } = answer else { panic!("not deferred") };

    // An hour later the wallet refreshes, and asks again with another key for the answer.
    let body = TokenRequest {
        client_id: Some(CLIENT.to_owned()),
        ..TokenRequest::with(GrantRequest::Refresh { token: token.refresh_token.clone().unwrap() })
    };
    let token_url = issuer.server.token_endpoint.clone().unwrap();
    let headers = wallet.headers(&issuer, &token_url);
    let presenter = issuer.identify(&client_headers(&headers), &token_url).unwrap().presenter;
    let refresh = issued.refresh.unwrap();
    let redeemed =
        refresh.check(&TokenRequest::parse(&body.to_form()).unwrap(), &presenter, &issuer.metadata, NOW).unwrap();
    let again = access::issue(redeemed, &presenter, TokenRules::default(), NOW, rng).unwrap();
    let token = TokenResponse::parse(again.response.to_json().as_bytes()).unwrap();
    assert_eq!(token.details[0].identifiers, ["licence of row 7"]);
    let stored = again.access;
    let response_key = DecryptionKey::new("w2", &SecretKey::generate(KeyType::P256).unwrap()).unwrap();
    let request = DeferredRequest {
        transaction_id: Secret::of(transaction_id),
        response_key: Some(ResponseKey { jwk: response_key.public_jwk(), enc: "A256GCM".to_owned(), zip: None }),
        other: Object::new(),
    };
    let request = DeferredRequest::parse(request.to_json().as_bytes()).unwrap();
    assert!(transaction.answer(&request, &stored, NOW).unwrap().is_some(), "not yet");
    transaction.progress = Progress::Approved;
    assert!(transaction.answer(&request, &stored, NOW).unwrap().is_none(), "now");
    let (notification_id, notifiable) = Notifiable::issue(&stored, rng).unwrap();
    let credentials = (0..3).map(|number| Value::from(format!("credential {number}"))).collect();
    let response = CredentialResponse::issued(credentials, Some(notification_id));
    let (content_type, body) = encryption::write_response(&response, request.response_key.as_ref()).unwrap();
    transaction.progress = Progress::Delivered;
    let late = transaction.answer(&request, &stored, NOW).unwrap_err();
    assert_eq!(late.code(), RefusalCode::InvalidTransactionId);

    // The wallet has its credentials and says so.
    let answer = encryption::read_response(content_type, body.as_bytes(), Some(&response_key)).unwrap();
    let licence = issuer.metadata.configuration("licence").unwrap();
    wallet::check_credentials(&answer, licence, 3).unwrap();
    let CredentialResponse::Issued { notification_id: Some(notification_id), .. } = answer else { panic!("no id") };
    let event = Event::CredentialAccepted;
    let said = Notification { notification_id, event, event_description: None, other: Object::new() };
    let said = Notification::parse(said.to_json().as_bytes()).unwrap();
    notifiable.check(&said, &stored).unwrap();
}

#[test]
fn what_a_store_keeps_comes_back() {
    let rng = &mut SystemRandomness;
    let provider = SecretKey::generate(KeyType::P256).unwrap();
    let issuer = issuer(&provider);
    let instance = SecretKey::generate(KeyType::P256).unwrap();
    let attested =
        client_attestation::make(CLIENT, "https://provider.example", instance.public_key(), NOW, 3_600, &provider);
    let wallet = Wallet { attestation: attested.unwrap(), instance };
    let (token, issued) = authorize(&issuer, &wallet);
    let stored = serde_json::to_string(&issued.access).unwrap();
    assert!(!stored.contains(token.access_token.expose()));
    let again: AccessToken = serde_json::from_str(&stored).unwrap();
    let url = &issuer.metadata.credential_endpoint;
    let (header, proof) = wallet.with_token(&issuer, &token, url);
    issuer.protected(&again, &header, &proof, url).unwrap();
    let (_, transaction) = Transaction::open(&again, "licence", 5, 60, NOW, rng).unwrap();
    let text = serde_json::to_string(&transaction).unwrap();
    assert_eq!(serde_json::from_str::<Transaction>(&text).unwrap().id, transaction.id);
    assert_eq!(
        serde_json::to_string(&Granted::configuration("a")).unwrap(),
        r#"{"configuration":"a","identifiers":[]}"#
    );
}
