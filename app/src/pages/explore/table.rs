//! The graph as a table: the same entities and relations for those who cannot see the drawing, and for phones.

use leptos::prelude::*;
use model::view::{EntityLink, ExploreView};

use super::focus::neighbours;
use crate::{
    components::{Html, TableColumn, table_of},
    graph::group_title,
    text::{self, explore as words},
};

/// Neighbours that a cell names.
const SHOWN: usize = 6;

pub(super) fn table(view: &ExploreView) -> AnyView {
    let grouped = !view.groups.is_empty();
    let mut columns = vec![TableColumn::new(words::ENTITY).class("medium"), TableColumn::new(words::KIND)];
    if grouped {
        columns.push(TableColumn::new(words::IN_GROUP).class("medium"));
    }
    columns.extend([TableColumn::new(words::NEEDS), TableColumn::new(words::NEEDED_BY)]);
    let mut order: Vec<usize> = (0..view.nodes.len()).collect();
    order.sort_by_cached_key(|at| (view.nodes[*at].group, view.nodes[*at].entity.title.to_lowercase(), *at));
    let mut body = Html::with_capacity(order.len() * 1_024);
    for at in order {
        let node = &view.nodes[at];
        body.markup("<tr><td class=\"cell-main\">").entity(&node.entity, false).markup("</td><td").attribute("data-label", words::KIND);
        body.markup(">").text(&node.entity.kind).markup("</td>");
        if let (true, Some(group)) = (grouped, node.group) {
            body.markup("<td").attribute("data-label", words::IN_GROUP).markup(">");
            match &view.groups[group].entity {
                Some(entity) => body.entity(entity, true),
                None => body.markup("<span class=\"muted\">").text(&group_title(view, group)).markup("</span>"),
            };
            body.markup("</td>");
        } else if grouped {
            body.markup("<td></td>");
        }
        side(&mut body, words::NEEDS, &neighbours(view, at, true));
        side(&mut body, words::NEEDED_BY, &neighbours(view, at, false));
        body.markup("</tr>");
    }
    let table = table_of(words::drawing_of(&super::heading(view)), columns, body);
    view! { <div class="explore-table table-labelled-host">{table}</div> }.into_any()
}

fn side(html: &mut Html, label: &'static str, entities: &[EntityLink]) {
    html.markup("<td").attribute("data-label", label).markup(">");
    for (at, entity) in entities.iter().take(SHOWN).enumerate() {
        html.markup(if at > 0 { ", " } else { "" }).entity(entity, true);
    }
    if entities.len() > SHOWN {
        html.markup(" <span class=\"muted\">").text(&text::and_more((entities.len() - SHOWN) as u64)).markup("</span>");
    }
    html.markup("</td>");
}
