//! *Why can't I?*: a question, and an answer that reads like a sentence.

use frontend::Combobox;
use leptos::prelude::*;
use model::view::{PolicyMention, WhyAnswer, WhyHint, WhyView};

use super::admin::policies::mention_link;
use crate::{
    components::{Badge, Banner, Button, EntityLinkView, ErrorList, Look, Select, Tone},
    text::policies as words,
};

/// What stands in `<main>`.
pub fn why(view: WhyView) -> impl IntoView {
    let WhyView { who, action, resource, actions, may_ask_for_others, errors, answer } = view;
    let asked = answer.is_some();
    let options = actions.into_iter().map(|(id, about)| (id.clone(), format!("{id} – {about}"))).collect();
    let picked = if action.is_empty() { "catalog:read".to_owned() } else { action };
    let whom = may_ask_for_others.then(|| {
        view! {
            <div class="field">
                <label for="who">{words::WHY_WHO}</label>
                <span class="hint">{words::WHY_WHO_HINT}</span>
                <Combobox id="who".to_owned() name="who".to_owned() value=who kind="User".to_owned()/>
            </div>
        }
    });
    view! {
        <div class="page-head"><h1 class="title">{words::WHY}</h1></div>
        {(!asked).then(|| view! { <p class="lead">{words::WHY_LEAD}</p> })}
        <div class="edit-messages" role="alert"><ErrorList errors/></div>
        {answer.map(sentence)}
        <form class="edit-form why-form" method="get" action="/why">
            <Select name="action" label=words::ACTION options picked/>
            <div class="edit-pair form-pair">
                <div class="field">
                    <label for="resource">{words::RESOURCE}</label>
                    <span class="hint">{words::RESOURCE_HINT}</span>
                    <Combobox id="resource".to_owned() name="resource".to_owned() value=resource kind=String::new()/>
                </div>
                {whom}
            </div>
            <div class="actions edit-actions"><Button text=words::ASK look=if asked { Look::Plain } else { Look::Primary }/></div>
        </form>
    }
}

fn sentence(answer: WhyAnswer) -> AnyView {
    let WhyAnswer { allowed, is_self, who, what, resource, scope_missing, by, forbidden_by, would_allow, who_can_grant, owners } = answer;
    let start = words::may((!is_self).then_some(&*who), allowed);
    let tone = if allowed { Tone::Ok } else { Tone::Danger };
    let resource = resource.map(|link| view! { ": "<EntityLinkView link/> });
    let reasons = reasons(allowed, scope_missing, by, forbidden_by);
    let would = (!allowed).then(|| would(would_allow));
    let asks = (!allowed && (!owners.is_empty() || !who_can_grant.is_empty())).then(|| {
        let list = |label: &'static str, people: Vec<model::view::EntityLink>| {
            let found: Vec<_> = people.into_iter().map(|link| view! { <li><EntityLinkView link/></li> }).collect();
            (!found.is_empty())
                .then(|| view! { <div class="why-people"><p class="muted small">{label}</p><ul class="why-list">{found}</ul></div> })
        };
        view! {
            <section class="why-part">
                <h2 class="section-title">{words::WHO_HELPS}</h2>
                <div class="why-columns">{list(words::OWNS_IT, owners)}{list(words::CAN_GRANT, who_can_grant)}</div>
            </section>
        }
    });
    view! {
        <div class="why-answer" role="status">
            <p class=format!("why-sentence {}", tone.class())>
                {tone.glyph().map(|glyph| view! { <i class=glyph.class()></i> })}
                <span><span dir="auto">{start}</span><strong>{what}</strong>{resource}"."</span>
            </p>
            <section class="why-part"><h2 class="section-title">{words::BECAUSE}</h2>{reasons}</section>
            {would}
            {asks}
        </div>
    }
    .into_any()
}

fn reasons(allowed: bool, scope_missing: Option<String>, by: Vec<PolicyMention>, forbidden_by: Vec<PolicyMention>) -> AnyView {
    let list = |mentions: Vec<PolicyMention>, says: &'static str| -> Vec<AnyView> {
        let item = |mention| view! { <li><span>{mention_link(mention)}" "{says}</span></li> }.into_any();
        mentions.into_iter().map(item).collect()
    };
    let nothing = !allowed && forbidden_by.is_empty() && by.is_empty() && scope_missing.is_none();
    let scope = scope_missing.map(|scope| view! { <Banner tone=Tone::Warning title=scope/> });
    let mut items = list(forbidden_by, words::FORBIDS);
    items.extend(list(by, words::ALLOWS));
    view! {
        {scope}
        <ul class="why-list">{items}</ul>
        {nothing.then(|| view! { <p>{words::NOTHING_ALLOWS}</p> })}
    }
    .into_any()
}

fn would(hints: Vec<WhyHint>) -> AnyView {
    let items: Vec<_> = hints
        .into_iter()
        .map(|hint| {
            let title = match hint.href {
                Some(href) => view! { <a class="link" href=href>{hint.title}</a> }.into_any(),
                None => view! { <span class="why-title">{hint.title}</span> }.into_any(),
            };
            let role = hint.is_role.then(|| view! { <Badge text=words::ROLE/>" " });
            view! { <li class="why-hint"><span>{role}{title}</span><span class="muted" dir="auto">{hint.why}</span></li> }
        })
        .collect();
    let body = if items.is_empty() {
        view! { <p class="muted">{words::NOTHING_WOULD}</p> }.into_any()
    } else {
        view! { <ul class="why-list">{items}</ul> }.into_any()
    };
    view! { <section class="why-part"><h2 class="section-title">{words::WOULD_ALLOW}</h2>{body}</section> }.into_any()
}
