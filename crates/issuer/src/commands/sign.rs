//! `sign`: any unsigned credential or presentation.

use std::path::Path;

use tamarack::credential::{self, Kind, id_of};
use tamarack::issue::{SecureOptions, secure};
use tamarack::json::{self, Value};
use tamarack::jsonld::Contexts;
use tamarack::limits::INPUT_BYTES;
use tamarack_cli::{Exit, Failure, read_input, write_private};

use super::{Invocation, unless_other_version};
use crate::keyring;

pub(super) fn run(job: &Invocation<'_>) -> Result<Exit, Failure> {
    let (store, _) = job.store()?;
    let securing = job.suite().ok_or_else(|| Failure::new(Exit::Usage, "usage.other"))?;
    let created = job.time("created")?.unwrap_or(job.now);
    let bytes = read_input(job.need("file"), INPUT_BYTES)?;
    let Value::Object(document) = json::parse(&bytes)? else {
        return Err(tamarack::Fault::new(tamarack::Code::InputNotACredential).into());
    };
    let kind = credential::kind(&document)?;
    if job.need("suite") == "vp+jwt" && kind == Kind::Credential {
        return Err(Failure::new(Exit::Usage, "suite.presentation"));
    }
    let first = |faults: Vec<tamarack::Fault>| {
        let fault = faults.into_iter().next();
        Failure::from(fault.unwrap_or_else(|| tamarack::Fault::new(tamarack::Code::InputNotACredential)))
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
        ..SecureOptions::default()
    };
    let text = secure(document, securing, &options, &key.signer, &Contexts::builtin())?;
    write_private(job.text("out").map(Path::new), format!("{text}\n").as_bytes(), job.terminal)?;
    Ok(Exit::Ok)
}
