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
    let there = || has(tool, &["--version"]);
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
    if there() { Ok(()) } else { Err(format!("{tool} does not start")) }
}
