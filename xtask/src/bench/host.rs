//! The server under test, and what the operating system knows about it.

use super::http::Client;
use crate::{postgres, process::Service, project, site};
use anyhow::{Context as _, Result, bail};
use nix::sys::signal::Signal;
use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// The bearer token of every request.
pub const TOKEN: &str = "bench-only-0123456789abcdef012345";

/// How the server is started.
#[derive(Debug, Clone)]
pub struct Launch {
    pub catalog: PathBuf,
    /// Further targets of `--catalog`.
    pub also: Vec<String>,
    /// Further settings, as variables.
    pub environment: Vec<(&'static str, String)>,
    pub data: PathBuf,
    pub database_url: Option<String>,
    pub log: PathBuf,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    service: Service,
    pub address: SocketAddr,
    /// When it was started.
    pub started: Instant,
    log: PathBuf,
}

/// The key that every process of a benchmark signs its audit log with.
pub fn audit_key() -> String {
    "ab".repeat(32)
}

impl Launch {
    /// Starts the release binary; it is not ready yet.
    pub fn start(&self) -> Result<Server> {
        let address: SocketAddr = ([127, 0, 0, 1], postgres::free_port()?).into();
        let log = fs::File::options().create(true).append(true).open(&self.log);
        let log = log.with_context(|| format!("opening {}", self.log.display()))?;
        let mut command = project::command(project::binary("release"));
        command.args(["serve", "--listen", &address.to_string(), "--data-dir"]).arg(&self.data).arg("--catalog").arg(&self.catalog);
        for target in &self.also {
            command.args(["--catalog", target]);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        command.env("WAYMARK_ADMIN_TOKEN", TOKEN).env("WAYMARK_BENCH", "1");
        // Replicas have data directories of their own, and one key.
        command.env("WAYMARK_AUDIT_KEY", audit_key());
        command.stderr(log.try_clone().context("opening the log")?).stdout(log);
        let started = Instant::now();
        let service = Service::start("the server", &mut command, Signal::SIGTERM)?;
        Ok(Server { service, address, started, log: self.log.clone() })
    }
}

impl Server {
    /// A new connection to it.
    pub fn client(&self) -> Client {
        Client::new(self.address, TOKEN)
    }

    /// Waits until `done` says so, looking every `pause`, and returns the time since the start.
    pub fn wait(&self, what: &str, limit: Duration, pause: Duration, mut done: impl FnMut() -> bool) -> Result<Duration> {
        let begun = Instant::now();
        while !done() {
            if let Some(status) = self.service.ended()? {
                bail!("the server ended ({status}) while waiting for {what}:\n{}", self.last_words());
            }
            if begun.elapsed() > limit {
                bail!("not within {} s: {what}\n{}", limit.as_secs(), self.last_words());
            }
            thread::sleep(pause);
        }
        Ok(self.started.elapsed())
    }

    /// Waits for the first 200 of a path.
    pub fn wait_for(&self, path: &str) -> Result<Duration> {
        let mut client = self.client();
        let answers = || client.get(path).is_ok_and(|answer| answer.status == 200);
        self.wait(path, Duration::from_secs(300), Duration::from_millis(2), answers)
    }

    /// Its resident memory and the most that it ever was, in MiB.
    pub fn memory(&self) -> Result<(f64, f64)> {
        let path = format!("/proc/{}/status", self.service.id());
        let text = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
        };
        field("VmRSS:").zip(field("VmHWM:")).with_context(|| format!("{path} does not say how much memory"))
    }

    /// The processor time that it and the programs that it waited for have used since its start.
    pub fn processor_time(&self) -> Result<Duration> {
        let path = format!("/proc/{}/stat", self.service.id());
        let text = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
        // After the name, which may hold anything but a closing parenthesis: user, system, and both of ended children.
        let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: u64 = fields.get(11..15).into_iter().flatten().filter_map(|field| field.parse::<u64>().ok()).sum();
        // Linux counts in hundredths of a second for every program that reads this file.
        Ok(Duration::from_millis(ticks * 10))
    }

    fn last_words(&self) -> String {
        let text = site::read_text(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}

/// The memory of a process and all below it in MiB, with shared pages counted once.
pub fn memory_of_tree(root: u32) -> Result<f64> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc").context("listing /proc")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // A process may end between the two looks.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse::<u32>().ok());
        parents.extend(parent.map(|parent| (id, parent)));
    }
    let mut tree = vec![root];
    let mut at = 0;
    while let Some(parent) = tree.get(at).copied() {
        tree.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        at += 1;
    }
    let kib = |id: &u32| {
        let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        text.lines().find_map(|line| line.strip_prefix("Pss:"))?.split_whitespace().next()?.parse::<f64>().ok()
    };
    Ok(tree.iter().filter_map(kib).sum::<f64>() / 1024.0)
}
