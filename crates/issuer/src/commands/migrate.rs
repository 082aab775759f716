//! `migrate`: a credential of this issuer with a `BbsBlsSignature2020`, secured anew with another suite.

use std::path::Path;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use tamarack::did::did_of;
use tamarack::issue::{SecureOptions, Securing, TokenSlot, migrate, secure};
use tamarack::json::{self, Value};
use tamarack::jsonld::Contexts;
use tamarack::limits::INPUT_BYTES;
use tamarack::sd_jwt::Profile;
use tamarack::{Code, Evidence, EvidenceKind, Fault};
use tamarack_cli::{Exit, Failure, read_input, write_private};

use super::{Invocation, sought, status, types, unless_other_version};
use crate::keyring;
use crate::store::{Cause, ListRecord, Migration, State, Store, StoreError};

/// For how long the status lists are good that are made for the one judgement.
const HOURS: i64 = 1;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, issuer) = job.store()?;
    let securing = job.suite().ok_or_else(|| Failure::new(Exit::Usage, "usage.other"))?;
    let bytes = read_input(job.need("file"), INPUT_BYTES)?;
    let document = json::parse(&bytes)?;
    let missing = || Fault::new(Code::VcPropertyMissing).at("/id").about("id");
    let id = document.get("id").and_then(Value::as_str).ok_or_else(missing)?.to_owned();
    // What this store knows of the credential comes first: without a record it could never be revoked.
    let credential = store.credential(&id).map_err(sought("credential", &id))?;
    if credential.state != State::Active {
        return Err(StoreError(Cause::Revoked(id)).into());
    }
    let (credential_type, _) = types::load(&store, &credential.type_name)?;
    unless_other_version(securing, credential_type.version)?;
    credential_type.check_securing(securing)?;
    let record = keyring::choose(&store, securing, job.text("key"))?;
    let did = did_of(&record.method).to_owned();
    let passphrase = job.passphrase(false)?;
    let key = keyring::open(record, &passphrase)?;

    let list = credential.status.map(|(list, index)| find_list(&store, list).map(|list| (list, index))).transpose()?;
    let mut evidence = Evidence::none();
    if issuer.did != "did:key" {
        let published = keyring::document(&store, &issuer)?;
        let text = json::to_string(&Value::Object(published.to_json().clone()));
        evidence.insert(EvidenceKind::DidDocument, issuer.did.as_str(), text.into_bytes(), job.now);
    }
    if let Some((list, _)) = &list
        && let Some(key) = status::open_key(&store, &list.issuer, &passphrase)?
    {
        for purpose in &list.purposes {
            let text = status::list_credential(&store, list, purpose, &key, job.now, HOURS)?;
            evidence.insert(EvidenceKind::StatusList, list.url(purpose), text.into_bytes(), job.now);
        }
    }
    let unsigned = migrate(&bytes, &did, &evidence, job.now)?;

    let token = list.filter(|_| securing == Securing::SdJwt(Profile::SdJwtVc));
    let token = token.map(|(list, index)| (list.token_url(), index));
    let mandatory = credential_type.mandatory_pointers(&unsigned);
    let options = SecureOptions {
        verification_method: &key.record.method,
        created: credential_type.proof_created(securing, credential.issued, job.now),
        mandatory: &mandatory,
        vct: credential_type.vct.as_deref(),
        status: token.as_ref().map(|(list, index)| TokenSlot { list, index: *index }),
        ..SecureOptions::default()
    };
    let text = secure(unsigned, securing, &options, &key.signer, &Contexts::builtin())?;
    let kept = store.body(&id)?.is_some();
    // Recorded before it leaves.
    store.add_migration(&Migration {
        id: &id,
        suite: securing.name(),
        at: job.now,
        digest: Sha256::digest(text.as_bytes()).into(),
        body: kept.then_some(text.as_str()),
    })?;
    let out = job.text("out").map(Path::new);
    write_private(out, format!("{text}\n").as_bytes(), job.terminal)?;
    if out.is_some() && job.terminal.json() {
        job.terminal.json_line(&json!({"id": id, "suite": securing.name(), "at": job.now}))?;
    }
    job.terminal.say(&job.terminal.format("say-migrated", &[("id", id.into()), ("suite", securing.name().into())]));
    Ok(Exit::Ok)
}

fn find_list(store: &Store, id: i64) -> Result<ListRecord, Failure> {
    let found = store.status_lists()?.into_iter().find(|list| list.id == id);
    Ok(found.ok_or_else(|| StoreError(Cause::NotFound(id.to_string())))?)
}
