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
        .subcommand(Command::new("offers").subcommand_required(true).subcommand(accept()).subcommand(resume()))
        .subcommand(Command::new("requests").subcommand_required(true).subcommand(answer()).subcommand(decline()))
        .subcommand(Command::new("credentials").subcommand_required(true).subcommands([
            list(),
            code(),
            delete(),
            refresh(),
            renew(),
        ]))
        .subcommand(history())
        .subcommand(receipts())
        .subcommand(backup())
        .subcommand(restore())
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
        .arg(wallet())
        .arg(option("client-id", "ID").requires_all(["redirect-uri", "wallet"]))
        .arg(option("redirect-uri", "URL").requires("client-id"))
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
        .arg(
            option("credential", "FILE")
                .action(ArgAction::Append)
                .required_unless_present_any(["wallet", "holder-key"])
                .value_hint(ValueHint::FilePath),
        )
        .arg(wallet())
        .arg(option("choose", "CHOICE").action(ArgAction::Append).requires("wallet"))
        .arg(option("remember", "DAYS").value_parser(value_parser!(u32).range(0..=366)).requires("wallet"))
        .arg(verifiers())
        .arg(option("holder-key", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("holder-secrets", "FILE").value_hint(ValueHint::FilePath))
        .args(network())
        .arg(passphrase_argument())
        .arg(flag("yes"))
}

fn resume() -> Command {
    Command::new("resume")
        .arg(wallet().required(true))
        .arg(Arg::new("id").value_name("ID"))
        .arg(option("redirect", "URL"))
        .arg(option("trust", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("wait", "SECONDS").value_parser(value_parser!(u32).range(0..=86_400)).default_value("60"))
        .args(network())
        .arg(passphrase_argument())
}

fn decline() -> Command {
    Command::new("decline")
        .arg(Arg::new("request").required(true).value_name("REQUEST"))
        .arg(wallet().required(true))
        .arg(verifiers())
        .args(network())
        .arg(passphrase_argument())
}

fn delete() -> Command {
    Command::new("delete")
        .arg(Arg::new("id").required(true).value_name("ID"))
        .arg(wallet().required(true))
        .arg(passphrase_argument())
        .arg(flag("yes"))
}

fn refresh() -> Command {
    Command::new("refresh")
        .arg(flag("if-due"))
        .arg(wallet().required(true))
        .arg(option("trust", "FILE").value_hint(ValueHint::FilePath))
        .args(network())
        .arg(passphrase_argument())
}

fn renew() -> Command {
    Command::new("renew")
        .arg(Arg::new("id").value_name("ID"))
        .arg(wallet().required(true))
        .arg(option("trust", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("wait", "SECONDS").value_parser(value_parser!(u32).range(0..=86_400)).default_value("60"))
        .args(network())
        .arg(passphrase_argument())
}

fn list() -> Command {
    Command::new("list").arg(wallet().required(true)).arg(passphrase_argument())
}

fn code() -> Command {
    Command::new("code")
        .arg(Arg::new("id").required(true).value_name("ID"))
        .arg(option("reveal", "POINTER").action(ArgAction::Append))
        .arg(option("audience", "AUDIENCE").requires("nonce"))
        .arg(option("nonce", "NONCE").requires("audience"))
        .arg(option("page", "FILE").value_hint(ValueHint::FilePath))
        .arg(wallet().required(true))
        .arg(passphrase_argument())
        .arg(flag("yes"))
}

fn history() -> Command {
    let wallet = || [wallet().required(true), passphrase_argument()];
    let export = Command::new("export")
        .arg(option("format", "FORMAT").value_parser(["json", "page"]).default_value("json"))
        .arg(option("out", "FILE").value_hint(ValueHint::FilePath))
        .args(wallet());
    let delete = Command::new("delete")
        .arg(Arg::new("id").value_name("ID").action(ArgAction::Append))
        .arg(flag("all"))
        .group(ArgGroup::new("which").args(["id", "all"]).required(true))
        .arg(flag("yes"))
        .args(wallet());
    Command::new("history")
        .arg(option("search", "TEXT"))
        .arg(option("credential", "ID"))
        .args(wallet())
        .args_conflicts_with_subcommands(true)
        .subcommand_negates_reqs(true)
        .subcommand(export)
        .subcommand(delete)
}

fn receipts() -> Command {
    let of = |name: &'static str| Command::new(name).arg(wallet().required(true)).arg(passphrase_argument());
    let id = || Arg::new("id").required(true).value_name("ID");
    Command::new("receipts")
        .subcommand_required(true)
        .subcommand(of("list"))
        .subcommand(of("show").arg(id()))
        .subcommand(of("withdraw").arg(id()).arg(flag("yes")))
}

/// Whose requests are known to be whose.
fn verifiers() -> Arg {
    option("verifiers", "FILE").value_hint(ValueHint::FilePath)
}

fn backup() -> Command {
    Command::new("backup")
        .arg(option("out", "FILE").required(true).value_hint(ValueHint::FilePath))
        .arg(option("phrase-file", "FILE").value_hint(ValueHint::FilePath))
        .arg(wallet().required(true))
        .arg(passphrase_argument())
}

fn restore() -> Command {
    Command::new("restore")
        .arg(file())
        .arg(option("phrase-file", "FILE").required(true).value_hint(ValueHint::FilePath))
        .arg(wallet().required(true))
        .arg(passphrase_argument())
}

/// The folder of the wallet.
fn wallet() -> Arg {
    option("wallet", "DIR").env("TAMARACK_WALLET").hide_env(true).value_hint(ValueHint::DirPath)
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
