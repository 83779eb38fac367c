//! Sessions and tokens as pages show them.

use identity::{Access, Action};
use model::{
    Timestamp, Via,
    view::{ScopeArea, ScopeGroup, SessionView, TokenHolder, TokenView},
};

use crate::{
    access::{SessionRow, TokenRow},
    catalog::changes::actor_of,
    roles::is_built,
    summary::Links,
};

/// A session, marked if it is the one by which `via` came in.
pub(crate) fn session(row: SessionRow, via: &Via) -> SessionView {
    SessionView {
        current: matches!(via, Via::Session(id) if **id == row.public_id),
        browser: browser(&row.agent),
        id: row.public_id,
        way: row.provider,
        address: row.address,
        since: row.created_at.into(),
        seen: row.seen_at.into(),
        expires: row.expires_at.into(),
    }
}

/// A token. One whose owner cannot be read, which the database does not hold, shows as a service account's.
pub(crate) fn token(row: TokenRow, links: &Links<'_>) -> TokenView {
    let holder = match row.person.parse() {
        Ok(person) if row.service.is_empty() => TokenHolder::Person(links.target(&person)),
        _ => TokenHolder::Service(row.service),
    };
    TokenView {
        id: row.id,
        hint: row.hint,
        name: row.name,
        holder,
        scopes: row.scopes.0,
        made_by: actor_of(links, &row.created_by),
        made: row.created_at.into(),
        expires: row.expires_at.map(Into::into),
        used: row.used_at.map(Into::into),
        used_from: row.used_from,
        revoked: row.revoked_at.map(Into::into),
    }
}

/// Those that work first, then the latest made.
pub(crate) fn sorted(mut tokens: Vec<TokenView>, now: Timestamp) -> Vec<TokenView> {
    tokens.sort_by_key(|token| (!token.works(now), std::cmp::Reverse(token.made)));
    tokens
}

/// What tokens can be limited to, of what the portal does already.
pub(crate) fn areas() -> Vec<ScopeArea> {
    let mut areas: Vec<ScopeArea> = Vec::new();
    for action in Action::ALL.iter().copied().filter(|action| is_built(*action)) {
        let Some((area, _)) = action.id().split_once(':') else { continue };
        let at = areas.iter().position(|known| known.area == area).unwrap_or_else(|| {
            areas.push(ScopeArea { area: area.to_owned(), group: group(action), ..ScopeArea::default() });
            areas.len() - 1
        });
        let about = action.about().to_owned();
        match action.access() {
            Access::Read => areas[at].reads.push(about),
            Access::Write => areas[at].writes.push(about),
        }
    }
    areas
}

fn group(action: Action) -> ScopeGroup {
    if action < Action::StarWrite {
        ScopeGroup::Catalog
    } else if action < Action::PersonRead {
        ScopeGroup::Own
    } else {
        ScopeGroup::Administration
    }
}

/// A browser in words: `Firefox on Linux`. What it calls itself names many that it is not; the order tells them apart.
pub(crate) fn browser(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 9] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Vivaldi/", "Vivaldi"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => match agent.split(['/', ' ']).next().filter(|name| !name.is_empty()) {
            Some(name) => name.chars().take(40).collect(),
            None => "Unknown browser".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_in_words() {
        let check = |agent: &str, expected: &str| assert_eq!(browser(agent), expected, "{agent}");
        check("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux");
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        );
        check(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
            "Safari on macOS",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140 Mobile Safari/604.1",
            "Chrome on iPhone",
        );
        check("curl/8.5.0", "curl");
        check("", "Unknown browser");
    }

    #[test]
    fn every_built_action_is_in_an_area() {
        let areas = areas();
        assert_eq!(areas.first().map(|area| area.area.as_str()), Some("catalog"));
        assert!(areas.iter().all(|area| !(area.reads.is_empty() && area.writes.is_empty())));
        assert!(areas.iter().any(|area| area.area == "notification" && area.group == ScopeGroup::Administration));
        assert!(!areas.iter().any(|area| area.area == "survey"));
    }
}
