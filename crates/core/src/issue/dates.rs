//! Calendar dates, ages and spans: what "18 years old" and "valid for five years" mean to the second.

use crate::Timestamp;

/// The Julian day of 1970-01-01.
const EPOCH_JULIAN_DAY: i64 = 2_440_588;
const DAY_SECONDS: i64 = 86_400;

/// A day of the calendar, without a time zone (`xsd:date` without an offset).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CalendarDate(time::Date);

impl CalendarDate {
    /// Reads `YYYY-MM-DD`, nothing else. `None` for any other text and for days that do not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let b = text.as_bytes();
        let shape = b.len() == 10
            && b.iter().enumerate().all(|(i, c)| if i == 4 || i == 7 { *c == b'-' } else { c.is_ascii_digit() });
        if !shape {
            return None;
        }
        let mut parts = text.split('-');
        let year = parts.next()?.parse().ok()?;
        let month = time::Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
        time::Date::from_calendar_date(year, month, parts.next()?.parse().ok()?).ok().map(Self)
    }

    /// The day that it is at a point in time, at an offset from UTC in seconds.
    #[must_use]
    pub fn at(now: Timestamp, offset_seconds: i64) -> Option<Self> {
        let day = now.unix().saturating_add(offset_seconds).div_euclid(DAY_SECONDS) + EPOCH_JULIAN_DAY;
        time::Date::from_julian_day(i32::try_from(day).ok()?).ok().map(Self)
    }

    /// The moment at which the day begins, at an offset from UTC in seconds.
    #[must_use]
    pub fn start(self, offset_seconds: i64) -> Timestamp {
        let days = i64::from(self.0.to_julian_day()) - EPOCH_JULIAN_DAY;
        Timestamp::from_unix(days * DAY_SECONDS - offset_seconds)
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.0.next_day().map(Self)
    }

    /// The Monday of its week.
    #[must_use]
    pub fn begin_of_week(self) -> Option<Self> {
        let past = i32::from(self.0.weekday().number_days_from_monday());
        time::Date::from_julian_day(self.0.to_julian_day() - past).ok().map(Self)
    }

    /// The first of its month.
    #[must_use]
    pub fn begin_of_month(self) -> Option<Self> {
        self.0.replace_day(1).ok().map(Self)
    }

    /// The same day that many years later; for 29 February in a common year, 1 March: nobody is of age a day too early.
    #[must_use]
    pub fn plus_years(self, years: u32) -> Option<Self> {
        let year = self.0.year().checked_add(i32::try_from(years).ok()?)?;
        match self.0.replace_year(year) {
            Ok(date) => Some(Self(date)),
            Err(_) => time::Date::from_calendar_date(year, time::Month::March, 1).ok().map(Self),
        }
    }

    /// The same day that many months later, or the last day of that month if it is shorter.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Option<Self> {
        let zero_based = i64::from(self.0.year()) * 12 + i64::from(u8::from(self.0.month())) - 1 + i64::from(months);
        let year = i32::try_from(zero_based.div_euclid(12)).ok()?;
        let month = time::Month::try_from(u8::try_from(zero_based.rem_euclid(12) + 1).ok()?).ok()?;
        let day = self.0.day().min(month.length(year));
        time::Date::from_calendar_date(year, month, day).ok().map(Self)
    }
}

/// How long a credential is valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// Whole years, 0 to 100.
    pub years: u32,
    /// Whole months, 0 to 1200.
    pub months: u32,
    /// Whole days, 0 to 36 525.
    pub days: u32,
}

impl Span {
    /// The moment at which the span that begins now is over: the same time of day, on the calendar of `offset_seconds`.
    #[must_use]
    pub fn after(self, now: Timestamp, offset_seconds: i64) -> Option<Timestamp> {
        let today = CalendarDate::at(now, offset_seconds)?;
        let past_midnight = now.seconds_since(today.start(offset_seconds));
        let day = today.plus_years(self.years)?.plus_months(self.months)?;
        let seconds = i64::from(self.days).checked_mul(DAY_SECONDS)?.checked_add(past_midnight)?;
        Some(day.start(offset_seconds).plus_seconds(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::{CalendarDate, Span};
    use crate::Timestamp;

    fn date(text: &str) -> CalendarDate {
        CalendarDate::parse(text).unwrap()
    }

    #[test]
    fn reads_days_that_exist() {
        for bad in
            ["", "2001-02-29", "2001-2-03", "2001-13-01", "01-02-03", "2001-02-03Z", "２００１-02-03", "2001/02/03"]
        {
            assert!(CalendarDate::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(date("2001-02-03").start(0).to_string(), "2001-02-03T00:00:00Z");
        assert_eq!(date("2001-02-03").start(-5 * 3600).to_string(), "2001-02-03T05:00:00Z");
    }

    #[test]
    fn a_leap_day_birthday_comes_a_day_later() {
        assert_eq!(date("2008-02-29").plus_years(18), Some(date("2026-03-01")));
        assert_eq!(date("2008-02-29").plus_years(20), Some(date("2028-02-29")));
    }

    #[test]
    fn the_day_depends_on_the_place() {
        let now = Timestamp::parse_stamp("2026-11-22T03:00:00Z").unwrap();
        assert_eq!(CalendarDate::at(now, 0), Some(date("2026-11-22")));
        assert_eq!(CalendarDate::at(now, -5 * 3600), Some(date("2026-11-21")));
    }

    #[test]
    fn spans_follow_the_calendar() {
        let now = Timestamp::parse_stamp("2024-01-31T10:00:00Z").unwrap();
        let after = |years, months, days| Span { years, months, days }.after(now, 0).unwrap().to_string();
        assert_eq!(after(0, 1, 0), "2024-02-29T10:00:00Z");
        assert_eq!(after(5, 0, 0), "2029-01-31T10:00:00Z");
        assert_eq!(after(0, 0, 30), "2024-03-01T10:00:00Z");
    }
}
