//! How an issuer, a credential or a claim is called in each language (OpenID4VCI §12.2.4, Appendix B.2).

use tamarack::json::{Object, Value};

use crate::members::{Builder, Members};
use crate::{RefusalCode, Result};

/// The most languages of one thing.
const LANGUAGES: usize = 64;

/// A picture.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Image {
    /// Where it is: `https:`, `data:` or another scheme, which the wallet must judge.
    pub uri: String,
    /// What is to be seen on it.
    pub alt_text: Option<String>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

/// The display properties of one thing in one language.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Display {
    /// The name.
    pub name: Option<String>,
    /// The language (BCP 47); absent for the one that is shown when no other fits.
    pub locale: Option<String>,
    /// The logo.
    pub logo: Option<Image>,
    /// What it is; of credentials alone.
    pub description: Option<String>,
    /// The background's colour (CSS); of credentials alone.
    pub background_color: Option<String>,
    /// The background's picture; of credentials alone.
    pub background_image: Option<Image>,
    /// The text's colour (CSS); of credentials alone.
    pub text_color: Option<String>,
    /// Members that are not known here.
    pub other: Object<'static>,
}

impl Display {
    /// A name in a language.
    #[must_use]
    pub fn named(name: impl Into<String>, locale: impl Into<String>) -> Self {
        Self { name: Some(name.into()), locale: Some(locale.into()), ..Self::default() }
    }

    /// The entry for a person who prefers these languages (BCP 47, best first): the same tag, then the same language, then
    /// the entry without one, then the first.
    #[must_use]
    pub fn choose<'d>(all: &'d [Self], languages: &[&str]) -> Option<&'d Self> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let locale = |display: &'d Self| display.locale.as_deref();
        let chosen = languages.iter().find_map(|wanted| {
            all.iter().find(|display| locale(display).is_some_and(|tag| tag.eq_ignore_ascii_case(wanted))).or_else(
                || all.iter().find(|display| locale(display).is_some_and(|tag| primary(tag) == primary(wanted))),
            )
        });
        chosen.or_else(|| all.iter().find(|display| display.locale.is_none())).or_else(|| all.first())
    }

    /// Reads the `display` member, if there is one: one entry for each language (OpenID4VCI §12.2.4).
    pub(crate) fn take(members: &mut Members) -> Result<Vec<Self>> {
        let code = members.code();
        let items = members.array("display", LANGUAGES)?.unwrap_or_default();
        let all = items.into_iter().map(|item| Self::from_value(item, code)).collect::<Result<Vec<_>>>()?;
        for (at, display) in all.iter().enumerate() {
            if all.iter().take(at).any(|other| other.locale == display.locale) {
                return Err(members.refuse("display.locale"));
            }
        }
        Ok(all)
    }

    fn from_value(value: Value<'static>, code: RefusalCode) -> Result<Self> {
        let mut members = Members::of(value, "display", code)?;
        Ok(Self {
            name: members.text("name")?,
            locale: members.text("locale")?,
            logo: image(&mut members, "logo")?,
            description: members.text("description")?,
            background_color: members.text("background_color")?,
            background_image: image(&mut members, "background_image")?,
            text_color: members.text("text_color")?,
            other: members.rest(),
        })
    }

    fn to_value(&self) -> Value<'static> {
        Builder::default()
            .set("name", self.name.clone())
            .set("locale", self.locale.clone())
            .set("logo", self.logo.as_ref().map(image_value))
            .set("description", self.description.clone())
            .set("background_color", self.background_color.clone())
            .set("background_image", self.background_image.as_ref().map(image_value))
            .set("text_color", self.text_color.clone())
            .rest(&self.other)
            .value()
    }

    /// The `display` member.
    pub(crate) fn values(all: &[Self]) -> Vec<Value<'static>> {
        all.iter().map(Self::to_value).collect()
    }
}

fn image(members: &mut Members, name: &'static str) -> Result<Option<Image>> {
    let Some(mut members) = members.object(name)? else { return Ok(None) };
    let uri = members.need_text("uri")?;
    Ok(Some(Image { uri, alt_text: members.text("alt_text")?, other: members.rest() }))
}

fn image_value(image: &Image) -> Value<'static> {
    Builder::default()
        .set("uri", Some(image.uri.clone()))
        .set("alt_text", image.alt_text.clone())
        .rest(&image.other)
        .value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_fits_best() {
        let all = [Display::named("Card", "en-CA"), Display::named("Carte", "fr-CA")];
        let chosen = |languages: &[&str]| Display::choose(&all, languages).and_then(|d| d.name.clone()).unwrap();
        assert_eq!(chosen(&["fr-CA"]), "Carte");
        assert_eq!(chosen(&["fr-FR", "en"]), "Carte");
        assert_eq!(chosen(&["de"]), "Card");
        assert!(Display::choose(&[], &["en"]).is_none());
    }
}
