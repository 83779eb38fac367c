//! Administration and settings: sound markup, and words that say what the data says.

use app::render;
use model::view::{AppearanceView, Frame, Place};

use crate::{
    admin_fixtures as fixtures,
    fixtures::frame,
    markup::{faults, words},
};

fn every_page() -> Vec<(&'static str, String)> {
    let at = |place: Place| Frame { admin: Place::ADMIN.to_vec(), unread: 3, ..frame(place, "/here?a=1&b=2") };
    let people = || at(Place::AdminPeople);
    let services = || at(Place::AdminServiceAccounts);
    let own = |path: &str| Frame { keys_off: true, ..frame(Place::Settings, path) };
    vec![
        ("people", render::people(people(), fixtures::people(""))),
        ("people, filtered", render::people(people(), fixtures::people("q=ada&show=local"))),
        ("people, nobody", render::people(people(), fixtures::people("q=nobody"))),
        ("a person", render::person(people(), fixtures::one(true))),
        ("a person who is gone", render::person(people(), fixtures::one(false))),
        ("new account", render::new_account(people(), fixtures::new_account(false, false))),
        ("new account, wrong", render::new_account(people(), fixtures::new_account(true, false))),
        ("new account, made", render::new_account(people(), fixtures::new_account(false, true))),
        ("roles", render::roles(at(Place::AdminRoles), fixtures::roles(true))),
        ("roles, to look at", render::roles(at(Place::AdminRoles), fixtures::roles(false))),
        ("grant", render::grant(at(Place::AdminRoles), fixtures::grant("person", false))),
        ("grant, wrong", render::grant(at(Place::AdminRoles), fixtures::grant("group", true))),
        ("service accounts", render::service_accounts(services(), fixtures::service_accounts(false))),
        ("service accounts, none", render::service_accounts(services(), fixtures::service_accounts(true))),
        ("a service account", render::service_account(services(), fixtures::service_account(false, true))),
        ("a service account, off", render::service_account(services(), fixtures::service_account(true, false))),
        ("new service account", render::new_service_account(services(), fixtures::new_service_account(false))),
        ("new service account, wrong", render::new_service_account(services(), fixtures::new_service_account(true))),
        ("all tokens", render::all_tokens(services(), fixtures::all_tokens(""))),
        ("all tokens, nothing", render::all_tokens(services(), fixtures::all_tokens("q=nothing&show=gone"))),
        ("new service token", render::new_token(services(), fixtures::new_token(Some("build-pipeline"), false))),
        ("profile", render::profile(own("/settings"), fixtures::profile())),
        ("sessions", render::sessions(own("/settings/sessions"), fixtures::own_sessions(3))),
        ("one session", render::sessions(own("/settings/sessions"), fixtures::own_sessions(1))),
        ("tokens", render::own_tokens(own("/settings/tokens"), fixtures::own_tokens(false, true))),
        ("tokens, none", render::own_tokens(own("/settings/tokens"), fixtures::own_tokens(true, false))),
        ("new token", render::new_token(own("/settings/tokens/new"), fixtures::new_token(None, false))),
        ("new token, wrong", render::new_token(own("/settings/tokens"), fixtures::new_token(None, true))),
        ("appearance", render::appearance(own("/settings/appearance"), AppearanceView { shortcuts: false, person: true })),
        ("settings of a machine", render::only_people(own("/settings"))),
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
fn the_second_row_shows_what_one_may_see() {
    let row = |frame: Frame| {
        let html = render::people(frame, fixtures::people(""));
        let start = html.find("class=\"subnav\">").expect("a second row") + 15;
        let end = html[start..].find("</nav>").expect("its end") + start;
        words(&html[start..end]).replace('\n', " ")
    };
    let all = Frame { admin: Place::ADMIN.to_vec(), ..frame(Place::AdminPeople, "/admin/people") };
    assert_eq!(row(all), "People Roles Service accounts Policies Sign-in Audit Notifications Announcements System");
    let some = Frame { admin: vec![Place::AdminPeople, Place::AdminAudit], ..frame(Place::AdminPeople, "/admin/people") };
    assert_eq!(row(some), "People Audit");
}

#[test]
fn the_second_row_of_settings_marks_the_part() {
    let check = |path: &str, part: &str| {
        let html = render::own_tokens(frame(Place::Settings, path), fixtures::own_tokens(true, false));
        let start = html.find("class=\"subnav\">").expect("a second row") + 15;
        let marked = html[start..].find("aria-current=\"page\">").expect("a mark") + start + 20;
        assert!(html[marked..].starts_with(part), "{path}: {}", &html[marked..marked + 20]);
    };
    check("/settings", "Profile");
    check("/settings?x=1", "Profile");
    check("/settings/tokens/new", "Tokens");
    check("/settings/notifications", "Notifications");
}

#[test]
fn administration_is_offered_to_those_who_may() {
    let html = |frame: Frame| render::profile(frame, fixtures::profile());
    assert!(!html(frame(Place::Settings, "/settings")).contains("href=\"/admin\""));
    let may = Frame { admin: vec![Place::AdminAudit], ..frame(Place::Settings, "/settings") };
    assert!(html(may).contains("href=\"/admin\""));
}

#[test]
fn what_gave_a_role_is_said() {
    let text = words(&render::person(frame(Place::AdminPeople, "/x"), fixtures::one(true)));
    for line in ["admin", "platform-engineer through Platform", "developer as everyone", "Firefox on Linux This browser"] {
        assert!(text.lines().any(|found| found.contains(line)), "{line}: {text}");
    }
}

#[test]
fn what_the_configuration_gives_cannot_be_taken() {
    let html = render::roles(frame(Place::AdminRoles, "/x"), fixtures::roles(true));
    assert_eq!(html.matches("action=\"/admin/roles/take\"").count(), 3, "only what was given here");
    assert!(!render::roles(frame(Place::AdminRoles, "/x"), fixtures::roles(false)).contains("/admin/roles/take"));
}

#[test]
fn only_working_tokens_can_be_revoked() {
    let html = render::own_tokens(frame(Place::Settings, "/settings/tokens"), fixtures::own_tokens(false, false));
    assert_eq!(html.matches("/revoke\"").count(), 3);
    let mine = render::all_tokens(frame(Place::AdminServiceAccounts, "/x"), fixtures::all_tokens(""));
    assert_eq!(mine.matches("/revoke\"").count(), 2, "a service account's token is not this caller's to revoke");
}

#[test]
fn own_tokens_always_end() {
    let html = render::new_token(frame(Place::Settings, "/settings/tokens/new"), fixtures::new_token(None, false));
    assert!(!words(&html).contains("Never"), "{}", words(&html));
    let html = render::new_token(frame(Place::AdminServiceAccounts, "/x"), fixtures::new_token(Some("ci"), false));
    assert!(words(&html).contains("Never"), "{}", words(&html));
}

#[test]
fn shortcuts_can_be_off_in_every_browser() {
    let html = render::profile(Frame { keys_off: true, ..frame(Place::Settings, "/settings") }, fixtures::profile());
    assert!(html.contains("data-keys=\"off\""));
    assert!(!html.contains("Use shortcuts in this browser"));
    assert!(!render::profile(frame(Place::Settings, "/settings"), fixtures::profile()).contains("data-keys"));
}
