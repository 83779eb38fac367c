//! Files over HTTP, from servers that tell the truth and from servers that do not.

use std::time::Duration;

use forge::{FetchConfig, Fetched, Forge, ForgeError, HostConfig, HostKind};

use crate::server::{Reply, Request, Server, answer};

fn limits() -> FetchConfig {
    FetchConfig { max_bytes: 1_000, allow_private: vec!["127.0.0.1".to_owned()], ..FetchConfig::default() }
}

fn forge() -> Forge {
    Forge::new(Vec::new(), limits(), None).unwrap()
}

async fn serving(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Forge, Server) {
    (forge(), Server::start(reply).await)
}

fn content(fetched: Fetched) -> (String, String) {
    match fetched {
        Fetched::Content { bytes, stamp, .. } => (String::from_utf8(bytes.to_vec()).unwrap(), stamp),
        Fetched::Unchanged => ("unchanged".to_owned(), String::new()),
    }
}

/// One answer in; the sentence of the error out.
async fn check(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static, kind: &str, part: &str) {
    let (forge, server) = serving(reply).await;
    let error = forge.get(&server.url("/a.yaml?token=s3cret"), None).await.unwrap_err();
    let said = error.to_string();
    assert!(format!("{error:?}").starts_with(kind), "{error:?} is no {kind}");
    assert!(said.contains(part), "{said}\n  lacks: {part}");
    assert!(!said.contains("s3cret"), "{said}");
}

#[tokio::test]
async fn a_file_is_read_once_while_it_does_not_change() {
    let (forge, server) = serving(|request| match request.headers.get("if-none-match").map(String::as_str) {
        Some("\"one\"") => answer("304 Not Modified", "", ""),
        _ => answer("200 OK", "ETag: \"one\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n", "a: 1\n"),
    })
    .await;
    let url = server.url("/a.yaml");
    let (text, stamp) = content(forge.get(&url, None).await.unwrap());
    assert_eq!(text, "a: 1\n");
    assert_eq!(forge.get(&url, Some(&stamp)).await.unwrap(), Fetched::Unchanged);
    let requests = server.requests();
    assert_eq!(requests[1].headers["if-modified-since"], "Sun, 06 Nov 1994 08:49:37 GMT");
    assert!(requests[0].headers["accept-encoding"].contains("gzip"));
    let states = forge.hosts();
    assert_eq!((states[0].requests, states[0].unchanged, states[0].failed), (2, 1, 0));
    assert_eq!((states[0].host.as_str(), states[0].last_result.as_str()), (server.host.as_str(), "unchanged"));
    // A stamp of something else is no stamp.
    assert_eq!(content(forge.get(&url, Some("nonsense")).await.unwrap()).0, "a: 1\n");
}

#[tokio::test]
async fn a_connection_closed_before_the_answer_is_tried_once_more() {
    let first = std::sync::atomic::AtomicBool::new(true);
    let (forge, server) = serving(move |_| {
        if first.swap(false, std::sync::atomic::Ordering::Relaxed) { Reply::Raw(Vec::new()) } else { answer("200 OK", "", "a: 1\n") }
    })
    .await;
    assert_eq!(content(forge.get(&server.url("/a.yaml"), None).await.unwrap()).0, "a: 1\n");
    assert_eq!(server.requests().len(), 2);
    check(|_| Reply::Raw(Vec::new()), "Unreadable", "cannot be reached").await;
}

#[tokio::test]
async fn a_host_without_marks_is_compared_by_content() {
    let (forge, server) = serving(|_| answer("200 OK", "", "a: 1\n")).await;
    let (_, stamp) = content(forge.get(&server.url("/a.yaml"), None).await.unwrap());
    assert_eq!(forge.get(&server.url("/a.yaml"), Some(&stamp)).await.unwrap(), Fetched::Unchanged);
}

#[tokio::test]
async fn hosts_that_lie_or_fail_are_named() {
    let status = |status: &'static str| move |_: &Request| answer(status, "", "");
    check(|_| answer("200 OK", "Content-Type: text/plain\r\n", &"x".repeat(1_001)), "TooLarge", "more than 1000 bytes").await;
    let long = || Reply::Raw(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", "x".repeat(5_000)).into_bytes());
    check(move |_| long(), "TooLarge", "max-bytes under [fetch]").await;
    let short = || Reply::Raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\na: 1".to_vec());
    check(move |_| short(), "Unreadable", "broke off after").await;
    check(|_| Reply::Raw(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()), "Unreadable", "cannot be reached").await;
    check(|_| Reply::Raw(Vec::new()), "Unreadable", "cannot be reached").await;
    check(|_| answer("200 OK", "Content-Encoding: gzip\r\n", "this is not gzip"), "Unreadable", "broke off").await;
    check(|_| answer("200 OK", "Content-Type: text/html; charset=utf-8\r\n", "<p>Sign in"), "Refused", "sign-in page").await;
    check(|_| answer("200 OK", "", "\n<!DOCTYPE html><title>Sign in</title>"), "Refused", "sign-in page").await;
    check(status("404 Not Found"), "NotFound", "if it is private").await;
    check(status("401 Unauthorized"), "Denied", "a token in [[hosts]]").await;
    check(status("403 Forbidden"), "Denied", "a token in [[hosts]]").await;
    check(status("500 Internal Server Error"), "Unreadable", "answers 500").await;
    check(status("304 Not Modified"), "Unreadable", "was not asked that").await;
    check(status("301 Moved Permanently"), "Unreadable", "does not say where to").await;
}

#[tokio::test]
async fn redirects_are_checked_one_by_one() {
    let to = |there: &'static str| move |_: &Request| answer("302 Found", &format!("Location: {there}\r\n"), "");
    for private in [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.1.2.3/a.yaml",
        "http://[::1]/",
        "http://[::ffff:192.168.1.1]/",
        "//172.16.0.1/x",
    ] {
        check(to(private), "Refused", "is on a private network").await;
    }
    check(to("file:///etc/passwd"), "Refused", "addresses of `file:` are not read").await;
    check(to("gopher://127.0.0.1/"), "Refused", "addresses of `gopher:` are not read").await;
    check(to("http://user:s3cret@127.0.0.1/"), "Refused", "holds a user or a password").await;
    check(to("/again"), "Unreadable", "redirects more than 5 times").await;
    let (forge, server) = serving(|request| match request.path.as_str() {
        "/old.yaml" => answer("301 Moved Permanently", "Location: /new.yaml\r\n", ""),
        _ => answer("200 OK", "", "a: 1\n"),
    })
    .await;
    let Fetched::Content { final_url, .. } = forge.get(&server.url("/old.yaml"), None).await.unwrap() else { panic!("it is new") };
    assert_eq!(final_url, server.url("/new.yaml"));
}

#[tokio::test]
async fn private_hosts_are_refused_unless_allowed() {
    let closed = Forge::new(Vec::new(), FetchConfig::default(), None).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::7f00:1]",
        "[64:ff9b::10.0.0.1]",
        "[2002:a00:1::]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "localhost",
    ] {
        let error = closed.get(&format!("http://{host}/a.yaml"), None).await.unwrap_err();
        assert!(matches!(error, ForgeError::Refused(_)), "{host}: {error:?}");
        assert!(error.to_string().contains("allow-private under [fetch]"), "{host}: {error}");
    }
    assert_eq!(closed.hosts(), []);
    let server = Server::start(|_| answer("200 OK", "", "a: 1\n")).await;
    let port = server.host.rsplit_once(':').unwrap().1.to_owned();
    for (allowed, url, reads) in [
        ("127.0.0.0/8", server.url("/a.yaml"), true),
        ("10.0.0.0/8", server.url("/a.yaml"), false),
        ("127.0.0.1", server.url("/a.yaml"), true),
        (server.host.as_str(), server.url("/a.yaml"), true),
        ("127.0.0.1:1", server.url("/a.yaml"), false),
        ("localhost", format!("http://localhost:{port}/a.yaml"), true),
        (&format!("localhost:{port}"), format!("http://LOCALHOST:{port}/a.yaml"), true),
        ("localhost:1", format!("http://localhost:{port}/a.yaml"), false),
    ] {
        let fetch = FetchConfig { allow_private: vec![allowed.to_owned()], ..FetchConfig::default() };
        let result = Forge::new(Vec::new(), fetch, None).unwrap().get(&url, None).await;
        assert_eq!(result.is_ok(), reads, "{allowed}: {result:?}");
    }
    for wrong in ["10.0.0.0/33", "https://git.internal", "*.internal", ""] {
        let fetch = FetchConfig { allow_private: vec![wrong.to_owned()], ..FetchConfig::default() };
        assert!(Forge::new(Vec::new(), fetch, None).unwrap_err().to_string().contains("allow-private"), "{wrong}");
    }
}

#[tokio::test]
async fn addresses_that_are_no_web_addresses_are_refused() {
    for (address, part) in [
        ("", "is empty"),
        ("-X", "begins with `-`"),
        ("file:///etc/passwd", "addresses of `file:`"),
        ("https://user:s3cret@h.example/a.yaml", "shown to everyone"),
        ("https://s3cret@h.example/a.yaml", "shown to everyone"),
        ("https://h.example/a.yaml\r\nHost: x", "a line break"),
        ("https://", "not valid"),
        ("a.yaml", "not valid"),
    ] {
        let said = forge().get(address, None).await.unwrap_err().to_string();
        assert!(said.contains(part) && !said.contains("s3cret"), "{address}: {said}");
    }
}

#[tokio::test]
async fn a_slow_host_is_left() {
    let server = Server::start(|request| match request.path.as_str() {
        "/silent" => Reply::Stall(Vec::new()),
        _ => Reply::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na: 1".to_vec()),
    })
    .await;
    let forge = Forge::new(Vec::new(), FetchConfig { timeout: Duration::from_millis(150), ..limits() }, None).unwrap();
    for path in ["/silent", "/slow"] {
        let said = forge.get(&server.url(path), None).await.unwrap_err().to_string();
        assert!(said.contains("did not answer in whole within 0.15 s"), "{said}");
    }
    assert_eq!(forge.hosts()[0].failed, 2);
}

#[tokio::test]
async fn a_used_up_budget_is_waited_for() {
    for (status, headers, waits) in [
        ("429 Too Many Requests", "Retry-After: 100\r\n", 100),
        ("429 Too Many Requests", "", 60),
        ("403 Forbidden", "X-RateLimit-Limit: 60\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 300\r\n", 300),
        ("403 Forbidden", "Retry-After: 40\r\n", 40),
        ("503 Service Unavailable", "Retry-After: 20\r\n", 20),
        ("200 OK", "RateLimit-Limit: 60\r\nRateLimit-Remaining: 0\r\nRateLimit-Reset: 50\r\n", 50),
        ("429 Too Many Requests", "Retry-After: 99999999\r\n", 6 * 3_600),
    ] {
        let (forge, server) = serving(move |_| answer(status, headers, "a: 1\n")).await;
        let first = forge.get(&server.url("/a.yaml"), None).await;
        assert_eq!(first.is_ok(), status.starts_with("200"), "{status}: {first:?}");
        let error = forge.get(&server.url("/b.yaml"), None).await.unwrap_err();
        let ForgeError::RateLimited { message, until } = &error else { panic!("{status}: {error:?}") };
        assert!(message.contains("allows no more requests until") && message.contains("UTC"), "{message}");
        let state = &forge.hosts()[0];
        assert_eq!((state.waits_until, state.requests, server.requests().len()), (Some(*until), 1, 1), "{status}");
        let seconds = (until - state.last_at + 500_000) / 1_000_000;
        assert_eq!(seconds, waits, "{status} {headers}");
    }
    // A plain refusal is no budget.
    let (forge, server) = serving(|_| answer("403 Forbidden", "X-RateLimit-Limit: 60\r\nX-RateLimit-Remaining: 59\r\n", "")).await;
    for _ in 0..2 {
        assert!(matches!(forge.get(&server.url("/a.yaml"), None).await, Err(ForgeError::Denied(_))));
    }
    assert_eq!((forge.hosts()[0].budget, forge.hosts()[0].remaining), (Some(60), Some(59)));
}

#[tokio::test]
async fn a_token_goes_to_its_host_only() {
    let other = Server::start(|_| answer("200 OK", "", "a: 1\n")).await;
    let there = format!("Location: {}\r\n", other.url("/b.yaml"));
    let own = Server::start(move |request| match request.path.as_str() {
        "/away" => answer("302 Found", &there, ""),
        _ => answer("200 OK", "", "a: 1\n"),
    })
    .await;
    for (user, expected) in [(None, "Bearer s3cret"), (Some("robot"), "Basic cm9ib3Q6czNjcmV0")] {
        let host =
            HostConfig { name: own.host.clone(), kind: HostKind::Plain, token: Some("s3cret".into()), user: user.map(str::to_owned) };
        let forge = Forge::new(vec![host], limits(), None).unwrap();
        forge.get(&own.url("/a.yaml"), None).await.unwrap();
        forge.get(&own.url("/away"), None).await.unwrap();
        assert!(own.requests().iter().rev().take(2).all(|request| request.headers["authorization"] == expected));
        assert!(other.requests().iter().all(|request| !request.headers.contains_key("authorization")));
        assert!(!format!("{forge:?}").contains("s3cret"));
    }
}

#[tokio::test]
async fn hosts_are_configured_without_mistakes() {
    let host = |name: &str| HostConfig { name: name.to_owned(), kind: HostKind::Plain, token: None, user: None };
    for (names, part) in [
        (vec!["https://h.example"], "and no scheme"),
        (vec![""], "write a host"),
        (vec!["h.example", "H.example"], "names h.example twice"),
    ] {
        let hosts = names.into_iter().map(host).collect();
        assert!(Forge::new(hosts, FetchConfig::default(), None).unwrap_err().to_string().contains(part), "{part}");
    }
}
