//! `waymark`

use std::process::ExitCode;

/// Reading a large catalog frees gigabytes in small pieces on many threads; this allocator gives them back to the system
/// (how soon is set in `.cargo/config.toml`).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    server::run()
}
