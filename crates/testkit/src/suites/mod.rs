//! The suites of official vectors, one module each.

pub mod jcs;
pub mod rdf_canon;

use crate::Suite;

/// Every suite, in the order in which it is reported. One line per suite.
pub const ALL: &[Suite] = &[Suite { name: "jcs", run: jcs::run }, Suite { name: "rdf-canon-1.0", run: rdf_canon::run }];
