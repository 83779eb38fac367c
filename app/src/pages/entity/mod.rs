//! One entity's page.

use leptos::prelude::*;
use model::view::{EntityView, Frame};

/// What stands in `<main>` of an entity's page.
pub fn entity(_frame: &Frame, view: EntityView) -> impl IntoView + use<> {
    view! { <h1 class="title" dir="auto">{view.header.entity.title}</h1> }
}
