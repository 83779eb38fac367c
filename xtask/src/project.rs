//! Where things are, and how child processes are started.
//!
//! Every child starts from [`command`], which takes away what `cargo run` put into this process's own environment:
//! build scripts such as ring's watch those variables, so that a build started here and one started by hand would each
//! throw the other's work away.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

/// The checkout's root folder.
pub fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or(manifest.clone(), Path::to_path_buf)
}

/// A path below the root.
pub fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// The folder of the assembled web assets, which the server reads (debug) or embeds (release).
pub fn site() -> PathBuf {
    path("target/site")
}

/// The server's binary of a profile folder, `debug` or `release`.
pub fn binary(profile: &str) -> PathBuf {
    path("target").join(profile).join(format!("waymark{}", env::consts::EXE_SUFFIX))
}

/// A command in the root folder without the variables that the outer cargo set for this process.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        if let Some(text) = name.to_str()
            && is_outer(text)
        {
            command.env_remove(&name);
        }
    }
    match env::var("LD_LIBRARY_PATH") {
        Ok(folders) => match without_outer(&folders) {
            Some(kept) => command.env("LD_LIBRARY_PATH", kept),
            None => command.env_remove("LD_LIBRARY_PATH"),
        },
        Err(_) => &mut command,
    };
    command
}

/// `cargo` with the given arguments.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = command("cargo");
    command.args(arguments);
    command
}

/// The first folder of PATH that holds the program.
pub fn which(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// Whether this process may install packages and change users.
pub fn is_root() -> bool {
    nix_uid() == Some(0)
}

/// The user id from /proc, absent where there is no such folder.
fn nix_uid() -> Option<u32> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn is_outer(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || matches!(
            name,
            "CARGO"
                | "CARGO_MANIFEST_DIR"
                | "CARGO_MANIFEST_PATH"
                | "CARGO_CRATE_NAME"
                | "CARGO_BIN_NAME"
                | "CARGO_PRIMARY_PACKAGE"
                // The paths here are fixed, since the server embeds target/site.
                | "CARGO_TARGET_DIR"
                | "CARGO_BUILD_TARGET_DIR"
        )
}

/// The library folders that the outer cargo did not add.
fn without_outer(folders: &str) -> Option<String> {
    let kept: Vec<&str> = folders
        .split(':')
        .filter(|folder| !folder.is_empty() && !folder.contains("target/xtask") && !folder.contains("toolchains/"))
        .collect();
    (!kept.is_empty()).then(|| kept.join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_folders_of_the_outer_cargo_go() {
        assert_eq!(without_outer("/w/target/xtask/debug/deps:/h/.rustup/toolchains/1/lib"), None);
        assert_eq!(without_outer("/opt/lib:/w/target/xtask/debug:"), Some("/opt/lib".to_owned()));
    }

    #[test]
    fn only_the_outer_cargos_variables_go() {
        assert!(is_outer("CARGO_PKG_NAME") && is_outer("CARGO_MANIFEST_DIR"));
        assert!(!is_outer("CARGO_HOME") && !is_outer("CARGO_BUILD_JOBS") && !is_outer("CARGO_TERM_COLOR"));
    }
}
