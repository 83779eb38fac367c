//! `serve`: the demo, built from what changed.

use crate::{
    process::{self, Service},
    progress, project,
    site::{self, Flavour},
};
use anyhow::{Result, bail};
use nix::sys::signal::Signal;

/// Where the demo listens unless the arguments say otherwise.
const LISTEN: &str = "127.0.0.1:3000";

/// Builds the assets and the server, then runs it until Ctrl-C.
pub fn serve(arguments: &[String]) -> Result<()> {
    site::build(Flavour::Dev)?;
    build()?;
    let status = start(arguments)?.wait()?;
    if !status.success() {
        bail!("the server ended: {status}");
    }
    Ok(())
}

/// Builds the server's binary in the profile that everything but a release uses.
pub fn build() -> Result<()> {
    progress::step("server", || process::run(&mut project::cargo(&["build", "-p", "server"])))
}

/// Starts the demo. Its own output says where it listens and which sample people there are.
pub fn start(arguments: &[String]) -> Result<Service> {
    let mut command = project::command(project::binary("debug"));
    command.arg("serve");
    if !arguments.iter().any(|argument| argument.starts_with("--demo")) {
        command.arg("--demo");
    }
    if !arguments.iter().any(|argument| argument.starts_with("--listen")) {
        command.args(["--listen", LISTEN]);
    }
    Service::start("the server", command.args(arguments), Signal::SIGTERM)
}
