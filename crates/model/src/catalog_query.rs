//! The catalog page's address: every filter, the sort, the columns and the page are in the URL, and nowhere else.

use std::collections::BTreeMap;

/// Rows on one page of the catalog.
pub const PAGE_SIZE: usize = 25;

/// The filters that the catalog page offers beside kind and text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacetKey {
    /// `spec.type`
    Type,
    /// `relations.ownedBy`, or *mine*
    Owner,
    /// `spec.lifecycle`
    Lifecycle,
    /// `metadata.tags`
    Tag,
    /// `relations.partOf`
    System,
    /// What is wrong with the entity.
    Problem,
}

impl FacetKey {
    /// All of them, in the order in which the page shows them.
    pub const ALL: [Self; 6] = [Self::Type, Self::Owner, Self::Lifecycle, Self::Tag, Self::System, Self::Problem];

    /// The name in the URL.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Owner => "owner",
            Self::Lifecycle => "lifecycle",
            Self::Tag => "tag",
            Self::System => "system",
            Self::Problem => "problem",
        }
    }

    /// The heading on the page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Type => "Type",
            Self::Owner => "Owner",
            Self::Lifecycle => "Lifecycle",
            Self::Tag => "Tag",
            Self::System => "System",
            Self::Problem => "Problems",
        }
    }

    fn from_parameter(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.parameter() == name)
    }
}

/// Whose entities the page shows, beside the owner facet's single owners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// Everybody's.
    #[default]
    Anyone,
    /// Those of the caller and of the caller's groups (`owner=mine`).
    Mine,
    /// Those that the caller starred (`owner=starred`).
    Starred,
}

/// A column that can be shown or hidden; the name always shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Owner
    Owner,
    /// System
    System,
    /// `spec.type`
    Type,
    /// `spec.lifecycle`
    Lifecycle,
    /// Tags
    Tags,
    /// When the entity last changed
    Changed,
    /// Problems
    Problems,
}

impl Column {
    /// All of them, in the order in which the table shows them.
    pub const ALL: [Self; 7] = [Self::Owner, Self::System, Self::Type, Self::Lifecycle, Self::Tags, Self::Changed, Self::Problems];

    /// The name in the URL.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::System => "system",
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Tags => "tags",
            Self::Changed => "changed",
            Self::Problems => "problems",
        }
    }

    /// The heading of the column.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::System => "System",
            Self::Type => "Type",
            Self::Lifecycle => "Lifecycle",
            Self::Tags => "Tags",
            Self::Changed => "Changed",
            Self::Problems => "Problems",
        }
    }
}

/// What the table is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name, the default.
    #[default]
    Name,
    /// By owner
    Owner,
    /// By system
    System,
    /// By type
    Type,
    /// By lifecycle
    Lifecycle,
    /// The latest change first.
    Changed,
}

impl Sort {
    const ALL: [Self; 6] = [Self::Name, Self::Owner, Self::System, Self::Type, Self::Lifecycle, Self::Changed];

    /// The name in the URL.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Owner => "owner",
            Self::System => "system",
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Changed => "changed",
        }
    }
}

/// The catalog page's filters, order and place, as the URL has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogQuery {
    /// The kind shown, in lower case; `all` for every kind. Default `component`.
    pub kind: String,
    /// Text that the name, title or description has to contain.
    pub text: String,
    /// Whose entities.
    pub owned: Owner,
    /// The picked values of each facet: any of them within a facet, all facets together.
    pub facets: BTreeMap<FacetKey, Vec<String>>,
    /// What the table is ordered by.
    pub sort: Sort,
    /// The other way round.
    pub descending: bool,
    /// The columns shown; `None` for the usual ones.
    pub columns: Option<Vec<Column>>,
    /// The page, from 1.
    pub page: usize,
}

impl Default for CatalogQuery {
    fn default() -> Self {
        Self {
            kind: "component".to_owned(),
            text: String::new(),
            owned: Owner::Anyone,
            facets: BTreeMap::new(),
            sort: Sort::Name,
            descending: false,
            columns: None,
            page: 1,
        }
    }
}

impl CatalogQuery {
    /// The page of one kind, unfiltered.
    pub fn of_kind(kind: &str) -> Self {
        Self { kind: kind.to_lowercase(), ..Self::default() }
    }

    /// Reads a query string. What it does not know it ignores: an old link still opens the page.
    pub fn parse(query: &str) -> Self {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() || value.len() > 500 {
                continue;
            }
            match (&*name, value) {
                ("kind", _) => out.kind = value.to_lowercase(),
                ("q", _) => out.text = value.to_owned(),
                ("owner", "mine") => out.owned = Owner::Mine,
                ("owner", "starred") => out.owned = Owner::Starred,
                ("sort", _) => {
                    let (name, descending) = value.strip_prefix('-').map_or((value, false), |name| (name, true));
                    if let Some(sort) = Sort::ALL.into_iter().find(|sort| sort.parameter() == name) {
                        (out.sort, out.descending) = (sort, descending);
                    }
                }
                ("columns", _) => {
                    let picked = |column: &Column| value.split(',').any(|name| name == column.parameter());
                    out.columns = Some(Column::ALL.into_iter().filter(picked).collect());
                }
                ("col", _) => {
                    // Check boxes of the form without JavaScript: one parameter a column.
                    if let Some(column) = Column::ALL.into_iter().find(|column| column.parameter() == value) {
                        out.columns.get_or_insert_default().push(column);
                    }
                }
                ("page", _) => out.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                (name, _) => {
                    if let Some(key) = FacetKey::from_parameter(name) {
                        let values = out.facets.entry(key).or_default();
                        if values.len() < 50 && !values.iter().any(|have| have == value) {
                            values.push(value.to_owned());
                        }
                    }
                }
            }
        }
        out
    }

    /// The query string that [`Self::parse`] reads back; empty for the page as it opens.
    pub fn query_string(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if self.kind != "component" {
            out.append_pair("kind", &self.kind);
        }
        if !self.text.is_empty() {
            out.append_pair("q", &self.text);
        }
        match self.owned {
            Owner::Anyone => {}
            Owner::Mine => {
                out.append_pair("owner", "mine");
            }
            Owner::Starred => {
                out.append_pair("owner", "starred");
            }
        }
        for (key, values) in &self.facets {
            for value in values {
                out.append_pair(key.parameter(), value);
            }
        }
        if (self.sort, self.descending) != (Sort::Name, false) {
            let sign = if self.descending { "-" } else { "" };
            out.append_pair("sort", &format!("{sign}{}", self.sort.parameter()));
        }
        if let Some(columns) = &self.columns {
            let names: Vec<_> = columns.iter().map(|column| column.parameter()).collect();
            out.append_pair("columns", if names.is_empty() { "none".to_owned() } else { names.join(",") }.as_str());
        }
        if self.page > 1 {
            out.append_pair("page", &self.page.to_string());
        }
        out.finish()
    }

    /// The page's address under `path`, which is `/catalog` or one of its exports.
    pub fn href(&self, path: &str) -> String {
        let query = self.query_string();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Whether a facet's value is picked.
    pub fn has(&self, key: FacetKey, value: &str) -> bool {
        self.facets.get(&key).is_some_and(|values| values.iter().any(|have| have == value))
    }

    /// The same page with a facet's value picked, or no longer picked; back on page 1.
    #[must_use]
    pub fn toggled(&self, key: FacetKey, value: &str) -> Self {
        let mut out = Self { page: 1, ..self.clone() };
        let values = out.facets.entry(key).or_default();
        match values.iter().position(|have| have == value) {
            Some(at) => {
                values.remove(at);
            }
            None => values.push(value.to_owned()),
        }
        if values.is_empty() {
            out.facets.remove(&key);
        }
        out
    }

    /// The same page on another page number.
    #[must_use]
    pub fn at_page(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same page ordered by `sort`; a second time turns the order round.
    #[must_use]
    pub fn sorted(&self, sort: Sort) -> Self {
        let descending = if self.sort == sort { !self.descending } else { sort == Sort::Changed };
        Self { sort, descending, page: 1, ..self.clone() }
    }

    /// Whether anything but the kind narrows the page.
    pub fn is_filtered(&self) -> bool {
        !self.text.is_empty() || self.owned != Owner::Anyone || !self.facets.is_empty()
    }

    /// The columns that show.
    pub fn shown_columns(&self) -> Vec<Column> {
        self.columns
            .clone()
            .unwrap_or_else(|| vec![Column::Owner, Column::System, Column::Type, Column::Lifecycle, Column::Tags, Column::Problems])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, again: &str) {
        assert_eq!(CatalogQuery::parse(query).query_string(), again);
    }

    #[test]
    fn reads_back_what_it_writes() {
        check("", "");
        check("kind=API&q=pay+ment", "kind=api&q=pay+ment");
        check("owner=mine&type=service&type=website&type=service", "owner=mine&type=service&type=website");
        check("owner=group%3Adefault%2Fa&sort=-changed&page=3", "owner=group%3Adefault%2Fa&sort=-changed&page=3");
        check("columns=tags,owner,nonsense&page=2", "columns=owner%2Ctags&page=2");
        check("columns=none", "columns=none");
        check("col=owner&col=tags", "columns=owner%2Ctags");
        check("sort=nonsense&page=0&unknown=1&page=-3", "");
    }

    #[test]
    fn toggles_a_value() {
        let page = CatalogQuery::parse("type=a&page=4");
        assert_eq!(page.toggled(FacetKey::Type, "b").query_string(), "type=a&type=b");
        assert_eq!(page.toggled(FacetKey::Type, "a").query_string(), "");
    }
}
