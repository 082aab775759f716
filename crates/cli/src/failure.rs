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
    Own { code: &'static str, variables: Vec<(&'static str, String)> },
    Core(Fault),
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
            variables.push((name, value.to_string()));
        }
        self
    }

    /// A failure that the core explains.
    #[must_use]
    pub fn from_fault(exit: Exit, fault: Fault) -> Self {
        Self { exit, reason: Box::new(Reason::Core(fault)) }
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
            Reason::Own { code, .. } => code,
            Reason::Core(fault) => fault.code().as_str(),
        }
    }

    /// The finding of the core, if it is one.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        match &*self.reason {
            Reason::Own { .. } => None,
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
            Reason::Own { code, variables } => {
                let id = format!("err-{}", code.replace(['.', '_'], "-"));
                let variables: Vec<_> =
                    variables.iter().map(|(name, value)| (*name, FluentValue::from(value.as_str()))).collect();
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
            Reason::Own { .. } => None,
        }
    }

    /// What it is about, if the core says so: a member, a URL, a limit.
    fn about(&self) -> Option<&str> {
        match &*self.reason {
            Reason::Core(fault) => fault.name(),
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
            Reason::Own { code, .. } => f.write_str(code),
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
