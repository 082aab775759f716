//! What she is asked: the wallet's consent screen as text, a consent that stands for a month, and her history.

use serde_json::Value;

use super::Demo;
use super::scene::Scene;
use super::services::{Service, said};

/// The folder of her wallet.
const WALLET: &str = "resident";

impl Demo<'_> {
    /// She keeps both cards in her wallet, is asked once, and agrees for a month.
    pub(super) fn consent(&self, verifier: &Service) -> Result<Vec<Scene>, String> {
        for (of, claims) in [("ontario-age", "age.json"), ("ontario-person", "person.json")] {
            let (link, _) = self.offer(of, claims, false)?;
            self.in_wallet(&["offers", "accept", &link, "--trust", "office-trust.json", "--yes"])?;
        }
        let first = self.begin(verifier, "age-19")?;
        let screen = self.in_wallet(&["requests", "answer", link(&first), "--yes", "--remember", "30"])?;
        self.say(
            "   What her wallet asks her, and she agrees:",
            "   Ce que son portefeuille lui demande; elle consent :",
        );
        println!("   ┌{}", "─".repeat(78));
        screen.lines().for_each(|line| println!("   │ {line}"));
        println!("   └{}", "─".repeat(78));
        let title = (
            "She shows her proof of age, and keeps a receipt of her consent",
            "Elle montre sa preuve d’âge et garde un reçu de son consentement",
        );
        let mut scenes = vec![self.judged(verifier, title, "accept", &first)?];
        // Nobody is there to say yes: the consent stands, for this store, this purpose and this claim.
        let again = self.begin(verifier, "age-19")?;
        self.in_wallet(&["requests", "answer", link(&again)])?;
        let title = (
            "The store asks the same again within the month: told once",
            "Le magasin redemande la même chose dans le mois : dit une fois",
        );
        scenes.push(self.judged(verifier, title, "accept", &again)?);
        let other = self.begin(verifier, "counter")?;
        let asked = self.wallet_in_folder(&["requests", "answer", link(&other)])?;
        scenes.push(Scene {
            title: self
                .lang
                .of(
                    "The counter asks for her name; nobody says yes",
                    "Le comptoir demande son nom; personne ne consent",
                )
                .to_owned(),
            expected: "reject",
            outcome: if asked.status.success() { "accept" } else { "reject" }.to_owned(),
            why: said(&asked),
        });
        let history = self.wallet_in_folder(&["history"])?;
        self.say("   Her history, which nobody else has:", "   Son historique, que personne d’autre n’a :");
        String::from_utf8_lossy(&history.stdout).lines().for_each(|line| println!("   {}", line.replace('\t', "  ")));
        Ok(scenes)
    }

    /// What the wallet said to her.
    fn in_wallet(&self, args: &[&str]) -> Result<String, String> {
        let output = self.wallet_in_folder(args)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Err(said(&output))
    }

    fn wallet_in_folder(&self, args: &[&str]) -> Result<std::process::Output, String> {
        self.wallet_at_home(&[args, &["--wallet", WALLET]].concat())
    }
}

fn link(begun: &Value) -> &str {
    begun["wallet"].as_str().unwrap_or_default()
}
