//! Disclosures: their bytes, their digests, and finding the one that a digest names.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::encoding::{base64url_decode_into, base64url_encode_into};
use crate::json::{Object, Value, parse};
use crate::{Code, Fault};

/// The hash algorithm of the digests (`_sd_alg`, RFC 9901 §4.1.1).
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum HashName {
    /// `sha-256`, also if the payload names none.
    #[default]
    Sha256,
    /// `sha-384`
    Sha384,
    /// `sha-512`
    Sha512,
}

impl HashName {
    /// Its name in the IANA registry "Named Information Hash Algorithm".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The algorithm of a payload.
    ///
    /// # Errors
    /// [`Code::SdJwtHashAlgorithm`] for one that is not known.
    pub fn of(payload: &Object<'_>) -> Result<Self, Fault> {
        let Some(value) = payload.get("_sd_alg") else { return Ok(Self::default()) };
        let name = value.as_str().unwrap_or("not a text");
        [Self::Sha256, Self::Sha384, Self::Sha512]
            .into_iter()
            .find(|known| known.name() == name)
            .ok_or_else(|| Fault::new(Code::SdJwtHashAlgorithm).at("/_sd_alg").about(name))
    }

    /// Appends the digest of a text in base64url (RFC 9901 §4.2.3: over the text as it stands, not over what it encodes).
    pub(super) fn digest_into(self, text: &str, out: &mut String) {
        match self {
            Self::Sha256 => base64url_encode_into(&Sha256::digest(text.as_bytes()), out),
            Self::Sha384 => base64url_encode_into(&Sha384::digest(text.as_bytes()), out),
            Self::Sha512 => base64url_encode_into(&Sha512::digest(text.as_bytes()), out),
        }
    }

    /// The digest of a text in base64url.
    #[must_use]
    pub fn digest(self, text: &str) -> String {
        let mut out = String::with_capacity(self.width());
        self.digest_into(text, &mut out);
        out
    }

    /// Characters of a digest in base64url.
    const fn width(self) -> usize {
        match self {
            Self::Sha256 => 43,
            Self::Sha384 => 64,
            Self::Sha512 => 86,
        }
    }
}

/// The disclosures of one SD-JWT: all decoded bytes in one place, all digests in another.
#[derive(Debug)]
pub(crate) struct Disclosures {
    json: Vec<u8>,
    /// Where the bytes of each end.
    ends: Vec<usize>,
    digests: String,
    width: usize,
    /// The disclosures in the order of their digests.
    sorted: Vec<usize>,
}

impl Disclosures {
    /// Decodes the disclosures and computes their digests.
    ///
    /// # Errors
    /// [`Code::SdJwtDisclosure`] for one that is no strict base64url; [`Code::SdJwtDigestTwice`] for one that stands twice.
    pub(crate) fn new(texts: &[&str], hash: HashName) -> Result<Self, Fault> {
        let width = hash.width();
        let mut all = Self {
            json: Vec::with_capacity(texts.iter().map(|text| text.len()).sum()),
            ends: Vec::with_capacity(texts.len()),
            digests: String::with_capacity(width * texts.len()),
            width,
            sorted: (0..texts.len()).collect(),
        };
        for (index, text) in texts.iter().enumerate() {
            base64url_decode_into(text, &mut all.json).map_err(|_| wrong(index).about("base64url"))?;
            all.ends.push(all.json.len());
            hash.digest_into(text, &mut all.digests);
        }
        let mut sorted = std::mem::take(&mut all.sorted);
        sorted.sort_unstable_by_key(|index| all.digest(*index));
        if let Some((_, again)) = pairs(&sorted).find(|(one, other)| all.digest(**one) == all.digest(**other)) {
            return Err(Fault::new(Code::SdJwtDigestTwice).about(nth(*again)));
        }
        all.sorted = sorted;
        Ok(all)
    }

    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The disclosure with this digest.
    pub(crate) fn find(&self, digest: &str) -> Option<usize> {
        let at = self.sorted.binary_search_by(|index| self.digest(*index).cmp(digest)).ok()?;
        self.sorted.get(at).copied()
    }

    /// The name and value of a disclosure for an object's member (RFC 9901 §4.2.1).
    ///
    /// # Errors
    /// [`Code::SdJwtDisclosure`] if it is none.
    pub(crate) fn member(&self, index: usize) -> Result<(std::borrow::Cow<'_, str>, Value<'_>), Fault> {
        let items: [Value<'_>; 3] = self.items(index)?.try_into().map_err(|_| wrong(index).about("three items"))?;
        match items {
            [Value::String(_), Value::String(name), value] => Ok((name, value)),
            _ => Err(wrong(index).about("salt and name")),
        }
    }

    /// The value of a disclosure for an array's element (RFC 9901 §4.2.2).
    ///
    /// # Errors
    /// [`Code::SdJwtDisclosure`] if it is none.
    pub(crate) fn element(&self, index: usize) -> Result<Value<'_>, Fault> {
        let items: [Value<'_>; 2] = self.items(index)?.try_into().map_err(|_| wrong(index).about("two items"))?;
        match items {
            [Value::String(_), value] => Ok(value),
            _ => Err(wrong(index).about("salt")),
        }
    }

    fn items(&self, index: usize) -> Result<Vec<Value<'_>>, Fault> {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before).copied()).unwrap_or_default();
        let bytes = self.ends.get(index).and_then(|end| self.json.get(start..*end)).unwrap_or_default();
        match parse(bytes).map_err(|fault| wrong(index).about(fault.code().as_str()))? {
            Value::Array(items) => Ok(items),
            _ => Err(wrong(index).about("not an array")),
        }
    }

    fn digest(&self, index: usize) -> &str {
        self.digests.get(index * self.width..(index + 1) * self.width).unwrap_or_default()
    }
}

/// Each item with the next one.
pub(super) fn pairs<T>(items: &[T]) -> impl Iterator<Item = (&T, &T)> {
    items.iter().zip(items.iter().skip(1))
}

/// How a disclosure is named in a fault: by its place, as what is in it is a claim.
pub(super) fn nth(index: usize) -> String {
    format!("disclosure {}", index + 1)
}

/// A disclosure that is none, by its place.
fn wrong(index: usize) -> WrongDisclosure {
    WrongDisclosure(index)
}

struct WrongDisclosure(usize);

impl WrongDisclosure {
    fn about(self, what: &str) -> Fault {
        Fault::new(Code::SdJwtDisclosure).about(format!("{}: {what}", nth(self.0)))
    }
}
