//! The issuer: keys, credential types, single credentials and whole batches, status, in one SQLite store.
//!
//! The program `tamarack-issuer` is [`PROGRAM`]. [`store`] and [`batch`] can be used without the command line.

pub mod batch;
mod commands;
pub mod keyring;
pub mod store;

pub use commands::PROGRAM;
