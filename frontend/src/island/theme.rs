//! The theme switch.

use leptos::prelude::*;
use model::view::Theme;
use wasm_bindgen::JsCast;
use web_sys::{Element, SubmitEvent, UrlSearchParams};

use super::{dom, root};

/// System, light or dark: a plain form to `/theme` of three menu items; in the browser the colours change at once.
#[component]
pub fn ThemeSwitch(
    /// The theme of the page as it was drawn.
    theme: Theme,
    /// Path and query of the page, to which the form comes back.
    return_to: String,
) -> impl IntoView {
    let item = move |value: Theme, icon: &'static str, text: &'static str| {
        let pressed = if value == theme { "true" } else { "false" };
        view! { <button class="menu-item" type="submit" name="theme" value=value.name() aria-pressed=pressed><i class=icon></i>{text}</button> }
    };
    view! {
        <ThemeIsland>
            <form class="theme-switch" method="post" action="/theme">
                <input type="hidden" name="return_to" value=return_to/>
                {item(Theme::System, "icon i-half", "Same as system")}
                {item(Theme::Light, "icon i-sun", "Light")}
                {item(Theme::Dark, "icon i-moon", "Dark")}
            </form>
        </ThemeIsland>
    }
}

#[island]
fn ThemeIsland(children: Children) -> impl IntoView {
    root(children, start)
}

fn start(root: &Element) {
    dom::on(root, "submit", |event| {
        let picked = event.unchecked_ref::<SubmitEvent>().submitter().and_then(|button| button.get_attribute("value"));
        if picked.is_some_and(|theme| apply(&theme)) {
            event.prevent_default();
        }
    });
}

/// Puts a theme on the page and leaves it with the portal. False when the browser could not send it: the form then does.
pub(super) fn apply(theme: &str) -> bool {
    let sent = UrlSearchParams::new().is_ok_and(|form| {
        form.append("theme", theme);
        form.append("return_to", "/");
        window().navigator().send_beacon_with_opt_url_search_params("/theme", Some(&form)).unwrap_or(false)
    });
    let page = document();
    if sent && let Some(html) = page.document_element() {
        dom::set(&html, "data-theme", theme);
        if let Some(meta) = dom::find(&html, "meta[name=color-scheme]") {
            dom::set(&meta, "content", if theme == "system" { "light dark" } else { theme });
        }
        for name in ["system", "light", "dark"] {
            if let Some(button) = dom::find(&html, &["button[name=theme][value=", name, "]"].concat()) {
                dom::set(&button, "aria-pressed", if name == theme { "true" } else { "false" });
            }
        }
    }
    sent
}
