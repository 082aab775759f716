//! Other people's implementations from npm accept what we issue and derive, and we accept what they issue and derive.
//!
//! Without Node or without its packages (`cargo xtask test opponents` installs them) these tests say that they saw nothing
//! of them; with `TAMARACK_OPPONENTS=required` that is a failure.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "tests may stop at the first surprise"
)]

#[path = "node/bbs_2020.rs"]
mod bbs_2020;
#[path = "../../service/tests/verifier/browser.rs"]
#[allow(dead_code, reason = "the browser of the service's tests")]
mod browser;
#[path = "node/data_integrity.rs"]
mod data_integrity;
#[path = "node/did_auth_siop.rs"]
mod did_auth_siop;
#[path = "node/oid4_client.rs"]
mod oid4_client;
#[path = "node/oid4vci.rs"]
mod oid4vci;
#[path = "node/oid4vci_served.rs"]
mod oid4vci_served;
#[path = "node/openid4vp.rs"]
mod openid4vp;
#[path = "node/openid_client.rs"]
mod openid_client;
#[allow(dead_code, reason = "the programs of another test")]
mod programs;
#[path = "node/provider.rs"]
mod provider;
#[path = "node/sd_jwt.rs"]
mod sd_jwt;
#[path = "node/wallets.rs"]
mod wallets;

use std::sync::LazyLock;
use std::time::SystemTime;

use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::verify::{CheckId, CheckResult};
use tamarack::{Evidence, Policy, Timestamp, json, verify};
use tamarack_testkit::node::Node;

/// The time of this run: some libraries sign with a clock of their own. Cards are valid for years.
static NOW: LazyLock<Timestamp> = LazyLock::new(|| {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_unix(since.as_secs().try_into().unwrap())
});

/// A key that both sides know, by its secret.
struct Known {
    secret: Vec<u8>,
    key: SecretKey,
    did: String,
    method: String,
}

impl Known {
    fn new(kind: KeyType, number: u8) -> Self {
        let secret = vec![number; 32];
        let key = SecretKey::from_bytes(kind, &secret).unwrap();
        let multikey = key.public_key().to_multikey();
        Self { secret, key, did: format!("did:key:{multikey}"), method: format!("did:key:{multikey}#{multikey}") }
    }

    /// As the scripts take it.
    fn shared(&self) -> serde_json::Value {
        let secret = tamarack::encoding::base64url_encode(&self.secret);
        serde_json::json!({"id": self.method, "secret": secret})
    }
}

/// What came of the tests against one library.
#[derive(Default)]
struct Tally {
    good: [usize; 4],
    bad: Vec<String>,
}

/// Who judged what.
#[derive(Clone, Copy)]
enum Side {
    /// They took what we made.
    TheyAccept,
    /// We took what they made.
    WeAccept,
    /// They refused what they should.
    TheyRefuse,
    /// We refused what we should.
    WeRefuse,
}

impl Tally {
    fn record(&mut self, side: Side, name: &str, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.good[side as usize] += 1,
            Err(why) => self.bad.push(format!("{name}: {why}")),
        }
    }

    /// Records what should have been refused.
    fn refused<T>(&mut self, side: Side, name: &str, outcome: Result<T, String>) {
        self.record(side, name, if outcome.is_err() { Ok(()) } else { Err("not refused".to_owned()) });
    }

    fn close(self, library: &str) {
        let [they, we, they_refuse, we_refuse] = self.good;
        eprintln!(
            "{library}: they accept {they} of ours, we accept {we} of theirs; forged: they refuse {they_refuse}, we refuse \
             {we_refuse}; {} surprises",
            self.bad.len()
        );
        self.bad.iter().for_each(|line| eprintln!("  {line}"));
        assert!(self.bad.is_empty(), "{library}: {} surprises", self.bad.len());
        assert!(self.good.iter().all(|count| *count > 0), "{library}: something was not tried");
    }
}

/// What a library does otherwise than its specification says, by its manifest of lines `name<TAB>reason`. What stands there must
/// be met each time, or its line is out of date.
struct Deviations {
    known: Vec<(&'static str, &'static str)>,
    met: Vec<&'static str>,
}

impl Deviations {
    fn of(manifest: &'static str) -> Self {
        Self { known: tamarack_testkit::manifest(manifest), met: Vec::new() }
    }

    /// That this fails, in these words, since the library deviates.
    fn meet<T: std::fmt::Debug>(
        &mut self,
        tally: &mut Tally,
        name: &'static str,
        outcome: Result<T, String>,
        words: &str,
    ) {
        match outcome {
            Err(why) if why.contains(words) && self.known.iter().any(|(known, _)| *known == name) => {
                self.met.push(name)
            }
            other => tally.bad.push(format!("{name}: not the deviation of the manifest: {other:?}")),
        }
    }

    fn close(self, tally: &mut Tally) {
        for (name, reason) in self.known {
            match self.met.contains(&name) {
                true => eprintln!("  deviation: {name}: {reason}"),
                false => tally.bad.push(format!("{name}: stands in the manifest and was not met")),
            }
        }
    }
}

/// Runs a test against a library, or says that it cannot be seen.
fn against(library: &str, test: impl FnOnce(&mut Node, &mut Tally)) {
    match Node::start() {
        Ok(mut node) => {
            let mut tally = Tally::default();
            test(&mut node, &mut tally);
            tally.close(library);
        }
        Err(why) if std::env::var_os("TAMARACK_OPPONENTS").is_some_and(|value| value == "required") => {
            panic!("{library}: {why}")
        }
        Err(why) => eprintln!("{library}: unseen: {why}"),
    }
}

/// Our verdict on what was proved: status lists and schemas are not at hand here, everything else must pass.
fn judge(input: &[u8], policy: &Policy) -> Result<(), String> {
    judge_at(input, policy, *NOW)
}

fn judge_at(input: &[u8], policy: &Policy, now: Timestamp) -> Result<(), String> {
    let verdict = verify(input, policy, &Evidence::none(), now).map_err(|error| format!("{error:?}"))?;
    let passed = |id: CheckId| verdict.checks().iter().any(|check| check.id == id && check.result == CheckResult::Pass);
    let wrong = |check: &&tamarack::Check| {
        check.result == CheckResult::Fail
            || (check.result == CheckResult::Undetermined && !matches!(check.id, CheckId::Status | CheckId::Schema))
    };
    match verdict.checks().iter().find(wrong) {
        Some(check) => Err(format!("{check:?}")),
        None if passed(CheckId::Proof) && passed(CheckId::KeyAuthorized) => Ok(()),
        None => Err("no proof was checked".to_owned()),
    }
}

fn judge_json(document: &serde_json::Value, policy: &Policy) -> Result<(), String> {
    judge(document.to_string().as_bytes(), policy)
}

fn to_theirs(document: &json::Object<'_>) -> serde_json::Value {
    serde_json::from_str(&json::to_string(&json::Value::Object(document.clone()))).unwrap()
}

fn to_ours(document: &serde_json::Value) -> json::Object<'static> {
    match json::parse(document.to_string().as_bytes()).unwrap().into_owned() {
        json::Value::Object(object) => object,
        other => panic!("not an object: {other:?}"),
    }
}
