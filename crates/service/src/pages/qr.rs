//! QR codes as one path of an inline SVG.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// The dark modules of the QR code of a text as an SVG path, and how many modules wide it is, its quiet zone of four on
/// each side included. `None` if the text is too long for any code.
#[must_use]
pub fn qr_path(text: &str) -> Option<(String, usize)> {
    const QUIET: usize = 4;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::with_capacity(width * width * 4);
    for (row, line) in code.to_colors().chunks(width.max(1)).enumerate() {
        let mut column = 0;
        for run in line.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                // Writing to a string does not fail.
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", column + QUIET, row + QUIET);
            }
            column += run.len();
        }
    }
    Some((path, width + 2 * QUIET))
}

#[cfg(test)]
mod tests {
    use super::qr_path;

    #[test]
    fn the_finder_pattern_stands_in_its_corner() {
        let (path, width) = qr_path("openid4vp://?a=b").unwrap();
        assert!(path.starts_with("M4 4h7v1h-7z"), "{path}");
        assert_eq!(width, 25 + 8);
        assert!(qr_path(&"x".repeat(5_000)).is_none());
    }
}
