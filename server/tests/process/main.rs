//! The binary as processes: killed, doubled, and over real databases.
//!
//! `WAYMARK_BIN` names another binary than this build's, and `WAYMARK_TEST_SIZE` another amount of work.

mod crash;
mod database;
mod replicas;
mod server;

/// How many entities or writes a test works with: few in every run, more when somebody asks.
fn size(usual: usize) -> usize {
    std::env::var("WAYMARK_TEST_SIZE").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
