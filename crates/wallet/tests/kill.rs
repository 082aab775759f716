//! `kill -9` in any operation loses nothing that was acknowledged, and leaves no half of anything.
//!
//! The test runs itself as another program that works on a store without a pause and says on its standard output what it begins
//! and what is done; it is killed at a random moment; then the store must hold exactly what was done, or that and the one
//! operation that was under way. `TAMARACK_KILL_CYCLES` says how often (50 if it is not set).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests may stop at the first surprise"
)]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::FakeDevice;
use tamarack::{Randomness as _, SeededRandomness, SystemRandomness};
use tamarack_wallet::{Change, ErrorKind, Guard, Kind, SqlCipherStore, Store};

/// Where the victim works; set for the victim alone.
const FOLDER: &str = "TAMARACK_KILL_FOLDER";
/// At which operation it begins.
const FROM: &str = "TAMARACK_KILL_FROM";
/// At which it ends, where its files may not grow: what fails then, it says, and goes on.
const UNTIL: &str = "TAMARACK_KILL_UNTIL";

type Content = BTreeMap<(Kind, String), Vec<u8>>;

/// What operation n does: the same for the victim and for who judges it.
enum Operation {
    Write(Vec<Change>),
    Rekey,
    ChangeGuard(u8),
    Reopen,
}

fn guard_of(number: u8) -> FakeDevice {
    FakeDevice::new(number)
}

fn operation(n: u64) -> Operation {
    let mut random = SeededRandomness::new(&[9; 32], &n.to_be_bytes()).unwrap();
    let mut draw = [0_u8; 34];
    random.fill(&mut draw).unwrap();
    match draw[0] {
        0..=7 => Operation::Rekey,
        8..=15 => Operation::ChangeGuard(draw[1]),
        16..=31 => Operation::Reopen,
        _ => Operation::Write(
            draw[2..2 + usize::from(draw[1] % 8) * 4]
                .chunks(4)
                .map(|bytes| {
                    let (kind, id) = (Kind::ALL[usize::from(bytes[0] % 8)], format!("{:02}", bytes[1] % 24));
                    // Up to 16 KiB, so that a write spans pages, and different for each operation.
                    let length = usize::from(bytes[3]) * usize::from(bytes[3]) / 4;
                    let value = [n.to_be_bytes().as_slice(), &vec![bytes[2]; length]].concat();
                    if bytes[2] % 4 == 0 { Change::remove(kind, id) } else { Change::put(kind, id, value) }
                })
                .collect(),
        ),
    }
}

fn apply(content: &mut Content, n: u64) {
    let Operation::Write(changes) = operation(n) else { return };
    for change in changes {
        let key = (change.kind(), change.id().to_owned());
        match change.bytes() {
            Some(bytes) => content.insert(key, bytes.to_vec()),
            None => content.remove(&key),
        };
    }
}

fn content(store: &dyn Store) -> Content {
    let all = Kind::ALL.iter().flat_map(|kind| {
        store.list(*kind, None, 1_000).unwrap().into_iter().map(move |(id, bytes)| ((*kind, id), bytes))
    });
    all.collect()
}

/// Opens the store with whichever of two guards it has.
fn open(folder: &Path, guards: [u8; 2]) -> Option<(SqlCipherStore, u8)> {
    guards.into_iter().find_map(|number| {
        let store = SqlCipherStore::open(folder, Guard::Device(&guard_of(number)));
        store.ok().map(|store| (store, number))
    })
}

/// The victim: nothing unless it is told where to work.
#[test]
fn victim() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = Path::new(&folder);
    let mut guard = 1;
    let from: u64 = std::env::var(FROM).unwrap().parse().unwrap();
    (0..from).for_each(|n| {
        if let Operation::ChangeGuard(number) = operation(n) {
            guard = number;
        }
    });
    let mut out = std::io::stdout();
    let mut say = |word: &str, n: u64| {
        writeln!(out, "\n{word} {n}").unwrap();
        out.flush().unwrap();
    };
    // An operation that was under way may have come about: a change of guard is found by trying.
    let (mut store, found) = open(folder, [guard, next_guard(from).unwrap_or(guard)]).unwrap();
    guard = found;
    if let Ok(until) = std::env::var(UNTIL) {
        without_room(store, guard, from..until.parse().unwrap(), &mut say);
        return;
    }
    for n in from.. {
        say("begin", n);
        let device = guard_of(guard);
        match operation(n) {
            Operation::Write(changes) => store.write(&changes).unwrap(),
            Operation::Rekey => store.rekey(Guard::Device(&device), &mut SystemRandomness).unwrap(),
            Operation::ChangeGuard(number) => {
                let new = guard_of(number);
                store.change_guard(Guard::Device(&device), Guard::Device(&new), &mut SystemRandomness).unwrap();
                guard = number;
            }
            Operation::Reopen => {
                drop(store);
                store = SqlCipherStore::open(folder, Guard::Device(&device)).unwrap();
            }
        }
        say("done", n);
    }
}

/// The victim on a disk that is full: an error is an answer like another.
fn without_room(
    store: SqlCipherStore,
    mut guard: u8,
    operations: std::ops::Range<u64>,
    say: &mut dyn FnMut(&str, u64),
) {
    for n in operations {
        let device = guard_of(guard);
        let done = match operation(n) {
            Operation::Write(changes) => store.write(&changes),
            Operation::Rekey => store.rekey(Guard::Device(&device), &mut SystemRandomness),
            Operation::ChangeGuard(number) => {
                let new = guard_of(number);
                let done = store.change_guard(Guard::Device(&device), Guard::Device(&new), &mut SystemRandomness);
                done.inspect(|()| guard = number)
            }
            Operation::Reopen => {
                store.lock();
                store.unlock(Guard::Device(&device))
            }
        };
        match done {
            Ok(()) => say("done", n),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Storage, "{error}");
                say("failed", n);
            }
        }
        if store.is_locked() {
            return;
        }
    }
}

/// A disk without room as the operating system knows it: no file may grow beyond a limit, and what is written at the limit is written
/// in part. What was acknowledged is there, what failed is not, and with room again all goes on.
#[cfg(unix)]
#[test]
fn without_room_nothing_is_lost_and_nothing_is_half_done() {
    if std::env::var(FOLDER).is_ok() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    drop(SqlCipherStore::create(folder.path(), Guard::Device(&guard_of(1)), &mut SystemRandomness).unwrap());
    let mut expected = Content::new();
    let (mut guard, mut next) = (1, 0);
    let (mut done, mut failed, mut failed_rekeys) = (0, 0, 0);
    for round in 0..12_u64 {
        // In blocks of 512 bytes, or of 1024 where the shell counts so: from what hardly holds a log to what holds most of it.
        let blocks = 100 + round * 90;
        let script =
            format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" --exact victim --nocapture --test-threads=1");
        let output = Command::new("sh")
            .args(["-c", &script])
            .arg(std::env::current_exe().unwrap())
            .env(FOLDER, folder.path())
            .env(FROM, next.to_string())
            .env(UNTIL, (next + 60).to_string())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        for line in said.lines() {
            let Some((word, n)) = line.split_once(' ') else { continue };
            let Ok(n) = n.parse::<u64>() else { continue };
            match word {
                "done" => {
                    apply(&mut expected, n);
                    guard = next_guard(n).unwrap_or(guard);
                    done += 1;
                }
                "failed" => {
                    failed += 1;
                    failed_rekeys += usize::from(matches!(operation(n), Operation::Rekey));
                }
                _ => continue,
            }
            next = n + 1;
        }
        let (store, _) =
            open(folder.path(), [guard, guard]).unwrap_or_else(|| panic!("round {round}: {said}{complaint}"));
        assert!(content(&store) == expected, "round {round}: {said}{complaint}");
        store.check().unwrap_or_else(|error| panic!("round {round}: {error} {said}{complaint}"));
        store.write(&[Change::put(Kind::Setting, "room", vec![7; 100_000])]).unwrap();
        store.write(&[Change::remove(Kind::Setting, "room")]).unwrap();
    }
    println!("{done} done, {failed} refused for want of room, {failed_rekeys} of them changes of key");
    assert!(done > 100 && failed > 20, "{done} done, {failed} failed: the limit was felt, and not all the time");
}

fn next_guard(n: u64) -> Option<u8> {
    match operation(n) {
        Operation::ChangeGuard(number) => Some(number),
        _ => None,
    }
}

#[test]
fn a_kill_at_any_moment_loses_nothing() {
    if std::env::var(FOLDER).is_ok() {
        return;
    }
    let cycles: usize = std::env::var("TAMARACK_KILL_CYCLES").map_or(50, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    drop(SqlCipherStore::create(folder.path(), Guard::Device(&guard_of(1)), &mut SystemRandomness).unwrap());
    let mut expected = Content::new();
    let (mut guard, mut next) = (1, 0_u64);
    let (mut under_way, mut came_about, mut rekeys) = (0, 0, 0);
    for cycle in 0..cycles {
        let (begun, done) = run_and_kill(folder.path(), next, cycle);
        for n in next..done {
            apply(&mut expected, n);
            guard = next_guard(n).unwrap_or(guard);
            rekeys += usize::from(matches!(operation(n), Operation::Rekey));
        }
        let guards = [guard, if begun > done { next_guard(done).unwrap_or(guard) } else { guard }];
        let (store, _) = open(folder.path(), guards).expect("it opens, whatever happened");
        let found = content(&store);
        next = done;
        if begun > done {
            under_way += 1;
            let mut with = expected.clone();
            apply(&mut with, done);
            if found == with && found != expected {
                came_about += 1;
                expected = with;
                next = done + 1;
            } else if found == expected {
                // It did not come about, or changes nothing that is listed: the next victim does it again.
            } else {
                panic!("cycle {cycle}: operation {done} is neither done nor undone");
            }
        } else {
            assert!(found == expected, "cycle {cycle}: what was acknowledged is not there");
        }
        store.check().unwrap();
    }
    println!(
        "{cycles} kills, {next} operations, {rekeys} changes of key; {under_way} were under way, {came_about} of them came about"
    );
    assert!(next > cycles as u64, "the victims did work");
}

/// Lets a victim work from operation `from`, and kills it. Returns the numbers behind the last operation that was begun and the
/// last that was done.
fn run_and_kill(folder: &Path, from: u64, cycle: usize) -> (u64, u64) {
    let mut draw = [0_u8; 3];
    SeededRandomness::new(&[5; 32], &cycle.to_be_bytes()).unwrap().fill(&mut draw).unwrap();
    // It lives for some operations, and then up to 16 ms, which is somewhere in the next.
    let [operations, high, low] = draw;
    let (operations, rest) = (u64::from(operations % 6), u64::from(u16::from_be_bytes([high, low]) / 4));
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "victim", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(FROM, from.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(victim.stdout.take().unwrap());
    let (mut begun, mut done) = (from, from);
    let mut note = |line: &str| {
        match line.split_once(' ') {
            Some(("begin", n)) => begun = n.parse::<u64>().unwrap() + 1,
            Some(("done", n)) => done = n.parse::<u64>().unwrap() + 1,
            _ => return false,
        }
        true
    };
    let mut line = String::new();
    let (mut lines, wanted) = (0, 1 + 2 * operations);
    while lines < wanted && out.read_line(&mut line).is_ok_and(|length| length > 0) {
        lines += u64::from(note(line.trim_end()));
        line.clear();
    }
    std::thread::sleep(Duration::from_micros(rest));
    victim.kill().unwrap();
    victim.wait().unwrap();
    // A line that the kill cut in two has no end, and is no acknowledgement.
    let mut last_words = Vec::new();
    line.clear();
    while out.read_line(&mut line).is_ok_and(|length| length > 0) {
        if line.ends_with('\n') {
            last_words.push(line.trim_end().to_owned());
        }
        line.clear();
    }
    for line in &last_words {
        note(line);
    }
    (begun, done)
}
