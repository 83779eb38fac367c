//! The question before a location is unregistered: what goes, what stays, and what will lead nowhere.

use leptos::prelude::*;
use model::view::{EntityLink, KindEntities, UnregisterView};

use crate::{
    components::{Banner, Breadcrumbs, Button, ButtonLink, Count, Crumb, DataTable, EntityLinkView, Look, TableColumn, Tone},
    text::{self, locations as words},
};

/// What stands in `<main>`.
pub fn unregister(view: UnregisterView) -> impl IntoView {
    let page = format!("/locations/{}", view.id);
    let crumbs = vec![
        Crumb { text: words::TITLE.to_owned(), href: Some("/locations".to_owned()) },
        Crumb { text: super::shortened(&view.target), href: Some(page.clone()) },
    ];
    let head = view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title break" dir="auto">{words::unregister_question(&super::shortened(&view.target))}</h1></div>
    };
    if !view.registered {
        return view! {
            {head}
            <Banner tone=Tone::Info title=words::IN_CONFIGURATION/>
            <div class="actions edit-actions"><ButtonLink text=words::KEEP href=page/></div>
        }
        .into_any();
    }
    let actions = if view.may {
        let action = format!("{page}/unregister");
        let button = words::unregister_button(view.total);
        view! {
            <form class="actions edit-actions" method="post" action=action>
                <Button text=button look=Look::Danger/>
                <ButtonLink text=words::KEEP href=page look=Look::Quiet/>
            </form>
        }
        .into_any()
    } else {
        view! { <div class="actions edit-actions"><ButtonLink text=words::KEEP href=page/></div> }.into_any()
    };
    let refused = (!view.may).then(|| {
        let by = view.registered_by.map(|by| view! { <p>{words::REGISTERED_BY}" "{super::by(Some(by), true)}</p> });
        view! { <Banner tone=Tone::Info title=words::NOT_YOURS>{by}</Banner> }
    });
    let goes = goes(view.kinds, view.total);
    let stays = handed_over(view.handed_over, view.handed_over_total);
    let dangling = dangling(view.dangling, view.dangling_total, view.total);
    view! {
        {head}
        {refused}
        <div class="unregister">{goes}{stays}{dangling}</div>
        {actions}
    }
    .into_any()
}

fn goes(kinds: Vec<KindEntities>, total: u64) -> AnyView {
    if total == 0 {
        return view! { <p class="quiet">{words::NOTHING_GOES}</p> }.into_any();
    }
    let kinds: Vec<_> = kinds
        .into_iter()
        .map(|KindEntities { kind, total, entities }| {
            let more = total.saturating_sub(entities.len() as u64);
            let more = (more > 0).then(|| view! { <li class="muted small">{text::and_more(more)}</li> });
            let names: Vec<_> = entities.into_iter().map(|link| view! { <li><EntityLinkView link plain=true/></li> }).collect();
            view! {
                <div class="kind-group"><h3 class="kind-group-title">{kind}<Count count=total/></h3><ul class="name-list">{names}{more}</ul></div>
            }
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="goes">
            <div class="section-head"><h2 class="section-title" id="goes">{words::GOES}<Count count=total/></h2></div>
            <p class="muted small">{words::GOES_HINT}</p>
            {kinds}
        </section>
    }
    .into_any()
}

fn handed_over(found: Vec<(EntityLink, String)>, total: u64) -> Option<AnyView> {
    if found.is_empty() {
        return None;
    }
    let more = total.saturating_sub(found.len() as u64);
    let rows: Vec<_> = found
        .into_iter()
        .map(|(link, file)| {
            view! { <tr><td class="cell-main"><EntityLinkView link/></td><td class="break" data-label=words::TAKES_OVER><span class="mono small" dir="ltr">{file}</span></td></tr> }
        })
        .collect();
    let columns = vec![TableColumn::new(words::FROM).class("wide"), TableColumn::new(words::TAKES_OVER)];
    let section = view! {
        <section class="section" aria-labelledby="stays">
            <div class="section-head"><h2 class="section-title" id="stays">{words::HANDED_OVER}<Count count=total/></h2></div>
            <DataTable label=words::HANDED_OVER columns labelled=true>{rows}</DataTable>
            {(more > 0).then(|| view! { <p class="muted small">{text::and_more(more)}</p> })}
        </section>
    };
    Some(section.into_any())
}

fn dangling(found: Vec<(EntityLink, String, EntityLink)>, total: u64, going: u64) -> Option<AnyView> {
    if found.is_empty() {
        return (going > 0).then(|| view! { <p class="quiet">{words::NOTHING_DANGLES}</p> }.into_any());
    }
    let more = total.saturating_sub(found.len() as u64);
    let rows: Vec<_> = found
        .into_iter()
        .map(|(from, how, to)| {
            view! {
                <tr>
                    <td class="cell-main"><EntityLinkView link=from/></td>
                    <td data-label=words::RELATION>{how}</td>
                    <td data-label=words::TO><EntityLinkView link=to/></td>
                </tr>
            }
        })
        .collect();
    let columns = vec![TableColumn::new(words::FROM).class("wide"), TableColumn::new(words::RELATION), TableColumn::new(words::TO)];
    let section = view! {
        <section class="section" aria-labelledby="dangling">
            <div class="section-head"><h2 class="section-title" id="dangling">{words::DANGLING}<Count count=total/></h2></div>
            <DataTable label=words::DANGLING columns labelled=true>{rows}</DataTable>
            {(more > 0).then(|| view! { <p class="muted small">{text::and_more(more)}</p> })}
        </section>
    };
    Some(section.into_any())
}
