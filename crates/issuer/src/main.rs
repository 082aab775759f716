//! `tamarack-issuer`: see the library.

fn main() -> std::process::ExitCode {
    tamarack_issuer::PROGRAM.main()
}
