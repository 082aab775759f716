//! Whatever comes in damaged is refused or read, never a panic; and damaged tokens are never taken.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::{Evidence, SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::access::Presented;
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::client_attestation::{self, AttestationRules};
use tamarack_openid4vc::oauth::details::CredentialDetail;
use tamarack_openid4vc::oauth::dpop::{self, DpopRequest};
use tamarack_openid4vc::oauth::form::Form;
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::oauth::par::PushedResponse;
use tamarack_openid4vc::oauth::token::{TokenRequest, TokenResponse};
use tamarack_openid4vc::vci::configuration::ProofTypeSupport;
use tamarack_openid4vc::vci::credential::Proofs;
use tamarack_openid4vc::vci::deferred::DeferredRequest;
use tamarack_openid4vc::vci::encryption::{self, DecryptionKey};
use tamarack_openid4vc::vci::notification::Notification;
use tamarack_openid4vc::vci::offer::OfferUri;
use tamarack_openid4vc::vci::proofs::{self, KeyName, ProofRules};
use tamarack_openid4vc::vci::{
    CredentialConfiguration, CredentialOffer, CredentialRequest, CredentialResponse, Format, IssuerMetadata, nonce,
    signed_metadata,
};

const ISSUER: &str = "https://issuer.example";
const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);

/// The text cut off at each byte, and with each byte changed in a few ways.
fn damaged(text: &str) -> impl Iterator<Item = Vec<u8>> + '_ {
    let bytes = text.as_bytes();
    let cut = (0..bytes.len()).map(move |at| bytes[..at].to_vec());
    let changed = (0..bytes.len()).flat_map(move |at| {
        [b'"', b'{', b'0', b'-', b'%', b'&', 0xff, bytes[at] ^ 1].into_iter().map(move |byte| {
            let mut changed = bytes.to_vec();
            changed[at] = byte;
            changed
        })
    });
    cut.chain(changed)
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Reads a message.
type Read = fn(&[u8]);

#[test]
fn messages() {
    let readers: [(&str, Read); 14] = [
        (
            r#"{"credential_issuer":"https://issuer.example","credential_configuration_ids":["card"],"grants":{"authorization_code":{"issuer_state":"s"},"urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"c","tx_code":{"length":4,"input_mode":"text"}}}}"#,
            |bytes| drop(CredentialOffer::parse(bytes)),
        ),
        ("openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Fo", |bytes| {
            drop(OfferUri::parse(&lossy(bytes)));
        }),
        (
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code&pre-authorized_code=c&tx_code=1",
            |bytes| drop(TokenRequest::parse(&lossy(bytes))),
        ),
        (
            r#"[{"type":"openid_credential","credential_configuration_id":"card","locations":["https://issuer.example"],"claims":[{"path":["a",null,0],"mandatory":true}]}]"#,
            |bytes| drop(CredentialDetail::parse_request(&lossy(bytes))),
        ),
        (
            r#"{"access_token":"a","token_type":"DPoP","expires_in":300,"refresh_token":"r","authorization_details":[{"type":"openid_credential","credential_configuration_id":"card","credential_identifiers":["1"]}]}"#,
            |bytes| drop(TokenResponse::parse(bytes)),
        ),
        (r#"{"request_uri":"urn:x","expires_in":60}"#, |bytes| drop(PushedResponse::parse(bytes))),
        (r#"{"c_nonce":"n"}"#, |bytes| drop(nonce::parse(bytes))),
        (
            r#"{"credential_identifier":"1","proofs":{"jwt":["a.b.c"]},"credential_response_encryption":{"jwk":{"kty":"EC"},"enc":"A128GCM"}}"#,
            |bytes| drop(CredentialRequest::parse(bytes)),
        ),
        (r#"{"credentials":[{"credential":"a"},{"credential":{"b":1}}],"notification_id":"n"}"#, |bytes| {
            drop(CredentialResponse::parse(bytes));
        }),
        (r#"{"transaction_id":"t","interval":5}"#, |bytes| drop(CredentialResponse::parse(bytes))),
        (r#"{"transaction_id":"t"}"#, |bytes| drop(DeferredRequest::parse(bytes))),
        (r#"{"notification_id":"n","event":"credential_accepted","event_description":"d"}"#, |bytes| {
            drop(Notification::parse(bytes));
        }),
        ("DPoP abc.def-_~+/==", |bytes| drop(Presented::parse(&[&lossy(bytes)]))),
        ("a=1&b=%C3%A9&resource=x&resource=y", |bytes| drop(Form::parse(&lossy(bytes)))),
    ];
    for (text, read) in readers {
        damaged(text).for_each(|bytes| read(&bytes));
    }
}

fn metadata() -> IssuerMetadata {
    let mut card = CredentialConfiguration::new(Format::SdJwtVc { vct: "v".to_owned() });
    card.binding_methods = vec!["jwk".to_owned()];
    card.proof_types = vec![("jwt".to_owned(), ProofTypeSupport::of(["ES256"]))];
    let mut metadata = IssuerMetadata::at(ISSUER);
    metadata.configurations = vec![("card".to_owned(), card)];
    metadata
}

#[test]
fn what_servers_publish() {
    for bytes in damaged(&metadata().to_json()) {
        if let Ok(read) = IssuerMetadata::parse(&bytes, ISSUER) {
            assert_eq!(IssuerMetadata::parse(read.to_json().as_bytes(), ISSUER).unwrap(), read);
        }
    }
    for bytes in damaged(&ServerMetadata::at(ISSUER).to_json()) {
        if let Ok(read) = ServerMetadata::parse(&bytes, ISSUER) {
            assert_eq!(ServerMetadata::parse(read.to_json().as_bytes(), ISSUER).unwrap(), read);
        }
    }
}

/// Every byte of a token counts: one that is changed anywhere is not taken.
#[test]
fn tokens() {
    let key = SecretKey::generate(KeyType::P256).unwrap();
    let provider = SecretKey::generate(KeyType::P256).unwrap();
    let rng = &mut SystemRandomness;
    let metadata = metadata();
    let configuration = metadata.configuration("card").unwrap();
    let attesters = Attesters::nobody().trusting(None, provider.public_key().clone());
    let never = |text: &str, step: usize, taken: &dyn Fn(&str) -> bool| {
        assert!(taken(text), "undamaged");
        for at in (0..text.len()).step_by(step) {
            for byte in [text.as_bytes()[at] ^ 1, b'.', b'A'] {
                let mut bytes = text.as_bytes().to_vec();
                if bytes[at] == byte {
                    continue;
                }
                bytes[at] = byte;
                assert!(!taken(&lossy(&bytes)), "taken with another byte at {at}");
            }
        }
    };
    let proof = proofs::make_jwt(ISSUER, None, None, KeyName::Jwk, None, NOW, &key).unwrap();
    never(&proof, 3, &|proof| {
        let rules = ProofRules {
            issuer: ISSUER,
            configuration,
            batch_size: 1,
            nonces: None,
            client_id: None,
            attesters: &attesters,
            evidence: &Evidence::none(),
            now: NOW,
        };
        proofs::check(Some(&Proofs::Jwt(vec![proof.to_owned()])), &rules).is_ok()
    });
    let request = DpopRequest { method: "POST", url: "https://issuer.example/token", access_token: None };
    let proof = dpop::make(request, None, NOW, &key, rng).unwrap();
    never(&proof, 3, &|proof| dpop::check(&[proof], request, None, NOW).is_ok());
    let signed = signed_metadata::sign(&metadata, tamarack::json::Object::new(), NOW, None, &provider).unwrap();
    never(&signed, 7, &|token| signed_metadata::read(token, ISSUER, &attesters, NOW).is_ok());
    let rules = AttestationRules { attesters: &attesters, server: ISSUER, challenges: None, now: NOW };
    let attestation = client_attestation::make("c", "p", key.public_key(), NOW, 60, &provider).unwrap();
    let pop = client_attestation::make_pop("c", ISSUER, None, NOW, &key, rng).unwrap();
    never(&attestation, 3, &|token| client_attestation::check(&[token], &[&pop], None, None, &rules).is_ok());
    never(&pop, 3, &|pop| client_attestation::check(&[&attestation], &[pop], None, None, &rules).is_ok());
    let decryption = DecryptionKey::new("k", &key).unwrap();
    let sealed = encryption::encrypt(b"{}", &decryption.public_jwk(), "A256GCM").unwrap();
    never(&sealed, 3, &|message| encryption::decrypt(message, &[&decryption]).is_ok());
}
