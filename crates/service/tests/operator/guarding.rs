//! Every route, for everybody.

use axum::http::Method;
use tamarack_service::operator::{Need, Operator, Role};

use crate::office::Office;
use crate::on_both;

/// A path of a route, with something in the place of its variables.
fn path_of(route: &str) -> String {
    let parts = route.split('/').map(|part| match part {
        "{provider}" => "staff",
        "{place}" => "1",
        "{change}" => "revoke",
        "{name}" => "ontario-person",
        "{id}" => "r1",
        other => other,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_where_no_role_leads() {
    on_both(async |office: &Office| {
        let people = [("anna", Role::Issuer), ("ben", Role::Approver), ("chloe", Role::Auditor)];
        let needs = Operator::needs();
        assert!(needs.len() >= 20);
        let mut denied = 0;
        for (method, route, need) in &needs {
            let path = path_of(route);
            // Not signed in, with a made-up session, and with one of another kind.
            for cookie in [None, Some("AAAAAAAAAAAAAAAAAAAAAA"), Some("x")] {
                let mut nobody = office.browser();
                nobody.cookies.extend(cookie.map(|cookie| ("__Host-operator".to_owned(), cookie.to_owned())));
                let answer = match *method {
                    Method::GET => nobody.get(&path).await,
                    _ => nobody.post(&path, &[]).await,
                };
                match (need, method) {
                    (Need::Anybody, _) => assert!([200, 303, 403].contains(&answer.status), "{route}"),
                    (_, &Method::GET) => {
                        assert_eq!(answer.status, 303, "{route}: {}", answer.text);
                        assert!(answer.header("location").starts_with("/operator/sign-in?next="), "{route}");
                    }
                    _ => assert_eq!(answer.status, 401, "{route}: {}", answer.text),
                }
            }
            for (who, role) in people {
                let mut browser = office.person(who).await;
                let may = match need {
                    Need::Anybody | Need::SignedIn => true,
                    Need::One(roles) => roles.contains(&role),
                };
                if *method == Method::GET {
                    let answer = browser.get(&path).await;
                    let is_denied = answer.status == 403 && answer.text.contains("Your role does not allow this");
                    if !matches!(need, Need::Anybody) {
                        assert_eq!(!is_denied, may, "{who} {route}: {}", answer.text);
                    }
                    denied += usize::from(is_denied);
                    continue;
                }
                // A form without its token, with another's, or with two, does nothing for anybody.
                for form in [&[][..], &[("csrf", "AAAAAAAAAAAAAAAAAAAAAA")]] {
                    let answer = browser.post(&path, form).await;
                    let wanted = if may { "The form could not be accepted" } else { "Your role does not allow this" };
                    assert_eq!(answer.status, 403, "{who} {route}: {}", answer.text);
                    assert!(answer.text.contains(wanted), "{who} {route}: {}", answer.text);
                    denied += usize::from(!may);
                }
                browser.get("/operator").await;
                let token = browser.cookies["__Host-csrf"].clone();
                let twice = browser.post(&path, &[("csrf", &token), ("csrf", &token)]).await;
                assert_eq!(twice.status, 403);
                denied += usize::from(!may);
                // What the address holds counts for nothing.
                let aside = browser.post(&format!("{path}?csrf={token}"), &[]).await;
                assert_eq!(aside.status, 403);
                denied += usize::from(!may);
            }
        }
        // Whoever tried is in the log.
        let logged = office.logged("operator.denied").await;
        assert_eq!(logged.len(), denied);
        assert!(logged.iter().all(|entry| entry.actor.starts_with("operator:")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_from_another_site_does_nothing() {
    on_both(async |office: &Office| {
        let mut dora = office.person("dora").await;
        dora.get("/operator").await;
        let token = dora.cookies["__Host-csrf"].clone();
        let cookie = dora.cookie();
        let body = format!("csrf={token}");
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let headers = [
                ("content-type", "application/x-www-form-urlencoded"),
                ("host", "id.ontario.example"),
                ("cookie", cookie.as_str()),
                (name, value),
            ];
            let answer = office.province.request("POST", "/operator/sign-out", &headers, &body).await;
            assert_eq!(answer.status, 403, "{name}");
        }
        assert_eq!(dora.get("/operator").await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_carry_what_keeps_browsers_from_harm() {
    on_both(async |office: &Office| {
        let mut dora = office.person("dora").await;
        for path in ["/operator", "/operator/types", "/operator/log", "/operator/sign-in", "/operator/credentials"] {
            let page = dora.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
            let policy = page.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
            assert!(!page.text.contains("<script") && !page.text.contains(" style="), "{path}");
            let style = dora.get(&page.attribute("href", "/assets/")).await;
            assert!(page.text.len() + style.text.len() < 50_000, "{path}");
        }
    })
    .await;
}
