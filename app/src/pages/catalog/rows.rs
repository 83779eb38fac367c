//! The table.

use leptos::prelude::*;
use model::{CatalogQuery, Column, FacetKey, Sort, Timestamp, view::CatalogRow};

use crate::{
    components::{Glyph, Html, SortState, TableColumn, Tone, table_of},
    text,
};

/// How many tags of a row show.
const TAGS: usize = 2;

pub(super) fn table(query: &CatalogQuery, rows: &[CatalogRow], now: Timestamp, label: String) -> AnyView {
    let columns = query.shown_columns();
    let mut heads = vec![head(query, text::NAME, Some(Sort::Name)).class("wide")];
    heads.extend(columns.iter().map(|column| head(query, column.label(), sort_of(*column)).class(width_of(*column))));
    let several_kinds = query.kind == "all";
    let mut body = Html::with_capacity(rows.len() * 1024);
    for row in rows {
        body.markup("<tr>");
        name(&mut body, row, several_kinds);
        for column in &columns {
            cell(&mut body, query, row, *column, now);
        }
        body.markup("</tr>");
    }
    table_of(label, heads, body)
}

fn head(query: &CatalogQuery, label: &'static str, sort: Option<Sort>) -> TableColumn {
    let column = TableColumn::new(label);
    let Some(sort) = sort else { return column };
    let state = match (query.sort == sort, query.descending) {
        (false, _) => SortState::None,
        (true, false) => SortState::Ascending,
        (true, true) => SortState::Descending,
    };
    column.sort(query.sorted(sort).href("/catalog"), state)
}

const fn sort_of(column: Column) -> Option<Sort> {
    match column {
        Column::Owner => Some(Sort::Owner),
        Column::System => Some(Sort::System),
        Column::Type => Some(Sort::Type),
        Column::Lifecycle => Some(Sort::Lifecycle),
        Column::Changed => Some(Sort::Changed),
        Column::Tags | Column::Problems => None,
    }
}

/// Owner and system are names of any length; the other columns are as wide as their words.
const fn width_of(column: Column) -> &'static str {
    match column {
        Column::Owner | Column::System => "medium",
        _ => "",
    }
}

/// The first cell: name, star and description.
pub(crate) fn name(html: &mut Html, row: &CatalogRow, with_icon: bool) {
    html.markup(if with_icon { "<td class=\"cell-main cell-icon\">" } else { "<td class=\"cell-main\">" });
    html.markup("<span class=\"row-name\">").entity(&row.entity, !with_icon);
    if row.starred {
        html.markup("<span class=\"row-star\"").attribute("title", text::STARRED).markup(">").icon(Glyph::StarFilled);
        html.markup("<span class=\"sr-only\">").markup(text::STARRED).markup("</span></span>");
    }
    html.markup("</span>");
    if !row.description.is_empty() {
        html.markup("<span class=\"cell-text clamp-1\" dir=\"auto\">").text(&row.description).markup("</span>");
    }
    html.markup("</td>");
}

/// A cell of one of the columns that can be chosen.
pub(crate) fn cell(html: &mut Html, query: &CatalogQuery, row: &CatalogRow, column: Column, now: Timestamp) {
    let written = match (column, &row.system, &row.spec_type, &row.lifecycle) {
        (Column::Owner, ..) => open(html, column, ">").owner(row.owner.as_ref()),
        (Column::System, Some(system), ..) => open(html, column, ">").entity(system, true),
        (Column::Type, _, Some(spec_type), _) => open(html, column, SHORT).markup("<bdi>").text(spec_type).markup("</bdi>"),
        (Column::Lifecycle, .., Some(word)) => match Tone::of_lifecycle(word) {
            Tone::Neutral => open(html, column, SHORT).markup("<bdi>").text(word).markup("</bdi>"),
            tone => open(html, column, SHORT).badge(word, tone),
        },
        (Column::Changed, ..) => open(html, column, SHORT).time(row.changed, now),
        (Column::Tags, ..) if !row.tags.is_empty() => tags(open(html, column, ">"), query, &row.tags),
        (Column::Problems, ..) if row.problems > 0 => problems(open(html, column, ">"), row),
        _ => html.markup("<td>"),
    };
    written.markup("</td>");
}

fn open<'a>(html: &'a mut Html, column: Column, end: &'static str) -> &'a mut Html {
    html.markup("<td").attribute("data-label", column.label()).markup(end)
}

/// The end of a start tag: the cell's words stand on one line.
const SHORT: &str = " class=\"short\">";

/// How many problems there are, with the first one on hover.
fn problems<'a>(html: &'a mut Html, row: &CatalogRow) -> &'a mut Html {
    html.markup("<a class=\"row-problems\"").attribute("href", &row.entity.entity_ref.href());
    if let Some(problem) = &row.first_problem {
        html.attribute("title", problem);
    }
    html.markup(">").badge(&text::problems(row.problems), Tone::Warning).markup("</a>")
}

/// The first tags, each leading to everything else that carries it, and how many more there are.
fn tags<'a>(html: &'a mut Html, query: &CatalogQuery, tags: &[String]) -> &'a mut Html {
    html.markup("<span class=\"row-tags\">");
    for tag in tags.iter().take(TAGS) {
        html.tag(tag, &query.toggled(FacetKey::Tag, tag).href("/catalog"));
    }
    if let Some(more) = tags.get(TAGS..).filter(|more| !more.is_empty()) {
        html.markup("<span class=\"muted small\"").attribute("title", &more.join(", ")).markup(">").text(&format!("+{}", more.len()));
        html.markup("</span>");
    }
    html.markup("</span>")
}
