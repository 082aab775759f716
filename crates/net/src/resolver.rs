//! Name resolution that hands out no address the guard refuses.
//!
//! The addresses that are checked here are the very ones that the connection is made to, so a name that answers
//! differently the second time (DNS rebinding) gains nothing.

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::Url;

use crate::Reach;
use crate::error::AddressRefused;
use crate::guard::{check_address, names_this_machine};

/// The system's resolver behind the guard.
#[derive(Debug, Default)]
pub(crate) struct GuardedResolver {
    reach: Reach,
    system: DefaultResolver,
}

impl GuardedResolver {
    pub(crate) fn new(reach: Reach) -> Self {
        Self { reach, system: DefaultResolver::default() }
    }
}

impl Resolver for GuardedResolver {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let url = Url::parse(&uri.to_string()).map_err(|_| Error::Other(Box::new(AddressRefused)))?;
        let this_machine = names_this_machine(&url);
        let addresses = self.system.resolve(uri, config, timeout)?;
        // One bad address condemns the host: a mixed answer is an attempt, not an accident.
        for address in &addresses {
            if check_address(address.ip(), this_machine, self.reach).is_err() {
                return Err(Error::Other(Box::new(AddressRefused)));
            }
        }
        Ok(addresses)
    }
}
