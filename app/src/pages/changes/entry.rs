//! One change: what happened, to what, by whom, and the fields that differ.

use leptos::prelude::*;
use model::{
    Timestamp,
    view::{Actor, ChangeAction, ChangeEntry, ChangesQuery, FieldDiff},
};

use crate::{
    components::{Diff, DiffLine, EntityLinkView, Glyph, TimelineItem, Tone},
    text::changes as words,
};

/// Fields that show without unfolding, when there are no more.
const SHORT: usize = 60;

pub(super) fn entry(change: &ChangeEntry, now: Timestamp, own: bool) -> AnyView {
    let (glyph, tone) = look(change.action);
    let at = change.at;
    let what = if own {
        view! { <span class="change-what">{words::happened_here(change.action)}</span> }.into_any()
    } else {
        view! { <EntityLinkView link=change.entity.clone()/>" "<span class="muted">{words::happened(change.action)}</span> }.into_any()
    };
    let actor = change.actor.clone().map(|actor| view! { <span class="change-actor">{person(actor)}</span> });
    let source = (!change.source.is_empty())
        .then(|| view! { <span class="mono change-source" dir="ltr" title=change.source.clone()>{change.source.clone()}</span> });
    let (brief, fields) = (brief(&change.diff), fields(&change.diff));
    view! {
        <TimelineItem at now glyph tone>
            <p class="change-line">{what}{brief}</p>
            <p class="change-by muted small">{actor}{source}</p>
            {fields}
        </TimelineItem>
    }
    .into_any()
}

const fn look(action: ChangeAction) -> (Glyph, Tone) {
    match action {
        ChangeAction::Created => (Glyph::Plus, Tone::Ok),
        ChangeAction::Changed => (Glyph::Edit, Tone::Neutral),
        ChangeAction::Moved => (Glyph::ArrowRight, Tone::Info),
        ChangeAction::Removed => (Glyph::Minus, Tone::Danger),
        ChangeAction::Overlaid => (Glyph::Tag, Tone::Neutral),
    }
}

/// Who did it; leads to what else they did.
fn person(actor: Actor) -> AnyView {
    match actor {
        Actor::Person(link) => view! { <EntityLinkView link/> }.into_any(),
        Actor::Other(name) => {
            let href = ChangesQuery { actor: Some(name.clone()), ..ChangesQuery::default() }.href();
            view! { <a class="link" href=href>{name}</a> }.into_any()
        }
    }
}

/// The first field that changed, on the line itself.
fn brief(diff: &[FieldDiff]) -> Option<AnyView> {
    let first = diff.first()?;
    let more = (diff.len() > 1).then(|| view! { <span class="muted">{words::more_fields(diff.len() - 1)}</span> });
    Some(view! { <code class="change-field">{first.path.clone()}</code>{more} }.into_any())
}

fn fields(diff: &[FieldDiff]) -> Option<AnyView> {
    if diff.is_empty() {
        return None;
    }
    let fits = |text: &Option<String>| text.as_deref().is_none_or(|text| text.len() <= SHORT && !text.contains('\n'));
    if let [only] = diff
        && fits(&only.before)
        && fits(&only.after)
    {
        let value = |text: &Option<String>| match text {
            Some(text) => view! { <code class="change-value" dir="auto">{text.clone()}</code> }.into_any(),
            None => view! { <span class="muted">{words::NOT_SET}</span> }.into_any(),
        };
        return Some(
            view! { <p class="change-values small">{value(&only.before)}<span class="muted">" → "</span>{value(&only.after)}</p> }
                .into_any(),
        );
    }
    let all: Vec<_> = diff
        .iter()
        .map(|field| {
            let lines = |text: &Option<String>| text.clone().unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
            let mut out: Vec<DiffLine> = lines(&field.before).into_iter().map(DiffLine::Removed).collect();
            out.extend(lines(&field.after).into_iter().map(DiffLine::Added));
            view! { <Diff label=field.path.clone() lines=out/> }
        })
        .collect();
    Some(
        view! { <details class="change-details"><summary class="more">{words::FIELDS}</summary><div class="change-diffs">{all}</div></details> }
            .into_any(),
    )
}
