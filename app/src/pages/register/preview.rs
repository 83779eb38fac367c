//! What was looked at: every entity by kind, its relations, and what is wrong with its line.

use leptos::prelude::*;
use model::view::{PreviewEntityRow, PreviewKind, PreviewProblemRow, PreviewView, RegisterBy, RegisterForm};

use crate::{
    components::{Badge, Banner, Button, ButtonLink, Count, EntityLinkView, Glyph, HiddenFields, Html, Icon, Look, Tone},
    text::{self, register as words},
};

/// A kind with more entities than this starts folded.
const OPEN: usize = 20;

pub(super) fn preview(view: PreviewView, by: RegisterBy) -> AnyView {
    let known = view.registered_as.clone().map(|id| {
        view! {
            <Banner tone=Tone::Info title=words::KNOWN>
                <a class="link" href=format!("/locations/{id}")>{words::OPEN_LOCATION}</a>
            </Banner>
        }
    });
    let taken = (view.taken > 0).then(|| {
        let hint = if by == RegisterBy::Text { words::TAKEN_HINT_TEXT } else { words::TAKEN_HINT };
        view! { <Banner tone=Tone::Warning title=words::taken(view.taken)><p>{hint}</p></Banner> }
    });
    let truncated = view.truncated.then(|| view! { <Banner tone=Tone::Info title=words::TRUNCATED/> });
    let summary = (view.total > 0).then(|| {
        let files = view.files.iter().filter(|(_, count, _)| *count > 0).count() as u64;
        view! { <p class="preview-summary">{words::found(view.total, files)}</p> }
    });
    let mistakes = mistakes(view.problems, view.problems_total, by, view.total);
    let kinds: Vec<_> = view.kinds.into_iter().map(|kind| group(kind, by)).collect();
    let files = files(view.files, by);
    view! { {summary}<div class="preview-banners">{known}{taken}{truncated}</div>{mistakes}<div class="preview-kinds">{kinds}</div>{files} }
        .into_any()
}

/// Step 3.
pub(super) fn button(form: &RegisterForm, view: &PreviewView) -> AnyView {
    if view.can_register {
        let text = words::register(view.total - view.taken.min(view.total));
        let fields = super::carried(form);
        return view! {
            <form method="post" action="/register">
                <HiddenFields fields/>
                <Button text look=Look::Primary name="do" value="register"/>
            </form>
        }
        .into_any();
    }
    match &view.registered_as {
        Some(id) => view! { <ButtonLink text=words::OPEN_LOCATION href=format!("/locations/{id}")/> }.into_any(),
        None => view! { <p class="muted">{words::NOTHING}</p> }.into_any(),
    }
}

fn mistakes(problems: Vec<PreviewProblemRow>, total: u64, by: RegisterBy, entities: u64) -> Option<AnyView> {
    if problems.is_empty() {
        return None;
    }
    let more = total.saturating_sub(problems.len() as u64);
    let items: Vec<_> = problems
        .into_iter()
        .map(|problem| {
            let place = words::at(problem.line, problem.column);
            let place = (!place.is_empty()).then(|| view! { <strong>{place}</strong> });
            let entity = problem.entity.map(|name| view! { <code dir="ltr">{name}</code> });
            let file = (by == RegisterBy::Address).then(|| view! { <span class="mono small muted break" dir="ltr">{problem.file}</span> });
            let help = (!problem.help.is_empty()).then(|| view! { <span class="muted" dir="auto">{problem.help}</span> });
            view! { <li>{place}{entity}<span dir="auto" title=problem.rule>{problem.message}</span>{help}{file}</li> }
        })
        .collect();
    let hint = (by == RegisterBy::Address && entities > 0).then(|| view! { <p class="muted small">{words::left_out(total)}</p> });
    let section = view! {
        <section class="preview-mistakes" aria-labelledby="mistakes">
            <h3 class="kind-group-title" id="mistakes">{words::MISTAKES}<Count count=total/></h3>
            {hint}
            <ol class="yaml-problems">{items}</ol>
            {(more > 0).then(|| view! { <p class="muted small">{text::and_more(more)}</p> })}
        </section>
    };
    Some(section.into_any())
}

fn group(kind: PreviewKind, by: RegisterBy) -> AnyView {
    let PreviewKind { kind, entities } = kind;
    let count = entities.len();
    let rows: Vec<_> = entities.into_iter().map(|row| entity(row, by)).collect();
    view! {
        <details class="preview-kind" open=count <= OPEN>
            <summary><Icon glyph=Glyph::ChevronDown/>{kind}<Count count=count as u64/></summary>
            <ul class="preview-list">{rows}</ul>
        </details>
    }
    .into_any()
}

fn entity(row: PreviewEntityRow, by: RegisterBy) -> AnyView {
    let (state, tone) = match (&row.taken_by, row.is_known) {
        (Some(_), _) => (words::TAKEN, Tone::Warning),
        (None, true) => (words::THERE, Tone::Neutral),
        (None, false) => (words::NEW, Tone::Ok),
    };
    let spec_type = row.entity.spec_type.clone().map(|text| view! { <span class="muted small">{text}</span> });
    let name = if row.taken_by.is_some() || row.is_known {
        view! { <EntityLinkView link=row.entity/> }.into_any()
    } else {
        let name = row.entity.entity_ref.to_string();
        view! { <span class="entity" title=name><Icon glyph=Glyph::of_kind(&row.entity.kind)/><bdi>{row.entity.title}</bdi></span> }
            .into_any()
    };
    let place = match by {
        RegisterBy::Text => words::at(row.line, 0),
        RegisterBy::Address => format!("{}:{}", with_folder(&row.file), row.line),
    };
    let description = (!row.description.is_empty()).then(|| view! { <p class="cell-text" dir="auto">{row.description}</p> });
    let taken = row.taken_by.map(|file: String| view! { <p class="preview-taken small break" dir="auto">{words::taken_by(&file)}</p> });
    // Thousands of them in a large preview: written as text.
    let mut relations = Html::default();
    for (kind, targets) in &row.relations {
        relations.markup("<li><span class=\"muted\">").text(kind).markup("</span> ");
        for (at, target) in targets.iter().enumerate() {
            relations.markup(if at > 0 { ", " } else { "" });
            if target.exists {
                relations.markup("<a class=\"link\"").attribute("href", &target.entity_ref.href()).markup("><bdi>");
                relations.text(&target.title).markup("</bdi></a>");
            } else {
                relations
                    .markup("<bdi")
                    .attribute("title", &target.entity_ref.to_string())
                    .markup(">")
                    .text(&target.title)
                    .markup("</bdi>");
            }
        }
        relations.markup("</li>");
    }
    let relations = (!row.relations.is_empty()).then(|| view! { <ul class="preview-relations small" inner_html=relations.finish()></ul> });
    view! {
        <li class="preview-entity">
            <div class="preview-line"><span class="preview-name">{name}{spec_type}</span><Badge text=state tone/><span class="preview-place mono small muted" dir="ltr" title=row.file>{place}</span></div>
            {description}{taken}{relations}
        </li>
    }
    .into_any()
}

fn files(files: Vec<(String, u64, Option<String>)>, by: RegisterBy) -> Option<AnyView> {
    if by == RegisterBy::Text || files.is_empty() {
        return None;
    }
    let count = files.len() as u64;
    let items: Vec<_> = files
        .into_iter()
        .map(|(address, entities, error)| {
            let state = match error {
                Some(error) => view! { <span class="preview-failed" dir="auto">{error}</span> }.into_any(),
                None => view! { <span class="muted">{text::locations::entities(entities)}</span> }.into_any(),
            };
            view! { <li><span class="mono break" dir="ltr">{address}</span>{state}</li> }
        })
        .collect();
    let section = view! {
        <details class="preview-kind preview-files">
            <summary><Icon glyph=Glyph::ChevronDown/>{words::FILES}<Count count/></summary>
            <ul class="preview-file-list small">{items}</ul>
        </details>
    };
    Some(section.into_any())
}

/// A file's name with the folder that it is in: in a monorepo all of them have the same name.
fn with_folder(file: &str) -> &str {
    let path = file.split('?').next().unwrap_or(file);
    let start = path.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    &path[start..]
}
