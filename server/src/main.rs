//! `waymark`

use std::process::ExitCode;

/// Reading a large catalog frees gigabytes in small pieces on many threads; this allocator gives them back to the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::run()
}
