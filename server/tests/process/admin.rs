//! The first hour: an empty data directory, the link for the first administrator, and what the command line makes beside a running portal.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use crate::{run, server::waymark};

const ADA: &str = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ada}\nspec: {memberOf: []}\n";

/// A portal that nobody can sign in to yet; killed when it is dropped.
struct Fresh {
    child: Child,
    /// What it says on its terminal, up to the last line that is waited for.
    said: Vec<String>,
}

impl Fresh {
    /// Starts over a data directory and waits for a line that begins so.
    fn start(folder: &Path, last: &str) -> Self {
        let mut command = waymark();
        for variable in ["WAYMARK_ADMIN_TOKEN", "WAYMARK_CONFIG", "WAYMARK_CATALOG", "WAYMARK_TOKEN"] {
            command.env_remove(variable);
        }
        let log = fs::OpenOptions::new().create(true).append(true).open(folder.join("log")).expect("the log is made");
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir", "data", "--catalog", "catalog-info.yaml"]);
        let mut child = command.current_dir(folder).stdout(Stdio::piped()).stderr(log).spawn().expect("the server starts");
        let lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines().map_while(Result::ok);
        let mut said = Vec::new();
        for line in lines {
            said.push(line);
            if said.last().is_some_and(|line| line.trim_start().starts_with(last)) {
                break;
            }
        }
        Self { child, said }
    }

    fn address(&self) -> &str {
        self.said.iter().find_map(|line| line.strip_prefix("Waymark is ready at http://")).expect("it says where it is")
    }

    /// Status and head of an answer.
    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let address = self.address();
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut text = Vec::new();
        stream.read_to_end(&mut text).expect("it answers");
        let text = String::from_utf8_lossy(&text).into_owned();
        (text.get(9..12).and_then(|status| status.parse().ok()).expect("a status"), text)
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The path of a link, from a line that holds one.
fn path(line: &str) -> &str {
    &line[line.find("/setup?token=").expect("the line holds a link")..]
}

#[test]
fn links_and_tokens_come_before_the_first_start() {
    for arguments in [&["admin", "setup-link"][..], &["admin", "token", "create", "--user", "ada", "--role", "admin"]] {
        let folder = tempfile::tempdir().expect("a folder");
        let arguments: Vec<_> = arguments.iter().copied().chain(["--data-dir", "data"]).collect();
        let migrated = run(folder.path(), &["migrate", "--data-dir", "data"], "");
        assert_eq!(migrated.code, Some(0), "{}", migrated.error);
        let made = run(folder.path(), &arguments, "");
        assert_eq!(made.code, Some(0), "{arguments:?}: {}", made.error);
    }
}

#[test]
fn the_first_administrator_comes_in_by_a_link_that_works_once() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("catalog-info.yaml"), ADA).expect("the catalog is written");
    let mut server = Fresh::start(folder.path(), "http://");
    let link = path(server.said.last().expect("it says a link")).to_owned();
    let secret = link.split_once('=').expect("a secret").1.to_owned();
    let (status, text) = server.send("GET", &link, "", "");
    assert_eq!(status, 200, "{text}");
    assert!(text.to_lowercase().contains("cache-control: no-store"), "{text}");
    let (status, text) = server.send("POST", "/setup", "", &format!("token={secret}&name=root&password=short"));
    assert!(status == 400 && text.contains("12 characters or more"), "{text}");
    let (status, text) = server.send("POST", "/setup", "", &format!("token={secret}&name=root&password=correct+horse+battery"));
    assert_eq!(status, 303, "{text}");
    let cookie = text.lines().find_map(|line| line.strip_prefix("set-cookie: wm_session=")).expect("a session");
    let seq = text.lines().find_map(|line| line.strip_prefix("set-cookie: wm_seq=")).expect("where its writes stand");
    let value = |cookie: &str| cookie.split_once(';').expect("attributes").0.to_owned();
    let cookie = format!("Cookie: wm_session={}; wm_seq={}\r\n", value(cookie), value(seq));
    assert_eq!(server.send("GET", "/admin/people", &cookie, "").0, 200, "who used it is an administrator");
    assert_eq!(server.send("GET", &link, "", "").0, 404, "the link is dead");

    // Beside it: another link, and a token.
    let other = run(folder.path(), &["admin", "setup-link"], "");
    assert_eq!(other.code, Some(0), "{}", other.error);
    assert_eq!(server.send("GET", path(other.out.lines().nth(1).expect("a link")), "", "").0, 200);
    let made = run(
        folder.path(),
        &["admin", "token", "create", "--user", "ada", "--role", "admin", "--scope", "catalog:read", "--expires", "90d"],
        "",
    );
    assert_eq!(made.code, Some(0), "{}", made.error);
    let token = made.out.trim();
    assert!(token.starts_with("wm_") && token.len() == 52, "only the token is on standard output: {}", made.out);
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let start = Instant::now();
    while server.send("GET", "/api/catalog/entities?limit=1", &bearer, "").0 != 200 {
        assert!(start.elapsed() < Duration::from_secs(60), "the token works once its person is read");
    }
    for (arguments, expected) in [
        (&["--user", "ada", "--role", "king"][..], "there is no role \"king\""),
        (&["--user", "group:default/a"], "group:default/a is no User"),
        (&["--user", "ada", "--scope", "all"], "there is no scope \"all\""),
        (&["--user", "ada", "--expires", "never"], "expected days such as 90d"),
    ] {
        let arguments: Vec<_> = ["admin", "token", "create"].iter().chain(arguments).copied().collect();
        let refused = run(folder.path(), &arguments, "");
        assert!(refused.code == Some(1) && refused.error.contains(expected), "{arguments:?}: {}", refused.error);
    }

    // A restart signs nobody out and prints no other link.
    server.child.kill().expect("it runs");
    server.child.wait().expect("it ends");
    let again = Fresh::start(folder.path(), "Waymark is ready");
    assert_eq!(again.send("GET", "/admin/people", &cookie, "").0, 200);
    let checked = run(folder.path(), &["audit", "verify"], "");
    assert_eq!(checked.code, Some(0), "{}{}", checked.out, checked.error);
    drop(again);
    let log = fs::read_to_string(folder.path().join("log")).expect("the log is there");
    assert!(!log.contains(&secret) && !log.contains(token), "no secret is in the log");
}
