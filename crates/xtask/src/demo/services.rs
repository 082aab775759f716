//! The same over HTTP: the issuing and the verifying service as processes on SQLite, and a wallet from offer to verdict.

use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::scene::{Scene, report, telling};
use super::{Demo, Lang, http, id_of, path, trust_list};

/// How long a revocation may take to be seen.
const LISTS: Duration = Duration::from_millis(5_500);

/// Both services. They end when this is dropped.
pub(super) struct Running {
    issuer: Service,
    verifier: Service,
}

pub(super) struct Service {
    child: Child,
    url: String,
    /// Where its figures are, on this computer alone.
    metrics: Option<String>,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Says where the pages are and how to go on by hand, and leaves the services up until Ctrl-C ends all of it.
    pub(super) fn wait(mut self, demo: &Demo<'_>) -> Result<(), String> {
        let lang = demo.lang;
        let (issuer, verifier) = (&self.issuer.url, &self.verifier.url);
        let wallet = demo.program("tamarack-wallet");
        println!("\n{}", lang.of("Both services are still up:", "Les deux services restent en marche :"));
        for (what, url) in [
            (lang.of("the store’s pages", "les pages du magasin"), format!("{verifier}/")),
            (lang.of("  prove your age", "  prouver son âge"), format!("{verifier}/ask/age-19")),
            (lang.of("  the service counter", "  le comptoir de services"), format!("{verifier}/ask/counter")),
            (
                lang.of("the province, for wallets", "la province, pour les portefeuilles"),
                format!("{issuer}/.well-known/openid-credential-issuer"),
            ),
            (lang.of("  its DID document", "  son document DID"), format!("{issuer}/.well-known/did.json")),
        ] {
            println!("  {what:<38} {url}");
        }
        if let Some(metrics) = &self.issuer.metrics {
            println!("  {:<38} {metrics}", lang.of("  its figures", "  ses mesures"));
        }
        let how = lang.of(
            "Open a page, choose “Continue”, copy the link behind “Open my wallet”, and answer it as she would:",
            "Ouvrez une page, choisissez « Continuer », copiez le lien « Ouvrir mon portefeuille » et répondez comme elle :",
        );
        println!("\n{how}");
        println!(
            "  {} requests answer 'LINK' --credential {} --credential {} --holder-key {}",
            wallet.display(),
            demo.dir.join("proof-of-age.json").display(),
            demo.dir.join("photo-card.json").display(),
            demo.dir.join("resident.jwk").display(),
        );
        println!("\n{}", lang.of("Ctrl-C ends them.", "Ctrl-C les arrête."));
        loop {
            for service in [&mut self.issuer, &mut self.verifier] {
                if let Some(status) = service.child.try_wait().map_err(|e| e.to_string())? {
                    return if status.success() { Ok(()) } else { Err(format!("{}: {status}", service.url)) };
                }
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Demo<'_> {
    /// Starts both services and plays the scenes.
    pub(super) fn services(&self) -> Result<Running, String> {
        println!();
        self.say(
            "9. The province’s issuing service and the store’s verifying service start, each on an SQLite file.",
            "9. Le service d’émission de la province et le service de vérification du magasin démarrent, chacun sur SQLite.",
        );
        let issuer = self.issuing_service()?;
        let verifier = self.verifying_service()?;
        let running = Running { issuer, verifier };
        self.say(
            "10. A resident’s wallet makes a key, and takes up what the province offers.",
            "10. Le portefeuille d’une résidente crée une clé et accepte ce que la province lui offre.",
        );
        let mut scenes = self.offers()?;
        self.say(
            "11. The store and a service counter ask; her wallet answers, and their service judges.",
            "11. Le magasin et un comptoir de services demandent; son portefeuille répond, leur service juge.",
        );
        scenes.extend(self.requests(&running.verifier)?);
        report(&scenes, self.lang)?;
        println!();
        self.say(
            "12. The same with a wallet in a folder, encrypted: both cards, one consent screen, a receipt and a history.",
            "12. La même chose avec un portefeuille chiffré : deux cartes, un écran de consentement, un reçu, un historique.",
        );
        let scenes = self.consent(&running.verifier)?;
        report(&scenes, self.lang)?;
        Ok(running)
    }

    fn issuing_service(&self) -> Result<Service, String> {
        let port = free_port()?;
        let url = format!("http://localhost:{port}");
        let did = format!("did:web:localhost%3A{port}");
        let types = self.root.join("examples/types");
        self.issuer("office", &["init", "--did", &did, "--status-base", &format!("{url}/status")])?;
        self.issuer("office", &["key", "new", "--kind", "BLS12-381-G2"])?;
        for name in ["person-2.0.json", "age-2.0.json"] {
            self.issuer("office", &["type", "add", path(&types.join(name))?])?;
        }
        self.write("office-trust.json", trust_list(&did).as_bytes())?;
        let listen = format!("127.0.0.1:{port}");
        let inside = format!("127.0.0.1:{}", free_port()?);
        let serve = ["serve", "--base-url", &url, "--listen", &listen, "--metrics-listen", &inside];
        let mut service = self.start(self.issuer_command("office", &serve), url, "issuer.log")?;
        service.metrics = Some(format!("http://{inside}/metrics"));
        Ok(service)
    }

    fn verifying_service(&self) -> Result<Service, String> {
        let port = free_port()?;
        let url = format!("http://localhost:{port}");
        let mut command = Command::new(self.program("tamarack-verifier"));
        command.args(["serve", "--trust"]).arg(self.dir.join("office-trust.json"));
        command.arg("--store").arg(self.dir.join("shop"));
        for name in ["age-19.json", "counter.json"] {
            command.arg("--ask").arg(self.root.join("examples/asks").join(name));
        }
        command.args(["--base-url", &url, "--listen", &format!("127.0.0.1:{port}"), "--lang", self.lang.name()]);
        self.start(command, url, "verifier.log")
    }

    fn start(&self, mut command: Command, url: String, log: &str) -> Result<Service, String> {
        let log = std::fs::File::create(self.dir.join(log)).map_err(|e| e.to_string())?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let service = Service { child: child.map_err(|e| e.to_string())?, url, metrics: None };
        http::wait(&service.url)?;
        Ok(service)
    }

    /// What the wallet makes of offers: with a wrong code, with the right one, once more, and one without a code.
    fn offers(&self) -> Result<Vec<Scene>, String> {
        self.wallet_ok(&["key", "new", "--out", "resident.jwk"])?;
        let (link, code) = self.offer("ontario-person", "person.json", true)?;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let guessed = self.accept(&link, Some(wrong), "photo-card.json")?;
        let begun = Instant::now();
        let taken = self.accept(&link, Some(&code), "photo-card.json")?;
        let took = begun.elapsed().as_millis();
        let again = self.accept(&link, Some(&code), "again.json")?;
        let (link, _) = self.offer("ontario-age", "age.json", false)?;
        let proof = self.accept(&link, None, "proof-of-age.json")?;
        let (link, _) = self.offer("ontario-person", "person.json", false)?;
        let lost = self.accept(&link, None, "lost-card.json")?;
        let scene = |en, fr, expected, output: &Output, why: (&str, &str)| Scene {
            title: self.lang.of(en, fr).to_owned(),
            expected,
            outcome: if output.status.success() { "accept" } else { "reject" }.to_owned(),
            // What was to be refused, with the protocol's word for it.
            why: match (output.status.success(), expected) {
                (true, "accept") => self.lang.of(why.0, why.1).to_owned(),
                (false, "reject") => self.refused(output, why),
                _ => said(output),
            },
        };
        let seconds = format!("{}.{:02}", took / 1000, took % 1000 / 10);
        let (en, fr) = (
            format!("Bound to her key, verified before it is kept; {seconds} s."),
            format!("Liée à sa clé, vérifiée avant d’être conservée; {} s.", seconds.replace('.', ",")),
        );
        if !lost.status.success() {
            return Err(said(&lost));
        }
        Ok(vec![
            scene(
                "Somebody found her offer and guesses the code",
                "Quelqu’un a trouvé son offre et devine le code",
                "reject",
                &guessed,
                (
                    "The code is not that of the offer (invalid_grant).",
                    "Le code n’est pas celui de l’offre (invalid_grant).",
                ),
            ),
            scene(
                "She takes it up with the code from the letter: photo card",
                "Elle l’accepte avec le code de la lettre : carte-photo",
                "accept",
                &taken,
                (&en, &fr),
            ),
            scene(
                "The same offer once more",
                "La même offre une seconde fois",
                "reject",
                &again,
                ("An offer is good once (not_found).", "Une offre ne sert qu’une fois (not_found)."),
            ),
            scene(
                "She takes up a second offer: proof of age",
                "Elle accepte une seconde offre : preuve d’âge",
                "accept",
                &proof,
                ("Anonymous: it names nobody.", "Anonyme : elle ne nomme personne."),
            ),
        ])
    }

    /// What comes of the store's requests.
    fn requests(&self, verifier: &Service) -> Result<Vec<Scene>, String> {
        let lost = std::fs::read(self.dir.join("lost-card.json")).map_err(|e| e.to_string())?;
        self.issuer("office", &["revoke", &id_of(&lost)?])?;
        let revoked = Instant::now();
        let begun = self.begin(verifier, "age-19")?;
        let first = self.answer(&begun, "proof-of-age.json")?;
        if !first.status.success() {
            return Err(said(&first));
        }
        let title = (
            "The store asks: 19 or older? She shows her proof of age",
            "Le magasin demande : 19 ans ou plus? Elle montre sa preuve d’âge",
        );
        let mut scenes = vec![self.judged(verifier, title, "accept", &begun)?];
        let again = self.answer(&begun, "proof-of-age.json")?;
        scenes.push(Scene {
            title: self
                .lang
                .of("Somebody answers the same request once more", "Quelqu’un répond encore à la même demande")
                .to_owned(),
            expected: "reject",
            outcome: if again.status.success() { "accept" } else { "reject" }.to_owned(),
            why: self.refused(
                &again,
                ("A request takes one answer (expired).", "Une demande ne prend qu’une réponse (expired)."),
            ),
        });
        // The province's service makes its status lists anew every five seconds.
        std::thread::sleep(LISTS.saturating_sub(revoked.elapsed()));
        let title = ("A lost card that the province has revoked", "Une carte perdue, que la province a révoquée");
        scenes.push(self.shown(verifier, title, "reject", ("counter", "lost-card.json"))?);
        let title = ("The counter asks for her name; she agrees", "Le comptoir demande son nom; elle consent");
        scenes.push(self.shown(verifier, title, "accept", ("counter", "photo-card.json"))?);
        Ok(scenes)
    }

    /// A request from its beginning to the verdict.
    fn shown(
        &self,
        verifier: &Service,
        title: (&str, &str),
        expected: &'static str,
        (ask, credential): (&str, &str),
    ) -> Result<Scene, String> {
        let begun = self.begin(verifier, ask)?;
        let answered = self.answer(&begun, credential)?;
        if !answered.status.success() {
            return Err(said(&answered));
        }
        self.judged(verifier, title, expected, &begun)
    }

    /// What the service judged, and what of the person it handed over.
    pub(super) fn judged(
        &self,
        verifier: &Service,
        (en, fr): (&str, &str),
        expected: &'static str,
        begun: &Value,
    ) -> Result<Scene, String> {
        let id = begun["id"].as_str().unwrap_or_default();
        let result = http::get(&format!("{}/requests/{id}", verifier.url), &self.token()?)?["result"].take();
        let shown = &result["presentations"][0];
        let claims = shown["proved"]["claims"].as_array().map(Vec::as_slice).unwrap_or_default();
        let told: Vec<String> = claims.iter().map(|claim| told(claim, self.lang)).collect();
        let why = telling(&shown["checks"], self.lang).unwrap_or_else(|| match self.lang {
            Lang::En => format!("What it learned: {}; nothing else.", told.join(", ")),
            Lang::Fr => format!("Ce qu’il apprend : {}; rien d’autre.", told.join(", ")),
        });
        let outcome = result["outcome"].as_str().unwrap_or("?").to_owned();
        Ok(Scene { title: self.lang.of(en, fr).to_owned(), expected, outcome, why })
    }

    pub(super) fn begin(&self, verifier: &Service, ask: &str) -> Result<Value, String> {
        http::post(&format!("{}/requests", verifier.url), &self.token()?, &json!({ "ask": ask }))
    }

    fn token(&self) -> Result<String, String> {
        let token = std::fs::read_to_string(self.dir.join("shop/api-token")).map_err(|e| format!("api-token: {e}"))?;
        Ok(token.trim().to_owned())
    }

    pub(super) fn offer(&self, of: &str, claims: &str, tx_code: bool) -> Result<(String, String), String> {
        let claims = self.root.join("examples/claims").join(claims);
        let mut args = vec!["offer", "--json", "--type", of, "--claims", path(&claims)?];
        args.extend(tx_code.then_some("--tx-code"));
        let made: Value = serde_json::from_slice(&self.issuer("office", &args)?).map_err(|e| e.to_string())?;
        let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        Ok((text("link"), text("txCode")))
    }

    /// `--yes` stands for the person's consent, here and in [`Self::answer`].
    fn accept(&self, link: &str, code: Option<&str>, out: &str) -> Result<Output, String> {
        let mut args = vec!["offers", "accept", link, "--holder-key", "resident.jwk", "--yes", "--out", out];
        args.extend(code.iter().flat_map(|code| ["--tx-code", code]));
        self.wallet_at_home(&args)
    }

    fn answer(&self, begun: &Value, credential: &str) -> Result<Output, String> {
        let link = begun["wallet"].as_str().unwrap_or_default();
        let args = ["requests", "answer", link, "--credential", credential, "--holder-key", "resident.jwk", "--yes"];
        self.wallet_at_home(&args)
    }

    /// Why a service refused: the sentence, if its word for it is the one in brackets; else what the wallet said.
    fn refused(&self, output: &Output, (en, fr): (&str, &str)) -> String {
        let said = said(output);
        let word = en.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(word, _)| word);
        if said.contains(word) { self.lang.of(en, fr).to_owned() } else { said }
    }

    fn wallet_ok(&self, args: &[&str]) -> Result<(), String> {
        let output = self.wallet_at_home(args)?;
        if output.status.success() { Ok(()) } else { Err(said(&output)) }
    }

    /// The wallet in the folder of the demo. Its own folder is encrypted under the demo's passphrase.
    pub(super) fn wallet_at_home(&self, args: &[&str]) -> Result<Output, String> {
        let mut command = Command::new(self.program("tamarack-wallet"));
        command.args(args).args(["--lang", self.lang.name()]).current_dir(self.dir);
        command.env("TAMARACK_PASSPHRASE", "demo only").stdin(Stdio::null());
        command.output().map_err(|e| e.to_string())
    }
}

/// The sentence with which a program refused, without its code and its hint.
pub(super) fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.ends_with(']')).unwrap_or_default();
    let sentence = line.split_once(": ").map_or(line, |(_, sentence)| sentence);
    sentence.rsplit_once(" [").map_or(sentence, |(sentence, _)| sentence).to_owned()
}

/// The last step of a claim's path, with its value.
fn told(claim: &Value, lang: Lang) -> String {
    let name = claim["path"].as_array().and_then(|path| path.last()).and_then(Value::as_str).unwrap_or("?");
    let value = match &claim["values"][0] {
        Value::Bool(true) => lang.of("yes", "oui").to_owned(),
        Value::Bool(false) => lang.of("no", "non").to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let name = match name.strip_prefix("ageOver") {
        Some(age) => lang.of("{} or older", "{} ans ou plus").replace("{}", age),
        None if name == "givenName" => lang.of("given name", "prénom").to_owned(),
        None if name == "familyName" => lang.of("family name", "nom de famille").to_owned(),
        None => name.to_owned(),
    };
    match lang {
        Lang::En => format!("{name}: {value}"),
        Lang::Fr => format!("{name} : {value}"),
    }
}

/// A free port. Another process may take it in between; then the service says so.
fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|e| e.to_string())
}
