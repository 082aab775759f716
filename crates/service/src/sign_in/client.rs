//! The HTTP client under `openidconnect`: every request goes through the guard of `tamarack_net`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use openidconnect::http::header::CONTENT_TYPE;
use openidconnect::http::{Method, Response};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use tamarack_net::{Call, FetchError, FetchOptions, Fetcher, Reach};
use tokio::sync::Semaphore;

use crate::limits;

/// A guarded client: HTTPS to where its reach allows, no redirects, small answers, in time, and not too many at once.
#[derive(Clone, Debug)]
pub(crate) struct GuardedClient {
    fetcher: Arc<Fetcher>,
    at_once: Arc<Semaphore>,
}

/// Why there was no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// The guard or the network.
    Fetch(FetchError),
    /// Neither GET nor POST, a header that is no text, or a task that was stopped.
    Request,
}

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fetch(error) => error.fmt(f),
            Self::Request => f.write_str("request"),
        }
    }
}

impl std::error::Error for NoAnswer {}

impl GuardedClient {
    /// A client for a server that the operator named: of a private network only if the settings say so, on this very
    /// machine only if it is named by plain HTTP (`is_endpoint` saw to it that such a URL is of this machine).
    /// `authorities` (DER) vouch for its certificate instead of the web's, unless there are none.
    pub(crate) fn to(url: &str, private_network: bool, authorities: Vec<Vec<u8>>) -> Self {
        let reach = match (url.starts_with("http:"), private_network) {
            (true, _) => Reach::PublicAndThisMachine,
            (false, true) => Reach::PrivateNetworks,
            (false, false) => Reach::Public,
        };
        let fetcher = Fetcher::new(FetchOptions { reach, authorities, ..FetchOptions::default() });
        Self { fetcher: Arc::new(fetcher), at_once: Arc::new(Semaphore::new(limits::PROVIDER_CALLS)) }
    }

    /// One GET with headers.
    pub(crate) async fn get(&self, url: &str, headers: &[(&'static str, String)]) -> Result<HttpResponse, NoAnswer> {
        let mut request = openidconnect::http::Request::builder().method(Method::GET).uri(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Vec::new()).map_err(|_| NoAnswer::Request)?;
        self.send(request).await
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let fetcher = Arc::clone(&self.fetcher);
        let _permit = self.at_once.acquire().await.map_err(|_| NoAnswer::Request)?;
        let task = tokio::task::spawn_blocking(move || exchange(&fetcher, &request));
        task.await.map_err(|_| NoAnswer::Request)?
    }
}

impl<'c> AsyncHttpClient<'c> for GuardedClient {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

fn exchange(fetcher: &Fetcher, request: &HttpRequest) -> Result<HttpResponse, NoAnswer> {
    let url = request.uri().to_string();
    let mut headers: Vec<(&str, &str)> = Vec::with_capacity(request.headers().len());
    for (name, value) in request.headers() {
        headers.push((name.as_str(), value.to_str().map_err(|_| NoAnswer::Request)?));
    }
    let body = match *request.method() {
        Method::GET => None,
        Method::POST => Some(request.body().as_slice()),
        _ => return Err(NoAnswer::Request),
    };
    let call = Call { url: &url, headers: &headers, body, limit: limits::PROVIDER_ANSWER_BYTES };
    let answer = fetcher.call(&call).map_err(NoAnswer::Fetch)?;
    let mut response = Response::builder().status(answer.status);
    if let Some(media_type) = answer.header(CONTENT_TYPE.as_str()) {
        response = response.header(CONTENT_TYPE, media_type);
    }
    response.body(answer.body).map_err(|_| NoAnswer::Request)
}
