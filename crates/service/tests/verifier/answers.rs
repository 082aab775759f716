//! Answers and what comes of them.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tamarack_openid4vc::vp::response::Delivery;

use crate::phone::{CANARY, Card, GOOD, Phone, issuer};
use crate::shop::{Shop, WEBHOOK_SECRET};

fn text<'v>(value: &'v serde_json::Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}"))
}

#[test]
fn a_program_asks_and_gets_what_was_proved_once() {
    let shop = Shop::open();
    for (ask, path, value) in [("age", "ageOver19", serde_json::json!(true)), ("name", "givenName", CANARY.into())] {
        let begun = shop.begin(ask);
        let id = text(&begun, "/id").to_owned();
        assert_eq!(shop.read(&id).json()["state"], "open");
        let phone = Phone::with(&GOOD);
        let request = phone.open(text(&begun, "/wallet")).unwrap();
        assert_eq!(shop.read(&id).json()["state"], "opened");
        assert_eq!(Phone::send(&phone.answer(&request)).status, 200);

        let first = shop.read(&id).json();
        assert_eq!((text(&first, "/state"), text(&first, "/result/outcome")), ("done", "accept"), "{first}");
        let proved = &first["result"]["presentations"][0]["proved"];
        assert_eq!(proved["claims"][0]["path"], serde_json::json!(["credentialSubject", path]));
        assert_eq!(proved["claims"][0]["values"], serde_json::json!([value]));
        assert_eq!(proved["issuer"], serde_json::json!(issuer()));
        // It was handed over: from now on there is none of it.
        let second = shop.read(&id).json();
        assert_eq!(second["handedOverBefore"], true);
        assert!(second["result"]["presentations"][0].get("proved").is_none(), "{second}");
        assert!(!second.to_string().contains(CANARY));
    }
}

#[test]
fn a_program_that_must_not_lose_an_answer_says_when_it_has_it() {
    let shop = Shop::open();
    let begun = shop.begin("name");
    let id = text(&begun, "/id").to_owned();
    let kept = format!("{id}?keep=true");
    assert_eq!(shop.confirm(&id).status, 409, "there is nothing to have yet");
    Phone::with(&GOOD).show(text(&begun, "/wallet"));
    for _ in 0..2 {
        let read = shop.read(&kept).json();
        assert!(read.to_string().contains(CANARY) && read["handedOverBefore"] == false, "{read}");
    }
    // More than once, for an answer to this may be lost as well.
    for _ in 0..2 {
        assert_eq!(shop.confirm(&id).status, 204);
    }
    let after = shop.read(&kept).json();
    assert_eq!((text(&after, "/result/outcome"), &after["handedOverBefore"]), ("accept", &true.into()));
    assert!(!after.to_string().contains(CANARY), "{after}");
}

#[test]
fn what_a_person_shows_is_never_readable_in_the_database() {
    let shop = Shop::open();
    let begun = shop.begin("name");
    Phone::with(&GOOD).show(text(&begun, "/wallet"));
    let stored = shop.stored();
    let has = |part: &str| stored.windows(part.len()).any(|window| window == part.as_bytes());
    assert!(has(text(&begun, "/handle")), "the request is there");
    for canary in [CANARY, text(&begun, "/id"), &issuer(), "Tremblay", "1987-06-05"] {
        assert!(!has(canary), "{canary}");
    }
    assert!(shop.read(text(&begun, "/id")).text.contains(CANARY), "whoever knows the id reads it");
}

#[test]
fn each_verdict_has_its_outcome() {
    let shop = Shop::open();
    for (name, card, outcome, check) in [
        ("good", GOOD, "accept", ""),
        ("another issuer", Card { issuer: 2, ..GOOD }, "reject", "issuer-trusted"),
        ("expired", Card { days: -1, ..GOOD }, "reject", "validity"),
        ("a status list that nobody can fetch", Card { status: true, ..GOOD }, "undetermined", "status"),
    ] {
        let begun = shop.begin("name");
        Phone::with(&card).show(text(&begun, "/wallet"));
        let read = shop.read(text(&begun, "/id")).json();
        assert_eq!(text(&read, "/result/outcome"), outcome, "{name}: {read}");
        let checks = read["result"]["presentations"][0]["checks"].as_array().unwrap();
        let mut telling = checks.iter().filter(|one| matches!(one["result"].as_str(), Some("fail" | "undetermined")));
        assert_eq!(telling.next().map_or("", |one| one["id"].as_str().unwrap()), check, "{name}: {read}");
        assert_eq!(read["result"]["presentations"][0].get("proved").is_some(), outcome == "accept", "{name}");
    }
}

#[test]
fn a_wallet_may_refuse() {
    let shop = Shop::open();
    let begun = shop.begin("age");
    let phone = Phone::with(&GOOD);
    let request = phone.open(text(&begun, "/wallet")).unwrap();
    assert_eq!(Phone::send(&Phone::refusal(&request)).status, 200);
    let read = shop.read(text(&begun, "/id")).json();
    assert_eq!((text(&read, "/result/outcome"), text(&read, "/result/error")), ("refused", "access_denied"));
}

#[test]
fn of_many_answers_one_counts() {
    let shop = Shop::open();
    let replica = shop.replica();
    let begun = shop.begin("name");
    let phone = Phone::with(&GOOD);
    let request = phone.open(text(&begun, "/wallet")).unwrap();
    let answer = phone.answer(&request);
    let Delivery::Post { uri, body } = &answer else { panic!() };
    // Half of them to another server on the same database.
    let elsewhere = uri.replace(&shop.url, &replica.url);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let send = |to: String| {
            let body = body.clone();
            scope.spawn(move || Phone::send(&Delivery::Post { uri: to, body }).status)
        };
        let all: Vec<_> = (0..32).map(|n| send(if n % 2 == 0 { uri.clone() } else { elsewhere.clone() })).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 410)), "{statuses:?}");
    // The result is there for both.
    assert_eq!(text(&replica.read(text(&begun, "/id")).json(), "/result/outcome"), "accept");
    // And the request is not handed out any more.
    assert_eq!(phone.open(text(&begun, "/wallet")).unwrap_err().status, 410);
}

#[test]
fn a_webhook_is_told_and_can_tell_who_spoke() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let shop = Shop::telling(&format!("http://{}/hook", listener.local_addr().unwrap()));
    let begun = shop.begin("age");
    let told = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut text = String::new();
        let mut chunk = [0; 4_096];
        while !text.contains("\r\n\r\n") || !text.ends_with('}') {
            let read = stream.read(&mut chunk).unwrap();
            text.push_str(std::str::from_utf8(&chunk[..read]).unwrap());
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").unwrap();
        text
    });
    Phone::with(&GOOD).show(text(&begun, "/wallet"));
    let told = told.join().unwrap();
    let (head, body) = told.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next().unwrap()
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET).unwrap();
    mac.update(format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp")).as_bytes());
    assert_eq!(header("webhook-signature"), format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((text(&body, "/handle"), text(&body, "/outcome")), (text(&begun, "/handle"), "accept"));
    assert!(!body.to_string().contains(text(&begun, "/id")));
}

/// A relying party's program that refuses the first `refused` webhooks. It sends the bodies of all.
fn program(refused: usize) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, bodies) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for number in 0.. {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut text, mut chunk) = (String::new(), [0; 4_096]);
            while !text.contains("\r\n\r\n") || !text.ends_with('}') {
                let read = stream.read(&mut chunk).unwrap();
                text.push_str(std::str::from_utf8(&chunk[..read]).unwrap());
            }
            let status = if number < refused { "503 Service Unavailable" } else { "200 OK" };
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            let _ = sender.send(text.split_once("\r\n\r\n").unwrap().1.to_owned());
        }
    });
    (url, bodies)
}

#[test]
fn a_webhook_outlives_the_server_and_is_forgotten_when_it_was_taken() {
    let wait = std::time::Duration::from_secs(60);
    // Nobody listens at first: the port was another's.
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let shop = Shop::telling(&format!("http://{gone}/hook"));
    let begun = shop.begin("age");
    Phone::with(&GOOD).show(text(&begun, "/wallet"));
    let waiting = |shop: &Shop| {
        let stored = shop.stored();
        stored.windows(5).any(|part| part == b"due 0")
    };
    assert!(waiting(&shop), "the webhook waits in the store");
    for canary in ["Tremblay", "1990", text(&begun, "/id")] {
        let stored = shop.stored();
        assert!(!stored.windows(canary.len()).any(|part| part == canary.as_bytes()), "{canary} is in the store");
    }
    // The server is gone; another one, started later, tells what this one could not. It is refused once, and tries again.
    let (url, bodies) = program(1);
    let later = shop.replica_telling(&url);
    let folder = shop.detach().folder.clone();
    for _ in 0..2 {
        let body: serde_json::Value = serde_json::from_str(&bodies.recv_timeout(wait).unwrap()).unwrap();
        assert_eq!((text(&body, "/handle"), text(&body, "/outcome")), (text(&begun, "/handle"), "accept"));
    }
    // Taken: it is not sent again.
    assert!(bodies.recv_timeout(std::time::Duration::from_secs(4)).is_err());
    drop(later);
    let _ = std::fs::remove_dir_all(folder);
}
