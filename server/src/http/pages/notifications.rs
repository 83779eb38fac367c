//! `/notifications`, `/settings/notifications` and `/admin/notifications`: pages, and the forms on them.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    PortalError, Seq, Timestamp,
    view::{DeliveriesQuery, Flash, FlashLevel, InboxPageQuery, Place, QuietForm},
};
use portal::{ChannelChoice, EMAIL, INBOX, Mark};

use crate::http::{
    access::{Signed, safe_return},
    failure::HttpFailure,
    page::PageRequest,
};

/// A form's fields.
struct Form(Vec<(String, String)>);

impl Form {
    fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    fn yes(&self, name: &str) -> Option<bool> {
        match self.one(name) {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

/// The inbox.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let query = InboxPageQuery::parse(request.query());
    let view = request.state.portal.notifications().page(&caller, &query).await?;
    let status = if view.person { StatusCode::OK } else { StatusCode::FORBIDDEN };
    Ok(request.page_with(status, Place::Notifications, |frame| app::render::inbox(frame, view)))
}

/// Marks a message as read and goes to where it leads.
pub(super) async fn open(Signed(caller): Signed, request: PageRequest, Path(id): Path<String>) -> Result<Response, HttpFailure> {
    if request.is_prefetch() {
        // What is only fetched in advance is not read; the browser asks again when it is wanted.
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    }
    let notifications = request.state.portal.notifications();
    let item = notifications.one(&caller, &id).await?;
    let (_, seq) = notifications.update(&caller, &[id], Mark { read: Some(true), saved: None }).await?;
    let cookie = request.state.site.jar().seq(seq);
    if item.link.is_empty() {
        return Ok(PageRequest::redirect(&format!("/notifications#note-{}", item.id), [cookie]));
    }
    // The link was checked when it was sent: a path of the portal, or an address on the web.
    let target = HeaderValue::from_str(&item.link).or_else(|_| HeaderValue::from_str(&url_of(&item.link)));
    let target = target.map_err(|_| HttpFailure::invalid("the message leads to an address that cannot be followed"))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, target), (header::SET_COOKIE, cookie)]).into_response())
}

/// An address with everything beyond ASCII encoded.
fn url_of(link: &str) -> String {
    percent_encoding::percent_encode(link.as_bytes(), percent_encoding::CONTROLS).to_string()
}

/// Notes that a message was read or is kept, or takes it back.
pub(super) async fn mark(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let form = Form::read(&body);
    let mark = Mark { read: form.yes("read"), saved: form.yes("saved") };
    let done = request.state.portal.notifications().update(&caller, &[form.one("id").to_owned()], mark).await;
    back(&request, form.one("return_to"), "/notifications", done.map(|(_, seq)| (seq, None)))
}

/// Notes that everything was read that had come when the page was drawn.
pub(super) async fn read_all(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let form = Form::read(&body);
    // Without a time that is one, nothing.
    let until = Timestamp(form.one("until").parse().unwrap_or_default());
    let done = request.state.portal.notifications().read_all(&caller, until).await;
    let done = done.map(|(marked, seq)| (seq, Some(app::text::notifications::were_read(marked))));
    back(&request, form.one("return_to"), "/notifications", done)
}

/// What the person chooses about notifications.
pub(super) async fn settings(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.notifications().settings_page(&caller).await?;
    let status = if view.person { StatusCode::OK } else { StatusCode::FORBIDDEN };
    Ok(request.page_with(status, Place::Settings, |frame| app::render::notification_settings(frame, view)))
}

/// Saves the choices: `origin.1=catalog&topic.1=loss-held&portal.1=true&email.1=true&…`
pub(super) async fn save_settings(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let form = Form::read(&body);
    let mut rows: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (name, value) in &form.0 {
        if let Some((field, row)) = name.split_once('.') {
            rows.entry(row).or_default().insert(field, value);
        }
    }
    let mut choices = Vec::new();
    for row in rows.values() {
        let Some(origin) = row.get("origin") else { continue };
        let topic = row.get("topic").copied().unwrap_or_default();
        for channel in [INBOX, EMAIL] {
            choices.push(ChannelChoice {
                channel: channel.to_owned(),
                origin: (*origin).to_owned(),
                topic: topic.to_owned(),
                enabled: row.contains_key(channel),
            });
        }
    }
    let done = request.state.portal.notifications().save_choices(&caller, choices).await;
    let done = done.map(|seq| (seq, Some(app::text::notifications::SETTINGS_SAVED.to_owned())));
    back(&request, "", "/settings/notifications", done)
}

/// Saves the quiet hours.
pub(super) async fn save_quiet(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let form = Form::read(&body);
    let quiet = QuietForm {
        on: form.yes("on") == Some(true),
        from: form.one("from").to_owned(),
        to: form.one("to").to_owned(),
        timezone: form.one("timezone").to_owned(),
    };
    let notifications = request.state.portal.notifications();
    match notifications.save_quiet(&caller, &quiet).await {
        Err(PortalError::Invalid { fields, .. }) if !fields.is_empty() => {
            let mut view = notifications.settings_page(&caller).await?;
            (view.quiet, view.errors) = (quiet, fields);
            Ok(request
                .page_with(StatusCode::UNPROCESSABLE_ENTITY, Place::Settings, |frame| app::render::notification_settings(frame, view)))
        }
        done => {
            let done = done.map(|seq| (seq, Some(app::text::notifications::QUIET_SAVED.to_owned())));
            back(&request, "", "/settings/notifications", done)
        }
    }
}

/// What leaves the portal.
pub(super) async fn deliveries(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let query = DeliveriesQuery::parse(request.query());
    let view = request.state.portal.notifications().deliveries(&caller, &query).await?;
    Ok(request.page(Place::AdminNotifications, |frame| app::render::deliveries(frame, view)))
}

/// Tries a failed delivery again.
pub(super) async fn retry(
    Signed(caller): Signed,
    request: PageRequest,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, HttpFailure> {
    let form = Form::read(&body);
    let done = request.state.portal.notifications().retry(&caller, &id).await;
    let done = done.map(|seq| (seq, Some(app::text::notifications::RETRIED.to_owned())));
    back(&request, form.one("return_to"), "/admin/notifications", done)
}

/// Sends a test message through a channel.
pub(super) async fn test(Signed(caller): Signed, request: PageRequest, body: Bytes) -> Result<Response, HttpFailure> {
    let form = Form::read(&body);
    let done = request.state.portal.notifications().test(&caller, form.one("channel"), form.one("address")).await;
    let done = done.map(|seq| (seq, Some(app::text::notifications::TESTED.to_owned())));
    back(&request, "", "/admin/notifications", done)
}

/// Back to the page that the form stands on, with what happened.
fn back(
    request: &PageRequest,
    return_to: &str,
    page: &str,
    done: Result<(Seq, Option<String>), PortalError>,
) -> Result<Response, HttpFailure> {
    let jar = request.state.site.jar();
    let path = match safe_return(return_to) {
        "/" => page,
        path => path,
    };
    match done {
        Ok((seq, None)) => Ok(PageRequest::redirect(path, [jar.seq(seq)])),
        Ok((seq, Some(text))) => Ok(PageRequest::redirect(path, [jar.seq(seq), jar.flash(&Flash { level: FlashLevel::Ok, text })])),
        Err(error @ (PortalError::Conflict { .. } | PortalError::Invalid { .. } | PortalError::Unavailable { .. })) => {
            Ok(PageRequest::redirect(path, [jar.flash(&Flash { level: FlashLevel::Danger, text: error.to_string() })]))
        }
        Err(error) => Err(error.into()),
    }
}
