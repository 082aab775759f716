//! Why nobody is signed in.

use axum::http::StatusCode;

use crate::http::Problem;
use crate::store::StoreError;

/// Why nobody is signed in. None of it holds anything that a provider or a browser sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SignInError {
    /// There is no provider of this name.
    Provider,
    /// The provider does not answer, or not as a provider does.
    Unavailable,
    /// The sign-in is unknown, was finished already, or took too long.
    Over,
    /// Another browser began it.
    Browser,
    /// The answer is of another provider than the one that was asked (RFC 9207, RFC 9700 §4.4).
    MixedUp,
    /// The person declined, or the provider let nobody in.
    Declined,
    /// The provider says that it failed.
    Failed,
    /// The provider did not take the code.
    Code,
    /// The ID token does not hold (OpenID Connect Core §3.1.3.7).
    Token,
    /// The level of assurance (`acr`) is not among those that are enough.
    Level,
    /// The person signed in longer ago than is allowed.
    Stale,
    /// The store failed.
    Store,
}

impl SignInError {
    /// Every one, for tests of the pages.
    pub const ALL: &'static [Self] = &[
        Self::Provider,
        Self::Unavailable,
        Self::Over,
        Self::Browser,
        Self::MixedUp,
        Self::Declined,
        Self::Failed,
        Self::Code,
        Self::Token,
        Self::Level,
        Self::Stale,
        Self::Store,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Provider => "sign_in.provider",
            Self::Unavailable => "sign_in.unavailable",
            Self::Over => "sign_in.over",
            Self::Browser => "sign_in.browser",
            Self::MixedUp => "sign_in.mixed_up",
            Self::Declined => "sign_in.declined",
            Self::Failed => "sign_in.failed",
            Self::Code => "sign_in.code",
            Self::Token => "sign_in.token",
            Self::Level => "sign_in.level",
            Self::Stale => "sign_in.stale",
            Self::Store => "sign_in.store",
        }
    }

    /// The status of the page that says so.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Provider => StatusCode::NOT_FOUND,
            Self::Over => StatusCode::GONE,
            Self::Browser | Self::Declined | Self::Level | Self::Stale => StatusCode::FORBIDDEN,
            Self::MixedUp => StatusCode::BAD_REQUEST,
            Self::Failed | Self::Code | Self::Token => StatusCode::BAD_GATEWAY,
            Self::Unavailable | Self::Store => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl std::fmt::Display for SignInError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for SignInError {}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        tracing::error!(reason = %error, "the store failed");
        Self::Store
    }
}

/// The page of `pages::error_page` for people, JSON for programs.
impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        Self::new(error.status(), error.code())
    }
}
