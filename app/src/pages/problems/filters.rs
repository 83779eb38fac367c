//! The rail: owners and kinds with their counts.

use leptos::prelude::*;
use model::view::{ProblemOwner, ProblemsQuery, ProblemsView};

use crate::{
    components::{Glyph, Html, Icon},
    text::{self, problems as words},
};

pub(super) fn rail(view: &ProblemsView) -> AnyView {
    let query = &view.query;
    let mut owners = Html::default();
    for (link, count) in &view.owners {
        let picked = query.owner == ProblemOwner::One(link.entity_ref.clone());
        let owner = if picked { ProblemOwner::Anyone } else { ProblemOwner::One(link.entity_ref.clone()) };
        item(&mut owners, &ProblemsQuery { owner, page: 1, ..query.clone() }.href(), &link.title, *count, picked);
    }
    if view.ownerless > 0 {
        let picked = query.owner == ProblemOwner::Nobody;
        let owner = if picked { ProblemOwner::Anyone } else { ProblemOwner::Nobody };
        item(&mut owners, &ProblemsQuery { owner, page: 1, ..query.clone() }.href(), words::NOBODY, view.ownerless, picked);
    }
    let mut kinds = Html::default();
    for (kind, label, count) in &view.kinds {
        let picked = query.kind.as_deref() == Some(kind);
        let kind = (!picked).then(|| kind.clone());
        item(&mut kinds, &ProblemsQuery { kind, page: 1, ..query.clone() }.href(), label, *count, picked);
    }
    view! {
        <aside class="rail" id="filters" popover="auto" aria-label=text::FILTERS>
            <div class="rail-head">
                <h2>{text::FILTERS}</h2>
                <button class="button button-quiet button-icon" type="button" popovertarget="filters" popovertargetaction="hide" aria-label=text::CLOSE>
                    <Icon glyph=Glyph::Close/>
                </button>
            </div>
            {section(words::OWNERS, owners)}
            {section(words::KINDS, kinds)}
        </aside>
    }
    .into_any()
}

fn section(label: &'static str, items: Html) -> Option<AnyView> {
    let items = items.finish();
    (!items.is_empty()).then(|| {
        view! {
            <details class="facet-group" open>
                <summary>{label}<Icon glyph=Glyph::ChevronDown/></summary>
                <ul inner_html=items></ul>
            </details>
        }
        .into_any()
    })
}

fn item(html: &mut Html, href: &str, label: &str, count: u64, picked: bool) {
    html.markup("<li><a class=\"facet\"").attribute("href", href);
    if picked {
        html.attribute("aria-current", "true");
    }
    html.markup("><span dir=\"auto\">").text(label).markup("</span>").count(count).markup("</a></li>");
}
