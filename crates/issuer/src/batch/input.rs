//! The CSV file: its digest, its header matched to the type, its rows one chunk after the other.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};
use std::path::Path;

use csv::{ByteRecord, Reader, ReaderBuilder};
use sha2::{Digest as _, Sha256};
use tamarack::issue::CredentialType;
use tamarack_cli::{Exit, Failure};

/// Bytes of one row: a portrait and then some.
const ROW_BYTES: usize = 1 << 20;
/// The column with the subject's DID.
const SUBJECT: &str = "subject";

/// What a column is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    /// The claim with this number in the type.
    Claim(usize),
    /// The subject's DID.
    Subject,
}

/// A CSV file whose header fits.
pub(super) struct Table {
    file: File,
    delimiter: u8,
    /// SHA-256 of its bytes.
    pub(super) digest: [u8; 32],
    /// What its columns are.
    pub(super) columns: Vec<Column>,
}

/// Its rows.
pub(super) struct Rows {
    reader: Reader<BufReader<Bounded>>,
}

/// A file of which only so much is read for one row: a quote that is never closed would take the rest of it.
struct Bounded {
    file: File,
    left: usize,
}

impl std::io::Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let longest = buffer.len().min(self.left);
        let read = self.file.read(buffer.get_mut(..longest).unwrap_or_default())?;
        self.left -= read;
        Ok(read)
    }
}

fn unreadable(path: &Path) -> impl Fn(std::io::Error) -> Failure {
    move |error| Failure::new(Exit::Usage, "batch.unreadable").with("file", path.display()).because(&error)
}

fn broken(error: csv::Error) -> Failure {
    let line = error.position().map(csv::Position::line).unwrap_or_default();
    Failure::new(Exit::Data, "batch.broken").with("line", line)
}

fn too_large(line: u64) -> Failure {
    Failure::new(Exit::Data, "batch.row_too_large").with("line", line).with("limit", ROW_BYTES)
}

impl Table {
    pub(super) fn open(path: &Path, delimiter: u8, credential_type: &CredentialType) -> Result<Self, Failure> {
        let mut file = File::open(path).map_err(unreadable(path))?;
        let digest = digest(&mut file).map_err(unreadable(path))?;
        let mut rows = Rows { reader: reader(file.try_clone().map_err(unreadable(path))?, delimiter)? };
        let columns = columns(&mut rows, credential_type)?;
        Ok(Self { file, delimiter, digest, columns })
    }

    /// Looks through the file, and gives its rows without the header.
    pub(super) fn count(&self) -> Result<u64, Failure> {
        let mut rows = self.rows()?;
        let mut record = ByteRecord::new();
        let mut count = 0;
        while rows.read(&mut record)? {
            if record.as_slice().len() > ROW_BYTES {
                return Err(too_large(record.position().map(csv::Position::line).unwrap_or_default()));
            }
            count += 1;
        }
        Ok(count)
    }

    /// The rows from the first.
    pub(super) fn rows(&self) -> Result<Rows, Failure> {
        let again = self.file.try_clone();
        let file = again.map_err(|error| Failure::new(Exit::Internal, "store.failed").because(&error))?;
        let mut rows = Rows { reader: reader(file, self.delimiter)? };
        // The header is behind, so that the reader stands at the line of the first row.
        rows.reader.byte_headers().map_err(broken)?;
        Ok(rows)
    }
}

fn digest(file: &mut File) -> std::io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().into()),
            count => hash.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}

fn reader(mut file: File, delimiter: u8) -> Result<Reader<BufReader<Bounded>>, Failure> {
    file.rewind().map_err(|error| Failure::new(Exit::Usage, "store.failed").because(&error))?;
    let buffered = BufReader::with_capacity(1 << 16, Bounded { file, left: ROW_BYTES });
    Ok(ReaderBuilder::new().delimiter(delimiter).has_headers(true).flexible(true).from_reader(buffered))
}

/// Every column must be a claim of the type, each once; every required claim must have a column.
fn columns(rows: &mut Rows, credential_type: &CredentialType) -> Result<Vec<Column>, Failure> {
    let header =
        rows.reader.headers().map_err(|error| if error.is_io_error() { too_large(1) } else { broken(error) })?;
    let mut columns = Vec::with_capacity(header.len());
    for name in header.iter().map(str::trim) {
        let claim = credential_type.claims.iter().position(|claim| claim.column == name).map(Column::Claim);
        let column = claim.or_else(|| (name == SUBJECT).then_some(Column::Subject));
        match column {
            Some(column) if !columns.contains(&column) => columns.push(column),
            _ => return Err(Failure::new(Exit::Data, "batch.column_unknown").with("column", name)),
        }
    }
    for (at, claim) in credential_type.claims.iter().enumerate() {
        if claim.required && !columns.contains(&Column::Claim(at)) {
            return Err(Failure::new(Exit::Data, "batch.column_missing").with("column", &claim.column));
        }
    }
    Ok(columns)
}

impl Rows {
    /// Reads a row, and no more than a row may have. `Ok(false)` at the end.
    fn read(&mut self, record: &mut ByteRecord) -> Result<bool, Failure> {
        self.reader.get_mut().get_mut().left = 2 * ROW_BYTES;
        let line = self.reader.position().line();
        self.reader.read_byte_record(record).map_err(|error| match error.kind() {
            csv::ErrorKind::Io(inner) if inner.kind() == std::io::ErrorKind::FileTooLarge => too_large(line),
            _ => broken(error),
        })
    }

    /// Goes past rows that are done.
    pub(super) fn skip(&mut self, count: u64) -> Result<u64, Failure> {
        let mut record = ByteRecord::new();
        for _ in 0..count {
            if !self.read(&mut record)? {
                return Err(Failure::new(Exit::Data, "batch.file_changed"));
            }
        }
        Ok(count)
    }

    /// The next rows, in records that are used again.
    pub(super) fn take(&mut self, count: usize, records: &mut Vec<ByteRecord>) -> Result<(), Failure> {
        records.resize_with(count, ByteRecord::new);
        for record in records {
            if !self.read(record)? {
                return Err(Failure::new(Exit::Data, "batch.file_changed"));
            }
        }
        Ok(())
    }

    /// The file must still have as many rows as when it was looked through.
    pub(super) fn at_end(&mut self) -> Result<(), Failure> {
        match self.read(&mut ByteRecord::new())? {
            false => Ok(()),
            true => Err(Failure::new(Exit::Data, "batch.file_changed")),
        }
    }
}
