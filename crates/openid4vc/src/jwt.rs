//! Small signed JWTs: read strictly, of one type, with one of a few algorithms.

use tamarack::Timestamp;
use tamarack::jose::Jws;
use tamarack::json::{Object, Value};
use tamarack::keys::{KeyType, PublicKey, SignatureAlgorithm, Signer};

use crate::members::Members;
use crate::{Refusal, RefusalCode, Result, limits};

/// A JWT that was read, its type and algorithm checked, its signature not yet.
pub(crate) struct Token<'t> {
    jws: Jws<'t>,
    /// The header.
    pub(crate) header: Object<'static>,
    /// The claims.
    pub(crate) claims: Members,
}

impl<'t> Token<'t> {
    /// Reads a token of a type (or of one of several names for it, set apart by a space), signed with one of the algorithms. `about` names it in refusals.
    pub(crate) fn read(
        text: &'t str,
        typ: &str,
        algorithms: &[impl AsRef<str>],
        about: &'static str,
        code: RefusalCode,
    ) -> Result<Self> {
        Self::read_up_to(limits::JWT_BYTES, text, typ, algorithms, about, code)
    }

    /// [`Self::read`] with a limit of its own.
    pub(crate) fn read_up_to(
        max_bytes: usize,
        text: &'t str,
        typ: &str,
        algorithms: &[impl AsRef<str>],
        about: &'static str,
        code: RefusalCode,
    ) -> Result<Self> {
        let refuse = |about| Refusal::new(code, about);
        if text.len() > max_bytes {
            return Err(refuse(about));
        }
        let jws = Jws::parse(text).map_err(|fault| refuse(about).because(fault))?;
        let header = jws.header().clone();
        if !header.get("typ").and_then(Value::as_str).is_some_and(|found| typ.split(' ').any(|typ| is_type(found, typ)))
        {
            return Err(refuse("typ"));
        }
        let alg = header.get("alg").and_then(Value::as_str).unwrap_or_default();
        if !algorithms.iter().any(|allowed| allowed.as_ref() == alg) {
            return Err(refuse("alg"));
        }
        let claims = Members::parse(jws.payload(), max_bytes, code)?;
        Ok(Self { jws, header, claims })
    }

    /// Checks the signature.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<()> {
        self.jws.verify(key).map_err(|fault| self.claims.refuse("the signature").because(fault))
    }

    /// The public key in the header's `jwk`: one with a private member is refused.
    pub(crate) fn header_key(&self) -> Result<PublicKey> {
        let refuse = || self.claims.refuse("jwk");
        let jwk = self.header.get("jwk").ok_or_else(refuse)?;
        PublicKey::from_jwk(jwk).map_err(|fault| refuse().because(fault))
    }

    /// The claim `iat`: there, not from the future, not older than `max_age` seconds.
    pub(crate) fn issued(&mut self, now: Timestamp, max_age: i64) -> Result<i64> {
        let iat = self.claims.seconds("iat")?.ok_or_else(|| self.claims.refuse("iat"))?;
        let age = now.unix().saturating_sub(iat);
        if age > max_age.saturating_add(limits::CLOCK_SKEW_SECONDS) || age < -limits::CLOCK_SKEW_SECONDS {
            return Err(self.claims.refuse("iat"));
        }
        Ok(iat)
    }

    /// The claim `iat`: there, and not further from this clock than so many seconds, before or after.
    pub(crate) fn issued_about(&mut self, now: Timestamp, seconds: i64) -> Result<i64> {
        let iat = self.claims.seconds("iat")?.ok_or_else(|| self.claims.refuse("iat"))?;
        let is_near = now.unix().abs_diff(iat) <= seconds.unsigned_abs();
        if is_near { Ok(iat) } else { Err(self.claims.refuse("iat")) }
    }

    /// The claims `exp` and `nbf`, where they are there. Gives `exp`.
    pub(crate) fn period(&mut self, now: Timestamp) -> Result<Option<i64>> {
        let now = now.unix();
        if self.claims.seconds("nbf")?.is_some_and(|nbf| nbf > now.saturating_add(limits::CLOCK_SKEW_SECONDS)) {
            return Err(self.claims.refuse("nbf"));
        }
        let exp = self.claims.seconds("exp")?;
        if exp.is_some_and(|exp| exp.saturating_add(limits::CLOCK_SKEW_SECONDS) <= now) {
            return Err(self.claims.refuse("exp"));
        }
        Ok(exp)
    }

    /// Whether the claim `aud` names the audience and nobody else.
    pub(crate) fn is_for(&mut self, audience: &str) -> bool {
        match self.claims.take("aud") {
            Some(Value::String(aud)) => aud == audience,
            Some(Value::Array(all)) => matches!(all.as_slice(), [only] if only.as_str() == Some(audience)),
            _ => false,
        }
    }
}

/// RFC 7515 §4.1.9: media types compare without case, and `application/` may be left out.
fn is_type(found: &str, expected: &str) -> bool {
    let found = match found.get(..12) {
        Some(prefix) if prefix.eq_ignore_ascii_case("application/") => found.get(12..).unwrap_or_default(),
        _ => found,
    };
    found.eq_ignore_ascii_case(expected)
}

/// The algorithm that a signer's key signs JWTs with, and its name.
pub(crate) fn algorithm_of(signer: &dyn Signer) -> Result<(SignatureAlgorithm, &'static str)> {
    match signer.public_key().key_type() {
        KeyType::Ed25519 => Ok((SignatureAlgorithm::EdDsa, "EdDSA")),
        KeyType::P256 => Ok((SignatureAlgorithm::Es256, "ES256")),
        KeyType::P384 => Ok((SignatureAlgorithm::Es384, "ES384")),
        other => Err(Refusal::internal(tamarack::Fault::new(tamarack::Code::KeyWrongSuite).about(other.name()))),
    }
}

/// Signs claims as a JWT of a type; `header` has what else stands there.
pub(crate) fn sign(typ: &str, header: Object<'static>, claims: &Value<'_>, signer: &dyn Signer) -> Result<String> {
    let mut whole = Object::new();
    whole.insert("typ", typ.to_owned());
    for (name, value) in header.iter() {
        whole.insert(name.to_owned(), value.clone());
    }
    let (algorithm, _) = algorithm_of(signer)?;
    let payload = tamarack::json::to_string(claims);
    Jws::sign(&whole, payload.as_bytes(), algorithm, signer).map_err(Refusal::internal)
}
