//! Issuing: a payload and a frame give an SD-JWT with all its disclosures (RFC 9901 §4.2).

use super::Profile;
use super::disclosure::HashName;
use super::frame::Frame;
use crate::encoding::base64url_encode;
use crate::jose::{Jws, algorithm_of};
use crate::json::{Object, Path, Value, to_string};
use crate::keys::Signer;
use crate::random::Randomness;
use crate::x509::Chain;
use crate::{Code, Fault, limits};

/// Bytes of a salt: the 128 bits of RFC 9901 §9.3.
const SALT_BYTES: usize = 16;

/// What an SD-JWT says beside its payload.
#[derive(Clone, Copy, Debug)]
pub struct IssueOptions<'o> {
    /// The `typ` header: [`Profile::typ`] for the two kinds of credentials.
    pub typ: &'o str,
    /// The `kid` header: a DID URL, or the name of a key in a JWK Set.
    pub kid: Option<&'o str>,
    /// The hash algorithm of the digests.
    pub hash: HashName,
    /// The `x5c` header: the chain of the key's certificate.
    pub certificates: Option<&'o Chain>,
}

/// Signs a payload as a compact SD-JWT with all its disclosures. The same payload, frame and random bytes give the same
/// text: 16 bytes are drawn for each disclosure and 32 for each decoy, in the order of the document, what is within a claim
/// before the claim itself and the decoys of an object or array after its claims.
///
/// # Errors
/// [`Code::IssueClaim`] with a pointer of the frame that names nothing; [`Code::SdJwtNeverDisclosable`] with one that
/// the kind of credential does not allow; [`Code::SdJwtDigest`] for a payload that has a reserved name in it;
/// [`Code::SdJwtMalformed`] beyond [`limits::DISCLOSURES`]; what [`Jws::sign`] gives; [`Code::Internal`] without randomness.
pub fn issue(
    payload: &Object<'_>,
    frame: &Frame,
    options: &IssueOptions<'_>,
    signer: &dyn Signer,
    random: &mut dyn Randomness,
) -> Result<String, Fault> {
    check_frame(payload, frame, options.typ)?;
    let mut hide = Hide { frame, hash: options.hash, random, disclosures: Vec::new(), digests: 0 };
    let mut payload = hide.object(payload, &Path::Root)?;
    let (disclosures, digests) = (hide.disclosures, hide.digests);
    if disclosures.len() > limits::DISCLOSURES {
        let about = format!("{} > {} disclosures", disclosures.len(), limits::DISCLOSURES);
        return Err(Fault::new(Code::SdJwtMalformed).about(about));
    }
    if digests > 0 {
        payload.insert("_sd_alg", options.hash.name());
    }
    let mut header = Object::new();
    header.insert("typ", options.typ);
    if let Some(kid) = options.kid {
        header.insert("kid", kid);
    }
    if let Some(chain) = options.certificates {
        header.insert("x5c", chain.to_value()?);
    }
    let algorithm = algorithm_of(signer.public_key().key_type())?;
    let mut text = Jws::sign(&header, to_string(&Value::Object(payload)).as_bytes(), algorithm, signer)?;
    text.push('~');
    for disclosure in disclosures {
        text.push_str(&disclosure);
        text.push('~');
    }
    Ok(text)
}

/// Every pointer names a claim; what must stay in plain sight is neither hidden nor has anything hidden in it.
fn check_frame(payload: &Object<'_>, frame: &Frame, typ: &str) -> Result<(), Fault> {
    let whole = Value::Object(payload.clone());
    let is_there = |pointer: &&String| !pointer.is_empty() && whole.pointer(pointer).is_some();
    let has_room = |pointer: &&String| matches!(whole.pointer(pointer), Some(Value::Object(_) | Value::Array(_)));
    let missing = frame.hidden.iter().find(|pointer| !is_there(pointer));
    if let Some(pointer) = missing.or_else(|| frame.decoys.keys().find(|pointer| !has_room(pointer))) {
        return Err(Fault::new(Code::IssueClaim).at(pointer.as_str()).about("no such claim"));
    }
    let fixed = Profile::of_typ(typ).map_or(&[][..], Profile::fixed);
    for pointer in frame.hidden.iter().chain(frame.decoys.keys()) {
        let first = pointer.strip_prefix('/').unwrap_or_default().split('/').next().unwrap_or_default();
        if fixed.contains(&first.replace("~1", "/").replace("~0", "~").as_str()) {
            return Err(Fault::new(Code::SdJwtNeverDisclosable).at(pointer.as_str()));
        }
    }
    Ok(())
}

struct Hide<'h> {
    frame: &'h Frame,
    hash: HashName,
    random: &'h mut dyn Randomness,
    disclosures: Vec<String>,
    digests: usize,
}

impl Hide<'_> {
    fn value(&mut self, value: &Value<'_>, path: &Path<'_>) -> Result<Value<'static>, Fault> {
        match value {
            Value::Object(object) => self.object(object, path).map(Value::Object),
            Value::Array(items) => self.array(items, path).map(Value::Array),
            other => Ok(other.clone().into_owned()),
        }
    }

    fn object(&mut self, object: &Object<'_>, path: &Path<'_>) -> Result<Object<'static>, Fault> {
        let mut out = Object::new();
        let mut digests = Vec::new();
        for (key, value) in object.iter() {
            let here = path.key(key);
            if matches!(key, "_sd" | "..." | "_sd_alg") {
                return Err(Fault::new(Code::SdJwtDigest).at(here.pointer()));
            }
            let value = self.value(value, &here)?;
            if self.is_hidden(&here) {
                digests.push(self.disclose(Some(key), value)?);
            } else {
                out.insert(key.to_owned(), value);
            }
        }
        self.add_decoys(path, &mut digests)?;
        if !digests.is_empty() {
            // RFC 9901 §4.2.4.1: in an order that tells nothing.
            digests.sort_unstable();
            out.insert("_sd", digests.into_iter().map(Value::from).collect::<Vec<_>>());
        }
        Ok(out)
    }

    fn array(&mut self, items: &[Value<'_>], path: &Path<'_>) -> Result<Vec<Value<'static>>, Fault> {
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let here = path.index(index);
            let value = self.value(item, &here)?;
            out.push(if self.is_hidden(&here) { placeholder(self.disclose(None, value)?) } else { value });
        }
        let mut decoys = Vec::new();
        self.add_decoys(path, &mut decoys)?;
        out.extend(decoys.into_iter().map(placeholder));
        Ok(out)
    }

    fn is_hidden(&self, path: &Path<'_>) -> bool {
        !self.frame.hidden.is_empty() && self.frame.hidden.contains(&path.pointer())
    }

    /// Makes a disclosure and gives its digest.
    fn disclose(&mut self, name: Option<&str>, value: Value<'static>) -> Result<String, Fault> {
        let mut salt = [0_u8; SALT_BYTES];
        self.random.fill(&mut salt)?;
        let mut items = vec![Value::from(base64url_encode(&salt))];
        items.extend(name.map(|name| Value::from(name.to_owned())));
        items.push(value);
        let disclosure = base64url_encode(to_string(&Value::Array(items)).as_bytes());
        let digest = self.hash.digest(&disclosure);
        self.disclosures.push(disclosure);
        self.digests += 1;
        Ok(digest)
    }

    /// RFC 9901 §4.2.5: the digest of random bytes.
    fn add_decoys(&mut self, path: &Path<'_>, digests: &mut Vec<String>) -> Result<(), Fault> {
        if self.frame.decoys.is_empty() {
            return Ok(());
        }
        let Some(count) = self.frame.decoys.get(&path.pointer()) else { return Ok(()) };
        for _ in 0..*count {
            let mut noise = [0_u8; 32];
            self.random.fill(&mut noise)?;
            digests.push(self.hash.digest(&base64url_encode(&noise)));
            self.digests += 1;
        }
        Ok(())
    }
}

fn placeholder(digest: String) -> Value<'static> {
    let mut object = Object::new();
    object.insert("...", digest);
    Value::Object(object)
}
