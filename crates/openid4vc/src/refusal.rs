//! Why a protocol message was refused: the one error value of this crate.

use tamarack::Fault;

/// The error codes that OAuth 2.0 and the OpenID protocols put on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum RefusalCode {
    /// A parameter is missing, doubled or malformed (RFC 6749 §4.1.2.1, §5.2).
    InvalidRequest,
    /// The client could not be authenticated (RFC 6749 §5.2).
    InvalidClient,
    /// The code, `tx_code` or refresh token is invalid, expired, used, or another client's (RFC 6749 §5.2).
    InvalidGrant,
}

impl RefusalCode {
    /// The code's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
        }
    }

    /// The HTTP status that a JSON error response with this code has.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::InvalidRequest | Self::InvalidGrant => 400,
        }
    }
}

/// A refused message: the wire's error code, which parameter or rule it was about, and the finding of the core under it.
///
/// It never holds a value of the message: the name is one of the protocol's own parameters or rules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    code: RefusalCode,
    about: &'static str,
    fault: Option<Fault>,
}

impl Refusal {
    /// A refusal about a parameter or rule of the protocol.
    #[must_use]
    pub const fn new(code: RefusalCode, about: &'static str) -> Self {
        Self { code, about, fault: None }
    }

    /// Adds the finding of the core that led to it.
    #[must_use]
    pub fn because(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// The error code on the wire.
    #[must_use]
    pub const fn code(&self) -> RefusalCode {
        self.code
    }

    /// The parameter or rule that it is about.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.about
    }

    /// The finding of the core under it.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.about)?;
        if let Some(fault) = &self.fault {
            write!(f, ": {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// The result of a protocol step.
pub type Result<T, E = Refusal> = core::result::Result<T, E>;
