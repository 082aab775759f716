//! HTTP to a service on this machine: one request, one answer in JSON.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a service may take to start.
const STARTING: Duration = Duration::from_secs(30);

/// Waits until a service says that it is ready.
///
/// # Errors
/// If it does not come up.
pub(super) fn wait(url: &str) -> Result<(), String> {
    let begun = Instant::now();
    while !matches!(send(&format!("{url}/readyz"), "GET", "", ""), Ok((200, _))) {
        if begun.elapsed() > STARTING {
            return Err(format!("{url} does not start"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Posts JSON with a token.
///
/// # Errors
/// Anything but an answer in JSON with a good status.
pub(super) fn post(url: &str, token: &str, body: &Value) -> Result<Value, String> {
    json(url, send(url, "POST", token, &body.to_string())?)
}

/// Asks for JSON with a token.
///
/// # Errors
/// As [`post`].
pub(super) fn get(url: &str, token: &str) -> Result<Value, String> {
    json(url, send(url, "GET", token, "")?)
}

fn json(url: &str, (status, body): (u16, String)) -> Result<Value, String> {
    if !(200..300).contains(&status) {
        return Err(format!("{url}: {status}: {body}"));
    }
    serde_json::from_str(&body).map_err(|error| format!("{url}: {error}"))
}

fn send(url: &str, method: &str, token: &str, body: &str) -> Result<(u16, String), String> {
    let failed = |error: std::io::Error| format!("{url}: {error}");
    let rest = url.strip_prefix("http://").unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let port = host.rsplit(':').next().unwrap_or_default();
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).map_err(failed)?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(failed)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| format!("{url}: no answer"))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or_else(|| format!("{url}: no status"))?, body.to_owned()))
}
