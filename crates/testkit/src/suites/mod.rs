//! The suites of official vectors, one module each.

pub mod jcs;
pub mod json_ld;
pub mod rdf_canon;

use crate::Suite;

/// Every suite, in the order in which it is reported. One line per suite.
pub const ALL: &[Suite] = &[
    Suite { name: "jcs", run: jcs::run },
    Suite { name: "json-ld-1.1-to-rdf", run: json_ld::run },
    Suite { name: "rdf-canon-1.0", run: rdf_canon::run },
];
