//! The one error of the library: few kinds, by what the app does next.

use core::fmt;

use tamarack::messages::explain;
use tamarack::{Code, Fault};
use tamarack_wallet::{ErrorKind, WalletCode, WalletError};

use crate::platform::PlatformError;
use crate::text::Text;

/// What went wrong, for programs and for people. It never holds a claim's value, a key or a token.
///
/// ```text
/// try: verifier.verify("{")
/// except TamarackError.Input as error: show(error.problem.code, error.problem.message.fr)  # json.syntax
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Problem {
    /// The stable code, such as `issue.claim`: its meaning never changes.
    pub code: String,
    /// Where in the document, as a JSON pointer (RFC 6901), if the place is known; the empty pointer is the whole document.
    pub pointer: Option<String>,
    /// The term, URL or limit that it is about, if there is one.
    pub about: Option<String>,
    /// What was found, in a sentence.
    pub message: Text,
    /// What to do about it; may be empty.
    pub hint: Text,
}

/// Why a step did not come out: one of six kinds, by what the app does next.
///
/// ```text
/// try: offer = wallet.open_offer(link, client)
/// except TamarackError.Offline: try_again_later()
/// except TamarackError.Locked: wallet.unlock(ask_passphrase())
/// except (TamarackError.Input, TamarackError.Denied) as error: show(error.problem.message.en, error.problem.hint.en)
/// except (TamarackError.Storage, TamarackError.Internal) as error: report(error.problem.code)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Error)]
pub enum TamarackError {
    /// What was handed in is not what it should be. Show the message; another try with the same input is of no use.
    Input {
        /// What was found.
        problem: Problem,
    },
    /// The person, a rule or the other side said no.
    Denied {
        /// What was found.
        problem: Problem,
    },
    /// The network or a service was out of reach. Try again later; nothing was lost.
    Offline {
        /// What was found.
        problem: Problem,
    },
    /// Something is locked, or the passphrase is not the right one. Ask the person to unlock, then try again.
    Locked {
        /// What was found.
        problem: Problem,
    },
    /// What is kept could not be read or written: disk full, damaged file.
    Storage {
        /// What was found.
        problem: Problem,
    },
    /// A fault of this library, or of what the app gave it to call.
    Internal {
        /// What was found.
        problem: Problem,
    },
}

impl TamarackError {
    /// What was found.
    #[must_use]
    pub const fn problem(&self) -> &Problem {
        match self {
            Self::Input { problem }
            | Self::Denied { problem }
            | Self::Offline { problem }
            | Self::Locked { problem }
            | Self::Storage { problem }
            | Self::Internal { problem } => problem,
        }
    }
}

impl TamarackError {
    /// A rule said no, for this reason.
    pub(crate) fn denied(fault: &Fault) -> Self {
        Self::Denied { problem: Problem::from(fault) }
    }

    /// A consent that was acted upon already.
    pub(crate) fn used() -> Self {
        Self::Input {
            problem: own(
                "consent.used",
                ["This consent was used already.", "Ce consentement a déjà servi."],
                [
                    "Open the request again and agree once more.",
                    "Ouvrez la demande de nouveau et consentez encore une fois.",
                ],
            ),
        }
    }

    /// A request whose answer was accepted already.
    pub(crate) fn answered() -> Self {
        Self::Denied {
            problem: own(
                "request.answered",
                ["An answer to this request was accepted already.", "Une réponse à cette demande a déjà été acceptée."],
                ["Begin a new request.", "Présentez une nouvelle demande."],
            ),
        }
    }
}

/// What only this layer has to say: in English and in French.
fn own(code: &str, [en, fr]: [&str; 2], [hint_en, hint_fr]: [&str; 2]) -> Problem {
    Problem {
        code: code.to_owned(),
        pointer: None,
        about: None,
        message: Text { en: en.to_owned(), fr: fr.to_owned() },
        hint: Text { en: hint_en.to_owned(), fr: hint_fr.to_owned() },
    }
}

impl fmt::Display for TamarackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = self.problem();
        write!(f, "{}: {}", problem.code, problem.message.en)
    }
}

impl std::error::Error for TamarackError {}

impl From<&Fault> for Problem {
    fn from(fault: &Fault) -> Self {
        Self {
            code: fault.code().as_str().to_owned(),
            pointer: fault.pointer().map(str::to_owned),
            about: fault.name().map(str::to_owned),
            message: Text::of(|lang| explain(fault, lang).sentence),
            hint: Text::of(|lang| explain(fault, lang).hint),
        }
    }
}

impl From<Fault> for TamarackError {
    fn from(fault: Fault) -> Self {
        let problem = Problem::from(&fault);
        match fault.code() {
            // What a device says is told in its own words; what is left is a signature that is none, or not of the key.
            Code::Internal | Code::KeySignerFailed => Self::Internal { problem },
            Code::KeySealed => Self::Locked { problem },
            _ => Self::Input { problem },
        }
    }
}

impl From<Code> for TamarackError {
    fn from(code: Code) -> Self {
        Fault::new(code).into()
    }
}

impl From<WalletError> for TamarackError {
    fn from(error: WalletError) -> Self {
        let of = |text: fn(tamarack::messages::Explanation) -> String| Text::of(|lang| text(error.message(lang)));
        let problem = Problem {
            code: error.code().to_owned(),
            pointer: error.pointer().map(str::to_owned),
            about: error.name().map(str::to_owned),
            message: of(|said| said.sentence),
            hint: of(|said| said.hint),
        };
        match kind(&error) {
            ErrorKind::Input => Self::Input { problem },
            ErrorKind::Denied => Self::Denied { problem },
            ErrorKind::Offline => Self::Offline { problem },
            ErrorKind::Locked => Self::Locked { problem },
            ErrorKind::Storage => Self::Storage { problem },
            ErrorKind::Internal => Self::Internal { problem },
        }
    }
}

/// What the app does next. A signer that failed has the device's reason as its name: a person who refused is told from a device
/// that is broken.
fn kind(error: &WalletError) -> ErrorKind {
    match error.fault().filter(|fault| fault.code() == Code::KeySignerFailed) {
        Some(fault) => {
            let said = WalletCode::ALL.iter().find(|code| fault.name() == Some(code.as_str()));
            said.map_or(ErrorKind::Internal, |code| code.kind())
        }
        None => error.kind(),
    }
}

impl From<tamarack::Error> for TamarackError {
    fn from(error: tamarack::Error) -> Self {
        match error {
            tamarack::Error::Internal(fault) => Self::Internal { problem: Problem::from(&fault) },
            other => other.fault().clone().into(),
        }
    }
}

impl From<PlatformError> for TamarackError {
    fn from(error: PlatformError) -> Self {
        let problem = error.problem();
        match error {
            PlatformError::Denied { .. } => Self::Denied { problem },
            PlatformError::Offline { .. } => Self::Offline { problem },
            PlatformError::Locked { .. } => Self::Locked { problem },
            PlatformError::Gone { .. } => Self::Storage { problem },
            PlatformError::Failed { .. } => Self::Internal { problem },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_keeps_its_code_place_and_words() {
        let error = TamarackError::from(Fault::new(Code::IssueClaim).at("/givenName").about("missing"));
        let TamarackError::Input { problem } = &error else { panic!("{error:?}") };
        assert_eq!((problem.code.as_str(), problem.pointer.as_deref()), ("issue.claim", Some("/givenName")));
        assert_ne!(problem.message.en, problem.message.fr);
        assert!(matches!(TamarackError::from(Code::KeySealed), TamarackError::Locked { .. }));
        assert!(matches!(TamarackError::from(Code::Internal), TamarackError::Internal { .. }));
    }

    #[test]
    fn a_device_that_is_broken_is_told_from_a_person_who_refused() {
        let failed = |name: &str| TamarackError::from(WalletError::from(Fault::new(Code::KeySignerFailed).about(name)));
        assert!(matches!(failed("device.denied"), TamarackError::Denied { .. }));
        assert!(matches!(failed("device.key_gone"), TamarackError::Storage { .. }));
        assert!(matches!(failed("device.failed"), TamarackError::Internal { .. }));
        assert!(matches!(TamarackError::from(Code::KeySignerFailed), TamarackError::Internal { .. }));
    }

    /// What an app may show is there in both languages, whatever the platform said.
    #[test]
    fn the_platform_s_reasons_are_not_shown() {
        for error in PlatformError::each("secret reason") {
            let problem = error.problem();
            assert!(problem.code.starts_with("platform."));
            assert!(!problem.message.en.is_empty() && problem.message.en != problem.message.fr);
            assert!(!format!("{} {}", problem.message.en, problem.message.fr).contains("secret"));
        }
    }
}
