//! Every bound of this crate, in one table.

// --- OAuth and OpenID4VCI

/// Bytes of one JSON message (a request, a response, an offer): 64 KiB.
pub const MESSAGE_BYTES: usize = 64 << 10;
/// Bytes of a response that carries credentials: 1 MiB.
pub const CREDENTIAL_RESPONSE_BYTES: usize = 1 << 20;
/// Bytes of an issuer's or server's metadata: 1 MiB.
pub const METADATA_BYTES: usize = 1 << 20;
/// Bytes of a form or query string: 64 KiB.
pub const FORM_BYTES: usize = 64 << 10;
/// Parameters of a form or query string.
pub const FORM_PARAMETERS: usize = 64;
/// Bytes of one JWT in a header: 16 KiB.
pub const JWT_BYTES: usize = 16 << 10;
/// Bytes of one key proof, in whose header an attestation of [`ATTESTED_KEYS`] keys may stand: 48 KiB.
pub const KEY_PROOF_BYTES: usize = 48 << 10;
/// Bytes of an identifier, code, nonce or state that a counterpart chose.
pub const IDENTIFIER_BYTES: usize = 2_048;
/// Credential configurations of one issuer, and of one offer.
pub const CONFIGURATIONS: usize = 256;
/// Authorization details of one request.
pub const DETAILS: usize = 64;
/// Proofs of one credential request, whatever the metadata says.
pub const PROOFS: usize = 64;
/// Keys that one key attestation may attest.
pub const ATTESTED_KEYS: usize = 64;
/// Credentials of one response.
pub const CREDENTIALS: usize = 64;
/// Keys in one JWK Set.
pub const JWKS_KEYS: usize = 64;
/// Characters of the description of a `tx_code` (OpenID4VCI §4.1.1).
pub const TX_CODE_DESCRIPTION: usize = 300;
/// Characters of a `tx_code`.
pub const TX_CODE_CHARACTERS: usize = 64;
/// Wrong `tx_code`s after which a pre-authorized code is worth nothing (OpenID4VCI §13.6.3).
pub const TX_CODE_TRIES: u8 = 5;
/// Seconds that a pre-authorized code is good for, unless the issuer says less: ten minutes.
pub const PRE_AUTHORIZED_SECONDS: i64 = 600;
/// Seconds that an authorization code is good for (RFC 6749 §4.1.2 recommends ten minutes at most): one minute.
pub const CODE_SECONDS: i64 = 60;
/// Seconds that a pushed authorization request is good for (RFC 9126 §2.2).
pub const PUSHED_SECONDS: i64 = 90;
/// Seconds that an access token is good for that anybody may use who has it: five minutes (OpenID4VCI §13.10).
pub const BEARER_SECONDS: i64 = 300;
/// Seconds that an access token is good for that is bound to a key: an hour.
pub const BOUND_SECONDS: i64 = 3_600;
/// Seconds that a refresh token is good for: 90 days.
pub const REFRESH_SECONDS: i64 = 90 * 86_400;
/// Seconds that a `c_nonce` is good for: five minutes.
pub const NONCE_SECONDS: i64 = 300;
/// Seconds that a DPoP or attestation nonce is good for: five minutes.
pub const SERVER_NONCE_SECONDS: i64 = 300;
/// Seconds that a proof (a key proof, a DPoP proof, a proof of an attestation) may be old: five minutes.
pub const PROOF_SECONDS: i64 = 300;
/// Seconds that the clock of a wallet may be wrong in a proof with a nonce of the issuer, which tells its age.
pub const PROOF_CLOCK_SECONDS: i64 = 900;
/// Seconds that clocks may differ.
pub const CLOCK_SKEW_SECONDS: i64 = 60;
/// Seconds that a client attestation may still be good for; one that claims more was not made for short use: 90 days.
pub const ATTESTATION_SECONDS: i64 = 90 * 86_400;

// --- OpenID4VP and SIOPv2

/// Bytes of an authorization request: its URL, or its request object.
pub const REQUEST_BYTES: usize = 256 * 1024;
/// Bytes of an authorization response as it is posted. A response of several credentials with photographs fits.
pub const ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of a URL in a message.
pub const URL_BYTES: usize = 4_096;
/// Bytes of a client identifier.
pub const CLIENT_ID_BYTES: usize = 2_048;
/// Bytes of a `nonce`, a `state`, a `wallet_nonce`.
pub const NONCE_BYTES: usize = 1_024;
/// Bytes of randomness in what the verifier makes up: nonce, state, response code.
pub const RANDOM_BYTES: usize = 32;
/// Credential queries of one DCQL query.
pub const CREDENTIAL_QUERIES: usize = 32;
/// Credential set queries of one DCQL query.
pub const CREDENTIAL_SETS: usize = 32;
/// Options of one credential set query, and claim sets of one credential query.
pub const OPTIONS: usize = 64;
/// Claims of one credential query.
pub const CLAIMS: usize = 256;
/// Values that one claims query accepts; values of one trusted authority; alternatives of one `meta`.
pub const VALUES: usize = 256;
/// Steps of one claims path.
pub const PATH_STEPS: usize = 32;
/// Elements that one claims path may select.
pub const SELECTED: usize = 4_096;
/// Bytes of the id of a credential query or a claims query.
pub const ID_BYTES: usize = 128;
/// Trusted authorities of one credential query.
pub const TRUSTED_AUTHORITIES: usize = 32;
/// Presentations for one credential query.
pub const PRESENTATIONS: usize = 16;
/// Pieces of transaction data in one request.
pub const TRANSACTION_DATA: usize = 16;
/// Pieces of verifier info in one request.
pub const VERIFIER_INFO: usize = 16;
/// Origins that a request of the Digital Credentials API may name, and signatures of a multi-signed one.
pub const ORIGINS: usize = 16;
/// Seconds for which a request stands open unless its maker says otherwise, and the most that he can say.
pub const REQUEST_SECONDS: i64 = 300;
/// The longest that a request may stand open, in seconds: a day.
pub const REQUEST_SECONDS_MOST: i64 = 86_400;
/// Seconds after which a self-issued ID token is too old, whatever it says itself.
pub const ID_TOKEN_AGE_SECONDS: i64 = 600;
/// Seconds for which a self-issued ID token is good.
pub const ID_TOKEN_SECONDS: i64 = 300;
