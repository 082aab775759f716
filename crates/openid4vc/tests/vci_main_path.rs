//! The main path of issuing, both roles, as a server and a wallet drive it: offer, code, token, nonce, proof, credential.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use tamarack::did::did_key;
use tamarack::json::Value;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::{Evidence, SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::access::{self, Presented, TokenRules};
use tamarack_openid4vc::oauth::grant::{Authorization, Granted, PreAuthorizedCode, Presenter};
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::nonce::NonceKey;
use tamarack_openid4vc::oauth::secret::Secret;
use tamarack_openid4vc::oauth::token::{GrantRequest, TokenRequest, TokenResponse};
use tamarack_openid4vc::vci::configuration::ProofTypeSupport;
use tamarack_openid4vc::vci::credential::{CredentialRequest, CredentialResponse, Proofs, Wanted};
use tamarack_openid4vc::vci::display::Display;
use tamarack_openid4vc::vci::metadata::{CredentialMetadata, IssuerMetadata};
use tamarack_openid4vc::vci::offer::{CredentialOffer, OfferUri, SCHEME, TxCode};
use tamarack_openid4vc::vci::proofs::{self, Attesters, KeyName, ProofRules};
use tamarack_openid4vc::vci::{CredentialConfiguration, Format, nonce};

const ISSUER: &str = "https://issuer.example/on";

fn metadata() -> IssuerMetadata {
    let mut card = CredentialConfiguration::new(Format::LdpVc {
        context: vec!["https://www.w3.org/ns/credentials/v2".into()],
        types: vec!["VerifiableCredential".to_owned(), "ResidentCard".to_owned()],
    });
    card.scope = Some("resident_card".to_owned());
    card.binding_methods = vec!["did:key".to_owned()];
    card.proof_types = vec![("jwt".to_owned(), ProofTypeSupport::of(["EdDSA", "ES256"]))];
    card.metadata = Some(CredentialMetadata {
        display: vec![Display::named("Resident card", "en-CA"), Display::named("Carte de résident", "fr-CA")],
        ..CredentialMetadata::default()
    });
    let mut metadata = IssuerMetadata::at(ISSUER);
    metadata.display = vec![Display::named("Ontario", "en-CA"), Display::named("Ontario", "fr-CA")];
    metadata.configurations = vec![("ResidentCard".to_owned(), card)];
    metadata.check().unwrap();
    metadata
}

#[test]
fn from_the_offer_to_the_credential() {
    let rng = &mut SystemRandomness;
    let now = Timestamp::from_unix(1_790_000_000);
    let nonce_key = NonceKey::draw(rng).unwrap();
    let at_issuer = metadata();

    // The issuer offers, by reference; the transaction code goes by letter.
    let authorization =
        Authorization { granted: vec![Granted::configuration("ResidentCard")], subject: "row 17".to_owned() };
    let (code, stored) = PreAuthorizedCode::issue(authorization, Some("493536"), 600, now, rng).unwrap();
    let looks = TxCode { length: Some(6), ..TxCode::default() };
    let offer = CredentialOffer::pre_authorized(ISSUER, vec!["ResidentCard".to_owned()], code.expose(), Some(looks));
    let link = OfferUri::Reference(format!("{ISSUER}/offers/1")).to_uri(SCHEME);
    let fetched = offer.to_json();

    // The wallet reads the link, the offer and the metadata of issuer and server.
    assert_eq!(OfferUri::parse(&link).unwrap(), OfferUri::Reference("https://issuer.example/on/offers/1".to_owned()));
    let offer = CredentialOffer::parse(fetched.as_bytes()).unwrap();
    let by_value = OfferUri::parse(&OfferUri::Value(offer.clone()).to_uri(SCHEME)).unwrap();
    assert_eq!(by_value, OfferUri::Value(offer.clone()));
    assert_eq!(
        IssuerMetadata::url_of(&offer.credential_issuer).unwrap(),
        "https://issuer.example/.well-known/openid-credential-issuer/on"
    );
    let issuer = IssuerMetadata::parse(at_issuer.to_json().as_bytes(), &offer.credential_issuer).unwrap();
    assert_eq!(issuer, at_issuer);
    offer.check(&issuer).unwrap();
    let server = ServerMetadata { pre_authorized_anonymous: true, ..ServerMetadata::at(ISSUER) };
    let server = ServerMetadata::parse(server.to_json().as_bytes(), issuer.servers()[0]).unwrap();
    assert_eq!(server.token_endpoint.as_deref(), Some("https://issuer.example/on/token"));
    let grant = offer.grants.pre_authorized.as_ref().unwrap();
    assert_eq!(grant.tx_code.as_ref().unwrap().length, Some(6));

    // Token request and response.
    let request = TokenRequest::with(GrantRequest::PreAuthorized {
        code: Secret::of(grant.code.clone()),
        tx_code: Some(Secret::of("493536")),
    });
    let request = TokenRequest::parse(&request.to_form()).unwrap();
    let presenter = Presenter::default();
    assert!(stored.needs_try(&request));
    let redeemed = stored.check(&request, &presenter, true, &at_issuer, now).unwrap();
    let issued = access::issue(redeemed, &presenter, TokenRules::default(), now, rng).unwrap();
    let token = TokenResponse::parse(issued.response.to_json().as_bytes()).unwrap();

    // Nonce, proof, credential request.
    let c_nonce = nonce::parse(nonce::respond(&nonce_key, now, rng).unwrap().as_bytes()).unwrap();
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let did = did_key(holder.public_key());
    let did_url = format!("{did}#{}", did.trim_start_matches("did:key:"));
    let proof =
        proofs::make_jwt(&issuer.credential_issuer, Some(&c_nonce), None, KeyName::Did(&did_url), None, now, &holder);
    let request = CredentialRequest {
        proofs: Some(Proofs::Jwt(vec![proof.unwrap()])),
        ..CredentialRequest::new(Wanted::Configuration("ResidentCard".to_owned()))
    };
    let authorization_header = format!("{} {}", token.token_type.name(), token.access_token.expose());

    // The issuer checks the token, the request and the proof.
    let presented = Presented::parse(&[&authorization_header]).unwrap();
    assert_eq!(presented.token.digest(), issued.access.token);
    issued.access.check(&presented, None, now).unwrap();
    let request = CredentialRequest::parse(request.to_json().as_bytes()).unwrap();
    let selected = request.resolve(&issued.access, &at_issuer).unwrap();
    assert_eq!(selected.id, "ResidentCard");
    let rules = ProofRules {
        issuer: ISSUER,
        configuration: selected.configuration,
        batch_size: at_issuer.batch_size.unwrap_or(1),
        nonces: Some(&nonce_key),
        client_id: issued.access.presenter.client_id.as_deref(),
        attesters: &Attesters::nobody(),
        evidence: &Evidence::none(),
        now,
    };
    let checked = proofs::check(request.proofs.as_ref(), &rules).unwrap();
    assert_eq!(checked.nonces().len(), 1);
    let keys = checked.into_keys(true).unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(&keys[0].key, holder.public_key());
    assert_eq!(keys[0].did_url.as_deref(), Some(did_url.as_str()));

    // The credential goes back.
    let mut credential = tamarack::json::Object::new();
    credential.insert("id", "urn:example:1");
    let response = CredentialResponse::issued(vec![Value::Object(credential)], Some("n1".to_owned()));
    assert_eq!(response.http_status(), 200);
    assert_eq!(CredentialResponse::parse(response.to_json().as_bytes()).unwrap(), response);
}
