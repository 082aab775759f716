//! Reading inputs with a cap, writing outputs whole or not at all.

use std::fs::File;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

use crate::{Exit, Failure, Terminal};

/// Reads a file, or stdin for `-`, up to `limit` bytes.
///
/// # Errors
/// `file.read` (64) if it cannot be read, `file.too_large` (65) beyond the limit.
pub fn read_input(path: &str, limit: usize) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(Exit::Usage, "file.read").with("file", path).with("reason", describe(&error))
    };
    let mut bytes = Vec::new();
    // One byte more than allowed tells too large from just fitting.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    if path == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        File::open(path).map_err(unreadable)?.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() > limit {
        return Err(Failure::new(Exit::Data, "file.too_large").with("file", path).with("limit", limit));
    }
    Ok(bytes)
}

/// Writes to a file, or to stdout without one. A file appears whole or not at all: it is written beside its place,
/// flushed to the disk and then moved there.
///
/// # Errors
/// `file.write` (64).
pub fn write_output(path: Option<&Path>, bytes: &[u8], terminal: &Terminal) -> Result<(), Failure> {
    let Some(path) = path.filter(|path| *path != Path::new("-")) else { return terminal.write(bytes) };
    write_whole(path, bytes).map_err(|error| {
        Failure::new(Exit::Usage, "file.write").with("file", path.display()).with("reason", describe(&error))
    })
}

/// Writes a secret to a new file that only its owner can read. A file that is there already stays as it is.
///
/// # Errors
/// `file.write` (64), `file.exists` (64).
pub fn write_secret(path: &str, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::new(Exit::Usage, "file.exists").with("file", path),
        _ => Failure::new(Exit::Usage, "file.write").with("file", path).with("reason", describe(&error)),
    })
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// A word that the texts know: the system's own sentences depend on the system and its language.
fn describe(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied, StorageFull};
    match error.kind() {
        NotFound | NotADirectory => "missing",
        PermissionDenied => "forbidden",
        IsADirectory => "folder",
        StorageFull => "full",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_just_at_the_limit_is_read_and_one_beyond_is_not() {
        let path = std::env::temp_dir().join(format!("tamarack-cli-limit-{}", std::process::id()));
        write_whole(&path, b"12345").unwrap();
        let name = path.to_str().unwrap();
        assert_eq!(read_input(name, 5).unwrap(), b"12345");
        let failure = read_input(name, 4).unwrap_err();
        assert_eq!((failure.exit(), failure.code()), (Exit::Data, "file.too_large"));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read_input(name, 5).unwrap_err().exit(), Exit::Usage);
    }

    #[test]
    fn a_secret_is_for_its_owner_and_never_overwritten() {
        let path = std::env::temp_dir().join(format!("tamarack-cli-secret-{}", std::process::id()));
        let name = path.to_str().unwrap();
        write_secret(name, b"one").unwrap();
        assert_eq!(write_secret(name, b"two").unwrap_err().code(), "file.exists");
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let folder = std::env::temp_dir().join(format!("tamarack-cli-write-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("taken")).unwrap();
        assert!(write_whole(&folder.join("taken"), b"x").is_err());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
