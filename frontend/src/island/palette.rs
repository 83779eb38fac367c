//! The palette: one field for entities, pages and actions.

use std::{cell::RefCell, rc::Rc};

use js_sys::JsString;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlDialogElement, HtmlFormElement, HtmlInputElement, MouseEvent};

use super::{
    dom,
    listbox::{self, Line, Listbox},
    request, root, shortcuts, theme,
};
use crate::PaletteHit;

/// Pages and actions: heading, what is shown, other words for it, where it leads.
const PLACES: [(&str, &str, &str, &str); 12] = [
    ("Go to", "Home", "start", "/"),
    ("Go to", "Catalog", "components services", "/catalog"),
    ("Go to", "APIs", "openapi graphql", "/apis"),
    ("Go to", "Systems", "", "/catalog?kind=system"),
    ("Go to", "Teams", "groups people", "/catalog?kind=group"),
    ("Go to", "Owned by me or my teams", "mine services", "/catalog?kind=all&owner=mine"),
    ("Go to", "Starred", "favourites", "/catalog?kind=all&owner=starred"),
    ("Do", "Use the system theme", "color dark light", "#system"),
    ("Do", "Use the light theme", "color", "#light"),
    ("Do", "Use the dark theme", "color night", "#dark"),
    ("Do", "Show keyboard shortcuts", "keys help", "#keys"),
    ("Do", "Sign out", "log out leave", "#sign-out"),
];

/// The search field of the header, and the dialog that it opens. Without JavaScript the field searches.
#[component]
pub fn Palette() -> impl IntoView {
    view! {
        <PaletteIsland>
            <form class="jump" role="search" method="get" action="/search">
                <i class="icon i-search"></i>
                <input type="search" name="q" aria-label="Search or jump to" placeholder="Search or jump to…" autocomplete="off" spellcheck="false" maxlength="100" dir="auto"/>
                <kbd aria-hidden="true"></kbd>
            </form>
            <dialog id="palette" class="palette" aria-label="Search or jump to">
                <div class="palette-field">
                    <i class="icon i-search"></i>
                    <input type="text" role="combobox" aria-label="Search or jump to" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                        placeholder="Name, page or action" autocomplete="off" spellcheck="false" maxlength="100" dir="auto" enterkeyhint="go"/>
                    <button class="palette-close" type="button" commandfor="palette" command="close">"Close"</button>
                </div>
                <div id="palette-list" class="palette-list" role="listbox" aria-label="Results"></div>
                <div class="palette-foot">
                    <span role="status"></span>
                    <span class="palette-keys" aria-hidden="true"><kbd>"↑"</kbd><kbd>"↓"</kbd>" move "<kbd>"↵"</kbd>" open "<kbd>"esc"</kbd>" close"</span>
                </div>
            </dialog>
        </PaletteIsland>
    }
}

#[island]
fn PaletteIsland(children: Children) -> impl IntoView {
    root(children, start)
}

/// The dialog's parts.
struct Parts {
    dialog: HtmlDialogElement,
    trigger: HtmlInputElement,
    field: HtmlInputElement,
    status: Element,
    listbox: RefCell<Listbox>,
}

fn parts(root: &Element) -> Option<Rc<Parts>> {
    let field = dom::field(root, "[role=combobox]")?;
    let listbox = RefCell::new(Listbox::new(field.clone(), dom::find(root, "[role=listbox]")?));
    let dialog = dom::find(root, "dialog")?.unchecked_into();
    Some(Rc::new(Parts { dialog, trigger: dom::field(root, ".jump input")?, field, status: dom::find(root, "[role=status]")?, listbox }))
}

fn start(root: &Element) {
    let Some(parts) = parts(root) else { return };
    if let Some(hint) = dom::find(root, ".jump kbd").filter(|_| dom::keys_on()) {
        let apple = window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"));
        hint.set_text_content(Some(if apple { "⌘K" } else { "Ctrl K" }));
    }
    let all = parts.clone();
    dom::on_key(&document(), move |event| {
        let combination = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && event.key() == "k";
        if (combination || event.key() == "/" && !dom::key_is_taken(event)) && dom::keys_on() {
            event.prevent_default();
            open(&all);
        }
    });
    for opening in ["click", "input"] {
        let all = parts.clone();
        dom::on(&parts.trigger, opening, move |_| open(&all));
    }
    let all = parts.clone();
    // A button elsewhere opens the dialog too, by `commandfor`.
    dom::on(&parts.dialog, "toggle", move |_| {
        if all.dialog.open() {
            refresh(&all, 0);
        }
    });
    let all = parts.clone();
    dom::on(&parts.field, "input", move |_| refresh(&all, 120));
    let all = parts.clone();
    dom::on_key(&parts.field, move |event| {
        if event.is_composing() {
            return; // the input method owns these keys
        }
        let (at, count) = (all.listbox.borrow().at, all.listbox.borrow().lines.len());
        if event.key() == "Enter" && !dom::has_modifier(event) {
            event.prevent_default();
            pick(&all, at);
        } else if let Some(next) = listbox::moved(&event.key(), at, count) {
            event.prevent_default();
            all.listbox.borrow_mut().mark(next);
        }
    });
    dom::on(&parts.clone().dialog, "click", move |event| {
        let mouse = event.unchecked_ref::<MouseEvent>();
        let plain = !mouse.ctrl_key() && !mouse.meta_key() && !mouse.shift_key();
        if let Some(line) = listbox::line_of(&event) {
            if plain {
                event.prevent_default();
                pick(&parts, line);
            }
        } else if dom::target(&event).is_some_and(|target| {
            target.is_same_node(Some(&parts.dialog)) || target.closest(".palette-close").is_ok_and(|found| found.is_some())
        }) {
            parts.dialog.close();
        }
    });
}

/// Opens the dialog with what stands in the header's field. Its `toggle` event then searches.
fn open(parts: &Parts) {
    if !parts.dialog.open() {
        parts.field.set_value(&parts.trigger.value());
        parts.trigger.set_value("");
        let _ = parts.dialog.show_modal();
        dom::focus(&parts.field);
        if parts.field.value().is_empty() {
            parts.field.select();
        }
    }
}

/// Shows pages and actions for what is typed at once, and the entities when the portal has answered.
fn refresh(parts: &Rc<Parts>, wait: i32) {
    let text = parts.field.value().trim().to_owned();
    let mine = {
        let mut listbox = parts.listbox.borrow_mut();
        listbox.version += 1;
        if wait == 0 {
            listbox.show(lines(&text, Vec::new()), 0);
        }
        listbox.version
    };
    let parts = parts.clone();
    dom::later(wait, move || {
        if parts.listbox.borrow().version != mine {
            return;
        }
        spawn_local(async move {
            let answer = request::complete(&text).await;
            if parts.listbox.borrow().version != mine {
                return;
            }
            let status = match &answer {
                Err(failure) => failure.clone(),
                Ok(_) if text.is_empty() => String::new(),
                Ok(hits) if hits.len() == 1 => "1 entity".to_owned(),
                Ok(hits) => [&*hits.len().to_string(), " entities"].concat(),
            };
            parts.status.set_text_content(Some(&status));
            parts.listbox.borrow_mut().show(lines(&text, answer.unwrap_or_default()), 0);
        });
    });
}

/// The lines for a text: entities first, then the pages and actions that it could mean, then the search page.
fn lines(text: &str, hits: Vec<PaletteHit>) -> Vec<Line> {
    let group = if text.is_empty() { "Recent" } else { "Catalog" };
    let mut lines: Vec<Line> = hits.into_iter().map(|hit| Line::entity(group, hit)).collect();
    let words = lower(text);
    for (group, title, other, href) in PLACES {
        if lower(title).contains(&words) || other.contains(&words) {
            lines.push(Line { group, title: title.to_owned(), href: href.to_owned(), ..Line::default() });
        }
    }
    if !text.is_empty() {
        let href = ["/search?q=", &String::from(js_sys::encode_uri_component(text))].concat();
        lines.push(Line { group: "Search", title: ["Search everything for “", text, "”"].concat(), href, ..Line::default() });
    }
    lines
}

/// The browser's own tables: Rust's are 10 KiB.
fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

fn pick(parts: &Parts, line: usize) {
    let href = parts.listbox.borrow().lines.get(line).map(|line| line.href.clone());
    let Some(href) = href else { return };
    parts.dialog.close();
    match &*href {
        "#system" | "#light" | "#dark" => {
            theme::apply(&href[1..]);
        }
        "#keys" => dom::open_dialog(shortcuts::DIALOG),
        "#sign-out" => {
            if let Ok(Some(form)) = document().query_selector("form[action='/sign-out']") {
                let _ = form.unchecked_into::<HtmlFormElement>().submit();
            }
        }
        _ => dom::go(&href),
    }
}
