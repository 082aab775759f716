//! A town asks its residents, each of them once: a pseudonym that only this town can recognize.

use super::{Demo, Scene, path};

/// The towns that ask.
const TOWN: &str = "https://town.example";
const NEIGHBOUR: &str = "https://neighbour.example";

impl Demo<'_> {
    /// A card bound to a secret of its holder, shown twice to one town and once to another.
    pub(super) fn consultation(&self) -> Result<Vec<Scene>, String> {
        self.say(
            "\n8. Her wallet draws a secret and commits to it; the province issues a proof of age that is bound to it.",
            "\n8. Son portefeuille tire un secret et s’engage; la province délivre une preuve d’âge liée à ce secret.",
        );
        let secrets = self.dir.join("hers.secrets");
        let commitment = self.wallet(&["holder", "commit", "--bound-to", "both", "--out", path(&secrets)?])?;
        self.write("commitment.json", commitment.as_bytes())?;
        let (claims, sent) = (self.root.join("examples/claims/age.json"), self.dir.join("commitment.json"));
        let issue = ["issue", "--type", "ontario-age", "--claims", path(&claims)?, "--commitment", path(&sent)?];
        let bound = self.issuer("province", &issue)?;
        self.write("bound.json", &bound)?;

        self.say(
            "   A town asks its residents one question; she answers twice, and once in the neighbouring town.\n",
            "   Une ville pose une question à sa population; elle répond deux fois, et une fois dans la ville voisine.\n",
        );
        let answers = [
            self.vote(TOWN, "question-1", "answer-1.json")?,
            self.vote(TOWN, "question-2", "answer-2.json")?,
            self.vote(NEIGHBOUR, "question-3", "answer-3.json")?,
        ];
        let heads = [
            ("The town, first answer:", "La ville, première réponse :"),
            ("The town, second answer:", "La ville, seconde réponse :"),
            ("The neighbouring town:", "La ville voisine :"),
        ];
        for ((en, fr), pseudonym) in heads.into_iter().zip(&answers) {
            println!("     {:<28} {}…", self.lang.of(en, fr), pseudonym.chars().take(24).collect::<String>());
        }
        let [first, second, elsewhere] = &answers;
        if first != second || first == elsewhere {
            return Err(format!("a pseudonym is the same for one verifier, and for it alone: {answers:?}"));
        }
        self.say(
            "   The town counts one answer, and knows no name. The two towns cannot find out that she is the same person.",
            "   La ville compte une réponse, sans connaître de nom. Les deux villes ne peuvent savoir qu’il s’agit d’elle.",
        );
        let at =
            |town: &'static str, nonce: &'static str| ["--require-pseudonym", "--domain", town, "--challenge", nonce];
        Ok(vec![
            self.scene(
                ("A town asks for a pseudonym", "Une ville demande un pseudonyme"),
                "accept",
                "answer-1.json",
                &at(TOWN, "question-1"),
            )?,
            self.scene(
                ("Her answer is passed on to the other town", "Sa réponse est transmise à l’autre ville"),
                "reject",
                "answer-1.json",
                &at(NEIGHBOUR, "question-1"),
            )?,
        ])
    }

    /// Shows to a town that she is an adult, under her pseudonym there, which comes back.
    fn vote(&self, town: &str, nonce: &str, out: &str) -> Result<String, String> {
        let (card, secrets) = (self.dir.join("bound.json"), self.dir.join("hers.secrets"));
        let (file, trust) = (self.dir.join(out), self.dir.join("trust.json"));
        let what = ["present", path(&card)?, "--age-over", "18", "--holder-secrets", path(&secrets)?];
        let whom = ["--audience", town, "--nonce", nonce, "--yes", "--out", path(&file)?];
        self.wallet(&[&what[..], &whom].concat())?;
        let asked = ["verify", "--json", "--claims", "--require-pseudonym", "--trust", path(&trust)?];
        let whose = ["--domain", town, "--challenge", nonce, path(&file)?];
        let output = self.verifier(&[&asked[..], &whose].concat())?;
        let verdict: serde_json::Value =
            serde_json::from_slice(&output.stdout).map_err(|error| format!("{out}: {error}"))?;
        let pseudonym = verdict["proved"][0]["pseudonym"].as_str();
        pseudonym.map(str::to_owned).ok_or_else(|| format!("{out}: no pseudonym: {verdict}"))
    }
}
