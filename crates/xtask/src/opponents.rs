//! Other people's implementations from npm: installed here, then issued, derived and verified against, both ways.

use crate::shell::{self, cargo, has, output, program};
use crate::steps::Note;
use crate::test::everything;

/// The oldest Node that the libraries run on.
const OLDEST: u32 = 20;

/// Installs them and runs the tests against them; without Node, says that nothing was seen.
pub(crate) fn check() -> Result<Note, String> {
    if let Err(unseen) = install()? {
        return Ok(Some(format!("unseen: {unseen}")));
    }
    // Some of them meet the programs, running.
    shell::run(everything())?;
    let mut command = cargo(&["test", "--workspace", "--all-features", "--test", "node", "--", "--nocapture"]);
    // Once installed, not to see them is a failure.
    command.env("TAMARACK_OPPONENTS", "required");
    shell::run(command)?;
    // The pages, through Chromium and axe.
    if !CHROMIUM.iter().any(|path| std::path::Path::new(path).exists())
        && std::env::var_os("TAMARACK_CHROMIUM").is_none()
    {
        return Ok(Some("unseen: the pages, for there is no Chromium on this machine".to_owned()));
    }
    let mut command = cargo(&["test", "--workspace", "--all-features"]);
    command.args(WITH_PAGES.iter().flat_map(|test| ["--test", test])).arg("accessible");
    command.env("TAMARACK_OPPONENTS", "required");
    shell::run(command).map(|()| None)
}

/// The tests that look at pages, each in its module `accessible`.
const WITH_PAGES: [&str; 3] = ["verifier", "operator", "citizens"];

/// Where Chromium usually is; `TAMARACK_CHROMIUM` names another place.
const CHROMIUM: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// Installs the packages, at the versions of their lock file and without install scripts. The inner error is why they
/// cannot be seen on this machine.
pub(crate) fn install() -> Result<Result<(), String>, String> {
    let Ok(version) = output(program("node", &["--version"])) else {
        return Ok(Err("no Node on this machine".to_owned()));
    };
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST) {
        return Ok(Err(format!("Node {} is here, {OLDEST} or later is needed", version.trim())));
    }
    if !has("npm", &["--version"]) {
        return Ok(Err("no npm on this machine".to_owned()));
    }
    let mut command = program("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    command.current_dir(shell::root().join("crates/testkit/opponents"));
    // Standard output is for what a command is asked for: the figures of `bench --json`, and nothing beside them.
    command.stdout(std::io::stderr());
    shell::run(command).map(Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test whose pages nobody asks for would see nothing, and say so to nobody.
    #[test]
    fn every_test_that_looks_is_run() {
        let folder = shell::root().join("crates/service/tests");
        let looks = |name: &str| folder.join(name).join("accessible.rs").is_file();
        let found =
            std::fs::read_dir(&folder).unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
        let mut found: Vec<String> = found.filter(|name| looks(name)).collect();
        found.sort_unstable();
        let mut named = WITH_PAGES;
        named.sort_unstable();
        assert_eq!(found, named);
    }
}
