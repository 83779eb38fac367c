//! How many sign-ins may be begun from one address: each is a row of the database, and costs whoever asks nothing.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use identity::throttle::place;
use model::PortalError;

/// Sign-ins from one address (of IPv6: one network) within [`WINDOW`]. Whole offices share one.
const MOST: u32 = 600;
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are remembered at once.
const ADDRESSES: usize = 10_000;

/// Counts of this replica.
#[derive(Debug, Default)]
pub(super) struct Starts {
    counts: Mutex<HashMap<String, (Instant, u32)>>,
}

impl Starts {
    /// One more.
    pub(super) fn take(&self, address: Option<IpAddr>) -> Result<(), PortalError> {
        let now = Instant::now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= ADDRESSES {
            counts.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
            if counts.len() >= ADDRESSES {
                counts.clear();
            }
        }
        let (since, count) = counts.entry(place(address)).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        if *count > MOST { Err(PortalError::RateLimited { retry_after_seconds: 60 }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_lock_another() {
        let starts = Starts::default();
        let (one, other) = (Some(IpAddr::from([192, 0, 2, 1])), Some(IpAddr::from([192, 0, 2, 2])));
        assert!((0..MOST).all(|_| starts.take(one).is_ok()));
        assert_eq!(starts.take(one), Err(PortalError::RateLimited { retry_after_seconds: 60 }));
        assert_eq!(starts.take(other), Ok(()));
    }

    #[test]
    fn neighbours_in_one_network_count_together() {
        let starts = Starts::default();
        let neighbour = |last: u32| format!("2001:db8:1:2::{last:x}").parse().ok();
        assert!((0..MOST).all(|last| starts.take(neighbour(last)).is_ok()));
        assert!(starts.take(neighbour(MOST)).is_err());
        assert_eq!(starts.take("2001:db8:1:3::1".parse().ok()), Ok(()));
    }
}
