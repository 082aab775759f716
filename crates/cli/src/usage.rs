//! A wrong command line, explained in the chosen language.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::{Exit, Failure};

/// The failure that a parse error stands for, or `None` if the error is a text that was asked for (help, version).
pub(crate) fn failure(error: &clap::Error) -> Option<Failure> {
    let usage = |code| Some(Failure::new(Exit::Usage, code));
    let context = |kind| error.get(kind).map(plain).unwrap_or_default();
    let arg = || context(ContextKind::InvalidArg);
    let value = || context(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => None,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            usage("usage.command_missing")
        }
        ErrorKind::InvalidSubcommand => Some(
            Failure::new(Exit::Usage, "usage.command_unknown").with("command", context(ContextKind::InvalidSubcommand)),
        )
        .map(|failure| suggest(failure, error, ContextKind::SuggestedSubcommand)),
        ErrorKind::UnknownArgument => Some(Failure::new(Exit::Usage, "usage.argument_unknown").with("arg", arg()))
            .map(|failure| suggest(failure, error, ContextKind::SuggestedArg)),
        ErrorKind::MissingRequiredArgument => {
            Some(Failure::new(Exit::Usage, "usage.argument_missing").with("arg", arg()))
        }
        ErrorKind::ArgumentConflict => Some(
            Failure::new(Exit::Usage, "usage.argument_conflict")
                .with("arg", arg())
                .with("other", context(ContextKind::PriorArg)),
        ),
        ErrorKind::InvalidValue if value().is_empty() => {
            Some(Failure::new(Exit::Usage, "usage.value_missing").with("arg", arg()))
        }
        ErrorKind::InvalidValue => Some(
            Failure::new(Exit::Usage, "usage.value_not_offered")
                .with("arg", arg())
                .with("value", value())
                .with("offered", context(ContextKind::ValidValue)),
        ),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            Some(Failure::new(Exit::Usage, "usage.value_missing").with("arg", arg()))
        }
        ErrorKind::ValueValidation | ErrorKind::TooManyValues => {
            Some(Failure::new(Exit::Usage, "usage.value_invalid").with("arg", arg()).with("value", value()))
        }
        ErrorKind::InvalidUtf8 => usage("usage.not_utf8"),
        _ => usage("usage.other"),
    }
}

fn suggest(failure: Failure, error: &clap::Error, kind: ContextKind) -> Failure {
    let suggestion = error.get(kind).map(plain).unwrap_or_default();
    if suggestion.is_empty() { failure.with("suggestion", "none") } else { failure.with("suggestion", suggestion) }
}

fn plain(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}
