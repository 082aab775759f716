//! Numbers and times as people read them.

use tamarack::Timestamp;
use tamarack::messages::Lang;

/// A time to the minute: `2026-11-22, 11:17 UTC`, in French `2026-11-22, 11 h 17 UTC` (the order of the digits is that of
/// both languages in Canada).
pub(crate) fn moment(at: Timestamp, lang: Lang) -> String {
    let text = at.to_string();
    let Some((day, time)) = text.split_once('T') else { return text };
    let mut parts = time.split(':');
    let (hours, minutes) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match lang {
        Lang::En => format!("{day}, {hours}:{minutes} UTC"),
        Lang::Fr => format!("{day}, {hours}\u{a0}h\u{a0}{minutes} UTC"),
    }
}

/// A size: `14 KB`, in French `14 Ko`, rounded up.
pub(crate) fn size(bytes: u64, lang: Lang) -> String {
    let (kilo, mega) = match lang {
        Lang::En => ("KB", "MB"),
        Lang::Fr => ("Ko", "Mo"),
    };
    let kilobytes = bytes.div_ceil(1 << 10);
    match kilobytes {
        0..1_000 => format!("{kilobytes}\u{a0}{kilo}"),
        _ => format!("{}\u{a0}{mega}", kilobytes.div_ceil(1 << 10)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes() {
        let at = Timestamp::from_unix(1_795_346_231);
        assert_eq!(moment(at, Lang::En), "2026-11-22, 11:17 UTC");
        assert_eq!(moment(at, Lang::Fr), "2026-11-22, 11\u{a0}h\u{a0}17 UTC");
        assert_eq!(size(1, Lang::En), "1\u{a0}KB");
        assert_eq!(size(16 << 20, Lang::Fr), "16\u{a0}Mo");
    }
}
