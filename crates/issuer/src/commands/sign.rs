//! `sign`: any unsigned credential or presentation.

use std::path::Path;

use tamarack::credential::{self, Kind, id_of};
use tamarack::issue::{SecureOptions, Securing, secure};
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::limits::INPUT_BYTES;
use tamarack::sd_jwt::Profile;
use tamarack::{Code, Fault};
use tamarack_cli::{Exit, Failure, read_input, write_private};

use super::{Invocation, unless_other_version};
use crate::keyring;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let securing = job.suite().ok_or_else(|| Failure::new(Exit::Usage, "usage.other"))?;
    let created = job.time("created")?.unwrap_or(job.now);
    let bytes = read_input(job.need("file"), INPUT_BYTES)?;
    let Value::Object(document) = json::parse(&bytes)? else {
        return Err(Fault::new(Code::InputNotACredential).into());
    };
    let kind = credential::kind(&document)?;
    if job.need("suite") == "vp+jwt" && kind == Kind::Credential {
        return Err(Failure::new(Exit::Usage, "suite.presentation"));
    }
    let mandatory = mandatory(job, securing, kind, &document)?;
    if securing == Securing::SdJwt(Profile::SdJwtVc) && kind == Kind::Credential && !document.contains_key("vct") {
        return Err(Failure::new(Exit::Usage, "suite.vct"));
    }
    let first = |faults: Vec<Fault>| {
        let fault = faults.into_iter().next();
        Failure::from(fault.unwrap_or_else(|| Fault::new(Code::InputNotACredential)))
    };
    let (signer, read) = match kind {
        Kind::Credential => ("issuer", credential::read_credential(&document).map(|read| Some(read.version))),
        Kind::Presentation => ("holder", credential::read_presentation(&document).map(|read| Some(read.version))),
        // Refused by `secure`, which says why.
        Kind::Enveloped => ("issuer", Ok(None)),
    };
    match read {
        Ok(Some(version)) => unless_other_version(securing, version)?,
        Ok(None) => {}
        Err(faults) => return Err(first(faults)),
    }
    let named = document.get(signer).and_then(id_of);
    let record = keyring::choose_for(&store, securing, job.text("key"), named)?;
    if named.is_some_and(|id| id != tamarack::did::did_of(&record.method)) {
        job.terminal.warn(&job.terminal.format("warn-other-issuer", &[("member", signer.into())]));
    }
    let key = keyring::open(record, &job.passphrase(false)?)?;
    let options = SecureOptions {
        verification_method: &key.record.method,
        created: Some(created),
        challenge: job.text("challenge"),
        domain: job.text("domain"),
        mandatory: &mandatory,
        ..SecureOptions::default()
    };
    let text = secure(document, securing, &options, &key.signer, &Contexts::builtin())?;
    write_private(job.text("out").map(Path::new), format!("{text}\n").as_bytes(), job.terminal)?;
    Ok(Exit::Ok)
}

/// The pointers of what every showing must have: each names something of the credential, and the suite can be told.
fn mandatory(
    job: &Invocation<'_>,
    securing: Securing,
    kind: Kind,
    document: &Object<'_>,
) -> Result<Vec<String>, Failure> {
    let pointers: Vec<String> = job.texts("mandatory").into_iter().map(str::to_owned).collect();
    if pointers.is_empty() {
        return Ok(pointers);
    }
    if kind != Kind::Credential || !securing.takes_mandatory() {
        return Err(Failure::new(Exit::Usage, "suite.mandatory").with("suite", securing.name()));
    }
    let whole = Value::Object(document.clone());
    match pointers.iter().find(|pointer| whole.pointer(pointer).is_none()) {
        Some(unknown) => Err(Fault::new(Code::DisclosurePointer).at(unknown.as_str()).into()),
        None => Ok(pointers),
    }
}
