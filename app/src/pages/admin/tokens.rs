//! Every token of the installation.

use leptos::prelude::*;
use model::view::{ADMIN_PAGE, TokenHolder, TokenView, TokensQuery, TokensShown, TokensView};

use super::{people::filter, service_accounts::tabs};
use crate::{
    components::{ButtonLink, Choice, EmptyState, Pager, Segmented},
    pages::settings::token_table,
    text::admin as words,
};

/// What stands in `<main>`.
pub fn tokens(view: TokensView) -> impl IntoView {
    let to = |shown: TokensShown| TokensQuery { shown, page: 1, ..view.query.clone() }.href();
    let working = view.counts.iter().find(|(shown, _)| *shown == TokensShown::Working).map_or(0, |(_, count)| *count);
    let shown = view.counts.iter().filter(|(shown, count)| *count > 0 || *shown == TokensShown::Working || view.query.shown == *shown);
    let choices: Vec<_> = shown
        .map(|(shown, count)| Choice::new(words::tokens_shown(*shown), to(*shown), view.query.shown == *shown).count(*count))
        .collect();
    let filter = filter("/admin/tokens", &view.query.text, view.query.shown.value(), words::FIND_TOKEN, words::FIND_TOKEN_HINT);
    let tabs = tabs(view.services, working, true);
    view! {
        <div class="page-head"><h1 class="title">{words::ALL_TOKENS}</h1></div>
        <p class="lead">{words::ALL_TOKENS_LEAD}</p>
        <div class="problem-sorts">{tabs}</div>
        <div class="token-tools"><Segmented label=words::TOKENS_SHOWN choices/>{filter}</div>
        {results(view)}
    }
}

fn results(view: TokensView) -> AnyView {
    if view.rows.is_empty() {
        return view! {
            <EmptyState title=words::NO_TOKEN_MATCHES text=words::NO_TOKEN_MATCHES_HINT>
                <ButtonLink text=words::SHOW_WORKING href="/admin/tokens"/>
            </EmptyState>
        }
        .into_any();
    }
    let TokensView { query, rows, total, may_revoke, may_change_services, now, .. } = view;
    let may = move |token: &TokenView| match token.holder {
        TokenHolder::Person(_) => may_revoke,
        TokenHolder::Service(_) => may_change_services,
    };
    let (page, back) = (query.page, query.href());
    view! {
        {token_table(rows, true, may, |token: &TokenView| format!("/admin/tokens/{}/revoke", token.id), &back, now)}
        <Pager page size=ADMIN_PAGE total href=Box::new(move |page| TokensQuery { page, ..query.clone() }.href())/>
    }
    .into_any()
}
