//! The wallet's end of HTTP: one connection to each process of a service, each request to the next of them, as a balancer
//! without sticky sessions does it.

use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{HeaderName, HeaderValue};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::floor::Seen;
use super::{Done, Failed};

/// How long an answer may take.
const ANSWERING: Duration = Duration::from_secs(40);
/// How long a service may be down altogether.
const DOWN: Duration = Duration::from_secs(60);

/// One wallet's connections.
pub(super) struct Wire {
    ports: Vec<u16>,
    open: Vec<Option<SendRequest<Full<Bytes>>>>,
    turn: usize,
    /// Counts the people that this wallet stands for: each has an address of its own.
    person: u32,
    /// What went over the wire, if it is to be seen.
    seen: Option<Vec<Seen>>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Bytes,
}

impl Answer {
    /// The text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// This answer, if it has the status.
    pub(super) fn with(self, status: u16) -> Done<Self> {
        if self.status == status {
            return Ok(self);
        }
        let why = format!("{} instead of {status}: {}", self.status, self.text());
        Err(if self.status >= 500 { Failed::Cut(why) } else { Failed::Wrong(why) })
    }

    /// Its JSON, if it has the status.
    pub(super) fn json(self, status: u16) -> Done<Value> {
        Ok(serde_json::from_slice(&self.with(status)?.body)?)
    }
}

/// The text at a JSON pointer.
pub(super) fn text_at<'v>(value: &'v Value, pointer: &str) -> Done<&'v str> {
    value.pointer(pointer).and_then(Value::as_str).ok_or_else(|| Failed::wrong(format!("{pointer} is missing")))
}

impl Wire {
    /// To the processes at these ports of this machine. `number` sets this wallet apart from others.
    pub(super) fn new(ports: &[u16], number: usize) -> Self {
        let number = u32::try_from(number).unwrap_or(0);
        Self {
            ports: ports.to_vec(),
            open: ports.iter().map(|_| None).collect(),
            turn: 0,
            person: number << 16,
            seen: None,
        }
    }

    /// Keeps what goes over the wire from here on.
    pub(super) fn see(&mut self) {
        self.seen = Some(Vec::new());
    }

    /// What went over the wire since [`Self::see`].
    pub(super) fn seen(&mut self) -> Vec<Seen> {
        self.seen.take().unwrap_or_default()
    }

    /// From here on another person is at the wallet.
    pub(super) fn next_person(&mut self) {
        self.person = self.person.wrapping_add(1);
    }

    /// Sends a request, and waits for its answer.
    pub(super) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Done<Answer> {
        let [_, b, c, d] = self.person.to_be_bytes();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "id.example")
            .header("x-forwarded-for", format!("10.{b}.{c}.{d}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(body.as_bytes())))?;
        let mut sender = self.sender().await?;
        let at = self.turn % self.ports.len().max(1);
        let exchange = async {
            let answer = sender.send_request(request).await?;
            let (head, body) = answer.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok::<_, hyper::Error>((head.headers, Answer { status: head.status.as_u16(), body }))
        };
        match timeout(ANSWERING, exchange).await {
            Ok(Ok((answer_headers, answer))) => {
                if let Some(seen) = &mut self.seen {
                    let text = |(name, value): (&HeaderName, &HeaderValue)| {
                        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                    };
                    seen.push(Seen {
                        method: method.to_owned(),
                        path: path.to_owned(),
                        headers: headers
                            .iter()
                            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                            .collect(),
                        body: body.to_owned(),
                        status: answer.status,
                        answer_headers: answer_headers.iter().map(text).collect(),
                        answer: answer.text(),
                    });
                }
                if let Some(place) = self.open.get_mut(at) {
                    *place = Some(sender);
                }
                Ok(answer)
            }
            Ok(Err(error)) => Err(Failed::Cut(format!("{method} {path}: {error}"))),
            Err(_) => Err(Failed::Cut(format!("{method} {path}: no answer in time"))),
        }
    }

    /// The connection whose turn it is. A process that is down is passed over.
    async fn sender(&mut self) -> Done<SendRequest<Full<Bytes>>> {
        let begin = Instant::now();
        loop {
            for _ in 0..self.ports.len() {
                self.turn = (self.turn + 1) % self.ports.len();
                if let Some(mut sender) = self.open.get_mut(self.turn).and_then(Option::take)
                    && sender.ready().await.is_ok()
                {
                    return Ok(sender);
                }
                let port = self.ports.get(self.turn).copied().unwrap_or_default();
                if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await {
                    stream.set_nodelay(true)?;
                    let (mut sender, connection) = match handshake(TokioIo::new(stream)).await {
                        Ok(both) => both,
                        Err(_) => continue,
                    };
                    tokio::spawn(async move {
                        // A connection that breaks shows in its requests.
                        let _ = connection.await;
                    });
                    if sender.ready().await.is_ok() {
                        return Ok(sender);
                    }
                }
            }
            if begin.elapsed() > DOWN {
                return Err(Failed::wrong(format!("nobody listens at the ports {:?}", self.ports)));
            }
            sleep(Duration::from_millis(5)).await;
        }
    }
}
