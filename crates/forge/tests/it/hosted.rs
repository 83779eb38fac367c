//! Repositories over HTTP, from `git http-backend` behind a server that can do other things too.

use std::time::Duration;

use forge::{FetchConfig, Forge, ForgeError, GitTarget, HostConfig, HostKind};

use crate::{
    repository::Origin,
    server::{Reply, Request, Server, answer},
};

fn limits() -> FetchConfig {
    FetchConfig { max_bytes: 1_000, allow_private: vec!["127.0.0.0/8".to_owned()], ..FetchConfig::default() }
}

fn with_token(server: &Server, token: &str) -> Forge {
    let host = HostConfig { name: server.host.clone(), kind: HostKind::GitHub, token: Some(token.into()), user: None };
    Forge::new(vec![host], limits(), None).unwrap()
}

fn target(server: &Server) -> GitTarget {
    GitTarget::parse(&server.url("/r.git")).unwrap()
}

#[tokio::test]
async fn a_hosted_repository_is_asked_once_a_round_and_fetched_when_it_changed() {
    let large = "x".repeat(5_000);
    let origin = Origin::new(&[("a/catalog-info.yaml", "a"), ("b/catalog-info.yaml", "b"), ("large.bin", &large)]);
    let root = origin.root().to_owned();
    let server = Server::start(move |_| Reply::Git(root.clone())).await;
    let forge = with_token(&server, "s3cret");
    let web = forge.target(&server.url("/o/r/blob/main/a.yaml")).unwrap();
    assert_eq!(web.repository, server.url("/o/r.git"));
    let first = forge.round().checkout(&target(&server)).await.unwrap();
    for path in ["a", "b"] {
        assert_eq!(first.read(&format!("{path}/catalog-info.yaml")).await.unwrap(), path);
    }
    // What is over the limit was not even transferred.
    assert_eq!(first.find("large.bin").unwrap().size, u64::MAX);
    assert!(matches!(first.read("large.bin").await, Err(ForgeError::TooLarge(_))));
    let fetched = server.requests().len();
    let _second = forge.round().checkout(&target(&server)).await.unwrap();
    let asked = server.requests().split_off(fetched);
    assert!(
        asked.len() <= 2
            && !asked
                .iter()
                .any(|request| request.query.is_empty() && request.headers.get("content-length").is_none_or(|length| length.len() > 3))
    );
    assert!(server.requests().iter().all(|request| request.headers["authorization"] == "Basic eC1hY2Nlc3MtdG9rZW46czNjcmV0"));
    let state = forge.hosts().remove(0);
    assert_eq!((state.host, state.requests, state.unchanged, state.failed), (server.host.clone(), 3, 1, 0));
    let commit = origin.push(&[("a/catalog-info.yaml", "changed")]);
    let third = forge.round().checkout(&target(&server)).await.unwrap();
    assert_eq!((third.commit.as_str(), &third.read("a/catalog-info.yaml").await.unwrap()[..]), (commit.as_str(), &b"changed"[..]));
}

/// One answer to everything in; the error out.
async fn check(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static, kind: &str, part: &str) {
    let server = Server::start(reply).await;
    let forge = Forge::new(Vec::new(), FetchConfig { timeout: Duration::from_secs(5), ..limits() }, None).unwrap();
    let error = forge.round().checkout(&target(&server)).await.unwrap_err();
    let said = error.to_string();
    assert!(format!("{error:?}").starts_with(kind), "{error:?} is no {kind}");
    assert!(said.contains(part) && said.contains(&server.host), "{said}\n  lacks: {part}");
    assert_eq!(forge.hosts()[0].failed, 1);
}

#[tokio::test]
async fn failures_of_a_host_are_sentences() {
    check(|_| answer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", ""), "Denied", "a token in [[hosts]]").await;
    check(|_| answer("403 Forbidden", "", ""), "Denied", "a token in [[hosts]]").await;
    check(|_| answer("404 Not Found", "", ""), "NotFound", "if it is private").await;
    check(|_| answer("429 Too Many Requests", "", ""), "RateLimited", "allows no more requests until").await;
    check(|_| answer("500 Internal Server Error", "", ""), "Unreadable", "could not hand over").await;

    check(|_| Reply::Raw(b"nonsense".to_vec()), "Unreadable", "could not hand over").await;
    for private in ["http://169.254.169.254/r.git/info/refs", "http://10.0.0.1/", "file:///etc/passwd", "ext::sh"] {
        check(move |_| answer("302 Found", &format!("Location: {private}\r\n"), ""), "Unreadable", "with a redirect").await;
    }
}

#[tokio::test]
async fn a_wrong_token_is_denied_and_never_shown() {
    let server = Server::start(|request| {
        let authorization = request.headers.get("authorization").cloned().unwrap_or_default();
        answer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", &format!("{authorization} s3cret"))
    })
    .await;
    let forge = with_token(&server, "s3cret");
    let error = forge.round().checkout(&target(&server)).await.unwrap_err();
    assert!(matches!(&error, ForgeError::Denied(said) if said.contains("may not read it, or has run out")), "{error:?}");
    let all = format!("{error:?} {:?}", forge.hosts());
    assert!(!all.contains("s3cret") && !all.contains("eC1hY2Nlc3M"), "{all}");
}

#[tokio::test]
async fn a_host_that_never_answers_is_left() {
    let server =
        Server::start(|_| Reply::Stall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n".to_vec()))
            .await;
    let forge = Forge::new(Vec::new(), FetchConfig { timeout: Duration::from_millis(300), ..limits() }, None).unwrap();
    let error = forge.round().checkout(&target(&server)).await.unwrap_err();
    assert!(matches!(&error, ForgeError::Unreadable(said) if said.contains("within 0.3 s (timeout under [fetch])")), "{error:?}");
}

#[tokio::test]
async fn git_goes_with_the_one_who_waits_and_tells_nobody_the_token() {
    let server = Server::start(|_| Reply::Stall(b"HTTP/1.1 200 OK\r\n\r\n".to_vec())).await;
    let forge = with_token(&server, "s3cret-in-no-argument");
    let mut round = Box::pin(async { forge.round().checkout(&target(&server)).await.map(drop) });
    while server.requests().is_empty() {
        assert!(futures_util::poll!(&mut round).is_pending());
        tokio::task::yield_now().await;
    }
    // Arguments are for all users of a machine to see.
    for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        assert!(!arguments.windows(21).any(|window| window == b"s3cret-in-no-argument"));
    }
    drop(round);
    // The helper that git started is gone too, or this would never end.
    server.left().await;
}

#[tokio::test]
async fn a_host_that_must_be_waited_for_is_not_asked_by_git_either() {
    let server = Server::start(|_| answer("429 Too Many Requests", "Retry-After: 100\r\n", "")).await;
    let forge = Forge::new(Vec::new(), limits(), None).unwrap();
    assert!(forge.get(&server.url("/a.yaml"), None).await.is_err());
    let error = forge.round().checkout(&target(&server)).await.unwrap_err();
    assert!(matches!(error, ForgeError::RateLimited { .. }), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn those_who_wait_for_the_same_repository_share_the_answer() {
    let origin = Origin::new(&[("a.yaml", "one")]);
    let root = origin.root().to_owned();
    let server = Server::start(move |_| Reply::Git(root.clone())).await;
    let forge = Forge::new(Vec::new(), limits(), None).unwrap();
    let place = target(&server);
    let rounds = (0..20).map(|_| async { forge.round().checkout(&place).await.unwrap().commit.clone() });
    let commits = futures_util::future::join_all(rounds).await;
    assert!(commits.iter().all(|commit| *commit == commits[0]));
    // The first asked and fetched; of those who came while it did so, one asked again for all.
    assert_eq!(forge.hosts()[0].requests, 3);
}

#[tokio::test]
async fn a_name_is_pinned_to_the_address_that_was_checked() {
    let origin = Origin::new(&[("a.yaml", "one")]);
    let root = origin.root().to_owned();
    let server = Server::start(move |_| Reply::Git(root.clone())).await;
    let port = server.host.rsplit_once(':').unwrap().1;
    let place = GitTarget::parse(&format!("http://localhost:{port}/r.git")).unwrap();
    let open = Forge::new(Vec::new(), FetchConfig { allow_private: vec!["localhost".to_owned()], ..FetchConfig::default() }, None).unwrap();
    assert_eq!(open.round().checkout(&place).await.unwrap().read("a.yaml").await.unwrap(), "one");
    let closed = Forge::new(Vec::new(), FetchConfig::default(), None).unwrap();
    let error = closed.round().checkout(&place).await.unwrap_err();
    assert!(matches!(&error, ForgeError::Refused(said) if said.contains("allow-private")), "{error:?}");
}
