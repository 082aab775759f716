//! The built program on PostgreSQL: the same commands do the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

#[allow(dead_code, reason = "others run a store in a folder")]
mod common;
// Included, not linked: the testkit brings a second build of the core.
#[allow(dead_code, unreachable_pub, reason = "others kill the server")]
#[path = "../../testkit/src/postgres.rs"]
mod postgres;

use std::process::{Command, Output};

use common::{example, people};
use postgres::Postgres;
use serde_json::Value;

struct Office {
    address: String,
}

impl Office {
    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamarack-issuer"));
        command.env("TAMARACK_PASSPHRASE", "larch needles fall").env("LC_ALL", "C");
        command.args(["--database", &self.address]).args(args).output().unwrap()
    }

    fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn the_commands_do_the_same_on_postgresql() {
    let Some(server) = Postgres::start().unwrap() else {
        eprintln!("no PostgreSQL on this machine: not tried");
        return;
    };
    let office = Office { address: server.database("office").unwrap() };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // Who may make tables makes them first; whose they are is said by `init`.
    let migrated = |json: &str| -> Vec<(i64, i64)> {
        let told: Value = serde_json::from_str(json).unwrap();
        let tables = told["tables"].as_array().unwrap().iter();
        tables.map(|one| (one["from"].as_i64().unwrap(), one["to"].as_i64().unwrap())).collect()
    };
    let first = migrated(&office.ok(&["database", "migrate", "--json"]));
    assert!(first.len() == 2 && first.iter().all(|(from, to)| *from == 0 && *to > 0), "{first:?}");
    assert_eq!(office.run(&["list"]).status.code(), Some(64), "nobody's yet");
    let again = migrated(&office.ok(&["database", "migrate", "--json"]));
    assert_eq!(again, first.iter().map(|(_, to)| (*to, *to)).collect::<Vec<_>>());
    let init = ["init", "--did", "did:web:id.ontario.example"];
    office.ok(&init);
    assert_eq!(office.run(&init).status.code(), Some(64));
    office.ok(&["type", "add", &example("types/person-2.0.json")]);
    let claims = example("claims/person.json");
    let issue = ["issue", "--type", "ontario-person", "--claims", &claims, "--id", "urn:example:card"];
    let card: Value = serde_json::from_str(&office.ok(&issue)).unwrap();
    assert_eq!(office.run(&issue).status.code(), Some(64), "an id is used once");
    let shown: Value = serde_json::from_str(&office.ok(&["show", "urn:example:card"])).unwrap();
    assert_eq!(shown, card);

    std::fs::write(path("people.csv"), people(1_200, 100)).unwrap();
    let batch = ["batch", "--type", "ontario-person", "--csv", &path("people.csv"), "--out", &path("out.ndjson")];
    assert_eq!(office.run(&batch).status.code(), Some(1), "a hundredth of the rows is refused");
    let lines = std::fs::read_to_string(path("out.ndjson")).unwrap();
    assert_eq!(lines.lines().count(), 1_188);
    assert_eq!(office.ok(&["list"]).lines().count(), 1_189);
    for line in lines.lines().step_by(297) {
        let issued: Value = serde_json::from_str(line).unwrap();
        let kept: Value = serde_json::from_str(&office.ok(&["show", issued["id"].as_str().unwrap()])).unwrap();
        assert_eq!(kept, issued);
    }
    assert_eq!(office.run(&batch).status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(path("out.ndjson")).unwrap(), lines, "again changes nothing");
    office.ok(&["suspend", "urn:example:card"]);
    office.ok(&["reinstate", "urn:example:card"]);
    office.ok(&["revoke", "urn:example:card"]);
    assert!(office.ok(&["list", "--limit", "2000"]).contains("revoked"));
    office.ok(&["status", "publish", "--out", &path("status")]);
    assert_eq!(std::fs::read_dir(path("status")).unwrap().count(), 3);
    office.ok(&["key", "rotate"]);
    assert_eq!(office.ok(&["key", "list"]).lines().count(), 2);
    assert!(office.ok(&["audit", "check"]).contains(':'));
}
