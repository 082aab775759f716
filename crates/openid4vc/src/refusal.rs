//! Why a protocol message was refused: the one error value of this crate.

use tamarack::Fault;

/// Declares the codes: name, wire name, HTTP status. One line a code, so that the two protocols add theirs in peace.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $wire:literal, $status:literal;)*) => {
        /// The error codes that OAuth 2.0 and the OpenID protocols put on the wire, and a few at the end that stay with
        /// whoever found them (see [`RefusalCode::is_local`]).
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum RefusalCode {
            $($(#[$doc])* $name,)*
        }

        impl RefusalCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code's name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)*
                }
            }

            /// The HTTP status that a JSON error response with this code has.
            #[must_use]
            pub const fn http_status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                }
            }

            /// The code with this name on the wire.
            #[must_use]
            pub fn from_wire(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == name)
            }
        }
    };
}

codes! {
    /// A parameter is missing, doubled or malformed (RFC 6749 §4.1.2.1, §5.2).
    InvalidRequest = "invalid_request", 400;
    /// The client could not be authenticated (RFC 6749 §5.2).
    InvalidClient = "invalid_client", 401;
    /// The code, `tx_code` or refresh token is invalid, expired, used, or another client's (RFC 6749 §5.2).
    InvalidGrant = "invalid_grant", 400;
    /// The client may not use this grant or response type (RFC 6749 §4.1.2.1, §5.2).
    UnauthorizedClient = "unauthorized_client", 400;
    /// The grant type is not supported (RFC 6749 §5.2).
    UnsupportedGrantType = "unsupported_grant_type", 400;
    /// The response type is not supported (RFC 6749 §4.1.2.1).
    UnsupportedResponseType = "unsupported_response_type", 400;
    /// The scope is unknown or exceeds what was granted (RFC 6749 §4.1.2.1, §5.2).
    InvalidScope = "invalid_scope", 400;
    /// The person or the server said no (RFC 6749 §4.1.2.1).
    AccessDenied = "access_denied", 400;
    /// Something failed that is nobody's fault but the server's (RFC 6749 §4.1.2.1).
    ServerError = "server_error", 500;
    /// The server is too busy (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable = "temporarily_unavailable", 503;
    /// The access token is missing, expired, revoked or bound to another key (RFC 6750 §3.1).
    InvalidToken = "invalid_token", 401;
    /// The access token is not for that (RFC 6750 §3.1).
    InsufficientScope = "insufficient_scope", 403;
    /// The authorization details are of an unknown type or malformed (RFC 9396 §5).
    InvalidAuthorizationDetails = "invalid_authorization_details", 400;
    /// The resource is unknown or malformed (RFC 8707 §2).
    InvalidTarget = "invalid_target", 400;
    /// The DPoP proof is missing or does not hold (RFC 9449 §5, §7).
    InvalidDpopProof = "invalid_dpop_proof", 400;
    /// The DPoP proof must carry the nonce that the response names (RFC 9449 §8, §9).
    UseDpopNonce = "use_dpop_nonce", 400;
    /// The client's attestation or its proof of possession does not hold (attestation-based client authentication).
    InvalidClientAttestation = "invalid_client_attestation", 401;
    /// The attestation's proof must carry the challenge that the response names (the same).
    UseAttestationChallenge = "use_attestation_challenge", 400;
    /// The attestation is too old (the same).
    UseFreshAttestation = "use_fresh_attestation", 400;
    /// The `request_uri` is unknown, used, expired or another client's (RFC 9101 §7, RFC 9126 §4).
    InvalidRequestUri = "invalid_request_uri", 400;
    /// The request object does not hold (RFC 9101 §7).
    InvalidRequestObject = "invalid_request_object", 400;
    /// Request objects by value are not supported (OpenID Connect Core §3.1.2.6).
    RequestNotSupported = "request_not_supported", 400;
    /// Request objects by reference are not supported (OpenID Connect Core §3.1.2.6).
    RequestUriNotSupported = "request_uri_not_supported", 400;
    /// The person would have to do something, and the client wants no page shown (OpenID Connect Core §3.1.2.6).
    LoginRequired = "login_required", 400;
    /// The credential request is malformed or asks what is not supported (OpenID4VCI §8.3.1.2).
    InvalidCredentialRequest = "invalid_credential_request", 400;
    /// The credential configuration is unknown (OpenID4VCI §8.3.1.2).
    UnknownCredentialConfiguration = "unknown_credential_configuration", 400;
    /// The credential identifier is unknown (OpenID4VCI §8.3.1.2).
    UnknownCredentialIdentifier = "unknown_credential_identifier", 400;
    /// The proofs are missing or one does not hold (OpenID4VCI §8.3.1.2).
    InvalidProof = "invalid_proof", 400;
    /// A proof carries a nonce that is not fresh (OpenID4VCI §8.3.1.2).
    InvalidNonce = "invalid_nonce", 400;
    /// The parameters of encryption are missing or wrong (OpenID4VCI §8.3.1.2).
    InvalidEncryptionParameters = "invalid_encryption_parameters", 400;
    /// The credential will not be issued (OpenID4VCI §8.3.1.2).
    CredentialRequestDenied = "credential_request_denied", 400;
    /// The transaction is unknown or done (OpenID4VCI §9.3).
    InvalidTransactionId = "invalid_transaction_id", 400;
    /// The notification is about nothing that was issued (OpenID4VCI §11.3).
    InvalidNotificationId = "invalid_notification_id", 400;
    /// The notification is malformed (OpenID4VCI §11.3).
    InvalidNotificationRequest = "invalid_notification_request", 400;
    /// `request_uri_method` is neither `get` nor `post` (OpenID4VP §8.5).
    InvalidRequestUriMethod = "invalid_request_uri_method", 400;
    /// None of the formats of credentials that were asked for is supported (OpenID4VP §8.5).
    VpFormatsNotSupported = "vp_formats_not_supported", 400;
    /// Transaction data of an unknown type, or not as its type wants it (OpenID4VP §8.5).
    InvalidTransactionData = "invalid_transaction_data", 400;
    /// The wallet cannot answer (OpenID4VP §8.5).
    WalletUnavailable = "wallet_unavailable", 400;
    /// The person cancelled the request (SIOPv2 §10.3).
    UserCancelled = "user_cancelled", 400;
    /// A value of `client_metadata` is not supported (SIOPv2 §10.3).
    ClientMetadataValueNotSupported = "client_metadata_value_not_supported", 400;
    /// None of the relying party's subject syntax types is supported (SIOPv2 §10.3).
    SubjectSyntaxTypesNotSupported = "subject_syntax_types_not_supported", 400;
    /// `client_metadata_uri` gave an error or no metadata (SIOPv2 §10.3).
    InvalidClientMetadataUri = "invalid_client_metadata_uri", 400;
    /// `client_metadata` is invalid (SIOPv2 §10.3).
    InvalidClientMetadataObject = "invalid_client_metadata_object", 400;
    /// Local: a credential offer that a wallet must not follow (OpenID4VCI §4.1).
    InvalidOffer = "invalid_offer", 400;
    /// Local: metadata that must not be used (OpenID4VCI §12.2, RFC 8414 §3.3).
    InvalidMetadata = "invalid_metadata", 400;
    /// Local: an answer that must not be used.
    InvalidResponse = "invalid_response", 400;
}

impl RefusalCode {
    /// Whether the code never goes on the wire: it says why an offer, metadata or an answer is not used.
    #[must_use]
    pub const fn is_local(self) -> bool {
        matches!(self, Self::InvalidOffer | Self::InvalidMetadata | Self::InvalidResponse)
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

    /// A fault of this side: no randomness, a signer that refuses.
    #[must_use]
    pub const fn internal(fault: Fault) -> Self {
        Self { code: RefusalCode::ServerError, about: "an internal fault", fault: Some(fault) }
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
