//! Overlays as changes of files, taken in by git itself.

use std::process::Command;

use serde_json::{Value, json};

use super::world::component;
use crate::{
    Overlay,
    descriptor::{self, Limits},
    overlay::patch,
};

/// Makes the patch, has git apply it, and compares the file; then what the file says with what the overlay says.
fn check(file: &str, overlay: Value, expected: &str) {
    let overlay: Overlay = serde_json::from_value(overlay).unwrap();
    let path = "services/my app/catalog-info.yaml";
    let patch = patch(file, &component("a"), &overlay, path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("services/my app")).unwrap();
    std::fs::write(folder.path().join(path), file).unwrap();
    std::fs::write(folder.path().join("overlay.patch"), &patch).unwrap();
    let git = Command::new("git").args(["apply", "--whitespace=nowarn", "overlay.patch"]).current_dir(folder.path()).output().unwrap();
    assert!(git.status.success(), "{}\n{patch}", String::from_utf8_lossy(&git.stderr));
    let changed = std::fs::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!(changed, expected, "{patch}");
    let read = |text: &str| -> Vec<Value> {
        descriptor::parse(text.as_bytes(), path, &Limits::default()).into_iter().map(|document| document.value.unwrap()).collect()
    };
    let mut before = read(file);
    let at = before.iter().position(|value| descriptor::entity_ref(value) == Some(component("a"))).unwrap();
    overlay.apply(&mut before[at]);
    assert_eq!(read(&changed), before);
}

fn refuse(file: &str, overlay: Value, expected: &str) {
    let overlay: Overlay = serde_json::from_value(overlay).unwrap();
    assert_eq!(patch(file, &component("a"), &overlay, "x.yaml").unwrap_err(), expected);
}

const FILE: &str = "\
# Who asks for us: the platform team
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: a # not b
  labels:
    # keep
    tier: '1' # of three
    old: x
  tags:
    - java
    # the framework
    - spring
spec:
  type: service
  lifecycle: production
  owner: team  # since 2020
";

#[test]
fn changes_only_what_it_is_about() {
    check(
        FILE,
        json!({"labels": {"tier": "2", "old": null, "new": "yes"}, "tags": ["java", "kotlin", "spring"], "owner": "group:other"}),
        "\
# Who asks for us: the platform team
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: a # not b
  labels:
    # keep
    tier: \"2\" # of three
    new: \"yes\"
  tags:
    - java
    - kotlin
    # the framework
    - spring
spec:
  type: service
  lifecycle: production
  owner: group:other  # since 2020
",
    );
}

#[test]
fn adds_what_is_not_there() {
    check(
        "kind: Component\nmetadata:\n    name: a\nspec:\n    type: x\n",
        json!({"labels": {"a/b": "c"}, "annotations": {"x.y/z": "k: v"}, "tags": ["t"], "links": [{"url": "https://a.b/c?d=e#f", "title": "The \"docs\""}], "owner": "o", "title": "A", "description": "one\n  two\n\nthree"}),
        "\
kind: Component
metadata:
    name: a
    title: A
    description: |-
      one
        two

      three
    labels:
      a/b: c
    annotations:
      x.y/z: \"k: v\"
    tags:
      - t
    links:
      - url: \"https://a.b/c?d=e#f\"
        title: \"The \\\"docs\\\"\"
spec:
    type: x
    owner: o
",
    );
}

#[test]
fn takes_away_what_gets_empty() {
    check(
        "kind: Component\nmetadata:\n  name: a\n  labels:\n    x: y\n  tags:\n  - one\n  - two\n  title: T\n",
        json!({"labels": {"x": null}, "tags": []}),
        "kind: Component\nmetadata:\n  name: a\n  title: T\n",
    );
}

#[test]
fn keeps_the_style_of_the_file() {
    check(
        "kind: Component\r\nmetadata: \r\n  name: a\r\n  labels: {x: y, z: '1'} # flow\r\n  tags: [one, two]\r\n  links:\r\n  - {url: 'https://a'}\r\n  - url: https://b\r\n    title: B\r\n",
        json!({"labels": {"x": "other"}, "tags": ["two", "3"], "links": [{"url": "https://b", "title": "B"}, {"url": "https://c"}]}),
        "kind: Component\r\nmetadata: \r\n  name: a\r\n  labels: { x: other, z: \"1\" } # flow\r\n  tags: [two, \"3\"]\r\n  links:\r\n  - url: https://b\r\n    title: B\r\n  - url: https://c\r\n",
    );
}

#[test]
fn changes_one_document_of_several() {
    let other = "kind: Component\nmetadata:\n  name: b\n  title: T\n";
    check(
        &format!("{other}---\nkind: Component\nmetadata:\n  name: a\n  title: T\n---\n{other}"),
        json!({"title": "New title"}),
        &format!("{other}---\nkind: Component\nmetadata:\n  name: a\n  title: New title\n---\n{other}"),
    );
}

#[test]
fn copes_with_a_last_line_without_an_end() {
    check(
        "kind: Component\nspec:\n  owner: x\nmetadata:\n  name: a",
        json!({"title": "T"}),
        "kind: Component\nspec:\n  owner: x\nmetadata:\n  name: a\n  title: T\n",
    );
    check(
        "kind: Component\nmetadata:\n  name: a\n  title: x",
        json!({"title": "T"}),
        "kind: Component\nmetadata:\n  name: a\n  title: T\n",
    );
    check("kind: Component\nmetadata:\n  name: a", json!({"owner": "o"}), "kind: Component\nmetadata:\n  name: a\nspec:\n  owner: o\n");
}

#[test]
fn replaces_texts_of_several_lines() {
    check(
        "kind: Component\nmetadata:\n  name: a\n  description: >\n    long\n    # no comment\n\n    text\n\n  title: x\n",
        json!({"description": "short", "labels": {"a": "b"}}),
        "kind: Component\nmetadata:\n  name: a\n  description: short\n\n  title: x\n  labels:\n    a: b\n",
    );
}

#[test]
fn says_what_it_cannot_do() {
    let by_hand = |why: &str| format!("x.yaml cannot be changed line by line: {why}; make the change by hand");
    let title = || json!({"title": "T"});
    refuse("kind: Component\nmetadata: {name: a}\n", title(), &by_hand("metadata in line 2 is not written as a block, one entry a line"));
    refuse("{kind: Component, metadata: {name: a}}\n", title(), &by_hand("the document is not written as a block of keys and values"));
    refuse(
        "kind: Component\nmetadata:\n  name: a\n  tags: [a,\n    b]\n",
        json!({"tags": ["c"]}),
        &by_hand("tags in line 4 is written in a way that cannot be changed line by line"),
    );
    refuse(
        "kind: Component\nmetadata:\n  name: a\n  labels: &l\n    x: y\n  annotations: *l\n",
        json!({"labels": {"x": "z"}}),
        &by_hand("labels in line 4 is written in a way that cannot be changed line by line"),
    );
    refuse("kind: Component\nmetadata:\n  name: b\n", title(), "x.yaml has no entity component:default/a");
    refuse(
        "kind: Component\nmetadata:\n  name: a\n  title: T\n",
        title(),
        "x.yaml says already what the overlay puts over component:default/a: remove the overlay",
    );
}
