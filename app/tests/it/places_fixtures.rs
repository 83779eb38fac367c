//! Locations and the steps of registering as the portal would fill them: fine, broken, held, and what was typed wrongly.

use model::{
    FieldError, Timestamp,
    view::{
        Actor, ConflictRow, DraftForm, DraftView, EntityLink, FileMistake, FileRow, HeldView, HostRow, KindEntities, LocationRow,
        LocationStatus, LocationView, LocationsQuery, LocationsView, PreviewEntityRow, PreviewKind, PreviewProblemRow, PreviewView,
        RegisterBy, RegisterForm, RegisterView, UnregisterView,
    },
};

use crate::fixtures::{NOW, ago, component, link};

const LONG: &str = "https://github.com/northwind/warehouse-handheld-sync/blob/main/services/stock-reconciliation/nightly/catalog-info.yaml";

fn team() -> EntityLink {
    link("group:default/payments", "Payments", "Group")
}

fn soon(minutes: i64) -> Timestamp {
    Timestamp(NOW.0 + minutes * 60_000_000)
}

pub(crate) fn row(status: LocationStatus) -> LocationRow {
    let (location_type, target) = match status {
        LocationStatus::Held => ("git", "https://git.northwind.example/platform/catalog.git//services/**/catalog-info.yaml?ref=main"),
        LocationStatus::Error => ("url", "https://gitlab.northwind.example/risk/fraud/-/blob/main/catalog-info.yaml"),
        LocationStatus::Leaving => ("url", LONG),
        LocationStatus::Problems => ("url", "https://github.com/northwind/ledger"),
        LocationStatus::Unread => ("url", "https://github.com/northwind/<b>new</b>"),
        LocationStatus::Fine => ("file", "/srv/catalog/**/*.yaml"),
    };
    let registered = location_type != "file";
    let read = status != LocationStatus::Unread;
    LocationRow {
        id: format!("id-{}", status.value()),
        location_type: location_type.to_owned(),
        target: target.to_owned(),
        problems: if status == LocationStatus::Problems { 3 } else { 0 },
        last_read: read.then(|| ago(2)),
        next_read: Some(soon(if read { 3 } else { -1 })),
        reading: status == LocationStatus::Unread,
        leaves_at: (status == LocationStatus::Leaving).then(|| soon(90)),
        entities: if read { 1_204 } else { 0 },
        owners: if read {
            vec![team(), link("group:default/risk", "Risk", "Group"), link("group:default/x", "X", "Group")]
        } else {
            Vec::new()
        },
        registered_by: registered.then(|| match status {
            LocationStatus::Held => Actor::Other("system:admin-token".to_owned()),
            _ => Actor::Person(link("user:default/ada.okafor", "Ada Okafor", "User")),
        }),
        registered,
        status,
    }
}

fn hosts() -> Vec<HostRow> {
    let host = |host: &str, last_result: &str| HostRow {
        host: host.to_owned(),
        requests: 12_408,
        unchanged: 12_211,
        failed: 3,
        last_at: Some(ago(2)),
        last_result: last_result.to_owned(),
        is_ok: matches!(last_result, "ok" | "unchanged"),
        ..HostRow::default()
    };
    vec![
        HostRow { waits_until: Some(soon(12)), ..host("gitlab.northwind.example", "429: too many requests") },
        HostRow { budget: Some((5_000, 4_212)), resets_at: Some(soon(41)), ..host("github.com", "unchanged") },
        host("git.northwind.example", "cannot connect: connection refused"),
    ]
}

pub(crate) fn locations(query: &str) -> LocationsView {
    let query = LocationsQuery::parse(query);
    let mut rows: Vec<LocationRow> = LocationStatus::ALL.into_iter().map(row).collect();
    rows.retain(|row| query.status.is_none_or(|status| row.status == status) && row.target.contains(&query.text));
    let counts = LocationStatus::ALL.into_iter().map(|status| (status, 1)).collect();
    LocationsView { query, counts, all: 6, total: rows.len() as u64, rows, hosts: hosts(), now: NOW }
}

pub(crate) fn no_locations() -> LocationsView {
    LocationsView { query: LocationsQuery::parse(""), counts: Vec::new(), all: 0, total: 0, rows: Vec::new(), hosts: Vec::new(), now: NOW }
}

pub(crate) fn location(status: LocationStatus) -> LocationView {
    let mistakes = vec![
        FileMistake {
            entity: Some(component("fraud-scoring")),
            line: Some(12),
            message: "/spec/owner must be string at line 12, column 3 <b>".to_owned(),
        },
        FileMistake { entity: None, line: None, message: "the file is no YAML".to_owned() },
    ];
    let broken = matches!(status, LocationStatus::Problems);
    LocationView {
        row: row(status),
        entity: link("location:default/generated-0123456789abcdef0123456789abcdef01234567", "generated-0123456789abcdef", "Location"),
        target_href: (status != LocationStatus::Fine).then(|| "https://github.com/northwind/ledger".to_owned()),
        last_ok: Some(ago(300)),
        last_error: (status == LocationStatus::Error)
            .then(|| "https://gitlab.northwind.example answered 403: the token may not read it".to_owned()),
        every_seconds: (status == LocationStatus::Held).then_some(300),
        last_push: broken.then(|| ago(14)),
        held: (status == LocationStatus::Held).then(|| HeldView {
            lost: 412,
            of: 1_204,
            at: ago(40),
            entities: (0..40).map(|at| component(&format!("service-{at}"))).collect(),
        }),
        files: if broken {
            vec![
                FileRow {
                    file: "https://github.com/northwind/ledger/blob/main/catalog-info.yaml".to_owned(),
                    href: Some("https://github.com/northwind/ledger/blob/main/catalog-info.yaml".to_owned()),
                    mistakes,
                },
                FileRow {
                    file: "services/a/catalog-info.yaml".to_owned(),
                    href: Some("javascript:alert(1)".to_owned()),
                    mistakes: Vec::new(),
                },
            ]
        } else {
            Vec::new()
        },
        files_total: if broken { 102 } else { 0 },
        conflicts: if broken {
            vec![ConflictRow {
                entity: component("ledger"),
                file: "https://github.com/northwind/ledger/blob/main/catalog-info.yaml".to_owned(),
                shown: "https://github.com/northwind/monorepo/blob/main/ledger/catalog-info.yaml".to_owned(),
                since: ago(90),
            }]
        } else {
            Vec::new()
        },
        entities: if status == LocationStatus::Unread {
            Vec::new()
        } else {
            let apis = (0..3).map(|at| link(&format!("api:default/api-{at}"), &format!("API {at}"), "API"));
            apis.chain((0..20).map(|at| component(&format!("service-{at}")))).collect()
        },
        kinds: vec![("API".to_owned(), 3), ("Component".to_owned(), 1_201)],
        page: 1,
        now: NOW,
    }
}

pub(crate) fn unregister(total: u64) -> UnregisterView {
    let names: Vec<EntityLink> = (0..total.min(20)).map(|at| component(&format!("service-{at}"))).collect();
    UnregisterView {
        id: "x".to_owned(),
        target: LONG.to_owned(),
        registered: true,
        may: true,
        registered_by: None,
        total,
        kinds: if total > 0 { vec![KindEntities { kind: "Component".to_owned(), total, entities: names }] } else { Vec::new() },
        handed_over: if total > 0 {
            vec![(component("ledger"), "https://github.com/northwind/ledger/<b>.yaml".to_owned())]
        } else {
            Vec::new()
        },
        handed_over_total: total.min(1),
        dangling: if total > 0 { vec![(component("settlement"), "depends on".to_owned(), component("service-0"))] } else { Vec::new() },
        dangling_total: total.min(42),
    }
}

fn preview_row(name: &str, taken_by: Option<&str>, is_known: bool) -> PreviewEntityRow {
    PreviewEntityRow {
        entity: EntityLink { exists: taken_by.is_some() || is_known, ..component(name) },
        description: "Takes card and wallet payments <b>".to_owned(),
        file: "https://github.com/northwind/payments/blob/main/catalog-info.yaml".to_owned(),
        line: 14,
        relations: vec![
            ("owned by".to_owned(), vec![team()]),
            (
                "depends on".to_owned(),
                vec![component("ledger"), EntityLink { exists: false, ..link("resource:default/new-db", "new-db", "Resource") }],
            ),
        ],
        taken_by: taken_by.map(str::to_owned),
        is_known,
    }
}

pub(crate) fn preview(entities: usize) -> PreviewView {
    let mut rows = vec![
        preview_row("payment-service", None, false),
        preview_row("ledger", Some("https://github.com/northwind/ledger/blob/main/catalog-info.yaml"), false),
    ];
    rows.extend((2..entities).map(|at| preview_row(&format!("service-{at}"), None, false)));
    rows.truncate(entities);
    PreviewView {
        registered_as: None,
        total: entities as u64,
        kinds: if entities == 0 { Vec::new() } else { vec![PreviewKind { kind: "Component".to_owned(), entities: rows }] },
        problems: vec![
            PreviewProblemRow {
                file: "https://github.com/northwind/payments/blob/main/catalog-info.yaml".to_owned(),
                line: 42,
                column: 7,
                entity: Some("component:default/refunds".to_owned()),
                rule: "metadata/tags".to_owned(),
                message: "\"Two Words\" is no tag".to_owned(),
                help: "Lower-case letters, digits, and + # : -".to_owned(),
            },
            PreviewProblemRow {
                file: "https://github.com/northwind/payments/blob/main/old.yaml".to_owned(),
                line: 0,
                column: 0,
                entity: None,
                rule: "location/read".to_owned(),
                message: "there is no such file".to_owned(),
                help: String::new(),
            },
        ],
        problems_total: 2,
        taken: u64::from(entities > 1),
        files: vec![
            ("https://github.com/northwind/payments/blob/main/catalog-info.yaml".to_owned(), entities as u64, None),
            ("https://github.com/northwind/payments/blob/main/old.yaml".to_owned(), 0, Some("there is no such file".to_owned())),
        ],
        truncated: entities > 1_000,
        can_register: entities > 1,
    }
}

pub(crate) fn first(by: RegisterBy) -> RegisterView {
    RegisterView { form: RegisterForm { by, ..RegisterForm::default() }, ..RegisterView::default() }
}

pub(crate) fn refused() -> RegisterView {
    RegisterView {
        form: RegisterForm { address: "github.com/<b>".to_owned(), ..RegisterForm::default() },
        errors: vec![FieldError { field: "address".to_owned(), message: "The target is not a valid URL.".to_owned() }],
        ..RegisterView::default()
    }
}

pub(crate) fn looked(entities: usize, by: RegisterBy) -> RegisterView {
    let yaml = if by == RegisterBy::Text { "kind: Component # </textarea><b>\n" } else { "" };
    RegisterView {
        form: RegisterForm { by, address: "https://github.com/northwind/payments".to_owned(), yaml: yaml.to_owned(), draft: None },
        preview: Some(preview(entities)),
        ..RegisterView::default()
    }
}

pub(crate) fn draft(ready: bool) -> RegisterView {
    let form = DraftForm {
        name: "payments".to_owned(),
        description: String::new(),
        owner: if ready { "group:default/payments".to_owned() } else { String::new() },
        spec_type: "service".to_owned(),
        lifecycle: "production".to_owned(),
        system: String::new(),
    };
    let yaml = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: payments\nspec:\n  type: service\n  lifecycle: production\n";
    RegisterView {
        form: RegisterForm {
            address: "https://github.com/northwind/payments".to_owned(),
            draft: Some(form.clone()),
            ..RegisterForm::default()
        },
        errors: if ready {
            Vec::new()
        } else {
            vec![FieldError { field: "owner".to_owned(), message: "The owner is missing; every component has one.".to_owned() }]
        },
        preview: None,
        draft: Some(DraftView {
            form,
            yaml: yaml.to_owned(),
            file: "catalog-info.yaml".to_owned(),
            is_ready: ready,
            title: "Describe payments for the catalog".to_owned(),
            body: "This adds catalog-info.yaml.\n".to_owned(),
            branch: "add-catalog-info".to_owned(),
            commands: format!(
                "git clone --depth 1 -- https://github.com/northwind/payments payments\ncat > catalog-info.yaml <<'END'\n{yaml}END\n"
            ),
        }),
    }
}
