//! `status publish`: the signed status list credentials, as files for a web server.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use serde_json::json;
use tamarack::Timestamp;
use tamarack::did::did_of;
use tamarack::issue::Securing;
use tamarack::keys::Signer as _;
use tamarack::sd_jwt::Profile;
use tamarack_cli::{Exit, Failure, write_output};
use tamarack_service::issuer::{TokenSigner, sign_list, sign_token};

use super::Invocation;
use crate::keyring::{self, Key};
use crate::store::{KeyState, ListRecord, Store};

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let job = &job.sub()?;
    let (store, _) = job.store()?;
    let folder = Path::new(job.need("out"));
    let lists = store.status_lists()?;
    if lists.is_empty() {
        job.terminal.say(&job.terminal.text("say-no-lists"));
        if job.terminal.json() {
            job.terminal.json_line(&json!([]))?;
        }
        return Ok(Exit::Ok);
    }
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::new(Exit::Usage, "batch.unwritable").with("file", folder.display()).because(&error)
    })?;
    let passphrase = job.passphrase(false)?;
    let mut keys: BTreeMap<&str, Option<Key>> = BTreeMap::new();
    let mut unsigned = 0_usize;
    let mut made = Vec::new();
    let mut tell = |path: &Path, url: &str| match job.terminal.json() {
        true => {
            made.push(json!({"url": url, "file": path}));
            Ok(())
        }
        false => job.terminal.line(&format!("{}\t{url}", path.display())),
    };
    for list in &lists {
        let key = match keys.entry(&list.issuer) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(open_key(&store, &list.issuer, &passphrase)?),
        };
        let Some(key) = key else {
            // Whoever has retired one key must still be able to tell the world what the others' lists say.
            unsigned += 1;
            let variables = [("id", list.id.into()), ("did", list.issuer.as_str().into())];
            job.terminal.warn(&job.terminal.format("warn-list-without-key", &variables));
            continue;
        };
        // For SD-JWT VCs, whose entries are the same. A BLS key signs none, and so no token that would say something of them.
        if signs_tokens(key) {
            let token = token(job, &store, list, key)?;
            let path = folder.join(list.token_file_name());
            write_output(Some(&path), token.as_bytes(), job.terminal)?;
            let url = list.token_url();
            tell(&path, &url)?;
        } else {
            let variables = [("id", list.id.into()), ("did", list.issuer.as_str().into())];
            job.terminal.warn(&job.terminal.format("warn-list-without-token", &variables));
        }
        for purpose in &list.purposes {
            let hours = i64::from(job.number("hours").unwrap_or(48));
            let text = list_credential(&store, list, purpose, key, job.now, hours)?;
            let path = folder.join(list.file_name(purpose));
            write_output(Some(&path), format!("{text}\n").as_bytes(), job.terminal)?;
            let url = list.url(purpose);
            tell(&path, &url)?;
        }
    }
    if unsigned > 0 {
        return Err(Failure::new(Exit::Usage, "status.list_without_key").with("count", unsigned));
    }
    if job.terminal.json() {
        job.terminal.json_line(&made)?;
    }
    Ok(Exit::Ok)
}

/// A key of the lists' issuer that the world can check: a current one if there is one, Ed25519 before the others.
/// None if all of them were retired.
pub(super) fn open_key(store: &Store, issuer: &str, passphrase: &str) -> Result<Option<Key>, Failure> {
    let mut keys = store.keys()?;
    keys.retain(|key| key.state != KeyState::Retired && did_of(&key.method) == issuer);
    keys.sort_by_key(|key| (key.state != KeyState::Current, key.kind != "Ed25519", -key.id));
    keys.into_iter().next().map(|record| keyring::open(record, passphrase)).transpose()
}

/// Whether a key can sign JSON Web Tokens.
fn signs_tokens(key: &Key) -> bool {
    Securing::SdJwt(Profile::SdJwtVc).fits(key.signer.public_key().key_type())
}

/// The whole list as one status list token.
fn token(job: &Invocation<'_>, store: &Store, list: &ListRecord, key: &Key) -> Result<String, Failure> {
    let revoked = store.set_indexes(list.id, "revocation")?;
    let suspended = store.set_indexes(list.id, "suspension")?;
    let hours = i64::from(job.number("hours").unwrap_or(48));
    let by = TokenSigner { method: &key.record.method, certificates: None, signer: &key.signer };
    Ok(sign_token(list, &revoked, &suspended, by, job.now, hours)?)
}

/// The list credential of a purpose, good for so many hours.
pub(super) fn list_credential(
    store: &Store,
    list: &ListRecord,
    purpose: &str,
    key: &Key,
    now: Timestamp,
    hours: i64,
) -> Result<String, Failure> {
    let set = store.set_indexes(list.id, purpose)?;
    Ok(sign_list(list, purpose, &set, &key.record.method, &key.signer, now, hours)?)
}
