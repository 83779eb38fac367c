//! How the portal looks and listens.

use frontend::ThemeSwitch;
use leptos::prelude::*;
use model::view::{AppearanceView, Frame};

use crate::{
    components::{Button, Checkbox},
    text::settings as words,
};

/// What stands in `<main>`.
pub fn appearance(frame: &Frame, view: AppearanceView) -> impl IntoView + use<> {
    let keys = view.person.then(|| {
        view! {
            <section class="section" aria-labelledby="keys">
                <div class="section-head"><h2 class="section-title" id="keys">{words::KEYS}</h2></div>
                <p class="muted small">{words::KEYS_HINT}</p>
                <form method="post" action="/settings/appearance">
                    <Checkbox name="shortcuts" label=words::USE_KEYS checked=view.shortcuts/>
                    <div class="actions"><Button text=words::SAVE/></div>
                </form>
            </section>
        }
    });
    view! {
        <div class="page-head"><h1 class="title">{words::APPEARANCE}</h1></div>
        <section class="section" aria-labelledby="theme">
            <div class="section-head"><h2 class="section-title" id="theme">{words::THEME}</h2></div>
            <p class="muted small">{words::THEME_HINT}</p>
            <div class="settings-theme"><ThemeSwitch theme=frame.theme return_to=frame.path.clone()/></div>
        </section>
        {keys}
    }
}
