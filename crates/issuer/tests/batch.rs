//! What `batch` and `issue` refuse, and what `batch` makes good again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    dead_code,
    reason = "a test may stop at the first surprise; not every helper is used by every test"
)]

mod common;

use common::{Issuer, example, people};

const ROWS: usize = 20;

fn store() -> (Issuer, String) {
    let issuer = Issuer::new("did:web:id.ontario.example");
    std::fs::write(issuer.path("people.csv"), people(ROWS, 100)).unwrap();
    let csv = issuer.text("people.csv");
    (issuer, csv)
}

fn batch<'a>(csv: &'a str, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["batch", "--type", "ontario-person", "--csv", csv, "--out", out][..], more].concat()
}

/// Changes the store behind the program's back, as a kill or an earlier version would have left it.
fn set(issuer: &Issuer, sql: &str) {
    rusqlite::Connection::open(issuer.path("store/issuer.sqlite3")).unwrap().execute_batch(sql).unwrap();
}

fn files(folder: &str) -> Vec<(String, String)> {
    let read = |entry: std::fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap())
    };
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap())).collect();
    all.sort();
    all
}

#[test]
fn an_output_that_is_gone_is_written_again() {
    let (issuer, csv) = store();
    let (folder, file) = (issuer.text("cards"), issuer.text("all.ndjson"));
    issuer.ok(&batch(&csv, &folder, &[]));
    let before = files(&folder);
    assert_eq!(before.len(), ROWS);
    for gone in [1, ROWS] {
        for (name, _) in before.iter().take(gone) {
            std::fs::remove_file(issuer.path("cards").join(name)).unwrap();
        }
        issuer.ok(&batch(&csv, &folder, &[]));
        assert_eq!(files(&folder), before);
    }
    issuer.ok(&batch(&csv, &file, &["--run", "2"]));
    let whole = std::fs::read(&file).unwrap();
    for kept in [0, 10, whole.len() / 2] {
        std::fs::write(&file, &whole[..kept]).unwrap();
        let output = issuer.run(&batch(&csv, &file, &["--run", "2"]));
        let stderr = String::from_utf8(output.stderr).unwrap();
        // Ten bytes could be anybody's.
        assert_eq!(output.status.success(), kept != 10, "{kept}: {stderr}");
        assert_eq!(std::fs::read(&file).unwrap() == whole, kept != 10, "{kept}");
    }
    assert_eq!(issuer.records().len(), 2 * ROWS);
}

#[test]
fn a_file_of_somebody_else_is_never_cut() {
    let (issuer, csv) = store();
    let file = issuer.text("all.ndjson");
    issuer.ok(&batch(&csv, &file, &[]));
    let whole = std::fs::read_to_string(&file).unwrap();
    let foreign = "{\"somebody\":\"else\"}\n".repeat(5_000);
    for state in [
        "",
        // Killed after the first chunk was recorded, and before the store knew that it is written.
        "UPDATE batch SET written = 0, length = 0, done = NULL",
        // Killed before anything was recorded.
        "UPDATE batch SET recorded = 0, written = 0, length = 0, done = NULL; DELETE FROM credential",
    ] {
        set(&issuer, state);
        std::fs::write(&file, &foreign).unwrap();
        assert!(issuer.fails(64, &batch(&csv, &file, &[])).contains("batch.output_taken"), "{state}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), foreign);
    }
    // Out of the way, the batch goes on; its own unfinished file, cut anywhere, is no obstacle.
    for own in ["", whole.split_at(whole.len() / ROWS / 2).0, whole.split_at(whole.len() / 2).0] {
        match own {
            "" => std::fs::remove_file(&file).unwrap(),
            own => std::fs::write(&file, own).unwrap(),
        }
        issuer.ok(&batch(&csv, &file, &[]));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), whole);
        set(&issuer, "UPDATE batch SET written = 0, length = 0, done = NULL");
    }
}

#[test]
fn a_batch_goes_on_with_the_options_that_it_was_begun_with() {
    let (issuer, csv) = store();
    let out = issuer.text("all.ndjson");
    issuer.ok(&batch(&csv, &out, &[]));
    issuer.ok(&["key", "rotate"]);
    for finished in [true, false] {
        if !finished {
            set(&issuer, "UPDATE batch SET written = 0, length = 0, done = NULL");
        }
        for (option, more) in [
            ("--suite", &["--suite", "eddsa-jcs-2022"][..]),
            ("--key", &["--key", "2"]),
            ("--no-keep", &["--no-keep"]),
            ("--no-status", &["--no-status"]),
        ] {
            for (lang, words) in [("en", "was begun with another"), ("fr", "a été commencé avec une autre option")] {
                let stderr = issuer.fails(64, &batch(&csv, &out, &[more, &["--lang", lang]].concat()));
                assert!(stderr.contains("batch.options_changed") && stderr.contains(words), "{stderr}");
                assert!(stderr.contains(&format!(" {option}")), "{stderr}");
            }
        }
        issuer.ok(&batch(&csv, &out, &["--key", "1"]));
    }
}

#[test]
fn a_retired_key_finishes_no_batch() {
    let (issuer, csv) = store();
    let out = issuer.text("all.ndjson");
    issuer.ok(&batch(&csv, &out, &[]));
    let whole = std::fs::read(&out).unwrap();
    let interrupt = "UPDATE batch SET written = 0, length = 0, done = NULL";
    set(&issuer, interrupt);
    issuer.ok(&["key", "rotate"]);
    issuer.ok(&batch(&csv, &out, &[]));
    assert_eq!(std::fs::read(&out).unwrap(), whole, "a key that was replaced finishes what it began");
    set(&issuer, interrupt);
    issuer.ok(&["key", "retire", "1"]);
    assert!(issuer.fails(64, &batch(&csv, &out, &[])).contains("key.retired"));
    issuer.ok(&batch(&csv, &issuer.text("anew.ndjson"), &["--run", "anew"]));
}

#[test]
fn no_status_is_given_only_if_it_is_asked_for() {
    let (issuer, csv) = store();
    set(&issuer, "UPDATE issuer SET status_base = NULL");
    let claims = example("claims/person.json");
    let out = issuer.text("all.ndjson");
    let issue = ["issue", "--type", "ontario-person", "--claims", &claims];
    for args in [&issue[..], &batch(&csv, &out, &[])] {
        assert!(issuer.fails(64, args).contains("status.no_base"));
        let french = issuer.fails(64, &[args, &["--lang", "fr"]].concat());
        assert!(french.contains("demande un statut") && french.contains("--no-status"), "{french}");
    }
    assert!(issuer.records().is_empty());
    assert!(!issuer.ok(&[&issue[..], &["--no-status"]].concat()).contains("credentialStatus"));
    issuer.ok(&batch(&csv, &out, &["--no-status"]));
    assert!(!std::fs::read_to_string(&out).unwrap().contains("credentialStatus"));
    // A store of did:key, made to try things out, issues with a warning.
    set(&issuer, "UPDATE issuer SET did = 'did:key'");
    let output = issuer.run(&issue);
    assert!(output.status.success() && String::from_utf8(output.stderr).unwrap().contains("cannot be revoked"));
}

#[test]
fn what_was_kept_is_what_was_issued() {
    let (issuer, _) = store();
    // Rows of several shapes: sex and height may be missing.
    let csv = example("claims/person.csv");
    for (run, suite) in ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc+jwt", "dc+sd-jwt"].into_iter().enumerate() {
        let out = issuer.text(&format!("{run}.ndjson"));
        issuer.ok(&batch(&csv, &out, &["--suite", suite, "--run", suite]));
        let text = std::fs::read_to_string(&out).unwrap();
        let records = issuer.records();
        // The newest first.
        let ids = records.iter().rev().skip(run * ROWS).map(|record| record["id"].as_str().unwrap());
        let mut lines = text.lines();
        for (id, line) in ids.zip(&mut lines) {
            let kept = issuer.ok(&["show", id]);
            assert_eq!(kept.trim_end(), line.trim_matches('"'));
            assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
        }
        assert!(lines.next().is_none());
    }
    let raw = rusqlite::Connection::open(issuer.path("store/issuer.sqlite3")).unwrap();
    let whole = "SELECT count(*) FROM credential WHERE base IS NULL";
    let whole: usize = raw.query_row(whole, [], |row| row.get(0)).unwrap();
    assert!(whole < 4 * ROWS - 10, "{whole} of {} are kept whole", 4 * ROWS);
    // What is not what was signed is not shown as if it were.
    let id = issuer.records()[3 * ROWS]["id"].as_str().unwrap().to_owned();
    issuer.ok(&["show", &id]);
    raw.execute("UPDATE body_base SET text = replace(text, 'Ontario', 'Onterio')", []).unwrap();
    raw.execute("UPDATE credential SET digest = zeroblob(32) WHERE base IS NULL", []).unwrap();
    issuer.fails(70, &["show", &id]);
}

#[test]
fn a_suite_that_takes_something_at_random_makes_the_same_credentials_again() {
    let (issuer, csv) = store();
    issuer.ok(&["key", "new", "--kind", "P-256"]);
    let out = issuer.text("all.ndjson");
    let args = batch(&csv, &out, &["--suite", "ecdsa-sd-2023"]);
    issuer.ok(&args);
    let first = std::fs::read_to_string(&out).unwrap();
    let named = |records: Vec<serde_json::Value>| -> Vec<_> {
        let name = |record: &serde_json::Value| (record["id"].clone(), record["statusListIndex"].clone());
        records.iter().map(name).collect()
    };
    let before = named(issuer.records());
    // Killed after the chunk was recorded, while it was written.
    set(&issuer, "UPDATE batch SET written = 0, length = 0, done = NULL");
    std::fs::write(&out, first.split_at(first.len() / 2).0).unwrap();
    let finished_twice = [issuer.ok(&args), issuer.ok(&args)];
    assert_eq!(finished_twice.len(), 2);
    let again = std::fs::read_to_string(&out).unwrap();
    assert_ne!(first, again, "the keys of a base proof are random");
    assert_eq!(named(issuer.records()), before);
    for (line, (id, _)) in again.lines().zip(before.iter().rev()) {
        assert_eq!(issuer.ok(&["show", id.as_str().unwrap()]).trim_end(), line);
    }
}

#[test]
fn a_value_that_no_suite_can_sign_costs_its_own_row_alone() {
    let issuer = Issuer::new("did:web:id.ontario.example");
    issuer.ok(&["key", "new", "--kind", "BLS12-381-G2"]);
    let claim = |name: &str, kind: &str, required: bool| {
        serde_json::json!({
            "name": name, "column": name, "pointer": format!("/credentialSubject/{name}"), "kind": kind,
            "required": required, "label": { "en": name, "fr": name },
        })
    };
    let context = "https://id.ontario.example/contexts/site/v1";
    let term = |name: &str| format!("https://id.ontario.example/vocab#{name}");
    let of = serde_json::json!({
        "format": "tamarack-credential-type/1", "name": "site", "version": "2.0",
        "contexts": ["https://www.w3.org/ns/credentials/v2", context],
        "contextDocuments": [{ "id": context, "document": { "@context": {
            "Site": term("Site"), "home": { "@id": term("home"), "@type": "@id" }, "contact": { "@id": term("contact"), "@type": "@id" },
            "visitors": term("visitors"),
        } } }],
        "types": ["VerifiableCredential", "Site"],
        "display": { "title": { "en": "Site", "fr": "Site" }, "description": { "en": "A site.", "fr": "Un site." } },
        "claims": [claim("home", "url", true), claim("contact", "string", false), claim("visitors", "integer", false)],
        "validity": { "years": 1 }, "suite": "BbsBlsSignature2020",
    });
    std::fs::write(issuer.path("site.json"), of.to_string()).unwrap();
    issuer.ok(&["type", "add", &issuer.text("site.json")]);
    let rows = [
        "https://a.example/,,3000000000",
        "https://a.example/#b#c,,1",
        "https://b.example/,the clerk,1",
        "urn:bnid:_:c14n0,,1",
        "urn:x:y,mailto:clerk@ontario.example,2",
    ];
    std::fs::write(issuer.path("sites.csv"), format!("home,contact,visitors\n{}\n", rows.join("\n"))).unwrap();
    let (csv, out) = (issuer.text("sites.csv"), issuer.text("sites.ndjson"));
    let said = issuer.fails(1, &["batch", "--type", "site", "--csv", &csv, "--out", &out]);
    assert!(said.contains("line 3, at /home: A claim is missing, unknown or malformed"), "{said}");
    assert!(
        said.contains("line 4, at /credentialSubject/contact: ") && said.contains("[jsonld.relative_iri]"),
        "{said}"
    );
    assert!(said.contains("line 5: ") && said.contains("[proof.disclosure]"), "{said}");
    assert!(said.contains("2 credentials issued, 3 rows refused.") && !said.contains("the clerk"), "{said}");
    assert!(std::fs::read_to_string(&out).unwrap().contains("\"visitors\":3000000000"));
}

#[test]
#[cfg(unix)]
fn a_batch_is_made_of_files() {
    let (issuer, csv) = store();
    for (table, out) in [("-", "all.ndjson"), ("/dev/null", "all.ndjson"), (&csv, "-"), (&csv, "/dev/null")] {
        let said = issuer.fails(64, &batch(table, out, &[]));
        assert!(said.contains("[batch.stream]"), "{said}");
    }
    assert!(issuer.records().is_empty());
}

#[test]
fn a_quote_that_is_never_closed_does_not_take_the_file() {
    let (issuer, csv) = store();
    let whole = std::fs::read_to_string(&csv).unwrap();
    let head = whole.lines().next().unwrap();
    let out = issuer.text("all.ndjson");
    for (before, line) in [(String::new(), 1), (format!("{head}\n"), 2), (whole.clone(), ROWS + 2)] {
        std::fs::write(issuer.path("open.csv"), [before.as_bytes(), b"\"", &vec![b'x'; 5 << 20]].concat()).unwrap();
        let said = issuer.fails(65, &batch(&issuer.text("open.csv"), &out, &[]));
        assert!(said.contains(&format!("line {line} ")) && said.contains("[batch.row_too_large]"), "{said}");
    }
}

#[test]
fn the_separator_is_none_that_csv_has_a_use_for() {
    let (issuer, csv) = store();
    let out = issuer.text("all.ndjson");
    for separator in ["\"", "\n", "\r", "", "::", "é"] {
        let said = issuer.fails(64, &batch(&csv, &out, &["--delimiter", separator]));
        assert!(said.contains("[batch.delimiter]"), "{said}");
    }
}
