//! What one gets, and where; and when nothing.

use leptos::prelude::*;
use model::view::{EmailReach, NotificationSettingsView, OriginChoices, QuietForm};

use crate::{
    components::{Button, Checkbox, EmptyState, ErrorList, Field, HiddenFields, Look, Select},
    text::{notifications as words, settings as shared},
};

/// What stands in `<main>`.
pub fn settings(view: NotificationSettingsView) -> impl IntoView {
    let head = view! { <div class="page-head"><h1 class="title">{words::SETTINGS_TITLE}</h1></div> };
    if !view.person {
        return view! { {head}<EmptyState title=shared::ONLY_PEOPLE text=shared::ONLY_PEOPLE_HINT/> }.into_any();
    }
    let NotificationSettingsView { origins, email, quiet, timezones, errors, .. } = view;
    let reach = match &email {
        EmailReach::NotConfigured => words::NO_EMAIL.to_owned(),
        EmailReach::NoAddress => words::NO_ADDRESS.to_owned(),
        EmailReach::Address(address) => words::email_goes_to(address),
    };
    view! {
        {head}
        <p class="lead">{words::SETTINGS_LEAD}</p>
        <section class="section" aria-labelledby="what">
            <div class="section-head"><h2 class="section-title" id="what">{words::WHAT}</h2></div>
            <p class="muted small break">{reach}</p>
            {choices(origins, email != EmailReach::NotConfigured)}
        </section>
        {quiet_hours(quiet, timezones, errors)}
    }
    .into_any()
}

fn choices(origins: Vec<OriginChoices>, with_email: bool) -> AnyView {
    let mut at = 0;
    let groups: Vec<_> = origins
        .into_iter()
        .map(|OriginChoices { origin, label, topics }| {
            let rows: Vec<_> = topics
                .into_iter()
                .map(|topic| {
                    at += 1;
                    let name = if topic.topic.is_empty() { words::ANYTHING_ELSE.to_owned() } else { topic.label };
                    let hidden = [("origin", origin.clone()), ("topic", topic.topic.clone())]
                        .map(|(field, value)| view! { <input type="hidden" name=format!("{field}.{at}") value=value/> });
                    let check = |channel: &str, column: &'static str, on: bool| {
                        let about = words::choice(&label, &name, column);
                        view! {
                            <label class="checkbox">
                                <input type="checkbox" name=format!("{channel}.{at}") value="true" checked=on aria-label=about/>
                            </label>
                        }
                    };
                    let email = if with_email {
                        view! { <td>{check("email", words::BY_EMAIL, topic.email)}</td> }.into_any()
                    } else {
                        // Kept as it is until there is e-mail.
                        topic.email.then(|| view! { <td hidden><input type="hidden" name=format!("email.{at}") value="true"/></td> }).into_any()
                    };
                    view! {
                        <tr>
                            <td dir="auto">{hidden.into_iter().collect::<Vec<_>>()}{name.clone()}</td>
                            <td>{check("portal", words::IN_PORTAL, topic.portal)}</td>
                            {email}
                        </tr>
                    }
                })
                .collect();
            view! {
                <tbody>
                    <tr class="choice-origin"><th scope="rowgroup" colspan=if with_email { "3" } else { "2" } dir="auto">{label.clone()}</th></tr>
                    {rows}
                </tbody>
            }
        })
        .collect();
    view! {
        <form method="post" action="/settings/notifications">
            <table class="choice-table">
                <caption class="sr-only">{words::WHAT}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words::ABOUT}</th>
                        <th scope="col">{words::IN_PORTAL}</th>
                        {with_email.then(|| view! { <th scope="col">{words::BY_EMAIL}</th> })}
                    </tr>
                </thead>
                {groups}
            </table>
            <div class="actions"><Button text=words::SAVE_SETTINGS look=Look::Primary/></div>
        </form>
    }
    .into_any()
}

fn quiet_hours(quiet: QuietForm, timezones: Vec<String>, errors: Vec<model::FieldError>) -> AnyView {
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.clone());
    let (from, to, timezone) = (of("from"), of("to"), of("timezone"));
    let options: Vec<_> = timezones.into_iter().map(|name| (name.clone(), name)).collect();
    view! {
        <section class="section" aria-labelledby="quiet">
            <div class="section-head"><h2 class="section-title" id="quiet">{words::QUIET}</h2></div>
            <p class="muted small">{words::QUIET_HINT}</p>
            <form method="post" action="/settings/notifications/quiet">
                <HiddenFields fields=Vec::new()/>
                <ErrorList errors/>
                <Checkbox name="on" label=words::QUIET_ON checked=quiet.on/>
                <div class="quiet-fields">
                    <Field name="from" label=words::QUIET_FROM kind="time" value=quiet.from nostrip:error=from required=true/>
                    <Field name="to" label=words::QUIET_TO kind="time" value=quiet.to nostrip:error=to required=true/>
                    <Select name="timezone" label=words::TIMEZONE options picked=quiet.timezone nostrip:error=timezone/>
                </div>
                <div class="actions"><Button text=words::SAVE_QUIET/></div>
            </form>
        </section>
    }
    .into_any()
}
