//! Points in time, read from the two lexical forms that the data models use.

use crate::{Code, Fault};

/// A point in time: seconds since 1970-01-01T00:00:00Z and the nanoseconds past that second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

impl Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }

    /// Seconds since 1970-01-01T00:00:00Z, fractions cut off.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.seconds
    }

    /// The time that many seconds later (or earlier), kept within range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self { seconds: self.seconds.saturating_add(seconds), nanos: self.nanos }
    }

    /// The whole seconds from `earlier` to `self`; negative if `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.seconds.saturating_sub(earlier.seconds)
    }

    /// Reads an `xsd:dateTimeStamp`: a date and time **with** an offset (VCDM 2.0, Data Integrity).
    ///
    /// # Errors
    /// [`Code::VcDate`] for any other text.
    pub fn parse_stamp(text: &str) -> Result<Self, Fault> {
        let (time, offset) = parse_date_time(text).ok_or_else(|| Fault::new(Code::VcDate))?;
        if offset { Ok(time) } else { Err(Fault::new(Code::VcDate).about("no time zone offset")) }
    }

    /// Reads an `xsd:dateTime`, whose offset may be missing and is then taken as UTC (VCDM 1.1).
    ///
    /// # Errors
    /// [`Code::VcDate`] for any other text.
    pub fn parse_date_time(text: &str) -> Result<Self, Fault> {
        parse_date_time(text).map(|(time, _)| time).ok_or_else(|| Fault::new(Code::VcDate))
    }
}

/// The Julian day of 1970-01-01.
const EPOCH_JULIAN_DAY: i64 = 2_440_588;

/// XML Schema 1.1 part 2 §3.3.7: `-?([1-9]\d{3,}|0\d{3})-MM-DDThh:mm:ss(\.\d+)?(Z|(+|-)hh:mm)?`, with 24:00:00 allowed.
fn parse_date_time(text: &str) -> Option<(Timestamp, bool)> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (year_text, rest) = rest.split_once('-')?;
    if year_text.len() < 4 || year_text.len() > 6 || (year_text.len() > 4 && year_text.starts_with('0')) {
        return None;
    }
    let year = digits(year_text)? * if negative { -1 } else { 1 };
    let (month, rest) = two(rest, '-')?;
    let (day, rest) = two(rest, 'T')?;
    let (hour, rest) = two(rest, ':')?;
    let (minute, rest) = two(rest, ':')?;
    let second = digits(rest.get(..2)?)?;
    let mut rest = rest.get(2..)?;

    let mut nanos = 0_u32;
    if let Some(tail) = rest.strip_prefix('.') {
        let end = tail.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(tail.len());
        let fraction = tail.get(..end)?;
        if fraction.is_empty() {
            return None;
        }
        let mut scale = 100_000_000;
        for digit in fraction.bytes() {
            nanos += u32::from(digit - b'0') * scale;
            scale /= 10;
        }
        rest = tail.get(end..)?;
    }
    let offset_minutes = match rest {
        "" => None,
        "Z" => Some(0),
        _ => {
            let (sign, tail) = match rest.split_at_checked(1)? {
                ("+", tail) => (1, tail),
                ("-", tail) => (-1, tail),
                _ => return None,
            };
            let (h, m) = tail.split_once(':')?;
            if h.len() != 2 || m.len() != 2 {
                return None;
            }
            let (h, m) = (digits(h)?, digits(m)?);
            if m > 59 || h * 60 + m > 14 * 60 {
                return None;
            }
            Some(sign * (h * 60 + m))
        }
    };

    let midnight = hour == 24 && minute == 0 && second == 0 && nanos == 0;
    if (hour > 23 && !midnight) || minute > 59 || second > 59 {
        return None;
    }
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = time::Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    let days = i64::from(date.to_julian_day()) - EPOCH_JULIAN_DAY;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset_minutes.unwrap_or(0) * 60;
    Some((Timestamp { seconds, nanos }, offset_minutes.is_some()))
}

impl core::fmt::Display for Timestamp {
    /// `YYYY-MM-DDThh:mm:ssZ`, fractions cut off; a year outside 0000 to 9999 is shown with more digits or a sign.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (days, seconds) = (self.seconds.div_euclid(86_400), self.seconds.rem_euclid(86_400));
        let date = i32::try_from(days + EPOCH_JULIAN_DAY).ok().and_then(|d| time::Date::from_julian_day(d).ok());
        let Some(date) = date else { return write!(f, "@{}", self.seconds) };
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}Z")
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse_stamp(&text).map_err(|_| serde::de::Error::custom("not a date and time with an offset"))
    }
}

/// Two digits and the separator behind them.
fn two(text: &str, separator: char) -> Option<(i64, &str)> {
    let number = digits(text.get(..2)?)?;
    Some((number, text.get(2..)?.strip_prefix(separator)?))
}

fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn reads_the_forms_of_xml_schema() {
        let unix = |text| Timestamp::parse_date_time(text).map(Timestamp::unix).ok();
        assert_eq!(unix("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(unix("2023-02-24T23:36:38Z"), Some(1_677_281_798));
        assert_eq!(unix("2023-02-24T23:36:38-05:00"), Some(1_677_281_798 + 5 * 3600));
        assert_eq!(unix("2023-02-24T23:36:38.5"), Some(1_677_281_798));
        assert_eq!(unix("2020-12-31T24:00:00Z"), unix("2021-01-01T00:00:00Z"));
        for bad in [
            "",
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-01-01",
            "2023-01-01T00:00Z",
            "2023-01-01t00:00:00z",
            "2023-01-01T25:00:00Z",
            "2023-01-01T24:00:01Z",
            "2023-01-01T00:60:00Z",
            "2023-01-01T00:00:60Z",
            "23-01-01T00:00:00Z",
            "2023-01-01T00:00:00+15:00",
            "2023-01-01T00:00:00.Z",
            "2023-01-01T00:00:00 Z",
            "02023-01-01T00:00:00Z",
            "2023-1-1T00:00:00Z",
        ] {
            assert_eq!(unix(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_stamp_needs_its_offset() {
        assert!(Timestamp::parse_stamp("2023-01-01T00:00:00").is_err());
        assert!(Timestamp::parse_stamp("2023-01-01T00:00:00Z").is_ok());
    }

    #[test]
    fn compares_fractions_and_prints() {
        let a = Timestamp::parse_stamp("2023-01-01T00:00:00.1Z").unwrap();
        let b = Timestamp::parse_stamp("2023-01-01T00:00:00.09Z").unwrap();
        assert!(b < a);
        assert_eq!(a.to_string(), "2023-01-01T00:00:00Z");
        assert_eq!(Timestamp::from_unix(-1).to_string(), "1969-12-31T23:59:59Z");
    }
}
