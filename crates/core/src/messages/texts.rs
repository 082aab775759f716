//! The Fluent files of both languages.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::Lang;

pub(super) const EN: &str = include_str!("../../messages/en.ftl");
pub(super) const FR: &str = include_str!("../../messages/fr.ftl");

static OWN: Catalogue = Catalogue::new(EN, FR);

/// The text of a message or of its attribute. `None` if there is none, or if something in it cannot be resolved.
pub(super) fn format(lang: Lang, id: &str, attribute: Option<&str>, args: Option<&FluentArgs<'_>>) -> Option<String> {
    OWN.format(lang, id, attribute, args)
}

/// A library's texts: a Fluent file for each language, parsed when the first text of the language is needed.
pub struct Catalogue {
    sources: [&'static str; 2],
    bundles: [OnceLock<FluentBundle<FluentResource>>; 2],
}

impl Catalogue {
    /// The texts of these files, in English and in French.
    #[must_use]
    pub const fn new(en: &'static str, fr: &'static str) -> Self {
        Self { sources: [en, fr], bundles: [OnceLock::new(), OnceLock::new()] }
    }

    /// The text of a message or of its attribute. `None` if there is none, or if something in it cannot be resolved.
    #[must_use]
    pub fn format(
        &self,
        lang: Lang,
        id: &str,
        attribute: Option<&str>,
        args: Option<&FluentArgs<'_>>,
    ) -> Option<String> {
        let ([en, fr], [english, french]) = (&self.sources, &self.bundles);
        let bundle = match lang {
            Lang::En => english.get_or_init(|| bundle("en-CA", en)),
            Lang::Fr => french.get_or_init(|| bundle("fr-CA", fr)),
        };
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}

impl core::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Catalogue").finish_non_exhaustive()
    }
}

fn bundle(lang: &str, source: &str) -> FluentBundle<FluentResource> {
    let lang: LanguageIdentifier = lang.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![lang]);
    // The marks that isolate a name of another direction would show up in terminals and JSON.
    bundle.set_use_isolating(false);
    // The files are part of the library and a test proves that they parse whole; what parses is better than nothing.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(sound, _)| sound);
    bundle.add_resource_overriding(resource);
    bundle
}
