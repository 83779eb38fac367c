//! Tokens: one's own, the table that administration shows too, and the one moment in which a token is seen.

use frontend::CopyButton;
use leptos::prelude::*;
use model::{
    Timestamp,
    view::{MadeToken, OwnTokensView, TokenHolder, TokenState, TokenView},
};

use super::until;
use crate::{
    components::{
        Badge, Banner, Button, ButtonLink, Count, DataTable, Dialog, EmptyState, Glyph, HiddenFields, Icon, Look, TableColumn, Tag, Time,
        Tone,
    },
    pages::admin,
    text::settings as words,
};

/// What stands in `<main>`: one's own tokens.
pub fn own_tokens(view: OwnTokensView) -> impl IntoView {
    let OwnTokensView { tokens, made: fresh, may_make, now } = view;
    let new = may_make.then(|| {
        view! { <div class="actions"><ButtonLink text=words::NEW_TOKEN href="/settings/tokens/new" look=Look::Primary glyph=Glyph::Plus/></div> }
    });
    let count = tokens.iter().filter(|token| token.works(now)).count() as u64;
    let list = if tokens.is_empty() {
        view! { <EmptyState title=words::NO_TOKENS text=words::NO_TOKENS_HINT/> }.into_any()
    } else {
        token_table(tokens, false, |_| true, |token| format!("/settings/tokens/{}/revoke", token.id), "/settings/tokens", now)
    };
    view! {
        <div class="page-head"><h1 class="title">{words::TOKENS}{(count > 0).then(|| view! { <Count count/> })}</h1>{new}</div>
        <p class="lead">{words::TOKENS_LEAD}</p>
        {made(fresh)}
        {list}
    }
}

/// A token that was just made, to be copied now.
pub(in crate::pages) fn made(fresh: Option<MadeToken>) -> Option<AnyView> {
    let MadeToken { name, token } = fresh?;
    Some(
        view! {
            <div class="made" role="status">
                <Banner tone=Tone::Ok title=words::token_made(&name)>
                    <div class="made-secret"><code id="made-token" dir="ltr">{token}</code><CopyButton target="made-token".to_owned() what=words::THE_TOKEN.to_owned()/></div>
                    <p>{words::TOKEN_MADE_HINT}</p>
                </Banner>
            </div>
        }
        .into_any(),
    )
}

/// Tokens, each with the button that revokes it, for those that `may` be revoked.
pub(in crate::pages) fn token_table(
    tokens: Vec<TokenView>,
    with_holder: bool,
    may: impl Fn(&TokenView) -> bool,
    action: impl Fn(&TokenView) -> String,
    back: &str,
    now: Timestamp,
) -> AnyView {
    let mut columns = vec![TableColumn::new(words::TOKEN).class("wide")];
    columns.extend(with_holder.then(|| TableColumn::new(words::HOLDER)));
    columns.extend([words::SCOPES, words::MADE, words::EXPIRES, words::LAST_USED].map(TableColumn::new));
    columns.push(TableColumn::new(words::ACTIONS).class("narrow").hidden());
    let rows: Vec<_> = tokens
        .into_iter()
        .enumerate()
        .map(|(at, token)| {
            let state = token.state(now);
            let holder = with_holder.then(|| view! { <td data-label=words::HOLDER>{holder(&token.holder)}</td> });
            let scopes: Vec<_> = token.scopes.iter().cloned().map(|text| view! { <Tag text/> }).collect();
            let expires = match (token.revoked, token.expires) {
                (Some(at), _) => view! { {words::state(TokenState::Revoked)}" "<Time at now/> }.into_any(),
                (None, Some(expires)) => until(expires, now),
                (None, None) => view! { <span class="muted">{words::NEVER_ENDS}</span> }.into_any(),
            };
            let used = match token.used {
                Some(used) => {
                    let title = (!token.used_from.is_empty()).then(|| format!("{} {}", words::FROM, token.used_from));
                    view! { <span title=title><Time at=used now/></span> }.into_any()
                }
                None => view! { <span class="muted">{words::NEVER_USED}</span> }.into_any(),
            };
            let revoke = (token.works(now) && may(&token)).then(|| revoke(&token, at, action(&token), back));
            let name = token.name.clone();
            view! {
                <tr class=(!token.works(now)).then_some("is-gone")>
                    <td class="cell-main">
                        <span class="token-name"><Icon glyph=Glyph::Key/><bdi>{name}</bdi></span>
                        <code class="muted small token-hint" dir="ltr">{format!("{}…", token.hint)}</code>
                        {badge(state)}
                    </td>
                    {holder}
                    <td data-label=words::SCOPES><span class="row-tags">{scopes}</span></td>
                    <td class="short" data-label=words::MADE><Time at=token.made now/></td>
                    <td class="short" data-label=words::EXPIRES>{expires}</td>
                    <td class="short" data-label=words::LAST_USED>{used}</td>
                    <td class="view-actions">{revoke}</td>
                </tr>
            }
        })
        .collect();
    view! { <div class="admin-table"><DataTable label=words::TOKENS columns labelled=true>{rows}</DataTable></div> }.into_any()
}

/// What is not as it should be with a token; nothing for one that works or is gone, which the column of its end says.
fn badge(state: TokenState) -> Option<AnyView> {
    let tone = match state {
        TokenState::Expiring => Tone::Warning,
        TokenState::Expired | TokenState::Revoked => Tone::Neutral,
        TokenState::Active => return None,
    };
    Some(view! { <Badge text=words::state(state) tone/> }.into_any())
}

fn holder(holder: &TokenHolder) -> AnyView {
    match holder {
        TokenHolder::Person(link) => admin::people::person_link(link),
        TokenHolder::Service(name) => admin::service_accounts::service_link(name),
    }
}

/// The button and the question behind it.
fn revoke(token: &TokenView, at: usize, action: String, back: &str) -> AnyView {
    let id = format!("revoke-{at}");
    let (label, title) = (words::revoke(&token.name), words::revoke_question(&token.name));
    let fields = vec![("return_to", back.to_owned())];
    view! {
        <button class=Look::Quiet.class() type="button" popovertarget=id.clone() aria-label=label>{words::REVOKE}</button>
        <Dialog id title>
            <p>{words::REVOKE_HINT}</p>
            <form class="actions" method="post" action=action>
                <HiddenFields fields/>
                <Button text=words::REVOKE look=Look::Danger/>
            </form>
        </Dialog>
    }
    .into_any()
}
