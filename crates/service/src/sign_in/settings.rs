//! The file that says at which providers people sign in.
//!
//! ```json
//! {
//!   "format": "tamarack-sign-in/1",
//!   "providers": [{
//!     "name": "larch",
//!     "title": {"en": "Larch account", "fr": "Compte Mélèze"},
//!     "issuer": "https://login.larch.example",
//!     "clientId": "tamarack",
//!     "clientSecretFile": "larch.secret",
//!     "scopes": ["profile"],
//!     "acrValues": ["urn:larch:2"]
//!   }]
//! }
//! ```
//!
//! Paths are beside the file. Instead of `clientSecretFile` a `privateKeyFile` (JWK or PEM, RSA as PEM; `private_key_jwt`), or neither
//! for a public client. Further: `keyId`, `algorithms` of ID tokens, `maxAge` in seconds, `userinfo`, `privateNetwork`,
//! `authorities` (PEM).

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tamarack::issue::Label;
use tamarack::json;
use tamarack::keys::Signer;
use tamarack_net::authorities_from_pem;
use tamarack_openid4vc::url::is_issuer;
use zeroize::Zeroizing;

use super::assertion;
use crate::limits;

const FORMAT: &str = "tamarack-sign-in/1";
/// Algorithms of ID tokens that are taken unless the file says otherwise. None is symmetric.
const ALGORITHMS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];
/// Those that can be named.
const ALL_ALGORITHMS: [&str; 9] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

/// What is wrong with a settings file: a stable code, and what it is about. Never the content of a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsError {
    /// The code.
    pub code: &'static str,
    /// The member, the file, the rule.
    pub about: String,
}

impl SettingsError {
    /// Every code, for tests of the texts that explain them.
    pub const CODES: &'static [&'static str] = &["settings.json", "settings.format", "settings.value", "settings.file"];

    pub(crate) fn new(code: &'static str, about: impl Into<String>) -> Self {
        Self { code, about: about.into() }
    }

    pub(crate) fn value(about: impl Into<String>) -> Self {
        Self::new("settings.value", about)
    }
}

impl std::fmt::Display for SettingsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.code, self.about)
    }
}

impl std::error::Error for SettingsError {}

/// How the service proves to a provider who it is.
#[derive(Clone)]
pub enum ClientProof {
    /// It does not: PKCE alone protects the code.
    Public,
    /// By a secret.
    Secret(Zeroizing<String>),
    /// By a signed assertion (`private_key_jwt`, RFC 7523), with the key's id if the provider wants one.
    Key(Arc<dyn Signer + Send + Sync>, Option<String>),
}

impl std::fmt::Debug for ClientProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Public => "Public",
            Self::Secret(_) => "Secret(redacted)",
            Self::Key(..) => "Key(redacted)",
        })
    }
}

/// A provider as the operator describes it.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Its name in settings and paths: `a-z`, `0-9`, `-`.
    pub name: String,
    /// Its name for people.
    pub title: Label,
    /// Its issuer identifier, exactly as its discovery document has it.
    pub issuer: String,
    /// What it calls this service.
    pub client_id: String,
    /// How this service proves that it is that client.
    pub proof: ClientProof,
    /// The scopes beside `openid`.
    pub scopes: Vec<String>,
    /// The levels to ask for where nobody says which.
    pub acr_values: Vec<String>,
    /// The algorithms of ID tokens that are taken.
    pub algorithms: Vec<String>,
    /// For how many seconds a sign-in that the provider remembers is good enough, where nobody says.
    pub max_age: Option<u32>,
    /// Whether claims are fetched from the userinfo endpoint as well.
    pub userinfo: bool,
    /// Whether it lives in a private network.
    pub private_network: bool,
    /// The authorities (DER) that vouch for its TLS certificate instead of the web's.
    pub authorities: Vec<Vec<u8>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    providers: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Entry {
    name: String,
    title: Title,
    issuer: String,
    client_id: String,
    client_secret_file: Option<String>,
    private_key_file: Option<String>,
    key_id: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    acr_values: Vec<String>,
    algorithms: Option<Vec<String>>,
    max_age: Option<u32>,
    #[serde(default)]
    userinfo: bool,
    #[serde(default)]
    private_network: bool,
    authorities: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    en: String,
    fr: String,
}

/// Reads the file of providers; the files that it names are beside it, in `folder`.
///
/// # Errors
/// [`SettingsError`].
pub fn read_providers(bytes: &[u8], folder: &Path) -> Result<Vec<ProviderSettings>, SettingsError> {
    let file: File = strict(bytes)?;
    if file.format != FORMAT {
        return Err(SettingsError::new("settings.format", FORMAT));
    }
    let providers: Vec<ProviderSettings> =
        file.providers.into_iter().map(|entry| provider(entry, folder)).collect::<Result<_, _>>()?;
    if providers.is_empty() || providers.len() > limits::PROVIDERS {
        return Err(SettingsError::value("providers"));
    }
    let twice = |(at, one): (usize, &ProviderSettings)| providers.iter().take(at).any(|other| other.name == one.name);
    match providers.iter().enumerate().any(twice) {
        true => Err(SettingsError::value("providers: a name that stands twice")),
        false => Ok(providers),
    }
}

fn provider(entry: Entry, folder: &Path) -> Result<ProviderSettings, SettingsError> {
    let wrong = |member: &str| SettingsError::value(format!("{}: {member}", entry.name));
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if entry.name.is_empty() || entry.name.len() > 40 || !entry.name.bytes().all(plain) {
        return Err(SettingsError::value("name: a-z 0-9 -"));
    }
    if !is_issuer(&entry.issuer) {
        return Err(wrong("issuer"));
    }
    if entry.client_id.is_empty() || entry.title.en.is_empty() || entry.title.fr.is_empty() {
        return Err(wrong("clientId, title"));
    }
    let algorithms = entry.algorithms.unwrap_or_else(|| ALGORITHMS.map(str::to_owned).to_vec());
    if algorithms.is_empty() || !algorithms.iter().all(|name| ALL_ALGORITHMS.contains(&name.as_str())) {
        return Err(wrong("algorithms"));
    }
    let is_word = |word: &String| !word.is_empty() && word.bytes().all(|b| b.is_ascii_graphic());
    if !entry.scopes.iter().chain(&entry.acr_values).all(is_word) {
        return Err(wrong("scopes, acrValues"));
    }
    let proof = match (&entry.client_secret_file, &entry.private_key_file) {
        (None, None) => ClientProof::Public,
        (Some(path), None) => ClientProof::Secret(read_secret(folder, path)?),
        (None, Some(path)) => ClientProof::Key(read_key(folder, path)?, entry.key_id.clone()),
        (Some(_), Some(_)) => return Err(wrong("clientSecretFile, privateKeyFile")),
    };
    let authorities = match &entry.authorities {
        None => Vec::new(),
        Some(path) => authorities_from_pem(&read_file(folder, path)?).ok_or_else(|| wrong("authorities"))?,
    };
    Ok(ProviderSettings {
        name: entry.name,
        title: Label { en: entry.title.en, fr: entry.title.fr },
        issuer: entry.issuer,
        client_id: entry.client_id,
        proof,
        scopes: entry.scopes,
        acr_values: entry.acr_values,
        algorithms,
        max_age: entry.max_age,
        userinfo: entry.userinfo,
        private_network: entry.private_network,
        authorities,
    })
}

/// A JSON text as a structure: no member twice, none unknown.
pub(crate) fn strict<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, SettingsError> {
    let value = json::parse(bytes).map_err(|fault| {
        SettingsError::new("settings.json", format!("{} {}", fault.code(), fault.pointer().unwrap_or_default()))
    })?;
    serde_json::from_value(value.to_serde()).map_err(|error| SettingsError::value(error.to_string()))
}

/// A small file beside the settings.
pub(crate) fn read_file(folder: &Path, path: &str) -> Result<Vec<u8>, SettingsError> {
    let wrong = || SettingsError::new("settings.file", path);
    let path = folder.join(path);
    let length = std::fs::metadata(&path).map_err(|_| wrong())?.len();
    if length > limits::SETTINGS_FILE_BYTES {
        return Err(wrong());
    }
    std::fs::read(&path).map_err(|_| wrong())
}

/// The one line of a file with a secret.
pub(crate) fn read_secret(folder: &Path, path: &str) -> Result<Zeroizing<String>, SettingsError> {
    let bytes = Zeroizing::new(read_file(folder, path)?);
    let text = std::str::from_utf8(&bytes).unwrap_or_default().trim();
    match text.is_empty() || text.chars().any(char::is_control) {
        true => Err(SettingsError::new("settings.file", path)),
        false => Ok(Zeroizing::new(text.to_owned())),
    }
}

fn read_key(folder: &Path, path: &str) -> Result<Arc<dyn Signer + Send + Sync>, SettingsError> {
    let bytes = Zeroizing::new(read_file(folder, path)?);
    assertion::read_key(&bytes).map(Arc::from).ok_or_else(|| SettingsError::new("settings.file", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"format":"tamarack-sign-in/1","providers":[{"name":"larch","title":{"en":"Larch","fr":"Mélèze"},
        "issuer":"https://login.larch.example","clientId":"tamarack","clientSecretFile":"secret"}]}"#;

    #[test]
    fn reads_and_says_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "canary-secret\n").unwrap();
        let read = |text: &str| read_providers(text.as_bytes(), folder.path());
        let providers = read(GOOD).unwrap();
        assert!(matches!(&providers[0].proof, ClientProof::Secret(secret) if secret.as_str() == "canary-secret"));
        assert!(!format!("{providers:?}").contains("canary"));
        for (from, to, code) in [
            ("tamarack-sign-in/1", "tamarack-sign-in/2", "settings.format"),
            ("\"name\":\"larch\"", "\"name\":\"La rch\"", "settings.value"),
            ("https://login", "http://login", "settings.value"),
            ("\"clientId\":\"tamarack\"", "\"clientId\":\"\"", "settings.value"),
            ("\"clientId\":\"tamarack\"", "\"clientId\":\"a\",\"clientid\":1", "settings.value"),
            ("\"clientId\":\"tamarack\"", "\"clientId\":\"a\",\"clientId\":\"b\"", "settings.json"),
            ("\"clientId\":\"tamarack\"", "\"clientId\":\"a\",\"algorithms\":[\"none\"]", "settings.value"),
            ("\"clientId\":\"tamarack\"", "\"clientId\":\"a\",\"algorithms\":[\"HS256\"]", "settings.value"),
            ("\"secret\"", "\"nowhere\"", "settings.file"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            assert_eq!(read(&GOOD.replacen(from, to, 1)).unwrap_err().code, code, "{to}");
        }
    }
}
