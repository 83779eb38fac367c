//! A repository without a descriptor: the fields of a first one, and the pull request that brings it there.

use frontend::{Combobox, CopyButton};
use leptos::prelude::*;
use model::{
    FieldError,
    view::{DraftView, RegisterForm},
};

use super::{carried, field_class, problem};
use crate::{
    components::{Banner, Button, CodeBlock, HiddenFields, Look, Tone},
    text::register as words,
};

/// What a field is called, what to know about it, and what it suggests.
struct Asked {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    suggests: &'static [&'static str],
}

pub(super) fn fields(form: &RegisterForm, draft: &DraftView, errors: &[FieldError]) -> AnyView {
    let first = errors.first().map(|error| error.field.clone());
    let wrong = |name: &str| errors.iter().find(|error| error.field == name).map(|error| error.message.clone());
    let focus = |name: &str| first.as_deref() == Some(name);
    let typed = &draft.form;
    let line =
        |name, label, hint, value: &str, suggests| line(&Asked { name, label, hint, suggests }, value.to_owned(), wrong(name), focus(name));
    view! {
        <Banner tone=Tone::Info title=words::NO_DESCRIPTOR><p>{words::NO_DESCRIPTOR_HINT}</p></Banner>
        <div class="draft">
            <form class="edit-form" method="post" action="/register">
                <HiddenFields fields=carried(form)/>
                {line("name", words::NAME, words::NAME_HINT, &typed.name, &[])}
                {entity("owner", words::OWNER, words::OWNER_HINT, &typed.owner, "Group", wrong("owner"))}
                <div class="edit-pair">
                    {line("type", words::TYPE, words::TYPE_HINT, &typed.spec_type, &["service", "website", "library"])}
                    {line("lifecycle", words::LIFECYCLE, words::LIFECYCLE_HINT, &typed.lifecycle, &["experimental", "production", "deprecated"])}
                </div>
                {entity("system", words::SYSTEM, words::SYSTEM_HINT, &typed.system, "System", wrong("system"))}
                {line("description", words::DESCRIPTION, words::DESCRIPTION_HINT, &typed.description, &[])}
                <Button text=words::UPDATE look=Look::Primary name="do" value="draft"/>
            </form>
            <div class="draft-yaml">
                <CodeBlock code=draft.yaml.clone() label=draft.file.clone()/>
            </div>
        </div>
    }
    .into_any()
}

fn line(asked: &Asked, value: String, error: Option<String>, focus: bool) -> AnyView {
    let Asked { name, label, hint, suggests } = *asked;
    let hint_id = format!("{name}-hint");
    let described = if error.is_some() { format!("{hint_id} {name}-error") } else { hint_id.clone() };
    let list = (!suggests.is_empty()).then(|| format!("{name}-suggestions"));
    let options = list.clone().map(|id| {
        let options: Vec<_> = suggests.iter().map(|value| view! { <option value=*value></option> }).collect();
        view! { <datalist id=id>{options}</datalist> }
    });
    let wrong = error.is_some().then_some("true");
    let class = field_class(error.is_some());
    view! {
        <div class=class>
            <label for=name>{label}</label>
            <span class="hint" id=hint_id>{hint}</span>
            <input class="input" type="text" id=name name=name value=value list=list autofocus=focus maxlength="500" autocomplete="off" dir="auto"
                aria-invalid=wrong aria-describedby=described/>
            {options}
            {problem(name, error)}
        </div>
    }
    .into_any()
}

/// A field for the name of an entity, searched while one types.
fn entity(name: &'static str, label: &'static str, hint: &'static str, value: &str, kind: &str, error: Option<String>) -> AnyView {
    let class = field_class(error.is_some());
    view! {
        <div class=class>
            <label for=name>{label}</label>
            <span class="hint">{hint}</span>
            <Combobox id=name.to_owned() name=name.to_owned() value=value.to_owned() kind=kind.to_owned()/>
            {problem(name, error)}
        </div>
    }
    .into_any()
}

/// Step 3.
pub(super) fn pull_request(draft: DraftView) -> AnyView {
    if !draft.is_ready {
        return view! { <p class="muted">{words::NOT_READY}</p> }.into_any();
    }
    view! {
        <p class="muted">{words::PR_HINT}</p>
        <div class="pull-request">
            {copied("pr-commands", words::PR_COMMANDS, draft.commands)}
            {copied("pr-title", words::PR_TITLE, draft.title)}
            {copied("pr-body", words::PR_BODY, draft.body)}
            {copied("pr-branch", words::PR_BRANCH, draft.branch)}
        </div>
    }
    .into_any()
}

fn copied(id: &'static str, label: &'static str, text: String) -> AnyView {
    view! {
        <figure class="code">
            <figcaption><span>{label}</span><span class="code-actions"><CopyButton target=id.to_owned() what=label.to_lowercase()/></span></figcaption>
            <pre tabindex="0" role="region" aria-label=label><code id=id dir="auto">{text}</code></pre>
        </figure>
    }
    .into_any()
}
