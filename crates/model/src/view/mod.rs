//! View models: all that a page needs to be drawn, and nothing that it does not show.
//!
//! `portal` fills them, `app` draws them. They hold no HTML and no addresses that `app` can derive itself.

mod catalog;
mod changes;
mod compare;
mod edit;
mod entity;
mod explore;
mod frame;
mod home;
mod locations;
mod pages;
mod problems;
mod register;
mod rest;
mod views;

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
pub use frame::{Flash, FlashLevel, Frame, PersonBadge, Place, Theme};
pub use home::{ChangeItem, HomeView, NeedsYou};
pub use locations::{
    ConflictRow, FileMistake, FileRow, HeldView, HostRow, KindEntities, LOCATIONS_PAGE, LocationRow, LocationStatus, LocationView,
    LocationsQuery, LocationsView, UnregisterView,
};
pub use pages::{DesignView, ErrorView, SamplePerson, SearchHit, SearchView, SignInView};
pub use problems::{PROBLEMS_PAGE, ProblemGroup, ProblemItem, ProblemOwner, ProblemRow, ProblemSort, ProblemsQuery, ProblemsView};
pub use register::{
    DraftForm, DraftView, PreviewEntityRow, PreviewKind, PreviewProblemRow, PreviewView, RegisterBy, RegisterForm, RegisterOutcome,
    RegisterView, RegisteredAs,
};
pub use rest::{RestGroup, RestOperation, RestParameter, RestView};
pub use views::{SaveViewForm, SavedView, SavedViewsView, StarredView, ViewRail};
