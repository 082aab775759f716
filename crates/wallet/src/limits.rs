//! Every bound of the wallet, in one table. An error that a bound causes names the bound and its value.

/// Bytes of the id of a record.
pub const RECORD_ID_BYTES: usize = 512;
/// Bytes of one record: 2 MiB. A credential is at most [`tamarack::limits::INPUT_BYTES`]; what is kept beside it is small.
pub const RECORD_BYTES: usize = 2 << 20;
/// Changes of one write.
pub const CHANGES: usize = 200_000;
/// Receivings that may be under way at once.
pub const PENDING: usize = 1_000;
/// Single-use copies of one credential that are asked for at once, whatever the issuer gives.
pub const COPIES: u32 = 32;
/// Records that one listing gives.
pub const LISTED: usize = 100_000;
/// Passes of Argon2id over its memory, for a passphrase of the store (RFC 9106 §4, the second recommended option).
pub const ARGON2_PASSES: u32 = 3;
/// Memory of Argon2id in KiB: 64 MiB (RFC 9106 §4, the same option: a phone has not the 2 GiB of the first).
pub const ARGON2_MEMORY_KIB: u32 = 64 << 10;
/// Lanes of Argon2id (RFC 9106 §4, both options).
pub const ARGON2_LANES: u32 = 4;
/// The most memory that a key file may ask Argon2id for, in KiB: 1 GiB.
pub const ARGON2_MEMORY_KIB_AT_MOST: u32 = 1 << 20;
/// The most passes that a key file may ask Argon2id for.
pub const ARGON2_PASSES_AT_MOST: u32 = 32;
/// Bytes of a key file.
pub const KEY_FILE_BYTES: u64 = 16 << 10;
/// Bytes of a passphrase.
pub const PASSPHRASE_BYTES: usize = 1 << 10;
/// Milliseconds that one process waits for another that holds the store.
pub const STORE_WAIT_MILLIS: u64 = 5_000;
/// Bytes of a backup or of a transfer, encrypted or not: 256 MiB.
pub const BACKUP_BYTES: usize = 256 << 20;
/// Seconds for which a new device's code for a transfer is good: ten minutes.
pub const TRANSFER_SECONDS: i64 = 600;
/// The binary logarithm of scrypt's cost for a backup under a passphrase: 2^17 with r = 8, 128 MiB (OWASP's advice).
pub const SCRYPT_LOG_N: u8 = 17;
/// The most that a backup may ask scrypt for: 2^20, a gigabyte.
pub const SCRYPT_LOG_N_AT_MOST: u8 = 20;
/// Seconds before its end from which a credential is said to expire soon: 30 days.
pub const EXPIRING_SECONDS: i64 = 30 * 86_400;
/// Seconds between two rounds of looking up states, on the average: a day.
pub const REFRESH_SECONDS: i64 = 86_400;
/// Seconds for which a consent may stand, so that the same is shared again without being asked for: a year.
pub const CONSENT_SECONDS: i64 = 366 * 86_400;
/// Things that one round of looking up states fetches.
pub const REFRESH_FETCHES: usize = 1_024;
