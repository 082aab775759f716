//! A province with an operator's page, its people, and their browsers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use tamarack::issue::Label;
use tamarack_net::{FetchOptions, Fetcher};
use tamarack_service::http::{Cookies, Problem};
use tamarack_service::issuer::IssuerSettings;
use tamarack_service::operator::{CodeGateway, Coming, Door, Knock, Operator, OperatorSettings, RoleRules, Vouched};
use tamarack_service::store::{Address, AuditEntry, Database};
use zeroize::Zeroizing;

use crate::province::{Answer, Province};

/// What calls of the gateway are signed with.
pub(crate) const SECRET: &[u8] = b"a secret of the gateway";

/// A provider that believes everybody who says a name: the sign-in itself is tested elsewhere.
#[derive(Debug, Default)]
pub(crate) struct FakeDoor {
    states: Mutex<Vec<String>>,
    /// Where the page is and who comes back at once, without a provider's page in between.
    at_once: Option<(String, &'static str)>,
}

/// The claims of a person: `anna` issues, `ben` approves, `chloe` audits, `dora` does it all, `emil` does nothing.
fn claims_of(who: &str) -> Map<String, Value> {
    let roles = match who {
        "anna" => json!(["staff", "cards-issue"]),
        "ben" => json!(["cards-approve"]),
        "chloe" => json!(["cards-audit"]),
        "dora" => json!(["cards-issue", "cards-approve", "cards-audit"]),
        _ => json!(["staff"]),
    };
    json!({"preferred_username": who, "realm_access": {"roles": roles}}).as_object().unwrap().clone()
}

impl Door for FakeDoor {
    fn providers(&self) -> Vec<(String, Label)> {
        vec![("staff".to_owned(), Label { en: "Staff".to_owned(), fr: "Personnel".to_owned() })]
    }

    fn begin<'a>(&'a self, knock: Knock<'a>, _: &'a HeaderMap, _: Cookies) -> Coming<'a, Response> {
        Box::pin(async move {
            let mut states = self.states.lock().unwrap();
            let state = format!("s{}", states.len());
            states.push(knock.next.to_owned());
            let (place, cookie) = match &self.at_once {
                None => {
                    let cookie = format!("__Host-away={state}; Path=/; Secure; HttpOnly");
                    (format!("https://login.example/?state={state}"), cookie)
                }
                Some((url, who)) => {
                    let callback = format!("{url}/operator/sign-in/staff/callback?state={state}&who={who}");
                    (callback, format!("__Host-away={state}; Path=/; HttpOnly").replace("__Host-", ""))
                }
            };
            Ok((StatusCode::SEE_OTHER, [(LOCATION, place), (SET_COOKIE, cookie)]).into_response())
        })
    }

    fn finish<'a>(
        &'a self,
        provider: &'a str,
        query: &'a str,
        headers: &'a HeaderMap,
        _: Cookies,
    ) -> Coming<'a, Vouched> {
        Box::pin(async move {
            let pairs: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
            let (state, who) = (pairs.get("state").copied().unwrap_or("-"), pairs.get("who").copied().unwrap_or("-"));
            let cookies = headers.get("cookie").and_then(|line| line.to_str().ok()).unwrap_or_default();
            let number: Option<usize> = state.strip_prefix('s').and_then(|number| number.parse().ok());
            let next = number.and_then(|number| self.states.lock().unwrap().get(number).cloned());
            match next {
                Some(next) if provider == "staff" && cookies.contains(&format!("away={state}")) => Ok(Vouched {
                    issuer: "https://login.example".to_owned(),
                    subject: format!("sub-{who}"),
                    acr: pairs.get("acr").map(|acr| (*acr).to_owned()),
                    claims: claims_of(who),
                    next,
                }),
                _ => Err(Problem::forbidden("sign_in.browser")),
            }
        })
    }
}

pub(crate) fn careful(settings: &mut IssuerSettings) {
    settings.approval = vec!["ontario-person".to_owned()];
}

#[derive(Clone)]
pub(crate) struct Office {
    pub(crate) province: Province,
}

impl Office {
    pub(crate) async fn open(address: &Address) -> Self {
        Self::of(Province::found(address).await, |_| {}).await
    }

    /// Another process on the same store.
    pub(crate) async fn replica(&self, set: impl FnOnce(&mut OperatorSettings)) -> Self {
        Self::of(self.province.clone(), set).await
    }

    async fn of(province: Province, set: impl FnOnce(&mut OperatorSettings)) -> Self {
        let province = Province::open_with(&province.address, careful).await;
        Self::with(province, set, FakeDoor::default())
    }

    /// A page under another address, at which one person is signed in as soon as they wish.
    pub(crate) async fn at(url: &str, address: &Address, who: &'static str) -> Self {
        Province::found(address).await;
        let province = Province::open_at(url, address, careful).await;
        let door = FakeDoor { at_once: Some((url.to_owned(), who)), ..FakeDoor::default() };
        Self::with(province, |settings| settings.codes = Some(Self::gateway("https://sms.example/send")), door)
    }

    pub(crate) fn with(province: Province, set: impl FnOnce(&mut OperatorSettings), door: FakeDoor) -> Self {
        let rules: RoleRules = serde_json::from_value(json!({
            "claim": "/realm_access/roles",
            "nameClaim": "preferred_username",
            "issuer": ["cards-issue"],
            "approver": ["cards-approve"],
            "auditor": ["cards-audit"],
        }))
        .unwrap();
        let mut settings = OperatorSettings::new(rules);
        set(&mut settings);
        let fetcher = Fetcher::new(FetchOptions::default());
        let operator = Operator::new(province.service.clone(), settings, Arc::new(door), fetcher);
        Self { province: province.and(operator.routes()) }
    }

    pub(crate) fn gateway(url: &str) -> CodeGateway {
        CodeGateway { url: url.to_owned(), secret: Zeroizing::new(SECRET.to_vec()) }
    }

    pub(crate) fn database(&self) -> &Database {
        self.province.service.database()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser { office: self.clone(), cookies: BTreeMap::new(), language: "en" }
    }

    /// Somebody's browser, signed in.
    pub(crate) async fn person(&self, who: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(who, "").await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser
    }

    /// The whole log, sealed and checked.
    pub(crate) async fn log(&self) -> Vec<AuditEntry> {
        self.database().seal_audit().await.unwrap();
        self.database().check_audit(None).await.unwrap();
        self.database().audit_entries(0, 10_000).await.unwrap()
    }

    /// The entries of an action.
    pub(crate) async fn logged(&self, action: &str) -> Vec<AuditEntry> {
        self.log().await.into_iter().filter(|entry| entry.action == action).collect()
    }
}

/// A browser without scripts.
pub(crate) struct Browser {
    pub(crate) office: Office,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) language: &'static str,
}

impl Browser {
    pub(crate) fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let cookie = self.cookie();
        let headers = [
            ("accept", "text/html"),
            ("accept-language", self.language),
            ("cookie", cookie.as_str()),
            ("content-type", kind),
        ];
        let path = path.strip_prefix(&self.office.province.url).unwrap_or(path);
        let answer = self.office.province.send(method, path, &headers, body).await;
        for line in answer.header("set-cookie").split(", ").filter(|line| line.contains('=')) {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", b"").await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.send("POST", path, "application/x-www-form-urlencoded", body.as_bytes()).await
    }

    /// Sends a form with the token of the browser.
    pub(crate) async fn submit(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        if !self.cookies.contains_key("__Host-csrf") {
            self.get("/operator").await;
        }
        let token = self.cookies["__Host-csrf"].clone();
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(form);
        self.post(path, &all).await
    }

    /// Goes to the provider and comes back as somebody.
    pub(crate) async fn sign_in(&mut self, who: &str, more: &str) -> Answer {
        let away = self.get("/operator/sign-in/staff").await;
        assert_eq!(away.status, 303, "{}", away.text);
        let state = away.header("location").rsplit('=').next().unwrap().to_owned();
        self.get(&format!("/operator/sign-in/staff/callback?state={state}&who={who}{more}")).await
    }

    /// Sends files on an applicant's page.
    pub(crate) async fn upload(&mut self, page: &str, files: &[(&str, &str, &[u8])]) -> Answer {
        let token = self.get(page).await.attribute("value", "");
        self.upload_with(page, &token, files).await
    }

    pub(crate) async fn upload_with(&mut self, page: &str, token: &str, files: &[(&str, &str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        let mut part = |head: &str, bytes: &[u8]| {
            body.extend_from_slice(format!("--limit\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        };
        part("name=\"csrf\"", token.as_bytes());
        for (name, kind, bytes) in files {
            part(&format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}"), bytes);
        }
        body.extend_from_slice(b"--limit--\r\n");
        self.send("POST", page, "multipart/form-data; boundary=limit", &body).await
    }
}
