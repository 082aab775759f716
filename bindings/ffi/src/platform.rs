//! What the platform does for the library: requests, the clock, keys in secure hardware. Each can fail, and says how.

use core::fmt;
use std::time::SystemTime;

use crate::error::Problem;
use crate::text::Text;

/// Why the platform did not do what it was asked. An exception of another kind that a callback throws becomes `Failed`.
///
/// ```text
/// if cancelled: raise PlatformError.Denied(reason="the fingerprint was cancelled")
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Error)]
pub enum PlatformError {
    /// The person or the system said no: a cancelled fingerprint, a refused permission.
    Denied {
        /// For a log of the app; people are not shown it.
        reason: String,
    },
    /// No network, or nobody answered.
    Offline {
        /// For a log of the app; people are not shown it.
        reason: String,
    },
    /// The device or the key is locked.
    Locked {
        /// For a log of the app; people are not shown it.
        reason: String,
    },
    /// A key of the device is gone: the device was reset, or its lock was taken off.
    Gone {
        /// For a log of the app; people are not shown it.
        reason: String,
    },
    /// Anything else.
    Failed {
        /// For a log of the app; people are not shown it.
        reason: String,
    },
}

impl PlatformError {
    pub(crate) fn problem(&self) -> Problem {
        let (code, en, fr) = match self {
            Self::Denied { .. } => (
                "platform.denied",
                "The request was refused on this device.",
                "La demande a été refusée sur cet appareil.",
            ),
            Self::Offline { .. } => (
                "platform.offline",
                "There is no connection, or the service does not answer.",
                "Il n’y a pas de connexion, ou le service ne répond pas.",
            ),
            Self::Locked { .. } => {
                ("platform.locked", "The device or the key is locked.", "L’appareil ou la clé est verrouillé.")
            }
            Self::Gone { .. } => {
                ("platform.gone", "A key of this device is gone.", "Une clé de cet appareil n’existe plus.")
            }
            Self::Failed { .. } => (
                "platform.failed",
                "The app could not do what it was asked to do.",
                "L’application n’a pas pu faire ce qui lui était demandé.",
            ),
        };
        Problem {
            code: code.to_owned(),
            pointer: None,
            about: None,
            message: Text { en: en.to_owned(), fr: fr.to_owned() },
            hint: Text { en: String::new(), fr: String::new() },
        }
    }

    #[cfg(test)]
    pub(crate) fn each(reason: &str) -> [Self; 5] {
        let reason = || reason.to_owned();
        [
            Self::Denied { reason: reason() },
            Self::Offline { reason: reason() },
            Self::Locked { reason: reason() },
            Self::Gone { reason: reason() },
            Self::Failed { reason: reason() },
        ]
    }
}

impl fmt::Display for PlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem().message.en)
    }
}

impl std::error::Error for PlatformError {}

impl From<uniffi::UnexpectedUniFFICallbackError> for PlatformError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { reason: error.reason }
    }
}

/// One header of a request or an answer.
///
/// ```text
/// header = HttpHeader(name="content-type", value="application/json")
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct HttpHeader {
    /// Its name; upper and lower case mean the same.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A request that the app is to send.
///
/// ```text
/// step = wallet.offer_flow(link).step(None)
/// if isinstance(step, OfferStep.SEND): response = client.send(step.request)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// An `https:` URL; `http:` only where it names this very machine.
    pub url: String,
    /// What to send along.
    pub headers: Vec<HttpHeader>,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
    /// How many bytes of an answer are taken; what is longer is to be given up.
    pub max_bytes: u64,
    /// After how many seconds to give up.
    pub timeout_seconds: u32,
    /// Whether a redirect to another URL of `https:` may be followed, three times at most. One to another host is not, if this
    /// says no.
    pub may_leave_host: bool,
}

/// What came back.
///
/// ```text
/// response = HttpResponse(status=200, headers=[HttpHeader(name="content-type", value="application/json")], body=body)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct HttpResponse {
    /// The status, such as 200.
    pub status: u16,
    /// The headers.
    pub headers: Vec<HttpHeader>,
    /// The body.
    pub body: Vec<u8>,
}

/// The app's HTTP client. It must connect to public addresses alone (not to this machine's network), whatever a name resolves
/// to, because the URLs come from documents that strangers wrote.
///
/// ```text
/// # The one method of the app's class; it keeps to max_bytes, timeout_seconds and may_leave_host.
/// def send(self, request): return answered(network.send(request))
/// def answered(got): return HttpResponse(status=got.status, headers=got.headers, body=got.body)
/// ```
#[uniffi::export(foreign)]
pub trait HttpClient: Send + Sync {
    /// Sends a request and waits for the answer. An answer with any status is an answer and no error.
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, PlatformError>;
}

/// The clock by which is judged.
///
/// ```text
/// # The one method of the app's class.
/// def now(self): return server.time()
/// ```
#[uniffi::export(foreign)]
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> Result<SystemTime, PlatformError>;
}

/// Keys that never leave the phone's secure hardware (Secure Enclave, Android Keystore): P-256.
///
/// ```text
/// # The methods of the app's class.
/// def create(self, alias, challenge): return chip.new_p256(alias, challenge)  # its public point
/// def sign(self, alias, message): return chip.ecdsa_sha256(alias, message)  # r || s
/// def delete(self, alias): chip.remove(alias)
/// def attest(self, alias, challenge): return None
/// def wrap_key(self, key): return chip.encrypt("wallet", key)
/// def unwrap_key(self, wrapped): return chip.decrypt("wallet", wrapped)
/// ```
#[uniffi::export(foreign)]
pub trait KeyStore: Send + Sync {
    /// Makes a key under a name, in the place of one that is there, and gives its public point in SEC 1 form: 65 bytes
    /// uncompressed or 33 compressed.
    ///
    /// `challenge`: what the key is to be attested for, as the Android Keystore attests a key while it makes it and at no other time;
    /// none if nobody asks for an attestation. [`Self::attest`] is asked with the same right after.
    fn create(&self, alias: String, challenge: Option<Vec<u8>>) -> Result<Vec<u8>, PlatformError>;

    /// Signs the bytes with ECDSA over SHA-256 and gives `r || s`: 64 bytes, not DER.
    fn sign(&self, alias: String, message: Vec<u8>) -> Result<Vec<u8>, PlatformError>;

    /// Deletes a key; one that is not there is no error.
    fn delete(&self, alias: String) -> Result<(), PlatformError>;

    /// What the platform attests of a key for the challenge that it was made with, or nothing if it cannot. An issuer that asks for
    /// attested keys reads a JWT (OpenID4VCI 1.0, Appendix D.1): what a platform gives in another form, the app's own service turns
    /// into one, within this call.
    fn attest(&self, alias: String, challenge: Vec<u8>) -> Result<Option<Vec<u8>>, PlatformError>;

    /// Encrypts the 32 bytes of the store's key under a key of the platform, so that [`Self::unwrap_key`] opens them on this
    /// device alone.
    fn wrap_key(&self, key: Vec<u8>) -> Result<Vec<u8>, PlatformError>;

    /// Opens what [`Self::wrap_key`] gave.
    fn unwrap_key(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, PlatformError>;
}
