//! Why a key elsewhere does not sign.

use tamarack_net::FetchError;

/// Why a key elsewhere does not sign. None of it holds a PIN, a token or what was to be signed.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SignerError {
    /// The description of the place is not one.
    Place,
    /// This program was built without PKCS#11.
    NotBuilt,
    /// The library of the device cannot be loaded, or does not start.
    Library,
    /// There is no token of that name, or more than one.
    Token,
    /// The file of the PIN cannot be read.
    PinFile,
    /// The token refuses the PIN. It is not tried again, lest the token lock itself.
    Pin,
    /// The token is locked, or its PIN was never set.
    Locked,
    /// The token has no key of that name, or more than one.
    Key,
    /// The key is of a kind that is not signed with here.
    Kind,
    /// The token was taken away, or failed.
    Device,
    /// The file of the signer's bearer token, certificate, key or authorities cannot be read.
    File,
    /// The signer cannot be reached, or must not be.
    Network(FetchError),
    /// The signer answers with this HTTP status.
    Refused(u16),
    /// The signer's answer is none.
    Answer,
    /// What came back is no signature of that key.
    Signature,
}

impl SignerError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Place => "signer.place",
            Self::NotBuilt => "signer.not_built",
            Self::Library => "signer.library",
            Self::Token => "signer.token",
            Self::PinFile => "signer.pin_file",
            Self::Pin => "signer.pin",
            Self::Locked => "signer.locked",
            Self::Key => "signer.key",
            Self::Kind => "signer.kind",
            Self::Device => "signer.device",
            Self::File => "signer.file",
            Self::Network(_) => "signer.network",
            Self::Refused(_) => "signer.refused",
            Self::Answer => "signer.answer",
            Self::Signature => "signer.signature",
        }
    }

    /// Every code, for tests of the texts that explain them.
    pub const CODES: &'static [&'static str] = &[
        "signer.place",
        "signer.not_built",
        "signer.library",
        "signer.token",
        "signer.pin_file",
        "signer.pin",
        "signer.locked",
        "signer.key",
        "signer.kind",
        "signer.device",
        "signer.file",
        "signer.network",
        "signer.refused",
        "signer.answer",
        "signer.signature",
    ];

    /// The code in a fault of a signer, if it is one of these.
    #[must_use]
    pub fn code_in(fault: &tamarack::Fault) -> Option<&'static str> {
        let about = fault.name().filter(|_| fault.code() == tamarack::Code::KeySignerFailed)?;
        Self::CODES.iter().copied().find(|code| *code == about)
    }
}

impl std::fmt::Display for SignerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())?;
        match self {
            Self::Network(error) => write!(f, " ({error})"),
            Self::Refused(status) => write!(f, " ({status})"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for SignerError {}
