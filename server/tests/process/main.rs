//! The binary as processes: killed, doubled, and over real databases.
//!
//! `WAYMARK_BIN` names another binary than this build's, and `WAYMARK_TEST_SIZE` another amount of work.

mod admin;
mod audit;
mod crash;
mod database;
mod export;
mod fake;
mod import;
mod init;
mod replicas;
mod server;
mod shadow;
mod validate;
mod writes;

/// How many entities or writes a test works with: few in every run, more when somebody asks.
fn size(usual: usize) -> usize {
    std::env::var("WAYMARK_TEST_SIZE").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What a run of the program came to.
struct Run {
    code: Option<i32>,
    out: String,
    error: String,
}

/// Runs the program with some arguments, in a folder, without variables of this environment that it reads.
fn run(folder: &std::path::Path, arguments: &[&str], input: &str) -> Run {
    use std::{io::Write as _, process::Stdio};
    let mut command = server::waymark();
    for variable in ["WAYMARK_ADMIN_TOKEN", "WAYMARK_CONFIG", "WAYMARK_CATALOG", "BACKSTAGE_TOKEN", "WAYMARK_TOKEN"] {
        command.env_remove(variable);
    }
    command.args(arguments).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("its input is piped").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run { code: output.status.code(), out: text(&output.stdout), error: text(&output.stderr) }
}
