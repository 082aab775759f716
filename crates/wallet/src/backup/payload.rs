//! What is inside a backup.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tamarack::Timestamp;
use tamarack::encoding::{base64url_decode, base64url_encode};
use zeroize::Zeroizing;

use crate::credentials::{Localized, StoredCredential, Summary, from_bytes, summary, to_bytes};
use crate::error::{Result, WalletCode, WalletError};
use crate::keys::{self, KeyPlace};
use crate::limits;
use crate::store::{Change, Kind, Store};

const VERSION: u64 = 1;
const KINDS: [Kind; 7] =
    [Kind::Key, Kind::Credential, Kind::Summary, Kind::Status, Kind::History, Kind::Receipt, Kind::Setting];
/// What settings of a credential that is to be asked for again begin with.
const ASK_AGAIN: &str = "ask-again/";

/// A credential that is to be asked for again, because its key cannot leave the old device.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskAgain {
    /// The id that it had.
    pub id: String,
    /// How people call it.
    #[serde(default)]
    pub title: Localized,
    /// Its issuer.
    pub issuer: String,
    /// The issuer's name.
    #[serde(default)]
    pub issuer_name: Localized,
    /// The credential issuer's URL, where it can be asked for, if it came that way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The issuer's name for this kind of credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
}

/// What came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// How many credentials came back.
    pub credentials: usize,
    /// How many records of any kind the store had already, and kept as they were.
    pub kept: usize,
    /// The credentials that could not come along.
    pub ask_again: Vec<AskAgain>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Payload {
    #[serde(rename = "tamarackWalletBackup")]
    version: u64,
    made: String,
    /// Of a transfer: what the new device's code said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) nonce: Option<String>,
    records: Vec<Record>,
    #[serde(default, rename = "askAgain")]
    pub(super) ask_again: Vec<AskAgain>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    kind: String,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
}

impl Payload {
    /// Everything of a store that a backup has.
    pub(super) fn collect(store: &dyn Store, now: Timestamp) -> Result<Self> {
        let hardware: BTreeSet<String> =
            keys::list(store)?.into_iter().filter(|key| key.place == KeyPlace::Device).map(|key| key.id).collect();
        let mut records = Vec::new();
        let mut ask_again = kept(store)?;
        let mut left_out = BTreeSet::new();
        for kind in KINDS {
            for id in store.ids(kind, None, limits::LISTED)? {
                // Gone since the ids were listed.
                let Some(bytes) = store.read(kind, &id)? else { continue };
                match kind {
                    Kind::Key if hardware.contains(&id) => continue,
                    Kind::Credential => {
                        let credential: StoredCredential = from_bytes(kind, &id, &bytes)?;
                        if credential.key.as_ref().is_some_and(|key| hardware.contains(key)) {
                            ask_again.push(AskAgain::of(&summary(store, &id)?, credential));
                            left_out.insert(id);
                            continue;
                        }
                    }
                    Kind::Summary | Kind::Status if left_out.contains(&id) => continue,
                    Kind::Setting if id.starts_with(ASK_AGAIN) => continue,
                    _ => {}
                }
                records.push(Record::new(kind, id, &bytes));
            }
        }
        // Copies of one credential are asked for once.
        let mut seen = BTreeSet::new();
        ask_again.retain(|one| {
            seen.insert((one.issuer.clone(), one.link.clone(), one.configuration.clone(), one.title.en.clone()))
        });
        Ok(Self { version: VERSION, made: now.to_string(), nonce: None, records, ask_again })
    }

    pub(super) fn to_json(&self) -> Result<Zeroizing<Vec<u8>>> {
        let text = to_bytes(self)?;
        if text.len() > limits::BACKUP_BYTES {
            let about = format!("{} > {} bytes", text.len(), limits::BACKUP_BYTES);
            return Err(WalletError::new(WalletCode::StoreLimit).about(about));
        }
        Ok(text)
    }

    pub(super) fn parse(text: &[u8]) -> Result<Self> {
        let malformed = || WalletError::new(WalletCode::BackupMalformed);
        // The version first: a later one may have other members.
        #[derive(Deserialize)]
        struct Version {
            #[serde(rename = "tamarackWalletBackup")]
            version: u64,
        }
        let Version { version } = serde_json::from_slice(text).map_err(|_| malformed())?;
        if version == 0 {
            return Err(malformed());
        }
        if version > VERSION {
            return Err(WalletError::new(WalletCode::BackupTooNew).about(format!("{version} > {VERSION}")));
        }
        serde_json::from_slice(text).map_err(|_| malformed())
    }

    pub(super) fn credentials(&self) -> usize {
        self.records.iter().filter(|record| record.kind == Kind::Credential.as_str()).count()
    }

    /// Puts everything into a store that does not have it yet, together with these changes.
    pub(super) fn restore(self, store: &dyn Store, may_be_old: bool, mut changes: Vec<Change>) -> Result<Restored> {
        let malformed = || WalletError::new(WalletCode::BackupMalformed);
        let (mut credentials, mut kept) = (0, 0);
        for record in &self.records {
            let kind = KINDS.into_iter().find(|kind| kind.as_str() == record.kind).ok_or_else(malformed)?;
            if store.read(kind, &record.id)?.is_some() {
                kept += 1;
                continue;
            }
            let mut bytes = record.bytes()?;
            match kind {
                // What cannot be read here must not be found out when it is needed.
                Kind::Credential => {
                    let credential: StoredCredential = from_bytes(kind, &record.id, &bytes).map_err(|_| malformed())?;
                    credential.held().map_err(|_| malformed())?;
                    credentials += 1;
                }
                Kind::Summary => {
                    let mut summary: Summary = from_bytes(kind, &record.id, &bytes).map_err(|_| malformed())?;
                    if may_be_old && summary.batch.is_some() {
                        summary.shown = summary.shown.max(1);
                        bytes = to_bytes(&summary)?;
                    }
                }
                _ => {}
            }
            changes.push(Change::put_new(kind, record.id.as_str(), bytes));
        }
        for one in &self.ask_again {
            changes.push(Change::put(Kind::Setting, setting(&one.id), to_bytes(one)?));
        }
        store.write(&changes)?;
        Ok(Restored { credentials, kept, ask_again: self.ask_again })
    }
}

impl Record {
    fn new(kind: Kind, id: String, bytes: &[u8]) -> Self {
        let record: Option<Value> = serde_json::from_slice(bytes).ok();
        let bytes = record.is_none().then(|| base64url_encode(bytes));
        Self { kind: kind.as_str().to_owned(), id, record, bytes }
    }

    fn bytes(&self) -> Result<Zeroizing<Vec<u8>>> {
        let malformed = || WalletError::new(WalletCode::BackupMalformed);
        match (&self.record, &self.bytes) {
            (Some(record), None) => to_bytes(record),
            (None, Some(text)) => base64url_decode(text).map(Zeroizing::new).map_err(|_| malformed()),
            _ => Err(malformed()),
        }
    }
}

impl AskAgain {
    fn of(summary: &Summary, credential: StoredCredential) -> Self {
        Self {
            id: summary.id.clone(),
            title: summary.title.clone(),
            issuer: summary.issuer.clone(),
            issuer_name: summary.issuer_name.clone(),
            link: credential.issuer_url,
            configuration: credential.configuration,
        }
    }
}

/// The setting that keeps a credential to be asked for again.
pub(super) fn setting(id: &str) -> String {
    format!("{ASK_AGAIN}{id}")
}

/// What a store keeps of them.
pub(super) fn kept(store: &dyn Store) -> Result<Vec<AskAgain>> {
    let records = store.list(Kind::Setting, Some(ASK_AGAIN), limits::LISTED)?;
    let ours = records.into_iter().take_while(|(id, _)| id.starts_with(ASK_AGAIN));
    ours.map(|(id, bytes)| from_bytes(Kind::Setting, &id, &bytes)).collect()
}
