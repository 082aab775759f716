//! `tamarack-issuer`: see the library.

/// A service makes and drops some thousand small values in each request, on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    tamarack_issuer::PROGRAM.main()
}
