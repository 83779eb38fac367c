//! The way in: a view model becomes the whole document.
//!
//! Rendering is synchronous and whole: a page has everything it shows in its view model, so nothing streams and nothing
//! waits. Islands get the reactive owner that they need on the server; everything else is plain HTML.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::{nonce::Nonce, prelude::*};
use model::view::{
    CatalogView, ChangesView, CompareView, DeleteView, DesignView, EditView, EntityView, ErrorView, ExploreView, Frame, HomeView,
    LocationView, LocationsView, NewEntityView, NotYoursView, ProblemsView, RegisterView, RestView, SaveViewForm, SavedViewsView,
    SearchView, SignInView, StarredView, UnregisterView,
};

use crate::{
    components::{KindIcons, Width, shell},
    pages, text,
};

/// Renders `content` inside the frame.
fn document<V: IntoView + 'static>(frame: &Frame, title: &str, width: Width, content: impl FnOnce(&Frame) -> V) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        provide_context(Nonce::from_value(frame.nonce.clone()));
        provide_context(KindIcons(Arc::clone(&frame.kind_icons)));
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

/// What changed in the catalog.
pub fn changes(frame: Frame, view: ChangesView) -> String {
    let title = pages::changes::heading(&view);
    document(&frame, &title, Width::List, |_| pages::changes::changes(view))
}

/// What is wrong in the catalog.
pub fn problems(frame: Frame, view: ProblemsView) -> String {
    document(&frame, text::problems::TITLE, Width::List, |_| pages::problems::problems(view))
}

/// Where the catalog is read from.
pub fn locations(frame: Frame, view: LocationsView) -> String {
    document(&frame, text::locations::TITLE, Width::List, |_| pages::locations::locations(view))
}

/// One location.
pub fn location(frame: Frame, view: LocationView) -> String {
    let title = view.row.target.clone();
    document(&frame, &title, Width::List, |_| pages::locations::location(view))
}

/// The question before a location is unregistered.
pub fn unregister(frame: Frame, view: UnregisterView) -> String {
    let title = text::locations::unregister_question(&view.target);
    document(&frame, &title, Width::Reading, |_| pages::locations::unregister(view))
}

/// The steps in which something is registered.
pub fn register(frame: Frame, view: RegisterView) -> String {
    document(&frame, text::register::TITLE, Width::Reading, |_| pages::register::register(view))
}

/// An entity being edited.
pub fn edit(frame: Frame, view: EditView) -> String {
    let title = pages::edit::heading(&view);
    document(&frame, &title, Width::Reading, |_| pages::edit::edit(view))
}

/// Why an entity cannot be edited, and who may.
pub fn not_yours(frame: Frame, view: NotYoursView) -> String {
    let title = text::edit::not_yours(&view.entity.title);
    document(&frame, &title, Width::Reading, |_| pages::edit::not_yours(view))
}

/// The question before an entity is deleted.
pub fn delete_entity(frame: Frame, view: DeleteView) -> String {
    let title = text::edit::delete(&view.entity.title);
    document(&frame, &title, Width::Reading, |_| pages::edit::delete(view))
}

/// A new entity.
pub fn new_entity(frame: Frame, view: NewEntityView) -> String {
    document(&frame, text::edit::NEW_TITLE, Width::Reading, |_| pages::edit::new_entity(view))
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

/// The graph explorer.
pub fn explore(frame: Frame, view: ExploreView) -> String {
    let title = format!("{} · {}", pages::explore::heading(&view), text::explore::GRAPH);
    document(&frame, &title, Width::List, |_| pages::explore::explore(view))
}

/// What the person starred.
pub fn starred(frame: Frame, view: StarredView) -> String {
    document(&frame, text::views::STARRED, Width::List, |frame| pages::starred::starred(frame, view))
}

/// The saved views.
pub fn views(frame: Frame, view: SavedViewsView) -> String {
    document(&frame, text::views::SAVED_VIEWS, Width::List, |frame| pages::views::views(frame, view))
}

/// The form of a saved view that came back.
pub fn save_view(frame: Frame, form: SaveViewForm) -> String {
    document(&frame, text::views::SAVE_HEADING, Width::Reading, |_| pages::views::save_page(form))
}

/// Two entities side by side.
pub fn compare(frame: Frame, view: CompareView) -> String {
    let title = pages::compare::heading(&view);
    document(&frame, &title, Width::List, |_| pages::compare::compare(view))
}

/// The portal's own REST.
pub fn rest(frame: Frame, view: RestView) -> String {
    document(&frame, text::rest::TITLE, Width::List, |_| pages::rest::rest(view))
}
