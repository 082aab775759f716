//! The sign-in at a provider, as a settings file describes it.

use serde_json::json;
use tamarack_service::operator::{Operator, OperatorFile};

use crate::idp::{self, Idp};
use crate::office::{Office, careful};
use crate::on_both;
use crate::province::Province;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_sign_in_at_their_provider() {
    on_both(async |office: &Office| {
        let idp = Idp::start().await;
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("staff.secret", idp::SECRET);
        let provider = idp.settings("staff", &json!({"clientSecretFile": "staff.secret"}));
        write("staff.json", &json!({"format": "tamarack-sign-in/1", "providers": [provider]}).to_string());
        let file = json!({
            "format": "tamarack-operator/1",
            "signIn": "staff.json",
            "roles": {"claim": "/realm/roles", "nameClaim": "login", "issuer": ["i"], "auditor": ["a"]},
            "acr": ["urn:larch:2"],
        });
        let file = OperatorFile::read(file.to_string().as_bytes(), folder.path()).unwrap();
        let province = Province::open_with(&office.province.address, careful).await;
        let operator = Operator::open(province.service.clone(), file);
        let real = Office { province: province.and(operator.routes()) };
        let as_person = |roles: &[&str], acr: &str| {
            let mut person = idp::person("staff-7", acr);
            person.insert("realm".to_owned(), json!({"roles": roles}));
            person.insert("login".to_owned(), "yuki".into());
            idp.is(person);
        };
        for (roles, acr, status) in
            [(&["i", "a"][..], "urn:larch:2", 303), (&["i"], "urn:larch:1", 403), (&["x"], "urn:larch:2", 403)]
        {
            as_person(roles, acr);
            let mut browser = real.browser();
            let away = browser.get("/operator/sign-in/staff?next=%2Foperator%2Fcredentials").await;
            assert_eq!(away.status, 303, "{}", away.text);
            let back = idp.visit(&away.header("location")).await;
            // Another browser cannot come back with it.
            assert_ne!(real.browser().get(&back).await.status, 303);
            let answer = browser.get(&back).await;
            assert_eq!(answer.status, status, "{roles:?} {acr}: {}", answer.text);
            if status == 303 {
                assert_eq!(answer.header("location"), "/operator/credentials");
                assert!(browser.get("/operator").await.text.contains("yuki"));
                assert_eq!(browser.get("/operator/requests").await.status, 403);
                // Once is once.
                assert_eq!(browser.get(&back).await.status, 403);
            } else {
                assert_eq!(browser.get("/operator").await.status, 303);
            }
        }
        let entry = &real.logged("operator.sign_in").await[0];
        assert_eq!(entry.actor, "operator:yuki");
        assert!(entry.detail.contains("pairwise-staff-7"), "{}", entry.detail);
    })
    .await;
}
