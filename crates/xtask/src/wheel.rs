//! `cargo xtask wheel`: the Python wheel as maturin builds it, installed and tested where nothing else is.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use crate::Failure;
use crate::bindings::{Fetched, built, pip, scratch};
use crate::shell::{self, has, program, root};

pub(crate) const HELP: &str = "cargo xtask wheel
      Builds the Python wheel with maturin, from PyPI, installs it into a fresh virtual environment, and runs the Python
      tests on it. The tests of the wallet take the programs of the repository: they are built as well, unless
      TAMARACK_PROGRAMS names the folder in which they are.";

/// Built with one version, whatever came out since.
const MATURIN: &str = "maturin==1.16.0";
const TESTS: [&str; 2] = ["pytest>=8,<10", "mypy>=1.11,<3"];

fn build_and_test() -> Result<(), String> {
    if !has("python3", &["-m", "venv", "--help"]) {
        eprintln!("UNSEEN: the wheel: no python3 with venv on this machine");
        return Ok(());
    }
    let (maker, fresh) = (scratch().join("wheel/maker"), scratch().join("wheel/fresh"));
    let wheels = scratch().join("wheel/wheels");
    if !has(&maker.join("bin/maturin").display().to_string(), &["--version"]) {
        venv(&maker)?;
        if let Fetched::Unseen(why) = pip(&maker, std::iter::once(MATURIN))? {
            eprintln!("UNSEEN: the wheel: {why}");
            return Ok(());
        }
    }
    match fs::remove_dir_all(&wheels) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(format!("{}: {error}", wheels.display()));
        }
        _ => {}
    }
    // In the profile of the tests, so that what they built is used where it fits.
    let maturin = maker.join("bin/maturin").display().to_string();
    let mut command = program(&maturin, &["build", "--profile", "dev", "--out"]);
    command.arg(&wheels).current_dir(root().join("bindings/python")).stdin(Stdio::null());
    shell::run(command)?;
    let wheel = the_wheel(&wheels)?;
    check_name(&wheel)?;

    venv(&fresh)?;
    let packages = TESTS.iter().copied().chain(std::iter::once(wheel.to_str().unwrap_or_default()));
    if let Fetched::Unseen(why) = pip(&fresh, packages)? {
        eprintln!("UNSEEN: the wheel's tests: {why}");
        return Ok(());
    }
    let programs = match std::env::var_os("TAMARACK_PROGRAMS") {
        Some(there) => PathBuf::from(there),
        None => {
            shell::run(shell::cargo(&["build", "--quiet", "-p", "tamarack-issuer", "-p", "tamarack-verifier"]))?;
            built("")
        }
    };
    // From a folder in which the package's sources do not lie: what is imported is what was installed.
    let mut command =
        program(&fresh.join("bin/python").display().to_string(), &["-m", "pytest", "-p", "no:cacheprovider"]);
    command.arg("--rootdir").arg(root().join("bindings/python")).arg(root().join("bindings/python/tests"));
    command.current_dir(&wheels).env("PYTHONDONTWRITEBYTECODE", "1").env("TAMARACK_PROGRAMS", programs);
    command.env_remove("PYTHONPATH");
    shell::run(command)
}

/// `cargo xtask wheel`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    if arguments.is_empty() { build_and_test().map_err(Failure::Because) } else { Err(Failure::Usage) }
}

fn venv(place: &std::path::Path) -> Result<(), String> {
    shell::run(program("python3", &["-m", "venv", "--clear", &place.display().to_string()]))
}

fn the_wheel(wheels: &PathBuf) -> Result<PathBuf, String> {
    let found = fs::read_dir(wheels).map_err(|error| format!("{}: {error}", wheels.display()))?;
    let mut found = found.filter_map(Result::ok).map(|entry| entry.path());
    found.find(|path| path.extension().is_some_and(|end| end == "whl")).ok_or_else(|| "no wheel was built".to_owned())
}

/// The version is the crate's.
fn check_name(wheel: &std::path::Path) -> Result<(), String> {
    let name = wheel.file_name().unwrap_or_default().to_string_lossy();
    let wanted = format!("tamarack-{}-py3-none-", env!("CARGO_PKG_VERSION"));
    if name.starts_with(&wanted) {
        Ok(())
    } else {
        Err(format!("{name} is not {wanted}…: the version is the crate's"))
    }
}
