//! The bindings: the generated code compared with what is checked in, and each language's own tests run on the real library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::shell::{has, program, root, run, unreachable};
use crate::steps::Note;
use crate::test::everything;
use crate::{Failure, packages};

pub(crate) const HELP: &str = "cargo xtask bindings
      Writes the generated Kotlin, Swift and Python anew from the shared library. `cargo xtask test bindings` compares
      them with what is checked in, and runs the tests of Python, of Kotlin (with the Android library and sample), and
      of Swift where Swift is.";

/// What the generator writes, and where it is checked in.
const GENERATED: &[(&str, &str, &str)] = &[
    ("kotlin", "org/tamarack/tamarack.kt", "bindings/kotlin/src/generated/kotlin/org/tamarack/tamarack.kt"),
    ("swift", "TamarackFFI.swift", "bindings/swift/Sources/Tamarack/Generated/TamarackFFI.swift"),
    ("swift", "tamarackFFI.h", "bindings/swift/Sources/tamarackFFI/include/tamarackFFI.h"),
    ("swift", "tamarackFFI.modulemap", "bindings/swift/Sources/tamarackFFI/include/module.modulemap"),
    // A wheel has what maturin generates from its own library; this is the same text, to be read and compared.
    ("python", "tamarack.py", "bindings/python/generated/tamarack.py"),
];

/// `cargo xtask bindings`.
pub(crate) fn write(arguments: &[&str]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage);
    }
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
    let mut unseen = vec!["what needs a phone, an Android SDK or a Mac".to_owned()];
    // All run also when one fails, so that one run tells all. What Kotlin leaves, Python restores.
    let (kotlin, python) = (kotlin(), python());
    let crossing = match (&kotlin, &python) {
        (Ok(Seen::Yes), Ok(Seen::Yes)) => pytest("crossing").map(|()| Seen::Yes),
        _ => Ok(Seen::No("it takes Kotlin and Python".to_owned())),
    };
    let results =
        [("Kotlin", kotlin), ("Python", python), ("a backup from Kotlin to Python", crossing), ("Swift", swift())];
    let mut wrong = Vec::new();
    for (language, result) in results {
        match result {
            Ok(Seen::Yes) => {}
            Ok(Seen::No(why)) => unseen.push(format!("{language}: {why}")),
            Err(why) => wrong.push(format!("{language}: {why}")),
        }
    }
    if wrong.is_empty() { Ok(Some(format!("UNSEEN: {}", unseen.join("; ")))) } else { Err(wrong.join("; ")) }
}

/// Whether a language's tests ran.
enum Seen {
    Yes,
    /// Not on this machine, for this reason.
    No(String),
}

/// Builds the shared library, as the tests of the workspace do, and what is written from it.
fn generate() -> Result<Vec<(&'static str, Vec<u8>)>, String> {
    run(everything())?;
    let folder = scratch().join("generated");
    for language in ["kotlin", "swift", "python"] {
        let generator = built("uniffi-bindgen").display().to_string();
        let mut command = program(&generator, &["generate", "--no-format", "--language", language, "--out-dir"]);
        command.arg(folder.join(language)).arg(built(LIBRARY)).stdout(Stdio::null());
        run(command)?;
    }
    let read = |(language, made, place): &(&'static str, &'static str, &'static str)| {
        let made = folder.join(language).join(made);
        Ok((*place, fs::read(&made).map_err(|error| format!("{}: {error}", made.display()))?))
    };
    GENERATED.iter().map(read).collect()
}

/// The package laid out as a wheel lays it out, around the library that is there: its tests, and its types.
fn python() -> Result<Seen, String> {
    if !has("python3", &["-m", "venv", "--help"]) {
        return Ok(Seen::No("no python3 with venv on this machine".to_owned()));
    }
    let venv = scratch().join("venv");
    let tool = |name: &str| venv.join("bin").join(name).display().to_string();
    if !TOOLS.iter().all(|(name, _)| has(&tool(name), &["--version"])) {
        run(program("python3", &["-m", "venv", "--clear", &venv.display().to_string()]))?;
        if let Fetched::Unseen(why) = pip(&venv, TOOLS.iter().map(|(_, wanted)| *wanted))? {
            return Ok(Seen::No(why));
        }
    }
    let site = scratch().join("site");
    lay_out(&site.join("tamarack"))?;
    pytest("tests")?;
    // The package and the examples, as an app sees them; of the generated module only what it declares.
    let mut types = in_place(&venv.join("bin/mypy"), &site);
    types.args(["--no-error-summary", "--cache-dir"]).arg(scratch().join("mypy")).arg(site.join("tamarack"));
    types.arg("../../examples/python").env("MYPYPATH", &site);
    run(types).map(|()| Seen::Yes)
}

/// Whether packages could be had.
pub(crate) enum Fetched {
    Yes,
    /// The index is out of reach, for this reason: what needs them is unseen, and has not failed.
    Unseen(String),
}

/// Installs packages into a virtual environment.
///
/// # Errors
/// What pip says, if it is not that the index is out of reach: a package that does not install is a failure.
pub(crate) fn pip<'p>(venv: &Path, packages: impl Iterator<Item = &'p str>) -> Result<Fetched, String> {
    let tool = venv.join("bin/pip").display().to_string();
    let mut command = program(&tool, &["install", "--quiet", "--disable-pip-version-check", "--retries", "2"]);
    let output = command.args(packages).stdin(Stdio::null()).output().map_err(|error| format!("pip: {error}"))?;
    if output.status.success() {
        return Ok(Fetched::Yes);
    }
    let told = String::from_utf8_lossy(&output.stderr);
    match unreachable(&told, PIP_UNREACHABLE) {
        Some(line) => Ok(Fetched::Unseen(format!("what pip needs cannot be fetched: {line}"))),
        None => Err(format!("pip install: {}", told.trim())),
    }
}

/// What pip says when no index answers. That a package is not there, or does not build, is something else.
const PIP_UNREACHABLE: &[&str] = &[
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "SSLError",
    "HTTP error",
    // An index that knows no version at all of what everybody has is no index.
    "from versions: none",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Connection refused",
    "Connection reset",
];

/// The Python tests of a folder, on the package that was laid out.
fn pytest(folder: &str) -> Result<(), String> {
    let mut command = in_place(&scratch().join("venv/bin/pytest"), &scratch().join("site"));
    command.arg(folder).env("TAMARACK_PROGRAMS", built("")).env("TAMARACK_CROSSING", scratch().join("crossing"));
    run(command)
}

fn in_place(tool: &Path, site: &Path) -> Command {
    let mut command = program(&tool.display().to_string(), &[]);
    command.current_dir(root().join("bindings/python")).env("PYTHONPATH", site).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// What the Python tests need, by the program that shows that it is there.
const TOOLS: [(&str, &str); 2] = [("pytest", "pytest>=8,<10"), ("mypy", "mypy>=1.11,<3")];

/// Lays the Python package out: our modules, the generated one, the library.
fn lay_out(package: &Path) -> Result<(), String> {
    lay_out_with(package, &scratch().join("generated/python/tamarack.py"), &built(LIBRARY))
}

/// The same with another library, and what was generated from it.
pub(crate) fn lay_out_with(package: &Path, generated: &Path, library: &Path) -> Result<(), String> {
    match fs::remove_dir_all(package) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(format!("{}: {error}", package.display()));
        }
        _ => {}
    }
    let read = |place: &Path| fs::read(place).map_err(|error| format!("{}: {error}", place.display()));
    let ours = root().join("bindings/python/python/tamarack");
    for entry in fs::read_dir(&ours).map_err(|error| format!("{}: {error}", ours.display()))?.filter_map(Result::ok) {
        if entry.path().is_file() {
            put(&package.join(entry.file_name()), &read(&entry.path())?)?;
        }
    }
    let native = package.join("_native");
    put(&native.join("__init__.py"), b"")?;
    put(&native.join("tamarack.py"), &read(generated)?)?;
    let place = native.join(LIBRARY);
    // A link where the file system has them: the library is large.
    fs::hard_link(library, &place)
        .or_else(|_| fs::copy(library, &place).map(|_| ()))
        .map_err(|error| format!("{}: {error}", place.display()))
}

/// The tests of the Swift package and of the iOS sample's steps; what only Apple's systems compile is checked as far as it goes.
fn swift() -> Result<Seen, String> {
    if !has("swift", &["--version"]) {
        return Ok(Seen::No("there is no Swift on this machine".to_owned()));
    }
    if cfg!(target_os = "macos") {
        return Ok(Seen::No("on a Mac its tests want the XCFramework: bindings/swift/build-xcframework.sh".to_owned()));
    }
    let library = built("").display().to_string();
    for (package, made) in [("bindings/swift", "swift"), ("examples/ios", "swift-sample")] {
        let mut command = program("swift", &["test", "--quiet", "--package-path", package, "--scratch-path"]);
        // Observation leaves a symbol open in some of Swift's builds for Linux.
        let linker = [&format!("-L{library}"), "--allow-shlib-undefined"];
        command.arg(scratch().join(made)).args(linker.iter().flat_map(|flag| ["-Xlinker", flag]));
        command.env("LD_LIBRARY_PATH", &library).env("TAMARACK_PROGRAMS", &library);
        run(command)?;
    }
    let mut command = program(&root().join("bindings/swift/check-apple.sh").display().to_string(), &[]);
    command.arg(scratch().join("swift-apple"));
    run(command).map(|()| Seen::Yes)
}

/// The tests of the Maven modules: the library for the JVM, the Android library, the Android sample.
fn kotlin() -> Result<Seen, String> {
    if let Err(why) = packages::maven() {
        return Ok(Seen::No(why));
    }
    let mut command = program("mvn", &["--batch-mode", "--no-transfer-progress", "--file", "bindings/pom.xml"]);
    // No compiler stays behind.
    command.arg("-Dkotlin.compiler.daemon=false");
    command.arg(format!("-Dtamarack.library={}", built("").display()));
    command.arg(format!("-Dtamarack.crossing={}", scratch().join("crossing").display())).arg("test");
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("mvn: {error}"))?;
    if output.status.success() {
        return Ok(Seen::Yes);
    }
    let told = String::from_utf8_lossy(&output.stdout);
    // A repository that is out of reach is not what the tests are about; but what failed, has failed.
    if !MAVEN_FAILED.iter().any(|sign| told.contains(sign))
        && let Some(line) = unreachable(&told, MAVEN_UNREACHABLE)
    {
        return Ok(Seen::No(format!("what Maven needs cannot be fetched: {line}")));
    }
    eprintln!("{told}{}", String::from_utf8_lossy(&output.stderr));
    Err(format!("mvn test: {}", output.status))
}

/// What Maven says when a repository is out of reach. (An artifact that no repository has is a failure: `Could not find artifact`.)
const MAVEN_UNREACHABLE: &[&str] = &["Could not transfer artifact", "Unknown host", "Connection refused", "timed out"];
/// What it says when code does not compile, a test fails, or the tests' machine ends.
const MAVEN_FAILED: [&str; 3] = ["Compilation failure", "There are test failures", "error in the forked process"];

fn put(place: &Path, text: &[u8]) -> Result<(), String> {
    fs::create_dir_all(place.parent().unwrap_or(place))
        .and_then(|()| fs::write(place, text))
        .map_err(|error| format!("{}: {error}", place.display()))
}

pub(crate) const LIBRARY: &str = if cfg!(target_os = "macos") { "libtamarack_ffi.dylib" } else { "libtamarack_ffi.so" };

/// What cargo built in the profile of the tests.
pub(crate) fn built(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

pub(crate) fn scratch() -> PathBuf {
    target().join("bindings")
}
