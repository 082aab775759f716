//! Where a program speaks: stdout for data, stderr for talk, colour only where a person looks.

use std::io::{IsTerminal as _, Write as _};

use fluent_bundle::FluentValue;
use tamarack::messages::Lang;

use crate::{Exit, Failure, Progress, Texts, printable};

/// What a piece of text is, so that colour can say it once more. Colour never says anything alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Good: green.
    Good,
    /// Bad: red.
    Bad,
    /// Cannot tell: yellow.
    Unsure,
    /// Important: bold.
    Strong,
    /// Beside the point: dim.
    Quiet,
}

/// The terminal of one invocation.
#[derive(Debug)]
pub struct Terminal {
    texts: Texts,
    json: bool,
    colour_out: bool,
    colour_err: bool,
}

impl Terminal {
    pub(crate) fn new(texts: Texts, json: bool, colour: Option<&str>) -> Self {
        let wanted = |is_terminal: bool| match colour {
            Some("always") => true,
            Some("never") => false,
            // https://no-color.org: set and not empty.
            _ => {
                is_terminal
                    && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                    && std::env::var_os("TERM").is_none_or(|value| value != "dumb")
            }
        };
        let colour_out = wanted(std::io::stdout().is_terminal());
        let colour_err = wanted(std::io::stderr().is_terminal());
        Self { texts, json, colour_out, colour_err }
    }

    /// The texts of the chosen language.
    #[must_use]
    pub const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The chosen language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.texts.lang()
    }

    /// Whether `--json` was given: stdout then holds JSON and nothing else.
    #[must_use]
    pub const fn json(&self) -> bool {
        self.json
    }

    /// A text in the chosen language.
    #[must_use]
    pub fn text(&self, id: &str) -> String {
        self.texts.text(id)
    }

    /// A text in the chosen language with its variables filled in.
    #[must_use]
    pub fn format(&self, id: &str, variables: &[(&'static str, FluentValue<'_>)]) -> String {
        self.texts.format(id, variables)
    }

    /// “at /credentialSubject/name”.
    #[must_use]
    pub fn place(&self, pointer: &str) -> String {
        self.format("place", &[("pointer", pointer.into())])
    }

    /// “label: value”, with the space before the colon that the language wants.
    #[must_use]
    pub fn labelled(&self, label: &str, value: &str) -> String {
        self.format("labelled", &[("label", label.into()), ("value", value.into())])
    }

    /// Text for stdout in its style, if stdout shows colour.
    #[must_use]
    pub fn paint(&self, style: Style, text: &str) -> String {
        paint(self.colour_out, style, text)
    }

    /// Text for stderr in its style, if stderr shows colour.
    #[must_use]
    pub fn paint_talk(&self, style: Style, text: &str) -> String {
        paint(self.colour_err, style, text)
    }

    /// Writes data to stdout, as it is.
    ///
    /// # Errors
    /// `output.failed`; a reader that closed the pipe (`| head`) is no failure.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Failure::new(Exit::Internal, "output.failed").because(&error))
            }
            _ => Ok(()),
        }
    }

    /// Writes one line of data to stdout.
    ///
    /// # Errors
    /// As [`Terminal::write`].
    pub fn line(&self, text: &str) -> Result<(), Failure> {
        self.write(format!("{text}\n").as_bytes())
    }

    /// Writes a value to stdout as one line of JSON.
    ///
    /// # Errors
    /// As [`Terminal::write`]; `output.failed` for a value that JSON cannot hold.
    pub fn json_line(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value)
            .map_err(|error| Failure::new(Exit::Internal, "output.failed").because(&error.into()))?;
        self.line(&text)
    }

    /// Writes a JSON array to stdout, an item a line: it is never in memory whole. `[` comes with the first item, or at
    /// the end of an empty one.
    #[must_use]
    pub const fn json_array(&self) -> JsonArray<'_> {
        JsonArray { terminal: self, is_open: false }
    }

    /// Says something on stderr. A closed stderr is nothing to fail about.
    pub fn say(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// Says a warning on stderr.
    pub fn warn(&self, text: &str) {
        let label = paint(self.colour_err, Style::Unsure, &self.text("label-warning"));
        self.say(&format!("{label} {text}"));
    }

    /// A progress bar on stderr; silent if stderr is no terminal.
    #[must_use]
    pub fn progress(&self, total: Option<u64>) -> Progress {
        Progress::new(total)
    }

    /// Reports a failure: for people on stderr; with `--json` on stdout as well, for the program that reads it.
    pub(crate) fn report(&self, failure: &Failure) {
        if self.json {
            // Nothing more can be said if stdout is closed.
            let _ = self.json_line(&failure.to_json(&self.texts));
            return;
        }
        let explanation = failure.explain(&self.texts);
        let label = paint(self.colour_err, Style::Bad, &self.text("label-error"));
        // What a protocol's message is about stands beside its code: the sentence is for people.
        let about = failure.told_about().filter(|about| !explanation.sentence.contains(about));
        let about = about.map(|about| format!(": {}", printable(about))).unwrap_or_default();
        self.say(&format!("{label} {} [{}{about}]", explanation.sentence, failure.code()));
        if let Some(place) = failure.place() {
            self.say(&format!("  {}", self.place(place)));
        }
        if !explanation.hint.is_empty() {
            let label = paint(self.colour_err, Style::Strong, &self.text("label-hint"));
            self.say(&format!("{label} {}", explanation.hint));
        }
    }
}

/// A JSON array on its way to stdout.
#[derive(Debug)]
pub struct JsonArray<'t> {
    terminal: &'t Terminal,
    is_open: bool,
}

impl JsonArray<'_> {
    /// Writes one more item.
    ///
    /// # Errors
    /// As [`Terminal::json_line`].
    pub fn push(&mut self, item: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(item)
            .map_err(|error| Failure::new(Exit::Internal, "output.failed").because(&error.into()))?;
        let before = if self.is_open { ",\n" } else { "[" };
        self.is_open = true;
        self.terminal.write(format!("{before}{text}").as_bytes())
    }

    /// Ends the array. One that failed stays open, so that nobody takes a part for the whole.
    ///
    /// # Errors
    /// As [`Terminal::write`].
    pub fn end(self) -> Result<(), Failure> {
        self.terminal.write(if self.is_open { b"]\n" } else { b"[]\n" })
    }
}

fn paint(colour: bool, style: Style, text: &str) -> String {
    if !colour {
        return text.to_owned();
    }
    let code = match style {
        Style::Good => "1;32",
        Style::Bad => "1;31",
        Style::Unsure => "1;33",
        Style::Strong => "1",
        Style::Quiet => "2",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}
