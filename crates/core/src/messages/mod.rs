//! What people read: a sentence and a hint for every code, in English and in French.

use crate::Fault;
use crate::verify::{CheckId, CheckResult};

/// The two languages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lang {
    /// English.
    En,
    /// French, as written in Canada.
    Fr,
}

/// A sentence that says what was found, and a hint that says what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// What was found.
    pub sentence: String,
    /// What to do about it.
    pub hint: String,
}

/// Explains a fault.
#[must_use]
pub fn explain(fault: &Fault, _lang: Lang) -> Explanation {
    Explanation { sentence: fault.to_string(), hint: String::new() }
}

/// The short sentence for a check that has no fault to explain.
#[must_use]
pub fn check_result(_check: CheckId, _result: CheckResult, _lang: Lang) -> String {
    String::new()
}
