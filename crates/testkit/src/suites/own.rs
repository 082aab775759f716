//! The project's own vectors, in `test-vectors/` of the repository.

use std::path::Path;

use crate::{Report, own, repository};

/// Runs every vector. They stand in the repository itself, so the folder of official vectors does not matter.
pub fn run(_official: &Path) -> Report {
    let mut report = Report::default();
    match own::read(&repository().join("test-vectors")) {
        Ok(files) => files.iter().for_each(|(path, text)| report.record(path, own::run::check(text))),
        Err(why) => report.unseen.push(format!("test-vectors: {why}")),
    }
    report
}
