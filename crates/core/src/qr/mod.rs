//! Credentials and presentations as QR codes, for where there is no network: the texts of the codes, and reading them again.
//!
//! What goes into a code is what the European health certificates put there, without their COSE around it: the bytes compressed
//! (zlib, RFC 1950), written in Base45 (RFC 9285) for the alphanumeric mode of QR codes (ISO/IEC 18004 §7.4.4), behind a short name.
//!
//! One code: `TMK1:` and the Base45 text. Several: `TMK1:2/3/9F3A1C04:` and a part of it, where 2 of 3 says which part, as SMART
//! Health Cards number theirs, and the eight digits are the beginning of the SHA-256 of the whole: parts of two documents do not mix.
//! Every character is one of the alphanumeric mode, so that a code of version 20 (97 by 97 modules) at level M has 970 of them.

mod base45;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use sha2::{Digest as _, Sha256};

use crate::limits;

/// Why codes cannot be made or read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum QrError {
    /// None of these codes, or damaged.
    Malformed,
    /// A part of something else than the parts before it.
    Other,
    /// It needs more than [`limits::QR_PARTS`] codes.
    TooLarge,
}

/// What making or reading codes gives.
pub type Result<T> = core::result::Result<T, QrError>;

/// The name before everything.
const NAME: &str = "TMK1:";
/// Characters before a part: the name, two numbers of two digits, the digest.
const HEAD: usize = 20;

/// Characters of one code that any phone reads off any screen: version 20 at level M.
pub const COMFORTABLE: usize = 970;
/// Characters of the largest code: version 40 at level L.
pub const LARGEST: usize = 4_296;

/// The texts of the codes for a credential or presentation, each at most `characters` long (between 100 and [`LARGEST`];
/// [`COMFORTABLE`] is a good number).
///
/// # Errors
/// [`QrError::TooLarge`] for what needs more than [`limits::QR_PARTS`] codes.
pub fn write(shown: &[u8], characters: usize) -> Result<Vec<String>> {
    let characters = characters.clamp(100, LARGEST);
    if shown.len() > limits::INPUT_BYTES {
        return Err(QrError::TooLarge);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(shown).and_then(|()| encoder.finish()).map_err(|_| QrError::TooLarge)?;
    let text = base45::encode(&packed);
    if NAME.len() + text.len() <= characters {
        return Ok(vec![format!("{NAME}{text}")]);
    }
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (part, behind) = rest.split_at_checked(characters - HEAD).unwrap_or((rest, ""));
        parts.push(part);
        rest = behind;
    }
    if parts.len() > limits::QR_PARTS {
        return Err(QrError::TooLarge);
    }
    let (count, digest) = (parts.len(), digest(shown));
    Ok(parts.iter().enumerate().map(|(at, part)| format!("{NAME}{}/{count}/{digest}:{part}", at + 1)).collect())
}

/// Whether a text is one of these codes: for a scanner that reads others too.
#[must_use]
pub fn is_one(text: &str) -> bool {
    text.trim_start().starts_with(NAME)
}

/// Reads codes, in any order and however often each is seen.
#[derive(Clone, Default)]
pub struct Reader {
    parts: BTreeMap<usize, String>,
    whole: Option<(usize, String)>,
}

/// How far a reading has come.
#[derive(Clone, PartialEq, Eq)]
pub enum Progress {
    /// These parts are still to be scanned, numbered from 1.
    Missing(Vec<usize>),
    /// All of it.
    Complete(Vec<u8>),
}

/// Without what was read.
impl core::fmt::Debug for Progress {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Missing(parts) => f.debug_tuple("Missing").field(parts).finish(),
            Self::Complete(bytes) => f.debug_struct("Complete").field("bytes", &bytes.len()).finish(),
        }
    }
}

impl core::fmt::Debug for Reader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Reader").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the text of one code.
    ///
    /// # Errors
    /// [`QrError::Malformed`] for what is none of these codes, or is damaged; [`QrError::Other`] for a part of something else than the
    /// parts before it. What was read before stays.
    pub fn add(&mut self, text: &str) -> Result<Progress> {
        let rest = text.trim_end_matches(['\r', '\n']).strip_prefix(NAME).ok_or(QrError::Malformed)?;
        if rest.len() > LARGEST {
            return Err(QrError::Malformed);
        }
        let Some((at, count, digest, part)) = head(rest) else { return unpack(rest, None).map(Progress::Complete) };
        let fits = (2..=limits::QR_PARTS).contains(&count) && (1..=count).contains(&at) && !part.is_empty();
        if !fits {
            return Err(QrError::Malformed);
        }
        let whole = (count, digest.to_owned());
        match &self.whole {
            Some(known) if *known != whole => return Err(QrError::Other),
            Some(_) => {}
            None => self.whole = Some(whole),
        }
        if self.parts.entry(at).or_insert_with(|| part.to_owned()) != part {
            return Err(QrError::Malformed);
        }
        let missing: Vec<usize> = (1..=count).filter(|at| !self.parts.contains_key(at)).collect();
        if !missing.is_empty() {
            return Ok(Progress::Missing(missing));
        }
        let text: String = self.parts.values().map(String::as_str).collect();
        let read = unpack(&text, Some(digest));
        if read.is_err() {
            // One of the parts is wrong, and nobody knows which: all of them are to be scanned again.
            *self = Self::new();
        }
        read.map(Progress::Complete)
    }
}

/// `2/3/9F3A1C04:` and what is behind it; `None` for a code of one part. A Base45 text may hold slashes and colons of its own, but
/// no text of zlib begins so: its first two bytes are 0x78 and 0xDA, or one of three others.
fn head(rest: &str) -> Option<(usize, usize, &str, &str)> {
    let mut fields = rest.splitn(3, '/');
    let number = |text: &str| {
        let plain = !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse::<usize>().ok()).flatten()
    };
    let (at, count) = (number(fields.next()?)?, number(fields.next()?)?);
    let (digest, part) = fields.next()?.split_once(':')?;
    let plain = digest.len() == 8 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
    plain.then_some((at, count, digest, part))
}

fn unpack(text: &str, expected: Option<&str>) -> Result<Vec<u8>> {
    let packed = base45::decode(text).ok_or(QrError::Malformed)?;
    let most = limits::INPUT_BYTES;
    let mut bytes = Vec::new();
    // One byte more than there may be: a small code can unpack to a great deal.
    let mut decoder = ZlibDecoder::new(packed.as_slice()).take(u64::try_from(most).unwrap_or(u64::MAX) + 1);
    decoder.read_to_end(&mut bytes).map_err(|_| QrError::Malformed)?;
    let whole = bytes.len() <= most && !bytes.is_empty();
    if whole && expected.is_none_or(|expected| expected == digest(&bytes)) {
        Ok(bytes)
    } else {
        Err(QrError::Malformed)
    }
}

fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    crate::encoding::hex_encode(digest.as_slice().get(..4).unwrap_or_default()).to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text that hardly packs.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn one_code_and_several() {
        let short = write(b"{\"a\":1}", COMFORTABLE).unwrap();
        let [only] = short.as_slice() else { panic!("{short:?}") };
        assert_eq!(Reader::new().add(only).unwrap(), Progress::Complete(b"{\"a\":1}".to_vec()));
        for length in [700, 1_500, 5_000] {
            let long = noise(length);
            let codes = write(&long, COMFORTABLE).unwrap();
            assert!(codes.len() > 1 && codes.iter().all(|code| code.len() <= COMFORTABLE && is_one(code)));
            let alphanumeric = |b: u8| b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".contains(&b);
            assert!(codes.iter().all(|code| code.bytes().all(alphanumeric)));
            let mut reader = Reader::new();
            let (last, rest) = codes.split_first().unwrap();
            for code in rest.iter().rev().chain(rest) {
                let Progress::Missing(missing) = reader.add(code).unwrap() else { panic!() };
                assert!(missing.contains(&1));
            }
            assert_eq!(reader.add(last).unwrap(), Progress::Complete(long));
        }
        assert_eq!(write(&noise(60_000), COMFORTABLE).unwrap_err(), QrError::TooLarge);
    }

    #[test]
    fn damage_is_seen_and_nothing_unpacks_without_end() {
        let (one, other) = (write(&noise(1_500), 970).unwrap(), write(&noise(1_501), 970).unwrap());
        let mut reader = Reader::new();
        reader.add(&one[0]).unwrap();
        assert_eq!(reader.add(&other[1]).unwrap_err(), QrError::Other);
        let mut damaged = one[1].clone();
        damaged.replace_range(60..61, if damaged.as_bytes()[60] == b'A' { "B" } else { "A" });
        let mut failed = false;
        for code in std::iter::once(&damaged).chain(&one[2..]) {
            failed |= reader.add(code).is_err();
        }
        assert!(failed);
        for bad in [
            "",
            "TMK1:",
            "TMK1:ab",
            "HC1:AAA",
            "TMK1:1/2/0000:A",
            "TMK1:3/2/00000000:A",
            "TMK1:1/99/00000000:A",
            "TMK1:::",
        ] {
            assert_eq!(Reader::new().add(bad).unwrap_err(), QrError::Malformed, "{bad}");
        }
        let bomb = vec![b'a'; limits::INPUT_BYTES + 1];
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bomb).unwrap();
        let text = format!("{NAME}{}", base45::encode(&encoder.finish().unwrap()));
        assert!(text.len() < LARGEST);
        assert_eq!(Reader::new().add(&text).unwrap_err(), QrError::Malformed);
    }
}
