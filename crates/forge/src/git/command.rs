//! Calls of the `git` program, fenced in: an environment of our own, no configuration but ours, one transport, a time
//! limit after which the whole process group goes.

use std::{
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    sync::Semaphore,
};

/// Where git and ssh are looked for: the service's own environment is not read.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin";
/// Of what git says about a failure, this many bytes are looked at.
const MOST_SAID: u64 = 64 << 10;
/// How often a fetch is measured.
const MEASURE: Duration = Duration::from_millis(250);

/// Calls at a time.
const AT_ONCE: usize = 16;

/// How `git` is called here.
#[derive(Debug)]
pub(super) struct Git {
    home: PathBuf,
    limit: Duration,
    slots: Semaphore,
}

/// One call.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) args: Vec<String>,
    pub(super) dir: &'a Path,
    /// Configuration on top of the fence, as `key = value`; may hold credentials, so it travels by the environment.
    pub(super) config: Vec<(String, SecretString)>,
    /// What it may speak: empty is nothing.
    pub(super) transport: &'a str,
    pub(super) ssh: Option<String>,
    /// Most bytes of output.
    pub(super) most: u64,
    /// How many times the usual limit it may take.
    pub(super) patience: u32,
    /// Stops when this folder's packs are larger.
    pub(super) packs: Option<(PathBuf, u64)>,
}

/// Why a call gave nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// It cannot be started.
    Start(io::Error),
    TimedOut(Duration),
    TooMuchOutput,
    TooMuchDisk,
    /// What it wrote to standard error.
    Said(String),
}

impl Git {
    pub(super) fn new(home: PathBuf, limit: Duration) -> Self {
        Self { home, limit, slots: Semaphore::new(AT_ONCE) }
    }

    /// Runs to the end and gives what was written.
    pub(super) async fn run(&self, call: Call<'_>) -> Result<Vec<u8>, Failure> {
        // Waiting for a turn is not held against the call; an error only says that nobody hands out turns.
        let _turn = self.slots.acquire().await;
        let limit = self.limit * call.patience;
        let (most, packs) = (call.most, call.packs.clone());
        let mut command = self.command(call);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(Failure::Start)?;
        let group = Group::of(&child);
        let stdout = child.stdout.take().ok_or_else(|| Failure::Start(io::Error::other("no standard output")))?;
        let stderr = child.stderr.take().ok_or_else(|| Failure::Start(io::Error::other("no standard error")))?;
        let work = async {
            let (out, said) = tokio::join!(read_up_to(stdout, most), read_said(stderr));
            let status = child.wait().await.map_err(Failure::Start)?;
            match out.map_err(Failure::Start)? {
                None => Err(Failure::TooMuchOutput),
                Some(out) if status.success() => Ok(out),
                Some(_) => Err(Failure::Said(said)),
            }
        };
        let result = tokio::select! {
            result = work => result,
            () = tokio::time::sleep(limit) => Err(Failure::TimedOut(limit)),
            () = grown(packs) => Err(Failure::TooMuchDisk),
        };
        if result.is_ok() {
            group.has_ended();
        }
        result
    }

    /// Starts a process that is spoken with.
    pub(super) fn converse(&self, call: Call<'_>) -> Result<(Child, Group), Failure> {
        let mut command = self.command(call);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(Failure::Start)?;
        let group = Group::of(&child);
        Ok((child, group))
    }

    fn command(&self, call: Call<'_>) -> Command {
        let mut command = Command::new("git");
        command.env_clear();
        command.env("PATH", PATH).env("HOME", &self.home).env("LC_ALL", "C").env("TZ", "UTC");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", self.home.join("gitconfig")).env("GIT_ATTR_NOSYSTEM", "1");
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_ASKPASS", "false").env("SSH_ASKPASS", "false").env("GIT_OPTIONAL_LOCKS", "0");
        command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_NO_REPLACE_OBJECTS", "1").env("GIT_PROTOCOL_FROM_USER", "0");
        command.env("GIT_ALLOW_PROTOCOL", call.transport).env("GIT_CEILING_DIRECTORIES", call.dir.parent().unwrap_or(call.dir));
        if let Some(ssh) = call.ssh {
            command.env("GIT_SSH_COMMAND", ssh).env("GIT_SSH_VARIANT", "ssh");
        }
        let fence = [
            ("core.hooksPath", "/dev/null"),
            ("core.fsmonitor", "false"),
            ("core.askPass", "false"),
            ("credential.helper", ""),
            ("credential.interactive", "false"),
            ("http.followRedirects", "false"),
            ("http.proxy", ""),
            ("http.lowSpeedLimit", "1000"),
            ("fetch.unpackLimit", "1"),
            ("fetch.recurseSubmodules", "false"),
            ("gc.auto", "0"),
            ("maintenance.auto", "false"),
            ("advice.graftFileDeprecated", "false"),
            ("protocol.version", "2"),
        ];
        let low_speed = ("http.lowSpeedTime".to_owned(), SecretString::from(self.limit.as_secs().max(1).to_string()));
        let fence = fence.into_iter().map(|(key, value)| (key.to_owned(), SecretString::from(value.to_owned())));
        let mut count = 0;
        for (key, value) in fence.chain([low_speed]).chain(call.config) {
            command.env(format!("GIT_CONFIG_KEY_{count}"), key).env(format!("GIT_CONFIG_VALUE_{count}"), value.expose_secret());
            count += 1;
        }
        command.env("GIT_CONFIG_COUNT", count.to_string());
        command.args(call.args).current_dir(call.dir).process_group(0).kill_on_drop(true);
        command
    }
}

impl<'a> Call<'a> {
    /// A call that stays on this machine.
    pub(super) fn local(dir: &'a Path, args: &[&str]) -> Self {
        let args = args.iter().map(|&arg| arg.to_owned()).collect();
        Self { args, dir, config: Vec::new(), transport: "", ssh: None, most: 1 << 20, patience: 1, packs: None }
    }
}

/// A process and what it started, which goes with this value unless it has ended.
#[derive(Debug)]
pub(super) struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }

    fn has_ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0.take() {
            // It fails where the group has ended by itself.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// None where there is more.
async fn read_up_to(from: impl AsyncRead + Unpin, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    let mut from = from.take(most + 1);
    from.read_to_end(&mut out).await?;
    // Dropping the pipe here ends a writer that has more to say.
    Ok((out.len() as u64 <= most).then_some(out))
}

async fn read_said(mut from: impl AsyncRead + Unpin) -> String {
    let mut out = Vec::new();
    let mut start = (&mut from).take(MOST_SAID);
    if start.read_to_end(&mut out).await.is_ok() {
        // The rest is read so that the writer is not held up, and forgotten.
        let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Ends when the packs are larger than they may be; never where there is no limit.
async fn grown(packs: Option<(PathBuf, u64)>) {
    let Some((folder, most)) = packs else { return std::future::pending().await };
    loop {
        tokio::time::sleep(MEASURE).await;
        if size_of(&folder).await > most {
            return;
        }
    }
}

/// Bytes of the files of one folder.
pub(super) async fn size_of(folder: &Path) -> u64 {
    let mut sum = 0;
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else { return 0 };
    while let Ok(Some(entry)) = entries.next_entry().await {
        sum += entry.metadata().await.map_or(0, |metadata| metadata.len());
    }
    sum
}
