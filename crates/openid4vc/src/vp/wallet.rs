//! The wallet's showing: the chosen credentials as presentations, bound to the verifier and its nonce (OpenID4VP §8, Appendix B).

use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::present::{Binding, Held, Holder, Selection, present};
use tamarack::proof::BoundSecrets;
use tamarack::{Fault, Randomness, Timestamp};

use super::dcql::{Candidate, Choice, CredentialQuery, Matches};
use super::request::Request;
use super::response::VpToken;
use super::transaction_data::{self, TransactionData, TransactionType};
use crate::{Refusal, RefusalCode, Result};

/// What a wallet shows with.
#[derive(Clone, Copy)]
pub struct Purse<'p> {
    /// The credentials, in the order in which they were matched.
    pub held: &'p [Held],
    /// The key that each is bound to, by its place; `None` for one that is bound to none.
    pub holders: &'p [Option<Holder<'p>>],
    /// The contexts of the credentials.
    pub contexts: &'p Contexts<'p>,
    /// The types of transaction data that the wallet understands, and showed to the person.
    pub transaction_types: &'p [TransactionType],
    /// Now.
    pub now: Timestamp,
}

impl core::fmt::Debug for Purse<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Purse").field("held", &self.held.len()).finish_non_exhaustive()
    }
}

/// Makes the VP token of a choice: of each credential exactly what its match says, and nothing else of it. Whoever calls
/// this has the person's consent.
///
/// # Errors
/// As [`Matches::settle`]; `access_denied` (`holder_binding`) for a credential whose key is not at hand; `server_error` (`presentation`) with the
/// fault if a presentation cannot be made.
pub fn show(
    request: &Request,
    matches: &Matches,
    choice: &Choice,
    purse: &Purse<'_>,
    rng: &mut dyn Randomness,
) -> Result<VpToken> {
    show_with(request, matches, choice, purse, &[], rng)
}

/// As [`show`], with the secrets that credentials are bound to (VC-DI-BBS §3.5), by their places; a credential beyond their end is
/// bound to none. A pseudonym is for the verifier of the request, and no other. No key of the holder signs then: it would tie
/// together what pseudonyms keep apart.
///
/// # Errors
/// As [`show`].
pub fn show_with(
    request: &Request,
    matches: &Matches,
    choice: &Choice,
    purse: &Purse<'_>,
    secrets: &[Option<&BoundSecrets>],
    rng: &mut dyn Randomness,
) -> Result<VpToken> {
    let settled = matches.settle(choice)?;
    let pieces = transaction_data::read(&request.transaction_data, request.query.as_ref(), purse.transaction_types)?;
    // §5.1: one of the credentials that a piece names authorizes it, and only one.
    let of = |piece: &TransactionData| {
        settled.iter().position(|(query, _)| piece.credential_ids.contains(&query.id)).ok_or(NOT_SHOWN)
    };
    let by = pieces.iter().map(of).collect::<Result<Vec<_>>>()?;
    let mut token = VpToken::new();
    for (at, (query, candidate)) in settled.into_iter().enumerate() {
        let own: Vec<&TransactionData> =
            pieces.iter().zip(&by).filter(|(_, by)| **by == at).map(|(piece, _)| piece).collect();
        let claims = transaction_data::claims(&own)?;
        let secrets = secrets.get(candidate.held).copied().flatten();
        let presentation = show_one(request, query, candidate, claims.as_ref(), (purse, secrets), rng)?;
        token.push(&query.id, presentation);
    }
    Ok(token)
}

/// §8.5: "the referenced Credential(s) are not available in the Wallet".
const NOT_SHOWN: Refusal = Refusal::new(RefusalCode::InvalidTransactionData, "credential_ids");

fn show_one(
    request: &Request,
    query: &CredentialQuery,
    candidate: &Candidate,
    claims: Option<&Object<'_>>,
    (purse, secrets): (&Purse<'_>, Option<&BoundSecrets>),
    rng: &mut dyn Randomness,
) -> Result<Value<'static>> {
    let held = purse.held.get(candidate.held).ok_or(Refusal::new(RefusalCode::InvalidRequest, "choice"))?;
    let holder = purse.holders.get(candidate.held).copied().flatten();
    let (audience, nonce) = (request.audience.as_str(), request.nonce.as_str());
    let bound = Binding {
        audience: Some(audience),
        nonce: Some(nonce),
        holder,
        created: Some(purse.now),
        issuer_key: None,
        secrets: None,
        key_binding_claims: claims,
    };
    let failed = |fault: Fault| Refusal::new(RefusalCode::ServerError, "presentation").because(fault);
    let for_verifier = secrets.filter(|_| held.is_bound()).map(|secrets| secrets.for_domain(Some(audience)));
    let for_verifier = for_verifier.transpose().map_err(failed)?;
    let binding = if held.is_bound() {
        // The verifier sees a pseudonym; that there is a secret behind it without one, the proof does not tell it.
        let proves = held.shows_pseudonym() || !query.require_cryptographic_holder_binding;
        if for_verifier.is_none() || !proves {
            return Err(Refusal::new(RefusalCode::AccessDenied, "holder_binding"));
        }
        Binding { holder: None, secrets: for_verifier.as_ref(), ..bound }
    } else if query.require_cryptographic_holder_binding {
        if holder.is_none() {
            return Err(Refusal::new(RefusalCode::AccessDenied, "holder_binding"));
        }
        bound
    } else if held.is_zero_knowledge() {
        // Made for this verifier and nonce, and by nobody's key.
        Binding { holder: None, ..bound }
    } else {
        // B.1, B.3: the credential without a proof of its holder.
        Binding { audience: None, nonce: None, holder: None, ..bound }
    };
    let selection = Selection { pointers: &candidate.pointers, frame: None };
    let text = present(held, &selection, &binding, purse.contexts, rng).map_err(failed)?;
    if text.starts_with('{') {
        return json::parse(text.as_bytes()).map(Value::into_owned).map_err(failed);
    }
    Ok(Value::from(text))
}
