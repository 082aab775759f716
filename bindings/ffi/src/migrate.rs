//! From `BbsBlsSignature2020`, which hardly anybody reads any more, to another suite.

use std::sync::Arc;
use std::time::SystemTime;

use tamarack::issue::migrate;
use tamarack::json::{Value, to_string};

use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};
use crate::time::or_now;

/// A `BbsBlsSignature2020` credential of this issuer without its proof, JSON text, ready to be signed again (`sign`), if it verifies
/// under the issuer's own trust: signature, validity, status. It keeps its id, its dates, its claims and its status entry.
///
/// `issuer`: the issuer's DID. `evidence`: its status lists and what else is needed; none for none. `now`: none for this machine's
/// time.
///
/// ```text
/// unsigned = migrate_credential(old, key.did_key(), evidence)
/// renewed = sign(unsigned, "bbs-2023", key, SignOptions(mandatory=["/issuer"]))
/// ```
///
/// Errors: `Input` with `proof.suite_unsupported` for anything else, also for what was derived from one; `key.not_controller` for
/// another issuer's; what speaks against it (`status.revoked`, `proof.signature_invalid`, …) or is missing to judge it
/// (`status.list_missing`, …).
#[uniffi::export(default(evidence = None, now = None))]
pub fn migrate_credential(
    credential: String,
    issuer: String,
    evidence: Option<Arc<Evidence>>,
    now: Option<SystemTime>,
) -> Result<String, TamarackError> {
    let evidence = snapshot(evidence.as_ref());
    Ok(to_string(&Value::Object(migrate(credential.as_bytes(), &issuer, &evidence, or_now(now))?)))
}
