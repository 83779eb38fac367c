//! Pages: view model in, words and sound markup out.

use std::{collections::BTreeSet, fs};

use app::{components::Glyph, render};
use model::view::{Frame, Place, Theme};

use crate::{
    fixtures,
    markup::{faults, tags, words},
};

/// Every page, with the usual data and with the unusual.
fn every_page() -> Vec<(&'static str, String)> {
    let frame = |place: Place| fixtures::frame(place, "/here?a=1&b=2");
    let outside = || Frame { person: None, ..frame(Place::Elsewhere) };
    let filtered = "type=service&lifecycle=production&owner=mine&q=pay&sort=-changed&columns=changed,tags,problems";
    vec![
        ("home", render::home(fixtures::flashed(frame(Place::Home)), fixtures::home())),
        ("home without anything", render::home(frame(Place::Home), fixtures::quiet_home())),
        ("home of an empty catalog", render::home(frame(Place::Home), model::view::HomeView { catalog_size: 0, ..fixtures::quiet_home() })),
        ("catalog", render::catalog(frame(Place::Catalog), fixtures::catalog("", 25))),
        ("catalog of all kinds", render::catalog(frame(Place::Catalog), fixtures::catalog("kind=all&page=3", 25))),
        ("catalog, filtered", render::catalog(frame(Place::Catalog), fixtures::catalog(filtered, 9))),
        ("catalog, nothing found", render::catalog(frame(Place::Catalog), fixtures::catalog(filtered, 0))),
        ("catalog, empty kind", render::catalog(frame(Place::Apis), fixtures::catalog("kind=api", 0))),
        ("catalog, empty", render::catalog(frame(Place::Catalog), fixtures::catalog_without_entities())),
        ("search", render::search(frame(Place::Elsewhere), fixtures::search("pay", 9))),
        ("search, nothing found", render::search(frame(Place::Elsewhere), fixtures::search("<b>", 0))),
        ("search, not yet", render::search(frame(Place::Elsewhere), fixtures::search("", 0))),
        ("sign-in", render::sign_in(outside(), fixtures::sign_in(4))),
        (
            "sign-in by token",
            render::sign_in(outside(), model::view::SignInView { error: Some("Wrong token".to_owned()), ..fixtures::sign_in(0) }),
        ),
        ("sign-in in every way", render::sign_in(outside(), fixtures::every_way_in())),
        ("set-up", render::setup(outside(), model::view::SetupView { token: "secret".to_owned(), ..Default::default() })),
        (
            "set-up of an account",
            render::setup(
                outside(),
                model::view::SetupView {
                    token: "secret".to_owned(),
                    account: Some("ada".to_owned()),
                    password_error: Some("Too short".to_owned()),
                    ..Default::default()
                },
            ),
        ),
        ("not found", render::error(frame(Place::Elsewhere), fixtures::not_found())),
        ("broken", render::error(outside(), fixtures::broken())),
        ("design", render::design(frame(Place::Elsewhere), fixtures::design())),
    ]
}

#[test]
fn every_page_is_sound() {
    for (name, html) in every_page() {
        assert_eq!(faults(&html), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn scripts_carry_the_nonce() {
    for (name, html) in every_page() {
        for script in html.split("<script").skip(1) {
            assert!(script[..script.find('>').expect("an end")].contains("nonce=\"n0nce\""), "{name}: a script without the nonce");
        }
    }
}

#[test]
fn pages_place_the_islands_and_their_assets() {
    let html = render::catalog(fixtures::frame(Place::Catalog, "/catalog"), fixtures::catalog("", 1));
    let islands: BTreeSet<_> = tags(&html)
        .filter(|(tag, closing)| tag.name == "leptos-island" && !closing)
        .map(|(tag, _)| tag.attribute("data-component").unwrap_or_default().split('_').next().unwrap_or_default().to_owned())
        .collect();
    assert!(islands.len() >= 3, "{islands:?}");
    for asset in [
        "/assets/0123/waymark.css",
        "/assets/0123/waymark.js",
        "/assets/0123/waymark.wasm",
        "/assets/0123/favicon.svg",
        "/assets/0123/fonts/inter.woff2",
    ] {
        assert!(html.contains(&format!("href=\"{asset}\"")), "{asset}");
    }
}

#[test]
fn the_theme_is_the_cookies() {
    for theme in [Theme::System, Theme::Light, Theme::Dark] {
        let html = render::error(Frame { theme, ..fixtures::frame(Place::Elsewhere, "/") }, fixtures::not_found());
        assert!(html.contains(&format!("data-theme=\"{}\"", theme.name())), "{html}");
    }
}

#[test]
fn what_people_wrote_is_text() {
    let html = render::search(fixtures::frame(Place::Elsewhere, "/search"), fixtures::search("\"><script>alert(1)</script>", 0));
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(words(&html).contains("Nothing found for “\"><script>alert(1)</script>”"), "{}", words(&html));
}

#[test]
fn every_icon_is_drawn() {
    let sheet = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../style/icons.css")).expect("the icons");
    for glyph in Glyph::ALL {
        assert!(sheet.contains(&format!(".i-{} {{", glyph.name())), "{} is not drawn", glyph.name());
    }
}

#[test]
fn an_empty_result_offers_to_drop_the_last_filter() {
    let page = |address: &str| words(&render::catalog(fixtures::frame(Place::Catalog, "/catalog"), fixtures::catalog(address, 0)));
    let text = page("type=service&q=pay");
    assert!(
        text.contains(
            "Nothing matches these filters\nTake the last filter away, or start again from the whole list.\nRemove text: pay Clear all"
        ),
        "{text}"
    );
    let text = page("tag=rust");
    assert!(text.contains("Remove tag: rust"), "{text}");
    let text = page("kind=api");
    assert!(text.contains("Nothing of this kind yet"), "{text}");
}

#[test]
fn the_list_says_what_the_rows_say() {
    let html = render::catalog(
        fixtures::frame(Place::Catalog, "/catalog"),
        fixtures::catalog("type=service&sort=-changed&columns=owner,lifecycle,changed,problems", 5),
    );
    let text = words(&html);
    let table = &text[text.find("Name").expect("the table")..];
    insta::assert_snapshot!(table, @r"
    Name Owner Lifecycle Changed Problems
    payment-service Starred Takes card and wallet payments and talks to the acquirers Payments production 7 min ago
    checkout-web The pages between basket and receipt Checkout production 14 min ago
    ledger Double-entry book of every movement of money; the only writer of balances, read by settlement and reporting Ledger production 28 min ago
    fraud-scoring Risk (not in the catalog) experimental 56 min ago
    legacy-invoice-batch Nightly invoices, being replaced by invoicing Payments deprecated 1 h ago 1 problem
    1–25 of 1,247 Previous page
    ");
}

#[test]
fn home_says_what_needs_one() {
    let text = words(&render::home(fixtures::frame(Place::Home, "/"), fixtures::quiet_home()));
    let text = text.split("payment-service").next().unwrap_or_default();
    insta::assert_snapshot!(text, @r"
    Home
    Browse components Find an API Register
    Needs you
    Nothing needs you right now.
    Your teams’ services
    You are in no team yet
    Add yourself to a group in the catalog (spec.memberOf of your User), and what it owns is listed here.
    Browse the catalog
    Starred
    Star an entity on its page, and it stays within reach here.
    Recently visited
    Pages that you open are kept here.
    What changed lately
    All changes
    ");
}

#[test]
fn an_error_says_what_to_do() {
    let text = words(&render::error(fixtures::frame(Place::Elsewhere, "/x"), fixtures::broken()));
    insta::assert_snapshot!(text, @r"
    500
    Something went wrong on our side
    The page could not be drawn. Trying again may help; if not, report the incident.
    Go to Home
    Incident
    01J9Z4K3W8E7
    The log has the cause under this id; give it to whoever runs Waymark.
    ");
}
