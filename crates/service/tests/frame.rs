//! The frame around every route, over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop at the first surprise"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use tamarack_service::http::{Base, BaseUrl, Csrf, Language, Rate, Server, Settings, frame, health, metrics_routes};
use tokio::sync::oneshot;

struct Running {
    address: String,
    /// Where the metrics are.
    inside: String,
    stop: Option<oneshot::Sender<()>>,
    ended: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    fn start(rate: Option<Rate>) -> Self {
        let (ready, address) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind("127.0.0.1:0", None).await.unwrap();
                let address = server.address().unwrap().to_string();
                let mut settings = Settings::new(BaseUrl::parse(&format!("http://{address}")).unwrap());
                settings.rate = rate.unwrap_or(settings.rate);
                let base = Base::new(settings);
                let routes = Router::new()
                    .route("/lang", get(|Language(lang): Language| async move { format!("{lang:?}") }))
                    .route("/panic", get(|| async { panic!("a canary: 4111-1111") as &'static str }))
                    .route("/slow", get(|| async { tokio::time::sleep(Duration::from_millis(400)).await }))
                    .route("/echo", post(|body: String| async move { body }))
                    .route("/json", post(|axum::Json(_): axum::Json<[u8; 1]>| async { "ok" }))
                    .route(
                        "/form",
                        get(|csrf: Csrf| async move {
                            let mut response = csrf.token().to_owned().into_response();
                            if let Some(cookie) = csrf.cookie() {
                                response.headers_mut().append("set-cookie", cookie.clone());
                            }
                            response
                        }),
                    )
                    .merge(health(Arc::new(|| Box::pin(async { true }))));
                let metrics = Server::bind("127.0.0.1:0", None).await.unwrap();
                let inside = metrics.address().unwrap().to_string();
                tokio::spawn(metrics.run(metrics_routes(&base), std::future::pending()));
                ready.send((address, inside)).unwrap();
                server.run(frame(routes, &base), async { drop(stopped.await) }).await;
            });
        });
        let (address, inside) = address.recv().unwrap();
        Self { address, inside, stop: Some(stop), ended: Some(ended) }
    }

    /// The answer's text as it came over the wire.
    fn send(&self, request: &str) -> String {
        Self::ask(&self.address, request)
    }

    fn ask(address: &str, request: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str, headers: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}\r\n", self.address))
    }

    fn post(&self, path: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}", self.address);
        self.send(&format!("{head}content-length: {length}\r\n\r\n{body}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.ended.take().unwrap().join().unwrap();
    }
}

#[test]
fn every_answer_carries_the_headers() {
    let server = Running::start(None);
    for path in ["/lang", "/nothing", "/panic", "/healthz"] {
        let answer = server.get(path, "");
        for header in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
            "x-request-id: ",
        ] {
            assert!(answer.contains(header), "{header} on {path}: {answer}");
        }
        assert!(!answer.contains("canary"));
    }
    assert!(server.get("/nothing", "").starts_with("HTTP/1.1 404"));
    assert!(server.get("/nothing", "").ends_with(r#"{"error":"not_found"}"#));
    assert!(server.get("/panic", "").starts_with("HTTP/1.1 500"));
    assert!(server.post("/lang", "", "").starts_with("HTTP/1.1 405"));
}

#[test]
fn languages_come_from_the_switch_the_cookie_and_the_header() {
    let server = Running::start(None);
    assert!(server.get("/lang", "").ends_with("En"));
    assert!(server.get("/lang", "accept-language: fr-CA,en;q=0.5\r\n").ends_with("Fr"));
    let switched = server.get("/lang?lang=fr", "accept-language: en\r\n");
    assert!(switched.ends_with("Fr") && switched.contains("set-cookie: lang=fr; Path=/; HttpOnly"), "{switched}");
    assert!(server.get("/lang", "cookie: lang=fr\r\n").ends_with("Fr"));
}

#[test]
fn bodies_and_headers_have_limits() {
    let server = Running::start(None);
    let answer = server.post("/echo", "", &"x".repeat((1 << 20) + 1));
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("too_large"), "{answer}");
    assert!(server.get("/lang", &format!("x-long: {}\r\n", "x".repeat(40 << 10))).starts_with("HTTP/1.1 431"));
    let many: String = (0..100).map(|n| format!("x-{n}: 1\r\n")).collect();
    assert!(server.get("/lang", &many).starts_with("HTTP/1.1 431"));
    // What an extractor refuses says nothing of what it read.
    let answer = server.post("/json", "content-type: application/json\r\n", r#"{"secret": "canary"}"#);
    assert!(answer.starts_with("HTTP/1.1 400") && answer.ends_with(r#"{"error":"invalid_request"}"#), "{answer}");
    assert!(server.post("/json", "", "[1]").starts_with("HTTP/1.1 415"));
}

#[test]
fn too_many_requests_wait_but_the_balancer_does_not() {
    let server = Running::start(Some(Rate { per_minute: 1, burst: 3 }));
    let mut answers: Vec<String> = (0..4).map(|_| server.get("/lang", "")).collect();
    let last = answers.pop().unwrap();
    assert!(answers.iter().all(|answer| answer.starts_with("HTTP/1.1 200")));
    assert!(last.starts_with("HTTP/1.1 429") && last.contains("retry-after: "), "{last}");
    assert!(server.get("/readyz", "").starts_with("HTTP/1.1 200"));
    assert!(server.get("/metrics", "").starts_with("HTTP/1.1 4"), "metrics are nobody's business");
    let metrics = Running::ask(&server.inside, "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(
        metrics.contains(r#"tamarack_http_requests_total{method="GET",route="/lang",status="429"} 1"#),
        "{metrics}"
    );
}

#[test]
fn a_token_of_a_form_is_given_once() {
    let server = Running::start(None);
    let first = server.get("/form", "");
    let token = first.lines().last().unwrap().to_owned();
    assert!(first.contains(&format!("set-cookie: csrf={token}; Path=/; HttpOnly; SameSite=Lax")), "{first}");
    let again = server.get("/form", &format!("cookie: csrf={token}\r\n"));
    assert!(again.ends_with(&token) && !again.contains("set-cookie"), "{again}");
}

#[test]
fn what_runs_is_finished_when_the_server_ends() {
    let mut server = Running::start(None);
    let address = server.address.clone();
    let slow = std::thread::spawn(move || {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(format!("GET /slow HTTP/1.1\r\nhost: {address}\r\n\r\n").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    });
    std::thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    drop(server.stop.take());
    assert!(slow.join().unwrap().starts_with("HTTP/1.1 200"));
    assert!(begun.elapsed() < Duration::from_secs(5));
    std::thread::sleep(Duration::from_millis(50));
    assert!(TcpStream::connect(&server.address).is_err(), "it listens no more");
}
