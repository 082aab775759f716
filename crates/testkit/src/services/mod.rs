//! The services under load and under faults: the programs run as an operator runs them, and wallets speak to them over HTTP
//! from this process.
//!
//! [`load()`] measures, [`faults()`] kills and counts. Both want the built programs in one folder.

mod bare;
mod faults;
mod floor;
mod http;
mod issuing;
mod load;
mod phone;
mod presenting;
mod processor;
mod programs;

pub use faults::{Outcome, faults};
pub use floor::serve_floor;
pub use load::{Figure, load};

/// Why something did not come about.
#[derive(Debug)]
pub enum Failed {
    /// There was no answer, or one of a server that cannot work just now: nobody knows what came of the request.
    Cut(String),
    /// An answer, or anything else, that must not be.
    Wrong(String),
}

/// What comes of a step.
pub type Done<T> = Result<T, Failed>;

impl Failed {
    fn wrong(why: impl Into<String>) -> Self {
        Self::Wrong(why.into())
    }

    /// What there is to tell.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Self::Cut(why) | Self::Wrong(why) => why,
        }
    }
}

impl<E: std::error::Error> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Wrong(error.to_string())
    }
}
