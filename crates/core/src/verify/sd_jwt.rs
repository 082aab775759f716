//! Judging an SD-JWT: the issuer's signature, the disclosures, and what a `vc+sd-jwt` says of itself. What an SD-JWT VC says
//! of itself is in [`super::sd_jwt_vc`], who shows it in [`super::key_binding`].

use super::credential::{Extent, rule_content, rule_structure};
use super::issuer_key::{Signer, is_certified, rule_signature};
use super::judge::{Judge, Ruling};
use super::verdict::CheckId;
use super::{Claims, Error, is_judged_bad, key_binding, sd_jwt_vc, token_status};
use crate::credential::{Version, id_of, read_credential};
use crate::jose::claims::{claim, time};
use crate::jose::{self, Jws};
use crate::json::{self, Object, Value};
use crate::sd_jwt::{Disclosures, HashName, Processed, Profile, SdJwt, compact_of, jws_of_json, payload_of, process};
use crate::{Code, Fault, x509};

/// Where an SD-JWT stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'p> {
    /// At the top, by itself.
    Alone,
    /// At the top, in an envelope (VCDM 2.0 §4.13.2).
    Enveloped,
    /// In an envelope in a presentation, at this JSON pointer.
    Presented(&'p str),
}

impl<'p> Place<'p> {
    /// The JSON pointer in the input.
    pub(super) const fn at(self) -> &'p str {
        match self {
            Self::Alone | Self::Enveloped => "",
            Self::Presented(at) => at,
        }
    }
}

/// An SD-JWT at the top. Gives its verified content.
///
/// # Errors
/// [`Error::Input`] for a text that is no SD-JWT, and for an SD-JWT of no kind that is a credential.
pub(super) fn judge_text(input: &str, judge: &mut Judge<'_>) -> Result<Option<Claims>, Error> {
    judge_at(input, Place::Alone, judge, |found, issuer| {
        Claims::from_sd_jwt(json::to_string(&Value::Object(found.payload)), found.has_digests, issuer)
    })
}

/// An SD-JWT in the JSON serialization of a JWS, at the top (RFC 9901 §8). Gives its verified content.
///
/// # Errors
/// As [`judge_text`].
pub(super) fn judge_json(object: &Object<'_>, judge: &mut Judge<'_>) -> Result<Option<Claims>, Error> {
    match compact_of(object) {
        Ok(text) => judge_text(&text, judge),
        // As in the compact form: what the issuer signed can be read; what was put beside it is bad.
        Err(fault) if jws_of_json(object).is_ok_and(|jwt| Jws::parse(&jwt).is_ok()) => {
            super::credential::rule_pseudonyms(&[], "", judge);
            judge.rule(CheckId::Structure, "", Ruling::Fail(fault));
            Ok(None)
        }
        Err(fault) => Err(Error::Input(fault)),
    }
}

/// What an SD-JWT in an envelope says.
pub(super) struct Enveloped {
    pub(super) payload: Object<'static>,
    /// Whether something of it may be hidden.
    pub(super) hides: bool,
}

/// An SD-JWT in an envelope. Gives its content, if it could be read.
pub(super) fn judge_enveloped(input: &str, place: Place<'_>, judge: &mut Judge<'_>) -> Option<Enveloped> {
    match judge_at(input, place, judge, |found, _| Enveloped {
        payload: found.payload.into_owned(),
        hides: found.hides,
    }) {
        Ok(content) => content,
        Err(error) => {
            judge.rule(CheckId::Proof, place.at(), Ruling::Fail(Fault::new(error.fault().code()).at("/id")));
            None
        }
    }
}

fn judge_at<T>(
    input: &str,
    place: Place<'_>,
    judge: &mut Judge<'_>,
    finish: impl FnOnce(Processed<'_>, Option<String>) -> T,
) -> Result<Option<T>, Error> {
    let at = place.at();
    super::credential::rule_pseudonyms(&[], at, judge);
    let sd_jwt = match SdJwt::parse(input) {
        Ok(sd_jwt) => sd_jwt,
        // What the issuer signed can be read; what was put behind it is bad.
        Err(fault) if input.split('~').next().is_some_and(|jwt| Jws::parse(jwt).is_ok()) => {
            judge.rule(CheckId::Structure, at, Ruling::Fail(fault));
            return Ok(None);
        }
        Err(fault) => return Err(Error::Input(fault)),
    };
    let jws = match Jws::parse(sd_jwt.jwt()) {
        Ok(jws) => jws,
        // Judged as a compact JWT is: a credential that is signed in a way that is refused is bad; the rest is none.
        Err(fault) if is_judged_bad(fault.code()) => {
            judge.rule(CheckId::Proof, at, fault.into());
            return Ok(None);
        }
        Err(fault) => return Err(Error::Input(fault)),
    };
    let payload = payload_of(&jws).map_err(Error::Input)?;
    let profile = match profile(&jws, &payload, judge) {
        Ok(profile) => profile,
        Err(fault) if fault.code() == Code::InputNotACredential => return Err(Error::Input(fault)),
        Err(fault) => {
            judge.rule(CheckId::Proof, at, fault.into());
            return Ok(None);
        }
    };
    if profile != Profile::VcdmSdJwt && !matches!(place, Place::Alone) {
        // VCDM 2.0 §4.13.2: the envelope holds a credential of the data model.
        judge.rule(CheckId::Structure, at, Ruling::Fail(Fault::new(Code::VcEnveloped).at("/id").about(profile.typ())));
        return Ok(None);
    }
    judge.rule(CheckId::Contexts, at, Ruling::NotChecked);
    let issuer = issuer_of(profile, &jws, &payload);
    rule_issuer(profile, &jws, (issuer.as_deref(), &payload), at, judge);
    let disclosures = HashName::of(&payload).and_then(|hash| Ok((hash, Disclosures::new(sd_jwt.disclosures(), hash)?)));
    let (hash, disclosures) = match disclosures {
        Ok(found) => found,
        Err(fault) => {
            judge.rule(CheckId::Structure, at, Ruling::Fail(fault));
            return Ok(None);
        }
    };
    let processed = match process(payload, &disclosures, profile.fixed()) {
        Ok(processed) => processed,
        Err(fault) => {
            judge.rule(CheckId::Structure, at, Ruling::Fail(fault));
            return Ok(None);
        }
    };
    match profile {
        Profile::SdJwtVc => {
            sd_jwt_vc::rule(&processed, issuer.as_deref(), judge);
            sd_jwt_vc::rule_type(&processed.payload, &jws, &disclosures, judge);
        }
        Profile::VcdmSdJwt => {
            let extent = if processed.has_digests { Extent::Part } else { Extent::Whole };
            rule_vcdm(&processed.payload, extent, at, judge);
        }
    }
    key_binding::rule(&sd_jwt, hash, &processed.payload, place, judge);
    Ok(Some(finish(processed, issuer)))
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

/// Who says that he issued it. An SD-JWT VC without `iss` is issued by whom its certificate names (draft-ietf-oauth-sd-jwt-vc
/// §2.2.2.1).
fn issuer_of(profile: Profile, jws: &Jws<'_>, payload: &Object<'_>) -> Option<String> {
    match (profile, payload.get("iss")) {
        (Profile::VcdmSdJwt, _) => payload.get("issuer").and_then(id_of).map(str::to_owned),
        (Profile::SdJwtVc, Some(issuer)) => issuer.as_str().map(str::to_owned),
        (Profile::SdJwtVc, None) => x509::issuer_of(jws.header()),
    }
}

/// The issuer's signature, and whether the key is the issuer's.
fn rule_issuer(
    profile: Profile,
    jws: &Jws<'_>,
    (issuer, payload): (Option<&str>, &Object<'_>),
    at: &str,
    judge: &mut Judge<'_>,
) {
    match issuer {
        // Nothing but a certificate names him: nothing else proves who he is.
        Some(issuer) if profile == Profile::SdJwtVc && !payload.contains_key("iss") && !is_certified(issuer, judge) => {
            judge.rule(CheckId::Proof, at, Ruling::NotChecked);
            judge.rule(CheckId::KeyAuthorized, at, Ruling::Fail(Fault::new(Code::CertificateInvalid).about(issuer)));
        }
        Some(issuer) => {
            let signed = time(payload, "iat").ok().flatten();
            // VC-JOSE-COSE §4.1.1: `kid` must be there when the key is found by a DID URL.
            let signer = Signer { issuer, needs_kid: profile == Profile::VcdmSdJwt, signed, at };
            rule_signature(jws, &signer, judge);
            // It has this one signature: whatever is accepted was proved by it.
            judge.proven(at, profile.typ());
        }
        None => {
            judge.rule(CheckId::Proof, at, Ruling::NotChecked);
            judge.rule(CheckId::KeyAuthorized, at, Ruling::Fail(claim("iss")));
        }
    }
}

/// A payload that is a credential of VCDM 2.0, with registered claims beside its own.
fn rule_vcdm(payload: &Object<'_>, extent: Extent, at: &str, judge: &mut Judge<'_>) {
    let read = read_credential(payload);
    rule_structure(read.as_ref().err().map(Vec::as_slice), at, judge);
    if let Err(fault) = check_vcdm(payload, judge) {
        judge.rule(CheckId::Proof, at, fault.into());
    }
    match read {
        Ok(credential) if credential.version != Version::V2 => {
            judge.rule(CheckId::Structure, at, Ruling::Fail(Fault::new(Code::VcContext).at("/@context")));
        }
        Ok(credential) => {
            rule_content(&credential, extent, at, judge);
            // A status mechanism of JSON Web Tokens beside those of the data model counts as well.
            if payload.contains_key("status") {
                token_status::rule(payload, credential.issuer, at, judge);
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
