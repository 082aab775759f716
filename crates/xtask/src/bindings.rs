//! The bindings: the shared library built, the generated code compared with what is checked in, and each language's own tests
//! run on the real library.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::shell::{cargo, has, program, root, run};
use crate::steps::Note;

pub(crate) const HELP: &str = "cargo xtask bindings
      Writes the generated Kotlin and Swift anew from the shared library. `cargo xtask test bindings` compares them with
      what is checked in, and runs the Python and Kotlin tests.";

/// What the generator writes, and where it is checked in. The Python side is generated into each wheel.
const GENERATED: &[(&str, &str, &str)] = &[
    ("kotlin", "org/tamarack/tamarack.kt", "bindings/kotlin/src/generated/kotlin/org/tamarack/tamarack.kt"),
    ("swift", "TamarackFFI.swift", "bindings/swift/Sources/Tamarack/Generated/TamarackFFI.swift"),
    ("swift", "tamarackFFI.h", "bindings/swift/Sources/tamarackFFI/include/tamarackFFI.h"),
    ("swift", "tamarackFFI.modulemap", "bindings/swift/Sources/tamarackFFI/include/module.modulemap"),
];

/// `cargo xtask bindings`.
pub(crate) fn write(arguments: &[&str]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage);
    }
    let put = |place: &Path, text: &[u8]| {
        fs::create_dir_all(place.parent().unwrap_or(place)).map_err(|error| error.to_string())?;
        fs::write(place, text).map_err(|error| format!("{}: {error}", place.display()))
    };
    let each = generate().map_err(Failure::Because)?;
    each.iter().try_for_each(|(place, text)| put(&root().join(place), text)).map_err(Failure::Because)
}

/// The step of `cargo xtask test`.
pub(crate) fn check() -> Result<Note, String> {
    let differs = |(place, text): &(&'static str, Vec<u8>)| {
        (fs::read(root().join(place)).ok().as_ref() != Some(text)).then_some(*place)
    };
    let drifted: Vec<&str> = generate()?.iter().filter_map(differs).collect();
    if !drifted.is_empty() {
        return Err(format!("not as the generator writes it (cargo xtask bindings): {}", drifted.join(", ")));
    }
    let mut unseen = vec!["Swift: its tests run on a Mac (bindings/swift/build-xcframework.sh)"];
    if has("python3", &["-m", "venv", "--help"]) {
        python()?;
    } else {
        unseen.push("Python: no python3 with venv on this machine");
    }
    if has("mvn", &["--version"]) {
        run(program("mvn", &["--quiet", "--batch-mode", "--file", "bindings/kotlin/pom.xml", "test"]))?;
    } else {
        unseen.push("Kotlin: no Maven on this machine");
    }
    Ok(Some(format!("unseen: {}", unseen.join("; "))))
}

/// Builds the shared library and what is written from it.
fn generate() -> Result<Vec<(&'static str, Vec<u8>)>, String> {
    run(cargo(&["build", "--quiet", "--package", "tamarack-ffi"]))?;
    let folder = scratch().join("generated");
    let library = target().join("debug").join(LIBRARY);
    for language in ["kotlin", "swift"] {
        let mut command = cargo(&["run", "--quiet", "--package", "tamarack-bindgen", "--", "generate", "--no-format"]);
        command.args(["--language", language, "--out-dir"]).arg(folder.join(language)).arg(&library);
        command.stdout(std::process::Stdio::null());
        run(command)?;
    }
    let read = |(language, made, place): &(&'static str, &'static str, &'static str)| {
        let made = folder.join(language).join(made);
        Ok((*place, fs::read(&made).map_err(|error| format!("{}: {error}", made.display()))?))
    };
    GENERATED.iter().map(read).collect()
}

/// A wheel, installed in a fresh environment, and its tests.
fn python() -> Result<(), String> {
    let folder = scratch();
    let venv = folder.join("venv");
    let tool = |name: &str| venv.join("bin").join(name).display().to_string();
    if !venv.join("bin/maturin").exists() || !venv.join("bin/pytest").exists() {
        let path = venv.display().to_string();
        run(program("python3", &["-m", "venv", "--clear", &path]))?;
        run(program(
            &tool("pip"),
            &["install", "--quiet", "--disable-pip-version-check", "maturin>=1.16,<2", "pytest>=8"],
        ))?;
    }
    let wheels = folder.join("wheels");
    fs::remove_dir_all(&wheels).or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(format!("{}: {error}", wheels.display())),
    })?;
    let mut command = program(&tool("maturin"), &["build", "--quiet", "--compatibility", "linux", "--out"]);
    command.arg(&wheels).current_dir(root().join("bindings/python"));
    run(command)?;
    let wheel = fs::read_dir(&wheels).map_err(|error| error.to_string())?.filter_map(Result::ok).next();
    let wheel = wheel.ok_or("maturin made no wheel")?.path().display().to_string();
    run(program(&tool("pip"), &["install", "--quiet", "--no-deps", "--force-reinstall", &wheel]))?;
    let mut command = program(&tool("python"), &["-m", "pytest"]);
    command.current_dir(root().join("bindings/python")).env("PYTHONDONTWRITEBYTECODE", "1");
    run(command)
}

const LIBRARY: &str = if cfg!(target_os = "macos") { "libtamarack_ffi.dylib" } else { "libtamarack_ffi.so" };

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn scratch() -> PathBuf {
    target().join("bindings")
}
