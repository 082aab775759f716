//! cargo-deny: bans, licences, sources, advisories (`deny.toml`).

use crate::shell::{cargo, install, output, run};
use crate::steps::Note;

/// Checks the dependency tree. Without a network the advisories cannot be seen; the rest is checked, and it says so.
pub(crate) fn check() -> Result<Note, String> {
    install("cargo-deny")?;
    run(cargo(&["deny", "--all-features", "check", "bans", "licenses", "sources"]))?;
    if let Err(why) = output(cargo(&["deny", "--all-features", "fetch", "db"])) {
        let why = why.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned();
        eprintln!("    the advisory database could not be fetched: {why}");
        return Ok(Some(
            "ADVISORIES NOT SEEN (database out of reach); bans, licences and sources are checked".to_owned(),
        ));
    }
    run(cargo(&["deny", "--all-features", "check", "advisories"])).map(|()| None)
}
