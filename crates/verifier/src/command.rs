//! The command line, without a word of text: the words are in `messages/`.

use clap::{Arg, ArgAction, Command, ValueHint};
use tamarack_cli::{database_argument, new_key_arguments, passphrase_argument, server_arguments};

/// The command line.
pub(crate) fn command() -> Command {
    Command::new("tamarack-verifier")
        .subcommand(verify())
        .subcommand(inspect())
        .subcommand(bundle())
        .subcommand(key())
        .subcommand(nonce())
        .subcommand(did())
        .subcommand(serve())
        .subcommand(migrate())
}

fn verify() -> Command {
    let command = Command::new("verify")
        .arg(option("trust", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("trust-signer", "DID").requires("trust"))
        .arg(flag("insecure-trust-any-issuer").conflicts_with("trust"))
        .arg(option("bundle", "FILE").value_hint(ValueHint::FilePath))
        .arg(bundle_signer().requires("bundle"))
        .arg(evidence())
        .arg(flag("offline"))
        .arg(option("at", "TIME"))
        // base64url may begin with a hyphen.
        .arg(option("challenge", "NONCE").alias("nonce").allow_hyphen_values(true))
        .arg(option("nonce-file", "FILE").requires("challenge").value_hint(ValueHint::FilePath))
        .arg(option("domain", "AUDIENCE").alias("audience"))
        .arg(flag("allow-other-holder"))
        .arg(flag("require-pseudonym").requires("domain"))
        .arg(flag("claims"))
        .arg(flag("linkability"))
        .arg(option("max-age", "DURATION"))
        .arg(file());
    network(command)
}

fn inspect() -> Command {
    Command::new("inspect").arg(file())
}

fn bundle() -> Command {
    let create = Command::new("create")
        .arg(option("key", "FILE").required(true).value_hint(ValueHint::FilePath))
        .arg(option("kid", "DID_URL"))
        .arg(passphrase_argument())
        .arg(option("valid-for", "DURATION"))
        .arg(option("trust", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("trust-signer", "DID").requires("trust"))
        .arg(many("did", "DID"))
        .arg(many("status-list", "URL"))
        .arg(many("context", "URL"))
        .arg(many("schema", "URL"))
        .arg(many("resource", "URL"))
        .arg(many("issuer-metadata", "URL"))
        .arg(many("type-metadata", "URL"))
        .arg(evidence())
        .arg(flag("offline"))
        .arg(option("out", "FILE").value_hint(ValueHint::FilePath))
        .arg(Arg::new("files").num_args(0..).value_name("FILE").value_hint(ValueHint::FilePath));
    let show = Command::new("show").arg(bundle_signer()).arg(file());
    Command::new("bundle").subcommand_required(true).subcommand(network(create)).subcommand(network(show))
}

fn key() -> Command {
    let new = Command::new("new").args(new_key_arguments());
    Command::new("key").subcommand_required(true).subcommand(new)
}

fn nonce() -> Command {
    let new = Command::new("new")
        .arg(option("nonce-file", "FILE").required(true).value_hint(ValueHint::FilePath))
        .arg(option("valid-for", "DURATION"));
    Command::new("nonce").subcommand_required(true).subcommand(new)
}

fn did() -> Command {
    let resolve = Command::new("resolve").arg(Arg::new("did").required(true).value_name("DID"));
    Command::new("did").subcommand_required(true).subcommand(network(resolve))
}

fn serve() -> Command {
    let command = Command::new("serve")
        .arg(many("ask", "FILE").required(true).value_hint(ValueHint::FilePath))
        .arg(option("trust", "FILE").required(true).value_hint(ValueHint::FilePath))
        .arg(option("trust-signer", "DID"))
        .args(server_arguments())
        .arg(option("store", "DIR").value_hint(ValueHint::DirPath))
        .arg(database_argument())
        .arg(option("key", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("key-elsewhere", "FILE").conflicts_with("key").value_hint(ValueHint::FilePath))
        .arg(option("previous-key", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("request-cert", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("client-id", "PREFIX").requires("request-cert").value_parser(["x509_hash", "x509_san_dns"]))
        .arg(passphrase_argument())
        .arg(option("api-token", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("webhook-secret", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("wallet", "URL"))
        .arg(flag("open-resolver"))
        .arg(flag("open-vc-api"));
    network(command)
}

fn migrate() -> Command {
    let store = option("store", "DIR").value_hint(ValueHint::DirPath);
    Command::new("migrate").arg(store).arg(database_argument())
}

/// The options of every command that may fetch.
fn network(command: Command) -> Command {
    command
        .arg(flag("allow-private-network"))
        .arg(option("cache", "DIR").value_hint(ValueHint::DirPath))
        .arg(option("authorities", "FILE").value_hint(ValueHint::FilePath))
        .arg(option("timeout", "DURATION"))
}

fn file() -> Arg {
    Arg::new("file").required(true).value_name("FILE").value_hint(ValueHint::FilePath)
}

fn bundle_signer() -> Arg {
    option("bundle-signer", "DID_OR_KEY").alias("bundle-key")
}

fn evidence() -> Arg {
    Arg::new("evidence").long("evidence").value_names(["KIND", "ID", "FILE"]).num_args(3).action(ArgAction::Append)
}

fn option(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value)
}

fn many(name: &'static str, value: &'static str) -> Arg {
    option(name, value).action(ArgAction::Append)
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}
