//! Attestation-based client authentication (draft-ietf-oauth-attestation-based-client-auth, as of -07, which OpenID4VCI
//! Appendix E names, and later): a wallet shows what its provider says of it, and that it has the key that is named there.

use tamarack::Randomness;
use tamarack::Timestamp;
use tamarack::json::{Object, Value};
use tamarack::keys::{PublicKey, Signer};

use super::attesters::Attesters;
use super::dpop::DpopProof;
use super::nonce::{NonceKey, NoncePurpose};
use super::secret::{Digest, Secret};
use crate::jwt::{self, Token};
use crate::members::{Builder, number};
use crate::{Refusal, RefusalCode, Result, limits};

/// The header of the attestation.
pub const HEADER: &str = "OAuth-Client-Attestation";
/// The header of the proof of possession.
pub const POP_HEADER: &str = "OAuth-Client-Attestation-PoP";
/// The algorithms that are taken.
pub const ALGORITHMS: [&str; 4] = super::dpop::ALGORITHMS;

const TYP: &str = "oauth-client-attestation+jwt";
const POP_TYP: &str = "oauth-client-attestation-pop+jwt";
const CODE: RefusalCode = RefusalCode::InvalidClientAttestation;

/// What attestations are checked against.
#[derive(Clone, Copy, Debug)]
pub struct AttestationRules<'r> {
    /// Whose attestations are believed.
    pub attesters: &'r Attesters,
    /// The authorization server's identifier: the audience of the proof.
    pub server: &'r str,
    /// Under which key the server makes its challenges; `None` if it asks for none.
    pub challenges: Option<&'r NonceKey>,
    /// Now.
    pub now: Timestamp,
}

/// A client whose attestation holds.
#[derive(Clone, Debug)]
pub struct AttestedClient {
    /// The client's identifier, the same for every instance of a wallet.
    pub client_id: String,
    /// The thumbprint of the instance's key: to this, codes and refresh tokens are bound.
    pub instance: String,
    /// The digest of the proof's `jti` with its key. The caller lets it in once, for [`limits::PROOF_SECONDS`] and twice the
    /// clock skew. In combined mode it is the DPoP proof's.
    pub jti: Digest,
    /// How the wallet is called, as its provider says.
    pub wallet_name: Option<String>,
    /// How to look up whether the attestation was revoked. Not looked up here.
    pub status: Option<Value<'static>>,
}

/// Checks the headers of a request: one attestation, and one proof of possession or, in combined mode, the DPoP proof that
/// was checked already. `client_id` is the request's parameter.
///
/// # Errors
/// [`RefusalCode::InvalidClient`] if there is no attestation, or for another client's;
/// [`RefusalCode::InvalidClientAttestation`] about what does not hold; [`RefusalCode::UseFreshAttestation`] for an attestation
/// that is over; [`RefusalCode::UseAttestationChallenge`] if the proof has no fresh challenge where the server asks for one.
pub fn check(
    attestation: &[&str],
    pop: &[&str],
    dpop: Option<&DpopProof>,
    client_id: Option<&str>,
    rules: &AttestationRules<'_>,
) -> Result<AttestedClient> {
    let refuse = |about| Refusal::new(CODE, about);
    let text = match attestation {
        [text] => text,
        [] => return Err(Refusal::new(RefusalCode::InvalidClient, HEADER)),
        _ => return Err(refuse(HEADER)),
    };
    let mut token = Token::read(text, TYP, &ALGORITHMS, HEADER, CODE)?;
    rules.attesters.verify(&token, rules.now)?;
    let sub = token.claims.need_text("sub")?;
    let exp = token.period(rules.now).map_err(|refusal| match refusal.about() {
        "exp" => Refusal::new(RefusalCode::UseFreshAttestation, "exp"),
        _ => refusal,
    })?;
    let exp = exp.ok_or_else(|| refuse("exp"))?;
    if exp.saturating_sub(rules.now.unix()) > limits::ATTESTATION_SECONDS {
        return Err(refuse("exp"));
    }
    let mut cnf = token.claims.object("cnf")?.ok_or_else(|| refuse("cnf"))?;
    let jwk = cnf.take("jwk").ok_or_else(|| refuse("cnf"))?;
    let key = PublicKey::from_jwk(&jwk).map_err(|fault| refuse("cnf").because(fault))?;
    if client_id.is_some_and(|client_id| client_id != sub) {
        return Err(Refusal::new(RefusalCode::InvalidClient, "client_id"));
    }
    let instance = key.jwk_thumbprint();
    let jti = match (pop, dpop) {
        ([pop], _) => possession(pop, &key, &sub, rules)?,
        // Combined mode: the DPoP proof is by the instance's key, and its nonce is the challenge.
        ([], Some(proof)) if proof.jkt == instance => proof.jti,
        ([], Some(_)) => return Err(refuse("the key of the DPoP proof")),
        _ => return Err(refuse(POP_HEADER)),
    };
    Ok(AttestedClient {
        client_id: sub,
        instance,
        jti,
        wallet_name: token.claims.text("wallet_name")?,
        status: token.claims.take("status"),
    })
}

fn possession(pop: &str, key: &PublicKey, client_id: &str, rules: &AttestationRules<'_>) -> Result<Digest> {
    let refuse = |about| Refusal::new(CODE, about);
    let mut token = Token::read(pop, POP_TYP, &ALGORITHMS, POP_HEADER, CODE)?;
    token.verify(key)?;
    if !token.is_for(rules.server) {
        return Err(refuse("aud"));
    }
    // Drafts up to -07 have it: the client's identifier.
    if token.claims.text("iss")?.is_some_and(|iss| iss != client_id) {
        return Err(refuse("iss"));
    }
    token.issued(rules.now, limits::PROOF_SECONDS)?;
    token.period(rules.now)?;
    let challenge = token.claims.text("challenge")?;
    if let Some(nonces) = rules.challenges {
        let fresh = |challenge: &String| {
            nonces.is_fresh(NoncePurpose::Attestation, challenge, rules.now, limits::SERVER_NONCE_SECONDS)
        };
        if !challenge.as_ref().is_some_and(fresh) {
            return Err(Refusal::new(RefusalCode::UseAttestationChallenge, "challenge"));
        }
    }
    let jti = token.claims.need_text("jti")?;
    Ok(Digest::of_short(&jti, &key.jwk_thumbprint()))
}

/// The body of the answer to a POST at the challenge endpoint, sent with `Cache-Control: no-store`.
///
/// # Errors
/// [`RefusalCode::ServerError`] if there is no randomness.
pub fn challenge_response(key: &NonceKey, now: Timestamp, rng: &mut dyn Randomness) -> Result<String> {
    let challenge = key.make(NoncePurpose::Attestation, now, rng).map_err(Refusal::internal)?;
    Ok(Builder::default().set("attestation_challenge", Some(challenge)).json())
}

/// Makes an attestation of a wallet instance's key: what a wallet provider does.
///
/// # Errors
/// [`RefusalCode::ServerError`] if the signer refuses.
pub fn make(
    client_id: &str,
    provider: &str,
    instance: &PublicKey,
    now: Timestamp,
    seconds: i64,
    signer: &dyn Signer,
) -> Result<String> {
    let claims = Builder::default()
        .set("iss", Some(provider.to_owned()))
        .set("sub", Some(client_id.to_owned()))
        .set("iat", Some(number(now.unix())))
        .set("exp", Some(number(now.unix().saturating_add(seconds))))
        .set("cnf", Some(Builder::default().set("jwk", Some(instance.to_jwk())).value()));
    jwt::sign(TYP, Object::new(), &claims.value(), signer)
}

/// Makes the proof of possession for a request to a server, with its challenge if it gave one: what a wallet does.
///
/// # Errors
/// [`RefusalCode::ServerError`] if there is no randomness or the signer refuses.
pub fn make_pop(
    client_id: &str,
    server: &str,
    challenge: Option<&str>,
    now: Timestamp,
    instance: &dyn Signer,
    rng: &mut dyn Randomness,
) -> Result<String> {
    let jti = Secret::draw(rng).map_err(Refusal::internal)?;
    let claims = Builder::default()
        .set("iss", Some(client_id.to_owned()))
        .set("aud", Some(server.to_owned()))
        .set("jti", Some(jti.expose().to_owned()))
        .set("iat", Some(number(now.unix())))
        // Drafts before -06 require it, and servers of that time; later ones ignore it.
        .set("exp", Some(number(now.unix().saturating_add(limits::PROOF_SECONDS))))
        .set("challenge", challenge.map(str::to_owned));
    jwt::sign(POP_TYP, Object::new(), &claims.value(), instance)
}
