//! The `docgen` binary: arguments in, exit status out.

use std::process::ExitCode;

/// Syntax trees are many small boxes: the system's allocator costs a fifth of the time of `check`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    docgen::cli::main().into()
}
