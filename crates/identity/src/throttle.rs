//! Failed guesses, counted in the database so that all replicas count together.
//!
//! A try is counted before it is looked at ([`Throttle::attempt`]): a hundred guesses sent at once are then a hundred failures, not one.
//! Success takes the count away again. After so many failures the key is locked, first for seconds, then for twice as long each time.

use std::{net::IpAddr, time::Duration};

use model::Timestamp;
use store::{Args, Store, StoreError, Tx};

use crate::{session::after, sql};

/// What is guessed at, or from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    name: String,
    free: i64,
    /// How long a lock of it holds at most, where that is shorter than what is configured.
    longest: Option<Duration>,
    /// Many may stand behind it, so the success of one does not speak for the others.
    shared: bool,
}

/// Failures before an account is locked for one address.
const FREE_OF_ACCOUNT: i64 = 5;
/// Failures before an account is locked for everybody: enough that nobody does it by the way.
const FREE_OF_ACCOUNT_EVERYWHERE: i64 = 100;
/// How long an account is locked for everybody at most. Whoever locks others out on purpose must not keep the account for the emergency shut.
const LONGEST_EVERYWHERE: Duration = Duration::from_secs(60);
/// Failures before an address is locked; many people may share one.
const FREE_OF_ADDRESS: i64 = 20;
/// Longest name in a key, in bytes.
const NAME: usize = 200;

impl Key {
    /// Passwords of one account from one address, whether the account exists or not.
    pub fn account_from(name: &str, address: Option<IpAddr>) -> Self {
        // The place comes first: a name can be written so that it looks like a place, and not the other way round.
        Self { name: format!("account@{} {}", place(address), plain(name)), free: FREE_OF_ACCOUNT, longest: None, shared: false }
    }

    /// Passwords of one account from everywhere.
    pub fn account(name: &str) -> Self {
        let longest = Some(LONGEST_EVERYWHERE);
        Self { name: format!("account:{}", plain(name)), free: FREE_OF_ACCOUNT_EVERYWHERE, longest, shared: false }
    }

    /// Passwords and set-up links, from one address.
    pub fn sign_in_from(address: Option<IpAddr>) -> Self {
        Self { name: format!("sign-in:{}", place(address)), free: FREE_OF_ADDRESS, longest: None, shared: true }
    }

    /// Tokens, from one address.
    pub fn tokens_from(address: Option<IpAddr>) -> Self {
        Self { name: format!("token:{}", place(address)), free: FREE_OF_ADDRESS, longest: None, shared: true }
    }

    /// Anything else, with as many failures free as an account has.
    pub fn other(name: &str) -> Self {
        Self { name: name.chars().filter(|c| *c != '\0').take(NAME).collect(), free: FREE_OF_ACCOUNT, longest: None, shared: false }
    }

    /// How it is kept.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn plain(name: &str) -> String {
    let name: String = name.chars().take(NAME / 4).filter(|c| *c != '\0').collect();
    name.to_lowercase()
}

/// An address; of IPv6 the network, since a customer has 2^64 addresses in it.
pub fn place(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// How failures lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long the first lock holds.
    pub first: Duration,
    /// How long a lock holds at most.
    pub longest: Duration,
    /// After so long without a failure the count begins anew.
    pub memory: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { first: Duration::from_secs(15), longest: Duration::from_secs(3600), memory: Duration::from_secs(6 * 3600) }
    }
}

/// Too many failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locked {
    /// Seconds until the next try is looked at.
    pub retry_after_seconds: u32,
}

/// What becomes of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is not looked at.
    Locked(Locked),
    /// It may be looked at. It is counted as a failure until [`succeeded`] takes it back.
    Counted {
        /// If it fails, nothing more is looked at for so many seconds.
        locks_for_seconds: Option<u32>,
    },
}

/// Whether any of the keys is locked. Reads only.
///
/// # Errors
/// As [`Store::fetch_all`].
pub async fn check(store: &Store, keys: &[Key]) -> Result<Option<Locked>, StoreError> {
    let now = store.now().await?;
    let names: Vec<&str> = keys.iter().map(Key::name).collect();
    let row: Option<(Option<i64>,)> = store.fetch_optional(&sql::THROTTLE_OF, Args::new().json(&names).ts(now)).await?;
    Ok(row.and_then(|(until,)| until).map(|until| locked(Timestamp(until), now)))
}

/// Counts a try at all of the keys as failed, unless one of them is locked: then it is not to be looked at. Written in a transaction of its
/// own, so that it counts whatever becomes of the try.
///
/// # Errors
/// Any failure of the statements.
pub async fn attempt(store: &Store, keys: &[Key], limits: Limits) -> Result<Tried, StoreError> {
    if let Some(locked) = check(store, keys).await? {
        return Ok(Tried::Locked(locked));
    }
    let mut tx = store.begin().await?;
    let now = tx.now().await?;
    let (mut found, mut locks_for_seconds) = (None, None);
    // In one order everywhere, so that two of them never wait for each other.
    let mut keys: Vec<&Key> = keys.iter().collect();
    keys.sort_by(|a, b| a.name.cmp(&b.name));
    for key in keys {
        let forget = Timestamp(now.0 - i64::try_from(limits.memory.as_micros()).unwrap_or(i64::MAX));
        let row: Option<(i64, i64)> = tx.fetch_optional(&sql::THROTTLE_COUNT, Args::new().text(key.name()).ts(now).ts(forget)).await?;
        let (count, until) = row.unwrap_or_default();
        if until > now.0 {
            // Locked since it was looked at.
            found = Some(locked(Timestamp(until), now));
        } else if count >= key.free {
            let doubled = u32::try_from(count - key.free).unwrap_or(u32::MAX).min(20);
            let time = limits.first.saturating_mul(1 << doubled).min(key.longest.unwrap_or(limits.longest)).min(limits.longest);
            locks_for_seconds = locks_for_seconds.max(u32::try_from(time.as_secs()).ok());
            tx.execute(&sql::THROTTLE_LOCK, Args::new().text(key.name()).ts(after(now, time))).await?;
        }
    }
    tx.commit().await?;
    Ok(found.map_or(Tried::Counted { locks_for_seconds }, Tried::Locked))
}

/// Somebody got it right: forgets the failures at these keys. Of an address only this try is taken back, else whoever has an account could
/// guess at others in turns.
///
/// # Errors
/// Any failure of the statement.
pub async fn succeeded(tx: &mut Tx, keys: &[Key]) -> Result<(), StoreError> {
    let mut keys: Vec<&Key> = keys.iter().collect();
    keys.sort_by(|a, b| a.name.cmp(&b.name));
    for key in keys {
        let statement = if key.shared { &sql::THROTTLE_UNCOUNT } else { &sql::THROTTLE_FORGET };
        tx.execute(statement, Args::new().text(key.name())).await?;
    }
    Ok(())
}

/// Removes what nobody remembers any more; how much.
///
/// # Errors
/// Any failure of the statements.
pub async fn sweep(tx: &mut Tx, limits: Limits) -> Result<u64, StoreError> {
    let now = tx.now().await?;
    let before = Timestamp(now.0 - i64::try_from(limits.memory.as_micros()).unwrap_or(i64::MAX));
    tx.execute(&sql::THROTTLE_SWEEP, Args::new().ts(before)).await
}

fn locked(until: Timestamp, now: Timestamp) -> Locked {
    let seconds = (until.0 - now.0).max(0) as u64;
    let seconds = seconds.div_ceil(1_000_000).max(1);
    Locked { retry_after_seconds: u32::try_from(seconds).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_network_are_one_place() {
        let check = |address: &str, expected: &str| assert_eq!(place(address.parse().ok()), expected);
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
        check("no address", "unknown");
    }
}
