//! The command line. Everything that prints or touches a disk for writing is here and in `cli`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
