//! Running programs at the root of the repository.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Path::parent).unwrap_or(here).to_path_buf()
}

/// A program to be run at the root of the repository.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// The cargo that runs us, with these arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = program(&cargo, arguments);
    // What cargo set for this program is not meant for the programs that this one starts.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR")
    {
        command.env_remove(name);
    }
    command
}

/// Runs a program whose output goes to the terminal.
pub(crate) fn run(mut command: Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{}: {error}", show(&command)))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", show(&command))) }
}

/// Runs a program and takes its standard output, and its standard error when it fails.
pub(crate) fn output(mut command: Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{}: {error}", show(&command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// The free space of the disk that the build goes to, in GiB, where `df` tells it.
pub(crate) fn free_disk() -> Option<u64> {
    let told = output(program("df", &["-Pk", "."])).ok()?;
    let kilobytes: u64 = told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes >> 20)
}

/// The first line in which a program says one of these things: that what it wanted to fetch is out of reach.
pub(crate) fn unreachable(told: &str, signs: &[&str]) -> Option<String> {
    let line = told.lines().find(|line| signs.iter().any(|sign| line.contains(sign)))?;
    Some(line.trim().chars().take(200).collect())
}

/// Whether a program can be started.
pub(crate) fn has(name: &str, arguments: &[&str]) -> bool {
    output(program(name, arguments)).is_ok()
}

/// Installs a developer tool from crates.io, unless it is there.
pub(crate) fn install(tool: &str) -> Result<(), String> {
    let sub = tool.strip_prefix("cargo-").unwrap_or(tool);
    if output(cargo(&[sub, "--version"])).is_ok() {
        return Ok(());
    }
    eprintln!("    installing {tool} from crates.io (once)");
    // Unoptimized: it builds in half the time, and runs for seconds.
    run(cargo(&["install", "--quiet", "--debug", "--locked", tool]))
}

fn show(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
