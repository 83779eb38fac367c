//! A field for one entity, searched by the server.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::{
    dom,
    listbox::{self, Line, Listbox},
    request, root,
};

/// Picks an entity. What the form sends is the entity's name, which can also be typed; in the browser the catalog is
/// searched while one types. The label is the page's: `<label for=id>`.
#[component]
pub fn Combobox(
    /// The field's id.
    id: String,
    /// The field's name in the form.
    name: String,
    /// The entity picked now, `kind:namespace/name`, or nothing.
    value: String,
    /// The kind that can be picked, as people read it (`Group`); empty for any.
    kind: String,
) -> impl IntoView {
    let list = [&*id, "-list"].concat();
    view! {
        <ComboboxIsland>
            <div class="combobox">
                <input class="input" type="text" id=id name=name value=value role="combobox" aria-expanded="false" aria-controls=list.clone() aria-autocomplete="list"
                    data-kind=kind autocomplete="off" spellcheck="false" maxlength="200"/>
                <div class="combobox-list" id=list role="listbox" aria-label="Entities" hidden=true></div>
            </div>
        </ComboboxIsland>
    }
}

#[island]
fn ComboboxIsland(children: Children) -> impl IntoView {
    root(children, start)
}

fn start(root: &Element) {
    let (Some(field), Some(list)) = (dom::field(root, "[role=combobox]"), dom::find(root, "[role=listbox]")) else { return };
    let listbox = Rc::new(RefCell::new(Listbox::new(field.clone(), list)));
    let all = listbox.clone();
    dom::on(&field, "input", move |_| search(&all));
    let all = listbox.clone();
    dom::on(&field, "blur", move |_| show(&mut all.borrow_mut(), Vec::new()));
    let all = listbox.clone();
    dom::on_key(&field, move |event| {
        let mut listbox = all.borrow_mut();
        let (at, count) = (listbox.at, listbox.lines.len());
        if event.is_composing() {
            return; // the input method owns these keys
        }
        match &*event.key() {
            "Escape" if count > 0 => show(&mut listbox, Vec::new()),
            "Enter" if at < count => pick(&mut listbox, at),
            key => match listbox::moved(key, at, count) {
                Some(next) => listbox.mark(next),
                None => return,
            },
        }
        event.prevent_default();
    });
    // The press, not the click: the field loses the focus before the click and closes the list.
    dom::on(root, "mousedown", move |event| {
        if let Some(line) = listbox::line_of(&event) {
            event.prevent_default();
            pick(&mut listbox.borrow_mut(), line);
        }
    });
}

fn search(listbox: &Rc<RefCell<Listbox>>) {
    let mine = {
        let mut listbox = listbox.borrow_mut();
        listbox.version += 1;
        listbox.version
    };
    let listbox = listbox.clone();
    dom::later(120, move || {
        if listbox.borrow().version != mine {
            return;
        }
        let field = listbox.borrow().field.clone();
        spawn_local(async move {
            let hits = request::complete(&field.value()).await.unwrap_or_default();
            if listbox.borrow().version == mine {
                let kind = field.get_attribute("data-kind").unwrap_or_default();
                let fits = hits.into_iter().filter(|hit| kind.is_empty() || hit.kind == kind);
                show(&mut listbox.borrow_mut(), fits.map(|hit| Line::entity("", hit)).collect());
            }
        });
    });
}

/// Shows lines, or closes the list when there are none.
fn show(listbox: &mut Listbox, lines: Vec<Line>) {
    let open = !lines.is_empty();
    dom::set(&listbox.field, "aria-expanded", if open { "true" } else { "false" });
    let _ = listbox.list.toggle_attribute_with_force("hidden", !open);
    listbox.show(lines, usize::MAX);
}

fn pick(listbox: &mut Listbox, line: usize) {
    if let Some(line) = listbox.lines.get(line) {
        listbox.field.set_value(&line.entity_ref);
        listbox.version += 1;
        show(listbox, Vec::new());
    }
}
