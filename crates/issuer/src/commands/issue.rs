//! `issue`: one credential.

use std::path::Path;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use tamarack::issue::{Issuance, SecureOptions, Securing, StatusSlot, TokenSlot, secure};
use tamarack::json::{self, Value};
use tamarack::limits::INPUT_BYTES;
use tamarack::proof::{Binding, HolderCommitment, Suite};
use tamarack::sd_jwt::Profile;
use tamarack_cli::{Exit, Failure, read_input, write_private};

use tamarack_service::store::issuing::random;

use super::{Invocation, types, unless_other_version};
use crate::batch::status_kind;
use crate::keyring;
use crate::store::{Record, Wanted};

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, issuer) = job.store()?;
    let (credential_type, _) = types::load(&store, job.need("type"))?;
    let base = job.status_base(&issuer, &credential_type)?;
    let securing = job.suite().unwrap_or(credential_type.securing);
    unless_other_version(securing, credential_type.version)?;
    credential_type.check_securing(securing)?;
    if job.text("commitment").is_some() && securing != Securing::DataIntegrity(Suite::Bbs2023) {
        return Err(Failure::new(Exit::Usage, "commitment.suite").with("suite", securing.name()));
    }
    let commitment = |path| Ok::<_, Failure>(HolderCommitment::parse(&read_input(path, INPUT_BYTES)?)?);
    let commitment = job.text("commitment").map(commitment).transpose()?;
    let bytes = read_input(job.need("claims"), INPUT_BYTES)?;
    let claims = match json::parse(&bytes)? {
        Value::Object(claims) => claims,
        _ => return Err(Failure::new(Exit::Data, "issue.claims_no_object")),
    };
    let subject = job.text("subject");
    subject.map(tamarack::did::check_did).transpose()?;
    let record = keyring::choose(&store, securing, job.text("key"))?;
    let id = match job.text("id") {
        Some(id) => id.to_owned(),
        None => random()?,
    };
    // A first go without status finds bad claims before a passphrase is asked for or an index is taken.
    let did = tamarack::did::did_of(&record.method).to_owned();
    let issuance = Issuance { issuer: &did, subject, id: Some(&id), now: job.now, status: &[] };
    credential_type.assemble(&claims, &issuance)?;
    let key = keyring::open(record, &job.passphrase(false)?)?;

    let purposes: Vec<&str> = credential_type.status.purposes().collect();
    let mut slots = Vec::new();
    let mut token = None;
    let mut status = None;
    if let Some(base) = base {
        let kind = status_kind(credential_type.version);
        let taken = store.reserve_index(&Wanted { kind, purposes: &purposes, issuer: &did, base })?;
        let index = taken.list.allocator()?.index_at(taken.counter)?;
        if securing == Securing::SdJwt(Profile::SdJwtVc) {
            token = Some((taken.list.token_url(), index));
        } else {
            slots.extend(purposes.iter().map(|purpose| (*purpose, taken.list.url(purpose), index)));
        }
        status = Some((taken.list.id, index));
    }
    let slots: Vec<StatusSlot<'_>> =
        slots.iter().map(|(purpose, list, index)| StatusSlot { purpose, list, index: *index }).collect();
    let assembled = credential_type.assemble(&claims, &Issuance { status: &slots, ..issuance })?;
    let mandatory = credential_type.mandatory_pointers(&assembled.document);
    let options = SecureOptions {
        verification_method: &key.record.method,
        created: credential_type.proof_created(securing, assembled.valid_from, job.now),
        mandatory: &mandatory,
        vct: credential_type.vct.as_deref(),
        status: token.as_ref().map(|(list, index)| TokenSlot { list, index: *index }),
        binding: commitment.as_ref().map_or(Binding::None, HolderCommitment::binding),
        ..SecureOptions::default()
    };
    let text = secure(assembled.document, securing, &options, &key.signer, &credential_type.contexts_at_hand())?;

    // Recorded before it leaves: no credential is out that cannot be revoked.
    store.add_credential(&Record {
        id: &id,
        type_name: &credential_type.name,
        subject,
        status,
        issued: job.now,
        valid_until: assembled.valid_until,
        reissue_by: assembled.reissue_by,
        digest: Sha256::digest(text.as_bytes()).into(),
        body: (!job.flag("no-keep")).then_some(text.as_str()),
        shape: None,
        row: None,
    })?;
    store.audit("credential.issue", &id, job.now)?;
    let out = job.text("out").map(Path::new);
    write_private(out, format!("{text}\n").as_bytes(), job.terminal)?;
    if out.is_some() && job.terminal.json() {
        job.terminal.json_line(&json!({
            "id": id, "type": credential_type.name, "issued": job.now, "validUntil": assembled.valid_until,
            "reissueBy": assembled.reissue_by,
        }))?;
    }
    job.terminal.say(&job.terminal.format("say-issued", &[("id", id.into())]));
    if let Some(time) = assembled.reissue_by {
        job.terminal.say(&job.terminal.format("say-reissue-by", &[("time", time.to_string().into())]));
    }
    Ok(Exit::Ok)
}
