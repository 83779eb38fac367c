//! The browser's half of a server function's call.
//!
//! The client that `#[server]` generates brings a JSON parser, a query-string writer and a decoder of every error into
//! the wasm module. The browser has all three, and only the text of a refusal matters here.

use js_sys::{Array, JSON, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, UrlSearchParams};

use crate::{PaletteHit, YamlMistake};

/// Calls `/fn/star`.
///
/// # Errors
/// What to tell the person.
pub(super) async fn star(entity_ref: &str, starred: bool) -> Result<(), String> {
    call("/fn/star", &[("entity_ref", entity_ref), ("starred", if starred { "true" } else { "false" })]).await.map(drop)
}

/// Calls `/fn/complete`.
///
/// # Errors
/// What to tell the person.
pub(super) async fn complete(text: &str) -> Result<Vec<PaletteHit>, String> {
    let hits = call("/fn/complete", &[("text", text)]).await?;
    let text = |hit: &JsValue, name: &str| Reflect::get(hit, &name.into()).ok().and_then(|value| value.as_string());
    let hit = |hit: JsValue| PaletteHit {
        title: text(&hit, "title").unwrap_or_default(),
        kind: text(&hit, "kind").unwrap_or_default(),
        spec_type: text(&hit, "spec_type"),
        href: text(&hit, "href").unwrap_or_default(),
        entity_ref: text(&hit, "entity_ref").unwrap_or_default(),
        owner: text(&hit, "owner"),
    };
    Ok(Array::from(&hits).iter().map(hit).collect())
}

/// Calls `/fn/check`.
///
/// # Errors
/// What to tell the person.
pub(super) async fn check(text: &str) -> Result<Vec<YamlMistake>, String> {
    let mistakes = call("/fn/check", &[("text", text)]).await?;
    let text =
        |mistake: &JsValue, name: &str| Reflect::get(mistake, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default();
    let mistake =
        |mistake: JsValue| YamlMistake { place: text(&mistake, "place"), message: text(&mistake, "message"), help: text(&mistake, "help") };
    Ok(Array::from(&mistakes).iter().map(mistake).collect())
}

async fn call(path: &str, fields: &[(&str, &str)]) -> Result<JsValue, String> {
    let unreachable = |_| "The portal does not answer. Check the connection and try again.".to_owned();
    let (ok, text) = send(path, fields).await.map_err(unreachable)?;
    let value = JSON::parse(&text).unwrap_or_default();
    if ok {
        return Ok(value);
    }
    let message = Reflect::get(&value, &"message".into()).ok().and_then(|message| message.as_string());
    Err(message.unwrap_or_else(|| "That did not work. Reload the page and try again.".to_owned()))
}

async fn send(path: &str, fields: &[(&str, &str)]) -> Result<(bool, String), JsValue> {
    let form = UrlSearchParams::new()?;
    for (name, value) in fields {
        form.append(name, value);
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&form);
    let response: Response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await?.unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.ok(), text.as_string().unwrap_or_default()))
}
