//! The entity page: sound markup for every state, and the words that somebody on call looks for.

use app::render;
use model::view::{EntityTab, EntityView, Place};

use crate::{
    entity_fixtures as pages, fixtures,
    markup::{faults, words},
};

fn html(view: EntityView) -> String {
    render::entity(fixtures::frame(Place::Catalog, "/catalog/default/component/payment-service?a=1&b=2"), view)
}

fn every_state() -> Vec<(&'static str, EntityView)> {
    vec![
        ("service", pages::service(EntityTab::Overview)),
        ("dependencies", pages::service(EntityTab::Dependencies)),
        ("apis", pages::service(EntityTab::Apis)),
        ("source", pages::service(EntityTab::Source)),
        ("definition", pages::openapi()),
        ("no definition", EntityView { definition: None, ..pages::openapi() }),
        ("bare", pages::bare()),
        ("bare dependencies", EntityView { tab: EntityTab::Dependencies, ..pages::bare() }),
        ("bare apis", EntityView { tab: EntityTab::Apis, ..pages::bare() }),
        ("long", pages::long(EntityTab::Overview)),
        ("long dependencies", pages::long(EntityTab::Dependencies)),
        ("crowded", pages::crowded()),
        ("group", pages::group()),
    ]
}

#[test]
fn every_state_is_sound() {
    for (name, view) in every_state() {
        assert_eq!(faults(&html(view)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_people_write_stays_text() {
    let html = html(pages::long(EntityTab::Overview));
    assert!(!html.contains("<script>alert") && !html.contains("<b>bold"), "markup of a description or title came through");
    assert!(!html.contains("href=\"javascript:"), "a link runs a script");
}

/// Which of some words stand on the page, in the order in which they stand there.
fn check(view: EntityView, wanted: &[&str]) {
    let said = words(&html(view));
    let mut rest = &*said;
    for want in wanted {
        let at = rest.find(want).unwrap_or_else(|| panic!("{want:?} is missing, or not in its place, in:\n{said}"));
        rest = &rest[at + want.len()..];
    }
}

#[test]
fn the_first_screen_answers_who_what_and_where() {
    check(
        pages::service(EntityTab::Overview),
        &[
            "Checkout",
            "payment-service",
            "Source",
            "Component",
            "production",
            "Takes card",
            "Depends on something that is not in the catalog",
            "Register fraud-scoring",
            "Needs",
            "payments-db",
            "Needed by",
            "checkout-web",
            "and 3 more",
            "Owner",
            "Payments",
            "Contact",
            "#payments-oncall",
            "On call",
            "Noor Haddad",
            "Not connected: Deployed, Logs",
            "About",
            "Relations",
            "Depends on",
        ],
    );
}

#[test]
fn the_graph_is_told_in_words_too() {
    check(
        pages::service(EntityTab::Overview),
        &[
            "These relations as a list",
            "payment-service depends on",
            "payments-db , depends on",
            "fraud-scoring (not in the catalog)",
            "checkout-web depends on payment-service",
        ],
    );
}

#[test]
fn a_definition_lists_its_operations_first() {
    check(pages::openapi(), &["Operations", "3", "POST /payments Take a payment", "Definition", "openapi : 3.1.0"]);
}

#[test]
fn nothing_known_says_what_to_add() {
    check(pages::bare(), &["No description. Add metadata.description", "About", "No owner"]);
    check(EntityView { tab: EntityTab::Dependencies, ..pages::bare() }, &["Nothing is related to it", "spec.dependsOn"]);
    check(EntityView { definition: None, ..pages::openapi() }, &["No definition", "spec.definition"]);
}

#[test]
fn a_group_shows_people_and_what_it_owns() {
    check(
        pages::group(),
        &[
            "Payments",
            "Profile",
            "payments@northwind.example",
            "12 people",
            "94 more",
            "Members",
            "2",
            "山田 太郎",
            "Sub-groups",
            "Owns",
            "123",
            "All 123",
            "service-99",
        ],
    );
}
