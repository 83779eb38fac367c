//! Lists the migrations, so that they become part of the binary.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut code = String::new();
    for (list, dialect) in [("SQLITE", "sqlite"), ("POSTGRES", "postgres")] {
        let folder = format!("../../migrations/{dialect}");
        println!("cargo:rerun-if-changed={folder}");
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            names.extend(name.strip_suffix(".sql").map(str::to_owned));
        }
        names.sort();
        writeln!(code, "pub(crate) const {list}: &[(i64, &str, &str)] = &[")?;
        for name in names {
            let (version, what) = name.split_once('_').ok_or_else(|| format!("{folder}/{name}.sql is not called NNNN_what.sql"))?;
            let version: i64 = version.parse().map_err(|error| format!("{folder}/{name}.sql: {error}"))?;
            let text = format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{folder}/{name}.sql\"))");
            writeln!(code, "    ({version}, \"{}\", {text}),", what.replace('_', " "))?;
        }
        writeln!(code, "];")?;
    }
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("migrations.rs"), code)?;
    Ok(())
}
