//! Locations and registering: sound markup, and words that say what the data says.

use app::render;
use model::view::{LocationStatus, Place, RegisterBy};

use crate::{
    fixtures::frame,
    markup::{faults, words},
    places_fixtures as fixtures,
};

fn every_page() -> Vec<(String, String)> {
    let at = |place: Place| frame(place, "/here?a=1&b=2");
    let mut pages = vec![
        ("locations".to_owned(), render::locations(at(Place::Locations), fixtures::locations(""))),
        ("locations, held".to_owned(), render::locations(at(Place::Locations), fixtures::locations("state=held&q=git"))),
        ("locations, nothing found".to_owned(), render::locations(at(Place::Locations), fixtures::locations("q=nothing"))),
        ("no locations".to_owned(), render::locations(at(Place::Locations), fixtures::no_locations())),
        ("unregister".to_owned(), render::unregister(at(Place::Locations), fixtures::unregister(412))),
        ("unregister nothing".to_owned(), render::unregister(at(Place::Locations), fixtures::unregister(0))),
        (
            "unregister the configuration's".to_owned(),
            render::unregister(at(Place::Locations), model::view::UnregisterView { registered: false, ..fixtures::unregister(3) }),
        ),
    ];
    for status in LocationStatus::ALL {
        pages.push((format!("location, {}", status.value()), render::location(at(Place::Locations), fixtures::location(status))));
    }
    for (name, view) in [
        ("register", fixtures::first(RegisterBy::Address)),
        ("register a text", fixtures::first(RegisterBy::Text)),
        ("register, refused", fixtures::refused()),
        ("register, looked at", fixtures::looked(4, RegisterBy::Address)),
        ("register a text, looked at", fixtures::looked(4, RegisterBy::Text)),
        ("register, many", fixtures::looked(1_001, RegisterBy::Address)),
        ("register, nothing", fixtures::looked(0, RegisterBy::Address)),
        ("register, draft", fixtures::draft(false)),
        ("register, pull request", fixtures::draft(true)),
    ] {
        pages.push((name.to_owned(), render::register(at(Place::Register), view)));
    }
    pages
}

#[test]
fn every_page_is_sound() {
    for (name, html) in every_page() {
        assert_eq!(faults(&html), Vec::<String>::new(), "{name}");
        assert!(!html.contains("<b>"), "{name}: somebody's words became markup");
        assert!(!html.contains("javascript:"), "{name}: a link that runs");
    }
}

#[test]
fn each_state_has_its_words() {
    let text = words(&render::locations(frame(Place::Locations, "/locations"), fixtures::locations("")));
    for word in
        ["Loss held", "Cannot be read", "Going away", "3 problems", "Never read", "Fine", "Asks to wait, in 12 min", "4,212 of 5,000"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn buttons_say_what_happens() {
    let check = |html: String, expected: &str| assert!(words(&html).contains(expected), "{expected}: {}", words(&html));
    let at = || frame(Place::Locations, "/x");
    check(render::unregister(at(), fixtures::unregister(12)), "Unregister and remove 12 entities");
    check(render::unregister(at(), fixtures::unregister(412)), "and 392 more");
    check(render::location(at(), fixtures::location(LocationStatus::Held)), "Confirm and remove 412 entities");
    check(render::location(at(), fixtures::location(LocationStatus::Fine)), "[[catalog.locations]] in waymark.toml");
    check(render::register(at(), fixtures::looked(13, RegisterBy::Address)), "Register 12 entities");
    check(render::register(at(), fixtures::looked(0, RegisterBy::Address)), "There is nothing to register yet");
}

#[test]
fn who_may_unregister_is_said() {
    let by = Some(model::view::Actor::Other("system:admin-token".to_owned()));
    let html = render::unregister(
        frame(Place::Locations, "/x"),
        model::view::UnregisterView { may: false, registered_by: by, ..fixtures::unregister(3) },
    );
    assert!(!html.contains("/unregister") && words(&html).contains("whoever registered it may"), "{html}");
    assert!(words(&html).contains("system:admin-token"), "{html}");
}

#[test]
fn what_is_configured_cannot_be_unregistered() {
    let html = render::location(frame(Place::Locations, "/x"), fixtures::location(LocationStatus::Fine));
    assert!(!html.contains("/unregister"), "{html}");
}

#[test]
fn what_was_typed_comes_back() {
    let html = render::register(frame(Place::Register, "/register"), fixtures::looked(4, RegisterBy::Text));
    assert!(html.contains("kind: Component # &lt;/textarea"), "{html}");
    let html = render::register(frame(Place::Register, "/register"), fixtures::refused());
    assert!(html.contains("value=\"github.com/&lt;b"), "{html}");
    assert!(html.contains("href=\"#address\""), "{html}");
}

#[test]
fn a_long_preview_is_folded() {
    let html = render::register(frame(Place::Register, "/register"), fixtures::looked(1_001, RegisterBy::Address));
    assert!(html.contains("<details class=\"preview-kind\"><summary>"), "a kind with a thousand entities starts folded");
    assert!(words(&html).contains("1,001 entities in 1 file"));
}
