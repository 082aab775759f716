//! `bbs-2023` (VC-DI-BBS §3.3 and §3.4): one BBS signature over all statements that are not mandatory, with the mandatory
//! ones and the proof's options in its header; a derived proof shows some of the statements and is new each time.

use zeroize::Zeroizing;

use super::cbor::{self, Reader, Writer, wrong};
use super::group::{Whole, hash_mandatory, marked, relabelled};
use super::labels::{HmacKey, draw_unlinkable, one_to_one, shuffled_labels};
use super::{Claimed, DeriveOptions, Derived, Unsecured};
use crate::bbs::{self, Ciphersuite};
use crate::json::Object;
use crate::jsonld::Contexts;
use crate::keys::{MessageSigning, Signer};
use crate::proof::{SignOptions, SignatureChecker};
use crate::rdf::{HashAlgorithm, canonical_numbers};
use crate::{Code, Fault, Randomness};

/// §3: the SHA-256 variant should be used, and no other is.
const CIPHERSUITE: Ciphersuite = Ciphersuite::Sha256;

/// The third byte of the header (§3.3.1, §3.3.6).
const BASE: u8 = 0x02;
const DERIVED: u8 = 0x03;

/// Whether this is the third byte of a base proof, of any feature.
pub(super) const fn is_base(kind: u8) -> bool {
    matches!(kind, 0x02 | 0x04 | 0x06 | 0x08)
}

/// The parts of a base proof (§3.3.2).
struct Base<'b> {
    signature: &'b [u8],
    header: [u8; 64],
    public_key: [u8; 96],
    hmac_key: Zeroizing<HmacKey>,
    mandatory: Vec<&'b str>,
}

impl<'b> Base<'b> {
    /// §3.3.2 parseBaseProofValue, after the header.
    fn read(mut reader: Reader<'b>) -> Result<Self, Fault> {
        reader.components(5)?;
        let base = Self {
            signature: reader.bytes("bbsSignature")?,
            header: reader.exactly("bbsHeader")?,
            public_key: reader.exactly("publicKey")?,
            hmac_key: Zeroizing::new(reader.exactly("hmacKey")?),
            mandatory: reader.array("mandatoryPointers", |reader| reader.text("mandatoryPointers"))?,
        };
        reader.end()?;
        Ok(base)
    }
}

/// The parts of a derived proof (§3.3.7).
struct Shown<'b> {
    proof: &'b [u8],
    label_map: Vec<(u32, u32)>,
    mandatory: Vec<u32>,
    selective: Vec<u32>,
    presentation_header: &'b [u8],
}

impl<'b> Shown<'b> {
    /// §3.3.7 parseDerivedProofValue, after the header.
    fn read(mut reader: Reader<'b>) -> Result<Self, Fault> {
        reader.components(5)?;
        let shown = Self {
            proof: reader.bytes("bbsProof")?,
            label_map: reader.map("labelMap", |reader| reader.number("labelMap"))?,
            mandatory: reader.array("mandatoryIndexes", |reader| reader.number("mandatoryIndexes"))?,
            selective: reader.array("selectiveIndexes", |reader| reader.number("selectiveIndexes"))?,
            presentation_header: reader.bytes("presentationHeader")?,
        };
        reader.end()?;
        Ok(shown)
    }
}

/// §3.4.1 to §3.4.5: the value of a base proof.
pub(super) fn sign(
    unsecured: &Unsecured<'_, '_>,
    options: &SignOptions,
    signer: &dyn Signer,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<String, Fault> {
    // §3.4.2 Base Proof Transformation
    let mut hmac_key = Zeroizing::new([0; 32]);
    rng.fill(&mut *hmac_key)?;
    let whole = Whole::of(unsecured.document, contexts, |places| {
        draw_unlinkable(&mut hmac_key, places, rng)?;
        shuffled_labels(&hmac_key, places.len())
    })?;
    let (mandatory, messages) = whole.split(&options.mandatory_pointers)?;
    // §3.4.3 and §3.4.5
    let header = header(&unsecured.proof_hash, &hash_mandatory(mandatory.into_iter()));
    let messages: Vec<&[u8]> = messages.into_iter().map(str::as_bytes).collect();
    let signature =
        signer.sign_messages(MessageSigning::Bbs { suite: CIPHERSUITE, header: &header, messages: &messages })?;
    if signature.len() != bbs::SIGNATURE_BYTES {
        return Err(Fault::new(Code::KeySignerFailed).about("length of the signature"));
    }
    // §3.3.1 serializeBaseProofValue
    let mut writer = Writer::new(BASE, 5)?;
    writer.bytes(&signature)?;
    writer.bytes(&header)?;
    writer.bytes(signer.public_key().bytes())?;
    writer.bytes(&*hmac_key)?;
    writer.array(&options.mandatory_pointers, |writer, pointer| writer.text(pointer))?;
    Ok(writer.finish())
}

/// The mandatory pointers of a base proof; `None` for a derived one.
pub(super) fn mandatory(value: &[u8]) -> Result<Option<Vec<String>>, Fault> {
    match cbor::open(value)? {
        (BASE, reader) => Ok(Some(Base::read(reader)?.mandatory.into_iter().map(str::to_owned).collect())),
        (kind, _) if is_base(kind) => Err(wrong("header")),
        _ => Ok(None),
    }
}

/// The presentation header of a derived proof; `None` for a base proof.
pub(super) fn presentation_header(value: &[u8]) -> Option<Vec<u8>> {
    match cbor::open(value).ok()? {
        (DERIVED, reader) => Some(Shown::read(reader).ok()?.presentation_header.to_vec()),
        _ => None,
    }
}

/// §3.3.3 createDisclosureData and §3.3.6 serializeDerivedProofValue.
pub(super) fn derive(
    document: &Object<'_>,
    proof_hash: &[u8; 32],
    value: &[u8],
    options: &DeriveOptions,
    contexts: &Contexts<'_>,
    rng: &mut dyn Randomness,
) -> Result<Derived, Fault> {
    let base = match cbor::open(value)? {
        (BASE, reader) => Base::read(reader)?,
        _ => return Err(wrong("header")),
    };
    let whole = Whole::of(document, contexts, |places| shuffled_labels(&base.hmac_key, places.len()))?;
    let mandatory = whole.part(base.mandatory.iter().copied())?.indexes;
    let combined = whole.part(base.mandatory.iter().copied().chain(options.reveal.iter().map(String::as_str)))?;
    if combined.indexes.is_empty() {
        return Err(Code::DisclosureNothing.into());
    }
    let is_mandatory = |index: usize| mandatory.binary_search(&index).is_ok();
    // Step 7: the mandatory statements' places among those that are shown.
    let mandatory_indexes: Vec<u32> =
        (0..).zip(&combined.indexes).filter(|(_, index)| is_mandatory(**index)).map(|(at, _)| at).collect();
    // Step 8: the shown statements' places among those that are not mandatory.
    let messages: Vec<(usize, &str)> =
        whole.lines.iter().enumerate().filter(|(index, _)| !is_mandatory(*index)).collect();
    let selective: Vec<usize> = messages
        .iter()
        .enumerate()
        .filter(|(_, (index, _))| combined.indexes.binary_search(index).is_ok())
        .map(|(at, _)| at)
        .collect();
    let of_mandatory = whole.lines.iter().enumerate().filter(|(index, _)| is_mandatory(*index)).map(|(_, line)| line);
    if base.header != header(proof_hash, &hash_mandatory(of_mandatory)) {
        return Err(Fault::new(Code::ProofDisclosure).about("bbsHeader"));
    }
    // Steps 9 and 10
    let messages: Vec<&[u8]> = messages.into_iter().map(|(_, line)| line.as_bytes()).collect();
    let key = bbs::PublicKey::from_bytes(&base.public_key).map_err(|_| wrong("publicKey"))?;
    let proof = bbs::proof_gen(
        CIPHERSUITE,
        &key,
        base.signature,
        &base.header,
        &options.presentation_header,
        &messages,
        &selective,
        rng,
    )?;

    let mut writer = Writer::new(DERIVED, 5)?;
    writer.bytes(&proof)?;
    // §3.3.4 compressLabelMap
    writer.numbered(&combined.labels, |writer, label| {
        let number = label.strip_prefix('b').and_then(|digits| digits.parse().ok()).ok_or(Code::Internal)?;
        writer.number(number)
    })?;
    writer.array(&mandatory_indexes, |writer, index| writer.number(*index))?;
    writer.array(&selective, |writer, index| writer.number(u32::try_from(*index).map_err(|_| Code::Internal)?))?;
    writer.bytes(&options.presentation_header)?;
    Ok(Derived { document: combined.document.into_owned(), value: writer.finish() })
}

/// §3.4.7 Verify Derived Proof; a base proof for its holder, to whom it is given.
pub(super) fn verify(claimed: &Claimed<'_, '_, '_, '_>, checker: &mut dyn SignatureChecker) -> Result<(), Fault> {
    let bytes = cbor::decode(claimed.value)?;
    match cbor::open(&bytes)? {
        (DERIVED, reader) => verify_derived(claimed, &Shown::read(reader)?, checker),
        (kind, _) if is_base(kind) && !claimed.as_holder => Err(Code::ProofBase.into()),
        (BASE, reader) => verify_base(claimed, &Base::read(reader)?, checker),
        _ => Err(wrong("header")),
    }
}

/// §3.3.8 createVerifyData, §3.4.7.
fn verify_derived(
    claimed: &Claimed<'_, '_, '_, '_>,
    shown: &Shown<'_>,
    checker: &mut dyn SignatureChecker,
) -> Result<(), Fault> {
    let numbers = canonical_numbers(claimed.dataset, HashAlgorithm::Sha256)?;
    // §3.3.5 decompressLabelMap
    let labels: Vec<String> =
        one_to_one(&shown.label_map, numbers.len())?.into_iter().map(|number| format!("b{number}")).collect();
    let lines = relabelled(claimed.dataset, &numbers, &labels)?;
    let mandatory = marked(&shown.mandatory, lines.len())?;
    let of = |wanted: bool| lines.iter().zip(&mandatory).filter(move |(_, is)| **is == wanted).map(|(line, _)| line);
    // Exactly one place for each statement that is not mandatory, in their order.
    if shown.selective.len() != lines.len() - shown.mandatory.len() || !shown.selective.is_sorted_by(|a, b| a < b) {
        return Err(Fault::new(Code::ProofDisclosure).about("selectiveIndexes"));
    }
    let disclosed: Vec<(usize, &[u8])> =
        shown.selective.iter().zip(of(false)).map(|(index, line)| (*index as usize, line.as_bytes())).collect();
    let header = header(&claimed.proof_hash, &hash_mandatory(of(true)));
    let key = claimed.key.as_bls12381_g2().ok_or(Code::KeyWrongSuite)?;
    let claim =
        bbs::proof_verify_deferred(CIPHERSUITE, key, shown.proof, &header, shown.presentation_header, &disclosed)?;
    checker.check_pairing(claim)
}

/// The signature over the whole document, with the labels of the HMAC key.
fn verify_base(
    claimed: &Claimed<'_, '_, '_, '_>,
    base: &Base<'_>,
    checker: &mut dyn SignatureChecker,
) -> Result<(), Fault> {
    if base.public_key != claimed.key.bytes() {
        return Err(Fault::new(Code::ProofDisclosure).about("publicKey"));
    }
    let whole = Whole::of(claimed.document, claimed.contexts, |places| shuffled_labels(&base.hmac_key, places.len()))?;
    let (mandatory, messages) = whole.split(&base.mandatory)?;
    if base.header != header(&claimed.proof_hash, &hash_mandatory(mandatory.into_iter())) {
        return Err(Fault::new(Code::ProofDisclosure).about("bbsHeader"));
    }
    let messages: Vec<&[u8]> = messages.into_iter().map(str::as_bytes).collect();
    let key = claimed.key.as_bls12381_g2().ok_or(Code::KeyWrongSuite)?;
    checker.check_pairing(bbs::verify_deferred(CIPHERSUITE, key, base.signature, &base.header, &messages)?)
}

/// §3.4.5 step 2: the header of the signature.
fn header(proof_hash: &[u8; 32], mandatory_hash: &[u8; 32]) -> [u8; 64] {
    let mut header = [0; 64];
    header.iter_mut().zip(proof_hash.iter().chain(mandatory_hash)).for_each(|(to, from)| *to = *from);
    header
}
