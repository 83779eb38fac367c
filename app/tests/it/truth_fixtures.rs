//! Problems, changes and edits as the portal would fill them: with everything, with nothing, and with what went wrong.

use model::{
    FieldError, Timestamp,
    view::{
        Actor, ChangeAction, ChangeCursor, ChangeDay, ChangeEntry, ChangesQuery, ChangesView, CompareLine, DeleteView, EditMode, EditView,
        EntityForm, EntityLink, FieldDiff, FileOwner, LinkForm, NewEntityView, NotYoursView, ProblemGroup, ProblemItem, ProblemLevel,
        ProblemRow, ProblemSort, ProblemsQuery, ProblemsView, YamlProblem,
    },
};

use crate::fixtures::{NOW, ago, component, link};

fn team() -> EntityLink {
    link("group:default/payments", "Payments", "Group")
}

fn diff(path: &str, before: Option<&str>, after: Option<&str>) -> FieldDiff {
    FieldDiff { path: path.to_owned(), before: before.map(str::to_owned), after: after.map(str::to_owned) }
}

fn entry(id: &str, action: ChangeAction, at: Timestamp, actor: Option<Actor>, diff: Vec<FieldDiff>) -> ChangeEntry {
    ChangeEntry {
        id: id.to_owned(),
        entity: EntityLink { exists: action != ChangeAction::Removed, ..component("payment-service") },
        at,
        action,
        source: if actor.is_some() { String::new() } else { "services/payment-service/catalog-info.yaml".to_owned() },
        actor,
        owner: Some(team()),
        diff,
    }
}

/// One change of every sort, over two days; none for a filter that finds nothing.
pub(crate) fn changes(address: &str) -> ChangesView {
    let person = || Some(Actor::Person(link("user:default/ada", "Ada Lovelace", "User")));
    let machine = || Some(Actor::Other("system:admin-token".to_owned()));
    let long = "one line\nand another <b>line</b>".repeat(3);
    let query = ChangesQuery::parse(address);
    let days = vec![
        ChangeDay {
            date: "2026-11-22".to_owned(),
            entries: vec![
                entry("a", ChangeAction::Changed, ago(3), None, vec![diff("spec.owner", Some("payments"), Some("billing"))]),
                entry("b", ChangeAction::Overlaid, ago(40), person(), vec![diff("metadata.labels.tier", None, Some("1"))]),
                entry("c", ChangeAction::Moved, ago(90), machine(), Vec::new()),
            ],
        },
        ChangeDay {
            date: "2026-11-21".to_owned(),
            entries: vec![
                entry("d", ChangeAction::Removed, ago(60 * 26), None, Vec::new()),
                entry(
                    "e",
                    ChangeAction::Created,
                    ago(60 * 27),
                    None,
                    vec![diff("spec.a", None, Some(&long)), diff("spec.b", Some("1"), None)],
                ),
            ],
        },
    ];
    ChangesView {
        about: query.around.is_some().then(|| component("payment-service")),
        days: if query.text == "nothing" { Vec::new() } else { days },
        next: Some(ChangeCursor { at: ago(60 * 27), id: "e".to_owned() }),
        kinds: vec![("component".to_owned(), "Component".to_owned())],
        has_mine: true,
        named: None,
        stopped: false,
        query,
        now: NOW,
    }
}

/// A problem of every sort.
pub(crate) fn problems(address: &str) -> ProblemsView {
    let item = |sort: ProblemSort| ProblemItem {
        sort,
        level: if sort < ProblemSort::Orphan { ProblemLevel::Error } else { ProblemLevel::Warning },
        entity_ref: None,
        location: (sort == ProblemSort::Held).then(|| "0123".to_owned()),
        file: Some("services/a/catalog-info.yaml".to_owned()),
        line: Some(7),
        owner: None,
        title: format!("{} here", sort.label()),
        detail: "/spec/owner must be string <b>".to_owned(),
        fix: "Correct the descriptor.".to_owned(),
    };
    let row = |sort: ProblemSort| ProblemRow {
        item: item(sort),
        entity: (sort != ProblemSort::Waiting).then(|| component("payment-service")),
        location: Some("file:services".to_owned()),
        file_href: (sort == ProblemSort::Error).then(|| "https://git.example.com/a".to_owned()),
    };
    let rows: Vec<_> = ProblemSort::ALL.into_iter().map(row).collect();
    let query = ProblemsQuery::parse(address);
    let nothing = query.location.as_deref() == Some("nothing");
    ProblemsView {
        sorts: ProblemSort::ALL.into_iter().map(|sort| (sort, 1)).collect(),
        kinds: vec![("component".to_owned(), "Component".to_owned(), 8)],
        owners: vec![(team(), 8)],
        ownerless: 1,
        mine: Some(8),
        everybodys: 9,
        total: if nothing { 0 } else { 240 },
        groups: if nothing {
            Vec::new()
        } else {
            vec![
                ProblemGroup { owner: Some(team()), mine: true, rows: rows.clone() },
                ProblemGroup { owner: None, mine: false, rows: rows[..1].to_vec() },
            ]
        },
        location: None,
        query,
        now: NOW,
    }
}

/// Nothing is wrong anywhere.
pub(crate) fn no_problems() -> ProblemsView {
    let none = problems("location=nothing");
    ProblemsView {
        query: ProblemsQuery::parse(""),
        everybodys: 0,
        ownerless: 0,
        mine: Some(0),
        owners: Vec::new(),
        kinds: Vec::new(),
        ..none
    }
}

/// An entity being edited; with what went wrong when asked for.
pub(crate) fn edit(mode: EditMode, wrong: bool) -> EditView {
    let lines = || {
        vec![
            CompareLine::Same("metadata:".to_owned()),
            CompareLine::Removed("  title: A".to_owned()),
            CompareLine::Added("  title: <b>".to_owned()),
        ]
    };
    EditView {
        entity: component("payment-service"),
        form: EntityForm {
            title: "Payments".to_owned(),
            owner: "group:default/payments".to_owned(),
            labels: "tier=1\nno".to_owned(),
            links: vec![LinkForm { url: "https://a.example".to_owned(), title: "A".to_owned(), icon: "docs".to_owned() }],
            ..EntityForm::default()
        },
        spec_fields: vec!["owner", "lifecycle", "type", "system"],
        yaml: "kind: Component\nmetadata:\n  name: payment-service # </textarea>\n".to_owned(),
        etag: "abc".to_owned(),
        errors: if wrong { vec![FieldError { field: "labels".to_owned(), message: "Line 2 is no label".to_owned() }] } else { Vec::new() },
        yaml_problems: if wrong {
            vec![YamlProblem { line: 3, column: 5, message: "\"a b\" is no name".to_owned(), help: "Use letters.".to_owned() }]
        } else {
            Vec::new()
        },
        message: None,
        conflict: wrong.then(lines),
        preview: (mode == EditMode::Overlay).then(lines),
        file: (mode == EditMode::Overlay).then(file),
        has_overlay: wrong,
        mode,
    }
}

fn file() -> FileOwner {
    FileOwner { file: "services/payment-service/catalog-info.yaml".to_owned(), edit_href: Some("https://git.example.com/edit".to_owned()) }
}

pub(crate) fn not_yours() -> NotYoursView {
    NotYoursView { entity: component("payment-service"), owners: vec![team()], file: Some(file()) }
}

pub(crate) fn delete(dangling: usize) -> DeleteView {
    let dangling = (0..dangling).map(|at| (component(&format!("user-{at}")), "depends on it".to_owned())).collect();
    DeleteView { entity: component("payment-service"), etag: "abc".to_owned(), dangling, more: 3 }
}

pub(crate) fn new_entity(wrong: bool) -> NewEntityView {
    let EditView { yaml, yaml_problems, .. } = edit(EditMode::Yaml, wrong);
    NewEntityView {
        kind: "component".to_owned(),
        kinds: vec![("component".to_owned(), "Component".to_owned()), ("api".to_owned(), "API".to_owned())],
        yaml,
        problems: yaml_problems,
        message: wrong.then(|| "component:default/payment-service exists already.".to_owned()),
    }
}
