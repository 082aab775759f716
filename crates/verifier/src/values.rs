//! Times and durations as people write and read them.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::ArgMatches;
use tamarack::Timestamp;
use tamarack_cli::{Exit, Failure, Terminal};

/// The system's clock.
pub(crate) fn now() -> Timestamp {
    time_of(SystemTime::now())
}

/// A time of the system as a point in time, whole seconds.
pub(crate) fn time_of(time: SystemTime) -> Timestamp {
    let seconds = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX).saturating_neg(),
    };
    Timestamp::from_unix(seconds)
}

/// The text of an argument.
pub(crate) fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}

/// A date and time with an offset, such as `2026-11-22T09:30:00-05:00`.
pub(crate) fn time(matches: &ArgMatches, name: &'static str) -> Result<Option<Timestamp>, Failure> {
    text(matches, name)
        .map(|text| {
            Timestamp::parse_stamp(text)
                .map_err(|_| Failure::new(Exit::Usage, "usage.time").with("arg", name).with("value", text))
        })
        .transpose()
}

/// Seconds, from `90`, `90s`, `15m`, `12h` or `7d`.
pub(crate) fn duration(matches: &ArgMatches, name: &'static str) -> Result<Option<i64>, Failure> {
    text(matches, name)
        .map(|text| {
            seconds(text)
                .ok_or_else(|| Failure::new(Exit::Usage, "usage.duration").with("arg", name).with("value", text))
        })
        .transpose()
}

fn seconds(text: &str) -> Option<i64> {
    let (digits, unit) = match text.char_indices().last()? {
        (_, c) if c.is_ascii_digit() => (text, 1),
        (at, 's') => (text.get(..at)?, 1),
        (at, 'm') => (text.get(..at)?, 60),
        (at, 'h') => (text.get(..at)?, 3_600),
        (at, 'd') => (text.get(..at)?, 86_400),
        _ => return None,
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse::<i64>().ok()?.checked_mul(unit)
}

/// An age in words: “3 minutes”.
pub(crate) fn age(seconds: i64, terminal: &Terminal) -> String {
    let (id, n) = match seconds {
        ..0 => ("age-future", 0),
        0..120 => ("age-seconds", seconds),
        120..7_200 => ("age-minutes", seconds / 60),
        7_200..172_800 => ("age-hours", seconds / 3_600),
        _ => ("age-days", seconds / 86_400),
    };
    terminal.format(id, &[("n", n.into())])
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn reads_durations() {
        for (text, value) in [("90", 90), ("90s", 90), ("15m", 900), ("12h", 43_200), ("7d", 604_800), ("0", 0)] {
            assert_eq!(seconds(text), Some(value), "{text}");
        }
        for bad in ["", "d", "-1", "+1", "1w", "1.5h", "1 d", "99999999999999999999", "9223372036854775807d", "é"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
