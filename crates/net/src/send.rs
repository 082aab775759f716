//! One guarded POST to an address of the operator's own choosing: a webhook, a callback.

use crate::guard::check_url;
use crate::{FetchError, Fetcher};

/// What is sent. It does not print, since it may hold what is for its receiver alone.
#[derive(Clone)]
pub struct Message {
    /// Where to.
    pub url: String,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

impl Fetcher {
    /// Sends a message under the same guard as every request: HTTPS, no private addresses, a limit of time. Redirects are
    /// not followed, and of the answer nothing but its status is looked at.
    ///
    /// # Errors
    /// Any [`FetchError`]; [`FetchError::Status`] for an answer other than 2xx.
    pub fn send(&self, message: &Message) -> Result<(), FetchError> {
        let url = check_url(&message.url, self.options().reach)?;
        let mut request = self.agent().post(url.as_str()).config().timeout_global(Some(self.options().timeout)).build();
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        match request.send(message.body.as_slice())?.status().as_u16() {
            200..300 => Ok(()),
            300..400 => Err(FetchError::Redirect),
            status => Err(FetchError::Status(status)),
        }
    }
}
