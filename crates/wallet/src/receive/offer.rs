//! An offer, and everything that must be known before the person can say yes to it: read, fetched, held against one another.

use tamarack::did::{Relationship, did_of, did_web_url, verification_method};
use tamarack::jose::Jws;
use tamarack::json::Value;
use tamarack::{EvidenceKind, Need};
use tamarack_openid4vc::oauth::attesters::Attesters;
use tamarack_openid4vc::oauth::metadata::ServerMetadata;
use tamarack_openid4vc::vci::metadata::IssuerMetadata;
use tamarack_openid4vc::vci::offer::{CredentialOffer, OfferUri};
use tamarack_openid4vc::vci::signed_metadata;
use tamarack_openid4vc::vci::wallet::{Route, routes, servers};
use tamarack_openid4vc::{Refusal, RefusalCode, limits};

use crate::error::{ErrorKind, Result, WalletCode};
use crate::fetch::Gathering;
use crate::http::{HttpRequest, Reply, Step};
use crate::means::Means;

/// Reading an offer: the text of its link, and what must be fetched to understand it.
#[derive(Clone)]
pub struct Opening {
    stage: Stage,
    gathering: Gathering,
}

#[derive(Clone)]
enum Stage {
    /// The offer lies at this address.
    Offer(String),
    /// The issuer's metadata is to be fetched.
    Issuer(CredentialOffer),
    /// The metadata is signed: whose key is it?
    Signer { offer: CredentialOffer, token: String, did: String, kid: String },
    /// The authorization server's metadata is to be fetched.
    Server { offer: CredentialOffer, issuer: Box<IssuerMetadata>, signed_by: Option<String> },
    /// Done, or failed.
    Over,
}

impl core::fmt::Debug for Opening {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Opening").finish_non_exhaustive()
    }
}

/// An offer that was understood: what is offered, by whom, and the ways to it.
#[derive(Clone, Debug)]
pub struct Offered {
    pub(super) offer: CredentialOffer,
    pub(super) issuer: IssuerMetadata,
    pub(super) server: ServerMetadata,
    pub(super) routes: Vec<Route>,
    /// The DID whose key signed the metadata, if one that counts did.
    pub(super) signed_by: Option<String>,
}

/// What the person says yes to, and what they typed.
#[derive(Clone, Default)]
pub struct Acceptance {
    /// Which of the offered configurations; empty for all of them.
    pub configurations: Vec<String>,
    /// The code that came by another way, if one is asked for.
    pub tx_code: Option<String>,
    /// How the app comes back from a sign-in in the browser.
    pub browser: Option<BrowserApp>,
    /// How many single-use copies of each, if the issuer gives several; 0 for as many as it gives.
    pub copies: u32,
}

/// Without the code.
impl core::fmt::Debug for Acceptance {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Acceptance").field("configurations", &self.configurations).finish_non_exhaustive()
    }
}

/// The app as an OAuth client: by what name the issuer knows it, and where the browser brings the person back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrowserApp {
    /// The `client_id`.
    pub client_id: String,
    /// The `redirect_uri`, as it was registered: an app link (`https:`) or a scheme of the app's own.
    pub redirect_uri: String,
}

impl Opening {
    /// Reads the text of an offer: a link with the offer in it or with where it lies (OpenID4VCI §4.1), whichever scheme calls
    /// the app; or the offer's own JSON.
    ///
    /// # Errors
    /// `invalid_offer`, about the member.
    pub fn new(text: &str) -> Result<Self> {
        let text = text.trim();
        let stage = if text.starts_with('{') {
            Stage::Issuer(CredentialOffer::parse(text.as_bytes())?)
        } else {
            match OfferUri::parse(text)? {
                OfferUri::Value(offer) => Stage::Issuer(offer),
                OfferUri::Reference(url) => Stage::Offer(url),
            }
        };
        Ok(Self { stage, gathering: Gathering::default() })
    }

    /// Goes on, with the reply to what was sent last; `None` at the beginning.
    ///
    /// # Errors
    /// [`WalletCode::NetworkUnavailable`], after which the same can be sent again; `invalid_offer` and `invalid_metadata` for what
    /// cannot be followed; [`WalletCode::FlowOver`] after the end.
    pub fn step(&mut self, means: &Means<'_>, reply: Option<Reply>) -> Result<Step<Offered>> {
        let before = self.stage.clone();
        let step = self.advance(means, reply);
        if step.as_ref().is_err_and(|error| error.kind() == ErrorKind::Offline) {
            self.stage = before;
        }
        step
    }

    fn advance(&mut self, means: &Means<'_>, mut reply: Option<Reply>) -> Result<Step<Offered>> {
        loop {
            match core::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Offer(url) => {
                    let Some(reply) = reply.take() else {
                        let request = HttpRequest::get(&url, "application/json", limits::MESSAGE_BYTES)?;
                        self.stage = Stage::Offer(url);
                        return Ok(Step::Send(request));
                    };
                    let bytes = reply.response()?.good(limits::MESSAGE_BYTES)?;
                    self.stage = Stage::Issuer(CredentialOffer::parse(&bytes)?);
                }
                Stage::Issuer(offer) => {
                    let Some(reply) = reply.take() else {
                        let request = issuer_request(&offer.credential_issuer, means)?;
                        self.stage = Stage::Issuer(offer);
                        return Ok(Step::Send(request));
                    };
                    self.stage = read_issuer(offer, reply, means)?;
                }
                Stage::Signer { offer, token, did, kid } => {
                    let need = Need { kind: EvidenceKind::DidDocument, id: did.clone() };
                    let request = match did.starts_with("did:web:") {
                        true => self.gathering.fetch(need, means.now(), reply.take())?,
                        false => None,
                    };
                    if let Some(request) = request {
                        self.stage = Stage::Signer { offer, token, did, kid };
                        return Ok(Step::Send(request));
                    }
                    let method = verification_method(&kid, Relationship::AssertionMethod, &self.gathering.evidence())?;
                    let signers = Attesters::nobody().trusting(Some(&kid), method.key);
                    let issuer = signed_metadata::read(&token, &offer.credential_issuer, &signers, means.now())?;
                    let issuer = Box::new(issuer);
                    self.stage = Stage::Server { offer, issuer, signed_by: Some(did) };
                }
                Stage::Server { offer, issuer, signed_by } => {
                    offer.check(&issuer)?;
                    let server = servers(Some(&offer), &issuer).first().map(|server| (*server).to_owned());
                    let server = server.ok_or(Refusal::new(RefusalCode::InvalidMetadata, "authorization_servers"))?;
                    let Some(reply) = reply.take() else {
                        let url = ServerMetadata::url_of(&server)?;
                        self.stage = Stage::Server { offer, issuer, signed_by };
                        return Ok(Step::Send(HttpRequest::get(&url, "application/json", limits::METADATA_BYTES)?));
                    };
                    let bytes = reply.response()?.good(limits::METADATA_BYTES)?;
                    let server = ServerMetadata::parse(&bytes, &server)?;
                    let routes = routes(Some(&offer), &server)?;
                    return Ok(Step::Done(Offered { offer, issuer: *issuer, server, routes, signed_by }));
                }
                Stage::Over => return Err(WalletCode::FlowOver.into()),
            }
        }
    }
}

/// With a trust list, signed metadata is asked for: only then can the wallet know by whom it is.
fn issuer_request(issuer: &str, means: &Means<'_>) -> Result<HttpRequest> {
    let url = IssuerMetadata::url_of(issuer)?;
    let accept = match means.trust.issuers {
        Some(_) => "application/jwt, application/json;q=0.9",
        None => "application/json",
    };
    HttpRequest::get(&url, accept, limits::METADATA_BYTES)
}

/// What comes signed counts only if somebody on the list signed it, or the `did:web` of the very host that was asked (§12.2.3);
/// what comes signed by another is refused. An issuer that signs nothing is known by its TLS certificate.
fn read_issuer(offer: CredentialOffer, reply: Reply, means: &Means<'_>) -> Result<Stage> {
    let response = reply.response()?;
    let is_signed = response.media_type() == "application/jwt";
    let bytes = response.good(limits::METADATA_BYTES)?;
    if !is_signed {
        let issuer = Box::new(IssuerMetadata::parse(&bytes, &offer.credential_issuer)?);
        return Ok(Stage::Server { offer, issuer, signed_by: None });
    }
    let wrong = || Refusal::new(RefusalCode::InvalidMetadata, "the signed metadata");
    let token = std::str::from_utf8(&bytes).map_err(|_| wrong())?.trim().to_owned();
    let jws = Jws::parse(&token)?;
    let kid = jws.header().get("kid").and_then(Value::as_str).ok_or_else(wrong)?.to_owned();
    let did = did_of(&kid).to_owned();
    let origin = |url: &str| url::Url::parse(url).ok().map(|url| url.origin());
    let is_host =
        did_web_url(&did).is_ok_and(|url| origin(&url).is_some() && host_of(&url) == host_of(&offer.credential_issuer));
    let is_listed = means.trust.issuers.as_ref().is_some_and(|list| list.issuer(&did).is_some());
    if !is_listed && !is_host {
        return Err(Refusal::new(RefusalCode::InvalidMetadata, "an attester who is not trusted").into());
    }
    Ok(Stage::Signer { offer, token, did, kid })
}

/// Host and port: a `did:web` of this machine means HTTPS, and is asked in plain HTTP.
fn host_of(url: &str) -> Option<(String, Option<u16>)> {
    let url = url::Url::parse(url).ok()?;
    Some((url.host_str()?.to_owned(), url.port()))
}

impl Offered {
    /// The offer's issuer (its identifier, an `https:` URL).
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.offer.credential_issuer
    }

    /// The configurations that are offered.
    #[must_use]
    pub fn configurations(&self) -> &[String] {
        &self.offer.configurations
    }
}
