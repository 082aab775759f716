//! The metadata of an issuer, signed if the wallet can know by whom (OpenID4VCI §12.2).

use tamarack::did::{Relationship, did_of, did_web_url, verification_method};
use tamarack::jose::Jws;
use tamarack::json::Value;
use tamarack::trust::TrustList;
use tamarack::{Code, Evidence, Fault};
use tamarack_cli::Failure;
use tamarack_net::{Call, Fetcher};
use tamarack_openid4vc::limits;
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::vci::metadata::IssuerMetadata;
use tamarack_openid4vc::vci::signed_metadata;

use crate::network::{call, did_document, get, ok, refused};
use crate::now;

/// Fetches the metadata of an issuer. With a trust list, it is asked for signed metadata; what comes signed counts only if
/// somebody on the list signed it, or the `did:web` of the very host that was asked. An issuer that signs nothing is known by
/// its TLS certificate, as without a list.
pub(crate) fn fetch(issuer: &str, trusted: Option<&TrustList>, fetcher: &Fetcher) -> Result<IssuerMetadata, Failure> {
    let url = IssuerMetadata::url_of(issuer).map_err(refused)?;
    let Some(trusted) = trusted else {
        let bytes = get(fetcher, &url, "application/json", limits::METADATA_BYTES)?;
        return IssuerMetadata::parse(&bytes, issuer).map_err(refused);
    };
    let headers = [("accept", "application/jwt, application/json;q=0.9")];
    let answer = call(fetcher, &Call { url: &url, headers: &headers, body: None, limit: limits::METADATA_BYTES })?;
    let media_type = answer.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default();
    let is_signed = media_type.trim().eq_ignore_ascii_case("application/jwt");
    let bytes = ok(&url, answer)?;
    if !is_signed {
        return IssuerMetadata::parse(&bytes, issuer).map_err(refused);
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Fault::new(Code::JoseMalformed))?.trim();
    let signers = signers(text, issuer, trusted, fetcher)?;
    signed_metadata::read(text, issuer, &signers, now()).map_err(refused)
}

/// Who may have signed: the key that `kid` names, if its DID is one that the wallet trusts for this. Else nobody, so that what
/// was signed is refused.
fn signers(text: &str, issuer: &str, trusted: &TrustList, fetcher: &Fetcher) -> Result<Attesters, Failure> {
    let jws = Jws::parse(text)?;
    let Some(kid) = jws.header().get("kid").and_then(Value::as_str) else { return Ok(Attesters::nobody()) };
    let did = did_of(kid);
    let host = |url: &str| url::Url::parse(url).ok().map(|url| url.origin());
    let is_host = did_web_url(did).is_ok_and(|url| host(&url).is_some() && host(&url) == host(issuer));
    if trusted.issuer(did).is_none() && !is_host {
        return Ok(Attesters::nobody());
    }
    let mut evidence = Evidence::none();
    if did.starts_with("did:web:") {
        did_document(fetcher, did, &mut evidence)?;
    }
    let method = verification_method(kid, Relationship::AssertionMethod, &evidence)?;
    Ok(Attesters::nobody().trusting(Some(kid), method.key))
}
