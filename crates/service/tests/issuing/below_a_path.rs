//! What the documents of an issuer say whose identifier has a path, under HTTPS: each stands where its specification looks for it.

use serde_json::json;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack_service::store::issuing::{Issuer, NewKey};
use tamarack_service::store::{Address, Database};

use crate::province::{PASSPHRASE, Province, now, types};

#[tokio::test]
async fn documents_stand_where_they_are_looked_for() {
    const PATH: &str = "/offices/ontario";
    const URL: &str = "https://example.org/offices/ontario";
    const DID: &str = "did:web:example.org:offices:ontario";
    let folder = tempfile::tempdir().unwrap();
    let address = Address::parse(folder.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    let database = Database::open(&address, now()).await.unwrap();
    let issuer = Issuer { did: DID.into(), status_base: Some(format!("{URL}/status")) };
    database.create_issuer(&issuer, now()).await.unwrap();
    let secret = SecretKey::generate(KeyType::P256).unwrap();
    let multikey = secret.public_key().to_multikey();
    let (method, sealed) = (format!("{DID}#{multikey}"), secret.seal(PASSPHRASE.as_bytes()).unwrap());
    let key = NewKey { method: &method, kind: KeyType::P256.name(), multikey: &multikey, sealed: &sealed };
    database.add_key(&key, now()).await.unwrap();
    let (name, licence) = types().into_iter().find(|(name, _)| *name == "ontario-licence").unwrap();
    // A type whose addresses are the service's own.
    let own = licence.replace("https://tamarack.example/ontario/types/driver/v1", &format!("{URL}/vct/driver"));
    let own =
        own.replace("https://tamarack.example/ontario/driver/v1/schema.json", &format!("{URL}/driver/schema.json"));
    database.add_type(name, &own, false, now()).await.unwrap();
    database.close().await;
    // A slash at the end is none.
    for url in [URL.to_owned(), format!("{URL}/")] {
        let province = Province::open_at(&url, &address, |_| {}).await;
        for (path, member, value) in [
            // OpenID4VCI §12.2.2, RFC 8414 §3.1, SD-JWT VC §5: between host and path.
            (format!("/.well-known/openid-credential-issuer{PATH}"), "credential_issuer", URL),
            (format!("/.well-known/oauth-authorization-server{PATH}"), "issuer", URL),
            (format!("/.well-known/jwt-vc-issuer{PATH}"), "issuer", URL),
            // did:web §2.5.2: below the path.
            (format!("{PATH}/did.json"), "id", DID),
            (format!("{PATH}/vct/driver"), "vct", "https://example.org/offices/ontario/vct/driver"),
            (format!("{PATH}/types/{name}/metadata"), "vct", "https://example.org/offices/ontario/vct/driver"),
        ] {
            assert_eq!(province.get(&path).await.json(200)[member], json!(value), "{path}");
        }
        assert!(province.get(&format!("{PATH}/driver/schema.json")).await.json(200).is_object());
        // Nothing of it where an issuer is looked for that is the host, nor the other way round.
        for path in [
            "/.well-known/openid-credential-issuer",
            "/.well-known/oauth-authorization-server",
            "/.well-known/jwt-vc-issuer",
            "/.well-known/did.json",
            "/did.json",
            "/jwks",
            "/.well-known/openid-credential-issuer/offices",
            "/.well-known/openid-credential-issuer/offices/ontario/more",
        ] {
            assert_eq!(province.get(path).await.status, 404, "{path}");
        }
    }
}
