//! Those who sign in the vectors. **Their keys are for tests alone**: the seeds stand here, so everybody has them.

use serde_json::{Value as Json, json};
use tamarack::did::{Relationship, did_key};
use tamarack::json::{Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack::proof::{DeriveOptions, HolderSecrets, SignOptions, Suite};
use tamarack::rdf::HashAlgorithm;
use tamarack::{Fault, Randomness, Timestamp, encoding};

/// When every proof was made that does not say otherwise.
pub(super) const CREATED: &str = "2026-11-01T00:00:00Z";

/// Randomness that is the same each time, so that the folder of vectors is. **For tests alone.**
pub(super) struct Drawn(pub(super) u64);

impl Randomness for Drawn {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        for part in bytes.chunks_mut(32) {
            let drawn = HashAlgorithm::Sha256.digest(format!("drawn for a test vector: {}", self.0).as_bytes());
            self.0 += 1;
            part.copy_from_slice(&drawn[..part.len()]);
        }
        Ok(())
    }
}

/// Derives from a credential with a base proof what these pointers show.
pub(super) fn derive(document: &Json, pointers: &[&str]) -> Json {
    derive_with(document, pointers, None)
}

/// [`derive`] with the secrets of the holder to whom the credential is bound.
pub(super) fn derive_with(document: &Json, pointers: &[&str], holder: Option<HolderSecrets>) -> Json {
    derive_for(document, pointers, holder, Vec::new())
}

/// [`derive_with`], bound to a presentation header.
pub(super) fn derive_for(
    document: &Json,
    pointers: &[&str],
    holder: Option<HolderSecrets>,
    presentation_header: Vec<u8>,
) -> Json {
    let reveal = pointers.iter().map(|pointer| (*pointer).to_owned()).collect();
    let options = DeriveOptions { reveal, holder, presentation_header, ..DeriveOptions::default() };
    let derived = tamarack::proof::derive(&object(document), &options, &Contexts::builtin(), &mut Drawn(0));
    Value::Object(derived.unwrap_or_else(|fault| panic!("{fault} in {document}"))).to_serde()
}

/// A key with the DID under which it signs.
pub(super) struct Actor {
    pub(super) key: SecretKey,
    pub(super) did: String,
    pub(super) method: String,
}

/// The actor of a `did:key` whose secret is this byte, as often as needed.
pub(super) fn actor(kind: KeyType, seed: u8) -> Actor {
    let key = SecretKey::from_bytes(kind, &vec![seed; if kind == KeyType::P384 { 48 } else { 32 }]).unwrap();
    let multikey = key.public_key().to_multikey();
    Actor { did: did_key(key.public_key()), method: format!("did:key:{multikey}#{multikey}"), key }
}

/// The issuer of most vectors.
pub(super) fn issuer() -> Actor {
    actor(KeyType::Ed25519, 1)
}

/// The resident to whom credentials are issued.
pub(super) fn holder() -> Actor {
    actor(KeyType::Ed25519, 2)
}

/// Somebody else.
pub(super) fn stranger() -> Actor {
    actor(KeyType::Ed25519, 3)
}

/// The issuer under a `did:web`, whose document is evidence.
pub(super) fn web_issuer() -> Actor {
    let did = "did:web:id.ontario.example".to_owned();
    Actor { method: format!("{did}#key-1"), did, key: issuer().key }
}

impl Actor {
    pub(super) fn multikey(&self) -> String {
        self.key.public_key().to_multikey()
    }

    /// Signs bytes with the algorithm of the key.
    pub(super) fn sign_bytes(&self, message: &[u8]) -> Vec<u8> {
        let algorithm = match self.key.public_key().key_type() {
            KeyType::P256 => SignatureAlgorithm::Es256,
            KeyType::P384 => SignatureAlgorithm::Es384,
            _ => SignatureAlgorithm::EdDsa,
        };
        self.key.sign(algorithm, message).unwrap()
    }

    /// Adds a proof for the purpose of an issuer.
    pub(super) fn sign(&self, suite: Suite, document: &Json) -> Json {
        self.sign_with(suite, document, |_| {})
    }

    /// Adds a proof, its options changed by `change`.
    pub(super) fn sign_with(&self, suite: Suite, document: &Json, change: impl FnOnce(&mut SignOptions)) -> Json {
        self.sign_knowing(suite, document, &Contexts::builtin(), change)
    }

    /// Adds a proof with these contexts.
    pub(super) fn sign_knowing(
        &self,
        suite: Suite,
        document: &Json,
        contexts: &Contexts<'_>,
        change: impl FnOnce(&mut SignOptions),
    ) -> Json {
        let mut options = self.options(suite);
        change(&mut options);
        let signed = tamarack::proof::sign_with(&object(document), &options, &self.key, contexts, &mut Drawn(0));
        Value::Object(signed.unwrap_or_else(|fault| panic!("{fault} in {document}"))).to_serde()
    }

    /// The options of a proof for the purpose of an issuer.
    pub(super) fn options(&self, suite: Suite) -> SignOptions {
        SignOptions {
            suite,
            verification_method: self.method.clone(),
            purpose: Relationship::AssertionMethod,
            created: Some(time(CREATED)),
            expires: None,
            challenge: None,
            domain: None,
            id: None,
            previous: Vec::new(),
            mandatory_pointers: Vec::new(),
        }
    }

    /// Signs as `eddsa-jcs-2022` does, whatever the document says: also what no library would sign. What else is wrong with
    /// it is then the only thing that is wrong.
    pub(super) fn sign_anything(&self, document: &Json) -> Json {
        self.sign_anything_with(document, &json!({}))
    }

    /// [`Self::sign_anything`] with these members of the proof in addition or instead; `null` leaves one out.
    pub(super) fn sign_anything_with(&self, document: &Json, members: &Json) -> Json {
        let mut proof = json!({
            "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": CREATED,
            "verificationMethod": self.method, "proofPurpose": "assertionMethod",
        });
        for (name, value) in members.as_object().unwrap() {
            if value.is_null() {
                proof.as_object_mut().unwrap().shift_remove(name);
            } else {
                proof[name] = value.clone();
            }
        }
        let hash = |json: &Json| {
            HashAlgorithm::Sha256.digest(tamarack::json::canonicalize(&Value::try_from(json).unwrap()).as_bytes())
        };
        let message = [hash(&proof), hash(document)].concat();
        proof["proofValue"] = encoding::multibase58_encode(&self.sign_bytes(&message)).into();
        let mut signed = document.clone();
        signed["proof"] = proof;
        signed
    }

    /// A compact JWS of these texts, whatever they say.
    pub(super) fn token(&self, header: &str, payload: &str) -> String {
        let input = unsigned_token(header, payload);
        format!("{input}.{}", encoding::base64url_encode(&self.sign_bytes(input.as_bytes())))
    }
}

/// The part of a token that is signed.
pub(super) fn unsigned_token(header: &str, payload: &str) -> String {
    format!("{}.{}", encoding::base64url_encode(header.as_bytes()), encoding::base64url_encode(payload.as_bytes()))
}

/// A time.
pub(super) fn time(text: &str) -> Timestamp {
    Timestamp::parse_stamp(text).unwrap()
}

/// JSON as the library's own object.
pub(super) fn object(json: &Json) -> Object<'static> {
    match Value::try_from(json).unwrap() {
        Value::Object(object) => object,
        other => panic!("not an object: {other:?}"),
    }
}
