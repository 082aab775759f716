//! DPoP: proofs that whoever uses a token has the key to which it is bound (RFC 9449).

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tamarack::encoding::base64url_encode;
use tamarack::json::Object;
use tamarack::keys::Signer;
use tamarack::{Randomness, Timestamp};

use super::nonce::{NonceKey, NoncePurpose};
use super::secret::{Digest, Secret};
use crate::jwt::{self, Token};
use crate::members::{Builder, number};
use crate::{Refusal, RefusalCode, Result, limits};

/// The algorithms of proofs that are taken: asymmetric ones alone.
pub const ALGORITHMS: [&str; 4] = ["ES256", "ES384", "EdDSA", "Ed25519"];

const TYP: &str = "dpop+jwt";
const CODE: RefusalCode = RefusalCode::InvalidDpopProof;

/// The request to which a proof must belong.
#[derive(Clone, Copy, Debug)]
pub struct DpopRequest<'r> {
    /// The HTTP method, in capitals.
    pub method: &'r str,
    /// The URL of the endpoint, as the outside knows it.
    pub url: &'r str,
    /// The access token that is presented with it; at a resource server.
    pub access_token: Option<&'r str>,
}

/// Under which key the server makes its DPoP nonces, and for what; `None` if it asks for none.
pub type DpopNonces<'n> = Option<(&'n NonceKey, NoncePurpose)>;

/// A proof that holds. The caller lets its `jti` in once, for [`limits::PROOF_SECONDS`] and twice the clock skew.
#[derive(Clone, Debug)]
pub struct DpopProof {
    /// The thumbprint of the key (RFC 7638): to this a token is bound.
    pub jkt: String,
    /// The digest of the proof's `jti` with its key.
    pub jti: Digest,
}

/// Checks the `DPoP` headers of a request (RFC 9449 §4.3): there must be exactly one.
///
/// # Errors
/// [`RefusalCode::InvalidDpopProof`], about what does not hold; [`RefusalCode::UseDpopNonce`] if the server asks for a nonce
/// and the proof has none or an old one: the answer carries a new one in the header `DPoP-Nonce`.
pub fn check(headers: &[&str], request: DpopRequest<'_>, nonces: DpopNonces<'_>, now: Timestamp) -> Result<DpopProof> {
    let refuse = |about| Refusal::new(CODE, about);
    let [proof] = headers else { return Err(refuse("the DPoP header")) };
    let mut token = Token::read(proof, TYP, &ALGORITHMS, "the DPoP proof", CODE)?;
    let key = token.header_key()?;
    token.verify(&key)?;
    let jti = token.claims.need_text("jti")?;
    if jti.len() > limits::IDENTIFIER_BYTES {
        return Err(refuse("jti"));
    }
    if token.claims.need_text("htm")? != request.method {
        return Err(refuse("htm"));
    }
    if !same_endpoint(&token.claims.need_text("htu")?, request.url) {
        return Err(refuse("htu"));
    }
    token.issued(now, limits::PROOF_SECONDS)?;
    token.period(now)?;
    if let Some(access_token) = request.access_token {
        let ath = token.claims.need_text("ath")?;
        let expected = hash_of(access_token);
        if !bool::from(ath.as_bytes().ct_eq(expected.as_bytes())) {
            return Err(refuse("ath"));
        }
    }
    let nonce = token.claims.text("nonce")?;
    if let Some((key, purpose)) = nonces {
        let fresh = |nonce: &String| key.is_fresh(purpose, nonce, now, limits::SERVER_NONCE_SECONDS);
        if !nonce.as_ref().is_some_and(fresh) {
            return Err(Refusal::new(RefusalCode::UseDpopNonce, "nonce"));
        }
    }
    let jkt = key.jwk_thumbprint();
    let jti = Digest::of_short(&jti, &jkt);
    Ok(DpopProof { jkt, jti })
}

/// Makes a proof for a request, with the server's nonce if it gave one.
///
/// # Errors
/// [`RefusalCode::ServerError`] if there is no randomness or the signer refuses.
pub fn make(
    request: DpopRequest<'_>,
    nonce: Option<&str>,
    now: Timestamp,
    signer: &dyn Signer,
    rng: &mut dyn Randomness,
) -> Result<String> {
    let jti = Secret::draw(rng).map_err(Refusal::internal)?;
    let url = request.url.split(['?', '#']).next().unwrap_or_default();
    let claims = Builder::default()
        .set("jti", Some(jti.expose().to_owned()))
        .set("htm", Some(request.method.to_owned()))
        .set("htu", Some(url.to_owned()))
        .set("iat", Some(number(now.unix())))
        .set("ath", request.access_token.map(hash_of))
        .set("nonce", nonce.map(str::to_owned));
    let mut header = Object::new();
    header.insert("jwk", signer.public_key().to_jwk());
    jwt::sign(TYP, header, &claims.value(), signer)
}

/// RFC 9449 §4.2: the hash of an access token.
fn hash_of(access_token: &str) -> String {
    base64url_encode(&Sha256::digest(access_token.as_bytes()))
}

/// RFC 9449 §4.3: without query and fragment, after normalization of syntax and scheme.
fn same_endpoint(one: &str, other: &str) -> bool {
    let normal = |text: &str| {
        let mut url = url::Url::parse(text).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    normal(one).is_some_and(|one| Some(one) == normal(other))
}
