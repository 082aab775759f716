//! The authorization request: one internal form, whichever way it came (OpenID4VP §5, Appendix A; SIOPv2 §9).
//!
//! ```text
//! URL ── Invocation::parse ──┬─ parameters ───────────────► read_unsigned ──┐
//!                            ├─ request object ──► open ────────────────────┼─► Request
//!                            └─ reference ─(a shell fetches)─► open ────────┘
//! ```

mod invocation;
mod object;
mod read;

pub use invocation::{Invocation, Reference, UriMethod};
pub use object::{Expected, STATIC_AUDIENCE, algorithm_of, open, open_encrypted, read_unsigned, sign};
pub(crate) use object::{check_times, open_jws};
pub(crate) use read::{is_place_for_a_browser, read_common};

use tamarack::json::{Object, Value};

use super::client_id::{Client, ClientId};
use super::dcql::Query;
use super::metadata::ClientMetadata;
use super::presentation_exchange::Definition;

/// What is to be answered with (OpenID4VP §5.6; SIOPv2 §9).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ResponseType {
    /// `vp_token`: presentations.
    VpToken,
    /// `vp_token id_token`: presentations and a self-issued ID token (Appendix C).
    VpTokenIdToken,
    /// `id_token`: a self-issued ID token alone.
    IdToken,
}

impl ResponseType {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VpToken => "vp_token",
            Self::VpTokenIdToken => "vp_token id_token",
            Self::IdToken => "id_token",
        }
    }

    /// Whether presentations are asked for.
    #[must_use]
    pub const fn wants_presentations(self) -> bool {
        !matches!(self, Self::IdToken)
    }

    /// Whether a self-issued ID token is asked for.
    #[must_use]
    pub const fn wants_id_token(self) -> bool {
        !matches!(self, Self::VpToken)
    }
}

/// How the answer travels (OpenID4VP §5.6, §8.2, §8.3.1, A.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ResponseMode {
    /// In the fragment of `redirect_uri`.
    Fragment,
    /// Posted to `response_uri`.
    DirectPost,
    /// Posted, encrypted.
    DirectPostJwt,
    /// Given back through the Digital Credentials API.
    DcApi,
    /// Given back, encrypted.
    DcApiJwt,
}

impl ResponseMode {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fragment => "fragment",
            Self::DirectPost => "direct_post",
            Self::DirectPostJwt => "direct_post.jwt",
            Self::DcApi => "dc_api",
            Self::DcApiJwt => "dc_api.jwt",
        }
    }

    /// The mode of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let all = [Self::Fragment, Self::DirectPost, Self::DirectPostJwt, Self::DcApi, Self::DcApiJwt];
        all.into_iter().find(|mode| mode.as_str() == name)
    }

    /// Whether the answer is encrypted.
    #[must_use]
    pub const fn is_encrypted(self) -> bool {
        matches!(self, Self::DirectPostJwt | Self::DcApiJwt)
    }

    /// Whether the answer is posted to `response_uri`.
    #[must_use]
    pub const fn is_posted(self) -> bool {
        matches!(self, Self::DirectPost | Self::DirectPostJwt)
    }

    /// Whether it belongs to the Digital Credentials API.
    #[must_use]
    pub const fn is_dc_api(self) -> bool {
        matches!(self, Self::DcApi | Self::DcApiJwt)
    }
}

/// An authorization request that obeys every rule, and whose client was authenticated.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// Who asks; `None` for an unsigned request over the Digital Credentials API, where the origin says it.
    pub client: Option<Client>,
    /// Whom presentations are made for: the full client identifier, or `origin:` and the origin.
    pub audience: String,
    /// What to answer with.
    pub response_type: ResponseType,
    /// How.
    pub response_mode: ResponseMode,
    /// Where: `response_uri` or `redirect_uri`; `None` over the Digital Credentials API.
    pub answer_to: Option<String>,
    /// What presentations carry.
    pub nonce: String,
    /// What the answer repeats.
    pub state: Option<String>,
    /// What is asked for; `None` if no presentation is.
    pub query: Option<Query>,
    /// The presentation definition that the query was translated from: the answer then has the form of that time.
    pub exchange: Option<Definition>,
    /// What the verifier says of itself.
    pub metadata: ClientMetadata,
    /// The transaction data, each the text as it came.
    pub transaction_data: Vec<String>,
    /// What others say of the verifier.
    pub verifier_info: Vec<VerifierInfo>,
    /// The scopes, separated by spaces.
    pub scope: Option<String>,
    /// Every parameter, for what else a profile defines.
    pub parameters: Object<'static>,
}

impl Request {
    /// The client's identifier, if it has one.
    #[must_use]
    pub fn client_id(&self) -> Option<&ClientId> {
        self.client.as_ref().map(|client| &client.id)
    }

    /// Whether the client signed the request.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.client.as_ref().is_some_and(|client| client.is_signed)
    }
}

/// One attestation about the verifier (§5.1, §5.11). It is for a profile to judge; nothing of it is believed here.
#[derive(Clone, PartialEq, Debug)]
pub struct VerifierInfo {
    /// How `data` is to be read.
    pub format: String,
    /// The attestation.
    pub data: Value<'static>,
    /// The credential queries that it is for; empty for all.
    pub credential_ids: Vec<String>,
}
