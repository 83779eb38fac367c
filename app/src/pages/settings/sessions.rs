//! Sessions in browsers: one's own, and the table that administration shows too.

use leptos::prelude::*;
use model::{
    Timestamp,
    view::{SessionView, SessionsView},
};

use super::until;
use crate::{
    components::{Badge, Button, Count, DataTable, HiddenFields, Look, TableColumn, Time, Tone},
    text::{admin as shared, settings as words},
};

/// How sessions are ended from a table.
#[derive(Clone, Debug)]
pub(in crate::pages) struct Ending {
    /// Where the form goes; it sends the session's id as `session`.
    pub(in crate::pages) action: String,
}

/// What stands in `<main>`: one's own sessions.
pub fn sessions(view: SessionsView) -> impl IntoView {
    let SessionsView { sessions, now } = view;
    let count = sessions.len() as u64;
    let others = sessions.iter().any(|session| !session.current);
    let others = others.then(|| {
        view! {
            <form class="actions" method="post" action="/settings/sessions">
                <HiddenFields fields=vec![("others", "true".to_owned())]/>
                <Button text=words::END_OTHERS/>
            </form>
        }
    });
    let ending = Some(Ending { action: "/settings/sessions".to_owned() });
    view! {
        <div class="page-head"><h1 class="title">{words::SESSIONS}<Count count/></h1>{others}</div>
        <p class="lead">{words::SESSIONS_LEAD}</p>
        {session_table(sessions, ending.as_ref(), now)}
    }
}

/// Sessions, each with the button that ends it.
pub(in crate::pages) fn session_table(sessions: Vec<SessionView>, ending: Option<&Ending>, now: Timestamp) -> AnyView {
    if sessions.is_empty() {
        return view! { <p class="quiet">{shared::NO_SESSIONS}</p> }.into_any();
    }
    let mut columns = vec![
        TableColumn::new(words::BROWSER).class("wide"),
        TableColumn::new(words::ADDRESS),
        TableColumn::new(words::BY_WAY),
        TableColumn::new(words::SINCE),
        TableColumn::new(words::LAST_SEEN),
        TableColumn::new(words::ENDS),
    ];
    if ending.is_some() {
        columns.push(TableColumn::new(words::ACTIONS).class("narrow").hidden());
    }
    let rows: Vec<_> = sessions
        .into_iter()
        .map(|session| {
            let current = session.current.then(|| view! { <Badge text=words::THIS_ONE tone=Tone::Accent/> });
            let end = ending.map(|ending| {
                let label = words::end(&session.browser);
                let button = (!session.current).then(|| {
                    view! {
                        <form method="post" action=ending.action.clone()>
                            <HiddenFields fields=vec![("session", session.id.clone())]/>
                            <button class=Look::Quiet.class() type="submit" aria-label=label>{words::END}</button>
                        </form>
                    }
                });
                view! { <td class="view-actions">{button}</td> }
            });
            view! {
                <tr>
                    <td class="cell-main"><span class="session-browser" dir="auto">{session.browser.clone()}</span>{current}</td>
                    <td class="break" data-label=words::ADDRESS><span class="mono small" dir="ltr">{session.address.clone()}</span></td>
                    <td data-label=words::BY_WAY>{shared::way(&session.way)}</td>
                    <td class="short" data-label=words::SINCE><Time at=session.since now/></td>
                    <td class="short" data-label=words::LAST_SEEN><Time at=session.seen now/></td>
                    <td class="short" data-label=words::ENDS>{until(session.expires, now)}</td>
                    {end}
                </tr>
            }
        })
        .collect();
    view! { <div class="admin-table"><DataTable label=words::SESSIONS columns labelled=true>{rows}</DataTable></div> }.into_any()
}
