//! What people read: the Fluent files of both languages, built in and parsed when the first text is needed.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use tamarack::messages::{Explanation, Lang};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

const EN: &str = include_str!("../messages/en.ftl");
const FR: &str = include_str!("../messages/fr.ftl");

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en-CA", EN));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle("fr-CA", FR));

/// The text `message` or `message.attribute`. One that is missing shows its own name: ugly, never silent.
pub(crate) fn text(lang: Lang, id: &str) -> String {
    format(lang, id, &[])
}

/// A text with its variables filled in.
pub(crate) fn format(lang: Lang, id: &str, variables: &[(&'static str, &str)]) -> String {
    let mut args = FluentArgs::with_capacity(variables.len());
    for (name, value) in variables {
        args.set(*name, *value);
    }
    find(lang, id, &args).unwrap_or_else(|| id.to_owned())
}

/// A text that counts: `{ $count -> [one] … *[other] … }`.
pub(crate) fn count(lang: Lang, id: &str, count: usize) -> String {
    let mut args = FluentArgs::with_capacity(1);
    args.set("count", count);
    find(lang, id, &args).unwrap_or_else(|| id.to_owned())
}

/// A message with its hint.
pub(crate) fn explain(lang: Lang, id: &str, variables: &[(&'static str, &str)]) -> Explanation {
    Explanation { sentence: format(lang, id, variables), hint: format(lang, &format!("{id}.hint"), variables) }
}

fn find(lang: Lang, id: &str, args: &FluentArgs<'_>) -> Option<String> {
    let bundle: &Bundle = match lang {
        Lang::En => &ENGLISH,
        Lang::Fr => &FRENCH,
    };
    let (message, attribute) = match id.split_once('.') {
        Some((message, attribute)) => (message, Some(attribute)),
        None => (id, None),
    };
    let message = bundle.get_message(message)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors);
    errors.is_empty().then(|| text.into_owned())
}

fn bundle(lang: &str, source: &str) -> Bundle {
    let lang: LanguageIdentifier = lang.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![lang]);
    // The marks that isolate a name of another direction would show up in plain texts.
    bundle.set_use_isolating(false);
    // The files are part of the library and a test proves that they parse whole; what parses is better than nothing.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(sound, _)| sound);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The messages of a file with their attributes.
    fn ids(source: &str) -> BTreeSet<String> {
        FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| errors).expect("parses whole");
        let mut out = BTreeSet::new();
        let mut message = String::new();
        for line in source.lines() {
            if let Some((id, _)) = line.split_once(" =") {
                let id = id.trim_start();
                if let Some(attribute) = id.strip_prefix('.') {
                    assert!(out.insert(format!("{message}.{attribute}")), "{message}.{attribute} stands twice");
                } else if !line.starts_with([' ', '#', '[', '*']) {
                    message = id.to_owned();
                    assert!(out.insert(message.clone()), "{message} stands twice");
                }
            }
        }
        out
    }

    #[test]
    fn both_files_have_the_same_messages() {
        assert_eq!(ids(EN), ids(FR));
    }
}
