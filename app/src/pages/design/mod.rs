//! Every piece in every state, for those who build pages and those who judge them.

mod controls;
mod data;
mod messages;

use leptos::prelude::*;
use model::view::DesignView;

use crate::{
    components::{Choice, Glyph, Tabs},
    text,
};

/// What stands in `<main>`.
pub fn design(view: DesignView) -> impl IntoView {
    let parts = [("colours", "Colours"), ("icons", "Icons"), ("controls", "Controls"), ("messages", "Messages"), ("data", "Data")];
    let parts = parts.iter().enumerate().map(|(at, (id, title))| Choice::new(*title, format!("#{id}"), at == 0)).collect();
    view! {
        <div class="page-head"><h1 class="title">{text::DESIGN}</h1></div>
        <Tabs label="Parts of the design system" choices=parts/>
        {part("colours", "Colours", colours())}
        {part("icons", "Icons", icons())}
        {part("controls", "Controls", controls::controls())}
        {part("messages", "Messages", messages::messages())}
        {part("data", "Data", data::data(view))}
    }
}

fn part(id: &'static str, title: &'static str, content: AnyView) -> AnyView {
    view! { <section class="section" aria-labelledby=id><h2 class="design-part" id=id>{title}</h2>{content}</section> }.into_any()
}

/// A piece under its name.
fn piece(name: &'static str, content: impl IntoView + 'static) -> AnyView {
    view! { <div class="design-piece"><h3 class="overline">{name}</h3><div class="design-states">{content.into_any()}</div></div> }
        .into_any()
}

fn colours() -> AnyView {
    const COLOURS: [(&str, &str); 12] = [
        ("swatch-paper", "paper"),
        ("swatch-paper-2", "paper-2"),
        ("swatch-paper-3", "paper-3"),
        ("swatch-line", "line"),
        ("swatch-line-strong", "line-strong"),
        ("swatch-muted", "muted"),
        ("swatch-ink", "ink"),
        ("swatch-accent", "accent"),
        ("swatch-ok", "ok"),
        ("swatch-warning", "warning"),
        ("swatch-danger", "danger"),
        ("swatch-info", "info"),
    ];
    let swatches: Vec<_> =
        COLOURS.iter().map(|(class, name)| view! { <li><span class=format!("swatch {class}")></span><code>{*name}</code></li> }).collect();
    view! { <ul class="swatches">{swatches}</ul> }.into_any()
}

fn icons() -> AnyView {
    let icons: Vec<_> = Glyph::ALL
        .iter()
        .map(|glyph| view! { <li><i class=glyph.class()></i><span class="muted small">{glyph.name()}</span></li> })
        .collect();
    view! { <ul class="icon-sheet">{icons}</ul> }.into_any()
}
