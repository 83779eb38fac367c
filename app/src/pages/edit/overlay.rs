//! The overlay's form: what the portal shows over what the file says.

use leptos::prelude::*;
use model::view::EditView;

use super::{compared, fields, file, page_of};
use crate::{
    components::{Button, ButtonLink, Diff, Glyph, HiddenFields, Look},
    text::edit as words,
};

pub(super) fn overlay(view: EditView) -> AnyView {
    let page = page_of(&view.entity);
    let entity = view.entity.entity_ref.href();
    let save = if view.conflict.is_some() { words::SAVE_ANYWAY } else { words::SAVE_OVERLAY };
    let hidden = vec![("as", "overlay".to_owned()), ("etag", view.etag.clone())];
    let preview = view.preview.clone().map(|lines| {
        if lines.is_empty() {
            view! { <p class="quiet">{words::NO_DIFFERENCE}</p> }.into_any()
        } else {
            view! { <div class="edit-compare"><Diff label=words::PREVIEW_LABEL lines=compared(lines)/></div> }.into_any()
        }
    });
    let existing = view.has_overlay.then(|| {
        view! {
            <section class="section edit-existing" aria-label=words::OVERLAY>
                <p class="muted small">{words::PATCH_HINT}</p>
                <div class="actions">
                    <a class="button" href=format!("{entity}/overlay.patch") download=true><i class=Glyph::Download.class()></i>{words::PATCH}</a>
                    <form method="post" action=format!("{entity}/overlay/remove")><Button text=words::REMOVE_OVERLAY look=Look::Danger/></form>
                </div>
            </section>
        }
    });
    view! {
        <p class="lead">{words::OVERLAY_LEAD}</p>
        {view.file.clone().map(file)}
        {preview}
        <form class="edit-form" method="post" action=page>
            <HiddenFields fields=hidden/>
            {fields::fields(&view, false)}
            <div class="actions edit-actions">
                <Button text=save look=Look::Primary name="do" value="save"/>
                <Button text=words::PREVIEW name="do" value="preview"/>
                <ButtonLink text=words::CANCEL href=entity.clone() look=Look::Quiet/>
            </div>
        </form>
        {existing}
    }
    .into_any()
}
