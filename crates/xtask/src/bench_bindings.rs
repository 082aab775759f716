//! `cargo xtask bench bindings`: size and speed of the shared library as it is shipped, seen from Python.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::bindings::{LIBRARY, built, lay_out_with, scratch, target};
use crate::shell::{cargo, has, output, program, run as run_program};

/// One figure: its name, where in a line of the driver it stands, how it is shown, and what it may be at most.
struct Figure {
    name: &'static str,
    member: &'static str,
    unit: &'static str,
    per_unit: f64,
    at_most: Option<f64>,
}

const FIGURES: &[Figure] = &[
    Figure { name: "ffi-size", member: "bytes", unit: "MB", per_unit: 1e6, at_most: Some(6.0) },
    Figure { name: "ffi-call", member: "us", unit: "µs", per_unit: 1.0, at_most: Some(2.0) },
    Figure { name: "ffi-call-python", member: "us", unit: "µs", per_unit: 1.0, at_most: None },
    Figure { name: "ffi-list", member: "us", unit: "ms", per_unit: 1e3, at_most: Some(20.0) },
    Figure { name: "ffi-list-all", member: "us", unit: "ms", per_unit: 1e3, at_most: None },
    Figure { name: "ffi-list-all-python", member: "us", unit: "ms", per_unit: 1e3, at_most: None },
    Figure { name: "ffi-match", member: "us", unit: "ms", per_unit: 1e3, at_most: Some(20.0) },
    Figure { name: "ffi-load-open", member: "us", unit: "ms", per_unit: 1e3, at_most: Some(30.0) },
    Figure { name: "ffi-import-python", member: "us", unit: "ms", per_unit: 1e3, at_most: None },
    Figure { name: "ffi-consent", member: "us", unit: "ms", per_unit: 1e3, at_most: None },
    // The store keeps up to 16 MiB of its pages at hand, and the history grows with each consent.
    Figure { name: "ffi-consent", member: "growth_kb", unit: "kB", per_unit: 1.0, at_most: None },
    // What an allocator keeps back is no growth; what a call loses is 90 000 times that.
    Figure { name: "ffi-memory", member: "growth_kb", unit: "kB", per_unit: 1.0, at_most: Some(1_024.0) },
];

/// What makes the library small, beside its profile.
const SMALL: &str = "bindings/ffi/small/config.toml";

/// Builds the library in the profile `release-ffi`, measures, and prints the table, or with `--json` one object a line.
///
/// # Errors
/// What could not be built, run or read.
pub(crate) fn run(json: bool) -> Result<(), String> {
    if !has("python3", &["--version"]) || !Path::new("/proc/self/statm").exists() {
        eprintln!("bench: UNSEEN: the bindings are measured with python3 on Linux");
        return Ok(());
    }
    eprintln!("bench: building the shared library as it is shipped (the first time takes some minutes) …");
    run_program(cargo(&["--config", SMALL, "build", "--quiet", "--profile", "release-ffi", "-p", "tamarack-ffi"]))?;
    // What the generator reads is stripped off the library that is shipped: it reads the one of the tests.
    run_program(cargo(&["build", "--quiet", "-p", "tamarack-ffi", "-p", "tamarack-bindgen"]))?;
    let library = target().join("release-ffi").join(LIBRARY);
    let site = package(&library)?;
    let mut command = program("python3", &["bindings/python/bench/figures.py"]);
    command.arg(&library).env("PYTHONPATH", &site).stdin(Stdio::null());
    let told = output(command)?;
    let lines: Vec<serde_json::Value> = told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if json {
        print!("{told}");
    } else {
        println!("\n{:<20} {:>10}    goal", "figure", "");
    }
    for figure in FIGURES {
        let line = lines.iter().find(|line| line.get("name").and_then(|name| name.as_str()) == Some(figure.name));
        let value = line.and_then(|line| line.get(figure.member)).and_then(serde_json::Value::as_f64);
        let value = value.ok_or_else(|| format!("no figure {}", figure.name))? / figure.per_unit;
        if !json {
            figure.print(value);
        }
    }
    Ok(())
}

impl Figure {
    fn print(&self, value: f64) {
        let goal = self.at_most.map_or_else(|| "—".to_owned(), |most| format!("≤ {most} {}", self.unit));
        let met = self.at_most.is_none_or(|most| value <= most);
        println!("{:<20} {value:>10.2} {}  {goal}{}", self.name, self.unit, if met { "" } else { "  NOT MET" });
    }
}

/// The Python package around this library.
fn package(library: &Path) -> Result<PathBuf, String> {
    let generated = scratch().join("bench/generated");
    let generator = built("uniffi-bindgen").display().to_string();
    let mut command = program(&generator, &["generate", "--no-format", "--language", "python", "--out-dir"]);
    command.arg(&generated).arg(built(LIBRARY)).stdout(Stdio::null());
    run_program(command)?;
    let site = scratch().join("bench/site");
    lay_out_with(&site.join("tamarack"), &generated.join("tamarack.py"), library)?;
    Ok(site)
}
