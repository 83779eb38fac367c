//! Attacks, each with what it got.
//!
//! Every test gathers a line for each try and compares the lines: what an attacker sees is written here, and a change of it shows.

use std::{fmt::Write as _, time::Duration};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, Request, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::Caller;
use server::http::{App, Peer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use crate::world::{Answer, TOKEN, World};

/// A request of nobody, with headers.
fn plain(method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = World::anonymous(method, path, body);
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, HeaderValue::from_str(value).unwrap());
    }
    request
}

/// The same, from an address.
fn from(peer: &str, mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(Peer(peer.parse().unwrap()));
    request
}

async fn send(app: &App, request: Request<Body>) -> u16 {
    app.serve(request).await.status().as_u16()
}

/// Whether the cookie opens the home page.
async fn opens(world: &World, cookie: &str) -> bool {
    world.send(plain(Method::GET, "/", &[("cookie", cookie)], "")).await.status == 200
}

/// Whether the answer says more of where to go than a path of the portal.
fn place(answer: &Answer) -> String {
    format!("{} {}", answer.status.as_u16(), answer.header("location"))
}

/// An account with a password.
async fn account(world: &World, name: &str, password: &str) {
    let answer = world.send(World::anonymous(Method::GET, "/sign-in", "")).await;
    assert_eq!(answer.status, 200);
    let link = world.portal.access().create_setup_link(&Caller::admin_token(), Some(name)).await.unwrap();
    let form = format!("token={link}&password={}", password.replace(' ', "+"));
    let done = world.send(World::anonymous(Method::POST, "/setup", &form)).await;
    assert_eq!(place(&done), "303 /", "{}", done.text);
}

fn sign_in(name: &str, password: &str) -> Request<Body> {
    World::anonymous(Method::POST, "/sign-in", &format!("name={name}&password={}", password.replace(' ', "+")))
}

#[tokio::test]
async fn session_fixation() {
    for world in World::each(&["--demo"], &[]).await {
        let planted = "wm_session=AAAAAAAAAAAAAAAAAAAAAA";
        let form = "person=user:default/ada";
        let signed = world.send(plain(Method::POST, "/sign-in", &[("cookie", planted)], form)).await;
        let first = format!("wm_session={}", signed.cookie("wm_session").unwrap());
        assert!(first != planted && first.len() == planted.len(), "the session has an id of its own");
        assert!(!opens(&world, planted).await, "what was planted is no session, even after somebody signed in with it");
        assert!(opens(&world, &first).await);
        let again = world.send(plain(Method::POST, "/sign-in", &[("cookie", &first)], form)).await;
        let second = format!("wm_session={}", again.cookie("wm_session").unwrap());
        assert_ne!(first, second, "signing in again gives another id");
        assert!(!opens(&world, &first).await && opens(&world, &second).await, "and ends the session before");
    }
}

#[tokio::test]
async fn session_fixation_from_a_neighbouring_host() {
    let world = World::one(&[], &[("WAYMARK_PUBLIC_URL", "https://portal.example.org")]).await;
    let signed = world.send(World::anonymous(Method::POST, "/sign-in", &format!("token={TOKEN}"))).await;
    let session = signed.cookie("__Host-wm_session").unwrap();
    let line = signed
        .headers
        .get_all(header::SET_COOKIE)
        .into_iter()
        .find_map(|line| line.to_str().ok().filter(|line| line.contains("__Host-")))
        .unwrap();
    let rest = line.split_once(';').unwrap().1;
    assert_eq!(rest, " Max-Age=2592000; HttpOnly; Path=/; SameSite=Lax; Secure");
    assert!(opens(&world, &format!("__Host-wm_session={session}")).await);
    // evil.example.org can set wm_session for .example.org, and nothing that begins with __Host-.
    assert!(!opens(&world, &format!("wm_session={session}")).await, "a cookie of another name is none");
}

#[tokio::test]
async fn cookie_theft_after_logout() {
    for world in World::each(&["--demo"], &[]).await {
        let stolen = world.sign_in("user:default/ada").await;
        assert!(opens(&world, &stolen).await);
        let out = world.send(plain(Method::POST, "/sign-out", &[("cookie", &stolen)], "")).await;
        assert_eq!(place(&out), "303 /sign-in");
        let page = world.send(plain(Method::GET, "/catalog", &[("cookie", &stolen)], "")).await;
        let rest = world.send(plain(Method::GET, "/api/catalog/entities", &[("cookie", &stolen)], "")).await;
        assert_eq!([place(&page), place(&rest)], ["303 /sign-in?return_to=%2Fcatalog", "401 "]);
    }
}

#[tokio::test]
async fn forged_forms_and_fetches() {
    let world = World::one(&["--demo"], &[]).await;
    let session = world.sign_in("user:default/ada").await;
    let tries: [(&str, Method, &str, &str); 9] = [
        ("form", Method::POST, "/star", "entity=component:default/pay&starred=true"),
        ("form", Method::POST, "/theme", "theme=dark"),
        ("form", Method::POST, "/sign-out", ""),
        ("form", Method::POST, "/sign-in", "person=user:default/ada"),
        ("form", Method::POST, "/setup", "token=x&password=y"),
        ("server function", Method::POST, "/fn/star", "entity=component:default/pay&starred=true"),
        ("fetch", Method::POST, "/api/catalog/locations", r#"{"type":"url","target":"https://evil.example/x.yaml"}"#),
        ("fetch", Method::DELETE, "/api/catalog/entities/by-uid/x", ""),
        ("fetch", Method::PUT, "/api/v1/entities/default/component/x", "{}"),
    ];
    let mut got = String::new();
    for (how, method, path, body) in tries {
        let mut line = format!("{how} {method} {path}:");
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://localhost:3001")],
        ] {
            let headers: Vec<_> = headers.iter().copied().chain([("cookie", session.as_str())]).collect();
            _ = write!(line, " {}", world.send(plain(method.clone(), path, &headers, body)).await.status.as_u16());
        }
        _ = writeln!(got, "{line}");
    }
    assert_eq!(
        got,
        "form POST /star: 403 403 403 403 403
form POST /theme: 403 403 403 403 403
form POST /sign-out: 403 403 403 403 403
form POST /sign-in: 403 403 403 403 403
form POST /setup: 403 403 403 403 403
server function POST /fn/star: 403 403 403 403 403
fetch POST /api/catalog/locations: 403 403 403 403 403
fetch DELETE /api/catalog/entities/by-uid/x: 403 403 403 403 403
fetch PUT /api/v1/entities/default/component/x: 403 403 403 403 403
"
    );
    assert!(opens(&world, &session).await, "nobody was signed out");
    let own = [("sec-fetch-site", "same-origin"), ("cookie", session.as_str())];
    assert_eq!(world.send(plain(Method::POST, "/theme", &own, "theme=dark")).await.status, 303, "the portal's own form works");
}

#[tokio::test]
async fn open_redirects() {
    let world = World::one(&["--demo"], &[]).await;
    let mut got = String::new();
    for target in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/%0d%0aset-cookie:a=b",
        "/catalog\r\nset-cookie: a=b",
        "/catalog?kind=api",
    ] {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", target).finish();
        let page = world.send(World::anonymous(Method::GET, &format!("/sign-in?{query}"), "")).await;
        assert!(!page.text.contains("evil.example"), "{target}");
        let signed = world.send(World::anonymous(Method::POST, "/sign-in", &format!("person=user:default/ada&{query}"))).await;
        let theme = world
            .send(plain(Method::POST, "/theme", &[("cookie", &world.sign_in("user:default/ada").await)], &format!("theme=dark&{query}")))
            .await;
        _ = writeln!(got, "{target:?}: {} {}", place(&signed), place(&theme));
    }
    let unasked = world.send(World::anonymous(Method::GET, "//evil.example/catalog", "")).await;
    _ = writeln!(got, "asked for by its address: {}", place(&unasked));
    assert_eq!(
        got,
        r#""https://evil.example": 303 / 303 /
"//evil.example": 303 / 303 /
"/\\evil.example": 303 / 303 /
"\\\\evil.example": 303 / 303 /
"/\t/evil.example": 303 / 303 /
"javascript:alert(1)": 303 / 303 /
"/%0d%0aset-cookie:a=b": 303 /%0d%0aset-cookie:a=b 303 /%0d%0aset-cookie:a=b
"/catalog\r\nset-cookie: a=b": 303 / 303 /
"/catalog?kind=api": 303 /catalog?kind=api 303 /catalog?kind=api
asked for by its address: 303 /sign-in
"#
    );
}

const PROXIED: &[(&str, &str)] =
    &[("WAYMARK_PROXY_ADDRESSES", "10.0.0.0/8"), ("WAYMARK_PROXY_HEADER", "X-Forwarded-User"), ("WAYMARK_PROXY_RESOLVER", "name")];

#[tokio::test]
async fn spoofed_headers() {
    let world = World::one(&[], PROXIED).await;
    let mut got = String::new();
    let check = async |what: &str, peer: Option<&str>, headers: &[(&str, &str)]| {
        let request = plain(Method::GET, "/api/catalog/entities?limit=1", headers, "");
        let request = match peer {
            Some(peer) => from(peer, request),
            None => request,
        };
        format!("{what}: {}\n", world.send(request).await.status.as_u16())
    };
    let ada = ("x-forwarded-user", "ada");
    got += &check("from the proxy", Some("10.0.0.7"), &[ada]).await;
    got += &check("from the proxy, as IPv6 writes it", Some("::ffff:10.0.0.7"), &[ada]).await;
    got += &check("from elsewhere", Some("192.0.2.1"), &[ada]).await;
    got += &check("from this machine", Some("127.0.0.1"), &[ada]).await;
    got += &check("from nowhere", None, &[ada]).await;
    got += &check(
        "from elsewhere, saying that it is the proxy",
        Some("192.0.2.1"),
        &[ada, ("x-forwarded-for", "10.0.0.7"), ("forwarded", "for=10.0.0.7"), ("x-real-ip", "10.0.0.7")],
    )
    .await;
    got += &check("twice, from the proxy", Some("10.0.0.7"), &[ada, ("x-forwarded-user", "bob")]).await;
    got += &check("nobody, from the proxy", Some("10.0.0.7"), &[("x-forwarded-user", " ")]).await;
    got += &check("somebody unknown, from the proxy", Some("10.0.0.7"), &[("x-forwarded-user", "eve")]).await;
    let session = world.send(World::anonymous(Method::POST, "/sign-in", &format!("token={TOKEN}"))).await;
    let session = format!("wm_session={}", session.cookie("wm_session").unwrap());
    let signed_in = [("x-forwarded-user", "eve"), ("cookie", session.as_str())];
    got += &check("somebody unknown who has signed in here, from the proxy", Some("10.0.0.7"), &signed_in).await;
    got += &check("another header, from the proxy", Some("10.0.0.7"), &[("x-forwarded-email", "ada")]).await;
    got += &check("the admin, from the proxy", Some("10.0.0.7"), &[("x-forwarded-user", "system:admin-token")]).await;
    assert_eq!(
        got,
        "from the proxy: 200
from the proxy, as IPv6 writes it: 200
from elsewhere: 401
from this machine: 401
from nowhere: 401
from elsewhere, saying that it is the proxy: 401
twice, from the proxy: 401
nobody, from the proxy: 401
somebody unknown, from the proxy: 403
somebody unknown who has signed in here, from the proxy: 200
another header, from the proxy: 401
the admin, from the proxy: 403
"
    );
}

#[tokio::test]
async fn tokens_in_addresses() {
    let world = World::one(&[], &[]).await;
    let basic = format!("Basic {}", STANDARD.encode(format!("any:{TOKEN}")));
    let mut got = String::new();
    for (path, headers) in [
        (format!("/api/catalog/entities?token={TOKEN}"), vec![]),
        (format!("/api/catalog/entities?access_token={TOKEN}"), vec![]),
        (format!("/api/catalog/entities?authorization=Bearer%20{TOKEN}"), vec![]),
        (format!("/catalog?token={TOKEN}"), vec![]),
        ("/api/catalog/entities".to_owned(), vec![("cookie", format!("token={TOKEN}; wm_session={TOKEN}"))]),
        ("/api/catalog/entities".to_owned(), vec![("authorization", basic.clone())]),
        ("/api/catalog/entities".to_owned(), vec![("x-vault-token", TOKEN.to_owned())]),
        ("/git/a/b.git/info/refs".to_owned(), vec![]),
        ("/git/a/b.git/info/refs".to_owned(), vec![("authorization", basic.clone())]),
        ("/terraform/a".to_owned(), vec![("authorization", basic)]),
        ("/vault/v1/a".to_owned(), vec![("x-vault-token", TOKEN.to_owned())]),
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = world.send(plain(Method::GET, &path, &headers, "")).await;
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let challenge = answer.header("www-authenticate").split(' ').next().unwrap_or_default().to_owned();
        _ = writeln!(got, "{} {names:?}: {} {challenge}", path.replace(TOKEN, "TOKEN"), answer.status.as_u16());
    }
    // Nothing is under the last three addresses yet; the gate lets them through.
    assert_eq!(
        got,
        r#"/api/catalog/entities?token=TOKEN []: 401 Bearer
/api/catalog/entities?access_token=TOKEN []: 401 Bearer
/api/catalog/entities?authorization=Bearer%20TOKEN []: 401 Bearer
/catalog?token=TOKEN []: 303 
/api/catalog/entities ["cookie"]: 401 Bearer
/api/catalog/entities ["authorization"]: 401 Bearer
/api/catalog/entities ["x-vault-token"]: 401 Bearer
/git/a/b.git/info/refs []: 401 Basic
/git/a/b.git/info/refs ["authorization"]: 404 
/terraform/a ["authorization"]: 404 
/vault/v1/a ["x-vault-token"]: 404 
"#
    );
}

#[tokio::test]
async fn brute_force_against_two_replicas() {
    for world in World::each(&[], &[]).await {
        let password = "correct horse battery";
        account(&world, "root", password).await;
        let other = world.replica().await;
        let mut got = String::new();
        // To the two replicas in turn.
        for guess in 0..7 {
            let request = from("192.0.2.1", sign_in("root", "correct horse stable"));
            let app = if guess % 2 == 0 { &world.app } else { &other };
            _ = write!(got, "{} ", send(app, request).await);
        }
        assert_eq!(got, "403 403 403 403 403 429 429 ", "after five failures nothing is looked at");
        let answer = world.send(from("192.0.2.1", sign_in("root", password))).await;
        assert_eq!(answer.status, 429, "not even the right password");
        let seconds: u32 = answer.header("retry-after").parse().unwrap();
        assert!((1..=15).contains(&seconds), "{seconds}");
        assert!(answer.text.contains("Too many tries. Try again in "), "{}", answer.text);
        assert!(answer.text.contains("value=\"root\"") && !answer.text.contains(password), "what was typed is kept, but for the password");

        let elsewhere = send(&world.app, from("198.51.100.1", sign_in("root", password))).await;
        assert_eq!(elsewhere, 303, "who guesses locks nobody else out");

        // One address that tries a password on many names.
        got.clear();
        for guess in 0..22 {
            let request = from("203.0.113.9", sign_in(&format!("name-{guess}"), "correct horse stable"));
            let app = if guess % 2 == 0 { &world.app } else { &other };
            _ = write!(got, "{} ", send(app, request).await);
        }
        assert_eq!(got, format!("{}429 429 ", "403 ".repeat(20)));
        let form = format!("token=guess&password={}", password.replace(' ', "+"));
        let link = send(&world.app, from("203.0.113.9", World::anonymous(Method::POST, "/setup", &form))).await;
        assert_eq!(link, 429, "set-up links cannot be guessed at from there either");
        let token = World::anonymous(Method::POST, "/sign-in", &format!("token={TOKEN}"));
        assert_eq!(send(&world.app, from("203.0.113.9", token)).await, 303, "the admin token is never limited");
    }
}

#[tokio::test]
async fn guessing_tokens() {
    for world in World::each(&[], &[]).await {
        let other = world.replica().await;
        let bearer =
            |token: &str| plain(Method::GET, "/api/catalog/entities?limit=1", &[("authorization", &format!("Bearer {token}"))], "");
        let mut got = String::new();
        for guess in 0..22 {
            // Half of them could be tokens, by their checksum.
            let token = if guess % 2 == 0 { identity::token::generate() } else { format!("wm_{guess}") };
            let app = if guess % 3 == 0 { &world.app } else { &other };
            _ = write!(got, "{} ", send(app, from("203.0.113.9", bearer(&token))).await);
        }
        assert_eq!(got, format!("{}429 429 ", "401 ".repeat(20)));
        assert_eq!(send(&world.app, from("203.0.113.9", bearer(TOKEN))).await, 200, "the admin token is never limited");
        assert_eq!(send(&world.app, from("192.0.2.1", bearer("wm_x"))).await, 401, "others are not locked");
    }
}

/// How long a look-up takes tells nothing of what is kept, since what is looked for is a digest: whoever changes one character of a guess
/// changes all of it. This holds by how it is built, and is checked there: the statements name digests, and nothing else is kept.
#[test]
fn timing_of_look_ups() {
    let mut got = String::new();
    for name in ["session.of", "token.of", "setup_link.of", "setup_link.take"] {
        let statement = identity::STATEMENTS.iter().find(|statement| statement.name == name).unwrap();
        let condition = statement.sqlite.split_once("WHERE ").unwrap().1;
        let by = condition.split_once(" = $1").unwrap().0;
        assert_eq!(statement.sqlite.matches("$1").count(), 1, "{name}");
        _ = writeln!(got, "{name} looks for {by}");
    }
    assert_eq!(
        got,
        "session.of looks for id_hash
token.of looks for t.hash
setup_link.of looks for token_hash
setup_link.take looks for token_hash
"
    );
    assert_eq!(identity::digest("a"), "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", "which are SHA-256");
}

#[tokio::test]
async fn tricks_with_paths() {
    let world = World::one(&[], &[]).await;
    let long = "a".repeat(5_000);
    let mut got = String::new();
    for path in [
        "component/default/pay",
        "component/default/%70ay",
        "component/default/PAY",
        "component/default/pay/",
        "component/default/../default/pay",
        "component/default/%2e%2e/pay",
        "component/default/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "component/default/pay%2f",
        "component/default%2fpay",
        "component/default/pay%00",
        "component/default/pay%00.json",
        "component/default/%ff%fe",
        "component/default/%c0%ae%c0%ae",
        "component/default/%F0%9F%92%A9",
        "component/default/p%D0%B0y",
        "component/default/pay%0d%0aset-cookie:a=b",
        "component/default/pay;a=b",
        "component//pay",
        "component/default/%25%32%65",
        "component/default/pay'%20OR%201=1--",
        "component%3Adefault%2Fpay/x/y",
        &format!("component/default/{long}"),
    ] {
        let answer = world.get(&format!("/api/catalog/entities/by-name/{path}")).await;
        let found = if answer.text.contains("\"Takes money") { "found" } else { "" };
        assert!(answer.headers.get("set-cookie").is_none() && !answer.text.contains("root:"), "{path}");
        let shown: String = path.chars().take(60).collect();
        _ = writeln!(got, "{shown}: {} {found}", answer.status.as_u16());
    }
    assert_eq!(
        got,
        "component/default/pay: 200 found
component/default/%70ay: 200 found
component/default/PAY: 200 found
component/default/pay/: 404 
component/default/../default/pay: 404 
component/default/%2e%2e/pay: 404 
component/default/%2e%2e%2f%2e%2e%2fetc%2fpasswd: 404 
component/default/pay%2f: 404 
component/default%2fpay: 404 
component/default/pay%00: 404 
component/default/pay%00.json: 404 
component/default/%ff%fe: 400 
component/default/%c0%ae%c0%ae: 400 
component/default/%F0%9F%92%A9: 404 
component/default/p%D0%B0y: 404 
component/default/pay%0d%0aset-cookie:a=b: 404 
component/default/pay;a=b: 404 
component//pay: 404 
component/default/%25%32%65: 404 
component/default/pay'%20OR%201=1--: 404 
component%3Adefault%2Fpay/x/y: 404 
component/default/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: 404 
"
    );
}

/// A real listener over the world, for what happens before a request is one.
async fn listening(world: &World) -> (std::net::SocketAddr, CancellationToken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let limits = server::config::LimitsConfig {
        body_bytes: 10 << 20,
        request_time: Duration::from_secs(30),
        header_time: Duration::from_secs(30),
        connections: 100,
        drain_time: Duration::from_secs(1),
    };
    tokio::spawn(server::http::run(listener, world.app.clone(), limits, stop.clone()));
    (address, stop)
}

/// The status of the answer to these bytes; nothing when the connection was closed without one.
async fn raw(address: std::net::SocketAddr, head: &str, rest: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut answer = Vec::new();
    let sent = async {
        // The server may have answered and closed before everything was sent.
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(rest).await;
        let _ = stream.read_to_end(&mut answer).await;
    };
    tokio::time::timeout(Duration::from_secs(60), sent).await.expect("it answers or closes");
    String::from_utf8_lossy(&answer).split_whitespace().nth(1).unwrap_or("closed").to_owned()
}

#[tokio::test]
async fn oversized_headers() {
    let world = World::one(&[], &[]).await;
    let (address, stop) = listening(&world).await;
    let close = "Host: localhost\r\nConnection: close\r\n";
    let mut got = String::new();
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    let tries = [
        ("a header of 1 MB", format!("GET /healthz HTTP/1.1\r\n{close}x: {}\r\n\r\n", "a".repeat(1 << 20))),
        ("200 headers", format!("GET /healthz HTTP/1.1\r\n{close}{many}\r\n")),
        ("an address of 1 MB", format!("GET /{} HTTP/1.1\r\n{close}\r\n", "a".repeat(1 << 20))),
        ("a cookie of 100 KB", format!("GET /catalog HTTP/1.1\r\n{close}Cookie: wm_session={}\r\n\r\n", "a".repeat(100_000))),
        (
            "a token of 100 KB",
            format!("GET /api/catalog/entities HTTP/1.1\r\n{close}Authorization: Bearer {}\r\n\r\n", "a".repeat(100_000)),
        ),
        ("a header that is folded", format!("GET /healthz HTTP/1.1\r\n{close}x: a\r\n b\r\n\r\n")),
        ("two lengths", format!("POST /sign-in HTTP/1.1\r\n{close}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab")),
        ("nothing wrong", format!("GET /healthz HTTP/1.1\r\n{close}\r\n")),
    ];
    for (what, head) in tries {
        _ = writeln!(got, "{what}: {}", raw(address, &head, b"").await);
    }
    stop.cancel();
    assert_eq!(
        got,
        "a header of 1 MB: 431
200 headers: 431
an address of 1 MB: 431
a cookie of 100 KB: 303
a token of 100 KB: 401
a header that is folded: 400
two lengths: 400
nothing wrong: 200
"
    );
}

#[tokio::test]
async fn json_bombs() {
    let world = World::one(&[], &[]).await;
    let (address, stop) = listening(&world).await;
    let deep = |open: &str, close: &str, levels: usize| format!("{}1{}", open.repeat(levels), close.repeat(levels));
    let mut got = String::new();
    let bodies = [
        ("100,000 lists in each other", deep("[", "]", 100_000)),
        ("100,000 objects in each other", deep("{\"a\":", "}", 100_000)),
        ("a deep list in a field", format!("{{\"entityRefs\":{}}}", deep("[", "]", 100_000))),
        ("a number of a million digits", format!("{{\"entityRefs\":[{}]}}", "9".repeat(1_000_000))),
        ("1e999999999", "{\"entityRefs\":[1e999999999]}".to_owned()),
        ("a million keys", format!("{{{}\"entityRefs\":[]}}", (0..100_000).map(|n| format!("\"k{n}\":1,")).collect::<String>())),
        ("half a surrogate", "{\"entityRefs\":[\"\\ud800\"]}".to_owned()),
        ("NUL", "{\"entityRefs\":[\"component:default/a\\u0000\"]}".to_owned()),
        ("more than 10 MiB", format!("{{\"entityRefs\":[\"{}\"]}}", "a".repeat(10 << 20))),
    ];
    for (what, body) in bodies {
        let head = |path: &str| {
            format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            )
        };
        let mut line = format!("{what}:");
        for path in ["/api/catalog/entities/by-refs", "/api/catalog/locations", "/api/catalog/validate-entity"] {
            _ = write!(line, " {}", raw(address, &head(path), body.as_bytes()).await);
        }
        _ = writeln!(got, "{line}");
    }
    // Without a length the limit holds as well.
    let chunked = format!(
        "POST /api/catalog/entities/by-refs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let mut body = Vec::new();
    for _ in 0..11 {
        body.extend_from_slice(b"100000\r\n");
        body.extend_from_slice(&vec![b' '; 1 << 20]);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    _ = writeln!(got, "11 MiB in pieces: {}", raw(address, &chunked, &body).await);
    let after = world.get("/api/catalog/entities/by-name/component/default/pay").await;
    _ = writeln!(got, "and then: {}", after.status.as_u16());
    stop.cancel();
    assert_eq!(
        got,
        "100,000 lists in each other: 400 400 400
100,000 objects in each other: 400 400 400
a deep list in a field: 400 400 400
a number of a million digits: 400 400 400
1e999999999: 400 400 400
a million keys: 200 400 400
half a surrogate: 400 400 400
NUL: 200 400 400
more than 10 MiB: 413 413 413
11 MiB in pieces: 413
and then: 200
"
    );
}
