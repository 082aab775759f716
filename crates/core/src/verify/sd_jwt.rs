//! Judging an SD-JWT: the issuer's signature, the disclosures, what the credential says of itself, and who shows it.

use super::credential::{rule_content, rule_structure};
use super::issuer_key::{Signer, rule_signature, task};
use super::judge::{Judge, Ruling};
use super::policy::Trust;
use super::presentation::{Showing, rule_audience};
use super::proved::KEY_BINDING;
use super::verdict::CheckId;
use super::{Claims, Error, is_judged_bad, token_status};
use crate::credential::{Version, id_of, read_credential};
use crate::did::{Relationship, VerificationMethod};
use crate::jose::claims::{claim, text, time};
use crate::jose::{self, Jws};
use crate::json::{self, Object, Value};
use crate::keys::PublicKey;
use crate::proof::{Expected, authority};
use crate::sd_jwt::type_metadata::{self, TypeReference};
use crate::sd_jwt::{Disclosures, HashName, HolderProof, Processed, Profile, SdJwt, payload_of, process};
use crate::{Code, EvidenceKind, Fault, Timestamp};

/// An SD-JWT at the top. Gives its verified content.
///
/// # Errors
/// [`Error::Input`] for a text that is no SD-JWT, and for an SD-JWT of no kind that is a credential.
pub(super) fn judge_text(input: &str, judge: &mut Judge<'_>) -> Result<Option<Claims>, Error> {
    let sd_jwt = SdJwt::parse(input).map_err(Error::Input)?;
    let jws = match Jws::parse(sd_jwt.jwt()) {
        Ok(jws) => jws,
        // Judged as a compact JWT is: a credential that is signed in a way that is refused is bad; the rest is none.
        Err(fault) if is_judged_bad(fault.code()) => {
            judge.rule(CheckId::Proof, "", fault.into());
            return Ok(None);
        }
        Err(fault) => return Err(Error::Input(fault)),
    };
    let payload = payload_of(&jws).map_err(Error::Input)?;
    let profile = match profile(&jws, &payload, judge) {
        Ok(profile) => profile,
        Err(fault) if fault.code() == Code::InputNotACredential => return Err(Error::Input(fault)),
        Err(fault) => {
            judge.rule(CheckId::Proof, "", fault.into());
            return Ok(None);
        }
    };
    judge.rule(CheckId::Contexts, "", Ruling::NotChecked);
    rule_issuer(profile, &jws, &payload, judge);
    let disclosures = HashName::of(&payload).and_then(|hash| Ok((hash, Disclosures::new(sd_jwt.disclosures(), hash)?)));
    let (hash, disclosures) = match disclosures {
        Ok(found) => found,
        Err(fault) => {
            judge.rule(CheckId::Structure, "", Ruling::Fail(fault));
            return Ok(None);
        }
    };
    let processed = match process(payload, &disclosures, profile.fixed()) {
        Ok(processed) => processed,
        Err(fault) => {
            judge.rule(CheckId::Structure, "", Ruling::Fail(fault));
            return Ok(None);
        }
    };
    match profile {
        Profile::SdJwtVc => {
            rule_vc(&processed, judge);
            rule_type(&processed.payload, &jws, &disclosures, judge);
        }
        Profile::VcdmSdJwt => rule_vcdm(&processed.payload, judge),
    }
    rule_key_binding(&sd_jwt, hash, &processed.payload, judge);
    let text = json::to_string(&Value::Object(processed.payload));
    Ok(Some(Claims::from_sd_jwt(text, processed.has_digests)))
}

/// RFC 9901 §9.11: the type says what it is.
fn profile(jws: &Jws<'_>, payload: &Object<'_>, judge: &Judge<'_>) -> Result<Profile, Fault> {
    let is_vcdm = payload.contains_key("@context");
    let refused = || Fault::new(Code::JoseType).about("typ");
    match jws.header().get("typ").and_then(Value::as_str) {
        Some(typ) => match Profile::of_typ(typ) {
            Some(Profile::SdJwtVc) => Ok(Profile::SdJwtVc),
            Some(Profile::VcdmSdJwt) if is_vcdm => Ok(Profile::VcdmSdJwt),
            // Until November 2024 this was the typ of SD-JWT VC, of which nothing else says so.
            Some(Profile::VcdmSdJwt) if payload.contains_key("vct") && judge.policy.old_sd_jwt_vc_typ => {
                Ok(Profile::SdJwtVc)
            }
            Some(Profile::VcdmSdJwt) => Err(refused()),
            None if is_vcdm || payload.contains_key("vct") => Err(refused()),
            None => Err(Fault::new(Code::InputNotACredential)),
        },
        // VC-JOSE-COSE §3.2.1: "The typ header parameter SHOULD be vc+sd-jwt".
        None if is_vcdm => Ok(Profile::VcdmSdJwt),
        None if payload.contains_key("vct") => Err(refused()),
        None => Err(Fault::new(Code::InputNotACredential)),
    }
}

/// The issuer's signature, and whether the key is the issuer's.
fn rule_issuer(profile: Profile, jws: &Jws<'_>, payload: &Object<'_>, judge: &mut Judge<'_>) {
    let issuer = match profile {
        Profile::SdJwtVc => payload.get("iss").and_then(Value::as_str),
        Profile::VcdmSdJwt => payload.get("issuer").and_then(id_of),
    };
    match issuer {
        Some(issuer) => {
            let signed = time(payload, "iat").ok().flatten();
            // VC-JOSE-COSE §4.1.1: `kid` must be there when the key is found by a DID URL.
            let signer = Signer { issuer, needs_kid: profile == Profile::VcdmSdJwt, signed };
            rule_signature(jws, &signer, judge);
            // It has this one signature: whatever is accepted was proved by it.
            judge.proven("", profile.typ());
        }
        None => {
            judge.rule(CheckId::Proof, "", Ruling::NotChecked);
            judge.rule(CheckId::KeyAuthorized, "", Ruling::Fail(claim("iss")));
        }
    }
}

// --- SD-JWT VC

/// What an SD-JWT VC says of itself.
fn rule_vc(processed: &Processed<'_>, judge: &mut Judge<'_>) {
    let payload = &processed.payload;
    let structure = check_structure(processed);
    judge.rule(CheckId::Structure, "", structure.into());
    judge.rule(CheckId::Validity, "", validity(payload, judge).into());
    if let Some(issuer) = payload.get("iss").and_then(Value::as_str) {
        token_status::rule(payload, issuer, judge);
    }
    let ruling = trusted(payload, judge);
    judge.rule(CheckId::IssuerTrusted, "", ruling);
}

/// draft-ietf-oauth-sd-jwt-vc §5.7: the rules of the type, where the credential pins them, the policy asks for them, or the
/// evidence has them.
fn rule_type(payload: &Object<'_>, jws: &Jws<'_>, disclosures: &Disclosures, judge: &mut Judge<'_>) {
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let (Some(vct), integrity) = (text("vct"), text("vct#integrity")) else { return };
    let is_at_hand = judge.evidence.get(EvidenceKind::TypeMetadata, vct).is_some();
    if integrity.is_none() && !judge.policy.type_metadata_required && !is_at_hand {
        return judge.rule(CheckId::Schema, "", Ruling::NotChecked);
    }
    // The rules speak of claims as issued, so the payload is read once more as it was signed.
    let found = payload_of(jws).and_then(|issued| {
        let reference = TypeReference { vct, integrity };
        let mut used = Vec::new();
        let mut note = |url: &str| used.push(url.to_owned());
        let found = type_metadata::check(&Value::Object(issued), disclosures, reference, judge.evidence, &mut note);
        for url in used {
            if let Err(fault) = judge.use_evidence(EvidenceKind::TypeMetadata, &url) {
                judge.rule(CheckId::EvidenceAge, "", fault.into());
            }
        }
        found
    });
    judge.rule(CheckId::Schema, "", found.into());
}

/// draft-ietf-oauth-sd-jwt-vc §2.2.2: the registered claims have their kinds, and `vct` is there.
fn check_structure(processed: &Processed<'_>) -> Result<(), Fault> {
    let payload = &processed.payload;
    // §2.2.2.5: without selectively disclosable claims there is no `_sd`.
    if processed.has_list && !processed.has_digests {
        return Err(Fault::new(Code::SdJwtDigest).about("_sd"));
    }
    text(payload, "vct")?.ok_or_else(|| claim("vct"))?;
    for name in ["iss", "sub", "vct#integrity"] {
        text(payload, name)?;
    }
    for name in ["iat", "nbf", "exp"] {
        time(payload, name)?;
    }
    types(payload)?;
    for name in ["cnf", "status"] {
        if payload.get(name).is_some_and(|value| value.as_object().is_none()) {
            return Err(claim(name));
        }
    }
    Ok(())
}

/// `vct` and `aka_vcts`, which is an array, not empty, and does not name `vct` again (§2.2.2.2).
fn types<'p>(payload: &'p Object<'_>) -> Result<Vec<&'p str>, Fault> {
    let vct = text(payload, "vct")?.ok_or_else(|| claim("vct"))?;
    let mut all = vec![vct];
    if let Some(also) = payload.get("aka_vcts") {
        let names = also.as_array().filter(|names| !names.is_empty()).ok_or_else(|| claim("aka_vcts"))?;
        for name in names {
            let name = name.as_str().filter(|name| !name.is_empty() && *name != vct);
            all.push(name.ok_or_else(|| claim("aka_vcts"))?);
        }
    }
    Ok(all)
}

fn validity(payload: &Object<'_>, judge: &Judge<'_>) -> Result<(), Fault> {
    let latest = judge.policy.latest_now(judge.now);
    for name in ["iat", "nbf"] {
        if time(payload, name)?.is_some_and(|begin| begin > latest) {
            return Err(Fault::new(Code::ValidityNotYet).about(name));
        }
    }
    // RFC 7519 §4.1.4: "on or after which the JWT MUST NOT be accepted".
    if time(payload, "exp")?.is_some_and(|end| end <= judge.now) {
        return Err(Fault::new(Code::ValidityExpired).about("exp"));
    }
    Ok(())
}

/// The issuer must be trusted for each type that it gives the credential.
fn trusted(payload: &Object<'_>, judge: &Judge<'_>) -> Ruling {
    match &judge.policy.trust {
        Trust::Unset => Fault::new(Code::TrustNoPolicy).into(),
        Trust::InsecureAnyone => Ruling::PassBut(Fault::new(Code::TrustInsecure)),
        Trust::List(list) => {
            let allowed = types(payload).and_then(|types| {
                let issuer = text(payload, "iss")?.ok_or_else(|| claim("iss"))?;
                list.allows(issuer, &types, judge.now).map_err(|fault| match fault.pointer() {
                    Some("/type") => fault.at("/vct"),
                    _ => fault,
                })
            });
            allowed.into()
        }
    }
}

// --- vc+sd-jwt

/// A payload that is a credential of VCDM 2.0, with registered claims beside its own.
fn rule_vcdm(payload: &Object<'_>, judge: &mut Judge<'_>) {
    let read = read_credential(payload);
    rule_structure(read.as_ref().err().map(Vec::as_slice), "", judge);
    if let Err(fault) = check_vcdm(payload, judge) {
        judge.rule(CheckId::Proof, "", fault.into());
    }
    match read {
        Ok(credential) if credential.version != Version::V2 => {
            judge.rule(CheckId::Structure, "", Ruling::Fail(Fault::new(Code::VcContext).at("/@context")));
        }
        Ok(credential) => {
            rule_content(&credential, "", judge);
            // A status mechanism of JSON Web Tokens beside those of the data model counts as well.
            if payload.contains_key("status") {
                token_status::rule(payload, credential.issuer, judge);
            }
        }
        Err(_) => {}
    }
}

/// VC-JOSE-COSE §1.1.2.1, §3.1.3, §4.1.2: no `vc` or `vp`, and no contradictions.
fn check_vcdm(payload: &Object<'_>, judge: &Judge<'_>) -> Result<(), Fault> {
    if let Some(name) = ["vc", "vp"].into_iter().find(|name| payload.contains_key(name)) {
        return Err(claim(name));
    }
    jose::claims::compare_plain(payload, false, payload)?;
    let latest = judge.policy.latest_now(judge.now);
    for name in ["iat", "nbf"] {
        if time(payload, name)?.is_some_and(|begin| begin > latest) {
            return Err(Fault::new(Code::ProofCreatedInFuture).about(name));
        }
    }
    if time(payload, "exp")?.is_some_and(|end| end <= judge.now) {
        return Err(Fault::new(Code::ProofExpired).about("exp"));
    }
    Ok(())
}

// --- key binding

/// RFC 9901 §7.3: whether a key-binding JWT is asked for is the policy's to say, never the holder's. One that is there must
/// hold, asked for or not.
fn rule_key_binding(sd_jwt: &SdJwt<'_>, hash: HashName, payload: &Object<'_>, judge: &mut Judge<'_>) {
    let asked = judge.policy.challenge.is_some() || judge.policy.domain.is_some();
    let proof = match HolderProof::read(sd_jwt, hash) {
        Ok(Some(proof)) => proof,
        Ok(None) if asked => {
            judge.rule(CheckId::HolderBinding, "", Ruling::Fail(Fault::new(Code::SdJwtKeyBindingMissing)));
            judge.rule(CheckId::Audience, "", Ruling::NotChecked);
            return;
        }
        Ok(None) => {
            judge.rule(CheckId::HolderBinding, "", Ruling::NotChecked);
            judge.rule(CheckId::Audience, "", Ruling::NotChecked);
            return;
        }
        Err(fault) => {
            judge.rule(CheckId::HolderBinding, "", Ruling::Fail(fault));
            judge.rule(CheckId::Audience, "", Ruling::NotChecked);
            return;
        }
    };
    let held = check_times(&proof, judge).and_then(|()| {
        let key = confirmed(payload, proof.issued, judge)?;
        judge.world().checker.check(task(&proof.jws, &key))
    });
    if held.is_ok() {
        judge.proven("", KEY_BINDING);
    }
    judge.rule(CheckId::HolderBinding, "", held.into());
    let showing = Showing::token(proof.nonce, proof.audience);
    rule_audience(&showing, judge);
}

/// RFC 9901 §7.3 step 5.5: made now, within the policy's window; and step 5.8.
fn check_times(proof: &HolderProof<'_>, judge: &Judge<'_>) -> Result<(), Fault> {
    let latest = judge.policy.latest_now(judge.now);
    for (name, begin) in [("iat", Some(proof.issued)), ("nbf", proof.not_before)] {
        if begin.is_some_and(|begin| begin > latest) {
            return Err(Fault::new(Code::ProofCreatedInFuture).about(name));
        }
    }
    let age = judge.now.seconds_since(proof.issued);
    let limit = judge.policy.key_binding_seconds;
    if age > limit {
        return Err(Fault::new(Code::ProofExpired).about(format!("iat: {age} s > {limit} s")));
    }
    if proof.expires.is_some_and(|end| end <= judge.now) {
        return Err(Fault::new(Code::ProofExpired).about("exp"));
    }
    Ok(())
}

/// RFC 7800 §3: the key that the issuer confirmed, by value (`jwk`) or by the DID URL of its document (`kid`). `cnf` holds
/// one of them.
fn confirmed(payload: &Object<'_>, signed: Timestamp, judge: &mut Judge<'_>) -> Result<PublicKey, Fault> {
    let cnf = payload.get("cnf").and_then(Value::as_object).ok_or_else(|| claim("cnf"))?;
    let named = ["jwk", "kid"].into_iter().filter(|name| cnf.contains_key(name));
    if named.count() != 1 || cnf.contains_key("jwe") || cnf.contains_key("jku") {
        return Err(claim("cnf"));
    }
    if let Some(jwk) = cnf.get("jwk") {
        return PublicKey::from_jwk(jwk).map_err(|fault| fault.at("/cnf/jwk"));
    }
    let kid = cnf.get("kid").and_then(Value::as_str).ok_or_else(|| claim("cnf"))?;
    let expected = Expected { purpose: Relationship::Authentication, controller: None };
    let found = authority::find(kid, expected, Some(signed), &judge.world());
    found.finding().map(|VerificationMethod { key, .. }| key)
}
