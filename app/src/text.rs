//! Every word of the interface that is not somebody's data: one place to read them, change them and translate them.
//!
//! Names that are facets, columns or tabs stand beside their addresses in `model`. Words are plain, short and active;
//! an error says what happened, where, and what to do.

pub mod access;
pub mod admin;
pub mod announcements;
pub mod audit;
pub mod changes;
pub mod compare;
pub mod edit;
pub mod explore;
pub mod locations;
pub mod notifications;
pub mod policies;
pub mod problems;
pub mod providers;
pub mod register;
pub mod rest;
pub mod settings;
pub mod system;
pub mod views;

/// The product's name.
pub const PRODUCT: &str = "Waymark";

// Frame
/// The first link of every page.
pub const SKIP: &str = "Skip to content";
/// The main navigation.
pub const PLACES: &str = "Places";
/// The second row of the catalog.
pub const CATALOG_PARTS: &str = "Parts of the catalog";
/// Place: the first page.
pub const HOME: &str = "Home";
/// Place: the list of entities.
pub const CATALOG: &str = "Catalog";
/// Place: the catalog's APIs.
pub const APIS: &str = "APIs";
/// Opens the navigation on phones.
pub const OPEN_PLACES: &str = "Open navigation";
/// The search box, for those who cannot see it.
pub const SEARCH: &str = "Search";
/// The theme menu.
pub const THEME: &str = "Theme";
/// Person menu: one's own page.
pub const MY_PAGE: &str = "My page";
/// Person menu: what I own.
pub const MY_ENTITIES: &str = "What my teams own";
/// Person menu: the pieces.
pub const DESIGN: &str = "Design system";
/// Person menu: leave.
pub const SIGN_OUT: &str = "Sign out";
/// Person menu of somebody with the admin token.
pub const ADMIN_TOKEN: &str = "Signed in with the admin token";
/// Closes a message.
pub const DISMISS: &str = "Dismiss";
/// Closes a panel.
pub const CLOSE: &str = "Close";
/// The way to the page.
pub const BREADCRUMBS: &str = "Breadcrumbs";
/// In the footer: opens the list of keys.
pub const SHORTCUTS: &str = "Keyboard shortcuts";

/// In the footer of the demo.
pub fn demo(organisation: &str) -> String {
    if organisation.is_empty() { "Sample organisation".to_owned() } else { format!("{organisation}, a sample organisation") }
}

/// The person menu's button.
pub fn person_menu(name: &str, initials: &str) -> String {
    format!("Account of {name} ({initials})")
}

/// The page's title in the browser's tab.
pub fn document_title(title: &str, organisation: &str) -> String {
    let place = if organisation.is_empty() { PRODUCT } else { organisation };
    if title.is_empty() { place.to_owned() } else { format!("{title} · {place}") }
}

// Numbers
/// With separators: `12,345`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    if digits.len() <= 3 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 service`, `3 services`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// `1 problem`, `3 problems`.
pub fn problems(count: usize) -> String {
    counted(count as u64, "problem", "problems")
}

/// `and 12 more`.
pub fn and_more(count: u64) -> String {
    format!("and {} more", number(count))
}

// Entities
/// Said after a reference to nothing.
pub const NOT_IN_CATALOG: &str = " (not in the catalog)";
/// Nobody owns it.
pub const NO_OWNER: &str = "No owner";
/// Beside the name of a starred entity.
pub const STARRED: &str = "Starred";

/// On hover of a reference to nothing.
pub fn missing_entity(name: &str) -> String {
    format!("{name} is not in the catalog")
}

// Pieces
/// Before a chip's words, for those who cannot see its cross.
pub const REMOVE_FILTER: &str = "Remove filter ";

/// A chip's hover text.
pub fn remove_filter(label: &str, value: &str) -> String {
    if label.is_empty() { format!("Remove filter {value}") } else { format!("Remove filter {label}: {value}") }
}

/// A sortable head's hover text.
pub fn sort_by(label: &str) -> String {
    format!("Sort by {}", label.to_lowercase())
}

/// A tooltip's button.
pub fn explain(about: &str) -> String {
    format!("About {about}")
}

/// Unfolds a branch of a tree.
pub fn show_within(name: &str) -> String {
    format!("What is within {name}")
}

/// Above the errors of a form.
pub fn form_errors(count: usize) -> String {
    if count == 1 { "One field needs another look".to_owned() } else { format!("{count} fields need another look") }
}

/// The pager.
pub const PAGES: &str = "Pages";
/// The pager's step back.
pub const PREVIOUS_PAGE: &str = "Previous page";
/// The pager's step on.
pub const NEXT_PAGE: &str = "Next page";

/// Which rows of how many show.
pub fn range(first: u64, last: u64, total: u64) -> String {
    format!("{}–{} of {}", number(first), number(last), number(total))
}

/// Before an added line of a comparison.
pub const DIFF_ADDED: &str = "Added: ";
/// Before a removed line of a comparison.
pub const DIFF_REMOVED: &str = "Removed: ";
/// A log's line that informs.
pub const LOG_INFO: &str = "info";
/// A log's line that warns.
pub const LOG_WARNING: &str = "warn";
/// A log's line that says what failed.
pub const LOG_ERROR: &str = "error";
/// Unfolds a chart's numbers.
pub const NUMBERS: &str = "Numbers";
/// The first column of a chart's numbers.
pub const PERIOD: &str = "When";

// Catalog
/// The row of kinds.
pub const KINDS: &str = "Kinds";
/// The filters' rail.
pub const FILTERS: &str = "Filters";
/// The text filter, for those who cannot see it.
pub const FILTER_TEXT: &str = "Filter by name or description";
/// In the text filter.
pub const FILTER_TEXT_HINT: &str = "Filter by name or description";
/// Submits the text filter.
pub const APPLY: &str = "Filter";
/// Whose entities.
pub const WHOSE: &str = "Whose";
/// Everybody's.
pub const EVERYBODYS: &str = "All";
/// Those of my teams and mine.
pub const MINE: &str = "Mine";
/// Every filter away.
pub const CLEAR_FILTERS: &str = "Clear all";
/// The chosen filters.
pub const CHOSEN_FILTERS: &str = "Chosen filters";
/// Which columns show.
pub const COLUMNS: &str = "Columns";
/// Submits the choice of columns.
pub const SHOW_COLUMNS: &str = "Show these columns";
/// The export menu.
pub const EXPORT: &str = "Export";
/// Export as CSV.
pub const EXPORT_CSV: &str = "CSV, for spreadsheets";
/// Export as JSON.
pub const EXPORT_JSON: &str = "JSON, for programs";
/// The first column.
pub const NAME: &str = "Name";
/// The column of kinds, in the list of all.
pub const KIND: &str = "Kind";
/// The text filter's chip.
pub const TEXT: &str = "Text";
/// A facet that offers nothing.
pub const NO_VALUES: &str = "None";
/// Nothing matches.
pub const NO_MATCH: &str = "Nothing matches these filters";
/// What to do when nothing matches.
pub const NO_MATCH_HINT: &str = "Take the last filter away, or start again from the whole list.";
/// The catalog is empty.
pub const EMPTY_CATALOG: &str = "The catalog is empty";
/// How to get the first entity in.
pub const EMPTY_CATALOG_HINT: &str =
    "Describe a service in a file named catalog-info.yaml, and point Waymark at it. Its entities appear here within seconds.";
/// The file, ready to copy.
pub const EMPTY_CATALOG_FILE: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: my-service\n  description: What it does, in one line\nspec:\n  type: service\n  lifecycle: production\n  owner: group:my-team\n";
/// The command, ready to copy.
pub const EMPTY_CATALOG_COMMAND: &str = "waymark serve --catalog './services/*/catalog-info.yaml'";
/// The kind is empty.
pub const EMPTY_KIND: &str = "Nothing of this kind yet";
/// What to do when the kind is empty.
pub const EMPTY_KIND_HINT: &str = "Add a file that describes one to a location of the catalog, or look at the other kinds.";
/// All kinds.
pub const SHOW_ALL_KINDS: &str = "Show every kind";

/// The heading of the list: the kind in the plural.
pub fn kind_heading(label: &str) -> String {
    match label.to_ascii_lowercase().as_str() {
        "all" => "Everything".to_owned(),
        "api" => "APIs".to_owned(),
        lower if lower.ends_with('y') => format!("{}ies", &label[..label.len() - 1]),
        _ => format!("{label}s"),
    }
}

/// Beside the heading.
pub fn matches(total: u64) -> String {
    number(total)
}

/// Takes the last filter away.
pub fn drop_filter(label: &str, value: &str) -> String {
    if label.is_empty() { format!("Remove “{value}”") } else { format!("Remove {}: {value}", label.to_lowercase()) }
}

/// Unfolds the other values of a filter.
pub fn show_more(count: u64) -> String {
    format!("{} more", number(count))
}

/// How many values a facet has beyond those shown.
pub fn more_values(count: u64) -> String {
    format!("{} more; narrow the list to see them", number(count))
}

// Home
/// What needs the person.
pub const NEEDS_YOU: &str = "Needs you";
/// Nothing does.
pub const NOTHING_NEEDS_YOU: &str = "Nothing needs you right now.";
/// What the person's teams own.
pub const MY_SERVICES: &str = "Your teams’ services";
/// The person has no team.
pub const NO_TEAM: &str = "You are in no team yet";
/// What to do without a team.
pub const NO_TEAM_HINT: &str = "Add yourself to a group in the catalog (spec.memberOf of your User), and what it owns is listed here.";
/// The teams own nothing.
pub const NO_SERVICES: &str = "Your teams own nothing yet";
/// What to do then.
pub const NO_SERVICES_HINT: &str = "What names one of your teams in spec.owner is listed here.";
/// Starred entities.
pub const STARRED_HEADING: &str = "Starred";
/// None.
pub const NOTHING_STARRED: &str = "Star an entity on its page, and it stays within reach here.";
/// Recently visited.
pub const RECENT: &str = "Recently visited";
/// None.
pub const NOTHING_RECENT: &str = "Pages that you open are kept here.";
/// What changed lately.
pub const CHANGES: &str = "What changed lately";
/// Nothing did.
pub const NO_CHANGES: &str = "Nothing changed in the last days.";
/// Quick actions.
pub const QUICK_ACTIONS: &str = "Quick actions";
/// Quick action.
pub const BROWSE_COMPONENTS: &str = "Browse components";
/// Quick action.
pub const BROWSE_APIS: &str = "Find an API";
/// Quick action.
pub const BROWSE_PROBLEMS: &str = "See every problem";

/// The person's groups.
pub const YOUR_TEAMS: &str = "Your teams";
/// Leads to the catalog by last change.
pub const ALL_CHANGES: &str = "All changes";

/// Leads to the whole list.
pub fn all_of(count: u64) -> String {
    format!("All {}", number(count))
}

// Search
/// The search page.
pub const SEARCH_HEADING: &str = "Search";
/// The search field of the search page.
pub const SEARCH_EVERYTHING: &str = "Search everything in the catalog";
/// Before anything was searched for.
pub const SEARCH_EMPTY: &str = "Search names, titles, descriptions and tags of everything in the catalog.";
/// Nothing found.
pub const SEARCH_NONE_HINT: &str = "Try fewer or shorter words, or browse the catalog.";
/// Leads to the catalog.
pub const BROWSE_CATALOG: &str = "Browse the catalog";

/// Nothing found.
pub fn search_none(words: &str) -> String {
    format!("Nothing found for “{words}”")
}

/// Only some of what was found shows.
pub fn only_best(shown: u64, total: u64) -> String {
    format!("The best {} of {}. Add a word to narrow it down.", number(shown), number(total))
}

/// How much was found.
pub fn search_total(total: u64) -> String {
    counted(total, "result", "results")
}

// Sign-in
/// The page's title.
pub const SIGN_IN: &str = "Sign in";
/// Above the sample people.
pub const SIGN_IN_AS: &str = "Sign in as one of the sample people";
/// The admin token's field.
pub const TOKEN: &str = "Admin token";
/// Where the token comes from.
pub const TOKEN_HINT: &str = "The value of WAYMARK_ADMIN_TOKEN, set where Waymark was started.";

/// The heading of the sign-in page.
pub fn sign_in_to(organisation: &str) -> String {
    if organisation.is_empty() { format!("Sign in to {PRODUCT}") } else { organisation.to_owned() }
}

// Errors
/// Before the incident's id.
pub const INCIDENT: &str = "Incident";
/// What to do with the incident's id.
pub const INCIDENT_HINT: &str = "The log has the cause under this id; give it to whoever runs Waymark.";
/// Where an error page always leads.
pub const GO_HOME: &str = "Go to Home";
