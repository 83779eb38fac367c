//! One entity's page: for the engineer at three in the morning first, for everybody else second.
//!
//! Above the tabs stands what holds for all of them: the way here, what this is, what is wrong, and the trail.

mod about;
mod definition;
mod dependencies;
mod details;
mod facts;
mod header;
mod highlight;
mod history;
mod overview;
mod profile;
mod related;
mod source;
mod trail;
mod words;

pub(crate) use header::is_web;
use leptos::prelude::*;
use model::view::{EntityTab, EntityView, Frame};

use crate::components::{Choice, Tabs};

/// What stands in `<main>` of an entity's page.
pub fn entity(frame: &Frame, mut view: EntityView) -> impl IntoView + use<> {
    let head = header::header(frame, &view);
    let trail = trail::trail(&view);
    let tabs = tabs(&view);
    let content = match view.tab {
        EntityTab::Overview => overview::overview(view),
        EntityTab::Dependencies => dependencies::dependencies(view),
        EntityTab::Apis => related::apis(view),
        EntityTab::Definition => definition::definition(view),
        EntityTab::Source => source::source(view),
        EntityTab::History => match view.history.take() {
            Some(changes) => history::history(&view, &changes),
            None => ().into_any(),
        },
    };
    view! {
        {head}
        {trail}
        {tabs}
        <div class="entity-tab">{content}</div>
    }
}

/// The address of one of an entity's tabs.
fn tab_href(view: &EntityView, tab: EntityTab) -> String {
    let page = view.header.entity.entity_ref.href();
    if tab.path().is_empty() { page } else { format!("{page}/{}", tab.path()) }
}

fn tabs(view: &EntityView) -> AnyView {
    let choices = view.tabs.iter().map(|tab| Choice::new(tab.label(), tab_href(view, *tab), *tab == view.tab)).collect();
    view! { <Tabs label=words::tabs_of(&view.header.entity.title) choices/> }.into_any()
}
