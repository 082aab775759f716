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
    let failure = |exit, code| Failure::new(exit, code).with("file", path).with("source", source(path));
    let unreadable = |error: std::io::Error| failure(Exit::Usage, "file.read").with("reason", describe(&error));
    let mut bytes = Vec::new();
    // One byte more than allowed tells too large from just fitting.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    if path == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        File::open(path).map_err(unreadable)?.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() > limit {
        let (limit, unit) = size(limit);
        return Err(failure(Exit::Data, "file.too_large").with("limit", limit).with("unit", unit));
    }
    Ok(bytes)
}

/// Writes to a file, or to stdout without one. A file appears whole or not at all: it is written beside its place,
/// flushed to the disk and then moved there.
///
/// # Errors
/// `file.write` (64).
pub fn write_output(path: Option<&Path>, bytes: &[u8], terminal: &Terminal) -> Result<(), Failure> {
    write_for(Readers::All, path, bytes, terminal)
}

/// Writes personal data to a file that only its owner can read, or to stdout without one; otherwise as [`write_output`].
///
/// # Errors
/// `file.write` (64).
pub fn write_private(path: Option<&Path>, bytes: &[u8], terminal: &Terminal) -> Result<(), Failure> {
    write_for(Readers::Owner, path, bytes, terminal)
}

fn write_for(readers: Readers, path: Option<&Path>, bytes: &[u8], terminal: &Terminal) -> Result<(), Failure> {
    let Some(path) = path.filter(|path| *path != Path::new("-")) else { return terminal.write(bytes) };
    write_whole(path, bytes, readers).map_err(|error| unwritable(&path.to_string_lossy(), &error))
}

/// Why a file cannot be written: `file.write` (64).
#[must_use]
pub fn unwritable(path: &str, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Usage, "file.write").with("file", path).with("reason", describe(error))
}

/// Opens a file to write that only its owner can read, wherever the system knows such a thing; it is made if it is not
/// there, and keeps what it holds.
///
/// # Errors
/// Those of the system.
pub fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // The mode above is for a new file only.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// Makes a folder, and those above it, into which only its owner can look. One that is there stays as it is.
///
/// # Errors
/// Those of the system.
pub fn make_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Who may read a file.
#[derive(Clone, Copy)]
enum Readers {
    All,
    Owner,
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
        _ => unwritable(path, &error),
    })
}

fn write_whole(path: &Path, bytes: &[u8], readers: Readers) -> std::io::Result<()> {
    // What a link leads to is written, not the link.
    let real = path.canonicalize();
    let path = real.as_deref().unwrap_or(path);
    if path.metadata().is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
        // A device or a pipe takes the bytes; nothing ever takes its place.
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    let opened = match readers {
        Readers::All => File::create(&beside),
        Readers::Owner => open_private(&beside).and_then(|file| file.set_len(0).map(|()| file)),
    };
    let written = opened
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// Whether an input is standard input: the texts have words for it.
fn source(path: &str) -> &'static str {
    if path == "-" { "stdin" } else { "file" }
}

/// A limit in the largest unit that tells it exactly.
const fn size(bytes: usize) -> (usize, &'static str) {
    match bytes {
        0 => (0, "bytes"),
        _ if bytes.is_multiple_of(1 << 20) => (bytes >> 20, "megabytes"),
        _ if bytes.is_multiple_of(1 << 10) => (bytes >> 10, "kilobytes"),
        _ => (bytes, "bytes"),
    }
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
        write_whole(&path, b"12345", Readers::All).unwrap();
        let name = path.to_str().unwrap();
        assert_eq!(read_input(name, 5).unwrap(), b"12345");
        let failure = read_input(name, 4).unwrap_err();
        assert_eq!((failure.exit(), failure.code()), (Exit::Data, "file.too_large"));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read_input(name, 5).unwrap_err().exit(), Exit::Usage);
    }

    #[test]
    fn limits_are_told_in_units_that_people_know() {
        assert_eq!(size(1_048_576), (1, "megabytes"));
        assert_eq!(size(65_536), (64, "kilobytes"));
        assert_eq!((size(1_000), size(0)), ((1_000, "bytes"), (0, "bytes")));
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
    #[cfg(unix)]
    fn personal_data_is_for_its_owner_and_public_data_for_all() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = std::env::temp_dir().join(format!("tamarack-cli-private-{}", std::process::id()));
        make_private_folder(&folder.join("inner")).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("inner"))), (0o700, 0o700));
        let (public, private) = (folder.join("public"), folder.join("private"));
        write_whole(&public, b"x", Readers::All).unwrap();
        std::fs::write(folder.join("usual"), b"x").unwrap();
        assert_eq!(mode(&public), mode(&folder.join("usual")));
        // What was there before, open to all, is replaced.
        write_whole(&private, b"x", Readers::All).unwrap();
        write_whole(&private, b"y", Readers::Owner).unwrap();
        assert_eq!((mode(&private), std::fs::read(&private).unwrap()), (0o600, b"y".to_vec()));
        open_private(&public).unwrap();
        assert_eq!((mode(&public), std::fs::read(&public).unwrap()), (0o600, b"x".to_vec()));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn pipes_and_links_stay_what_they_are() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = std::env::temp_dir().join(format!("tamarack-cli-places-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (pipe, file, link) = (folder.join("pipe"), folder.join("file"), folder.join("link"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let read = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::read(pipe).unwrap()
        });
        write_whole(&pipe, b"x", Readers::Owner).unwrap();
        assert_eq!(read.join().unwrap(), b"x");
        assert!(pipe.metadata().unwrap().file_type().is_fifo());
        std::fs::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_whole(&link, b"new", Readers::All).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let folder = std::env::temp_dir().join(format!("tamarack-cli-write-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("taken")).unwrap();
        assert!(write_whole(&folder.join("taken"), b"x", Readers::All).is_err());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
