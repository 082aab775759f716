//! What the tests need of the operating system's packages.

use std::path::Path;

use crate::shell::{has, output, program, run};

/// SoftHSM 2, a device behind PKCS#11 in software: there, or installed now where Debian's packages are and we may.
///
/// # Errors
/// Why it cannot be had.
pub(crate) fn softhsm() -> Result<(), String> {
    debian("SoftHSM 2", "softhsm2-util", &["softhsm2"])
}

/// PostgreSQL's server, of which the tests start one of their own: there, or installed now.
///
/// # Errors
/// Why it cannot be had.
pub(crate) fn postgresql() -> Result<(), String> {
    // Where Debian puts it, and where the tests look for it.
    let there = || {
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        versions.map(|version| version.path().join("bin/initdb")).any(|program| program.is_file())
    };
    installed("PostgreSQL", &["postgresql"], &there)
}

/// A Java development kit and Maven, for the Kotlin tests: there, or installed now.
///
/// # Errors
/// Why they cannot be had.
pub(crate) fn maven() -> Result<(), String> {
    debian("a Java development kit", "javac", &["default-jdk-headless"])?;
    debian("Maven", "mvn", &["maven"])
}

/// A program of Debian's packages.
fn debian(name: &str, tool: &str, packages: &[&str]) -> Result<(), String> {
    installed(name, packages, &|| has(tool, &["--version"]))
}

/// What is there, or is there once these packages are.
fn installed(name: &str, packages: &[&str], there: &dyn Fn() -> bool) -> Result<(), String> {
    if there() {
        return Ok(());
    }
    let packages_named = packages.join(" ");
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(format!("{name} is not on this machine, and it has no apt-get"));
    }
    if output(program("id", &["-u"])).is_ok_and(|id| id.trim() != "0") {
        return Err(format!("{name} is not on this machine (sudo apt-get install {packages_named})"));
    }
    eprintln!("    installing {packages_named} (once)");
    let install = || {
        let mut command = program("apt-get", &["install", "--yes", "--quiet", "--no-install-recommends"]);
        command.args(packages).env("DEBIAN_FRONTEND", "noninteractive");
        run(command)
    };
    // A list of packages that was never fetched, or is old, knows no such package.
    if install().is_err() {
        run(program("apt-get", &["update", "--quiet"]))?;
        install()?;
    }
    if there() { Ok(()) } else { Err(format!("{name} is installed and not found")) }
}
