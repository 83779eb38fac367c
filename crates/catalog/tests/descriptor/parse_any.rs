//! No input may stop the program.

use catalog::descriptor::{self, Limits};
use proptest::prelude::*;

fn all(bytes: &[u8]) {
    let limits = Limits { max_documents: 50, ..Limits::default() };
    for document in descriptor::parse(bytes, "f.yaml", &limits) {
        document.positions.locate("/metadata/name");
        document.positions.locate("/a/0/b");
        if let Ok(mut value) = document.value.clone() {
            let _ = descriptor::placeholders(&mut value, "/x/f.yaml", &mut |_| Ok(bytes.to_vec()));
            descriptor::annotate(&mut value, "file:/x/f.yaml", "file:/x/f.yaml");
            if let Err(error) = descriptor::validate(&mut value) {
                document.diagnose("f.yaml", &error);
            }
            let _ = descriptor::relations(&value);
            descriptor::location_targets(&value);
            descriptor::finish(&mut value, "uid");
        }
    }
}

/// Pieces of which most YAML is made, so that the random text gets past the first line.
const PIECES: &[&str] = &[
    "a",
    "b: ",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "---\n",
    "...\n",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    "\"",
    "|\n",
    ">\n",
    "&x ",
    "*x",
    "!t ",
    "!!int ",
    "#",
    "%YAML 1.1\n",
    "\t",
    "\\",
    "\\ud83d\\ude00",
    "? ",
    "<<",
    "~",
    "1",
    ".5",
    "0x",
    "\r\n",
    "é",
    "\u{feff}",
    "\0",
    "apiVersion: ",
    "kind: ",
    "metadata:\n  name: ",
    "spec:\n  owner: ",
    "$text: ",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        all(&bytes);
    }

    #[test]
    fn pieces(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        all(pieces.concat().as_bytes());
    }

    #[test]
    fn targets(base in "(/[a-z./*]{0,12}|https://[a-z./%2e-]{0,30})", target in "[a-z./*?:%#2e-]{0,20}") {
        if let Ok(found) = descriptor::resolve_target(&base, &target) {
            // Of an address neither the host nor what follows the path counts; a file may have any of these letters in its name.
            let path = match found.split_once("://") {
                Some((_, rest)) => rest.split(['?', '#']).next().and_then(|rest| rest.split_once('/')).map_or("", |(_, path)| path),
                None => &found,
            };
            prop_assert!(!found.starts_with('/') && !found.contains("://") || !path.split('/').any(|part| part == ".."), "{}", found);
        }
    }
}
