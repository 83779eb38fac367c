//! Tables: sticky head, sorting by links, and cards at 640 px and below.

use leptos::prelude::*;

use super::{Glyph, Html};
use crate::text;

/// How a table is ordered by one of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortState {
    /// By another column.
    None,
    /// By this one.
    Ascending,
    /// By this one, the other way round.
    Descending,
}

/// A column's head.
#[derive(Clone, Debug)]
pub struct TableColumn {
    label: &'static str,
    class: &'static str,
    hidden: bool,
    sort: Option<(String, SortState)>,
}

impl TableColumn {
    /// A column that cannot be sorted.
    pub const fn new(label: &'static str) -> Self {
        Self { label, class: "", hidden: false, sort: None }
    }

    /// With a class on the head's cell: `wide`, `narrow`, `number`.
    #[must_use]
    pub fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }

    /// Its label is only for those who cannot see the table: columns of icons and buttons.
    #[must_use]
    pub fn hidden(self) -> Self {
        Self { hidden: true, ..self }
    }

    /// Following the head goes to `href`, which orders the table by this column or turns the order round.
    #[must_use]
    pub fn sort(self, href: String, state: SortState) -> Self {
        Self { sort: Some((href, state)), ..self }
    }

    fn head(self) -> AnyView {
        let Self { label, class, hidden, sort } = self;
        let class = (!class.is_empty()).then_some(class);
        let Some((href, state)) = sort else {
            let text = if hidden { view! { <span class="sr-only">{label}</span> }.into_any() } else { label.into_any() };
            return view! { <th scope="col" class=class>{text}</th> }.into_any();
        };
        let (aria, glyph) = match state {
            SortState::None => (None, Glyph::Sort),
            SortState::Ascending => (Some("ascending"), Glyph::ArrowUp),
            SortState::Descending => (Some("descending"), Glyph::ArrowDown),
        };
        view! {
            <th scope="col" class=class aria-sort=aria><a href=href title=text::sort_by(label)>{label}<i class=glyph.class()></i></a></th>
        }
        .into_any()
    }
}

/// A table whose rows are written as text, for the long ones.
pub fn table_of(label: String, columns: Vec<TableColumn>, body: Html) -> AnyView {
    let heads: Vec<_> = columns.into_iter().map(TableColumn::head).collect();
    view! {
        <table class="table">
            <caption class="sr-only">{label}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody inner_html=body.finish()></tbody>
        </table>
    }
    .into_any()
}

/// A table; its children are the `<tr>`s of the body. On phones a row is a card: its first cell has the class
/// `cell-main`; with `labelled`, the other cells show their `data-label`.
#[component]
pub fn DataTable(
    /// What the table lists, for those who cannot see it.
    #[prop(into)]
    label: String,
    /// The columns' heads.
    columns: Vec<TableColumn>,
    /// The values say nothing without their column's head.
    #[prop(optional)]
    labelled: bool,
    /// The body's rows.
    children: Children,
) -> impl IntoView {
    let heads: Vec<_> = columns.into_iter().map(TableColumn::head).collect();
    view! {
        <table class=if labelled { "table table-labelled" } else { "table" }>
            <caption class="sr-only">{label}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody>{children()}</tbody>
        </table>
    }
}
