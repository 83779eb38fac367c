//! Making, editing and deleting entities. Plain forms: what was typed comes back with what is wrong with it.

mod delete;
mod fields;
mod new;
mod overlay;
mod yaml;

use leptos::prelude::*;
use model::view::{CompareLine, EditMode, EditView, EntityLink, FileOwner, NotYoursView};

use super::entity::is_web;
use crate::{
    components::{
        Banner, Breadcrumbs, Button, ButtonLink, Choice, Crumb, Diff, DiffLine, EntityLinkView, ErrorList, Glyph, HiddenFields, Look,
        Segmented, Tone,
    },
    text::{edit as words, policies},
};

pub use delete::delete;
pub use new::new_entity;

/// The heading.
pub fn heading(view: &EditView) -> String {
    match view.mode {
        EditMode::Overlay => words::overlay_of(&view.entity.title),
        EditMode::Form | EditMode::Yaml => words::edit(&view.entity.title),
    }
}

/// The page on which an entity is edited.
pub fn edit(view: EditView) -> impl IntoView {
    let head = head(&view.entity, heading(&view));
    let messages = messages(&view);
    let body = match view.mode {
        EditMode::Form => form(view),
        EditMode::Yaml => yaml::editor(view),
        EditMode::Overlay => overlay::overlay(view),
    };
    view! { {head}{messages}{body} }
}

/// The page for somebody who may not.
pub fn not_yours(view: NotYoursView) -> impl IntoView {
    let head = head(&view.entity, words::not_yours(&view.entity.title));
    let owned = !view.owners.is_empty();
    let why = format!("/why?action=entity:change&resource={}", view.entity.entity_ref);
    let owners: Vec<_> = view.owners.into_iter().map(|link| view! { <li><EntityLinkView link/></li> }).collect();
    let owners = owned.then(|| {
        view! { <h2 class="section-title">{words::WHO_MAY}</h2><ul class="entity-list">{owners}</ul> }
    });
    view! {
        {head}
        <p class="lead">{words::not_yours_why(owned)}" "<a class="link" href=why>{policies::WHY_LINK}</a></p>
        <div class="edit-who">{owners}</div>
        {view.file.map(file)}
    }
}

fn head(entity: &EntityLink, title: String) -> AnyView {
    let crumbs = vec![Crumb::from(entity.clone())];
    view! { <Breadcrumbs crumbs/><div class="page-head"><h1 class="title" dir="auto">{title}</h1></div> }.into_any()
}

fn page_of(entity: &EntityLink) -> String {
    format!("{}/edit", entity.entity_ref.href())
}

/// Whether the entity is edited by form or as YAML.
fn switch(view: &EditView) -> AnyView {
    let page = page_of(&view.entity);
    let choices = vec![
        Choice::new(words::FORM, page.clone(), view.mode == EditMode::Form),
        Choice::new(words::EDITOR, format!("{page}?as=yaml"), view.mode == EditMode::Yaml),
    ];
    view! { <div class="edit-switch"><Segmented label=words::HOW choices/></div> }.into_any()
}

fn messages(view: &EditView) -> AnyView {
    let errors = view.errors.clone();
    let message =
        view.message.clone().filter(|_| view.conflict.is_none()).map(|message| view! { <Banner tone=Tone::Danger title=message/> });
    let conflict = view.conflict.clone().map(|lines| {
        view! {
            <Banner tone=Tone::Warning title=words::CONFLICT><p>{words::CONFLICT_HINT}</p></Banner>
            <div class="edit-compare"><Diff label=words::THEIRS_AND_YOURS lines=compared(lines)/></div>
        }
    });
    view! { <div class="edit-messages" role="alert"><ErrorList errors/>{message}{conflict}</div> }.into_any()
}

fn compared(lines: Vec<CompareLine>) -> Vec<DiffLine> {
    let line = |line| match line {
        CompareLine::Same(text) => DiffLine::Same(text),
        CompareLine::Added(text) => DiffLine::Added(text),
        CompareLine::Removed(text) => DiffLine::Removed(text),
    };
    lines.into_iter().map(line).collect()
}

fn form(view: EditView) -> AnyView {
    let page = page_of(&view.entity);
    let save = if view.conflict.is_some() { words::SAVE_ANYWAY } else { words::SAVE };
    let hidden = vec![("as", "form".to_owned()), ("etag", view.etag.clone())];
    view! {
        {switch(&view)}
        <form class="edit-form" method="post" action=page.clone()>
            <HiddenFields fields=hidden/>
            {fields::fields(&view, true)}
            <div class="actions edit-actions">
                <Button text=save look=Look::Primary/>
                <ButtonLink text=words::CANCEL href=view.entity.entity_ref.href() look=Look::Quiet/>
                <ButtonLink text=words::DELETE href=format!("{}/delete", view.entity.entity_ref.href()) look=Look::Danger/>
            </div>
        </form>
    }
    .into_any()
}

/// The file that owns an entity, and the way to it.
fn file(owner: FileOwner) -> AnyView {
    let link = owner.edit_href.filter(|href| is_web(href)).map(|href| {
        view! { <ButtonLink text=words::EDIT_FILE href glyph=Glyph::Edit external=true/> }
    });
    view! {
        <div class="edit-file"><span class="muted small">{words::FILE}</span><code class="break" dir="ltr">{owner.file}</code>{link}</div>
    }
    .into_any()
}
