//! The audit log's pages: sound markup, and words that say what was recorded.

use app::render;
use model::view::{Actor, AuditFilter, AuditRow, AuditRowView, AuditView, ChainState, ChainView, Frame, Place};

use crate::{
    fixtures::{NOW, ago, frame, link},
    markup::{faults, words},
};

fn at(path: &str) -> Frame {
    Frame { admin: Place::ADMIN.to_vec(), ..frame(Place::AdminAudit, path) }
}

fn row(seq: i64, actor: Actor, action: &str, resource: &str, refused: bool) -> AuditRow {
    let actor_name = match &actor {
        Actor::Person(link) => link.entity_ref.to_string(),
        Actor::Other(name) => name.clone(),
    };
    AuditRow {
        seq,
        at: ago(seq),
        actor,
        actor_name,
        action: action.to_owned(),
        about: (action == "entity:change").then_some("Change or delete an entity, or put an overlay over it."),
        resource: resource.to_owned(),
        entity: None,
        refused,
    }
}

fn rows() -> Vec<AuditRow> {
    let ada = || Actor::Person(link("user:default/ada", "Ada <b>Okafor</b>", "User"));
    let other = |name: &str| Actor::Other(name.to_owned());
    vec![
        AuditRow {
            entity: Some(link("component:default/shop", "Shop", "Component")),
            ..row(12_345, ada(), "entity:change", "component:default/shop", false)
        },
        row(12_344, ada(), "policy:write", "policy:<b>שלום</b>", true),
        row(12_343, other("service:build-pipeline"), "location:write", &format!("location:{}", "long".repeat(40)), false),
        row(12_342, other("anonymous"), "session:refused", "account:root", true),
    ]
}

fn list(filter: &str, chain: Option<ChainState>, empty: bool) -> AuditView {
    let chain = chain.map(|state| ChainView {
        state,
        message: if state == ChainState::Intact {
            String::new()
        } else {
            "row 7 is missing, while rows after it are there: it was deleted".to_owned()
        },
        last: if state == ChainState::Intact { 12_345 } else { 6 },
        removed: 2,
        at: ago(2),
    });
    let rows = if empty { Vec::new() } else { rows() };
    let actions = vec!["entity:change".to_owned(), "session:refused".to_owned()];
    AuditView { filter: AuditFilter::parse(filter), next: (!empty).then_some(12_342), rows, actions, chain, now: NOW }
}

fn one(refused: bool) -> AuditRowView {
    AuditRowView {
        row: AuditRow { refused, ..rows().remove(usize::from(refused)) },
        via: "session:4f2a".to_owned(),
        before_digest: "ab".repeat(32),
        after_digest: if refused { String::new() } else { "cd".repeat(32) },
        request_id: "0193-a".to_owned(),
        address: "192.0.2.7".to_owned(),
        detail: if refused {
            Vec::new()
        } else {
            vec![("change".to_owned(), "<b>overlay</b>".to_owned()), ("etag".to_owned(), "1".to_owned())]
        },
        hash: "ef".repeat(32),
        previous: true,
        following: !refused,
        now: NOW,
    }
}

#[test]
fn every_page_is_sound() {
    let pages = [
        ("list", render::audit(at("/admin/audit"), list("", Some(ChainState::Intact), false))),
        (
            "filtered",
            render::audit(
                at("/admin/audit"),
                list("who=ada&action=x&resource=%3Cb%3E&decision=deny&from=2026-11-22&q=a&before=9", None, false),
            ),
        ),
        ("nothing", render::audit(at("/admin/audit"), list("q=nothing", Some(ChainState::Unknown), true))),
        ("empty", render::audit(at("/admin/audit"), list("", Some(ChainState::Broken), true))),
        ("row", render::audit_row(at("/admin/audit/12345"), one(false))),
        ("refused row", render::audit_row(at("/admin/audit/12344"), one(true))),
    ];
    for (name, html) in pages {
        assert_eq!(faults(&html), Vec::<String>::new(), "{name}");
        assert!(!html.contains("<b>"), "{name}: somebody's words became markup");
    }
}

#[test]
fn the_list_says_whether_the_chain_is_whole() {
    let said = |chain: Option<ChainState>, wanted: &str| {
        let text = words(&render::audit(at("/admin/audit"), list("", chain, false))).replace('\n', " ");
        assert!(text.contains(wanted), "{text}");
    };
    said(Some(ChainState::Intact), "Chain intact up to 12,345");
    said(None, "The chain was not checked since this process started.");
    said(Some(ChainState::Broken), "Row 7 is missing, while rows after it are there: it was deleted");
    said(Some(ChainState::Broken), "Up to row 6 every row fits the one before.");
    said(Some(ChainState::Unknown), "It cannot be told whether the audit log is intact");
}

#[test]
fn a_row_says_everything_that_is_kept() {
    let text = words(&render::audit_row(at("/admin/audit/12345"), one(false))).replace('\n', " ");
    for wanted in [
        "Row 12,345",
        "Shop",
        "session:4f2a",
        "192.0.2.7",
        "0193-a",
        "Change or delete an entity",
        &"ab".repeat(32),
        &"ef".repeat(32),
        "overlay",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}
