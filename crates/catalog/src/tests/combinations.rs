//! Every way in which parts of an overlay meet in a file: each combination makes a patch that git takes in.

use std::{fmt::Write as _, process::Command};

use serde_json::{Map, Value, json};

use super::world::component;
use crate::{
    Overlay,
    descriptor::{self, Limits},
    overlay::patch,
};

/// What files have of each key, in block style and in flow style; the first of each is nothing.
const LABELS: [&str; 3] = ["", "  labels:\n    tier: '1' # of three\n    old: x\n", "  labels: {tier: '1', old: x}\n"];
const ANNOTATIONS: [&str; 2] = ["", "  annotations:\n    # kept\n    tier: '1'\n    old: x\n"];
const TAGS: [&str; 3] = ["", "  tags:\n  - one\n  # kept\n  - two\n", "  tags: [one, two]\n"];
const LINKS: [&str; 2] = ["", "  links:\n    - url: https://a\n      title: A\n    - url: https://b\n"];
const TITLE: [&str; 2] = ["", "  title: Old\n"];
const DESCRIPTION: [&str; 3] = ["", "  description: old # really\n", "  description: |\n    old\n    # no comment\n"];
const SPEC: [&str; 3] = ["", "spec:\n  type: x\n", "spec:\n  owner: old\n  type: x\n"];
/// Orders of the keys of metadata, the name among them as 0.
const ORDERS: [[usize; 7]; 4] = [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [4, 2, 0, 6, 1, 3, 5], [1, 3, 5, 0, 2, 4, 6]];

/// Numbers below given ones, in an order without a pattern and always the same.
struct Choice(u64);

impl Choice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn file(&mut self) -> String {
        let parts = [
            "  name: a\n",
            self.of(&LABELS),
            self.of(&ANNOTATIONS),
            self.of(&TAGS),
            self.of(&LINKS),
            self.of(&TITLE),
            self.of(&DESCRIPTION),
        ];
        let metadata: String = self.of(&ORDERS).into_iter().map(|at| parts[at]).collect();
        let metadata = format!("metadata:\n{metadata}");
        let spec = self.of(&SPEC);
        let (first, second) = if self.below(2) == 0 { (spec, metadata.as_str()) } else { (metadata.as_str(), spec) };
        let text = format!("kind: Component\n{first}{second}");
        match self.below(4) {
            0 => text.trim_end().to_owned(),
            1 => text.replace('\n', "\r\n"),
            2 => format!("{text}---\nkind: Component\nmetadata:\n  name: b\n"),
            _ => text,
        }
    }

    fn overlay(&mut self) -> Value {
        let entries = [
            json!({}),
            json!({"new": "y"}),
            json!({"tier": "2"}),
            json!({"old": null}),
            json!({"tier": null, "old": null}),
            json!({"tier": "2", "old": null, "new": "y"}),
        ];
        let lists = [Value::Null, json!([]), json!(["three"]), json!(["two"]), json!(["one", "two", "three"]), json!(["zero", "two"])];
        let (a, b, c) =
            (json!({"url": "https://a", "title": "A"}), json!({"url": "https://b"}), json!({"url": "https://c?d=e", "title": "C: c"}));
        let links = [
            Value::Null,
            json!([]),
            json!([c]),
            json!([b]),
            json!([a, b, c]),
            json!([c, b]),
            json!([{"url": "https://a", "title": "New"}, b]),
        ];
        let texts = [Value::Null, json!("new"), json!("several\nlines\n")];
        let all = [
            ("labels", self.of(&entries)),
            ("annotations", self.of(&entries)),
            ("tags", self.of(&lists)),
            ("links", self.of(&links)),
            ("owner", self.of(&texts[..2])),
            ("title", self.of(&texts[..2])),
            ("description", self.of(&texts)),
        ];
        all.into_iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>().into()
    }
}

fn read(text: &str) -> Vec<Value> {
    descriptor::parse(text.as_bytes(), "", &Limits::default()).into_iter().map(|document| document.value.unwrap()).collect()
}

#[test]
fn whatever_comes_together_git_takes_it_in() {
    let mut choice = Choice(3);
    let folder = tempfile::tempdir().unwrap();
    let (mut patches, mut expected) = (String::new(), Vec::new());
    for number in 0..2_500 {
        let (file, overlay) = (choice.file(), choice.overlay());
        let told = format!("{overlay} over\n{file}");
        let overlay: Overlay = serde_json::from_value(overlay).unwrap();
        let mut after = read(&file);
        overlay.apply(&mut after[0]);
        let name = format!("{number}.yaml");
        match patch(&file, &component("a"), &overlay, &name) {
            Ok(patch) => write!(patches, "{patch}").unwrap(),
            Err(why) => {
                assert!(why.contains(" says already "), "{why}: {told}");
                assert_eq!(after, read(&file), "{told}");
            }
        }
        std::fs::write(folder.path().join(&name), file).unwrap();
        expected.push((name, after, told));
    }
    // All of them at once: a process for each would take most of the time.
    std::fs::write(folder.path().join("all.patch"), patches).unwrap();
    let git = Command::new("git").args(["apply", "--whitespace=nowarn", "all.patch"]).current_dir(folder.path()).output().unwrap();
    assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    for (name, after, told) in expected {
        let changed = std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read(&changed), after, "{told}\nbecame\n{changed}");
        let comments = |text: &str| text.matches("# kept").count();
        assert!(comments(&changed) <= comments(&told), "{told}\nbecame\n{changed}");
    }
}

#[test]
fn first_labels_come_behind_a_list_that_is_replaced() {
    let file = "kind: Component\nmetadata:\n  name: a\n  links:\n    - url: https://a\nspec:\n  type: worker\n";
    let overlay: Overlay = serde_json::from_value(json!({"labels": {"tier": "2"}, "links": [{"url": "https://b"}]})).unwrap();
    assert_eq!(
        patch(file, &component("a"), &overlay, "x.yaml").unwrap(),
        "\
--- a/x.yaml
+++ b/x.yaml
@@ -2,6 +2,8 @@
 metadata:
   name: a
   links:
-    - url: https://a
+    - url: https://b
+  labels:
+    tier: \"2\"
 spec:
   type: worker
"
    );
}
