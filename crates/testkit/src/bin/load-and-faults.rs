//! The services under load and under faults. `cargo xtask load` and `cargo xtask faults` build the programs and call this.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports to whoever called it")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tamarack_testkit::services::{self, Failed};

const HELP: &str = "load-and-faults load [--json] [--seconds N] [--only NAME]
load-and-faults faults [--flows N] [--only NAME]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["load", rest @ ..] => load(rest),
        ["faults", rest @ ..] => faults(rest),
        // Begun by `load` itself.
        ["floor", port, file] => floor(port, file),
        _ => Err(Failed::Wrong(HELP.to_owned())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("{}", failed.why());
            ExitCode::FAILURE
        }
    }
}

/// The programs stand beside this one.
fn programs() -> Result<PathBuf, Failed> {
    let this = std::env::current_exe()?;
    Ok(this.parent().map(PathBuf::from).unwrap_or_default())
}

fn value<'w>(words: &[&'w str], name: &str) -> Option<&'w str> {
    let at = words.iter().position(|word| *word == name)?;
    words.get(at + 1).copied()
}

fn load(words: &[&str]) -> Result<(), Failed> {
    let json = words.contains(&"--json");
    let seconds = value(words, "--seconds").map_or(Ok(10), str::parse)?;
    let scratch = tempfile::tempdir()?;
    if !json {
        // As docs/performance.md has it.
        println!(
            "| figure | flows a second | p50 ms | p99 ms | alone ms | crypto ms | database ms | us ms | floor ms | ratio | wallet ms |"
        );
        println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    }
    services::load((&programs()?, scratch.path()), seconds, value(words, "--only").unwrap_or(""), |figure| {
        if json {
            println!("{}", figure.json());
            return;
        }
        println!(
            "| `{}` | {:.0} | {:.1} | {:.1} | {:.1} | {:.3} | {:.3} | {:.3} | {:.3} | {:.2} | {:.3} |",
            figure.name,
            figure.flows_per_s,
            figure.p50_ms,
            figure.p99_ms,
            figure.alone_ms,
            figure.crypto_ms,
            figure.database_ms,
            figure.us_ms,
            figure.floor_ms,
            figure.ratio,
            figure.wallet_ms
        );
    })
}

fn floor(port: &str, file: &str) -> Result<(), Failed> {
    services::serve_floor(port.parse()?, Path::new(file))
}

fn faults(words: &[&str]) -> Result<(), Failed> {
    let flows = value(words, "--flows").map_or(Ok(10_000), str::parse)?;
    let scratch = tempfile::tempdir()?;
    services::faults((&programs()?, scratch.path()), flows, value(words, "--only").unwrap_or(""), |outcome| {
        println!("{}", outcome.line());
    })
}
