//! Running a vector: it is read from its file, with nothing known of how it was made.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tamarack::bundle::{self, BundleSigners};
use tamarack::did::{self, DidDocument};
use tamarack::issue::{CredentialType, Issuance, SecureOptions, Securing, secure};
use tamarack::json::Value;
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, MessageSigning, PublicKey, SecretKey, SignatureAlgorithm, Signer};
use tamarack::present::{Binding, Held, Holder, Link, NonceBook, Selection, present};
use tamarack::proof::{self, BoundSecrets, DeriveOptions, HolderCommitment, HolderSecrets};
use tamarack::status::{Allocator, Seed};
use tamarack::trust::TrustList;
use tamarack::verify::MaxAge;
use tamarack::{Code, Evidence, EvidenceKind, Fault, Policy, SystemRandomness, Timestamp, encoding, verify};

/// What an operation came to.
type Outcome = Result<Json, Fault>;

/// Runs one vector.
///
/// # Errors
/// What came out, if it is not what must.
pub fn check(text: &str) -> Result<(), String> {
    let vector: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let expect = &vector["expect"];
    if expect.get("outcome").is_some() || vector["operation"] == "verify" {
        return check_verdict(&vector);
    }
    let found = match operate(&vector)? {
        Ok(result) => json!({ "result": result }),
        Err(fault) => error(&fault, expect),
    };
    compare(&found, expect)
}

/// The codes that a vector brings out.
#[must_use]
pub fn codes(text: &str) -> Vec<String> {
    let vector: Json = serde_json::from_str(text).unwrap_or_default();
    let expect = &vector["expect"];
    [&expect["code"], &expect["error"]].into_iter().filter_map(|code| code.as_str().map(str::to_owned)).collect()
}

fn error(fault: &Fault, expect: &Json) -> Json {
    let mut found = json!({ "error": fault.code().as_str() });
    if expect.get("pointer").is_some() {
        found["pointer"] = fault.pointer().unwrap_or_default().into();
    }
    found
}

fn compare(found: &Json, expect: &Json) -> Result<(), String> {
    if found == expect { Ok(()) } else { Err(format!("expected {expect}, but found {found}")) }
}

// --- verify

fn check_verdict(vector: &Json) -> Result<(), String> {
    let expect = &vector["expect"];
    let input = content(&vector["input"])?;
    let (policy, evidence, now) = (policy(&vector["policy"])?, evidence(vector)?, time(&vector["now"])?);
    let judge = || verify(&input, &policy, &evidence, now);
    let begin = Instant::now();
    let verdict = judge();
    if let Some(milliseconds) = vector["withinMilliseconds"].as_u64() {
        check_time(begin.elapsed(), milliseconds, || drop(judge()))?;
    }
    let verdict = match verdict {
        Ok(verdict) => serde_json::to_value(verdict).map_err(|error| error.to_string())?,
        Err(error_of) => return compare(&error(error_of.fault(), expect), expect),
    };
    let checks = verdict["checks"].as_array().map_or(&[][..], Vec::as_slice);
    let told = || {
        let told = checks.iter().filter(|check| check["result"] != "pass" && check["result"] != "not_checked");
        let told: Vec<String> =
            told.map(|c| format!("{} {} {} {}", c["id"], c["result"], c["code"], c["pointer"])).collect();
        format!("expected {expect}, but found {} with {}", verdict["outcome"], told.join("; "))
    };
    if verdict["outcome"] != expect["outcome"] {
        return Err(told());
    }
    let result = match expect["outcome"].as_str() {
        Some("accept") if expect.get("check").is_none() => return proves(&verdict, expect),
        Some("accept") => "pass",
        Some("reject") => "fail",
        _ => "undetermined",
    };
    let named = |check: &Json| {
        check["id"] == expect["check"]
            && check["result"] == result
            && check["code"] == expect["code"]
            && check["pointer"] == expect["pointer"]
    };
    if !checks.iter().any(named) {
        return Err(told());
    }
    let silent =
        |check: &Json| check["id"] == expect["check"] || check["result"] == "pass" || check["result"] == "not_checked";
    if expect["alone"] == true && !checks.iter().all(silent) {
        return Err(format!("not alone: {}", told()));
    }
    if expect.get("needs").is_some_and(|needs| *needs != verdict["needs"]) {
        return Err(format!("expected {expect}, but it needs {}", verdict["needs"]));
    }
    Ok(())
}

/// What was proved is exactly what the vector says, if it says so.
fn proves(verdict: &Json, expect: &Json) -> Result<(), String> {
    let Some(wanted) = expect.get("proved") else { return Ok(()) };
    let proved = verdict["proved"].as_array().map_or(&[][..], Vec::as_slice);
    let found: Json = proved.iter().map(|credential| credential["claims"].clone()).collect();
    compare(&found, wanted)
}

/// The best of several runs: other work on the machine must not fail a vector. Unoptimized code gets ten times as long.
fn check_time(first: Duration, milliseconds: u64, again: impl Fn()) -> Result<(), String> {
    let allowed = Duration::from_millis(milliseconds) * if cfg!(debug_assertions) { 10 } else { 1 };
    let mut best = first;
    for _ in 0..5 {
        if best <= allowed {
            return Ok(());
        }
        let begin = Instant::now();
        again();
        best = best.min(begin.elapsed());
    }
    Err(format!("it took {best:?}, more than {allowed:?}"))
}

fn policy(json: &Json) -> Result<Policy, String> {
    let mut policy = match &json["trust"] {
        Json::String(word) if word == "any" => Policy::insecure_trust_any_issuer(),
        Json::String(word) if word == "none" => Policy::no_trust(),
        list @ Json::Object(_) => {
            Policy::trusting(TrustList::from_value(&value(list)?, "").map_err(|fault| fault.to_string())?)
        }
        other => return Err(format!("no policy: {other}")),
    };
    if let Some(challenge) = json["challenge"].as_str() {
        policy = policy.expect_challenge(challenge);
    }
    if let Some(domain) = json["domain"].as_str() {
        policy = policy.expect_domain(domain);
    }
    if json["holderMayDiffer"] == true {
        policy = policy.weaken_holder_may_differ();
    }
    if json["asHolder"] == true {
        policy = policy.as_holder();
    }
    if json["oldSdJwtVcTyp"] == true {
        policy = policy.weaken_old_sd_jwt_vc_typ();
    }
    if json["pseudonym"] == "required" {
        policy = policy.require_pseudonym();
    }
    if json["typeMetadata"] == "required" {
        policy = policy.require_type_metadata();
    }
    if let Some(seconds) = json["maxAgeSeconds"].as_i64() {
        let all = MaxAge {
            did_document: seconds,
            status_list: seconds,
            schema: seconds,
            context: seconds,
            resource: seconds,
        };
        policy = policy.max_age(all);
    }
    Ok(policy)
}

fn evidence(vector: &Json) -> Result<Evidence, String> {
    let mut evidence = Evidence::none();
    for piece in vector["evidence"].as_array().map_or(&[][..], Vec::as_slice) {
        let kind: EvidenceKind = serde_json::from_value(piece["kind"].clone()).map_err(|error| error.to_string())?;
        evidence.insert(kind, text(&piece["id"])?, content(&piece["content"])?, time(&piece["fetched"])?);
    }
    Ok(evidence)
}

/// The bytes that an input or a piece of evidence stands for.
fn content(json: &Json) -> Result<Vec<u8>, String> {
    if let Json::String(text) = json {
        return Ok(text.clone().into_bytes());
    }
    if let Some(value) = json.get("json") {
        return Ok(value.to_string().into_bytes());
    }
    if let Some(text) = json["base64"].as_str() {
        return encoding::base64_decode(text).map_err(|fault| fault.to_string());
    }
    if let (Some(part), Some(times)) = (json.get("repeat"), json["times"].as_u64()) {
        return Ok(content(part)?.repeat(usize::try_from(times).map_err(|error| error.to_string())?));
    }
    let parts = json["concat"].as_array().ok_or_else(|| format!("no content: {json}"))?;
    Ok(parts.iter().map(content).collect::<Result<Vec<_>, _>>()?.concat())
}

fn text(json: &Json) -> Result<&str, String> {
    json.as_str().ok_or_else(|| format!("no text: {json}"))
}

fn value(json: &Json) -> Result<Value<'static>, String> {
    Value::try_from(json).map_err(|fault| fault.to_string())
}

fn time(json: &Json) -> Result<Timestamp, String> {
    Timestamp::parse_stamp(text(json)?).map_err(|fault| fault.to_string())
}

// --- the other operations

fn operate(vector: &Json) -> Result<Outcome, String> {
    let input = content(&vector["input"])?;
    let word = || String::from_utf8(input.clone()).map_err(|error| error.to_string());
    let of_json = || serde_json::from_slice::<Json>(&input).map_err(|error| error.to_string());
    Ok(match text(&vector["operation"])? {
        "base64url" => encoding::base64url_decode(&word()?).map(|bytes| encoding::hex_encode(&bytes).into()),
        "base64" => encoding::base64_decode(&word()?).map(|bytes| encoding::hex_encode(&bytes).into()),
        "multibase" => encoding::multibase58_decode(&word()?).map(|bytes| encoding::hex_encode(&bytes).into()),
        "multikey" => PublicKey::from_multikey(&word()?).map(|key| key.key_type().name().into()),
        "jwk" => PublicKey::from_jwk(&value(&of_json()?)?).map(|key| key.key_type().name().into()),
        "pem" => PublicKey::from_pem(&word()?).map(|key| key.key_type().name().into()),
        "unseal" => SecretKey::unseal(&word()?, text(&vector["passphrase"])?.as_bytes())
            .map(|key| key.public_key().to_multikey().into()),
        "signature" => signature(&of_json()?)?,
        "bbs" => super::bbs::operate(&of_json()?)?,
        "did" => did::resolve(&word()?, &evidence(vector)?).map(|document| document.id.into()),
        "did-document" => DidDocument::parse(&input, text(&vector["did"])?).map(|document| document.id.into()),
        "trust" => TrustList::parse(&input).map(|list| list.issuers().len().into()),
        "bundle" => open_bundle(&input, vector)?,
        "type" => CredentialType::parse(&input).map(|kind| kind.name.into()),
        "assemble" => assemble(&of_json()?, vector)?,
        "sign" => sign(&of_json()?, vector)?,
        "derive" => derive(&of_json()?, vector)?,
        "commitment" => HolderCommitment::parse(&input).map(|commitment| commitment.bound_to().as_str().into()),
        "allocate" => allocate(&of_json()?)?,
        "present" => show(&input, vector)?,
        "linkability" => linkability(&input, vector)?,
        "nonces" => nonces(&of_json()?)?,
        other => return Err(format!("unknown operation {other}")),
    })
}

/// What was chosen of a credential is shown to whoever asked.
fn show(input: &[u8], vector: &Json) -> Result<Outcome, String> {
    let showing = Showing::read(vector)?;
    let made = Held::parse(input).and_then(|held| {
        let shown = held.shows(&showing.selection())?;
        let secrets = showing.secrets()?;
        let binding = Binding { secrets: secrets.as_ref(), ..showing.binding() };
        present(&held, &showing.selection(), &binding, &Contexts::builtin(), &mut SystemRandomness)?;
        Ok(shown.into_iter().map(|claim| Json::from(claim.pointer)).collect())
    });
    Ok(made)
}

fn linkability(input: &[u8], vector: &Json) -> Result<Outcome, String> {
    let showing = Showing::read(vector)?;
    let report = Held::parse(input).and_then(|held| held.linkability(&showing.selection(), &showing.binding()));
    let line = |link: &Link| Json::from(format!("{} {} {}", link.strength.as_str(), link.kind.as_str(), link.pointer));
    Ok(report.map(|report| report.links().iter().map(line).collect()))
}

/// What a vector says of a showing.
struct Showing<'v> {
    vector: &'v Json,
    pointers: Vec<String>,
    holder: Option<(SecretKey, String)>,
    /// A holder's file of secrets.
    secrets: Option<String>,
}

impl<'v> Showing<'v> {
    fn read(vector: &'v Json) -> Result<Self, String> {
        let pointers =
            vector["reveal"].as_array().ok_or("no reveal")?.iter().map(|pointer| text(pointer).map(str::to_owned));
        let holder = vector["holderSeed"].as_u64().map(|seed| {
            let seed = u8::try_from(seed).map_err(|error| error.to_string())?;
            let key = SecretKey::from_bytes(KeyType::Ed25519, &[seed; 32]).map_err(|fault| fault.to_string())?;
            let multikey = key.public_key().to_multikey();
            Ok::<_, String>((key, format!("did:key:{multikey}#{multikey}")))
        });
        let secrets = vector.get("secrets").map(Json::to_string);
        Ok(Self { vector, pointers: pointers.collect::<Result<_, _>>()?, holder: holder.transpose()?, secrets })
    }

    fn secrets(&self) -> Result<Option<HolderSecrets>, Fault> {
        let of = |text: &String| BoundSecrets::parse(text.as_bytes())?.for_domain(self.vector["audience"].as_str());
        self.secrets.as_ref().map(of).transpose()
    }

    fn selection(&self) -> Selection<'_> {
        Selection { pointers: &self.pointers, frame: None }
    }

    fn binding(&self) -> Binding<'_> {
        Binding {
            audience: self.vector["audience"].as_str(),
            nonce: self.vector["nonce"].as_str(),
            holder: self.holder.as_ref().map(|(key, method)| Holder { signer: key, verification_method: method }),
            created: time(&self.vector["now"]).ok(),
            issuer_key: None,
            key_binding_claims: None,
            secrets: None,
        }
    }
}

fn nonces(input: &Json) -> Result<Outcome, String> {
    let number = |json: &Json| json.as_i64().ok_or_else(|| format!("no number: {json}"));
    let mut book = NonceBook::new(number(&input["seconds"])?);
    let mut given = Vec::new();
    for step in input["steps"].as_array().ok_or("no steps")? {
        let result = match text(&step[0])? {
            "give" => {
                book.give(&mut SystemRandomness, Timestamp::from_unix(number(&step[1])?)).map(|nonce| given.push(nonce))
            }
            _ => {
                let nonce = usize::try_from(number(&step[1])?).ok().and_then(|at| given.get(at));
                let nonce = nonce.map_or("bm9ib2R5IGdhdmUgdGhpcyBvdXQ", String::as_str);
                book.take(nonce, Timestamp::from_unix(number(&step[2])?))
            }
        };
        if let Err(fault) = result {
            return Ok(Err(fault));
        }
    }
    Ok(Ok(true.into()))
}

fn signature(input: &Json) -> Result<Outcome, String> {
    let algorithm = match text(&input["algorithm"])? {
        "EdDSA" => SignatureAlgorithm::EdDsa,
        "ES256" => SignatureAlgorithm::Es256,
        "ES384" => SignatureAlgorithm::Es384,
        other => return Err(format!("unknown algorithm {other}")),
    };
    let bytes = |name: &str| encoding::base64url_decode(text(&input[name])?).map_err(|fault| fault.to_string());
    let key = match PublicKey::from_multikey(text(&input["key"])?) {
        Ok(key) => key,
        Err(fault) => return Ok(Err(fault)),
    };
    Ok(key.verify(algorithm, &bytes("message")?, &bytes("signature")?).map(|()| true.into()))
}

fn open_bundle(input: &[u8], vector: &Json) -> Result<Outcome, String> {
    let mut signers = BundleSigners::none();
    if let Some(key) = vector["signerKey"].as_str() {
        signers = signers.key(PublicKey::from_multikey(key).map_err(|fault| fault.to_string())?);
    }
    if let Some(did) = vector["signerDid"].as_str() {
        signers = signers.did(did);
    }
    Ok(bundle::open(input, &signers, time(&vector["now"])?).map(|bundle| bundle.evidence.iter().count().into()))
}

fn assemble(claims: &Json, vector: &Json) -> Result<Outcome, String> {
    let kind = CredentialType::parse(vector["type"].to_string().as_bytes()).map_err(|fault| fault.to_string())?;
    let claims = value(claims)?;
    let claims = claims.as_object().ok_or("the claims are no object")?;
    let issuance = Issuance {
        issuer: text(&vector["issuer"])?,
        subject: vector["subject"].as_str(),
        id: None,
        now: time(&vector["now"])?,
        status: &[],
    };
    Ok(kind.assemble(claims, &issuance).map(|made| Value::Object(made.document).to_serde()))
}

/// A signer in somebody else's hands.
struct Device {
    key: PublicKey,
    answer: Result<Vec<u8>, Code>,
}

impl Signer for Device {
    fn public_key(&self) -> &PublicKey {
        &self.key
    }

    fn sign(&self, _: SignatureAlgorithm, _: &[u8]) -> Result<Vec<u8>, Fault> {
        self.answer.clone().map_err(Fault::new)
    }

    fn sign_messages(&self, _: MessageSigning<'_>) -> Result<Vec<u8>, Fault> {
        self.answer.clone().map_err(Fault::new)
    }
}

fn sign(document: &Json, vector: &Json) -> Result<Outcome, String> {
    let document = value(document)?;
    let document = document.as_object().ok_or("the document is no object")?.clone();
    let securing = Securing::parse(text(&vector["suite"])?).ok_or("no such suite")?;
    let secret = PublicKey::from_multikey(text(&vector["key"])?).map_err(|fault| fault.to_string())?;
    let answer = match text(&vector["device"])? {
        "refuses" => Err(Code::KeySignerFailed),
        "answers a short signature" => Ok(vec![0; 63]),
        other => return Err(format!("unknown device {other}")),
    };
    let options = SecureOptions {
        verification_method: text(&vector["verificationMethod"])?,
        created: Some(time(&vector["now"])?),
        ..SecureOptions::default()
    };
    let device = Device { key: secret, answer };
    Ok(secure(document, securing, &options, &device, &Contexts::builtin()).map(Into::into))
}

fn derive(document: &Json, vector: &Json) -> Result<Outcome, String> {
    let document = value(document)?;
    let document = document.as_object().ok_or("the document is no object")?;
    let reveal = vector.get("reveal").cloned().unwrap_or_else(|| json!([]));
    let reveal: Vec<String> = serde_json::from_value(reveal).map_err(|error| error.to_string())?;
    let frame = vector.get("frame").map(value).transpose()?;
    let frame = frame.map(|frame| frame.as_object().cloned().ok_or("the frame is no object")).transpose()?;
    let options = DeriveOptions { reveal, frame, ..DeriveOptions::default() };
    let derived = proof::derive(document, &options, &Contexts::builtin(), &mut super::actor::Drawn(0));
    Ok(derived.map(|derived| Value::Object(derived).to_serde()))
}

fn allocate(input: &Json) -> Result<Outcome, String> {
    let number = |name: &str| input[name].as_u64().and_then(|n| usize::try_from(n).ok()).ok_or(format!("no {name}"));
    let seed = Seed::from_bytes([7; 32]);
    let allocator = Allocator::new(&seed, number("entries")?, number("taken")?);
    Ok(allocator.and_then(|mut allocator| allocator.allocate()).map(Into::into))
}
