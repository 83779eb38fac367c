//! Saved views: the page that keeps them in order, the form that makes one, and their part of the catalog's rail.

mod rail;

use leptos::prelude::*;
use model::{
    CatalogQuery, Owner,
    view::{Frame, SaveViewForm, SavedView, SavedViewsView},
};

pub(super) use rail::{rail, save};

use crate::{
    components::{
        Button, ButtonLink, Checkbox, Count, DataTable, Dialog, EmptyState, EntityLinkView, ErrorList, Field, Glyph, HiddenFields, Look,
        TableColumn, Tag, Time,
    },
    text::{self, views as words},
};

/// What stands in `<main>`.
pub fn views(frame: &Frame, view: SavedViewsView) -> impl IntoView + use<> {
    let SavedViewsView { mine, shared, limit, now } = view;
    let person = frame.person.as_ref().is_some_and(|person| person.entity_ref.is_some());
    let count = mine.len() as u64;
    let title = words::of_limit(mine.len(), limit);
    let body = if mine.is_empty() {
        view! { <EmptyState title=words::NO_VIEWS text=words::NO_VIEWS_HINT><ButtonLink text=words::OPEN_CATALOG href="/catalog"/></EmptyState> }
            .into_any()
    } else {
        own(mine, now)
    };
    let body = person.then(|| {
        view! {
            <section class="section" aria-labelledby="mine">
                <div class="section-head"><h2 class="section-title" id="mine" title=title>{words::MY_VIEWS}</h2><Count count/></div>
                {body}
            </section>
        }
    });
    let others = if shared.is_empty() {
        view! { <p class="quiet">{words::NO_SHARED_VIEWS}</p> }.into_any()
    } else {
        let columns = vec![
            TableColumn::new(words::VIEW_NAME).class("wide"),
            TableColumn::new(words::FILTERS),
            TableColumn::new(words::MADE_BY),
            TableColumn::new(words::MADE),
        ];
        let rows: Vec<_> = shared
            .into_iter()
            .map(|(saved, who)| {
                view! {
                    <tr>
                        <td class="cell-main"><a class="view-name" dir="auto" href=saved.href()>{saved.name.clone()}</a></td>
                        <td>{filters(&saved)}</td>
                        <td data-label=words::MADE_BY><EntityLinkView link=who/></td>
                        <td class="short" data-label=words::MADE><Time at=saved.created now/></td>
                    </tr>
                }
            })
            .collect();
        view! { <DataTable label=words::SHARED_VIEWS columns>{rows}</DataTable> }.into_any()
    };
    view! {
        <div class="page-head"><h1 class="title">{words::SAVED_VIEWS}</h1></div>
        {body}
        <section class="section" aria-labelledby="shared">
            <div class="section-head"><h2 class="section-title" id="shared">{words::SHARED_VIEWS}</h2></div>
            {others}
        </section>
    }
}

/// One's own, with their buttons.
fn own(mine: Vec<SavedView>, now: model::Timestamp) -> AnyView {
    let columns = vec![
        TableColumn::new(words::VIEW_NAME).class("wide"),
        TableColumn::new(words::FILTERS),
        TableColumn::new(words::SEEN_BY),
        TableColumn::new(words::MADE),
        TableColumn::new(words::ACTIONS).class("narrow").hidden(),
    ];
    let rows: Vec<_> = mine
        .into_iter()
        .enumerate()
        .map(|(at, saved)| {
            let seen_by = if saved.shared { words::EVERYBODY } else { words::ONLY_YOU };
            let (change, name) = (format!("change-{at}"), saved.name.clone());
            view! {
                <tr>
                    <td class="cell-main"><a class="view-name" dir="auto" href=saved.href()>{name.clone()}</a></td>
                    <td>{filters(&saved)}</td>
                    <td class="short">{seen_by}</td>
                    <td class="short" data-label=words::MADE><Time at=saved.created now/></td>
                    <td class="view-actions">
                        <Button text=words::change_view(&name) glyph=Glyph::Edit look=Look::Quiet icon_only=true opens=change.clone()/>
                        <form method="post" action=format!("/views/{}/delete", saved.id)>
                            <Button text=words::delete_view(&name) glyph=Glyph::Close look=Look::Quiet icon_only=true/>
                        </form>
                        <Dialog id=change title=words::CHANGE_HEADING>{change_form(&saved, at)}</Dialog>
                    </td>
                </tr>
            }
        })
        .collect();
    view! { <DataTable label=words::MY_VIEWS columns>{rows}</DataTable> }.into_any()
}

fn change_form(saved: &SavedView, at: usize) -> AnyView {
    let id = format!("name-{at}");
    view! {
        <form method="post" action=format!("/views/{}", saved.id)>
            <div class="field">
                <label for=id.clone()>{words::VIEW_NAME}</label>
                <input class="input" type="text" id=id name="name" value=saved.name.clone() required=true maxlength="80" dir="auto" autocomplete="off"/>
            </div>
            <Checkbox name="shared" label=words::SHARE checked=saved.shared/>
            <div class="actions"><Button text=words::SAVE look=Look::Primary/></div>
        </form>
    }
    .into_any()
}

/// The page of a form that came back: what was typed is still there, with what is wrong.
pub fn save_page(form: SaveViewForm) -> impl IntoView {
    let (action, heading) = match &form.id {
        Some(id) => (format!("/views/{id}"), words::CHANGE_HEADING),
        None => ("/views".to_owned(), words::SAVE_HEADING),
    };
    let error = form.errors.iter().find(|error| error.field == "name").map(|error| error.message.clone());
    let back = if form.id.is_some() { "/views".to_owned() } else { CatalogQuery::parse(&form.query).href("/catalog") };
    view! {
        <h1 class="title">{heading}</h1>
        <ErrorList errors=form.errors/>
        <form method="post" action=action>
            <HiddenFields fields=vec![("query", form.query)]/>
            <Field name="name" label=words::VIEW_NAME value=form.name hint=words::VIEW_NAME_HINT error=error.unwrap_or_default() required=true autofocus=true autocomplete="off"/>
            <Checkbox name="shared" label=words::SHARE checked=form.shared/>
            <div class="actions"><Button text=words::SAVE look=Look::Primary/><ButtonLink text=words::CANCEL href=back/></div>
        </form>
    }
}

/// What a view filters by, in the words of the catalog's chips.
fn filters(saved: &SavedView) -> AnyView {
    let query = CatalogQuery::parse(&saved.query);
    let mut out = vec![text::kind_heading(&query.kind)];
    match query.owned {
        Owner::Anyone => {}
        Owner::Mine => out.push(text::MINE.to_owned()),
        Owner::Starred => out.push(text::STARRED.to_owned()),
    }
    for (key, values) in &query.facets {
        let short = |value: &String| value.parse::<model::EntityRef>().map_or_else(|_| value.clone(), |name| name.short().into_owned());
        out.push(format!("{}: {}", key.label(), values.iter().map(short).collect::<Vec<_>>().join(", ")));
    }
    if !query.text.is_empty() {
        out.push(format!("“{}”", query.text));
    }
    let tags: Vec<_> = out.into_iter().map(|text| view! { <Tag text/> }).collect();
    view! { <span class="row-tags view-filters">{tags}</span> }.into_any()
}
