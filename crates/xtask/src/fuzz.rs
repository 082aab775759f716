//! `cargo xtask fuzz`: the fuzz targets of `crates/core/fuzz`, with seeds gathered from the vectors at hand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::shell::{cargo, has, install, root, run as shell};
use crate::steps::Note;

pub(crate) const HELP: &str = "cargo xtask fuzz [TARGET] [SECONDS]
      Gathers seeds from the vectors and runs a fuzz target, or each, for so many seconds (60). Installs cargo-fuzz.";

/// Each target, and which files it starts from.
const TARGETS: &[(&str, Sort)] = &[
    ("json", |file| file.json),
    ("jsonld", |file| file.json && file.text.contains("@context")),
    ("frame", |file| file.json && file.text.contains("@context")),
    ("rdfc", |file| file.name.ends_with(".nq")),
    ("did_url", |file| file.made),
    ("did_document", |file| file.json && file.text.contains("erificationMethod\"")),
    ("multikey", |file| file.made),
    ("jwt", |file| file.text.starts_with("eyJ")),
    // It changes good proofs by itself.
    ("bbs_proof", |_| false),
    ("sd_jwt", |file| file.text.starts_with("eyJ") && file.text.contains('~')),
    ("status_token", |file| file.text.contains("\"lst\"") || file.text.contains("statuslist")),
    ("proof_value", |_| false),
    ("commitment", |file| file.text.contains("commitmentWithProof")),
    ("verify", |file| file.text.starts_with("eyJ") || file.json && file.text.contains("\"proof\"")),
];

type Sort = fn(&Seed) -> bool;

/// A file that may be a seed.
struct Seed {
    name: String,
    text: String,
    json: bool,
    /// Made here from the names in other files: a DID, a DID URL, a multikey.
    made: bool,
}

/// There is no unsafe code in the library that an address sanitizer could watch; without one, the stable compiler will do.
/// cargo-fuzz would compile the core in one piece, on one processor.
const FLAGS: &[&str] = &["--sanitizer", "none", "--codegen-units", "16"];

/// Seconds that CI gives to each target.
const SHORT: u32 = 5;
/// Larger files slow the fuzzer down more than they teach it.
const LARGEST: usize = 16 << 10;
/// Seeds for each target.
const MOST: usize = 400;

pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let (target, seconds) = match arguments {
        [] => (None, "60"),
        [one] if one.parse::<u32>().is_ok() => (None, *one),
        [target] => (Some(*target), "60"),
        [target, seconds] => (Some(*target), *seconds),
        _ => return Err(Failure::Usage),
    };
    let seconds = seconds.parse().map_err(|_| Failure::Usage)?;
    if target.is_some_and(|target| TARGETS.iter().all(|(name, _)| *name != target)) {
        return Err(Failure::Usage);
    }
    fuzz(target, seconds).map_err(Failure::Because)
}

/// Each target for a few seconds.
pub(crate) fn short() -> Result<Note, String> {
    // libFuzzer is C++; everything else of this repository needs a C compiler alone.
    if !has("c++", &["--version"]) && !has("clang++", &["--version"]) && !has("g++", &["--version"]) {
        shell(fuzz_cargo(&["check", "--manifest-path", "crates/core/fuzz/Cargo.toml"]))?;
        return Ok(Some(
            "NOT RUN (libFuzzer needs a C++ compiler, and there is none); the targets were checked".to_owned(),
        ));
    }
    fuzz(None, SHORT).map(|()| Some(format!("{} targets, {SHORT} s each", TARGETS.len())))
}

fn fuzz(only: Option<&str>, seconds: u32) -> Result<(), String> {
    install("cargo-fuzz")?;
    let seeds = gather()?;
    shell(fuzz_cargo(&[&["fuzz", "build"], FLAGS].concat()))?;
    let mut crashed = Vec::new();
    for (target, sort) in TARGETS.iter().filter(|(target, _)| only.is_none_or(|only| only == *target)) {
        let count = plant(target, seeds.iter().filter(|seed| sort(seed)))?;
        eprintln!("    {target}: {count} seeds, {seconds} s");
        let time = format!("-max_total_time={seconds}");
        let dictionary = format!("-dict={}", root().join("crates/core/fuzz/tamarack.dict").display());
        let options = ["-timeout=10", "-rss_limit_mb=3072", "-max_len=65536", "-print_final_stats=0", "-verbosity=0"];
        let start = [&["fuzz", "run"], FLAGS, &[target, "--", &time, &dictionary], &options].concat();
        if shell(fuzz_cargo(&start)).is_err() {
            crashed.push(*target);
        }
    }
    if crashed.is_empty() {
        Ok(())
    } else {
        Err(format!("{} failed (inputs in crates/core/fuzz/artifacts)", crashed.join(", ")))
    }
}

/// cargo with the folder of the core as its working directory, where cargo-fuzz looks for its targets.
fn fuzz_cargo(arguments: &[&str]) -> Command {
    let mut command = cargo(arguments);
    if arguments.first() == Some(&"fuzz") {
        command.current_dir(root().join("crates/core"));
    }
    if let Some(openssl) = built_openssl() {
        command.env("OPENSSL_NO_VENDOR", "1").env("OPENSSL_STATIC", "1").env("OPENSSL_DIR", openssl);
    }
    command
}

/// The OpenSSL that the tests were built with: the fuzzer's workspace need not compile the same sources once more.
fn built_openssl() -> Option<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let builds = std::fs::read_dir(target.join("debug/build")).ok()?;
    builds.flatten().map(|entry| entry.path()).find_map(|build| {
        let name = build.file_name()?.to_str()?;
        let install = build.join("out/openssl-build/install");
        let library = |folder: &str| install.join(folder).join("libcrypto.a").is_file();
        (name.starts_with("openssl-sys-") && (library("lib") || library("lib64"))).then_some(install)
    })
}

/// Every small text among the vectors of this repository and the official ones, and the names that stand in them.
fn gather() -> Result<Vec<Seed>, String> {
    let official = std::env::var_os("TAMARACK_VECTORS").map_or_else(|| root().join("../shared/vectors"), PathBuf::from);
    let mut seeds = Vec::new();
    for folder in
        [root().join("test-vectors"), root().join("examples"), root().join("crates/core/fuzz/seeds"), official]
    {
        if folder.is_dir() {
            walk(&folder, &mut seeds)?;
        }
    }
    let mut names = BTreeSet::new();
    for seed in &seeds {
        // Strings of the documents that are DIDs, DID URLs or multibase values.
        let strings = seed.text.split(['"', '\n']).filter(|part| part.len() < 512);
        names.extend(strings.filter(|part| part.starts_with("did:") || part.starts_with('z') && part.len() > 40));
    }
    let made: Vec<Seed> = names
        .into_iter()
        .map(|name| Seed { name: name.to_owned(), text: name.to_owned(), json: false, made: true })
        .collect();
    seeds.extend(made);
    Ok(seeds)
}

fn walk(folder: &Path, seeds: &mut Vec<Seed>) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(&path, seeds)?;
        } else if std::fs::metadata(&path).is_ok_and(|data| data.len() <= LARGEST as u64)
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            let json = text.trim_start().starts_with(['{', '[']);
            seeds.push(Seed { name: path.to_string_lossy().into_owned(), text, json, made: false });
        }
    }
    Ok(())
}

/// Writes seeds into the corpus of a target; the same text once. Of many, some from each folder.
fn plant<'s>(target: &str, seeds: impl Iterator<Item = &'s Seed>) -> Result<usize, String> {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let folder = root().join("crates/core/fuzz/corpus").join(target);
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(fail)?;
    let texts: BTreeSet<&str> = seeds.map(|seed| seed.text.trim()).collect();
    let step = texts.len().div_ceil(MOST).max(1);
    let chosen = texts.into_iter().step_by(step);
    let mut count = 0;
    for text in chosen {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        std::fs::write(folder.join(format!("seed-{:016x}", hasher.finish())), text).map_err(fail)?;
        count += 1;
    }
    Ok(count)
}
