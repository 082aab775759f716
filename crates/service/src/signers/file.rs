//! Small files with secrets.

use std::io::Read as _;

use zeroize::Zeroizing;

/// The bytes of a file, if it can be read and has no more than so many.
pub(super) fn read(path: &str, limit: u64) -> Option<Zeroizing<Vec<u8>>> {
    let file = std::fs::File::open(path).ok()?;
    // Room for everything at once: a vector that grows leaves copies behind.
    let room = usize::try_from(limit.saturating_add(1)).ok()?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).ok()?;
    (bytes.len() < room).then_some(bytes)
}
