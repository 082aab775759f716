//! The memory of the services: SQLite in a file, or PostgreSQL, shared by any number of processes.
//!
//! Whatever may be used once is used up by one statement that only one caller can win, so it does not matter how many
//! processes share a database. Codes, tokens and nonces are kept as SHA-256 digests: who reads the database learns none.
//!
//! | table | holds |
//! |---|---|
//! | `ticket` | what is short-lived and shown as a secret: codes, access tokens, nonces, sessions, sign-in states |
//! | `exchange` | what goes through states: presentation requests, applications that wait for a clerk |
//! | `exchange_file` | the files that an application brings |
//! | `audit` | who did what, hash-chained |

mod audit;
mod connections;
mod database;
mod error;
mod exchanges;
pub mod issuing;
mod schema;
mod tickets;
mod together;

pub use audit::{AuditEntry, AuditEvent, AuditFlaw, ChainEnd, ChainError};
pub use database::{Address, Database};
pub use error::StoreError;
pub use exchanges::{Exchange, ExchangeFile, FileAdded, FileName, NewExchange};
pub use schema::Migrated;
pub use tickets::{Held, NewTicket, Taken};
