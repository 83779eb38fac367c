//! The YAML editor: a text area, and what is wrong with its lines.

use frontend::YamlCheck;
use leptos::prelude::*;
use model::view::{EditView, YamlProblem};

use super::{page_of, switch};
use crate::{
    components::{Button, ButtonLink, HiddenFields, Look, text_area},
    text::edit as words,
};

pub(super) fn editor(view: EditView) -> AnyView {
    let page = page_of(&view.entity);
    let save = if view.conflict.is_some() { words::SAVE_ANYWAY } else { words::SAVE };
    let hidden = vec![("as", "yaml".to_owned()), ("etag", view.etag.clone())];
    view! {
        {switch(&view)}
        <form class="edit-form edit-yaml" method="post" action=page>
            <HiddenFields fields=hidden/>
            {area(view.yaml.clone(), &view.yaml_problems)}
            <div class="actions edit-actions">
                <Button text=save look=Look::Primary/>
                <ButtonLink text=words::CANCEL href=view.entity.entity_ref.href() look=Look::Quiet/>
                <ButtonLink text=words::DELETE href=format!("{}/delete", view.entity.entity_ref.href()) look=Look::Danger/>
            </div>
        </form>
    }
    .into_any()
}

/// The text area with its line numbers, checked while one types where scripts run.
pub(super) fn area(yaml: String, problems: &[YamlProblem]) -> AnyView {
    let rows = yaml.lines().count().clamp(14, 40) + 2;
    let items: Vec<_> = problems
        .iter()
        .map(|problem| {
            let help = (!problem.help.is_empty()).then(|| view! { <span class="muted">{problem.help.clone()}</span> });
            view! { <li><strong>{words::at_line(problem.line, problem.column)}</strong><span dir="auto">{problem.message.clone()}</span>{help}</li> }
        })
        .collect();
    let wrong = (!problems.is_empty()).then_some("true");
    view! {
        <div class="edit-editor">
            <label for="yaml">{words::YAML}</label>
            <span class="hint" id="yaml-hint">{words::YAML_HINT}</span>
            <YamlCheck>
                <textarea class="input mono" id="yaml" name="yaml" rows=rows.to_string() spellcheck="false" autocomplete="off" autocapitalize="off"
                    wrap="off" dir="ltr" aria-describedby="yaml-hint yaml-problems" maxlength="1000000"
                    aria-invalid=wrong inner_html=text_area(&yaml)></textarea>
                <ol class="yaml-problems" id="yaml-problems" aria-live="polite">{items}</ol>
            </YamlCheck>
        </div>
    }
    .into_any()
}
