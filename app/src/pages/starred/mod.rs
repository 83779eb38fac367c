//! What the person starred, as a table: whose it is, what is wrong, when it last changed.

use leptos::prelude::*;
use model::{
    CatalogQuery, Column,
    view::{CatalogRow, EntityLink, Frame, StarredView},
};

use super::catalog::rows;
use crate::{
    components::{ButtonLink, Count, EmptyState, Glyph, Html, TableColumn, table_of},
    text::{self, views as words},
};

/// The columns between the name and the star.
const SHOWN: [Column; 4] = [Column::Owner, Column::System, Column::Problems, Column::Changed];

/// What stands in `<main>`.
pub fn starred(frame: &Frame, view: StarredView) -> impl IntoView + use<> {
    let person = frame.person.as_ref().is_some_and(|person| person.entity_ref.is_some());
    let count = view.rows.len() + view.missing.len();
    let body = if !person {
        view! { <EmptyState title=words::ONLY_PEOPLE_STAR text=words::ONLY_PEOPLE_STAR_HINT/> }.into_any()
    } else if count == 0 {
        view! {
            <EmptyState title=words::NOTHING_STARRED text=words::NOTHING_STARRED_HINT>
                <ButtonLink text=words::OPEN_CATALOG href="/catalog"/>
            </EmptyState>
        }
        .into_any()
    } else {
        view! { {(!view.rows.is_empty()).then(|| table(frame, &view))}{missing(frame, &view.missing)} }.into_any()
    };
    view! {
        <div class="page-head"><h1 class="title">{words::STARRED}{(count > 0).then(|| view! { <Count count=count as u64/> })}</h1></div>
        {body}
    }
}

fn table(frame: &Frame, view: &StarredView) -> AnyView {
    let mut columns = vec![TableColumn::new(text::NAME).class("wide")];
    columns.extend(SHOWN.iter().map(|column| TableColumn::new(column.label())));
    columns.push(TableColumn::new(words::STAR).class("narrow").hidden());
    let (everything, mut body) = (CatalogQuery::of_kind("all"), Html::with_capacity(view.rows.len() * 1_024));
    for row in &view.rows {
        body.markup("<tr>");
        // The star stands in its own column, as a button.
        rows::name(&mut body, &CatalogRow { starred: false, ..row.clone() }, true);
        for column in SHOWN {
            rows::cell(&mut body, &everything, row, column, view.now);
        }
        body.markup("<td class=\"narrow\">");
        unstar(&mut body, frame, &row.entity);
        body.markup("</td></tr>");
    }
    table_of(words::STARRED.to_owned(), columns, body)
}

/// The form that takes a star away and comes back here.
fn unstar(html: &mut Html, frame: &Frame, entity: &EntityLink) {
    let label = words::unstar(&entity.title);
    html.markup("<form class=\"star\" method=\"post\" action=\"/star\"><input type=\"hidden\" name=\"entity\"");
    html.attribute("value", &entity.entity_ref.to_string()).markup("><input type=\"hidden\" name=\"starred\" value=\"false\">");
    html.markup("<input type=\"hidden\" name=\"return_to\"").attribute("value", &frame.path).markup(">");
    html.markup("<button class=\"star-button\" type=\"submit\" aria-pressed=\"true\"").attribute("aria-label", &label);
    html.attribute("title", &label).markup(">").icon(Glyph::StarFilled).markup("</button></form>");
}

fn missing(frame: &Frame, missing: &[EntityLink]) -> Option<AnyView> {
    if missing.is_empty() {
        return None;
    }
    let mut body = Html::default();
    for entity in missing {
        body.markup("<li>").entity(entity, false).markup(" <code class=\"muted\" dir=\"ltr\">");
        body.text(&entity.entity_ref.to_string()).markup("</code>");
        unstar(&mut body, frame, entity);
        body.markup("</li>");
    }
    Some(
        view! {
            <section class="section" aria-labelledby="missing">
                <h2 class="section-title" id="missing">{words::MISSING_STARS}</h2>
                <p class="muted">{words::MISSING_STARS_HINT}</p>
                <ul class="starred-missing" inner_html=body.finish()></ul>
            </section>
        }
        .into_any(),
    )
}
