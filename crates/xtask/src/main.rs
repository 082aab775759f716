//! The developer commands: `cargo xtask COMMAND`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "developer commands talk")]

mod arrows;
mod bench;
mod bench_bindings;
mod bindings;
mod demo;
mod deny;
mod fuzz;
mod opponents;
mod packages;
mod serve;
mod services;
mod shell;
mod steps;
mod test;
mod vectors;
mod wheel;

use std::process::ExitCode;

/// One developer command.
struct Command {
    name: &'static str,
    /// How it is called, and what it does.
    help: &'static str,
    /// Runs it with the arguments behind its name. The error is what to tell; `Usage` says how it is called.
    run: fn(&[&str]) -> Result<(), Failure>,
}

/// Why a command stops.
enum Failure {
    /// Wrong arguments.
    Usage,
    /// It did not come out well; what there is to say has been said.
    Told,
    /// It did not come out well, for this reason.
    Because(String),
}

/// Every command, in the order of the help.
const COMMANDS: &[Command] = &[
    Command { name: "demo", help: demo::HELP, run: demo::run },
    Command { name: "test", help: test::HELP, run: test::run },
    Command { name: "vectors", help: vectors::HELP, run: vectors::run },
    Command { name: "bench", help: BENCH_HELP, run: bench },
    Command { name: "load", help: services::LOAD_HELP, run: services::load },
    Command { name: "faults", help: services::FAULTS_HELP, run: services::faults },
    Command { name: "bindings", help: bindings::HELP, run: bindings::write },
    Command { name: "wheel", help: wheel::HELP, run: wheel::run },
    Command { name: "fuzz", help: fuzz::HELP, run: fuzz::run },
];

const BENCH_HELP: &str = "cargo xtask bench [bindings] [--json]
      Measures the figures of docs/performance.md, each beside the bare cryptography of the same run.
      bindings: those of the bindings alone, through Python, on the shared library as it is shipped.
      --json prints one object a line: {\"name\",\"us\",\"bare_us\",\"ratio\"}.";

fn bench(arguments: &[&str]) -> Result<(), Failure> {
    let done = match arguments {
        [] => bench::run(&shell::root(), false),
        ["--json"] => bench::run(&shell::root(), true),
        ["bindings"] => bench_bindings::run(false),
        ["bindings", "--json"] => bench_bindings::run(true),
        _ => return Err(Failure::Usage),
    };
    done.map_err(Failure::Because)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut arguments = arguments.iter().map(String::as_str);
    let name = arguments.next().unwrap_or("help");
    let rest: Vec<&str> = arguments.collect();
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("The developer commands of Tamarack:\n");
        COMMANDS.iter().for_each(|command| eprintln!("  {}\n", command.help));
        return if matches!(name, "help" | "--help" | "-h") { ExitCode::SUCCESS } else { ExitCode::from(64) };
    };
    if rest.iter().any(|argument| matches!(*argument, "--help" | "-h")) {
        eprintln!("  {}", command.help);
        return ExitCode::SUCCESS;
    }
    match (command.run)(&rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage) => {
            eprintln!("  {}", command.help);
            ExitCode::from(64)
        }
        Err(Failure::Told) => ExitCode::FAILURE,
        Err(Failure::Because(why)) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
