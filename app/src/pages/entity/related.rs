//! Related entities as small tables.

use leptos::prelude::*;
use model::view::{EntityView, RelatedRow, RelatedSection};

use super::words;
use crate::{
    components::{Badge, Count, DataTable, EmptyState, EntityLinkView, OwnerLink, TableColumn, Tone},
    text,
};

/// All sections of a page; those that are empty and say nothing about it are left out.
pub(super) fn sections(sections: Vec<RelatedSection>) -> Vec<AnyView> {
    let filled = |has: fn(&RelatedRow) -> bool| sections.iter().flat_map(|section| &section.rows).any(has);
    let columns = Columns {
        spec_type: filled(|row| row.entity.spec_type.is_some()),
        owner: filled(|row| row.owner.is_some()),
        lifecycle: filled(|row| row.lifecycle.is_some()),
    };
    let shown = sections.into_iter().filter(|section| !section.rows.is_empty() || !section.empty.is_empty());
    shown.map(|shown| section(shown, columns)).collect()
}

/// The columns beside the name that a row of the page fills: every table has the same ones, so that they line up.
#[derive(Clone, Copy)]
struct Columns {
    spec_type: bool,
    owner: bool,
    lifecycle: bool,
}

/// The tab of APIs.
pub(super) fn apis(view: EntityView) -> AnyView {
    let sections = sections(view.sections);
    if sections.is_empty() {
        return view! { <EmptyState title=words::NO_APIS text=words::NO_APIS_HINT/> }.into_any();
    }
    view! { <div class="related">{sections}</div> }.into_any()
}

fn section(section: RelatedSection, columns: Columns) -> AnyView {
    let RelatedSection { id, title, empty, rows, more, all_href } = section;
    let total = (rows.len() + more) as u64;
    let count = (total > 0).then(|| view! { <Count count=total/> });
    let all = all_href.filter(|_| more > 0).map(|href| view! { <a class="more" href=href>{text::all_of(total)}</a> });
    let content = if rows.is_empty() { view! { <p class="quiet">{empty}</p> }.into_any() } else { table(title, rows, columns) };
    let rest = (more > 0 && all.is_none()).then(|| view! { <p class="quiet">{text::and_more(more as u64)}</p> });
    view! {
        <section class="section" aria-labelledby=id>
            <div class="section-head"><h2 class="section-title" id=id>{title}</h2>{count}{all}</div>
            {content}
            {rest}
        </section>
    }
    .into_any()
}

fn table(title: &'static str, rows: Vec<RelatedRow>, shown: Columns) -> AnyView {
    // People have none of the three: their table is a list of names.
    let named_only = rows.iter().all(|row| row.entity.spec_type.is_none() && row.owner.is_none() && row.lifecycle.is_none());
    let [has_type, has_owner, has_lifecycle] = [shown.spec_type, shown.owner, shown.lifecycle].map(|shown| shown && !named_only);
    let mut columns = vec![TableColumn::new(text::NAME)];
    let extra =
        [(has_type, words::TYPE, "col-type"), (has_owner, words::OWNER, "col-owner"), (has_lifecycle, words::LIFECYCLE, "col-lifecycle")];
    columns.extend(extra.into_iter().filter(|(shown, ..)| *shown).map(|(_, label, class)| TableColumn::new(label).class(class)));
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let description = (!row.entity.description.is_empty())
                .then(|| view! { <span class="cell-text clamp-1" dir="auto">{row.entity.description.clone()}</span> });
            let spec_type = has_type.then(|| match row.entity.spec_type.clone() {
                Some(spec_type) => view! { <td data-label=words::TYPE dir="auto">{spec_type}</td> }.into_any(),
                None => view! { <td></td> }.into_any(),
            });
            let owner = has_owner.then(|| match row.owner {
                owner @ Some(_) => view! { <td data-label=words::OWNER><OwnerLink owner/></td> }.into_any(),
                None => view! { <td></td> }.into_any(),
            });
            let lifecycle = has_lifecycle.then(|| match row.lifecycle {
                Some(lifecycle) => {
                    let tone = Tone::of_lifecycle(&lifecycle);
                    let text = if tone == Tone::Neutral {
                        view! { <span dir="auto">{lifecycle}</span> }.into_any()
                    } else {
                        view! { <Badge text=lifecycle tone/> }.into_any()
                    };
                    view! { <td data-label=words::LIFECYCLE>{text}</td> }.into_any()
                }
                None => view! { <td></td> }.into_any(),
            });
            view! { <tr><td class="cell-main"><EntityLinkView link=row.entity/>{description}</td>{spec_type}{owner}{lifecycle}</tr> }
        })
        .collect();
    view! { <DataTable label=title columns>{rows}</DataTable> }.into_any()
}
