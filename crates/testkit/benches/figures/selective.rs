//! `ecdsa-sd-2023` beside its bare signature checks, and the `ssi` crate's `bbs-2023` on a card that it issues itself.

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey, EcPoint};
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use openssl::pkey::Public;
use sha2::{Digest as _, Sha256};
use tamarack::did::Relationship;
use tamarack::json::{Object, Value, to_string};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer};
use tamarack::proof::{DeriveOptions, SignOptions, Suite, derive, sign};
use tamarack::{SystemRandomness, Timestamp};
use tamarack_testkit::cards;

/// The card of the other figures: 20 statements that are not mandatory, of which the subject's type, the subject and the
/// three claims are shown, each with a signature of its own, beside the issuer's signature over the rest.
const SHOWN: usize = 5;

pub(super) fn ecdsa_sd(c: &mut Criterion) {
    let key = SecretKey::from_bytes(KeyType::P256, &[7; 32]).expect("a key");
    let multikey = key.public_key().to_multikey();
    let card = cards::twenty(&format!("did:key:{multikey}")).expect("a card");
    let options = SignOptions {
        suite: Suite::EcdsaSd2023,
        verification_method: format!("did:key:{multikey}#{multikey}"),
        purpose: Relationship::AssertionMethod,
        created: Some(Timestamp::from_unix(1_780_000_000)),
        expires: None,
        challenge: None,
        domain: None,
        id: None,
        previous: Vec::new(),
        mandatory_pointers: card.mandatory.iter().map(|&pointer| pointer.to_owned()).collect(),
    };
    let contexts = Contexts::builtin();
    let base = sign(&card.document, &options, &key, &contexts).expect("signs");
    let reveal = card.reveal.iter().map(|&pointer| pointer.to_owned()).collect();
    let shown = derive(&base, &DeriveOptions { reveal, ..DeriveOptions::default() }, &contexts, &mut SystemRandomness)
        .expect("derives");
    assert_eq!(signatures(&shown), SHOWN, "what the bare figure counts");

    let mut group = c.benchmark_group("ecdsa-sd-verify");
    let checks = Checks::new();
    group.bench_function("bare", |b| b.iter(|| checks.run()));
    super::verifies(&mut group, to_string(&Value::Object(shown)).as_bytes(), cards::ISSUED);
    group.finish();
}

/// How many statements of a derived proof carry their own signature (VC-DI-ECDSA §3.5.7: the third of five elements).
fn signatures(shown: &Object<'_>) -> usize {
    let proof = shown.get("proof").and_then(Value::as_object).expect("one proof");
    let value = proof.get("proofValue").and_then(Value::as_str).expect("a value");
    let bytes = tamarack::encoding::base64url_decode(value.trim_start_matches('u')).expect("base64url");
    let mut decoder = minicbor::Decoder::new(bytes.get(3..).expect("a header"));
    decoder.array().expect("an array");
    decoder.bytes().expect("the base signature");
    decoder.bytes().expect("the proof's key");
    usize::try_from(decoder.array().expect("an array").expect("its length")).expect("few")
}

/// What nobody can go below: two keys decoded, one check by the issuer's, one for each shown statement by the proof's.
struct Checks {
    group: EcGroup,
    key: Vec<u8>,
    digest: [u8; 32],
    signature: Vec<u8>,
}

impl Checks {
    fn new() -> Self {
        let key = SecretKey::from_bytes(KeyType::P256, &[9; 32]).expect("a key");
        Self {
            group: EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("P-256"),
            key: key.public_key().bytes().to_vec(),
            digest: Sha256::digest(b"bench").into(),
            signature: key.sign(SignatureAlgorithm::Es256, b"bench").expect("signs"),
        }
    }

    fn decode(&self) -> EcKey<Public> {
        let mut context = BigNumContext::new().expect("memory");
        let point = EcPoint::from_bytes(&self.group, black_box(&self.key), &mut context).expect("on the curve");
        EcKey::from_public_key(&self.group, &point).expect("a key")
    }

    fn check(&self, key: &EcKey<Public>) {
        let (r, s) = self.signature.split_at(32);
        let number = |bytes| BigNum::from_slice(bytes).expect("a number");
        let signature = EcdsaSig::from_private_components(number(r), number(s)).expect("a signature");
        assert!(signature.verify(black_box(&self.digest), key).expect("judged"));
    }

    fn run(&self) {
        let (issuer, own) = (self.decode(), self.decode());
        self.check(&issuer);
        (0..SHOWN).for_each(|_| self.check(&own));
    }
}

/// `ssi` signs, derives and verifies a card with 20 statements of its own, 3 of which it is asked to show.
pub(super) fn opponent(c: &mut Criterion) {
    use ssi::claims::VerificationParameters;
    use ssi::claims::data_integrity::{AnySelectionOptions, AnySuite, CryptographicSuite as _, ProofOptions};
    use ssi::claims::vc::v2::JsonCredential;
    use ssi::dids::{AnyDidMethod, DIDKey, VerificationMethodDIDResolver};
    use ssi::verification_methods::{AnyMethod, SingleSecretSigner};

    let jwk = ssi::JWK::generate_bls12381g2();
    let method = DIDKey::generate_url(&jwk).expect("a key");
    let resolver = VerificationMethodDIDResolver::<_, AnyMethod>::new(AnyDidMethod::default());
    let terms: serde_json::Map<_, _> =
        (0..17).map(|i| (format!("claim{i:02}"), format!("https://example.org/#claim{i:02}").into())).collect();
    let claims: serde_json::Map<_, _> =
        terms.keys().map(|name| (name.clone(), format!("value of {name}").into())).collect();
    let unsigned: JsonCredential = serde_json::from_value(serde_json::json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", terms],
        "type": ["VerifiableCredential"],
        "issuer": method.to_string(),
        "credentialSubject": claims,
    }))
    .expect("a credential");
    let signer = SingleSecretSigner::new(jwk).into_local();
    let sign = || {
        let options = ProofOptions::from_method(method.clone().into_iri().into());
        pollster::block_on(AnySuite::Bbs2023.sign(unsigned.clone(), &resolver, &signer, options)).expect("signs")
    };
    let base = sign();
    let parameters = VerificationParameters::from_resolver(&resolver);
    let derive = || {
        let mut selection = AnySelectionOptions::default();
        selection.selective_pointers = ["/issuer", "/credentialSubject/claim03", "/credentialSubject/claim11"]
            .map(|pointer| pointer.parse().expect("a pointer"))
            .to_vec();
        pollster::block_on(base.select(&parameters, selection)).expect("derives")
    };
    let shown = derive().map(|object| {
        ssi::json_ld::syntax::from_value::<JsonCredential>(ssi::json_ld::syntax::Value::Object(object))
            .expect("a credential")
    });
    let verify = || pollster::block_on(shown.verify(&parameters)).expect("judged").expect("accepts its own");
    verify();
    let mut time = |what: &str, work: &mut dyn FnMut()| {
        let mut group = c.benchmark_group(format!("ssi-bbs-2023-{what}"));
        group.sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(100));
        group.bench_function("ours", |b| b.iter(&mut *work));
        group.finish();
    };
    time("sign", &mut || drop(black_box(sign())));
    time("derive", &mut || drop(black_box(derive())));
    time("verify", &mut || verify());
}
