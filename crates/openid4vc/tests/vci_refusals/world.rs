//! An issuer, a wallet and its provider, and tokens that are forged at will.

use serde_json::{Value as Json, json};
use tamarack::did::did_key;
use tamarack::encoding::base64url_encode;
use tamarack::json::Value;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack::{SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::authorization::Client;
use tamarack_openid4vc::oauth::grant::{Authorization, Granted};
use tamarack_openid4vc::oauth::nonce::{NonceKey, NoncePurpose};
use tamarack_openid4vc::vci::configuration::{KeyAttestationsRequired, ProofTypeSupport};
use tamarack_openid4vc::vci::encryption::DecryptionKey;
use tamarack_openid4vc::vci::metadata::{IssuerMetadata, RequestEncryption, ResponseEncryption};
use tamarack_openid4vc::vci::{CredentialConfiguration, Format};

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const TOKEN_URL: &str = "https://issuer.example/token";
pub(crate) const CREDENTIAL_URL: &str = "https://issuer.example/credential";
pub(crate) const CLIENT: &str = "https://wallet.example";
pub(crate) const REDIRECT: &str = "https://wallet.example/cb";
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);

pub(crate) struct World {
    pub(crate) metadata: IssuerMetadata,
    pub(crate) nonces: NonceKey,
    /// The holder's key: Ed25519.
    pub(crate) holder: SecretKey,
    /// The key of DPoP and of the wallet instance: P-256.
    pub(crate) instance: SecretKey,
    /// The wallet provider's key: P-256.
    pub(crate) provider: SecretKey,
    /// Somebody else's: P-256.
    pub(crate) other: SecretKey,
    pub(crate) attesters: Attesters,
    pub(crate) request_key: DecryptionKey,
}

pub(crate) fn world() -> World {
    let key = |kind| SecretKey::generate(kind).unwrap();
    let provider = key(KeyType::P256);
    let request_key = DecryptionKey::new("r1", &key(KeyType::P256)).unwrap();
    let mut metadata = IssuerMetadata::at(ISSUER);
    metadata.batch_size = Some(3);
    metadata.request_encryption = Some(RequestEncryption {
        keys: vec![request_key.public_jwk()],
        enc: vec!["A128GCM".to_owned(), "A256GCM".to_owned()],
        zip: Vec::new(),
        required: false,
    });
    metadata.response_encryption = Some(ResponseEncryption {
        alg: vec!["ECDH-ES".to_owned()],
        enc: vec!["A128GCM".to_owned(), "A256GCM".to_owned()],
        zip: Vec::new(),
        required: false,
    });
    metadata.configurations = vec![
        ("card".to_owned(), card()),
        ("licence".to_owned(), CredentialConfiguration { scope: Some("licence".to_owned()), ..licence() }),
        (
            "pass".to_owned(),
            CredentialConfiguration::new(Format::SdJwtVc { vct: "https://issuer.example/pass".to_owned() }),
        ),
    ];
    metadata.check().unwrap();
    World {
        metadata,
        nonces: NonceKey::draw(&mut SystemRandomness).unwrap(),
        holder: key(KeyType::Ed25519),
        instance: key(KeyType::P256),
        attesters: Attesters::nobody().trusting(Some("p1"), provider.public_key().clone()),
        provider,
        other: key(KeyType::P256),
        request_key,
    }
}

/// Bound to a DID or a key, by any proof type.
fn card() -> CredentialConfiguration {
    let mut card = CredentialConfiguration::new(Format::LdpVc {
        context: vec![Value::from("https://www.w3.org/ns/credentials/v2")],
        types: vec!["VerifiableCredential".to_owned(), "Card".to_owned()],
    });
    card.scope = Some("card".to_owned());
    card.binding_methods = vec!["did:key".to_owned(), "jwk".to_owned()];
    card.proof_types = vec![
        ("jwt".to_owned(), ProofTypeSupport::of(["EdDSA", "ES256"])),
        ("di_vp".to_owned(), ProofTypeSupport::of(["eddsa-rdfc-2022"])),
        ("attestation".to_owned(), ProofTypeSupport::of(["ES256"])),
    ];
    card
}

/// Bound to a key that is attested.
fn licence() -> CredentialConfiguration {
    let mut licence =
        CredentialConfiguration::new(Format::SdJwtVc { vct: "https://issuer.example/licence".to_owned() });
    licence.binding_methods = vec!["jwk".to_owned()];
    let required = KeyAttestationsRequired {
        key_storage: vec!["iso_18045_high".to_owned(), "iso_18045_moderate".to_owned()],
        user_authentication: vec!["iso_18045_moderate".to_owned()],
        ..KeyAttestationsRequired::default()
    };
    let support = ProofTypeSupport { key_attestations_required: Some(required), ..ProofTypeSupport::of(["ES256"]) };
    licence.proof_types = vec![("jwt".to_owned(), support)];
    licence
}

impl World {
    pub(crate) fn nonce(&self, purpose: NoncePurpose) -> String {
        self.nonce_at(purpose, NOW)
    }

    pub(crate) fn nonce_at(&self, purpose: NoncePurpose, at: Timestamp) -> String {
        self.nonces.make(purpose, at, &mut SystemRandomness).unwrap()
    }

    pub(crate) fn did_url(&self) -> String {
        let did = did_key(self.holder.public_key());
        format!("{did}#{}", did.trim_start_matches("did:key:"))
    }
}

pub(crate) fn authorization() -> Authorization {
    Authorization {
        granted: vec![Granted::configuration("card"), Granted::configuration("pass")],
        subject: "row 1".to_owned(),
    }
}

pub(crate) fn client() -> Client {
    Client { id: CLIENT.to_owned(), redirect_uris: vec![REDIRECT.to_owned()] }
}

/// The public JWK of a key.
pub(crate) fn jwk(key: &SecretKey) -> Json {
    key.public_key().to_jwk().to_serde()
}

/// The private JWK of a key.
pub(crate) fn private_jwk(key: &SecretKey) -> Json {
    serde_json::from_str(&key.expose_jwk()).unwrap()
}

/// A JWT whose parts are as they are given; signed as the key's kind signs, whatever `alg` says.
pub(crate) fn forge(header: &Json, claims: &Json, key: &SecretKey) -> String {
    let algorithm = match key.public_key().key_type() {
        KeyType::Ed25519 => SignatureAlgorithm::EdDsa,
        _ => SignatureAlgorithm::Es256,
    };
    let part = |value: &Json| base64url_encode(value.to_string().as_bytes());
    let input = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(algorithm, input.as_bytes()).unwrap();
    format!("{input}.{}", base64url_encode(&signature))
}

/// The value with members set, or taken out where they are null.
pub(crate) fn with(mut value: Json, changes: Json) -> Json {
    let object = value.as_object_mut().unwrap();
    for (name, change) in changes.as_object().unwrap() {
        if change.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), change.clone());
        }
    }
    value
}

/// Nothing changed.
pub(crate) fn same() -> Json {
    json!({})
}
