//! Sessions: new with every sign-in, good for a while, over when they are over.

use crate::office::Office;
use crate::on_both;

const COOKIE: &str = "__Host-operator";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_new_and_ends_with_the_sign_out() {
    on_both(async |office: &Office| {
        let mut browser = office.browser();
        // Somebody has planted a session that he knows: it is worth nothing, before and after.
        browser.cookies.insert(COOKIE.to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
        let answer = browser.sign_in("dora", "").await;
        let line = answer.header("set-cookie");
        assert!(line.contains("__Host-operator=") && line.contains("HttpOnly") && line.contains("Secure"), "{line}");
        let first = browser.cookies[COOKIE].clone();
        assert_ne!(first, "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(browser.get("/operator").await.status, 200);
        // Signing in again gives another one, and ends the old.
        browser.sign_in("dora", "").await;
        let second = browser.cookies[COOKIE].clone();
        assert_ne!(first, second);
        let mut old = office.browser();
        old.cookies.insert(COOKIE.to_owned(), first);
        assert_eq!(old.get("/operator").await.status, 303);
        // Another process knows it; after the sign-out none does.
        let mut elsewhere = office.replica(|_| {}).await.browser();
        elsewhere.cookies.insert(COOKIE.to_owned(), second.clone());
        assert_eq!(elsewhere.get("/operator").await.status, 200);
        let out = browser.submit("/operator/sign-out", &[]).await;
        assert_eq!((out.status, out.header("location").as_str()), (303, "/operator/sign-in?ended=1"));
        assert!(!browser.cookies.contains_key(COOKIE));
        assert_eq!(elsewhere.get("/operator").await.status, 303);
        let log = office.log().await;
        let actions: Vec<&str> = log.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions.iter().filter(|action| **action == "operator.sign_in").count(), 2);
        assert!(actions.contains(&"operator.sign_out"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_nobody_uses_ends_and_one_that_is_used_ends_too() {
    on_both(async |office: &Office| {
        let unused = async {
            let idle = office.replica(|settings| settings.idle_seconds = 8).await;
            let mut browser = idle.person("anna").await;
            for _ in 0..3 {
                tokio::time::sleep(std::time::Duration::from_millis(3_000)).await;
                assert_eq!(browser.get("/operator").await.status, 200, "it is used");
            }
            tokio::time::sleep(std::time::Duration::from_millis(9_200)).await;
            assert_eq!(browser.get("/operator").await.status, 303);
            assert_eq!(browser.submit("/operator/sign-out", &[]).await.status, 401);
        };
        let used = async {
            let short = office.replica(|settings| settings.session_seconds = 8).await;
            let mut browser = short.person("anna").await;
            assert_eq!(browser.get("/operator").await.status, 200);
            tokio::time::sleep(std::time::Duration::from_millis(4_000)).await;
            browser.get("/operator").await;
            tokio::time::sleep(std::time::Duration::from_millis(5_200)).await;
            assert_eq!(browser.get("/operator").await.status, 303);
        };
        tokio::join!(unused, used);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_no_role_has_no_session() {
    on_both(async |office: &Office| {
        let mut emil = office.browser();
        let answer = emil.sign_in("emil", "").await;
        assert_eq!(answer.status, 403);
        assert!(answer.text.contains("you have no role here"), "{}", answer.text);
        assert!(!emil.cookies.contains_key(COOKIE));
        assert_eq!(office.logged("operator.sign_in_refused").await[0].actor, "operator:emil");
        // Where a level is needed, a weaker sign-in is none.
        let strict = office.replica(|settings| settings.acr = vec!["urn:larch:2".to_owned()]).await;
        let mut anna = strict.browser();
        assert_eq!(anna.sign_in("anna", "&acr=urn:larch:1").await.status, 403);
        assert_eq!(anna.sign_in("anna", "").await.status, 403);
        assert_eq!(anna.sign_in("anna", "&acr=urn:larch:2").await.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_sign_in_one_is_where_one_wanted_to_be_and_nowhere_else() {
    on_both(async |office: &Office| {
        let mut browser = office.browser();
        let away = browser.get("/operator/types/ontario-person").await;
        let page = browser.get(&away.header("location")).await;
        let go = page.attribute("href", "/operator/sign-in/staff");
        let state = browser.get(&go).await.header("location").rsplit('=').next().unwrap().to_owned();
        let callback = format!("/operator/sign-in/staff/callback?state={state}&who=anna");
        assert_eq!(browser.get(&callback).await.header("location"), "/operator/types/ontario-person");
        for next in [
            "https%3A%2F%2Fevil.example%2F",
            "%2F%2Fevil.example",
            "%2Foperator.evil.example",
            "%2Foperator%5C..",
            "%2Foperator%2F%0D%0Ax",
            "%2Foffers",
        ] {
            let mut browser = office.browser();
            let away = browser.get(&format!("/operator/sign-in/staff?next={next}")).await;
            let state = away.header("location").rsplit('=').next().unwrap().to_owned();
            let callback = format!("/operator/sign-in/staff/callback?state={state}&who=anna");
            assert_eq!(browser.get(&callback).await.header("location"), "/operator", "{next}");
        }
        // An answer that another browser's sign-in brought is nobody's.
        let mut victim = office.browser();
        let answer = victim.get(&callback).await;
        assert_eq!(answer.status, 403);
        assert!(!victim.cookies.contains_key(COOKIE));
    })
    .await;
}
