//! A relying party's program that asks, and a wallet that shows.

use serde_json::{Value, json};
use tamarack::did::did_key;
use tamarack::issue::{SecureOptions, Securing, secure};
use tamarack::json::{self as strict, Value as Strict};
use tamarack::jsonld::Contexts;
use tamarack::keys::{KeyType, SecretKey, Signer as _};
use tamarack::present::{Held, Holder};
use tamarack::{Evidence, SystemRandomness};
use tamarack_openid4vc::vp::client_id::Trust;
use tamarack_openid4vc::vp::dcql::{Authorities, World, match_held};
use tamarack_openid4vc::vp::request::{self, Expected, Invocation, Request};
use tamarack_openid4vc::vp::response::{Delivery, Reply, deliver};
use tamarack_openid4vc::vp::wallet::{Purse, show};

use super::http::{Answer, Wire, text_at};
use super::issuing::now;
use super::phone::PhoneKey;
use super::{Done, Failed};

/// What is asked: one claim of the photo card, in the short form, to be answered encrypted, as is usual.
pub(super) const ASK: &str = r#"{"format":"tamarack-ask/1","name":"age",
    "verifier":{"en":"Lakeside Store","fr":"Magasin du lac"},
    "title":{"en":"Show that you are 19 or older","fr":"Montrez que vous avez 19 ans ou plus"},
    "purpose":{"en":"We may sell this to adults only.","fr":"Nous ne pouvons vendre ceci qu’aux adultes."},
    "ageOver":19,"seconds":300,"retention":"nothing"}"#;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// The issuer of the cards that are shown, known by its key alone.
pub(super) struct CardIssuer {
    key: SecretKey,
}

impl CardIssuer {
    pub(super) fn new() -> Done<Self> {
        Ok(Self { key: SecretKey::generate(KeyType::Ed25519)? })
    }

    /// Its DID.
    pub(super) fn did(&self) -> String {
        did_key(self.key.public_key())
    }

    /// A card for a holder.
    fn card(&self, holder: &str) -> Done<Held> {
        let multikey = self.key.public_key().to_multikey();
        let method = format!("did:key:{multikey}#{multikey}");
        let (from, until) = (now().plus_seconds(-60 * 86_400), now().plus_seconds(300 * 86_400));
        let text = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://tamarack.example/ontario/person/v1"],
            "type": ["VerifiableCredential", "OntarioPersonCredential"],
            "issuer": did_key(self.key.public_key()),
            "validFrom": from.to_string(),
            "validUntil": until.to_string(),
            "credentialSubject": {
                "id": holder, "type": "OntarioPerson", "givenName": "Zoé", "familyName": "Bélanger-Tremblay",
                "birthDate": "1987-06-05", "ageOver18": true, "ageOver19": true,
            },
        })
        .to_string();
        let Strict::Object(document) = strict::parse(text.as_bytes())?.into_owned() else {
            return Err(Failed::wrong("the card"));
        };
        let options = SecureOptions { verification_method: &method, created: Some(from), ..SecureOptions::default() };
        let securing = Securing::parse("eddsa-rdfc-2022").ok_or_else(|| Failed::wrong("the suite"))?;
        let signed = secure(document, securing, &options, &self.key, &Contexts::builtin())?;
        Ok(Held::parse(signed.as_bytes())?)
    }
}

/// A trust list with one issuer and nobody else in it.
pub(super) fn trust_list(did: &str) -> String {
    json!({
        "version": 1,
        "issued": "2026-01-01T00:00:00Z",
        "name": {"en": "Store's trust list", "fr": "Liste de confiance du magasin"},
        "issuers": [{"did": did, "name": {"en": "Ontario", "fr": "Ontario"}, "types": ["*"]}],
    })
    .to_string()
}

/// A wallet with one card, and beside it the relying party's program.
pub(super) struct ShowingWallet {
    url: String,
    bearer: String,
    held: Vec<Held>,
    key: PhoneKey,
    method: String,
}

/// A request that the program made.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    /// Its secret name.
    pub(super) id: String,
    /// The address that opens the wallet.
    wallet: String,
}

impl ShowingWallet {
    pub(super) fn new(url: &str, token: &str, issuer: &CardIssuer) -> Done<Self> {
        let key = PhoneKey::generate()?;
        let card = issuer.card(&key.did())?;
        Ok(Self::holding(url, token, card, key))
    }

    /// With a card that is bound to this key.
    pub(super) fn holding(url: &str, token: &str, card: Held, key: PhoneKey) -> Self {
        let method = key.method();
        Self { url: url.to_owned(), bearer: format!("Bearer {token}"), held: vec![card], key, method }
    }

    /// All of it: request, request object, answer, result.
    pub(super) async fn flow(&self, wire: &mut Wire) -> Done<()> {
        wire.next_person();
        let begun = self.begin(wire).await?;
        let request = self.open(wire, &begun).await?;
        let (path, body) = self.answer(&request)?;
        Self::send(wire, &path, &body).await?.with(200)?;
        let result = self.result(wire, &begun).await?;
        if outcome(&result) == Some("accept") && shows_claims(&result) {
            return Ok(());
        }
        Err(Failed::wrong(format!("the result: {result}")))
    }

    /// The program asks.
    pub(super) async fn begin(&self, wire: &mut Wire) -> Done<Begun> {
        let headers = [("authorization", self.bearer.as_str()), ("content-type", "application/json")];
        let made = wire.send("POST", "/requests", &headers, r#"{"ask":"age"}"#).await?.json(201)?;
        Ok(Begun { id: text_at(&made, "/id")?.to_owned(), wallet: text_at(&made, "/wallet")?.to_owned() })
    }

    /// The wallet fetches the request object, and checks it.
    pub(super) async fn open(&self, wire: &mut Wire, begun: &Begun) -> Done<Request> {
        let Invocation::Reference(reference) = Invocation::parse(&begun.wallet)? else {
            return Err(Failed::wrong("a request by value"));
        };
        let nonce = "a nonce of the wallet";
        let body = reference.post_body(None, Some(nonce));
        let answer = wire.send("POST", &self.path(&reference.uri)?, &[FORM], &body).await?.with(200)?;
        let evidence = Evidence::none();
        let trust = Trust { evidence: &evidence, anchors: &[], attesters: &[], registered: &[], now: now() };
        let expected =
            Expected { client_id: &reference.client_id, wallet_nonce: Some(nonce), issuer: None, fetched_from: None };
        Ok(request::open(&answer.text(), &expected, &trust)?)
    }

    /// The answer to a request: where it goes, and its form.
    pub(super) fn answer(&self, request: &Request) -> Done<(String, String)> {
        let (contexts, authorities) = (Contexts::builtin(), Authorities::none());
        let world = World::new(&contexts, &authorities);
        let query = request.query.as_ref().ok_or_else(|| Failed::wrong("nothing is asked"))?;
        let matches = match_held(query, &self.held, &world);
        let choice = matches.first_choice()?;
        let holders = [Some(Holder { signer: &self.key, verification_method: &self.method })];
        let purse =
            Purse { held: &self.held, holders: &holders, contexts: &contexts, transaction_types: &[], now: now() };
        let token = show(request, &matches, &choice, &purse, &mut SystemRandomness)?;
        match deliver(request, &Reply { vp_token: Some(token), id_token: None })? {
            Delivery::Post { uri, body } => Ok((self.path(&uri)?, body)),
            _ => Err(Failed::wrong("an answer that is not posted")),
        }
    }

    /// Posts an answer.
    pub(super) async fn send(wire: &mut Wire, path: &str, body: &str) -> Done<Answer> {
        wire.send("POST", path, &[FORM], body).await
    }

    /// The program asks what came of it, and what was proved is not deleted yet.
    pub(super) async fn result_to_keep(&self, wire: &mut Wire, begun: &Begun) -> Done<Value> {
        let path = format!("/requests/{}?keep=true", begun.id);
        wire.send("GET", &path, &[("authorization", &self.bearer)], "").await?.json(200)
    }

    /// The program has what was proved.
    pub(super) async fn confirm(&self, wire: &mut Wire, begun: &Begun) -> Done<()> {
        let path = format!("/requests/{}", begun.id);
        wire.send("DELETE", &path, &[("authorization", &self.bearer)], "").await?.with(204).map(|_| ())
    }

    /// The program asks what came of it.
    pub(super) async fn result(&self, wire: &mut Wire, begun: &Begun) -> Done<Value> {
        let path = format!("/requests/{}", begun.id);
        wire.send("GET", &path, &[("authorization", &self.bearer)], "").await?.json(200)
    }

    fn path(&self, url: &str) -> Done<String> {
        url.strip_prefix(&self.url).map(str::to_owned).ok_or_else(|| Failed::wrong(format!("{url} is elsewhere")))
    }
}

/// What came of a request, if an answer was judged.
pub(super) fn outcome(result: &Value) -> Option<&str> {
    result.pointer("/result/outcome").and_then(Value::as_str)
}

/// Whether what is about the person is there.
pub(super) fn shows_claims(result: &Value) -> bool {
    result.pointer("/result/presentations/0/proved/claims/0").is_some()
}
