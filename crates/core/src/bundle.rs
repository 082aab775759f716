//! The evidence bundle: everything that a verifier without a network needs, in one signed and dated file.
//!
//! A bundle is a compact JWS (RFC 7515) of the type `tamarack-bundle+jws`, signed with `EdDSA`, `ES256` or `ES384`. Its
//! header has `alg`, `typ` and `kid` (a DID URL) and nothing else. Its payload is
//!
//! ```json
//! {
//!   "version": 1,
//!   "created": "2026-11-01T00:00:00Z",
//!   "expires": "2026-12-01T00:00:00Z",
//!   "trust": { "version": 1, "…": "the trust list, see crate::trust; may be missing" },
//!   "pieces": [
//!     {
//!       "kind": "did-document | status-list | context | schema | resource",
//!       "id": "did:web:id.ontario.example",
//!       "fetched": "2026-10-31T23:59:00Z",
//!       "sha256": "lower-case hexadecimal",
//!       "data": "base64url of the bytes as they were fetched"
//!     }
//!   ]
//! }
//! ```
//!
//! The signature covers every byte of every piece, and when each was fetched: so [`open`] gives evidence as old as it truly
//! is, however often the file was copied. Whoever opens a bundle says whose it must be, with [`BundleSigners`]: a kiosk pins
//! one key. A bundle that nobody vouches for is not opened.

use sha2::{Digest as _, Sha256};

use crate::did::{self, Relationship};
use crate::encoding::{base64url_decode, base64url_encode, hex_encode};
use crate::json::{self, Object, Value};
use crate::keys::{KeyType, PublicKey, SignatureAlgorithm, Signer};
use crate::members::Members;
use crate::proof::authority::objection;
use crate::trust::TrustList;
use crate::{Code, Evidence, EvidenceKind, Fault, Timestamp, limits};

/// The `typ` of a bundle.
pub const BUNDLE_TYPE: &str = "tamarack-bundle+jws";

const INVALID: Code = Code::BundleInvalid;
const KINDS: [(EvidenceKind, &str); 7] = [
    (EvidenceKind::DidDocument, "did-document"),
    (EvidenceKind::StatusList, "status-list"),
    (EvidenceKind::Context, "context"),
    (EvidenceKind::Schema, "schema"),
    (EvidenceKind::Resource, "resource"),
    (EvidenceKind::IssuerMetadata, "issuer-metadata"),
    (EvidenceKind::TypeMetadata, "type-metadata"),
];

/// A bundle whose signature was checked.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The evidence, each piece with the time at which it was fetched.
    pub evidence: Evidence,
    /// The trust list, if the bundle has one.
    pub trust: Option<TrustList>,
    /// When the bundle was made.
    pub created: Timestamp,
    /// Until when it may be used.
    pub expires: Timestamp,
    /// The DID URL of the key that signed it, as the header names it.
    pub signer: String,
}

/// Whose bundles are believed: keys, or DIDs.
#[derive(Clone, Default, Debug)]
pub struct BundleSigners {
    keys: Vec<PublicKey>,
    dids: Vec<String>,
    documents: Evidence,
}

impl BundleSigners {
    /// Nobody's.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Those that this key signed, whatever name the header gives it.
    #[must_use]
    pub fn key(mut self, key: PublicKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Those of this DID: `did:key`, `did:jwk` or `did:peer`, or one whose document was given with
    /// [`BundleSigners::did_document`].
    #[must_use]
    pub fn did(mut self, did: impl Into<String>) -> Self {
        self.dids.push(did.into());
        self
    }

    /// Those of this DID, whose document is pinned here: its keys under `assertionMethod`.
    #[must_use]
    pub fn did_document(mut self, did: impl Into<String>, document: Vec<u8>, fetched: Timestamp) -> Self {
        let did = did.into();
        self.documents.insert(EvidenceKind::DidDocument, did.clone(), document, fetched);
        self.did(did)
    }

    /// The keys that may have signed a bundle with this `kid` at this time.
    fn candidates(&self, kid: &str, created: Timestamp, now: Timestamp) -> Result<Vec<PublicKey>, Fault> {
        let mut candidates = self.keys.clone();
        let signer = did::did_of(kid);
        if self.dids.iter().any(|did| did == signer) {
            let method = did::resolve(signer, &self.documents)?.method(kid, Relationship::AssertionMethod)?;
            // As for a proof: `created` alone would be what a thief of an old key writes.
            if let Some(fault) = objection(&method, signer, Some(created), now) {
                return Err(fault);
            }
            candidates.push(method.key);
        }
        if candidates.is_empty() {
            return Err(Fault::new(INVALID).about(format!("kid: not a signer that is believed here: {signer}")));
        }
        Ok(candidates)
    }
}

/// Makes a bundle of evidence, signed by `signer` under the DID URL `kid`. The same input gives the same payload.
///
/// # Errors
/// [`Code::BundleInvalid`] for a bundle that ends before it begins or more than [`limits::BUNDLE_SECONDS`] later, was fetched after it was made, or exceeds
/// [`limits::BUNDLE_BYTES`]; [`Code::KeyWrongSuite`] for a key that is neither Ed25519, P-256 nor P-384;
/// [`Code::KeySignerFailed`].
pub fn create(
    evidence: &Evidence,
    trust: Option<&TrustList>,
    created: Timestamp,
    expires: Timestamp,
    signer: &dyn Signer,
    kid: &str,
) -> Result<String, Fault> {
    did::check_did_url(kid)?;
    check_period(created, expires)?;
    let (algorithm, name) = algorithm_of(signer.public_key())?;
    let mut pieces = Vec::new();
    for (kind, id, piece) in evidence.iter() {
        check_fetched(piece.fetched, created).map_err(|fault| fault.about(id))?;
        let mut object = Object::new();
        object.insert("kind", name_of(kind)?);
        object.insert("id", id.to_owned());
        object.insert("fetched", piece.fetched.to_string());
        object.insert("sha256", hex_encode(&Sha256::digest(&piece.bytes)));
        object.insert("data", base64url_encode(&piece.bytes));
        pieces.push(Value::Object(object));
    }
    let mut payload = Object::new();
    payload.insert("version", 1_u32);
    payload.insert("created", created.to_string());
    payload.insert("expires", expires.to_string());
    if let Some(trust) = trust {
        payload.insert("trust", trust.to_value());
    }
    payload.insert("pieces", pieces);

    let header: Object<'_> = [("alg", name), ("typ", BUNDLE_TYPE), ("kid", kid)].into_iter().collect();
    let mut token = base64url_encode(json::to_string(&header.into()).as_bytes());
    token.push('.');
    token.push_str(&base64url_encode(json::to_string(&payload.into()).as_bytes()));
    let signature = signer.sign(algorithm, token.as_bytes())?;
    token.push('.');
    token.push_str(&base64url_encode(&signature));
    if token.len() > limits::BUNDLE_BYTES {
        return Err(too_large(token.len()));
    }
    Ok(token)
}

/// Opens a bundle: checks its signature against the signers that are believed, its dates against `now`, and every piece.
///
/// # Errors
/// [`Code::BundleInvalid`] for a bundle that is malformed, of another signer, not of this time, or whose signature does not
/// match; `did.*` and `key.*` for a key that the signer's DID document does not allow; `json.*`; and
/// [`Code::TrustListInvalid`] for its trust list.
pub fn open(bundle: &[u8], signers: &BundleSigners, now: Timestamp) -> Result<Bundle, Fault> {
    if bundle.len() > limits::BUNDLE_BYTES {
        return Err(too_large(bundle.len()));
    }
    // A file that was edited or copied by hand may end in a line break, and in nothing else.
    let text = std::str::from_utf8(bundle).map_err(|_| Fault::new(Code::InputInvalidUtf8))?;
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    let malformed = || Fault::new(INVALID).about("not a compact JWS");
    let (signed, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
    let (header, payload) = signed.split_once('.').ok_or_else(malformed)?;
    if payload.contains('.') {
        return Err(malformed());
    }
    let signature = base64url_decode(signature).map_err(|_| malformed())?;
    let header = base64url_decode(header).map_err(|_| malformed())?;
    let header = json::parse(&header)?;
    let (algorithm, kid) = read_header(&header)?;
    let payload = base64url_decode(payload).map_err(|_| malformed())?;
    let payload = json::parse_up_to(&payload, limits::BUNDLE_BYTES)?;
    let members = Members::of(&payload, "", INVALID, &["version", "created", "expires", "trust", "pieces"])?;
    members.version(1)?;
    let (created, expires) = (members.time("created")?, members.time("expires")?);
    check_period(created, expires)?;

    let candidates = signers.candidates(kid, created, now)?;
    if !candidates.iter().any(|key| key.verify(algorithm, signed.as_bytes(), &signature).is_ok()) {
        return Err(Fault::new(INVALID).about("signature"));
    }

    if created > now.plus_seconds(limits::CLOCK_SKEW_SECONDS) {
        return Err(members.fault("created", "in the future"));
    }
    if expires < now {
        return Err(members.fault("expires", "in the past"));
    }
    let trust = match members.optional("trust") {
        Some(trust) => Some(TrustList::from_value(trust, &members.pointer("trust"))?),
        None => None,
    };
    let mut evidence = Evidence::none();
    for (i, piece) in members.array("pieces")?.iter().enumerate() {
        let pointer = format!("{}/{i}", members.pointer("pieces"));
        read_piece(piece, &pointer, created, &mut evidence)?;
    }
    Ok(Bundle { evidence, trust, created, expires, signer: kid.to_owned() })
}

fn read_header<'h>(header: &'h Value<'_>) -> Result<(SignatureAlgorithm, &'h str), Fault> {
    let members = Members::of(header, "", INVALID, &["alg", "typ", "kid"])?;
    if members.string("typ")? != BUNDLE_TYPE {
        return Err(members.fault("typ", "not an evidence bundle"));
    }
    let algorithm = match members.string("alg")? {
        "EdDSA" => SignatureAlgorithm::EdDsa,
        "ES256" => SignatureAlgorithm::Es256,
        "ES384" => SignatureAlgorithm::Es384,
        _ => return Err(members.fault("alg", "not EdDSA, ES256 or ES384")),
    };
    let kid = members.string("kid")?;
    did::check_did_url(kid).map_err(|_| members.fault("kid", "not a DID URL"))?;
    Ok((algorithm, kid))
}

fn read_piece(value: &Value<'_>, pointer: &str, created: Timestamp, evidence: &mut Evidence) -> Result<(), Fault> {
    let members = Members::of(value, pointer, INVALID, &["kind", "id", "fetched", "sha256", "data"])?;
    let name = members.string("kind")?;
    let kind = KINDS.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind);
    let kind = kind.ok_or_else(|| members.fault("kind", "unknown"))?;
    let id = members.string("id")?;
    if evidence.get(kind, id).is_some() {
        return Err(members.fault("id", "stands twice"));
    }
    let fetched = members.time("fetched")?;
    check_fetched(fetched, created).map_err(|_| members.fault("fetched", "after the bundle was made"))?;
    let data = members.value("data")?.as_str().ok_or_else(|| members.fault("data", "not a string"))?;
    let data = base64url_decode(data).map_err(|_| members.fault("data", "not base64url"))?;
    if members.string("sha256")? != hex_encode(&Sha256::digest(&data)) {
        return Err(members.fault("sha256", "not the digest of the data"));
    }
    evidence.insert(kind, id, data, fetched);
    Ok(())
}

fn algorithm_of(key: &PublicKey) -> Result<(SignatureAlgorithm, &'static str), Fault> {
    match key.key_type() {
        KeyType::Ed25519 => Ok((SignatureAlgorithm::EdDsa, "EdDSA")),
        KeyType::P256 => Ok((SignatureAlgorithm::Es256, "ES256")),
        KeyType::P384 => Ok((SignatureAlgorithm::Es384, "ES384")),
        _ => Err(Fault::new(Code::KeyWrongSuite)),
    }
}

fn name_of(kind: EvidenceKind) -> Result<&'static str, Fault> {
    let name = KINDS.iter().find(|(known, _)| *known == kind).map(|(_, name)| *name);
    name.ok_or_else(|| Fault::new(Code::Internal))
}

fn check_period(created: Timestamp, expires: Timestamp) -> Result<(), Fault> {
    let refused = |why: String| Err(Fault::new(INVALID).at("/expires").about(why));
    if created > expires {
        refused("expires: before created".to_owned())
    } else if expires > created.plus_seconds(limits::BUNDLE_SECONDS) {
        refused(format!("expires: more than {} s after created", limits::BUNDLE_SECONDS))
    } else {
        Ok(())
    }
}

fn check_fetched(fetched: Timestamp, created: Timestamp) -> Result<(), Fault> {
    if fetched <= created.plus_seconds(limits::CLOCK_SKEW_SECONDS) { Ok(()) } else { Err(Fault::new(INVALID)) }
}

fn too_large(bytes: usize) -> Fault {
    Fault::new(INVALID).about(format!("{bytes} > {} bytes", limits::BUNDLE_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SecretKey;
    use crate::trust::{DisplayName, TrustedIssuer};

    const NOW: Timestamp = Timestamp::from_unix(1_793_500_000);

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_bytes(KeyType::Ed25519, &[seed; 32]).unwrap()
    }

    fn kid(key: &SecretKey) -> String {
        let did = did::did_key(key.public_key());
        let fragment = did.strip_prefix("did:key:").unwrap();
        format!("{did}#{fragment}")
    }

    fn evidence() -> Evidence {
        let mut evidence = Evidence::none();
        let week_ago = NOW.plus_seconds(-604_800);
        evidence.insert(EvidenceKind::DidDocument, "did:web:ontario.example", b"{ \"id\" : 1 }\n".to_vec(), week_ago);
        evidence.insert(EvidenceKind::StatusList, "https://ontario.example/status/3", vec![0, 255, 10], NOW);
        evidence.insert(EvidenceKind::Schema, "https://ontario.example/person.json", Vec::new(), NOW);
        evidence.insert(EvidenceKind::Resource, "https://ontario.example/logo.png", b"png".to_vec(), NOW);
        evidence.insert(EvidenceKind::Context, "https://ontario.example/v1", b"{\"@context\":{}}".to_vec(), NOW);
        evidence
    }

    fn trust() -> TrustList {
        let name = DisplayName { en: "Ontario".into(), fr: "Ontario".into() };
        let issuer = TrustedIssuer {
            did: "did:web:ontario.example".into(),
            name: name.clone(),
            types: vec!["*".into()],
            valid_from: None,
            valid_until: None,
            certificates: Vec::new(),
        };
        TrustList::new(name, NOW, None, [issuer]).unwrap()
    }

    fn made(key: &SecretKey) -> String {
        create(&evidence(), Some(&trust()), NOW, NOW.plus_seconds(1_000), key, &kid(key)).unwrap()
    }

    #[test]
    fn comes_back_byte_for_byte_with_its_ages() {
        let key = key(1);
        let text = made(&key);
        let signers = BundleSigners::none().did(did::did_key(key.public_key()));
        for signers in [signers, BundleSigners::none().key(key.public_key().clone())] {
            let bundle = open(text.as_bytes(), &signers, NOW.plus_seconds(5)).unwrap();
            let pieces = |evidence: &Evidence| -> Vec<_> {
                evidence.iter().map(|(kind, id, piece)| (kind, id.to_owned(), piece.clone())).collect()
            };
            assert_eq!(pieces(&bundle.evidence), pieces(&evidence()));
            assert_eq!(bundle.trust, Some(trust()));
            assert_eq!((bundle.created, bundle.expires), (NOW, NOW.plus_seconds(1_000)));
            assert_eq!(bundle.signer, kid(&key));
        }
        assert!(
            open(format!("{text}\n").as_bytes(), &BundleSigners::none().key(key.public_key().clone()), NOW).is_ok()
        );
    }

    #[test]
    fn every_signing_algorithm() {
        for key_type in [KeyType::P256, KeyType::P384] {
            let key = SecretKey::generate(key_type).unwrap();
            let text = create(&Evidence::none(), None, NOW, NOW, &key, "did:web:ontario.example#k").unwrap();
            let bundle = open(text.as_bytes(), &BundleSigners::none().key(key.public_key().clone()), NOW).unwrap();
            assert!(bundle.trust.is_none());
        }
    }

    #[test]
    fn believes_only_those_it_was_told_to() {
        let (key, other) = (key(1), key(2));
        let text = made(&key);
        let code = |signers: BundleSigners| open(text.as_bytes(), &signers, NOW).map(|_| ()).map_err(|f| f.code());
        assert_eq!(code(BundleSigners::none()), Err(INVALID));
        assert_eq!(code(BundleSigners::none().key(other.public_key().clone())), Err(INVALID));
        assert_eq!(code(BundleSigners::none().did(did::did_key(other.public_key()))), Err(INVALID));
        // Signed by one, in the name of another.
        let forged = create(&evidence(), None, NOW, NOW.plus_seconds(10), &other, &kid(&key)).unwrap();
        let signers = BundleSigners::none().did(did::did_key(key.public_key()));
        assert_eq!(open(forged.as_bytes(), &signers, NOW).unwrap_err().code(), INVALID);
    }

    #[test]
    fn dates() {
        let key = key(1);
        let text = made(&key);
        let signers = BundleSigners::none().key(key.public_key().clone());
        let pointer = |at: i64| {
            let fault = open(text.as_bytes(), &signers, NOW.plus_seconds(at)).map(|_| ()).unwrap_err();
            fault.pointer().unwrap().to_owned()
        };
        assert_eq!(pointer(1_001), "/expires");
        assert_eq!(pointer(-61), "/created");
        assert!(open(text.as_bytes(), &signers, NOW.plus_seconds(1_000)).is_ok());
        let backwards = create(&evidence(), None, NOW, NOW.plus_seconds(-1), &key, &kid(&key));
        assert_eq!(backwards.unwrap_err().code(), INVALID);
        let (longest, longer) = (limits::BUNDLE_SECONDS, limits::BUNDLE_SECONDS + 1);
        assert!(create(&evidence(), None, NOW, NOW.plus_seconds(longest), &key, &kid(&key)).is_ok());
        let long = create(&evidence(), None, NOW, NOW.plus_seconds(longer), &key, &kid(&key));
        assert_eq!(long.unwrap_err().pointer(), Some("/expires"));
        let early = create(&evidence(), None, NOW.plus_seconds(-100), NOW, &key, &kid(&key));
        assert_eq!(early.unwrap_err().code(), INVALID);
    }

    #[test]
    fn a_key_that_has_expired_signs_no_bundle_whatever_it_dates_it() {
        let (key, did) = (key(1), "did:web:ontario.example");
        let text = create(&evidence(), None, NOW, NOW.plus_seconds(1_000), &key, &format!("{did}#k")).unwrap();
        let code = |expires: i64, controller: &str| {
            let document = format!(
                r##"{{"id":"{did}","assertionMethod":[{{"id":"#k","type":"Multikey","controller":"{controller}","expires":"{}","publicKeyMultibase":"{}"}}]}}"##,
                NOW.plus_seconds(expires),
                key.public_key().to_multikey()
            );
            let signers = BundleSigners::none().did_document(did, document.into_bytes(), NOW);
            open(text.as_bytes(), &signers, NOW.plus_seconds(500)).map(|_| ()).map_err(|fault| fault.code())
        };
        assert_eq!(code(501, did), Ok(()));
        assert_eq!(code(500, did), Err(Code::KeyExpired));
        assert_eq!(code(0, did), Err(Code::KeyExpired));
        assert_eq!(code(501, "did:web:other.example"), Err(Code::KeyNotController));
    }

    /// Signs any header and payload.
    fn forge(header: &str, payload: &str, key: &SecretKey) -> String {
        let signed = format!("{}.{}", base64url_encode(header.as_bytes()), base64url_encode(payload.as_bytes()));
        let signature = key.sign(SignatureAlgorithm::EdDsa, signed.as_bytes()).unwrap();
        format!("{signed}.{}", base64url_encode(&signature))
    }

    #[test]
    fn refuses_what_is_not_exactly_a_bundle() {
        let key = key(1);
        let header = format!(r#"{{"alg":"EdDSA","typ":"{BUNDLE_TYPE}","kid":"{}"}}"#, kid(&key));
        let piece = r#"{"kind":"schema","id":"urn:a","fetched":"2026-10-01T00:00:00Z","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","data":"YWJj"}"#;
        let payload = format!(
            r#"{{"version":1,"created":"2026-10-01T00:00:00Z","expires":"2027-10-01T00:00:00Z","pieces":[{piece}]}}"#
        );
        let signers = BundleSigners::none().key(key.public_key().clone());
        let result = |header: &str, payload: &str| {
            open(forge(header, payload, &key).as_bytes(), &signers, NOW).map(|_| ()).map_err(|f| f.code())
        };
        assert_eq!(result(&header, &payload), Ok(()));
        let bad_payload = |from: &str, to: &str| {
            let changed = payload.replace(from, to);
            assert_ne!(changed, payload, "{from}");
            result(&header, &changed)
        };
        assert_eq!(bad_payload("\"version\":1", "\"version\":2"), Err(INVALID));
        assert_eq!(bad_payload("\"version\":1", "\"version\":1,\"more\":1"), Err(INVALID));
        assert_eq!(bad_payload("\"version\":1", "\"version\":1,\"version\":1"), Err(Code::JsonDuplicateKey));
        assert_eq!(bad_payload("YWJj", "YWJk"), Err(INVALID));
        assert_eq!(bad_payload("YWJj", "YWJj="), Err(INVALID));
        assert_eq!(bad_payload("ba7816bf", "BA7816BF"), Err(INVALID));
        assert_eq!(bad_payload("\"schema\"", "\"gossip\""), Err(INVALID));
        assert_eq!(bad_payload("\"fetched\":\"2026", "\"fetched\":\"2027"), Err(INVALID));
        assert_eq!(bad_payload(piece, &format!("{piece},{piece}")), Err(INVALID));
        let bad_header = |from: &str, to: &str| result(&header.replace(from, to), &payload);
        assert_eq!(bad_header("EdDSA", "none"), Err(INVALID));
        assert_eq!(bad_header("EdDSA", "ES256"), Err(INVALID));
        assert_eq!(bad_header(BUNDLE_TYPE, "JWT"), Err(INVALID));
        assert_eq!(bad_header("\"alg\"", "\"crit\":[\"b64\"],\"alg\""), Err(INVALID));
        assert_eq!(bad_header("did:key", "key"), Err(INVALID));

        let good = forge(&header, &payload, &key);
        for bad in [format!("{good}."), format!(" {good}"), good.replace('.', ""), String::new(), format!("{good}\n\n")]
        {
            assert_eq!(open(bad.as_bytes(), &signers, NOW).map(|_| ()).unwrap_err().code(), INVALID, "{bad}");
        }
        for at in 0..good.len() {
            let mut changed = good.clone().into_bytes();
            changed[at] ^= 1;
            assert!(open(&changed, &signers, NOW).is_err(), "byte {at}");
        }
    }
}
