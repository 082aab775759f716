//! The command line: what each command takes, and who does it. Its words are in `messages/`.

mod audit;
mod batch;
mod credentials;
mod database;
mod issue;
mod keys;
mod migrate;
mod offer;
mod requests;
mod serve;
mod set_up;
mod sign;
mod status;
mod types;

use std::path::PathBuf;
use std::time::SystemTime;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use tamarack::Timestamp;
use tamarack::credential::Version;
use tamarack::issue::{CredentialType, Securing};
use tamarack::jose::JwtForm;
use tamarack::sd_jwt::Profile;
use tamarack_cli::{
    Exit, Failure, Passphrase, Program, Sources, Terminal, database_address, database_argument, passphrase_argument,
    read_passphrase, server_arguments,
};
use tamarack_service::operator::{CHANGES, REFUSALS};

use crate::store::{Address, Cause, Issuer, Place, Store, StoreError};

/// The program `tamarack-issuer`.
pub const PROGRAM: Program = Program {
    command,
    texts: Sources { en: include_str!("../../messages/en.ftl"), fr: include_str!("../../messages/fr.ftl") },
    run,
};

fn command() -> Command {
    Command::new("tamarack-issuer")
        .arg(option("store", "DIR").global(true).value_hint(ValueHint::DirPath))
        .arg(database_argument().global(true))
        .arg(passphrase_argument().global(true))
        .subcommand(
            Command::new("init")
                .arg(option("did", "DID").required(true))
                .arg(option("status-base", "URL"))
                .arg(kind_option().default_value("Ed25519"))
                .arg(flag("no-key")),
        )
        .subcommand(group("key").subcommands([
            Command::new("new").arg(kind_option().default_value("Ed25519")),
            key_import(),
            Command::new("list"),
            Command::new("rotate").arg(kind_option().default_value("Ed25519")),
            Command::new("retire").arg(positional("key", "KEY")),
        ]))
        .subcommand(
            Command::new("did").arg(option("key", "KEY")).arg(option("out", "FILE").value_hint(ValueHint::FilePath)),
        )
        .subcommand(group("type").subcommands([
            Command::new("add").arg(file()).arg(flag("replace")),
            Command::new("list"),
            Command::new("show").arg(positional("name", "NAME")).arg(flag("schema")),
        ]))
        .subcommand(
            Command::new("issue")
                .arg(option("type", "TYPE").required(true))
                .arg(option("claims", "FILE").required(true).value_hint(ValueHint::FilePath))
                .arg(option("subject", "DID"))
                .arg(option("commitment", "FILE").value_hint(ValueHint::FilePath))
                .arg(suite_option())
                .arg(option("key", "KEY"))
                .arg(option("id", "URL"))
                .arg(option("out", "FILE").value_hint(ValueHint::FilePath))
                .arg(flag("no-keep"))
                .arg(flag("no-status")),
        )
        .subcommand(
            Command::new("batch")
                .arg(option("type", "TYPE").required(true))
                .arg(option("csv", "FILE").required(true).value_hint(ValueHint::FilePath))
                .arg(option("out", "PATH").required(true).value_hint(ValueHint::AnyPath))
                .arg(suite_option())
                .arg(option("key", "KEY"))
                .arg(option("run", "NAME").default_value(""))
                .arg(option("delimiter", "CHARACTER").default_value(","))
                .arg(flag("no-keep"))
                .arg(flag("no-status"))
                .arg(option("chunk", "NUMBER").value_parser(value_parser!(u32).range(1..=10_000)).hide(true)),
        )
        .subcommand(
            Command::new("sign")
                .arg(file())
                .arg(suite_option_with(&["vp+jwt"]).required(true))
                .arg(option("key", "KEY"))
                .arg(option("created", "TIME"))
                .arg(option("challenge", "TEXT").allow_hyphen_values(true))
                .arg(option("domain", "TEXT"))
                .arg(option("mandatory", "POINTER").action(ArgAction::Append))
                .arg(option("out", "FILE").value_hint(ValueHint::FilePath)),
        )
        .subcommand(
            Command::new("migrate")
                .arg(file())
                .arg(suite_option().required(true))
                .arg(option("key", "KEY"))
                .arg(option("out", "FILE").value_hint(ValueHint::FilePath)),
        )
        .subcommands(["revoke", "suspend", "reinstate"].map(|name| {
            let reasons = PossibleValuesParser::new(CHANGES);
            Command::new(name).arg(positional("id", "ID")).arg(option("reason", "REASON").value_parser(reasons))
        }))
        .subcommand(
            group("status").subcommand(
                Command::new("publish").arg(option("out", "DIR").required(true).value_hint(ValueHint::DirPath)).arg(
                    option("hours", "NUMBER").value_parser(value_parser!(u32).range(1..=8_760)).default_value("48"),
                ),
            ),
        )
        .subcommand(
            Command::new("list")
                .arg(option("type", "TYPE"))
                .arg(option("due-before", "TIME"))
                .arg(flag("due").conflicts_with("due-before"))
                .arg(option("limit", "NUMBER").value_parser(value_parser!(u32))),
        )
        .subcommand(Command::new("show").arg(positional("id", "ID")))
        .subcommand(
            Command::new("serve")
                .args(server_arguments())
                .arg(option("api-keys", "FILE").value_hint(ValueHint::FilePath))
                .arg(option("attester", "FILE").value_hint(ValueHint::FilePath).action(ArgAction::Append))
                .arg(flag("require-attestation").requires("attester"))
                .arg(flag("attestation-challenges").requires("attester"))
                .arg(option("issuer-cert", "FILE").value_hint(ValueHint::FilePath))
                .arg(option("attested-keys", "TYPE").action(ArgAction::Append).requires("attester"))
                .arg(option("bind-secrets", "TYPE").action(ArgAction::Append))
                .arg(flag("require-dpop"))
                .arg(flag("dpop-nonces"))
                .arg(option("operator", "FILE").value_hint(ValueHint::FilePath))
                .arg(option("approve", "TYPE").action(ArgAction::Append))
                .arg(option("sign-in", "FILE").value_hint(ValueHint::FilePath))
                .arg(option("citizens", "FILE").value_hint(ValueHint::FilePath).requires("sign-in"))
                .arg(flag("keep")),
        )
        .subcommand(group("database").subcommand(Command::new("migrate")))
        .subcommand(
            group("audit").subcommands([Command::new("export"), Command::new("check").arg(option("until", "END"))]),
        )
        .subcommand(
            group("requests").subcommands([
                Command::new("list").arg(flag("all")),
                Command::new("show")
                    .arg(positional("id", "ID"))
                    .arg(option("files", "DIR").value_hint(ValueHint::DirPath)),
                Command::new("approve")
                    .arg(positional("id", "ID"))
                    .arg(option("clerk", "NAME"))
                    .arg(option("reason", "TEXT")),
                Command::new("refuse")
                    .arg(option("category", "CATEGORY").value_parser(PossibleValuesParser::new(REFUSALS)))
                    .arg(positional("id", "ID"))
                    .arg(option("clerk", "NAME"))
                    .arg(option("reason", "TEXT").required(true)),
            ]),
        )
        .subcommand(
            Command::new("offer")
                .arg(option("type", "TYPE").required(true))
                .arg(option("claims", "FILE").required_unless_present("sign-in").value_hint(ValueHint::FilePath))
                .arg(flag("sign-in").conflicts_with_all(["claims", "tx-code", "file"]))
                .arg(option("file", "FILE").value_hint(ValueHint::FilePath).action(ArgAction::Append))
                .arg(option("language", "LANGUAGE").value_parser(PossibleValuesParser::new(["en", "fr"])))
                .arg(flag("tx-code"))
                .arg(option("minutes", "NUMBER").value_parser(value_parser!(u32).range(1..=43_200)))
                .arg(option("base-url", "URL")),
        )
}

fn key_import() -> Command {
    let path = |name: &'static str| option(name, "FILE").value_hint(ValueHint::FilePath);
    Command::new("import")
        .arg(file().required(false).required_unless_present("pkcs11").conflicts_with("pkcs11"))
        .arg(option("pkcs11", "PLACE").requires("pin-file").conflicts_with("signer"))
        .arg(path("pin-file").requires("pkcs11"))
        .arg(option("signer", "URL").requires("signer-key"))
        .arg(option("signer-key", "NAME").requires("signer"))
        .arg(path("signer-token").requires("signer"))
        .arg(path("signer-cert").requires("signer-cert-key").requires("signer"))
        .arg(path("signer-cert-key").requires("signer-cert"))
        .arg(path("signer-authorities").requires("signer"))
        .arg(flag("allow-private-network").requires("signer"))
}

fn group(name: &'static str) -> Command {
    Command::new(name).subcommand_required(true)
}

fn option(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value)
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

fn positional(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).required(true).value_name(value)
}

fn file() -> Arg {
    positional("file", "FILE").value_hint(ValueHint::FilePath)
}

fn suite_option() -> Arg {
    suite_option_with(&[])
}

fn suite_option_with(more: &[&'static str]) -> Arg {
    let names: Vec<&'static str> = Securing::names().chain(more.iter().copied()).collect();
    option("suite", "SUITE").value_parser(PossibleValuesParser::new(names))
}

fn kind_option() -> Arg {
    // A name with a space is hard to type.
    let names = crate::keyring::KINDS.map(|kind| kind.name().replace(' ', "-"));
    option("kind", "KIND").alias("type").ignore_case(true).value_parser(PossibleValuesParser::new(names))
}

fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let Some((name, sub)) = matches.subcommand() else { return Err(Failure::new(Exit::Usage, "usage.other")) };
    let job = Invocation { name, matches: sub, terminal, now: now() };
    let done = match name {
        "init" => set_up::init(&job),
        "did" => set_up::did(&job),
        "key" => keys::run(&job),
        "type" => types::run(&job),
        "issue" => issue::run(&job),
        "batch" => batch::run(&job),
        "sign" => sign::run(&job),
        "migrate" => migrate::run(&job),
        "revoke" | "suspend" | "reinstate" => credentials::change(&job),
        "status" => status::run(&job),
        "list" => credentials::list(&job),
        "show" => credentials::show(&job),
        "serve" => serve::run(&job),
        "offer" => offer::run(&job),
        "audit" => audit::run(&job),
        "database" => database::run(&job),
        "requests" => requests::run(&job),
        _ => Err(Failure::new(Exit::Usage, "usage.other")),
    };
    done.map_err(crate::keyring::explained)
}

/// The clock is read once, here.
fn now() -> Timestamp {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |past| past.as_secs());
    Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// One command as it was called.
struct Invocation<'i> {
    name: &'i str,
    matches: &'i ArgMatches,
    terminal: &'i Terminal,
    now: Timestamp,
}

impl<'i> Invocation<'i> {
    /// The command below this one.
    fn sub(&self) -> Result<Invocation<'_>, Failure> {
        let (name, matches) = self.matches.subcommand().ok_or_else(|| Failure::new(Exit::Usage, "usage.other"))?;
        Ok(Invocation { name, matches, terminal: self.terminal, now: self.now })
    }

    /// An option that may be missing.
    fn text(&self, name: &str) -> Option<&'i str> {
        self.matches.get_one::<String>(name).map(String::as_str)
    }

    /// An argument that clap made sure of.
    fn need(&self, name: &str) -> &'i str {
        self.text(name).unwrap_or_default()
    }

    /// An option that may come several times.
    fn texts(&self, name: &str) -> Vec<&'i str> {
        self.matches.get_many::<String>(name).into_iter().flatten().map(String::as_str).collect()
    }

    fn flag(&self, name: &str) -> bool {
        self.matches.get_flag(name)
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.matches.get_one::<u32>(name).copied()
    }

    /// The suite that was asked for.
    fn suite(&self) -> Option<Securing> {
        self.text("suite").and_then(Securing::parse)
    }

    /// A point in time, with an offset.
    fn time(&self, name: &'static str) -> Result<Option<Timestamp>, Failure> {
        let wrong =
            |text: &str| Failure::new(Exit::Usage, "time.invalid").with("arg", format!("--{name}")).with("value", text);
        let read = |text: &'i str| {
            let time = Timestamp::parse_stamp(text).map_err(|_| wrong(text))?;
            // Times are kept to the second: a fraction would be lost without a word.
            match text.contains('.') {
                true => {
                    Err(Failure::new(Exit::Usage, "time.fraction").with("arg", format!("--{name}")).with("value", text))
                }
                false => Ok(time),
            }
        };
        self.text(name).map(read).transpose()
    }

    /// Where the store is: `--database` or its variable, or `--store`.
    fn place(&self) -> Result<Place, Failure> {
        if let Some(text) = database_address(self.matches) {
            return match Address::parse(&text).map_err(StoreError)? {
                address @ Address::Postgres(_) => Ok(Place::Database(address)),
                Address::File(_) => Err(StoreError(Cause::Address).into()),
            };
        }
        let folder = self.text("store").ok_or_else(|| Failure::new(Exit::Usage, "store.not_named"))?;
        Ok(Place::Folder(PathBuf::from(folder)))
    }

    /// Opens the store that `--store` names.
    fn store(&self) -> Result<(Store, Issuer), Failure> {
        let store = Store::open_at(self.place()?, self.now)?;
        let issuer = store.issuer()?;
        Ok((store, issuer))
    }

    fn passphrase(&self, new: bool) -> Result<Passphrase, Failure> {
        read_passphrase(self.matches, new, self.terminal)
    }

    /// The URL under which the status lists of credentials of a type are published; none if they get no status.
    ///
    /// A type that asks for a status gets one. Only who has a store of `did:key`, made to try things out or for
    /// credentials that nobody needs to revoke, is warned instead of refused.
    fn status_base<'s>(
        &self,
        issuer: &'s Issuer,
        credential_type: &CredentialType,
    ) -> Result<Option<&'s str>, Failure> {
        if self.flag("no-status") || credential_type.status.purposes().next().is_none() {
            return Ok(None);
        }
        if issuer.status_base.is_none() {
            if issuer.did != "did:key" {
                return Err(Failure::new(Exit::Usage, "status.no_base").with("name", &credential_type.name));
            }
            self.terminal.warn(&self.terminal.text("warn-no-status"));
        }
        Ok(issuer.status_base.as_deref())
    }

    /// Data in the shape that was asked for: JSON, or a line for people.
    fn answer(&self, json: &serde_json::Value, line: &str) -> Result<(), Failure> {
        if self.terminal.json() { self.terminal.json_line(json) } else { self.terminal.line(line) }
    }
}

/// The suites of tokens belong to one version of the data model each (VCDM 1.1 §6.3.1, VC-JOSE-COSE §1).
///
/// # Errors
/// `suite.version`.
fn unless_other_version(securing: Securing, version: Version) -> Result<(), Failure> {
    let needed = match securing {
        Securing::Jwt(JwtForm::V1) => Version::V1,
        Securing::Jwt(JwtForm::V2) | Securing::SdJwt(Profile::VcdmSdJwt) => Version::V2,
        Securing::DataIntegrity(_) | Securing::SdJwt(Profile::SdJwtVc) => return Ok(()),
    };
    let number = |version| if version == Version::V1 { "1.1" } else { "2.0" };
    if needed == version {
        return Ok(());
    }
    let failure = Failure::new(Exit::Usage, "suite.version").with("suite", securing.name());
    let form = if version == Version::V1 { "v1" } else { "v2" };
    Err(failure.with("needed", number(needed)).with("version", number(version)).with("form", form))
}

/// Says what it was that the store does not have, by the name that was typed.
fn sought<E: Into<Failure>>(kind: &'static str, name: &str) -> impl FnOnce(E) -> Failure {
    move |error| match error.into() {
        failure if failure.code() == "store.not_found" => {
            Failure::new(Exit::Usage, "store.not_found").with("kind", kind).with("name", name)
        }
        failure => failure,
    }
}

#[cfg(test)]
mod tests {
    use tamarack_cli::Lang;

    #[test]
    fn every_command_and_argument_has_its_words() {
        for lang in [Lang::En, Lang::Fr] {
            assert_eq!(super::PROGRAM.missing_texts(lang), Vec::<String>::new());
        }
    }

    #[test]
    fn every_failure_of_a_signer_has_its_words() {
        for lang in [Lang::En, Lang::Fr] {
            let texts = tamarack_cli::Texts::new(lang, super::PROGRAM.texts);
            for code in tamarack_service::signers::SignerError::CODES {
                let id = format!("err-{}", code.replace(['.', '_'], "-"));
                for id in [id.clone(), format!("{id}.hint")] {
                    let text = texts.find(&id, &[("reason", "x".into())]);
                    assert!(text.is_some_and(|text| !text.is_empty()), "{id}");
                }
            }
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        super::PROGRAM.localized(Lang::En).debug_assert();
    }
}
