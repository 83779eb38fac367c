//! Service accounts: the list, one of them with its tokens, and the form that makes one.

use frontend::Combobox;
use leptos::prelude::*;
use model::{
    Timestamp,
    view::{Actor, ServiceAccountForm, ServiceAccountRow, ServiceAccountView, ServiceAccountsView, TokenView},
};

use super::{
    people::{person_link, seen},
    roles::held,
};
use crate::{
    components::{
        Badge, Breadcrumbs, Button, ButtonLink, Choice, Count, Crumb, DataTable, Dialog, EmptyState, EntityLinkView, ErrorList, Field,
        Glyph, HiddenFields, Icon, KeyValue, KeyValueRow, Look, TableColumn, Tabs, Time, Tone,
    },
    pages::settings::{made, token_table},
    text::{self, admin as words, settings as own},
};

/// A service account as administration links to it.
pub(in crate::pages) fn service_link(name: &str) -> AnyView {
    view! { <a class="entity" href=format!("/admin/service-accounts/{name}")><Icon glyph=Glyph::Key/><bdi>{name.to_owned()}</bdi></a> }
        .into_any()
}

/// Service accounts beside all tokens.
pub(super) fn tabs(services: u64, tokens: u64, on_tokens: bool) -> AnyView {
    let choices = vec![
        Choice::new(words::SERVICE_ACCOUNTS, "/admin/service-accounts", !on_tokens).count(services),
        Choice::new(words::ALL_TOKENS, "/admin/tokens", on_tokens).count(tokens),
    ];
    view! { <Tabs label=words::KEYS choices/> }.into_any()
}

/// What stands in `<main>`.
pub fn service_accounts(view: ServiceAccountsView) -> impl IntoView {
    let ServiceAccountsView { rows, tokens, may_change, now } = view;
    let new = may_change.then(|| {
        view! {
            <div class="actions"><ButtonLink text=words::NEW_SERVICE_ACCOUNT href="/admin/service-accounts/new" look=Look::Primary glyph=Glyph::Plus/></div>
        }
    });
    let count = rows.len() as u64;
    let list = if rows.is_empty() {
        view! { <EmptyState title=words::NO_ACCOUNTS text=words::NO_ACCOUNTS_HINT/> }.into_any()
    } else {
        let columns = vec![
            TableColumn::new(words::NAME).class("wide"),
            TableColumn::new(words::OWNER),
            TableColumn::new(words::ROLES),
            TableColumn::new(words::TOKENS).class("number"),
            TableColumn::new(words::LAST_USED),
        ];
        let rows: Vec<_> = rows.into_iter().map(|found| row(found, now)).collect();
        view! { <div class="admin-table"><DataTable label=words::SERVICE_ACCOUNTS columns labelled=true>{rows}</DataTable></div> }
            .into_any()
    };
    view! {
        <div class="page-head"><h1 class="title">{words::SERVICE_ACCOUNTS}</h1>{new}</div>
        <p class="lead">{words::SERVICE_ACCOUNTS_LEAD}</p>
        <div class="problem-sorts">{tabs(count, tokens, false)}</div>
        {list}
    }
}

fn row(row: ServiceAccountRow, now: Timestamp) -> AnyView {
    let off = row.disabled.then(|| view! { <Badge text=words::OFF tone=Tone::Warning/> });
    let description =
        (!row.description.is_empty()).then(|| view! { <p class="muted small clamp-2" dir="auto">{row.description.clone()}</p> });
    view! {
        <tr>
            <td class="cell-main">{service_link(&row.name)}{off}{description}</td>
            <td data-label=words::OWNER><EntityLinkView link=row.owner/></td>
            <td data-label=words::ROLES>{held(row.roles)}</td>
            <td class="number" data-label=words::TOKENS>{text::number(row.tokens)}</td>
            <td class="short" data-label=words::LAST_USED>{seen(row.used, now)}</td>
        </tr>
    }
    .into_any()
}

/// What stands in `<main>`: one service account.
pub fn service_account(view: ServiceAccountView) -> impl IntoView {
    let ServiceAccountView { row, tokens, made: fresh, may_change, may_grant, now } = view;
    let crumbs = vec![Crumb { text: words::SERVICE_ACCOUNTS.to_owned(), href: Some("/admin/service-accounts".to_owned()) }];
    let path = format!("/admin/service-accounts/{}", row.name);
    let off = row.disabled.then(|| view! { <Badge text=words::OFF tone=Tone::Warning/> });
    let give = may_grant.then(|| {
        let href = format!("/admin/roles/grant?to=service&service={}", row.name);
        view! { <ButtonLink text=words::GIVE_ROLE href/> }
    });
    let switch = may_change.then(|| switch(&row.name, row.disabled, &path));
    let new = (may_change && !row.disabled).then(|| {
        view! { <span class="more"><ButtonLink text=own::NEW_TOKEN href=format!("{path}/tokens/new") glyph=Glyph::Plus/></span> }
    });
    let count = tokens.iter().filter(|token| token.works(now)).count() as u64;
    let tokens = if tokens.is_empty() {
        view! { <p class="quiet">{words::NO_TOKENS}</p> }.into_any()
    } else {
        token_table(tokens, false, |_| may_change, |token: &TokenView| format!("/admin/tokens/{}/revoke", token.id), &path, now)
    };
    let (title, description) = (row.name.clone(), row.description.clone());
    let description = (!description.is_empty()).then(|| view! { <p class="lead" dir="auto">{description}</p> });
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title break">{title}</h1>{off}<div class="actions">{give}{switch}</div></div>
        {description}
        {made(fresh)}
        <div class="location-columns">
            <section class="section location-main" aria-labelledby="tokens">
                <div class="section-head"><h2 class="section-title" id="tokens">{words::TOKENS}<Count count/></h2>{new}</div>
                {tokens}
            </section>
            {facts(row, now)}
        </div>
    }
}

fn facts(row: ServiceAccountRow, now: Timestamp) -> AnyView {
    let by = match row.made_by {
        Actor::Person(link) => person_link(&link),
        Actor::Other(name) => view! { <span class="muted">{name}</span> }.into_any(),
    };
    view! {
        <aside class="section" aria-labelledby="about">
            <div class="section-head"><h2 class="section-title" id="about">{words::ABOUT}</h2></div>
            <KeyValue>
                <KeyValueRow label=words::OWNER><EntityLinkView link=row.owner/></KeyValueRow>
                <KeyValueRow label=words::ROLES>{held(row.roles)}</KeyValueRow>
                <KeyValueRow label=words::LAST_USED>{seen(row.used, now)}</KeyValueRow>
                <KeyValueRow label=words::MADE_BY>{by}</KeyValueRow>
                <KeyValueRow label=words::MADE><Time at=row.made now/></KeyValueRow>
            </KeyValue>
        </aside>
    }
    .into_any()
}

/// The button that switches an account off, with a question, or on.
fn switch(name: &str, disabled: bool, path: &str) -> AnyView {
    let action = path.to_owned();
    if disabled {
        return view! {
            <form method="post" action=action><Button text=words::SWITCH_ON name="do" value="on"/></form>
        }
        .into_any();
    }
    view! {
        <Button text=words::SWITCH_OFF look=Look::Danger opens="switch-off"/>
        <Dialog id="switch-off" title=words::switch_off_question(name)>
            <p>{words::SWITCH_OFF_HINT}</p>
            <form class="actions" method="post" action=action>
                <HiddenFields fields=vec![("do", "off".to_owned())]/>
                <Button text=words::SWITCH_OFF look=Look::Danger/>
            </form>
        </Dialog>
    }
    .into_any()
}

/// What stands in `<main>`: the form that makes a service account.
pub fn new_service_account(form: ServiceAccountForm) -> impl IntoView {
    let crumbs = vec![Crumb { text: words::SERVICE_ACCOUNTS.to_owned(), href: Some("/admin/service-accounts".to_owned()) }];
    let wrong = |field: &str| form.errors.iter().find(|error| error.field == field).map(|error| error.message.clone());
    let (name_error, about_error, owner_error) = (wrong("name"), wrong("description"), wrong("owner"));
    let owner_class = if owner_error.is_some() { "field field-wrong" } else { "field" };
    let owner_error = owner_error.map(|error| view! { <span class="field-error"><Icon glyph=Glyph::Danger/>{error}</span> });
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title">{words::NEW_SERVICE_ACCOUNT}</h1></div>
        <ErrorList errors=form.errors.clone()/>
        <form method="post" action="/admin/service-accounts/new">
            <Field name="name" label=words::NAME value=form.name.clone() hint=words::SERVICE_NAME_HINT error=name_error.unwrap_or_default() required=true autofocus=true autocomplete="off"/>
            <Field name="description" label=words::DESCRIPTION value=form.description.clone() hint=words::DESCRIPTION_HINT error=about_error.unwrap_or_default() autocomplete="off"/>
            <div class=owner_class>
                <label for="owner">{words::OWNER}</label>
                <span class="hint">{words::OWNER_HINT}</span>
                <Combobox id="owner".to_owned() name="owner".to_owned() value=form.owner.clone() kind=String::new()/>
                {owner_error}
            </div>
            <div class="actions edit-actions"><Button text=words::CREATE_SERVICE_ACCOUNT look=Look::Primary/><ButtonLink text=words::CANCEL href="/admin/service-accounts"/></div>
        </form>
    }
}
