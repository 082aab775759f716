//! `ecdsa-sd-2023` (VC-DI-ECDSA §3.5 and §3.6): one P-256 signature for each statement, by a key made for the one proof, and
//! one by the issuer that binds that key to the mandatory statements and the proof's options.

use zeroize::Zeroizing;

use super::cbor::{self, Reader, Writer, wrong};
use super::group::{Whole, hash_mandatory, marked, relabelled};
use super::labels::{HmacKey, hmac_labels, one_to_one};
use super::{Claimed, DeriveOptions, Derived, Unsecured};
use crate::encoding::base64url_encode;
use crate::json::Object;
use crate::jsonld::Contexts;
use crate::keys::{KeyType, PublicKey, SecretKey, SignatureAlgorithm, Signer};
use crate::proof::{SignOptions, SignatureChecker, SignatureTask};
use crate::rdf::{HashAlgorithm, Lines, canonical_numbers};
use crate::{Code, Fault, Randomness};

/// The third byte of the header (§3.5.2, §3.5.7).
pub(super) const BASE: u8 = 0x00;
const DERIVED: u8 = 0x01;
/// The multicodec of a P-256 public key, before its compressed point.
const P256_PUBLIC: [u8; 2] = [0x80, 0x24];

/// A signature: `r || s`.
type Signature = [u8; 64];

/// A public key as Multikey bytes. (§3.5.7 says 36 bytes for the 35 that two and 33 make.)
type ScopedKey = [u8; 35];

/// The parts of a base proof (§3.5.3).
struct Base<'b> {
    signature: Signature,
    public_key: ScopedKey,
    hmac_key: Zeroizing<HmacKey>,
    signatures: Vec<Signature>,
    mandatory: Vec<&'b str>,
}

impl<'b> Base<'b> {
    /// §3.5.3 parseBaseProofValue, after the header.
    fn read(mut reader: Reader<'b>) -> Result<Self, Fault> {
        reader.components(5)?;
        let base = Self {
            signature: reader.exactly("baseSignature")?,
            public_key: reader.exactly("publicKey")?,
            hmac_key: Zeroizing::new(reader.exactly("hmacKey")?),
            signatures: reader.array("signatures", |reader| reader.exactly("signatures"))?,
            mandatory: reader.array("mandatoryPointers", |reader| reader.text("mandatoryPointers"))?,
        };
        reader.end()?;
        Ok(base)
    }
}

/// The parts of a derived proof (§3.5.7).
struct Shown {
    signature: Signature,
    public_key: ScopedKey,
    signatures: Vec<Signature>,
    /// Canonical number → the digest in the label.
    label_map: Vec<(u32, [u8; 32])>,
    mandatory: Vec<u32>,
}

impl Shown {
    /// §3.5.9 parseDerivedProofValue, after the header.
    fn read(mut reader: Reader<'_>) -> Result<Self, Fault> {
        reader.components(5)?;
        let shown = Self {
            signature: reader.exactly("baseSignature")?,
            public_key: reader.exactly("publicKey")?,
            signatures: reader.array("signatures", |reader| reader.exactly("signatures"))?,
            label_map: reader.map("labelMap", |reader| reader.exactly("labelMap"))?,
            mandatory: reader.array("mandatoryIndexes", |reader| reader.number("mandatoryIndexes"))?,
        };
        reader.end()?;
        Ok(shown)
    }
}

/// §3.6.1 to §3.6.5: the value of a base proof.
pub(super) fn sign(
    unsecured: &Unsecured<'_, '_>,
    options: &SignOptions,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<String, Fault> {
    // §3.6.2 Base Proof Transformation
    let mut hmac_key = Zeroizing::new([0; 32]);
    rng.fill(&mut *hmac_key)?;
    let whole = Whole::of(unsecured.document, contexts, |places| hmac_labels(&hmac_key, places.len()))?;
    let mandatory = whole.part(options.mandatory_pointers.iter().map(String::as_str))?.indexes;
    // §3.6.3 Base Proof Hashing
    let is_mandatory = |index: &usize| mandatory.binary_search(index).is_ok();
    let statements = || whole.lines.iter().enumerate();
    let mandatory_hash = hash_mandatory(statements().filter(|(index, _)| is_mandatory(index)).map(|(_, line)| line));
    // §3.6.5 Base Proof Serialization
    let scoped = scoped_key(rng)?;
    let mut signatures: Vec<Signature> = Vec::with_capacity(whole.lines.len() - mandatory.len());
    for (_, line) in statements().filter(|(index, _)| !is_mandatory(index)) {
        signatures.push(signature(&scoped, line.as_bytes())?);
    }
    let public_key = [&P256_PUBLIC, scoped.public_key().bytes()].concat();
    let base = signature(signer, &sign_data(&unsecured.proof_hash, &public_key, &mandatory_hash))?;
    // §3.5.2 serializeBaseProofValue
    let mut writer = Writer::new(BASE, 5)?;
    writer.bytes(&base)?;
    writer.bytes(&public_key)?;
    writer.bytes(&*hmac_key)?;
    writer.array(&signatures, |writer, signature| writer.bytes(signature))?;
    writer.array(&options.mandatory_pointers, |writer, pointer| writer.text(pointer))?;
    Ok(writer.finish())
}

/// The mandatory pointers of a base proof; `None` for a derived one.
pub(super) fn mandatory(value: &[u8]) -> Result<Option<Vec<String>>, Fault> {
    match cbor::open(value)? {
        (BASE, reader) => Ok(Some(Base::read(reader)?.mandatory.into_iter().map(str::to_owned).collect())),
        _ => Ok(None),
    }
}

/// The part of a document with a base proof that is mandatory or selected, and the value of the proof derived for it
/// (§3.5.4 createDisclosureData, §3.5.7 serializeDerivedProofValue).
///
/// # Errors
/// [`Code::ProofValueEncoding`], [`Code::ProofDisclosure`] if the base proof is not this document's,
/// [`Code::DisclosurePointer`], [`Code::DisclosureNothing`], `jsonld.*`.
pub(super) fn derive(
    document: &Object<'_>,
    value: &[u8],
    options: &DeriveOptions,
    contexts: &Contexts<'_>,
) -> Result<Derived, Fault> {
    let base = match cbor::open(value)? {
        (BASE, reader) => Base::read(reader)?,
        _ => return Err(wrong("header")),
    };
    let whole = Whole::of(document, contexts, |places| hmac_labels(&base.hmac_key, places.len()))?;
    let mandatory = whole.part(base.mandatory.iter().copied())?.indexes;
    let combined = whole.part(base.mandatory.iter().copied().chain(options.reveal.iter().map(String::as_str)))?;
    if combined.indexes.is_empty() {
        return Err(Code::DisclosureNothing.into());
    }
    if base.signatures.len() + mandatory.len() != whole.lines.len() {
        return Err(Fault::new(Code::ProofDisclosure).about("signatures"));
    }
    // Step 8: indexes among the statements that are shown.
    let is_mandatory = |index: &usize| mandatory.binary_search(index).is_ok();
    let shown = (0_u32..).zip(&combined.indexes);
    let mandatory_indexes: Vec<u32> = shown.filter(|(_, index)| is_mandatory(index)).map(|(at, _)| at).collect();
    // Step 9: the signatures are in the order of the statements that are not mandatory.
    let signed = (0..whole.lines.len()).filter(|index| !is_mandatory(index)).zip(&base.signatures);
    let is_shown = |index: &usize| combined.indexes.binary_search(index).is_ok();
    let signatures: Vec<&Signature> =
        signed.filter(|(index, _)| is_shown(index)).map(|(_, signature)| signature).collect();

    let mut writer = Writer::new(DERIVED, 5)?;
    writer.bytes(&base.signature)?;
    writer.bytes(&base.public_key)?;
    writer.array(&signatures, |writer, signature| writer.bytes(*signature))?;
    // §3.5.5 compressLabelMap
    writer.numbered(&combined.labels, |writer, label| {
        let digest = label.strip_prefix('u').ok_or(Code::Internal)?;
        writer.bytes(&crate::encoding::base64url_decode(digest)?)
    })?;
    writer.array(&mandatory_indexes, |writer, index| writer.number(*index))?;
    Ok(Derived { document: combined.document.into_owned(), value: writer.finish() })
}

/// §3.6.7 Verify Derived Proof; a base proof for its holder, to whom it is given.
pub(super) fn verify(claimed: &Claimed<'_, '_, '_, '_>, checker: &mut dyn SignatureChecker) -> Result<(), Fault> {
    let bytes = cbor::decode(claimed.value)?;
    match cbor::open(&bytes)? {
        (DERIVED, reader) => verify_derived(claimed, &Shown::read(reader)?, checker),
        (BASE, _) if !claimed.as_holder => Err(Code::ProofBase.into()),
        (BASE, reader) => verify_base(claimed, &Base::read(reader)?, checker),
        _ => Err(wrong("header")),
    }
}

/// §3.5.10 createVerifyData, §3.6.7.
fn verify_derived(
    claimed: &Claimed<'_, '_, '_, '_>,
    shown: &Shown,
    checker: &mut dyn SignatureChecker,
) -> Result<(), Fault> {
    let numbers = canonical_numbers(claimed.dataset, HashAlgorithm::Sha256)?;
    // §3.5.6 decompressLabelMap
    let labels: Vec<String> = one_to_one(&shown.label_map, numbers.len())?
        .into_iter()
        .map(|digest| format!("u{}", base64url_encode(&digest)))
        .collect();
    let lines = relabelled(claimed.dataset, &numbers, &labels)?;
    let mandatory = marked(&shown.mandatory, lines.len())?;
    let signed = Signed {
        base: &shown.signature,
        public_key: &shown.public_key,
        signatures: &shown.signatures,
        lines: &lines,
        mandatory: &mandatory,
    };
    check(claimed, &signed, checker)
}

/// The same equations for the whole document, with the labels of the HMAC key.
fn verify_base(
    claimed: &Claimed<'_, '_, '_, '_>,
    base: &Base<'_>,
    checker: &mut dyn SignatureChecker,
) -> Result<(), Fault> {
    let whole = Whole::of(claimed.document, claimed.contexts, |places| hmac_labels(&base.hmac_key, places.len()))?;
    let indexes = whole.part(base.mandatory.iter().copied())?.indexes;
    let mandatory: Vec<bool> = (0..whole.lines.len()).map(|index| indexes.binary_search(&index).is_ok()).collect();
    let signed = Signed {
        base: &base.signature,
        public_key: &base.public_key,
        signatures: &base.signatures,
        lines: &whole.lines,
        mandatory: &mandatory,
    };
    check(claimed, &signed, checker)
}

/// What a proof says was signed.
struct Signed<'s> {
    base: &'s Signature,
    public_key: &'s ScopedKey,
    signatures: &'s [Signature],
    lines: &'s Lines,
    /// Which of the lines are mandatory.
    mandatory: &'s [bool],
}

/// §3.6.7 steps 3 to 8: the issuer's signature, then exactly one for each statement that is not mandatory.
fn check(
    claimed: &Claimed<'_, '_, '_, '_>,
    signed: &Signed<'_>,
    checker: &mut dyn SignatureChecker,
) -> Result<(), Fault> {
    let of = |wanted: bool| {
        let marked = signed.lines.iter().zip(signed.mandatory);
        marked.filter(move |(_, is)| **is == wanted).map(|(line, _)| line)
    };
    if of(false).count() != signed.signatures.len() {
        return Err(Fault::new(Code::ProofDisclosure).about("signatures"));
    }
    let scoped = match signed.public_key.split_first_chunk::<2>() {
        Some((codec, point)) if *codec == P256_PUBLIC => {
            PublicKey::from_bytes(KeyType::P256, point).map_err(|_| wrong("publicKey"))?
        }
        _ => return Err(wrong("publicKey")),
    };
    let message = sign_data(&claimed.proof_hash, signed.public_key, &hash_mandatory(of(true)));
    let algorithm = SignatureAlgorithm::Es256;
    checker.check(SignatureTask { key: claimed.key, algorithm, message: &message, signature: signed.base })?;
    for (statement, signature) in of(false).zip(signed.signatures) {
        checker.check(SignatureTask { key: &scoped, algorithm, message: statement.as_bytes(), signature })?;
    }
    Ok(())
}

/// §3.5.1 serializeSignData.
fn sign_data(proof_hash: &[u8; 32], public_key: &[u8], mandatory_hash: &[u8; 32]) -> Vec<u8> {
    [proof_hash, public_key, mandatory_hash].concat()
}

fn signature(signer: &dyn Signer, message: &[u8]) -> Result<Signature, Fault> {
    let signature = signer.sign(SignatureAlgorithm::Es256, message)?;
    signature.try_into().map_err(|_| Fault::new(Code::KeySignerFailed).about("length of the signature"))
}

/// §3.6.5 step 2: a key for this proof alone. It is gone when the proof is made.
fn scoped_key(rng: &mut dyn Randomness) -> Result<SecretKey, Fault> {
    let mut scalar = Zeroizing::new([0; 32]);
    // FIPS 186-5 §A.2.2: a candidate that is not below the order is thrown away; the odds are 2^-32.
    for _ in 0..16 {
        rng.fill(&mut *scalar)?;
        if let Ok(key) = SecretKey::from_bytes(KeyType::P256, &*scalar) {
            return Ok(key);
        }
    }
    Err(Code::Internal.into())
}
