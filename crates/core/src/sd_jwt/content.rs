//! What an SD-JWT says, disclosures put in: read, and not believed.

use super::disclosure::{Disclosures, HashName};
use super::process::process;
use super::profile::Profile;
use super::text::{SdJwt, payload_of};
use crate::jose::Jws;
use crate::json::{Object, Value};
use crate::{Code, Fault};

/// The content of an SD-JWT that is a credential.
pub(crate) struct Content {
    /// The payload with every disclosure that came along.
    pub(crate) payload: Object<'static>,
    /// Which kind of credential it is.
    pub(crate) profile: Profile,
    /// Whether there are digests, of claims or of nothing.
    pub(crate) has_digests: bool,
}

/// Reads an SD-JWT in its compact form.
///
/// # Errors
/// `sd_jwt.*`, `jose.*`, `json.*`; [`Code::InputNotACredential`] for one of no kind that is a credential.
pub(crate) fn content(text: &str) -> Result<Content, Fault> {
    let sd_jwt = SdJwt::parse(text)?;
    let jws = Jws::parse(sd_jwt.jwt())?;
    let payload = payload_of(&jws)?;
    let typ = jws.header().get("typ").and_then(Value::as_str);
    let profile = match typ.and_then(Profile::of_typ) {
        Some(profile) => profile,
        // VC-JOSE-COSE §3.2.1 does not demand the type.
        None if typ.is_none() && payload.contains_key("@context") => Profile::VcdmSdJwt,
        None => return Err(Fault::new(Code::InputNotACredential).about("typ")),
    };
    let disclosures = Disclosures::new(sd_jwt.disclosures(), HashName::of(&payload)?)?;
    let processed = process(payload, &disclosures, profile.fixed())?;
    Ok(Content { payload: processed.payload.into_owned(), profile, has_digests: processed.has_digests })
}
