//! One person, as administrators see them: sessions, tokens, roles and the local account.

use leptos::prelude::*;
use model::view::{AccountView, PersonView, TokenView};

use super::{
    people::{person_href, seen, setup_link, ways},
    roles::held,
};
use crate::{
    components::{
        Badge, Breadcrumbs, Button, ButtonLink, Count, Crumb, Dialog, EntityLinkView, HiddenFields, KeyValue, KeyValueRow, Look, Time, Tone,
    },
    pages::settings::{Ending, session_table, token_table},
    text::admin as words,
};

/// What stands in `<main>`.
pub fn person(view: PersonView) -> impl IntoView {
    let crumbs = vec![Crumb { text: words::PEOPLE.to_owned(), href: Some("/admin/people".to_owned()) }];
    let path = person_href(&view.row.person);
    let title = view.row.person.title.clone();
    let missing = (!view.row.person.exists).then(|| view! { <Badge text=words::NOT_IN_CATALOG tone=Tone::Warning/> });
    let why = view.may_explain.then(|| {
        let href = format!("/why?who={}", view.row.person.entity_ref);
        view! { <ButtonLink text=words::WHAT_MAY href/> }
    });
    let give = view.may_grant.then(|| {
        let href = format!("/admin/roles/grant?to=person&person={}", view.row.person.entity_ref);
        view! { <ButtonLink text=words::GIVE_ROLE href/> }
    });
    let facts = facts(&view, &path);
    let PersonView { link, sessions, tokens, may_end_sessions, may_revoke_tokens, now, .. } = view;
    let (session_count, token_count) = (sessions.len() as u64, tokens.iter().filter(|token| token.works(now)).count() as u64);
    let all = (may_end_sessions && session_count > 1).then(|| end_all(&title, &path));
    let ending = may_end_sessions.then(|| Ending { action: format!("{path}/sessions") });
    let tokens = if tokens.is_empty() {
        view! { <p class="quiet">{words::NO_TOKENS}</p> }.into_any()
    } else {
        let action = |token: &TokenView| format!("/admin/tokens/{}/revoke", token.id);
        token_table(tokens, false, |_| may_revoke_tokens, action, &path, now)
    };
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title" dir="auto">{title}</h1>{missing}<div class="actions">{give}{why}</div></div>
        {setup_link(link)}
        <div class="location-columns">
            <div class="location-main">
                <section class="section" aria-labelledby="sessions">
                    <div class="section-head"><h2 class="section-title" id="sessions">{words::SESSIONS}<Count count=session_count/></h2>{all}</div>
                    {session_table(sessions, ending.as_ref(), now)}
                </section>
                <section class="section" aria-labelledby="tokens">
                    <div class="section-head"><h2 class="section-title" id="tokens">{words::TOKENS}<Count count=token_count/></h2></div>
                    {tokens}
                </section>
            </div>
            {facts}
        </div>
    }
}

/// The button that ends all sessions, and the question behind it.
fn end_all(name: &str, path: &str) -> AnyView {
    let action = format!("{path}/sessions");
    view! {
        <span class="more"><Button text=words::END_ALL look=Look::Quiet opens="end-all"/></span>
        <Dialog id="end-all" title=words::end_all_question(name)>
            <p>{words::END_ALL_HINT}</p>
            <form class="actions" method="post" action=action>
                <HiddenFields fields=vec![("all", "true".to_owned())]/>
                <Button text=words::END_ALL look=Look::Danger/>
            </form>
        </Dialog>
    }
    .into_any()
}

fn facts(view: &PersonView, path: &str) -> AnyView {
    let groups: Vec<_> = view.groups.iter().cloned().map(|link| view! { <li><EntityLinkView link/></li> }).collect();
    let groups = if groups.is_empty() {
        view! { <span class="muted">{words::NO_GROUPS}</span> }.into_any()
    } else {
        view! { <ul class="group-list">{groups}</ul> }.into_any()
    };
    let email = view.email.clone();
    let email = (!email.is_empty()).then(|| view! { <KeyValueRow label=words::EMAIL><span class="break">{email}</span></KeyValueRow> });
    let (link, roles, ways, last) =
        (view.row.person.clone(), held(view.row.roles.clone()), ways(&view.row.ways), seen(view.row.seen, view.now));
    let access = access(view, path);
    view! {
        <aside>
            <section class="section" aria-labelledby="about">
                <div class="section-head"><h2 class="section-title" id="about">{words::ABOUT}</h2></div>
                <KeyValue>
                    <KeyValueRow label=words::IN_CATALOG><EntityLinkView link/></KeyValueRow>
                    {email}
                    <KeyValueRow label=words::ROLES>{roles}</KeyValueRow>
                    <KeyValueRow label=words::GROUPS>{groups}</KeyValueRow>
                    <KeyValueRow label=words::WAYS>{ways}</KeyValueRow>
                    <KeyValueRow label=words::SEEN>{last}</KeyValueRow>
                </KeyValue>
            </section>
            <section class="section" aria-labelledby="access">
                <div class="section-head"><h2 class="section-title" id="access">{words::ACCESS}</h2></div>
                {access}
            </section>
        </aside>
    }
    .into_any()
}

/// Whether somebody may come in, and their local account.
fn access(view: &PersonView, path: &str) -> AnyView {
    let off = view.row.disabled;
    let (state, tone) = if off { (words::OFF, Tone::Warning) } else { (words::WORKS, Tone::Ok) };
    let now = view.now;
    let account = match view.account.clone() {
        Some(AccountView { name, made }) => {
            view! { <KeyValueRow label=words::ACCOUNT><span class="mono break">{name}</span>" · "<Time at=made now/></KeyValueRow> }
                .into_any()
        }
        None => view! { <KeyValueRow label=words::ACCOUNT><span class="muted">{words::NO_ACCOUNT}</span></KeyValueRow> }.into_any(),
    };
    let buttons = view.may_change_account.then(|| {
        let action = format!("{path}/account");
        let link = (view.account.is_some() && !off).then(|| {
            let action = action.clone();
            view! { <form method="post" action=action><Button text=words::NEW_LINK name="do" value="link"/></form> }
        });
        let switch = if view.own {
            // Nobody can switch themselves off.
            ().into_any()
        } else if off {
            view! { <form method="post" action=action><Button text=words::SWITCH_ON name="do" value="on"/></form> }.into_any()
        } else {
            view! {
                <Button text=words::SWITCH_OFF look=Look::Danger opens="switch-off"/>
                <Dialog id="switch-off" title=words::switch_off_question(&view.row.person.title)>
                    <p>{words::SWITCH_PERSON_OFF_HINT}</p>
                    <form class="actions" method="post" action=action>
                        <HiddenFields fields=vec![("do", "off".to_owned())]/>
                        <Button text=words::SWITCH_OFF look=Look::Danger/>
                    </form>
                </Dialog>
            }
            .into_any()
        };
        view! { <div class="actions account-actions">{link}{switch}</div> }
    });
    view! {
        <KeyValue>
            <KeyValueRow label=words::STATE><Badge text=state tone/></KeyValueRow>
            {account}
        </KeyValue>
        {buttons}
    }
    .into_any()
}
