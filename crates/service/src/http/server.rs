//! The listener: connections with limits, TLS, an end that waits for what runs.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::TlsFiles;
use super::client::Peer;
use crate::limits;

/// Why a server cannot start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The base URL is not one.
    BaseUrl,
    /// Nobody can listen at the address: taken, forbidden, or not an address.
    Listen,
    /// The file of the certificates cannot be read, or there is none in it.
    Certificate,
    /// The file of the key cannot be read, or the key is not the certificate's.
    CertificateKey,
    /// The key that requests are signed with cannot do that.
    Key,
    /// The settings of OpenTelemetry are none.
    Telemetry,
}

impl StartError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BaseUrl => "serve.base_url",
            Self::Listen => "serve.listen",
            Self::Certificate => "serve.certificate",
            Self::CertificateKey => "serve.certificate_key",
            Self::Key => "serve.key",
            Self::Telemetry => "serve.telemetry",
        }
    }

    /// Every code, for tests of the texts that explain them.
    pub const CODES: &'static [&'static str] = &[
        "serve.base_url",
        "serve.listen",
        "serve.certificate",
        "serve.certificate_key",
        "serve.key",
        "serve.telemetry",
    ];
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for StartError {}

/// A listening server.
pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Server {
    /// Listens at `address` (`0.0.0.0:8080`, `[::]:8443`, `localhost:0`), in plain HTTP behind a proxy or with TLS.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn bind(address: &str, tls: Option<&TlsFiles>) -> Result<Self, StartError> {
        let tls = tls.map(TlsFiles::acceptor).transpose()?;
        let listener = TcpListener::bind(address).await.map_err(|_| StartError::Listen)?;
        Ok(Self { listener, tls })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// [`StartError::Listen`].
    pub fn address(&self) -> Result<SocketAddr, StartError> {
        self.listener.local_addr().map_err(|_| StartError::Listen)
    }

    /// Serves until `end`, then takes no more and lets what runs come to its end, for [`limits::GRACE_TIME`] at most.
    pub async fn run(self, routes: Router, end: impl Future<Output = ()> + Send) {
        let graceful = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(limits::CONNECTIONS));
        tokio::pin!(end);
        loop {
            // Without a free place the kernel's queue waits.
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place,
                () = &mut end => break,
            };
            let (stream, peer) = tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(_) => {
                        // Out of file descriptors, or a connection that was gone at once.
                        sleep(Duration::from_millis(20)).await;
                        continue;
                    }
                },
                () = &mut end => break,
            };
            let (tls, routes, watcher) = (self.tls.clone(), routes.clone(), graceful.watcher());
            tokio::spawn(async move {
                let _place = place;
                match tls {
                    None => connection(stream, peer, routes, watcher).await,
                    Some(tls) => {
                        if let Some(stream) = handshake(&tls, stream).await {
                            connection(stream, peer, routes, watcher).await;
                        }
                    }
                }
            });
        }
        drop(self.listener);
        let _ = timeout(limits::GRACE_TIME, graceful.shutdown()).await;
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("listener", &self.listener).field("tls", &self.tls.is_some()).finish()
    }
}

async fn handshake(
    tls: &TlsAcceptor,
    stream: TcpStream,
) -> Option<impl AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    timeout(limits::HANDSHAKE_TIME, tls.accept(stream)).await.ok()?.ok()
}

async fn connection<S>(stream: S, peer: SocketAddr, routes: Router, watcher: hyper_util::server::graceful::Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEADER_TIME)
        .max_buf_size(limits::HEADER_BYTES)
        .max_headers(limits::HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits::STREAMS)
        .max_header_list_size(u32::try_from(limits::HEADER_BYTES).unwrap_or(u32::MAX))
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10));
    let service = routes.map_request(move |mut request: Request<_>| {
        request.extensions_mut().insert(Peer(peer));
        request
    });
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).into_owned();
    // A client that hangs up or breaks HTTP is not our failure.
    let _ = watcher.watch(connection).await;
}

/// Ends when the process is told to: Ctrl-C, or SIGTERM.
pub async fn shutdown_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
