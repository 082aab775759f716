//! The fetcher against hostile servers on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tamarack::verify::MaxAge;
use tamarack::{Code, Evidence, EvidenceKind, Need, Timestamp, did, limits};
use tamarack_net::{Cache, FetchError, FetchOptions, Fetcher, Reach, need_url};

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

/// A server that gives every request to a closure, and counts them.
struct Server {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn start(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(AtomicUsize::new(0));
        let (count, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, count) = (Arc::clone(&answer), Arc::clone(&count));
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    if let Some(path) = path(&mut stream) {
                        count.fetch_add(1, Ordering::SeqCst);
                        answer(&path, &mut stream);
                    }
                });
            }
        });
        Self { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request; gives its path.
fn path(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    assert!(!head.to_ascii_lowercase().contains("cookie:") && !head.to_ascii_lowercase().contains("authorization:"));
    head.split(' ').nth(1).map(str::to_owned)
}

fn reply(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

fn fetcher() -> Fetcher {
    Fetcher::new(FetchOptions { timeout: Duration::from_secs(2), cache: Cache::none(), ..FetchOptions::default() })
}

fn fetch(fetcher: &Fetcher, url: &str) -> Result<Vec<u8>, FetchError> {
    fetcher.fetch(url, EvidenceKind::Schema, NOW).map(|fetched| fetched.bytes)
}

#[test]
fn fetches_and_follows_a_redirect() {
    let server = Server::start(|path, stream| match path {
        "/old" => reply(stream, "301 Moved", "location: /new\r\n", b"elsewhere"),
        _ => reply(stream, "200 OK", "", b"{}"),
    });
    assert_eq!(fetch(&fetcher(), &server.url("/old")).unwrap(), b"{}");
    assert_eq!(server.asked(), 2);
}

#[test]
fn a_redirect_loop_ends() {
    let server = Server::start(|_, stream| reply(stream, "302 Found", "location: /again\r\n", b""));
    assert_eq!(fetch(&fetcher(), &server.url("/")), Err(FetchError::TooManyRedirects));
    assert_eq!(server.asked(), limits::FETCH_REDIRECTS + 1);
}

#[test]
fn redirects_are_checked_like_first_requests() {
    for (location, error) in [
        ("http://example.com/", FetchError::NotHttps),
        ("https://10.0.0.1/", FetchError::Address),
        ("https://169.254.169.254/latest/meta-data", FetchError::Address),
        ("https://[::ffff:192.168.0.1]/", FetchError::Address),
        ("https://user:secret@example.com/", FetchError::Credentials),
        ("file:///etc/passwd", FetchError::Url),
        ("ftp://example.com/", FetchError::NotHttps),
    ] {
        let server = Server::start(move |_, stream| {
            reply(stream, "302 Found", &format!("location: {location}\r\n"), b"");
        });
        assert_eq!(fetch(&fetcher(), &server.url("/")), Err(error), "{location}");
    }
    let server = Server::start(|_, stream| reply(stream, "302 Found", "", b""));
    assert_eq!(fetch(&fetcher(), &server.url("/")), Err(FetchError::Redirect));
}

#[test]
fn a_body_that_is_announced_too_large_is_not_read() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n");
    });
    let begin = Instant::now();
    assert_eq!(fetch(&fetcher(), &server.url("/")), Err(FetchError::TooLarge(limits::INPUT_BYTES)));
    assert!(begin.elapsed() < Duration::from_secs(2));
}

#[test]
fn an_endless_body_is_cut() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
        while stream.write_all(&[b' '; 65_536]).is_ok() {}
    });
    assert_eq!(fetch(&fetcher(), &server.url("/")), Err(FetchError::TooLarge(limits::INPUT_BYTES)));
    // A status list may be larger than the rest.
    let large = Server::start(|_, stream| reply(stream, "200 OK", "", &vec![b' '; limits::INPUT_BYTES + 1]));
    let fetched = fetcher().fetch(&large.url("/"), EvidenceKind::StatusList, NOW).unwrap();
    assert_eq!(fetched.bytes.len(), limits::INPUT_BYTES + 1);
}

#[test]
fn a_slow_body_times_out() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
        // Each byte comes soon enough; all of them never would.
        while stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let begin = Instant::now();
    assert_eq!(fetch(&fetcher(), &server.url("/")), Err(FetchError::Timeout));
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_silent_server_times_out() {
    let server = Server::start(|_, _| std::thread::sleep(Duration::from_secs(20)));
    assert_eq!(fetch(&fetcher(), &server.url("/")), Err(FetchError::Timeout));
}

#[test]
fn refused_addresses_are_never_connected_to() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", "", b"{}"));
    let strict = Fetcher::new(FetchOptions { reach: Reach::Public, cache: Cache::none(), ..FetchOptions::default() });
    assert_eq!(fetch(&strict, &server.url("/")), Err(FetchError::Address));
    // Addresses that only look like another host.
    for url in [
        format!("https://0.0.0.0:{}/", server.port),
        format!("https://[::ffff:10.0.0.1]:{}/", server.port),
        format!("http://user@127.0.0.1:{}/", server.port),
    ] {
        assert!(fetch(&fetcher(), &url).is_err(), "{url}");
    }
    assert_eq!(server.asked(), 0);
}

#[test]
fn plain_http_is_for_this_machine_alone() {
    for reach in [Reach::Public, Reach::PublicAndThisMachine, Reach::PrivateNetworks] {
        let fetcher = Fetcher::new(FetchOptions { reach, ..FetchOptions::default() });
        assert_eq!(fetch(&fetcher, "http://example.com/"), Err(FetchError::NotHttps));
        assert_eq!(fetch(&fetcher, "http://10.0.0.1/"), Err(FetchError::NotHttps));
    }
}

#[test]
fn a_status_other_than_200_is_no_document() {
    for (status, code) in
        [("404 Not Found", 404), ("500 Oops", 500), ("204 No Content", 204), ("304 Not Modified", 304)]
    {
        let server = Server::start(move |_, stream| reply(stream, status, "", b"{}"));
        assert_eq!(fetch(&fetcher(), &server.url("/")), Err(FetchError::Status(code)));
    }
    // Nobody listens on the port of a listener that is gone.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(fetch(&fetcher(), &format!("http://127.0.0.1:{port}/")), Err(FetchError::Unreachable));
}

#[test]
fn https_needs_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            reply(&mut stream, "200 OK", "", b"{}");
        }
    });
    assert_eq!(fetch(&fetcher(), &format!("https://127.0.0.1:{port}/")), Err(FetchError::Tls));
}

#[test]
fn a_fresh_copy_is_used_and_a_stale_one_stands_in_with_its_age() {
    let up = Arc::new(AtomicUsize::new(1));
    let switch = Arc::clone(&up);
    let server = Server::start(move |_, stream| match switch.load(Ordering::SeqCst) {
        1 => reply(stream, "200 OK", "cache-control: max-age=60\r\n", b"1"),
        2 => reply(stream, "503 Down", "", b""),
        _ => reply(stream, "404 Gone", "", b""),
    });
    let fetcher = Fetcher::new(FetchOptions { cache: Cache::memory(), ..FetchOptions::default() });
    let at = |seconds| fetcher.fetch(&server.url("/"), EvidenceKind::StatusList, NOW.plus_seconds(seconds));
    assert_eq!(at(0).unwrap().fetched, NOW);
    assert_eq!(at(59).unwrap().fetched, NOW);
    assert_eq!(server.asked(), 1);
    assert_eq!(at(60).unwrap().fetched, NOW.plus_seconds(60));
    assert_eq!(server.asked(), 2);
    up.store(2, Ordering::SeqCst);
    let stale = at(10_000).unwrap();
    assert_eq!((stale.fetched, stale.stale), (NOW.plus_seconds(60), Some(FetchError::Status(503))));
    up.store(3, Ordering::SeqCst);
    assert_eq!(at(10_000), Err(FetchError::Status(404)), "a document that was withdrawn is withdrawn");
    assert!(at(-1).is_err(), "a copy from the future is not fresh");
}

#[test]
fn a_copy_older_than_the_policy_allows_is_asked_for_again() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", "cache-control: max-age=3600\r\n", b"1"));
    let max_age = MaxAge { status_list: 30, ..MaxAge::default() };
    let fetcher = Fetcher::new(FetchOptions { max_age, cache: Cache::memory(), ..FetchOptions::default() });
    for seconds in [0, 30, 31] {
        fetcher.fetch(&server.url("/"), EvidenceKind::StatusList, NOW.plus_seconds(seconds)).unwrap();
    }
    assert_eq!(server.asked(), 2);
}

#[test]
fn a_copy_of_one_kind_is_none_of_another() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", "cache-control: max-age=3600\r\n", b"1"));
    let fetcher = Fetcher::new(FetchOptions { cache: Cache::memory(), ..FetchOptions::default() });
    for kind in [EvidenceKind::Resource, EvidenceKind::StatusList, EvidenceKind::Resource, EvidenceKind::StatusList] {
        fetcher.fetch(&server.url("/"), kind, NOW).unwrap();
    }
    assert_eq!(server.asked(), 2);
}

#[test]
fn a_did_document_is_not_taken_from_another_host() {
    let elsewhere = Server::start(|_, stream| reply(stream, "200 OK", "", b"{}"));
    let there = elsewhere.url("/did.json");
    let server = Server::start(move |path, stream| match path {
        "/here" => reply(stream, "302 Found", "location: /did.json\r\n", b""),
        "/there" => reply(stream, "302 Found", &format!("location: {there}\r\n"), b""),
        _ => reply(stream, "200 OK", "", b"{}"),
    });
    let document = |path| fetcher().fetch(&server.url(path), EvidenceKind::DidDocument, NOW).map(|_| ());
    assert_eq!(document("/here"), Ok(()));
    assert_eq!(document("/there"), Err(FetchError::Redirect));
    assert_eq!(elsewhere.asked(), 0);
    assert_eq!(fetch(&fetcher(), &server.url("/there")).unwrap(), b"{}", "a schema may lie anywhere");
}

#[test]
fn a_piece_that_is_needed_although_it_is_there_is_fetched_anew() {
    let up = Arc::new(AtomicUsize::new(1));
    let switch = Arc::clone(&up);
    let server = Server::start(move |_, stream| match switch.load(Ordering::SeqCst) {
        1 => reply(stream, "200 OK", "cache-control: max-age=3600\r\n", b"one"),
        2 => reply(stream, "200 OK", "cache-control: max-age=3600\r\n", b"two"),
        _ => reply(stream, "503 Down", "", b""),
    });
    let fetcher = Fetcher::new(FetchOptions { cache: Cache::memory(), ..FetchOptions::default() });
    let need = [Need { kind: EvidenceKind::StatusList, id: server.url("/") }];
    let mut evidence = Evidence::none();
    let gather = |seconds, evidence: &mut Evidence| {
        let missed = fetcher.gather(&need, evidence, NOW.plus_seconds(seconds));
        let piece = evidence.get(EvidenceKind::StatusList, &need[0].id).unwrap();
        (String::from_utf8(piece.bytes.clone()).unwrap(), piece.fetched.seconds_since(NOW), missed.len())
    };
    evidence.insert(EvidenceKind::StatusList, need[0].id.clone(), b"bundled".to_vec(), NOW.plus_seconds(-9_000));
    assert_eq!(gather(0, &mut evidence), ("one".to_owned(), 0, 0));
    // The fresh copy is what was not good enough: the service is asked.
    up.store(2, Ordering::SeqCst);
    assert_eq!(gather(5, &mut evidence), ("two".to_owned(), 5, 0));
    assert_eq!(server.asked(), 2);
    // A copy that is newer than what the bundle has is good enough.
    let mut bundled = Evidence::none();
    bundled.insert(EvidenceKind::StatusList, need[0].id.clone(), b"bundled".to_vec(), NOW);
    assert_eq!(gather(6, &mut bundled), ("two".to_owned(), 5, 0));
    assert_eq!(server.asked(), 2);
    // A stale copy does not take the place of a younger piece.
    up.store(3, Ordering::SeqCst);
    bundled.insert(EvidenceKind::StatusList, need[0].id.clone(), b"bundled".to_vec(), NOW.plus_seconds(7));
    assert_eq!(gather(8_000, &mut bundled), ("bundled".to_owned(), 7, 1));
}

#[test]
fn gathers_several_needs_and_reports_what_failed() {
    let server = Server::start(|path, stream| match path {
        "/.well-known/did.json" => reply(stream, "200 OK", "", br#"{"id":"did:web:somebody.else.example"}"#),
        "/list" => reply(stream, "200 OK", "", b"list"),
        _ => reply(stream, "404 Not Found", "", b""),
    });
    let did = format!("did:web:localhost%3A{}", server.port);
    let need = |kind, id: &str| Need { kind, id: id.to_owned() };
    let needs = [
        need(EvidenceKind::DidDocument, &did),
        need(EvidenceKind::StatusList, &server.url("/list")),
        need(EvidenceKind::Schema, &server.url("/schema")),
        need(EvidenceKind::DidDocument, "did:example:1"),
    ];
    let mut evidence = Evidence::none();
    let missed = fetcher().gather(&needs, &mut evidence, NOW);
    let missed: Vec<_> = missed.into_iter().map(|missed| (missed.need, missed.error)).collect();
    assert_eq!(missed, [(needs[2].clone(), FetchError::Status(404)), (needs[3].clone(), FetchError::Url)]);
    assert_eq!(evidence.get(EvidenceKind::StatusList, &needs[1].id).unwrap().bytes, b"list");
    assert_eq!(evidence.get(EvidenceKind::StatusList, &needs[1].id).unwrap().fetched, NOW);
    // What came is evidence; that it is for another DID is the core's finding.
    assert_eq!(did::resolve(&did, &evidence).unwrap_err().code(), Code::DidDocumentWrongId);
}

#[test]
fn did_web_is_https_but_on_this_machine() {
    let url = |id: &str| need_url(&Need { kind: EvidenceKind::DidDocument, id: id.to_owned() });
    assert_eq!(url("did:web:id.example").unwrap(), "https://id.example/.well-known/did.json");
    assert_eq!(url("did:web:localhost%3A8080:a").unwrap(), "http://localhost:8080/a/did.json");
    assert_eq!(url("did:web:localhost.example").unwrap(), "https://localhost.example/.well-known/did.json");
    assert_eq!(url("did:key:z6Mk"), Err(FetchError::Url));
    assert_eq!(url("did:web:10.0.0.1"), Err(FetchError::Url));
}
