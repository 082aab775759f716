//! The texts of the pages.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use tamarack::messages::Lang;
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

const EN: &str = include_str!("../../messages/en.ftl");
const FR: &str = include_str!("../../messages/fr.ftl");

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en-CA", EN));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle("fr-CA", FR));

/// The texts in one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words(pub Lang);

impl Words {
    /// The language's tag, for `lang` attributes.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self.0 {
            Lang::En => "en-CA",
            Lang::Fr => "fr-CA",
        }
    }

    /// The other language's tag, as the switch has it.
    #[must_use]
    pub const fn other(self) -> &'static str {
        match self.0 {
            Lang::En => "fr",
            Lang::Fr => "en",
        }
    }

    /// A text. One that is missing shows its own name: ugly, never silent; a test finds it.
    #[must_use]
    pub fn get(self, id: &str) -> String {
        self.format(id, None)
    }

    /// A text with one variable filled in.
    #[must_use]
    pub fn with<'v>(self, id: &str, name: &'v str, value: impl Into<FluentValue<'v>>) -> String {
        let mut args = FluentArgs::with_capacity(1);
        args.set(name, value);
        self.format(id, Some(&args))
    }

    fn format(self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle: &Bundle = match self.0 {
            Lang::En => &ENGLISH,
            Lang::Fr => &FRENCH,
        };
        let pattern = bundle.get_message(id).and_then(|message| message.value());
        let text = pattern.map(|pattern| bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned());
        text.unwrap_or_else(|| id.to_owned())
    }
}

fn bundle(tag: &str, source: &str) -> Bundle {
    let tag: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    // A test proves that both files parse whole.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(sound, _)| sound);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn names(source: &str) -> BTreeSet<String> {
        FluentResource::try_new(source.to_owned()).expect("the file parses");
        let lines =
            source.lines().filter(|line| !line.starts_with([' ', '#'])).filter_map(|line| line.split_once(" ="));
        lines.map(|(name, _)| name.to_owned()).collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert_eq!(names(EN), names(FR));
        assert_eq!(Words(Lang::Fr).with("wait-minutes", "minutes", 1), "Le code est valable pendant une minute.");
        assert_eq!(Words(Lang::En).with("wait-minutes", "minutes", 5), "The code is good for 5 minutes.");
    }

    #[test]
    fn every_text_that_a_page_or_a_source_names_is_there_and_no_other() {
        let mut used = BTreeSet::new();
        let mut folders = vec!["templates".into(), "src".into()];
        while let Some(folder) = folders.pop() {
            let folder: std::path::PathBuf = folder;
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let ids = text.split('"').filter(|part| part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
                used.extend(ids.map(str::to_owned));
            }
        }
        let unused: Vec<_> = names(EN).difference(&used).cloned().collect();
        assert_eq!(unused, Vec::<String>::new(), "texts that nothing names");
        let areas: BTreeSet<String> =
            names(EN).iter().filter_map(|name| name.split_once('-').map(|(area, _)| format!("{area}-"))).collect();
        let missing: Vec<_> = used
            .iter()
            .filter(|id| areas.iter().any(|area| id.starts_with(area)) && !names(EN).contains(*id))
            .cloned()
            .collect();
        assert_eq!(missing, Vec::<String>::new(), "texts that are named and not there");
    }
}
