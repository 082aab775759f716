//! What a clerk scanned: the texts of QR codes, one a line and in any order, in the place of a credential.

use tamarack::limits;
use tamarack::qr::{Progress, QrError, Reader, is_one};
use tamarack_cli::{Exit, Failure, read_input};

/// Reads a file, or standard input, that holds a credential or presentation, or the codes of one.
pub(crate) fn read(path: &str) -> Result<Vec<u8>, Failure> {
    let input = read_input(path, limits::INPUT_BYTES)?;
    match std::str::from_utf8(&input) {
        Ok(text) if is_one(text) => put_together(text),
        _ => Ok(input),
    }
}

fn put_together(text: &str) -> Result<Vec<u8>, Failure> {
    let mut reader = Reader::new();
    let mut missing = Vec::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (at, line) in lines {
        // A code may end with a space, which is one of its characters.
        match reader.add(line.trim_start()) {
            Ok(Progress::Complete(bytes)) => return Ok(bytes),
            Ok(Progress::Missing(parts)) => missing = parts,
            Err(QrError::Other) => return Err(Failure::new(Exit::Data, "codes.other").with("line", at + 1)),
            Err(_) => return Err(Failure::new(Exit::Data, "codes.malformed").with("line", at + 1)),
        }
    }
    let parts: Vec<String> = missing.iter().map(usize::to_string).collect();
    Err(Failure::new(Exit::Data, "codes.missing").with("parts", parts.join(", ")))
}
