//! What every address and every command needs. A test holds that none is missing.

use axum::http::Method;
use identity::Action;

/// What somebody needs who asks.
#[derive(Clone, Debug)]
pub(crate) enum Need {
    /// Nothing; why.
    Open(&'static str),
    /// To be signed in; why no more.
    SignedIn(&'static str),
    /// Without this action the answer tells of nothing, and nobody is refused.
    List(Action),
    /// One of several, by what it is about; tests of its own try them.
    Mixed(&'static str),
    /// This action.
    Portal(Action),
    /// This action on the entity that [`path`] names, which its owners have.
    Owned(Action),
}

/// One way into the portal.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) method: Method,
    pub(crate) route: &'static str,
    pub(crate) need: Need,
    /// What is sent; a question mark before it: in the address.
    pub(crate) body: &'static str,
}

impl Case {
    /// What is asked for.
    pub(crate) fn address(&self) -> String {
        path(self.route) + if self.body.starts_with('?') { self.body } else { "" }
    }

    /// What somebody has to see before they can be refused to change it: for others it is not there.
    pub(crate) fn behind(&self) -> Option<Action> {
        let areas = [
            ("/admin/policies", Action::PolicyRead),
            ("/admin/people", Action::PersonRead),
            ("/admin/service-accounts", Action::PersonRead),
            ("/admin/roles", Action::PersonRead),
            ("/locations", Action::LocationRead),
            ("/api/v1/locations/{id}", Action::LocationRead),
            ("/api/catalog/locations/{id}", Action::LocationRead),
        ];
        areas.into_iter().find(|(area, _)| self.route.starts_with(area)).map(|(_, action)| action)
    }
}

/// An address of the route: of an entity that `team-a` owns and the portal keeps, and of other things that are not there.
pub(crate) fn path(route: &str) -> String {
    let part = |part: &str| -> String {
        match part {
            "{kind}" => "component",
            "{namespace}" => "default",
            "{name}" if route.contains("{kind}") => "owned",
            "{name}" if route.contains("/people/") => "pete",
            "{name}" => "x",
            "{tab}" => "dependencies",
            "{hash}" => "0",
            "{*name}" => "waymark.css",
            "{*function}" => "complete",
            "{seq}" => "1",
            part if part.starts_with('{') => "x",
            part => part,
        }
        .to_owned()
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Every case.
pub(crate) fn cases() -> Vec<Case> {
    let lines = CASES.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| case(line).unwrap_or_else(|| panic!("no case: {line}"))).collect()
}

/// `METHOD route | need | body`
fn case(line: &'static str) -> Option<Case> {
    let mut parts = line.split(" | ").map(str::trim);
    let (method, route) = parts.next()?.split_once(' ')?;
    let need = parts.next()?;
    let need = match need.split_once(' ') {
        Some(("open", why)) => Need::Open(why),
        Some(("signed-in", why)) => Need::SignedIn(why),
        Some(("mixed", how)) => Need::Mixed(how),
        Some(("list", action)) => Need::List(action.parse().ok()?),
        Some(("owned", action)) => Need::Owned(action.parse().ok()?),
        _ => Need::Portal(need.parse().ok()?),
    };
    Some(Case { method: method.parse().ok()?, route, need, body: parts.next().unwrap_or_default() })
}

/// What each command needs. None asks the portal: whoever runs it has the machine, or a token.
pub(crate) fn command_cases() -> Vec<(&'static str, &'static str)> {
    let lines = COMMANDS.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.split_once(" | ").unwrap_or_else(|| panic!("no case: {line}"))).collect()
}

const COMMANDS: &str = "
serve | the machine: whoever starts the program has its data and its configuration
migrate | the machine: it opens the database itself
validate | nothing: it reads files that whoever calls it can read
init | nothing: it writes files where whoever calls it can write
import backstage | nothing: it reads files and writes files
shadow | a token of either portal, of which each decides
export | the machine, or a token with `catalog:read`
admin setup-link | the machine: it opens the database itself; recorded as `system:command-line`
admin token create | the machine: it opens the database itself; recorded as `system:command-line`
audit verify | the machine: it opens the database itself, and the key of the log
audit export | the machine: it opens the database itself
audit rekey | the machine: it opens the database itself, and the key of the log; recorded as `system:command-line`
version | nothing: it prints the version
";

const CASES: &str = r#"
GET /sign-in | open it is how one comes in
POST /sign-in | open it is how one comes in
GET /sign-in/{provider} | open it is how one comes in
POST /sign-in/{provider} | open it is how one comes in
GET /sign-in/{provider}/callback | open it is how one comes in; the answer is checked against what was asked
POST /sign-in/{provider}/back-channel-logout | open the provider signs what it sends
GET /setup | open the link is the secret
POST /setup | open the link is the secret
GET /assets/branding/{name} | open the sign-in page shows it
GET /healthz | open says no more than that it runs
GET /readyz | open says no more than that it can answer
GET /favicon.ico | open the same for everybody
GET /favicon.svg | open the same for everybody
GET /assets/{hash}/{*name} | open the same for everybody
POST /webhooks/github | open the event's signature admits it
POST /webhooks/gitlab | open the event's token admits it
POST /webhooks/git | open the event's signature admits it

POST /sign-out | signed-in one's own session
POST /theme | signed-in a cookie of one's own
GET /api | signed-in the description of the REST
GET /api/openapi.json | signed-in the description of the REST
GET /design | signed-in how the pages are made
GET /why | signed-in explains to people what they may not; about others it needs policy:read
POST /announcements/close | signed-in a cookie of one's own
GET /admin | signed-in leads to the first page that one may see, or is not there

GET / | list catalog:read
GET /catalog | list catalog:read
GET /catalog/export.csv | list catalog:read
GET /catalog/export.json | list catalog:read
GET /apis | list catalog:read
GET /changes | list catalog:read
GET /problems | list catalog:read
GET /graph | list catalog:read
GET /compare | list catalog:read
GET /search | list catalog:read
GET /starred | list catalog:read
GET /views | list catalog:read
POST /views | view:write | name=Mine&query=kind%3Dapi
POST /views/{id} | view:write | name=Mine
POST /views/{id}/delete | view:write
POST /star | star:write | entity=component:default/owned&starred=true

GET /catalog/{namespace}/{kind}/{name} | owned catalog:read
GET /catalog/{namespace}/{kind}/{name}/{tab} | owned catalog:read
GET /catalog/{namespace}/{kind}/{name}/history | owned catalog:read
GET /catalog/{namespace}/{kind}/{name}/overlay.patch | owned catalog:read
GET /catalog/new | entity:create
POST /catalog/new | entity:create | kind=component&yaml=a
GET /catalog/{namespace}/{kind}/{name}/edit | owned entity:change
POST /catalog/{namespace}/{kind}/{name}/edit | owned entity:change | mode=yaml&yaml=apiVersion%3A+backstage.io%2Fv1alpha1%0Akind%3A+Component%0Ametadata%3A+%7Bname%3A+owned%7D%0Aspec%3A+%7Btype%3A+b%2C+lifecycle%3A+b%2C+owner%3A+team-a%7D%0A&etag=x
GET /catalog/{namespace}/{kind}/{name}/delete | owned entity:change
POST /catalog/{namespace}/{kind}/{name}/delete | owned entity:change | etag=x
POST /catalog/{namespace}/{kind}/{name}/overlay/remove | owned entity:change

GET /register | signed-in an empty form
POST /register | location:analyze | by=text&yaml=a&step=preview
GET /locations | location:read
GET /locations/{id} | location:read
POST /locations/{id}/refresh | catalog:refresh
POST /locations/{id}/confirm | location:write
GET /locations/{id}/unregister | location:read
POST /locations/{id}/unregister | location:write

GET /settings | self:manage
GET /settings/sessions | self:manage
POST /settings/sessions | mixed self:manage for one's own, session:revoke for those of others | session=x
GET /settings/tokens | self:manage
POST /settings/tokens | self:token | name=a&scope=catalog%3Aread&expires=30
GET /settings/tokens/new | self:token
POST /settings/tokens/{id}/revoke | mixed self:manage for one's own, token:revoke for those of others
GET /settings/appearance | self:manage
POST /settings/appearance | self:manage | theme=dark
GET /settings/notifications | self:manage
POST /settings/notifications | self:manage
POST /settings/notifications/quiet | self:manage
GET /notifications | self:manage
POST /notifications/mark | self:manage | id=x&as=read
POST /notifications/read-all | self:manage
GET /notifications/{id} | self:manage

GET /admin/people | person:read
GET /admin/people/new | account:write
POST /admin/people/new | account:write | name=new
GET /admin/people/{namespace}/{name} | person:read
POST /admin/people/{namespace}/{name}/sessions | session:revoke | session=x
POST /admin/people/{namespace}/{name}/account | account:write | do=off
GET /admin/roles | person:read
GET /admin/roles/grant | role:grant
POST /admin/roles/grant | role:grant | role=viewer&to=user%3Adefault%2Fzoe
POST /admin/roles/take | role:grant | role=auditor&to=user%3Adefault%2Fzoe
GET /admin/service-accounts | person:read
GET /admin/service-accounts/new | service-account:write
POST /admin/service-accounts/new | service-account:write | name=ci&description=a&owner=group%3Adefault%2Fteam-a
GET /admin/service-accounts/{name} | person:read
POST /admin/service-accounts/{name} | service-account:write | do=off
POST /admin/service-accounts/{name}/tokens | service-account:write | name=a&scope=catalog%3Aread&expires=30
GET /admin/service-accounts/{name}/tokens/new | service-account:write
GET /admin/tokens | person:read
POST /admin/tokens/{id}/revoke | token:revoke
GET /admin/policies | policy:read
GET /admin/policies/new | policy:write
POST /admin/policies/new | policy:write | name=p&text=a
GET /admin/policies/{name} | policy:read
POST /admin/policies/{name} | policy:write | text=a&version=1
POST /admin/policies/{name}/enable | policy:write | enabled=true&version=1
GET /admin/policies/{name}/delete | policy:write
POST /admin/policies/{name}/delete | policy:write | version=1
GET /admin/policies/{name}/history | policy:read
POST /admin/policies/{name}/rollback | policy:write | to=1&version=1
GET /admin/providers | provider:read
GET /admin/audit | audit:read
GET /admin/audit/{seq} | audit:read
GET /admin/audit/export.csv | audit:read
GET /admin/audit/export.jsonl | audit:read
POST /admin/audit/verify | audit:read
GET /admin/system | system:read
GET /admin/announcements | announcement:write
POST /admin/announcements | announcement:write | title=a&level=info
GET /admin/announcements/{id} | announcement:write
POST /admin/announcements/{id} | announcement:write | title=a&level=info
POST /admin/announcements/{id}/delete | announcement:write
GET /admin/branding | branding:write
POST /admin/branding | branding:write | name=a
GET /admin/notifications | notification:admin
POST /admin/notifications/test | notification:admin | channel=x
POST /admin/notifications/{id}/retry | notification:admin
GET /metrics | metrics:read

POST /fn/{*function} | signed-in each function has a case of its own

GET /api/catalog/entities | list catalog:read
GET /api/catalog/entities/by-query | list catalog:read
POST /api/catalog/entities/by-query | list catalog:read | {"limit":10}
GET /api/catalog/entities/by-uid/{uid} | list catalog:read
DELETE /api/catalog/entities/by-uid/{uid} | mixed entity:change on what is there; without it, or where there is nothing, it answers as Backstage
GET /api/catalog/entities/by-name/{kind}/{namespace}/{name} | owned catalog:read
GET /api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry | owned catalog:read
POST /api/catalog/entities/by-refs | list catalog:read | {"entityRefs":["component:default/wagtail"]}
GET /api/catalog/entity-facets | list catalog:read
POST /api/catalog/entity-facets | list catalog:read | {"facets":["metadata.name"]}
POST /api/catalog/refresh | catalog:refresh | {"entityRef":"component:default/owned"}
POST /api/catalog/validate-entity | catalog:validate | {"entity":{"kind":"a"},"location":"url:https://example.org/a"}
GET /api/catalog/locations | location:read
POST /api/catalog/locations | location:write | {"type":"url","target":"nonsense"}
POST /api/catalog/locations/by-query | location:read | {"limit":10}
GET /api/catalog/locations/{id} | location:read
PUT /api/catalog/locations/{id} | location:write | {"type":"url","target":"https://example.org/a"}
DELETE /api/catalog/locations/{id} | location:write
GET /api/catalog/locations/by-entity/{kind}/{namespace}/{name} | location:read
POST /api/catalog/analyze-location | location:analyze | {"location":{"type":"url","target":"nonsense"}}
GET /api/notifications | self:manage
POST /api/notifications | notification:send | {"recipients":{"type":"entity","entityRef":[]},"payload":{"title":"t"}}
GET /api/notifications/ | self:manage
POST /api/notifications/ | notification:send | {"recipients":{"type":"entity","entityRef":[]},"payload":{"title":"t"}}
GET /api/notifications/notifications | self:manage
POST /api/notifications/notifications | notification:send | {"recipients":{"type":"entity","entityRef":[]},"payload":{"title":"t"}}
POST /api/notifications/notifications/update | self:manage | {"ids":[]}
GET /api/notifications/notifications/{id} | self:manage
GET /api/notifications/status | self:manage
GET /api/notifications/settings | self:manage
POST /api/notifications/settings | self:manage | {"channels":[]}
GET /api/notifications/topics | self:manage
POST /api/notifications/update | self:manage | {"ids":[]}
GET /api/notifications/{id} | self:manage

GET /api/v1/entities | list catalog:read
POST /api/v1/entities | entity:create | {"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"-"},"spec":{}}
GET /api/v1/entities/{kind}/{namespace}/{name} | owned catalog:read
PUT /api/v1/entities/{kind}/{namespace}/{name} | owned entity:change | {"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"owned"},"spec":{"type":"b","lifecycle":"b","owner":"team-a"}}
PATCH /api/v1/entities/{kind}/{namespace}/{name} | owned entity:change | {}
DELETE /api/v1/entities/{kind}/{namespace}/{name} | owned entity:change
GET /api/v1/entities/{kind}/{namespace}/{name}/changes | list catalog:read
GET /api/v1/entities/{kind}/{namespace}/{name}/overlay | owned catalog:read
PUT /api/v1/entities/{kind}/{namespace}/{name}/overlay | owned entity:change | {"title":"a"}
DELETE /api/v1/entities/{kind}/{namespace}/{name}/overlay | owned entity:change
GET /api/v1/entities/{kind}/{namespace}/{name}/overlay/patch | owned catalog:read
GET /api/v1/changes | list catalog:read
GET /api/v1/problems | list catalog:read
GET /api/v1/locations | location:read
POST /api/v1/locations | location:write | {"type":"url","target":"nonsense"}
POST /api/v1/locations/preview | location:analyze | {"type":"url","target":"nonsense"}
POST /api/v1/descriptors/preview | location:analyze | {"yaml":"a"}
GET /api/v1/locations/{id} | location:read
PUT /api/v1/locations/{id} | location:write | {"type":"url","target":"https://example.org/a"}
DELETE /api/v1/locations/{id} | location:write
POST /api/v1/locations/{id}/refresh | catalog:refresh
POST /api/v1/locations/{id}/confirm | location:write
GET /api/v1/locations/{id}/removal | location:read
GET /api/v1/hosts | location:read
GET /api/v1/audit | audit:read
GET /api/v1/audit/export | audit:read
GET /api/v1/audit/verify | audit:read
GET /api/v1/audit/{seq} | audit:read
GET /api/v1/system | system:read
GET /api/v1/authorisation/explain | signed-in about oneself; about others it needs policy:read
GET /api/v1/tokens | self:manage
POST /api/v1/tokens | self:token | {"name":"a","scopes":["catalog:read"],"expiresInDays":30}
DELETE /api/v1/tokens/{id} | mixed self:manage for one's own, token:revoke for those of others
GET /api/v1/service-accounts | person:read
POST /api/v1/service-accounts | service-account:write | {"name":"ci2","description":"a","owner":"group:default/team-a"}
PUT /api/v1/service-accounts/{name} | service-account:write | {"disabled":true}
GET /api/v1/role-grants | person:read
POST /api/v1/role-grants | role:grant | {"role":"viewer","to":"user:default/nobody"}
DELETE /api/v1/role-grants | role:grant | ?role=viewer&to=user:default/nobody
GET /api/v1/sessions | self:manage | ?person=me
DELETE /api/v1/sessions/{id} | mixed self:manage for one's own, session:revoke for those of others
POST /api/permission/authorize | list catalog:read | {"items":[{"id":"1","permission":{"name":"catalog.entity.read"},"resourceRef":"component:default/wagtail"}]}

GET /api/notifications | self:manage
POST /api/notifications | notification:send | {"recipients":{"type":"broadcast"},"payload":{"title":"a"}}
GET /api/notifications/ | self:manage
POST /api/notifications/ | notification:send | {"recipients":{"type":"broadcast"},"payload":{"title":"a"}}
GET /api/notifications/notifications | self:manage
POST /api/notifications/notifications | notification:send | {"recipients":{"type":"broadcast"},"payload":{"title":"a"}}
POST /api/notifications/notifications/update | self:manage | {"ids":["x"],"read":true}
GET /api/notifications/notifications/{id} | self:manage
GET /api/notifications/status | self:manage
GET /api/notifications/settings | self:manage
POST /api/notifications/settings | self:manage | {"channels":[]}
GET /api/notifications/topics | self:manage
POST /api/notifications/update | self:manage | {"ids":["x"],"read":true}
GET /api/notifications/{id} | self:manage
"#;
