//! Points in time: the library counts seconds, the languages have types of their own.

use std::time::{Duration, SystemTime};

use tamarack::Timestamp;

/// Seconds since 1970, fractions cut off downwards.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            let before = before.duration();
            let whole = before.as_secs().saturating_add(u64::from(before.subsec_nanos() > 0));
            i64::try_from(whole).map_or(i64::MIN, |seconds| -seconds)
        }
    };
    Timestamp::from_unix(seconds)
}

/// The given time, or that of this machine's clock.
pub(crate) fn or_now(time: Option<SystemTime>) -> Timestamp {
    timestamp(time.unwrap_or_else(SystemTime::now))
}

/// The time as the languages know it; one that no clock can show becomes the nearest it can.
pub(crate) fn system_time(time: Timestamp) -> SystemTime {
    /// The last second of the year 9999: the types of the languages end there.
    const LAST: u64 = 253_402_300_799;
    let seconds = time.unix();
    let apart = Duration::from_secs(seconds.unsigned_abs().min(LAST));
    let moved = match seconds < 0 {
        true => SystemTime::UNIX_EPOCH.checked_sub(apart),
        false => SystemTime::UNIX_EPOCH.checked_add(apart),
    };
    moved.unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for seconds in [0, 1, -1, 1_795_348_800, 253_402_300_799, -62_135_596_800] {
            assert_eq!(timestamp(system_time(Timestamp::from_unix(seconds))).unix(), seconds);
        }
        let half_before = SystemTime::UNIX_EPOCH - Duration::from_millis(500);
        assert_eq!(timestamp(half_before).unix(), -1);
        assert_eq!(timestamp(system_time(Timestamp::from_unix(i64::MAX))).unix(), 253_402_300_799);
    }
}
