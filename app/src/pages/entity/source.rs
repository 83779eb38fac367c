//! The entity as the catalog has it, as YAML and as JSON. Two radio buttons and the style sheet switch between them, so
//! that it works without a script.

use frontend::CopyButton;
use leptos::prelude::*;
use model::view::EntityView;

use super::{
    highlight::{self, Language},
    words,
};
use crate::components::EmptyState;

pub(super) fn source(view: EntityView) -> AnyView {
    let Some(source) = view.source else {
        return view! { <EmptyState title=words::NO_SOURCE/> }.into_any();
    };
    let file = view.header.entity.entity_ref.name().to_owned();
    view! {
        <div class="source">
            <fieldset class="source-switch">
                <legend class="sr-only">{words::FORMAT}</legend>
                <label><input type="radio" name="source-format" value="yaml" checked=true/>"YAML"</label>
                <label><input type="radio" name="source-format" value="json"/>"JSON"</label>
            </fieldset>
            {panel(Language::Yaml, &source.yaml, format!("{file}.yaml"))}
            {panel(Language::Json, &source.json, format!("{file}.json"))}
        </div>
    }
    .into_any()
}

fn panel(language: Language, text: &str, file: String) -> AnyView {
    let (class, id, what) = match language {
        Language::Json => ("code source-json", "source-json", "JSON"),
        _ => ("code source-yaml", "source-yaml", "YAML"),
    };
    view! {
        <figure class=class>
            <figcaption>
                <span class="mono" dir="auto">{file.clone()}</span>
                <span class="code-actions"><CopyButton target=id.to_owned() what=what.to_owned()/></span>
            </figcaption>
            <pre tabindex="0" role="region" aria-label=file>{highlight::code(language, text, id)}</pre>
        </figure>
    }
    .into_any()
}
