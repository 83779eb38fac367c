//! The text filter that narrows a list while one types.

use std::{cell::Cell, rc::Rc};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DomParser, Element, FormData, HtmlFormElement, Response, SupportedType, UrlSearchParams};

use super::{dom, root};

/// A search field of a GET form. In the browser the form's page is fetched a moment after the last key and the named
/// regions are taken from it, so that the field keeps the focus and the address says what is shown.
#[component]
pub fn FilterBox(
    /// The parameter's name in the form.
    name: String,
    /// What is asked for now.
    value: String,
    /// The field's label, read out and shown as long as it is empty.
    label: String,
    /// The ids of the regions that change, parted by spaces. They must not hold this field.
    regions: String,
) -> impl IntoView {
    view! {
        <FilterIsland>
            <input class="input filter-box" type="search" name=name value=value aria-label=label.clone() placeholder=label data-regions=regions
                autocomplete="off" spellcheck="false" maxlength="200" dir="auto"/>
        </FilterIsland>
    }
}

#[island]
fn FilterIsland(children: Children) -> impl IntoView {
    root(children, start)
}

fn start(root: &Element) {
    let Some(field) = dom::field(root, "input") else { return };
    let version = Rc::new(Cell::new(0_u32));
    dom::on(root, "input", move |_| {
        version.set(version.get() + 1);
        let (field, latest, mine) = (field.clone(), version.clone(), version.get());
        dom::later(200, move || {
            let Some(form) = field.form().filter(|_| latest.get() == mine) else { return };
            let regions = field.get_attribute("data-regions").unwrap_or_default();
            spawn_local(async move {
                // Whatever goes wrong, the form itself still works and its page says what it was.
                if swap(&form, &regions, || latest.get() == mine).await.is_err() {
                    let _ = form.submit();
                }
            });
        });
    });
}

async fn swap(form: &HtmlFormElement, regions: &str, still_wanted: impl Fn() -> bool) -> Result<(), JsValue> {
    let href = address(form)?;
    let response: Response = JsFuture::from(window().fetch_with_str(&href)).await?.unchecked_into();
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    if !still_wanted() {
        return Ok(());
    }
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    let page = DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)?;
    for id in regions.split(' ') {
        if let (Some(old), Some(new)) = (document().get_element_by_id(id), page.get_element_by_id(id)) {
            old.replace_with_with_node_1(&new)?;
        }
    }
    window().history()?.replace_state_with_url(&JsValue::NULL, "", Some(&href))
}

/// The address that sending the form would open, without the fields that are empty.
fn address(form: &HtmlFormElement) -> Result<String, JsValue> {
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&FormData::new_with_form(form)?.into())?;
    let mut href = form.get_attribute("action").unwrap_or_default();
    let mut sign = '?';
    for field in String::from(fields.to_string()).split('&').filter(|field| !field.ends_with('=')) {
        href.push(sign);
        href.push_str(field);
        sign = '&';
    }
    Ok(href)
}
