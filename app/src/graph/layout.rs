//! Where the nodes and edges of a graph stand: columns by level, few crossings, the same answer every time.
//!
//! Pure numbers, no drawing. The order within columns follows the barycentre heuristic (K. Sugiyama, S. Tagawa and
//! M. Toda, "Methods for visual understanding of hierarchical system structures", 1981): each node moves to the mean
//! place of its neighbours in the columns already placed, a few times in both directions, and the best order stays.

use std::{cmp::Reverse, collections::BTreeMap};

/// What is laid out.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Each node's level; higher levels stand further left.
    pub levels: Vec<i32>,
    /// Edges by the nodes' indices. Edges to nodes that are not there, and from a node to itself, are left out.
    pub edges: Vec<(usize, usize)>,
}

/// How large things may become.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows of a column; a longer column is cut or broken.
    pub rows: usize,
    /// Cut longer columns and say how many are missing, instead of breaking them into columns side by side.
    pub cut: bool,
}

/// Widths and heights in pixels.
pub const NODE_WIDTH: i32 = 200;
/// A node's height.
pub const NODE_HEIGHT: i32 = 32;
const ROW: i32 = NODE_HEIGHT + 12;
const GAP: i32 = 64;
const GAP_WITHIN: i32 = 16;
const MARGIN: i32 = 12;
/// Above the columns, where their headings stand.
const HEAD: i32 = 28;
/// Sweeps over the columns; more change nothing visible.
const SWEEPS: usize = 6;
/// Edges up to which crossings are counted; beyond it the last order stays.
const COUNTED: usize = 800;

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The drawing's width.
    pub width: i32,
    /// The drawing's height.
    pub height: i32,
    /// What stands in boxes.
    pub boxes: Vec<Placed>,
    /// Which boxes are connected: indices into the boxes, and into the input's edges.
    pub edges: Vec<Edge>,
    /// The columns from left to right: level and left edge.
    pub columns: Vec<(i32, i32)>,
}

/// A box of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// What stands in it.
    pub content: Content,
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
}

/// What stands in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The node of that index.
    Node(usize),
    /// That many nodes which were cut off.
    More(usize),
}

/// A connection between two boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The box it comes from.
    pub from: usize,
    /// The box it leads to.
    pub to: usize,
    /// The input's edges that it stands for.
    pub inputs: Vec<usize>,
}

/// Lays a graph out.
pub fn layout(input: &Input, limits: Limits) -> Layout {
    let mut columns = columns(input);
    order(&mut columns, input);
    place(&columns, input, limits)
}

/// The nodes of each level, the highest level first.
fn columns(input: &Input) -> Vec<Vec<usize>> {
    let mut columns: BTreeMap<Reverse<i32>, Vec<usize>> = BTreeMap::new();
    for (node, level) in input.levels.iter().enumerate() {
        columns.entry(Reverse(*level)).or_default().push(node);
    }
    columns.into_values().collect()
}

/// The edges that connect two different nodes that are there.
fn sound(input: &Input) -> impl Iterator<Item = (usize, (usize, usize))> {
    let count = input.levels.len();
    input.edges.iter().copied().enumerate().filter(move |(_, (from, to))| from != to && *from < count && *to < count)
}

/// Orders each column so that few edges cross.
fn order(columns: &mut Vec<Vec<usize>>, input: &Input) {
    let count = input.levels.len();
    let mut column_of = vec![0; count];
    for (at, column) in columns.iter().enumerate() {
        column.iter().for_each(|node| column_of[*node] = at);
    }
    let mut neighbours = vec![Vec::new(); count];
    for (_, (from, to)) in sound(input) {
        neighbours[from].push(to);
        neighbours[to].push(from);
    }
    let mut best = (crossings(columns, &column_of, input), columns.clone());
    for sweep in 0..SWEEPS {
        let rightward = sweep % 2 == 0;
        for step in 1..columns.len() {
            let at = if rightward { step } else { columns.len() - 1 - step };
            let places = places(columns, count);
            let mut column: Vec<(f64, usize)> = columns[at]
                .iter()
                .map(|node| {
                    let seen = |other: &&usize| if rightward { column_of[**other] < at } else { column_of[**other] > at };
                    let (sum, number) =
                        neighbours[*node].iter().filter(seen).fold((0.0, 0.0), |(sum, number), other| (sum + places[*other], number + 1.0));
                    (if number > 0.0 { sum / number } else { places[*node] }, *node)
                })
                .collect();
            column.sort_by(|(a, _), (b, _)| a.total_cmp(b)); // stable: equal means keep their order
            columns[at] = column.into_iter().map(|(_, node)| node).collect();
        }
        let now = crossings(columns, &column_of, input);
        if now < best.0 || input.edges.len() > COUNTED {
            best = (now, columns.clone());
        }
    }
    *columns = best.1;
}

/// Each node's place in its column, from 0 (top) to 1 (bottom), so that columns of different length compare.
fn places(columns: &[Vec<usize>], count: usize) -> Vec<f64> {
    let mut places = vec![0.0; count];
    for column in columns {
        for (row, node) in column.iter().enumerate() {
            places[*node] = (row as f64 + 0.5) / column.len() as f64;
        }
    }
    places
}

/// How many pairs of edges between the same two columns cross.
fn crossings(columns: &[Vec<usize>], column_of: &[usize], input: &Input) -> usize {
    if input.edges.len() > COUNTED {
        return 0;
    }
    let places = places(columns, input.levels.len());
    let edges: Vec<(usize, usize)> =
        sound(input).map(|(_, (from, to))| if column_of[from] < column_of[to] { (from, to) } else { (to, from) }).collect();
    let mut crossed = 0;
    for (at, (a, b)) in edges.iter().enumerate() {
        for (c, d) in &edges[at + 1..] {
            let same = column_of[*a] == column_of[*c] && column_of[*b] == column_of[*d];
            crossed += usize::from(same && (places[*a] - places[*c]) * (places[*b] - places[*d]) < 0.0);
        }
    }
    crossed
}

fn place(columns: &[Vec<usize>], input: &Input, limits: Limits) -> Layout {
    let rows = limits.rows.max(2);
    let tallest = columns.iter().map(|column| column.len().min(rows)).max().unwrap_or(0) as i32;
    let lower = if !limits.cut && columns.iter().any(|column| column.len() > rows) { ROW / 2 } else { 0 };
    let mut out = Layout { height: HEAD + tallest * ROW - (ROW - NODE_HEIGHT) + lower + MARGIN, ..Layout::default() };
    let mut box_of = vec![0; input.levels.len()];
    let mut x = MARGIN;
    for column in columns {
        let Some(first) = column.first() else { continue };
        out.columns.push((input.levels[*first], x));
        let shown = if limits.cut && column.len() > rows { rows - 1 } else { column.len() };
        let (kept, dropped) = column.split_at(shown);
        let broken = kept.len() > rows;
        let mut parts: Vec<Vec<Content>> = kept.chunks(rows).map(|part| part.iter().map(|node| Content::Node(*node)).collect()).collect();
        if let (Some(last), false) = (parts.last_mut(), dropped.is_empty()) {
            last.push(Content::More(dropped.len()));
        }
        for (at, part) in parts.into_iter().enumerate() {
            // Every other part stands half a row lower, so that edges pass between the boxes before them.
            let lower = if broken && at % 2 == 1 { ROW / 2 } else { 0 };
            let mut y = HEAD + lower + if broken { 0 } else { (tallest - part.len() as i32) * ROW / 2 };
            for content in part {
                match content {
                    Content::Node(node) => box_of[node] = out.boxes.len(),
                    Content::More(_) => dropped.iter().for_each(|node| box_of[*node] = out.boxes.len()),
                }
                out.boxes.push(Placed { content, x, y });
                y += ROW;
            }
            x += NODE_WIDTH + GAP_WITHIN;
        }
        x += GAP - GAP_WITHIN;
    }
    out.width = (x - GAP + MARGIN).max(0);
    let mut edges: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (edge, (from, to)) in sound(input) {
        let (from, to) = (box_of[from], box_of[to]);
        if from != to {
            edges.entry((from, to)).or_default().push(edge);
        }
    }
    out.edges = edges.into_iter().map(|((from, to), inputs)| Edge { from, to, inputs }).collect();
    out
}

/// The curve from one box to another as the `d` of an SVG path, and the middle of it, where its label stands.
pub fn curve(from: Placed, to: Placed) -> (String, (i32, i32)) {
    /// The arrow's head stands before the box, not on it.
    const TIP: i32 = 5;
    let (y1, y2) = (from.y + NODE_HEIGHT / 2, to.y + NODE_HEIGHT / 2);
    let (x1, x2, c1, c2) = match from.x.cmp(&to.x) {
        std::cmp::Ordering::Greater => {
            let (x1, x2) = (from.x, to.x + NODE_WIDTH + TIP);
            let reach = ((x1 - x2) / 2).max(24);
            (x1, x2, x1 - reach, x2 + reach)
        }
        std::cmp::Ordering::Less => {
            let (x1, x2) = (from.x + NODE_WIDTH, to.x - TIP);
            let reach = ((x2 - x1) / 2).max(24);
            (x1, x2, x1 + reach, x2 - reach)
        }
        std::cmp::Ordering::Equal => {
            let reach = 28 + (y1 - y2).abs().min(ROW * 3) / 8;
            (from.x + NODE_WIDTH, to.x + NODE_WIDTH + TIP, from.x + NODE_WIDTH + reach, to.x + NODE_WIDTH + TIP + reach)
        }
    };
    // A cubic curve's middle: (p0 + 3 p1 + 3 p2 + p3) / 8.
    let middle = ((x1 + 3 * c1 + 3 * c2 + x2) / 8, (y1 + y2) / 2);
    (format!("M{x1} {y1}C{c1} {y1} {c2} {y2} {x2} {y2}"), middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Levels and edges in, columns from left to right out, each column's boxes from top to bottom.
    fn check(levels: &[i32], edges: &[(usize, usize)], limits: Limits, expected: &str) {
        let got = layout(&Input { levels: levels.to_vec(), edges: edges.to_vec() }, limits);
        let mut columns: BTreeMap<i32, Vec<String>> = BTreeMap::new();
        for placed in &got.boxes {
            columns.entry(placed.x).or_default().push(match placed.content {
                Content::Node(node) => node.to_string(),
                Content::More(count) => format!("+{count}"),
            });
        }
        let columns: Vec<String> = columns.into_values().map(|column| column.join(" ")).collect();
        assert_eq!(columns.join(" | "), expected);
        for placed in &got.boxes {
            assert!(placed.x >= 0 && placed.x + NODE_WIDTH <= got.width, "{placed:?} in {}", got.width);
            assert!(placed.y >= HEAD && placed.y + NODE_HEIGHT <= got.height, "{placed:?} in {}", got.height);
        }
    }

    const WIDE: Limits = Limits { rows: 20, cut: false };

    #[test]
    fn needs_stand_left_and_dependents_right() {
        check(&[0, 1, 1, -1], &[(0, 1), (0, 2), (3, 0)], WIDE, "1 2 | 0 | 3");
        check(&[0], &[], WIDE, "0");
        check(&[], &[], WIDE, "");
    }

    #[test]
    fn orders_columns_to_avoid_crossings() {
        // 1 needs 4 and 2 needs 3: drawn as they come, the two would cross.
        check(&[0, 1, 1, 2, 2], &[(0, 1), (0, 2), (1, 4), (2, 3)], WIDE, "3 4 | 2 1 | 0");
        check(&[0, 1, 1, 1, 2], &[(0, 1), (0, 2), (0, 3), (3, 4)], WIDE, "4 | 1 2 3 | 0");
    }

    #[test]
    fn long_columns_break_or_are_cut() {
        let levels = [0, 1, 1, 1, 1, 1];
        check(&levels, &[(0, 1)], Limits { rows: 2, cut: false }, "1 2 | 3 4 | 5 | 0");
        check(&levels, &[(0, 1)], Limits { rows: 3, cut: true }, "1 2 +3 | 0");
        check(&levels, &[(0, 1)], Limits { rows: 5, cut: true }, "1 2 3 4 5 | 0");
    }

    #[test]
    fn edges_that_lead_nowhere_are_left_out_and_doubles_are_one() {
        let input = Input { levels: vec![0, 1], edges: vec![(0, 1), (0, 0), (0, 9), (7, 1), (0, 1), (1, 0)] };
        let edges = layout(&input, WIDE).edges;
        assert_eq!(format!("{edges:?}"), "[Edge { from: 0, to: 1, inputs: [5] }, Edge { from: 1, to: 0, inputs: [0, 4] }]");
    }

    #[test]
    fn a_large_graph_is_laid_out_the_same_way_twice() {
        let levels: Vec<i32> = (0..120).map(|node| node % 9 - 4).collect();
        let edges: Vec<(usize, usize)> = (0..1200).map(|edge| (edge * 7 % 120, edge * 13 % 120)).collect();
        let input = Input { levels, edges };
        assert_eq!(layout(&input, WIDE), layout(&input, WIDE));
    }

    #[test]
    fn curves_point_at_what_is_needed() {
        let at = |x, y| Placed { content: Content::Node(0), x, y };
        assert_eq!(curve(at(300, 0), at(0, 100)).0, "M300 16C253 16 252 116 205 116");
        assert_eq!(curve(at(0, 0), at(300, 0)).0, "M200 16C247 16 248 16 295 16");
        assert_eq!(curve(at(0, 0), at(0, 44)).0, "M200 16C233 16 238 60 205 60");
    }
}
