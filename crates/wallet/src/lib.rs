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
mod contexts;
pub mod credentials;
mod delete;
pub mod device;
mod error;
mod fetch;
mod hidden;
pub mod history;
mod holder;
pub mod http;
pub mod keys;
pub mod limits;
mod means;
pub mod offline;
pub mod present;
pub mod receipts;
pub mod receive;
pub mod status;
pub mod store;
mod texts;
mod words;

pub use credentials::{Localized, StoredCredential, Summary};
pub use delete::delete_credential;
pub use device::{DeviceError, DeviceKeys};
pub use error::{ErrorKind, Result, WalletCode, WalletError};
pub use http::{HttpRequest, HttpResponse, Method, Reply, Step};
pub use keys::{HolderKey, NewKey};
pub use means::{Clock, KnownVerifier, Means, Strangers, Trust};
pub use store::{Change, Guard, Kind, MemoryStore, SqlCipherStore, Store};
