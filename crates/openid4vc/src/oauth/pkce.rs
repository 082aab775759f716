//! Proof Key for Code Exchange (RFC 7636), with `S256` alone: `plain` shows the verifier to whoever sees the request.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::{Fault, Randomness};

use super::form::Form;
use super::secret::Secret;
use crate::{Refusal, RefusalCode, Result};

/// The `code_challenge` of a request: the SHA-256 of the verifier, in base64url. It is public.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Challenge(String);

impl Challenge {
    /// Reads the challenge of an authorization request.
    ///
    /// # Errors
    /// [`RefusalCode::InvalidRequest`] if there is none, if its method is not `S256` (RFC 7636 §4.3: absent is `plain`), or
    /// if it is no SHA-256.
    pub fn of_request(form: &Form) -> Result<Self> {
        let challenge = form.need("code_challenge")?;
        let refuse = |about| Refusal::new(RefusalCode::InvalidRequest, about);
        if form.get("code_challenge_method") != Some("S256") {
            return Err(refuse("code_challenge_method"));
        }
        match base64url_decode(challenge) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(challenge.to_owned())),
            _ => Err(refuse("code_challenge")),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Checks the verifier of a token request (RFC 7636 §4.6).
    ///
    /// # Errors
    /// [`RefusalCode::InvalidRequest`] for one that is malformed, [`RefusalCode::InvalidGrant`] for another one.
    pub fn check(&self, verifier: &str) -> Result<()> {
        // RFC 7636 §4.1: 43 to 128 unreserved characters.
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
            return Err(Refusal::new(RefusalCode::InvalidRequest, "code_verifier"));
        }
        if challenge_of(verifier).as_bytes().ct_eq(self.0.as_bytes()).into() {
            Ok(())
        } else {
            Err(Refusal::new(RefusalCode::InvalidGrant, "code_verifier"))
        }
    }
}

/// Draws a verifier with its challenge, for a client.
///
/// # Errors
/// [`tamarack::Code::Internal`] if there is no randomness.
pub fn make(rng: &mut dyn Randomness) -> Result<(Secret, Challenge), Fault> {
    let verifier = Secret::draw(rng)?;
    let challenge = Challenge(challenge_of(verifier.expose()));
    Ok((verifier, challenge))
}

fn challenge_of(verifier: &str) -> String {
    base64url_encode(&Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use tamarack::SystemRandomness;

    use super::*;

    #[test]
    fn the_known_answer() {
        // RFC 7636 Appendix B.
        let form = Form::parse("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256")
            .unwrap();
        let challenge = Challenge::of_request(&form).unwrap();
        challenge.check("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let (verifier, made) = make(&mut SystemRandomness).unwrap();
        made.check(verifier.expose()).unwrap();
        assert_eq!(challenge.check(verifier.expose()).unwrap_err().code(), RefusalCode::InvalidGrant);
        assert_eq!(challenge.check("short").unwrap_err().code(), RefusalCode::InvalidRequest);
    }
}
