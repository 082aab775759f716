//! What people read, in both languages.

use tamarack::messages::Lang;

/// A text for people, in English and in French as written in Canada.
///
/// ```text
/// show(verdict.message.fr)
/// ```
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Text {
    /// In English.
    pub en: String,
    /// In French.
    pub fr: String,
}

impl Text {
    /// The text of each language.
    pub(crate) fn of(text: impl Fn(Lang) -> String) -> Self {
        Self { en: text(Lang::En), fr: text(Lang::Fr) }
    }
}
