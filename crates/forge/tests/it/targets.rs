//! Web addresses of forges: what they stand for, and how their files are named.

use forge::{FetchConfig, Forge, HostConfig, HostKind};

fn forge() -> Forge {
    let host = |name: &str, kind| HostConfig { name: name.to_owned(), kind, token: None, user: None };
    let hosts = vec![
        host("ghe.example", HostKind::GitHub),
        host("git.example:8443", HostKind::GitLab),
        host("forge.example", HostKind::Gitea),
        host("plain.example", HostKind::Plain),
    ];
    Forge::new(hosts, FetchConfig::default(), None).unwrap()
}

/// Address in; repository, reference, path, the id of the file `x y.yaml` and its edit page out.
fn check(forge: &Forge, address: &str, expected: &str) {
    let found = match forge.target(address) {
        Some(target) => {
            let glob = if target.is_glob() { " glob" } else { "" };
            let edit = target.edit_url("x y.yaml").unwrap_or_default();
            let reference = target.reference.as_deref().unwrap_or_default();
            format!("{} | {reference} | {}{glob} | {} | {edit}", target.repository, target.path, target.file("x y.yaml"))
        }
        None => "plain".to_owned(),
    };
    assert_eq!(found, expected, "{address}");
}

#[test]
fn web_addresses_of_forges_are_understood() {
    let forge = forge();
    let check = |address: &str, expected: &str| check(&forge, address, expected);
    check(
        "https://github.com/o/r/blob/main/a/b.yaml",
        "https://github.com/o/r.git | main | a/b.yaml | https://github.com/o/r/blob/main/x%20y.yaml | https://github.com/o/r/edit/main/x%20y.yaml",
    );
    check(
        "https://github.com/o/r/tree/main/services/*/catalog-info.{yaml,yml}",
        "https://github.com/o/r.git | main | services/*/catalog-info.{yaml,yml} glob | https://github.com/o/r/blob/main/x%20y.yaml | https://github.com/o/r/edit/main/x%20y.yaml",
    );
    check(
        "https://github.com/o/r/blob/main/**/catalog-info.yaml?raw=true#L10",
        "https://github.com/o/r.git | main | **/catalog-info.yaml glob | https://github.com/o/r/blob/main/x%20y.yaml | https://github.com/o/r/edit/main/x%20y.yaml",
    );
    check(
        "https://github.com/o/r/tree/feature%2Fx/a%20b",
        "https://github.com/o/r.git | feature/x | a b | https://github.com/o/r/blob/feature%2Fx/x%20y.yaml | https://github.com/o/r/edit/feature%2Fx/x%20y.yaml",
    );
    // The first segment is the reference: with slashes in it, it is written encoded or as refs/heads/….
    check(
        "https://github.com/o/r/raw/refs/heads/main/a.yaml",
        "https://github.com/o/r.git | main | a.yaml | https://github.com/o/r/raw/refs/heads/main/x%20y.yaml | https://github.com/o/r/edit/main/x%20y.yaml",
    );
    check(
        "https://raw.githubusercontent.com/o/r/main/a.yaml",
        "https://github.com/o/r.git | main | a.yaml | https://raw.githubusercontent.com/o/r/main/x%20y.yaml | https://github.com/o/r/edit/main/x%20y.yaml",
    );
    check(
        "http://ghe.example/o/r/blob/v1/a.yaml",
        "http://ghe.example/o/r.git | v1 | a.yaml | http://ghe.example/o/r/blob/v1/x%20y.yaml | http://ghe.example/o/r/edit/v1/x%20y.yaml",
    );
    check(
        "https://gitlab.com/group/sub/deeper/p/-/blob/main/a.yaml?ref_type=heads",
        "https://gitlab.com/group/sub/deeper/p.git | main | a.yaml | https://gitlab.com/group/sub/deeper/p/-/blob/main/x%20y.yaml | https://gitlab.com/group/sub/deeper/p/-/edit/main/x%20y.yaml",
    );
    check(
        "https://git.example:8443/g/p/-/raw/main/a.yaml",
        "https://git.example:8443/g/p.git | main | a.yaml | https://git.example:8443/g/p/-/raw/main/x%20y.yaml | https://git.example:8443/g/p/-/edit/main/x%20y.yaml",
    );
    check(
        "https://git.example:8443/g/p/-/tree/main",
        "https://git.example:8443/g/p.git | main |  | https://git.example:8443/g/p/-/blob/main/x%20y.yaml | https://git.example:8443/g/p/-/edit/main/x%20y.yaml",
    );
    check(
        "https://codeberg.org/o/r/src/branch/main/a.yaml",
        "https://codeberg.org/o/r.git | main | a.yaml | https://codeberg.org/o/r/src/branch/main/x%20y.yaml | https://codeberg.org/o/r/_edit/main/x%20y.yaml",
    );
    check(
        "https://forge.example/below/o/r/raw/tag/v1/a.yaml",
        "https://forge.example/below/o/r.git | v1 | a.yaml | https://forge.example/below/o/r/raw/tag/v1/x%20y.yaml | ",
    );
    check(
        "https://bitbucket.org/o/r/src/main/a.yaml",
        "https://bitbucket.org/o/r.git | main | a.yaml | https://bitbucket.org/o/r/src/main/x%20y.yaml | https://bitbucket.org/o/r/src/main/x%20y.yaml?mode=edit&at=main",
    );
    // The page of a repository is its default branch, and so are the files found in it.
    for (address, repository, file) in [
        ("https://github.com/o/r", "https://github.com/o/r.git", "https://github.com/o/r/blob/HEAD/x%20y.yaml"),
        ("https://github.com/o/r.git/", "https://github.com/o/r.git", "https://github.com/o/r/blob/HEAD/x%20y.yaml"),
        ("https://gitlab.com/g/s/p", "https://gitlab.com/g/s/p.git", "https://gitlab.com/g/s/p/-/blob/HEAD/x%20y.yaml"),
        ("https://codeberg.org/o/r", "https://codeberg.org/o/r.git", "https://codeberg.org/o/r/src/branch/HEAD/x%20y.yaml"),
        ("https://bitbucket.org/o/r", "https://bitbucket.org/o/r.git", "https://bitbucket.org/o/r/src/HEAD/x%20y.yaml"),
    ] {
        check(address, &format!("{repository} |  |  | {file} | "));
        check(file, &format!("{repository} |  | x y.yaml | {file} | "));
    }
}

#[test]
fn other_addresses_are_plain() {
    let forge = forge();
    for address in [
        "https://github.com/o",
        "https://github.com/o/catalog-info.yaml",
        "https://gitlab.com/api/v4/projects/1/raw",
        "https://gitlab.com/g/p/-/issues",
        "https://plain.example/o/r",
        "https://github.com/o/r/issues/1",
        "https://github.com/o/r/blob",
        "https://plain.example/o/r/blob/main/a.yaml",
        "https://unknown.example/o/r/blob/main/a.yaml",
        "https://github.com.evil.example/o/r/blob/main/a.yaml",
        "https://git.example/g/p/-/blob/main/a.yaml",
        "https://user:s3cret@github.com/o/r/blob/main/a.yaml",
        "https://github.com/o/r/blob/main/../../../etc/passwd",
        "https://github.com/o/r/blob/main/%2e%2e/secret",
        "https://github.com/o/r/blob/--upload-pack=x/a.yaml",
        "https://github.com/o/r/blob/main/a%00.yaml",
        "https://github.com/-o/r/blob/main /a.yaml",
        "ftp://github.com/o/r/blob/main/a.yaml",
        "not an address",
    ] {
        check(&forge, address, "plain");
    }
}
