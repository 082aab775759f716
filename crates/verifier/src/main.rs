//! `tamarack-verifier`: verify W3C Verifiable Credentials, online or offline, from the command line.

mod bundle;
mod codes;
mod command;
mod did;
mod inspect;
mod keyfile;
mod nonces;
mod report;
mod serve;
mod sources;
mod values;
mod verify;

use std::process::ExitCode;

use clap::ArgMatches;
use tamarack_cli::{Exit, Failure, Program, Sources, Terminal, new_key_file};

const PROGRAM: Program = Program {
    command: command::command,
    texts: Sources { en: include_str!("../messages/en.ftl"), fr: include_str!("../messages/fr.ftl") },
    run,
};

/// A service makes and drops some thousand small values in each request, on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    PROGRAM.main()
}

fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("verify", matches)) => verify::run(matches, terminal),
        Some(("inspect", matches)) => inspect::run(matches, terminal),
        Some(("serve", matches)) => serve::run(matches, terminal),
        Some(("migrate", matches)) => serve::migrate(matches, terminal),
        Some(("bundle", matches)) => match matches.subcommand() {
            Some(("create", matches)) => bundle::create(matches, terminal),
            Some(("show", matches)) => bundle::show(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        Some(("key", matches)) => match matches.subcommand() {
            Some(("new", matches)) => new_key_file(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        Some(("nonce", matches)) => match matches.subcommand() {
            Some(("new", matches)) => nonces::new(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        Some(("did", matches)) => match matches.subcommand() {
            Some(("resolve", matches)) => did::resolve(matches, terminal),
            _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
        },
        _ => Err(Failure::new(Exit::Usage, "usage.command_missing")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tamarack_cli::{Lang, Texts};
    use tamarack_net::FetchError;
    use tamarack_service::http::StartError;
    use tamarack_service::signers::SignerError;
    use tamarack_service::verifier::{AskError, CertificateError, PairwiseError};

    use super::PROGRAM;

    #[test]
    fn every_command_and_argument_is_explained_in_both_languages() {
        for lang in [Lang::En, Lang::Fr] {
            assert_eq!(PROGRAM.missing_texts(lang), Vec::<String>::new(), "{lang:?}");
            PROGRAM.localized(lang).debug_assert();
        }
    }

    #[test]
    fn every_failure_to_fetch_is_explained_in_both_languages() {
        for lang in [Lang::En, Lang::Fr] {
            let texts = Texts::new(lang, PROGRAM.texts);
            for code in FetchError::CODES {
                let id = format!("err-{}", code.replace(['.', '_'], "-"));
                assert!(texts.find(&id, &[]).is_some(), "{id}");
                assert!(texts.find(&format!("{id}.hint"), &[]).is_some(), "{id}");
            }
        }
    }

    #[test]
    fn every_reason_not_to_serve_is_explained_in_both_languages() {
        for lang in [Lang::En, Lang::Fr] {
            let texts = Texts::new(lang, PROGRAM.texts);
            let service = [StartError::CODES, AskError::CODES, CertificateError::CODES, PairwiseError::CODES];
            let codes = [service.concat().as_slice(), SignerError::CODES, crate::serve::CODES].concat();
            // What is no JSON is explained by the library.
            for code in codes.into_iter().filter(|code| *code != "ask.json") {
                let id = format!("err-{}", code.replace(['.', '_'], "-"));
                assert!(texts.find(&id, &[]).is_some(), "{id}");
                assert!(texts.find(&format!("{id}.hint"), &[]).is_some(), "{id}");
            }
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
