//! Consent receipts: what the person agreed to share, signed, to look at and to withdraw.

use std::time::SystemTime;

use tamarack_wallet::receipts;

use super::Wallet;
use crate::error::TamarackError;
use crate::time::system_time;

/// A consent receipt, in the terms of ISO/IEC TS 27560.
///
/// ```text
/// receipt = consent.present(client).receipt
/// if receipt: show(receipt.controller, receipt.stands_until)
/// ```
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConsentReceipt {
    /// Its id.
    pub id: String,
    /// Who may use the information: an identifier.
    pub controller: String,
    /// Whether the person withdrew it.
    pub withdrawn: bool,
    /// Until when the same information may be shared without being asked for again; none for not at all.
    pub stands_until: Option<SystemTime>,
    /// The record with its signature, a compact JWS, to give to the controller.
    pub text: String,
    /// When the consent was given.
    pub given: Option<SystemTime>,
    /// The record, JSON text, with the names of ISO/IEC TS 27560.
    pub record: String,
}

impl core::fmt::Debug for ConsentReceipt {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ConsentReceipt").field("id", &self.id).finish_non_exhaustive()
    }
}

impl From<receipts::Receipt> for ConsentReceipt {
    fn from(receipt: receipts::Receipt) -> Self {
        Self {
            id: receipt.id().to_owned(),
            controller: receipt.controller().to_owned(),
            withdrawn: receipt.is_withdrawn(),
            stands_until: receipt.stands_until().map(system_time),
            given: receipt.given().map(system_time),
            record: serde_json::to_string(&receipt.record).unwrap_or_default(),
            text: receipt.text,
        }
    }
}

#[uniffi::export]
impl Wallet {
    /// Every consent receipt, the newest first.
    ///
    /// ```text
    /// for receipt in wallet.receipts(): show(receipt.controller, receipt.given, receipt.withdrawn)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn receipts(&self) -> Result<Vec<ConsentReceipt>, TamarackError> {
        Ok(self.step(|means, _| receipts::list(means.store))?.into_iter().map(ConsentReceipt::from).collect())
    }

    /// One consent receipt.
    ///
    /// ```text
    /// receipt = wallet.receipt(view.agreed_before.receipt)
    /// ```
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`.
    pub fn receipt(&self, id: String) -> Result<ConsentReceipt, TamarackError> {
        Ok(self.step(|means, _| receipts::receipt(means.store, &id))?.into())
    }

    /// The receipts by which a controller may be given the same information now without asking again.
    ///
    /// ```text
    /// standing = wallet.standing_receipts(request.verifier().id)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn standing_receipts(&self, controller: String) -> Result<Vec<ConsentReceipt>, TamarackError> {
        let standing = self.step(|means, _| receipts::standing(means.store, &controller, means.clock.now()))?;
        Ok(standing.into_iter().map(ConsentReceipt::from).collect())
    }

    /// Withdraws a consent. The receipt that comes back says so, signed: it is for the controller. Doing it twice changes nothing.
    ///
    /// ```text
    /// withdrawn = wallet.withdraw_receipt(receipt.id)
    /// send(withdrawn.text)  # to the controller
    /// ```
    ///
    /// Errors: `Input` with `record.missing`; `Storage`, `Locked`.
    pub fn withdraw_receipt(&self, id: String) -> Result<ConsentReceipt, TamarackError> {
        let receipt = self.step(|means, random| receipts::withdraw(means.store, &id, means.clock.now(), random))?;
        Ok(receipt.into())
    }

    /// Deletes a receipt. The consent is not withdrawn by that: the controller has its own copy.
    ///
    /// ```text
    /// wallet.delete_receipt(receipt.id)
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn delete_receipt(&self, id: String) -> Result<(), TamarackError> {
        self.step(|means, _| receipts::delete(means.store, &id))
    }
}

/// Reads and verifies a receipt: its form, and the signature by the person's key that it names.
///
/// ```text
/// receipt = verify_receipt(text)
/// if not receipt.withdrawn: show(receipt.controller, receipt.given)
/// ```
///
/// Errors: `Input` with `receipt.invalid`.
#[uniffi::export]
pub fn verify_receipt(text: String) -> Result<ConsentReceipt, TamarackError> {
    Ok(receipts::Receipt::verify(&text)?.into())
}

/// Whether a receipt is about this claim: the kind of the credential (its `vct`, or its most special type) and the claim's JSON
/// pointer. The receipt is verified first.
///
/// ```text
/// covered = receipt_covers(receipt.text, "https://credentials.example/card", "/givenName")
/// ```
///
/// Errors: `Input` with `receipt.invalid`.
#[uniffi::export]
pub fn receipt_covers(text: String, kind: String, pointer: String) -> Result<bool, TamarackError> {
    Ok(receipts::Receipt::verify(&text)?.covers(&kind, &pointer))
}
