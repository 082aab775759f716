//! The key-binding JWT: made by the holder over what he shows, checked by whom he shows it to (RFC 9901 §4.3, §7.3).

use super::SdJwt;
use super::disclosure::HashName;
use crate::jose::claims::{claim, is_media_type, text, time};
use crate::jose::{Jws, algorithm_of};
use crate::json::{Object, Value, parse, to_string};
use crate::keys::Signer;
use crate::{Code, Fault, Timestamp};

const TYP: &str = "kb+jwt";

/// For whom a holder shows a credential, and the key that he shows it with.
#[derive(Clone, Copy)]
pub struct KeyBinding<'k> {
    /// The holder's key, which the credential names in `cnf`.
    pub signer: &'k dyn Signer,
    /// The verifier (`aud`).
    pub audience: &'k str,
    /// The verifier's nonce.
    pub nonce: &'k str,
    /// Now (`iat`).
    pub now: Timestamp,
    /// Further claims, such as the hashes of transaction data (OpenID4VP §B.3.3.1). They never stand in the place of those above.
    pub claims: Option<&'k Object<'k>>,
}

impl core::fmt::Debug for KeyBinding<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("KeyBinding").field("audience", &self.audience).finish_non_exhaustive()
    }
}

impl KeyBinding<'_> {
    /// The key-binding JWT over an SD-JWT, whose text ends with a tilde.
    pub(super) fn sign(&self, sd_jwt: &str, hash: HashName) -> Result<String, Fault> {
        let mut header = Object::new();
        header.insert("typ", TYP);
        let mut payload = Object::new();
        payload.insert("iat", seconds(self.now)?);
        payload.insert("aud", self.audience);
        payload.insert("nonce", self.nonce);
        payload.insert("sd_hash", hash.digest(sd_jwt));
        for (name, value) in self.claims.into_iter().flat_map(Object::iter) {
            if payload.contains_key(name) {
                return Err(claim("claims"));
            }
            payload.insert(name.to_owned(), value.clone().into_owned());
        }
        let algorithm = algorithm_of(self.signer.public_key().key_type())?;
        Jws::sign(&header, to_string(&Value::Object(payload)).as_bytes(), algorithm, self.signer)
    }
}

/// A time as a NumericDate.
pub(super) fn seconds(time: Timestamp) -> Result<Value<'static>, Fault> {
    crate::jose::numeric_date(time.unix()).map(Value::Number).ok_or_else(|| claim("iat"))
}

/// A key-binding JWT whose form and `sd_hash` are right. Its signature is not yet checked.
pub(crate) struct HolderProof<'t> {
    pub(crate) jws: Jws<'t>,
    pub(crate) audience: String,
    pub(crate) nonce: String,
    pub(crate) issued: Timestamp,
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) expires: Option<Timestamp>,
}

impl<'t> HolderProof<'t> {
    /// Reads the key-binding JWT of an SD-JWT+KB. `Ok(None)`: it has none.
    ///
    /// # Errors
    /// What [`Jws::parse`] gives; [`Code::JoseType`]; [`Code::JoseClaim`] with the claim; [`Code::SdJwtHash`].
    pub(crate) fn read(sd_jwt: &SdJwt<'t>, hash: HashName) -> Result<Option<Self>, Fault> {
        let Some(token) = sd_jwt.key_binding() else { return Ok(None) };
        let jws = Jws::parse(token)?;
        // RFC 9901 §4.3: "typ: REQUIRED. MUST be kb+jwt".
        let typ = jws.header().get("typ").and_then(Value::as_str);
        if !typ.is_some_and(|typ| is_media_type(typ, TYP)) {
            return Err(Fault::new(Code::JoseType).about("typ"));
        }
        let value = parse(jws.payload())?;
        let payload = value.as_object().ok_or_else(|| Fault::new(Code::JoseMalformed).about("payload"))?;
        // §4.3: aud is a single string, nonce a string; all four are required.
        let need = |name: &'static str| text(payload, name)?.ok_or_else(|| claim(name));
        let (audience, nonce) = (need("aud")?.to_owned(), need("nonce")?.to_owned());
        let issued = time(payload, "iat")?.ok_or_else(|| claim("iat"))?;
        if need("sd_hash")? != hash.digest(sd_jwt.hashed()) {
            return Err(Fault::new(Code::SdJwtHash).about("sd_hash"));
        }
        let (not_before, expires) = (time(payload, "nbf")?, time(payload, "exp")?);
        Ok(Some(Self { jws, audience, nonce, issued, not_before, expires }))
    }
}
