//! What git says when it fails, as a sentence for the owner of a location.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    ForgeError, GitTarget,
    git::command::Failure,
    hosts::{now, waiting},
};

/// How long a host is left alone that refuses git for asking too often, in microseconds.
const WAIT: i64 = 60_000_000;
const SHOWN: usize = 300;

/// The sentence for a failed call that spoke with a host.
pub(super) fn explain(failure: &Failure, target: &GitTarget, host: &str, secrets: &[SecretString], most_bytes: u64) -> ForgeError {
    let place = if host.is_empty() { "the repository" } else { host };
    let repository = &target.repository;
    match failure {
        Failure::Start(error) if error.kind() == std::io::ErrorKind::NotFound => {
            ForgeError::Unreadable("git is not installed on the machine that this portal runs on: repositories cannot be read".to_owned())
        }
        Failure::Start(error) => ForgeError::Unreadable(format!("git cannot be started: {error}")),
        Failure::TimedOut(limit) => ForgeError::Unreadable(format!(
            "{place} did not hand over {repository} within {} s (timeout under [fetch])",
            limit.as_secs_f32()
        )),
        Failure::TooMuchOutput => {
            ForgeError::TooLarge(format!("{repository} has more branches or files than are read: name a branch, or split it"))
        }
        Failure::TooMuchDisk => ForgeError::TooLarge(format!(
            "{repository} has more than {} MiB in one commit: register single files by their raw addresses, which are read without a clone",
            most_bytes >> 20
        )),
        Failure::Said(said) => said_by_git(said, target, place, host, secrets),
    }
}

fn said_by_git(said: &str, target: &GitTarget, place: &str, host: &str, secrets: &[SecretString]) -> ForgeError {
    let repository = &target.repository;
    let lower = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let over_ssh = !repository.contains("://") || repository.starts_with("ssh://");
    if has(&["error: 429", "too many requests"]) {
        return waiting(host, now() + WAIT);
    }
    if has(&["cannot run ssh", "unable to fork"]) {
        return ForgeError::Unreadable(
            "ssh cannot be started on the machine that this portal runs on: use https addresses, or install it".to_owned(),
        );
    }
    if has(&["not our ref", "unadvertised object"]) {
        let commit = target.reference.as_deref().unwrap_or_default();
        return ForgeError::NotFound(format!(
            "{place} does not hand out the commit {commit} of {repository}: name a branch or tag that has it"
        ));
    }
    if has(&["host key verification failed"]) {
        return ForgeError::Denied(format!("{place} is not a known host: add its key to known_hosts of the user that this portal runs as"));
    }
    if over_ssh && has(&["permission denied", "publickey"]) {
        return ForgeError::Denied(format!(
            "{place} does not accept this portal's ssh key for {repository}: add a deploy key for the user that it runs as, or use the https address and a token in [[hosts]]"
        ));
    }
    if has(&[
        "could not read username",
        "unable to get password",
        "could not read password",
        "authentication failed",
        "error: 401",
        "error: 403",
        "access denied",
        "invalid credentials",
        "http basic",
    ]) {
        let advice = if secrets.is_empty() {
            format!("give {place} a token in [[hosts]] that may read it")
        } else {
            format!("the token of {place} in [[hosts]] may not read it, or has run out")
        };
        return ForgeError::Denied(format!("{place} asks for a credential for {repository} (or has no such repository): {advice}"));
    }
    if has(&[
        "error: 404",
        "not found",
        "does not appear to be a git repository",
        "no such file or directory",
        "does not exist",
        "not a git repository",
    ]) {
        return ForgeError::NotFound(format!(
            "{place} has no repository {repository}: check the address; if it is private, give {place} a token in [[hosts]] that may read it"
        ));
    }
    if has(&["error: 301", "error: 302", "error: 303", "error: 307", "error: 308"]) {
        return ForgeError::Unreadable(format!(
            "{place} answers {repository} with a redirect, which git does not follow: register the address that it leads to"
        ));
    }
    if has(&["no space left", "disk quota"]) {
        return ForgeError::Unreadable(format!("the disk of this portal is full: {repository} could not be fetched"));
    }
    ForgeError::Unreadable(format!("{place} could not hand over {repository}: {}", cleaned(said, secrets)))
}

/// The last words of git, without credentials, control characters and the words of the server before it.
pub(super) fn cleaned(said: &str, secrets: &[SecretString]) -> String {
    let mut text = said.to_owned();
    for secret in secrets {
        for form in secret.expose_secret().split(' ').filter(|form| form.len() > 3 && !matches!(*form, "Basic" | "Bearer")) {
            text = text.replace(form, "***");
        }
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let line = lines.clone().find(|line| line.starts_with("fatal:") || line.starts_with("error:")).or_else(|| lines.clone().next_back());
    let line = line.unwrap_or("it gave no reason");
    let line = line.trim_start_matches("fatal: ").trim_start_matches("error: ");
    without_users(line).chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}

/// `https://user:password@host` becomes `https://host`.
fn without_users(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(['/', ' ', '\'', '"']).unwrap_or(after.len());
        rest = after[..end].rfind('@').map_or(after, |user| &after[user + 1..]);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What git says in; the sentence out.
    fn check(address: &str, said: &str, expected: &str) {
        let target = GitTarget::parse(address).unwrap();
        let secrets = [SecretString::from("Basic czNjcmV0"), SecretString::from("s3cret")];
        let failure = Failure::Said(said.to_owned());
        let (host, secrets) = if address.starts_with("file") { (String::new(), &[][..]) } else { (target.host(), &secrets[..]) };
        assert_eq!(format!("{:?}", explain(&failure, &target, &host, secrets, 1 << 30)), expected);
    }

    #[test]
    fn what_git_says_becomes_a_sentence() {
        let web = "https://h.example/o/r.git";
        check(
            web,
            "fatal: could not read Username for 'https://h.example': terminal prompts disabled\n",
            r#"Denied("h.example asks for a credential for https://h.example/o/r.git (or has no such repository): the token of h.example in [[hosts]] may not read it, or has run out")"#,
        );
        check(
            web,
            "remote: Not Found\nfatal: repository 'https://h.example/o/r.git/' not found\n",
            r#"NotFound("h.example has no repository https://h.example/o/r.git: check the address; if it is private, give h.example a token in [[hosts]] that may read it")"#,
        );
        check(
            web,
            "remote: \u{1b}[31mhello\nfatal: unable to access 'https://x:s3cret@h.example/o/r.git/': it said s3cret and czNjcmV0\u{7}\n",
            r#"Unreadable("h.example could not hand over https://h.example/o/r.git: unable to access 'https://h.example/o/r.git/': it said *** and ***")"#,
        );
        check(
            "git@h.example:o/r.git",
            "git@h.example: Permission denied (publickey).\r\nfatal: Could not read from remote repository.\n",
            r#"Denied("h.example does not accept this portal's ssh key for git@h.example:o/r.git: add a deploy key for the user that it runs as, or use the https address and a token in [[hosts]]")"#,
        );
        check(
            "ssh://git@h.example/o/r.git",
            "Host key verification failed.\r\n",
            r#"Denied("h.example is not a known host: add its key to known_hosts of the user that this portal runs as")"#,
        );
        check(
            "git@h.example:o/r.git",
            "error: cannot run ssh: No such file or directory\nfatal: unable to fork\n",
            r#"Unreadable("ssh cannot be started on the machine that this portal runs on: use https addresses, or install it")"#,
        );
        check(
            web,
            "fatal: write error: No space left on device\n",
            r#"Unreadable("the disk of this portal is full: https://h.example/o/r.git could not be fetched")"#,
        );
        check(
            "https://h.example/o/r.git//x?ref=0123456789012345678901234567890123456789",
            "fatal: remote error: upload-pack: not our ref 0123456789012345678901234567890123456789\n",
            r#"NotFound("h.example does not hand out the commit 0123456789012345678901234567890123456789 of https://h.example/o/r.git: name a branch or tag that has it")"#,
        );
        check(web, "", r#"Unreadable("h.example could not hand over https://h.example/o/r.git: it gave no reason")"#);
        check("file:///srv/r.git", "odd\n", r#"Unreadable("the repository could not hand over file:///srv/r.git: odd")"#);
    }
}
