//! The suites of official vectors, one module each.

use crate::Suite;

/// Every suite, in the order in which it is reported. One line per suite.
pub const ALL: &[Suite] = &[];
