//! Everything that can be done with the portal: one closed list. Policies name these actions, audit rows record them, tokens are limited to
//! their scopes. Actions of what is still to be built are in it, so that policies written today go on to hold.

use std::{fmt, str::FromStr};

/// What kind of thing an action is done to; its type in policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// The portal itself: `Portal::"waymark"`.
    Portal,
    /// An entity of the catalog: `Entity::"component:default/checkout"`.
    Entity,
    /// A run of a template.
    Task,
    /// A repository that the portal hosts.
    Repository,
    /// Something that was asked for from a platform API.
    Claim,
    /// A secret or a Terraform state, by its path.
    Secret,
}

impl ResourceKind {
    /// The type's name in the policies' schema.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portal => "Portal",
            Self::Entity => "Entity",
            Self::Task => "Task",
            Self::Repository => "Repository",
            Self::Claim => "Claim",
            Self::Secret => "Secret",
        }
    }
}

/// Whether something changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Nothing changes. What is not allowed looks as if it were not there.
    Read,
    /// Something changes, or something outside is asked to act. A refusal says so and is recorded.
    Write,
}

macro_rules! actions {
    ($($variant:ident, $id:literal, $resource:ident, $access:ident, $about:literal;)*) => {
        /// Everything that can be done with the portal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $about] $variant,)*
        }

        impl Action {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in policies, audit rows and messages: `entity:change`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// What it is done to.
            pub const fn resource(self) -> ResourceKind {
                match self { $(Self::$variant => ResourceKind::$resource,)* }
            }

            /// Whether it changes something.
            pub const fn access(self) -> Access {
                match self { $(Self::$variant => Access::$access,)* }
            }

            /// What it means, as a sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)* }
            }
        }
    };
}

actions! {
    // Catalog
    CatalogRead, "catalog:read", Entity, Read, "See entities, their relations, problems and history; decided for each entity.";
    CatalogRefresh, "catalog:refresh", Portal, Write, "Have an entity or location read again.";
    CatalogValidate, "catalog:validate", Portal, Read, "Have a descriptor checked.";
    EntityCreate, "entity:create", Portal, Write, "Make an entity that the portal owns.";
    EntityChange, "entity:change", Entity, Write, "Change or delete an entity, or put an overlay over it.";
    LocationRead, "location:read", Portal, Read, "See the locations and the hosts that they are on.";
    LocationAnalyze, "location:analyze", Portal, Read, "Have an address looked at before it is registered.";
    LocationWrite, "location:write", Portal, Write, "Register, change and unregister locations, and confirm losses.";
    // What everybody keeps for themselves
    StarWrite, "star:write", Portal, Write, "Keep one's own stars.";
    ViewWrite, "view:write", Portal, Write, "Keep one's own saved views, and share them.";
    SelfManage, "self:manage", Portal, Write, "Keep one's own settings and sessions, read and sort one's own inbox.";
    SelfToken, "self:token", Portal, Write, "Make and revoke one's own tokens.";
    // Administration
    PersonRead, "person:read", Portal, Read, "See who signs in, their sessions, roles and tokens.";
    SessionRevoke, "session:revoke", Portal, Write, "End other people's sessions.";
    AccountWrite, "account:write", Portal, Write, "Make, change and switch off local accounts.";
    ServiceAccountWrite, "service-account:write", Portal, Write, "Make, change and switch off service accounts and their tokens.";
    TokenRevoke, "token:revoke", Portal, Write, "Revoke other people's tokens.";
    RoleGrant, "role:grant", Portal, Write, "Give roles to people, groups and service accounts, and take them away.";
    PolicyRead, "policy:read", Portal, Read, "See the policies, and test what others may do.";
    PolicyWrite, "policy:write", Portal, Write, "Change the policies.";
    ProviderRead, "provider:read", Portal, Read, "See the sign-in providers, and test them.";
    AuditRead, "audit:read", Portal, Read, "See and export the audit log, and have it verified.";
    SystemRead, "system:read", Portal, Read, "See version, replicas, queues and configuration.";
    MetricsRead, "metrics:read", Portal, Read, "Read the metrics.";
    AnnouncementWrite, "announcement:write", Portal, Write, "Announce something to everybody.";
    BrandingWrite, "branding:write", Portal, Write, "Change how the portal names and shows the organisation.";
    NotificationSend, "notification:send", Portal, Write, "Send notifications to people, groups and everybody.";
    NotificationAdmin, "notification:admin", Portal, Write, "See and repeat deliveries, and test channels.";
    // Documentation, search and APIs
    DocsRead, "docs:read", Entity, Read, "Read the documentation of an entity.";
    DocsPublish, "docs:publish", Entity, Write, "Publish the documentation of an entity.";
    ApiTry, "api:try", Entity, Write, "Send requests to an API from its page.";
    // Golden paths
    TemplateRead, "template:read", Entity, Read, "See a template and its form.";
    TemplateRun, "template:run", Entity, Write, "Create something from a template.";
    TemplateWrite, "template:write", Entity, Write, "Change a template in the portal.";
    TaskRead, "task:read", Task, Read, "See a task and its log.";
    TaskCancel, "task:cancel", Task, Write, "Cancel a task, or run it again.";
    RepositoryRead, "repository:read", Repository, Read, "Clone and browse a repository that the portal hosts.";
    RepositoryWrite, "repository:write", Repository, Write, "Push to a repository that the portal hosts.";
    RepositoryAdmin, "repository:admin", Repository, Write, "Make, change and delete repositories that the portal hosts.";
    // Platform APIs and claims
    PlatformApiRead, "platform-api:read", Portal, Read, "See platform APIs and their forms.";
    PlatformApiWrite, "platform-api:write", Portal, Write, "Define and change platform APIs and compositions.";
    ClaimRead, "claim:read", Claim, Read, "See a claim and what became of it.";
    ClaimCreate, "claim:create", Claim, Write, "Ask for something from a platform API.";
    ClaimChange, "claim:change", Claim, Write, "Change or delete a claim.";
    ClaimApprove, "claim:approve", Claim, Write, "Approve or refuse what somebody asked for.";
    QuotaWrite, "quota:write", Portal, Write, "Set quotas.";
    SecretRead, "secret:read", Secret, Read, "Read a secret's value.";
    SecretWrite, "secret:write", Secret, Write, "Write, rotate and delete a secret.";
    StateRead, "state:read", Secret, Read, "Read a Terraform state.";
    StateWrite, "state:write", Secret, Write, "Write and lock a Terraform state.";
    // Measuring
    ScorecardRead, "scorecard:read", Portal, Read, "See scorecards and results.";
    ScorecardWrite, "scorecard:write", Portal, Write, "Define scorecards and campaigns.";
    DeliveryRead, "delivery:read", Portal, Read, "See deployments, incidents and delivery metrics.";
    DeliveryRecord, "delivery:record", Portal, Write, "Record deployments and incidents.";
    AdoptionRead, "adoption:read", Portal, Read, "See how the platform is used.";
    SurveyAnswer, "survey:answer", Portal, Write, "Answer surveys.";
    SurveyWrite, "survey:write", Portal, Write, "Write and start surveys.";
    SurveyResults, "survey:results", Portal, Read, "See the results of surveys.";
    CostRead, "cost:read", Portal, Read, "See cost.";
    CostWrite, "cost:write", Portal, Write, "Set prices and budgets, import cost.";
    DashboardWrite, "dashboard:write", Portal, Write, "Change shared dashboards.";
}

impl Action {
    /// Whether one of a token's scopes covers it. A scope is an action's name (`entity:change`), an area with `read` or `write`
    /// (`entity:read`, `entity:write`: all actions of the area that read, or all of it), an area with a star (`entity:*`), or `*`.
    pub fn is_in_scope(self, scopes: &[String]) -> bool {
        let (area, _) = self.id().split_once(':').unwrap_or((self.id(), ""));
        scopes.iter().any(|scope| {
            scope == "*"
                || scope == self.id()
                || scope.split_once(':').is_some_and(|(of, verb)| {
                    of == area && (matches!(verb, "*" | "write") || (verb == "read" && self.access() == Access::Read))
                })
        })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Action {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|action| action.id() == text).ok_or_else(|| format!("there is no action \"{text}\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for action in Action::ALL {
            assert_eq!(action.id().parse(), Ok(*action));
            assert_eq!(Action::ALL.iter().filter(|other| other.id() == action.id()).count(), 1, "{action}");
        }
    }

    #[test]
    fn scopes_cover_actions() {
        let check = |scope: &str, action: Action, expected: bool| {
            assert_eq!(action.is_in_scope(&[scope.to_owned()]), expected, "{scope} {action}");
        };
        check("*", Action::PolicyWrite, true);
        check("catalog:read", Action::CatalogRead, true);
        check("catalog:read", Action::CatalogRefresh, false);
        check("catalog:read", Action::CatalogValidate, true);
        check("catalog:write", Action::CatalogRead, true);
        check("catalog:*", Action::CatalogRefresh, true);
        check("entity:create", Action::EntityCreate, true);
        check("entity:create", Action::EntityChange, false);
        check("catalog", Action::CatalogRead, false);
        check("", Action::CatalogRead, false);
    }
}
