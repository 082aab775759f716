//! The table of cases.

use std::collections::BTreeSet;

use tamarack_openid4vc::oauth::error_response::{self, FreshNonces};
use tamarack_openid4vc::{Refusal, RefusalCode};

/// The cases of one area.
#[derive(Default)]
pub(crate) struct Table {
    names: BTreeSet<&'static str>,
    wrong: Vec<String>,
}

impl Table {
    /// What nobody broke is taken.
    pub(crate) fn taken<T>(&mut self, name: &'static str, result: Result<T, Refusal>) {
        if let Err(refusal) = result {
            self.wrong.push(format!("{name}: refused: {refusal}"));
        }
    }

    /// A broken rule: the code that must come out, and what it must be about.
    pub(crate) fn refused<T>(
        &mut self,
        name: &'static str,
        code: RefusalCode,
        about: &'static str,
        result: Result<T, Refusal>,
    ) {
        assert!(self.names.insert(name), "{name} stands twice");
        match result {
            Ok(_) => self.wrong.push(format!("{name}: taken")),
            Err(refusal) if refusal.code() != code || refusal.about() != about => {
                self.wrong.push(format!("{name}: {refusal}, not {}: {about}", code.as_str()));
            }
            Err(refusal) => on_the_wire(&refusal),
        }
    }

    /// Every case went as it must, and there are this many.
    pub(crate) fn finish(self, count: usize) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        assert_eq!(self.names.len(), count);
    }
}

/// The answer names the code, is never cached, and has an error's status. To whom shows no token at all, a protected endpoint
/// says only how tokens are shown (RFC 6750 §3.1).
fn on_the_wire(refusal: &Refusal) {
    let (plain, protected) = (
        error_response::json(refusal, FreshNonces::default()),
        error_response::protected(refusal, FreshNonces::default()),
    );
    let named = format!("\"error\":\"{}\"", refusal.code().as_str());
    assert!(plain.body.contains(&named));
    if refusal.about() == "no access token" {
        let said = |(name, value): &(&str, String)| *name == "WWW-Authenticate" && !value.contains("error");
        assert!(protected.body.is_empty() && protected.headers.iter().filter(|header| said(header)).count() == 2);
    } else {
        assert!(protected.body.contains(&named));
    }
    for answer in [plain, protected] {
        assert!(answer.headers.contains(&("Cache-Control", "no-store".to_owned())));
        assert!((400..=503).contains(&answer.status));
    }
}
