//! Which kind of SD-JWT it is, by its `typ`.

use crate::jose::claims::is_media_type;

/// A kind of credential that is an SD-JWT.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    /// SD-JWT VC: a flat payload with `vct` (draft-ietf-oauth-sd-jwt-vc §2).
    SdJwtVc,
    /// The payload is a credential of VCDM 2.0 (VC-JOSE-COSE §3.2).
    VcdmSdJwt,
}

/// draft-ietf-oauth-sd-jwt-vc §2.2.2.3: these are in plain sight always, and so is all that is in them.
const FIXED_VC: &[&str] = &["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

impl Profile {
    /// The `typ` of its issuer-signed JWT.
    #[must_use]
    pub const fn typ(self) -> &'static str {
        match self {
            Self::SdJwtVc => "dc+sd-jwt",
            Self::VcdmSdJwt => "vc+sd-jwt",
        }
    }

    /// The kind that a `typ` names.
    #[must_use]
    pub fn of_typ(typ: &str) -> Option<Self> {
        [Self::SdJwtVc, Self::VcdmSdJwt].into_iter().find(|profile| is_media_type(typ, profile.typ()))
    }

    /// The claims at the top of the payload that must not be selectively disclosable.
    ///
    /// VC-JOSE-COSE §3.2.1 says SHOULD for what verification needs; what decides whether a credential is good must not be
    /// the holder's to leave out, so it is MUST here. `exp`, `nbf`, `iss` and `cnf` are as in an SD-JWT VC.
    #[must_use]
    pub const fn fixed(self) -> &'static [&'static str] {
        match self {
            Self::SdJwtVc => FIXED_VC,
            Self::VcdmSdJwt => &[
                "@context",
                "type",
                "issuer",
                "validFrom",
                "validUntil",
                "credentialStatus",
                "credentialSchema",
                "relatedResource",
                "iss",
                "nbf",
                "exp",
                "cnf",
                "status",
            ],
        }
    }
}
