//! `$text`, `$json`, `$yaml`.

use catalog::descriptor::placeholders;
use serde_json::Value;

/// What becomes of a value in a file, and the keys for refreshing it; or the error.
fn check_in(base: &str, value: &str, expect: &str) {
    let mut value: Value = serde_json::from_str(value).unwrap();
    let got = match placeholders(&mut value, base, &mut read) {
        Ok(keys) => format!("{value} {}", keys.join(" ")),
        Err(error) => format!("{} {}: {}", error.rule, error.pointer, error.detail()),
    };
    assert_eq!(got.trim_end(), expect);
}

fn check(value: &str, expect: &str) {
    check_in("/srv/x/catalog-info.yaml", value, expect);
}

fn read(target: &str) -> Result<Vec<u8>, String> {
    let name = target.rsplit('/').next().unwrap_or_default();
    Ok(match name {
        "a.txt" => b"text\n".to_vec(),
        "a.json" => br#"{"b": [1]}"#.to_vec(),
        "a.yaml" => b"# c\nb: yes\n".to_vec(),
        "list.yaml" => b"- 1\n- 2\n".to_vec(),
        "two.yaml" => b"a: 1\n---\nb: 2\n".to_vec(),
        "empty.yaml" => Vec::new(),
        "null.yaml" => b"---\n".to_vec(),
        "broken.yaml" => b"a: 1\na: 2\n".to_vec(),
        "nul.txt" => b"a\0b".to_vec(),
        "latin.txt" => b"caf\xe9".to_vec(),
        "nested.json" => br#"{"$text": "./a.txt"}"#.to_vec(),
        _ => return Err(format!("no such file: {target}")),
    })
}

#[test]
fn anywhere_in_the_entity() {
    check(r#"{"spec":{"definition":{"$text":"./a.txt"}}}"#, r#"{"spec":{"definition":"text\n"}} file:/srv/x/a.txt"#);
    check(r#"{"a":[1,{"$json":"a.json"}]}"#, r#"{"a":[1,{"b":[1]}]} file:/srv/x/a.json"#);
    check(r#"{"a":{"$yaml":"../a.yaml"}}"#, r#"{"a":{"b":"yes"}} file:/srv/a.yaml"#);
    check(
        r#"{"a":{"$yaml":"list.yaml"},"b":{"$yaml":"null.yaml"}}"#,
        r#"{"a":[1,2],"b":null} file:/srv/x/list.yaml file:/srv/x/null.yaml"#,
    );
    check(r#"{"a":{"$text":"/etc/a.txt"}}"#, r#"{"a":"text\n"} file:/etc/a.txt"#);
    check(r#"{"a":{"$text":"latin.txt"}}"#, "{\"a\":\"caf\u{fffd}\"} file:/srv/x/latin.txt");
}

#[test]
fn left_alone() {
    check(r#"{"a":{"$text":"a.txt","b":1}}"#, r#"{"a":{"$text":"a.txt","b":1}}"#);
    check(r#"{"a":{"$text":"a.txt","b":{"$text":"a.txt"}}}"#, r#"{"a":{"$text":"a.txt","b":{"$text":"a.txt"}}}"#);
    check(r#"{"a":{"$unknown":"a.txt"}}"#, r#"{"a":{"$unknown":"a.txt"}}"#);
    check(r#"{"a":"$text","b":{"text":"a.txt"}}"#, r#"{"a":"$text","b":{"text":"a.txt"}}"#);
    // What a file holds is not searched again.
    check(r#"{"a":{"$json":"nested.json"}}"#, r#"{"a":{"$text":"./a.txt"}} file:/srv/x/nested.json"#);
}

#[test]
fn errors() {
    check(
        r#"{"spec":{"a":{"$text":1}}}"#,
        "placeholder/value /spec/a: Placeholder $text expected a string value parameter, in the form of an absolute URL or a relative path",
    );
    check(
        r#"{"a":{"$text":"b.txt"}}"#,
        "placeholder/read /a: Placeholder $text could not read location b.txt, Error: no such file: /srv/x/b.txt",
    );
    check(
        r#"{"a":[{"$text":"nul.txt"}]}"#,
        "placeholder/read /a/0: Placeholder $text could not read location nul.txt, Error: the file holds the character NUL",
    );
    check(
        r#"{"a":{"$json":"a.txt"}}"#,
        "placeholder/json /a: Placeholder $json failed to parse JSON data at a.txt, SyntaxError: expected ident at line 1 column 2",
    );
    check(
        r#"{"a":{"$yaml":"two.yaml"}}"#,
        "placeholder/yaml /a: Placeholder $yaml expected to find exactly one document of data at two.yaml, found 2",
    );
    check(
        r#"{"a":{"$yaml":"empty.yaml"}}"#,
        "placeholder/yaml /a: Placeholder $yaml expected to find exactly one document of data at empty.yaml, found 0",
    );
    check(
        r#"{"a":{"$yaml":"broken.yaml"}}"#,
        "placeholder/yaml /a: Placeholder $yaml found an error in the data at broken.yaml, YAMLParseError: Map keys must be unique at line 2, column 1",
    );
    check(
        r#"{"a":{"$text":"javascript:x"}}"#,
        "placeholder/target /a: Placeholder $text could not form a URL out of /srv/x/catalog-info.yaml and javascript:x, Error: The target 'javascript:x' is a javascript: URL",
    );
    let mut value = serde_json::json!({"a": {"$text": "b"}});
    let error = placeholders(&mut value, "/x", &mut |_| Err("gone".to_owned())).unwrap_err();
    assert_eq!(
        error.message,
        "Processor PlaceholderProcessor threw an error while preprocessing; caused by Error: Placeholder $text could not read location b, Error: gone"
    );
}

#[test]
fn only_from_the_same_repository() {
    let base = "https://github.com/o/r/blob/main/d/catalog-info.yaml";
    check_in(base, r#"{"a":{"$text":"./a.txt"}}"#, r#"{"a":"text\n"} url:https://github.com/o/r/blob/main/d/a.txt"#);
    check_in(base, r#"{"a":{"$text":"/a.txt"}}"#, r#"{"a":"text\n"} url:https://github.com/o/r/blob/main/a.txt"#);
    check_in(
        base,
        r#"{"a":{"$text":"https://github.com/o/r/blob/v1/a.txt"}}"#,
        r#"{"a":"text\n"} url:https://github.com/o/r/blob/v1/a.txt"#,
    );
    check_in(base, r#"{"a":{"$text":"https://example.com/a.txt"}}"#, r#"{"a":"text\n"} url:https://example.com/a.txt"#);
    check_in(
        base,
        r#"{"a":{"$text":"https://github.com/o/other/blob/main/a.txt"}}"#,
        "placeholder/target /a: Placeholder $text could not form a URL out of https://github.com/o/r/blob/main/d/catalog-info.yaml and https://github.com/o/other/blob/main/a.txt, Error: Placeholder may only reference files from the same repository as the entity",
    );
}

#[test]
fn no_more_than_some_files() {
    let mut value: Value = (0..201).map(|_| serde_json::json!({"$text": "a.txt"})).collect();
    let error = placeholders(&mut value, "/x/y", &mut read).unwrap_err();
    assert_eq!((error.rule, error.pointer.as_str()), ("placeholder/size", "/200"));
}
