//! One policy: its editor where it can be changed, its text where not, and the test of both.

use frontend::Combobox;
use leptos::prelude::*;
use model::view::{PolicyForm, PolicyMention, PolicyOrigin, PolicyTest, PolicyVerdict, PolicyView};

use super::{changed, compared, crumbs, href, mistakes, state};
use crate::{
    components::{
        Badge, Banner, Breadcrumbs, Button, ButtonLink, CodeBlock, DataTable, Diff, ErrorList, Field, HiddenFields, Look, Select,
        TableColumn, Tone, text_area,
    },
    text::policies as words,
};

/// The heading.
pub(crate) fn heading(view: &PolicyView) -> String {
    if view.is_new { words::NEW.to_owned() } else { view.form.name.clone() }
}

/// What stands in `<main>`.
pub fn policy(view: PolicyView) -> impl IntoView {
    let editable = view.can_write && view.origin == PolicyOrigin::Portal;
    let head = head(&view, editable);
    let messages = messages(&view);
    let body = if editable { editor(view) } else { reader(view) };
    view! { {head}{messages}{body} }
}

fn head(view: &PolicyView, editable: bool) -> AnyView {
    let (crumbs, title) = (crumbs(None), heading(view));
    let name = view.form.name.clone();
    let actions = (editable && !view.is_new).then(|| {
        let turn = if view.enabled { words::TURN_OFF } else { words::TURN_ON };
        let fields = vec![("version", view.form.version.to_string()), ("enabled", (!view.enabled).to_string())];
        view! {
            <ButtonLink text=words::HISTORY href=format!("{}/history", href(&name)) look=Look::Quiet/>
            <form method="post" action=format!("{}/enable", href(&name))><HiddenFields fields/><Button text=turn/></form>
            <ButtonLink text=words::DELETE href=format!("{}/delete", href(&name)) look=Look::Danger/>
        }
    });
    let about = (!view.is_new).then(|| {
        let changed = view.changed.clone().map(|(by, at)| changed(by, at, view.now));
        view! { <p class="policy-about">{state(view.enabled, !view.problems.is_empty() && !editable)}<span dir="auto">{words::origin(&view.origin)}</span>{changed}</p> }
    });
    view! {
        <Breadcrumbs crumbs/>
        <div class="page-head"><h1 class="title break" dir="auto">{title}</h1><div class="actions">{actions}</div></div>
        {about}
    }
    .into_any()
}

fn messages(view: &PolicyView) -> AnyView {
    let errors = view.errors.clone();
    let message = view.message.clone().map(|message| view! { <Banner tone=Tone::Danger title=message/> });
    let conflict = view.conflict.clone().map(|lines| {
        view! {
            <Banner tone=Tone::Warning title=words::CONFLICT><p>{words::CONFLICT_HINT}</p></Banner>
            <div class="edit-compare"><Diff label=words::REVIEW_LABEL lines=compared(lines)/></div>
        }
    });
    view! { <div class="edit-messages" role="alert"><ErrorList errors/>{message}{conflict}</div> }.into_any()
}

/// A policy that cannot be changed here.
fn reader(view: PolicyView) -> AnyView {
    let mistakes = (!view.problems.is_empty()).then(|| view! { <ol class="yaml-problems">{mistakes(&view.problems)}</ol> });
    let (name, why) = (view.form.name.clone(), words::fixed(&view.origin));
    view! {
        <p class="lead">{why}</p>
        <div class="edit-compare"><CodeBlock code=view.form.text.clone() label=name.clone() numbered=true/></div>
        {mistakes}
        <form class="edit-form" method="post" action=href(&name)>{test(&view, false)}</form>
    }
    .into_any()
}

fn editor(view: PolicyView) -> AnyView {
    let PolicyForm { name, text, version, comment, .. } = view.form.clone();
    let action = if view.is_new { "/admin/policies/new".to_owned() } else { href(&name) };
    let wrong = |field: &str| view.errors.iter().find(|error| error.field == field).map(|error| error.message.clone()).unwrap_or_default();
    let name_field = view.is_new.then(|| match Some(wrong("name")).filter(|text| !text.is_empty()) {
        Some(error) => {
            view! { <Field name="name" label=words::NAME_LABEL value=name.clone() hint=words::NAME_HINT error required=true/> }.into_any()
        }
        None => view! { <Field name="name" label=words::NAME_LABEL value=name.clone() hint=words::NAME_HINT required=true/> }.into_any(),
    });
    let rows = text.lines().count().clamp(10, 40) + 2;
    let invalid = (!view.problems.is_empty()).then_some("true");
    let hidden = vec![("version", version.to_string()), ("reviewed", view.form.reviewed.clone())];
    let review = view.review.clone().map(|lines| review(lines, comment, view.is_new));
    let reviewing = view.review.as_ref().is_some_and(|lines| !lines.is_empty());
    let again = if reviewing { Look::Plain } else { Look::Primary };
    let back = if view.is_new { "/admin/policies".to_owned() } else { href(&name) };
    view! {
        <form class="edit-form edit-yaml" method="post" action=action>
            <HiddenFields fields=hidden/>
            {review}
            {name_field}
            <div class="edit-editor">
                <label for="text">{words::TEXT}</label>
                <span class="hint" id="text-hint">{words::TEXT_HINT}</span>
                <textarea class="input mono" id="text" name="text" rows=rows.to_string() spellcheck="false" autocomplete="off" autocapitalize="off"
                    wrap="off" dir="ltr" aria-describedby="text-hint text-problems" maxlength="65536"
                    aria-invalid=invalid inner_html=text_area(&text)></textarea>
                <ol class="yaml-problems" id="text-problems">{mistakes(&view.problems)}</ol>
            </div>
            <div class="actions edit-actions">
                <Button text=words::REVIEW look=again name="do" value="review"/>
                <ButtonLink text=words::CANCEL href=back look=Look::Quiet/>
            </div>
            {test(&view, true)}
        </form>
    }
    .into_any()
}

/// What would be saved, and the button that does it.
fn review(lines: Vec<model::view::CompareLine>, comment: String, is_new: bool) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="quiet" role="status">{words::NO_CHANGE}</p> }.into_any();
    }
    let save = if is_new { words::CREATE } else { words::SAVE };
    view! {
        <section class="policy-review" aria-label=words::REVIEW_TITLE>
            <h2 class="section-title">{words::REVIEW_TITLE}</h2>
            <Diff label=words::REVIEW_LABEL lines=compared(lines)/>
            <Field name="comment" label=words::COMMENT value=comment hint=words::COMMENT_HINT/>
            <Button text=save look=Look::Primary name="do" value="save"/>
        </section>
    }
    .into_any()
}

fn test(view: &PolicyView, draft: bool) -> AnyView {
    let PolicyForm { who, action, resource, .. } = view.form.clone();
    let options = view.actions.iter().map(|(id, about)| (id.clone(), format!("{id} – {about}"))).collect();
    let lead = if draft { words::TEST_LEAD } else { words::TEST_IN_FORCE };
    let found = view.test.clone().map(|test| outcome(test, draft));
    let picked = if action.is_empty() { "catalog:read".to_owned() } else { action };
    view! {
        <fieldset class="policy-test" id="test">
            <legend class="section-title">{words::TEST}</legend>
            <p class="muted">{lead}</p>
            <div class="edit-pair form-pair">
                <div class="field">
                    <label for="who">{words::WHO}</label>
                    <span class="hint">{words::WHO_HINT}</span>
                    <Combobox id="who".to_owned() name="who".to_owned() value=who kind="User".to_owned()/>
                </div>
                <div class="field">
                    <label for="resource">{words::RESOURCE}</label>
                    <span class="hint">{words::RESOURCE_HINT}</span>
                    <Combobox id="resource".to_owned() name="resource".to_owned() value=resource kind=String::new()/>
                </div>
            </div>
            <Select name="action" label=words::ACTION options picked/>
            <Button text=words::RUN_TEST name="do" value="test"/>
            {found}
        </fieldset>
    }
    .into_any()
}

fn outcome(test: PolicyTest, draft: bool) -> AnyView {
    let row = |label: &'static str, verdict: PolicyVerdict| {
        view! { <tr><th scope="row" class="cell-main">{label}</th><td>{answer(verdict.allowed)}</td><td>{named(verdict.by)}</td></tr> }
    };
    let columns = vec![TableColumn::new("").hidden(), TableColumn::new(words::STATE).hidden(), TableColumn::new(words::NAME).hidden()];
    let in_force = row(words::IN_FORCE, test.in_force);
    let draft = draft.then(|| row(words::DRAFT, test.draft));
    view! {
        <div class="policy-outcome" role="status">
            <p class="policy-question" dir="auto">{test.question.clone()}</p>
            <DataTable label=test.question columns>{in_force}{draft}</DataTable>
        </div>
    }
    .into_any()
}

pub(crate) fn answer(allowed: bool) -> AnyView {
    if allowed {
        view! { <Badge text=words::ALLOWED tone=Tone::Ok/> }.into_any()
    } else {
        view! { <Badge text=words::DENIED tone=Tone::Danger/> }.into_any()
    }
}

/// The policies that decided, each a link for those who may read it.
pub(crate) fn named(mentions: Vec<PolicyMention>) -> AnyView {
    if mentions.is_empty() {
        return view! { <span class="muted">{words::BY_NOTHING}</span> }.into_any();
    }
    let items: Vec<_> = mentions.into_iter().map(|mention| view! { <li>{mention_link(mention)}</li> }).collect();
    view! { <ul class="policy-names">{items}</ul> }.into_any()
}

pub(crate) fn mention_link(mention: PolicyMention) -> AnyView {
    let mono = if mention.is_role { "break" } else { "mono break" };
    match mention.href {
        Some(href) => view! { <a class=format!("link {mono}") href=href>{mention.name}</a> }.into_any(),
        None => view! { <span class=mono>{mention.name}</span> }.into_any(),
    }
}
