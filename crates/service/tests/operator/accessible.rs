//! Every page of the operator and the applicant, through Chromium and axe.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tamarack::keys::{KeyType, SecretKey};
use tamarack_openid4vc::vci::offer::OfferUri;
use tamarack_service::http::Server;
use tamarack_service::issuer::applications::{ApplicationState, Decision, Queued};
use tamarack_service::store::Address;

use crate::looking::{self, Look};
use crate::office::Office;
use crate::province::{API_KEY, Province, claims, now};

/// Kinds of pages that the script looks at.
const PAGES: u64 = 26;
/// One grey point.
const POINT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNsaGj4DwAFhAKA6b4hRAAAAABJRU5ErkJggg==";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_keeps_anybody_out() {
    looking::judge(looked_at().await);
}

/// What is wrong with the pages; the error is why they cannot be seen here.
async fn looked_at() -> Result<Vec<String>, String> {
    let server = Server::bind("127.0.0.1:0", None).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    let store = tempfile::tempdir().unwrap();
    let address = Address::parse(store.path().join("issuer.sqlite3").to_str().unwrap()).unwrap();
    let office = Office::at(&url, &address, "dora").await;
    tokio::spawn(server.run(office.province.routes(), std::future::pending()));
    let pages = furnish(&office).await;
    let [open, refused, approved, used] = pages.each_ref().map(String::as_str);
    Ok(Look::start("office.mjs", &[&url, open, refused, approved, used])?.found(PAGES))
}

/// Makes offers, applications with files, and credentials; gives the pages of an open offer, of a refused and an approved
/// application, and of an offer whose code was used.
async fn furnish(office: &Office) -> [String; 4] {
    let province = &office.province;
    let holder = SecretKey::generate(KeyType::P256).unwrap();
    for _ in 0..3 {
        province.issue("ontario-licence", &holder).await;
    }
    let refused = apply(province, &holder).await;
    let reason = "La photo est floue. Reprenez-la à la lumière du jour, sans lunettes.";
    decide(office, Some(reason)).await;
    let approved = apply(province, &holder).await;
    decide(office, None).await;
    for _ in 0..6 {
        apply(province, &holder).await;
    }
    let used = offer(province).await;
    redeem(province, &used).await;
    let page = |offer: &Value| offer["page"].as_str().unwrap().to_owned();
    [page(&offer(province).await), refused, approved, page(&used)]
}

/// Refuses the one application that waits, for a reason, or approves it.
async fn decide(office: &Office, refused: Option<&str>) {
    let database = office.database();
    let queued = Queued::list(database, Some(ApplicationState::Waiting), 1, now()).await.unwrap();
    let decision = Decision {
        approve: refused.is_none(),
        clerk: "operator:ben",
        category: refused.map(|_| "unreadable"),
        reason: refused,
        files_seconds: 86_400,
    };
    queued[0].decide(database, &decision, now()).await.unwrap();
}

/// An offer of a photo card with files.
async fn offer(province: &Province) -> Value {
    let file = |name: &str, kind: &str, data: &str| json!({"name": name, "mediaType": kind, "data": data});
    let document = STANDARD.encode("%PDF-1.7 not much of a document");
    let files = [file("portrait.png", "image/png", POINT), file("bill.pdf", "application/pdf", &document)];
    let wanted = json!({"type": "ontario-person", "claims": claims("ontario-person"), "files": files, "txCode": false,
        "language": "fr", "expiresIn": 86_400});
    let bearer = format!("Bearer {API_KEY}");
    province.request("POST", "/offers", &[("authorization", &bearer)], &wanted.to_string()).await.json(201)
}

/// Applies, and gives the applicant's page.
async fn apply(province: &Province, holder: &SecretKey) -> String {
    let made = offer(province).await;
    let token = redeem(province, &made).await;
    let body = province.request_body("ontario-person", &[holder]).await;
    province.ask(&token, &body).await.json(202);
    made["page"].as_str().unwrap().to_owned()
}

/// Exchanges the code of an offer for an access token.
async fn redeem(province: &Province, made: &Value) -> String {
    let OfferUri::Value(offer) = OfferUri::parse(made["linkByValue"].as_str().unwrap()).unwrap() else {
        panic!("a reference")
    };
    let code = offer.grants.pre_authorized.unwrap().code;
    let answer = province.form("/token", &Province::token_form(&code, None)).await.json(200);
    answer["access_token"].as_str().unwrap().to_owned()
}
