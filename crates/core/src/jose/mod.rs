//! JOSE: VC-JWT of VCDM 1.1, `vc+jwt` and `vp+jwt` of VC-JOSE-COSE.
//!
//! The compact serialization is taken apart here, strictly (see [`Jws`]). RS256 and PS256 are verified by josekit; EdDSA,
//! ES256 and ES384 with the keys and the checks that the proofs of [`crate::proof`] use, so that one key is judged in one
//! way wherever it signs. josekit's EdDSA takes keys and points of small order, for example. Keys at rest are JWEs of
//! josekit (see [`crate::keys`]).

pub(crate) mod claims;
mod jws;
mod sign;
mod verify;

pub use jws::Jws;
pub(crate) use sign::numeric_date;
pub use sign::sign;
pub(crate) use verify::only_key;
pub use verify::verify;

use crate::did::{Relationship, VerificationMethod};
use crate::json::{Object, Value, parse};
use crate::keys::{KeyType, SignatureAlgorithm};
use crate::{Code, Fault};

/// Which form of JWT.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JwtForm {
    /// VCDM 1.1 §6.3.1: claims `vc` or `vp` and registered claims.
    V1,
    /// VC-JOSE-COSE: the payload is the credential or presentation.
    V2,
}

/// A compact JWS, taken apart, its signature not yet checked.
#[derive(Clone, Debug)]
pub struct Jwt {
    /// The protected header.
    pub header: Value<'static>,
    /// The payload as it stands in the token.
    pub payload: Value<'static>,
    /// Which form it is.
    pub form: JwtForm,
    /// Whether it holds a presentation.
    pub is_presentation: bool,
    /// The credential or presentation, the registered claims of VCDM 1.1 mapped into it (both readings of `vc`).
    pub document: Object<'static>,
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
}

impl Jwt {
    /// How the token is called: `jwt` (VCDM 1.1), `vc+jwt` or `vp+jwt`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match (self.form, self.is_presentation) {
            (JwtForm::V1, _) => "jwt",
            (JwtForm::V2, false) => "vc+jwt",
            (JwtForm::V2, true) => "vp+jwt",
        }
    }
}

/// What came out of the signature of a JWT.
#[derive(Clone, Debug)]
pub struct JwtOutcome {
    /// The `alg`.
    pub algorithm: String,
    /// The DID URL of the key (from `kid`, made absolute against `iss`).
    pub verification_method: String,
    /// Whether the signature matches.
    pub signature: Result<(), Fault>,
    /// Whether the key is the controller's and allowed for the purpose.
    pub authority: Result<VerificationMethod, Fault>,
    /// The `nonce` claim of a presentation.
    pub nonce: Option<String>,
    /// The `aud` claim of a presentation.
    pub audience: Vec<String>,
}

/// Takes a compact JWS apart and finds the document in it. Refuses `none`, MACs, critical headers and what is not strict.
///
/// # Errors
/// `jose.*`, `json.*`; [`crate::Code::InputTooLarge`]; [`crate::Code::InputNotACredential`] for a JWT of another kind.
pub fn read(token: &str) -> Result<Jwt, Fault> {
    let jws = Jws::parse(token)?;
    let Value::Object(payload) = parse(jws.payload())?.into_owned() else {
        return Err(jws::malformed("payload"));
    };
    let content = claims::content(jws.header(), &payload)?;
    Ok(Jwt {
        header: Value::Object(jws.header().clone()),
        payload: Value::Object(payload),
        form: content.form,
        is_presentation: content.is_presentation,
        document: content.document,
        algorithm: jws.algorithm(),
    })
}

/// The algorithm that a kind of key signs with.
///
/// # Errors
/// [`Code::KeyWrongSuite`] for a kind that signs no JWT.
pub(crate) fn algorithm_of(key: KeyType) -> Result<SignatureAlgorithm, Fault> {
    match key {
        KeyType::Ed25519 => Ok(SignatureAlgorithm::EdDsa),
        KeyType::P256 => Ok(SignatureAlgorithm::Es256),
        KeyType::P384 => Ok(SignatureAlgorithm::Es384),
        other => Err(Fault::new(Code::KeyWrongSuite).about(other.name())),
    }
}

/// How to sign a JWT.
#[derive(Clone, Debug)]
pub struct JwtOptions {
    /// Which form.
    pub form: JwtForm,
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The DID URL of the key, for `kid`.
    pub verification_method: String,
    /// Whom a presentation is for.
    pub audience: Option<String>,
    /// The nonce of a presentation.
    pub nonce: Option<String>,
    /// The purpose: `AssertionMethod` for credentials, `Authentication` for presentations.
    pub purpose: Relationship,
}

#[cfg(test)]
mod interop_tests;
#[cfg(test)]
mod tests;
