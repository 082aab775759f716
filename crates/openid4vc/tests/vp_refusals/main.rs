//! One case for each MUST that a counterpart may break, with the error that must come out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod browser;
mod id_tokens;
mod requests;

use common::certificates::authority;
use common::*;
use tamarack::encoding::{base64url_decode, base64url_encode};
use tamarack::jose::Jws;
use tamarack::json::{self, Object, Value};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack::present::{Binding, Selection, present};
use tamarack::proof::Suite;
use tamarack::{Evidence, Outcome, Policy};
use tamarack_openid4vc::siop::{self, SelfIssued};
use tamarack_openid4vc::vp::answer::Rules;
use tamarack_openid4vc::vp::client_id::{ClientId, Registered, Trust};
use tamarack_openid4vc::vp::dc_api::{self, Protocol, Signature};
use tamarack_openid4vc::vp::dcql::{Authorities, Query};
use tamarack_openid4vc::vp::encryption::DecryptionKey;
use tamarack_openid4vc::vp::request::{self, Expected, Invocation, Request, ResponseMode, ResponseType};
use tamarack_openid4vc::vp::response::{self, Delivery, Reply, VpToken};
use tamarack_openid4vc::vp::session::{Ask, Received, Session};
use tamarack_openid4vc::vp::transaction_data::{Field, FieldKind, TransactionData, TransactionType};
use tamarack_openid4vc::vp::wallet::{Purse, show};
use tamarack_openid4vc::{Refusal, Result};

/// The cases, and those that came out otherwise than they must.
#[derive(Default)]
struct Table {
    cases: usize,
    wrong: Vec<String>,
}

impl Table {
    fn refuses<T>(&mut self, name: &str, result: Result<T>, code: &str, about: &str) {
        self.cases += 1;
        let found = match &result {
            Ok(_) => "accepted".to_owned(),
            Err(refusal) => format!("{} {}", refusal.code().as_str(), refusal.about()),
        };
        if found != format!("{code} {about}") {
            self.wrong.push(format!("{name}: {found}, not {code} {about}"));
        }
    }

    fn done(self, least: usize) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        assert!(self.cases >= least, "{} cases", self.cases);
    }
}

const INVALID: &str = "invalid_request";
const OBJECT: &str = "invalid_request_object";

fn value(text: &str) -> Value<'static> {
    json::parse(text.as_bytes()).unwrap().into_owned()
}

/// The refusal of the whole answer.
fn whole(answer: tamarack_openid4vc::vp::answer::Answer) -> Result<()> {
    match (answer.outcome, answer.refusal) {
        (Outcome::Accept, _) => Ok(()),
        (_, Some(refusal)) => Err(refusal),
        (outcome, None) => panic!("{outcome:?}"),
    }
}

/// A session and the request that a wallet read from it.
fn asked(query: Query, mode: ResponseMode) -> (Session, Request) {
    let session = begin(ask(redirect_client(), query).by(mode));
    let request = request::read_unsigned(&session.parameters(), &trust(&Evidence::none())).unwrap();
    (session, request)
}

fn body_of(request: &Request, token: VpToken) -> String {
    posted(response::deliver(request, &Reply { vp_token: Some(token), id_token: None }).unwrap())
}
