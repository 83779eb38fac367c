//! Holds the arrows between crates and the invariants of docs/ARCHITECTURE.md. A change here is a change of the design.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Which crate may use which. `testkit` is for tests only and may use everything.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("expression", &["model"]),
    ("templating", &["model"]),
    ("composition", &["model", "expression"]),
    ("techdocs", &["model"]),
    ("store", &["model"]),
    ("identity", &["model", "store"]),
    ("forge", &["model", "store"]),
    ("notifications", &["model", "store"]),
    ("catalog", &["model", "store", "forge", "expression"]),
    ("search", &["model"]),
    ("secrets", &["model", "store"]),
    ("scaffolder", &["model", "store", "templating", "forge", "catalog", "secrets"]),
    ("provisioning", &["model", "store", "composition", "expression", "forge", "secrets", "catalog"]),
    ("scorecards", &["model", "store", "catalog", "expression"]),
    ("delivery", &["model", "store", "catalog", "expression"]),
    ("adoption", &["model", "store", "catalog", "expression"]),
    ("surveys", &["model", "store", "catalog", "expression"]),
    ("costs", &["model", "store", "catalog", "expression"]),
    ("frontend", &["model"]),
    ("app", &["frontend", "model"]),
];
/// The crates of the domain, all of which `portal` may use.
const ABOVE_THE_DOMAIN: [&str; 5] = ["portal", "frontend", "app", "server", "testkit"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn packages() -> Vec<serde_json::Value> {
    let cargo =
        Command::new(env!("CARGO")).args(["metadata", "--no-deps", "--format-version", "1", "--offline"]).current_dir(root()).output();
    let output = cargo.expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    metadata["packages"].as_array().expect("packages are a list").clone()
}

#[test]
fn crates_use_only_what_they_may() {
    let packages = packages();
    let names: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut allowed: BTreeMap<&str, BTreeSet<&str>> = ARROWS.iter().map(|(name, uses)| (*name, uses.iter().copied().collect())).collect();
    let domain: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).filter(|name| !ABOVE_THE_DOMAIN.contains(name)).collect();
    allowed.insert("portal", domain);
    allowed.insert("server", names.iter().copied().filter(|name| *name != "testkit").collect());
    let mut faults = Vec::new();
    for package in &packages {
        let name = package["name"].as_str().unwrap_or_default();
        if name == "testkit" {
            continue;
        }
        let Some(may) = allowed.get(name) else {
            faults.push(format!("{name} is a new crate: say in docs/ARCHITECTURE.md and here what it owns and may use"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let (used, kind) = (dependency["name"].as_str().unwrap_or_default(), dependency["kind"].as_str());
            let tests_only = kind == Some("dev") && (used == "testkit" || domain_test_use(name, used));
            if names.contains(used) && used != name && !may.contains(used) && !tests_only {
                faults.push(format!("{name} may not use {used}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Tests of what stands above the domain may reach down to make their data.
fn domain_test_use(name: &str, used: &str) -> bool {
    matches!((name, used), ("app" | "frontend", "model") | ("portal", "catalog" | "store" | "model"))
}

#[test]
fn only_some_crates_know_some_libraries() {
    // library, crates that may name it in their manifest
    let fenced: &[(&str, &[&str])] = &[
        ("axum", &["server"]),
        ("leptos_axum", &["server"]),
        ("hyper", &["server"]),
        ("tower-http", &["server"]),
        ("clap", &["server"]),
        ("leptos", &["app", "frontend", "server"]),
        ("wasm-bindgen", &["frontend"]),
    ];
    let mut faults = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap_or_default();
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            if let Some((_, may)) = fenced.iter().find(|(library, _)| *library == used)
                && !may.contains(&name)
            {
                faults.push(format!("{name} may not use {used}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Text that only some sources may hold: the text, whose business it is, and the folders that may.
const FENCED_TEXT: &[(&str, &str, &[&str])] = &[
    ("axum::", "only server speaks HTTP", &["server/"]),
    ("leptos_axum", "only server speaks HTTP", &["server/"]),
    ("PgPool", "only store names pools", &["crates/store/", "crates/testkit/"]),
    ("SqlitePool", "only store names pools", &["crates/store/", "crates/testkit/"]),
    ("PoolOptions", "only store names pools", &["crates/store/", "crates/testkit/"]),
    ("ConnectOptions", "only store connects to databases", &["crates/store/", "crates/testkit/"]),
    ("env::var", "only server::config reads the environment", &["server/src/config/", "crates/testkit/"]),
    ("view! {", "only app and frontend write views", &["app/", "frontend/"]),
];

#[test]
fn some_text_stands_only_where_it_may() {
    let root = root();
    let mut faults = Vec::new();
    for top in ["app", "frontend", "server", "crates"] {
        for file in sources(&root.join(top)) {
            let path = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
            // Cargo speaks to build scripts through the environment.
            if path.contains("/tests/") || path.contains("/benches/") || path.ends_with("/build.rs") {
                continue;
            }
            let text = fs::read_to_string(&file).expect("sources are UTF-8");
            for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                for (fenced, reason, may) in FENCED_TEXT {
                    if line.contains(fenced) && !may.iter().any(|folder| path.starts_with(folder)) {
                        faults.push(format!("{path}:{}: {fenced}: {reason}", at + 1));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("the folder can be read").path()) {
        if entry.is_dir() && !entry.ends_with("target") {
            out.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            out.push(entry);
        }
    }
    out
}
