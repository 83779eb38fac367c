//! Sign-in providers: how each is set up, what to register there, and the test.

use frontend::CopyButton;
use leptos::prelude::*;
use model::view::{ProviderRow, ProviderState, ProviderStep, ProvidersView, StepOutcome};

use crate::{
    components::{Badge, Banner, Button, CodeBlock, Count, EmptyState, HiddenFields, Icon, KeyValue, KeyValueRow, Tag, Tone},
    text::providers as words,
};

/// What stands in `<main>`.
pub fn providers(view: ProvidersView) -> impl IntoView {
    let count = view.providers.len() as u64;
    let example = view.example.map(|example| {
        view! {
            <EmptyState title=words::NONE text=words::NONE_HINT/>
            <div class="provider-example"><CodeBlock code=example label=words::EXAMPLE/></div>
        }
    });
    let rows: Vec<_> = view.providers.into_iter().map(provider).collect();
    view! {
        <div class="page-head"><h1 class="title">{words::TITLE}{(count > 0).then(|| view! { <Count count/> })}</h1></div>
        <p class="lead">{words::LEAD}</p>
        {example}
        {rows}
    }
}

fn provider(row: ProviderRow) -> AnyView {
    let heading = format!("provider-{}", row.id);
    let id = heading.clone();
    let (tone, label) = (tone(row.state), words::state(row.state));
    let tested = row.report.is_some();
    let report = row.report.clone().map(report);
    view! {
        <section class="section provider" aria-labelledby=heading>
            <div class="provider-head">
                <h2 class="provider-title" id=id dir="auto">{row.label.clone()}</h2>
                <Badge text=label tone/>
                <form method="get" action="/admin/providers">
                    <HiddenFields fields=vec![("test", row.id.clone())]/>
                    <Button text=if tested { words::TEST_AGAIN } else { words::TEST }/>
                </form>
            </div>
            {report}
            <div class="provider-columns">{register(&row)}{here(&row)}</div>
        </section>
    }
    .into_any()
}

fn tone(state: ProviderState) -> Tone {
    match state {
        ProviderState::Ready => Tone::Ok,
        ProviderState::Configured => Tone::Neutral,
        ProviderState::Failing => Tone::Danger,
    }
}

/// The addresses that somebody copies into the provider's forms.
fn register(row: &ProviderRow) -> AnyView {
    let address = |label: &'static str, what: &'static str, value: &String| {
        let id = format!("{what}-{}", row.id);
        let value = value.clone();
        view! {
            <KeyValueRow label>
                <span class="provider-address"><code class="break" id=id.clone() dir="ltr">{value}</code><CopyButton target=id what=label.to_lowercase()/></span>
            </KeyValueRow>
        }
    };
    let redirect = address(words::REDIRECT, "redirect", &row.redirect);
    let after = row.after_logout.as_ref().map(|value| address(words::AFTER_LOGOUT, "after-logout", value));
    let back = row.back_channel.as_ref().map(|value| address(words::BACK_CHANNEL, "back-channel", value));
    view! {
        <div><h3 class="section-title">{words::REGISTER}</h3><KeyValue>{redirect}{after}{back}</KeyValue></div>
    }
    .into_any()
}

fn here(row: &ProviderRow) -> AnyView {
    let issuer = if row.kind == "oidc" { words::ISSUER } else { words::AUTHORIZATION };
    let tags = |values: &[String]| -> AnyView {
        let tags: Vec<_> = values.iter().map(|value| view! { <Tag text=value.clone()/> }).collect();
        view! { <span class="provider-tags">{tags}</span> }.into_any()
    };
    let domains = if row.allowed_domains.is_empty() { words::EVERYBODY.into_any() } else { tags(&row.allowed_domains) };
    let groups = row.groups_claim.clone().map(|claim| view! { <KeyValueRow label=words::GROUPS><code>{claim}</code></KeyValueRow> });
    let scopes = (!row.scopes.is_empty()).then(|| {
        let scopes = tags(&row.scopes);
        view! { <KeyValueRow label=words::SCOPES>{scopes}</KeyValueRow> }
    });
    let (id, kind, address) = (row.id.clone(), words::kind(row.kind), row.issuer.clone());
    let (resolvers, provision) = (tags(&row.resolvers), words::provision(row.provision));
    view! {
        <div>
            <h3 class="section-title">{words::HERE}</h3>
            <KeyValue>
                <KeyValueRow label=words::ID><code>{id}</code>" "<span class="muted">{kind}</span></KeyValueRow>
                <KeyValueRow label=issuer><code class="break" dir="ltr">{address}</code></KeyValueRow>
                {scopes}
                <KeyValueRow label=words::RESOLVERS>{resolvers}</KeyValueRow>
                <KeyValueRow label=words::DOMAINS>{domains}</KeyValueRow>
                <KeyValueRow label=words::PROVISION>{provision}</KeyValueRow>
                {groups}
            </KeyValue>
        </div>
    }
    .into_any()
}

fn report(steps: Vec<ProviderStep>) -> AnyView {
    let of = |wanted: StepOutcome| steps.iter().filter(|step| step.outcome == wanted).count();
    let (failed, warnings) = (of(StepOutcome::Failed), of(StepOutcome::Warning));
    let tone = match (failed, warnings) {
        (0, 0) => Tone::Ok,
        (0, _) => Tone::Warning,
        _ => Tone::Danger,
    };
    let steps: Vec<_> = steps.into_iter().map(step).collect();
    view! {
        <div class="provider-report" role="status">
            <Banner tone title=words::verdict(failed, warnings)>
                <ol class="provider-steps" aria-label=words::REPORT>{steps}</ol>
            </Banner>
        </div>
    }
    .into_any()
}

fn step(step: ProviderStep) -> AnyView {
    let tone = match step.outcome {
        StepOutcome::Ok => Tone::Ok,
        StepOutcome::Warning => Tone::Warning,
        StepOutcome::Failed => Tone::Danger,
        StepOutcome::Skipped => Tone::Neutral,
    };
    let glyph = tone.glyph().map(|glyph| view! { <Icon glyph/> });
    view! {
        <li class=format!("provider-step {}", tone.class())>
            <span class="provider-step-mark">{glyph}<span class="sr-only">{words::outcome(step.outcome)}</span></span>
            <span class="provider-step-title">{step.title}</span>
            <span class="provider-step-detail break" dir="auto">{step.detail}</span>
        </li>
    }
    .into_any()
}
