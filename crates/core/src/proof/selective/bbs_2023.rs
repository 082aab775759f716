//! `bbs-2023` (VC-DI-BBS §3.3 and §3.4): one BBS signature over all statements that are not mandatory, with the mandatory
//! ones and the proof's options in its header; a derived proof shows some of the statements and is new each time.

use zeroize::Zeroizing;

use super::cbor::{self, Reader, Writer, wrong};
use super::group::{Whole, hash_mandatory, marked, relabelled};
use super::labels::{DISORDERED, HmacKey, draw_unlinkable, one_to_one, say_nothing, shuffled_labels};
use super::shown::{Arrangement, ShownPseudonym};
use super::{Binding, Claimed, DeriveOptions, Derived, Unsecured};
use crate::bbs::pseudonym::PSEUDONYM_BYTES;
use crate::bbs::{self, Ciphersuite, SecretNumber, blind, pseudonym};
use crate::json::Object;
use crate::jsonld::Contexts;
use crate::keys::{MessageSigning, Signer};
use crate::proof::{SignOptions, SignatureChecker};
use crate::rdf::{HashAlgorithm, canonical_numbers};
use crate::{Code, Fault, Randomness};

/// §3: the SHA-256 variant should be used, and no other is.
const CIPHERSUITE: Ciphersuite = Ciphersuite::Sha256;
/// Bytes of a BBS proof that hides nothing (draft-irtf-cfrg-bbs-signatures §4.2.4.5).
const ALL_SHOWN: usize = 3 * 48 + 4 * 32;

/// What a credential is bound to, as the third byte of the header tells (§3.3.1, §3.3.6; tables 2 and 4).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Feature {
    holder: bool,
    pseudonym: bool,
}

impl Feature {
    /// The third byte of a base proof; that of a derived proof is the next.
    const fn base(self) -> u8 {
        match (self.holder, self.pseudonym) {
            (false, false) => 0x02,
            (true, false) => 0x04,
            (false, true) => 0x06,
            (true, true) => 0x08,
        }
    }

    /// The feature, and whether the proof is a derived one.
    const fn of(kind: u8) -> Option<(Self, bool)> {
        let (holder, pseudonym) = match kind {
            0x02 | 0x03 => (false, false),
            0x04 | 0x05 => (true, false),
            0x06 | 0x07 => (false, true),
            0x08 | 0x09 => (true, true),
            _ => return None,
        };
        Some((Self { holder, pseudonym }, kind % 2 == 1))
    }

    const fn is_bound(self) -> bool {
        self.holder || self.pseudonym
    }

    /// The components of a base proof.
    const fn base_components(self) -> u64 {
        if self.pseudonym { 6 } else { 5 }
    }

    /// The components of a derived proof.
    const fn derived_components(self) -> u64 {
        match (self.holder, self.pseudonym) {
            (false, false) => 5,
            (true, false) => 6,
            (_, true) => 8,
        }
    }
}

/// Whether this is the third byte of a base proof, of any feature.
pub(super) const fn is_base(kind: u8) -> bool {
    matches!(Feature::of(kind), Some((_, false)))
}

/// The parts of a base proof (§3.3.2).
struct Base<'b> {
    signature: &'b [u8],
    header: [u8; 64],
    public_key: [u8; 96],
    hmac_key: Zeroizing<HmacKey>,
    mandatory: Vec<&'b str>,
    signer_nym_entropy: Option<SecretNumber>,
}

impl<'b> Base<'b> {
    /// §3.3.2 parseBaseProofValue, after the header.
    fn read(mut reader: Reader<'b>, feature: Feature) -> Result<Self, Fault> {
        reader.components(feature.base_components())?;
        let base = Self {
            signature: reader.bytes("bbsSignature")?,
            header: reader.exactly("bbsHeader")?,
            public_key: reader.exactly("publicKey")?,
            hmac_key: Zeroizing::new(reader.exactly("hmacKey")?),
            mandatory: reader.array("mandatoryPointers", |reader| reader.text("mandatoryPointers"))?,
            signer_nym_entropy: feature.pseudonym.then(|| entropy(&mut reader)).transpose()?,
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
    /// `nym_domain` and `pseudonym`.
    pseudonym: Option<Pseudonym<'b>>,
    /// `lengthBBSMessages`: how many messages the signer knew.
    known: Option<u32>,
}

/// A pseudonym with the domain that it is for.
type Pseudonym<'p> = (&'p str, [u8; PSEUDONYM_BYTES]);

impl<'b> Shown<'b> {
    /// §3.3.7 parseDerivedProofValue, after the header.
    fn read(mut reader: Reader<'b>, feature: Feature) -> Result<Self, Fault> {
        reader.components(feature.derived_components())?;
        let shown = Self {
            proof: reader.bytes("bbsProof")?,
            label_map: reader.map("labelMap", |reader| reader.number("labelMap"))?,
            mandatory: reader.array("mandatoryIndexes", |reader| reader.number("mandatoryIndexes"))?,
            selective: reader.array("selectiveIndexes", |reader| reader.number("selectiveIndexes"))?,
            presentation_header: reader.bytes("presentationHeader")?,
            pseudonym: match feature.pseudonym {
                true => Some((reader.text("nym_domain")?, reader.exactly("pseudonym")?)),
                false => None,
            },
            known: feature.is_bound().then(|| reader.number("lengthBBSMessages")).transpose()?,
        };
        reader.end()?;
        Ok(shown)
    }
}

/// §3.4.1 to §3.4.5: the value of a base proof.
pub(super) fn sign(
    unsecured: &Unsecured<'_, '_>,
    options: &SignOptions,
    binding: Binding<'_>,
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
    let (suite, header, messages) = (CIPHERSUITE, header.as_slice(), messages.as_slice());
    let (holder, pseudonym) = match binding {
        Binding::None => (false, false),
        Binding::Holder { .. } => (true, false),
        Binding::Pseudonym { .. } => (false, true),
        Binding::HolderAndPseudonym { .. } => (true, true),
    };
    let feature = Feature { holder, pseudonym };
    // Step 4: the signer's share of a pseudonym's secret is new.
    let entropy = if pseudonym { Some(SecretNumber::random(rng)?) } else { None };
    let signature = signer.sign_messages(match (binding, &entropy) {
        (Binding::Holder { commitment }, _) => MessageSigning::BlindBbs { suite, header, messages, commitment },
        (Binding::Pseudonym { commitment } | Binding::HolderAndPseudonym { commitment }, Some(signer_nym_entropy)) => {
            MessageSigning::PseudonymBbs { suite, header, messages, commitment, signer_nym_entropy }
        }
        _ => MessageSigning::Bbs { suite, header, messages },
    })?;
    if signature.len() != bbs::SIGNATURE_BYTES {
        return Err(Fault::new(Code::KeySignerFailed).about("length of the signature"));
    }
    // §3.3.1 serializeBaseProofValue
    let mut writer = Writer::new(feature.base(), feature.base_components())?;
    writer.bytes(&signature)?;
    writer.bytes(header)?;
    writer.bytes(signer.public_key().bytes())?;
    writer.bytes(&*hmac_key)?;
    writer.array(&options.mandatory_pointers, |writer, pointer| writer.text(pointer))?;
    if let Some(entropy) = entropy {
        writer.bytes(&*entropy.expose_bytes())?;
    }
    Ok(writer.finish())
}

/// The mandatory pointers of a base proof; `None` for a derived one.
pub(super) fn mandatory(value: &[u8]) -> Result<Option<Vec<String>>, Fault> {
    let (kind, reader) = cbor::open(value)?;
    match Feature::of(kind).ok_or_else(|| wrong("header"))? {
        (feature, false) => Ok(Some(Base::read(reader, feature)?.mandatory.into_iter().map(str::to_owned).collect())),
        (_, true) => Ok(None),
    }
}

/// The presentation header of a derived proof; `None` for a base proof.
pub(super) fn presentation_header(value: &[u8]) -> Option<Vec<u8>> {
    let (kind, reader) = cbor::open(value).ok()?;
    match Feature::of(kind)? {
        (feature, true) => Some(Shown::read(reader, feature).ok()?.presentation_header.to_vec()),
        (_, false) => None,
    }
}

/// Whether the proof, base or derived, is of a feature that is bound to secrets of the holder, and of one with a pseudonym.
pub(super) fn bound_to(value: &[u8]) -> (bool, bool) {
    let feature = cbor::open(value).ok().and_then(|(kind, _)| Feature::of(kind));
    feature.map_or((false, false), |(feature, _)| (feature.is_bound(), feature.pseudonym))
}

/// The pseudonym that a derived proof shows.
pub(super) fn pseudonym_of(value: &[u8]) -> Option<ShownPseudonym> {
    let (kind, reader) = cbor::open(value).ok()?;
    let (feature, true) = Feature::of(kind)? else { return None };
    let (domain, bytes) = Shown::read(reader, feature).ok()?.pseudonym?;
    Some(ShownPseudonym { domain: domain.to_owned(), bytes })
}

/// How the labels of a derived proof can be told from those of other credentials, as far as the proof itself tells.
pub(super) fn arrangement_of(value: &[u8]) -> Option<Arrangement> {
    let (kind, reader) = cbor::open(value).ok()?;
    let (feature, true) = Feature::of(kind)? else { return None };
    let map = Shown::read(reader, feature).ok()?.label_map;
    let of = map.iter().map(|(_, label)| *label as usize).max()?.saturating_add(1);
    (of >= DISORDERED).then_some(Arrangement { shown: map.len(), of })
}

/// The same for what a base proof would be derived from, with all that its holder knows.
pub(super) fn arrangement(
    document: &Object<'_>,
    value: &[u8],
    reveal: &[String],
    contexts: &Contexts<'_>,
) -> Result<Option<Arrangement>, Fault> {
    let (kind, reader) = cbor::open(value)?;
    let Some((feature, false)) = Feature::of(kind) else { return Err(wrong("header")) };
    let base = Base::read(reader, feature)?;
    let (mut of, mut silent) = (0, true);
    let whole = Whole::of(document, contexts, |places| {
        let labels = shuffled_labels(&base.hmac_key, places.len())?;
        (of, silent) = (places.len(), say_nothing(places, &labels));
        Ok(labels)
    })?;
    if silent {
        return Ok(None);
    }
    let part = whole.part(base.mandatory.iter().copied().chain(reveal.iter().map(String::as_str)))?;
    Ok(Some(Arrangement { shown: part.labels.len(), of }))
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
    let (kind, reader) = cbor::open(value)?;
    let Some((feature, false)) = Feature::of(kind) else { return Err(wrong("header")) };
    let base = Base::read(reader, feature)?;
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
    let (proof, pseudonym) = prove(feature, &base, &key, &messages, &selective, options, rng)?;

    let mut writer = Writer::new(feature.base() + 1, feature.derived_components())?;
    writer.bytes(&proof)?;
    // §3.3.4 compressLabelMap
    writer.numbered(&combined.labels, |writer, label| {
        let number = label.strip_prefix('b').and_then(|digits| digits.parse().ok()).ok_or(Code::Internal)?;
        writer.number(number)
    })?;
    writer.array(&mandatory_indexes, |writer, index| writer.number(*index))?;
    writer.array(&selective, |writer, index| writer.number(u32::try_from(*index).map_err(|_| Code::Internal)?))?;
    writer.bytes(&options.presentation_header)?;
    if let Some((domain, pseudonym)) = pseudonym {
        writer.text(domain)?;
        writer.bytes(&pseudonym)?;
    }
    if feature.is_bound() {
        writer.number(u32::try_from(messages.len()).map_err(|_| Code::Internal)?)?;
    }
    Ok(Derived { document: combined.document.into_owned(), value: writer.finish() })
}

/// §3.3.3 step 10: the proof, by the feature.
fn prove<'o>(
    feature: Feature,
    base: &Base<'_>,
    key: &bbs::PublicKey,
    messages: &[&[u8]],
    selective: &[usize],
    options: &'o DeriveOptions,
    rng: &mut dyn Randomness,
) -> Result<(Vec<u8>, Option<Pseudonym<'o>>), Fault> {
    let (suite, signature, ph) = (CIPHERSUITE, base.signature, options.presentation_header.as_slice());
    if !feature.is_bound() {
        let proof = bbs::proof_gen(suite, key, signature, &base.header, ph, messages, selective, rng)?;
        return Ok((proof, None));
    }
    let missing = |name: &str| Fault::new(Code::ProofBinding).about(name);
    let secrets = options.holder.as_ref().ok_or_else(|| missing("prover_blind"))?;
    let committed: Vec<&[u8]> = match (feature.holder, &secrets.holder_secret) {
        (true, Some(secret)) => vec![secret.as_slice()],
        (true, None) => return Err(missing("holder_secret")),
        (false, _) => Vec::new(),
    };
    let blind = Some(&secrets.prover_blind);
    let signed = blind::Signed { header: &base.header, messages, committed: &committed, blind };
    // A proof from other secrets would not verify: better to say so at once.
    let Some(entropy) = &base.signer_nym_entropy else {
        blind::verify(suite, key, signature, &signed).map_err(|_| missing("holder_secret"))?;
        let proof = blind::proof_gen(suite, key, signature, &signed, ph, selective, &[], rng)?;
        return Ok((proof, None));
    };
    let nym = secrets.pseudonym.as_ref().ok_or_else(|| missing("prover_nym"))?;
    let secret = pseudonym::verify(suite, key, signature, &signed, &nym.prover_nym, entropy)
        .map_err(|_| missing("prover_nym"))?;
    let context = nym.domain.as_bytes();
    let (proof, bytes) =
        pseudonym::proof_gen(suite, key, signature, &signed, &secret, context, ph, selective, &[], rng)?;
    Ok((proof, Some((nym.domain.as_str(), bytes))))
}

/// §3.4.7 Verify Derived Proof; a base proof for its holder, to whom it is given.
pub(super) fn verify(claimed: &Claimed<'_, '_, '_, '_>, checker: &mut dyn SignatureChecker) -> Result<(), Fault> {
    let bytes = cbor::decode(claimed.value)?;
    let (kind, reader) = cbor::open(&bytes)?;
    match Feature::of(kind).ok_or_else(|| wrong("header"))? {
        (feature, true) => verify_derived(claimed, feature, &Shown::read(reader, feature)?, checker),
        (_, false) if !claimed.as_holder => Err(Code::ProofBase.into()),
        // Only who knows what the commitment hides can verify the signature: `derive` does.
        (feature, false) if feature.is_bound() => Err(Fault::new(Code::ProofBinding).about("prover_blind")),
        (feature, false) => verify_base(claimed, &Base::read(reader, feature)?, checker),
    }
}

/// §3.3.8 createVerifyData, §3.4.7.
fn verify_derived(
    claimed: &Claimed<'_, '_, '_, '_>,
    feature: Feature,
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
    let (suite, proof, ph) = (CIPHERSUITE, shown.proof, shown.presentation_header);
    let Some(known) = shown.known else {
        return checker.check_pairing(bbs::proof_verify_deferred(suite, key, proof, &header, ph, &disclosed)?);
    };
    let known = known as usize;
    // A proof has a number for each message that it hides, those that were committed to and the blinding factor included:
    // so many must they be for what the header says was committed to.
    let committed = 1 + usize::from(feature.holder) + usize::from(feature.pseudonym);
    let hidden = proof.len().checked_sub(ALL_SHOWN).map(|rest| rest / 32);
    if hidden.and_then(|hidden| hidden.checked_sub(committed)) != known.checked_sub(disclosed.len()) {
        return Err(Fault::new(Code::ProofDisclosure).about("lengthBBSMessages"));
    }
    let disclosed = blind::Disclosed { known, messages: &disclosed, committed: &[] };
    checker.check_pairing(match &shown.pseudonym {
        None => blind::proof_verify_deferred(suite, key, proof, &header, ph, &disclosed)?,
        Some((domain, bytes)) => {
            pseudonym::proof_verify_deferred(suite, key, proof, &header, ph, bytes, domain.as_bytes(), &disclosed)?
        }
    })
}

/// `signer_nym_entropy`: a number of 32 bytes.
fn entropy(reader: &mut Reader<'_>) -> Result<SecretNumber, Fault> {
    let bytes = Zeroizing::new(reader.number_of_32_bytes("signer_nym_entropy")?);
    SecretNumber::from_bytes(&bytes).map_err(|_| wrong("signer_nym_entropy"))
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
