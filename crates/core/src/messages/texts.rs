//! The Fluent files of both languages.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::Lang;

type Bundle = FluentBundle<FluentResource>;

pub(super) const EN: &str = include_str!("../../messages/en.ftl");
pub(super) const FR: &str = include_str!("../../messages/fr.ftl");

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en-CA", EN));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle("fr-CA", FR));

/// The text of a message or of its attribute. `None` if there is none, or if something in it cannot be resolved.
pub(super) fn format(lang: Lang, id: &str, attribute: Option<&str>, args: Option<&FluentArgs<'_>>) -> Option<String> {
    let bundle: &Bundle = match lang {
        Lang::En => &ENGLISH,
        Lang::Fr => &FRENCH,
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

fn bundle(lang: &str, source: &str) -> Bundle {
    let lang: LanguageIdentifier = lang.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![lang]);
    // The marks that isolate a name of another direction would show up in terminals and JSON.
    bundle.set_use_isolating(false);
    // The files are part of the library and a test proves that they parse whole; what parses is better than nothing.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(sound, _)| sound);
    bundle.add_resource_overriding(resource);
    bundle
}
