//! The frame of a program: arguments in, exit code out.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use clap_complete::Shell;
use tamarack::messages::Lang;

use crate::{Exit, Failure, Sources, Terminal, Texts, help, language, usage};

/// A program: its command line without words, its texts, and what it does.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The command line: names and values only. `--lang`, `--color`, `--json`, `--help`, `--version` and the command
    /// `completions` are added to it; the words come from the texts.
    pub command: fn() -> Command,
    /// The texts.
    pub texts: Sources,
    /// Does what the command line asks for.
    pub run: fn(&ArgMatches, &Terminal) -> Result<Exit, Failure>,
}

impl Program {
    /// Runs the program on the arguments of the process.
    #[must_use]
    pub fn main(&self) -> ExitCode {
        let args: Vec<OsString> = std::env::args_os().collect();
        let lang = language::choose(&args, |name| std::env::var(name).ok());
        let colour = language::option_value(&args, "--color");
        let json = args.iter().take_while(|arg| *arg != "--").any(|arg| arg == "--json");
        let terminal = Terminal::new(Texts::new(lang, self.texts), json, colour.as_deref());
        match self.start(&args, &terminal) {
            Ok(exit) => exit.into(),
            Err(failure) => {
                terminal.report(&failure);
                failure.exit().into()
            }
        }
    }

    /// The whole command line with help in a language.
    #[must_use]
    pub fn localized(&self, lang: Lang) -> Command {
        help::localize(self.full(), &Texts::new(lang, self.texts))
    }

    /// The commands, arguments and value names that have no text in a language: a test holds this empty.
    #[must_use]
    pub fn missing_texts(&self, lang: Lang) -> Vec<String> {
        help::missing_texts(&self.full(), &Texts::new(lang, self.texts))
    }

    fn start(&self, args: &[OsString], terminal: &Terminal) -> Result<Exit, Failure> {
        // A right command line needs no words, so none are parsed for it.
        let matches = match self.full().try_get_matches_from(args) {
            Ok(matches) => matches,
            Err(_) => match help::localize(self.full(), terminal.texts()).try_get_matches_from(args) {
                Ok(matches) => matches,
                Err(error) => return explain(&error, terminal),
            },
        };
        match matches.subcommand() {
            Some(("completions", sub)) => self.completions(sub, terminal),
            _ => (self.run)(&matches, terminal),
        }
    }

    fn completions(&self, matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
        let shell = match matches.get_one::<String>("shell").map(String::as_str) {
            Some("zsh") => Shell::Zsh,
            Some("fish") => Shell::Fish,
            Some("powershell") => Shell::PowerShell,
            Some("elvish") => Shell::Elvish,
            _ => Shell::Bash,
        };
        let mut command = help::localize(self.full(), terminal.texts());
        let name = command.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command, name, &mut script);
        terminal.write(&script)?;
        Ok(Exit::Ok)
    }

    fn full(&self) -> Command {
        (self.command)()
            // Every crate of the workspace has one version.
            .version(env!("CARGO_PKG_VERSION"))
            .disable_help_flag(true)
            .disable_version_flag(true)
            .disable_help_subcommand(true)
            .subcommand_required(true)
            .arg(option("lang", ["en", "fr"]).value_name("LANGUAGE"))
            .arg(option("color", ["auto", "always", "never"]).value_name("WHEN"))
            .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).global(true))
            .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help).global(true))
            .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version))
            .subcommand(Command::new("completions").arg(
                Arg::new("shell").required(true).value_name("SHELL").value_parser(PossibleValuesParser::new([
                    "bash",
                    "elvish",
                    "fish",
                    "powershell",
                    "zsh",
                ])),
            ))
    }
}

fn option<const N: usize>(name: &'static str, values: [&'static str; N]) -> Arg {
    Arg::new(name).long(name).global(true).value_hint(ValueHint::Other).value_parser(PossibleValuesParser::new(values))
}

/// Help and version are answers on stdout; everything else is a failure.
fn explain(error: &clap::Error, terminal: &Terminal) -> Result<Exit, Failure> {
    match usage::failure(error) {
        Some(failure) => Err(failure),
        None => {
            terminal.write(error.render().to_string().as_bytes())?;
            Ok(Exit::Ok)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: Program = Program {
        command: || {
            Command::new("demo").subcommand(
                Command::new("greet")
                    .arg(Arg::new("file").required(true).value_name("FILE"))
                    .arg(Arg::new("at").long("at").value_name("TIME")),
            )
        },
        texts: Sources {
            en: "cmd = A demo\n    .examples = demo greet x\ncmd-greet = Greet\n    .file = Whom\n    .examples = demo greet x\n",
            fr: "cmd = Une démo\n    .examples = demo greet x\ncmd-greet = Saluer\n    .file = Qui\n    .at = Quand\n    .examples = demo greet x\n",
        },
        run: |_, _| Ok(Exit::Ok),
    };

    fn start(lang: Lang, args: &[&str]) -> Result<Exit, Failure> {
        let terminal = Terminal::new(Texts::new(lang, PROGRAM.texts), false, None);
        let args: Vec<OsString> = ["demo"].iter().chain(args).map(OsString::from).collect();
        PROGRAM.start(&args, &terminal)
    }

    #[test]
    fn help_is_in_the_language() {
        let help = |lang| {
            let mut command = PROGRAM.localized(lang);
            command.build();
            command.find_subcommand_mut("greet").unwrap().render_long_help().to_string()
        };
        let fr = help(Lang::Fr);
        for part in [
            "Saluer",
            "Utilisation\u{a0}: demo greet [OPTIONS] <FICHIER>",
            "Arguments\u{a0}:",
            "--at <DATE>",
            "Exemples\u{a0}:",
        ] {
            assert!(fr.contains(part), "{part} in {fr}");
        }
        assert!(!fr.contains("Usage") && !fr.contains("Print") && !fr.contains("possible values"), "{fr}");
        assert!(help(Lang::En).contains("Usage: demo greet [OPTIONS] <FILE>"));
    }

    #[test]
    fn a_missing_text_is_found() {
        assert_eq!(PROGRAM.missing_texts(Lang::En), ["cmd-greet.at"]);
        assert!(PROGRAM.missing_texts(Lang::Fr).is_empty());
    }

    #[test]
    fn a_wrong_command_line_is_explained_in_both_languages() {
        for (args, code) in [
            (&[][..], "usage.command_missing"),
            (&["gret", "x"], "usage.command_unknown"),
            (&["greet"], "usage.argument_missing"),
            (&["greet", "x", "--att", "y"], "usage.argument_unknown"),
            (&["greet", "x", "--at"], "usage.value_missing"),
            (&["greet", "x", "--at", "1", "--at", "2"], "usage.argument_conflict"),
            (&["greet", "x", "--lang", "de"], "usage.value_not_offered"),
            (&["completions", "tcsh"], "usage.value_not_offered"),
        ] {
            for lang in [Lang::En, Lang::Fr] {
                let failure = start(lang, args).unwrap_err();
                assert_eq!((failure.exit(), failure.code()), (Exit::Usage, code), "{args:?}");
                let explanation = failure.explain(&Texts::new(lang, PROGRAM.texts));
                assert!(!explanation.sentence.starts_with("err-"), "{}", explanation.sentence);
                assert!(!explanation.sentence.contains('$') && !explanation.hint.is_empty(), "{explanation:?}");
            }
        }
        assert_eq!(start(Lang::Fr, &["greet", "x"]).unwrap(), Exit::Ok);
    }

    #[test]
    fn suggests_the_nearest_name() {
        let failure = start(Lang::Fr, &["gret"]).unwrap_err();
        let texts = Texts::new(Lang::Fr, PROGRAM.texts);
        assert_eq!(failure.explain(&texts).hint, "Vouliez-vous dire «\u{a0}greet\u{a0}»?");
    }
}
