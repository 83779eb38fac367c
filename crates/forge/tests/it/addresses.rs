//! `git` addresses: what is understood, and what git must never be given.

use forge::GitTarget;

/// Address in; repository, reference, path and the id of the file out, or the sentence why not.
fn check(address: &str, expected: &str) {
    let found = match GitTarget::parse(address) {
        Ok(target) => {
            let reference = target.reference.as_deref().unwrap_or("-");
            let glob = if target.is_glob() { " glob" } else { "" };
            format!("{} | {reference} | {}{glob} | {}", target.repository, target.path, target.file(&target.path))
        }
        Err(error) => format!("{error}"),
    };
    if let Some(part) = expected.strip_prefix("refused: ") {
        assert!(GitTarget::parse(address).is_err(), "{address}: {found}");
        assert!(found.contains(part), "{address}\n  said: {found}\n  not: {part}");
        assert!(!found.contains("s3cret") && !found.contains('\u{1b}'), "{found}");
    } else {
        assert_eq!(found, expected, "{address}");
    }
}

#[test]
fn git_addresses_are_understood() {
    check("https://h.example/o/r.git", "https://h.example/o/r.git | - |  | https://h.example/o/r.git//");
    check(
        "https://h.example/o/r.git//services/**/catalog-info.yaml?ref=main",
        "https://h.example/o/r.git | main | services/**/catalog-info.yaml glob | https://h.example/o/r.git//services/**/catalog-info.yaml?ref=main",
    );
    check(
        "https://h.example/o/r//a.yaml?ref=feature/x",
        "https://h.example/o/r | feature/x | a.yaml | https://h.example/o/r//a.yaml?ref=feature/x",
    );
    check("https://H.Example:8443/o/r.git/", "https://h.example:8443/o/r.git | - |  | https://h.example:8443/o/r.git//");
    check("https://someone@h.example/o/r.git", "https://h.example/o/r.git | - |  | https://h.example/o/r.git//");
    check("git@h.example:o/r.git//a/b.yaml", "git@h.example:o/r.git | - | a/b.yaml | git@h.example:o/r.git//a/b.yaml");
    check(
        "ssh://git@h.example:2222/o/r.git//x.yaml?ref=v1.2",
        "ssh://git@h.example:2222/o/r.git | v1.2 | x.yaml | ssh://git@h.example:2222/o/r.git//x.yaml?ref=v1.2",
    );
    check("file:///srv/git/r.git//x.yaml", "file:///srv/git/r.git | - | x.yaml | file:///srv/git/r.git//x.yaml");
    check("git://h.example/r.git", "git://h.example/r.git | - |  | git://h.example/r.git//");
    check(
        "https://h.example/r.git//with%20space/a%3Fb%25.yaml",
        "https://h.example/r.git | - | with space/a?b%.yaml glob | https://h.example/r.git//with%20space/a%3Fb%25.yaml",
    );
    check(
        "https://h.example/r.git//pages/[id]/x.yaml",
        "https://h.example/r.git | - | pages/[id]/x.yaml | https://h.example/r.git//pages/[id]/x.yaml",
    );
    check("https://h.example/r.git//./a//b.yaml", "https://h.example/r.git | - | a/b.yaml | https://h.example/r.git//a/b.yaml");
    check(
        "https://h.example/r.git//überblick.yaml?ref=größe",
        "https://h.example/r.git | größe | überblick.yaml | https://h.example/r.git//%C3%BCberblick.yaml?ref=gr%C3%B6%C3%9Fe",
    );
    // What is read back from the id of a file is the file.
    for address in ["https://h.example/r.git//a%3Fb%25.yaml?ref=feature/x", "git@h.example:o/r.git//a%20b.yaml"] {
        let target = GitTarget::parse(address).unwrap();
        assert_eq!(GitTarget::parse(&target.file(&target.path)).unwrap(), target);
    }
}

#[test]
fn hostile_git_addresses_are_refused() {
    check("", "refused: is empty");
    check("--upload-pack=touch /tmp/x", "refused: a space");
    check("--upload-pack=touch${IFS}/tmp/x", "refused: begins with `-`");
    check("-oProxyCommand=x", "refused: begins with `-`");
    check("ext::sh%20-c%20id", "refused: run a helper");
    check("fd::17", "refused: run a helper");
    check("transport-x::https://h.example/r.git", "refused: run a helper");
    check("ssh://-oProxyCommand=id/x", "refused: ");
    check("ssh://git@-oProxyCommand=id/x", "refused: ");
    check("ssh://-oProxyCommand=id@h.example/x", "refused: begins with `-`");
    check("ssh://%2doProxyCommand@h.example/x", "refused: begins with `-`");
    check("ssh://h.example/-x", "refused: begins with `-`");
    check("git@-h.example:o/r", "refused: not the name of a host");
    check("-git@h.example:o/r", "refused: begins with `-`");
    check("git@h.example:-o/r", "refused: names no repository");
    check("git@h.example:../../etc", "refused: names no repository");
    check("git@$(id):o/r", "refused: ");
    check("git@h.example;id:o/r", "refused: not the name of a host");
    check("https://h.example/o/r.git\n--upload-pack=x", "refused: a line break");
    check("https://h.example/o/r.git\u{0}", "refused: cannot be seen");
    check("https://h.example/o/\u{202e}r.git", "refused: cannot be seen");
    check("https://h.example/o/r.git//a\u{1b}[31m.yaml", "refused: cannot be seen");
    check("https://h.example/o/r.git//a%00b.yaml", "refused: a control character");
    check("https://h.example/o/r.git//a%1bb.yaml", "refused: a control character");
    check("https://h.example/o%0ar.git", "refused: names no repository");
    check("https://h.example/o/r.git//../../etc/passwd", "refused: leaves the repository");
    check("https://h.example/o/r.git//a/%2e%2e/%2e%2e/etc/passwd", "refused: leaves the repository");
    check("https://h.example/o/r.git//x?ref=--upload-pack=id", "refused: not the name of a branch");
    check("https://h.example/o/r.git//x?ref=a..b", "refused: not the name of a branch");
    check("https://h.example/o/r.git//x?ref=main:refs/heads/x", "refused: not the name of a branch");
    check("https://h.example/o/r.git//x?ref=*", "refused: not the name of a branch");
    check("https://h.example/o/r.git//x?ref=a%0ab", "refused: not the name of a branch");
    check("https://h.example/o/r.git//x?depth=1", "refused: only `?ref=");
    check("https://user:s3cret@h.example/o/r.git", "refused: the address holds a password");
    check("https://h.example/o/r.git//[[hosts]]*{", "refused: glob");
    check("ssh://git:s3cret@h.example/o/r.git", "refused: the address holds a password");
    check("s3cret:x@h.example:o/r.git", "refused: holds a password");
    check("user:s3cret@h.example:o/r.git", "refused: holds a password");
    check("ftp://h.example/r.git", "refused: `ftp://`");
    check("git+ssh://h.example/r.git", "refused: `git+ssh://`");
    check("javascript:alert(1)", "refused: addresses of `javascript:`");
    check("https://s3cret_token_of_forty_characters_and_more@h.example/o/r.git", "refused: the address holds a password");
    check("/srv/git/r.git", "refused: a path of a machine");
    check("../r.git", "refused: a path of a machine");
    check("C:\\r.git", "refused: a path of a machine");
    check("C:r.git", "refused: a path of a machine");
    check("file://h.example/srv/r.git", "refused: three slashes");
    check("file:///srv/../../etc", "file:///etc | - |  | file:///etc//");
    check("https://h.example", "refused: names no repository");
    check("https:///o/r", "https://o/r | - |  | https://o/r//");
    check("https://h.example/o/r.git#main", "refused: `#");
    check("https://github.com/o/r/blob/main/x.yaml", "refused: register it with type url");
    check("https://gitlab.com/g/p/-/tree/main", "refused: register it with type url");
    check(&format!("https://h.example/{}", "a".repeat(3_000)), "refused: 2048 are allowed");
}
