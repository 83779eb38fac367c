//! Child processes that never outlive this one.
//!
//! A program is either run in the foreground ([`run`], [`output`], [`run_lines`]) or kept beside ([`Service`]: a server, a
//! database). Services are in their own process group, so that Ctrl-C at the terminal reaches them once, through us, and
//! they can finish what they do; a second Ctrl-C ends everything at once.

use crate::interrupt;
use anyhow::{Context as _, Result, bail};
use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};
use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a test may say nothing. Nothing here takes a third of it on two loaded cores.
const SILENCE: Duration = Duration::from_secs(10 * 60);

/// How often an ending process is looked for.
const LOOK: Duration = Duration::from_millis(10);

/// Runs a program with this terminal; an error says how to run it again by hand.
pub fn run(command: &mut Command) -> Result<()> {
    let status = Foreground::start(command)?.wait()?;
    check(command, status)
}

/// Runs a program and returns what it wrote to its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let mut text = Vec::new();
    let mut process = Foreground::start(command.stdout(Stdio::piped()))?;
    if let Some(mut out) = process.take_stdout() {
        out.read_to_end(&mut text).with_context(|| format!("reading the output of {}", shown(command)))?;
    }
    let status = process.wait()?;
    check(command, status)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Runs a program with a text as its standard input and returns its standard output.
pub fn filter(command: &mut Command, input: &str) -> Result<String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(|| missing(command))?;
    let mut stdin = child.stdin.take().context("a piped standard input is there")?;
    let input = input.to_owned();
    // In a thread, since either pipe may be full while the other waits.
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
    let done = child.wait_with_output().with_context(|| format!("waiting for {}", shown(command)))?;
    check(command, done.status)?;
    if !matches!(writer.join(), Ok(Ok(()))) {
        bail!("{} did not read its input", shown(command));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Runs a program, showing its standard output and handing each line to `each`; returns whether it succeeded. One that says
/// nothing for [`SILENCE`] hangs, and is ended with all that it started.
pub fn run_lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    let process = Service::start("a program", command.stdout(Stdio::piped()), Signal::SIGTERM)?;
    let out = lock(&process.child).stdout.take().context("a piped standard output is there")?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
            if tell.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
    loop {
        match told.recv_timeout(SILENCE) {
            Ok(line) => {
                println!("{line}");
                each(&line);
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(process.wait()?.success()),
            Err(RecvTimeoutError::Timeout) => {
                signal_group(process.id());
                bail!("it said nothing for {} minutes and was ended; to run it again:\n    {}", SILENCE.as_secs() / 60, shown(command));
            }
        }
    }
}

/// Runs a program quietly and says whether it ended well; a program that is not there did not.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    let mut words: Vec<String> =
        command.get_envs().filter_map(|(name, value)| Some(format!("{}={}", name.to_str()?, quoted(value?)))).collect();
    words.push(quoted(command.get_program()));
    words.extend(command.get_args().map(quoted));
    let line = words.join(" ");
    match command.get_current_dir() {
        Some(folder) if folder != crate::project::root() => format!("cd {} && {line}", folder.display()),
        _ => line,
    }
}

/// A process that runs beside this one until it is stopped, dropped, or this process is interrupted.
#[derive(Debug)]
pub struct Service {
    name: String,
    child: Arc<Mutex<Child>>,
    _end: interrupt::Guard,
}

impl Service {
    /// Starts it in its own process group. `stop` is the signal that asks it to end.
    pub fn start(name: &str, command: &mut Command, stop: Signal) -> Result<Self> {
        let child =
            command.stdin(Stdio::null()).process_group(0).spawn().with_context(|| format!("starting {name}: {}", shown(command)))?;
        let child = Arc::new(Mutex::new(child));
        let shared = Arc::clone(&child);
        let end = interrupt::at_end(move || end(&shared, stop));
        Ok(Self { name: name.to_owned(), child, _end: end })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        lock(&self.child).id()
    }

    /// Its standard error, when it was piped, once.
    pub fn take_stderr(&self) -> Option<std::process::ChildStderr> {
        lock(&self.child).stderr.take()
    }

    /// Its exit status, when it has ended.
    pub fn ended(&self) -> Result<Option<ExitStatus>> {
        lock(&self.child).try_wait().with_context(|| format!("waiting for {}", self.name))
    }

    /// Waits until it ends by itself.
    pub fn wait(&self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                interrupt::pause_if_requested();
                return Ok(status);
            }
            thread::sleep(LOOK);
        }
    }
}

/// A program that has this terminal.
struct Foreground {
    child: Arc<Mutex<Child>>,
    _end: interrupt::Guard,
}

impl Foreground {
    fn start(command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| missing(command))?;
        let child = Arc::new(Mutex::new(child));
        let shared = Arc::clone(&child);
        let end = interrupt::at_end(move || {
            let mut child = lock(&shared);
            if matches!(child.try_wait(), Ok(None)) {
                signal_one(child.id(), Signal::SIGTERM);
            }
        });
        Ok(Self { child, _end: end })
    }

    fn take_stdout(&mut self) -> Option<ChildStdout> {
        lock(&self.child).stdout.take()
    }

    fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = lock(&self.child).try_wait().context("waiting for a child process")? {
                interrupt::pause_if_requested();
                return Ok(status);
            }
            thread::sleep(LOOK);
        }
    }
}

/// Asks a service to end, waits half a minute for it, then ends its whole group.
fn end(child: &Mutex<Child>, stop: Signal) {
    let asked = Instant::now();
    let mut told = false;
    loop {
        {
            let mut child = lock(child);
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            if !told {
                signal_one(child.id(), stop);
                told = true;
            }
            if asked.elapsed() > Duration::from_secs(30) || interrupt::is_urgent() {
                signal_group(child.id());
                if child.wait().is_err() {
                    return;
                }
            }
        }
        thread::sleep(LOOK);
    }
}

/// The child is alive or unreaped when this is called, so the id is still its own; one that has just ended needs nothing.
fn signal_one(id: u32, signal: Signal) {
    if let Ok(id) = i32::try_from(id) {
        let _gone = kill(Pid::from_raw(id), signal);
    }
}

fn signal_group(id: u32) {
    if let Ok(id) = i32::try_from(id) {
        let _gone = killpg(Pid::from_raw(id), Signal::SIGKILL);
    }
}

fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("failed ({status}); to run it again:\n    {}", shown(command));
    }
    Ok(())
}

fn missing(command: &Command) -> String {
    format!("cannot start {}: is it installed and on PATH?\n    {}", command.get_program().to_string_lossy(), shown(command))
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.into_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// A poisoned lock only means that a thread ended while it looked at the child, which is unharmed.
fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("cargo");
        command.args(["test", "it's one"]).env("A", "b c");
        assert_eq!(shown(&command), r"A='b c' cargo test 'it'\''s one'");
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(&mut Command::new("false")).unwrap_err().to_string();
        assert!(error.ends_with("to run it again:\n    false"), "{error}");
    }

    #[test]
    fn a_service_ends_with_its_handle() {
        let service = Service::start("sleep", Command::new("sleep").arg("60"), Signal::SIGTERM).unwrap();
        let child = Arc::clone(&service.child);
        drop(service);
        assert!(lock(&child).try_wait().unwrap().is_some());
    }
}
