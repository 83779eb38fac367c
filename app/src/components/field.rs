//! Fields of forms: each with its label, its hint and what is wrong with it.

use leptos::prelude::*;

use super::{Glyph, Html, Icon};

/// The ids of a field's hint and error, as `aria-describedby` wants them.
fn described_by(name: &str, hint: bool, error: bool) -> Option<String> {
    let ids: Vec<String> =
        [(hint, "hint"), (error, "error")].into_iter().filter(|(there, _)| *there).map(|(_, part)| format!("{name}-{part}")).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Label, hint and error around a control whose id is `name`.
fn around(name: &str, label: String, hint: Option<String>, error: Option<String>, control: AnyView) -> AnyView {
    let class = if error.is_some() { "field field-wrong" } else { "field" };
    view! {
        <div class=class>
            <label for=name.to_owned()>{label}</label>
            {hint.map(|hint| view! { <span class="hint" id=format!("{name}-hint")>{hint}</span> })}
            {control}
            {error.map(|error| view! { <span class="field-error" id=format!("{name}-error")><Icon glyph=Glyph::Danger/>{error}</span> })}
        </div>
    }
    .into_any()
}

/// A line of text.
#[component]
pub fn Field(
    /// Its name in the form, and its id.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// `text`, `password`, `email`, `search`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// What it holds.
    #[prop(optional, into)]
    value: String,
    /// An example of what is wanted.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// What one should know before writing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was written, and what would be right.
    #[prop(optional, into)]
    error: Option<String>,
    /// It has to be filled.
    #[prop(optional)]
    required: bool,
    /// The cursor starts here.
    #[prop(optional)]
    autofocus: bool,
    /// It cannot be changed now.
    #[prop(optional)]
    disabled: bool,
    /// What the browser may fill in.
    #[prop(optional, into)]
    autocomplete: Option<String>,
) -> impl IntoView {
    // Nothing wrong may also be said as an empty text.
    let error = error.filter(|error| !error.is_empty());
    let described = described_by(&name, hint.is_some(), error.is_some());
    let control = view! {
        <input class="input" type=kind id=name.clone() name=name.clone() value=value placeholder=placeholder required=required
            disabled=disabled autofocus=autofocus autocomplete=autocomplete dir="auto"
            aria-invalid=error.is_some().then_some("true") aria-describedby=described/>
    };
    around(&name, label, hint, error, control.into_any())
}

/// Text as a text area holds it. Leptos writes its children without escaping them; and the browser drops a first line break.
pub fn text_area(text: &str) -> String {
    let mut html = Html::default();
    html.markup("\n").text(text);
    html.finish()
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// Its name in the form, and its id.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// What it holds.
    #[prop(optional, into)]
    value: String,
    /// What one should know before writing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with what was written, and what would be right.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    // Nothing wrong may also be said as an empty text.
    let error = error.filter(|error| !error.is_empty());
    let described = described_by(&name, hint.is_some(), error.is_some());
    let control = view! {
        <textarea class="input" id=name.clone() name=name.clone() rows="4" dir="auto"
            aria-invalid=error.is_some().then_some("true") aria-describedby=described inner_html=text_area(&value)></textarea>
    };
    around(&name, label, hint, error, control.into_any())
}

/// One of a few values.
#[component]
pub fn Select(
    /// Its name in the form, and its id.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// Value and text of each option.
    options: Vec<(String, String)>,
    /// The value that is picked.
    #[prop(optional, into)]
    picked: String,
    /// What one should know before choosing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with the choice.
    #[prop(optional, into)]
    error: Option<String>,
) -> impl IntoView {
    // Nothing wrong may also be said as an empty text.
    let error = error.filter(|error| !error.is_empty());
    let described = described_by(&name, hint.is_some(), error.is_some());
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, text)| {
            let selected = value == picked;
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect();
    let control = view! {
        <select class="input" id=name.clone() name=name.clone() aria-invalid=error.is_some().then_some("true") aria-describedby=described>
            {options}
        </select>
    };
    around(&name, label, hint, error, control.into_any())
}

/// Yes or no.
#[component]
pub fn Checkbox(
    /// Its name in the form.
    #[prop(into)]
    name: String,
    /// What one says yes to.
    #[prop(into)]
    label: String,
    /// What is sent when it is ticked.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// It is ticked.
    #[prop(optional)]
    checked: bool,
    /// It cannot be changed now.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    view! {
        <label class="checkbox"><input type="checkbox" name=name value=value checked=checked disabled=disabled/><span>{label}</span></label>
    }
}
