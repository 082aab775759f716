//! A command that could not do its work: exit code, stable code, sentence and hint in both languages.

use fluent_bundle::FluentValue;
use tamarack::Fault;
use tamarack::messages::{Explanation, Lang, explain};

use crate::{Exit, Texts, printable};

/// Why a command ended without doing its work.
///
/// The sentence is the Fluent message `err-` + the code (`.` and `_` written as `-`), the hint is its attribute `hint`.
/// A failure out of the core is explained by the core. Neither may hold a claim's value or a secret.
#[derive(Clone, Debug)]
pub struct Failure {
    exit: Exit,
    reason: Box<Reason>,
}

#[derive(Clone, Debug)]
enum Reason {
    Own { code: &'static str, variables: Vec<(&'static str, Said)> },
    Core(Fault),
    Told { code: &'static str, about: Option<String>, en: Explanation, fr: Explanation },
}

/// What fills a variable of a sentence.
#[derive(Clone, Debug)]
enum Said {
    /// The same in every language.
    As(String),
    /// A message of the programs' own texts, with its one variable, `number`.
    Text(&'static str, String),
}

impl Failure {
    /// A failure of the program itself. The code is `area.reason`.
    #[must_use]
    pub fn new(exit: Exit, code: &'static str) -> Self {
        Self { exit, reason: Box::new(Reason::Own { code, variables: Vec::new() }) }
    }

    /// Fills in a variable of the sentence: a path, a name, a limit. Never a claim's value or a secret.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        if let Reason::Own { variables, .. } = &mut *self.reason {
            variables.push((name, Said::As(value.to_string())));
        }
        self
    }

    /// Fills in the variable `reason` with why the system refused, in the language of the sentence: what the system itself
    /// says depends on the system and its language.
    #[must_use]
    pub fn because(self, error: &std::io::Error) -> Self {
        let number = error.raw_os_error().map_or_else(|| "–".to_owned(), |number| number.to_string());
        self.with_text("reason", reason(error.kind()), number)
    }

    /// Fills in a variable with a message of the texts, whose own variable `number` is given.
    #[must_use]
    pub fn with_text(mut self, name: &'static str, text: &'static str, number: impl std::fmt::Display) -> Self {
        if let Reason::Own { variables, .. } = &mut *self.reason {
            variables.push((name, Said::Text(text, number.to_string())));
        }
        self
    }

    /// A failure that the core explains.
    #[must_use]
    pub fn from_fault(exit: Exit, fault: Fault) -> Self {
        Self { exit, reason: Box::new(Reason::Core(fault)) }
    }

    /// A failure that another library explains, in English and in French.
    #[must_use]
    pub fn told(exit: Exit, code: &'static str, about: Option<&str>, [en, fr]: [Explanation; 2]) -> Self {
        Self { exit, reason: Box::new(Reason::Told { code, about: about.map(str::to_owned), en, fr }) }
    }

    /// The exit code.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        self.exit
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match &*self.reason {
            Reason::Own { code, .. } | Reason::Told { code, .. } => code,
            Reason::Core(fault) => fault.code().as_str(),
        }
    }

    /// What it is about, if its sentence does not say so.
    pub(crate) fn told_about(&self) -> Option<&str> {
        match &*self.reason {
            Reason::Told { about, .. } => about.as_deref(),
            Reason::Own { .. } | Reason::Core(_) => None,
        }
    }

    /// The finding of the core, if it is one.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        match &*self.reason {
            Reason::Own { .. } | Reason::Told { .. } => None,
            Reason::Core(fault) => Some(fault),
        }
    }

    /// The sentence and the hint (empty if there is none) in the language of the texts, both printable.
    #[must_use]
    pub fn explain(&self, texts: &Texts) -> Explanation {
        match &*self.reason {
            Reason::Core(fault) => {
                let Explanation { sentence, hint } = explain(fault, texts.lang());
                Explanation { sentence: printable(&sentence).into_owned(), hint: printable(&hint).into_owned() }
            }
            Reason::Told { en, fr, .. } => {
                let told = if texts.lang() == Lang::Fr { fr } else { en };
                Explanation {
                    sentence: printable(&told.sentence).into_owned(),
                    hint: printable(&told.hint).into_owned(),
                }
            }
            Reason::Own { code, variables } => {
                let id = format!("err-{}", code.replace(['.', '_'], "-"));
                let said = |said: &Said| match said {
                    Said::As(text) => FluentValue::from(text.clone()),
                    Said::Text(id, number) => {
                        FluentValue::from(texts.format(id, &[("number", number.as_str().into())]))
                    }
                };
                let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, said(value))).collect();
                Explanation {
                    sentence: texts.format(&id, &variables),
                    hint: texts.find(&format!("{id}.hint"), &variables).unwrap_or_default(),
                }
            }
        }
    }

    /// Where in the input it is, as a JSON pointer. The whole input is no place.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.pointer().filter(|pointer| !pointer.is_empty())
    }

    fn pointer(&self) -> Option<&str> {
        match &*self.reason {
            Reason::Core(fault) => fault.pointer(),
            Reason::Own { .. } | Reason::Told { .. } => None,
        }
    }

    /// What it is about, if the core says so: a member, a URL, a limit.
    fn about(&self) -> Option<&str> {
        match &*self.reason {
            Reason::Core(fault) => fault.name(),
            Reason::Told { about, .. } => about.as_deref(),
            Reason::Own { .. } => None,
        }
    }

    /// `{"error":{"code","pointer","about","message":{"en","fr"},"hint":{"en","fr"}}}`, whatever the language.
    #[must_use]
    pub fn to_json(&self, texts: &Texts) -> serde_json::Value {
        let en = self.explain(&texts.in_language(Lang::En));
        let fr = self.explain(&texts.in_language(Lang::Fr));
        serde_json::json!({"error": {
            "code": self.code(),
            "pointer": self.pointer(),
            "about": self.about().map(|name| printable(name).into_owned()),
            "message": {"en": en.sentence, "fr": fr.sentence},
            "hint": {"en": en.hint, "fr": fr.hint},
        }})
    }
}

/// The message that says why the system refused.
const fn reason(kind: std::io::ErrorKind) -> &'static str {
    use std::io::ErrorKind as Kind;
    match kind {
        Kind::NotFound => "reason-missing",
        Kind::PermissionDenied => "reason-forbidden",
        Kind::AlreadyExists => "reason-exists",
        Kind::IsADirectory => "reason-folder",
        Kind::NotADirectory => "reason-no-folder",
        Kind::DirectoryNotEmpty => "reason-not-empty",
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => "reason-full",
        Kind::ReadOnlyFilesystem => "reason-read-only",
        Kind::ResourceBusy | Kind::ExecutableFileBusy | Kind::WouldBlock => "reason-busy",
        Kind::AddrInUse => "reason-address-in-use",
        Kind::AddrNotAvailable => "reason-address-unknown",
        Kind::ConnectionRefused | Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => {
            "reason-unreachable"
        }
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::NotConnected | Kind::BrokenPipe => "reason-closed",
        Kind::UnexpectedEof => "reason-short",
        Kind::TimedOut => "reason-timeout",
        Kind::OutOfMemory => "reason-memory",
        Kind::InvalidInput | Kind::InvalidFilename => "reason-name",
        Kind::InvalidData => "reason-data",
        _ => "reason-other",
    }
}

impl From<Fault> for Failure {
    /// 70 for a fault of the library, 65 for everything that was found in an input.
    fn from(fault: Fault) -> Self {
        let exit = if fault.code() == tamarack::Code::Internal { Exit::Internal } else { Exit::Data };
        Self::from_fault(exit, fault)
    }
}

impl From<tamarack::Error> for Failure {
    fn from(error: tamarack::Error) -> Self {
        match error {
            tamarack::Error::Input(fault) => Self::from_fault(Exit::Data, fault),
            other => Self::from_fault(Exit::Internal, other.fault().clone()),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.reason {
            Reason::Own { code, .. } | Reason::Told { code, .. } => f.write_str(code),
            Reason::Core(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use tamarack::Code;

    use super::*;
    use crate::Sources;

    #[test]
    fn why_the_system_refused_is_said_in_both_languages() {
        use std::io::{Error, ErrorKind};
        let sources = Sources { en: "err-demo = It failed: { $reason }.\n", fr: "err-demo = Échec : { $reason }.\n" };
        let said = |error: &Error, lang| {
            let failure = Failure::new(Exit::Usage, "demo").because(error);
            failure.explain(&Texts::new(lang, sources)).sentence
        };
        let missing = Error::from(ErrorKind::NotFound);
        assert_eq!(said(&missing, Lang::En), "It failed: it does not exist.");
        assert_eq!(said(&missing, Lang::Fr), "Échec : il n’existe pas.");
        for kind in [
            ErrorKind::PermissionDenied,
            ErrorKind::AlreadyExists,
            ErrorKind::IsADirectory,
            ErrorKind::NotADirectory,
            ErrorKind::DirectoryNotEmpty,
            ErrorKind::StorageFull,
            ErrorKind::ReadOnlyFilesystem,
            ErrorKind::ResourceBusy,
            ErrorKind::AddrInUse,
            ErrorKind::AddrNotAvailable,
            ErrorKind::ConnectionRefused,
            ErrorKind::ConnectionReset,
            ErrorKind::UnexpectedEof,
            ErrorKind::TimedOut,
            ErrorKind::OutOfMemory,
            ErrorKind::InvalidInput,
            ErrorKind::InvalidData,
            ErrorKind::Deadlock,
        ] {
            let (en, fr) = (said(&Error::from(kind), Lang::En), said(&Error::from(kind), Lang::Fr));
            // A message that is missing would be its own name.
            assert!(!en.contains("reason-") && !fr.contains("reason-"), "{kind:?}: {en} {fr}");
            assert_ne!(en.split_once(": ").unwrap().1, fr.split_once(": ").unwrap().1, "{kind:?}");
        }
        let number = said(&Error::from_raw_os_error(35), Lang::Fr);
        assert!(number.contains("35") && !number.contains("os error"), "{number}");
    }

    #[test]
    fn a_name_out_of_an_input_does_not_steer_the_terminal() {
        let texts =
            Texts::new(Lang::En, Sources { en: "err-demo-file = “{ $file }”\n    .hint = { $file }\n", fr: "" });
        let hostile = "a\u{1b}]0;b\u{7}\u{2067}";
        for failure in [
            Failure::new(Exit::Data, "demo.file").with("file", hostile),
            Failure::from(Fault::new(Code::DidNotResolved).about(hostile)),
        ] {
            let said = failure.to_json(&texts).to_string();
            let Explanation { sentence, hint } = failure.explain(&texts);
            assert!(sentence.contains("]0;b"), "{sentence}");
            for text in [sentence, hint, said] {
                assert!(!text.contains(['\u{1b}', '\u{7}', '\u{2067}']) && !text.contains("u001b"), "{text:?}");
            }
        }
    }
}
