//! What HTTP alone costs a server: the requests of one flow, sent again and again to a server that does nothing but give the
//! answers of that flow, byte for byte. Nobody who speaks HTTP with this stack on this kernel goes below it.

use std::cell::Cell;
use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::LocalSet;
use tokio::time::sleep;

use super::http::Wire;
use super::programs::{Place, Process, free_ports, text};
use super::{Done, Failed, processor};

/// One request of a flow, with its answer.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    pub(super) status: u16,
    pub(super) answer_headers: Vec<(String, String)>,
    pub(super) answer: String,
}

/// The server's processor time for one flow of such requests, sent by so many wallets at once.
pub(super) fn measure(place: &Place, flow: &[Seen], wallets: usize, time: Duration) -> Done<Duration> {
    let file = place.scratch.join("floor.json");
    fs::write(&file, serde_json::to_vec(flow)?)?;
    let port = free_ports(1)?.first().copied().unwrap_or_default();
    let words = [text(&std::env::current_exe()?), "floor".to_owned(), port.to_string(), text(&file)];
    let process = Process::start(words.to_vec(), port, &place.scratch.join("floor.log"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let (flows, stops) = (Rc::new(Cell::new(0_u32)), Rc::new(Cell::new(false)));
        let mut all = Vec::new();
        for number in 0..wallets {
            let (flow, mut wire) = (flow.to_vec(), Wire::new(&[port], number));
            let (flows, stops) = (Rc::clone(&flows), Rc::clone(&stops));
            all.push(tokio::task::spawn_local(async move {
                while !stops.get() {
                    wire.next_person();
                    for one in &flow {
                        let headers: Vec<_> =
                            one.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                        wire.send(&one.method, &one.path, &headers, &one.body).await?.with(one.status)?;
                    }
                    flows.set(flows.get() + 1);
                }
                Ok::<(), Failed>(())
            }));
        }
        sleep(time / 4).await;
        let (before, begun) = (processor::of_process(process.pid()), flows.get());
        sleep(time).await;
        let (spent, done) = (processor::of_process(process.pid()) - before, flows.get() - begun);
        stops.set(true);
        for one in all {
            one.await??;
        }
        Ok(spent / done.max(1))
    })
}

/// The server: gives to each connection the answers of a file, one after the other and over again.
///
/// # Errors
/// A file that cannot be read, an address that cannot be had.
pub fn serve_floor(port: u16, file: &Path) -> Done<()> {
    let flow: Vec<Seen> = serde_json::from_slice(&fs::read(file)?)?;
    let answers = Arc::new(flow.iter().map(answer).collect::<Done<Vec<_>>>()?);
    // As the programs have it: half of the cores.
    let workers = std::thread::available_parallelism()?.get().div_ceil(2);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            let answers = Arc::clone(&answers);
            tokio::spawn(async move {
                let turn = Arc::new(AtomicUsize::new(0));
                let service = service_fn(move |request: Request<Incoming>| {
                    let (answers, turn) = (Arc::clone(&answers), Arc::clone(&turn));
                    async move {
                        if request.uri().path() == "/readyz" {
                            return Ok::<_, Infallible>(Response::new(Full::default()));
                        }
                        let _ = request.into_body().collect().await;
                        let turn = turn.fetch_add(1, Ordering::Relaxed) % answers.len().max(1);
                        Ok(answers.get(turn).cloned().unwrap_or_default())
                    }
                });
                let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    })
}

fn answer(seen: &Seen) -> Done<Response<Full<Bytes>>> {
    let mut response = Response::builder().status(seen.status);
    for (name, value) in &seen.answer_headers {
        // The server writes these itself.
        if name != "content-length" && name != "date" {
            response = response.header(name, value);
        }
    }
    Ok(response.body(Full::new(Bytes::from(seen.answer.clone())))?)
}
