//! Announcements and branding: what everybody sees.

use leptos::prelude::*;
use model::{
    FieldError, Timestamp,
    view::{ANNOUNCEMENT_LEVELS, Actor, AnnouncementForm, AnnouncementRow, AnnouncementsView, BrandingView},
};

use crate::{
    components::{
        Badge, Button, ButtonLink, Checkbox, Choice, DataTable, EntityLinkView, ErrorList, Field, Glyph, Icon, Look, Segmented, Select,
        TableColumn, TextArea, Tone,
    },
    text::announcements as words,
};

/// What stands in `<main>`.
pub fn announcements(view: AnnouncementsView) -> impl IntoView {
    let AnnouncementsView { rows, form, errors, may_brand, now } = view;
    let list = if rows.is_empty() {
        view! { <p class="quiet">{words::NONE}</p> }.into_any()
    } else {
        let rows: Vec<_> = rows.into_iter().map(|found| row(found, now)).collect();
        let columns = vec![
            TableColumn::new(words::HEADLINE).class("wide"),
            TableColumn::new(words::STATE),
            TableColumn::new(words::LEVEL),
            TableColumn::new(words::WHEN),
            TableColumn::new(words::BY),
            TableColumn::new(words::ACTIONS).hidden(),
        ];
        view! { <div class="announcement-table"><DataTable label=words::TITLE columns labelled=true>{rows}</DataTable></div> }.into_any()
    };
    view! {
        <div class="page-head"><h1 class="title">{words::TITLE}</h1></div>
        {may_brand.then(|| parts(true))}
        <p class="lead">{words::LEAD}</p>
        {list}
        {editor(form, errors)}
    }
}

/// Announcements or branding.
fn parts(announcements: bool) -> AnyView {
    let choices = vec![
        Choice::new(words::TITLE, "/admin/announcements", announcements),
        Choice::new(words::BRANDING, "/admin/branding", !announcements),
    ];
    view! { <div class="edit-switch"><Segmented label=words::PARTS choices/></div> }.into_any()
}

fn row(row: AnnouncementRow, now: Timestamp) -> AnyView {
    let (state, tone) = if row.starts > now {
        (words::PLANNED, Tone::Info)
    } else if row.ends.is_some_and(|ends| ends <= now) {
        (words::OVER, Tone::Neutral)
    } else {
        (words::SHOWING, Tone::Ok)
    };
    let by = match row.by {
        Actor::Person(link) => view! { <EntityLinkView link/> }.into_any(),
        Actor::Other(name) => view! { <span class="muted break">{name}</span> }.into_any(),
    };
    let (edit, delete) = (words::edit(&row.title), words::delete(&row.title));
    view! {
        <tr>
            <td class="cell-main">
                <span dir="auto">{row.title}</span>
                {(!row.body.is_empty()).then(|| view! { <div class="cell-text announcement-body" dir="auto">{row.body}</div> })}
            </td>
            <td data-label=words::STATE><Badge text=state tone/></td>
            <td data-label=words::LEVEL>{words::level(&row.level)}</td>
            <td data-label=words::WHEN><span class="announcement-times">{moment(row.starts)}{row.ends.map(|ends| view! { " – "{moment(ends)} })}</span></td>
            <td data-label=words::BY>{by}</td>
            <td class="announcement-actions">
                <a class="button button-quiet button-icon" href=format!("/admin/announcements/{}", row.id) title=edit.clone() aria-label=edit><Icon glyph=Glyph::Edit/></a>
                <form method="post" action=format!("/admin/announcements/{}/delete", row.id)>
                    <button class="button button-quiet button-icon" type="submit" title=delete.clone() aria-label=delete><Icon glyph=Glyph::Close/></button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

/// A moment as people write it, in UTC.
fn moment(at: Timestamp) -> AnyView {
    let exact = at.rfc3339();
    let text = exact.get(..16).map(|text| text.replace('T', " ")).unwrap_or_default();
    view! { <time class="nowrap" datetime=exact>{text}" UTC"</time> }.into_any()
}

fn editor(form: AnnouncementForm, errors: Vec<FieldError>) -> AnyView {
    let is_new = form.id.is_empty();
    let (heading, button) = if is_new { (words::NEW, words::ANNOUNCE) } else { (words::EDIT, words::SAVE) };
    let action = if is_new { "/admin/announcements".to_owned() } else { format!("/admin/announcements/{}", form.id) };
    let wrong = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.clone());
    let levels = ANNOUNCEMENT_LEVELS.iter().map(|level| ((*level).to_owned(), words::level(level).to_owned())).collect();
    let cancel = (!is_new).then(|| view! { <ButtonLink text=words::CANCEL href="/admin/announcements" look=Look::Quiet/> });
    view! {
        <section class="section announcement-editor">
            <h2 class="section-title" id="form">{heading}</h2>
            <div class="edit-messages" role="alert"><ErrorList errors=errors.clone()/></div>
            <form class="edit-form" method="post" action=action>
                {line("title", words::HEADLINE, form.title, "text", None, wrong("title"))}
                {area(form.body, wrong("body"))}
                <div class="edit-pair form-pair">
                    <Select name="level" label=words::LEVEL options=levels picked=form.level/>
                    {line("link", words::LINK, form.link, "text", Some(words::LINK_HINT), wrong("link"))}
                </div>
                <div class="edit-pair form-pair">
                    {line("starts", words::STARTS, form.starts, "datetime-local", Some(words::STARTS_HINT), wrong("starts"))}
                    {line("ends", words::ENDS, form.ends, "datetime-local", Some(words::ENDS_HINT), wrong("ends"))}
                </div>
                <div class="actions edit-actions"><Button text=button look=Look::Primary/>{cancel}</div>
            </form>
        </section>
    }
    .into_any()
}

fn line(
    name: &'static str,
    label: &'static str,
    value: String,
    kind: &'static str,
    hint: Option<&'static str>,
    error: Option<String>,
) -> AnyView {
    match (hint, error) {
        (Some(hint), Some(error)) => view! { <Field name label value kind hint error/> }.into_any(),
        (Some(hint), None) => view! { <Field name label value kind hint/> }.into_any(),
        (None, Some(error)) => view! { <Field name label value kind error/> }.into_any(),
        (None, None) => view! { <Field name label value kind/> }.into_any(),
    }
}

fn area(value: String, error: Option<String>) -> AnyView {
    match error {
        Some(error) => view! { <TextArea name="body" label=words::BODY value hint=words::BODY_HINT error/> }.into_any(),
        None => view! { <TextArea name="body" label=words::BODY value hint=words::BODY_HINT/> }.into_any(),
    }
}

/// The page on which branding is changed.
pub fn branding(view: BrandingView) -> impl IntoView {
    let BrandingView { form, configured, logo, errors, may_announce } = view;
    let wrong = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.clone());
    let there = logo.map(|path| {
        view! {
            <div class="branding-now">
                <img class="branding-logo" src=path alt=words::LOGO_NOW/>
                <Checkbox name="logo_remove" label=words::LOGO_REMOVE/>
            </div>
        }
    });
    let logo_error = wrong("logo");
    let field = if logo_error.is_some() { "field field-wrong" } else { "field" };
    let described = if logo_error.is_some() { "logo-hint logo-error" } else { "logo-hint" };
    let organisation = wrong("organisation");
    let hint = words::organisation_hint(&configured);
    let name = match organisation {
        Some(error) => view! { <Field name="organisation" label=words::ORGANISATION value=form.organisation hint error/> }.into_any(),
        None => view! { <Field name="organisation" label=words::ORGANISATION value=form.organisation hint/> }.into_any(),
    };
    view! {
        <div class="page-head"><h1 class="title">{words::BRANDING}</h1></div>
        {may_announce.then(|| parts(false))}
        <p class="lead">{words::BRANDING_LEAD}</p>
        <div class="edit-messages" role="alert"><ErrorList errors=errors.clone()/></div>
        <form class="edit-form" method="post" action="/admin/branding" enctype="multipart/form-data">
            {name}
            <div class=field>
                <label for="logo">{words::LOGO}</label>
                <span class="hint" id="logo-hint">{words::LOGO_HINT}</span>
                <input class="input branding-file" type="file" id="logo" name="logo" accept="image/svg+xml,image/png,.svg,.png" aria-describedby=described/>
                {logo_error.map(|error| view! { <span class="field-error" id="logo-error"><Icon glyph=Glyph::Danger/>{error}</span> })}
                {there}
            </div>
            <div class="edit-pair form-pair">
                {line("support_label", words::SUPPORT_LABEL, form.support_label, "text", Some(words::SUPPORT_LABEL_HINT), wrong("support_label"))}
                {line("support_link", words::SUPPORT_LINK, form.support_link, "text", Some(words::SUPPORT_LINK_HINT), wrong("support_link"))}
            </div>
            <div class="actions edit-actions"><Button text=words::SAVE_BRANDING look=Look::Primary/></div>
        </form>
    }
}
