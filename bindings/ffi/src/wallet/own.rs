//! Showings that the person begins, and QR codes: for a clerk at a counter, without a network.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tamarack_wallet::offline;
use tamarack_wallet::present::OwnShowing;

use super::Wallet;
use super::consent_view::Alternative;
use crate::error::TamarackError;
use crate::evidence::{Evidence, snapshot};
use crate::time::or_now;
use crate::verdict::Verdict;
use crate::verifier::Verifier;

/// What the person is about to show on their own.
///
/// ```text
/// showing = wallet.show(card, ["/credentialSubject/givenName"])
/// show(showing.view().linkability)
/// codes = write_qr(showing.agree())
/// ```
#[derive(uniffi::Object)]
pub struct Showing {
    wallet: Arc<Wallet>,
    view: Alternative,
    showing: Mutex<Option<OwnShowing>>,
}

impl core::fmt::Debug for Showing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Showing").finish_non_exhaustive()
    }
}

#[uniffi::export]
impl Wallet {
    /// What showing these claims of a credential would show, to look at before the person says yes.
    ///
    /// `pointers`: JSON pointers; empty for the whole credential. `audience` and `nonce`: those of a verifier who named them; without
    /// them, whoever has a copy of the showing can show it again.
    ///
    /// ```text
    /// showing = wallet.show(card, ["/credentialSubject/givenName"], audience="shop.example", nonce=nonce)
    /// ```
    ///
    /// Errors: `Input` with `record.missing`, `disclosure.*`, `present.*`; `Storage`, `Locked`.
    #[uniffi::method(default(audience = None, nonce = None))]
    pub fn show(
        self: Arc<Self>,
        credential: String,
        pointers: Vec<String>,
        audience: Option<String>,
        nonce: Option<String>,
    ) -> Result<Arc<Showing>, TamarackError> {
        let showing =
            self.step(|means, _| OwnShowing::of(&credential, &pointers, audience.as_deref(), nonce.as_deref(), means))?;
        Ok(Arc::new(Showing {
            wallet: self,
            view: Alternative::from(&showing.view),
            showing: Mutex::new(Some(showing)),
        }))
    }
}

#[uniffi::export]
impl Showing {
    /// What would be shown, and what that gives away.
    ///
    /// ```text
    /// for claim in showing.view().claims: show(claim.name, claim.value)
    /// ```
    #[must_use]
    pub fn view(&self) -> Alternative {
        self.view.clone()
    }

    /// The person's yes: makes the showing and enters it in the history. Gives the text to hand over, or for `write_qr`. It is good
    /// once.
    ///
    /// ```text
    /// shown = showing.agree()
    /// ```
    ///
    /// Errors: `Input` with `consent.used`; `Denied` if the device says no; `Storage`, `Locked`.
    pub fn agree(&self) -> Result<String, TamarackError> {
        let taken = self.showing.lock().unwrap_or_else(PoisonError::into_inner).take();
        let showing = taken.ok_or_else(TamarackError::used)?;
        let now = self.wallet.now()?;
        self.wallet.step(|means, random| showing.agree(now).present(means, random))
    }
}

/// The texts of the QR codes for a credential or presentation, each of at most so many characters: 970 are read by any phone off any
/// screen, 4296 are the most that a code holds. All of them are of the alphanumeric mode.
///
/// ```text
/// for code in write_qr(shown, characters=400): draw(code)
/// ```
///
/// Errors: `Input` with `qr.too_large`.
#[uniffi::export(default(characters = 970))]
pub fn write_qr(shown: String, characters: u32) -> Result<Vec<String>, TamarackError> {
    let characters = usize::try_from(characters).unwrap_or(usize::MAX);
    Ok(offline::qr::write(shown.as_bytes(), characters)?)
}

/// Whether a scanned text is one of these codes.
///
/// ```text
/// if is_qr(scanned): progress = reader.add(scanned)
/// ```
#[uniffi::export]
#[must_use]
pub fn is_qr(text: String) -> bool {
    offline::qr::is_one(&text)
}

/// Reads the texts of QR codes, in any order and however often each is seen.
///
/// ```text
/// reader = QrReader()
/// for code in codes: progress = reader.add(code)
/// shown = progress.shown
/// ```
#[derive(Default, uniffi::Object)]
pub struct QrReader {
    reader: Mutex<offline::qr::Reader>,
}

impl core::fmt::Debug for QrReader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("QrReader").finish_non_exhaustive()
    }
}

/// How far a reading of QR codes has come.
///
/// ```text
/// progress = reader.add(scanned)
/// if isinstance(progress, QrProgress.MISSING): show(progress.parts)
/// if isinstance(progress, QrProgress.COMPLETE): verdict = verifier.verify_offline(progress.shown, evidence)
/// ```
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum QrProgress {
    /// These parts are still to be scanned, numbered from 1.
    Missing {
        /// Their numbers.
        parts: Vec<u32>,
    },
    /// All of it is there.
    Complete {
        /// The credential or presentation.
        shown: Vec<u8>,
    },
}

impl core::fmt::Debug for QrProgress {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Missing { parts } => f.debug_tuple("Missing").field(parts).finish(),
            Self::Complete { shown } => f.debug_tuple("Complete").field(&shown.len()).finish(),
        }
    }
}

#[uniffi::export]
impl QrReader {
    /// A reader that has seen nothing.
    #[uniffi::constructor]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the text of one code.
    ///
    /// ```text
    /// progress = reader.add(scanned)
    /// if isinstance(progress, QrProgress.COMPLETE): shown = progress.shown
    /// ```
    ///
    /// Errors: `Input` with `qr.malformed`, or `qr.other` for a part of something else than the parts before it. What was read before
    /// stays.
    pub fn add(&self, text: String) -> Result<QrProgress, TamarackError> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(match reader.add(&text)? {
            offline::qr::Progress::Missing(parts) => QrProgress::Missing {
                parts: parts.into_iter().map(|part| u32::try_from(part).unwrap_or(u32::MAX)).collect(),
            },
            offline::qr::Progress::Complete(shown) => QrProgress::Complete { shown },
        })
    }
}

#[uniffi::export]
impl Verifier {
    /// Judges what was read from QR codes, without a network: what is needed must stand in `evidence`, such as a bundle that was
    /// fetched in the morning.
    ///
    /// ```text
    /// verdict = verifier.verify_offline(progress.shown, opened.evidence)
    /// show(verdict.name.en)
    /// ```
    ///
    /// Errors: as `verify`.
    #[uniffi::method(default(evidence = None, now = None))]
    pub fn verify_offline(
        &self,
        shown: Vec<u8>,
        evidence: Option<Arc<Evidence>>,
        now: Option<SystemTime>,
    ) -> Result<Verdict, TamarackError> {
        let evidence = snapshot(evidence.as_ref());
        Ok(Verdict::from(&offline::verify(&shown, self.policy(), &evidence, or_now(now))?))
    }
}
