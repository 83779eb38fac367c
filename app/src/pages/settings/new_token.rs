//! The form that makes a token: what it is for, what it may do, when it ends.

use leptos::prelude::*;
use model::view::{NewTokenView, ScopeArea, ScopeGroup};

use crate::{
    components::{Breadcrumbs, Button, ButtonLink, Checkbox, Crumb, ErrorList, Field, Glyph, Icon, Look, Select},
    text::{admin as shared, settings as words},
};

/// What stands in `<main>`.
pub fn new_token(view: NewTokenView) -> impl IntoView {
    let NewTokenView { service, areas, form } = view;
    let (list, crumbs, title) = match &service {
        Some(name) => {
            let list = format!("/admin/service-accounts/{name}");
            let crumbs = vec![
                Crumb { text: shared::SERVICE_ACCOUNTS.to_owned(), href: Some("/admin/service-accounts".to_owned()) },
                Crumb { text: name.clone(), href: Some(list.clone()) },
            ];
            (list, crumbs, words::new_token_of(name))
        }
        None => {
            let crumbs = vec![Crumb { text: words::TOKENS.to_owned(), href: Some("/settings/tokens".to_owned()) }];
            ("/settings/tokens".to_owned(), crumbs, words::NEW_TOKEN.to_owned())
        }
    };
    let action = if service.is_some() { format!("{list}/tokens") } else { list.clone() };
    let wrong = |field: &str| form.errors.iter().find(|error| error.field == field).map(|error| error.message.clone());
    let (name_error, scopes_error, days_error) = (wrong("name"), wrong("scopes"), wrong("days"));
    let mut days: Vec<(String, String)> = words::days().map(|(value, text)| (value.to_owned(), text.to_owned())).to_vec();
    if service.is_some() {
        days.push((String::new(), words::NEVER.to_owned()));
    }
    let groups: Vec<_> = ScopeGroup::ALL
        .into_iter()
        .map(|group| {
            let areas: Vec<&ScopeArea> = areas.iter().filter(|area| area.group == group).collect();
            scopes(group, &areas, &form.scopes)
        })
        .collect();
    let hint = service.is_some().then(|| format!(" {}", words::MAY_SERVICE_HINT));
    let scopes_error = scopes_error.map(|error| view! { <span class="field-error"><Icon glyph=Glyph::Danger/>{error}</span> });
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title" dir="auto">{title}</h1></div>
        <ErrorList errors=form.errors.clone()/>
        <form class="token-form" method="post" action=action>
            <Field name="name" label=words::TOKEN_NAME value=form.name.clone() hint=words::TOKEN_NAME_HINT error=name_error.unwrap_or_default() required=true autofocus=true autocomplete="off"/>
            <Select name="days" label=words::ENDS_AFTER options=days picked=form.days.clone() error=days_error.unwrap_or_default()/>
            <h2 class="section-title" id="scopes">{words::MAY}</h2>
            <p class="hint">{words::MAY_HINT}{hint}</p>
            {scopes_error}
            {groups}
            <div class="actions edit-actions"><Button text=words::MAKE_TOKEN look=Look::Primary/><ButtonLink text=shared::CANCEL href=list/></div>
        </form>
    }
}

/// A group of areas, folded unless it is the first or something in it is ticked.
fn scopes(group: ScopeGroup, areas: &[&ScopeArea], ticked: &[String]) -> AnyView {
    let open =
        group == ScopeGroup::Catalog || areas.iter().any(|area| ticked.iter().any(|scope| scope.starts_with(&format!("{}:", area.area))));
    let rows: Vec<_> = areas
        .iter()
        .map(|area| {
            let choice = |verb: &str, label: &'static str, about: &[String]| {
                let value = format!("{}:{verb}", area.area);
                let checked = ticked.contains(&value);
                (!about.is_empty()).then(|| {
                    view! {
                        <div class="scope"><Checkbox name="scope" label=label value checked/><span class="muted small">{about.join(" ")}</span></div>
                    }
                })
            };
            let (read, write) = (choice("read", words::READ, &area.reads), choice("write", words::WRITE, &area.writes));
            view! { <fieldset class="scope-area"><legend class="mono">{area.area.clone()}</legend>{read}{write}</fieldset> }
        })
        .collect();
    view! {
        <details class="scope-group" open=open>
            <summary>{words::scope_group(group)}<Icon glyph=Glyph::ChevronDown/></summary>
            {rows}
        </details>
    }
    .into_any()
}
