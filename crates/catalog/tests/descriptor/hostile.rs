//! Inputs that are broken, or meant to break something: what becomes of each, word for word.
//!
//! Those that a person can read are files under `tests/data/hostile`; the rest is made here. None may take long, take much
//! memory or end the process; `hostile_inputs` run alone under a memory limit shows it.

use std::{fmt::Write as _, fs, path::Path};

use catalog::descriptor::{self, Kinds, Limits, LocationRef};
use serde_json::Value;

/// Where the files are taken to stand.
const FILE: &str = "/srv/repository/catalog-info.yaml";
/// Outcomes of one input that are listed.
const SHOWN: usize = 3;
/// Characters of one outcome that are listed.
const LETTERS: usize = 420;

/// What the files hold that placeholders name.
fn part(path: &LocationRef) -> Result<Vec<u8>, String> {
    let name = path.target.rsplit('/').next().unwrap_or_default();
    match name {
        "text.txt" => Ok(b"just a text".to_vec()),
        "two.yaml" => Ok(b"a: 1\n---\nb: 2\n".to_vec()),
        "image.png" => Ok(vec![0x89, b'P', b'N', b'G', 0xff, 0xfe, 0]),
        "11-megabytes.txt" => Ok(vec![b'x'; 11 << 20]),
        "bomb.yaml" => Ok(bomb(30, 9).into_bytes()),
        "nul.json" => Ok(b"\"a\\u0000b\"".to_vec()),
        "passwd" => Err(format!("{} is outside of the folder that may be read", path.target)),
        name if name.starts_with("part-") => Ok(vec![b'x'; 1000]),
        _ => Err(format!("{} does not exist", path.target)),
    }
}

/// What the catalog makes of a file: a line for each document.
fn outcomes(bytes: &[u8]) -> Vec<String> {
    let kinds = Kinds::default();
    let documents = descriptor::documents(bytes, FILE, &Limits::default());
    let one = |document: descriptor::Document| {
        let mut value = match &document.value {
            Ok(value) => value.clone(),
            Err(found) => {
                return format!("{}:{} {}: {}{}", found.line, found.column, found.rule, found.message, help(found.help.as_deref()));
            }
        };
        let checked = descriptor::placeholders_at(&mut value, "file", FILE, &mut part).and_then(|_| {
            descriptor::annotate(&mut value, &format!("file:{FILE}"), &format!("file:{FILE}"));
            descriptor::validate_with(&mut value, &kinds)?;
            descriptor::relations_with(&value, &kinds)
        });
        let warned: String = document
            .warnings
            .iter()
            .map(|found| format!(", warning {}:{} {}: {}", found.line, found.column, found.rule, found.message))
            .collect();
        match checked {
            Ok(relations) => format!(
                "{}{}{warned}",
                accepted(&value),
                if relations.is_empty() { String::new() } else { format!(", {} relations", relations.len()) }
            ),
            Err(error) => {
                let found = document.diagnose(FILE, &error);
                format!("{}:{} {}: {}{}", found.line, found.column, found.rule, error, help(error.help.as_deref()))
            }
        }
    };
    documents.map(one).collect()
}

fn help(help: Option<&str>) -> String {
    help.map_or_else(String::new, |help| format!(" [{help}]"))
}

fn accepted(value: &Value) -> String {
    let name = descriptor::entity_ref(value).map_or_else(String::new, |name| name.to_string());
    let targets = descriptor::location_targets(value).targets;
    let refused: Vec<String> = targets.iter().filter_map(|target| descriptor::resolve_target(FILE, target).err()).collect();
    let view = value.pointer("/metadata/annotations/backstage.io~1view-url").map_or_else(String::new, |url| format!(", view-url {url}"));
    match (targets.len(), refused.first()) {
        (0, _) => format!("accepted: {name}{view}"),
        (count, None) => format!("accepted: {name}, {count} targets"),
        (_, Some(why)) => format!("accepted: {name}, target refused: {why}"),
    }
}

/// A component with more lines of metadata and of spec.
fn component(metadata: &str, spec: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: x\n{metadata}spec:\n  type: service\n  lifecycle: production\n  owner: team\n{spec}"
    )
}

/// Each level names the one before `width` times.
fn bomb(levels: usize, width: usize) -> String {
    let mut out = "a0: &a0 lol\n".to_owned();
    for level in 1..=levels {
        let names = vec![format!("*a{}", level - 1); width].join(", ");
        _ = writeln!(out, "a{level}: &a{level} [{names}]");
    }
    out
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

/// Bytes without a meaning, the same ones every time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// The inputs that are too large, or not text enough, for a file of the repository.
fn made() -> Vec<(&'static str, Vec<u8>)> {
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let mut elf = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0".to_vec();
    elf.extend(noise(4096));
    vec![
        ("made-alias-bomb", bomb(30, 9).into_bytes()),
        ("made-alias-bomb-of-texts", format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 20_000].join(", ")).into_bytes()),
        (
            "made-alias-bomb-of-keys",
            format!("a: &a {{{}}}\nb: [{}]\n", many(1000, &|n| format!("k{n}: 1, ")), vec!["*a"; 5000].join(", ")).into_bytes(),
        ),
        ("made-anchors-100000", format!("a: [{}]\n", many(100_000, &|n| format!("&a{n} 1, "))).into_bytes()),
        ("made-brackets-100000", vec![b'['; 100_000]),
        ("made-braces-100000", "{a: ".repeat(100_000).into_bytes()),
        ("made-dashes-100000", "- ".repeat(100_000).into_bytes()),
        ("made-question-marks-100000", "? ".repeat(100_000).into_bytes()),
        ("made-levels-2000", many(2000, &|n| format!("{}a:\n", " ".repeat(n))).into_bytes()),
        ("made-line-1-megabyte", component(&format!("  description: {}\n", "x".repeat(1 << 20)), "").into_bytes()),
        ("made-key-1-megabyte", component(&format!("  {}: y\n", "x".repeat(1 << 20)), "").into_bytes()),
        ("made-name-1-megabyte", component("", "").replace("name: x", &format!("name: {}", "x".repeat(1 << 20))).into_bytes()),
        ("made-tag-1-megabyte", component(&format!("  tags: [{}]\n", "A".repeat(1 << 20)), "").into_bytes()),
        ("made-quote-never-closed", component(&format!("  description: \"{}\n", "x".repeat(1 << 20)), "").into_bytes()),
        ("made-comment-9-megabytes", format!("# {}\n{}", "x".repeat(9 << 20), component("", "")).into_bytes()),
        ("made-file-11-megabytes", component(&format!("  description: {}\n", "x".repeat(11 << 20)), "").into_bytes()),
        ("made-documents-60000", "a: 1\n---\n".repeat(60_000).into_bytes()),
        ("made-empty-documents-1000000", "---\n".repeat(1_000_000).into_bytes()),
        ("made-broken-documents-20000", "a: [\n---\n".repeat(20_000).into_bytes()),
        ("made-keys-300000", component(&many(300_000, &|n| format!("  k{n}: 1\n")), "").into_bytes()),
        ("made-tags-10000", component(&format!("  tags: [{}]\n", many(10_000, &|n| format!("t{n}, "))), "").into_bytes()),
        (
            "made-targets-10000",
            format!(
                "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: x\nspec:\n  targets:\n{}",
                many(10_000, &|n| format!("    - ./{n}.yaml\n"))
            )
            .into_bytes(),
        ),
        (
            "made-depends-on-60000",
            component("", &format!("  dependsOn: [{}]\n", many(60_000, &|n| format!("component:c{n}, ")))).into_bytes(),
        ),
        ("made-spaces-5-megabytes", vec![b' '; 5 << 20]),
        ("made-line-breaks-5-megabytes", vec![b'\n'; 5 << 20]),
        ("made-with-byte-order-mark", [b"\xef\xbb\xbf".to_vec(), component("", "").into_bytes()].concat()),
        ("made-utf16-little", utf16(&component("", ""), true)),
        ("made-utf16-big", utf16(&component("", ""), false)),
        (
            "made-latin1",
            component("  title: caf\u{1}\n", "").into_bytes().into_iter().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect(),
        ),
        ("made-nul", component("  title: a\0b\n", "").into_bytes()),
        ("made-control-characters", component("  title: a\u{1b}[31mred\n", "").into_bytes()),
        ("made-right-to-left", component("  title: \"a\u{202e}b\"\n", "").into_bytes()),
        ("made-carriage-returns", component("", "").replace('\n', "\r").into_bytes()),
        ("made-program", elf),
        ("made-image", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), noise(2048)].concat()),
        ("made-archive", [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec(), noise(2048)].concat()),
        ("made-noise-1-megabyte", noise(1 << 20)),
    ]
}

/// Cuts in the middle what nobody reads to its end.
fn short(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= LETTERS {
        return text.to_owned();
    }
    let (start, end): (String, String) = (letters[..LETTERS - 120].iter().collect(), letters[letters.len() - 120..].iter().collect());
    format!("{start} … {} more … {end}", letters.len() - LETTERS)
}

#[test]
fn hostile_inputs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hostile");
    let mut inputs: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        inputs.push((path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()));
    }
    inputs.sort();
    inputs.extend(made().into_iter().map(|(name, bytes)| (name.to_owned(), bytes)));
    assert!(inputs.len() >= 60);
    let mut table = String::new();
    for (name, bytes) in &inputs {
        let found = outcomes(bytes);
        _ = writeln!(table, "{name}");
        if found.is_empty() {
            _ = writeln!(table, "  nothing in it");
        }
        for line in found.iter().take(SHOWN) {
            _ = writeln!(table, "  {}", short(line).escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"));
        }
        if found.len() > SHOWN {
            _ = writeln!(table, "  … {} more", found.len() - SHOWN);
        }
    }
    insta::assert_snapshot!(table);
}
