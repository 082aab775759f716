//! `cargo xtask test`: everything that CI runs.

use std::process::Command;

use crate::shell::cargo;
use crate::steps::{self, Note, Step};
use crate::{Failure, arrows, bindings, deny, fuzz, opponents, packages, services, shell};

pub(crate) const HELP: &str = "cargo xtask test [--fast | STEP …]
      Runs all that CI runs: format, dependency arrows, clippy, documentation, tests (with the long tail of suites
      through the ssi crate, with PostgreSQL, and keys in SoftHSM 2: installed where that can be done), official vectors, the
      implementations from npm (when Node is there), the bindings in Python and Kotlin (where python3 and Maven are), a
      minute of faults of the services, benchmark build, fuzz targets, cargo-deny, and whether every crate could be
      published. Installs cargo-fuzz and cargo-deny from crates.io, and the packages from npm, PyPI and Maven Central, when
      they are missing.
      --fast: format, arrows, clippy, tests and vectors, without ssi.
      STEP: only these of format, arrows, clippy, docs, tests, vectors, opponents, bindings, faults, benchmark, fuzz,
      deny, package.";

pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let steps: Vec<&Step> = match arguments {
        [] => FULL.iter().collect(),
        ["--fast"] => FAST.iter().collect(),
        names => {
            let named = |name: &&str| FULL.iter().find(|step| step.name == *name).ok_or(Failure::Usage);
            names.iter().map(named).collect::<Result<_, _>>()?
        }
    };
    if let Some(free) = shell::free_disk().filter(|free| arguments.is_empty() && *free < DISK) {
        // It may do, where much is built already; but whoever reads of a failure should know.
        eprintln!("Warning: {free} GiB of disk are free; a whole test of a clean clone takes up to {DISK}.");
    }
    eprintln!("Running {} steps; a step that fails does not stop the others.", steps.len());
    if steps::run(&steps) { Ok(()) } else { Err(Failure::Told) }
}

/// The disk that a whole test of a clean clone needs with the settings of `.ci/run`, in GiB: 6.2 were measured. With those of
/// development, which keep what a second build and a debugger can use, it is twice as much.
const DISK: u64 = 8;

// Every step of FULL that runs something is built with the same profile and features, so that ssi and its 366 crates are
// built once. Clippy and rustdoc need every crate checked, which is work of its own and shared between the two: they leave
// ssi out, and with it the three files that know it (CONTRIBUTING.md says how these are looked at).
const FULL: &[Step] = &[
    Step { name: "format", about: "every file as rustfmt writes it", run: format },
    Step { name: "arrows", about: "which crate may know which", run: arrows::check },
    Step { name: "clippy", about: "lints, warnings denied, without ssi", run: clippy },
    Step { name: "docs", about: "documentation without warnings, without ssi", run: docs },
    Step { name: "tests", about: "unit, integration and documentation tests, all features", run: tests },
    Step { name: "vectors", about: "official vectors, counted by suite", run: vectors },
    Step {
        name: "opponents",
        about: "implementations from npm issue, derive and verify with us",
        run: opponents::check,
    },
    Step {
        name: "bindings",
        about: "generated code as checked in; Python and Kotlin on the real library",
        run: bindings::check,
    },
    Step {
        name: "faults",
        about: "servers and PostgreSQL killed in the middle of a load, races",
        run: services::check,
    },
    Step { name: "benchmark", about: "compiled, not run", run: benchmark },
    Step { name: "fuzz", about: "each fuzz target for some seconds", run: fuzz::short },
    Step { name: "deny", about: "bans, licences, sources, advisories", run: deny::check },
    Step { name: "package", about: "every crate as it would be published", run: package },
];

const FAST: &[Step] = &[
    Step { name: "format", about: "every file as rustfmt writes it", run: format },
    Step { name: "arrows", about: "which crate may know which", run: arrows::check },
    Step { name: "clippy", about: "lints, warnings denied, without ssi", run: clippy },
    Step { name: "tests", about: "unit, integration and documentation tests, without ssi", run: fast_tests },
    Step { name: "vectors", about: "official vectors, counted by suite", run: fast_vectors },
];

fn format() -> Result<Note, String> {
    done(cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<Note, String> {
    done(cargo(&["clippy", "--workspace", "--all-targets", "--features", LINTED, "--", "--deny", "warnings"]))
}

fn docs() -> Result<Note, String> {
    let mut command = cargo(&["doc", "--workspace", "--features", LINTED, "--no-deps"]);
    command.env("RUSTDOCFLAGS", "--deny warnings");
    done(command)
}

fn tests() -> Result<Note, String> {
    let mut command = cargo(&["test", "--workspace", "--all-features", "--no-fail-fast"]);
    let needed = [
        ("keys in devices", "TAMARACK_SOFTHSM", packages::softhsm()),
        ("PostgreSQL", "TAMARACK_POSTGRES", packages::postgresql()),
    ];
    for (_, variable, _) in needed.iter().filter(|(_, _, seen)| seen.is_ok()) {
        // Once installed, not to see it is a failure.
        command.env(variable, "required");
    }
    shell::run(command)?;
    let unseen = needed.into_iter().filter_map(|(what, _, seen)| Some(format!("{what}: {}", seen.err()?)));
    let unseen = unseen.collect::<Vec<_>>().join("; ");
    Ok((!unseen.is_empty()).then(|| format!("UNSEEN: {unseen}")))
}

/// Every library, program and benchmark, in the profile of the tests. (Without `--all-targets` the tests' own dependencies
/// would be left out, and with them features of others, which would be built once more.)
pub(crate) fn everything() -> Command {
    cargo(&["build", "--quiet", "--workspace", "--all-features", "--all-targets"])
}

fn vectors() -> Result<Note, String> {
    counted(&["test", "--workspace", "--all-features", "--test", "vectors", "--", "--nocapture"])
}

fn benchmark() -> Result<Note, String> {
    // In the profile of the tests: what is checked is that it compiles.
    done(everything())
}

/// The package of each published crate: a dependency without a version would be seen only by those who cannot build it. That
/// each builds from its package alone is tried before a release (`cargo package --workspace`), as it builds everything anew.
fn package() -> Result<Note, String> {
    let mut command = cargo(&["package", "--workspace", "--allow-dirty", "--quiet", "--no-verify"]);
    command.args(NOT_PUBLISHED.iter().flat_map(|name| ["--exclude", name]));
    done(command)
}

/// The crates with `publish = false`.
const NOT_PUBLISHED: [&str; 4] = ["tamarack-ffi", "tamarack-bindgen", "tamarack-testkit", "xtask"];

fn fast_tests() -> Result<Note, String> {
    done(cargo(&["test", "--workspace", "--features", LIGHT, "--no-fail-fast"]))
}

fn fast_vectors() -> Result<Note, String> {
    counted(&["test", "--workspace", "--features", LIGHT, "--test", "vectors", "--", "--nocapture"])
}

/// The features that cost little to build.
const LIGHT: &str = "tamarack-issuer/pkcs11";

/// All but those with ssi.
const LINTED: &str = "tamarack-issuer/pkcs11,tamarack-verifier/pkcs11,tamarack-testkit/services,tamarack-testkit/bench-bbs,\
                      tamarack-testkit/bench-wallet,tamarack/testing";

/// The vectors' test ran before with the others; this run, of seconds, shows the counts.
fn counted(arguments: &[&str]) -> Result<Note, String> {
    done(cargo(arguments))
}

fn done(command: Command) -> Result<Note, String> {
    shell::run(command).map(|()| None)
}
