//! Fluent texts of one language, parsed when the first of them is needed.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use tamarack::messages::Lang;
use unic_langid::LanguageIdentifier;

use crate::printable;

const SHARED: Sources = Sources { en: include_str!("../messages/en.ftl"), fr: include_str!("../messages/fr.ftl") };

/// A program's own Fluent files.
#[derive(Clone, Copy, Debug)]
pub struct Sources {
    /// English.
    pub en: &'static str,
    /// French.
    pub fr: &'static str,
}

impl Sources {
    const fn of(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Fr => self.fr,
        }
    }
}

/// The texts of a program in one language: its own over those that all programs share.
pub struct Texts {
    lang: Lang,
    sources: Sources,
    bundle: OnceLock<FluentBundle<FluentResource>>,
}

impl Texts {
    /// Texts in a language. Nothing is parsed yet.
    #[must_use]
    pub const fn new(lang: Lang, sources: Sources) -> Self {
        Self { lang, sources, bundle: OnceLock::new() }
    }

    /// The language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The same texts in the other language or the same.
    #[must_use]
    pub const fn in_language(&self, lang: Lang) -> Self {
        Self::new(lang, self.sources)
    }

    /// A text without variables. A text that is missing shows its own name: ugly, never silent.
    #[must_use]
    pub fn text(&self, id: &str) -> String {
        self.format(id, &[])
    }

    /// A text with its variables filled in, those of text made [`printable`]. `id` is `message` or `message.attribute`.
    #[must_use]
    pub fn format(&self, id: &str, variables: &[(&'static str, FluentValue<'_>)]) -> String {
        self.find(id, variables).unwrap_or_else(|| id.to_owned())
    }

    /// A text as of [`Texts::format`], if there is one under this name.
    #[must_use]
    pub fn find(&self, id: &str, variables: &[(&'static str, FluentValue<'_>)]) -> Option<String> {
        let (message, attribute) = match id.split_once('.') {
            Some((message, attribute)) => (message, Some(attribute)),
            None => (id, None),
        };
        let bundle = self.bundle();
        let message = bundle.get_message(message)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut args = FluentArgs::with_capacity(variables.len());
        for (name, value) in variables {
            // Some variables come out of files that nobody vouches for; none may steer the terminal.
            let value = match value {
                FluentValue::String(text) => FluentValue::from(printable(text).into_owned()),
                other => other.clone(),
            };
            args.set(*name, value);
        }
        Some(bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
    }

    fn bundle(&self) -> &FluentBundle<FluentResource> {
        self.bundle.get_or_init(|| {
            let tag = match self.lang {
                Lang::En => "en-CA",
                Lang::Fr => "fr-CA",
            };
            let tag: LanguageIdentifier = tag.parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![tag]);
            // Isolation marks are for mixed writing directions; in a terminal they only confuse copy and paste.
            bundle.set_use_isolating(false);
            for source in [SHARED.of(self.lang), self.sources.of(self.lang)] {
                // A test parses every file; of a broken one the sound messages still count here.
                let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(sound, _)| sound);
                bundle.add_resource_overriding(resource);
            }
            bundle
        })
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("lang", &self.lang).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fluent_bundle::FluentResource;

    use super::*;

    #[test]
    fn both_languages_parse_and_say_the_same_things() {
        let names = |source: &str| -> BTreeSet<String> {
            FluentResource::try_new(source.to_owned()).expect("the file parses");
            source
                .lines()
                .filter_map(|line| line.split_once(" ="))
                .map(|(name, _)| name.trim().to_owned())
                .filter(|name| !name.contains(' ') && !name.starts_with('#'))
                .collect()
        };
        assert_eq!(names(SHARED.en), names(SHARED.fr));
        assert!(names(SHARED.en).len() > 30);
    }

    #[test]
    fn own_texts_win_and_missing_ones_show_their_name() {
        let texts = Texts::new(Lang::Fr, Sources { en: "", fr: "heading-options = Choix\n" });
        assert_eq!(texts.text("heading-options"), "Choix");
        assert_eq!(texts.text("no-such-text"), "no-such-text");
        assert_eq!(texts.in_language(Lang::En).text("heading-options"), "Options");
    }

    #[test]
    fn a_variable_does_not_steer_the_terminal() {
        let texts = Texts::new(Lang::En, Sources { en: "m = { $a } signed\n    .hint = Ask { $a }\n", fr: "" });
        let variables = [("a", "x\u{1b}[2Jy\u{202e}\r".into())];
        assert_eq!(texts.format("m", &variables), "x\u{fffd}[2Jy\u{fffd}\u{fffd} signed");
        assert_eq!(texts.format("m.hint", &variables), "Ask x\u{fffd}[2Jy\u{fffd}\u{fffd}");
    }

    #[test]
    fn counts_as_the_language_does() {
        let sources = Sources { en: "", fr: "n = { $n ->\n    [one] { $n } an\n   *[other] { $n } ans\n }\n" };
        let texts = Texts::new(Lang::Fr, sources);
        assert_eq!(texts.format("n", &[("n", 0.into())]), "0 an");
        assert_eq!(texts.format("n", &[("n", 2.into())]), "2 ans");
    }
}
