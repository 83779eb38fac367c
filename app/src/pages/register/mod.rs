//! Registering in three steps on one page: where it is described, what that brings, and the button that does it.

mod draft;
mod preview;

use frontend::YamlCheck;
use leptos::prelude::*;
use model::view::{RegisterBy, RegisterForm, RegisterView};

use crate::{
    components::{Button, Choice, ErrorList, Glyph, HiddenFields, Icon, Look, Segmented, text_area},
    text::register as words,
};

/// What stands in `<main>`.
pub fn register(view: RegisterView) -> impl IntoView {
    let RegisterView { form, errors, preview, draft } = view;
    let by = form.by;
    let looked = preview.is_some() || draft.is_some();
    let wrong = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.clone());
    let where_ = where_is_it(&form, wrong(if by == RegisterBy::Text { "yaml" } else { "address" }), looked);
    let first = if by == RegisterBy::Text { words::STEP_TEXT } else { words::STEP_WHERE };
    let (second, third) = match (preview, draft) {
        (_, Some(draft)) => {
            let errors = errors.clone();
            (
                step(2, words::STEP_DRAFT, true, draft::fields(&form, &draft, &errors)),
                step(3, words::STEP_PULL_REQUEST, draft.is_ready, draft::pull_request(draft)),
            )
        }
        (Some(found), None) => {
            let button = preview::button(&form, &found);
            let ready = found.can_register;
            (step(2, words::STEP_LOOK, true, preview::preview(found, by)), step(3, words::STEP_REGISTER, ready, button))
        }
        (None, None) => (later(2, words::STEP_LOOK, words::LATER_LOOK), later(3, words::STEP_REGISTER, words::LATER_REGISTER)),
    };
    view! {
        <div class="page-head"><h1 class="title">{words::TITLE}</h1></div>
        <p class="lead">{words::LEAD}</p>
        <div class="edit-messages"><ErrorList errors/></div>
        <ol class="steps">{step(1, first, true, where_)}{second}{third}</ol>
    }
}

fn step(number: u8, title: &'static str, open: bool, content: AnyView) -> AnyView {
    let class = if open { "step" } else { "step step-later" };
    view! {
        <li class=class>
            <h2 class="step-title"><span class="step-number" aria-hidden="true">{number}</span>{title}</h2>
            <div class="step-body">{content}</div>
        </li>
    }
    .into_any()
}

fn later(number: u8, title: &'static str, hint: &'static str) -> AnyView {
    step(number, title, false, view! { <p class="muted">{hint}</p> }.into_any())
}

fn where_is_it(form: &RegisterForm, error: Option<String>, looked: bool) -> AnyView {
    let choices = vec![
        Choice::new(words::BY_ADDRESS, "/register", form.by == RegisterBy::Address),
        Choice::new(words::BY_TEXT, "/register?by=text", form.by == RegisterBy::Text),
    ];
    let (field, hidden) = match form.by {
        RegisterBy::Address => (address(&form.address, error, !looked), "address"),
        RegisterBy::Text => (yaml(&form.yaml, error), "text"),
    };
    let (text, look) = if looked { (words::LOOK_AGAIN, Look::Plain) } else { (words::LOOK, Look::Primary) };
    view! {
        <div class="edit-switch"><Segmented label=words::WAYS choices/></div>
        <form class="edit-form register-where" method="post" action="/register">
            <HiddenFields fields=vec![("by", hidden.to_owned())]/>
            {field}
            <Button text look/>
        </form>
    }
    .into_any()
}

fn address(value: &str, error: Option<String>, first: bool) -> AnyView {
    let wrong = error.is_some().then_some("true");
    let focus = first || error.is_some();
    let described = if error.is_some() { "address-hint address-error" } else { "address-hint" };
    let class = field_class(error.is_some());
    view! {
        <div class=class>
            <label for="address">{words::ADDRESS}</label>
            <span class="hint" id="address-hint">{words::ADDRESS_HINT}</span>
            <input class="input" type="text" inputmode="url" id="address" name="address" value=value.to_owned() placeholder=words::ADDRESS_EXAMPLE
                autofocus=focus required=true maxlength="2000" spellcheck="false" autocapitalize="off" autocomplete="off" dir="ltr"
                aria-invalid=wrong aria-describedby=described/>
            {problem("address", error)}
        </div>
    }
    .into_any()
}

fn yaml(value: &str, error: Option<String>) -> AnyView {
    let rows = value.lines().count().clamp(12, 30) + 2;
    let wrong = error.is_some().then_some("true");
    let text = text_area(value);
    view! {
        <div class="edit-editor">
            <label for="yaml">{words::YAML}</label>
            <span class="hint" id="yaml-hint">{words::YAML_HINT}</span>
            <YamlCheck>
                <textarea class="input mono" id="yaml" name="yaml" rows=rows.to_string() spellcheck="false" autocomplete="off" autocapitalize="off"
                    wrap="off" dir="ltr" autofocus=true aria-describedby="yaml-hint yaml-problems" maxlength="1000000"
                    aria-invalid=wrong inner_html=text></textarea>
                <ol class="yaml-problems" id="yaml-problems" aria-live="polite"></ol>
            </YamlCheck>
        </div>
    }
    .into_any()
}

fn field_class(wrong: bool) -> &'static str {
    if wrong { "field field-wrong" } else { "field" }
}

fn problem(name: &str, error: Option<String>) -> Option<AnyView> {
    let id = format!("{name}-error");
    error.map(|error| view! { <span class="field-error" id=id><Icon glyph=Glyph::Danger/>{error}</span> }.into_any())
}

/// What a later form sends along of the first one.
fn carried(form: &RegisterForm) -> Vec<(&'static str, String)> {
    match form.by {
        RegisterBy::Address => vec![("by", "address".to_owned()), ("address", form.address.clone())],
        RegisterBy::Text => vec![("by", "text".to_owned()), ("yaml", form.yaml.clone())],
    }
}
