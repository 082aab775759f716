//! The vector runner, fakes and kill harness of Tamarack's tests. Not published.

pub mod cards;
pub mod documents;
pub mod linking;
pub mod node;
pub mod own;
pub mod postgres;
#[cfg(feature = "services")]
pub mod services;
pub mod suites;
pub mod tamper;

use std::path::{Path, PathBuf};

/// What came of one suite of vectors.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The vectors that passed.
    pub passed: usize,
    /// The vectors that failed: name and why.
    pub failed: Vec<(String, String)>,
    /// The vectors that cannot apply: name and reason, from the suite's manifest.
    pub excluded: Vec<(String, String)>,
    /// Files or folders that should have been there and could not be seen.
    pub unseen: Vec<String>,
}

impl Report {
    /// Counts one vector.
    pub fn record(&mut self, name: impl Into<String>, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(why) => self.failed.push((name.into(), why)),
        }
    }

    /// Notes a vector that cannot apply.
    pub fn exclude(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        self.excluded.push((name.into(), reason.into()));
    }
}

/// One suite of vectors.
pub struct Suite {
    /// Its name, as `cargo xtask vectors` prints it.
    pub name: &'static str,
    /// Runs it over the folder of official vectors.
    pub run: fn(&Path) -> Report,
}

/// The root of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of official vectors: `TAMARACK_VECTORS`, or `../shared/vectors` beside the repository. `None` if not there.
#[must_use]
pub fn vectors_dir() -> Option<PathBuf> {
    let dir =
        std::env::var_os("TAMARACK_VECTORS").map_or_else(|| repository().join("../shared/vectors"), PathBuf::from);
    dir.is_dir().then_some(dir)
}

/// The lines `name<TAB>reason` of a manifest of vectors that cannot apply; `#` begins a comment.
#[must_use]
pub fn manifest(text: &'static str) -> Vec<(&'static str, &'static str)> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect()
}
