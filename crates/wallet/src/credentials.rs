//! The credentials that a wallet keeps: the records of one, the list of all, and taking one away.
//!
//! Each is three records under one id: [`StoredCredential`] (what was received), [`Summary`] (what a list shows and a request is
//! matched with, so that neither needs to read ten thousand credentials) and, once its state was looked up, a
//! [`crate::status::StateRecord`].

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tamarack::json::{Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::messages::Lang;
use tamarack::present::Held;
use tamarack::{Randomness, Timestamp};
use tamarack_openid4vc::vp::dcql::{Format, Meta, Query, expanded_types};
use zeroize::Zeroizing;

use crate::error::{Result, WalletCode, WalletError};
use crate::limits;
use crate::store::{Change, Kind, Store};

/// A credential as it was received ([`Kind::Credential`]).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCredential {
    /// The text, as the issuer gave it.
    pub text: String,
    /// The id of the holder key that it is bound to ([`Kind::Key`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The id of the holder secrets that it is bound to (`bbs-2023`; [`Kind::Key`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<String>,
    /// The credential issuer's URL (OpenID4VCI), where it can be asked for again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_url: Option<String>,
    /// The issuer's name for this kind of credential (`credential_configuration_id`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    /// What receiving keeps beside it: how copies are refilled, and what the issuer wants to be told.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub renewal: serde_json::Map<String, serde_json::Value>,
}

/// Without the credential.
impl core::fmt::Debug for StoredCredential {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StoredCredential").field("key", &self.key).finish_non_exhaustive()
    }
}

impl StoredCredential {
    /// A credential without a key.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            key: None,
            secrets: None,
            issuer_url: None,
            configuration: None,
            renewal: serde_json::Map::new(),
        }
    }

    /// Reads it for showing.
    ///
    /// # Errors
    /// [`WalletCode::RecordDamaged`].
    pub fn held(&self) -> Result<Held> {
        Held::parse(self.text.as_bytes()).map_err(|_| WalletCode::RecordDamaged.into())
    }
}

/// A text in the person's languages.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Localized {
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// French.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fr: Option<String>,
}

impl Localized {
    /// The text in this language, or in the other.
    #[must_use]
    pub fn get(&self, lang: Lang) -> Option<&str> {
        let (first, second) = match lang {
            Lang::En => (&self.en, &self.fr),
            Lang::Fr => (&self.fr, &self.en),
        };
        first.as_deref().or(second.as_deref())
    }
}

/// What a list shows of a credential ([`Kind::Summary`]).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// The credential's id in the wallet.
    #[serde(skip)]
    pub id: String,
    /// The format, as OpenID4VP names it (`dc+sd-jwt`, `ldp_vc`, `jwt_vc_json`), or `vc+sd-jwt`.
    pub format: String,
    /// What it is: the `vct` and its other names, or the types, expanded and as they stand.
    pub kinds: Vec<String>,
    /// How people call it.
    #[serde(default)]
    pub title: Localized,
    /// The issuer's DID or URL.
    pub issuer: String,
    /// The issuer's name, as its metadata says.
    #[serde(default)]
    pub issuer_name: Localized,
    /// The time from which it is valid, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<i64>,
    /// The time until which it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<i64>,
    /// When it was received.
    pub received: i64,
    /// What single-use copies of one credential have in common.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// How often it was shown.
    #[serde(default)]
    pub shown: u32,
}

impl Summary {
    /// What there is to say of a credential by itself; names are for the caller to add.
    #[must_use]
    pub fn of(id: &str, held: &Held, contexts: &Contexts<'_>, received: Timestamp) -> Self {
        let document = held.document();
        let format = match held.suite() {
            name @ ("dc+sd-jwt" | "vc+sd-jwt") => name,
            "jwt" | "vc+jwt" => "jwt_vc_json",
            _ => "ldp_vc",
        };
        let texts = |name: &str| {
            let items = document.get(name).map(Value::items).unwrap_or_default();
            items.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
        };
        let mut kinds = match document.contains_key("vct") {
            true => [texts("vct"), texts("aka_vcts")].concat(),
            false => [expanded_types(document, contexts), texts("type")].concat(),
        };
        kinds.dedup();
        Self {
            id: id.to_owned(),
            format: format.to_owned(),
            kinds,
            title: Localized::default(),
            issuer: held.issuer().unwrap_or_default().into_owned(),
            issuer_name: Localized::default(),
            valid_from: time_of(document, &["validFrom", "issuanceDate"], "nbf"),
            valid_until: time_of(document, &["validUntil", "expirationDate"], "exp"),
            received: received.unix(),
            batch: None,
            shown: 0,
        }
    }

    /// Whether the credential may answer one of the query's credential queries: the right format and kind. Whether it does,
    /// [`tamarack_openid4vc::vp::dcql::match_held`] says.
    #[must_use]
    pub fn may_answer(&self, query: &Query) -> bool {
        may_answer(&self.format, |kind| self.kinds.iter().any(|own| own == kind), query)
    }
}

fn may_answer(own_format: &str, is_kind: impl Fn(&str) -> bool, query: &Query) -> bool {
    query.credentials().iter().any(|wanted| {
        let format = match &wanted.format {
            Format::SdJwtVc => "dc+sd-jwt",
            Format::LdpVc => "ldp_vc",
            Format::JwtVcJson => "jwt_vc_json",
            Format::VcdmSdJwt => "vc+sd-jwt",
            Format::Other(_) => return false,
        };
        own_format == format
            && match &wanted.meta {
                Meta::Any => true,
                Meta::Vcts(names) => names.iter().any(|name| is_kind(name)),
                Meta::Types(alternatives) => alternatives.iter().any(|names| names.iter().all(|name| is_kind(name))),
                Meta::Other(_) => false,
            }
    })
}

/// As much of a [`Summary`] as [`may_answer`] wants, read in place: of ten thousand, most fit no request.
#[derive(Deserialize)]
struct FormatAndKinds<'r> {
    #[serde(borrow)]
    format: Cow<'r, str>,
    #[serde(borrow)]
    kinds: Vec<Text<'r>>,
}

/// A text in place; serde copies those of a list unless they are wrapped.
#[derive(Deserialize)]
struct Text<'r>(#[serde(borrow)] Cow<'r, str>);

/// A fresh id: 128 random bits as base64url. It says nothing of what it stands for.
///
/// # Errors
/// [`tamarack::Code::Internal`] without randomness.
pub fn new_id(randomness: &mut dyn Randomness) -> Result<String> {
    let mut bytes = [0; 16];
    randomness.fill(&mut bytes)?;
    Ok(tamarack::encoding::base64url_encode(&bytes))
}

/// The changes that keep a credential under the id of its summary.
///
/// # Errors
/// [`WalletCode::Internal`].
pub fn put(credential: &StoredCredential, summary: &Summary) -> Result<[Change; 2]> {
    Ok([
        Change::put(Kind::Credential, summary.id.as_str(), to_bytes(credential)?),
        Change::put(Kind::Summary, summary.id.as_str(), to_bytes(summary)?),
    ])
}

/// A credential.
///
/// # Errors
/// [`WalletCode::RecordMissing`], [`WalletCode::RecordDamaged`]; the store's.
pub fn read(store: &dyn Store, id: &str) -> Result<StoredCredential> {
    read_record(store, Kind::Credential, id)?.ok_or_else(|| WalletError::new(WalletCode::RecordMissing).about(id))
}

/// A credential's summary.
///
/// # Errors
/// As [`read`].
pub fn summary(store: &dyn Store, id: &str) -> Result<Summary> {
    let found: Option<Summary> = read_record(store, Kind::Summary, id)?;
    let mut summary = found.ok_or_else(|| WalletError::new(WalletCode::RecordMissing).about(id))?;
    id.clone_into(&mut summary.id);
    Ok(summary)
}

/// Every summary, in order of their ids.
///
/// # Errors
/// [`WalletCode::RecordDamaged`]; the store's.
pub fn summaries(store: &dyn Store) -> Result<Vec<Summary>> {
    let records = store.list(Kind::Summary, None, limits::LISTED)?;
    records.into_iter().map(|(id, bytes)| read_summary(id, &bytes)).collect()
}

fn read_summary(id: String, bytes: &[u8]) -> Result<Summary> {
    let mut summary: Summary = from_bytes(Kind::Summary, &id, bytes)?;
    summary.id = id;
    Ok(summary)
}

/// The summaries of a screenful, those received last first (of one moment: in order of their ids), and how many there are in all.
/// Of the others only the time is read.
///
/// # Errors
/// As [`summaries`].
pub fn newest(store: &dyn Store, skip: usize, limit: usize) -> Result<(usize, Vec<Summary>)> {
    #[derive(Deserialize)]
    struct Time {
        received: i64,
    }
    let mut all = Vec::new();
    for (id, bytes) in store.list(Kind::Summary, None, limits::LISTED)? {
        let Time { received } = from_bytes(Kind::Summary, &id, &bytes)?;
        all.push((received, id, bytes));
    }
    all.sort_by_key(|(received, ..)| core::cmp::Reverse(*received));
    let total = all.len();
    let page = all.into_iter().skip(skip).take(limit);
    Ok((total, page.map(|(_, id, bytes)| read_summary(id, &bytes)).collect::<Result<_>>()?))
}

/// The summaries of the credentials that may answer a query ([`Summary::may_answer`]), in order of their ids.
///
/// # Errors
/// As [`summaries`].
pub fn fitting(store: &dyn Store, query: &Query) -> Result<Vec<Summary>> {
    let mut fitting = Vec::new();
    for (id, bytes) in store.list(Kind::Summary, None, limits::LISTED)? {
        let FormatAndKinds { format, kinds } = from_bytes(Kind::Summary, &id, &bytes)?;
        if may_answer(&format, |kind| kinds.iter().any(|own| own.0 == kind), query) {
            fitting.push(read_summary(id, &bytes)?);
        }
    }
    Ok(fitting)
}

/// The credentials that a query may be answered with, read for matching, each with its summary.
///
/// # Errors
/// As [`summaries`].
pub fn candidates(store: &dyn Store, query: &Query) -> Result<Vec<(Summary, StoredCredential, Held)>> {
    fitting(store, query)?
        .into_iter()
        .map(|summary| {
            let credential = read(store, &summary.id)?;
            let held = credential.held()?;
            Ok((summary, credential, held))
        })
        .collect()
}

/// A record of this crate as JSON, wiped when it is dropped.
///
/// # Errors
/// [`WalletCode::Internal`].
pub(crate) fn to_bytes(record: &impl Serialize) -> Result<Zeroizing<Vec<u8>>> {
    serde_json::to_vec(record).map(Zeroizing::new).map_err(|_| WalletCode::Internal.into())
}

/// Reads what [`to_bytes`] wrote.
///
/// # Errors
/// [`WalletCode::RecordDamaged`] with the record's id.
pub(crate) fn from_bytes<'r, T: Deserialize<'r>>(kind: Kind, id: &str, bytes: &'r [u8]) -> Result<T> {
    let damaged = |_| WalletError::new(WalletCode::RecordDamaged).about(format!("{}: {id}", kind.as_str()));
    serde_json::from_slice(bytes).map_err(damaged)
}

/// A record of the store, read.
///
/// # Errors
/// As [`from_bytes`]; the store's.
pub(crate) fn read_record<T: serde::de::DeserializeOwned>(
    store: &dyn Store,
    kind: Kind,
    id: &str,
) -> Result<Option<T>> {
    store.read(kind, id)?.map(|bytes| from_bytes(kind, id, &bytes)).transpose()
}

/// A time under one of these members (an `xsd:dateTime`), or under a claim (seconds).
fn time_of(document: &Object<'_>, members: &[&str], claim: &str) -> Option<i64> {
    let text = members.iter().find_map(|name| document.get(name).and_then(Value::as_str));
    let dated = text.and_then(|text| Timestamp::parse_date_time(text).ok()).map(Timestamp::unix);
    dated.or_else(|| document.get(claim).and_then(Value::as_i64))
}
