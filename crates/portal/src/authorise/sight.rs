//! What of the catalog somebody sees: the snapshot itself for who may see everything, else one in which what is hidden does not exist.
//!
//! People with the same policies share one. It is made when somebody first asks after the catalog changed, beside the requests of all
//! others, and only what changed is decided anew.

use std::sync::{Arc, Mutex, PoisonError};

use ::catalog::index::{Hidden, Snapshot};
use arc_swap::ArcSwapOption;
use identity::policy::{Reach, Slice};

use super::facts::Facts;

/// How many different views of the catalog are kept. Each costs what it hides and what that touches.
const KEPT: usize = 64;

/// The views of the catalog that are in use.
#[derive(Debug, Default)]
pub(crate) struct Sights {
    /// By the slice's key; the latest used come last.
    kept: Mutex<Vec<(SliceKey, Arc<Sight>)>>,
    nothing: Mutex<Option<Arc<Snapshot>>>,
}

/// What tells slices apart that decide differently, whichever policies are in force.
type SliceKey = u64;

/// One view of the catalog.
#[derive(Debug, Default)]
struct Sight {
    latest: ArcSwapOption<Made>,
    /// One makes it at a time; who comes meanwhile waits for the same.
    making: tokio::sync::Mutex<()>,
}

/// A view as it was made.
#[derive(Debug)]
struct Made {
    whole: Arc<Snapshot>,
    hidden: Hidden,
    seen: Arc<Snapshot>,
}

impl Made {
    /// Whether it answers for this state of the catalog: it is of the same, or of a later one.
    fn is_of(&self, whole: &Arc<Snapshot>) -> bool {
        Arc::ptr_eq(&self.whole, whole) || self.whole.seq() > whole.seq()
    }

    fn both(&self) -> (Arc<Snapshot>, Arc<Snapshot>) {
        (Arc::clone(&self.whole), Arc::clone(&self.seen))
    }
}

impl Sights {
    /// The whole catalog, and what of it is seen with these policies.
    pub(super) async fn of(&self, slice: &Arc<Slice>, whole: Arc<Snapshot>) -> (Arc<Snapshot>, Arc<Snapshot>) {
        match slice.reach() {
            Reach::All => (Arc::clone(&whole), whole),
            Reach::Nothing => {
                let mut nothing = self.nothing.lock().unwrap_or_else(PoisonError::into_inner);
                (whole, Arc::clone(nothing.get_or_insert_with(|| Arc::new(Snapshot::empty()))))
            }
            Reach::Depends => {
                let sight = self.sight(slice.key());
                if let Some(made) = sight.latest.load().as_ref().filter(|made| made.is_of(&whole)) {
                    return made.both();
                }
                let _one_at_a_time = sight.making.lock().await;
                let before = sight.latest.load_full();
                if let Some(made) = before.as_ref().filter(|made| made.is_of(&whole)) {
                    return made.both();
                }
                let (slice, of) = (Arc::clone(slice), Arc::clone(&whole));
                let made = tokio::task::spawn_blocking(move || make(&slice, of, before.as_deref())).await;
                match made {
                    Ok(made) => {
                        let made = Arc::new(made);
                        sight.latest.store(Some(Arc::clone(&made)));
                        made.both()
                    }
                    Err(error) => {
                        // Whoever cannot be told what they may see sees nothing.
                        tracing::error!(%error, "what somebody may see of the catalog cannot be worked out");
                        (whole, Arc::new(Snapshot::empty()))
                    }
                }
            }
        }
    }

    /// How many there are, for the system page.
    pub(super) fn count(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn sight(&self, key: SliceKey) -> Arc<Sight> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last, sight)) = kept.last()
            && *last == key
        {
            return Arc::clone(sight);
        }
        let found = match kept.iter().position(|(known, _)| *known == key) {
            Some(at) => kept.remove(at).1,
            None => {
                if kept.len() == KEPT {
                    kept.remove(0);
                }
                Arc::default()
            }
        };
        kept.push((key, Arc::clone(&found)));
        found
    }
}

fn make(slice: &Arc<Slice>, whole: Arc<Snapshot>, before: Option<&Made>) -> Made {
    let mut sweep = slice.sweep();
    let mentions = slice.mentions();
    let nothing = Hidden::default();
    let hidden = whole.hidden(before.map_or(&nothing, |made| &made.hidden), |entity| {
        Facts::mentioned(entity, mentions).with(|resource| sweep.permits(resource))
    });
    let seen = whole.without(&hidden).map_or_else(|| Arc::clone(&whole), Arc::new);
    Made { whole, hidden, seen }
}
