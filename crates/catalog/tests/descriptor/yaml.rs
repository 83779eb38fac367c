//! The rows of YAML's semantics that descriptors rely on.

use catalog::descriptor::Limits;

use crate::parsed;

fn check(yaml: &str, expect: &str) {
    assert_eq!(parsed(yaml.as_bytes(), &Limits::default()), expect, "{yaml}");
}

#[test]
fn words_stay_texts() {
    check("a: [yes, no, on, off, Yes, NO]", r#"{"a":["yes","no","on","off","Yes","NO"]}"#);
    check("a: [2020-01-01, 12:30:45, 1_000]", r#"{"a":["2020-01-01","12:30:45","1_000"]}"#);
    check("a: [y, n, truE, nUll, 0x, 0o8, -0x1, 1e, '.']", r#"{"a":["y","n","truE","nUll","0x","0o8","-0x1","1e","."]}"#);
}

#[test]
fn booleans_and_nulls() {
    check("a: [true, True, TRUE, false, False, FALSE]", r#"{"a":[true,true,true,false,false,false]}"#);
    check("a: [~, null, Null, NULL]\nb:\nc: ''", r#"{"a":[null,null,null,null],"b":null,"c":""}"#);
}

#[test]
fn numbers_as_javascript_writes_them() {
    check("a: [0777, 0o17, 0x1F, 1e3, 1.10, 1., .5, +12]", r#"{"a":[777,15,31,1000,1.1,1,0.5,12]}"#);
    check("a: [-0, 1.0, -1.5e-3, 1e400, -.inf, .Inf, .nan]", r#"{"a":[0,1,-0.0015,null,null,null,null]}"#);
    check(
        "a: [9007199254740993, 12345678901234567890, 0x7FFFFFFFFFFFFFFF]",
        r#"{"a":[9007199254740992,12345678901234567000,9223372036854776000]}"#,
    );
    check("a: 123456789012345678901234567890", r#"{"a":1.2345678901234568e+29}"#);
}

#[test]
fn keys() {
    check("1: a\ntrue: b\n1.10: c\n~: d\n.inf: e\n1e3: f", r#"{"1":"a","true":"b","1.1":"c","":"d","Infinity":"e","1000":"f"}"#);
    check("? [a, 1]\n: x\n? {b: 1, c}\n: y\n? []\n: z", r#"{"[ a, 1 ]":"x","{ b: 1, c }":"y","[]":"z"}"#);
    check("a: 1\nb: 2\na: 3", "error 3:1 yaml/duplicate-key: Map keys must be unique");
    check("a: {b: 1, b: 2}", "error 1:11 yaml/duplicate-key: Map keys must be unique");
    check("1: a\n'1': b\n", r#"{"1":"b"}"#);
    check("0x10: a\n16: b", "error 2:1 yaml/duplicate-key: Map keys must be unique");
    check("z: 1\na: 2\nm: 3", r#"{"z":1,"a":2,"m":3}"#);
}

#[test]
fn merge_keys_are_keys() {
    check("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2", r#"{"a":{"b":1},"c":{"<<":{"b":1},"d":2}}"#);
}

#[test]
fn tags() {
    check(
        "a: !!str 12\nb: !!int '12'\nc: !!float '1.5'\nd: !!bool 'true'\ne: !!null ''\nf: ! 7",
        r#"{"a":"12","b":12,"c":1.5,"d":true,"e":null,"f":"7"}"#,
    );
    check(
        "a: !Foo x\nb: !Bar {c: 1}",
        "{\"a\":\"x\",\"b\":{\"c\":1}}\nwarning 1:4 yaml/tag: Unresolved tag: !Foo\nwarning 2:4 yaml/tag: Unresolved tag: !Bar",
    );
    check("a: !!int abc", "{\"a\":\"abc\"}\nwarning 1:4 yaml/tag: Unresolved tag: tag:yaml.org,2002:int");
    check("a: !!timestamp 2001-12-14t21:59:43.10-05:00", r#"{"a":"2001-12-15T02:59:43.100Z"}"#);
}

#[test]
fn yaml_1_1_where_it_is_asked_for() {
    check(
        "%YAML 1.1\n---\na: [yes, off, y, 0777, 1_000, 12:30:45, 0b11, 2020-01-01, 1_0.5, 190:20:30.15, 08, '017']",
        r#"{"a":[true,false,true,511,1000,45045,3,"2020-01-01T00:00:00.000Z",10.5,685230.15,8,"017"]}"#,
    );
    // The directive holds until another one comes.
    check("%YAML 1.1\n---\na: yes\n---\nb: yes\n...\n%YAML 1.2\n---\nc: yes", "{\"a\":true}\n{\"b\":true}\n{\"c\":\"yes\"}");
    check("%YAML 1.1\n---\na: &x {b: 1}\nc: {<<: *x}", r#"{"a":{"b":1},"c":{"<<":{"b":1}}}"#);
}

#[test]
fn documents() {
    check("a: 1\n---\n---\n# nothing\n---\nnull\n---\nb: 2\n", "{\"a\":1}\n{\"b\":2}");
    check("", "");
    check("# only a comment\n", "");
    check("a: 1\n...\nb: 2", "{\"a\":1}\n{\"b\":2}");
    check("\u{feff}a: 1\r\n---\r\nb: 2\r\n", "{\"a\":1}\n{\"b\":2}");
    check("a: |\n  text\n---\nb: --- x", "{\"a\":\"text\\n\"}\n{\"b\":\"--- x\"}");
}

#[test]
fn the_root_is_a_mapping() {
    check("- a", "error 1:1 yaml/root: Expected object at root, got object");
    check("a", "error 1:1 yaml/root: Expected object at root, got string");
    check("a: 1\n---\n# c\n5", "{\"a\":1}\nerror 4:1 yaml/root: Expected object at root, got number");
    check("true", "error 1:1 yaml/root: Expected object at root, got boolean");
}

#[test]
fn a_broken_document_costs_only_itself() {
    check(
        "a: 1\n---\nb: [\n---\nc: 3\n---\nd: 'x\n---\ne: 5",
        "{\"a\":1}\nerror 3:5 yaml/value: A value is missing\n{\"c\":3}\nerror 7:4 yaml/quote: Missing closing quote\n{\"e\":5}",
    );
}

#[test]
fn errors_point_at_their_place() {
    check("a:\n\tb: 1", "error 2:1 yaml/tab: Tabs are not allowed as indentation");
    check("\ta: 1", "error 1:2 yaml/tab: Tabs are not allowed as indentation");
    check("a:\n  b: 1\n\tc: 2\n", "error 3:1 yaml/tab: Tabs are not allowed as indentation");
    check("x: 1\na: b: c", "error 2:5 yaml/nested-mapping: Nested mappings are not allowed in compact mappings");
    check("a: *x", "error 1:4 yaml/alias: Unresolved alias (the anchor must be set before the alias)");
    check("a: &x [*x]", "error 1:8 yaml/alias: An alias may not stand inside the value that it names");
    check("a: \"\\q\"", "error 1:4 yaml/escape: Invalid escape sequence");
    check("a: 1\nfoo\n", "error 2:1 yaml/key: Implicit map keys need to be followed by map values");
    check("a: [1, 2\n\n", "error 1:9 yaml/flow: Flow sequence must end with a ]");
    check("a: @x", "error 1:4 yaml/reserved: Plain value cannot start with a reserved character");
    check("a: [1, , 2]", "error 1:8 yaml/value: A value is missing");
    check("a: - b", "error 1:4 yaml/sequence: A list may not start on the same line as its key");
    check("a:\n    b: 1\n  c: 2", "error 3:3 yaml/indent: All mapping items must start at the same column");
    check("a: 'b' c", "error 1:8 yaml/quote: Unexpected text after a quoted text");
    check("a: x\u{0}y", "error 1:5 yaml/nul: A text may not contain the character NUL");
    check("a: \"x\\0y\"", "error 1:4 yaml/nul: A text may not contain the character NUL");
}

#[test]
fn what_the_scanner_alone_would_refuse() {
    check("a: \"\\ud83d\\ude00 \\\\ud83d\"", "{\"a\":\"😀 \\\\ud83d\"}");
    check("a:\t1\nb:\tx\nc: |\n  x:\ty\n", r#"{"a":1,"b":"x","c":"x:\ty\n"}"#);
    check("a:\n  b: [\n    'c'\n  ]\n  d: 1\n", r#"{"a":{"b":["c"],"d":1}}"#);
    check("a:\n  b: [\n    'c'\n]\n", "error 4:1 yaml/flow-indent: A flow collection must be sufficiently indented and closed");
}

#[test]
fn texts_of_several_lines() {
    check("a: |\n  x\n   y\n\nb: >-\n  folded\n  text\n\n  more\nc: \"x\n\n  y\"", r#"{"a":"x\n y\n","b":"folded text\nmore","c":"x\ny"}"#);
}

#[test]
fn bytes_that_are_not_utf8() {
    let expect =
        "{\"a\":1}\n{\"b\":\"caf\u{fffd}\"}\nwarning 3:1 yaml/encoding: The file is not UTF-8; what could not be read became U+FFFD";
    let text = parsed(b"a: 1\n---\nb: caf\xe9\n", &Limits::default());
    // The warning comes with the first document, which may be before the place.
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_by_key(|line| line.starts_with("warning"));
    assert_eq!(lines.join("\n"), expect);
}

#[test]
fn limits() {
    let check = |yaml: &str, limits: Limits, expect: &str| assert_eq!(parsed(yaml.as_bytes(), &limits), expect, "{yaml}");
    check("a: 1", Limits { max_bytes: 3, ..Limits::default() }, "error 1:1 yaml/size: The file has 4 bytes, at most 3 are read");
    check(
        "a: 1\n---\nb: 2\n---\nc: 3\n---\nd: 4",
        Limits { max_documents: 2, ..Limits::default() },
        "{\"a\":1}\n{\"b\":2}\nerror 4:1 yaml/documents: The file has more than 2 documents, the rest is not read",
    );
    check("a: {b: {c: [d]}}", Limits { max_depth: 3, ..Limits::default() }, "error 1:12 yaml/depth: Values are nested more than 3 deep");
    check(
        "a: &a [1, 2]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]",
        Limits { max_alias_nodes: 20, ..Limits::default() },
        "error 4:5 yaml/alias-budget: Excessive alias count indicates a resource exhaustion attack",
    );
    let long = format!("a: &a {}\nb: [*a, *a, *a]", "x".repeat(1_000));
    check(
        &long,
        Limits { max_alias_nodes: 25, ..Limits::default() },
        "error 2:13 yaml/alias-budget: Excessive alias count indicates a resource exhaustion attack",
    );
}

#[test]
fn aliases() {
    check("a: &x {b: &y c}\nd: *x\ne: *y\nf: &x 2\ng: *x", r#"{"a":{"b":"c"},"d":{"b":"c"},"e":"c","f":2,"g":2}"#);
    check("&k a: 1\nb: *k", r#"{"a":1,"b":"a"}"#);
}

#[test]
fn as_backstage_reports_them() {
    let check = |yaml: &str, expect: &str| {
        let found = catalog::descriptor::parse(yaml.as_bytes(), "f.yaml", &Limits::default()).remove(0).value.unwrap_err();
        assert_eq!(found.backstage_yaml_error("file:/f.yaml"), expect);
    };
    check("a: 1\na: 2", "YAML error at file:/f.yaml, YAMLParseError: Map keys must be unique at line 2, column 1");
    check("- a", "Expected object at root, got object");
}
