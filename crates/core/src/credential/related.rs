//! Related resources and their digests (VCDM 2.0 §5.3).

use sha2::Digest as _;

use super::rules::Faults;
use super::url::is_absolute;
use crate::json::{Object, Path, Value};
use crate::{Code, Fault, encoding, limits};

/// A `relatedResource` entry (VCDM 2.0 §5.3).
#[derive(Clone, Debug)]
pub struct RelatedResource<'d> {
    /// The JSON pointer of the entry.
    pub pointer: String,
    /// Its URL.
    pub id: &'d str,
    /// Its media type, if it states one.
    pub media_type: Option<&'d str>,
    /// The digests, of which all must match. At least one.
    pub digests: Vec<Digest>,
}

impl RelatedResource<'_> {
    /// Compares digests that are known without the bytes with every digest that the credential states: `None` if one of them
    /// is by a hash that is not known. `known` is asked with the hash's bytes.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn check_known(&self, known: impl Fn(usize) -> Option<Vec<u8>>) -> Option<Result<(), Fault>> {
        let known: Option<Vec<_>> =
            self.digests.iter().map(|digest| Some(known(digest.algorithm.length())? == digest.bytes)).collect();
        let all = known.filter(|known| !known.is_empty())?.into_iter().all(|same| same);
        Some(if all { Ok(()) } else { Err(self.differs()) })
    }

    fn differs(&self) -> Fault {
        Fault::new(Code::ResourceDigest).at(self.pointer.as_str()).about(self.id)
    }

    /// Compares the resource's bytes with every digest that the credential states.
    ///
    /// # Errors
    /// [`Code::ResourceDigest`] with the entry's pointer and URL.
    pub fn check(&self, bytes: &[u8]) -> Result<(), Fault> {
        let all = self.digests.iter().all(|digest| digest.algorithm.digest(bytes) == digest.bytes);
        if all && !self.digests.is_empty() {
            return Ok(());
        }
        Err(self.differs())
    }
}

/// One digest: algorithm and bytes, as many as the algorithm gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Digest {
    /// The algorithm.
    pub algorithm: DigestAlgorithm,
    /// The digest's bytes.
    pub bytes: Vec<u8>,
}

/// The hashes of Subresource Integrity §3.2, which are also those of `digestMultibase` here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DigestAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// The digest of some bytes: 32, 48 or 64 bytes.
    #[must_use]
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(bytes).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(bytes).to_vec(),
        }
    }

    const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// Reads `relatedResource`: objects with a unique URL and at least one digest.
pub(super) fn read<'d>(document: &'d Object<'d>, faults: &mut Faults) -> Vec<RelatedResource<'d>> {
    let Some(value) = document.get("relatedResource") else { return Vec::new() };
    let root = Path::Root;
    let at = root.key("relatedResource");
    let items = value.items();
    if items.is_empty() {
        faults.add(Code::VcRelatedResource, &at, "[]");
    }
    if items.len() > limits::RESOURCES {
        faults.add(Code::VcRelatedResource, &at, &format!("relatedResource > {}", limits::RESOURCES));
        return Vec::new();
    }
    let is_array = matches!(value, Value::Array(_));
    let mut out: Vec<RelatedResource<'d>> = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let place = at.index(i);
        let place = if is_array { &place } else { &at };
        let Value::Object(entry) = item else {
            faults.add(Code::VcRelatedResource, place, "not an object");
            continue;
        };
        let Some(resource) = read_entry(entry, place, faults) else { continue };
        if out.iter().any(|earlier| earlier.id == resource.id) {
            faults.add(Code::VcRelatedResource, &place.key("id"), "stands twice");
        }
        out.push(resource);
    }
    out
}

fn read_entry<'d>(entry: &'d Object<'d>, at: &Path<'_>, faults: &mut Faults) -> Option<RelatedResource<'d>> {
    let mut digests = Vec::new();
    let mut stated = false;
    for (name, parse) in [("digestSRI", sri as Parse), ("digestMultibase", multibase as Parse)] {
        let Some(value) = entry.get(name) else { continue };
        stated = true;
        let read: Option<Vec<Vec<Digest>>> = value.items().iter().map(|item| item.as_str().and_then(parse)).collect();
        match read.map(|lists| lists.concat()) {
            Some(list) if !list.is_empty() => digests.extend(list),
            _ => faults.add(Code::VcRelatedResource, &at.key(name), name),
        }
    }
    if !stated {
        faults.add(Code::VcRelatedResource, at, "digestSRI, digestMultibase");
    }
    let media_type = entry.get("mediaType");
    if media_type.is_some_and(|value| !value.as_str().is_some_and(is_media_type)) {
        faults.add(Code::VcRelatedResource, &at.key("mediaType"), "mediaType");
    }
    match entry.get("id").and_then(Value::as_str) {
        Some(id) if is_absolute(id) => {
            Some(RelatedResource { pointer: at.pointer(), id, media_type: media_type.and_then(Value::as_str), digests })
        }
        _ => {
            faults.add(Code::VcRelatedResource, at, "id");
            None
        }
    }
}

type Parse = fn(&str) -> Option<Vec<Digest>>;

/// Subresource Integrity §3.5: `sha384-` and base64 (either alphabet, `hash-expression`), several parted by white space.
pub(crate) fn sri(text: &str) -> Option<Vec<Digest>> {
    text.split_ascii_whitespace()
        .map(|expression| {
            let (name, value) = expression.split_once('-')?;
            let algorithm = match name {
                "sha256" => DigestAlgorithm::Sha256,
                "sha384" => DigestAlgorithm::Sha384,
                "sha512" => DigestAlgorithm::Sha512,
                _ => return None,
            };
            let bytes = if value.contains(['-', '_']) {
                encoding::base64url_decode(value.trim_end_matches('='))
            } else {
                encoding::base64_decode(value)
            };
            sized(algorithm, &bytes.ok()?)
        })
        .collect()
}

/// VC Data Integrity §2.6: a Multibase-encoded Multihash, with the codes of the multihash table for SHA-2 and the length. The
/// example of VCDM 2.0 §5.3 and its test suite have the digest's bytes without that header: then their number says which
/// hash it is, and no header makes a number of bytes that another hash has.
pub(crate) fn multibase(text: &str) -> Option<Vec<Digest>> {
    let bytes =
        if text.starts_with('z') { encoding::multibase58_decode(text) } else { encoding::multibase64url_decode(text) };
    let digest = match bytes.ok()?.as_slice() {
        [0x12, 32, digest @ ..] if digest.len() == 32 => sized(DigestAlgorithm::Sha256, digest),
        [0x20, 48, digest @ ..] if digest.len() == 48 => sized(DigestAlgorithm::Sha384, digest),
        [0x13, 64, digest @ ..] if digest.len() == 64 => sized(DigestAlgorithm::Sha512, digest),
        bare => [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512]
            .into_iter()
            .find_map(|algorithm| sized(algorithm, bare)),
    };
    digest.map(|digest| vec![digest])
}

fn sized(algorithm: DigestAlgorithm, bytes: &[u8]) -> Option<Digest> {
    (bytes.len() == algorithm.length()).then(|| Digest { algorithm, bytes: bytes.to_vec() })
}

/// RFC 6838 §4.2: a type and a subtype; parameters may follow.
fn is_media_type(text: &str) -> bool {
    let name = |part: &str| {
        (1..=127).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let essence = text.split(';').next().unwrap_or_default();
    essence.split_once('/').is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}
