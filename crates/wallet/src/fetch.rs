//! Verifying what came, with evidence that the caller's network fetches: the loop of `tamarack-net`, one request at a time and
//! as a value that can be kept.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::verify::Outcome;
use tamarack::{Evidence, EvidenceKind, Need, Policy, Timestamp, Verdict, limits, verify};
use url::{Host, Url};

use crate::error::{Result, WalletCode};
use crate::http::{HttpRequest, HttpResponse, Reply};

/// Evidence on its way: what was fetched, what was asked for, and what is being asked.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Gathering {
    pieces: Vec<Fetched>,
    asked: BTreeSet<Need>,
    queue: Vec<Need>,
    waiting: Option<Waiting>,
    rounds: usize,
}

#[derive(Clone, Serialize, Deserialize)]
struct Fetched {
    need: Need,
    /// Base64url of the bytes.
    data: String,
    at: Timestamp,
}

/// A request that was handed out.
#[derive(Clone, Serialize, Deserialize)]
struct Waiting {
    need: Need,
    url: String,
    redirects: usize,
}

/// What comes next.
pub(crate) enum Next {
    /// A request.
    Send(HttpRequest),
    /// The verdict that stands.
    Verdict(Box<Verdict>),
}

impl Gathering {
    /// What was fetched so far.
    pub(crate) fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::none();
        for piece in &self.pieces {
            if let Ok(bytes) = base64url_decode(&piece.data) {
                evidence.insert(piece.need.kind, piece.need.id.clone(), bytes, piece.at);
            }
        }
        evidence
    }

    /// Judges, and hands out what the verdict needs until it stands: at most [`limits::FETCH_ROUNDS`] rounds and
    /// [`limits::FETCHES`] requests. Nothing is asked for a credential that is rejected already, and what cannot be fetched
    /// leaves its check undetermined. Several inputs judged one after the other share what was fetched.
    pub(crate) fn judge(
        &mut self,
        input: &[u8],
        policy: &Policy,
        now: Timestamp,
        reply: Option<Reply>,
    ) -> Result<Next> {
        if let Some(request) = self.take(reply, now)? {
            return Ok(Next::Send(request));
        }
        loop {
            if let Some(request) = self.hand_out() {
                return Ok(Next::Send(request));
            }
            let verdict = verify(input, policy, &self.evidence(), now).map_err(|error| error.fault().clone())?;
            let done = verdict.outcome() == Outcome::Reject || self.rounds >= limits::FETCH_ROUNDS;
            let left = limits::FETCHES.saturating_sub(self.asked.len());
            let needs: Vec<Need> =
                verdict.needs().iter().filter(|need| !self.asked.contains(*need)).take(left).cloned().collect();
            if done || needs.is_empty() {
                self.rounds = 0;
                return Ok(Next::Verdict(Box::new(verdict)));
            }
            self.rounds += 1;
            self.asked.extend(needs.iter().cloned());
            self.queue = needs;
        }
    }

    /// Hands out the request for one need, and takes its answer. `None` when it was answered or cannot be.
    pub(crate) fn fetch(&mut self, need: Need, now: Timestamp, reply: Option<Reply>) -> Result<Option<HttpRequest>> {
        if let Some(request) = self.take(reply, now)? {
            return Ok(Some(request));
        }
        if self.asked.insert(need.clone()) {
            self.queue.push(need);
        }
        Ok(self.hand_out())
    }

    /// Takes the answer to what was handed out. A redirect is followed by another request. Where there is no answer, it can be
    /// asked for again later: what came is not given up because a train is in a tunnel.
    fn take(&mut self, reply: Option<Reply>, now: Timestamp) -> Result<Option<HttpRequest>> {
        // After a restart the request went lost with its answer: it is made again.
        let Some(waiting) = self.waiting.take() else { return Ok(None) };
        let Some(reply) = reply else {
            self.queue.insert(0, waiting.need);
            return Ok(None);
        };
        let response = match reply {
            Reply::Response(response) => response,
            Reply::Unreachable => {
                self.queue.insert(0, waiting.need);
                return Err(WalletCode::NetworkUnavailable.into());
            }
        };
        Ok(self.taken(waiting, response, now))
    }

    fn taken(&mut self, waiting: Waiting, response: HttpResponse, now: Timestamp) -> Option<HttpRequest> {
        match response.status {
            200 if response.body.len() <= most(waiting.need.kind) => {
                let data = base64url_encode(&response.body);
                self.pieces.push(Fetched { need: waiting.need, data, at: now });
                None
            }
            301 | 302 | 303 | 307 | 308 if waiting.redirects < limits::FETCH_REDIRECTS => {
                let url = redirect(&waiting, &response)?;
                let request = request(&waiting.need, &url)?;
                self.waiting = Some(Waiting { url, redirects: waiting.redirects + 1, ..waiting });
                Some(request)
            }
            _ => None,
        }
    }

    fn hand_out(&mut self) -> Option<HttpRequest> {
        while !self.queue.is_empty() {
            let need = self.queue.remove(0);
            let url = need_url(&need);
            if let Some((url, request)) = url.and_then(|url| request(&need, &url).map(|request| (url, request))) {
                self.waiting = Some(Waiting { need, url, redirects: 0 });
                return Some(request);
            }
        }
        None
    }
}

/// A DID document is what its very URL says; whoever can redirect it could say who the issuer is.
fn redirect(waiting: &Waiting, response: &HttpResponse) -> Option<String> {
    if waiting.need.kind == EvidenceKind::DidDocument {
        return None;
    }
    let to = Url::parse(&waiting.url).ok()?.join(response.header("location")?).ok()?;
    let from_secure = waiting.url.starts_with("https:");
    (!from_secure || to.scheme() == "https").then(|| to.to_string())
}

impl HttpRequest {
    /// The request that fetches a piece of evidence, such as a status list ([`crate::status::Refresh`]).
    ///
    /// # Errors
    /// [`WalletCode::MessageUrl`] for a DID whose document lies at no URL, and for a URL that no wallet should follow.
    pub fn for_need(need: &Need) -> Result<Self> {
        let url = need_url(need).ok_or(WalletCode::MessageUrl)?;
        request(need, &url).ok_or_else(|| WalletCode::MessageUrl.into())
    }
}

fn request(need: &Need, url: &str) -> Option<HttpRequest> {
    let accept = match need.kind {
        EvidenceKind::DidDocument => "application/did+json, application/did+ld+json;q=0.9, application/json;q=0.8",
        EvidenceKind::StatusList => {
            "application/vc, application/vc+jwt, application/statuslist+jwt, application/ld+json, application/json, */*;q=0.1"
        }
        EvidenceKind::Context => "application/ld+json, application/json;q=0.9",
        EvidenceKind::IssuerMetadata | EvidenceKind::TypeMetadata => "application/json, application/jwk-set+json;q=0.9",
        EvidenceKind::Schema => "application/schema+json, application/json;q=0.9",
        _ => "*/*",
    };
    HttpRequest::get(url, accept, most(need.kind)).ok()
}

const fn most(kind: EvidenceKind) -> usize {
    match kind {
        EvidenceKind::StatusList => limits::STATUS_LIST_BYTES,
        _ => limits::INPUT_BYTES,
    }
}

/// Where a need is met: at its own URL, or at that of a `did:web` document.
fn need_url(need: &Need) -> Option<String> {
    if need.kind != EvidenceKind::DidDocument {
        return Some(need.id.clone());
    }
    let url = tamarack::did::did_web_url(&need.id).ok()?;
    let parsed = Url::parse(&url).ok()?;
    let is_this_machine = match parsed.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    // did:web means HTTPS. This machine alone, where no authority gives certificates, is asked in plain HTTP.
    Some(if is_this_machine { url.replacen("https://", "http://", 1) } else { url })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)]) -> Option<Reply> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Some(Reply::Response(HttpResponse { status, headers, body: b"{}".to_vec() }))
    }

    #[test]
    fn redirects_are_bounded_and_never_to_plain_http() {
        let now = Timestamp::from_unix(0);
        let need = |kind, id: &str| Need { kind, id: id.to_owned() };
        let list = || need(EvidenceKind::StatusList, "https://a.example/list");
        for (to, followed) in [("/other", true), ("https://b.example/", true), ("http://b.example/", false)] {
            let mut gathering = Gathering::default();
            assert_eq!(gathering.fetch(list(), now, None).unwrap().unwrap().url, "https://a.example/list");
            let next = gathering.fetch(list(), now, response(302, &[("Location", to)])).unwrap();
            assert_eq!(next.is_some(), followed, "{to}");
        }
        let mut gathering = Gathering::default();
        gathering.fetch(list(), now, None).unwrap().unwrap();
        let mut hops = 0;
        while gathering.fetch(list(), now, response(302, &[("location", "/again")])).unwrap().is_some() {
            hops += 1;
        }
        assert_eq!(hops, limits::FETCH_REDIRECTS);
        // Whoever can redirect a DID document could say whose key it is.
        let did = || need(EvidenceKind::DidDocument, "did:web:a.example");
        let mut gathering = Gathering::default();
        assert_eq!(gathering.fetch(did(), now, None).unwrap().unwrap().url, "https://a.example/.well-known/did.json");
        assert!(gathering.fetch(did(), now, response(302, &[("location", "https://a.example/x")])).unwrap().is_none());
        assert!(gathering.evidence().get(EvidenceKind::DidDocument, "did:web:a.example").is_none());
        // What was handed out when the app ended is handed out again.
        let mut gathering = Gathering::default();
        gathering.fetch(did(), now, None).unwrap().unwrap();
        let kept = serde_json::to_vec(&gathering).unwrap();
        let mut again: Gathering = serde_json::from_slice(&kept).unwrap();
        assert!(again.fetch(did(), now, None).unwrap().is_some());
        assert!(again.fetch(did(), now, Some(Reply::Unreachable)).is_err());
        assert!(again.fetch(did(), now, None).unwrap().is_some());
        assert!(again.fetch(did(), now, response(200, &[])).unwrap().is_none());
        assert!(again.evidence().get(EvidenceKind::DidDocument, "did:web:a.example").is_some());
    }
}
