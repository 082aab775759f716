//! `serve`: the issuing service.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tamarack::x509::Chain;
use tamarack_cli::{Exit, Failure, ServerOptions, read_input};
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_service::http::{
    Base, BaseUrl, LogForm, Rate, Server, Settings, StartError, TlsFiles, frame, health, metrics_on_this_machine,
    metrics_routes, runtime, shutdown_signal, start_log,
};
use tamarack_service::issuer::{Citizens, IssuerService, IssuerSettings, ServiceError, routes};
use tamarack_service::operator::{Operator, OperatorFile};
use tamarack_service::pages::error_page_without_home;
use tamarack_service::sign_in::{SettingsError, read_providers};
use tamarack_service::store::Database;
use zeroize::Zeroizing;

use super::Invocation;
use crate::store::{Address, Cause, StoreError};

/// Bytes of a file of API keys or of attesters' keys.
const FILE_BYTES: usize = 65_536;
/// Bytes of a settings file.
const SETTINGS_BYTES: usize = 1 << 20;
/// Characters that an API key must have, so that nobody guesses it.
const API_KEY: usize = 32;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let place = job.place()?;
    if let Address::File(file) = place.address()
        && !file.is_file()
    {
        return Err(StoreError(Cause::Missing).into());
    }
    let options = ServerOptions::of(job.matches);
    let base_url = BaseUrl::parse(&options.base_url).map_err(start_failure)?;
    let mut settings = settings(job)?;
    settings.certificates = job.text("issuer-cert").map(|file| read_certificates(file, &base_url, job)).transpose()?;
    let office = job.text("operator").map(|file| read_settings(file, OperatorFile::read)).transpose()?;
    if let Some(office) = &office {
        settings.file_seconds = office.file_seconds;
    }
    let tls = options.tls.as_ref();
    let tls = tls.map(|(chain, key)| TlsFiles { certificates: chain.into(), key: key.into() });
    let form = if options.json_log { LogForm::Json } else { LogForm::Text };
    let _log = start_log(form, options.verbose, "tamarack-issuer").map_err(start_failure)?;
    let failed = |error: std::io::Error| Failure::new(Exit::Internal, "serve.failed").because(&error);
    let runtime = runtime(options.workers).map_err(failed)?;
    runtime.block_on(async {
        let database = Database::open(&place.address(), job.now).await.map_err(StoreError)?;
        let rate = Rate::per_minute(options.rate);
        let frame_settings = Settings { proxies: options.proxies, rate, ..Settings::new(base_url) };
        let base = Base::with_error_page(frame_settings, error_page_without_home);
        let certificates = settings.certificates.clone();
        let service = IssuerService::start(database.clone(), base.clone(), settings).await.map_err(service_failure)?;
        if certificates.is_some_and(|chain| service.catalogue().keys.certified(&chain).is_none()) {
            return Err(certificate_failure(job, "serve.issuer_certificate_key"));
        }
        let ready = {
            let database = database.clone();
            Arc::new(move || {
                let database = database.clone();
                Box::pin(async move { database.ping().await.is_ok() })
                    as std::pin::Pin<Box<dyn Future<Output = bool> + Send>>
            })
        };
        let mut all = routes(&service).merge(health(ready));
        if let Some(office) = office {
            all = all.merge(Operator::open(service.clone(), office).routes());
        }
        if let Some(here) = metrics_on_this_machine(&base).filter(|_| options.metrics_listen.is_none()) {
            all = all.merge(here);
        }
        let server = Server::bind(&options.listen, tls.as_ref()).await.map_err(start_failure)?;
        let address = server.address().map_err(start_failure)?;
        let metrics = match &options.metrics_listen {
            Some(address) => Some(Server::bind(address, None).await.map_err(start_failure)?),
            None => None,
        };
        if let Some(metrics) = &metrics {
            let address = metrics.address().map_err(start_failure)?.to_string();
            job.terminal.say(&job.terminal.format("say-metrics-at", &[("address", address.into())]));
        }
        let url = base.url().as_str().to_owned();
        job.answer(&json!({"address": address.to_string(), "issuer": url}), &address.to_string())?;
        job.terminal.say(&job.terminal.format("say-serving", &[("url", url.into())]));
        let tending = tokio::spawn(service.tend());
        let metrics = metrics.map(|server| tokio::spawn(server.run(metrics_routes(&base), std::future::pending())));
        server.run(frame(all, &base), shutdown_signal()).await;
        tending.abort();
        metrics.inspect(tokio::task::JoinHandle::abort);
        if let Err(error) = database.seal_audit().await {
            return Err(StoreError(error).into());
        }
        database.close().await;
        Ok(Exit::Ok)
    })
}

/// The chain of certificates under which SD-JWT VCs are issued: it names the service, is good today, and is somebody else's word.
fn read_certificates(file: &str, base: &BaseUrl, job: &Invocation<'_>) -> Result<Arc<Chain>, Failure> {
    let chain = Chain::of_pem(&read_input(file, FILE_BYTES)?);
    let chain = chain.map_err(|_| certificate_failure(job, "serve.issuer_certificate"))?;
    let wrong = if chain.is_self_signed() {
        Some("serve.issuer_certificate_self")
    } else if !chain.is_in_time(job.now) {
        Some("serve.issuer_certificate_time")
    } else if !chain.speaks_for(base.as_str(), &[]) {
        Some("serve.issuer_certificate_host")
    } else {
        None
    };
    wrong.map_or(Ok(Arc::new(chain)), |code| Err(certificate_failure(job, code)))
}

fn certificate_failure(job: &Invocation<'_>, code: &'static str) -> Failure {
    Failure::new(Exit::Usage, code).with("file", job.text("issuer-cert").unwrap_or_default())
}

fn settings(job: &Invocation<'_>) -> Result<IssuerSettings, Failure> {
    let api_keys = job.text("api-keys").map(read_api_keys).transpose()?.unwrap_or_default();
    let mut attesters = Attesters::nobody();
    for file in job.texts("attester") {
        let bytes = read_input(file, FILE_BYTES)?;
        if bytes.trim_ascii_start().starts_with(b"-----BEGIN CERTIFICATE") {
            let certificates = tamarack::x509::read_pem(&bytes)?;
            attesters = certificates.into_iter().fold(attesters, Attesters::anchored);
            continue;
        }
        let jwk = tamarack::json::parse(&bytes)?;
        let key = tamarack::keys::PublicKey::from_jwk(&jwk)?;
        attesters = attesters.trusting(jwk.get("kid").and_then(tamarack::json::Value::as_str), key);
    }
    let providers = job.text("sign-in").map(|file| read_settings(file, read_providers)).transpose()?;
    let citizens = job.text("citizens").map(|file| read_settings(file, Citizens::read)).transpose()?;
    let passphrase = job.passphrase(false)?;
    let mut settings = IssuerSettings::new(Zeroizing::new(passphrase.to_string()));
    settings.api_keys = api_keys;
    settings.keep = job.flag("keep");
    settings.attesters = attesters;
    settings.providers = providers.unwrap_or_default();
    if let (Some(citizens), Some(file)) = (&citizens, job.text("citizens")) {
        let is_known = |name: &&str| settings.providers.iter().any(|provider| provider.name == *name);
        if let Some(unknown) = citizens.providers().find(|name| !is_known(name)) {
            return Err(settings_failure(file, &format!("provider: {unknown}")));
        }
    }
    settings.citizens = citizens.map(Arc::new);
    settings.attestation_required = job.flag("require-attestation");
    settings.attestation_challenges = job.flag("attestation-challenges");
    settings.attested_keys = job.texts("attested-keys").into_iter().map(str::to_owned).collect();
    settings.secrets = job.texts("bind-secrets").into_iter().map(str::to_owned).collect();
    settings.dpop_nonces = job.flag("dpop-nonces");
    settings.approval = job.texts("approve").into_iter().map(str::to_owned).collect();
    // Who waits for a clerk's decision needs a new token meanwhile; it is given to whoever is bound to a key.
    settings.tokens.refresh_seconds = Some(tamarack_openid4vc::limits::REFRESH_SECONDS);
    settings.tokens.dpop_required = job.flag("require-dpop");
    Ok(settings)
}

/// Reads a settings file; the files that it names are beside it.
fn read_settings<T>(file: &str, read: impl FnOnce(&[u8], &Path) -> Result<T, SettingsError>) -> Result<T, Failure> {
    let bytes = read_input(file, SETTINGS_BYTES)?;
    let folder = Path::new(file).parent().unwrap_or_else(|| Path::new(""));
    read(&bytes, folder).map_err(|error| match error.code {
        "settings.format" => Failure::new(Exit::Data, "settings.format").with("file", file).with("about", error.about),
        "settings.file" => Failure::new(Exit::Data, "settings.file").with("file", file).with("about", error.about),
        _ => settings_failure(file, &error.about),
    })
}

fn settings_failure(file: &str, about: &str) -> Failure {
    Failure::new(Exit::Data, "settings.value").with("file", file).with("about", about)
}

/// One key a line; empty lines and those that begin with `#` do not count.
fn read_api_keys(file: &str) -> Result<Vec<Zeroizing<String>>, Failure> {
    let bytes = Zeroizing::new(read_input(file, FILE_BYTES)?);
    let weak = || Failure::new(Exit::Data, "serve.api_keys").with("file", file).with("limit", API_KEY);
    let text = std::str::from_utf8(&bytes).map_err(|_| weak())?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Vec<Zeroizing<String>> = lines.map(|line| Zeroizing::new(line.to_owned())).collect();
    if keys.is_empty() || keys.iter().any(|key| key.len() < API_KEY) { Err(weak()) } else { Ok(keys) }
}

fn start_failure(error: StartError) -> Failure {
    Failure::new(Exit::Usage, error.code())
}

fn service_failure(error: ServiceError) -> Failure {
    match error {
        ServiceError::Store(error) => StoreError(error).into(),
        ServiceError::Fault(fault) => fault.into(),
        ServiceError::Signer(error) => crate::keyring::signer_failure(&error),
        other => Failure::new(Exit::Internal, "serve.failed").with("reason", other),
    }
}
