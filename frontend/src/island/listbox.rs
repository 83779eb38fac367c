//! The list under a combobox, written straight into the page.

use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::{Element, Event, HtmlInputElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::dom;
use crate::PaletteHit;

/// A line that can be picked.
#[derive(Default)]
pub(super) struct Line {
    /// The heading it stands under; lines of one heading follow each other.
    pub group: &'static str,
    /// What it says first.
    pub title: String,
    /// What it says in grey: kind and type, owner.
    pub note: String,
    /// Where it leads. What starts with `#` is an action of the page.
    pub href: String,
    /// The entity's name, where it is one.
    pub entity_ref: String,
}

impl Line {
    /// An entity's line.
    pub(super) fn entity(group: &'static str, hit: PaletteHit) -> Self {
        let mut note = hit.kind;
        for more in [hit.spec_type, hit.owner].into_iter().flatten() {
            note.push_str(" · ");
            note.push_str(&more);
        }
        Self { group, title: hit.title, note, href: hit.href, entity_ref: hit.entity_ref }
    }
}

/// Lines, the field above them, and which of them is the current one.
pub(super) struct Listbox {
    /// The field that has the keyboard.
    pub field: HtmlInputElement,
    /// The element of role `listbox`; it has an id.
    pub list: Element,
    /// The lines as shown.
    pub lines: Vec<Line>,
    /// The current line; past the end for none.
    pub at: usize,
    /// Counts searches, so that an answer that comes late is not shown.
    pub version: u32,
}

impl Listbox {
    /// An empty list under a field.
    pub(super) const fn new(field: HtmlInputElement, list: Element) -> Self {
        Self { field, list, lines: Vec::new(), at: usize::MAX, version: 0 }
    }

    /// Shows other lines, and `at` as the current one.
    pub(super) fn show(&mut self, lines: Vec<Line>, at: usize) {
        self.lines = lines;
        // Creating elements with fixed names in a list that is there cannot fail.
        let _ = fill(&self.list, &self.lines);
        self.mark(at);
    }

    /// Makes a line the current one and says so on the field; past the end: none is.
    pub(super) fn mark(&mut self, at: usize) {
        self.at = at;
        if let Some(old) = dom::find(&self.list, "[aria-selected]") {
            let _ = old.remove_attribute("aria-selected");
        }
        let id = option_id(&self.list, at);
        match document().get_element_by_id(&id) {
            Some(option) => {
                dom::set(&option, "aria-selected", "true");
                dom::set(&self.field, "aria-activedescendant", &id);
                // The nearest edge, so that moving by one line scrolls by one line.
                let nearest = ScrollIntoViewOptions::new();
                nearest.set_block(ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&nearest);
            }
            None => {
                let _ = self.field.remove_attribute("aria-activedescendant");
            }
        }
    }
}

/// Replaces the list's content. Lines are links, so that they also open in a new tab.
fn fill(list: &Element, lines: &[Line]) -> Result<(), JsValue> {
    list.set_text_content(None);
    let mut heading = "";
    let mut group = list.clone();
    for (at, line) in lines.iter().enumerate() {
        if line.group != heading {
            heading = line.group;
            group = child(list, "div", "listbox-group")?;
            dom::set(&group, "role", "group");
            dom::set(&group, "aria-label", heading);
            let label = child(&group, "div", "listbox-heading")?;
            dom::set(&label, "aria-hidden", "true");
            label.set_text_content(Some(heading));
        }
        let option = child(&group, "a", "listbox-option")?;
        option.set_id(&option_id(list, at));
        dom::set(&option, "role", "option");
        dom::set(&option, "tabindex", "-1");
        dom::set(&option, "href", &line.href);
        let title = child(&option, "span", "listbox-title")?;
        dom::set(&title, "dir", "auto");
        title.set_text_content(Some(&line.title));
        child(&option, "span", "listbox-note")?.set_text_content(Some(&line.note));
    }
    Ok(())
}

fn child(parent: &Element, tag: &str, class: &str) -> Result<Element, JsValue> {
    let element = document().create_element(tag)?;
    element.set_class_name(class);
    parent.append_child(&element)?;
    Ok(element)
}

fn option_id(list: &Element, at: usize) -> String {
    [&*list.id(), "-", &at.to_string()].concat()
}

/// Which line an event happened on.
pub(super) fn line_of(event: &Event) -> Option<usize> {
    let option = dom::target(event)?.closest("[role=option]").ok()??;
    option.id().rsplit('-').next()?.parse().ok()
}

/// Where a key moves the mark among `count` lines; `None` for other keys.
pub(super) fn moved(key: &str, at: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match key {
        "ArrowDown" if at < last => at + 1,
        "ArrowDown" => 0,
        "ArrowUp" if at > 0 => (at - 1).min(last),
        "ArrowUp" => last,
        "PageDown" => at.saturating_add(8).min(last),
        "PageUp" => at.saturating_sub(8).min(last),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn keys_move_the_mark_and_wrap() {
        let check = |key, at, count, expected| assert_eq!(moved(key, at, count), expected, "{key} from {at} of {count}");
        check("ArrowDown", 0, 3, Some(1));
        check("ArrowDown", 2, 3, Some(0));
        check("ArrowDown", usize::MAX, 3, Some(0));
        check("ArrowUp", usize::MAX, 3, Some(2));
        check("ArrowUp", 0, 3, Some(2));
        check("ArrowUp", 2, 3, Some(1));
        check("PageDown", 1, 3, Some(2));
        check("PageUp", 2, 30, Some(0));
        check("ArrowDown", 0, 0, None);
        check("x", 0, 3, None);
    }
}
