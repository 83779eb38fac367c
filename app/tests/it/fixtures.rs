//! View models as the portal would fill them: the long, the empty, the missing and every script.

use model::{
    CatalogQuery, FacetKey, Timestamp,
    view::{
        CatalogRow, CatalogView, ChangeAction, ChangeItem, DesignView, EntityLink, ErrorView, Facet, FacetOption, Flash, FlashLevel, Frame,
        HomeView, KindCount, NeedsYou, PersonBadge, Place, ProviderButton, SamplePerson, SearchHit, SearchView, SignInView, Theme,
        ViewRail,
    },
};

/// 2026-11-22T10:00:00Z
pub(crate) const NOW: Timestamp = Timestamp(1_795_341_600_000_000);

pub(crate) fn ago(minutes: i64) -> Timestamp {
    Timestamp(NOW.0 - minutes * 60_000_000)
}

pub(crate) fn frame(place: Place, path: &str) -> Frame {
    Frame {
        organisation: "Northwind Pay".to_owned(),
        person: Some(PersonBadge {
            entity_ref: Some("user:default/ada.okafor".parse().expect("a valid reference")),
            name: "Ada Okafor".to_owned(),
            initials: "AO".to_owned(),
        }),
        theme: Theme::System,
        place,
        path: path.to_owned(),
        demo: true,
        assets: "/assets/0123".to_owned(),
        nonce: "n0nce".to_owned(),
        ..Frame::default()
    }
}

pub(crate) fn flashed(frame: Frame) -> Frame {
    Frame { flash: Some(Flash { level: FlashLevel::Ok, text: "Starred payment-service.".to_owned() }), ..frame }
}

pub(crate) fn link(reference: &str, title: &str, kind: &str) -> EntityLink {
    EntityLink {
        entity_ref: reference.parse().expect("a valid reference"),
        title: title.to_owned(),
        kind: kind.to_owned(),
        spec_type: Some("service".to_owned()),
        description: "Takes card and wallet payments and talks to the acquirers.".to_owned(),
        exists: true,
    }
}

pub(crate) fn component(name: &str) -> EntityLink {
    link(&format!("component:default/{name}"), name, "Component")
}

fn group(name: &str, title: &str) -> EntityLink {
    link(&format!("group:default/{name}"), title, "Group")
}

/// Name, description, owner, system, lifecycle and tags.
type Sample = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const NAMES: [Sample; 14] = [
    (
        "payment-service",
        "Takes card and wallet payments and talks to the acquirers",
        "Payments",
        "checkout",
        "production",
        &["java", "pci", "tier-1", "grpc", "kafka"],
    ),
    ("checkout-web", "The pages between basket and receipt", "Checkout", "checkout", "production", &["react", "tier-1"]),
    (
        "ledger",
        "Double-entry book of every movement of money; the only writer of balances, read by settlement and reporting",
        "Ledger",
        "accounting",
        "production",
        &["rust", "tier-1"],
    ),
    ("fraud-scoring", "", "Risk", "risk-engine", "experimental", &["python"]),
    ("legacy-invoice-batch", "Nightly invoices, being replaced by invoicing", "Payments", "accounting", "deprecated", &["cobol"]),
    (
        "customer-communication-preferences-and-consent-management-svc-2",
        "Sixty-three characters are as long as a name can be",
        "Customer Communication and Notification Platform",
        "customer-engagement-and-notification-system",
        "production",
        &["node", "gdpr-relevant-personal-data"],
    ),
    ("sözleşme-servisi", "Sözleşmeleri saklar ve imzaya gönderir", "Payments", "checkout", "production", &[]),
    ("通知サービス", "顧客への通知メールとプッシュ通知を送信します", "Checkout", "checkout", "production", &["日本語"]),
    ("خدمة-الدفع", "تستقبل المدفوعات من السوق السعودي", "Risk", "checkout", "production", &["عربي"]),
    ("exchange-rates", "Rates of the day, every five minutes", "Ledger", "accounting", "production", &["go"]),
    ("invoice-pdf", "Draws invoices", "", "", "experimental", &[]),
    ("settlement", "Pays merchants out, once a day", "Ledger", "accounting", "production", &["rust"]),
    ("statement-export", "", "Ledger", "accounting", "production", &["go", "s3"]),
    ("wallet", "Stored value of customers", "Payments", "checkout", "production", &["kotlin", "tier-1"]),
];

pub(crate) fn rows(count: usize) -> Vec<CatalogRow> {
    (0..count)
        .map(|at| {
            let (name, description, owner, system, lifecycle, tags) = NAMES[at % NAMES.len()];
            let problems = if at % 5 == 4 { 1 + at % 2 } else { 0 };
            CatalogRow {
                entity: component(name),
                description: description.to_owned(),
                owner: (!owner.is_empty()).then(|| EntityLink { exists: at != 3, ..group(&owner.to_lowercase().replace(' ', "-"), owner) }),
                system: (!system.is_empty()).then(|| link(&format!("system:default/{system}"), system, "System")),
                spec_type: Some(if at % 4 == 1 { "website" } else { "service" }.to_owned()),
                lifecycle: Some(lifecycle.to_owned()),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                changed: ago(7_i64 << at.min(14)),
                problems,
                first_problem: (problems > 0).then(|| "spec.owner group:default/nobody is not in the catalog".to_owned()),
                starred: at % 6 == 0,
            }
        })
        .collect()
}

fn facet(query: &CatalogQuery, key: FacetKey, values: &[(&str, &str, u64)]) -> Facet {
    let options = values
        .iter()
        .map(|(value, label, count)| FacetOption {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            count: *count,
            picked: query.has(key, value),
        })
        .collect();
    Facet { key, options, more: 0 }
}

pub(crate) fn catalog(address: &str, count: usize) -> CatalogView {
    let query = CatalogQuery::parse(address);
    let kind = |kind: &str, label: &str, count: u64| KindCount { kind: kind.to_owned(), label: label.to_owned(), plural: None, count };
    let owners: Vec<(String, String)> = (0..24).map(|at| (format!("group:default/team-{at}"), format!("Team {at}"))).collect();
    let owners: Vec<(&str, &str, u64)> =
        owners.iter().enumerate().map(|(at, (value, label))| (value.as_str(), label.as_str(), 40 - at as u64)).collect();
    let facets = vec![
        facet(&query, FacetKey::Type, &[("service", "service", 1204), ("website", "website", 31), ("library", "library", 12)]),
        facet(&query, FacetKey::Owner, &owners),
        facet(
            &query,
            FacetKey::Lifecycle,
            &[("production", "production", 1100), ("experimental", "experimental", 90), ("deprecated", "deprecated", 57)],
        ),
        facet(&query, FacetKey::Tag, &[("tier-1", "tier-1", 41), ("java", "java", 33), ("rust", "rust", 12), ("pci", "pci", 9)]),
        facet(&query, FacetKey::System, &[("system:default/checkout", "checkout", 18), ("system:default/accounting", "accounting", 11)]),
        facet(&query, FacetKey::Problem, &[("missing-owner", "Owner is missing", 4), ("missing-reference", "Refers to nothing", 2)]),
    ];
    CatalogView {
        query,
        kinds: vec![
            kind("component", "Component", 1247),
            kind("api", "API", 312),
            kind("resource", "Resource", 208),
            kind("system", "System", 41),
            kind("group", "Group", 80),
            kind("user", "User", 600),
            kind("domain", "Domain", 6),
            kind("location", "Location", 14),
            kind("all", "All", 2508),
        ],
        facets,
        total: if count == 0 { 0 } else { 1247 },
        rows: rows(count),
        mine: Some(12),
        starred: Some(3),
        views: ViewRail::default(),
        now: NOW,
    }
}

pub(crate) fn catalog_without_entities() -> CatalogView {
    CatalogView { kinds: Vec::new(), facets: Vec::new(), total: 0, rows: Vec::new(), mine: None, starred: None, ..catalog("", 0) }
}

pub(crate) fn home() -> HomeView {
    HomeView {
        teams: vec![group("payments", "Payments"), group("checkout", "Checkout")],
        needs_you: vec![
            NeedsYou {
                entity: component("legacy-invoice-batch"),
                title: "Its owner group:default/nobody is not in the catalog.".to_owned(),
                fix: "Set spec.owner to a group that exists.".to_owned(),
            },
            NeedsYou {
                entity: component("customer-communication-preferences-and-consent-management-svc-2"),
                title: "catalog-info.yaml could not be read: line 12, column 3, a mapping key is given twice.".to_owned(),
                fix: "Remove one of the two keys; until then the last good version shows.".to_owned(),
            },
        ],
        more_needs: 3,
        services: rows(8),
        services_total: 12,
        starred: vec![component("payment-service"), component("ledger"), link("api:default/payments", "Payments API", "API")],
        recent: vec![
            group("risk", "Risk"),
            component("fraud-scoring"),
            link("system:default/checkout", "checkout", "System"),
            component("通知サービス"),
        ],
        changes: (0..9)
            .map(|at| {
                let row = rows(9).swap_remove(at as usize);
                {
                    let action = if at % 3 == 1 { ChangeAction::Created } else { ChangeAction::Changed };
                    ChangeItem { entity: row.entity, action, actor: None, at: ago(3 + at * at * 40), owner: row.owner }
                }
            })
            .collect(),
        catalog_size: 2508,
        now: NOW,
    }
}

pub(crate) fn quiet_home() -> HomeView {
    HomeView {
        teams: Vec::new(),
        needs_you: Vec::new(),
        more_needs: 0,
        services: Vec::new(),
        services_total: 0,
        starred: Vec::new(),
        recent: Vec::new(),
        ..home()
    }
}

pub(crate) fn search(words: &str, found: usize) -> SearchView {
    let hits = rows(found)
        .into_iter()
        .map(|row| SearchHit {
            entity: EntityLink { description: row.description, ..row.entity },
            owner: row.owner.map(|owner| owner.title),
        })
        .collect();
    SearchView { text: words.to_owned(), hits, total: found as u64 * 2 }
}

/// Everything that the sign-in page can offer, after a wrong password.
pub(crate) fn every_way_in() -> SignInView {
    let button = |id: &str, label: &str| ProviderButton { id: id.to_owned(), label: label.to_owned() };
    SignInView {
        providers: vec![button("corp", "Northwind SSO"), button("github", "GitHub")],
        password: true,
        token: true,
        name: "root".to_owned(),
        error: Some("Name or password is wrong.".to_owned()),
        ..sign_in(0)
    }
}

pub(crate) fn sign_in(people: usize) -> SignInView {
    let person = |(id, name, role, team): (&str, &str, &str, &str)| SamplePerson {
        entity_ref: format!("user:default/{id}").parse().expect("a valid reference"),
        name: name.to_owned(),
        role: role.to_owned(),
        teams: vec![team.to_owned()],
    };
    let all = [
        ("ada.okafor", "Ada Okafor", "Engineer, on call this week", "Payments"),
        ("lin.wei", "林 薇", "Product manager", "Checkout"),
        ("sam.rivera", "Sam Rivera", "Platform engineer", "Platform"),
        ("noor.haddad", "نور حداد", "Security", "Risk"),
    ];
    SignInView {
        return_to: "/catalog".to_owned(),
        people: all.into_iter().take(people).map(person).collect(),
        token: people == 0,
        ..SignInView::default()
    }
}

pub(crate) fn not_found() -> ErrorView {
    ErrorView {
        status: 404,
        title: "No such entity".to_owned(),
        message:
            "component:default/payment-servise is not in the catalog. It may have been renamed or removed, or its file could not be read."
                .to_owned(),
        next: vec![
            ("Search for “payment-servise”".to_owned(), "/search?q=payment-servise".to_owned()),
            ("Browse components".to_owned(), "/catalog".to_owned()),
        ],
        incident: None,
    }
}

pub(crate) fn broken() -> ErrorView {
    ErrorView {
        status: 500,
        title: "Something went wrong on our side".to_owned(),
        message: "The page could not be drawn. Trying again may help; if not, report the incident.".to_owned(),
        next: Vec::new(),
        incident: Some("01J9Z4K3W8E7".to_owned()),
    }
}

pub(crate) fn design() -> DesignView {
    DesignView { samples: rows(4).into_iter().map(|row| row.entity).collect() }
}
