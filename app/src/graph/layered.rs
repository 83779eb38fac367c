//! Things of any size in layers: whoever needs stands right of what is needed, lines cross little, nothing overlaps.
//!
//! Pure numbers, the same answer every time. The steps are those of K. Sugiyama, S. Tagawa and M. Toda ("Methods for visual
//! understanding of hierarchical system structures", 1981): cycles are broken, layers given out (each only so tall, after E. G. Coffman
//! and R. L. Graham, 1972), places within layers ordered by barycentres, heights fitted by least squares (pool adjacent violators). A
//! line that passes a layer gets a lane in it; lines to the same thing share their lanes, so that they run together like a trunk.

use std::collections::{BTreeMap, BTreeSet};

/// The size of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
}

/// How much room there is.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Pixels between two things of a layer.
    pub row: i32,
    /// Pixels between two layers.
    pub column: i32,
    /// Pixels that a passing line takes.
    pub lane: i32,
    /// Pixels that the things of one layer fill at most, unless a single one is taller.
    pub tallest: i32,
    /// Layers at most. Where there would be more, neighbouring ones are joined, and some lines then stay within a layer.
    pub columns: usize,
}

/// Where a line passes a layer: from one edge of the layer to the other at one height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Where the line comes in.
    pub enter: i32,
    /// Where it goes out.
    pub leave: i32,
    /// How far down.
    pub y: i32,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layered {
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
    /// The left upper corner of each thing.
    pub places: Vec<(i32, i32)>,
    /// The lanes of each line, on the way from its start to its end.
    pub lanes: Vec<Vec<Lane>>,
}

/// Sweeps over the layers; more change nothing visible.
const SWEEPS: usize = 8;
/// Passes that fit heights.
const FITS: usize = 6;
/// Lanes up to which passing lines get some; beyond it they run straight below everything.
const LANES: usize = 6_000;

/// What stands in a layer: a thing, or a lane on the way to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Thing(usize),
    Lane,
}

/// Lays things out. Lines are pairs of indices, from who needs to what is needed; those that lead nowhere or back to the same thing
/// get no lanes.
pub fn layered(sizes: &[Size], lines: &[(usize, usize)], room: Room) -> Layered {
    if sizes.is_empty() {
        return Layered { lanes: vec![Vec::new(); lines.len()], ..Layered::default() };
    }
    let graph = Graph::new(sizes, lines, room);
    let mut layers = Layers::new(&graph);
    layers.order();
    layers.fit();
    layers.finish(lines)
}

/// The lines without cycles, and the layer of each thing.
struct Graph<'a> {
    sizes: &'a [Size],
    room: Room,
    /// Without doubles, each from a lower to a higher layer, or within one.
    arcs: BTreeSet<(usize, usize)>,
    layer_of: Vec<usize>,
}

impl<'a> Graph<'a> {
    fn new(sizes: &'a [Size], lines: &[(usize, usize)], room: Room) -> Self {
        let sound = |(from, to): &(usize, usize)| from != to && *from < sizes.len() && *to < sizes.len();
        let straight: BTreeSet<(usize, usize)> = lines.iter().copied().filter(sound).collect();
        let arcs = without_cycles(sizes.len(), &straight);
        let mut layer_of = give_out(sizes, &arcs, room);
        let depth = layer_of.iter().max().map_or(1, |most| most + 1);
        if depth > room.columns.max(1) {
            layer_of.iter_mut().for_each(|layer| *layer = *layer * room.columns.max(1) / depth);
        }
        Self { sizes, room, arcs, layer_of }
    }

    /// The line as it runs through the layers: from the lower to the higher one.
    fn arc(&self, (from, to): (usize, usize)) -> (usize, usize) {
        if self.layer_of[from] < self.layer_of[to] { (from, to) } else { (to, from) }
    }
}

/// Turns round the lines that close a cycle when one walks from the first thing on.
fn without_cycles(count: usize, lines: &BTreeSet<(usize, usize)>) -> BTreeSet<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let mut next = vec![Vec::new(); count];
    let mut needed = vec![false; count];
    for (from, to) in lines {
        next[*from].push(*to);
        needed[*to] = true;
    }
    let mut seen = vec![Seen::No; count];
    let mut out = BTreeSet::new();
    // What nobody needs comes first: walks that begin in the middle would turn round more than they must.
    let starts = (0..count).filter(|node| !needed[*node]).chain(0..count);
    for start in starts {
        if seen[start] != Seen::No {
            continue;
        }
        seen[start] = Seen::Open;
        let mut path = vec![(start, 0)];
        while let Some((at, step)) = path.last_mut() {
            let Some(to) = next[*at].get(*step).copied() else {
                seen[*at] = Seen::Done;
                path.pop();
                continue;
            };
            *step += 1;
            match seen[to] {
                Seen::Open => _ = out.insert((to, *at)),
                Seen::Done => _ = out.insert((*at, to)),
                Seen::No => {
                    out.insert((*at, to));
                    seen[to] = Seen::Open;
                    path.push((to, 0));
                }
            }
        }
    }
    out
}

/// The first layer beyond all that need a thing in which there is room for it. What nothing leads to or from comes last.
fn give_out(sizes: &[Size], arcs: &BTreeSet<(usize, usize)>, room: Room) -> Vec<usize> {
    let mut next = vec![Vec::new(); sizes.len()];
    let mut open = vec![0_usize; sizes.len()];
    let mut alone = vec![true; sizes.len()];
    for (from, to) in arcs {
        next[*from].push(*to);
        open[*to] += 1;
        (alone[*from], alone[*to]) = (false, false);
    }
    let mut layer_of = vec![0; sizes.len()];
    let mut least_of = vec![0; sizes.len()];
    let mut filled: Vec<i32> = Vec::new();
    let mut put = |node: usize, least: usize, layer_of: &mut Vec<usize>| {
        let height = sizes[node].height + room.row;
        let at = (least..filled.len()).find(|at| filled[*at] + height <= room.tallest + room.row).unwrap_or(filled.len().max(least));
        filled.resize(filled.len().max(at + 1), 0);
        filled[at] += height;
        layer_of[node] = at;
    };
    let mut ready: BTreeSet<(usize, usize)> =
        (0..sizes.len()).filter(|node| open[*node] == 0 && !alone[*node]).map(|node| (0, node)).collect();
    while let Some((least, node)) = ready.pop_first() {
        put(node, least, &mut layer_of);
        for to in &next[node] {
            open[*to] -= 1;
            least_of[*to] = least_of[*to].max(layer_of[node] + 1);
            if open[*to] == 0 {
                ready.insert((least_of[*to], *to));
            }
        }
    }
    for node in (0..sizes.len()).filter(|node| alone[*node]) {
        put(node, 0, &mut layer_of);
    }
    layer_of
}

/// The layers with their lanes, in an order and at heights that get better.
struct Layers<'a> {
    graph: &'a Graph<'a>,
    slots: Vec<Slot>,
    sizes: Vec<i32>,
    layer_of: Vec<usize>,
    lane: BTreeMap<(usize, usize), usize>,
    /// Slots of the next layer that a slot leads to, and of the one before that lead to it.
    after: Vec<Vec<usize>>,
    before: Vec<Vec<usize>>,
    layers: Vec<Vec<usize>>,
    /// The middle of each slot.
    middle: Vec<f64>,
}

impl<'a> Layers<'a> {
    fn new(graph: &'a Graph<'a>) -> Self {
        let count = graph.sizes.len();
        let mut out = Self {
            graph,
            slots: (0..count).map(Slot::Thing).collect(),
            sizes: graph.sizes.iter().map(|size| size.height).collect(),
            layer_of: graph.layer_of.clone(),
            lane: BTreeMap::new(),
            after: Vec::new(),
            before: Vec::new(),
            layers: Vec::new(),
            middle: Vec::new(),
        };
        let passed: usize = graph.arcs.iter().map(|(from, to)| (graph.layer_of[*to] - graph.layer_of[*from]).saturating_sub(1)).sum();
        let mut joined = BTreeSet::new();
        for (from, to) in &graph.arcs {
            let mut at = *from;
            if passed <= LANES {
                for layer in graph.layer_of[*from] + 1..graph.layer_of[*to] {
                    let lane = out.lane_of(*to, layer);
                    joined.insert((at, lane));
                    at = lane;
                }
            }
            if out.layer_of[at] + 1 == graph.layer_of[*to] {
                joined.insert((at, *to));
            }
        }
        out.after = vec![Vec::new(); out.slots.len()];
        out.before = vec![Vec::new(); out.slots.len()];
        for (from, to) in joined {
            out.after[from].push(to);
            out.before[to].push(from);
        }
        let depth = out.layer_of.iter().max().map_or(0, |most| most + 1);
        out.layers = vec![Vec::new(); depth];
        for slot in 0..out.slots.len() {
            out.layers[out.layer_of[slot]].push(slot);
        }
        out.middle = vec![0.0; out.slots.len()];
        out
    }

    fn lane_of(&mut self, to: usize, layer: usize) -> usize {
        if let Some(lane) = self.lane.get(&(to, layer)) {
            return *lane;
        }
        let lane = self.slots.len();
        self.slots.push(Slot::Lane);
        self.sizes.push(self.graph.room.lane);
        self.layer_of.push(layer);
        self.lane.insert((to, layer), lane);
        lane
    }

    /// Orders each layer by the mean place of its neighbours, to and fro, and keeps the order with the fewest crossings.
    fn order(&mut self) {
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..SWEEPS {
            if best.0 == 0 {
                break;
            }
            let forward = sweep.is_multiple_of(2);
            let places = |layers: &[Vec<usize>], count: usize| {
                let mut places = vec![0.0; count];
                for layer in layers {
                    for (at, slot) in layer.iter().enumerate() {
                        places[*slot] = (at as f64 + 0.5) / layer.len() as f64;
                    }
                }
                places
            };
            let mut place = places(&self.layers, self.slots.len());
            for step in 1..self.layers.len() {
                let at = if forward { step } else { self.layers.len() - 1 - step };
                let neighbours = if forward { &self.before } else { &self.after };
                let mean = |slot: usize| {
                    let of = &neighbours[slot];
                    if of.is_empty() { place[slot] } else { of.iter().map(|other| place[*other]).sum::<f64>() / of.len() as f64 }
                };
                let mut wanted: Vec<(f64, usize)> = self.layers[at].iter().map(|slot| (mean(*slot), *slot)).collect();
                wanted.sort_by(|(a, _), (b, _)| a.total_cmp(b)); // stable: equal means keep their order
                let length = wanted.len() as f64;
                for (row, (_, slot)) in wanted.iter().enumerate() {
                    place[*slot] = (row as f64 + 0.5) / length;
                }
                self.layers[at] = wanted.into_iter().map(|(_, slot)| slot).collect();
            }
            let crossed = self.crossings();
            if crossed < best.0 {
                best = (crossed, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    /// How many pairs of lines between neighbouring layers cross: inversions, counted with a tree of sums (P. M. Fenwick, 1994).
    fn crossings(&self) -> u64 {
        let mut crossed = 0;
        for (at, layer) in self.layers.iter().enumerate() {
            let Some(following) = self.layers.get(at + 1) else { break };
            let mut row = BTreeMap::new();
            for (at, slot) in following.iter().enumerate() {
                row.insert(*slot, at);
            }
            let mut sums = vec![0_u64; following.len() + 1];
            let mut seen = 0;
            for slot in layer {
                let mut ends: Vec<usize> = self.after[*slot].iter().filter_map(|to| row.get(to).copied()).collect();
                ends.sort_unstable();
                for end in &ends {
                    let mut before = 0;
                    let mut index = end + 1;
                    while index > 0 {
                        before += sums[index];
                        index &= index - 1;
                    }
                    crossed += seen - before;
                }
                for end in ends {
                    let mut index = end + 1;
                    while index < sums.len() {
                        sums[index] += 1;
                        index += index & index.wrapping_neg();
                    }
                    seen += 1;
                }
            }
        }
        crossed
    }

    /// Moves each slot towards its neighbours as far as the order and the gaps allow.
    fn fit(&mut self) {
        for at in 0..self.layers.len() {
            let total = self.stack(at).last().copied().unwrap_or(0.0);
            for (slot, place) in self.layers[at].iter().zip(self.stack(at)) {
                self.middle[*slot] = place - total / 2.0;
            }
        }
        for pass in 0..FITS {
            for step in 0..self.layers.len() {
                let at = if pass.is_multiple_of(2) { step } else { self.layers.len() - 1 - step };
                let wanted: Vec<(f64, f64)> = self.layers[at].iter().map(|slot| self.pull(*slot, pass)).collect();
                let stack = self.stack(at);
                let fitted = in_order(wanted.iter().zip(&stack).map(|((wanted, weight), stack)| (wanted - stack, *weight)));
                for ((slot, fitted), stack) in self.layers[at].iter().zip(fitted).zip(&stack) {
                    self.middle[*slot] = fitted + stack;
                }
            }
        }
    }

    /// Where the slots of a layer stand when they are stacked without more room than they need.
    fn stack(&self, layer: usize) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.layers[layer].len());
        let (mut y, mut last): (f64, Option<usize>) = (0.0, None);
        for slot in &self.layers[layer] {
            if let Some(last) = last {
                let lanes = [last, *slot].iter().filter(|slot| matches!(self.slots[**slot], Slot::Lane)).count();
                let gap = if lanes == 2 { 2 } else { self.graph.room.row };
                y += f64::from(self.sizes[last] + self.sizes[*slot]) / 2.0 + f64::from(gap);
            }
            out.push(y);
            last = Some(*slot);
        }
        out
    }

    /// Where a slot's neighbours want it, and how strongly. The last passes listen to both sides.
    fn pull(&self, slot: usize, pass: usize) -> (f64, f64) {
        let before = self.before[slot].iter().filter(|_| pass.is_multiple_of(2) || pass + 2 >= FITS);
        let after = self.after[slot].iter().filter(|_| !pass.is_multiple_of(2) || pass + 2 >= FITS);
        let (sum, count) = before.chain(after).fold((0.0, 0.0), |(sum, count), other| (sum + self.middle[*other], count + 1.0));
        if count == 0.0 {
            return (self.middle[slot], 0.05);
        }
        (sum / count, if matches!(self.slots[slot], Slot::Lane) { 2.0 } else { 1.0 })
    }

    fn finish(&self, lines: &[(usize, usize)]) -> Layered {
        let mut widths = vec![0; self.layers.len()];
        let (mut top, mut bottom) = (f64::MAX, f64::MIN);
        for (slot, layer) in self.layer_of.iter().enumerate() {
            if let Slot::Thing(thing) = self.slots[slot] {
                widths[*layer] = widths[*layer].max(self.graph.sizes[thing].width);
            }
            top = top.min(self.middle[slot] - f64::from(self.sizes[slot]) / 2.0);
            bottom = bottom.max(self.middle[slot] + f64::from(self.sizes[slot]) / 2.0);
        }
        // The first layer, of those whom nobody needs, stands at the right.
        let mut left = vec![0; widths.len()];
        let mut x = 0;
        for layer in (0..widths.len()).rev() {
            left[layer] = x;
            x += widths[layer] + self.graph.room.column;
        }
        let y = |slot: usize| (self.middle[slot] - top - f64::from(self.sizes[slot]) / 2.0).round() as i32;
        let places = (0..self.graph.sizes.len()).map(|thing| {
            let layer = self.layer_of[thing];
            (left[layer] + (widths[layer] - self.graph.sizes[thing].width) / 2, y(thing))
        });
        let lane = |slot: usize, leftward: bool| {
            let layer = self.layer_of[slot];
            let (right, left) = (left[layer] + widths[layer], left[layer]);
            let (enter, leave) = if leftward { (right, left) } else { (left, right) };
            Lane { enter, leave, y: y(slot) + self.sizes[slot] / 2 }
        };
        let count = self.graph.sizes.len();
        let lanes = lines.iter().map(|line| {
            if line.0 == line.1 || line.0 >= count || line.1 >= count {
                return Vec::new();
            }
            let (from, to) = self.graph.arc(*line);
            let leftward = from == line.0;
            let passed = self.layer_of[from] + 1..self.layer_of[to];
            let mut lanes: Vec<Lane> = passed.filter_map(|layer| self.lane.get(&(to, layer))).map(|slot| lane(*slot, leftward)).collect();
            if !leftward {
                lanes.reverse();
            }
            lanes
        });
        Layered {
            width: (x - self.graph.room.column).max(0),
            height: (bottom - top).ceil() as i32,
            places: places.collect(),
            lanes: lanes.collect(),
        }
    }
}

/// The values nearest to those wanted, by weighted squares, of which none is smaller than the one before.
fn in_order(wanted: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (value, weight) in wanted {
        let mut block = (value, weight, 1);
        while let Some((before, heavy, count)) = blocks.last().copied().filter(|(before, ..)| *before > block.0) {
            let total = heavy + block.1;
            block = ((before * heavy + block.0 * block.1) / total, total, count + block.2);
            blocks.pop();
        }
        blocks.push(block);
    }
    blocks.into_iter().flat_map(|(value, _, count)| std::iter::repeat_n(value, count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { row: 10, column: 50, lane: 8, tallest: 400, columns: 40 };

    fn things(count: usize) -> Vec<Size> {
        vec![Size { width: 100, height: 30 }; count]
    }

    /// The things of each column from left to right, each from top to bottom.
    fn check(count: usize, lines: &[(usize, usize)], room: Room, expected: &str) {
        let sizes = things(count);
        let got = layered(&sizes, lines, room);
        sound(&sizes, &got);
        let mut columns: BTreeMap<i32, Vec<(i32, usize)>> = BTreeMap::new();
        for (thing, (x, y)) in got.places.iter().enumerate() {
            columns.entry(*x).or_default().push((*y, thing));
        }
        let columns: Vec<String> = columns
            .into_values()
            .map(|mut column| {
                column.sort_unstable();
                column.iter().map(|(_, thing)| thing.to_string()).collect::<Vec<_>>().join(" ")
            })
            .collect();
        assert_eq!(columns.join(" | "), expected);
    }

    /// Nothing overlaps and everything is within the drawing.
    fn sound(sizes: &[Size], got: &Layered) {
        for (a, (x, y)) in got.places.iter().enumerate() {
            assert!(*x >= 0 && *y >= 0 && x + sizes[a].width <= got.width && y + sizes[a].height <= got.height + 1, "{a} is outside");
            for (b, (u, v)) in got.places.iter().enumerate().skip(a + 1) {
                let apart = x + sizes[a].width <= *u || u + sizes[b].width <= *x || y + sizes[a].height <= *v || v + sizes[b].height <= *y;
                assert!(apart, "{a} at {x} {y} overlaps {b} at {u} {v}");
            }
        }
        for lane in got.lanes.iter().flatten() {
            for (thing, (x, y)) in got.places.iter().enumerate() {
                let within = lane.y > *y && lane.y < y + sizes[thing].height;
                let crosses = within && lane.enter.min(lane.leave) < x + sizes[thing].width && lane.enter.max(lane.leave) > *x;
                assert!(!crosses, "{lane:?} runs through {thing} at {x} {y}");
            }
        }
    }

    #[test]
    fn who_needs_stands_right() {
        check(3, &[(0, 1), (1, 2)], ROOM, "2 | 1 | 0");
        check(1, &[], ROOM, "0");
        check(0, &[(0, 1)], ROOM, "");
        check(3, &[(0, 0), (0, 9), (2, 1)], ROOM, "1 | 0 2");
    }

    #[test]
    fn lines_cross_little() {
        check(4, &[(0, 3), (1, 2)], ROOM, "3 2 | 0 1");
        check(6, &[(0, 5), (1, 4), (2, 3)], ROOM, "5 4 3 | 0 1 2");
    }

    #[test]
    fn cycles_are_broken() {
        check(3, &[(0, 1), (1, 2), (2, 0)], ROOM, "2 | 1 | 0");
        check(2, &[(0, 1), (1, 0)], ROOM, "1 | 0");
    }

    #[test]
    fn layers_are_only_so_tall() {
        check(5, &[(0, 1), (0, 2), (0, 3), (0, 4)], Room { tallest: 70, ..ROOM }, "3 4 | 1 2 | 0");
        check(5, &[], Room { tallest: 70, ..ROOM }, "4 | 2 3 | 0 1");
    }

    #[test]
    fn there_are_only_so_many_layers() {
        let chain = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)];
        check(6, &chain, Room { columns: 3, ..ROOM }, "4 5 | 2 3 | 0 1");
        check(6, &chain, Room { columns: 1, ..ROOM }, "0 1 2 3 4 5");
    }

    #[test]
    fn passing_lines_have_lanes() {
        let got = layered(&things(4), &[(0, 1), (1, 2), (0, 2), (3, 1), (3, 2)], ROOM);
        sound(&things(4), &got);
        assert_eq!(got.lanes.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0, 1, 0, 1]);
        assert_eq!(got.lanes[2], got.lanes[4], "lines to the same thing run together");
        let got = layered(&things(3), &[(0, 1), (1, 2), (0, 2), (2, 0)], ROOM);
        let (there, back) = (got.lanes[2][0], got.lanes[3][0]);
        assert_eq!((back.enter, back.leave, back.y), (there.leave, there.enter, there.y));
    }

    #[test]
    fn large_graphs_are_sound_and_come_out_the_same() {
        for (count, lines) in [(60, 90), (400, 700), (400, 2_500)] {
            let sizes: Vec<Size> =
                (0..count).map(|at| Size { width: 100 + (at as i32 * 37 % 5) * 60, height: 30 + (at as i32 * 13 % 4) * 25 }).collect();
            let lines: Vec<(usize, usize)> = (0..lines).map(|at| (at * 7 % count, (at * at + at * 13 + 5) % count)).collect();
            let room = Room { tallest: 1_400, columns: 12, ..ROOM };
            let got = layered(&sizes, &lines, room);
            sound(&sizes, &got);
            assert_eq!(got, layered(&sizes, &lines, room));
        }
    }
}
