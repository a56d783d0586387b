//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    digest_site::cli::run(std::env::args_os())
}
