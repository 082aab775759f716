//! A relying party's server that runs while it is not dropped.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tamarack::keys::{KeyType, SecretKey};
use tamarack::trust::TrustList;
use tamarack_net::{FetchOptions, Fetcher};
use tamarack_service::http::{Base, BaseUrl, Rate, Server, Settings, frame};
use tamarack_service::pages::error_page;
use tamarack_service::store::{Address, Database};
use tamarack_service::verifier::{Ask, ClientKey, Open, Verifier, VerifierSettings};
use tokio::sync::oneshot;

use crate::browser::{Browser, Page, agent};
use crate::phone::{issuer, now};

pub(crate) const TOKEN: &str = "a-token-of-the-shops-own-program";
pub(crate) const WEBHOOK_SECRET: &[u8] = b"a secret of the webhook";

const AGE: &str = r#"{"format":"tamarack-ask/1","name":"age","verifier":{"en":"Lakeside Store","fr":"Magasin du lac"},
    "title":{"en":"Show that you are 19 or older","fr":"Montrez que vous avez 19 ans ou plus"},
    "purpose":{"en":"We may sell this to adults only.","fr":"Nous ne pouvons vendre ceci qu’aux adultes."},
    "ageOver":19,"returnTo":["https://shop.example/done"],"seconds":60,"retention":"nothing"}"#;

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
        {"id":"app","redirectUris":["https://app.example/back?x=1"]},
        {"id":"app-2","redirectUris":["https://app.example/other"],"idTokenAlg":"ES256"},
        {"id":"group","redirectUris":["https://one.example/back","https://two.example/back"],"sector":"app.example"}],
        "claims":{"given_name":"givenName","adult":"ageOver18"}},
    "retention":"nothing"}"#;
/// The secret of the client `library`.
pub(crate) const LIBRARY_SECRET: &str = "the secret of the library: %+/";

static NUMBER: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Shop {
    pub(crate) url: String,
    pub(crate) folder: PathBuf,
    owns: bool,
    stop: Option<oneshot::Sender<()>>,
    ended: Option<std::thread::JoinHandle<()>>,
}

impl Shop {
    pub(crate) fn open() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tamarack-shop-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self::start(&folder, None, None, true)
    }

    /// Below a path, with other settings.
    pub(crate) fn with(path: &'static str, change: fn(&mut VerifierSettings)) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tamarack-shop-{}-{number}-with", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self::begin_at(&folder, None, None, true, (path, change))
    }

    /// Another server on the same database, with other settings.
    pub(crate) fn replica_with(&self, change: fn(&mut VerifierSettings)) -> Self {
        Self::begin_at(&self.folder, None, None, false, ("", change))
    }

    /// With a webhook.
    pub(crate) fn telling(webhook: &str) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tamarack-shop-{}-{number}-webhook", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self::start(&folder, None, Some(webhook), true)
    }

    /// Another server on the same database, with a webhook.
    pub(crate) fn replica_telling(&self, webhook: &str) -> Self {
        Self::start(&self.folder, None, Some(webhook), false)
    }

    /// On a database that others use as well.
    pub(crate) fn on(database: &str) -> Self {
        Self::start(&std::env::temp_dir(), Some(database), None, false)
    }

    /// Another server on the same database.
    pub(crate) fn replica(&self) -> Self {
        Self::start(&self.folder, None, None, false)
    }

    fn start(folder: &Path, database: Option<&str>, webhook: Option<&str>, owns: bool) -> Self {
        Self::begin_at(folder, database, webhook, owns, ("", |_| {}))
    }

    fn begin_at(
        folder: &Path,
        database: Option<&str>,
        webhook: Option<&str>,
        owns: bool,
        (path, change): (&'static str, fn(&mut VerifierSettings)),
    ) -> Self {
        let (ready, url) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let file = folder.join("verifier.sqlite");
        let address = database.map_or(Address::File(file), |url| Address::parse(url).unwrap());
        let age = match webhook {
            Some(url) => AGE.replace(r#""seconds""#, &format!(r#""webhook":"{url}","seconds""#)),
            None => AGE.to_owned(),
        };
        let ended = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind("127.0.0.1:0", None).await.unwrap();
                let url = format!("http://{}{path}", server.address().unwrap());
                let base_url = BaseUrl::parse(&url).unwrap();
                let key = SecretKey::from_bytes(KeyType::P256, &[9; 32]).unwrap();
                let client = ClientKey::of_did(&base_url, key).unwrap();
                let mut frame_settings = Settings::new(base_url);
                frame_settings.rate = Rate { per_minute: 60_000, burst: 10_000 };
                let base = Base::with_error_page(frame_settings, error_page);
                let trust = format!(
                    r#"{{"version":1,"name":{{"en":"t","fr":"t"}},"issued":"2026-01-01T00:00:00Z","issuers":[{{
                    "did":"{}","name":{{"en":"Ontario","fr":"Ontario"}},"types":["*"]}}]}}"#,
                    issuer()
                );
                let mut settings = VerifierSettings {
                    asks: [age.as_str(), NAME, SIGN_IN].map(|ask| Ask::parse(ask.as_bytes()).unwrap()).to_vec(),
                    trust: TrustList::parse(trust.as_bytes()).unwrap(),
                    client,
                    fetcher: Fetcher::new(FetchOptions::default()),
                    api_tokens: vec![TOKEN.to_owned()],
                    webhook_secret: Some(WEBHOOK_SECRET.to_vec()),
                    wallet: "openid4vp://".to_owned(),
                    open: Open::default(),
                };
                change(&mut settings);
                let database = Database::open(&address, now()).await.unwrap();
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
