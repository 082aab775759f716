//! Terminal habits that Tamarack's programs share: language, colour, exit codes, passphrases, help in two languages.
//!
//! A program describes its command line as a plain [`clap::Command`] without a word of text, gives its Fluent files,
//! and runs through [`Program::main`]: help, errors and completions then speak English and French.
//!
//! Data goes to stdout, talk to stderr. Only a terminal gets colour and progress bars.

mod consent;
mod exit;
mod failure;
mod files;
mod help;
mod key_file;
mod language;
mod linkability;
mod passphrase;
mod printable;
mod program;
mod progress;
mod secret_text;
mod server;
mod terminal;
mod texts;
mod usage;

pub use consent::confirm;
pub use exit::Exit;
pub use failure::Failure;
pub use files::{make_private_folder, open_private, read_input, unwritable, write_output, write_private, write_secret};
pub use fluent_bundle::FluentValue;
pub use help::missing_texts;
pub use key_file::{KEY_FILE_BYTES, key_id, new_key_arguments, new_key_file, read_secret_key};
pub use language::language_from;
pub use linkability::{linkability_answer, linkability_line, linkability_page};
pub use passphrase::{PASSPHRASE_VARIABLE, Passphrase, given_passphrase, passphrase_argument, read_passphrase};
pub use printable::{printable, printable_address};
pub use program::Program;
pub use progress::Progress;
pub use secret_text::parse_secret_key;
pub use server::{DATABASE_VARIABLE, ServerOptions, database_address, database_argument, server_arguments};
pub use tamarack::messages::Lang;
pub use terminal::{JsonArray, Style, Terminal};
pub use texts::{Sources, Texts};
