//! Where the credentials of a batch go: one NDJSON file, or one file each in a folder.

use std::fs::{File, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tamarack::issue::Securing;
use tamarack_cli::{Exit, Failure};

use super::row::Credential;

/// An open output.
pub(super) struct Output {
    place: Place,
    path: PathBuf,
    /// A JWT is a line of its own, but no JSON: in NDJSON it stands in quotes.
    is_jwt: bool,
    length: u64,
}

enum Place {
    File(File),
    Folder,
}

/// `FILE.ndjson` and `FILE.jsonl` are files; every other name is a folder.
fn is_file(path: &Path) -> bool {
    !path.is_dir() && path.extension().is_some_and(|end| end == "ndjson" || end == "jsonl")
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Failure {
    move |error| Failure::new(Exit::Usage, "batch.unwritable").with("file", path.display()).with("reason", error)
}

/// The absolute name of an output, by which the store knows it again.
pub(super) fn name(path: &Path) -> Result<String, Failure> {
    Ok(std::path::absolute(path).map_err(failed(path))?.to_string_lossy().into_owned())
}

/// Whether there is something at the place that is not ours to write over.
pub(super) fn is_taken(path: &Path) -> bool {
    if is_file(path) {
        return path.metadata().is_ok_and(|meta| meta.len() > 0);
    }
    std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some())
}

/// Whether what was written there is still there.
pub(super) fn holds(path: &Path, length: u64) -> bool {
    if is_file(path) { path.metadata().is_ok_and(|meta| meta.len() >= length) } else { path.is_dir() }
}

impl Output {
    /// Opens the output and cuts it back to the bytes that are known to be good.
    pub(super) fn open(path: &Path, securing: Securing, length: u64, fresh: bool) -> Result<Self, Failure> {
        let is_jwt = matches!(securing, Securing::Jwt(_));
        let failed = failed(path);
        let length = if fresh { 0 } else { length };
        let place = if is_file(path) {
            let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(&failed)?;
            file.set_len(length).and_then(|()| file.seek(SeekFrom::Start(length))).map_err(&failed)?;
            Place::File(file)
        } else {
            std::fs::create_dir_all(path).map_err(&failed)?;
            Place::Folder
        };
        Ok(Self { place, path: path.to_owned(), is_jwt, length })
    }

    /// Bytes that are safe on the disk; 0 for a folder.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// Writes credentials. When this returns, they are on the disk.
    pub(super) fn write<'c>(
        &mut self,
        credentials: impl Iterator<Item = (u64, &'c Credential)>,
    ) -> Result<u64, Failure> {
        let failed = failed(&self.path);
        match &mut self.place {
            Place::File(file) => {
                let mut buffer = Vec::with_capacity(1 << 20);
                let mut count = 0;
                for (_, credential) in credentials {
                    if self.is_jwt {
                        // base64url and dots: nothing to escape.
                        buffer.extend_from_slice(format!("\"{}\"\n", credential.text).as_bytes());
                    } else {
                        buffer.extend_from_slice(credential.text.as_bytes());
                        buffer.push(b'\n');
                    }
                    count += 1;
                }
                file.write_all(&buffer).and_then(|()| file.sync_data()).map_err(failed)?;
                self.length += buffer.len() as u64;
                Ok(count)
            }
            Place::Folder => {
                let end = if self.is_jwt { "jwt" } else { "json" };
                let all: Vec<_> = credentials.collect();
                all.par_iter()
                    .try_for_each(|(line, credential)| write_one(&self.path, *line, credential, end))
                    .and_then(|()| sync_folder(&self.path))
                    .map_err(failed)?;
                Ok(all.len() as u64)
            }
        }
    }
}

/// The file appears whole or not at all.
fn write_one(folder: &Path, line: u64, credential: &Credential, end: &str) -> std::io::Result<()> {
    let uuid = credential.id.rsplit(':').next().unwrap_or_default();
    let beside = folder.join(format!(".{uuid}.part"));
    let mut file = File::create(&beside)?;
    file.write_all(credential.text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_data()?;
    std::fs::rename(beside, folder.join(format!("{line:07}-{uuid}.{end}")))
}

/// The names in a folder are safe once the folder itself is flushed.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
