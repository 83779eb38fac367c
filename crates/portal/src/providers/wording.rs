//! What somebody reads who was not let in: what was looked for, where, and what can be done.

use identity::provider::{Identified, ProviderConfig, ProviderError, Reason, Resolver};
use model::view::{NotLetInView, TriedResolver};
use serde_json::json;

use super::provision::{Holder, plain_name};

/// An answer that is not accepted.
pub(super) fn refused(error: &ProviderError) -> NotLetInView {
    let title = match error.reason {
        Reason::UnknownState => "This sign-in is over",
        Reason::OtherBrowser => "This sign-in began elsewhere",
        Reason::Denied => "The provider did not let you through",
        Reason::Misconfigured => "The provider is not set up right",
        _ => "The provider's answer was not accepted",
    };
    let message = match error.reason {
        Reason::UnknownState | Reason::OtherBrowser | Reason::Denied | Reason::Email => sentence(&error.message),
        Reason::Misconfigured => {
            "This is nothing that you did. Whoever runs this portal can test the provider under Administration, Sign-in, and \
                                  finds the reason in the portal's log, under the number below."
                .to_owned()
        }
        // More than this helps those who run the portal, and those who forge answers: it is in the log.
        reason => {
            let what = match reason {
                Reason::Code => "The provider does not take the code. ",
                Reason::Nonce => "The token belongs to another sign-in. ",
                Reason::Expired => "The provider's token has run out, or comes from the future. ",
                _ => "",
            };
            format!(
                "{what}Sign in again. If that does not help, tell whoever runs this portal the number below: the portal's log has the reason."
            )
        }
    };
    NotLetInView { title: title.to_owned(), message, ..NotLetInView::default() }
}

/// The provider said no.
pub(super) fn denied(error: &str, description: Option<&str>) -> ProviderError {
    let short = |text: &str| -> String { text.chars().filter(|c| !c.is_control()).take(200).collect() };
    let said = match description {
        Some(description) => format!("{} ({})", short(description), short(error)),
        None => short(error),
    };
    let message = match error {
        "access_denied" => format!("the provider says that you, or somebody who may decide it, refused: {said}"),
        "login_required" | "interaction_required" | "consent_required" => {
            format!("the provider wants to ask you something first: {said}. Sign in again")
        }
        "temporarily_unavailable" | "server_error" => format!("the provider cannot answer at the moment: {said}. Try again"),
        "invalid_scope" | "unauthorized_client" | "invalid_request" | "unsupported_response_type" => {
            return ProviderError::new(Reason::Misconfigured, format!("the provider does not accept how it was asked: {said}"));
        }
        _ => format!("the provider says: {said}"),
    };
    ProviderError::new(Reason::Denied, message)
}

/// Somebody whose address may not sign in; `None` if it may.
pub(super) fn foreign(config: &ProviderConfig, someone: &Identified) -> Option<NotLetInView> {
    if config.allowed_domains.is_empty() || someone.verified_email().is_some_and(|email| config.allows_domain(email)) {
        return None;
    }
    let why = match (&someone.email, someone.verified_email()) {
        (_, Some(email)) => format!("{email} is none of them"),
        (Some(email), None) => format!("the provider does not say that {email} is verified"),
        (None, None) => "the provider did not say an e-mail address".to_owned(),
    };
    let message = format!(
        "Only people with an address at {} may sign in with {}, and {why}. If you have another account there, sign out of this one first.",
        config.allowed_domains.join(" or "),
        config.label
    );
    Some(NotLetInView { title: "This address may not sign in".to_owned(), message, ..NotLetInView::default() })
}

/// Nobody in the catalog is it.
pub(super) fn nobody(config: &ProviderConfig, someone: &Identified, tried: Vec<TriedResolver>) -> NotLetInView {
    NotLetInView {
        title: "You are not in the catalog yet".to_owned(),
        message: format!(
            "{} says who you are, and no User of the catalog is you. An administrator can add you, as below, to a file that the catalog reads, \
             or to the User that you are.",
            config.label
        ),
        snippet: Some(snippet(config, someone)),
        tried,
        ..NotLetInView::default()
    }
}

/// More than one is it.
pub(super) fn several(config: &ProviderConfig, tried: Vec<TriedResolver>, count: usize) -> NotLetInView {
    NotLetInView {
        title: "You are several people in the catalog".to_owned(),
        message: format!(
            "{count} Users of the catalog have what {} says about you, and only one can be you. An administrator has to take it from the others.",
            config.label
        ),
        tried,
        ..NotLetInView::default()
    }
}

/// Somebody else has the name that they would get.
pub(super) fn taken(config: &ProviderConfig, name: &str, by: Holder) -> NotLetInView {
    let why = match by {
        Holder::Catalog => {
            "which the catalog has from elsewhere. If that is you, an administrator can say so there: with your e-mail address, or the \
             annotation that this provider looks for"
        }
        // Of which kind, is the administrators' to know: the audit log says it.
        Holder::Account | Holder::Grant | Holder::Earlier => {
            "a name that this portal keeps for somebody. If that is you, an administrator can add a User of that name to the catalog, with your \
             e-mail address, or the annotation that this provider looks for"
        }
    };
    NotLetInView {
        title: "Your name is taken".to_owned(),
        message: format!("{} says who you are, and you would become {name}, {why}.", config.label),
        ..NotLetInView::default()
    }
}

/// There is nothing to make a name of.
pub(super) fn nameless(config: &ProviderConfig) -> NotLetInView {
    NotLetInView {
        title: "You have no name that can be used".to_owned(),
        message: format!(
            "{} says neither a login nor a verified e-mail address from which a name could be made. An administrator can ask it for more (scopes), \
             or add you to the catalog.",
            config.label
        ),
        ..NotLetInView::default()
    }
}

/// A User that every resolver of the provider would find. Values are JSON strings, which YAML reads as they are.
fn snippet(config: &ProviderConfig, someone: &Identified) -> String {
    let quote = |text: &str| json!(text).to_string();
    let name = plain_name(someone).unwrap_or_else(|| "first.last".to_owned());
    let mut annotations = Vec::new();
    for resolver in &config.resolvers {
        let Resolver::Annotation { key, claim } = resolver else { continue };
        let value = match claim {
            None => someone.login.clone(),
            Some(claim) => someone.claim(claim),
        };
        annotations.extend(value.map(|value| format!("    {key}: {}\n", quote(&value))));
    }
    let annotations = if annotations.is_empty() { String::new() } else { format!("  annotations:\n{}", annotations.concat()) };
    let mut profile = String::new();
    if let Some(shown) = &someone.name {
        profile.push_str(&format!("    displayName: {}\n", quote(shown)));
    }
    if let Some(email) = &someone.email {
        profile.push_str(&format!("    email: {}\n", quote(email)));
    }
    let profile = if profile.is_empty() { String::new() } else { format!("  profile:\n{profile}") };
    format!("apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: {name}\n{annotations}spec:\n{profile}  memberOf: []\n")
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut out: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visitors_read_nothing_of_how_it_is_set_up() {
        for reason in [Reason::Misconfigured, Reason::Code, Reason::Issuer, Reason::Signature, Reason::Malformed, Reason::Expired] {
            let view = refused(&ProviderError::new(reason, "10.0.0.3:8443 says invalid_client; check client-secret"));
            assert!(!view.message.contains("10.0.0.3") && !view.message.contains("client-secret"), "{}", view.message);
        }
        let over = refused(&ProviderError::new(Reason::UnknownState, "it was used before; sign in again"));
        assert_eq!(over.message, "It was used before; sign in again.");
    }
}
