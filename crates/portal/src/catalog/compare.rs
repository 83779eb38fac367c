//! Two entities side by side: facts, relations, labels, and their descriptors line by line.

use std::collections::{BTreeMap, BTreeSet};

use ::catalog::index::{EntityId, Visibility};
use model::{
    Caller, EntityRef, PortalError, Timestamp,
    view::{ComparePart, CompareRow, CompareValue, CompareView, DescriptorLine},
};
use serde_json::Value;

use super::{CatalogUseCases, Scoped, text};
use crate::summary::Links;

/// Lines of both descriptors that the page shows.
const LINES: usize = 1_500;
/// Lines around a difference that show.
const AROUND: usize = 3;
/// Pairs of lines that are compared at most; beyond it everything between the first and last difference counts as different.
const PAIRS: usize = 4_000_000;

impl CatalogUseCases<'_> {
    /// The entity that a text names: a whole reference, or a name that only one entity has.
    ///
    /// # Errors
    /// `NotFound`, with what it could be; as [`Self::scoped`].
    pub async fn named(&self, caller: &Caller, name: &str) -> Result<EntityRef, PortalError> {
        let scoped = self.scoped(caller).await?;
        match named(&scoped, name, None) {
            Ok(id) => Ok(scoped.snapshot.entity(id).entity_ref()),
            Err(message) => Err(PortalError::not_found(message.unwrap_or_else(|| "Name an entity.".to_owned()))),
        }
    }

    /// Two entities side by side, as far as they are named: what is missing or unknown is said in the view.
    ///
    /// # Errors
    /// As [`Self::scoped`].
    pub async fn compare(&self, caller: &Caller, a: &str, b: &str) -> Result<CompareView, PortalError> {
        let scoped = self.scoped(caller).await?;
        let links = Links::new(&scoped.snapshot);
        let (left, right) = (named(&scoped, a, None), named(&scoped, b, found(&scoped, a)));
        let mut view = CompareView {
            asked_a: a.trim().to_owned(),
            asked_b: b.trim().to_owned(),
            errors: (left.as_ref().err().cloned().flatten(), right.as_ref().err().cloned().flatten()),
            ..CompareView::default()
        };
        let (left, right) = (left.ok(), right.ok());
        view.a = left.map(|id| links.link(id));
        view.b = right.map(|id| links.link(id));
        if let (Some(left), Some(right)) = (left, right) {
            let pair = Pair { scoped: &scoped, links, left, right };
            view.parts = pair.parts();
            (view.lines, view.cut) = pair.lines();
        }
        Ok(view)
    }
}

fn found(scoped: &Scoped, name: &str) -> Option<EntityId> {
    named(scoped, name, None).ok()
}

/// The entity that a text names: a whole reference, or a name that only one entity has. Kinds as the other one's come first.
fn named(scoped: &Scoped, name: &str, like: Option<EntityId>) -> Result<EntityId, Option<String>> {
    let name = name.trim();
    if name.is_empty() {
        return Err(None);
    }
    let snapshot = &scoped.snapshot;
    if name.contains(':') {
        let parsed: EntityRef = name.parse().map_err(|error: model::EntityRefError| Some(error.to_string()))?;
        let id = snapshot.find(&parsed);
        return id.ok_or_else(|| Some(format!("There is no {parsed} in the catalog.")));
    }
    let like = like.map(|id| snapshot.entity(id).kind().to_lowercase());
    let hits = snapshot.complete(name, 20, &[], &Visibility::All);
    let exact: Vec<EntityId> = hits.iter().copied().filter(|id| snapshot.entity(*id).name().eq_ignore_ascii_case(name)).collect();
    let of_kind =
        exact.iter().copied().find(|id| like.as_deref().is_some_and(|kind| snapshot.entity(*id).kind().eq_ignore_ascii_case(kind)));
    if let Some(id) = of_kind {
        return Ok(id);
    }
    match (exact.as_slice(), hits.as_slice()) {
        ([id], _) | ([], [id]) => Ok(*id),
        ([], []) => Err(Some(format!("Nothing in the catalog is called \"{name}\"."))),
        (several, hits) => {
            let several = if several.is_empty() { hits } else { several };
            let names: Vec<String> = several.iter().take(5).map(|id| snapshot.entity(*id).entity_ref().to_string()).collect();
            Err(Some(format!("Which one is \"{name}\"? Write one of: {}.", names.join(", "))))
        }
    }
}

struct Pair<'a> {
    scoped: &'a Scoped,
    links: Links<'a>,
    left: EntityId,
    right: EntityId,
}

/// What both sides have under each name.
type Sides = BTreeMap<String, (Vec<CompareValue>, Vec<CompareValue>)>;

impl Pair<'_> {
    fn parts(&self) -> Vec<ComparePart> {
        let (a, b) = (self.value(self.left), self.value(self.right));
        let mut parts = vec![ComparePart { id: "facts", title: "Facts", rows: self.facts(&a, &b) }];
        let mut more = |id, title, rows: Vec<CompareRow>| {
            if !rows.is_empty() {
                parts.push(ComparePart { id, title, rows });
            }
        };
        more("relations", "Relations", rows(self.relations()));
        more("labels", "Labels", rows(map(&a, &b, "labels")));
        more("annotations", "Annotations", rows(map(&a, &b, "annotations")));
        more("tags", "Tags", rows(tags(&a, &b)));
        more("links", "Links", rows(entity_links(&a, &b)));
        parts
    }

    fn value(&self, id: EntityId) -> Value {
        self.scoped.snapshot.entity(id).to_value()
    }

    fn facts(&self, a: &Value, b: &Value) -> Vec<CompareRow> {
        let entity =
            |id: EntityId, relation: &str| self.links.first(id, relation).map(CompareValue::Entity).into_iter().collect::<Vec<_>>();
        let words = |value: &Value, path: &[&str]| text::at(value, path).map(CompareValue::Text).into_iter().collect::<Vec<_>>();
        let mut out = Vec::new();
        let mut row = |label: &str, a: Vec<CompareValue>, b: Vec<CompareValue>| {
            if !(a.is_empty() && b.is_empty()) {
                out.push(CompareRow { label: label.to_owned(), a, b });
            }
        };
        let both = |path: &[&str]| (words(a, path), words(b, path));
        for (label, path) in [
            ("Kind", &["kind"][..]),
            ("Namespace", &["metadata", "namespace"]),
            ("Name", &["metadata", "name"]),
            ("Title", &["metadata", "title"]),
            ("Description", &["metadata", "description"]),
            ("Type", &["spec", "type"]),
            ("Lifecycle", &["spec", "lifecycle"]),
        ] {
            let (a, b) = both(path);
            row(label, a, b);
        }
        row("Owner", entity(self.left, "ownedBy"), entity(self.right, "ownedBy"));
        let (a, b) = (self.scoped.snapshot.entity(self.left), self.scoped.snapshot.entity(self.right));
        let source = |file: &str| if file.is_empty() { Vec::new() } else { vec![CompareValue::Text(file.to_owned())] };
        row("Read from", source(a.file()), source(b.file()));
        let time = |at: Timestamp| vec![CompareValue::Text(at.rfc3339().replace('T', " ").replace('Z', " UTC"))];
        row("First seen", time(a.first_seen()), time(b.first_seen()));
        row("Last change", time(a.changed()), time(b.changed()));
        out
    }

    fn relations(&self) -> Sides {
        let mut out = Sides::new();
        for (id, left) in [(self.left, true), (self.right, false)] {
            for relation in self.scoped.snapshot.entity(id).relations() {
                let Ok(target) = relation.target.parse::<EntityRef>() else { continue };
                let sides = out.entry(relation.kind.to_owned()).or_default();
                let side = if left { &mut sides.0 } else { &mut sides.1 };
                side.push(CompareValue::Entity(self.links.target(&target)));
            }
        }
        out
    }

    fn lines(&self) -> (Vec<DescriptorLine>, usize) {
        let write = |id: EntityId| {
            let mut value = self.value(id);
            if let Some(entity) = value.as_object_mut() {
                // Relations stand above; status and what the catalog adds say nothing about the descriptors.
                entity.remove("relations");
                entity.remove("status");
            }
            if let Some(metadata) = value["metadata"].as_object_mut() {
                metadata.remove("uid");
                metadata.remove("etag");
            }
            text::yaml(&value)
        };
        let (a, b) = (write(self.left), write(self.right));
        let mut lines = folded(compared(&a.lines().collect::<Vec<_>>(), &b.lines().collect::<Vec<_>>()));
        let cut = lines.len().saturating_sub(LINES);
        lines.truncate(LINES);
        (lines, cut)
    }
}

fn rows(sides: Sides) -> Vec<CompareRow> {
    sides.into_iter().map(|(label, (a, b))| CompareRow { label, a, b }).collect()
}

fn map(a: &Value, b: &Value, key: &str) -> Sides {
    let mut out = Sides::new();
    for (value, left) in [(a, true), (b, false)] {
        for (name, value) in value["metadata"][key].as_object().into_iter().flatten() {
            let sides = out.entry(name.clone()).or_default();
            let side = if left { &mut sides.0 } else { &mut sides.1 };
            side.push(CompareValue::Text(value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
    }
    out
}

fn tags(a: &Value, b: &Value) -> Sides {
    let of = |value: &Value| -> BTreeSet<String> {
        value["metadata"]["tags"].as_array().into_iter().flatten().filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
    };
    let (a, b) = (of(a), of(b));
    let side = |tags: &BTreeSet<String>, tag: &String| tags.get(tag).map(|tag| CompareValue::Text(tag.clone())).into_iter().collect();
    a.union(&b).map(|tag| (tag.clone(), (side(&a, tag), side(&b, tag)))).collect()
}

fn entity_links(a: &Value, b: &Value) -> Sides {
    let mut out = Sides::new();
    for (value, left) in [(a, true), (b, false)] {
        for link in value["metadata"]["links"].as_array().into_iter().flatten() {
            let Some(url) = text::at(link, &["url"]) else { continue };
            let sides = out.entry(text::at(link, &["title"]).unwrap_or_else(|| url.clone())).or_default();
            let side = if left { &mut sides.0 } else { &mut sides.1 };
            side.push(CompareValue::Text(url));
        }
    }
    out
}

/// Two texts line by line: the longest common subsequence, between the first and the last line that differ.
fn compared(a: &[&str], b: &[&str]) -> Vec<DescriptorLine> {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (left, right) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    let mut out: Vec<DescriptorLine> = a[..start].iter().map(|line| DescriptorLine::Same((*line).to_owned())).collect();
    let width = right.len() + 1;
    if left.len().saturating_mul(right.len()) > PAIRS {
        out.extend(left.iter().map(|line| DescriptorLine::Left((*line).to_owned())));
        out.extend(right.iter().map(|line| DescriptorLine::Right((*line).to_owned())));
    } else {
        // common[i * width + j]: lines that left[i..] and right[j..] have in common.
        let mut common = vec![0_u32; (left.len() + 1) * width];
        for i in (0..left.len()).rev() {
            for j in (0..right.len()).rev() {
                common[i * width + j] = if left[i] == right[j] {
                    common[(i + 1) * width + j + 1] + 1
                } else {
                    common[(i + 1) * width + j].max(common[i * width + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < left.len() || j < right.len() {
            if i < left.len() && j < right.len() && left[i] == right[j] {
                out.push(DescriptorLine::Same(left[i].to_owned()));
                (i, j) = (i + 1, j + 1);
            } else if j == right.len() || (i < left.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]) {
                out.push(DescriptorLine::Left(left[i].to_owned()));
                i += 1;
            } else {
                out.push(DescriptorLine::Right(right[j].to_owned()));
                j += 1;
            }
        }
    }
    out.extend(a[a.len() - end..].iter().map(|line| DescriptorLine::Same((*line).to_owned())));
    out
}

/// Leaves out long runs of lines that are the same.
fn folded(lines: Vec<DescriptorLine>) -> Vec<DescriptorLine> {
    let differs: Vec<usize> = (0..lines.len()).filter(|at| !matches!(lines[*at], DescriptorLine::Same(_))).collect();
    let mut out = Vec::new();
    let (mut left_out, mut next) = (0, 0);
    for (at, line) in lines.into_iter().enumerate() {
        while differs.get(next).is_some_and(|differs| *differs + AROUND < at) {
            next += 1;
        }
        if differs.get(next).is_some_and(|differs| differs.abs_diff(at) <= AROUND) {
            if left_out > 0 {
                out.push(DescriptorLine::Folded(left_out));
                left_out = 0;
            }
            out.push(line);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        out.push(DescriptorLine::Folded(left_out));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, expected: &str) {
        let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
        let lines: Vec<String> = folded(compared(&a, &b))
            .into_iter()
            .map(|line| match line {
                DescriptorLine::Same(line) => line,
                DescriptorLine::Left(line) => format!("-{line}"),
                DescriptorLine::Right(line) => format!("+{line}"),
                DescriptorLine::Folded(count) => format!("({count})"),
            })
            .collect();
        assert_eq!(lines.join(" "), expected);
    }

    #[test]
    fn texts_are_compared_line_by_line() {
        check("a b c", "a b c", "(3)");
        check("a b c", "a x c", "a -b +x c");
        check("a", "b", "-a +b");
        check("a b c d", "b c e d", "-a b c +e d");
        check("1 2 3 4 5 6 7 8 9 x", "1 2 3 4 5 6 7 8 9 y", "(6) 7 8 9 -x +y");
        check("x 2 3 4 5 6 7 8 9 x", "y 2 3 4 5 6 7 8 9 y", "-x +y 2 3 4 (2) 7 8 9 -x +y");
    }
}
