//! One's own settings: profile, sessions, tokens, appearance. Administration shows sessions and tokens with the same tables.

mod appearance;
mod new_token;
mod sessions;
mod tokens;

use leptos::prelude::*;
use model::{Timestamp, view::ProfileView};

use super::admin::roles::held;
use crate::{
    components::{ButtonLink, EmptyState, EntityLinkView, KeyValue, KeyValueRow, Time},
    text::{admin as shared, locations, settings as words},
};

pub use appearance::appearance;
pub use new_token::new_token;
pub use sessions::sessions;
pub(super) use sessions::{Ending, session_table};
pub use tokens::own_tokens;
pub(super) use tokens::{made, token_table};

/// What stands in `<main>`: who one is here.
pub fn profile(view: ProfileView) -> impl IntoView {
    let ProfileView { person, email, groups, roles, session, now } = view;
    let why = format!("/why?who={}", person.entity_ref);
    let email = (!email.is_empty()).then(|| view! { <KeyValueRow label=shared::EMAIL><span class="break">{email}</span></KeyValueRow> });
    let groups: Vec<_> = groups.into_iter().map(|link| view! { <li><EntityLinkView link/></li> }).collect();
    let groups = if groups.is_empty() {
        view! { <span class="muted">{shared::NO_GROUPS}</span> }.into_any()
    } else {
        view! { <ul class="group-list">{groups}</ul> }.into_any()
    };
    let session = session.map(|session| {
        let how = format!("{}, {} {}", shared::way(&session.way), words::FROM, session.address);
        view! { <KeyValueRow label=words::SIGNED_IN>{how}" · "<Time at=session.since now/></KeyValueRow> }
    });
    view! {
        <div class="page-head">
            <h1 class="title">{words::PROFILE}</h1>
            <div class="actions"><ButtonLink text=words::WHAT_MAY_I href=why/></div>
        </div>
        <p class="lead">{words::PROFILE_LEAD}</p>
        <div class="settings-facts">
            <KeyValue>
                <KeyValueRow label=words::YOU><EntityLinkView link=person.clone()/></KeyValueRow>
                {email}
                <KeyValueRow label=shared::GROUPS>{groups}</KeyValueRow>
                <KeyValueRow label=shared::ROLES>{held(roles)}</KeyValueRow>
                {session}
            </KeyValue>
        </div>
    }
}

/// What stands in `<main>` for machines, which have no settings.
pub fn only_people() -> impl IntoView {
    view! {
        <div class="page-head"><h1 class="title">{words::TITLE}</h1></div>
        <EmptyState title=words::ONLY_PEOPLE text=words::ONLY_PEOPLE_HINT/>
    }
}

/// A time that is still to come, or just over, with the exact one on hover.
pub(super) fn until(at: Timestamp, now: Timestamp) -> AnyView {
    let seconds = u64::try_from((at.0 - now.0) / 1_000_000).unwrap_or_default();
    if seconds == 0 {
        return view! { <Time at now/> }.into_any();
    }
    let exact = at.rfc3339();
    let title = exact.get(..19).map_or_else(|| exact.clone(), |text| format!("{} UTC", text.replace('T', " ")));
    view! { <time datetime=exact title=title>{locations::in_future(seconds)}</time> }.into_any()
}
