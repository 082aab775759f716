//! The person's wallet in a folder: its store, whom it trusts, and the network that its flows ask for.

use std::cell::RefCell;
use std::path::Path;

use clap::ArgMatches;
use tamarack::Timestamp;
use tamarack::messages::Lang;
use tamarack_cli::{Exit, Failure, Terminal, read_input, read_passphrase};
use tamarack_net::{Call, FetchError, Fetcher};
use tamarack_wallet::{
    Clock, ErrorKind, Guard, HttpRequest, HttpResponse, KnownVerifier, Means, MemoryStore, Method, Reply,
    SqlCipherStore, Store, Strangers, Trust, WalletCode, WalletError,
};

use crate::network::{fetcher, trust_list, unavailable};
use crate::{now, text};

/// The headers of answers that the flows look at.
const HEADERS: [&str; 4] = ["content-type", "dpop-nonce", "www-authenticate", "location"];

/// A wallet that is open.
pub(crate) struct Wallet {
    store: Box<dyn Store>,
    trust: Trust,
    fetcher: Fetcher,
    lang: Lang,
    /// Why the last request came to nothing.
    missed: RefCell<Option<(String, FetchError)>>,
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        now()
    }
}

/// Whether the command is for a wallet in a folder, and not for files that it names itself.
pub(crate) fn is_named(matches: &ArgMatches) -> bool {
    const FILES: [&str; 5] = ["out", "credential", "holder-key", "holder-secrets", "new-secrets"];
    let is_given = |name: &&str| matches.try_contains_id(name).is_ok_and(|given| given);
    text(matches, "wallet").is_some() && !FILES.iter().any(is_given)
}

impl Wallet {
    /// Opens the wallet that `--wallet` names; makes it if there is none.
    pub(crate) fn open_or_create(matches: &ArgMatches, terminal: &Terminal) -> Result<Self, Failure> {
        let folder = Path::new(text(matches, "wallet").unwrap_or_default());
        let is_new = !SqlCipherStore::exists(folder);
        let passphrase = read_passphrase(matches, is_new, terminal)?;
        let guard = Guard::Passphrase(&passphrase);
        let store = match is_new {
            true => SqlCipherStore::create(folder, guard, &mut tamarack::SystemRandomness),
            false => SqlCipherStore::open(folder, guard),
        };
        Self::of(Box::new(store.map_err(failed)?), matches, terminal)
    }

    /// Opens the wallet that `--wallet` names.
    pub(crate) fn open(matches: &ArgMatches, terminal: &Terminal) -> Result<Self, Failure> {
        let folder = Path::new(text(matches, "wallet").unwrap_or_default());
        if !SqlCipherStore::exists(folder) {
            return Err(failed(WalletCode::StoreMissing.into()));
        }
        Self::open_or_create(matches, terminal)
    }

    /// A wallet that remembers nothing, for a command whose keys and credentials are in files.
    pub(crate) fn of_files(matches: &ArgMatches, terminal: &Terminal) -> Result<Self, Failure> {
        Self::of(Box::new(MemoryStore::new()), matches, terminal)
    }

    fn of(store: Box<dyn Store>, matches: &ArgMatches, terminal: &Terminal) -> Result<Self, Failure> {
        let named = |name: &str| matches.try_contains_id(name).is_ok();
        let issuers = if named("trust") { trust_list(matches)? } else { None };
        // Without a list, whoever signs correctly is taken, as the help says; the preview tells that nobody vouches for him.
        let strangers = if issuers.is_some() { Strangers::Refuse } else { Strangers::Warn };
        let fetcher = if named("authorities") { fetcher(matches)? } else { Fetcher::default() };
        let mut trust = Trust { issuers, strangers, ..Trust::default() };
        if named("verifiers") {
            verifiers(matches, &mut trust)?;
        }
        Ok(Self { store, trust, fetcher, lang: terminal.lang(), missed: RefCell::default() })
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    pub(crate) const fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    pub(crate) fn means(&self) -> Means<'_> {
        Means { store: &*self.store, device: None, trust: &self.trust, clock: &SystemClock, lang: self.lang }
    }

    /// Sends a request of a flow.
    pub(crate) fn send(&self, request: &HttpRequest) -> Reply {
        let headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = (request.method == Method::Post).then_some(request.body.as_slice());
        match self.fetcher.call(&Call { url: &request.url, headers: &headers, body, limit: request.limit }) {
            Ok(answer) => {
                let header = |name: &&str| answer.header(name).map(|value| ((*name).to_owned(), value.to_owned()));
                let headers = HEADERS.iter().filter_map(header).collect();
                Reply::Response(HttpResponse { status: answer.status, headers, body: answer.body })
            }
            Err(error) => {
                *self.missed.borrow_mut() = Some((request.url.clone(), error));
                Reply::Unreachable
            }
        }
    }

    /// A failure of a flow; of the network, what the network itself said.
    pub(crate) fn failure(&self, error: WalletError) -> Failure {
        match (error.kind(), self.missed.borrow_mut().take()) {
            (ErrorKind::Offline, Some((url, missed))) => unavailable(&url, &missed),
            _ => failed(error),
        }
    }
}

/// What the file of `--verifiers` says: who is known, and whose certificates vouch for others.
fn verifiers(matches: &ArgMatches, trust: &mut Trust) -> Result<(), Failure> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Known {
        #[serde(default)]
        verifiers: Vec<KnownVerifier>,
        /// Certificates of authorities, in DER and base64 as in `x5c`.
        #[serde(default)]
        anchors: Vec<String>,
    }
    let Some(path) = text(matches, "verifiers") else { return Ok(()) };
    let bytes = read_input(path, tamarack::limits::INPUT_BYTES)?;
    let broken = || Failure::new(Exit::Data, "verifiers.invalid").with("file", path);
    let known: Known = serde_json::from_slice(&bytes).map_err(|_| broken())?;
    let anchors = known.anchors.iter().map(|anchor| tamarack::encoding::base64_decode(anchor));
    trust.anchors = anchors.collect::<Result<_, _>>().map_err(|_| broken())?;
    trust.verifiers = known.verifiers;
    Ok(())
}

/// What the wallet's library says, with the exit code that fits.
pub(crate) fn failed(error: WalletError) -> Failure {
    let exit = match error.kind() {
        ErrorKind::Input => Exit::Data,
        ErrorKind::Denied => Exit::Reject,
        ErrorKind::Offline => Exit::Unavailable,
        ErrorKind::Locked | ErrorKind::Storage => Exit::Usage,
        ErrorKind::Internal => Exit::Internal,
    };
    match error.fault() {
        Some(fault) if error.refusal().is_none() => Failure::from_fault(exit, fault.clone()),
        _ => Failure::told(exit, error.code(), error.name(), [error.message(Lang::En), error.message(Lang::Fr)]),
    }
}
