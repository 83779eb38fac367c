//! Walking a large graph with the keyboard: the arrow keys move, the neighbourhood lights up at once, and the drawing grows and shrinks.
//!
//! The server draws everything, the focus of the address included. Here only classes, sizes and the tab order change.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{dom, root};

/// Sizes that zooming steps through, in percent.
const STEPS: [i32; 11] = [20, 27, 35, 45, 55, 67, 80, 100, 125, 150, 200];
/// The smallest size to which a drawing shrinks by itself to fit in: names can still be read.
const READABLE: i32 = 67;

/// The drawing of the explorer, with its scrolling box, its boxes and the zoom buttons.
#[component]
pub fn GraphWalk(
    /// The drawing, made by the server.
    children: Children,
) -> impl IntoView {
    view! { <GraphWalkIsland>{children()}</GraphWalkIsland> }
}

#[island]
fn GraphWalkIsland(children: Children) -> impl IntoView {
    root(children, start)
}

/// A box: its element and middle.
struct Stop {
    element: Element,
    x: i32,
    y: i32,
}

struct Graph {
    /// What scrolls.
    scroll: Element,
    svg: Element,
    stops: Vec<Stop>,
    /// Each line's element and ends.
    lines: Vec<(Element, usize, usize)>,
    /// What the address has in focus.
    fixed: Option<usize>,
    /// The drawing's own size.
    size: (i32, i32),
    /// The box that Tab leads to.
    at: Cell<usize>,
    /// What is lit now.
    lit: RefCell<Option<usize>>,
    percent: Cell<i32>,
}

fn number(element: &Element, name: &str) -> i32 {
    element.get_attribute(name).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn all(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)).map(JsCast::unchecked_into).collect()
}

fn start(root: &Element) {
    let (Some(scroll), Some(svg)) = (dom::find(root, "[role=region]"), dom::find(root, "svg.explore-drawing")) else { return };
    let stops: Vec<Stop> = all(&svg, "[data-b]")
        .into_iter()
        .map(|element| Stop { x: number(&element, "data-x"), y: number(&element, "data-y"), element })
        .collect();
    let lines = all(&svg, "[data-f]").into_iter().map(|line| {
        let (from, to) = (number(&line, "data-f"), number(&line, "data-t"));
        (line, from as usize, to as usize)
    });
    let lines = lines.collect();
    let fixed = stops.iter().position(|stop| stop.element.has_attribute("aria-current"));
    let begin = fixed.or_else(|| stops.iter().position(|stop| stop.element.class_list().contains("is-root"))).unwrap_or(0);
    for (at, stop) in stops.iter().enumerate() {
        dom::set(&stop.element, "tabindex", if at == begin { "0" } else { "-1" });
    }
    let size = (number(&svg, "width"), number(&svg, "height"));
    let graph =
        Rc::new(Graph { scroll, svg, stops, lines, fixed, size, at: Cell::new(begin), lit: RefCell::new(fixed), percent: Cell::new(100) });
    // A drawing that is a little too large shrinks; one that is much too large starts where the reader's eyes should be.
    let fit = graph.fitting();
    if (READABLE..100).contains(&fit) {
        graph.zoom(fit);
    }
    if let Some(stop) = graph.stops.get(begin).filter(|stop| fixed.is_some() || stop.element.class_list().contains("is-root")) {
        graph.center(stop.x, stop.y);
    } else {
        graph.center(size.0 / 2, 0);
    }
    listen(root, &graph);
}

fn listen(root: &Element, graph: &Rc<Graph>) {
    let all = graph.clone();
    dom::on_key(root, move |event| {
        if dom::has_modifier(event) {
            return;
        }
        let handled = match &*event.key() {
            key @ ("ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown") => all.walk(key),
            "+" | "=" => all.step(1),
            "-" => all.step(-1),
            "0" => all.zoom(100),
            "Escape" => all.clear(),
            _ => false,
        };
        if handled {
            event.prevent_default();
        }
    });
    let all = graph.clone();
    dom::on(root, "focusin", move |event| {
        if let Some(at) = all.stop_of(&event) {
            all.at.set(at);
            all.light(Some(at));
        }
    });
    let all = graph.clone();
    dom::on(root, "mouseover", move |event| {
        if let Some(at) = all.stop_of(&event) {
            all.light(Some(at));
        }
    });
    let all = graph.clone();
    dom::on(root, "mouseout", move |event| {
        if all.stop_of(&event).is_some() {
            all.light(all.fixed);
        }
    });
    for button in self::all(root, "[data-zoom]") {
        let _ = button.remove_attribute("hidden");
        let all = graph.clone();
        let act = button.get_attribute("data-zoom").unwrap_or_default();
        dom::on(&button, "click", move |_| {
            _ = match &*act {
                "in" => all.step(1),
                "out" => all.step(-1),
                _ => all.zoom(all.fitting()),
            };
        });
    }
}

impl Graph {
    fn stop_of(&self, event: &web_sys::Event) -> Option<usize> {
        let element = dom::target(event)?.closest("[data-b]").ok().flatten()?;
        self.stops.iter().position(|stop| stop.element.is_same_node(Some(&element)))
    }

    /// Moves the keyboard to the next box in a direction: sideways along a line where there is one, else to the nearest box there.
    fn walk(&self, key: &str) -> bool {
        let active = document().active_element().filter(|element| element.has_attribute("data-b"));
        let at = self.at.get();
        let Some(here) = self.stops.get(at) else { return false };
        if active.is_none() {
            return self.visit(at);
        }
        let (dx, dy) = match key {
            "ArrowLeft" => (-1, 0),
            "ArrowRight" => (1, 0),
            "ArrowUp" => (0, -1),
            _ => (0, 1),
        };
        let joined =
            |other: usize| dx != 0 && self.lines.iter().any(|(_, from, to)| (*from, *to) == (at, other) || (*from, *to) == (other, at));
        // How far along the direction, and how far off it; what is more beside than ahead is not in that direction.
        let rank = |(other, stop): (usize, &Stop)| {
            let (x, y) = (stop.x - here.x, stop.y - here.y);
            let (ahead, aside) = if dx != 0 { (x * dx, y.abs()) } else { (y * dy, x.abs()) };
            let reachable = other != at && ahead > 0 && (joined(other) || aside <= ahead * 3);
            reachable.then(|| (!joined(other), ahead + aside * 2, other))
        };
        match self.stops.iter().enumerate().filter_map(rank).min() {
            Some((_, _, next)) => self.visit(next),
            None => true,
        }
    }

    fn visit(&self, at: usize) -> bool {
        if let (Some(before), Some(stop)) = (self.stops.get(self.at.get()), self.stops.get(at)) {
            dom::set(&before.element, "tabindex", "-1");
            dom::set(&stop.element, "tabindex", "0");
            self.at.set(at);
            dom::focus(&stop.element);
        }
        true
    }

    /// Lights a box and what lines join with it; `None` lights everything.
    fn light(&self, at: Option<usize>) {
        if *self.lit.borrow() == at {
            return;
        }
        *self.lit.borrow_mut() = at;
        let mut near = vec![false; self.stops.len()];
        for (line, from, to) in &self.lines {
            let bright = at.is_some_and(|at| *from == at || *to == at);
            let _ = line.class_list().toggle_with_force("is-lit", bright);
            if bright {
                for end in [*from, *to] {
                    if let Some(near) = near.get_mut(end) {
                        *near = true;
                    }
                }
            }
        }
        for (other, stop) in self.stops.iter().enumerate() {
            let _ = stop.element.class_list().toggle_with_force("is-lit", near[other] || at == Some(other));
        }
        let _ = self.svg.class_list().toggle_with_force("has-focus", at.is_some());
    }

    /// Takes the light away, first the keyboard's and then that of the address.
    fn clear(&self) -> bool {
        if *self.lit.borrow() != self.fixed {
            self.light(self.fixed);
            dom::focus(&self.scroll);
            return true;
        }
        match self.scroll.get_attribute("data-clear") {
            Some(href) => {
                dom::go(&href);
                true
            }
            None => false,
        }
    }

    fn step(&self, by: i32) -> bool {
        let now = self.percent.get();
        let next = if by > 0 { STEPS.into_iter().find(|step| *step > now) } else { STEPS.into_iter().rev().find(|step| *step < now) };
        self.zoom(next.unwrap_or(now))
    }

    /// The largest size, up to the drawing's own, at which all of it shows.
    fn fitting(&self) -> i32 {
        let room = (self.scroll.client_width() - 10, self.scroll.client_height() - 10);
        let fits = |room: i32, size: i32| if size > 0 { room * 100 / size } else { 100 };
        fits(room.0, self.size.0).min(fits(room.1, self.size.1)).clamp(STEPS[0], 100)
    }

    /// Draws at another size and keeps the middle of what shows where it is.
    fn zoom(&self, percent: i32) -> bool {
        let before = self.percent.replace(percent);
        let middle = |start: i32, length: i32| (start + length / 2) * 100 / before;
        let (x, y) =
            (middle(self.scroll.scroll_left(), self.scroll.client_width()), middle(self.scroll.scroll_top(), self.scroll.client_height()));
        for (name, size) in [("width", self.size.0), ("height", self.size.1)] {
            dom::set(&self.svg, name, &(size * percent / 100).to_string());
        }
        self.center(x, y);
        true
    }

    /// Scrolls a place of the drawing into the middle.
    fn center(&self, x: i32, y: i32) {
        let percent = self.percent.get();
        let scroll: &HtmlElement = self.scroll.unchecked_ref();
        scroll.set_scroll_left(x * percent / 100 - self.scroll.client_width() / 2);
        scroll.set_scroll_top(y * percent / 100 - self.scroll.client_height() / 2);
    }
}
