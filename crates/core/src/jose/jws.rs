//! The compact serialization of JWS (RFC 7515 §7.1), taken apart strictly, for any payload.

use crate::encoding::{base64url_decode, base64url_encode};
use crate::json::{Object, Value, parse, to_string};
use crate::keys::{PublicKey, SignatureAlgorithm, Signer};
use crate::{Code, Fault, limits};

/// A compact JWS: its header obeys this library's rules, its signature is not yet checked.
#[derive(Clone, Debug)]
pub struct Jws<'t> {
    header: Object<'static>,
    payload: Vec<u8>,
    signature: Vec<u8>,
    signing_input: &'t str,
    algorithm: SignatureAlgorithm,
}

impl<'t> Jws<'t> {
    /// Takes a token apart: three parts of strict base64url, the header a JSON object, at most [`limits::INPUT_BYTES`].
    ///
    /// # Errors
    /// [`Code::InputTooLarge`]; [`Code::JoseMalformed`]; [`Code::JoseAlgorithm`] for `none`, MACs and algorithms that are
    /// not supported; [`Code::JoseCritical`] for any critical header; `json.*`, such as a header's key that stands twice.
    pub fn parse(token: &'t str) -> Result<Self, Fault> {
        Self::parse_up_to(token, limits::INPUT_BYTES)
    }

    /// [`Self::parse`] with a limit of its own; for evidence.
    pub(crate) fn parse_up_to(token: &'t str, max_bytes: usize) -> Result<Self, Fault> {
        if token.len() > max_bytes {
            let about = format!("{} > {max_bytes} bytes", token.len());
            return Err(Fault::new(Code::InputTooLarge).about(about));
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or_else(|| malformed("parts"))?;
        let (header, payload) = signing_input.split_once('.').ok_or_else(|| malformed("parts"))?;
        if payload.contains('.') {
            return Err(malformed("parts"));
        }
        let header = match parse(&decode(header, "header")?)? {
            Value::Object(header) => header.into_owned(),
            _ => return Err(malformed("header")),
        };
        let algorithm = check_header(&header)?;
        Ok(Self {
            header,
            payload: decode(payload, "payload")?,
            signature: decode(signature, "signature")?,
            signing_input,
            algorithm,
        })
    }

    /// Signs a payload; `alg` is set in the header.
    ///
    /// # Errors
    /// [`Code::KeyWrongSuite`] for RSA, which is for verification only, and from the signer; [`Code::KeySignerFailed`];
    /// what [`Jws::parse`] refuses in the header.
    pub fn sign(
        header: &Object<'_>,
        payload: &[u8],
        algorithm: SignatureAlgorithm,
        signer: &dyn Signer,
    ) -> Result<String, Fault> {
        let (name, length) = match algorithm {
            SignatureAlgorithm::EdDsa => ("EdDSA", 64),
            SignatureAlgorithm::Es256 => ("ES256", 64),
            SignatureAlgorithm::Es384 => ("ES384", 96),
            SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256 => {
                return Err(Fault::new(Code::KeyWrongSuite).about("RSA"));
            }
        };
        let mut whole: Object<'static> = Object::new();
        whole.insert("alg", name);
        for (key, value) in header.iter().filter(|(key, _)| *key != "alg") {
            whole.insert(key.to_owned(), value.clone().into_owned());
        }
        check_header(&whole)?;
        let header = base64url_encode(to_string(&Value::Object(whole)).as_bytes());
        let input = format!("{header}.{}", base64url_encode(payload));
        let signature = signer.sign(algorithm, input.as_bytes())?;
        if signature.len() != length {
            return Err(Fault::new(Code::KeySignerFailed).about("length of the signature"));
        }
        Ok(format!("{input}.{}", base64url_encode(&signature)))
    }

    /// The protected header.
    #[must_use]
    pub const fn header(&self) -> &Object<'static> {
        &self.header
    }

    /// The payload's bytes. Nobody is known to have signed them until [`Self::verify`] says so.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The bytes that were signed.
    pub(crate) const fn signing_input(&self) -> &'t [u8] {
        self.signing_input.as_bytes()
    }

    /// The signature.
    pub(crate) fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Checks the signature with a key that the caller trusts.
    ///
    /// # Errors
    /// [`Code::KeyWrongSuite`] if the algorithm is not for this kind of key, [`Code::ProofSignatureInvalid`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), Fault> {
        key.verify(self.algorithm, self.signing_input(), &self.signature)
    }
}

fn decode(part: &str, name: &'static str) -> Result<Vec<u8>, Fault> {
    match base64url_decode(part) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(malformed(name)),
    }
}

/// The algorithm; and nothing that would change what the signature covers. Keys in the header (`jwk`, `x5c`, `jku`,
/// `x5u`) are never used: whoever made the token chose them.
fn check_header(header: &Object<'_>) -> Result<SignatureAlgorithm, Fault> {
    let name = header.get("alg").and_then(Value::as_str).ok_or_else(|| malformed("alg"))?;
    let algorithm = algorithm(name).ok_or_else(|| Fault::new(Code::JoseAlgorithm).about(name))?;
    // RFC 7515 §4.1.11: what is critical must be understood, and there is nothing critical that we understand.
    if header.contains_key("crit") {
        return Err(Fault::new(Code::JoseCritical).about("crit"));
    }
    // RFC 7797: `b64: false` signs another text; it must come with `crit`, but some do not look.
    if header.get("b64").is_some_and(|b64| b64.as_bool() != Some(true)) {
        return Err(Fault::new(Code::JoseCritical).about("b64"));
    }
    for key in ["kid", "typ", "cty"] {
        if header.get(key).is_some_and(|value| value.as_str().is_none()) {
            return Err(malformed(key));
        }
    }
    Ok(algorithm)
}

/// The algorithm of a registered name; `None` for `none`, for MACs and for what is not supported.
fn algorithm(name: &str) -> Option<SignatureAlgorithm> {
    match name {
        // RFC 9864 names Ed25519 by itself.
        "EdDSA" | "Ed25519" => Some(SignatureAlgorithm::EdDsa),
        "ES256" => Some(SignatureAlgorithm::Es256),
        "ES384" => Some(SignatureAlgorithm::Es384),
        "RS256" => Some(SignatureAlgorithm::Rs256),
        "PS256" => Some(SignatureAlgorithm::Ps256),
        _ => None,
    }
}

pub(super) fn malformed(name: &'static str) -> Fault {
    Fault::new(Code::JoseMalformed).about(name)
}
