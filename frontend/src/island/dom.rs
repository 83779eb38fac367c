//! What several islands ask of the page. Nothing here runs on the server.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, EventTarget, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent, Storage};

/// The key in local storage under which the shortcuts are switched off.
const KEYS: &str = "wm_keys";

/// Listens for as long as the page is there.
pub(super) fn on(target: &EventTarget, event: &str, handler: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(handler);
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Listens to the keyboard for as long as the page is there.
pub(super) fn on_key(target: &EventTarget, mut handler: impl FnMut(&KeyboardEvent) + 'static) {
    on(target, "keydown", move |event| handler(event.unchecked_ref()));
}

/// Runs something once, a little later.
pub(super) fn later(milliseconds: i32, run: impl FnOnce() + 'static) {
    let run = Closure::once_into_js(run);
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(run.unchecked_ref(), milliseconds);
}

/// The first element inside `root` that a selector finds.
pub(super) fn find(root: &Element, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok().flatten()
}

/// The first field inside `root` that a selector finds. The selector must name an `input`.
pub(super) fn field(root: &Element, selector: &str) -> Option<HtmlInputElement> {
    find(root, selector).map(JsCast::unchecked_into)
}

/// The element that an event happened on.
pub(super) fn target(event: &Event) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into().ok())
}

/// Sets an attribute; names are ours and always sound.
pub(super) fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Puts the keyboard on an element.
pub(super) fn focus(element: &Element) {
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

/// Goes to an address as a link does.
pub(super) fn go(href: &str) {
    let _ = window().location().assign(href);
}

/// Opens the modal dialog of that id, unless it is open.
pub(super) fn open_dialog(id: &str) {
    if let Some(dialog) = document().get_element_by_id(id).map(JsCast::unchecked_into::<HtmlDialogElement>)
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Whether shortcuts are on: they are unless the person switched them off, for this browser or in the settings, which the document says.
pub(super) fn keys_on() -> bool {
    let off = document().document_element().and_then(|root| root.get_attribute("data-keys")).is_some();
    !off && storage().and_then(|storage| storage.get_item(KEYS).ok().flatten()).is_none()
}

/// Switches the shortcuts on or off in this browser. Where storage is refused they stay on.
pub(super) fn switch_keys(on: bool) {
    if let Some(storage) = storage() {
        let _ = if on { storage.remove_item(KEYS) } else { storage.set_item(KEYS, "off") };
    }
}

/// Whether a single key typed now belongs to somebody else: a field, an open dialog or a combination with a modifier.
pub(super) fn key_is_taken(event: &KeyboardEvent) -> bool {
    const FIELDS: &str = "input,textarea,select,[contenteditable],dialog[open]";
    let in_field = target(event).is_some_and(|element| element.closest(FIELDS).ok().flatten().is_some());
    has_modifier(event) || event.is_composing() || event.default_prevented() || in_field
}

/// Whether a key is pressed together with Control, Command or Alt.
pub(super) fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}
