//! Where things stand.

use catalog::descriptor::{Limits, parse};

fn check(yaml: &str, pointer: &str, expect: (u32, u32)) {
    let documents = parse(yaml.as_bytes(), "f.yaml", &Limits::default());
    let last = documents.last().expect("there is a document");
    assert_eq!(last.positions.locate(pointer), expect, "{pointer} in\n{yaml}");
}

const TEXT: &str = "# c\na: 1\n---\n# first\nmetadata:\n  name: x\n  labels: {t~/i: 'y'}\n  tags:\n    - a\n    - b\n  empty:\nspec:\n  list:\n  - {b: 1}\n  - c: 2\n  other: &x {deep: 1}\n  alias: *x\n";

#[test]
fn scalars_at_their_value_collections_at_their_key() {
    check(TEXT, "/metadata/name", (6, 9));
    check(TEXT, "/metadata", (5, 1));
    check(TEXT, "/metadata/labels/t~0~1i", (7, 18));
    check(TEXT, "/metadata/tags/1", (10, 7));
    check(TEXT, "/metadata/empty", (11, 3));
    check(TEXT, "/spec/list/1/c", (15, 8));
    check(TEXT, "/spec/list/1", (15, 5));
    check(TEXT, "/spec/alias", (17, 10));
    check(TEXT, "", (5, 1));
}

#[test]
fn what_is_missing_at_what_is_around_it() {
    check(TEXT, "/spec/owner", (12, 1));
    check(TEXT, "/metadata/tags/7", (8, 3));
    check(TEXT, "/nothing/at/all", (5, 1));
    check(TEXT, "/spec/alias/deep", (17, 3));
    check(TEXT, "/spec/list/x", (13, 3));
}

#[test]
fn in_documents_that_had_to_be_mended() {
    check("a: 1\n---\nb:\tx\nc:\n  d:\t'y'\n", "/c/d", (5, 6));
}

#[test]
fn lines_of_documents() {
    let lines: Vec<_> = parse(TEXT.as_bytes(), "f", &Limits::default()).iter().map(|document| document.line).collect();
    assert_eq!(lines, [2, 5]);
}
