//! The code for an ID token, and what makes an ID token good (OpenID Connect Core §3.1.3).

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use openidconnect::core::{CoreClient, CoreClientAuthMethod, CoreIdToken, CoreJwsSigningAlgorithm, CoreTokenResponse};
use openidconnect::http::header::CONTENT_TYPE;
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, IdTokenVerifier,
    Nonce, OAuth2TokenResponse as _, PkceCodeVerifier, RedirectUrl, SignatureVerificationError, TokenResponse as _,
};
use tamarack::Timestamp;
use tamarack::encoding::base64url_decode;
use tamarack::json::{self, Object, Value};
use tamarack_openid4vc::limits::CLOCK_SKEW_SECONDS;

use super::SignInError;
use super::assertion::assertion;
use super::provider::{Metadata, Provider};
use super::settings::ClientProof;
use super::steps::{Begun, Person};
use crate::limits;

/// The type of an assertion that is a JWT (RFC 7523 §2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Redeems a code, verifies what comes back, and says who signed in.
pub(super) async fn person(
    provider: &Provider,
    metadata: &Arc<Metadata>,
    begun: &Begun,
    code: &str,
    redirect_uri: &str,
    now: Timestamp,
) -> Result<Person, SignInError> {
    let response = redeem(provider, metadata, begun, code, redirect_uri, now).await?;
    let token = response.id_token().ok_or(SignInError::Token)?;
    let verified = match verify(provider, metadata, token, &response, begun, now) {
        Err(Flaw::UnknownKey) => {
            // The provider may have new keys.
            let newer = provider.metadata_after(metadata).await?;
            verify(provider, &newer, token, &response, begun, now)
        }
        other => other,
    };
    let mut person = verified.map_err(|flaw| {
        tracing::warn!(provider = provider.settings.name.as_str(), flaw = flaw.name(), "an ID token does not hold");
        flaw.error()
    })?;
    if provider.settings.userinfo {
        add_userinfo(provider, metadata, response.access_token().secret(), &mut person).await?;
    }
    Ok(person)
}

async fn redeem(
    provider: &Provider,
    metadata: &Metadata,
    begun: &Begun,
    code: &str,
    redirect_uri: &str,
    now: Timestamp,
) -> Result<CoreTokenResponse, SignInError> {
    let settings = &provider.settings;
    let secret = match &settings.proof {
        ClientProof::Secret(secret) => Some(ClientSecret::new(secret.to_string())),
        ClientProof::Public | ClientProof::Key(..) => None,
    };
    let client_id = ClientId::new(settings.client_id.clone());
    let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| SignInError::Provider)?;
    let client = CoreClient::from_provider_metadata(metadata.clone(), client_id, secret)
        .set_redirect_uri(redirect)
        .set_auth_type(auth_type(metadata, &settings.proof));
    let assertion = match &settings.proof {
        ClientProof::Key(..) => Some(assertion(provider, metadata, now)?),
        ClientProof::Public | ClientProof::Secret(_) => None,
    };
    let request =
        client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|_| SignInError::Unavailable)?;
    let mut request = request.set_pkce_verifier(PkceCodeVerifier::new(begun.verifier.clone()));
    if let Some(assertion) = assertion {
        request =
            request.add_extra_param("client_assertion_type", ASSERTION).add_extra_param("client_assertion", assertion);
    }
    request.request_async(&provider.client).await.map_err(|error| {
        use openidconnect::RequestTokenError::{Request, ServerResponse};
        let name = settings.name.as_str();
        match error {
            ServerResponse(_) => {
                tracing::warn!(provider = name, "a provider did not take its code");
                SignInError::Code
            }
            Request(error) => {
                tracing::warn!(provider = name, reason = %error, "a provider's token endpoint did not answer");
                SignInError::Unavailable
            }
            _ => {
                tracing::warn!(provider = name, "a provider's token response was not understood");
                SignInError::Token
            }
        }
    })
}

/// A secret goes into the header, unless the provider wants it in the body alone.
fn auth_type(metadata: &Metadata, proof: &ClientProof) -> AuthType {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method: &CoreClientAuthMethod| methods.is_some_and(|all| all.contains(method));
    let only_post = takes(&CoreClientAuthMethod::ClientSecretPost) && !takes(&CoreClientAuthMethod::ClientSecretBasic);
    if !matches!(proof, ClientProof::Secret(_)) || only_post { AuthType::RequestBody } else { AuthType::BasicAuth }
}

/// What is wrong with an ID token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Flaw {
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    Party,
    Time,
    Nonce,
    Hash,
    Form,
    Level,
    Stale,
}

impl Flaw {
    const fn name(self) -> &'static str {
        match self {
            Self::UnknownKey => "key",
            Self::Signature => "signature",
            Self::Issuer => "iss",
            Self::Audience => "aud",
            Self::Party => "azp",
            Self::Time => "exp, iat",
            Self::Nonce => "nonce",
            Self::Hash => "at_hash",
            Self::Form => "form",
            Self::Level => "acr",
            Self::Stale => "auth_time",
        }
    }

    const fn error(self) -> SignInError {
        match self {
            Self::Level => SignInError::Level,
            Self::Stale => SignInError::Stale,
            _ => SignInError::Token,
        }
    }
}

fn verify(
    provider: &Provider,
    metadata: &Metadata,
    token: &CoreIdToken,
    response: &CoreTokenResponse,
    begun: &Begun,
    now: Timestamp,
) -> Result<Person, Flaw> {
    let settings = &provider.settings;
    let names = settings.algorithms.iter().map(|name| serde_json::from_value(name.as_str().into()));
    let algorithms: Vec<CoreJwsSigningAlgorithm> = names.collect::<Result<_, _>>().map_err(|_| Flaw::Form)?;
    let jwks = metadata.jwks().clone();
    let client_id = ClientId::new(settings.client_id.clone());
    let seconds = now.unix();
    let lenient = u64::try_from(seconds - CLOCK_SKEW_SECONDS).unwrap_or_default();
    let verifier = IdTokenVerifier::new_public_client(client_id, metadata.issuer().clone(), jwks)
        .set_allowed_algs(algorithms)
        // Nobody else is meant: a second audience could play us its copy.
        .set_other_audience_verifier_fn(|_| false)
        .set_time_fn(move || (UNIX_EPOCH + Duration::from_secs(lenient)).into())
        .set_issue_time_verifier_fn(move |issued| {
            let age = seconds - issued.timestamp();
            let known = -CLOCK_SKEW_SECONDS..=limits::SIGN_IN_SECONDS + CLOCK_SKEW_SECONDS;
            if known.contains(&age) { Ok(()) } else { Err(String::new()) }
        });
    let nonce = Nonce::new(begun.nonce.clone());
    let claims = token.claims(&verifier, &nonce).map_err(|error| flaw(&error))?;
    // §3.1.3.7 steps 4 and 5.
    if claims.authorized_party().is_some_and(|party| party.as_str() != settings.client_id) {
        return Err(Flaw::Party);
    }
    if let Some(expected) = claims.access_token_hash() {
        let key = token.signing_key(&verifier).map_err(|_| Flaw::Hash)?;
        let alg = token.signing_alg().map_err(|_| Flaw::Hash)?;
        let actual = AccessTokenHash::from_token(response.access_token(), alg, key).map_err(|_| Flaw::Hash)?;
        if actual != *expected {
            return Err(Flaw::Hash);
        }
    }
    let acr = claims.auth_context_ref().map(|acr| acr.as_str().to_owned());
    if !begun.acr.is_empty() && !acr.as_ref().is_some_and(|acr| begun.acr.contains(acr)) {
        return Err(Flaw::Level);
    }
    let auth_time = claims.auth_time().map(|time| Timestamp::from_unix(time.timestamp()));
    if let Some(most) = begun.max_age {
        let age = auth_time.map(|time| now.seconds_since(time)).ok_or(Flaw::Stale)?;
        if age > i64::from(most) + CLOCK_SKEW_SECONDS || age < -CLOCK_SKEW_SECONDS {
            return Err(Flaw::Stale);
        }
    }
    Ok(Person {
        provider: settings.name.clone(),
        issuer: metadata.issuer().as_str().to_owned(),
        subject: claims.subject().as_str().to_owned(),
        acr,
        auth_time,
        claims: payload(&token.to_string()).ok_or(Flaw::Form)?,
    })
}

const fn flaw(error: &ClaimsVerificationError) -> Flaw {
    match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => Flaw::UnknownKey,
        ClaimsVerificationError::InvalidIssuer(_) => Flaw::Issuer,
        ClaimsVerificationError::InvalidAudience(_) => Flaw::Audience,
        ClaimsVerificationError::Expired(_) => Flaw::Time,
        ClaimsVerificationError::InvalidNonce(_) => Flaw::Nonce,
        ClaimsVerificationError::SignatureVerification(_) => Flaw::Signature,
        _ => Flaw::Form,
    }
}

/// The claims of a token whose signature was verified, read strictly: no name twice.
fn payload(token: &str) -> Option<Object<'static>> {
    let bytes = base64url_decode(token.split('.').nth(1)?).ok()?;
    match json::parse(&bytes).ok()? {
        Value::Object(claims) => Some(claims.into_owned()),
        _ => None,
    }
}

/// OpenID Connect Core §5.3.2: the same subject, or none of it counts. What the ID token says, which is signed, stays.
async fn add_userinfo(
    provider: &Provider,
    metadata: &Metadata,
    access_token: &str,
    person: &mut Person,
) -> Result<(), SignInError> {
    let url = metadata.userinfo_endpoint().ok_or(SignInError::Unavailable)?;
    let headers = [("authorization", format!("Bearer {access_token}")), ("accept", "application/json".to_owned())];
    let answer = provider.client.get(url.as_str(), &headers).await.map_err(|error| {
        tracing::warn!(provider = provider.settings.name.as_str(), reason = %error, "no userinfo");
        SignInError::Unavailable
    })?;
    let media_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if answer.status().as_u16() != 200 || !media_type.starts_with("application/json") {
        return Err(SignInError::Token);
    }
    let value = json::parse(answer.body()).map_err(|_| SignInError::Token)?;
    if value.get("sub").and_then(Value::as_str) != Some(person.subject.as_str()) {
        return Err(SignInError::Token);
    }
    let Value::Object(more) = value else { return Err(SignInError::Token) };
    for (name, value) in more.into_owned() {
        if !person.claims.contains_key(&name) {
            person.claims.insert(name, value);
        }
    }
    Ok(())
}
