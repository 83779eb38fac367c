//! Problems, changes and edits: sound markup, and words that say what the data says.

use app::render;
use model::view::{EditMode, Place};

use crate::{
    fixtures::frame,
    markup::{faults, words},
    truth_fixtures as fixtures,
};

fn every_page() -> Vec<(&'static str, String)> {
    let at = |place: Place| frame(place, "/here?a=1&b=2");
    let edit = |mode: EditMode, wrong: bool| render::edit(at(Place::Catalog), fixtures::edit(mode, wrong));
    vec![
        (
            "problems",
            render::problems(at(Place::Problems), fixtures::problems("sort=error&owner=group:payments&kind=component&location=x")),
        ),
        ("problems, nothing found", render::problems(at(Place::Problems), fixtures::problems("location=nothing"))),
        ("no problems", render::problems(at(Place::Problems), fixtures::no_problems())),
        ("changes", render::changes(at(Place::Changes), fixtures::changes("owner=group:a&actor=user:ada&before=1-a"))),
        ("changes around", render::changes(at(Place::Changes), fixtures::changes("around=component:payment-service&since=1d"))),
        ("changes, nothing found", render::changes(at(Place::Changes), fixtures::changes("q=nothing"))),
        ("form", edit(EditMode::Form, false)),
        ("form, wrong", edit(EditMode::Form, true)),
        ("yaml", edit(EditMode::Yaml, false)),
        ("yaml, wrong", edit(EditMode::Yaml, true)),
        ("overlay", edit(EditMode::Overlay, false)),
        ("overlay, wrong", edit(EditMode::Overlay, true)),
        ("not yours", render::not_yours(at(Place::Catalog), fixtures::not_yours())),
        ("delete", render::delete_entity(at(Place::Catalog), fixtures::delete(2))),
        ("delete without dangling", render::delete_entity(at(Place::Catalog), fixtures::delete(0))),
        ("new", render::new_entity(at(Place::Catalog), fixtures::new_entity(false))),
        ("new, wrong", render::new_entity(at(Place::Catalog), fixtures::new_entity(true))),
    ]
}

#[test]
fn every_page_is_sound() {
    for (name, html) in every_page() {
        assert_eq!(faults(&html), Vec::<String>::new(), "{name}");
        assert!(!html.contains("<b>"), "{name}: somebody's words became markup");
    }
}

#[test]
fn what_was_typed_stays_in_the_editor() {
    let html = render::edit(frame(Place::Catalog, "/x"), fixtures::edit(EditMode::Yaml, true));
    assert!(html.contains("name: payment-service # &lt;/textarea"), "the text area holds the text and does not end with it: {html}");
}

#[test]
fn a_change_says_what_who_and_where() {
    let text = words(&render::changes(frame(Place::Changes, "/changes"), fixtures::changes("")));
    let text = text.split("Every kind").last().unwrap_or_default();
    insta::assert_snapshot!(text.split("Older changes").next().unwrap_or_default(), @r"
    Component
    Anything
    New
    Changed
    Moved
    Removed
    Overlaid
    Filter
    Today, 2026-11-22
    payment-service changed spec.owner
    services/payment-service/catalog-info.yaml
    payments → billing
    3 min ago
    payment-service has another overlay metadata.labels.tier
    Ada Lovelace
    not set → 1
    40 min ago
    payment-service moved to another source
    system:admin-token
    1 h ago
    2026-11-21
    payment-service (not in the catalog) was removed
    services/payment-service/catalog-info.yaml
    yesterday
    payment-service came into the catalog spec.a and 1 more
    services/payment-service/catalog-info.yaml
    Changed fields
    spec.a
    + Added: one line
    + Added: and another <b>line</b>one line
    + Added: and another <b>line</b>one line
    + Added: and another <b>line</b>
    spec.b
    − Removed: 1
    yesterday
    ");
}

#[test]
fn a_problem_says_what_where_and_what_to_do() {
    let text = words(&render::problems(frame(Place::Problems, "/problems"), fixtures::problems("")));
    let start = text.find("yours").unwrap_or_default();
    let text: String = text[start..].lines().take(12).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(text, @r"
    yours
    payment-service Cannot be read
    Cannot be read here
    /spec/owner must be string <b>
    Correct the descriptor.
    services/a/catalog-info.yaml:7
    payment-service Never worked
    Never worked here
    /spec/owner must be string <b>
    Correct the descriptor.
    services/a/catalog-info.yaml:7
    payment-service Loss to confirm
    ");
}
