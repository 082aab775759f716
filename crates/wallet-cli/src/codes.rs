//! A page with the QR codes of a showing, for the screen of a phone or for paper: no script, nothing from elsewhere.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};
use tamarack_cli::{Exit, Failure, Lang, Terminal};

/// Modules of light around a code (ISO/IEC 18004 §9.1).
const QUIET: usize = 4;

/// The page, in the person's language: one code under the other, each with its number.
pub(crate) fn page(codes: &[String], terminal: &Terminal) -> Result<String, Failure> {
    let lang = if terminal.lang() == Lang::Fr { "fr-CA" } else { "en-CA" };
    let title = terminal.text("codes-title");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>body{{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:1rem auto;max-width:36rem;padding:0 1rem}}\
         figure{{margin:0 0 2rem;break-inside:avoid}}svg{{display:block;width:100%;height:auto}}</style>\n\
         </head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    for (at, code) in codes.iter().enumerate() {
        let said = [("number", (at + 1).to_string().into()), ("count", codes.len().to_string().into())];
        let name = terminal.format("codes-one", &said);
        let (path, width) = drawn(code).ok_or_else(|| Failure::new(Exit::Internal, "wallet.internal"))?;
        // Writing to a string does not fail.
        let _ = writeln!(
            page,
            "<figure><svg role=\"img\" aria-label=\"{name}\" viewBox=\"0 0 {width} {width}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{width}v{width}H0z\"/><path d=\"{path}\"/></svg><figcaption>{name}</figcaption></figure>"
        );
    }
    page.push_str("</main>\n</body>\n</html>\n");
    Ok(page)
}

/// The dark modules as a path, and how many modules wide it is with what is light around it.
fn drawn(text: &str) -> Option<(String, usize)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::with_capacity(width * width * 4);
    for (row, line) in code.to_colors().chunks(width.max(1)).enumerate() {
        let mut column = 0;
        for run in line.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", column + QUIET, row + QUIET);
            }
            column += run.len();
        }
    }
    Some((path, width + 2 * QUIET))
}

#[cfg(test)]
mod tests {
    use tamarack::qr;

    use super::*;

    #[test]
    fn every_code_is_drawn_as_small_as_it_can_be() {
        let noise: Vec<u8> = (0..4_000_u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect();
        for code in qr::write(&noise, qr::COMFORTABLE).unwrap() {
            let (path, width) = drawn(&code).unwrap();
            assert!(path.starts_with("M4 4h7v1h-7z"), "a finder pattern stands in the corner");
            // Version 20 has 97 modules: the alphanumeric mode was found.
            assert!(width <= 97 + 2 * QUIET, "{width}");
        }
    }
}
