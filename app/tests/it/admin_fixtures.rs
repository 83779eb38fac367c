//! Administration and settings as the portal would fill them: the usual, the empty, and what somebody else's words could do.

use model::{
    FieldError, Timestamp,
    view::{
        AccountForm, AccountView, ActionView, Actor, GrantForm, GrantHolder, GrantPageView, GrantView, HeldRole, MadeToken, NewAccountView,
        NewTokenView, OwnTokensView, PeopleQuery, PeopleShown, PeopleView, PersonRow, PersonView, ProfileView, RoleVia, RoleView,
        RolesView, ScopeArea, ScopeGroup, ServiceAccountForm, ServiceAccountRow, ServiceAccountView, ServiceAccountsView, SessionView,
        SessionsView, SetupLink, TokenForm, TokenHolder, TokenView, TokensQuery, TokensShown, TokensView,
    },
};

use crate::fixtures::{NOW, ago, link};

fn soon(days: i64) -> Timestamp {
    Timestamp(NOW.0 + days * 86_400_000_000)
}

fn person(name: &str, title: &str) -> model::view::EntityLink {
    link(&format!("user:default/{name}"), title, "User")
}

fn gone(name: &str) -> model::view::EntityLink {
    model::view::EntityLink { exists: false, ..person(name, name) }
}

fn team() -> model::view::EntityLink {
    link("group:default/platform", "Platform", "Group")
}

fn held(role: &str, via: RoleVia) -> HeldRole {
    HeldRole { role: role.to_owned(), via, configured: false }
}

fn rows() -> Vec<PersonRow> {
    let everyone = || held("developer", RoleVia::Everyone);
    let row = |person, ways: &[&str], roles, sessions, tokens, seen| PersonRow {
        person,
        ways: ways.iter().map(|way| (*way).to_owned()).collect(),
        roles,
        sessions,
        tokens,
        seen,
        disabled: false,
    };
    vec![
        row(
            person("ada.okafor", "Ada Okafor"),
            &["corp", "password"],
            vec![held("admin", RoleVia::Directly), held("platform-engineer", RoleVia::Group(team())), everyone()],
            3,
            12,
            Some(ago(2)),
        ),
        row(person("x", "<b>שרה</b> לוי"), &["demo"], vec![everyone()], 1, 0, Some(ago(3_000))),
        PersonRow { disabled: true, ..row(gone("root"), &["password"], vec![everyone()], 0, 0, None) },
        row(person("y", "Maximiliane Schwarzenberger-Vollmoeller of the Long Names Department"), &[], vec![everyone()], 0, 0, None),
    ]
}

pub(crate) fn people(query: &str) -> PeopleView {
    let query = PeopleQuery::parse(query);
    let rows = if query.text == "nobody" { Vec::new() } else { rows() };
    let counts = PeopleShown::ALL.into_iter().zip([612, 4, 2, 1, 1]).collect();
    PeopleView { counts, total: rows.len() as u64, rows, query, everyone: vec!["developer".to_owned()], may_make_accounts: true, now: NOW }
}

pub(crate) fn sessions(count: usize) -> Vec<SessionView> {
    let agents = ["Firefox on Linux", "Safari on iPhone", "<b>curl"];
    (0..count)
        .map(|at| SessionView {
            id: format!("s_{at}"),
            way: ["corp", "password", "demo"][at % 3].to_owned(),
            address: ["203.0.113.7", "2001:db8:85a3::8a2e:370:7334", ""][at % 3].to_owned(),
            browser: agents[at % 3].to_owned(),
            since: ago(60 * (at as i64 + 1)),
            seen: ago(at as i64 * 3),
            expires: soon(29),
            current: at == 0,
        })
        .collect()
}

pub(crate) fn tokens() -> Vec<TokenView> {
    let token = |id: &str, name: &str, holder: TokenHolder, scopes: &[&str], expires, used: Option<Timestamp>, revoked| TokenView {
        id: id.to_owned(),
        hint: "wm_4fK2".to_owned(),
        name: name.to_owned(),
        holder,
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        made_by: Actor::Person(person("ada.okafor", "Ada Okafor")),
        made: ago(90_000),
        expires,
        used,
        used_from: used.map(|_| "10.0.0.7".to_owned()).unwrap_or_default(),
        revoked,
    };
    let own = || TokenHolder::Person(person("ada.okafor", "Ada Okafor"));
    let service = || TokenHolder::Service("build-pipeline".to_owned());
    vec![
        token("t1", "Release script on my laptop", own(), &["catalog:read", "entity:write"], Some(soon(80)), Some(ago(5)), None),
        token("t2", "<b>Nightly</b>", service(), &["*"], None, None, None),
        token("t3", "Try-out", own(), &["catalog:read"], Some(soon(3)), Some(ago(9_000)), None),
        token("t4", "Old one", own(), &["catalog:read"], Some(soon(-3)), None, None),
        token("t5", "Leaked", service(), &["catalog:read"], None, Some(ago(500)), Some(ago(400))),
    ]
}

pub(crate) fn one(full: bool) -> PersonView {
    let rows = rows();
    let row = if full { rows[0].clone() } else { rows[2].clone() };
    PersonView {
        row,
        email: if full { "ada.okafor@northwind.example".to_owned() } else { String::new() },
        groups: if full { vec![team()] } else { Vec::new() },
        account: full.then(|| AccountView { name: "ada".to_owned(), made: ago(100_000) }),
        link: full.then(setup),
        sessions: if full { sessions(3) } else { Vec::new() },
        tokens: if full { tokens() } else { Vec::new() },
        own: false,
        may_end_sessions: full,
        may_revoke_tokens: full,
        may_change_account: true,
        may_grant: full,
        may_explain: full,
        now: NOW,
    }
}

fn setup() -> SetupLink {
    SetupLink {
        account: "ada".to_owned(),
        address: "https://waymark.northwind.example/sign-in/setup/0123456789abcdef".to_owned(),
        hours: 24,
    }
}

pub(crate) fn new_account(wrong: bool, made: bool) -> NewAccountView {
    let errors =
        if wrong { vec![FieldError { field: "name".to_owned(), message: "A name is lower case.".to_owned() }] } else { Vec::new() };
    NewAccountView { form: AccountForm { name: "<b>".to_owned(), errors }, link: made.then(setup) }
}

pub(crate) fn roles(may_grant: bool) -> RolesView {
    let action = |id: &str, about: &str, writes: bool, conditional: bool| ActionView {
        id: id.to_owned(),
        about: about.to_owned(),
        writes,
        conditional,
    };
    let grant = |holder: GrantHolder, recorded: &str, configured: bool| GrantView {
        holder,
        recorded: recorded.to_owned(),
        configured,
        by: (!configured).then(|| Actor::Person(person("ada.okafor", "Ada Okafor"))),
        at: (!configured).then(|| ago(4_000)),
    };
    let actions = vec![
        action("catalog:read", "See entities, their relations, problems and history.", false, false),
        action("entity:change", "Change or delete an entity, or put an overlay over it.", true, true),
    ];
    let role = |name: &str, title: &str, grants| RoleView {
        name: name.to_owned(),
        title: title.to_owned(),
        about: "Reads the catalog and changes what is theirs.".to_owned(),
        actions: actions.clone(),
        grants,
    };
    RolesView {
        roles: vec![
            role(
                "admin",
                "Administrator",
                vec![
                    grant(GrantHolder::Person(person("ada.okafor", "Ada Okafor")), "user:default/ada.okafor", false),
                    grant(GrantHolder::Group(team(), 7), "group:default/platform", true),
                ],
            ),
            role(
                "developer",
                "Developer",
                vec![
                    grant(GrantHolder::Everyone, "everyone", true),
                    grant(GrantHolder::Service("build-pipeline".to_owned(), true), "service:build-pipeline", false),
                    grant(GrantHolder::Service("gone".to_owned(), false), "service:gone", false),
                ],
            ),
            role("auditor", "Auditor", Vec::new()),
        ],
        may_grant,
        now: NOW,
    }
}

pub(crate) fn grant(to: &str, wrong: bool) -> GrantPageView {
    let errors = if wrong { vec![FieldError { field: to.to_owned(), message: "There is no such group.".to_owned() }] } else { Vec::new() };
    GrantPageView {
        roles: vec![("admin".to_owned(), "Runs the portal.".to_owned()), ("sre".to_owned(), "Keeps it running.".to_owned())],
        services: if wrong { Vec::new() } else { vec!["build-pipeline".to_owned()] },
        form: GrantForm {
            role: "sre".to_owned(),
            to: to.to_owned(),
            group: "group:default/<b>".to_owned(),
            errors,
            ..GrantForm::default()
        },
    }
}

fn service(name: &str, disabled: bool) -> ServiceAccountRow {
    ServiceAccountRow {
        name: name.to_owned(),
        description: "Builds and <b>registers</b> what is built.".to_owned(),
        owner: team(),
        disabled,
        tokens: 2,
        used: (!disabled).then(|| ago(3)),
        roles: if disabled { Vec::new() } else { vec![held("developer", RoleVia::Directly)] },
        made_by: Actor::Other("system:admin-token".to_owned()),
        made: ago(100_000),
    }
}

pub(crate) fn service_accounts(empty: bool) -> ServiceAccountsView {
    let rows = if empty {
        Vec::new()
    } else {
        vec![service("build-pipeline", false), service("warehouse-handheld-sync-of-the-northern-region", true)]
    };
    ServiceAccountsView { rows, tokens: 14, may_change: true, now: NOW }
}

pub(crate) fn service_account(disabled: bool, made: bool) -> ServiceAccountView {
    ServiceAccountView {
        row: service("build-pipeline", disabled),
        tokens: if disabled { Vec::new() } else { tokens() },
        made: made.then(made_token),
        may_change: true,
        may_grant: true,
        now: NOW,
    }
}

pub(crate) fn new_service_account(wrong: bool) -> ServiceAccountForm {
    let error = |field: &str| FieldError { field: field.to_owned(), message: format!("Wrong {field}.") };
    let errors = if wrong { vec![error("name"), error("owner")] } else { Vec::new() };
    ServiceAccountForm { name: "CI".to_owned(), description: "\"<b>".to_owned(), owner: String::new(), errors }
}

fn made_token() -> MadeToken {
    MadeToken { name: "Nightly".to_owned(), token: "wm_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH".to_owned() }
}

pub(crate) fn all_tokens(query: &str) -> TokensView {
    let query = TokensQuery::parse(query);
    let rows = if query.text == "nothing" { Vec::new() } else { tokens() };
    let counts = TokensShown::ALL.into_iter().zip([3, 2, 1, 1, 2]).collect();
    TokensView { counts, total: rows.len() as u64, rows, services: 2, may_revoke: true, may_change_services: false, query, now: NOW }
}

pub(crate) fn profile() -> ProfileView {
    let row = rows().remove(0);
    ProfileView {
        person: row.person,
        email: "ada.okafor@northwind.example".to_owned(),
        groups: vec![team()],
        roles: row.roles,
        session: sessions(1).pop(),
        now: NOW,
    }
}

pub(crate) fn own_sessions(count: usize) -> SessionsView {
    SessionsView { sessions: sessions(count), now: NOW }
}

pub(crate) fn own_tokens(empty: bool, made: bool) -> OwnTokensView {
    OwnTokensView { tokens: if empty { Vec::new() } else { tokens() }, made: made.then(made_token), may_make: true, now: NOW }
}

pub(crate) fn new_token(service: Option<&str>, wrong: bool) -> NewTokenView {
    let area = |area: &str, group, reads: &[&str], writes: &[&str]| ScopeArea {
        area: area.to_owned(),
        group,
        reads: reads.iter().map(|text| (*text).to_owned()).collect(),
        writes: writes.iter().map(|text| (*text).to_owned()).collect(),
    };
    let error = |field: &str| FieldError { field: field.to_owned(), message: format!("Wrong {field}.") };
    NewTokenView {
        service: service.map(str::to_owned),
        areas: vec![
            area("catalog", ScopeGroup::Catalog, &["See entities.", "Have a descriptor checked."], &["Have an entity read again."]),
            area("entity", ScopeGroup::Catalog, &[], &["Make an entity.", "Change or delete an entity."]),
            area("star", ScopeGroup::Own, &[], &["Keep one's own stars."]),
            area("audit", ScopeGroup::Administration, &["See the audit log."], &[]),
        ],
        form: TokenForm {
            name: "<b>".to_owned(),
            scopes: vec!["catalog:read".to_owned(), "audit:read".to_owned()],
            days: "30".to_owned(),
            errors: if wrong { vec![error("name"), error("scopes"), error("days")] } else { Vec::new() },
        },
    }
}
