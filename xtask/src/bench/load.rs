//! Load: the highest rate from wrk at 32 connections, the latency at a fixed rate of half of that.
//!
//! wrk sends the next request when an answer comes, so its latencies at full rate say little. The fixed rate has a timetable:
//! a request that had to wait for its turn is counted from when it should have gone.

use super::{
    host::{Server, TOKEN},
    http,
    report::Place,
    scenario::Scenario,
    timetable,
};
use crate::{process, progress, project, site};
use anyhow::{Context as _, Result, bail};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Connections of every load.
const CONNECTIONS: usize = 32;

/// How long each load runs before it is measured.
const WARM: Duration = Duration::from_secs(2);

const SCRIPT: &str = r#"
local requests, at = {}, 0
function init()
  for line in io.lines(os.getenv("BENCH_PATHS")) do
    requests[#requests + 1] = wrk.format("GET", line, { ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN") })
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary)
  local e = summary.errors
  print(string.format("RESULT %d %d %d", summary.requests, summary.duration, e.status + e.connect + e.read + e.write + e.timeout))
end
"#;

/// The program; installs the package when this is root and there is none. `None`: the loader here has to do.
pub fn wrk() -> Result<Option<PathBuf>> {
    if project::which("wrk").is_none() && project::is_root() && project::which("apt-get").is_some() {
        progress::step("installing wrk", || {
            process::run(project::command("apt-get").args(["install", "-y", "-qq", "wrk"]).env("DEBIAN_FRONTEND", "noninteractive"))
        })?;
    }
    let found = project::which("wrk");
    if found.is_none() {
        progress::note("wrk is not on PATH: the highest rates come from a slower loader (Debian: apt-get install wrk)");
    }
    Ok(found)
}

/// Measures one load and the bare handler beside it.
pub fn measure(server: &Server, scenario: &Scenario, wrk: Option<&Path>, time: Duration, work: &Path, at: &mut Place<'_>) -> Result<()> {
    let bare: Vec<String> = scenario.paths.iter().map(|path| format!("/bench/bare?of={}", http::encoded(path))).collect();
    let bare = match server.client().get(&bare[0]) {
        Ok(answer) if answer.status == 200 => Some(highest(server, &bare, wrk, time, work)?),
        _ => {
            progress::note("the bare handler does not answer; measured without it");
            None
        }
    };
    probe(server, &scenario.paths)?;
    let rate = highest(server, &scenario.paths, wrk, time, work)?;
    at.add(scenario.name, rate, "req/s", scenario.rate(bare), bare);
    let latencies = timetable::run(server.address, TOKEN, &scenario.paths, CONNECTIONS, rate / 2.0, time)?;
    let p99 = timetable::percentile(&latencies, 0.99);
    at.add(&format!("{}: p99 at half of it", scenario.name), p99.as_secs_f64() * 1000.0, "ms", scenario.p99(at), None);
    Ok(())
}

/// Every path has to answer 200, else the rate of errors would be measured.
fn probe(server: &Server, paths: &[String]) -> Result<()> {
    let mut client = server.client();
    for path in paths.iter().take(20) {
        let answer = client.get(path)?;
        if answer.status != 200 {
            bail!("GET {path}: {}", answer.status);
        }
    }
    Ok(())
}

/// The highest rate, in requests a second.
fn highest(server: &Server, paths: &[String], wrk: Option<&Path>, time: Duration, work: &Path) -> Result<f64> {
    highest_as(server, TOKEN, paths, wrk, time, work)
}

/// The highest rate of whoever has the token, in requests a second.
pub fn highest_as(server: &Server, token: &str, paths: &[String], wrk: Option<&Path>, time: Duration, work: &Path) -> Result<f64> {
    let Some(program) = wrk else {
        let run = |time| timetable::run(server.address, token, paths, CONNECTIONS, f64::INFINITY, time);
        run(WARM)?;
        return Ok(run(time)?.len() as f64 / time.as_secs_f64());
    };
    let (script, list) = (work.join("load.lua"), work.join("paths.txt"));
    site::write(&script, SCRIPT.as_bytes())?;
    site::write(&list, (paths.join("\n") + "\n").as_bytes())?;
    let run = |time: Duration| -> Result<f64> {
        let mut command = project::command(program);
        command.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{}s", time.as_secs()), "--timeout", "60s", "-s"]);
        command.arg(&script).arg(format!("http://{}", server.address)).env("BENCH_PATHS", &list).env("BENCH_TOKEN", token);
        rate(&process::output(&mut command)?)
    };
    run(WARM)?;
    run(time)
}

/// The rate from the script's last line.
fn rate(output: &str) -> Result<f64> {
    let line = output.lines().find_map(|line| line.strip_prefix("RESULT ")).context("wrk did not report")?;
    let numbers = line.split(' ').map(str::parse).collect::<Result<Vec<f64>, _>>().context("wrk reported something else")?;
    match numbers.as_slice() {
        [requests, microseconds, errors] if *errors == 0.0 && *microseconds > 0.0 => Ok(requests / microseconds * 1e6),
        [_, _, errors] => bail!("{errors} requests of the load failed"),
        _ => bail!("wrk reported something else: {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_reports_a_rate() {
        assert_eq!(rate("Running\nRESULT 16000 2000000 0\n").unwrap(), 8000.0);
        assert!(rate("RESULT 16000 2000000 3").is_err());
    }
}
