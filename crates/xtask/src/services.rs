//! `cargo xtask load` and `cargo xtask faults`: the services as processes, with wallets around them.

use std::path::PathBuf;

use crate::shell::{self, cargo, root};
use crate::steps::Note;
use crate::test::everything;
use crate::{Failure, packages};

pub(crate) const LOAD_HELP: &str = "cargo xtask load [--json] [--seconds N] [--only NAME]
      Measures the figures of docs/performance.md about the services: whole flows a second of issuing and of showing
      (present-status: a card whose DID document and status lists come over HTTP from its issuer), on
      SQLite and PostgreSQL, in one process and two, and where the servers' time goes. About two minutes, after a release
      build. --json prints one object a line: {\"name\",\"flows_per_s\",\"p50_ms\",\"p99_ms\",\"crypto_ms\",\"database_ms\",
      \"us_ms\",\"ratio\", …}. --seconds: how long each is measured (10). --only: those whose names have this in them.";

pub(crate) const FAULTS_HELP: &str = "cargo xtask faults [--flows N] [--only NAME]
      Kills the issuer's server, the verifier's and PostgreSQL at random moments in the middle of N flows each (10 000),
      begins them again, and checks that nothing that was acknowledged is lost and nothing was used twice. 64 clients race
      for each thing that may be used once. Then, unless --only names another, kills a wallet's store 1 000 times.";

/// How often the wallet's store is killed.
const WALLET_KILLS: &str = "1000";

/// The flows of the short run in `cargo xtask test`, for each who is killed.
const SHORT: &str = "400";

const DRIVER: &str = "load-and-faults";

pub(crate) fn load(arguments: &[&str]) -> Result<(), Failure> {
    known(arguments, &["--json"], &["--seconds", "--only"])?;
    build(&["--release"])?;
    drive("release", "load", arguments).map_err(Failure::Because)
}

pub(crate) fn faults(arguments: &[&str]) -> Result<(), Failure> {
    known(arguments, &[], &["--flows", "--only"])?;
    let only = arguments.iter().skip_while(|argument| **argument != "--only").nth(1);
    if only.is_none_or(|name| *name != "wallet") {
        build(&[])?;
        drive("debug", "faults", arguments).map_err(Failure::Because)?;
    }
    if only.is_none_or(|name| *name == "wallet") {
        kill_wallet().map_err(Failure::Because)?;
    }
    Ok(())
}

/// `kill -9` of a wallet's store in any operation, as often as the issue says.
fn kill_wallet() -> Result<(), String> {
    let mut test = cargo(&["test", "--quiet", "--package", "tamarack-wallet", "--test", "kill"]);
    test.args(["--", "--exact", "a_kill_at_any_moment_loses_nothing", "--nocapture"]);
    test.env("TAMARACK_KILL_CYCLES", WALLET_KILLS);
    shell::run(test)
}

/// The short run, with what the other steps have compiled.
pub(crate) fn check() -> Result<Note, String> {
    shell::run(everything())?;
    let unseen = packages::postgresql().err().map(|why| format!("UNSEEN: PostgreSQL: {why}"));
    drive("debug", "faults", &["--flows", SHORT]).map(|()| unseen)
}

/// Every argument must be a flag, or an option with its value.
fn known(arguments: &[&str], flags: &[&str], options: &[&str]) -> Result<(), Failure> {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let is_whole = flags.contains(argument) || options.contains(argument) && arguments.next().is_some();
        if !is_whole {
            return Err(Failure::Usage);
        }
    }
    Ok(())
}

fn build(profile: &[&str]) -> Result<(), Failure> {
    eprintln!("Building the programs and their wallets …");
    // Apart: the wallets must not bring features of the tests into the programs that are measured.
    for what in [
        &["build", "--quiet", "--package", "tamarack-issuer", "--package", "tamarack-verifier"][..],
        &["build", "--quiet", "--package", "tamarack-testkit", "--features", "services", "--bin", DRIVER],
    ] {
        shell::run(cargo(&[what, profile].concat())).map_err(Failure::Because)?;
    }
    Ok(())
}

fn drive(profile: &str, what: &str, arguments: &[&str]) -> Result<(), String> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let driver = target.join(profile).join(DRIVER);
    shell::run(shell::program(&driver.to_string_lossy(), &[&[what], arguments].concat()))
}
