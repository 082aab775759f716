//! The way in for an applicant's files, and how they are shown.

use crate::decisions::{apply, only};
use crate::making::card;
use crate::office::Office;
use crate::on_both;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";
const PDF: &[u8] = b"%PDF-1.7 ....";
const MP4: &[u8] = b"\0\0\0\x20ftypisom....";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_is_safe_comes_in_and_nothing_runs() {
    on_both(async |office: &Office| {
        let (mut anna, mut ben) = (office.person("anna").await, office.person("ben").await);
        let waiting = apply(office, &mut anna, &card()).await;
        let mut zoe = office.browser();
        let page = &waiting.page;
        for (name, kind, body) in [
            ("photo.png", "image/png", &b"<html><script>alert(1)</script>"[..]),
            ("photo.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("virus.png", "image/png", b"MZ\x90\0"),
            ("empty.png", "image/png", b""),
        ] {
            let answer = zoe.upload(page, &[(name, kind, body)]).await;
            assert_eq!(answer.status, 422, "{name}");
            assert!(answer.text.contains("role=\"alert\""), "{name}");
        }
        // A file between two good ones spoils them all.
        let some = [("a.png", "image/png", PNG), ("b.exe", "image/png", &b"MZ"[..]), ("c.png", "image/png", PNG)];
        assert_eq!(zoe.upload(page, &some).await.status, 422);
        let path = only(&mut ben).await;
        assert!(ben.get(&path).await.text.contains("None was sent"));
        let good = [
            ("../../photo.html", "text/html", PNG),
            ("video\\..\\clip.js", "text/javascript", MP4),
            ("r\u{202e}fdp.exe", "application/octet-stream", PDF),
        ];
        let sent = zoe.upload(page, &good).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        let seen = zoe.get(&sent.header("location")).await;
        assert!(seen.text.contains("Your file has arrived") && seen.text.contains("photo.png"), "{}", seen.text);
        let shown = ben.get(&path).await;
        assert!(shown.header("content-security-policy").contains("media-src 'self'"));
        for (name, media_type, way) in [
            ("photo.png", "image/png", "inline"),
            ("clip.mp4", "video/mp4", "inline"),
            ("r-fdp.pdf", "application/pdf", "attachment"),
        ] {
            assert!(shown.text.contains(&format!("{path}/files/{name}\"")), "{name}: {}", shown.text);
            let file = ben.get(&format!("{path}/files/{name}")).await;
            assert_eq!(file.header("content-type"), media_type);
            assert_eq!(file.header("content-disposition"), format!("{way}; filename=\"{name}\""));
            assert_eq!(file.header("x-content-type-options"), "nosniff");
            let policy = file.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("; sandbox;"), "{policy}");
            assert_eq!(file.header("cache-control"), "no-store");
        }
        assert_eq!(ben.get(&format!("{path}/files/photo.png")).await.bytes, PNG);
        for other in ["nothing.png", "..%2f..%2fphoto.png", "%00"] {
            assert_eq!(ben.get(&format!("{path}/files/{other}")).await.status, 404, "{other}");
        }
        assert_eq!(anna.get(&format!("{path}/files/photo.png")).await.status, 403, "an issuer sees no photo");
        let logged = office.logged("application.file").await;
        assert_eq!(logged.len(), 3);
        assert!(logged.iter().all(|entry| entry.actor == "applicant" && entry.detail.contains("mediaType")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_bounded_in_size_and_in_number() {
    on_both(async |office: &Office| {
        let mut anna = office.person("anna").await;
        let waiting = apply(office, &mut anna, &card()).await;
        let mut zoe = office.browser();
        let page = &waiting.page;
        let sized = |bytes: usize| {
            let mut body = PNG.to_vec();
            body.resize(bytes, 0);
            body
        };
        let large = zoe.upload(page, &[("a.png", "image/png", &sized((16 << 20) + 1))]).await;
        assert_eq!(large.status, 422);
        let larger = zoe.upload(page, &[("a.png", "image/png", &sized(20 << 20))]).await;
        assert!([413, 422].contains(&larger.status), "{}", larger.status);
        // 16 MiB twice fill it up.
        for (name, status) in [("a.png", 303), ("b.png", 303), ("c.png", 422)] {
            let answer = zoe.upload(page, &[(name, "image/png", &sized(16 << 20))]).await;
            assert_eq!(answer.status, status, "{name}");
        }
        // One of the same name takes its place.
        assert_eq!(zoe.upload(page, &[("a.png", "image/png", PNG)]).await.status, 303);
        let many: Vec<String> = (0..9).map(|number| format!("n{number}.png")).collect();
        let many: Vec<(&str, &str, &[u8])> = many.iter().map(|name| (name.as_str(), "image/png", PNG)).collect();
        assert_eq!(zoe.upload(page, &many).await.status, 422);
        assert_eq!(zoe.upload(page, &many[..6]).await.status, 303);
        assert_eq!(zoe.upload(page, &many[6..7]).await.status, 422, "eight in all");
        let shown = zoe.get(page).await;
        assert_eq!(shown.text.matches("<li>").count(), 8, "{}", shown.text);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_come_from_whoever_has_the_link_and_by_its_own_form() {
    on_both(async |office: &Office| {
        let mut anna = office.person("anna").await;
        let waiting = apply(office, &mut anna, &card()).await;
        let mut zoe = office.browser();
        let file = [("a.png", "image/png", PNG)];
        zoe.get(&waiting.page).await;
        assert_eq!(zoe.upload_with(&waiting.page, "AAAAAAAAAAAAAAAAAAAAAA", &file).await.status, 403);
        let token = zoe.cookies["__Host-csrf"].clone();
        let mut stranger = office.browser();
        assert_eq!(stranger.upload_with(&waiting.page, &token, &file).await.status, 403, "no cookie");
        for other in ["/apply/AAAAAAAAAAAAAAAAAAAAAA", "/apply/x"] {
            assert_eq!(zoe.get(other).await.status, 410, "{other}");
            assert_eq!(zoe.upload_with(other, &token, &file).await.status, 410, "{other}");
        }
        // The file before its token is not read.
        let body = b"--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n\x89PNG\r\n\x1a\n\r\n\
            --limit--\r\n";
        let page = waiting.page.clone();
        assert_eq!(zoe.send("POST", &page, "multipart/form-data; boundary=limit", body).await.status, 403);
        assert_eq!(zoe.post(&page, &[("csrf", &token)]).await.status, 400);
        // A type that nobody must approve takes none.
        let how = [("language", "en"), ("time", "1h"), ("code", "none"), ("claim-birthDate", "1990-01-01")];
        let made = anna.submit("/operator/offers/ontario-age", &how).await;
        assert_eq!(made.status, 200, "{}", made.text);
        let page = made.attribute("href", "https://id.ontario.example/apply/");
        let seen = zoe.get(&page).await;
        assert!(seen.text.contains("openid-credential-offer://") && !seen.text.contains("type=\"file\""), "{}", seen.text);
        assert_eq!(zoe.upload_with(&page, &token, &file).await.status, 410);
    })
    .await;
}
