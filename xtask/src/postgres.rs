//! A throw-away PostgreSQL: its own cluster in a temporary folder on a free port, gone when the handle goes.
//!
//! PostgreSQL refuses to run as root, so root starts it as the packaged user `postgres`, which has to be able to enter the
//! folder. Durability is switched off: these databases live for minutes.

use crate::{
    interrupt,
    process::{self, Service},
    progress, project,
};
use anyhow::{Context as _, Result, bail};
use nix::sys::signal::Signal;
use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Where Debian keeps a folder for each major version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// How long a start may take on a loaded machine.
const START: Duration = Duration::from_secs(60);

/// A running cluster; dropping it stops the server and removes its files.
#[derive(Debug)]
pub struct Cluster {
    port: u16,
    // In this order: the server ends before its folder goes.
    server: Service,
    _folder: interrupt::Guard,
}

impl Cluster {
    /// Makes and starts a cluster. `settings` are further `name=value` pairs of postgresql.conf.
    pub fn start(settings: &[&str]) -> Result<Self> {
        let programs = programs()?;
        let user = run_as()?;
        let folder = env::temp_dir().join(format!("waymark-postgres-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
        let removed = folder.clone();
        let guard = interrupt::at_end(move || drop(fs::remove_dir_all(removed)));
        if let Some(user) = user {
            process::run(project::command("chown").arg(user).arg(&folder))?;
        }
        let data = folder.join("data");
        let arguments = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"];
        process::output(as_user(user, &programs.join("initdb"), &folder).args(arguments).arg(&data))
            .context("making a PostgreSQL cluster")?;

        let port = free_port()?;
        let mut command = as_user(user, &programs.join("postgres"), &folder);
        command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        let fixed = ["listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"];
        for setting in fixed.iter().chain(settings) {
            command.args(["-c", setting]);
        }
        command.arg("-c").arg(format!("unix_socket_directories={}", folder.display()));
        // SIGQUIT: at once, since nothing is kept.
        let server = Service::start("PostgreSQL", command.stderr(Stdio::piped()), Signal::SIGQUIT)?;
        wait_until_ready(&server)?;
        Ok(Self { port, server, _folder: guard })
    }

    /// The address of a database, as its superuser.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The process id of the server's first process.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// Makes an empty database.
    pub fn create(&self, database: &str) -> Result<()> {
        let sql = format!("CREATE DATABASE {database}");
        let psql = programs()?.join("psql");
        process::output(project::command(psql).args(["--no-psqlrc", "--quiet", "--command", &sql, &self.url("postgres")])).map(drop)
    }
}

/// The folder of the newest version's programs; installs the package when this is root and there is none.
fn programs() -> Result<PathBuf> {
    if let Some(folder) = installed() {
        return Ok(folder);
    }
    if project::is_root() && project::which("apt-get").is_some() {
        progress::step("installing PostgreSQL", || {
            process::run(project::command("apt-get").args(["install", "-y", "-qq", "postgresql"]).env("DEBIAN_FRONTEND", "noninteractive"))
        })?;
    }
    installed().context("PostgreSQL's server programs (initdb, postgres) are not here; install them, on Debian: apt-get install postgresql")
}

fn installed() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(VERSIONS)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop().map(|(_, bin)| bin).or_else(|| project::which("initdb")?.parent().map(Path::to_path_buf))
}

/// The user that root hands the cluster to.
fn run_as() -> Result<Option<&'static str>> {
    if !project::is_root() {
        return Ok(None);
    }
    if !process::succeeds(Command::new("id").arg("postgres")) {
        bail!("PostgreSQL does not run as root, and there is no user postgres to run it as; run as another user, or add that one");
    }
    Ok(Some("postgres"))
}

/// A command as that user. The parent's end reaches it too, even one that leaves no time to clean up.
fn as_user(user: Option<&str>, program: &Path, folder: &Path) -> Command {
    let mut command = match user {
        Some(user) => {
            let mut command = project::command("setpriv");
            command.args([&format!("--reuid={user}"), &format!("--regid={user}"), "--clear-groups", "--pdeathsig=QUIT", "--"]);
            command.arg(program);
            command
        }
        None => project::command(program),
    };
    // The user may not enter the checkout.
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Another process may take it before PostgreSQL does, which then says so; that is rare enough to run again.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("looking for a free port")?;
    Ok(listener.local_addr().context("looking for a free port")?.port())
}

/// Reads the log until it says ready, then keeps reading, so that the pipe never fills.
fn wait_until_ready(server: &Service) -> Result<()> {
    let log = server.take_stderr().context("PostgreSQL's log is not piped")?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut start = Some((tell, String::new()));
        for line in BufReader::new(log).lines() {
            let Ok(line) = line else { break };
            if let Some((tell, mut text)) = start.take() {
                text.push_str(&line);
                text.push('\n');
                if line.contains("ready to accept connections") {
                    // Nobody waits any more only when the start took too long.
                    drop(tell.send(Ok(())));
                } else {
                    start = Some((tell, text));
                }
            }
        }
        if let Some((tell, text)) = start {
            drop(tell.send(Err(text)));
        }
    });
    match told.recv_timeout(START) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(log)) => bail!("PostgreSQL ended while it started:\n{log}"),
        Err(_) => bail!("PostgreSQL was not ready within {} s", START.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_starts_takes_a_database_and_goes() {
        let cluster = Cluster::start(&[]).unwrap();
        cluster.create("one").unwrap();
        let folder = env::temp_dir().join(format!("waymark-postgres-{}", std::process::id()));
        assert!(folder.is_dir());
        drop(cluster);
        assert!(!folder.exists());
    }
}
