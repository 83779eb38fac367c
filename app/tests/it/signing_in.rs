//! Providers as administrators see them, and somebody who was not let in.

use app::render;
use model::view::{Frame, NotLetInView, Place, ProviderRow, ProviderState, ProviderStep, ProvidersView, StepOutcome, TriedResolver};

use crate::{
    fixtures,
    markup::{faults, words},
};

fn row(state: ProviderState, report: Option<Vec<ProviderStep>>) -> ProviderRow {
    let own = str::to_owned;
    ProviderRow {
        id: own("sso"),
        label: own("Example <SSO>"),
        kind: "oidc",
        issuer: own("https://login.example.com/realms/a-very-long-name-of-a-realm-that-does-not-fit-into-one-line"),
        state,
        redirect: own("https://portal.example.com/sign-in/sso/callback"),
        after_logout: Some(own("https://portal.example.com/sign-in")),
        back_channel: Some(own("https://portal.example.com/sign-in/sso/back-channel-logout")),
        scopes: vec![own("openid"), own("email")],
        resolvers: vec![own("subject"), own("email")],
        allowed_domains: vec![own("example.com")],
        provision: "users-and-groups",
        groups_claim: Some(own("groups")),
        report,
    }
}

fn step(title: &str, outcome: StepOutcome) -> ProviderStep {
    ProviderStep { title: title.to_owned(), outcome, detail: format!("What was found of the {title}.") }
}

fn page(view: ProvidersView) -> String {
    render::providers(fixtures::frame(Place::AdminProviders, "/admin/providers"), view)
}

#[test]
fn providers_are_sound_and_say_what_to_register() {
    let plain = ProviderRow {
        id: "plain".to_owned(),
        kind: "oauth2",
        after_logout: None,
        back_channel: None,
        scopes: Vec::new(),
        allowed_domains: Vec::new(),
        groups_claim: None,
        provision: "none",
        ..row(ProviderState::Configured, None)
    };
    let html = page(ProvidersView { providers: vec![row(ProviderState::Ready, None), plain], example: None });
    assert_eq!(faults(&html), Vec::<String>::new());
    for word in [
        "https://portal.example.com/sign-in/sso/callback",
        "Back-channel logout",
        "Ready",
        "Not tested",
        "are not let in until they are in the catalog",
    ] {
        assert!(words(&html).contains(word), "{word}");
    }
    assert_eq!(words(&html).matches("After signing out").count(), 1);
}

#[test]
fn a_report_says_how_it_is() {
    let check = |outcomes: &[StepOutcome], expected: &str| {
        let steps = outcomes.iter().enumerate().map(|(at, outcome)| step(&format!("step {at}"), *outcome)).collect();
        let html = page(ProvidersView { providers: vec![row(ProviderState::Failing, Some(steps))], example: None });
        assert_eq!(faults(&html), Vec::<String>::new());
        assert!(words(&html).contains(expected), "{expected}");
    };
    check(&[StepOutcome::Ok, StepOutcome::Ok], "Everything that a sign-in needs is there.");
    check(&[StepOutcome::Ok, StepOutcome::Warning], "People can sign in; one thing is not all it could be.");
    check(&[StepOutcome::Failed, StepOutcome::Skipped, StepOutcome::Failed], "Nobody can sign in: 2 things are wrong.");
}

#[test]
fn without_providers_there_is_an_example() {
    let html = page(ProvidersView { providers: Vec::new(), example: Some("[[sign-in]]\nid = \"okta\"\n".to_owned()) });
    assert_eq!(faults(&html), Vec::<String>::new());
    assert!(words(&html).contains("No provider yet") && words(&html).contains("[[sign-in]]"));
}

#[test]
fn somebody_who_was_not_let_in_reads_why() {
    let outside = || Frame { person: None, ..fixtures::frame(Place::Elsewhere, "/sign-in/sso/callback?code=x") };
    let tried = |value: Option<&str>| TriedResolver {
        resolver: "email".to_owned(),
        place: "spec.profile.email".to_owned(),
        value: value.map(str::to_owned),
        outcome: "No User has this address.".to_owned(),
    };
    let view = NotLetInView {
        provider: "Example <SSO>".to_owned(),
        title: "You are not in the catalog yet".to_owned(),
        message: "Nobody is you.".to_owned(),
        tried: vec![tried(Some("ada@example.com")), tried(None)],
        snippet: Some("kind: User\n".to_owned()),
        again: "/sign-in".to_owned(),
        request_id: "0123456789abcdef".to_owned(),
    };
    let html = render::not_let_in(outside(), view.clone());
    assert_eq!(faults(&html), Vec::<String>::new());
    for word in ["ada@example.com", "not said", "kind: User", "Request 0123456789abcdef"] {
        assert!(words(&html).contains(word), "{word}");
    }
    let bare = render::not_let_in(outside(), NotLetInView { tried: Vec::new(), snippet: None, ..view });
    assert_eq!(faults(&bare), Vec::<String>::new());
}
