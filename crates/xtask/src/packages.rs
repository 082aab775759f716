//! What the tests need of the operating system's packages.

use std::path::Path;

use crate::shell::{has, output, program, run};

/// SoftHSM 2, a device behind PKCS#11 in software: there, or installed now where Debian's packages are and we may.
///
/// # Errors
/// Why it cannot be had.
pub(crate) fn softhsm() -> Result<(), String> {
    if has("softhsm2-util", &["--version"]) {
        return Ok(());
    }
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err("SoftHSM 2 is not on this machine, and it has no apt-get".to_owned());
    }
    if output(program("id", &["-u"])).is_ok_and(|id| id.trim() != "0") {
        return Err("SoftHSM 2 is not on this machine (sudo apt-get install softhsm2)".to_owned());
    }
    eprintln!("    installing softhsm2 (once)");
    let install = || {
        let mut command = program("apt-get", &["install", "--yes", "--quiet", "--no-install-recommends", "softhsm2"]);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        run(command)
    };
    // A list of packages that was never fetched, or is old, knows no such package.
    if install().is_err() {
        run(program("apt-get", &["update", "--quiet"]))?;
        install()?;
    }
    if has("softhsm2-util", &["--version"]) { Ok(()) } else { Err("softhsm2-util does not start".to_owned()) }
}
