//! Writes one entity as YAML, laid out as people write it.

use std::fmt::Write as _;

/// One entity being written.
#[derive(Debug)]
pub(super) struct Descriptor {
    meta: String,
    spec: String,
}

impl Descriptor {
    pub(super) fn new(kind: &str, name: &str) -> Self {
        Self { meta: format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n"), spec: String::new() }
    }

    /// A field of `metadata` in anybody's words.
    pub(super) fn meta(mut self, key: &str, text: &str) -> Self {
        line(&mut self.meta, 1, key, &scalar(text));
        self
    }

    /// `metadata.tags`; nothing without any.
    pub(super) fn tags(mut self, tags: &[&str]) -> Self {
        if !tags.is_empty() {
            line(&mut self.meta, 1, "tags", &format!("[{}]", tags.join(", ")));
        }
        self
    }

    /// `metadata.annotations`; nothing without any.
    pub(super) fn annotations(mut self, annotations: &[(&str, String)]) -> Self {
        if !annotations.is_empty() {
            self.meta.push_str("  annotations:\n");
        }
        for (key, value) in annotations {
            line(&mut self.meta, 2, key, &scalar(value));
        }
        self
    }

    /// `metadata.links`, each an address, a title and an icon; nothing without any.
    pub(super) fn links(mut self, links: &[(String, &str, &str)]) -> Self {
        if !links.is_empty() {
            self.meta.push_str("  links:\n");
        }
        for (url, title, icon) in links {
            let kind = title.to_ascii_lowercase().replace(' ', "-");
            line(&mut self.meta, 2, "- url", url);
            line(&mut self.meta, 3, "title", title);
            line(&mut self.meta, 3, "icon", icon);
            line(&mut self.meta, 3, "type", &kind);
        }
        self
    }

    /// A field of `spec` that needs no quotes: a name or a word.
    pub(super) fn spec(mut self, key: &str, value: &str) -> Self {
        line(&mut self.spec, 1, key, value);
        self
    }

    /// A list of references in `spec`; nothing without any.
    pub(super) fn refs(mut self, key: &str, refs: &[String]) -> Self {
        if refs.is_empty() {
            return self;
        }
        let _ = writeln!(self.spec, "  {key}:");
        for target in refs {
            let _ = writeln!(self.spec, "    - {target}");
        }
        self
    }

    /// A list in `spec` that has to be there even when it is empty.
    pub(super) fn list(mut self, key: &str, items: &[String]) -> Self {
        line(&mut self.spec, 1, key, &format!("[{}]", items.join(", ")));
        self
    }

    /// `spec.profile` with the name and address of a person or a group.
    pub(super) fn profile(mut self, shown: &str, mailbox: &str) -> Self {
        let _ = write!(self.spec, "  profile:\n    displayName: {}\n    email: {mailbox}@example.com\n", scalar(shown));
        self
    }

    /// A field of `spec` over several lines.
    pub(super) fn block(mut self, key: &str, text: &str) -> Self {
        let _ = writeln!(self.spec, "  {key}: |");
        for text in text.lines() {
            if text.is_empty() {
                self.spec.push('\n');
            } else {
                let _ = writeln!(self.spec, "    {text}");
            }
        }
        self
    }

    /// Appends the entity to a file, as a document of its own.
    pub(super) fn write_to(self, file: &mut String) {
        if !file.is_empty() {
            file.push_str("---\n");
        }
        file.push_str(&self.meta);
        file.push_str("spec:\n");
        file.push_str(&self.spec);
    }
}

fn line(out: &mut String, depth: usize, key: &str, value: &str) {
    let _ = writeln!(out, "{:width$}{key}: {value}", "", width = depth * 2);
}

/// A scalar that means these words and nothing else to YAML: plain where that is safe, else double-quoted. The sample's words hold no control characters.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '/' | '.' | ',' | '\''))
        && !text.ends_with(' ')
        && !matches!(&*text.to_ascii_lowercase(), "true" | "false" | "null");
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}
