//! What was refused while a request was worked on, so that the page that says so can lead to *Why can't I?*. An error is text for its
//! reader; this is the same for the program.

use std::{cell::RefCell, future::Future};

use identity::Action;

/// What somebody may not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What they tried to do.
    pub action: Action,
    /// To which entity; none for the portal as a whole.
    pub resource: Option<String>,
}

tokio::task_local! {
    static LAST: RefCell<Option<Refused>>;
}

/// Does some work, in which [`last_refusal`] tells what was refused last.
pub async fn remembering_refusals<F: Future>(work: F) -> F::Output {
    LAST.scope(RefCell::new(None), work).await
}

/// What was refused last in this piece of work; nothing outside of one.
pub fn last_refusal() -> Option<Refused> {
    LAST.try_with(|last| last.borrow().clone()).ok().flatten()
}

/// Remembers a refusal; outside of such a piece of work nobody asks for it.
pub(crate) fn remember(action: Action, resource: Option<&str>) {
    let _ = LAST.try_with(|last| *last.borrow_mut() = Some(Refused { action, resource: resource.map(str::to_owned) }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_piece_of_work_has_its_own() {
        remember(Action::PolicyWrite, None);
        assert_eq!(last_refusal(), None);
        let found = remembering_refusals(async {
            remember(Action::EntityChange, Some("component:default/a"));
            last_refusal()
        });
        assert_eq!(found.await, Some(Refused { action: Action::EntityChange, resource: Some("component:default/a".to_owned()) }));
        assert_eq!(last_refusal(), None);
    }
}
