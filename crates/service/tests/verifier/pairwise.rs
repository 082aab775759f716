//! The secret of pairwise subjects: a person's name at a relying party outlives the key of the requests.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use tamarack::did::did_key;
use tamarack::encoding::base64url_encode;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack_service::http::BaseUrl;
use tamarack_service::store::{Address, Database};
use tamarack_service::verifier::{ClientKey, PairwiseError, PairwiseSeals, PairwiseSecret};

use crate::bridge::subject_of;
use crate::now;
use crate::shop::{Setup, Shop, key};

/// As subjects were made before there was a secret for them.
fn former(seed: u8) -> String {
    let secret = key(seed).expose_jwk();
    let hashed = Sha256::digest(format!("tamarack pairwise subjects\n{}", secret.as_str()));
    let mut mac = Hmac::<Sha256>::new_from_slice(&hashed).unwrap();
    let person = SecretKey::from_bytes(KeyType::Ed25519, &[7; 32]).unwrap();
    mac.update(format!("app.example\n{}", did_key(person.public_key())).as_bytes());
    base64url_encode(&mac.finalize().into_bytes())
}

#[test]
fn names_stay_when_the_key_of_the_requests_is_replaced() {
    let shop = Shop::open();
    let before = subject_of(&shop);
    assert_eq!(before, former(9), "as it was before there was a secret");
    let rotated = shop.replica_set_up(Setup { previous: Some(9), ..Setup::with_key(10) });
    assert_eq!(subject_of(&rotated), before);
    // From now on the new key opens it alone.
    assert_eq!(subject_of(&shop.replica_set_up(Setup::with_key(10))), before);
    assert_ne!(before, former(10));
}

#[test]
fn the_secret_is_sealed_and_opens_for_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let base = BaseUrl::parse("https://shop.example").unwrap();
    let client = |seed| ClientKey::of_did(&base, key(seed)).unwrap();
    runtime.block_on(async {
        let database = Database::open(&Address::File(folder.path().join("a.sqlite")), now()).await.unwrap();
        let open = async |seed: u8, previous: Option<u8>, passphrase: Option<&str>| {
            let (client, previous) = (client(seed), previous.map(key));
            let seals = PairwiseSeals { client: &client, previous: previous.as_ref(), passphrase };
            PairwiseSecret::open(&database, &seals).await.map(drop)
        };
        let sealed = async || database.exchange("secret", "pairwise", now()).await.unwrap().unwrap().payload;
        open(9, None, None).await.unwrap();
        let first = sealed().await;
        assert!(first.starts_with("ey") && first.split('.').count() == 5, "{first}");
        assert!(matches!(open(10, None, None).await, Err(PairwiseError::Sealed)));
        assert_eq!(sealed().await, first, "nothing is overwritten");
        // Under the passphrase from now on, whatever becomes of the key.
        open(9, None, Some("a passphrase")).await.unwrap();
        assert_ne!(sealed().await, first);
        open(11, None, Some("a passphrase")).await.unwrap();
        assert!(matches!(open(9, None, Some("another")).await, Err(PairwiseError::Sealed)));
        assert!(matches!(open(9, None, None).await, Err(PairwiseError::Sealed)));
        database.close().await;
    });
}
