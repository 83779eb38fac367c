//! Makes sure that the folder of web assets is there to embed, even before the first build of the browser's half.

use std::{env, fs, path::PathBuf};

fn main() {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it for build scripts");
    let site = PathBuf::from(manifest).join("../target/site");
    fs::create_dir_all(&site).expect("the target folder can be written to");
    println!("cargo::rerun-if-changed=../target/site");
    println!("cargo::rerun-if-changed=build.rs");
}
