//! A laid-out map as SVG, written as text: four hundred boxes as views would cost more than finding out what is in them.
//!
//! Boxes are links in HTML inside the drawing, so that names are cut, mixed and read as everywhere else. What is lit is a class: the
//! server sets it for the focus in the address, the island for the box that has the keyboard or the pointer.

use std::collections::BTreeSet;

use model::view::{EntityLink, ExploreView};

use super::{
    fold::{Folded, is},
    map::{Content, HEAD, Map, MapBox, Rect},
};
use crate::{
    components::{Glyph, Html},
    text::{self, explore as words},
};

/// The map as one `<svg>`.
pub fn picture(view: &ExploreView, folded: &Folded, map: &Map, label: &str) -> String {
    let focus = view.query.focus.as_deref().and_then(|focus| map.boxes.iter().position(|at| is(&key(view, at.content), focus)));
    let mut html = Html::with_capacity(4_096 + map.boxes.len() * 420 + map.lines.len() * 520);
    let whole = view.nodes.iter().filter(|node| node.inside).count() > 1;
    let picture = Picture { view, folded, map, focus, lit: lit(map, focus), whole };
    html.markup("<svg class=\"explore-drawing").markup(if focus.is_some() { " has-focus\"" } else { "\"" });
    html.markup(" role=\"group\"").attribute("aria-label", label);
    html.attribute("viewBox", &format!("0 0 {} {}", map.width, map.height));
    html.attribute("width", &map.width.to_string()).attribute("height", &map.height.to_string()).markup(">");
    html.markup(
        "<defs><marker id=\"explore-arrow\" viewBox=\"0 0 8 8\" refX=\"3\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\" \
         markerUnits=\"userSpaceOnUse\"><path class=\"explore-arrow\" d=\"M0.5 0.5 7.5 4 0.5 7.5Z\"></path></marker></defs>",
    );
    picture.frames(&mut html);
    picture.bundles(&mut html);
    picture.lines(&mut html);
    picture.heads(&mut html);
    for (at, placed) in map.boxes.iter().enumerate() {
        picture.one(&mut html, at, *placed);
    }
    html.markup("</svg>");
    html.finish()
}

/// The name in the address of what a box holds.
pub(crate) fn key(view: &ExploreView, content: Content) -> String {
    match content {
        Content::Node(node) => view.nodes[node].entity.entity_ref.to_string(),
        Content::Group(group) => view.groups[group].key.clone(),
    }
}

/// What a group is called.
pub(crate) fn group_title(view: &ExploreView, group: usize) -> String {
    match &view.groups[group].entity {
        Some(entity) => entity.title.clone(),
        None => words::no_group(view.group.0).to_owned(),
    }
}

/// The focused box and those that a line connects with it.
fn lit(map: &Map, focus: Option<usize>) -> BTreeSet<usize> {
    let Some(focus) = focus else { return BTreeSet::new() };
    let mut out = BTreeSet::from([focus]);
    for line in &map.lines {
        if line.from == focus {
            out.insert(line.to);
        } else if line.to == focus {
            out.insert(line.from);
        }
    }
    out
}

struct Picture<'a> {
    view: &'a ExploreView,
    folded: &'a Folded,
    map: &'a Map,
    focus: Option<usize>,
    lit: BTreeSet<usize>,
    /// The graph starts from more than one entity: what is only next to them looks different.
    whole: bool,
}

impl Picture<'_> {
    fn frames(&self, html: &mut Html) {
        for frame in &self.map.frames {
            html.markup("<rect class=\"explore-frame\" rx=\"8\"");
            rect(html, frame.at);
            html.markup("></rect>");
        }
    }

    /// The frames' names, over the lines that pass behind them.
    fn heads(&self, html: &mut Html) {
        for frame in &self.map.frames {
            let title = group_title(self.view, frame.group);
            let group = &self.view.groups[frame.group];
            place(html, Rect { x: frame.at.x + 1, y: frame.at.y + 1, width: frame.at.width - 2, height: HEAD - 6 });
            html.markup("<div class=\"explore-head\">");
            match &group.entity {
                Some(entity) => {
                    html.markup("<a class=\"explore-head-name\"").attribute("href", &entity.entity_ref.href());
                    html.attribute("title", &entity.entity_ref.to_string()).markup(">").icon(Glyph::of_kind(&entity.kind));
                    html.markup("<bdi>").text(&title).markup("</bdi></a>");
                }
                None => {
                    html.markup("<span class=\"explore-head-name\"><bdi>").text(&title).markup("</bdi></span>");
                }
            }
            html.count(self.folded.members[frame.group] as u64);
            let fold = self.view.query.flip(&group.key).focused(None).href();
            html.markup("<a class=\"explore-fold\"").attribute("href", &fold);
            let label = format!("{} {title}", words::FOLD_GROUP);
            html.attribute("title", &label)
                .attribute("aria-label", &label)
                .markup(">")
                .icon(Glyph::Minus)
                .markup("</a></div></foreignObject>");
        }
    }

    fn bundles(&self, html: &mut Html) {
        for bundle in &self.map.bundles {
            let weight = match bundle.count {
                0..=1 => "<g class=\"explore-bundle weight-1\" aria-hidden=\"true\">",
                2..=4 => "<g class=\"explore-bundle weight-2\" aria-hidden=\"true\">",
                5..=14 => "<g class=\"explore-bundle weight-3\" aria-hidden=\"true\">",
                _ => "<g class=\"explore-bundle weight-4\" aria-hidden=\"true\">",
            };
            html.markup(weight);
            touch(html, &bundle.path, &words::bundled(bundle.count), bundle.middle);
        }
    }

    fn lines(&self, html: &mut Html) {
        for line in &self.map.lines {
            let bright = self.focus.is_some_and(|focus| line.from == focus || line.to == focus);
            html.markup("<g class=\"explore-line rel-").markup(line.sort.name());
            html.markup(if line.detail { " is-detail" } else { "" }).markup(if bright { " is-lit\"" } else { "\"" });
            html.attribute("data-f", &line.from.to_string()).attribute("data-t", &line.to.to_string()).markup(" aria-hidden=\"true\">");
            let mut labels: Vec<&str> = line.edges.iter().map(|edge| self.view.edges[*edge].label.as_str()).collect();
            labels.sort_unstable();
            labels.dedup();
            let mut label = labels.join(", ");
            if line.edges.len() > 1 {
                label.push_str(&format!(" ×{}", line.edges.len()));
            }
            touch(html, &line.path, &label, line.middle);
        }
    }

    fn one(&self, html: &mut Html, at: usize, placed: MapBox) {
        place(html, placed.at);
        let focal = self.focus == Some(at);
        let class = |html: &mut Html, outside: bool| {
            html.markup(if outside { " is-outside" } else { "" }).markup(if self.lit.contains(&at) { " is-lit" } else { "" });
            html.markup(if focal { " is-focal\" aria-current=\"true\"" } else { "\"" });
            html.attribute("data-b", &at.to_string());
            html.attribute("data-x", &(placed.at.x + placed.at.width / 2).to_string());
            html.attribute("data-y", &(placed.at.y + placed.at.height / 2).to_string());
        };
        match placed.content {
            Content::Node(node) => {
                let node = &self.view.nodes[node];
                let entity = &node.entity;
                let root = self.view.root.as_ref().is_some_and(|root| root.entity_ref == entity.entity_ref);
                html.markup(if entity.exists { "<a class=\"explore-node" } else { "<span class=\"explore-node is-missing" });
                html.markup(if root { " is-root" } else { "" });
                class(html, !node.inside && entity.exists && self.whole);
                if entity.exists {
                    html.attribute("href", &self.href(entity, focal));
                }
                html.attribute("title", &hover(entity)).markup(">").icon(Glyph::of_kind(&entity.kind));
                html.markup("<span class=\"explore-name\" dir=\"auto\">").text(&entity.title).markup("</span>");
                html.markup(if entity.exists { "</a>" } else { "</span>" });
            }
            Content::Group(group) => {
                let known = &self.view.groups[group];
                let title = group_title(self.view, group);
                let inside = self.view.nodes.iter().any(|node| node.group == Some(group) && node.inside);
                html.markup("<a class=\"explore-node explore-group");
                class(html, !inside);
                html.attribute("href", &self.view.query.flip(&known.key).focused(None).href());
                let members = words::members(self.folded.members[group]);
                html.attribute("title", &format!("{} {title}: {members}", words::UNFOLD)).markup(">");
                html.icon(known.entity.as_ref().map_or(Glyph::Other, |entity| Glyph::of_kind(&entity.kind)));
                html.markup("<span class=\"explore-name\" dir=\"auto\">").text(&title).markup("</span>");
                html.markup("<span class=\"explore-members\">").text(&members).markup("</span></a>");
            }
        }
        html.markup("</foreignObject>");
    }

    /// The first press focuses, the second opens the page.
    fn href(&self, entity: &EntityLink, focal: bool) -> String {
        if focal { entity.entity_ref.href() } else { self.view.query.focused(Some(entity.entity_ref.to_string())).href() }
    }
}

fn hover(entity: &EntityLink) -> String {
    let mut out = format!("{}\n{} · {}", entity.title, entity.entity_ref, entity.kind);
    if let Some(spec_type) = &entity.spec_type {
        out.push_str(&format!(" {spec_type}"));
    }
    if !entity.exists {
        out.push_str(text::NOT_IN_CATALOG);
    }
    out
}

/// A line, and the wide invisible one that the pointer meets: a line one pixel wide would be hard to point at. Ends the group.
fn touch(html: &mut Html, path: &str, label: &str, (x, y): (i32, i32)) {
    html.markup("<path class=\"explore-touch\"").attribute("d", path).markup("><title>").text(label).markup("</title></path>");
    html.markup("<path class=\"explore-stroke\"").attribute("d", path).markup(" marker-end=\"url(#explore-arrow)\"></path><text");
    html.attribute("x", &x.to_string()).attribute("y", &(y - 6).to_string()).markup(">").text(label).markup("</text></g>");
}

fn place(html: &mut Html, at: Rect) {
    html.markup("<foreignObject");
    rect(html, at);
    html.markup(">");
}

fn rect(html: &mut Html, at: Rect) {
    html.attribute("x", &at.x.to_string()).attribute("y", &at.y.to_string());
    html.attribute("width", &at.width.to_string()).attribute("height", &at.height.to_string());
}
