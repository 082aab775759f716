//! `serve`: the relying party's server.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use tamarack::keys::{KeyType, SecretKey};
use tamarack::verify::MaxAge;
use tamarack::{Evidence, Randomness as _, SystemRandomness, encoding::base64url_encode, limits};
use tamarack_cli::{
    Exit, Failure, KEY_FILE_BYTES, Passphrase, ServerOptions, Terminal, database_address, given_passphrase,
    make_private_folder, read_input, read_secret_key, write_secret,
};
use tamarack_net::{FetchOptions, Fetcher, When};
use tamarack_service::http::{
    Base, BaseUrl, LogForm, Rate, Server, Settings, StartError, TlsFiles, frame, metrics_on_this_machine,
    metrics_routes, runtime, shutdown_signal, start_log,
};
use tamarack_service::pages::error_page;
use tamarack_service::signers::{SignerError, SigningKey};
use tamarack_service::store::{Address, Database, StoreError};
use tamarack_service::verifier::{
    Ask, AskError, CertificateName, ClientKey, Open, PairwiseError, PairwiseSeals, PairwiseSecret, Verifier,
    VerifierSettings,
};
use zeroize::Zeroizing;

use crate::{sources, values};

/// The files of a store in a folder.
const DATABASE_FILE: &str = "verifier.sqlite";
const KEY_FILE: &str = "request-key.jwk";
const TOKEN_FILE: &str = "api-token";
/// Characters that a token or a secret must have, so that nobody guesses it.
const SECRET_CHARS: usize = 22;
/// Bytes of a file with tokens or a secret.
const TOKEN_BYTES: usize = 4_096;

pub(crate) fn run(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let text = |name| values::text(matches, name);
    let options = ServerOptions::of(matches);
    let base_url = BaseUrl::parse(&options.base_url).map_err(|error| start(error, matches))?;
    let fetcher =
        sources::fetcher(matches, MaxAge::default())?.unwrap_or_else(|| Fetcher::new(FetchOptions::default()));
    let asks = asks(matches)?;
    let signer = text("trust-signer");
    let trust_file = text("trust").unwrap_or_default();
    let trust = sources::trust_list(trust_file, signer, &mut Evidence::none(), Some(&fetcher), When::Now)?;

    let store = Store::of(matches)?;
    let client = client(&base_url, store.key(matches, terminal)?, matches)?;
    let previous = text("previous-key").map(|path| read_secret_key(path, matches, terminal)).transpose()?;
    let keys = Keys { previous, passphrase: given_passphrase(matches)? };
    let settings = VerifierSettings {
        asks,
        trust,
        client,
        fetcher,
        api_tokens: store.tokens(matches, terminal)?,
        webhook_secret: text("webhook-secret").map(webhook_secret).transpose()?,
        pairwise: None,
        wallet: text("wallet").map(str::to_owned),
        open: Open { resolver: matches.get_flag("open-resolver"), vc_api: matches.get_flag("open-vc-api") },
    };
    let rate = Rate::per_minute(options.rate);
    let frame_settings = Settings { proxies: options.proxies, rate, ..Settings::new(base_url) };
    let base = Base::with_error_page(frame_settings, error_page);
    let form = if options.json_log { LogForm::Json } else { LogForm::Text };
    let log = start_log(form, options.verbose, "tamarack-verifier");
    let _log = log.map_err(|error| start(error, matches))?;

    let runtime = runtime(options.workers).map_err(|_| Failure::new(Exit::Internal, "serve.runtime"))?;
    runtime.block_on(async {
        let database = Database::open(&store.address, values::now()).await.map_err(|error| store_failure(&error))?;
        let pairwise = pairwise(&database, &settings, &keys).await?;
        serve(matches, terminal, VerifierSettings { pairwise, ..settings }, base, database, &options).await
    })
}

/// What opens what the store keeps sealed, beside the key of the requests.
struct Keys {
    previous: Option<SecretKey>,
    passphrase: Option<Passphrase>,
}

/// The secret of pairwise subjects, if anybody asks for them.
async fn pairwise(
    database: &Database,
    settings: &VerifierSettings,
    keys: &Keys,
) -> Result<Option<PairwiseSecret>, Failure> {
    if settings.asks.iter().all(|ask| ask.oidc.is_none()) {
        return Ok(None);
    }
    let passphrase = keys.passphrase.as_ref().map(|text| text.as_str());
    let seals = PairwiseSeals { client: &settings.client, previous: keys.previous.as_ref(), passphrase };
    PairwiseSecret::open(database, &seals).await.map(Some).map_err(|error| match error {
        PairwiseError::Store(error) => store_failure(&error),
        PairwiseError::Fault(fault) => fault.into(),
        error => Failure::new(Exit::Usage, error.code()),
    })
}

/// `migrate`: the tables brought to this version, as [`run`] does it when it begins.
pub(crate) fn migrate(matches: &ArgMatches, terminal: &Terminal) -> Result<Exit, Failure> {
    let store = Store::of(matches)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|_| Failure::new(Exit::Internal, "serve.runtime"))?;
    let migrated = runtime.block_on(async {
        let (database, migrated) = Database::open_and_tell(&store.address, values::now()).await?;
        database.close().await;
        Ok(migrated)
    });
    let done = migrated.map_err(|error| store_failure(&error))?;
    if terminal.json() {
        let told = serde_json::json!({"part": done.part, "from": done.from, "to": done.to});
        terminal.json_line(&serde_json::json!({ "tables": [told] }))?;
    } else {
        let sentence = if done.from == done.to { "tables-current" } else { "tables-migrated" };
        let names = [("part", done.part.into()), ("from", done.from.into()), ("to", done.to.into())];
        terminal.line(&terminal.format(sentence, &names))?;
    }
    Ok(Exit::Ok)
}

async fn serve(
    matches: &ArgMatches,
    terminal: &Terminal,
    settings: VerifierSettings,
    base: Base,
    database: Database,
    options: &ServerOptions,
) -> Result<Exit, Failure> {
    let verifier =
        Verifier::new(settings, base.clone(), database.clone()).map_err(|error| ask_failure(&error, "--ask"))?;
    let tls = options.tls.as_ref();
    let tls = tls.map(|(chain, key)| TlsFiles { certificates: chain.into(), key: key.into() });
    let mut all = verifier.routes();
    if let Some(here) = metrics_on_this_machine(&base).filter(|_| options.metrics_listen.is_none()) {
        all = all.merge(here);
    }
    let server = Server::bind(&options.listen, tls.as_ref()).await.map_err(|error| start(error, matches))?;
    let at = server.address().map_err(|error| start(error, matches))?.to_string();
    let url = base.url().as_str().to_owned();
    terminal.say(&terminal.format("serve-ready", &[("url", url.into()), ("address", at.into())]));
    let metrics = match &options.metrics_listen {
        Some(address) => {
            let unheard = |error: StartError| Failure::new(Exit::Usage, error.code()).with("address", address);
            let server = Server::bind(address, None).await.map_err(unheard)?;
            let at = server.address().map_err(unheard)?.to_string();
            terminal.say(&terminal.format("serve-metrics-at", &[("address", at.into())]));
            Some(tokio::spawn(server.run(metrics_routes(&base), std::future::pending())))
        }
        None => None,
    };
    let cleaning = tokio::spawn(verifier.clone().keep_clean());
    let telling = tokio::spawn(verifier.clone().deliver_webhooks());
    server.run(frame(all, &base), shutdown_signal()).await;
    cleaning.abort();
    telling.abort();
    metrics.inspect(tokio::task::JoinHandle::abort);
    database.close().await;
    terminal.say(&terminal.text("serve-ended"));
    Ok(Exit::Ok)
}

/// How the server names itself to wallets: by a DID, or by a certificate.
fn client(base_url: &BaseUrl, key: SigningKey, matches: &ArgMatches) -> Result<ClientKey, Failure> {
    let Some(path) = values::text(matches, "request-cert") else {
        return ClientKey::of_did(base_url, key).map_err(|error| start(error, matches));
    };
    let name = match values::text(matches, "client-id") {
        Some("x509_san_dns") => CertificateName::SanDns,
        _ => CertificateName::Hash,
    };
    let pem = read_input(path, limits::INPUT_BYTES)?;
    let named = ClientKey::of_certificate(base_url, key, &pem, name, values::now());
    named.map_err(|error| {
        Failure::new(Exit::Usage, error.code()).with("file", path).with("host", base_url.host().to_owned())
    })
}

/// The secret of `--webhook-secret`: the file's text, without white space around it.
fn webhook_secret(path: &str) -> Result<Vec<u8>, Failure> {
    let bytes = Zeroizing::new(read_input(path, TOKEN_BYTES)?);
    let secret = bytes.trim_ascii();
    // One that can be guessed is none.
    match secret.len() < SECRET_CHARS {
        true => Err(Failure::new(Exit::Data, "serve.secret_short").with("file", path)),
        false => Ok(secret.to_vec()),
    }
}

/// The files of `--ask`.
fn asks(matches: &ArgMatches) -> Result<Vec<Ask>, Failure> {
    let paths = matches.get_many::<String>("ask").into_iter().flatten();
    paths
        .map(|path| {
            let bytes = read_input(path, limits::INPUT_BYTES)?;
            Ask::parse(&bytes).map_err(|error| ask_failure(&error, path))
        })
        .collect()
}

/// Where the server remembers things: a folder with everything in it, or a shared database with the files named one by one.
struct Store {
    address: Address,
    folder: Option<PathBuf>,
}

impl Store {
    fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        if let Some(url) = database_address(matches) {
            let address = Address::parse(&url).map_err(|error| store_failure(&error))?;
            return Ok(Self { address, folder: None });
        }
        let folder = PathBuf::from(values::text(matches, "store").unwrap_or("tamarack-verifier"));
        make_private_folder(&folder)
            .map_err(|_| Failure::new(Exit::Usage, "serve.folder").with("file", folder.display()))?;
        Ok(Self { address: Address::File(folder.join(DATABASE_FILE)), folder: Some(folder) })
    }

    /// The key of `--key` or `--key-elsewhere`, or that of the folder, which is made if it is not there: replicas on one
    /// database need the same.
    fn key(&self, matches: &ArgMatches, terminal: &Terminal) -> Result<SigningKey, Failure> {
        if let Some(path) = values::text(matches, "key") {
            return read_secret_key(path, matches, terminal).map(SigningKey::from);
        }
        if let Some(path) = values::text(matches, "key-elsewhere") {
            return SigningKey::of_file(&read_input(path, KEY_FILE_BYTES)?).map_err(|error| signer_failure(&error));
        }
        let folder = self.folder.as_deref().ok_or_else(|| Failure::new(Exit::Usage, "serve.key_missing"))?;
        let path = text_of(&folder.join(KEY_FILE));
        if !Path::new(&path).exists() {
            write_secret(&path, SecretKey::generate(KeyType::P256)?.expose_jwk().as_bytes())?;
        }
        read_secret_key(&path, matches, terminal).map(SigningKey::from)
    }

    /// The tokens of `--api-token`, one a line; or that of the folder, which is made if it is not there.
    fn tokens(&self, matches: &ArgMatches, terminal: &Terminal) -> Result<Vec<String>, Failure> {
        let path = match (values::text(matches, "api-token"), &self.folder) {
            (Some(path), _) => path.to_owned(),
            (None, None) => return Ok(Vec::new()),
            (None, Some(folder)) => {
                let path = text_of(&folder.join(TOKEN_FILE));
                if !Path::new(&path).exists() {
                    let mut bytes = [0; 32];
                    SystemRandomness.fill(&mut bytes)?;
                    write_secret(&path, base64url_encode(&bytes).as_bytes())?;
                    terminal.say(&terminal.format("serve-token-made", &[("file", path.as_str().into())]));
                }
                path
            }
        };
        let bytes = read_input(&path, TOKEN_BYTES)?;
        let lines = String::from_utf8_lossy(&bytes);
        let tokens: Vec<String> =
            lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        // A token that can be guessed is none.
        match tokens.is_empty() || tokens.iter().any(|token| token.len() < SECRET_CHARS) {
            true => Err(Failure::new(Exit::Data, "serve.token_short").with("file", path)),
            false => Ok(tokens),
        }
    }
}

fn text_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn start(error: StartError, matches: &ArgMatches) -> Failure {
    let text = |name| values::text(matches, name).unwrap_or_default();
    let failure = Failure::new(Exit::Usage, error.code());
    match error {
        StartError::BaseUrl => failure.with("url", text("base-url")),
        StartError::Listen => failure.with("address", text("listen")),
        StartError::Certificate => failure.with("file", text("tls-cert")),
        _ => failure.with("file", text("tls-key")),
    }
}

fn signer_failure(error: &SignerError) -> Failure {
    let exit = match error {
        SignerError::Place | SignerError::NotBuilt | SignerError::Kind => Exit::Usage,
        _ => Exit::Unavailable,
    };
    Failure::new(exit, error.code()).with("reason", error)
}

fn ask_failure(error: &AskError, path: &str) -> Failure {
    if let Some(fault) = &error.fault {
        return Failure::from(fault.clone());
    }
    let failure = Failure::new(Exit::Data, error.code);
    failure.with("file", path).with("pointer", &error.pointer).with("about", &error.about)
}

/// The words for what is wrong with the database depend on no language but ours.
fn store_failure(error: &StoreError) -> Failure {
    let (exit, code) = match error {
        StoreError::Address => (Exit::Usage, "serve.database_address"),
        StoreError::TooNew => (Exit::Data, "serve.database_newer"),
        StoreError::Busy => (Exit::Unavailable, "serve.database_busy"),
        _ => (Exit::Unavailable, "serve.database"),
    };
    Failure::new(exit, code)
}

/// Every code of this command that is not of the service's own lists, for the test of the texts.
#[cfg(test)]
pub(crate) const CODES: &[&str] = &[
    "serve.runtime",
    "serve.folder",
    "serve.key_missing",
    "serve.token_short",
    "serve.secret_short",
    "serve.database_address",
    "serve.database_newer",
    "serve.database_busy",
    "serve.database",
];
