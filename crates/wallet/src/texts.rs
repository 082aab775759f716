//! What people read: the Fluent files of both languages, built in and parsed when the first text is needed.

use fluent_bundle::FluentArgs;
use tamarack::messages::{Catalogue, Explanation, Lang};

const EN: &str = include_str!("../messages/en.ftl");
const FR: &str = include_str!("../messages/fr.ftl");

static TEXTS: Catalogue = Catalogue::new(EN, FR);

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
    let (message, attribute) = match id.split_once('.') {
        Some((message, attribute)) => (message, Some(attribute)),
        None => (id, None),
    };
    TEXTS.format(lang, message, attribute, Some(args))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fluent_bundle::FluentResource;

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
