//! `tamarack-wallet`: show verifiable credentials from the command line, no more of them than is needed.

mod backup;
mod codes;
mod command;
mod credentials;
mod disclosable;
mod dpop;
mod history;
mod holder;
mod metadata;
mod network;
mod offers;
mod present;
mod receipts;
mod reply;
mod requests;
mod take;
mod upkeep;
mod wallet;

use std::process::ExitCode;

use clap::ArgMatches;
use tamarack::present::Held;
use tamarack::{Timestamp, limits};
use tamarack_cli::{Exit, Failure, Program, Sources, Terminal, new_key_file, read_input};

const PROGRAM: Program = Program {
    command: command::command,
    texts: Sources { en: include_str!("../messages/en.ftl"), fr: include_str!("../messages/fr.ftl") },
    run,
};

fn main() -> ExitCode {
    PROGRAM.main()
}

fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("disclosable", matches)) => disclosable::run(matches, terminal),
        Some(("present", matches)) => present::run(matches, terminal),
        Some(("offers", matches)) => match matches.subcommand() {
            Some(("accept", matches)) if wallet::is_named(matches) => take::accept(matches, terminal),
            Some(("accept", matches)) => offers::accept(matches, terminal),
            Some(("resume", matches)) => take::resume(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        Some(("requests", matches)) => match matches.subcommand() {
            Some(("answer", matches)) if wallet::is_named(matches) => reply::answer(matches, terminal),
            Some(("answer", matches)) => requests::answer(matches, terminal),
            Some(("decline", matches)) => reply::decline(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        Some(("credentials", matches)) => match matches.subcommand() {
            Some(("list", matches)) => credentials::list(matches, terminal),
            Some(("code", matches)) => credentials::code(matches, terminal),
            Some(("delete", matches)) => credentials::delete(matches, terminal),
            Some(("refresh", matches)) => upkeep::refresh(matches, terminal),
            Some(("renew", matches)) => upkeep::renew(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        Some(("history", matches)) => match matches.subcommand() {
            None => history::list(matches, terminal),
            Some(("export", matches)) => history::export(matches, terminal),
            Some(("delete", matches)) => history::delete(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        Some(("receipts", matches)) => match matches.subcommand() {
            Some(("list", matches)) => receipts::list(matches, terminal),
            Some(("show", matches)) => receipts::show(matches, terminal),
            Some(("withdraw", matches)) => receipts::withdraw(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        Some(("backup", matches)) => backup::backup(matches, terminal),
        Some(("restore", matches)) => backup::restore(matches, terminal),
        Some(("holder", matches)) => match matches.subcommand() {
            Some(("commit", matches)) => holder::commit(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        Some(("key", matches)) => match matches.subcommand() {
            Some(("new", matches)) => new_key_file(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
    }
}

/// The text of an argument.
fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}

/// The credential that the command line names.
fn held(matches: &ArgMatches) -> Result<Held, Failure> {
    let input = read_input(text(matches, "file").unwrap_or_default(), limits::INPUT_BYTES)?;
    Ok(Held::parse(&input)?)
}

/// The clock, read here alone.
fn now() -> Timestamp {
    let past = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    Timestamp::from_unix(past.map_or(0, |past| i64::try_from(past.as_secs()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tamarack_cli::Lang;

    use super::PROGRAM;

    #[test]
    fn every_command_and_argument_is_explained_in_both_languages() {
        for lang in [Lang::En, Lang::Fr] {
            assert_eq!(PROGRAM.missing_texts(lang), Vec::<String>::new(), "{lang:?}");
            PROGRAM.localized(lang).debug_assert();
        }
    }

    #[test]
    fn both_languages_have_the_same_texts() {
        let names = |source: &str| -> BTreeSet<String> {
            let lines = source.lines().filter_map(|line| line.split_once(" ="));
            lines.map(|(name, _)| name.trim().to_owned()).filter(|name| !name.contains(' ')).collect()
        };
        assert_eq!(names(PROGRAM.texts.en), names(PROGRAM.texts.fr));
    }
}
