//! The options that every `serve` has, and where a program's database is.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, ValueHint, value_parser};

/// The variable that may name the database.
pub const DATABASE_VARIABLE: &str = "TAMARACK_DATABASE";

/// Where `/metrics` is served if nobody says it.
const METRICS: &str = "127.0.0.1:9464";

/// The options of every `serve`: address, TLS, proxies, rate, metrics and log.
#[must_use]
pub fn server_arguments() -> Vec<Arg> {
    let option = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    let file = |name: &'static str| option(name, "FILE").value_hint(ValueHint::FilePath);
    vec![
        option("base-url", "URL").required(true),
        option("listen", "ADDRESS").default_value("127.0.0.1:8080"),
        file("tls-cert").requires("tls-key"),
        file("tls-key").requires("tls-cert"),
        option("proxies", "NUMBER").value_parser(value_parser!(u8).range(0..=8)),
        option("rate", "NUMBER").value_parser(value_parser!(u32).range(1..)),
        option("workers", "NUMBER").value_parser(value_parser!(u16).range(1..=1_024)),
        option("metrics-listen", "ADDRESS").num_args(0..=1).default_missing_value(METRICS),
        option("log", "FORM").value_parser(PossibleValuesParser::new(["text", "json"])),
        Arg::new("verbose").long("verbose").action(ArgAction::SetTrue),
    ]
}

/// What [`server_arguments`] were given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerOptions {
    /// The address under which the world knows the server.
    pub base_url: String,
    /// Where it listens.
    pub listen: String,
    /// The files of its certificates and of their key.
    pub tls: Option<(String, String)>,
    /// How many proxies of the operator's stand in front.
    pub proxies: usize,
    /// Requests that one client may make in a minute.
    pub rate: u32,
    /// How many threads answer, if it was said.
    pub workers: Option<u16>,
    /// Where `/metrics` is served.
    pub metrics_listen: Option<String>,
    /// Whether the log is JSON.
    pub json_log: bool,
    /// Whether more is logged.
    pub verbose: bool,
}

impl ServerOptions {
    /// Reads them.
    #[must_use]
    pub fn of(matches: &ArgMatches) -> Self {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        Self {
            base_url: text("base-url").unwrap_or_default(),
            listen: text("listen").unwrap_or_default(),
            tls: text("tls-cert").zip(text("tls-key")),
            proxies: matches.get_one::<u8>("proxies").copied().unwrap_or_default().into(),
            rate: matches.get_one::<u32>("rate").copied().unwrap_or(600),
            workers: matches.get_one("workers").copied(),
            metrics_listen: text("metrics-listen"),
            json_log: text("log").as_deref() == Some("json"),
            verbose: matches.get_flag("verbose"),
        }
    }
}

/// The option `--database`; beside it is a `--store`.
#[must_use]
pub fn database_argument() -> Arg {
    Arg::new("database").long("database").value_name("URL").conflicts_with("store")
}

/// The database that `--database` names, or else, unless there is a `--store`, [`DATABASE_VARIABLE`].
#[must_use]
pub fn database_address(matches: &ArgMatches) -> Option<String> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let variable = || std::env::var(DATABASE_VARIABLE).ok().filter(|value| !value.is_empty());
    text("database").or_else(|| if text("store").is_some() { None } else { variable() })
}

#[cfg(test)]
mod tests {
    use clap::Command;

    use super::*;

    fn options(words: &[&str]) -> ServerOptions {
        let command = Command::new("serve").args(server_arguments());
        let all = ["serve", "--base-url", "https://id.example"].iter().chain(words);
        ServerOptions::of(&command.get_matches_from(all))
    }

    #[test]
    fn what_is_not_said_has_its_usual_value() {
        let usual = options(&[]);
        let expected = ServerOptions {
            base_url: "https://id.example".to_owned(),
            listen: "127.0.0.1:8080".to_owned(),
            tls: None,
            proxies: 0,
            rate: 600,
            workers: None,
            metrics_listen: None,
            json_log: false,
            verbose: false,
        };
        assert_eq!(usual, expected);
        let said = options(&["--rate", "60", "--log", "json", "--proxies", "2", "--metrics-listen", "--verbose"]);
        assert_eq!((said.rate, said.json_log, said.proxies, said.verbose), (60, true, 2, true));
        assert_eq!(said.metrics_listen.as_deref(), Some(METRICS));
        assert_eq!(options(&["--workers", "3"]).workers, Some(3));
        let tls = options(&["--tls-cert", "a.pem", "--tls-key", "b.pem"]).tls;
        assert_eq!(tls, Some(("a.pem".to_owned(), "b.pem".to_owned())));
    }
}
