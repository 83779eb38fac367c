//! Webhooks: headers and body in, an event or the reason of its refusal out.

use forge::webhook::{self, Event, Push, WebhookError, same_repository};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha2::Sha256;

fn secret() -> SecretString {
    "s3cret".into()
}

fn signed(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"s3cret").unwrap();
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

fn shown(result: Result<Event, WebhookError>) -> String {
    match result {
        Ok(Event::Push(Push { repositories, reference, before, after, touched })) => {
            let short = |id: Option<String>| id.map_or("-".to_owned(), |id| id[..4].to_owned());
            format!("{} | {reference} | {}..{} | {}", repositories.join(" "), short(before), short(after), touched.join(" "))
        }
        Ok(Event::Ping) => "ping".to_owned(),
        Ok(Event::Other(name)) => format!("other {name}"),
        Err(WebhookError::Signature(said)) => format!("401 {said}"),
        Err(WebhookError::Malformed(said)) => format!("400 {said}"),
    }
}

const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const ZERO: &str = "0000000000000000000000000000000000000000";
const GITHUB: &str = r#""repository":{"clone_url":"https://github.com/o/r.git","ssh_url":"git@github.com:o/r.git","html_url":"https://github.com/o/r","id":1}"#;

fn check_github(event: &str, body: &str, expected: &str) {
    assert_eq!(shown(webhook::github(Some(&signed(body)), Some(event), body.as_bytes(), &secret())), expected, "{body}");
}

#[test]
fn github_events_are_read() {
    let addresses = "https://github.com/o/r.git git@github.com:o/r.git https://github.com/o/r";
    let commits =
        r#"[{"added":["new.yaml"],"modified":["a.yaml"],"removed":[]},{"added":[],"modified":["a.yaml"],"removed":["old.yaml"]}]"#;
    let push = |rest: &str| format!(r#"{{"ref":"refs/heads/main","before":"{A}","after":"{B}",{rest}{GITHUB}}}"#);
    check_github(
        "push",
        &push(&format!(r#""commits":{commits},"#)),
        &format!("{addresses} | main | aaaa..bbbb | a.yaml new.yaml old.yaml"),
    );
    // Forced or cut short: what was touched is not known.
    check_github("push", &push(&format!(r#""forced":true,"commits":{commits},"#)), &format!("{addresses} | main | aaaa..bbbb | "));
    check_github("push", &push(&format!(r#""total_commits":30,"commits":{commits},"#)), &format!("{addresses} | main | aaaa..bbbb | "));
    check_github(
        "push",
        &format!(r#"{{"ref":"refs/tags/v1","before":"{ZERO}","after":"{B}",{GITHUB}}}"#),
        &format!("{addresses} | v1 | -..bbbb | "),
    );
    check_github(
        "push",
        &format!(r#"{{"ref":"refs/heads/feature/x","before":"{A}","after":"{ZERO}","deleted":true,{GITHUB}}}"#),
        &format!("{addresses} | feature/x | aaaa..- | "),
    );
    check_github("ping", r#"{"zen":"Keep it simple"}"#, "ping");
    check_github("issues", "{}", "other issues");
    check_github("push", "{", "400 the body is not the expected JSON: EOF while parsing an object at line 1 column 1");
    check_github("push", r#"{"ref":"refs/heads/main","repository":{}}"#, "400 the body names no repository");
    let form = "payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%2C%22repository%22%3A%7B%22clone_url%22%3A%22https%3A%2F%2Fgithub.com%2Fo%2Fr.git%22%7D%7D";
    check_github("push", form, "https://github.com/o/r.git | main | -..- | ");
}

#[test]
fn nothing_is_believed_without_its_signature() {
    let body = format!(r#"{{"ref":"refs/heads/main",{GITHUB}}}"#);
    let other = signed("another body");
    for signature in
        [None, Some(""), Some("sha256="), Some("sha256=zz"), Some("sha1=0"), Some(&other), Some(&signed(&body)[7..]), Some("sha256=é")]
    {
        let said = shown(webhook::github(signature, Some("push"), body.as_bytes(), &secret()));
        assert!(said.starts_with("401 ") && said.contains("X-Hub-Signature-256") && !said.contains("s3cret"), "{signature:?}: {said}");
        assert!(shown(webhook::git(signature, body.as_bytes(), &secret())).starts_with("401 "));
    }
    for token in [None, Some(""), Some("s3cre"), Some("s3cret2")] {
        assert!(shown(webhook::gitlab(token, Some("Push Hook"), body.as_bytes(), &secret())).starts_with("401 "), "{token:?}");
    }
    // Nobody can sign with an empty secret.
    let empty = SecretString::from(String::new());
    assert_eq!(shown(webhook::gitlab(Some(""), None, b"{}", &empty)), "401 no secret is configured under [webhooks]");
    assert_eq!(
        shown(webhook::github(Some(&signed(&body)), Some("push"), body.as_bytes(), &empty)),
        "401 no secret is configured under [webhooks]"
    );
    assert_eq!(shown(webhook::github(Some(&signed(&body)), None, body.as_bytes(), &secret())), "400 the header X-GitHub-Event is missing");
}

#[test]
fn gitlab_events_are_read() {
    let check = |event: Option<&str>, body: &str, expected: &str| {
        assert_eq!(shown(webhook::gitlab(Some("s3cret"), event, body.as_bytes(), &secret())), expected, "{body}");
    };
    let project = r#""project":{"git_http_url":"https://gitlab.com/g/p.git","git_ssh_url":"git@gitlab.com:g/p.git","web_url":"https://gitlab.com/g/p"},"repository":{"url":"git@gitlab.com:g/p.git","homepage":"https://gitlab.com/g/p"}"#;
    let addresses = "https://gitlab.com/g/p.git git@gitlab.com:g/p.git https://gitlab.com/g/p";
    let push = |kind: &str, rest: &str| {
        format!(r#"{{"object_kind":"{kind}","ref":"refs/heads/main","before":"{A}","after":"{B}",{rest}{project}}}"#)
    };
    let commits = r#""commits":[{"added":["new.yaml"],"modified":null,"removed":["old.yaml"]}],"#;
    check(
        Some("Push Hook"),
        &push("push", &format!(r#""total_commits_count":1,{commits}"#)),
        &format!("{addresses} | main | aaaa..bbbb | new.yaml old.yaml"),
    );
    check(None, &push("push", &format!(r#""total_commits_count":25,{commits}"#)), &format!("{addresses} | main | aaaa..bbbb | "));
    check(Some("Tag Push Hook"), &push("tag_push", ""), &format!("{addresses} | main | aaaa..bbbb | "));
    check(Some("System Hook"), &push("push", "").replace("object_kind", "event_name"), &format!("{addresses} | main | aaaa..bbbb | "));
    check(Some("Issue Hook"), r#"{"object_kind":"issue"}"#, "other issue");
    check(
        Some("Push Hook"),
        "[]",
        "400 the body is not the expected JSON: invalid length 0, expected struct Sort with 2 elements at line 1 column 2",
    );
}

#[test]
fn generic_events_are_read() {
    let check =
        |body: &str, expected: &str| assert_eq!(shown(webhook::git(Some(&signed(body)), body.as_bytes(), &secret())), expected, "{body}");
    check(r#"{"repository":"ssh://git@h.example/r.git","ref":"main"}"#, "ssh://git@h.example/r.git | main | -..- | ");
    check(
        &format!(
            r#"{{"repository":["https://h.example/r","git@h.example:r"],"ref":"refs/heads/main","before":"{A}","after":"{B}","added":["/a"],"modified":["b"],"removed":["c"]}}"#
        ),
        "https://h.example/r git@h.example:r | main | aaaa..bbbb | a b c",
    );
    check(r#"{"repository":"https://h.example/r","ref":"main","before":"--output=x"}"#, "https://h.example/r | main | -..- | ");
    check(r#"{"repository":"","ref":"main"}"#, "400 the body names no repository");
    check(r#"{"repository":"https://h.example/r","ref":""}"#, "400 the body names no branch or tag");
    check(r#"{"ref":"main"}"#, "400 the body is not the expected JSON: missing field `repository` at line 1 column 14");
}

#[test]
fn one_repository_has_many_addresses() {
    let check = |a: &str, b: &str, expected: bool| {
        assert_eq!((same_repository(a, b), same_repository(b, a)), (expected, expected), "{a} {b}");
    };
    let same = [
        "https://github.com/O/R",
        "https://github.com/o/r.git",
        "http://github.com:80/o/r/",
        "https://x@GitHub.com:443/o/r.git",
        "git@github.com:o/r.git",
        "ssh://git@github.com/o/r",
        "ssh://git@github.com:22/o/r.git",
        "git://github.com/o/r.git",
        "https://www.github.com/o/r",
    ];
    for a in same {
        for b in same {
            check(a, b, true);
        }
    }
    check("https://h.example:8443/o/r", "ssh://git@h.example:2222/o/r", true);
    check("https://h.example:8443/o/r", "https://h.example/o/r", false);
    check("ssh://git@h.example:2222/o/r", "git@h.example:o/r", false);
    check("file:///srv/git/r.git", "/srv/git/r", true);
    check("https://github.com/o/r", "https://github.com/o/r2", false);
    check("https://github.com/o/r", "https://gitlab.com/o/r", false);
    check("https://github.com/o/r", "nonsense", false);
    check("", "", false);
}
