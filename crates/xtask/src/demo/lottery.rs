//! The lottery clerk: age without a birth date, without a name, and without being recognized.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Demo, Scene, path};

/// How a lottery counter is called.
const LOTTERY: &str = "https://lottery.example";

impl Demo<'_> {
    /// The province issues proofs of age to two residents; one of them shows hers at two counters.
    pub(super) fn lottery(&self) -> Result<Vec<Scene>, String> {
        self.say(
            "6. The province makes a BBS key and issues anonymous proofs of age to two residents.",
            "6. La province crée une clé BBS et délivre des preuves d’âge anonymes à deux personnes.",
        );
        self.issuer("province", &["key", "new", "--kind", "BLS12-381-G2"])?;
        let document = self.issuer("province", &["did"])?;
        self.write("public/.well-known/did.json", &document)?;
        let age = self.root.join("examples/types/age-2.0.json");
        self.issuer("province", &["type", "add", path(&age)?])?;
        let claims = self.root.join("examples/claims/age.json");
        let issue = ["issue", "--type", "ontario-age", "--claims", path(&claims)?];
        for name in ["age.json", "neighbour.json"] {
            let credential = self.issuer("province", &issue)?;
            self.write(name, &credential)?;
        }

        self.say(
            "7. She shows a lottery clerk that she is 19 or older; a second counter asks as well.\n",
            "7. Elle montre à un guichet de loterie qu’elle a 19 ans ou plus; un second guichet le demande aussi.\n",
        );
        self.say("   What her wallet holds:", "   Ce que contient son portefeuille :");
        let listed = self.wallet(&["disclosable", path(&self.dir.join("age.json"))?])?;
        for line in listed.lines() {
            println!("     {line}");
        }
        let first = self.show("age.json", "counter-1", "shown-1.json")?;
        let second = self.show("age.json", "counter-2", "shown-2.json")?;
        let neighbour = self.show("neighbour.json", "counter-3", "shown-3.json")?;

        self.say("\n   What the clerk sees:", "\n   Ce que voit le guichet :");
        let (trust, shown) = (self.dir.join("trust.json"), self.dir.join("shown-1.json"));
        let asked = ["--claims", "--domain", LOTTERY, "--challenge", "counter-1"];
        let verdict = self.verifier(&[&["verify", "--trust", path(&trust)?], &asked[..], &[path(&shown)?]].concat())?;
        for line in seen(&String::from_utf8_lossy(&verdict.stdout)) {
            println!("     {line}");
        }

        let (hers, theirs) = (shared(&first, &second), shared(&first, &neighbour));
        self.say(
            "\n   What her two showings have in common, beside the words of the format:",
            "\n   Ce que ses deux présentations ont en commun, outre les mots du format :",
        );
        hers.iter().for_each(|value| println!("     {value}"));
        if hers != theirs {
            return Err(format!("her showings share more than a neighbour's does: {hers:?}, {theirs:?}"));
        }
        self.say(
            "   Her neighbour’s showing has exactly the same in common with hers: they cannot be told apart.",
            "   Celle de sa voisine a exactement la même chose en commun avec les siennes : on ne peut les distinguer.",
        );

        let to = |nonce: &'static str| ["--domain", LOTTERY, "--challenge", nonce];
        Ok(vec![
            self.scene(
                ("The lottery clerk asks for 19 or older", "Le guichet de loterie demande : 19 ans ou plus?"),
                "accept",
                "shown-1.json",
                &to("counter-1"),
            )?,
            self.scene(
                ("The second counter asks the same", "Le second guichet demande la même chose"),
                "accept",
                "shown-2.json",
                &to("counter-2"),
            )?,
            self.scene(
                ("Somebody copied the first showing", "Quelqu’un a copié la première présentation"),
                "reject",
                "shown-1.json",
                &to("counter-2"),
            )?,
            self.scene(
                ("The stored credential itself is shown", "Le justificatif conservé est montré tel quel"),
                "reject",
                "age.json",
                &to("counter-1"),
            )?,
        ])
    }

    /// Shows that the holder of a credential is 19 or older, to the lottery. `--yes` stands for the person's consent.
    fn show(&self, credential: &str, nonce: &str, out: &str) -> Result<Value, String> {
        let (credential, file) = (self.dir.join(credential), self.dir.join(out));
        let what = ["present", path(&credential)?, "--age-over", "19", "--audience", LOTTERY, "--nonce", nonce];
        self.wallet(&[&what[..], &["--yes", "--out", path(&file)?]].concat())?;
        let bytes = std::fs::read(&file).map_err(|e| format!("{out}: {e}"))?;
        serde_json::from_slice(&bytes).map_err(|e| format!("{out}: {e}"))
    }

    /// The wallet's program. Secrets that it keeps are sealed with the demo's passphrase.
    pub(super) fn wallet(&self, args: &[&str]) -> Result<String, String> {
        let mut command = Command::new(self.program("tamarack-wallet"));
        command.args(args).args(["--lang", self.lang.name()]).env("TAMARACK_PASSPHRASE", "demo only");
        let output = command.stdin(Stdio::null()).output().map_err(|e| e.to_string())?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!("tamarack-wallet {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr)))
    }
}

/// Of the verifier's page, the answer and what was proved.
fn seen(page: &str) -> Vec<&str> {
    let proved = page
        .lines()
        .skip_while(|line| !line.starts_with("Proved by") && !line.starts_with("Prouvé par"))
        .take_while(|line| !line.is_empty());
    page.lines().take(1).chain(proved).collect()
}

/// The values that stand in both documents, with their places.
fn shared(one: &Value, two: &Value) -> BTreeSet<String> {
    let values = |document: &Value| {
        let mut found = BTreeSet::new();
        collect(document, "", &mut found);
        found
    };
    values(one).intersection(&values(two)).cloned().collect()
}

fn collect(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| collect(value, &format!("{at}/{key}"), found)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, at, found)),
        // The format's own words: contexts, types, how it was signed and by which key of the issuer.
        _ if at.starts_with("/@context")
            || at.ends_with("type")
            || at.starts_with("/proof/") && at != "/proof/proofValue" => {}
        value => drop(found.insert(format!("{at}  {value}"))),
    }
}
