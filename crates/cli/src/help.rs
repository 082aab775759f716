//! Puts the texts of a language onto a command line that was described without words.
//!
//! The message `cmd-<path>` is a command's one line (`cmd-bundle-create`; the program itself is `cmd`), with the
//! attributes `long` (a paragraph or two), `examples`, and one per argument under the argument's id. An argument that
//! many commands share has its text in the message `arg`. The message `value` translates the words in angle brackets.
//! Examples may name the program as `{ $program }`.

use clap::{Arg, Command};

use crate::Texts;

/// The same command line with help in the language of the texts.
pub(crate) fn localize(command: Command, texts: &Texts) -> Command {
    let program = command.get_name().to_owned();
    one(command, "cmd", &program, texts)
}

fn one(command: Command, id: &str, program: &str, texts: &Texts) -> Command {
    let text = |name: &str| texts.text(name);
    let mut command = command
        .help_template(format!(
            "{{before-help}}{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            text("heading-usage")
        ))
        .subcommand_help_heading(text("heading-commands"))
        .subcommand_value_name(text("value.COMMAND"))
        .about(text(id))
        .mut_args(|arg| argument(arg, id, texts));
    if let Some(long) = texts.find(&format!("{id}.long"), &[]) {
        command = command.long_about(format!("{}\n\n{}", text(id), paragraphs(&long)));
    }
    if let Some(examples) = texts.find(&format!("{id}.examples"), &[("program", program.into())]) {
        command = command.after_help(format!("{}\n{}", text("heading-examples"), indent(&examples)));
    }
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |sub| one(sub, &format!("{id}-{name}"), program, texts));
    }
    command
}

fn argument(arg: Arg, command: &str, texts: &Texts) -> Arg {
    let heading = match (arg.is_positional(), arg.is_global_set()) {
        (true, _) => "heading-arguments",
        (false, true) => "heading-global",
        (false, false) => "heading-options",
    };
    let help = find_argument(command, arg.get_id().as_str(), texts).unwrap_or_else(|| arg.get_id().to_string());
    let names: Vec<String> = arg
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(|name| texts.find(&format!("value.{name}"), &[]).unwrap_or_else(|| name.to_string()))
        .collect();
    // The lists that clap writes itself are English; the texts say what matters of them.
    let quiet = arg.get_action().takes_values();
    let arg = arg.help(help).help_heading(texts.text(heading));
    let arg = arg.hide_possible_values(quiet).hide_default_value(quiet);
    if names.is_empty() { arg } else { arg.value_names(names) }
}

fn find_argument(command: &str, id: &str, texts: &Texts) -> Option<String> {
    let shared = || if command.ends_with("-serve") { texts.find(&format!("server.{id}"), &[]) } else { None };
    texts.find(&format!("{command}.{id}"), &[]).or_else(shared).or_else(|| texts.find(&format!("arg.{id}"), &[]))
}

/// The lines of a paragraph as one: the terminal decides where they break.
fn paragraphs(text: &str) -> String {
    text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect::<Vec<_>>().join("\n\n")
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The commands, arguments and value names of a command line that have no text: for a test in each program.
#[must_use]
pub fn missing_texts(command: &Command, texts: &Texts) -> Vec<String> {
    let mut missing = Vec::new();
    collect(command, "cmd", texts, &mut missing);
    missing
}

fn collect(command: &Command, id: &str, texts: &Texts, missing: &mut Vec<String>) {
    let mut need = |name: String| {
        if texts.find(&name, &[]).is_none() {
            missing.push(name);
        }
    };
    need(id.to_owned());
    need(format!("{id}.examples"));
    for arg in command.get_arguments() {
        if find_argument(id, arg.get_id().as_str(), texts).is_none() {
            need(format!("{id}.{}", arg.get_id()));
        }
        if arg.get_action().takes_values() {
            arg.get_value_names().unwrap_or_default().iter().for_each(|name| need(format!("value.{name}")));
        }
    }
    for sub in command.get_subcommands() {
        collect(sub, &format!("{id}-{}", sub.get_name()), texts, missing);
    }
}
