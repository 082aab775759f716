//! From an offer over a clerk's decision to the credential, or to the reason why there is none.

use serde_json::{Value, json};
use tamarack::keys::{KeyType, SecretKey};
use tamarack_openid4vc::vci::proofs::{KeyName, make_jwt};
use tamarack_service::store::ExchangeFile;

use crate::making::{card, code_of, with};
use crate::office::{Browser, Office};
use crate::on_both;
use crate::province::{Province, now};

/// An application that waits: the wallet's token, what it asks again with, the path of the applicant's page.
pub(crate) struct Waiting {
    pub(crate) token: String,
    pub(crate) again: String,
    pub(crate) page: String,
}

/// Makes an offer as a clerk, and applies as a wallet.
pub(crate) async fn apply(office: &Office, clerk: &mut Browser, claims: &[(String, String)]) -> Waiting {
    let how = [("language", "fr"), ("time", "1d"), ("code", "none")];
    let made = clerk.submit("/operator/offers/ontario-person", &with(claims, &how)).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let (code, page) = code_of(clerk, &made).await;
    let answer = office.province.form("/token", &Province::token_form(&code, None)).await.json(200);
    let token = answer["access_token"].as_str().unwrap().to_owned();
    let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
    let body = office.province.request_body("ontario-person", &[&holder]).await;
    let put_off = office.province.ask(&token, &body).await.json(202);
    let again = json!({"transaction_id": put_off["transaction_id"]}).to_string();
    Waiting { token, again, page }
}

/// The path of the only application in the queue.
pub(crate) async fn only(clerk: &mut Browser) -> String {
    let queue = clerk.get("/operator/requests").await;
    assert_eq!(queue.text.matches("class=\"mark waiting\"").count(), 1, "{}", queue.text);
    queue.attribute("href", "/operator/requests/r")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_approved_is_delivered_and_what_is_refused_has_a_reason() {
    on_both(async |office: &Office| {
        let (mut anna, mut ben) = (office.person("anna").await, office.person("ben").await);
        let waiting = apply(office, &mut anna, &card()).await;
        assert_eq!(office.province.post(&waiting.token, "/deferred_credential", &waiting.again).await.status, 202);
        assert!(anna.get("/operator").await.text.contains("One request waits for a decision."));
        let path = only(&mut ben).await;
        let shown = ben.get(&path).await;
        assert!(shown.text.contains("Bélanger-Tremblay") && shown.text.contains("Family name"), "{}", shown.text);
        assert!(shown.text.contains("The applicant reads French"), "{}", shown.text);
        let mut zoe = office.browser();
        assert!(zoe.get(&waiting.page).await.text.contains("Your request is being examined"));
        let done = ben.submit(&format!("{path}/approve"), &[]).await;
        assert_eq!(done.header("location"), "/operator/requests?done=approved", "{}", done.text);
        assert!(ben.get("/operator/requests?done=approved").await.text.contains("The request is approved."));
        assert!(zoe.get(&waiting.page).await.text.contains("Your request is approved"));
        let again = ben.submit(&format!("{path}/refuse"), &[("category", "fraud"), ("reason", "x")]).await;
        assert_eq!(again.status, 409);
        // Another process hands it over.
        let other = office.replica(|_| {}).await;
        let answer = other.province.post(&waiting.token, "/deferred_credential", &waiting.again).await.json(200);
        let card: &Value = &answer["credentials"][0]["credential"];
        office.province.assert_accepted(card.to_string().as_bytes()).await;
        let entry = &office.logged("application.approve").await[0];
        assert_eq!(entry.actor, "operator:ben");

        let waiting = apply(office, &mut anna, &crate::making::card()).await;
        let path = only(&mut ben).await;
        for (form, status) in [
            (&[("category", ""), ("reason", "Flou.")][..], 422),
            (&[("category", "made-up"), ("reason", "Flou.")], 422),
            (&[("category", "unreadable"), ("reason", "  ")], 422),
            (&[("category", "unreadable"), ("reason", &"x".repeat(501))], 422),
        ] {
            assert_eq!(ben.submit(&format!("{path}/refuse"), form).await.status, status, "{form:?}");
        }
        let reason = "La photo est floue. <b>Reprenez-la</b>, Zoé Bélanger-Tremblay.";
        let done = ben.submit(&format!("{path}/refuse"), &[("category", "unreadable"), ("reason", reason)]).await;
        assert_eq!(done.header("location"), "/operator/requests?done=refused", "{}", done.text);
        let refused = office.province.post(&waiting.token, "/deferred_credential", &waiting.again).await;
        assert_eq!(refused.json(400)["error"], "credential_request_denied");
        let page = zoe.get(&waiting.page).await;
        assert!(page.text.contains("<blockquote lang=\"fr\">La photo est floue. &#60;b&#62;"), "{}", page.text);
        // Whoever was refused cannot apply again with the same token.
        let holder = SecretKey::generate(KeyType::Ed25519).unwrap();
        let nonce = office.province.form("/nonce", "").await.json(200)["c_nonce"].as_str().unwrap().to_owned();
        let url = &office.province.url;
        let proof = make_jwt(url, Some(&nonce), None, KeyName::Jwk, None, now(), &holder).unwrap();
        let body = json!({"credential_configuration_id": "ontario-person", "proofs": {"jwt": [proof]}}).to_string();
        assert_eq!(office.province.ask(&waiting.token, &body).await.json(400)["error"], "credential_request_denied");
        // The log has the kind of reason, the application the words, and the claims are gone from both.
        let entry = &office.logged("application.refuse").await[0];
        assert_eq!((entry.actor.as_str(), entry.detail.as_str()), ("operator:ben", r#"{"reason":"unreadable"}"#));
        assert!(!format!("{:?}", office.log().await).contains("Tremblay"));
        let shown = ben.get(&path).await;
        assert!(shown.text.contains("It is deleted") && !shown.text.contains("Imaginary Crescent"), "{}", shown.text);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_makes_an_offer_does_not_approve_it() {
    on_both(async |office: &Office| {
        let mut dora = office.person("dora").await;
        let waiting = apply(office, &mut dora, &card()).await;
        let path = only(&mut dora).await;
        let page = dora.submit(&format!("{path}/approve"), &[]).await;
        assert_eq!(page.status, 403);
        assert!(page.text.contains("somebody else must approve it"), "{}", page.text);
        assert_eq!(office.province.post(&waiting.token, "/deferred_credential", &waiting.again).await.status, 202);
        let refused = dora.submit(&format!("{path}/refuse"), &[("category", "other"), ("reason", "Erreur.")]).await;
        assert_eq!(refused.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_are_shown_as_texts_whatever_they_hold() {
    on_both(async |office: &Office| {
        let (mut anna, mut ben) = (office.person("anna").await, office.person("ben").await);
        let hostile = [
            ("claim-givenName", "<img src=x onerror=alert(1)>"),
            ("claim-familyName", "=cmd|' /C calc'!A0"),
            ("claim-streetAddress", "\"},\"state\":\"approved\",{\"a\":\"</bdi></dd><script>"),
            ("claim-addressLocality", "{{7*7}} {% raw %} ${7*7}"),
        ];
        let mut claims = card();
        for (name, value) in &mut claims {
            if let Some((_, bad)) = hostile.iter().find(|(known, _)| known == name) {
                (*bad).clone_into(value);
            }
        }
        apply(office, &mut anna, &claims).await;
        let path = only(&mut ben).await;
        for page in [ben.get(&path).await, ben.get("/operator/requests").await, ben.get("/operator").await] {
            assert!(!page.text.contains("<img src=x") && !page.text.contains("<script"), "{}", page.text);
        }
        let shown = ben.get(&path).await;
        for (_, value) in hostile {
            let escaped = value
                .replace('&', "&#38;")
                .replace('<', "&#60;")
                .replace('>', "&#62;")
                .replace('"', "&#34;")
                .replace('\'', "&#39;");
            assert!(shown.text.contains(&format!("<bdi>{escaped}</bdi>")), "{value}: {}", shown.text);
        }
        assert!(shown.text.contains("class=\"mark waiting\""));
        // An export has one JSON object a line, whatever stands in it.
        ben.submit(&format!("{path}/refuse"), &[("category", "other"), ("reason", "a\nb\",\"c")]).await;
        let mut chloe = office.person("chloe").await;
        let export = chloe.get("/operator/log/export").await;
        for line in export.text.lines() {
            let entry: Value = serde_json::from_str(line).unwrap();
            assert_eq!(entry.as_object().unwrap().len(), 7, "{line}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue_has_pages() {
    on_both(async |office: &Office| {
        let mut anna = office.person("anna").await;
        for _ in 0..27 {
            apply(office, &mut anna, &card()).await;
        }
        let mut ben = office.person("ben").await;
        let first = ben.get("/operator/requests").await;
        assert_eq!(first.text.matches("class=\"mark waiting\"").count(), 25);
        let next = first.attribute("href", "/operator/requests?state=&#38;after");
        let second = ben.get(&next).await;
        assert_eq!(second.text.matches("class=\"mark waiting\"").count(), 2, "{}", second.text);
        let ids = |text: &str| -> Vec<String> {
            text.split("/operator/requests/r").skip(1).map(|rest| rest[..22].to_owned()).collect()
        };
        let (mut all, more) = (ids(&first.text), ids(&second.text));
        all.extend(more);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 27);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_wait_with_the_application_and_go_after_the_decision() {
    on_both(async |office: &Office| {
        let (mut anna, mut ben) = (office.person("anna").await, office.person("ben").await);
        let waiting = apply(office, &mut anna, &card()).await;
        let mut zoe = office.browser();
        let sent = zoe.upload(&waiting.page, &[("me.png", "image/png", b"\x89PNG\r\n\x1a\n....")]).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        let path = only(&mut ben).await;
        // The offer is long over; the application is not, and neither are its files.
        let days = |days: i64| now().plus_seconds(days * 86_400);
        office.database().forget_expired(days(20)).await.unwrap();
        // So are the sessions.
        let mut ben = office.person("ben").await;
        assert_eq!(ben.get(&format!("{path}/files/me.png")).await.status, 200);
        ben.submit(&format!("{path}/approve"), &[]).await;
        office.database().forget_expired(days(29)).await.unwrap();
        let files = || async {
            let queued = tamarack_service::issuer::applications::Queued::find(
                office.database(),
                path.rsplit('/').next().unwrap(),
                now(),
            );
            let files: Vec<ExchangeFile> = queued.await.unwrap().files(office.database()).await.unwrap();
            files.len()
        };
        assert_eq!(files().await, 1);
        let late = zoe.upload_with(&waiting.page, &zoe.cookies["__Host-csrf"].clone(), &[]).await;
        assert_eq!(late.status, 410, "nothing is sent after the decision");
        // The retention is 30 days from the decision.
        let held = office.database().exchanges("subject", Some("decided"), 10, now()).await.unwrap();
        assert!((held[0].expires.seconds_since(now()) - 30 * 86_400).abs() < 60);
        assert!(!held[0].payload.contains("Tremblay"), "the claims are forgotten with the decision");
    })
    .await;
}
