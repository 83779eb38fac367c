//! View models: all that a page needs to be drawn, and nothing that it does not show.
//!
//! `portal` fills them, `app` draws them. They hold no HTML and no addresses that `app` can derive itself.

mod admin;
mod announcements;
mod audit;
mod catalog;
mod changes;
mod compare;
mod edit;
mod entity;
mod explore;
mod frame;
mod home;
mod locations;
mod notifications;
mod pages;
mod policies;
mod problems;
mod providers;
mod register;
mod rest;
mod settings;
mod system;
mod views;

pub use admin::{
    ADMIN_PAGE, AccountForm, AccountView, ActionView, GrantForm, GrantHolder, GrantPageView, GrantView, HeldRole, NewAccountView,
    PeopleQuery, PeopleShown, PeopleView, PersonRow, PersonView, RoleVia, RoleView, RolesView, ServiceAccountForm, ServiceAccountRow,
    ServiceAccountView, ServiceAccountsView, SetupLink, TokensQuery, TokensShown, TokensView,
};
pub use announcements::{
    AnnouncementForm, AnnouncementRow, AnnouncementsView, Branding, BrandingForm, BrandingView, LEVELS as ANNOUNCEMENT_LEVELS,
};
pub use audit::{AuditFilter, AuditRow, AuditRowView, AuditView, ChainState, ChainView, entity_of as audit_entity};
pub use catalog::{CatalogRow, CatalogView, Facet, FacetOption, KindCount};
pub use changes::{Actor, ChangeAction, ChangeCursor, ChangeDay, ChangeEntry, ChangesQuery, ChangesView, FieldDiff};
pub use compare::{ComparePart, CompareRow, CompareValue, CompareView, DescriptorLine};
pub use edit::{
    CompareLine, DeleteView, EditAccess, EditMode, EditView, EntityForm, FileOwner, LINKS, LinkForm, NewEntityView, NotYoursView,
    OverlayNote, Saved, YamlProblem,
};
pub use entity::{
    About, ApiDefinition, DetailSection, DetailValue, EntityHeader, EntityLink, EntityTab, EntityView, Fact, Graph, GraphEdge, GraphNode,
    GraphQuery, KnownAnnotation, Link, Problem, ProblemLevel, Profile, RelatedRow, RelatedSection, Source, Trail,
};
pub use explore::{
    DEEPEST, ExploreEdge, ExploreGroup, ExploreNode, ExploreQuery, ExploreView, Folding, GroupBy, GroupByShown, MOST_NODES, RelationSort,
};
pub use frame::{AnnouncementView, Flash, FlashLevel, Frame, PersonBadge, Place, Theme};
pub use home::{ChangeItem, HomeView, NeedsYou};
pub use locations::{
    ConflictRow, FileMistake, FileRow, HeldView, HostRow, KindEntities, LOCATIONS_PAGE, LocationRow, LocationStatus, LocationView,
    LocationsQuery, LocationsView, UnregisterView,
};
pub use notifications::{
    ChannelView, DELIVERIES_PAGE, DeliveriesQuery, DeliveriesView, DeliveryState, DeliveryView, EmailReach, INBOX_PAGE, InboxItem,
    InboxPageQuery, InboxShow, InboxView, NotificationSettingsView, OriginChoices, QuietForm, Severity, TopicChoice,
};
pub use pages::{DesignView, ErrorView, ProviderButton, SamplePerson, SearchHit, SearchView, SetupView, SignInView};
pub use policies::{
    DeletePolicyView, PoliciesView, PolicyExample, PolicyForm, PolicyHistoryView, PolicyMention, PolicyOrigin, PolicyRow, PolicyTest,
    PolicyVerdict, PolicyVersion, PolicyView, WhyAnswer, WhyHint, WhyView, policy_href,
};
pub use problems::{PROBLEMS_PAGE, ProblemGroup, ProblemItem, ProblemOwner, ProblemRow, ProblemSort, ProblemsQuery, ProblemsView};
pub use providers::{NotLetInView, ProviderRow, ProviderState, ProviderStep, ProvidersView, StepOutcome, TriedResolver};
pub use register::{
    DraftForm, DraftView, PreviewEntityRow, PreviewKind, PreviewProblemRow, PreviewView, RegisterBy, RegisterForm, RegisterOutcome,
    RegisterView, RegisteredAs,
};
pub use rest::{RestGroup, RestOperation, RestParameter, RestView};
pub use settings::{
    AppearanceView, MadeToken, NewTokenView, OwnTokensView, ProfileView, ScopeArea, ScopeGroup, SessionView, SessionsView, TokenForm,
    TokenHolder, TokenState, TokenView,
};
pub use system::{BrokenLocation, BuildView, ConfigurationRow, DataView, DatabaseView, QueueRow, ReplicaRow, SystemView};
pub use views::{SaveViewForm, SavedView, SavedViewsView, StarredView, ViewRail};
