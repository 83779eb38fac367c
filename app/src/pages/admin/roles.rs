//! Roles: what each may do, who has it, and the form that gives one.

use frontend::Combobox;
use leptos::prelude::*;
use model::{
    Timestamp,
    view::{ActionView, Actor, GrantForm, GrantHolder, GrantPageView, GrantView, HeldRole, RoleVia, RoleView, RolesView},
};

use super::{people::person_link, service_accounts::service_link};
use crate::{
    components::{
        Badge, Breadcrumbs, Button, ButtonLink, Count, Crumb, EntityLinkView, ErrorList, Glyph, HiddenFields, Icon, Look, Select, Time,
    },
    text::admin as words,
};

/// Roles that somebody has, each with through what.
pub(in crate::pages) fn held(roles: Vec<HeldRole>) -> AnyView {
    if roles.is_empty() {
        return view! { <span class="muted">{words::NO_ROLES}</span> }.into_any();
    }
    let items: Vec<_> = roles
        .into_iter()
        .map(|HeldRole { role, via, .. }| {
            let href = format!("/admin/roles#{role}");
            let via = match via {
                RoleVia::Directly => None,
                RoleVia::Group(link) => Some(view! { <span class="muted small">{words::THROUGH}{link.title}</span> }.into_any()),
                RoleVia::Everyone => Some(view! { <span class="muted small">{words::AS_EVERYONE}</span> }.into_any()),
            };
            view! { <li><a class="link" href=href>{role}</a>" "{via}</li> }
        })
        .collect();
    view! { <ul class="held">{items}</ul> }.into_any()
}

/// What stands in `<main>`.
pub fn roles(view: RolesView) -> impl IntoView {
    let RolesView { roles, may_grant, now } = view;
    let give = may_grant.then(|| {
        view! { <div class="actions"><ButtonLink text=words::GIVE_ROLE href="/admin/roles/grant" look=Look::Primary glyph=Glyph::Plus/></div> }
    });
    let count = roles.len() as u64;
    let roles: Vec<_> = roles.into_iter().map(|found| role(found, may_grant, now)).collect();
    view! {
        <div class="page-head"><h1 class="title">{words::ROLES}<Count count/></h1>{give}</div>
        <p class="lead">{words::ROLES_LEAD}</p>
        <div class="roles">{roles}</div>
    }
}

fn role(role: RoleView, may_grant: bool, now: Timestamp) -> AnyView {
    let RoleView { name, title, about, actions, grants } = role;
    let summary = words::may_do(actions.len());
    let holders = if grants.is_empty() {
        view! { <p class="muted small">{words::NOBODY_HAS}</p> }.into_any()
    } else {
        let items: Vec<_> = grants.into_iter().map(|grant| holder(&name, grant, may_grant, now)).collect();
        view! { <ul class="grants">{items}</ul> }.into_any()
    };
    let part = |title: &'static str, writes: bool| {
        let items: Vec<_> = actions.iter().filter(|action| action.writes == writes).map(action).collect();
        (!items.is_empty()).then(|| view! { <div><h3 class="overline">{title}</h3><ul class="role-actions">{items}</ul></div> })
    };
    let (sees, does) = (part(words::SEES, false), part(words::DOES, true));
    view! {
        <section class="role" aria-labelledby=name.clone()>
            <div class="role-head"><h2 class="section-title" id=name.clone()>{title}</h2><code class="muted small">{name.clone()}</code><p class="muted small">{about}</p></div>
            <div class="role-body">
                {holders}
                <details class="role-may"><summary>{summary}<Icon glyph=Glyph::ChevronDown/></summary><div class="role-columns">{sees}{does}</div></details>
            </div>
        </section>
    }
    .into_any()
}

fn action(action: &ActionView) -> AnyView {
    let only = action.conditional.then(|| view! { " "<span class="muted">{words::CONDITIONAL}</span> });
    view! { <li title=action.id.clone()>{action.about.clone()}{only}</li> }.into_any()
}

fn holder(role: &str, grant: GrantView, may_grant: bool, now: Timestamp) -> AnyView {
    let (name, link) = match grant.holder {
        GrantHolder::Person(link) => (link.title.clone(), person_link(&link)),
        GrantHolder::Group(link, count) => {
            let name = link.title.clone();
            (name, view! { <EntityLinkView link/><span class="muted small">{words::people(count)}</span> }.into_any())
        }
        GrantHolder::Service(name, true) => (name.clone(), service_link(&name)),
        GrantHolder::Service(name, false) => {
            let text = name.clone();
            (name, view! { <span class="mono">{text}</span><span class="muted small">{words::NO_SUCH_ACCOUNT}</span> }.into_any())
        }
        GrantHolder::Everyone => (
            words::EVERYONE.to_owned(),
            view! { <span class="grant-everyone"><Icon glyph=Glyph::Group/>{words::EVERYONE}</span> }.into_any(),
        ),
    };
    let given = grant.by.map(|by| {
        let by = match by {
            Actor::Person(link) => link.title,
            Actor::Other(name) => name,
        };
        let at = grant.at.map(|at| view! { " "<Time at now/> });
        view! { <span class="muted small grant-by">{words::BY}{by}{at}</span> }
    });
    let end = if grant.configured {
        view! { <span class="grant-end" title=words::CONFIGURED_HINT><Badge text=words::CONFIGURED/></span> }.into_any()
    } else if may_grant {
        let label = words::take_away(role, &name);
        view! {
            <form class="grant-end" method="post" action="/admin/roles/take">
                <HiddenFields fields=vec![("role", role.to_owned()), ("to", grant.recorded)]/>
                <Button text=label glyph=Glyph::Close look=Look::Quiet icon_only=true/>
            </form>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! { <li>{link}{given}{end}</li> }.into_any()
}

/// What stands in `<main>`: the form that gives a role.
pub fn grant(view: GrantPageView) -> impl IntoView {
    let GrantPageView { roles, services, form } = view;
    let crumbs = vec![Crumb { text: words::ROLES.to_owned(), href: Some("/admin/roles".to_owned()) }];
    let wrong = |field: &str| form.errors.iter().find(|error| error.field == field).map(|error| error.message.clone());
    let role_error = wrong("role");
    let options = roles;
    let picked = form.role.clone();
    let to = [
        ("person", words::TO_PERSON, entity("person", words::WHICH_PERSON, &form.person, "User", wrong("person"))),
        ("group", words::TO_GROUP, entity("group", words::WHICH_GROUP, &form.group, "Group", wrong("group"))),
        ("service", words::TO_SERVICE, service(services, &form, wrong("service"))),
        ("everyone", words::TO_EVERYONE, ().into_any()),
    ];
    let chosen = if form.to.is_empty() { "person" } else { &form.to };
    let to: Vec<_> = to
        .into_iter()
        .map(|(value, label, field)| {
            let checked = value == chosen;
            view! {
                <div class="grant-to">
                    <label class="radio"><input type="radio" name="to" value=value checked=checked/><span>{label}</span></label>
                    <div class="grant-field">{field}</div>
                </div>
            }
        })
        .collect();
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title">{words::GRANT_TITLE}</h1></div>
        <ErrorList errors=form.errors.clone()/>
        <form class="grant-form" method="post" action="/admin/roles/grant">
            <Select name="role" label=words::ROLE options picked error=role_error.unwrap_or_default()/>
            <fieldset class="grant-choice"><legend>{words::TO}</legend>{to}</fieldset>
            <div class="actions edit-actions"><Button text=words::GRANT look=Look::Primary/><ButtonLink text=words::CANCEL href="/admin/roles"/></div>
        </form>
    }
}

/// A field for an entity, searched by the server.
pub(super) fn entity(name: &'static str, label: &'static str, value: &str, kind: &'static str, error: Option<String>) -> AnyView {
    let class = if error.is_some() { "field field-wrong" } else { "field" };
    let error = error.map(|error| view! { <span class="field-error"><Icon glyph=Glyph::Danger/>{error}</span> });
    view! {
        <div class=class>
            <label for=name>{label}</label>
            <span class="hint">{words::PICK_HINT}</span>
            <Combobox id=name.to_owned() name=name.to_owned() value=value.to_owned() kind=kind.to_owned()/>
            {error}
        </div>
    }
    .into_any()
}

fn service(services: Vec<String>, form: &GrantForm, error: Option<String>) -> AnyView {
    if services.is_empty() {
        return view! { <p class="muted small">{words::NO_SERVICES}</p> }.into_any();
    }
    let options = services.into_iter().map(|name| (name.clone(), name)).collect();
    view! { <Select name="service" label=words::WHICH_SERVICE options picked=form.service.clone() error=error.unwrap_or_default()/> }
        .into_any()
}
