//! The way in: a view model becomes the whole document.
//!
//! Rendering is synchronous and whole: a page has everything it shows in its view model, so nothing streams and nothing
//! waits. Islands get the reactive owner that they need on the server; everything else is plain HTML.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::{nonce::Nonce, prelude::*};
use model::view::{CatalogView, DesignView, EntityView, ErrorView, Frame, HomeView, SearchView, SignInView};

use crate::{
    components::{Width, shell},
    pages, text,
};

/// Renders `content` inside the frame.
fn document<V: IntoView + 'static>(frame: &Frame, title: &str, width: Width, content: impl FnOnce(&Frame) -> V) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        provide_context(Nonce::from_value(frame.nonce.clone()));
        shell(frame, title, width, content(frame).into_any()).into_any().to_html()
    });
    owner.unset_with_forced_cleanup();
    html
}

/// The first page after signing in.
pub fn home(frame: Frame, view: HomeView) -> String {
    document(&frame, text::HOME, Width::List, |_| pages::home::home(view))
}

/// The catalog's list.
pub fn catalog(frame: Frame, view: CatalogView) -> String {
    let title = pages::catalog::heading(&view);
    document(&frame, &title, Width::List, |_| pages::catalog::catalog(view))
}

/// One entity's page.
pub fn entity(frame: Frame, view: EntityView) -> String {
    let title = view.header.entity.title.clone();
    document(&frame, &title, Width::List, |frame| pages::entity::entity(frame, view))
}

/// What was found.
pub fn search(frame: Frame, view: SearchView) -> String {
    let title = if view.text.is_empty() { text::SEARCH_HEADING.to_owned() } else { format!("{} · {}", view.text, text::SEARCH_HEADING) };
    document(&frame, &title, Width::Reading, |_| pages::search::search(view))
}

/// The sign-in page.
pub fn sign_in(frame: Frame, view: SignInView) -> String {
    document(&frame, text::SIGN_IN, Width::Alone, |frame| pages::sign_in::sign_in(frame, view))
}

/// What went wrong, and where to go next. Without a person in the frame it stands alone.
pub fn error(frame: Frame, view: ErrorView) -> String {
    let title = view.title.clone();
    let width = if frame.person.is_some() { Width::Reading } else { Width::Alone };
    document(&frame, &title, width, |_| pages::error::error(view))
}

/// Every piece in every state.
pub fn design(frame: Frame, view: DesignView) -> String {
    document(&frame, text::DESIGN, Width::List, |_| pages::design::design(view))
}
