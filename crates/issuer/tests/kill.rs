//! `kill -9` at any moment of `batch`: no acknowledged credential is lost, nobody is issued twice, no status index is
//! used twice. `TAMARACK_KILLS` sets the number of kills (default 12).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use common::Issuer;
use serde_json::Value;

const ROWS: usize = 6_000;
const BAD: usize = 97;

/// Whole lines of the output: what a reader of the file has been given.
fn lines(issuer: &Issuer) -> Vec<String> {
    let text = std::fs::read_to_string(issuer.path("out.ndjson")).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(str::to_owned).collect()
}

fn ids_and_indexes(records: &[Value]) -> BTreeMap<String, (u64, u64)> {
    let number = |record: &Value, name: &str| record[name].as_u64().unwrap();
    let entry = |record: &Value| {
        let at = (number(record, "statusList"), number(record, "statusListIndex"));
        (record["id"].as_str().unwrap().to_owned(), at)
    };
    records.iter().map(entry).collect()
}

#[test]
fn a_killed_batch_goes_on_and_nothing_is_lost_or_doubled() {
    let kills: u32 = std::env::var("TAMARACK_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut random = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    println!("seed {random}");
    let issuer = Issuer::new("did:web:id.ontario.example");
    std::fs::write(issuer.path("people.csv"), common::people(ROWS, BAD)).unwrap();
    let (csv, out) = (issuer.text("people.csv"), issuer.text("out.ndjson"));
    let batch = ["batch", "--type", "ontario-person", "--csv", &csv, "--out", &out, "--chunk", "10"];

    let mut acknowledged: BTreeSet<String> = BTreeSet::new();
    let mut recorded: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    // How long the program takes before a batch begins: as long as for one credential.
    let claims = common::example("claims/person.json");
    let started = Instant::now();
    let single = issuer.ok(&["issue", "--type", "ontario-person", "--claims", &claims]);
    let startup = started.elapsed();
    let single: Value = serde_json::from_str(&single).unwrap();
    let (mut in_progress, mut cycles) = (0, 0);
    // On a busy machine the program takes longer to begin: a kill that came too early makes the next one wait longer.
    let mut patience = Duration::ZERO;
    for kill in 0..kills {
        cycles += 1;
        let length = || std::fs::metadata(&out).map_or(0, |file| file.len());
        let before = length();
        let mut child = issuer.command(&batch).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        if kill % 3 == 0 {
            // At any moment, from the opening of the store on.
            std::thread::sleep(startup.mul_f64(0.7) + patience + Duration::from_micros(random % 150_000));
        } else {
            // In the middle: as soon as the output grows, and a few chunks later.
            let begun = Instant::now();
            while length() <= before && begun.elapsed() < Duration::from_secs(60) && child.try_wait().unwrap().is_none()
            {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_micros(random % 15_000));
        }
        child.kill().unwrap();
        let finished = child.wait().unwrap().code().is_some();

        let records = ids_and_indexes(&issuer.records());
        let given = lines(&issuer);
        for line in &given {
            let credential: Value = serde_json::from_str(line).unwrap();
            assert!(records.contains_key(credential["id"].as_str().unwrap()), "a credential is out without a record");
        }
        assert!(recorded.iter().all(|(id, at)| records.get(id) == Some(at)), "a record was lost or changed");
        acknowledged.extend(given);
        // It had recorded something, it had more to do, and it was killed before it was done.
        let hit = !finished && records.len() > recorded.len().max(1) && records.len() < ROWS - ROWS / BAD + 1;
        in_progress += u32::from(hit);
        if !hit {
            patience += Duration::from_millis(50);
        }
        recorded = records;
        if finished {
            break;
        }
    }
    println!("{in_progress} of {cycles} kills hit a batch in its middle");
    assert!(in_progress * 2 >= cycles, "{in_progress} of {cycles} kills hit a batch in its middle");

    let output = issuer.run(&batch);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let bad = ROWS / BAD;
    let stderr = String::from_utf8(output.stderr).unwrap();
    let says =
        |line: usize| format!("line {line}, at /familyName: A claim is missing, unknown or malformed (missing).");
    assert_eq!(stderr.matches(", at /familyName: ").count(), bad, "{stderr}");
    assert!(stderr.contains(&says(BAD + 1)) && stderr.contains("[issue.claim]"), "{stderr}");

    let given = lines(&issuer);
    let whole: BTreeSet<&String> = given.iter().collect();
    assert_eq!((given.len(), whole.len()), (ROWS - bad, ROWS - bad), "each row once");
    assert!(acknowledged.iter().all(|line| whole.contains(line)), "an acknowledged credential is gone or has changed");
    let records = ids_and_indexes(&issuer.records());
    assert!(records.contains_key(single["id"].as_str().unwrap()));
    assert_eq!(records.len(), ROWS - bad + 1);
    assert_eq!(records.values().collect::<BTreeSet<_>>().len(), ROWS - bad + 1, "a status index was used twice");
    let mut people = BTreeSet::new();
    for line in &given {
        let credential: Value = serde_json::from_str(line).unwrap();
        let (_, index) = records[credential["id"].as_str().unwrap()];
        for entry in credential["credentialStatus"].as_array().unwrap() {
            assert_eq!(entry["statusListIndex"], index.to_string());
        }
        people.insert(credential["credentialSubject"]["familyName"].as_str().unwrap().to_owned());
    }
    assert_eq!(people.len(), ROWS - bad, "somebody was issued twice");

    // Once more: nothing is issued, nothing changes.
    issuer.fails(1, &batch);
    assert_eq!(lines(&issuer), given);
    assert_eq!(issuer.records().len(), ROWS - bad + 1);
}
