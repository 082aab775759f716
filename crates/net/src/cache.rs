//! Copies of what was fetched, each with its age, in memory or in a folder.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha2::{Digest as _, Sha256};
use tamarack::Timestamp;
use tamarack::encoding::hex_encode;

/// Copies in memory at most; the oldest goes first.
const COPIES: usize = 1_024;

/// Where copies are kept.
///
/// A cache in a folder remembers which issuers and lists were asked for: it belongs on machines whose users may know
/// that of each other. What it holds is judged like anything fetched, its age included, but whoever can write to the
/// folder can put an old answer there: it must belong to the verifier alone.
#[derive(Debug)]
pub struct Cache {
    place: Place,
}

#[derive(Debug)]
enum Place {
    Nowhere,
    Memory(Mutex<HashMap<String, Copy>>),
    Folder(PathBuf),
}

/// One copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Copy {
    pub(crate) bytes: Vec<u8>,
    pub(crate) fetched: Timestamp,
    /// Until when the server says that it stays good, bounded by our own limit.
    pub(crate) fresh_until: Timestamp,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Header {
    url: String,
    fetched: i64,
    fresh_until: i64,
    sha256: String,
}

impl Cache {
    /// No cache.
    #[must_use]
    pub const fn none() -> Self {
        Self { place: Place::Nowhere }
    }

    /// A cache in memory.
    #[must_use]
    pub fn memory() -> Self {
        Self { place: Place::Memory(Mutex::default()) }
    }

    /// A cache in a folder, which is created (for its owner alone) when the first copy is kept.
    #[must_use]
    pub const fn folder(path: PathBuf) -> Self {
        Self { place: Place::Folder(path) }
    }

    pub(crate) fn get(&self, url: &str) -> Option<Copy> {
        match &self.place {
            Place::Nowhere => None,
            Place::Memory(copies) => copies.lock().ok()?.get(url).cloned(),
            Place::Folder(folder) => read(&file_of(folder, url), url),
        }
    }

    /// When a copy was fetched, and until when it is fresh.
    pub(crate) fn times(&self, url: &str) -> Option<(Timestamp, Timestamp)> {
        match &self.place {
            Place::Memory(copies) => copies.lock().ok()?.get(url).map(|copy| (copy.fetched, copy.fresh_until)),
            Place::Nowhere | Place::Folder(_) => self.get(url).map(|copy| (copy.fetched, copy.fresh_until)),
        }
    }

    /// Keeps a copy. A cache that cannot keep one is no reason to fail.
    pub(crate) fn put(&self, url: &str, copy: &Copy) {
        match &self.place {
            Place::Nowhere => {}
            Place::Memory(copies) => {
                let Ok(mut copies) = copies.lock() else { return };
                if copies.len() >= COPIES && !copies.contains_key(url) {
                    let oldest = copies.iter().min_by_key(|(_, copy)| copy.fetched).map(|(url, _)| url.clone());
                    oldest.and_then(|url| copies.remove(&url));
                }
                copies.insert(url.to_owned(), copy.clone());
            }
            Place::Folder(folder) => {
                let _ = write(folder, url, copy);
            }
        }
    }
}

fn file_of(folder: &Path, url: &str) -> PathBuf {
    folder.join(hex_encode(&Sha256::digest(url)))
}

/// One line of JSON, then the bytes.
fn read(path: &Path, url: &str) -> Option<Copy> {
    let file = fs::read(path).ok()?;
    let end = file.iter().position(|byte| *byte == b'\n')?;
    let (header, bytes) = (file.get(..end)?, file.get(end + 1..)?);
    let header: Header = serde_json::from_slice(header).ok()?;
    // A file cut short by a full disk is not a copy.
    if header.url != url || header.sha256 != hex_encode(&Sha256::digest(bytes)) {
        return None;
    }
    Some(Copy {
        bytes: bytes.to_vec(),
        fetched: Timestamp::from_unix(header.fetched),
        fresh_until: Timestamp::from_unix(header.fresh_until),
    })
}

fn write(folder: &Path, url: &str, copy: &Copy) -> std::io::Result<()> {
    create(folder)?;
    let header = Header {
        url: url.to_owned(),
        fetched: copy.fetched.unix(),
        fresh_until: copy.fresh_until.unix(),
        sha256: hex_encode(&Sha256::digest(&copy.bytes)),
    };
    let path = file_of(folder, url);
    // Two verifiers may write one copy at once: each moves a whole file into place.
    let beside = path.with_extension(format!("{}-{:?}.part", std::process::id(), std::thread::current().id()));
    let mut file = fs::File::create(&beside)?;
    serde_json::to_writer(&mut file, &header)?;
    file.write_all(b"\n")?;
    file.write_all(&copy.bytes)?;
    drop(file);
    fs::rename(beside, path)
}

#[cfg(unix)]
fn create(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(fetched: i64) -> Copy {
        Copy {
            bytes: b"{\n}".to_vec(),
            fetched: Timestamp::from_unix(fetched),
            fresh_until: Timestamp::from_unix(fetched + 60),
        }
    }

    #[test]
    fn a_folder_gives_back_what_it_got_and_nothing_damaged() {
        let folder = std::env::temp_dir().join(format!("tamarack-net-cache-{}", std::process::id()));
        let cache = Cache::folder(folder.clone());
        cache.put("https://a.example/", &copy(5));
        assert_eq!(cache.get("https://a.example/"), Some(copy(5)));
        assert_eq!(cache.get("https://b.example/"), None);
        let file = file_of(&folder, "https://a.example/");
        let whole = fs::read(&file).unwrap();
        fs::write(&file, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(cache.get("https://a.example/"), None);
        fs::copy(&file, file_of(&folder, "https://b.example/")).unwrap();
        assert_eq!(cache.get("https://b.example/"), None);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn memory_is_bounded() {
        let cache = Cache::memory();
        for n in 0..=COPIES {
            cache.put(&format!("https://a.example/{n}"), &copy(i64::try_from(n).unwrap()));
        }
        assert_eq!(cache.get("https://a.example/0"), None);
        assert!(cache.get("https://a.example/1").is_some());
        assert_eq!(Cache::none().get("x"), None);
    }
}
