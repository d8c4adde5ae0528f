//! The `docgen` binary: arguments in, exit status out.

use std::process::ExitCode;

fn main() -> ExitCode {
    docgen::cli::main().into()
}
