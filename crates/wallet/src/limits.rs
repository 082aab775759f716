//! Every bound of the wallet, in one table. An error that a bound causes names the bound and its value.

/// Bytes of the id of a record.
pub const RECORD_ID_BYTES: usize = 512;
/// Bytes of one record: 2 MiB. A credential is at most [`tamarack::limits::INPUT_BYTES`]; what is kept beside it is small.
pub const RECORD_BYTES: usize = 2 << 20;
/// Changes of one write.
pub const CHANGES: usize = 50_000;
/// Records that one listing gives.
pub const LISTED: usize = 100_000;
