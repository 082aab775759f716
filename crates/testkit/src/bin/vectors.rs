//! Runs the official vectors alone and prints what came of each suite. `cargo xtask vectors` calls it.
//!
//! `--json` prints one object a line: `{"suite","passed","failed","excluded","unseen"}`. The exit code is 1 when a vector
//! failed, 64 for a wrong argument.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what this program is for")]

use std::path::Path;
use std::process::ExitCode;

use tamarack_testkit::{Report, suites, vectors_dir};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let json = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => false,
        ["--json"] => true,
        _ => {
            eprintln!("usage: vectors [--json]");
            return ExitCode::from(64);
        }
    };
    let dir = vectors_dir();
    if dir.is_none() {
        eprintln!("No folder of official vectors: put it at ../shared/vectors, or name it in TAMARACK_VECTORS.");
    }
    let mut total = Report::default();
    for suite in suites::ALL {
        let mut report = match &dir {
            Some(dir) => (suite.run)(dir),
            // Our own vectors stand in the repository.
            None if suite.name == suites::OWN => (suite.run)(Path::new("")),
            None => Report { unseen: vec!["the whole suite".to_owned()], ..Report::default() },
        };
        if json {
            println!("{}", line(suite.name, &report));
        } else {
            tell(suite.name, &report);
        }
        total.passed += report.passed;
        total.failed.append(&mut report.failed);
        total.excluded.append(&mut report.excluded);
        total.unseen.append(&mut report.unseen);
    }
    if !json {
        println!("{}", sentence("total", &total));
    }
    if total.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn line(suite: &str, report: &Report) -> serde_json::Value {
    serde_json::json!({
        "suite": suite,
        "passed": report.passed,
        "failed": report.failed.len(),
        "excluded": report.excluded.len(),
        "unseen": report.unseen.len(),
    })
}

fn sentence(suite: &str, report: &Report) -> String {
    let Report { passed, failed, excluded, unseen } = report;
    let [failed, excluded, unseen] = [failed.len(), excluded.len(), unseen.len()];
    format!("{suite:<28} {passed:>5} passed {failed:>4} failed {excluded:>4} excluded {unseen:>4} unseen")
}

fn tell(suite: &str, report: &Report) {
    println!("{}", sentence(suite, report));
    for (name, why) in &report.failed {
        println!("    FAILED {name}: {why}");
    }
    // A reason that many vectors share stands once.
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for (_, reason) in &report.excluded {
        match reasons.iter_mut().find(|(known, _)| known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    for (reason, count) in reasons {
        println!("    excluded {count}: {reason}");
    }
    for name in &report.unseen {
        println!("    unseen {name}");
    }
}
