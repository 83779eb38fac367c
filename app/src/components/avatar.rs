//! A person as one or two letters. The style sheet writes them: they are a picture, not words to read out.

use leptos::prelude::*;

/// The letters of a person, in one of eight quiet hues that stays the same for the same name.
#[component]
pub fn Avatar(
    /// One or two letters.
    #[prop(into)]
    initials: String,
    /// The name, for the hue.
    #[prop(optional, into)]
    name: String,
    /// 48 px instead of 24.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let hue = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 8;
    let size = if large { " avatar-large" } else { "" };
    view! { <span class=format!("avatar hue-{hue}{size}") data-initials=initials></span> }
}
