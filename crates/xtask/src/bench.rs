//! `cargo xtask bench [--json]`: the figures of `docs/performance.md`.
//!
//! Criterion measures the calls (`crates/testkit/benches/`); this adds the figures of whole programs, puts each
//! beside the bare cryptography of the same run, and prints one table.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Rows of the batch.
const ROWS: usize = 100_000;
/// Starts of the program.
const STARTS: usize = 40;

/// One figure: microseconds, the floor beside it, and the goal.
struct Figure {
    name: &'static str,
    us: f64,
    bare_us: f64,
    goal: Goal,
}

enum Goal {
    /// At most this many times the bare figure.
    Ratio(f64),
    /// At least this many times the bare figure: the opponent.
    AtLeast(f64),
    /// At most this many microseconds.
    Micros(f64),
    /// None: it stands here to be compared with.
    Beside,
}

/// Other implementations (`ssi`, and those in JavaScript where Node is), each with the figure of ours whose floor stands
/// beside it.
const OTHERS: &[(&str, &str)] = &[
    ("ssi-bbs-2023-sign", "bbs-2023-sign"),
    ("ssi-bbs-2023-derive", "bbs-2023-derive"),
    ("ssi-bbs-2023-verify", "bbs-2023-verify"),
    ("js-bbs-2023-sign", "bbs-2023-sign"),
    ("js-bbs-2023-derive", "bbs-2023-derive"),
    ("js-bbs-2023-verify", "bbs-2023-verify"),
    ("js-bbs-2020-sign", "bbs-2020-sign"),
    ("js-bbs-2020-derive", "bbs-2020-derive"),
    ("js-bbs-2020-verify", "bbs-2020-verify"),
    ("js-ecdsa-sd-sign", "ecdsa-sd-sign"),
    ("js-ecdsa-sd-derive", "ecdsa-sd-derive"),
    ("js-ecdsa-sd-verify", "ecdsa-sd-verify"),
];

/// Runs the benchmark and prints the table, or with `--json` one object a line.
///
/// # Errors
/// What could not be built, run or read.
pub(crate) fn run(root: &Path, json: bool) -> Result<(), String> {
    // What a run without Node leaves behind must not look like its own.
    for (name, _) in OTHERS {
        let _ = fs::remove_dir_all(target(root).join("criterion").join(name));
    }
    if let Err(unseen) = crate::opponents::install()? {
        eprintln!("bench: the implementations in JavaScript are unseen: {unseen}");
    }
    eprintln!("bench: building the benchmark and its opponent (the first time takes some minutes) …");
    cargo(root, &["bench", "-p", "tamarack-testkit", "--features", "bench", "--bench", "figures", "--bench", "bbs"])?;
    // Apart, as the wallet's SQLite is SQLCipher.
    cargo(root, &["bench", "-p", "tamarack-testkit", "--features", "bench-wallet", "--bench", "wallet"])?;
    // Apart, as what it measures is a process of its own; it prints the figure and fails when the budget is passed.
    let memory = ["test", "--release", "-p", "tamarack-testkit", "--features", "bench", "--test", "memory"];
    cargo(root, &[&memory[..], &["--", "--nocapture"]].concat())?;
    eprintln!("bench: building the programs …");
    cargo(root, &["build", "--release", "-p", "tamarack-issuer", "-p", "tamarack-verifier"])?;

    let pair = |name: &'static str, goal: Goal| -> Result<Figure, String> {
        Ok(Figure { name, us: median(root, name, "ours")?, bare_us: median(root, name, "bare")?, goal })
    };
    let mut figures = vec![
        pair("verify-ed25519-2020", Goal::Ratio(1.5))?,
        pair("verify-eddsa-rdfc-2022", Goal::Ratio(1.5))?,
        pair("verify-eddsa-jcs-2022", Goal::Ratio(1.3))?,
        pair("ssi-ed25519-2020", Goal::AtLeast(50.0))?,
        pair("verify-many", Goal::Ratio(0.8))?,
        pair("verify-18-quads", Goal::Beside)?,
        pair("verify-30-quads", Goal::Beside)?,
        pair("verify-300-quads", Goal::Beside)?,
        pair("verify-3000-quads", Goal::Micros(3_000.0))?,
        pair("bbs-2023-sign", Goal::Ratio(2.0))?,
        pair("bbs-2023-derive", Goal::Ratio(2.0))?,
        pair("bbs-2023-verify", Goal::Ratio(1.4))?,
        // Beside one alone.
        pair("bbs-verify-many", Goal::Ratio(0.6))?,
        pair("sd-jwt-vc-verify", Goal::Ratio(1.6))?,
        pair("ecdsa-sd-verify", Goal::Ratio(1.5))?,
    ];
    for (name, beside) in OTHERS {
        if let Ok(us) = median(root, name, "ours") {
            let bare_us = median(root, beside, "bare").unwrap_or(f64::NAN);
            figures.push(Figure { name, us, bare_us, goal: Goal::Beside });
        }
    }
    for (name, goal) in [("bbs-2020-derive", 2.0), ("bbs-2020-verify", 1.4)] {
        match pair(name, Goal::Ratio(goal)) {
            Ok(figure) => figures.push(figure),
            Err(why) => eprintln!("bench: no figure {name}: {why}"),
        }
    }
    let verify = figures.first().map_or(f64::NAN, |f| f.bare_us);
    let refused = median(root, "refuse-poison-graph", "ours")?;
    figures.push(Figure { name: "refuse-poison-graph", us: refused, bare_us: verify, goal: Goal::Micros(100_000.0) });
    // 10 000 credentials in the encrypted store, beside one bare verification.
    for (name, micros) in [("wallet-open", 30_000.0), ("wallet-list", 20_000.0), ("wallet-match", 20_000.0)] {
        figures.push(Figure { name, us: median(root, name, "ours")?, bare_us: verify, goal: Goal::Micros(micros) });
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let sign = median(root, "sign", "bare")?;
    let dir = scratch()?;
    let batch = batch(root, &dir)?;
    #[expect(clippy::cast_precision_loss, reason = "a handful of cores")]
    figures.push(Figure { name: "issue-batch", us: batch.us, bare_us: sign / cores as f64, goal: Goal::Ratio(3.0) });
    figures.push(Figure {
        name: "program-start",
        us: start(root, &dir)?,
        bare_us: verify,
        goal: Goal::Micros(15_000.0),
    });
    let _ = fs::remove_dir_all(&dir);

    if json {
        for f in &figures {
            println!(
                r#"{{"name":"{}","us":{:.2},"bare_us":{},"ratio":{}}}"#,
                f.name,
                f.us,
                number(f.bare_us, 2),
                number(f.us / f.bare_us, 3)
            );
        }
        return crate::bench_bindings::run(true);
    }
    println!("\n{:<24} {:>12} {:>10} {:>9}  goal", "figure", "µs", "bare µs", "× bare");
    for f in &figures {
        let ratio = f.us / f.bare_us;
        let (goal, met) = match f.goal {
            Goal::Ratio(r) => (format!("≤ {r} ×"), ratio <= r),
            Goal::AtLeast(r) => (format!("≥ {r} ×"), ratio >= r),
            Goal::Micros(us) => (format!("≤ {us} µs"), f.us <= us),
            Goal::Beside => ("—".to_owned(), true),
        };
        println!(
            "{:<24} {:>12.1} {:>10.1} {:>9.2}  {goal}{}",
            f.name,
            f.us,
            f.bare_us,
            ratio,
            if met { "" } else { "  NOT MET" }
        );
    }
    println!(
        "\nissue-batch: {ROWS} rows, {:.1} s, peak memory {:.0} MB (goal < 150 MB), {cores} cores",
        batch.seconds, batch.peak_mb
    );
    crate::bench_bindings::run(false)
}

/// A number in JSON, which has none for what was not measured.
fn number(value: f64, digits: usize) -> String {
    if value.is_finite() { format!("{value:.digits$}") } else { "null".to_owned() }
}

fn cargo(root: &Path, args: &[&str]) -> Result<(), String> {
    // Criterion talks on stdout; the table alone belongs there.
    let status = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(args)
        .stdout(Stdio::from(std::io::stderr()))
        .status()
        .map_err(|e| format!("cargo {}: {e}", args.join(" ")))?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", args.join(" "))) }
}

/// The median of a Criterion measurement, in microseconds.
fn median(root: &Path, group: &str, function: &str) -> Result<f64, String> {
    let path = target(root).join("criterion").join(group).join(function).join("new/estimates.json");
    let text = fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|e| e.to_string())?;
    let nanos = value.pointer("/median/point_estimate").and_then(serde_json::Value::as_f64);
    nanos.map(|n| n / 1_000.0).ok_or_else(|| format!("{}: no median", path.display()))
}

fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn scratch() -> Result<PathBuf, String> {
    let dir = std::env::temp_dir().join(format!("tamarack-bench-{}", std::process::id()));
    fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
    Ok(dir)
}

struct Batch {
    us: f64,
    seconds: f64,
    peak_mb: f64,
}

fn issuer(root: &Path, dir: &Path) -> Command {
    let mut command = Command::new(target(root).join("release/tamarack-issuer"));
    command.arg("--store").arg(dir.join("store")).env("TAMARACK_PASSPHRASE", "bench");
    command
}

fn quiet(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| e.to_string())?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// 100 000 rows of CSV with status entries, start of the program included.
fn batch(root: &Path, dir: &Path) -> Result<Batch, String> {
    eprintln!("bench: issuing {ROWS} credentials …");
    quiet(issuer(root, dir).args(["init", "--did", "did:web:issuer.example"]))?;
    quiet(issuer(root, dir).args(["type", "add"]).arg(root.join("examples/types/person-2.0.json")))?;
    let csv = dir.join("residents.csv");
    write_csv(root, &csv)?;
    let begin = Instant::now();
    let mut child = issuer(root, dir)
        .args(["batch", "--type", "ontario-person", "--csv"])
        .arg(&csv)
        .arg("--out")
        .arg(dir.join("out.ndjson"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| e.to_string())?;
    let mut peak_kb = 0.0_f64;
    let status = loop {
        peak_kb = peak_kb.max(peak_memory_kb(child.id()));
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let seconds = begin.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("batch ended with {status}"));
    }
    #[expect(clippy::cast_precision_loss, reason = "100 000")]
    Ok(Batch { us: seconds * 1e6 / ROWS as f64, seconds, peak_mb: peak_kb / 1024.0 })
}

/// The sample's header and rows, over and over.
fn write_csv(root: &Path, path: &Path) -> Result<(), String> {
    let sample = fs::read_to_string(root.join("examples/claims/person.csv")).map_err(|e| e.to_string())?;
    let mut lines = sample.lines();
    let header = lines.next().ok_or("an empty sample")?;
    let rows: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let mut out = std::io::BufWriter::new(fs::File::create(path).map_err(|e| e.to_string())?);
    writeln!(out, "{header}").map_err(|e| e.to_string())?;
    for row in rows.iter().cycle().take(ROWS) {
        writeln!(out, "{row}").map_err(|e| e.to_string())?;
    }
    out.flush().map_err(|e| e.to_string())
}

/// The peak resident memory of a process, where the system tells it.
fn peak_memory_kb(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0.0)
}

/// From the start of the program to its answer for one file.
fn start(root: &Path, dir: &Path) -> Result<f64, String> {
    eprintln!("bench: starting the verifier {STARTS} times …");
    let unsigned = quiet(issuer(root, &dir.join("k")).args(["init", "--did", "did:key"]))
        .and_then(|_| {
            quiet(issuer(root, &dir.join("k")).args(["type", "add"]).arg(root.join("examples/types/person-2.0.json")))
        })
        .and_then(|_| {
            let claims = root.join("examples/claims/person.json");
            quiet(issuer(root, &dir.join("k")).args(["issue", "--type", "ontario-person", "--claims"]).arg(claims))
        })?;
    let file = dir.join("credential.json");
    fs::write(&file, unsigned).map_err(|e| e.to_string())?;
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let begin = Instant::now();
        let status = Command::new(target(root).join("release/tamarack-verifier"))
            .args(["verify", "--insecure-trust-any-issuer", "--offline"])
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|e| e.to_string())?;
        times.push(begin.elapsed().as_secs_f64() * 1e6);
        if status.code().is_none_or(|code| code > 2) {
            return Err(format!("verify ended with {status}"));
        }
    }
    times.sort_by(f64::total_cmp);
    times.get(STARTS / 2).copied().ok_or_else(|| "no start".to_owned())
}
