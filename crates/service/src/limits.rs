//! Every bound of the servers, in one table.

use std::time::Duration;

/// Bytes of a request's body: 1 MiB, as one input of the library.
pub const BODY_BYTES: usize = tamarack::limits::INPUT_BYTES;
/// Bytes of a form that a person sends from a page: 64 KiB.
pub const FORM_BYTES: usize = 64 << 10;
/// Bytes of an offer that a program makes with the files that belong to it, as base64 in JSON: 32 MiB.
pub const OFFER_BYTES: usize = 32 << 20;
/// Files of one offer.
pub const OFFER_FILES: usize = 8;
/// Characters of a file's name or media type.
pub const FILE_NAME: usize = 80;
/// Bytes of one file that an applicant sends: 16 MiB, a photo or a short video.
pub const UPLOAD_FILE_BYTES: usize = 16 << 20;
/// Bytes of all files of one applicant: 32 MiB.
pub const UPLOAD_BYTES: usize = 32 << 20;
/// Files that one process takes in at one time.
pub const UPLOADS: usize = 8;
/// For how many seconds an application's files are kept after the decision unless the operator says otherwise: 30 days.
pub const FILE_SECONDS: i64 = 30 * 86_400;
/// After how many seconds without a request an operator's session ends unless the settings say otherwise.
pub const SESSION_IDLE_SECONDS: i64 = 15 * 60;
/// After how many seconds an operator's session ends in any case unless the settings say otherwise.
pub const SESSION_SECONDS: i64 = 8 * 3_600;
/// Rows of one page of a list.
pub const PAGE_ROWS: u32 = 25;
/// Entries of the audit log that are read at once for an export.
pub const EXPORT_ROWS: u32 = 1_000;
/// Bytes of one connection's read buffer, and so of the request line with all headers: 32 KiB.
pub const HEADER_BYTES: usize = 32 << 10;
/// Headers of one request.
pub const HEADERS: usize = 64;
/// Connections at one time.
pub const CONNECTIONS: usize = 4_096;
/// Requests at one time on one HTTP/2 connection.
pub const STREAMS: u32 = 64;
/// Until when a request's headers must have come.
pub const HEADER_TIME: Duration = Duration::from_secs(10);
/// Until when a TLS handshake must be done.
pub const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// Until when a request must be answered, its body included.
pub const REQUEST_TIME: Duration = Duration::from_secs(60);
/// Until when the database must have answered a server that says whether it is ready.
pub const READY_TIME: Duration = Duration::from_secs(2);
/// How long requests that run may go on when the server stops.
pub const GRACE_TIME: Duration = Duration::from_secs(20);
/// Clients whose rates are remembered.
pub const RATE_CLIENTS: usize = 100_000;
/// Bytes of an `X-Request-Id` that is taken over.
pub const REQUEST_ID_BYTES: usize = 64;
/// For how many seconds a result can be fetched after its request has ended.
pub const RESULT_SECONDS: i64 = 600;
/// After how many seconds an answer that nobody has judged is as if it had not come: longer than a request may run.
pub const JUDGING_SECONDS: i64 = 75;
/// How often a page that waits looks for a new state.
pub const LIVE_INTERVAL: Duration = Duration::from_millis(700);
/// After how many seconds a webhook that was not taken is tried again; after the last, it is given up.
pub const WEBHOOK_PAUSES: [i64; 8] = [2, 8, 30, 120, 300, 600, 1_200, 1_200];
/// For how many seconds a webhook is kept at most, also while no server runs.
pub const WEBHOOK_SECONDS: i64 = 7_200;
/// Webhooks that may wait in one store.
pub const WEBHOOKS: i64 = 10_000;
/// Webhooks that one process sends at once.
pub const WEBHOOKS_AT_ONCE: u32 = 16;
/// How often the store is asked for webhooks whose time has come.
pub const WEBHOOK_INTERVAL: Duration = Duration::from_secs(1);
/// For how many seconds a code of the OpenID Connect bridge is good.
pub const CODE_SECONDS: i64 = 60;
/// For how many seconds an access token of the OpenID Connect bridge is good.
pub const ACCESS_SECONDS: i64 = 300;
/// For how many seconds the key of ID tokens is published after its request key was replaced.
pub const ID_TOKEN_KEY_AFTER_SECONDS: i64 = 3_600;
/// How often one client may have the verifier fetch something for nobody in particular, where that is open to all: a minute, and
/// at once.
pub const OPEN_FETCHES: (u32, u32) = (60, 20);
/// For how many seconds a person may be away at an OpenID Connect provider.
pub const SIGN_IN_SECONDS: i64 = 600;
/// Providers of one settings file.
pub const PROVIDERS: usize = 32;
/// Bytes of one answer of a provider: 256 KiB.
pub const PROVIDER_ANSWER_BYTES: usize = 256 << 10;
/// Requests to one provider at one time.
pub const PROVIDER_CALLS: usize = 32;
/// For how long what a provider publishes is used without asking again.
pub const DISCOVERY_FRESH: Duration = Duration::from_secs(3_600);
/// For how long it is used if the provider does not answer.
pub const DISCOVERY_STALE: Duration = Duration::from_secs(86_400);
/// How long to wait before a provider is asked once more what it publishes.
pub const DISCOVERY_PAUSE: Duration = Duration::from_secs(30);
/// Bytes of a file that a settings file names: a secret, a key, certificates.
pub const SETTINGS_FILE_BYTES: u64 = 1 << 20;
/// Claims of a sign-in with which a claims source is asked.
pub const SOURCE_PARAMETERS: usize = 16;
/// Bytes of one of them.
pub const SOURCE_PARAMETER: usize = 512;
/// Until when a claims source must have answered.
pub const SOURCE_TIME: Duration = Duration::from_secs(5);
/// Bytes that a claims source may say of one person: 256 KiB.
pub const SOURCE_BYTES: usize = 256 << 10;
/// Bytes of a CSV file as a claims source: 64 MiB.
pub const TABLE_BYTES: u64 = 64 << 20;
/// For how many seconds a person may think about a page of the authorization endpoint.
pub const CONFIRM_SECONDS: i64 = 600;
/// For how many seconds an answer with deferred credentials is given again, should it have been lost on its way.
pub const REPEAT_SECONDS: i64 = 3_600;
/// Pieces of evidence that lie at hand for the next answer to an ask.
pub const AT_HAND: usize = 32;
/// Bytes of them: 4 MiB.
pub const AT_HAND_BYTES: usize = 4 << 20;
/// Bytes of an answer that is judged at once; a longer one does not keep others waiting. 16 KiB.
pub const JUDGED_AT_ONCE: usize = 16 << 10;
