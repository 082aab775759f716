//! Files that applicants send: told by what is in them, whatever they are called.

use crate::limits::{FILE_NAME, UPLOAD_FILE_BYTES};
use crate::store::ExchangeFile;

/// Why a file is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum UploadError {
    /// It is none of the kinds that a clerk may be shown: a photo, a short video, a PDF document.
    Type,
    /// It is empty or too large.
    Size,
}

/// How a page may show a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shown {
    /// In the page.
    Image,
    /// In the page, when it is asked for.
    Video,
    /// Never in the page: to be saved.
    Saved,
}

/// A kind of file that is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Kind {
    pub(crate) media_type: &'static str,
    pub(crate) extension: &'static str,
    pub(crate) shown: Shown,
}

/// What a form's file field asks browsers for.
pub(super) const ACCEPTED: &str =
    "image/jpeg,image/png,image/webp,video/mp4,video/webm,video/quicktime,application/pdf";

/// The brands of the ISO base media file format that are videos. Others are pictures that browsers do not all show.
const VIDEO_BRANDS: [&[u8]; 16] = [
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1",
    b"M4V ", b"MSNV", b"dash", b"3gp4",
];

/// Takes a file in: its kind follows from its first bytes, its name is made harmless.
///
/// # Errors
/// [`UploadError`].
pub fn read_upload(name: &str, body: Vec<u8>) -> Result<ExchangeFile, UploadError> {
    if body.is_empty() || body.len() > UPLOAD_FILE_BYTES {
        return Err(UploadError::Size);
    }
    let kind = kind_of(&body).ok_or(UploadError::Type)?;
    Ok(ExchangeFile { name: harmless(name, kind.extension), media_type: kind.media_type.to_owned(), body })
}

/// The kind of a file by its first bytes.
pub(crate) fn kind_of(body: &[u8]) -> Option<Kind> {
    let kind = |media_type, extension, shown| Some(Kind { media_type, extension, shown });
    let at = |from: usize, bytes: &[u8]| body.get(from..from + bytes.len()) == Some(bytes);
    match () {
        () if at(0, &[0xff, 0xd8, 0xff]) => kind("image/jpeg", "jpg", Shown::Image),
        () if at(0, b"\x89PNG\r\n\x1a\n") => kind("image/png", "png", Shown::Image),
        () if at(0, b"RIFF") && at(8, b"WEBP") => kind("image/webp", "webp", Shown::Image),
        () if at(0, &[0x1a, 0x45, 0xdf, 0xa3]) => kind("video/webm", "webm", Shown::Video),
        () if at(4, b"ftypqt  ") => kind("video/quicktime", "mov", Shown::Video),
        () if at(4, b"ftyp") && VIDEO_BRANDS.iter().any(|brand| at(8, brand)) => kind("video/mp4", "mp4", Shown::Video),
        () if at(0, b"%PDF-") => kind("application/pdf", "pdf", Shown::Saved),
        () => None,
    }
}

/// A name without folders, without anything hidden, and with the extension of what is in the file.
fn harmless(name: &str, extension: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let stem: String = stem.chars().map(plain).take(FILE_NAME - 8).collect();
    let stem = stem.trim_matches('-');
    format!("{}.{extension}", if stem.is_empty() { "file" } else { stem })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

    #[test]
    fn a_file_is_what_is_in_it() {
        for (body, media_type) in [
            (PNG, "image/png"),
            (&b"\xff\xd8\xff\xe0..JFIF"[..], "image/jpeg"),
            (b"RIFF....WEBPVP8 ", "image/webp"),
            (b"\0\0\0\x20ftypisom....", "video/mp4"),
            (b"\0\0\0\x20ftypqt  ....", "video/quicktime"),
            (b"\x1a\x45\xdf\xa3....", "video/webm"),
            (b"%PDF-1.7", "application/pdf"),
        ] {
            assert_eq!(read_upload("x.html", body.to_vec()).unwrap().media_type, media_type);
        }
        for body in [
            &b"<!doctype html><script>alert(1)</script>"[..],
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"MZ\x90\0",
            b"PK\x03\x04",
            b"GIF89a",
            b"\0\0\0\x20ftypheic....",
            b"RIFF....AVI ",
            b"\xff\xd8",
        ] {
            assert_eq!(read_upload("photo.png", body.to_vec()).unwrap_err(), UploadError::Type);
        }
        assert_eq!(read_upload("a", Vec::new()).unwrap_err(), UploadError::Size);
        let mut large = PNG.to_vec();
        large.resize(UPLOAD_FILE_BYTES + 1, 0);
        assert_eq!(read_upload("a", large).unwrap_err(), UploadError::Size);
    }

    #[test]
    fn a_name_leads_nowhere() {
        for (name, harmless_name) in [
            ("photo.jpeg", "photo.png"),
            ("../../etc/passwd", "passwd.png"),
            ("C:\\Users\\zoe\\photo.PNG", "photo.png"),
            (".htaccess", "file.png"),
            ("a\"; filename=\"b.html", "a---filename--b.png"),
            ("photo\r\nSet-Cookie: x=1", "photo--Set-Cookie--x-1.png"),
            ("\u{202e}gnp.exe", "gnp.png"),
            ("Zoé Bélanger.jpg", "Zo--B-langer.png"),
            ("", "file.png"),
            ("…", "file.png"),
        ] {
            assert_eq!(read_upload(name, PNG.to_vec()).unwrap().name, harmless_name, "{name:?}");
        }
        assert!(read_upload(&"x".repeat(5_000), PNG.to_vec()).unwrap().name.len() <= FILE_NAME);
    }
}
