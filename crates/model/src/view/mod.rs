//! View models: all that a page needs to be drawn, and nothing that it does not show.
//!
//! `portal` fills them, `app` draws them. They hold no HTML and no addresses that `app` can derive itself.

mod catalog;
mod entity;
mod frame;
mod home;
mod pages;

pub use catalog::{CatalogRow, CatalogView, Facet, FacetOption, KindCount};
pub use entity::{
    About, ApiDefinition, EntityHeader, EntityLink, EntityTab, EntityView, Fact, Graph, GraphEdge, GraphNode, GraphQuery, KnownAnnotation,
    Link, Problem, ProblemLevel, Profile, RelatedRow, RelatedSection, Source, Trail,
};
pub use frame::{Flash, FlashLevel, Frame, PersonBadge, Place, Theme};
pub use home::{ChangeItem, HomeView, NeedsYou};
pub use pages::{DesignView, ErrorView, SamplePerson, SearchHit, SearchView, SignInView};
