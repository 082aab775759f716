//! What a verifier says it will do with what it is shown. OpenID4VP 1.0 has no place for that; the wallet reads the members of
//! `client_metadata` that are called as ISO/IEC TS 27560 calls them (§6.3.4), and those of OpenID Connect that say the same.

use tamarack::json::Value;
use tamarack::messages::Lang;
use tamarack_openid4vc::vp::request::Request;

use super::view::{said, said_url};
use crate::{texts, words};

/// Items of a list that are read.
const ITEMS: usize = 16;
const DAY: i64 = 86_400;

/// What the verifier says: its own word, and cleaned of what could mislead the eye.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Handling {
    /// Seconds for which it keeps the information; 0 for not at all.
    pub(super) retention_seconds: Option<i64>,
    /// Where it is kept.
    pub(super) storage_locations: Vec<String>,
    /// The law that it is under, such as `CA-ON`.
    pub(super) jurisdiction: Option<String>,
    /// Whom it tells.
    pub(super) recipients: Vec<String>,
    /// Where a consent is withdrawn.
    pub(super) withdrawal: Option<String>,
    /// Whom to write to.
    pub(super) contact: Option<String>,
    /// The privacy notice.
    pub(super) notice: Option<String>,
}

impl Handling {
    pub(super) fn of(request: &Request, lang: Lang) -> Self {
        let all = &request.metadata.all;
        // In the person's language where the verifier says it in several (OpenID Connect Registration §2.1).
        let tags = match lang {
            Lang::En => ["#en-CA", "#en", ""],
            Lang::Fr => ["#fr-CA", "#fr", ""],
        };
        let list = |name: &str| -> Vec<String> {
            let items = tags.iter().find_map(|tag| all.get(&format!("{name}{tag}"))).map(Value::items);
            let items = items.unwrap_or_default();
            let texts = items.iter().take(ITEMS).filter_map(Value::as_str).map(words::clean);
            texts.filter(|text| !text.is_empty()).collect()
        };
        let retention = all.get("retention_period").and_then(|value| match value {
            Value::String(text) => seconds_of(text),
            value => value.as_i64(),
        });
        Self {
            retention_seconds: retention.filter(|seconds| *seconds >= 0),
            storage_locations: list("storage_locations"),
            jurisdiction: said(request, "jurisdiction", lang),
            recipients: list("recipient_third_parties"),
            withdrawal: said_url(request, "withdrawal_method", lang),
            contact: list("contacts").into_iter().next(),
            notice: said_url(request, "policy_uri", lang).or_else(|| said_url(request, "privacy_notice", lang)),
        }
    }

    /// All of it for the person, one sentence each.
    pub(super) fn sentences(&self, lang: Lang) -> Vec<String> {
        let mut all = Vec::new();
        all.extend(self.retention_seconds.map(|seconds| match seconds {
            0 => texts::text(lang, "handling-not-kept"),
            // Rounded up: what is kept for an hour is kept on that day.
            _ => texts::count(
                lang,
                "handling-kept",
                usize::try_from(seconds.saturating_add(DAY - 1) / DAY).unwrap_or(usize::MAX),
            ),
        }));
        let mut listed = |id: &str, items: &[String]| {
            if !items.is_empty() {
                all.push(texts::format(lang, id, &[("items", &items.join(", "))]));
            }
        };
        listed("handling-stored", &self.storage_locations);
        listed("handling-recipients", &self.recipients);
        listed("handling-jurisdiction", self.jurisdiction.as_slice());
        listed("handling-withdrawal", self.withdrawal.as_slice());
        listed("handling-notice", self.notice.as_slice());
        listed("handling-contact", self.contact.as_slice());
        all
    }
}

/// A duration of ISO 8601 (`P30D`, `P1Y`, `PT12H`) in seconds, a month as 31 days and a year as 366: never less than was said.
fn seconds_of(text: &str) -> Option<i64> {
    let (date, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        Some(_) => return None,
        None => (text.strip_prefix('P')?, ""),
    };
    let mut total: Option<i64> = None;
    for (part, units) in [
        (date, &[('Y', 366 * DAY), ('M', 31 * DAY), ('W', 7 * DAY), ('D', DAY)][..]),
        (time, &[('H', 3_600), ('M', 60), ('S', 1)][..]),
    ] {
        let (mut digits, mut units) = (String::new(), units.iter());
        for c in part.chars() {
            if c.is_ascii_digit() && digits.len() < 9 {
                digits.push(c);
                continue;
            }
            // Each unit once, in their order.
            let (_, seconds) = units.find(|(name, _)| *name == c)?;
            let count: i64 = core::mem::take(&mut digits).parse().ok()?;
            total = Some(total.unwrap_or_default().checked_add(count.checked_mul(*seconds)?)?);
        }
        if !digits.is_empty() {
            return None;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("P30D", Some(30 * DAY)),
            ("P1Y2M3W4DT5H6M7S", Some((366 + 62 + 21 + 4) * DAY + 5 * 3_600 + 6 * 60 + 7)),
            ("PT12H", Some(12 * 3_600)),
            ("P0D", Some(0)),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("30", None),
            ("P1D1D", None),
            ("P1M1Y", None),
            ("P-1D", None),
            ("P9999999999D", None),
            ("P1", None),
            ("", None),
        ] {
            assert_eq!(seconds_of(text), seconds, "{text}");
        }
    }
}
