//! The keys that ID tokens are signed with.
//!
//! OpenID Connect Core §15.1 wants RS256 of every provider, so there is an RSA key beside the request key. It is drawn when it
//! is first needed and lies in the store, sealed to a key that follows from the request key: replicas on one database share it,
//! and the database cannot read it. A new request key brings a new RSA key with it; the public half of the one before is
//! published for an hour more.

use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer as OpensslSigner;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tamarack::Timestamp;
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::jose::Jws;
use tamarack::json::Object;
use tamarack::keys::{KeyType, PublicKey, Signer as _};
use tamarack_openid4vc::vp::request::algorithm_of;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use crate::http::Problem;
use crate::limits;
use crate::store::issuing::{Issuing, Step};
use crate::store::{Exchange, NewExchange, StoreError};
use crate::verifier::Verifier;
use crate::verifier::requests::unavailable;
use crate::verifier::seal::SealingKey;
use crate::verifier::settings::now;

/// The kind of the exchanges that hold RSA keys; the id is the thumbprint of the request key that each belongs to.
const KIND: &str = "id-token-key";
const CURRENT: &str = "current";
/// The state of a key whose request key was replaced.
const BEFORE: &str = "before";
/// Bits of the modulus.
const BITS: u32 = 3_072;
/// The end of a key that is in use.
const FOREVER: Timestamp = Timestamp::from_unix(i64::MAX / 2);
/// Keys of replicas that are not restarted yet, and of request keys before.
const MOST: u32 = 8;

/// An algorithm that ID tokens can be signed with: RS256, or that of the request key.
pub(in crate::verifier) const RS256: &str = "RS256";

/// The RSA key of this process, once it was needed.
#[derive(Default)]
pub(in crate::verifier) struct IdTokenKey(OnceCell<Rs256Key>);

impl core::fmt::Debug for IdTokenKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("IdTokenKey(redacted)")
    }
}

struct Rs256Key {
    key: PKey<Private>,
    kid: String,
}

/// What the store has of a key.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// PKCS#8, in base64url, sealed.
    sealed: String,
    /// The public JWK.
    public: Value,
}

impl Verifier {
    /// The name of the algorithm of the request key.
    pub(in crate::verifier) fn request_algorithm(&self) -> &'static str {
        match self.inner.client.key.public_key().key_type() {
            KeyType::Ed25519 => "EdDSA",
            KeyType::P384 => "ES384",
            _ => "ES256",
        }
    }

    /// Signs an ID token as its client wants it.
    pub(super) async fn sign_id_token(&self, claims: &Value, algorithm: &str) -> Result<String, Problem> {
        let payload = claims.to_string();
        if algorithm == RS256 {
            let key = self.rsa().await?;
            return key.sign(&payload).map_err(|_| Problem::internal());
        }
        let signed = self.with_key(move |client| {
            let mut header = Object::new();
            header.insert("typ", "JWT");
            header.insert("kid", client.key.public_key().jwk_thumbprint());
            Jws::sign(&header, payload.as_bytes(), algorithm_of(&client.key)?, &client.key)
        });
        signed.await?.map_err(|_| Problem::internal())
    }

    /// Every public key that an ID token of now may be signed with.
    pub(super) async fn id_token_keys(&self) -> Result<Vec<Value>, Problem> {
        self.rsa().await?;
        let mut keys = Vec::new();
        let found = self.inner.database.exchanges(KIND, None, MOST, now()).await;
        for exchange in found.map_err(|error| unavailable(&error))? {
            let kept: Kept = serde_json::from_str(&exchange.payload).map_err(|_| Problem::internal())?;
            keys.push(kept.public);
        }
        let public = self.inner.client.key.public_key();
        let mut jwk = public.to_jwk().to_serde();
        if let Some(members) = jwk.as_object_mut() {
            members.insert("kid".to_owned(), public.jwk_thumbprint().into());
            members.insert("use".to_owned(), "sig".into());
            members.insert("alg".to_owned(), self.request_algorithm().into());
        }
        keys.push(jwk);
        Ok(keys)
    }

    /// Whom an ID token of ours for a client is about (`id_token_hint`). It may be over (OpenID Connect Core §3.1.2.1).
    pub(super) async fn subject_of_hint(&self, token: &str, client: &str) -> Result<Option<String>, Problem> {
        let Ok(jws) = Jws::parse(token) else { return Ok(None) };
        let keys = self.id_token_keys().await?;
        let is_ours = keys.iter().any(|key| {
            let key = tamarack::json::Value::try_from(key).and_then(|key| PublicKey::from_jwk(&key));
            key.is_ok_and(|key| jws.verify(&key).is_ok())
        });
        let claims: Value = serde_json::from_slice(jws.payload()).unwrap_or_default();
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let is_for = text("aud") == Some(client) && text("iss") == Some(self.inner.base.url().as_str());
        Ok(text("sub").filter(|_| is_ours && is_for).map(str::to_owned))
    }

    async fn rsa(&self) -> Result<&Rs256Key, Problem> {
        self.inner.id_token_key.0.get_or_try_init(|| self.open_rsa()).await
    }

    /// The key that belongs to the request key: whoever comes first draws it.
    async fn open_rsa(&self) -> Result<Rs256Key, Problem> {
        let database = &self.inner.database;
        let id = self.inner.client.key.public_key().jwk_thumbprint();
        // Of a request key elsewhere nothing follows that others do not know; of the pairwise secret something does.
        let secret = match (self.inner.client.secret(), &self.inner.pairwise) {
            (Some(jwk), _) => jwk,
            (None, Some(pairwise)) => pairwise.derived("tamarack seal of the id token key\n"),
            (None, None) => return Err(Problem::internal()),
        };
        let sealing = SealingKey::of_secret("tamarack id token key\n", &secret)?;
        let known = database.exchange(KIND, &id, now()).await.map_err(|error| unavailable(&error))?;
        let known = match known {
            Some(known) => known,
            None => {
                let drawn = tokio::task::spawn_blocking(draw).await.map_err(|_| Problem::internal())?;
                let (secret, public) = drawn.map_err(|_| Problem::internal())?;
                let sealed = sealing.seal(&*secret)?;
                let payload = serde_json::to_string(&Kept { sealed, public }).map_err(|_| Problem::internal())?;
                let new = NewExchange {
                    kind: KIND,
                    id: &id,
                    state: CURRENT,
                    payload: &payload,
                    created: now(),
                    expires: FOREVER,
                };
                match database.add_exchange(&new, &[]).await {
                    Ok(()) => tracing::info!("a key for ID tokens was made"),
                    // Another process was faster.
                    Err(StoreError::Conflict(_)) => {}
                    Err(error) => return Err(unavailable(&error)),
                }
                let known = database.exchange(KIND, &id, now()).await.map_err(|error| unavailable(&error))?;
                known.ok_or_else(Problem::internal)?
            }
        };
        // A request key that was put back brings its own key with it.
        if known.state != CURRENT {
            self.put(&known, CURRENT, FOREVER).await?;
        }
        self.put_away_others(&id).await?;
        let kept: Kept = serde_json::from_str(&known.payload).map_err(|_| Problem::internal())?;
        let secret: Zeroizing<String> = Zeroizing::new(sealing.open(&kept.sealed)?);
        Rs256Key::read(&secret, &kept.public).ok_or_else(Problem::internal)
    }

    /// The keys of other request keys are published for an hour more: longer than any token lives that they signed.
    async fn put_away_others(&self, own: &str) -> Result<(), Problem> {
        let database = &self.inner.database;
        let found = database.exchanges(KIND, Some(CURRENT), MOST, now()).await.map_err(|error| unavailable(&error))?;
        for other in found.iter().filter(|other| other.id != own) {
            self.put(other, BEFORE, now().plus_seconds(limits::ID_TOKEN_KEY_AFTER_SECONDS)).await?;
        }
        Ok(())
    }

    async fn put(&self, key: &Exchange, state: &str, expires: Timestamp) -> Result<(), Problem> {
        let (payload, at) = (key.payload.as_str(), now());
        let step = Some(Step { kind: KIND, read: key, state, payload, at, expires: Some(expires) });
        // Another process that did the same at this moment is as good.
        let put = self.inner.database.record_issued(&Issuing { step, ..Issuing::default() }).await;
        put.map(|_| ()).map_err(|error| unavailable(&error))
    }
}

/// A new key: PKCS#8 in base64url, and the public JWK.
fn draw() -> Result<(Zeroizing<String>, Value), openssl::error::ErrorStack> {
    let rsa = Rsa::generate(BITS)?;
    let (n, e) = (base64url_encode(&rsa.n().to_vec()), base64url_encode(&rsa.e().to_vec()));
    // RFC 7638 §3.2: the required members in the order of the alphabet.
    let thumbprint = Sha256::digest(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
    let public = json!({
        "kty": "RSA",
        "n": n,
        "e": e,
        "kid": base64url_encode(&thumbprint),
        "use": "sig",
        "alg": RS256,
    });
    let secret = Zeroizing::new(PKey::from_rsa(rsa)?.private_key_to_pkcs8()?);
    Ok((Zeroizing::new(base64url_encode(&secret)), public))
}

impl Rs256Key {
    fn read(secret: &str, public: &Value) -> Option<Self> {
        let der = Zeroizing::new(base64url_decode(secret).ok()?);
        let key = PKey::private_key_from_pkcs8(&der).ok()?;
        Some(Self { key, kid: public.get("kid")?.as_str()?.to_owned() })
    }

    /// RFC 7518 §3.3.
    fn sign(&self, payload: &str) -> Result<String, openssl::error::ErrorStack> {
        let header = json!({"alg": RS256, "typ": "JWT", "kid": self.kid}).to_string();
        let input = format!("{}.{}", base64url_encode(header.as_bytes()), base64url_encode(payload.as_bytes()));
        let mut signer = OpensslSigner::new(MessageDigest::sha256(), &self.key)?;
        let signature = signer.sign_oneshot_to_vec(input.as_bytes())?;
        Ok(format!("{input}.{}", base64url_encode(&signature)))
    }
}
