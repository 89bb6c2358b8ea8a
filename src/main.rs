//! The command line. Everything that prints or touches a disk for writing is here and in `cli`.

mod cli;

use std::process::ExitCode;

/// What a report is read into is small, much and short-lived, on many threads: a tenth of a run's time is in the choice.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
