//! A wallet that fetches a credential: pre-authorized code, DPoP, a key proof with the issuer's nonce.

use std::time::SystemTime;

use serde_json::{Value, json};
use tamarack::present::Held;
use tamarack::{SystemRandomness, Timestamp};
use tamarack_openid4vc::oauth::dpop::{self, DpopRequest};
use tamarack_openid4vc::oauth::token::PRE_AUTHORIZED;
use tamarack_openid4vc::vci::offer::OfferUri;
use tamarack_openid4vc::vci::proofs::{KeyName, make_jwt};

use super::http::{Answer, Wire, text_at};
use super::phone::PhoneKey;
use super::{Done, Failed};

/// The type that is issued.
pub(super) const TYPE: &str = "ontario-person";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// A wallet, and beside it the program that makes offers.
pub(super) struct IssuingWallet {
    /// The Credential Issuer Identifier.
    url: String,
    bearer: String,
    /// What the program asks for.
    wanted: String,
    /// The key that tokens are bound to.
    instance: PhoneKey,
    /// The key that credentials are bound to.
    holder: PhoneKey,
}

/// What the token endpoint gave.
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
}

/// A credential that came, as far as its issuer must not forget it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Card {
    pub(super) id: String,
    /// The number of its status list, and its index there.
    pub(super) status: (i64, i64),
}

impl IssuingWallet {
    pub(super) fn new(url: &str, api_key: &str, claims: &Value) -> Done<Self> {
        Ok(Self {
            url: url.to_owned(),
            bearer: format!("Bearer {api_key}"),
            wanted: json!({"type": TYPE, "claims": claims}).to_string(),
            instance: PhoneKey::generate()?,
            holder: PhoneKey::generate()?,
        })
    }

    /// All of it: offer, token, nonce, credential.
    pub(super) async fn flow(&self, wire: &mut Wire) -> Done<Card> {
        Card::read(&self.fetch(wire).await?)
    }

    /// A card, and the key that it is bound to.
    pub(super) async fn card(self, wire: &mut Wire) -> Done<(Held, PhoneKey)> {
        let answer = self.fetch(wire).await?;
        let card = answer.pointer("/credentials/0/credential").ok_or_else(|| Failed::wrong("no credential"))?;
        Ok((Held::parse(card.to_string().as_bytes())?, self.holder))
    }

    /// The credential response of a whole flow.
    async fn fetch(&self, wire: &mut Wire) -> Done<Value> {
        wire.next_person();
        let code = self.offer(wire).await?;
        let tokens = self.token(wire, &code).await?.json(200).and_then(|answer| Tokens::read(&answer))?;
        let nonce = self.nonce(wire).await?;
        let wanted = self.wanted(&nonce)?;
        self.credential(wire, &tokens.access, &wanted).await?.json(200)
    }

    /// The program makes an offer by reference, and the wallet fetches it. Gives the code.
    pub(super) async fn offer(&self, wire: &mut Wire) -> Done<String> {
        let headers = [("authorization", self.bearer.as_str()), JSON];
        let made = wire.send("POST", "/offers", &headers, &self.wanted).await?.json(201)?;
        let OfferUri::Reference(at) = OfferUri::parse(text_at(&made, "/link")?)? else {
            return Err(Failed::wrong("an offer by value"));
        };
        let path = at.strip_prefix(&self.url).ok_or_else(|| Failed::wrong("an offer of somebody else"))?;
        let offer = wire.send("GET", path, &[], "").await?.json(200)?;
        let pointer = format!("/grants/{PRE_AUTHORIZED}/pre-authorized_code");
        text_at(&offer, &pointer).map(str::to_owned)
    }

    /// Redeems a code.
    pub(super) async fn token(&self, wire: &mut Wire, code: &str) -> Done<Answer> {
        let grant = PRE_AUTHORIZED.replace(':', "%3A");
        self.form(wire, &format!("grant_type={grant}&pre-authorized_code={code}")).await
    }

    /// Uses a refresh token.
    pub(super) async fn refresh(&self, wire: &mut Wire, token: &str) -> Done<Answer> {
        self.form(wire, &format!("grant_type=refresh_token&refresh_token={token}")).await
    }

    async fn form(&self, wire: &mut Wire, form: &str) -> Done<Answer> {
        let proof = self.proof("/token", None)?;
        wire.send("POST", "/token", &[FORM, ("dpop", &proof)], form).await
    }

    pub(super) async fn nonce(&self, wire: &mut Wire) -> Done<String> {
        let answer = wire.send("POST", "/nonce", &[], "").await?.json(200)?;
        text_at(&answer, "/c_nonce").map(str::to_owned)
    }

    /// The body of a credential request, with a key proof for this nonce.
    pub(super) fn wanted(&self, nonce: &str) -> Done<String> {
        let proof = make_jwt(&self.url, Some(nonce), None, KeyName::Jwk, None, now(), &self.holder)?;
        Ok(json!({"credential_configuration_id": TYPE, "proofs": {"jwt": [proof]}}).to_string())
    }

    /// Asks for a credential. Each call has a DPoP proof of its own.
    pub(super) async fn credential(&self, wire: &mut Wire, token: &str, wanted: &str) -> Done<Answer> {
        let proof = self.proof("/credential", Some(token))?;
        self.credential_with(wire, token, wanted, &proof).await
    }

    /// The same with a DPoP proof that was made before.
    pub(super) async fn credential_with(
        &self,
        wire: &mut Wire,
        token: &str,
        wanted: &str,
        proof: &str,
    ) -> Done<Answer> {
        let bearer = format!("DPoP {token}");
        wire.send("POST", "/credential", &[JSON, ("authorization", &bearer), ("dpop", proof)], wanted).await
    }

    /// A DPoP proof for an endpoint.
    pub(super) fn proof(&self, path: &str, access_token: Option<&str>) -> Done<String> {
        let url = format!("{}{path}", self.url);
        let request = DpopRequest { method: "POST", url: &url, access_token };
        Ok(dpop::make(request, None, now(), &self.instance, &mut SystemRandomness)?)
    }
}

impl Tokens {
    pub(super) fn read(answer: &Value) -> Done<Self> {
        let refresh = answer.get("refresh_token").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { access: text_at(answer, "/access_token")?.to_owned(), refresh })
    }
}

impl Card {
    /// Of a credential response.
    pub(super) fn read(answer: &Value) -> Done<Self> {
        let card = answer.pointer("/credentials/0/credential").ok_or_else(|| Failed::wrong("no credential"))?;
        let status = "/credentialStatus/0";
        let list = text_at(card, &format!("{status}/statusListCredential"))?;
        let file = list.rsplit('/').next().unwrap_or_default();
        let list = file.split('-').next().unwrap_or_default().parse()?;
        let index = text_at(card, &format!("{status}/statusListIndex"))?.parse()?;
        Ok(Self { id: text_at(card, "/id")?.to_owned(), status: (list, index) })
    }
}
