//! What an SD-JWT VC says of itself: its registered claims, its type, its status, and whether its issuer is trusted.

use super::judge::{Judge, Ruling};
use super::policy::Trust;
use super::token_status;
use super::verdict::CheckId;
use crate::jose::Jws;
use crate::jose::claims::{claim, text, time};
use crate::json::{Object, Value};
use crate::sd_jwt::type_metadata::{self, TypeReference};
use crate::sd_jwt::{Disclosures, Processed, payload_of};
use crate::{Code, EvidenceKind, Fault};

/// What an SD-JWT VC says of itself.
pub(super) fn rule(processed: &Processed<'_>, issuer: Option<&str>, judge: &mut Judge<'_>) {
    let payload = &processed.payload;
    let structure = check_structure(processed);
    judge.rule(CheckId::Structure, "", structure.into());
    judge.rule(CheckId::Validity, "", validity(payload, judge).into());
    if let Some(issuer) = issuer {
        token_status::rule(payload, issuer, "", judge);
    }
    let ruling = trusted(payload, issuer, judge);
    judge.rule(CheckId::IssuerTrusted, "", ruling);
}

/// draft-ietf-oauth-sd-jwt-vc §5.7: the rules of the type, where the credential pins them, the policy asks for them, or the
/// evidence has them. What is pinned under a name that is no address (§5.3.1) nobody can fetch: it counts where it is at hand.
pub(super) fn rule_type(payload: &Object<'_>, jws: &Jws<'_>, disclosures: &Disclosures, judge: &mut Judge<'_>) {
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let (Some(vct), integrity) = (text("vct"), text("vct#integrity")) else { return };
    let is_at_hand = judge.evidence.get(EvidenceKind::TypeMetadata, vct).is_some();
    let is_pinned = integrity.is_some() && vct.starts_with("https://");
    if !is_pinned && !judge.policy.type_metadata_required && !is_at_hand {
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
fn trusted(payload: &Object<'_>, issuer: Option<&str>, judge: &Judge<'_>) -> Ruling {
    match &judge.policy.trust {
        Trust::Unset => Fault::new(Code::TrustNoPolicy).into(),
        Trust::InsecureAnyone => Ruling::PassBut(Fault::new(Code::TrustInsecure)),
        Trust::List(list) => {
            let allowed = types(payload).and_then(|types| {
                let issuer = issuer.ok_or_else(|| claim("iss"))?;
                list.allows(issuer, &types, judge.now).map_err(|fault| match fault.pointer() {
                    Some("/type") => fault.at("/vct"),
                    _ => fault,
                })
            });
            allowed.into()
        }
    }
}
