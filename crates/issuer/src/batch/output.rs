//! Where the credentials of a batch go: one NDJSON file, or one file each in a folder.

use std::fs::{DirEntry, File, ReadDir};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use tamarack::issue::Securing;
use tamarack::limits::INPUT_BYTES;
use tamarack_cli::{Exit, Failure, make_private_folder, open_private};

use super::row::Piece;
use crate::store::First;

/// An open output.
pub(super) struct Output {
    place: Place,
    path: PathBuf,
    /// What the names of files end in.
    end: &'static str,
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
    move |error| Failure::new(Exit::Usage, "batch.unwritable").with("file", path.display()).because(&error)
}

/// Whether the texts are JSON. The others, JWTs and SD-JWTs, stand in quotes in NDJSON.
pub(super) const fn is_json(securing: Securing) -> bool {
    matches!(securing, Securing::DataIntegrity(_))
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

/// What is found where a batch has written before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// All that was written.
    Whole,
    /// Nothing, or less than was written.
    Less,
    /// Something that the batch has not written.
    Foreign,
}

/// Looks whether what was written is still there: `length` bytes of a file that begins with the first credential, or
/// `files` files in a folder.
pub(super) fn look(path: &Path, length: u64, files: u64, first: Option<&First>) -> Found {
    let is_there = |is_whole| if is_whole { Found::Whole } else { Found::Less };
    if !is_file(path) {
        let is_credential = |entry: &DirEntry| {
            Path::new(&entry.file_name())
                .extension()
                .is_some_and(|end| ["json", "jwt", "sd-jwt"].iter().any(|known| end == *known))
        };
        let count = |entries: ReadDir| entries.flatten().filter(is_credential).count() as u64;
        return is_there(std::fs::read_dir(path).is_ok_and(|entries| count(entries) >= files));
    }
    match path.metadata() {
        Ok(meta) if meta.len() == 0 => is_there(length == 0),
        Ok(meta) if first.is_some_and(|first| begins_with(path, first).unwrap_or(false)) => {
            is_there(meta.len() >= length)
        }
        Ok(_) => Found::Foreign,
        Err(_) => Found::Less,
    }
}

/// Whether the first line of a file is this credential. A kill may have left a piece of it: the id must be in that.
fn begins_with(path: &Path, first: &First) -> std::io::Result<bool> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).take(INPUT_BYTES as u64).read_until(b'\n', &mut line)?;
    let is_json = line.starts_with(b"{");
    let Some(text) = line.strip_suffix(b"\n") else {
        return Ok(line.starts_with(b"\"ey") || is_json && String::from_utf8_lossy(&line).contains(&first.id));
    };
    let text = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text);
    Ok(<[u8; 32]>::from(Sha256::digest(text)) == first.digest)
}

impl Output {
    /// Opens the output and cuts it back to the bytes that are known to be good.
    pub(super) fn open(path: &Path, securing: Securing, length: u64, fresh: bool) -> Result<Self, Failure> {
        let end = match securing {
            Securing::DataIntegrity(_) => "json",
            Securing::Jwt(_) => "jwt",
            Securing::SdJwt(_) => "sd-jwt",
        };
        let failed = failed(path);
        let length = if fresh { 0 } else { length };
        let place = if is_file(path) {
            let mut file = open_private(path).map_err(&failed)?;
            file.set_len(length).and_then(|()| file.seek(SeekFrom::Start(length))).map_err(&failed)?;
            Place::File(file)
        } else {
            make_private_folder(path).map_err(&failed)?;
            Place::Folder
        };
        Ok(Self { place, path: path.to_owned(), end, length })
    }

    /// Bytes that are safe on the disk; 0 for a folder.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// Writes credentials. When this returns, they are on the disk.
    pub(super) fn write(&mut self, pieces: &[Piece]) -> Result<(), Failure> {
        let failed = failed(&self.path);
        match &mut self.place {
            Place::File(file) => {
                for piece in pieces {
                    file.write_all(piece.lines.as_bytes()).map_err(&failed)?;
                    self.length += piece.lines.len() as u64;
                }
                file.sync_data().map_err(failed)
            }
            Place::Folder => {
                let end = self.end;
                let all: Vec<_> = pieces.iter().flat_map(Piece::credentials).collect();
                all.par_iter()
                    .try_for_each(|(made, credential, text)| {
                        write_one(&self.path, made.line, &credential.id, text, end)
                    })
                    .and_then(|()| sync_folder(&self.path))
                    .map_err(failed)
            }
        }
    }
}

/// The file appears whole or not at all.
fn write_one(folder: &Path, line: u64, id: &str, text: &str, end: &str) -> std::io::Result<()> {
    let uuid = id.rsplit(':').next().unwrap_or_default();
    let beside = folder.join(format!(".{uuid}.part"));
    let mut file = open_private(&beside)?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())?;
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
