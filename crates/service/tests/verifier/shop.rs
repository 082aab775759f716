//! A relying party's server that runs while it is not dropped.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tamarack::keys::{KeyType, SecretKey};
use tamarack::trust::TrustList;
use tamarack_net::{FetchOptions, Fetcher};
use tamarack_service::http::{Base, BaseUrl, Rate, Server, Settings, frame};
use tamarack_service::pages::error_page;
use tamarack_service::store::{Address, Database};
use tamarack_service::verifier::{Ask, ClientKey, Open, PairwiseSeals, PairwiseSecret, Verifier, VerifierSettings};
use tokio::sync::oneshot;

use crate::browser::{Browser, Page, agent};
use crate::phone::{issuer, now};

pub(crate) const TOKEN: &str = "a-token-of-the-shops-own-program";
pub(crate) const WEBHOOK_SECRET: &[u8] = b"a secret of the webhook";

const AGE: &str = r#"{"format":"tamarack-ask/1","name":"age","verifier":{"en":"Lakeside Store","fr":"Magasin du lac"},
    "title":{"en":"Show that you are 19 or older","fr":"Montrez que vous avez 19 ans ou plus"},
    "purpose":{"en":"We may sell this to adults only.","fr":"Nous ne pouvons vendre ceci qu’aux adultes."},
    "ageOver":19,"returnTo":["https://shop.example/done"],"origins":["https://shop.example"],"seconds":60,"retention":"nothing"}"#;

const NAME: &str = r#"{"format":"tamarack-ask/1","name":"name","verifier":{"en":"Counter","fr":"Comptoir"},
    "title":{"en":"Show who you are","fr":"Montrez qui vous êtes"},
    "purpose":{"en":"To find your file.","fr":"Pour trouver votre dossier."},
    "dcql":{"credentials":[{"id":"person","format":"ldp_vc",
        "meta":{"type_values":[["https://tamarack.example/ontario/vocab#OntarioPersonCredential"]]},
        "claims":[{"path":["credentialSubject","givenName"]}]}]},
    "labels":{"givenName":{"en":"Given name","fr":"Prénom"}},
    "showClaims":true,"encrypted":false,"retention":"nothing"}"#;

const SIGN_IN: &str = r#"{"format":"tamarack-ask/1","name":"sign-in","verifier":{"en":"Library","fr":"Bibliothèque"},
    "title":{"en":"Sign in","fr":"Ouvrir une session"},"purpose":{"en":"To lend you books.","fr":"Pour vous prêter des livres."},
    "dcql":{"credentials":[{"id":"person","format":"ldp_vc",
        "meta":{"type_values":[["https://tamarack.example/ontario/vocab#OntarioPersonCredential"]]},
        "claims":[{"path":["credentialSubject","givenName"]},{"path":["credentialSubject","ageOver18"]}]}]},
    "oidc":{"clients":[
        {"id":"library","redirectUris":["https://library.example/back"],
         "secretSha256":"fe44a14fa7c486f1f44149d427ffc8bf61615515edba078ed27d871ec356948d"},
        {"id":"old","redirectUris":["https://old.example/back"],"withoutPkce":true,
         "secretSha256":"fe44a14fa7c486f1f44149d427ffc8bf61615515edba078ed27d871ec356948d"},
        {"id":"app","redirectUris":["https://app.example/back?x=1"]},
        {"id":"app-2","redirectUris":["https://app.example/other"],"idTokenAlg":"ES256"},
        {"id":"group","redirectUris":["https://one.example/back","https://two.example/back"],"sector":"app.example"}],
        "claims":{"given_name":"givenName","adult":"ageOver18"}},
    "retention":"nothing"}"#;

const PAY: &str = r#"{"format":"tamarack-ask/1","name":"pay","verifier":{"en":"Lakeside Store","fr":"Magasin du lac"},
    "title":{"en":"Pay","fr":"Payer"},"purpose":{"en":"To pay for your order.","fr":"Pour payer votre commande."},
    "dcql":{"credentials":[{"id":"card","format":"dc+sd-jwt","meta":{"vct_values":["https://bank.example/card"]},
        "claims":[{"path":["last4"]}]}]},
    "transactionData":[{"type":"payment","credentials":["card"],"data":{"payee":"Lakeside Store"},"fields":["amount"],
        "text":{"en":"Pay { amount } to Lakeside Store.","fr":"Payer { amount } au Magasin du lac."}}],
    "encrypted":false,"retention":"nothing"}"#;

const CONSENT: &str = r#"{"format":"tamarack-ask/1","name":"consent","verifier":{"en":"Lakeside Store","fr":"Magasin du lac"},
    "title":{"en":"Yearly payment","fr":"Paiement annuel"},"purpose":{"en":"For your membership.","fr":"Pour votre adhésion."},
    "dcql":{"credentials":[{"id":"card","format":"dc+sd-jwt","meta":{"vct_values":["https://bank.example/card"]},
        "claims":[{"path":["last4"]}]}]},
    "transactionData":[{"type":"payment","credentials":["card"],"data":{"payee":"Lakeside Store","amount":"20 $"},
        "text":{"en":"Pay 20 $ each year.","fr":"Payer 20 $ chaque année."}}],
    "labels":{"last4":{"en":"Last four digits","fr":"Quatre derniers chiffres"}},"showClaims":true,"retention":"nothing"}"#;

const ME: &str = r#"{"format":"tamarack-ask/1","name":"me","verifier":{"en":"Forum","fr":"Forum"},
    "title":{"en":"Sign in","fr":"Ouvrir une session"},"purpose":{"en":"To know you again.","fr":"Pour vous reconnaître."},
    "idToken":true,"showClaims":true,"retention":"nothing",
    "oidc":{"clients":[{"id":"forum","redirectUris":["https://forum.example/back"]},
        {"id":"chat","redirectUris":["https://chat.example/back"]}]}}"#;

const ME_AND_NAME: &str = r#"{"format":"tamarack-ask/1","name":"me-and-name","verifier":{"en":"Forum","fr":"Forum"},
    "title":{"en":"Register","fr":"Inscription"},"purpose":{"en":"To know you.","fr":"Pour vous connaître."},
    "dcql":{"credentials":[{"id":"person","format":"ldp_vc",
        "meta":{"type_values":[["https://tamarack.example/ontario/vocab#OntarioPersonCredential"]]},
        "claims":[{"path":["credentialSubject","givenName"]}]}]},
    "idToken":true,"encrypted":false,"retention":"nothing"}"#;

/// The secret of the client `library`.
pub(crate) const LIBRARY_SECRET: &str = "the secret of the library: %+/";

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// How a shop is set up.
pub(crate) struct Setup {
    /// The name of the host.
    pub(crate) host: &'static str,
    /// How wallets know it.
    pub(crate) client: Box<dyn FnOnce(&BaseUrl) -> ClientKey + Send>,
    /// The key before this one.
    pub(crate) previous: Option<u8>,
    pub(crate) passphrase: Option<&'static str>,
    pub(crate) webhook: Option<String>,
    /// The path of the base URL.
    pub(crate) path: &'static str,
    /// What else is to be otherwise.
    pub(crate) change: fn(&mut VerifierSettings),
}

impl Default for Setup {
    fn default() -> Self {
        Self::with_key(9)
    }
}

impl Setup {
    pub(crate) fn with_key(seed: u8) -> Self {
        let client = move |base: &BaseUrl| ClientKey::of_did(base, key(seed)).unwrap();
        Self {
            host: "127.0.0.1",
            client: Box::new(client),
            previous: None,
            passphrase: None,
            webhook: None,
            path: "",
            change: |_| {},
        }
    }
}

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(KeyType::P256, &[seed; 32]).unwrap()
}

pub(crate) struct Shop {
    pub(crate) url: String,
    pub(crate) folder: PathBuf,
    owns: bool,
    stop: Option<oneshot::Sender<()>>,
    ended: Option<std::thread::JoinHandle<()>>,
}

impl Shop {
    pub(crate) fn open() -> Self {
        Self::set_up(Setup::default())
    }

    pub(crate) fn set_up(setup: Setup) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tamarack-shop-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self::start(&folder, None, setup, true)
    }

    /// Below a path, with other settings.
    pub(crate) fn with(path: &'static str, change: fn(&mut VerifierSettings)) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tamarack-shop-{}-{number}-with", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self::start(&folder, None, Setup { path, change, ..Setup::default() }, true)
    }

    /// Another server on the same database, with other settings.
    pub(crate) fn replica_with(&self, change: fn(&mut VerifierSettings)) -> Self {
        Self::start(&self.folder, None, Setup { change, ..Setup::default() }, false)
    }

    /// With a webhook.
    pub(crate) fn telling(webhook: &str) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tamarack-shop-{}-{number}-webhook", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self::start(&folder, None, Setup { webhook: Some(webhook.to_owned()), ..Setup::default() }, true)
    }

    /// Another server on the same database, with a webhook.
    pub(crate) fn replica_telling(&self, webhook: &str) -> Self {
        Self::start(&self.folder, None, Setup { webhook: Some(webhook.to_owned()), ..Setup::default() }, false)
    }

    /// On a database that others use as well.
    pub(crate) fn on(database: &str) -> Self {
        Self::start(&std::env::temp_dir(), Some(database), Setup::default(), false)
    }

    /// Another server on the same database.
    pub(crate) fn replica(&self) -> Self {
        self.replica_set_up(Setup::default())
    }

    /// The same, set up in another way.
    pub(crate) fn replica_set_up(&self, setup: Setup) -> Self {
        Self::start(&self.folder, None, setup, false)
    }

    fn start(folder: &Path, database: Option<&str>, setup: Setup, owns: bool) -> Self {
        let (ready, url) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let file = folder.join("verifier.sqlite");
        let address = database.map_or(Address::File(file), |url| Address::parse(url).unwrap());
        let age = match &setup.webhook {
            Some(url) => AGE.replace(r#""seconds""#, &format!(r#""webhook":"{url}","seconds""#)),
            None => AGE.to_owned(),
        };
        let ended = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind("127.0.0.1:0", None).await.unwrap();
                let url = format!("http://{}:{}{}", setup.host, server.address().unwrap().port(), setup.path);
                let base_url = BaseUrl::parse(&url).unwrap();
                let client = (setup.client)(&base_url);
                let mut frame_settings = Settings::new(base_url);
                frame_settings.rate = Rate { per_minute: 60_000, burst: 10_000 };
                let base = Base::with_error_page(frame_settings, error_page);
                let trust = format!(
                    r#"{{"version":1,"name":{{"en":"t","fr":"t"}},"issued":"2026-01-01T00:00:00Z","issuers":[{{
                    "did":"{}","name":{{"en":"Ontario","fr":"Ontario"}},"types":["*"]}}]}}"#,
                    issuer()
                );
                let database = Database::open(&address, now()).await.unwrap();
                let previous = setup.previous.map(key);
                let seals =
                    PairwiseSeals { client: &client, previous: previous.as_ref(), passphrase: setup.passphrase };
                let pairwise = PairwiseSecret::open(&database, &seals).await.unwrap();
                let mut settings = VerifierSettings {
                    asks: [age.as_str(), NAME, SIGN_IN, PAY, CONSENT, ME, ME_AND_NAME]
                        .map(|ask| Ask::parse(ask.as_bytes()).unwrap())
                        .to_vec(),
                    trust: TrustList::parse(trust.as_bytes()).unwrap(),
                    client,
                    fetcher: Fetcher::new(FetchOptions::default()),
                    api_tokens: vec![TOKEN.to_owned()],
                    webhook_secret: Some(WEBHOOK_SECRET.to_vec()),
                    pairwise: Some(pairwise),
                    wallet: None,
                    open: Open::default(),
                };
                (setup.change)(&mut settings);
                let verifier = Verifier::new(settings, base.clone(), database.clone()).unwrap();
                ready.send(url).unwrap();
                let telling = tokio::spawn(verifier.clone().deliver_webhooks());
                server.run(frame(verifier.routes(), &base), async { drop(stopped.await) }).await;
                telling.abort();
                database.close().await;
            });
        });
        let folder = folder.to_owned();
        Self { url: url.recv().unwrap(), folder, owns, stop: Some(stop), ended: Some(ended) }
    }

    /// Ends the server, and leaves its folder to others.
    pub(crate) fn detach(mut self) -> Self {
        drop(self.stop.take());
        let _ = self.ended.take().map(std::thread::JoinHandle::join);
        self.owns = false;
        self
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// The relying party's program.
    pub(crate) fn begin(&self, ask: &str) -> serde_json::Value {
        let page = self.post("/requests", TOKEN, &serde_json::json!({ "ask": ask }));
        assert_eq!(page.status, 201, "{}", page.text);
        page.json()
    }

    pub(crate) fn post(&self, path: &str, token: &str, body: &serde_json::Value) -> Page {
        let request = agent().post(format!("{}{path}", self.url)).header("authorization", format!("Bearer {token}"));
        Page::of(request.header("content-type", "application/json").send(body.to_string()).unwrap())
    }

    pub(crate) fn read(&self, id: &str) -> Page {
        let request = agent().get(format!("{}/requests/{id}", self.url));
        Page::of(request.header("authorization", format!("Bearer {TOKEN}")).call().unwrap())
    }

    /// The program says that it has what was proved.
    pub(crate) fn confirm(&self, id: &str) -> Page {
        let request = agent().delete(format!("{}/requests/{id}", self.url));
        Page::of(request.header("authorization", format!("Bearer {TOKEN}")).call().unwrap())
    }

    /// All bytes of the database's files.
    pub(crate) fn stored(&self) -> Vec<u8> {
        let files = std::fs::read_dir(&self.folder).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.ended.take().map(std::thread::JoinHandle::join);
        if self.owns {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}
