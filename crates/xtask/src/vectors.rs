//! `cargo xtask vectors`: the official vectors alone.

use crate::Failure;
use crate::shell::{cargo, run as shell};

pub(crate) const HELP: &str = "cargo xtask vectors [--json]
      Runs the official vectors and prints, for each suite, how many passed, failed, were excluded and why, and could
      not be seen. --json prints one object a line: {\"suite\",\"passed\",\"failed\",\"excluded\",\"unseen\"}.";

pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let json: &[&str] = match arguments {
        [] => &[],
        ["--json"] => &["--", "--json"],
        _ => return Err(Failure::Usage),
    };
    let vectors = ["run", "--quiet", "--package", "tamarack-testkit", "--bin", "vectors"];
    eprintln!("Building the vector runner …");
    shell(cargo(&[&vectors, json].concat())).map_err(|_| Failure::Told)
}
