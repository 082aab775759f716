//! The wallet as a library: credentials kept safe on a device, shown with the person's consent and no more of them than was
//! agreed to.
//!
//! ```text
//! offer   ─► preview ──(the person accepts)──► received, verified, stored
//! request ─► consent request ──(the person chooses)──► consent ─► presentation ─► history
//! ```
//!
//! Nothing here goes to the network or reads a clock: the app carries the requests, says the time and hands in randomness.
//! What is kept goes through one trait, [`Store`]; what the phone's secure hardware does, through another, [`DeviceKeys`].
//! Everything that a person may read is in English and in French.

pub mod backup;
pub mod credentials;
pub mod device;
mod error;
pub mod history;
pub mod keys;
pub mod limits;
pub mod receipts;
pub mod status;
pub mod store;
mod texts;

pub use credentials::{Localized, StoredCredential, Summary};
pub use device::{DeviceError, DeviceKeys};
pub use error::{ErrorKind, Result, WalletCode, WalletError};
pub use keys::{HolderKey, NewKey};
pub use store::{Change, Guard, Kind, MemoryStore, SqlCipherStore, Store};
