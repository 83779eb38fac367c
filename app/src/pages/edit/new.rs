//! A new entity: YAML, from a template of its kind.

use leptos::prelude::*;
use model::view::NewEntityView;

use super::yaml;
use crate::{
    components::{Banner, Button, ButtonLink, Choice, HiddenFields, Look, Segmented, Tone},
    text::edit as words,
};

/// The page on which an entity is made.
pub fn new_entity(view: NewEntityView) -> impl IntoView {
    let NewEntityView { kind, kinds, yaml, problems, message } = view;
    let choices = kinds.into_iter().map(|(value, label)| Choice::new(label, format!("/catalog/new?kind={value}"), value == kind)).collect();
    let message = message.map(|message| view! { <Banner tone=Tone::Danger title=message/> });
    view! {
        <div class="page-head"><h1 class="title">{words::NEW_TITLE}</h1></div>
        <p class="lead">{words::NEW_LEAD}" "<a class="link" href="/register">{words::REGISTER_INSTEAD}</a></p>
        <div class="edit-switch"><Segmented label=words::TEMPLATES choices/></div>
        <div class="edit-messages" role="alert">{message}</div>
        <form class="edit-form edit-yaml" method="post" action="/catalog/new">
            <HiddenFields fields=vec![("kind", kind)]/>
            {yaml::area(yaml, &problems)}
            <div class="actions edit-actions">
                <Button text=words::CREATE look=Look::Primary/>
                <ButtonLink text=words::CANCEL href="/catalog" look=Look::Quiet/>
            </div>
        </form>
    }
}
