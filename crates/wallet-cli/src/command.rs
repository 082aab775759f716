//! The command line, without a word of text: the words are in `messages/`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, Command, ValueHint, value_parser};
use tamarack::proof::BoundTo;
use tamarack_cli::{new_key_arguments, passphrase_argument};

/// The command line.
pub(crate) fn command() -> Command {
    let key = Command::new("key").subcommand_required(true);
    let holder = Command::new("holder").subcommand_required(true);
    Command::new("tamarack-wallet")
        .subcommand(Command::new("disclosable").arg(file()))
        .subcommand(present())
        .subcommand(Command::new("offers").subcommand_required(true).subcommand(accept()))
        .subcommand(Command::new("requests").subcommand_required(true).subcommand(answer()))
        .subcommand(holder.subcommand(commit()))
        .subcommand(key.subcommand(Command::new("new").args(new_key_arguments())))
}

fn present() -> Command {
    Command::new("present")
        .arg(option("reveal", "POINTER").action(ArgAction::Append))
        .arg(option("age-over", "NUMBER").value_parser(value_parser!(u32).range(1..=150)))
        .arg(option("frame", "FILE").value_hint(ValueHint::FilePath))
        .arg(flag("all"))
        .group(ArgGroup::new("what").args(["reveal", "age-over", "frame", "all"]).multiple(true).required(true))
        .arg(option("audience", "AUDIENCE").alias("domain"))
        // base64url may begin with a hyphen.
        .arg(option("nonce", "NONCE").alias("challenge").allow_hyphen_values(true))
        .arg(option("holder-key", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("kid", "DID_URL").requires("holder-key"))
        .arg(option("holder-secrets", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("issuer-document", "FILE").value_hint(ValueHint::FilePath))
        .arg(passphrase_argument())
        .arg(flag("yes"))
        .arg(option("out", "FILE").value_hint(ValueHint::FilePath))
        .arg(file())
}

fn commit() -> Command {
    let kinds = PossibleValuesParser::new(BoundTo::ALL.map(BoundTo::as_str));
    Command::new("commit")
        .arg(option("out", "FILE").required(true).value_hint(ValueHint::FilePath))
        .arg(option("bound-to", "WHAT").value_parser(kinds).default_value(BoundTo::HolderAndPseudonym.as_str()))
        .arg(flag("seal"))
        .arg(passphrase_argument())
}

fn accept() -> Command {
    let kinds = PossibleValuesParser::new(BoundTo::ALL.map(BoundTo::as_str));
    Command::new("accept")
        .arg(Arg::new("offer").required(true).value_name("OFFER"))
        .arg(option("tx-code", "CODE").allow_hyphen_values(true))
        .arg(option("holder-key", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("new-secrets", "FILE").value_hint(ValueHint::FilePath).conflicts_with("holder-key"))
        .arg(option("bound-to", "WHAT").value_parser(kinds).requires("new-secrets"))
        .arg(option("trust", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("wait", "SECONDS").value_parser(value_parser!(u32).range(0..=86_400)).default_value("60"))
        .args(network())
        .arg(passphrase_argument())
        .arg(flag("yes"))
        .arg(option("out", "FILE").value_hint(ValueHint::FilePath))
}

fn answer() -> Command {
    Command::new("answer")
        .arg(Arg::new("request").required(true).value_name("REQUEST"))
        .arg(option("credential", "FILE").action(ArgAction::Append).required(true).value_hint(ValueHint::FilePath))
        .arg(option("holder-key", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("holder-secrets", "FILE").value_hint(ValueHint::FilePath))
        .args(network())
        .arg(passphrase_argument())
        .arg(flag("yes"))
}

/// How far the network is used.
fn network() -> [Arg; 3] {
    [
        option("authorities", "FILE").value_hint(ValueHint::FilePath),
        option("cache", "DIR").value_hint(ValueHint::DirPath),
        flag("allow-private-network"),
    ]
}

fn file() -> Arg {
    Arg::new("file").required(true).value_name("FILE").value_hint(ValueHint::FilePath)
}

fn option(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value)
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}
