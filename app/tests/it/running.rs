//! Policies, why, the system page, announcements and branding: sound markup, and words that say what the data says.

use app::render;
use model::{
    FieldError, Timestamp,
    view::{
        Actor, AnnouncementForm, AnnouncementRow, AnnouncementView, AnnouncementsView, Branding, BrandingForm, BrandingView,
        BrokenLocation, BuildView, CompareLine, ConfigurationRow, DataView, DatabaseView, DeletePolicyView, Frame, Place, PoliciesView,
        PolicyExample, PolicyForm, PolicyHistoryView, PolicyMention, PolicyOrigin, PolicyRow, PolicyTest, PolicyVerdict, PolicyVersion,
        PolicyView, QueueRow, ReplicaRow, SystemView, WhyAnswer, WhyHint, WhyView, YamlProblem,
    },
};

use crate::{
    fixtures::{NOW, ago, component, frame, link},
    markup::{faults, words},
};

const TEXT: &str = "// Hides <b>it</b>.\nforbid (principal, action, resource) </textarea>;";

fn person() -> Actor {
    Actor::Person(link("user:default/ada.okafor", "Ada Okafor", "User"))
}

fn problem(line: u32) -> YamlProblem {
    YamlProblem { line, column: 3, message: "There is no action <b>".to_owned(), help: String::new() }
}

fn mention(name: &str, readable: bool) -> PolicyMention {
    let href = readable.then(|| model::view::policy_href(name));
    PolicyMention { name: name.to_owned(), is_role: name.contains(' '), href }
}

fn policies(can_write: bool, ours: bool) -> PoliciesView {
    let row = |name: &str, origin: PolicyOrigin, enabled: bool| PolicyRow {
        name: name.to_owned(),
        says: "Only the payments team sees <b>this</b>.".to_owned(),
        enabled,
        changed: (origin == PolicyOrigin::Portal).then(|| (person(), ago(4))),
        problems: if name == "broken" { vec![problem(2)] } else { Vec::new() },
        origin,
    };
    let mut rows = vec![
        row("hide-acquisition", PolicyOrigin::Portal, true),
        row("freeze", PolicyOrigin::Portal, false),
        row("broken", PolicyOrigin::Portal, true),
        row("/etc/waymark/policies/teams & co.cedar", PolicyOrigin::File("/etc/waymark/policies/teams & co.cedar".to_owned()), true),
        row("roles", PolicyOrigin::BuiltIn, true),
    ];
    if !ours {
        rows.drain(..3);
    }
    let example = PolicyExample { id: "freeze".to_owned(), title: "Freeze <b>changes</b>".to_owned(), text: TEXT.to_owned() };
    PoliciesView { rows, examples: vec![example], can_write, now: NOW }
}

fn policy() -> PolicyView {
    PolicyView {
        enabled: true,
        changed: Some((person(), ago(4))),
        form: PolicyForm {
            name: "hide-acquisition".to_owned(),
            text: TEXT.to_owned(),
            version: 3,
            who: "user:default/ada".to_owned(),
            ..PolicyForm::default()
        },
        actions: vec![("catalog:read".to_owned(), "See entities.".to_owned()), ("entity:change".to_owned(), "Change them.".to_owned())],
        can_write: true,
        now: NOW,
        ..PolicyView::default()
    }
}

fn lines() -> Vec<CompareLine> {
    vec![CompareLine::Same("a".to_owned()), CompareLine::Removed("<b>".to_owned()), CompareLine::Added("c".to_owned())]
}

fn tested() -> PolicyView {
    let verdict = |allowed: bool, by: Vec<PolicyMention>| PolicyVerdict { allowed, by };
    let test = PolicyTest {
        question: "May user:default/ada do catalog:read on component:default/a?".to_owned(),
        in_force: verdict(true, vec![mention("Role developer (everyone)", true)]),
        draft: verdict(false, Vec::new()),
    };
    PolicyView { test: Some(test), ..policy() }
}

fn history(exists: bool) -> PolicyHistoryView {
    let version = |version: i64, deleted: bool, comment: &str| PolicyVersion {
        version,
        by: if version == 1 { Actor::Other("system:admin-token".to_owned()) } else { person() },
        at: ago(10 - version),
        comment: comment.to_owned(),
        enabled: version != 2,
        deleted,
        lines: if version == 2 { Vec::new() } else { lines() },
    };
    PolicyHistoryView {
        name: "hide-acquisition".to_owned(),
        exists,
        versions: vec![version(3, !exists, "Not <b>public</b>"), version(2, false, "Switched off"), version(1, false, "")],
        more: true,
        can_write: true,
        now: NOW,
    }
}

fn why(allowed: bool) -> WhyView {
    let hint = |title: &str, is_role: bool| WhyHint {
        title: title.to_owned(),
        href: is_role.then(|| "/admin/policies/roles".to_owned()),
        is_role,
        why: "You do not have <b>it</b>.".to_owned(),
    };
    let answer = WhyAnswer {
        allowed,
        is_self: allowed,
        who: "Ada Okafor".to_owned(),
        what: "change or delete an entity".to_owned(),
        resource: Some(component("payment-service")),
        scope_missing: (!allowed).then(|| "This token is limited to catalog:read.".to_owned()),
        by: if allowed { vec![mention("Role developer (everyone)", false)] } else { Vec::new() },
        forbidden_by: if allowed { Vec::new() } else { vec![mention("freeze", true)] },
        would_allow: vec![hint("Administrator", true), hint("sre-changes", false)],
        who_can_grant: vec![link("user:default/lukas", "Lukas Brandt", "User")],
        owners: vec![link("group:default/payments", "Payments", "Group")],
    };
    WhyView {
        who: "ada".to_owned(),
        action: "entity:change".to_owned(),
        resource: "component:default/payment-service".to_owned(),
        actions: policy().actions,
        may_ask_for_others: true,
        errors: Vec::new(),
        answer: Some(answer),
    }
}

fn system(busy: bool) -> SystemView {
    let replica = |id: &str, seconds: i64, is_this: bool| ReplicaRow {
        id: id.to_owned(),
        version: "1.2.0".to_owned(),
        address: "waymark-0 0.0.0.0:3000".to_owned(),
        started: ago(600),
        seen: Timestamp(NOW.0 - seconds * 1_000_000),
        feed: 41_200,
        stale: seconds > 35,
        is_this,
    };
    let setting = |key: &str, value: &str, source: &str| ConfigurationRow {
        key: key.to_owned(),
        value: value.to_owned(),
        source: source.to_owned(),
        about: "What it means.".to_owned(),
    };
    let queue = |name: &str, dead: u64| QueueRow {
        name: name.to_owned(),
        queued: 12,
        running: 1,
        dead,
        oldest: (dead > 0).then(|| ago(33)),
        last_error: if dead > 0 { "connect: <b>refused</b>".to_owned() } else { String::new() },
    };
    SystemView {
        build: BuildView {
            version: "1.2.0".to_owned(),
            target: "release, linux x86_64".to_owned(),
            replica: "17df".to_owned(),
            started: ago(600),
        },
        database: DatabaseView { kind: "PostgreSQL".to_owned(), version: "17.2".to_owned(), bytes: 91_234_304, migrations: 8, newest: 8 },
        replicas: if busy { vec![replica("17df", 3, true), replica("old-one", 4_000, false)] } else { Vec::new() },
        feed_head: 41_207,
        feed_reached: 41_200,
        feed_failing: busy.then(|| "the database does not answer".to_owned()),
        queues: if busy { vec![queue("notifications/deliver", 2), queue("catalog/push", 0)] } else { Vec::new() },
        locations: if busy {
            vec![BrokenLocation { id: "1".to_owned(), target: "https://git.example/<b>".to_owned(), error: "404: not found".to_owned() }]
        } else {
            Vec::new()
        },
        location_count: 14,
        caches: vec![("Entities of the catalog".to_owned(), "1247".to_owned())],
        policies: (3, 12),
        data: DataView { path: "/var/lib/waymark".to_owned(), bytes: 5_242_880, more: busy },
        configuration: vec![
            setting("listen", "0.0.0.0:3000", "WAYMARK_LISTEN"),
            setting("database-url", "set, not shown", "/etc/waymark.toml"),
            setting("log.level", "info", ""),
        ],
        now: NOW,
    }
}

fn announcements(wrong: bool) -> AnnouncementsView {
    let row = |id: &str, starts: Timestamp, ends: Option<Timestamp>| AnnouncementRow {
        id: id.to_owned(),
        level: "warn".to_owned(),
        title: "Maintenance <b>tonight</b>".to_owned(),
        body: "Between 22:00\nand 23:00".to_owned(),
        link: "https://status.example".to_owned(),
        starts,
        ends,
        by: person(),
    };
    let error = |field: &str| FieldError { field: field.to_owned(), message: "That is no <b>.".to_owned() };
    AnnouncementsView {
        rows: if wrong { Vec::new() } else { vec![row("a", ago(-60), None), row("b", ago(5), None), row("c", ago(60), Some(ago(30)))] },
        form: AnnouncementForm {
            id: if wrong { "b".to_owned() } else { String::new() },
            level: "danger".to_owned(),
            title: "\"><b>".to_owned(),
            body: "</textarea><b>".to_owned(),
            ..AnnouncementForm::default()
        },
        errors: if wrong { ["title", "body", "link", "starts", "ends"].map(error).to_vec() } else { Vec::new() },
        may_brand: !wrong,
        now: NOW,
    }
}

fn branding(wrong: bool) -> BrandingView {
    let error = |field: &str| FieldError { field: field.to_owned(), message: "That is no <b>.".to_owned() };
    BrandingView {
        form: BrandingForm { organisation: "\"><b>".to_owned(), ..BrandingForm::default() },
        configured: if wrong { String::new() } else { "Northwind".to_owned() },
        logo: (!wrong).then(|| "/assets/branding/logo-0123.svg".to_owned()),
        errors: if wrong { ["organisation", "logo", "support_link"].map(error).to_vec() } else { Vec::new() },
        may_announce: true,
    }
}

/// What is around every page when something is announced and branded.
fn dressed(place: Place) -> Frame {
    let announcement = |level: &str, link: &str| AnnouncementView {
        id: format!("{level}-1"),
        level: level.to_owned(),
        title: "Maintenance <b>tonight</b>".to_owned(),
        body: "Be patient".to_owned(),
        link: link.to_owned(),
    };
    Frame {
        announcements: vec![announcement("info", ""), announcement("warn", "/catalog"), announcement("danger", "https://status.example")],
        branding: Branding {
            logo: Some("/assets/branding/logo-0123.svg".to_owned()),
            support: Some(("Platform <b>team</b>".to_owned(), "https://chat.example".to_owned())),
        },
        ..frame(place, "/here?a=1&b=2")
    }
}

fn every_page() -> Vec<(&'static str, String)> {
    let at = |place: Place| frame(place, "/here?a=1&b=2");
    let of = |view: PolicyView| render::policy(at(Place::AdminPolicies), view);
    let fixed = |origin: PolicyOrigin| PolicyView { origin, problems: vec![problem(0)], ..tested() };
    let new = PolicyView { is_new: true, errors: vec![FieldError { field: "name".to_owned(), message: "Taken".to_owned() }], ..policy() };
    let conflict = PolicyView { conflict: Some(lines()), message: Some("Changed".to_owned()), problems: vec![problem(1)], ..policy() };
    let wrong =
        WhyView { errors: vec![FieldError { field: "who".to_owned(), message: "Nobody <b>".to_owned() }], answer: None, ..why(true) };
    vec![
        ("policies", render::policies(at(Place::AdminPolicies), policies(true, true))),
        ("policies of others", render::policies(at(Place::AdminPolicies), policies(false, false))),
        ("policy", of(policy())),
        ("policy, new", of(new)),
        ("policy, reviewed", of(PolicyView { review: Some(lines()), ..policy() })),
        ("policy, reviewed without a change", of(PolicyView { review: Some(Vec::new()), ..policy() })),
        ("policy, in conflict", of(conflict)),
        ("policy, tested", of(tested())),
        ("policy of a file", of(fixed(PolicyOrigin::File("/etc/<b>.cedar".to_owned())))),
        ("policy, built in", of(fixed(PolicyOrigin::BuiltIn))),
        ("policy, to read", of(PolicyView { can_write: false, ..policy() })),
        ("policy history", render::policy_history(at(Place::AdminPolicies), history(true))),
        ("policy history, deleted", render::policy_history(at(Place::AdminPolicies), history(false))),
        (
            "policy, delete",
            render::delete_policy(
                at(Place::AdminPolicies),
                DeletePolicyView { name: "freeze".to_owned(), text: TEXT.to_owned(), version: 2 },
            ),
        ),
        ("why", render::why(at(Place::Elsewhere), WhyView { actions: policy().actions, ..WhyView::default() })),
        ("why not", render::why(at(Place::Elsewhere), why(false))),
        ("why, allowed", render::why(at(Place::Elsewhere), why(true))),
        ("why, asked wrongly", render::why(at(Place::Elsewhere), wrong)),
        ("system", render::system(at(Place::AdminSystem), system(true))),
        ("system, quiet", render::system(at(Place::AdminSystem), system(false))),
        ("announcements", render::announcements(dressed(Place::AdminAnnouncements), announcements(false))),
        ("announcements, wrong", render::announcements(at(Place::AdminAnnouncements), announcements(true))),
        ("branding", render::branding(dressed(Place::AdminAnnouncements), branding(false))),
        ("branding, wrong", render::branding(at(Place::AdminAnnouncements), branding(true))),
    ]
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
fn a_title_is_text_alone() {
    let frame = Frame { organisation: "Marlow & <Fern>".to_owned(), ..frame(Place::AdminSystem, "/x") };
    let html = render::system(frame, system(false));
    assert!(html.contains("<title>System · Marlow &amp; &lt;Fern&gt;</title>"), "{}", &html[..2_000]);
}

#[test]
fn pages_say_what_holds() {
    let pages = every_page();
    let check = |name: &str, expected: &[&str]| {
        let html = &pages.iter().find(|(known, _)| *known == name).expect("a page").1;
        let text = words(html);
        for word in expected {
            assert!(text.contains(word), "{name}: {word}: {text}");
        }
    };
    check("policies", &["hide-acquisition", "Has problems", "Off", "Built in", "New policy", "Start from an example"]);
    check("policies of others", &["No policy was written here yet"]);
    check("policy", &["Review change", "Switch off", "Delete policy", "History"]);
    check("policy, reviewed", &["What changes", "Save policy", "Why"]);
    check("policy, tested", &["In force now", "Allowed", "Role developer (everyone)", "With this text", "Denied", "no policy allows it"]);
    check("policy, built in", &["Part of Waymark", "Asks what is in force."]);
    check("policy history", &["Version 3", "Current", "Bring this version back", "No reason given", "The text stayed the same."]);
    check("policy history, deleted", &["Deleted"]);
    check(
        "why not",
        &["Ada Okafor may not change or delete an entity: payment-service", "freeze forbids it", "They can give roles", "Payments"],
    );
    check("why, allowed", &["You may change or delete an entity", "Role developer (everyone) allows it."]);
    check(
        "system",
        &["PostgreSQL 17.2", "87 MiB", "at 41,207, this replica is 7 changes behind", "this one", "silent", "at least 5.0 MiB"],
    );
    check("system, quiet", &["No replica has said yet", "Nothing waits", "Every location was read without an error."]);
    check("announcements", &["Planned", "Showing", "Over", "Urgent"]);
    let html = &pages.iter().find(|(known, _)| *known == "announcements").expect("a page").1;
    for part in ["aria-label=\"Close “Maintenance &lt;b&gt;tonight&lt;/b&gt;”\"", "Platform &lt;b&gt;team&lt;/b&gt;", "value=\"danger-1\""]
    {
        assert!(html.contains(part), "{part}: {html}");
    }
    check("branding", &["Empty: Northwind, as the configuration has it.", "Take the logo away"]);
}

#[test]
fn what_was_typed_comes_back() {
    let html = render::policy(frame(Place::AdminPolicies, "/x"), policy());
    assert!(html.contains("resource) &lt;/textarea&gt;;"), "{html}");
    let html = render::announcements(frame(Place::AdminAnnouncements, "/x"), announcements(true));
    assert!(html.contains("action=\"/admin/announcements/b\"") && html.contains("href=\"#ends\""), "{html}");
}

#[test]
fn what_cannot_be_changed_has_no_form_for_it() {
    for origin in [PolicyOrigin::BuiltIn, PolicyOrigin::File("x".to_owned())] {
        let html = render::policy(frame(Place::AdminPolicies, "/x"), PolicyView { origin, ..policy() });
        assert!(!html.contains("name=\"text\"") && !html.contains("value=\"save\"") && !html.contains("/delete"), "{html}");
    }
}
