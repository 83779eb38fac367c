//! The page that shows the portal's own REST.

/// The page.
#[derive(Clone, Debug, Default)]
pub struct RestView {
    /// What the interface is for.
    pub description: String,
    /// The interface's version.
    pub version: String,
    /// The portal's address before each path.
    pub origin: String,
    /// The operations by subject.
    pub groups: Vec<RestGroup>,
}

/// Operations on one subject.
#[derive(Clone, Debug, Default)]
pub struct RestGroup {
    /// The subject: `entities`.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Its operations.
    pub operations: Vec<RestOperation>,
}

/// One operation.
#[derive(Clone, Debug, Default)]
pub struct RestOperation {
    /// Its name in generated clients; the anchor on the page.
    pub id: String,
    /// `GET`, `PUT`, …
    pub method: String,
    /// `/api/v1/entities/{kind}/{namespace}/{name}`
    pub path: String,
    /// What it does, in a line.
    pub summary: String,
    /// What the caller sends beside the body.
    pub parameters: Vec<RestParameter>,
    /// The body's type and what it is; `None` without one.
    pub body: Option<(String, String)>,
    /// Statuses, with what they mean.
    pub answers: Vec<(String, String)>,
    /// A call that can be tried in a shell.
    pub example: String,
}

/// What the caller sends in the path, the query or a header.
#[derive(Clone, Debug, Default)]
pub struct RestParameter {
    /// Its name.
    pub name: String,
    /// `path`, `query` or `header`.
    pub place: String,
    /// Whether it has to be there.
    pub required: bool,
    /// What it means.
    pub description: String,
}
