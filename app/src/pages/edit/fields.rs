//! The fields of the form.

use frontend::Combobox;
use leptos::prelude::*;
use model::view::{EditView, LINKS, LinkForm};

use crate::{
    components::{Field, Glyph, Icon, TextArea},
    text::edit as words,
};

/// Empty links that one can fill in at once.
const SPARE: usize = 2;

/// Every field that can be edited; those of the whole entity only where the portal owns it.
pub(super) fn fields(view: &EditView, whole: bool) -> AnyView {
    let form = &view.form;
    let error = |name: &str| view.errors.iter().find(|error| error.field == name).map(|error| error.message.clone()).unwrap_or_default();
    let has = |name: &str| view.spec_fields.contains(&name);
    let wrong = |name: &str| Some(error(name)).filter(|text| !text.is_empty());
    let owner = has("owner").then(|| entity("owner", words::OWNER, Some(words::OWNER_HINT), form.owner.clone(), "", wrong("owner")));
    let system = (whole && has("system")).then(|| entity("system", words::SYSTEM, None, form.system.clone(), "System", wrong("system")));
    let lifecycle = (whole && has("lifecycle")).then(|| {
        let (value, wrong) = (form.lifecycle.clone(), wrong("lifecycle"));
        line("lifecycle", words::LIFECYCLE, value, Some(words::LIFECYCLE_HINT), wrong)
    });
    let spec_type = (whole && has("type")).then(|| line("type", words::TYPE, form.spec_type.clone(), None, wrong("type")));
    view! {
        {line("title", words::TITLE, form.title.clone(), Some(words::TITLE_HINT), wrong("title"))}
        {area("description", words::DESCRIPTION, form.description.clone(), None, wrong("description"))}
        {owner}
        <div class="edit-pair">{spec_type}{lifecycle}</div>
        {system}
        {line("tags", words::TAGS, form.tags.clone(), Some(words::TAGS_HINT), wrong("tags"))}
        {area("labels", words::LABELS, form.labels.clone(), Some(words::LABELS_HINT), wrong("labels"))}
        {links(&form.links, wrong("links"))}
    }
    .into_any()
}

fn line(name: &'static str, label: &'static str, value: String, hint: Option<&'static str>, error: Option<String>) -> AnyView {
    match (hint, error) {
        (Some(hint), Some(error)) => view! { <Field name label value hint error/> }.into_any(),
        (Some(hint), None) => view! { <Field name label value hint/> }.into_any(),
        (None, Some(error)) => view! { <Field name label value error/> }.into_any(),
        (None, None) => view! { <Field name label value/> }.into_any(),
    }
}

fn area(name: &'static str, label: &'static str, value: String, hint: Option<&'static str>, error: Option<String>) -> AnyView {
    match (hint, error) {
        (Some(hint), Some(error)) => view! { <TextArea name label value hint error/> }.into_any(),
        (Some(hint), None) => view! { <TextArea name label value hint/> }.into_any(),
        (None, Some(error)) => view! { <TextArea name label value error/> }.into_any(),
        (None, None) => view! { <TextArea name label value/> }.into_any(),
    }
}

/// A field for the name of an entity, searched while one types.
fn entity(
    name: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    value: String,
    kind: &str,
    error: Option<String>,
) -> AnyView {
    let class = if error.is_some() { "field field-wrong" } else { "field" };
    view! {
        <div class=class>
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <span class="hint">{hint}</span> })}
            <Combobox id=name.to_owned() name=name.to_owned() value kind=kind.to_owned()/>
            {error.map(|error| view! { <span class="field-error"><Icon glyph=Glyph::Danger/>{error}</span> })}
        </div>
    }
    .into_any()
}

fn links(links: &[LinkForm], error: Option<String>) -> AnyView {
    let rows = links.iter().cloned().chain(std::iter::repeat_n(LinkForm::default(), SPARE)).take(LINKS);
    let rows: Vec<_> = rows
        .enumerate()
        .map(|(at, link)| {
            let part = |name: &str, label: &'static str, value: String, kind: &'static str| {
                let name = format!("link-{name}-{at}");
                let full = format!("{}: {label}", words::link(at));
                view! { <input class="input" type=kind name=name value=value aria-label=full placeholder=label dir="auto" maxlength="2000"/> }
            };
            view! {
                <li class="edit-link">
                    {part("url", words::LINK_URL, link.url, "url")}
                    {part("title", words::LINK_TITLE, link.title, "text")}
                    {part("icon", words::LINK_ICON, link.icon, "text")}
                </li>
            }
        })
        .collect();
    view! {
        <fieldset class="edit-links" id="links">
            <legend>{words::LINKS}</legend>
            <ul>{rows}</ul>
            {error.map(|error| view! { <span class="field-error"><Icon glyph=Glyph::Danger/>{error}</span> })}
        </fieldset>
    }
    .into_any()
}
