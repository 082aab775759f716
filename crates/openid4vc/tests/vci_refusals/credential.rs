//! The credential, deferred credential and notification endpoints.

use serde_json::{Value as Json, json};
use tamarack::SystemRandomness;
use tamarack::json::Value;
use tamarack::keys::{KeyType, SecretKey};
use tamarack_openid4vc::Refusal;
use tamarack_openid4vc::RefusalCode::{
    CredentialRequestDenied, InvalidCredentialRequest, InvalidEncryptionParameters, InvalidNotificationId,
    InvalidNotificationRequest, InvalidProof, InvalidTransactionId,
};
use tamarack_openid4vc::oauth::secret::{Digest, Secret};
use tamarack_openid4vc::vci::deferred::{DeferredRequest, Progress, Transaction};
use tamarack_openid4vc::vci::encryption::{DecryptionKey, RequestBody, encrypt, read_response, write_response};
use tamarack_openid4vc::vci::notification::{Notifiable, Notification};
use tamarack_openid4vc::vci::{CredentialRequest, CredentialResponse};

use crate::access::token;
use crate::table::Table;
use crate::world::{NOW, with, world};

fn read(value: &Json) -> Result<CredentialRequest, Refusal> {
    CredentialRequest::parse(value.to_string().as_bytes())
}

#[test]
fn credential_requests() {
    let mut t = Table::default();
    let good = json!({ "credential_configuration_id": "card", "proofs": { "jwt": ["a"] } });
    t.taken("a request", read(&good));
    t.taken("an unknown member is ignored", read(&with(good.clone(), json!({ "colour": "blue" }))));
    let code = InvalidCredentialRequest;
    let changed = |changes: Json| read(&with(good.clone(), changes));
    let both = changed(json!({ "credential_identifier": "card-1" }));
    t.refused("both identifiers", code, "credential_identifier", both);
    let id = "credential_configuration_id";
    t.refused("no identifier", code, id, changed(json!({ "credential_configuration_id": null })));
    t.refused("a number for an identifier", code, id, changed(json!({ "credential_configuration_id": 7 })));
    t.refused("no JSON", code, "JSON", CredentialRequest::parse(b"credential_configuration_id=card"));
    t.refused("no object", code, "a JSON object", CredentialRequest::parse(b"[]"));
    let twice = CredentialRequest::parse(br#"{"credential_identifier":"a","credential_identifier":"b"}"#);
    t.refused("a doubled member", code, "JSON", twice);
    let large = format!("{{\"credential_configuration_id\":\"{}\"}}", "a".repeat(70_000));
    t.refused("a request without bounds", code, "JSON", CredentialRequest::parse(large.as_bytes()));
    let proofs = |value: Json| changed(json!({ "proofs": value }));
    t.refused("two types of proofs", InvalidProof, "proofs", proofs(json!({ "jwt": ["a"], "attestation": ["b"] })));
    t.refused("no type of proofs", InvalidProof, "proofs", proofs(json!({})));
    t.refused("an unknown type of proofs", InvalidProof, "proofs", proofs(json!({ "cwt": ["a"] })));
    t.refused("no proof", InvalidProof, "proofs", proofs(json!({ "jwt": [] })));
    t.refused("a proof that is no list", InvalidProof, "proofs", proofs(json!({ "jwt": "a" })));
    t.refused("a proof that is no text", InvalidProof, "proofs", proofs(json!({ "jwt": [1] })));
    t.refused("a presentation that is a text", InvalidProof, "proofs", proofs(json!({ "di_vp": ["a"] })));
    t.refused("two attestations", InvalidProof, "proofs", proofs(json!({ "attestation": ["a", "b"] })));
    t.refused("too many proofs to read", InvalidProof, "proofs", proofs(json!({ "jwt": vec!["a"; 65] })));
    let response = |value: Json| changed(json!({ "credential_response_encryption": value }));
    let code = InvalidEncryptionParameters;
    t.refused("encryption without a key", code, "jwk", response(json!({ "enc": "A128GCM" })));
    t.refused("encryption without enc", code, "enc", response(json!({ "jwk": {} })));
    t.refused("encryption that is no object", code, "credential_response_encryption", response(json!("yes")));
    t.finish(19);
}

#[test]
fn encryption() {
    let world = world();
    let mut t = Table::default();
    let code = InvalidEncryptionParameters;
    let wallet = DecryptionKey::new("w1", &SecretKey::generate(KeyType::P256).unwrap()).unwrap();
    let key = |changes: Json| {
        let jwk = with(wallet.public_jwk().to_serde(), changes);
        json!({ "jwk": jwk, "enc": "A256GCM" })
    };
    let request = |key: Json| json!({ "credential_configuration_id": "card", "credential_response_encryption": key });
    let sealed =
        |request: &Json| encrypt(request.to_string().as_bytes(), &world.request_key.public_jwk(), "A128GCM").unwrap();
    let keys = [&world.request_key];
    let ask = |content_type: &str, body: &str| {
        let body = RequestBody::read(content_type, body.as_bytes(), &world.metadata, &keys)?;
        let request = CredentialRequest::parse(&body.json)?;
        body.check_response_key(request.response_key.as_ref(), &world.metadata)?;
        Ok::<_, Refusal>(request)
    };
    let good = request(key(json!({})));
    let asked = ask("application/jwt", &sealed(&good)).unwrap();
    // There and back.
    let response = CredentialResponse::issued(vec![Value::from("eyJ")], None);
    let (content_type, body) = write_response(&response, asked.response_key.as_ref()).unwrap();
    assert_eq!(content_type, "application/jwt");
    assert_eq!(read_response(content_type, body.as_bytes(), Some(&wallet)).unwrap(), response);
    t.taken("a plain request", ask("application/json; charset=utf-8", r#"{"credential_configuration_id":"card"}"#));

    t.refused(
        "a response key that anybody may have put there",
        code,
        "an encrypted request",
        ask("application/json", &good.to_string()),
    );
    t.refused("another alg", code, "alg", ask("application/jwt", &sealed(&request(key(json!({ "alg": "RSA-OAEP" }))))));
    t.refused("no alg", code, "alg", ask("application/jwt", &sealed(&request(key(json!({ "alg": null }))))));
    let other_enc = with(key(json!({})), json!({ "enc": "A128CBC-HS256" }));
    t.refused("another enc", code, "enc", ask("application/jwt", &sealed(&request(other_enc))));
    let zip = with(key(json!({})), json!({ "zip": "DEF" }));
    t.refused("compression", code, "zip", ask("application/jwt", &sealed(&request(zip))));
    let off_curve = request(key(json!({ "y": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })));
    t.refused("a key off its curve", code, "jwk", ask("application/jwt", &sealed(&off_curve)));
    let signing = request(key(json!({ "use": "sig" })));
    t.refused("a key for signatures", code, "jwk", ask("application/jwt", &sealed(&signing)));
    let to_other = encrypt(b"{}", &wallet.public_jwk(), "A128GCM").unwrap();
    t.refused("a request to another key", code, "kid", ask("application/jwt", &to_other));
    let mut forged: Vec<&str> = Vec::new();
    let message = sealed(&good);
    forged.extend(message.split('.'));
    let header = tamarack::encoding::base64url_encode(br#"{"alg":"ECDH-ES","enc":"A128GCM","kid":"r1","zip":"DEF"}"#);
    forged[0] = &header;
    t.refused("a compressed request", code, "zip", ask("application/jwt", &forged.join(".")));
    let header = tamarack::encoding::base64url_encode(br#"{"alg":"dir","enc":"A128GCM","kid":"r1"}"#);
    forged[0] = &header;
    t.refused("a request under a shared key", code, "alg", ask("application/jwt", &forged.join(".")));
    t.refused("no JWE", code, "the JWE", ask("application/jwt", "{}"));
    t.refused("another media type", InvalidCredentialRequest, "Content-Type", ask("text/plain", "{}"));

    let mut strict = self::world();
    strict.metadata.request_encryption.as_mut().unwrap().required = true;
    strict.metadata.response_encryption.as_mut().unwrap().required = true;
    let plain = RequestBody::read("application/json", b"{}", &strict.metadata, &[]);
    t.refused("a plain request where it must be encrypted", code, "encryption_required", plain);
    let encrypted = RequestBody { json: b"{}".to_vec().into(), encrypted: true };
    let about = "credential_response_encryption";
    let no_key = encrypted.check_response_key(None, &strict.metadata);
    t.refused("no key where the response must be encrypted", code, about, no_key);
    let mut without = self::world();
    without.metadata.request_encryption = None;
    without.metadata.response_encryption = None;
    let unknown = encrypted.check_response_key(asked.response_key.as_ref(), &without.metadata);
    t.refused("a response key for who cannot encrypt", code, about, unknown);
    let about = "credential_request_encryption";
    let unasked = RequestBody::read("application/jwt", message.as_bytes(), &without.metadata, &[]);
    t.refused("an encrypted request for who cannot decrypt", code, about, unasked);
    t.finish(16);
}

#[test]
fn deferred_credentials() {
    let mut t = Table::default();
    let (_, token_of_wallet) = token(None);
    let (_, mut stranger) = token(None);
    stranger.family = Digest::of("another");
    let (response, stored) = Transaction::open(&token_of_wallet, "card", 5, 600, NOW, &mut SystemRandomness).unwrap();
    let CredentialResponse::Deferred { transaction_id, interval: 5, .. } = &response else { panic!("not deferred") };
    let right = DeferredRequest::parse(json!({ "transaction_id": transaction_id }).to_string().as_bytes()).unwrap();
    assert_eq!(stored.answer(&right, &token_of_wallet, NOW).unwrap(), Some(response.clone()));
    let at = |progress| Transaction { progress, ..stored.clone() };
    assert_eq!(at(Progress::Approved).answer(&right, &token_of_wallet, NOW).unwrap(), None);
    let id = "transaction_id";
    let code = InvalidTransactionId;
    let done = at(Progress::Delivered).answer(&right, &token_of_wallet, NOW);
    t.refused("a transaction that is done", code, id, done);
    t.refused("a stranger's token", code, id, at(Progress::Approved).answer(&right, &stranger, NOW));
    let wrong = DeferredRequest { transaction_id: Secret::of("wrong"), ..right.clone() };
    t.refused("an unknown transaction", code, id, at(Progress::Approved).answer(&wrong, &token_of_wallet, NOW));
    let late = at(Progress::Approved).answer(&right, &token_of_wallet, NOW.plus_seconds(600));
    t.refused("a transaction that is over", code, id, late);
    let denied = at(Progress::Refused).answer(&right, &token_of_wallet, NOW);
    t.refused("a refusal by the issuer", CredentialRequestDenied, "the issuer's decision", denied);
    t.refused("no transaction", InvalidCredentialRequest, id, DeferredRequest::parse(b"{}"));
    let encryption =
        DeferredRequest::parse(br#"{"transaction_id":"a","credential_response_encryption":{"enc":"A128GCM"}}"#);
    t.refused("deferred encryption without a key", InvalidEncryptionParameters, "jwk", encryption);
    t.finish(7);
}

#[test]
fn notifications() {
    let mut t = Table::default();
    let (_, token_of_wallet) = token(None);
    let (_, mut stranger) = token(None);
    stranger.family = Digest::of("another");
    let (id, stored) = Notifiable::issue(&token_of_wallet, &mut SystemRandomness).unwrap();
    let good = json!({ "notification_id": id, "event": "credential_accepted", "event_description": "Stored." });
    let read = |changes: Json| Notification::parse(with(good.clone(), changes).to_string().as_bytes());
    let right = read(json!({})).unwrap();
    // However often it comes.
    stored.check(&right, &token_of_wallet).unwrap();
    stored.check(&right, &token_of_wallet).unwrap();
    let code = InvalidNotificationRequest;
    t.refused("an unknown event", code, "event", read(json!({ "event": "credential_lost" })));
    t.refused("an event in capitals", code, "event", read(json!({ "event": "CREDENTIAL_ACCEPTED" })));
    t.refused("no event", code, "event", read(json!({ "event": null })));
    t.refused("no notification", code, "notification_id", read(json!({ "notification_id": null })));
    let about = "event_description";
    t.refused("a description that is not plain", code, about, read(json!({ "event_description": "a\nb" })));
    t.refused("a description in French", code, about, read(json!({ "event_description": "échoué" })));
    t.refused("no JSON", code, "JSON", Notification::parse(b"event=credential_accepted"));
    let id = "notification_id";
    let unknown = Notification { notification_id: "wrong".to_owned(), ..right.clone() };
    t.refused("an unknown notification", InvalidNotificationId, id, stored.check(&unknown, &token_of_wallet));
    t.refused("a stranger's notification", InvalidNotificationId, id, stored.check(&right, &stranger));
    t.finish(9);
}
