//! What a person's wallet does with a request for a self-issued ID token (SIOPv2 §9), and what a relying party asks with.

use tamarack::json::{Object, Value};
use tamarack::{Fault, Timestamp};

use super::{JWK_THUMBPRINT, SelfIssued, issue_id_token};
use crate::vp::client_id::ClientId;
use crate::vp::request::{Request, ResponseMode, ResponseType, algorithm_of};
use crate::vp::session::Ask;
use crate::{Refusal, RefusalCode, Result, limits};

/// Asks for an ID token alone. In the same device it comes in the fragment of a `redirect_uri`, across devices it is posted.
#[must_use]
pub fn ask(client_id: ClientId, mode: ResponseMode, answer_to: impl Into<String>) -> Ask {
    Ask {
        client_id: Some(client_id),
        response_type: ResponseType::IdToken,
        response_mode: mode,
        answer_to: Some(answer_to.into()),
        query: None,
        client_metadata: Object::new(),
        transaction_data: Vec::new(),
        verifier_info: Vec::new(),
        origins: Vec::new(),
        wallet_issuer: None,
        seconds: limits::REQUEST_SECONDS,
    }
}

/// The subject syntax types that the relying party understands (§7.5).
///
/// # Errors
/// `invalid_client_metadata_object` (`subject_syntax_types_supported`) if it says none.
pub fn subject_syntax_types(request: &Request) -> Result<Vec<&str>> {
    let wrong = || Refusal::new(RefusalCode::InvalidClientMetadataObject, "subject_syntax_types_supported");
    let types =
        request.metadata.all.get("subject_syntax_types_supported").and_then(Value::as_array).ok_or_else(wrong)?;
    let types: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
    if types.is_empty() { Err(wrong()) } else { Ok(types) }
}

/// Answers a request with the first of the person's keys that the relying party understands.
///
/// # Errors
/// `subject_syntax_types_not_supported` if it understands none of them; `client_metadata_value_not_supported` (`id_token_signed_response_alg`) if it wants another
/// algorithm; `invalid_client_metadata_object`; `unsupported_response_type` for a request that asks for no ID token.
pub fn answer(request: &Request, keys: &[SelfIssued<'_>], now: Timestamp) -> Result<String> {
    if !request.response_type.wants_id_token() {
        return Err(Refusal::new(RefusalCode::UnsupportedResponseType, "response_type"));
    }
    let types = subject_syntax_types(request)?;
    let is_understood = |key: &&SelfIssued<'_>| match key.verification_method {
        None => types.contains(&JWK_THUMBPRINT),
        // §8: `did:example` for one method, `did` for all of them.
        Some(method) => types.iter().any(|one| {
            *one == "did"
                || method.strip_prefix(one).is_some_and(|rest| rest.starts_with(':') && one.starts_with("did:"))
        }),
    };
    let refused = Refusal::new(RefusalCode::SubjectSyntaxTypesNotSupported, "subject_syntax_types_supported");
    let mut known = keys.iter().filter(is_understood).peekable();
    if known.peek().is_none() {
        return Err(refused);
    }
    let wanted = request.metadata.all.get("id_token_signed_response_alg").and_then(Value::as_str);
    let failed = |fault: Fault| Refusal::new(RefusalCode::ServerError, "id_token").because(fault);
    for key in known {
        let name = match algorithm_of(key.signer).map_err(failed)? {
            tamarack::keys::SignatureAlgorithm::EdDsa => "EdDSA",
            tamarack::keys::SignatureAlgorithm::Es384 => "ES384",
            _ => "ES256",
        };
        if wanted.is_none_or(|wanted| wanted == name) {
            return issue_id_token(key, &request.audience, &request.nonce, now);
        }
    }
    Err(Refusal::new(RefusalCode::ClientMetadataValueNotSupported, "id_token_signed_response_alg"))
}
