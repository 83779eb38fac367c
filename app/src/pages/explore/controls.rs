//! What can be chosen. Relations and kinds are filter and legend in one: each shows how it is drawn.

use frontend::Combobox;
use leptos::prelude::*;
use model::view::{DEEPEST, ExploreQuery, ExploreView, Folding, GroupBy, RelationSort};

use crate::{
    components::{Button, Choice, Glyph, HiddenFields, Icon, Segmented},
    text::{self, explore as words},
};

/// Drawing or table.
pub(super) fn form(view: &ExploreView) -> AnyView {
    let choice = |text: &'static str, table: bool, glyph: Glyph| {
        Choice::new(text, ExploreQuery { table, ..view.query.clone() }.href(), view.query.table == table).glyph(glyph)
    };
    let choices = vec![choice(words::DRAWING, false, Glyph::Graph), choice(words::TABLE, true, Glyph::List)];
    view! { <Segmented label=words::FORM choices/> }.into_any()
}

/// Where the graph starts: a field, and in the whole catalog the domains.
pub(super) fn start(view: &ExploreView) -> AnyView {
    let value = view.query.root.as_ref().map(ToString::to_string).unwrap_or_default();
    let whole = view.root.as_ref().map(|_| {
        let href = ExploreQuery::default().href();
        view! { <a class="more" href=href>{words::EVERYTHING}</a> }
    });
    let starts: Vec<_> = view
        .starts
        .iter()
        .map(|link| {
            let href = ExploreQuery::from(link.entity_ref.clone()).href();
            view! { <li><a class="chip" href=href><Icon glyph=Glyph::of_kind(&link.kind)/><span class="chip-value" dir="auto">{link.title.clone()}</span></a></li> }
        })
        .collect();
    let starts = (!starts.is_empty()).then(|| view! { <ul class="chips explore-starts" aria-label=words::START>{starts}</ul> });
    // What the form does not ask for goes along; without focus and folded groups, which mean nothing elsewhere.
    let mut fields = Vec::new();
    if let Some(relations) = &view.query.relations {
        fields.push(("relations", relations.iter().map(|sort| sort.name()).collect::<Vec<_>>().join(",")));
    }
    if view.query.table {
        fields.push(("view", "table".to_owned()));
    }
    view! {
        <div class="explore-from">
            <form class="explore-start-form" action="/graph" role="search" aria-label=words::START>
                <HiddenFields fields/>
                <label for="graph-root">{words::START}</label>
                <Combobox id="graph-root".to_owned() name="root".to_owned() value kind=String::new()/>
                <Button text=words::SHOW/>
            </form>
            {whole}
            {starts}
        </div>
    }
    .into_any()
}

/// Depth, groups, relations and kinds.
pub(super) fn controls(view: &ExploreView) -> AnyView {
    let query = &view.query;
    let single = view.root.as_ref().is_some_and(|root| !is_structure(&root.kind));
    let depths = (u8::from(single)..=DEEPEST)
        .map(|depth| {
            let text = match depth {
                0 => words::INSIDE.to_owned(),
                depth if single => depth.to_string(),
                depth => words::steps(depth),
            };
            Choice::new(text, ExploreQuery { depth: Some(depth), ..query.clone() }.href(), depth == view.depth)
        })
        .collect();
    let groups = GroupBy::ALL
        .into_iter()
        .map(|by| {
            let next = ExploreQuery { group: Some(by), flipped: Vec::new(), ..query.clone() };
            Choice::new(words::group_by(by), next.href(), view.group.0 == by)
        })
        .collect();
    let folds = (view.groups.len() > 1 && !query.table).then(|| {
        let choice = |text: &'static str, folding: Folding| {
            let current = query.folding == folding && query.flipped.is_empty();
            Choice::new(text, ExploreQuery { folding, flipped: Vec::new(), focus: None, ..query.clone() }.href(), current)
        };
        let choices = vec![
            choice(words::FOLD_AUTO, Folding::Auto),
            choice(words::FOLD_ALL, Folding::All),
            choice(words::FOLD_NONE, Folding::Nothing),
        ];
        control(words::FOLD, choices)
    });
    let depth = view.root.is_some().then(|| control(words::DEPTH, depths));
    view! {
        <div class="explore-controls">
            {depth}
            {control(words::GROUP, groups)}
            {folds}
        </div>
        <div class="explore-legend">
            {relations(view)}
            {kinds(view)}
        </div>
    }
    .into_any()
}

fn control(label: &'static str, choices: Vec<Choice>) -> AnyView {
    view! { <div class="graph-control"><span aria-hidden="true">{label}</span><Segmented label=label choices/></div> }.into_any()
}

fn relations(view: &ExploreView) -> AnyView {
    let shown = view.query.shown_relations();
    let items: Vec<_> = RelationSort::ALL
        .into_iter()
        .filter(|sort| *sort != RelationSort::Other || shown.contains(sort) || view.has_other)
        .map(|sort| {
            let on = shown.contains(&sort);
            let count = view.edges.iter().filter(|edge| edge.sort == sort).count();
            let line = format!("explore-sample rel-{}", sort.name());
            view! {
                <li>
                    <a class="explore-toggle" href=view.query.with_relation(sort).href() aria-current=on.then_some("true")>
                        <svg class=line width="24" height="8" viewBox="0 0 24 8" aria-hidden="true"><path class="explore-stroke" d="M24 4H6"></path><path class="explore-arrow" d="M7 1 1 4 7 7Z"></path></svg>
                        {words::relation(sort)}
                        {on.then(|| view! { <span class="count">{text::number(count as u64)}</span> })}
                    </a>
                </li>
            }
        })
        .collect();
    view! { <ul class="explore-toggles" aria-label=words::RELATIONS>{items}</ul> }.into_any()
}

fn kinds(view: &ExploreView) -> Option<AnyView> {
    if view.kinds.is_empty() {
        return None;
    }
    let all: Vec<String> = view.kinds.iter().map(|(kind, _)| kind.clone()).collect();
    let items: Vec<_> = view
        .kinds
        .iter()
        .map(|(kind, count)| {
            let on = view.query.shows_kind(kind);
            let label = text::kind_heading(&label_of(view, kind));
            view! {
                <li>
                    <a class="explore-toggle" href=view.query.with_kind(kind, &all).href() aria-current=on.then_some("true")>
                        <Icon glyph=Glyph::of_kind(kind)/>{label}<span class="count">{text::number(*count as u64)}</span>
                    </a>
                </li>
            }
        })
        .collect();
    Some(view! { <ul class="explore-toggles" aria-label=words::KINDS>{items}</ul> }.into_any())
}

/// The kind as its entities write it; as the catalog's words have it where none shows.
fn label_of(view: &ExploreView, kind: &str) -> String {
    let written = view.nodes.iter().map(|node| &node.entity.kind).find(|have| have.eq_ignore_ascii_case(kind));
    written.cloned().unwrap_or_else(|| {
        let mut letters = kind.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    })
}

fn is_structure(kind: &str) -> bool {
    ["system", "domain", "group", "user"].iter().any(|known| kind.eq_ignore_ascii_case(known))
}
