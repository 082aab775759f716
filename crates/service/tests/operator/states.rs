//! Issued credentials and the log.

use tamarack::keys::{KeyType, SecretKey};
use tamarack_service::store::ChainEnd;

use crate::office::Office;
use crate::on_both;

/// Issues a licence, and gives its record's id with the holder's DID.
async fn licence(office: &Office, holder: &SecretKey) -> String {
    let (token, _) = office.province.token("ontario-licence").await;
    let body = office.province.request_body("ontario-licence", &[holder]).await;
    office.province.ask(&token, &body).await.json(200);
    let newest = office.database().credentials(&Default::default(), None, 1).await.unwrap();
    newest[0].1.id.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_are_found_and_change_with_a_reason() {
    on_both(async |office: &Office| {
        let holder = SecretKey::generate(KeyType::P256).unwrap();
        let (first, second) = (licence(office, &holder).await, licence(office, &holder).await);
        let other = licence(office, &SecretKey::generate(KeyType::P256).unwrap()).await;
        let did = tamarack::did::did_key(tamarack::keys::Signer::public_key(&holder));
        let (mut anna, mut chloe) = (office.person("anna").await, office.person("chloe").await);
        let list = chloe.get("/operator/credentials?type=ontario-licence&state=active").await;
        for id in [&first, &second, &other] {
            assert!(list.text.contains(id.as_str()), "{}", list.text);
        }
        assert!(!list.text.contains("did:key"), "no holder's DID");
        assert!(!chloe.get("/operator/credentials?state=revoked").await.text.contains(&first));
        // By id, and by holder: the DID comes in a body and leads to no address.
        let found = anna.submit("/operator/credentials", &[("wanted", first.trim_start_matches("urn:uuid:"))]).await;
        assert_eq!(found.status, 303, "{}", found.text);
        let place = found.header("location");
        let of_holder = chloe.submit("/operator/credentials", &[("wanted", &did)]).await;
        assert!(of_holder.text.contains(&first) && of_holder.text.contains(&second), "{}", of_holder.text);
        assert!(!of_holder.text.contains(&other));
        for nothing in ["x", "did:key:z", "' OR 1=1 --", " ", "a\0b"] {
            let page = chloe.submit("/operator/credentials", &[("wanted", nothing)]).await;
            assert!(page.text.contains("Nothing was found."), "{nothing}: {}", page.text);
        }
        let shown = anna.get(&place).await;
        assert!(shown.text.contains(&first) && shown.text.contains("/suspend\""), "{}", shown.text);
        assert!(!shown.text.contains(&did));
        assert!(!chloe.get(&place).await.text.contains("/revoke\""), "an auditor changes nothing");
        let others = anna.get(&format!("{place}/others")).await;
        assert!(others.text.contains(&second) && !others.text.contains(&other));

        assert!(anna.get(&format!("{place}/suspend")).await.text.contains("Suspend this credential?"));
        for form in [
            &[("reason", "")][..],
            &[("reason", "made-up")],
            &[("reason", "lost"), ("case", "Zoé Tremblay")],
            &[("reason", "lost"), ("case", &"x".repeat(41))],
        ] {
            assert_eq!(anna.submit(&format!("{place}/suspend"), form).await.status, 422, "{form:?}");
        }
        let change = async |anna: &mut crate::office::Browser, name: &str, status: u16| {
            let form = [("reason", "lost"), ("case", "2026-0042")];
            assert_eq!(anna.submit(&format!("{place}/{name}"), &form).await.status, status, "{name}");
        };
        change(&mut anna, "reinstate", 409).await;
        change(&mut anna, "suspend", 303).await;
        assert!(anna.get(&place).await.text.contains("class=\"mark suspended\""));
        change(&mut anna, "reinstate", 303).await;
        change(&mut anna, "revoke", 303).await;
        change(&mut anna, "suspend", 409).await;
        assert_eq!(anna.get(&format!("{place}/reinstate")).await.status, 409);
        assert_eq!(anna.get(&format!("{place}/destroy")).await.status, 404);
        assert_eq!(anna.get("/operator/credentials/999999").await.status, 404);
        assert!(anna.get(&format!("{place}?done=revoke")).await.text.contains("The credential is revoked."));
        for action in ["credential.suspend", "credential.reinstate", "credential.revoke"] {
            let entry = office.logged(action).await.pop().unwrap();
            assert_eq!((entry.actor.as_str(), entry.object.as_str()), ("operator:anna", first.as_str()));
            assert_eq!(entry.detail, r#"{"reason":"lost","case":"2026-0042"}"#);
        }
        // The world sees it.
        let record = office.database().credential(&first).await.unwrap();
        let (list, index) = record.status.unwrap();
        assert!(office.database().set_indexes(list, "revocation").await.unwrap().contains(&index));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_seen_checked_and_exported() {
    on_both(async |office: &Office| {
        let mut chloe = office.person("chloe").await;
        for _ in 0..30 {
            office.province.offer("ontario-licence", false).await;
        }
        let newest = chloe.get("/operator/log").await;
        assert_eq!(newest.text.matches("<li value=").count(), 25);
        let older = chloe.get(&newest.attribute("href", "/operator/log?before=")).await;
        assert!(older.text.contains("<strong>1</strong>"), "{}", older.text);
        let checked = chloe.get("/operator/log/check").await;
        assert!(checked.text.contains("The chain is whole"), "{}", checked.text);
        let end = checked.text.split("<p class=\"facts long\"><code>").nth(1).unwrap().split('<').next().unwrap();
        let parsed = ChainEnd::parse(end).unwrap();
        assert_eq!(office.database().check_audit(Some(parsed)).await.unwrap(), parsed);
        assert!(chloe.get(&format!("/operator/log/check?until={end}")).await.text.contains("The chain is whole"));
        let bent = end.replace(':', ":0").replace(":00", ":01");
        let cut = chloe.get(&format!("/operator/log/check?until={}", &bent[..end.len()])).await;
        assert!(cut.text.contains("The chain is broken") && cut.text.contains("cut off or rewritten"), "{}", cut.text);
        assert!(chloe.get("/operator/log/check?until=x").await.text.contains("id=\"until-error\""));
        let export = chloe.get("/operator/log/export").await;
        assert_eq!(export.header("content-disposition"), "attachment; filename=\"audit.ndjson\"");
        let lines: Vec<serde_json::Value> =
            export.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let entries = office.log().await;
        assert_eq!(lines.len(), entries.len());
        assert!(lines.iter().zip(&entries).all(|(line, entry)| *line == entry.to_json()));
        assert_eq!(entries.last().unwrap().action, "audit.export");
    })
    .await;
}
