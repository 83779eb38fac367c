//! `/theme` and `/star`: small forms that come back to the page they stand on.

use axum::{Form, extract::rejection::FormRejection, response::Response};
use model::{
    EntityRef, PortalError,
    view::{Flash, FlashLevel, Theme},
};
use serde::Deserialize;

use crate::http::{
    access::{Signed, safe_return},
    failure::HttpFailure,
    page::PageRequest,
};

/// `theme=dark&return_to=/catalog`
#[derive(Debug, Deserialize)]
pub(super) struct ThemeForm {
    theme: String,
    #[serde(default)]
    return_to: String,
}

/// Keeps the theme in its cookie.
pub(super) async fn theme(request: PageRequest, form: Result<Form<ThemeForm>, FormRejection>) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let cookie = request.state.site.jar().theme(Theme::from_name(&form.theme));
    Ok(PageRequest::redirect(safe_return(&form.return_to), [cookie]))
}

/// `entity=component:default/a&starred=true&return_to=/catalog`
#[derive(Debug, Deserialize)]
pub(super) struct StarForm {
    entity: String,
    starred: bool,
    #[serde(default)]
    return_to: String,
}

/// Stars an entity, or takes the star away.
pub(super) async fn star(
    Signed(caller): Signed,
    request: PageRequest,
    form: Result<Form<StarForm>, FormRejection>,
) -> Result<Response, HttpFailure> {
    let Form(form) = form.map_err(|error| HttpFailure::new(error.status(), error.body_text()))?;
    let entity: EntityRef = form.entity.parse().map_err(|error: model::EntityRefError| HttpFailure::invalid(error.to_string()))?;
    let jar = request.state.site.jar();
    let return_to = safe_return(&form.return_to);
    match request.state.portal.home().star(&caller, &entity, form.starred).await {
        Ok(seq) => {
            let text =
                if form.starred { format!("{} is starred.", entity.short()) } else { format!("{} is no longer starred.", entity.short()) };
            let flash = Flash { level: FlashLevel::Ok, text };
            Ok(PageRequest::redirect(return_to, [jar.seq(seq), jar.flash(&flash)]))
        }
        Err(error @ PortalError::Internal { .. }) => Err(error.into()),
        Err(error) => Ok(PageRequest::redirect(return_to, [jar.flash(&Flash { level: FlashLevel::Danger, text: error.to_string() })])),
    }
}
