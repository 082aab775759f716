//! From one device to another: the new one shows a code, the old one sends the wallet to it.

use tamarack_wallet::backup::transfer;

use super::Wallet;
use super::backup::{BackupMade, RestoreReport};
use crate::error::TamarackError;

#[uniffi::export]
impl Wallet {
    /// The new device: the text of a QR code to show to the old one. It is good for a few minutes and for one transfer; a new one
    /// takes its place.
    ///
    /// ```text
    /// codes = draw(wallet.invite_transfer())
    /// ```
    ///
    /// Errors: `Storage`, `Locked`.
    pub fn invite_transfer(&self) -> Result<String, TamarackError> {
        self.step(|means, random| transfer::invite(means.store, means.clock.now(), random))
    }

    /// The old device: the wallet, encrypted to the code that it scanned. How the bytes get there is the app's: nobody between can read
    /// them. Nothing is deleted here.
    ///
    /// ```text
    /// made = wallet.send_transfer(scanned)
    /// send(made.bytes)
    /// ```
    ///
    /// Errors: `Input` with `transfer.code`, `transfer.over`; `Storage`, `Locked`.
    pub fn send_transfer(&self, code: String) -> Result<BackupMade, TamarackError> {
        let parcel = self.step(|means, _| transfer::send(means.store, &code, means.clock.now()))?;
        Ok(BackupMade::of(parcel.bytes, parcel.credentials, parcel.ask_again))
    }

    /// The new device: opens what the old one sent, all or nothing. The code is used up by it.
    ///
    /// ```text
    /// report = wallet.receive_transfer(parcel)
    /// show(report.credentials, [one.title.en for one in report.ask_again])
    /// ```
    ///
    /// Errors: `Input` with `transfer.over`, `backup.*`; `Storage`, `Locked`.
    pub fn receive_transfer(&self, parcel: Vec<u8>) -> Result<RestoreReport, TamarackError> {
        let restored = self.step(|means, random| transfer::receive(means.store, &parcel, means.clock.now(), random))?;
        Ok(restored.into())
    }

    /// The old device, once the new one has everything: forgets the credentials, the keys and what is under way. The history stays.
    ///
    /// ```text
    /// wallet.retire()
    /// ```
    ///
    /// Errors: `Storage`, `Locked`; what the device says. It can be tried again.
    pub fn retire(&self) -> Result<(), TamarackError> {
        self.step(|means, random| transfer::retire(means.store, means.device, means.clock.now(), random))
    }
}
