//! The project's own vectors: the code that makes the folder `test-vectors/`, and the code that runs it.
//!
//! The maker is deterministic: its keys and times are fixed, and every signature needs no randomness. So the folder can be
//! made again at any time with `cargo run -p tamarack-testkit --bin make-vectors`, and a test compares the two.

// Every maker works on documents that it wrote itself: whatever surprises it is a mistake in it, and stops it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a maker of test vectors has nothing to go on with after a surprise"
)]

mod accept;
mod actor;
mod bbs;
mod bbs_2020;
mod bbs_2020_choices;
mod bundles;
mod cbor;
mod certificates;
mod contexts;
mod derived;
mod dids;
mod documents;
mod edwards;
mod enveloped;
mod issuing;
mod json;
mod key_binding;
mod keys;
mod metadata;
mod model;
mod presentations;
mod proofs;
pub mod run;
mod schemas;
mod sd_jwt;
mod selective;
mod selective_base;
mod selective_bound;
mod showing;
mod status;
mod token_lists;
mod tokens;
mod trust;
mod vector;

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use vector::Vector;

/// Every vector: the path within `test-vectors/`, and the text.
///
/// # Panics
/// When two vectors have one name.
#[must_use]
pub fn files() -> BTreeMap<String, String> {
    let areas: &[fn() -> Vec<Vector>] = &[
        accept::vectors,
        bbs::vectors,
        bbs_2020::vectors,
        bbs_2020_choices::vectors,
        bundles::vectors,
        certificates::vectors,
        contexts::vectors,
        derived::vectors,
        dids::vectors,
        dids::documents,
        edwards::vectors,
        enveloped::vectors,
        issuing::vectors,
        json::vectors,
        key_binding::vectors,
        keys::vectors,
        metadata::vectors,
        model::vectors,
        presentations::vectors,
        proofs::vectors,
        schemas::vectors,
        sd_jwt::vectors,
        selective::vectors,
        selective_base::vectors,
        selective_bound::vectors,
        showing::vectors,
        status::vectors,
        token_lists::vectors,
        tokens::vectors,
        trust::vectors,
    ];
    let mut files = BTreeMap::new();
    for vector in areas.iter().flat_map(|make| make()) {
        let path = vector.path();
        let earlier = files.insert(path.clone(), vector.text());
        assert!(earlier.is_none(), "two vectors with the name {path}");
    }
    files
}

/// The vectors of a folder: the path within, and the text.
///
/// # Errors
/// What cannot be read.
pub fn read(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for area in fs::read_dir(folder)? {
        let area = area?;
        if !area.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(area.path())? {
            let file = file?;
            let path = format!("{}/{}", area.file_name().display(), file.file_name().display());
            files.insert(path, fs::read_to_string(file.path())?);
        }
    }
    Ok(files)
}
