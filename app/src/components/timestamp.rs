//! When something happened.

use leptos::prelude::*;
use model::Timestamp;

/// How long ago for people, with the exact time in UTC on hover and for machines.
#[component]
pub fn Time(
    /// When it happened.
    at: Timestamp,
    /// The clock.
    now: Timestamp,
) -> impl IntoView {
    let (exact, title) = exact(at);
    view! { <time datetime=exact title=title>{at.relative_to(now)}</time> }
}

/// The exact time for machines, and for people.
pub(super) fn exact(at: Timestamp) -> (String, String) {
    let exact = at.rfc3339();
    let title = exact.get(..19).map_or_else(|| exact.clone(), |text| format!("{} UTC", text.replace('T', " ")));
    (exact, title)
}
