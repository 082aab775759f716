//! The pages: rendered here, in English or French, without a script but for the live update.

mod assets;
mod errors;
mod layout;
mod qr;
mod shown;
mod words;

pub use assets::assets;
pub(crate) use errors::sign_in_texts;
pub use errors::{error_page, error_page_without_home};
pub use layout::{Layout, page};
pub use qr::qr_path;
pub(crate) use shown::{moment, size};
pub use words::Words;
