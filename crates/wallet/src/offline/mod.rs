//! Without a network: a showing as QR codes on one screen, read and verified by another that has what it needs already.
//!
//! ```text
//! OwnShowing ──(the person agrees)── OwnConsent ── bytes ── qr::write ─► codes ─► qr::Reader ── bytes ── verify
//! ```
//!
//! What goes into a code is what the European health certificates put there, without their COSE around it: the bytes compressed
//! (zlib, RFC 1950), written in Base45 (RFC 9285) for the alphanumeric mode of QR codes (ISO/IEC 18004 §7.4.4), behind a short
//! name. What does not fit is numbered like the parts of a SMART Health Card. See [`tamarack::qr`].

pub mod qr;

use tamarack::{Evidence, Policy, Timestamp, Verdict};

use crate::error::Result;

/// Verifies what came out of QR codes, with the evidence that is at hand (an evidence bundle, [`tamarack::bundle`]): nothing is
/// fetched. What the evidence lacks leaves its check undetermined, and says so in the verdict.
///
/// A showing that was made without the verifier's nonce may be a copy of another one: the verdict's audience check was not made then.
/// A verifier that shows a code with its own nonce first, and asks for it in the policy, is sure that it sees the holder's device.
///
/// # Errors
/// As [`tamarack::verify()`], for what is no credential at all.
pub fn verify(shown: &[u8], policy: &Policy, evidence: &Evidence, now: Timestamp) -> Result<Verdict> {
    Ok(tamarack::verify(shown, policy, evidence, now).map_err(|error| error.fault().clone())?)
}
