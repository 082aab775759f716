//! Which of the two languages to speak.

use std::ffi::OsStr;

use tamarack::messages::Lang;

/// The language that a tag or a POSIX locale names (`fr`, `fr-CA`, `fr_CA.UTF-8`, `en`…), if it is one of the two.
#[must_use]
pub fn language_from(tag: &str) -> Option<Lang> {
    match tag.split(['-', '_', '.', '@']).next()?.to_ascii_lowercase().as_str() {
        "fr" => Some(Lang::Fr),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// The language of an invocation: `--lang`, else the locale, else English.
///
/// It is read before the command line is, since a wrong command line must be explained in the right language too.
pub(crate) fn choose<A: AsRef<OsStr>>(args: &[A], variable: impl Fn(&str) -> Option<String>) -> Lang {
    option_value(args, "--lang").as_deref().and_then(language_from).unwrap_or_else(|| from_locale(variable))
}

/// The value of a long option, wherever it stands in front of `--`.
pub(crate) fn option_value<A: AsRef<OsStr>>(args: &[A], option: &str) -> Option<String> {
    let mut args = args.iter().map(|arg| arg.as_ref().to_string_lossy()).take_while(|arg| arg != "--");
    while let Some(arg) = args.next() {
        if arg == option {
            return args.next().map(std::borrow::Cow::into_owned);
        }
        if let Some(value) = arg.strip_prefix(option).and_then(|rest| rest.strip_prefix('=')) {
            return Some(value.to_owned());
        }
    }
    None
}

/// POSIX: the first of the three that is set and not empty decides.
fn from_locale(variable: impl Fn(&str) -> Option<String>) -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .and_then(|value| language_from(&value))
        .unwrap_or(Lang::En)
}

#[cfg(test)]
mod tests {
    use super::{Lang, choose, language_from, option_value};

    #[test]
    fn the_option_wins_over_the_locale() {
        let locale = |name: &str| (name == "LANG").then(|| "fr_CA.UTF-8".to_owned());
        assert_eq!(choose(&["p", "verify"], locale), Lang::Fr);
        assert_eq!(choose(&["p", "--lang", "en"], locale), Lang::En);
        assert_eq!(choose(&["p", "verify", "--lang=en"], locale), Lang::En);
        assert_eq!(choose(&["p", "--", "--lang=en"], locale), Lang::Fr);
        assert_eq!(choose::<&str>(&[], |_| None), Lang::En);
    }

    #[test]
    fn an_empty_variable_does_not_decide() {
        let locale = |name: &str| match name {
            "LC_ALL" => Some(String::new()),
            "LC_MESSAGES" => Some("fr".to_owned()),
            _ => Some("en".to_owned()),
        };
        assert_eq!(choose::<&str>(&[], locale), Lang::Fr);
        assert_eq!(choose::<&str>(&[], |_| Some("C.UTF-8".to_owned())), Lang::En);
    }

    #[test]
    fn reads_tags() {
        assert_eq!(language_from("fr-CA"), Some(Lang::Fr));
        assert_eq!(language_from("EN"), Some(Lang::En));
        assert_eq!(language_from("frp"), None);
        assert_eq!(option_value(&["a", "--lang"], "--lang"), None);
    }
}
