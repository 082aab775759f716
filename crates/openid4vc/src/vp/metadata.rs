//! What a verifier says of itself (`client_metadata`, OpenID4VP §5.1, §11) and a wallet of itself (§10).

use tamarack::json::{Object, Value};
use tamarack::keys::{KeyType, PublicKey};

use super::dcql::Format;
use crate::{Refusal, RefusalCode, Result, limits};

/// How the content of an encrypted response is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ContentEncryption {
    /// AES-128 in Galois/counter mode: the default.
    A128Gcm,
    /// AES-256 in Galois/counter mode.
    A256Gcm,
}

impl ContentEncryption {
    /// The `enc` name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
        }
    }

    /// The one with this `enc` name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [Self::A128Gcm, Self::A256Gcm].into_iter().find(|one| one.as_str() == name)
    }
}

/// A key to encrypt a response to.
#[derive(Clone, PartialEq, Debug)]
pub struct EncryptionKey {
    /// Its name, which the response repeats.
    pub kid: Option<String>,
    /// The public key.
    pub key: PublicKey,
    /// The JWK as it came.
    pub jwk: Object<'static>,
}

/// The metadata of a verifier, as far as it is understood.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct ClientMetadata {
    /// The keys that a response can be encrypted to, those of other uses and kinds left out.
    pub keys: Vec<EncryptionKey>,
    /// The content encryptions that the verifier understands, those that are not known here left out.
    pub content_encryptions: Vec<ContentEncryption>,
    /// The formats that it understands, by name, with what it says of each.
    pub formats: Option<Object<'static>>,
    /// All of it, as it came.
    pub all: Object<'static>,
}

impl ClientMetadata {
    /// Reads `client_metadata`. What is unknown is ignored.
    ///
    /// # Errors
    /// `invalid_request` (`client_metadata`) for a malformed member; a key without `kid`, or a `kid` that stands twice (§5.1).
    pub fn read(value: &Value<'_>) -> Result<Self> {
        let object = value.as_object().ok_or_else(wrong)?;
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let mut keys = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        if let Some(jwks) = object.get("jwks") {
            let items = jwks.get("keys").and_then(Value::as_array).ok_or_else(wrong)?;
            if items.len() > limits::JWKS_KEYS {
                return Err(wrong());
            }
            for item in items {
                let kid = item.get("kid").and_then(Value::as_str).filter(|kid| !kid.is_empty()).ok_or_else(wrong)?;
                if names.contains(&kid) {
                    return Err(wrong());
                }
                names.push(kid);
                keys.extend(encryption_key(item, text("authorization_encrypted_response_alg")));
            }
        }
        let content_encryptions = match object.get("encrypted_response_enc_values_supported") {
            // Before OpenID4VP 1.0, one was named (JARM §3).
            None => match text("authorization_encrypted_response_enc") {
                Some(name) => ContentEncryption::of(name).into_iter().collect(),
                None => vec![ContentEncryption::A128Gcm],
            },
            Some(Value::Array(names)) if !names.is_empty() => {
                names.iter().filter_map(Value::as_str).filter_map(ContentEncryption::of).collect()
            }
            Some(_) => return Err(wrong()),
        };
        let formats = match object.get("vp_formats_supported") {
            None => None,
            Some(Value::Object(formats)) => Some(formats.clone().into_owned()),
            Some(_) => return Err(wrong()),
        };
        Ok(Self { keys, content_encryptions, formats, all: object.clone().into_owned() })
    }

    /// Reads what a wallet says of itself when it fetches a request object (§5.10), as far as it says how that is to be
    /// encrypted: `jwks`, whose keys need no `kid` there, and what RFC 9101 §10.5 and OpenID Connect Discovery §3 call
    /// `request_object_encryption_alg_values_supported` and `request_object_encryption_enc_values_supported`. (What
    /// `authorization_encryption_…` says is of responses.)
    ///
    /// # Errors
    /// `invalid_request` (`client_metadata`) for a malformed member.
    pub fn of_wallet(value: &Value<'_>) -> Result<Self> {
        let object = value.as_object().ok_or_else(wrong)?;
        let names = |name: &str| match object.get(name) {
            None => Ok(None),
            Some(Value::Array(names)) => Ok(Some(names.iter().filter_map(Value::as_str).collect::<Vec<_>>())),
            Some(_) => Err(wrong()),
        };
        let algorithms = names("request_object_encryption_alg_values_supported")?;
        let algorithm = algorithms.as_ref().is_none_or(|names| names.contains(&"ECDH-ES")).then_some("ECDH-ES");
        let mut keys = Vec::new();
        if let Some(jwks) = object.get("jwks") {
            let items = jwks.get("keys").and_then(Value::as_array).ok_or_else(wrong)?;
            if items.len() > limits::JWKS_KEYS {
                return Err(wrong());
            }
            keys.extend(items.iter().filter_map(|item| encryption_key(item, algorithm)));
        }
        let content_encryptions = match names("request_object_encryption_enc_values_supported")? {
            None => vec![ContentEncryption::A128Gcm],
            Some(names) => names.into_iter().filter_map(ContentEncryption::of).collect(),
        };
        // A request object must not go out in the clear to a wallet that named a key for it.
        let wants_it = algorithms.is_some() && object.contains_key("jwks");
        if (content_encryptions.is_empty() && !keys.is_empty()) || (keys.is_empty() && wants_it) {
            return Err(wrong());
        }
        Ok(Self { keys, content_encryptions, formats: None, all: object.clone().into_owned() })
    }

    /// The key and content encryption that a response is encrypted with: the first that both sides know.
    ///
    /// # Errors
    /// `invalid_request` (`client_metadata`) if there is none.
    pub fn encryption(&self) -> Result<(&EncryptionKey, ContentEncryption)> {
        let key = self.keys.first().ok_or_else(wrong)?;
        Ok((key, *self.content_encryptions.first().ok_or_else(wrong)?))
    }

    /// Whether the verifier says nothing of formats, or that it understands this one.
    #[must_use]
    pub fn understands(&self, format: &Format) -> bool {
        self.formats.as_ref().is_none_or(|formats| formats.contains_key(format.as_str()))
    }
}

/// §8.3: a key is for encryption if its `use` is absent or `enc`; its `alg` must be there. `None` for another key.
fn encryption_key(jwk: &Value<'_>, default_algorithm: Option<&str>) -> Option<EncryptionKey> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    if text("use").is_some_and(|use_| use_ != "enc") || text("alg").or(default_algorithm) != Some("ECDH-ES") {
        return None;
    }
    let key = PublicKey::from_jwk(jwk).ok()?;
    let agrees = matches!(key.key_type(), KeyType::P256 | KeyType::P384 | KeyType::X25519);
    agrees.then_some(EncryptionKey {
        kid: text("kid").map(str::to_owned),
        key,
        jwk: jwk.as_object()?.clone().into_owned(),
    })
}

const fn wrong() -> Refusal {
    Refusal::new(RefusalCode::InvalidRequest, "client_metadata")
}

/// What this library's wallet can do, for `wallet_metadata` (§5.10) and for discovery (§10).
#[must_use]
pub fn wallet_metadata(authorization_endpoint: &str) -> Object<'static> {
    let texts = |texts: &[&'static str]| Value::Array(texts.iter().map(|text| Value::from(*text)).collect());
    let algorithms = ["ES256", "ES384", "EdDSA", "Ed25519"];
    let mut metadata = Object::new();
    metadata.insert("authorization_endpoint", authorization_endpoint.to_owned());
    metadata.insert("response_types_supported", texts(&["vp_token", "vp_token id_token", "id_token"]));
    metadata.insert("response_modes_supported", texts(&["fragment", "direct_post", "direct_post.jwt"]));
    metadata.insert("vp_formats_supported", formats_supported());
    metadata.insert(
        "client_id_prefixes_supported",
        texts(&[
            "pre-registered",
            "redirect_uri",
            "decentralized_identifier",
            "x509_san_dns",
            "x509_hash",
            "verifier_attestation",
        ]),
    );
    metadata.insert("request_object_signing_alg_values_supported", texts(&algorithms));
    metadata.insert("authorization_encryption_alg_values_supported", texts(&["ECDH-ES"]));
    metadata.insert("authorization_encryption_enc_values_supported", texts(&["A128GCM", "A256GCM"]));
    metadata
}

/// The formats that this library verifies and shows, for `vp_formats_supported` (Appendix B).
#[must_use]
pub fn formats_supported() -> Value<'static> {
    let texts = |texts: &[&'static str]| Value::Array(texts.iter().map(|text| Value::from(*text)).collect());
    let algorithms = ["ES256", "ES384", "EdDSA", "Ed25519"];
    let suites =
        ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "ecdsa-sd-2023", "bbs-2023"];
    let proofs = ["DataIntegrityProof", "Ed25519Signature2020", "BbsBlsSignatureProof2020"];
    let sd_jwt = [("sd-jwt_alg_values", texts(&algorithms)), ("kb-jwt_alg_values", texts(&algorithms))];
    let ldp = [("proof_type_values", texts(&proofs)), ("cryptosuite_values", texts(&suites))];
    let jwt = [("alg_values", texts(&algorithms))];
    let object = |members: &[(&'static str, Value<'static>)]| Value::Object(members.iter().cloned().collect());
    let formats = [
        ("dc+sd-jwt", object(&sd_jwt)),
        ("ldp_vc", object(&ldp)),
        ("jwt_vc_json", object(&jwt)),
        ("vc+sd-jwt", object(&sd_jwt)),
    ];
    object(&formats)
}
