//! What stands at the top of a form: its errors with links to the fields, and what it carries along unseen.

use leptos::prelude::*;
use model::FieldError;

use crate::text;

/// The errors of a form, each a link to its field.
#[component]
pub fn ErrorList(
    /// What is wrong with which field.
    errors: Vec<FieldError>,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let items: Vec<_> = errors
            .into_iter()
            .map(|error| view! { <li><a class="link" href=format!("#{}", error.field)>{error.message}</a></li> })
            .collect();
        view! {
            <div class="banner tone-danger" role="alert">
                <i class=super::Glyph::Danger.class()></i>
                <div><p class="banner-title">{text::form_errors(items.len())}</p><ul class="plain-list">{items}</ul></div>
            </div>
        }
    })
}

/// Names and values that a form sends along.
#[component]
pub fn HiddenFields(
    /// Name and value of each.
    fields: Vec<(&'static str, String)>,
) -> impl IntoView {
    fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect::<Vec<_>>()
}
