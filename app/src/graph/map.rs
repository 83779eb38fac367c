//! A graph with groups: each open group is laid out by itself and stands in a frame, folded groups are boxes, and frames and boxes are
//! laid out together. Many lines between two frames show as one thick line; the single ones wait until one of their ends is lit.

use std::collections::BTreeMap;

use model::view::{ExploreView, RelationSort};

use super::{
    fold::Folded,
    layered::{Lane, Room, Size, layered},
};

/// A box's width.
pub const BOX_WIDTH: i32 = 180;
/// An entity's height.
pub const BOX_HEIGHT: i32 = 32;
/// A folded group's height.
pub const GROUP_HEIGHT: i32 = 52;
/// Above the boxes of a frame, where its name stands.
pub const HEAD: i32 = 34;
/// Around the boxes of a frame.
const PAD: i32 = 16;
/// Around everything.
const MARGIN: i32 = 16;
/// Where a line's arrow ends before its box.
const TIP: i32 = 5;
/// How far a line within a layer leads out of it at least; ten pixels more for a long one.
const LOOP: i32 = 8;
/// Lines between frames up to which each shows by itself.
const SINGLE: usize = 6;

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
    /// Open groups.
    pub frames: Vec<Frame>,
    /// Entities and folded groups.
    pub boxes: Vec<MapBox>,
    /// Relations between boxes.
    pub lines: Vec<Line>,
    /// Thick lines between frames.
    pub bundles: Vec<Bundle>,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
}

/// An open group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which group.
    pub group: usize,
    /// Where.
    pub at: Rect,
}

/// What stands in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// The entity of that index.
    Node(usize),
    /// The folded group of that index.
    Group(usize),
}

/// An entity or a folded group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapBox {
    /// What it holds.
    pub content: Content,
    /// Where.
    pub at: Rect,
}

/// Relations of one sort between two boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The box that needs.
    pub from: usize,
    /// The box that is needed.
    pub to: usize,
    /// The sort of the relations.
    pub sort: RelationSort,
    /// The relations that it stands for: indices into the view's edges.
    pub edges: Vec<usize>,
    /// The `d` of its path.
    pub path: String,
    /// Where its words stand.
    pub middle: (i32, i32),
    /// A thick line stands for it until one of its ends is lit.
    pub detail: bool,
}

/// Relations between what is in two frames, or in a frame and a folded group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// How many relations.
    pub count: usize,
    /// The `d` of its path.
    pub path: String,
    /// Where its words stand.
    pub middle: (i32, i32),
}

/// What is laid out together: a frame with its boxes, a folded group, or an entity without a group.
struct Block {
    size: Size,
    group: Option<usize>,
    open: bool,
    /// Boxes with their corner within the block.
    boxes: Vec<(Content, i32, i32)>,
    /// Lanes within the block, by the edge.
    lanes: BTreeMap<usize, Vec<Lane>>,
}

/// Lays a graph out.
pub fn map(view: &ExploreView, folded: &Folded) -> Map {
    let blocks = blocks(view, folded);
    let mut block_of = vec![0; view.nodes.len()];
    for (at, block) in blocks.iter().enumerate() {
        for (content, ..) in &block.boxes {
            match content {
                Content::Node(node) => block_of[*node] = at,
                Content::Group(group) => {
                    view.nodes.iter().enumerate().filter(|(_, node)| node.group == Some(*group)).for_each(|(node, _)| block_of[node] = at)
                }
            }
        }
    }
    let pairs: Vec<(usize, usize)> = view.edges.iter().map(|edge| (block_of[edge.from], block_of[edge.to])).collect();
    let sizes: Vec<Size> = blocks.iter().map(|block| block.size).collect();
    let framed = blocks.iter().any(|block| block.open);
    let room = Room {
        row: if framed { 28 } else { 14 },
        column: if framed { 72 } else { 56 },
        lane: 10,
        tallest: tallest(&sizes),
        columns: columns(
            &sizes,
            if framed {
                3
            } else if view.groups.is_empty() {
                7
            } else {
                5
            },
        ),
    };
    let placed = layered(&sizes, &pairs, room);

    let mut out = Map { width: placed.width + 2 * MARGIN + LOOP, height: placed.height + 2 * MARGIN, ..Map::default() };
    let mut box_of: BTreeMap<Content, usize> = BTreeMap::new();
    for (block, (x, y)) in blocks.iter().zip(&placed.places) {
        let (x, y) = (x + MARGIN, y + MARGIN);
        if let (true, Some(group)) = (block.open, block.group) {
            out.frames.push(Frame { group, at: Rect { x, y, width: block.size.width, height: block.size.height } });
        }
        for (content, dx, dy) in &block.boxes {
            let height = if matches!(content, Content::Group(_)) { GROUP_HEIGHT } else { BOX_HEIGHT };
            box_of.insert(*content, out.boxes.len());
            out.boxes.push(MapBox { content: *content, at: Rect { x: x + dx, y: y + dy, width: BOX_WIDTH, height } });
        }
    }
    let content_of = |node: usize| match view.nodes[node].group {
        Some(group) if folded.closed[group] => Content::Group(group),
        _ => Content::Node(node),
    };

    // Relations of the same sort between the same boxes are one line.
    let mut joined: BTreeMap<(usize, usize, RelationSort), Vec<usize>> = BTreeMap::new();
    for (at, edge) in view.edges.iter().enumerate() {
        let (from, to) = (box_of[&content_of(edge.from)], box_of[&content_of(edge.to)]);
        if from != to {
            joined.entry((from, to, edge.sort)).or_default().push(at);
        }
    }
    let between = |edges: &[usize]| {
        edges.first().map(|edge| pairs[*edge]).filter(|(from, to)| from != to && (blocks[*from].open || blocks[*to].open))
    };
    let bundled = joined.values().filter(|edges| between(edges).is_some()).count() > SINGLE;
    let mut bundles: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for ((from, to, sort), edges) in joined {
        let crossing = between(&edges);
        let Some(first) = edges.first().copied() else { continue };
        let (a, b) = pairs[first];
        let lanes: Vec<Lane> = if a == b {
            let (x, y) = (placed.places[a].0 + MARGIN, placed.places[a].1 + MARGIN);
            blocks[a].lanes.get(&first).into_iter().flatten().map(|lane| moved(*lane, x, y)).collect()
        } else {
            placed.lanes[first].iter().map(|lane| moved(*lane, MARGIN, MARGIN)).collect()
        };
        if bundled && let Some(pair) = crossing {
            bundles.entry(pair).or_default().extend(&edges);
        }
        let (path, middle) = way(out.boxes[from].at, out.boxes[to].at, &lanes);
        out.lines.push(Line { from, to, sort, edges, path, middle, detail: bundled && crossing.is_some() });
    }
    for ((from, to), edges) in bundles {
        let rect = |block: usize| {
            let (x, y) = placed.places[block];
            Rect { x: x + MARGIN, y: y + MARGIN, width: sizes[block].width, height: sizes[block].height }
        };
        let lanes: Vec<Lane> =
            edges.first().into_iter().flat_map(|edge| &placed.lanes[*edge]).map(|lane| moved(*lane, MARGIN, MARGIN)).collect();
        let (path, middle) = way(rect(from), rect(to), &lanes);
        out.bundles.push(Bundle { count: edges.len(), path, middle });
    }
    out
}

/// Each group as a block, then what is in none.
fn blocks(view: &ExploreView, folded: &Folded) -> Vec<Block> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); view.groups.len()];
    let mut alone = Vec::new();
    for (at, node) in view.nodes.iter().enumerate() {
        // What has no group stands by itself, unless it is folded away.
        match node.group {
            Some(group) if folded.closed[group] || view.groups[group].entity.is_some() => members[group].push(at),
            _ => alone.push(at),
        }
    }
    let mut out = Vec::new();
    for (group, nodes) in members.into_iter().enumerate().filter(|(_, nodes)| !nodes.is_empty()) {
        if folded.closed[group] {
            let size = Size { width: BOX_WIDTH, height: GROUP_HEIGHT };
            out.push(Block { size, group: Some(group), open: false, boxes: vec![(Content::Group(group), 0, 0)], lanes: BTreeMap::new() });
        } else {
            out.push(frame(view, group, &nodes));
        }
    }
    let size = Size { width: BOX_WIDTH, height: BOX_HEIGHT };
    out.extend(alone.into_iter().map(|node| Block {
        size,
        group: None,
        open: false,
        boxes: vec![(Content::Node(node), 0, 0)],
        lanes: BTreeMap::new(),
    }));
    out
}

fn frame(view: &ExploreView, group: usize, nodes: &[usize]) -> Block {
    let place: BTreeMap<usize, usize> = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let (mut lines, mut edges) = (Vec::new(), Vec::new());
    for (at, edge) in view.edges.iter().enumerate() {
        if let (Some(from), Some(to)) = (place.get(&edge.from), place.get(&edge.to)) {
            lines.push((*from, *to));
            edges.push(at);
        }
    }
    let sizes = vec![Size { width: BOX_WIDTH, height: BOX_HEIGHT }; nodes.len()];
    let room = Room { row: 10, column: 44, lane: 8, tallest: tallest(&sizes), columns: columns(&sizes, 3) };
    let placed = layered(&sizes, &lines, room);
    let (dx, dy) = (PAD, HEAD);
    let boxes = nodes.iter().zip(&placed.places).map(|(node, (x, y))| (Content::Node(*node), x + dx, y + dy)).collect();
    let lanes =
        edges.into_iter().zip(placed.lanes).map(|(edge, lanes)| (edge, lanes.into_iter().map(|lane| moved(lane, dx, dy)).collect()));
    let size = Size { width: placed.width + 2 * PAD, height: placed.height + HEAD + PAD };
    Block { size, group: Some(group), open: true, boxes, lanes: lanes.collect() }
}

const fn moved(lane: Lane, dx: i32, dy: i32) -> Lane {
    Lane { enter: lane.enter + dx, leave: lane.leave + dx, y: lane.y + dy }
}

/// How tall a layer may become for the whole to be about half as wide again as tall.
fn tallest(sizes: &[Size]) -> i32 {
    let area: f64 = sizes.iter().map(|size| f64::from(size.width + 64) * f64::from(size.height + 14)).sum();
    let single = sizes.iter().map(|size| size.height).max().unwrap_or(0);
    ((area / 1.5).sqrt() as i32).max(single).max(4 * (BOX_HEIGHT + 12))
}

/// How many layers there may be for the whole not to become a ribbon; `least` may always be.
fn columns(sizes: &[Size], least: usize) -> usize {
    let count = sizes.len().max(1) as f64;
    let mean = |of: fn(&Size) -> i32| sizes.iter().map(|size| f64::from(of(size))).sum::<f64>() / count;
    let (width, height) = (mean(|size| size.width) + 64.0, mean(|size| size.height) + 14.0);
    least.max((count * 1.8 * height / width).sqrt().ceil() as usize)
}

/// The way from one box along its lanes to another as the `d` of an SVG path, and the middle of its first stretch.
fn way(from: Rect, to: Rect, lanes: &[Lane]) -> (String, (i32, i32)) {
    let (y1, y2) = (from.y + from.height / 2, to.y + to.height / 2);
    if from.x < to.x + to.width && to.x < from.x + from.width {
        // In the same layer: out at the right and back in there.
        let (start, end) = (from.x + from.width, to.x + to.width + TIP);
        let reach = start.max(end) + LOOP + (y1 - y2).abs().min(200) / 20;
        return (format!("M{start} {y1}C{reach} {y1} {reach} {y2} {end} {y2}"), (reach - 8, (y1 + y2) / 2));
    }
    let leftward = to.x < from.x;
    let (start, end) = if leftward { (from.x, to.x + to.width + TIP) } else { (from.x + from.width, to.x - TIP) };
    let mut path = format!("M{start} {y1}");
    let (mut x, mut y) = (start, y1);
    let mut middle = None;
    let mut bend = |path: &mut String, to_x: i32, to_y: i32, x: &mut i32, y: &mut i32| {
        let reach = ((to_x - *x).abs() / 2).max(12) * if leftward { -1 } else { 1 };
        path.push_str(&format!("C{} {y} {} {to_y} {to_x} {to_y}", *x + reach, to_x - reach));
        middle.get_or_insert(((*x + to_x) / 2, (*y + to_y) / 2));
        (*x, *y) = (to_x, to_y);
    };
    // A frame's box is far from the first lane: the way there must not turn back.
    for lane in lanes.iter().filter(|lane| if leftward { lane.enter < start } else { lane.enter > start }) {
        bend(&mut path, lane.enter, lane.y, &mut x, &mut y);
        path.push_str(&format!("H{}", lane.leave));
        x = lane.leave;
    }
    bend(&mut path, end, y2, &mut x, &mut y);
    (path, middle.unwrap_or((start, y1)))
}

#[cfg(test)]
mod tests {
    use model::view::{EntityLink, ExploreEdge, ExploreGroup, ExploreNode, ExploreQuery, Folding};

    use super::*;
    use crate::graph::fold::folded;

    fn view(nodes: &[Option<usize>], groups: usize, edges: &[(usize, usize)], query: &str) -> ExploreView {
        let link = |name: String| EntityLink {
            entity_ref: name.parse().expect("a reference"),
            title: name,
            kind: "Component".to_owned(),
            spec_type: None,
            description: String::new(),
            exists: true,
        };
        ExploreView {
            query: ExploreQuery::parse(query),
            nodes: nodes
                .iter()
                .enumerate()
                .map(|(at, group)| ExploreNode { entity: link(format!("component:default/n{at}")), group: *group, inside: true })
                .collect(),
            groups: (0..groups)
                .map(|at| ExploreGroup { key: format!("system:default/g{at}"), entity: Some(link(format!("system:default/g{at}"))) })
                .collect(),
            edges: edges
                .iter()
                .map(|(from, to)| ExploreEdge { from: *from, to: *to, sort: RelationSort::Depends, label: "depends on".to_owned() })
                .collect(),
            ..ExploreView::default()
        }
    }

    /// Every relation is drawn once unless a folded group hides it; no boxes overlap; frames hold their boxes and no others.
    fn sound(view: &ExploreView, map: &Map) {
        let mut drawn: Vec<usize> = map.lines.iter().flat_map(|line| line.edges.iter().copied()).collect();
        drawn.sort_unstable();
        let group_of = |node: usize| view.nodes[node].group;
        let hidden = |edge: &ExploreEdge| {
            let group = group_of(edge.from);
            edge.from == edge.to
                || (group.is_some()
                    && group == group_of(edge.to)
                    && map.boxes.iter().any(|at| Some(at.content) == group.map(Content::Group)))
        };
        let expected: Vec<usize> = (0..view.edges.len()).filter(|at| !hidden(&view.edges[*at])).collect();
        assert_eq!(drawn, expected, "every relation is drawn once");
        let apart = |a: Rect, b: Rect| a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        for (at, one) in map.boxes.iter().enumerate() {
            assert!(one.at.x >= 0 && one.at.y >= 0 && one.at.x + one.at.width <= map.width && one.at.y + one.at.height <= map.height);
            for other in &map.boxes[at + 1..] {
                assert!(apart(one.at, other.at), "{one:?} overlaps {other:?}");
            }
        }
        for (at, frame) in map.frames.iter().enumerate() {
            for other in &map.frames[at + 1..] {
                assert!(apart(frame.at, other.at), "{frame:?} overlaps {other:?}");
            }
            for one in &map.boxes {
                let own = matches!(one.content, Content::Node(node) if group_of(node) == Some(frame.group));
                let within = one.at.x >= frame.at.x
                    && one.at.y >= frame.at.y + HEAD - 1
                    && one.at.x + one.at.width <= frame.at.x + frame.at.width
                    && one.at.y + one.at.height <= frame.at.y + frame.at.height;
                assert!(if own { within } else { apart(one.at, frame.at) }, "{one:?} and {frame:?}");
            }
        }
    }

    /// Groups' boxes and frames, and lines with how many relations each stands for.
    fn check(view: &ExploreView, expected: &str) {
        let map = map(view, &folded(view));
        sound(view, &map);
        let frames: Vec<String> = map.frames.iter().map(|frame| format!("[{}]", frame.group)).collect();
        let boxes = map.boxes.iter().map(|at| match at.content {
            Content::Node(node) => format!("n{node}"),
            Content::Group(group) => format!("g{group}"),
        });
        let name = |at: usize| match map.boxes[at].content {
            Content::Node(node) => format!("n{node}"),
            Content::Group(group) => format!("g{group}"),
        };
        let lines = map.lines.iter().map(|line| format!("{}>{}×{}", name(line.from), name(line.to), line.edges.len()));
        let all: Vec<String> = frames.into_iter().chain(boxes).chain(lines).collect();
        assert_eq!(all.join(" "), expected);
    }

    #[test]
    fn groups_are_frames_or_boxes() {
        let nodes = [Some(0), Some(0), Some(1), Some(1), None];
        let edges = [(0, 1), (0, 2), (1, 2), (1, 3), (4, 0)];
        check(&view(&nodes, 2, &edges, ""), "[0] [1] n0 n1 n2 n3 n4 n0>n1×1 n0>n2×1 n1>n2×1 n1>n3×1 n4>n0×1");
        check(&view(&nodes, 2, &edges, "fold=all"), "g0 g1 n4 g0>g1×3 n4>g0×1");
        check(&view(&nodes, 2, &edges, "fold=all&flip=system:default/g1"), "[1] g0 n2 n3 n4 g0>n2×2 g0>n3×1 n4>g0×1");
        check(&view(&nodes, 2, &edges, "fold=all&focus=component:default/n3"), "[1] g0 n2 n3 n4 g0>n2×2 g0>n3×1 n4>g0×1");
        check(&view(&[None, None], 0, &[(0, 1), (1, 0), (0, 0)], ""), "n0 n1 n0>n1×1 n1>n0×1");
        check(&view(&[], 0, &[], ""), "");
    }

    #[test]
    fn four_hundred_entities_are_folded_and_can_be_opened() {
        let nodes: Vec<Option<usize>> = (0..400).map(|at| Some(at * 7 % 31)).collect();
        let edges: Vec<(usize, usize)> = (0..800).map(|at| (at * 7 % 400, (at * at + at * 13 + 5) % 400)).collect();
        let mut view = view(&nodes, 31, &edges, "");
        let folded_map = map(&view, &folded(&view));
        sound(&view, &folded_map);
        assert_eq!((folded_map.boxes.len(), folded_map.frames.len()), (31, 0), "too much to read: every group is folded");
        view.query.folding = Folding::Nothing;
        let open = map(&view, &folded(&view));
        sound(&view, &open);
        assert_eq!((open.boxes.len(), open.frames.len()), (400, 31));
        assert!(!open.bundles.is_empty());
        assert_eq!(open, map(&view, &folded(&view)), "the same comes out twice");
    }
}
