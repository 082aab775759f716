//! The file that says how citizens get credentials by themselves: which wallets may send them, at which provider they sign
//! in, and where the claims come from.
//!
//! ```json
//! {
//!   "format": "tamarack-citizens/1",
//!   "wallets": [{"clientId": "larch-wallet", "title": {"en": "Larch Wallet", "fr": "Portefeuille Mélèze"},
//!                "redirectUris": ["https://wallet.larch.example/back"]}],
//!   "types": [{"type": "ontario-person", "provider": "larch",
//!              "source": {"table": {"file": "residents.csv", "key": "number", "is": "resident_number"}}}],
//!   "pushedOnly": true
//! }
//! ```
//!
//! The level of assurance that a type needs is in the type file (`assurance`), the providers are in the file of
//! `tamarack-sign-in/1`, sources are described at `SourceFile`. Paths are beside this file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tamarack::issue::Label;
use tamarack_openid4vc::oauth::authorization::Client;
use url::Url;

use super::source::{Source, SourceFile};
use crate::sign_in::{SettingsError, strict};

const FORMAT: &str = "tamarack-citizens/1";
/// Wallets, types, and redirect URIs of a wallet.
const ITEMS: usize = 256;

/// How citizens get credentials by themselves.
#[derive(Debug)]
pub struct Citizens {
    wallets: Vec<Wallet>,
    offerings: BTreeMap<String, Offering>,
    /// Whether a wallet must push its requests (RFC 9126).
    pub(super) pushed_only: bool,
}

/// A wallet that may send people here.
#[derive(Debug)]
pub(super) struct Wallet {
    pub(super) client: Client,
    /// Its name for people.
    pub(super) title: Label,
}

/// A type that citizens get by themselves.
#[derive(Debug)]
pub(super) struct Offering {
    /// The provider's name; `None` for the only one.
    pub(super) provider: Option<String>,
    pub(super) source: Source,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct File {
    format: String,
    wallets: Vec<WalletFile>,
    types: Vec<TypeFile>,
    #[serde(default = "yes")]
    pushed_only: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WalletFile {
    client_id: String,
    title: Title,
    redirect_uris: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    en: String,
    fr: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeFile {
    #[serde(rename = "type")]
    name: String,
    provider: Option<String>,
    source: SourceFile,
}

impl Citizens {
    /// Reads the file; the files that it names are in `folder`.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn read(bytes: &[u8], folder: &Path) -> Result<Self, SettingsError> {
        let file: File = strict(bytes)?;
        if file.format != FORMAT {
            return Err(SettingsError::new("settings.format", FORMAT));
        }
        if file.wallets.is_empty() || file.wallets.len() > ITEMS || file.types.is_empty() || file.types.len() > ITEMS {
            return Err(SettingsError::value("wallets, types"));
        }
        let mut wallets: Vec<Wallet> = Vec::with_capacity(file.wallets.len());
        for wallet in file.wallets {
            let uris = &wallet.redirect_uris;
            let sound = !wallet.client_id.is_empty()
                && !wallet.title.en.is_empty()
                && !wallet.title.fr.is_empty()
                && (1..=ITEMS).contains(&uris.len())
                && uris.iter().all(|uri| may_be_sent_to(uri))
                && !wallets.iter().any(|other| other.client.id == wallet.client_id);
            if !sound {
                return Err(SettingsError::value(format!("wallets: {}", wallet.client_id)));
            }
            let client = Client { id: wallet.client_id, redirect_uris: wallet.redirect_uris };
            wallets.push(Wallet { client, title: Label { en: wallet.title.en, fr: wallet.title.fr } });
        }
        let mut offerings = BTreeMap::new();
        for entry in file.types {
            let source = entry.source.source(folder)?;
            let offering = Offering { provider: entry.provider, source };
            if offerings.insert(entry.name.clone(), offering).is_some() {
                return Err(SettingsError::value(format!("types: {} twice", entry.name)));
            }
        }
        Ok(Self { wallets, offerings, pushed_only: file.pushed_only })
    }

    /// The names of the types that citizens get by themselves.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.offerings.keys().map(String::as_str)
    }

    /// The providers that the types name.
    pub fn providers(&self) -> impl Iterator<Item = &str> {
        self.offerings.values().filter_map(|offering| offering.provider.as_deref())
    }

    /// Where the claims of a type come from.
    #[must_use]
    pub fn source(&self, of: &str) -> Option<&Source> {
        self.offerings.get(of).map(|offering| &offering.source)
    }

    pub(super) fn wallet(&self, client_id: &str) -> Option<&Wallet> {
        self.wallets.iter().find(|wallet| wallet.client.id == client_id)
    }

    pub(super) fn offering(&self, of: &str) -> Option<&Offering> {
        self.offerings.get(of)
    }
}

/// Whether browsers may be sent there: HTTPS, this machine, or the private scheme of an app (RFC 8252 §7), and never a
/// scheme that does something in the browser itself.
fn may_be_sent_to(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    if url.fragment().is_some() || uri.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return false;
    }
    match url.scheme() {
        "https" | "http" => tamarack_openid4vc::url::is_endpoint(uri),
        // RFC 8252 §7.1: a reversed domain name, so nobody else's by accident; `javascript:` and `data:` have no dot.
        scheme => scheme.contains('.'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_browsers_are_sent() {
        for good in ["https://w.example/back", "http://127.0.0.1:8765/back", "example.larch.wallet:/back"] {
            assert!(may_be_sent_to(good), "{good}");
        }
        for bad in ["http://w.example/", "javascript:alert(1)", "data:,x", "https://w.example/#x", "wallet://x", "x"] {
            assert!(!may_be_sent_to(bad), "{bad}");
        }
    }

    #[test]
    fn reads_and_says_what_is_wrong() {
        const GOOD: &str = r#"{"format":"tamarack-citizens/1",
            "wallets":[{"clientId":"w","title":{"en":"W","fr":"P"},"redirectUris":["https://w.example/back"]}],
            "types":[{"type":"a","provider":"larch","source":{"token":{}}},
                     {"type":"b","source":{"sql":{"database":"x.sqlite3","select":"SELECT a FROM b WHERE c = $1","parameters":["sub"]}}}]}"#;
        let read = |text: &str| Citizens::read(text.as_bytes(), Path::new("."));
        let citizens = read(GOOD).unwrap();
        assert!(citizens.pushed_only);
        assert_eq!(citizens.types().collect::<Vec<_>>(), ["a", "b"]);
        for (from, to, code) in [
            ("tamarack-citizens/1", "x", "settings.format"),
            ("\"type\":\"b\"", "\"type\":\"a\"", "settings.value"),
            ("https://w.example/back", "javascript:x", "settings.value"),
            ("{\"token\":{}}", "{\"token\":{\"x\":1}}", "settings.value"),
            ("{\"token\":{}}", "{\"magic\":{}}", "settings.value"),
            ("{\"token\":{}}", "{\"table\":{\"file\":\"nowhere\",\"key\":\"a\",\"is\":\"b\"}}", "settings.file"),
            ("SELECT a", "DELETE a", "settings.value"),
            ("c = $1", "c = 1; SELECT $1", "settings.value"),
            ("c = $1", "c = 1", "settings.value"),
            ("[\"sub\"]", "[]", "settings.value"),
            ("x.sqlite3", "mysql://a/b", "settings.value"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            assert_eq!(read(&GOOD.replacen(from, to, 1)).unwrap_err().code, code, "{to}");
        }
    }
}
