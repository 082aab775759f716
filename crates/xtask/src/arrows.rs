//! The dependency arrows: which crate may know which, and what the crates without IO must not know.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shell::{cargo, output, root};
use crate::steps::Note;

/// Each crate and the crates of this repository that it may depend on. A crate that is not here fails the check, so that
/// every new arrow is a decision. Tests may use more.
const ALLOWED: &[(&str, &[&str])] = &[
    ("tamarack-bls12-381", &[]),
    ("tamarack", &["tamarack-bls12-381"]),
    ("tamarack-openid4vc", &["tamarack"]),
    ("tamarack-wallet", &["tamarack", "tamarack-openid4vc"]),
    ("tamarack-ffi", &["tamarack", "tamarack-openid4vc", "tamarack-wallet"]),
    ("tamarack-bindgen", &[]),
    ("tamarack-net", &["tamarack", "tamarack-openid4vc"]),
    ("tamarack-cli", &["tamarack"]),
    ("tamarack-service", &["tamarack", "tamarack-openid4vc", "tamarack-net"]),
    ("tamarack-issuer", PROGRAM),
    ("tamarack-verifier", PROGRAM),
    (
        "tamarack-wallet-cli",
        &["tamarack", "tamarack-openid4vc", "tamarack-net", "tamarack-service", "tamarack-cli", "tamarack-wallet"],
    ),
    (
        "tamarack-testkit",
        &[
            "tamarack-bls12-381",
            "tamarack",
            "tamarack-openid4vc",
            "tamarack-net",
            "tamarack-service",
            "tamarack-wallet",
        ],
    ),
    ("xtask", &[]),
];

const PROGRAM: &[&str] = &["tamarack", "tamarack-openid4vc", "tamarack-net", "tamarack-service", "tamarack-cli"];

/// The crates that take bytes and give bytes.
const WITHOUT_IO: &[&str] = &["tamarack-bls12-381", "tamarack", "tamarack-openid4vc"];

/// What the crates without IO must not bring along, however far down: runtimes, HTTP, SQL, foreign bindings, command
/// lines. (The optional `ssi` of `tamarack`'s feature `long-tail` is beside this: it is off in every release.)
const FORBIDDEN: &[&str] = &[
    "tokio",
    "async-std",
    "smol",
    "mio",
    "hyper",
    "reqwest",
    "ureq",
    "isahc",
    "curl",
    "attohttpc",
    "rusqlite",
    "libsqlite3-sys",
    "sqlx",
    "diesel",
    "postgres",
    "tokio-postgres",
    "uniffi",
    "clap",
];

/// What their sources must not name: the file system, the network, the clock, the environment, other programs.
const FORBIDDEN_PATHS: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "SystemTime", "Instant", "thread::sleep"];

/// Checks all of it.
pub(crate) fn check() -> Result<Note, String> {
    let metadata = output(cargo(&["metadata", "--format-version", "1", "--no-deps", "--quiet"]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let mut wrong = Vec::new();
    let packages = metadata.get("packages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        wrong.extend(arrows_of(name, package, packages));
        if WITHOUT_IO.contains(&name) {
            let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
            wrong.extend(forbidden_dependencies(name)?);
            wrong.extend(forbidden_paths(&manifest.with_file_name("src"))?);
        }
    }
    if packages.is_empty() {
        wrong.push("cargo metadata names no package".to_owned());
    }
    if wrong.is_empty() { Ok(None) } else { Err(wrong.join("\n            ")) }
}

fn arrows_of(name: &str, package: &Value, packages: &[Value]) -> Vec<String> {
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        return vec![format!("{name} is not in the table of arrows (crates/xtask/src/arrows.rs)")];
    };
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    dependencies
        .iter()
        .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
        .filter_map(|dependency| dependency["name"].as_str())
        .filter(|dependency| ours.contains(dependency) && !allowed.contains(dependency))
        .map(|dependency| format!("{name} must not depend on {dependency}"))
        .collect()
}

fn forbidden_dependencies(name: &str) -> Result<Vec<String>, String> {
    let tree = ["tree", "--quiet", "--package", name, "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
    let tree = output(cargo(&tree))?;
    let found: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    Ok(FORBIDDEN
        .iter()
        .filter(|forbidden| found.contains(*forbidden))
        .map(|forbidden| {
            format!("{name} must not bring along {forbidden} (cargo tree --package {name} --invert {forbidden})")
        })
        .collect())
}

fn forbidden_paths(folder: &Path) -> Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    for file in sources(folder)? {
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let shown = file.strip_prefix(root()).unwrap_or(&file).display();
        wrong.extend(forbidden_lines(&text).into_iter().map(|(line, path)| format!("{shown}:{line}: no {path} here")));
    }
    Ok(wrong)
}

/// The lines of a source, counted from 1, that name what they must not. Tests stand last in a file and are free.
fn forbidden_lines(text: &str) -> Vec<(usize, &'static str)> {
    let library = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().lines().zip(1..);
    let code = library.filter(|(line, _)| !line.trim_start().starts_with("//"));
    code.flat_map(|(line, number)| {
        let names = |path: &&&str| match path.split_once("::") {
            // `use std::{fs, io}` names it as well.
            Some((first, last)) if line.contains(&format!("{first}::{{")) => {
                line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == last)
            }
            _ => line.match_indices(**path).any(|(at, found)| {
                let after = line.get(at + found.len()..).and_then(|rest| rest.chars().next());
                !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
            }),
        };
        FORBIDDEN_PATHS.iter().filter(names).map(move |path| (number, *path)).collect::<Vec<_>>()
    })
    .collect()
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.file_name().and_then(|name| name.to_str()).is_some_and(is_library) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Tests in a file of their own (`tests.rs`, `safe_mode_tests.rs`) are free.
fn is_library(file: &str) -> bool {
    file.strip_suffix(".rs").is_some_and(|name| name != "tests" && !name.ends_with("_tests"))
}

#[cfg(test)]
mod tests {
    use super::forbidden_lines;

    #[test]
    fn forbidden_paths_are_seen() {
        let text = "use std::fs;\n// std::fs\nuse std::{collections::BTreeMap, net};\nuse std::{borrow::Cow, fmt};\n\
                    let now = std::time::Instant::now();\nlet instantly = Instantly;\n#[cfg(test)]\nmod tests {\nuse std::fs;";
        assert_eq!(forbidden_lines(text), [(1, "std::fs"), (3, "std::net"), (5, "Instant")]);
    }
}
