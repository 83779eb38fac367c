//! The table.

use leptos::prelude::*;
use model::{CatalogQuery, Column, FacetKey, Sort, Timestamp, view::CatalogRow};

use crate::{
    components::{Badge, DataTable, EntityLinkView, Glyph, OwnerLink, SortState, TableColumn, Tag, Time, Tone},
    text,
};

/// How many tags of a row show.
const TAGS: usize = 3;

pub(super) fn table(query: &CatalogQuery, rows: Vec<CatalogRow>, now: Timestamp, label: String) -> AnyView {
    let columns = query.shown_columns();
    let mut heads = vec![head(query, text::NAME, Some(Sort::Name)).class("wide")];
    heads.extend(columns.iter().map(|column| head(query, column.label(), sort_of(*column))));
    let several_kinds = query.kind == "all";
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let cells: Vec<_> = columns.iter().map(|column| cell(query, &row, *column, now)).collect();
            view! { <tr>{name(row, several_kinds)}{cells}</tr> }
        })
        .collect();
    view! { <DataTable label columns=heads>{rows}</DataTable> }.into_any()
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

/// The first cell: name, star and description.
pub(crate) fn name(row: CatalogRow, with_icon: bool) -> AnyView {
    let star = row.starred.then(|| view! { <span class="row-star" title=text::STARRED><i class=Glyph::StarFilled.class()></i><span class="sr-only">{text::STARRED}</span></span> });
    let description = (!row.description.is_empty()).then(|| view! { <span class="cell-text clamp-1" dir="auto">{row.description}</span> });
    view! { <td class=if with_icon { "cell-main cell-icon" } else { "cell-main" }><span class="row-name"><EntityLinkView link=row.entity plain=!with_icon/>{star}</span>{description}</td> }.into_any()
}

fn cell(query: &CatalogQuery, row: &CatalogRow, column: Column, now: Timestamp) -> AnyView {
    let label = column.label();
    match column {
        Column::Owner => view! { <td data-label=label><OwnerLink owner=row.owner.clone()/></td> }.into_any(),
        Column::System => view! { <td data-label=label>{row.system.clone().map(|link| view! { <EntityLinkView link plain=true/> })}</td> }.into_any(),
        Column::Type => view! { <td data-label=label class="short"><bdi>{row.spec_type.clone()}</bdi></td> }.into_any(),
        Column::Lifecycle => view! { <td data-label=label class="short">{lifecycle(row.lifecycle.as_deref())}</td> }.into_any(),
        Column::Changed => view! { <td data-label=label class="short"><Time at=row.changed now/></td> }.into_any(),
        Column::Tags if row.tags.is_empty() => view! { <td></td> }.into_any(),
        Column::Tags => {
            let tag = |tag: &String| {
                let href = query.toggled(FacetKey::Tag, tag).href("/catalog");
                view! { <Tag text=tag.clone() href/> }
            };
            let tags: Vec<_> = row.tags.iter().take(TAGS).map(tag).collect();
            let more = row.tags.len().saturating_sub(TAGS);
            let more = (more > 0).then(|| view! { <span class="muted small" title=row.tags[TAGS..].join(", ")>{format!("+{more}")}</span> });
            view! { <td data-label=label><span class="row-tags">{tags}{more}</span></td> }.into_any()
        }
        Column::Problems => problems(row),
    }
}

/// What stands for a lifecycle in tables: a word, and a badge only where it warns.
pub(crate) fn lifecycle(lifecycle: Option<&str>) -> Option<AnyView> {
    let lifecycle = lifecycle?;
    Some(match Tone::of_lifecycle(lifecycle) {
        Tone::Neutral => view! { <span dir="auto">{lifecycle.to_owned()}</span> }.into_any(),
        tone => view! { <Badge text=lifecycle tone/> }.into_any(),
    })
}

/// How many problems an entity has, with the first one on hover; nothing when it has none.
pub(crate) fn problems(row: &CatalogRow) -> AnyView {
    if row.problems == 0 {
        return view! { <td></td> }.into_any();
    }
    view! {
        <td data-label=Column::Problems.label()>
            <a class="row-problems" href=row.entity.entity_ref.href() title=row.first_problem.clone()><Badge text=text::problems(row.problems) tone=Tone::Warning/></a>
        </td>
    }
    .into_any()
}
