//! Which replica reads which locations.
//!
//! A lease for each location would cost a write every few seconds for each, whether anything changes or not. So locations are spread
//! over a fixed number of leases, and a replica that holds one reads all locations in it.

use store::{Backend, Store, StoreError, Tx, lease, lease::Lease};

use crate::ingest::LEASE;

/// How many leases there are.
const SHARDS: usize = 16;

/// The leases that this replica holds.
#[derive(Debug)]
pub(super) struct Shards {
    store: Store,
    holder: String,
    held: Vec<Option<Lease>>,
}

/// Whether a location is read here.
#[derive(Clone, Debug)]
pub(super) enum Hold {
    /// It is; with PostgreSQL under this lease. SQLite has one process only, and so needs none.
    Mine(Option<Lease>),
    /// Another replica reads it.
    Theirs,
}

impl Shards {
    pub(super) fn new(store: &Store, holder: &str) -> Self {
        Self { store: store.clone(), holder: holder.to_owned(), held: vec![None; SHARDS] }
    }

    pub(super) fn hold(&self, location: &str) -> Hold {
        if self.store.backend() == Backend::Sqlite {
            return Hold::Mine(None);
        }
        match &self.held[shard_of(location)] {
            Some(lease) => Hold::Mine(Some(lease.clone())),
            None => Hold::Theirs,
        }
    }

    /// Renews what is held and takes what is free; true when something was taken that was not held before.
    ///
    /// # Errors
    /// Any failure of the store. What is held stays so: whoever writes is refused if it is not.
    pub(super) async fn keep(&mut self) -> Result<bool, StoreError> {
        if self.store.backend() == Backend::Sqlite {
            return Ok(false);
        }
        let mut tx = self.store.begin().await?;
        let mut held = Vec::with_capacity(SHARDS);
        for (number, lease) in self.held.iter().enumerate() {
            held.push(self.keep_one(&mut tx, number, lease.as_ref()).await?);
        }
        tx.commit().await?;
        let more = held.iter().zip(&self.held).any(|(now, before)| now.is_some() && before.is_none());
        self.held = held;
        Ok(more)
    }

    async fn keep_one(&self, tx: &mut Tx, number: usize, held: Option<&Lease>) -> Result<Option<Lease>, StoreError> {
        if let Some(lease) = held {
            match lease::renew(tx, lease, LEASE).await {
                Ok(lease) => return Ok(Some(lease)),
                Err(StoreError::LeaseLost(_)) => {}
                Err(error) => return Err(error),
            }
        }
        lease::acquire(tx, &format!("catalog:{number}"), &self.holder, LEASE).await
    }

    /// Lets go of everything, so that another replica need not wait.
    ///
    /// # Errors
    /// Any failure of the store; the leases run out by themselves then.
    pub(super) async fn give_back(self) -> Result<(), StoreError> {
        if self.held.iter().all(Option::is_none) {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        for lease in self.held.iter().flatten() {
            lease::release(&mut tx, lease).await?;
        }
        tx.commit().await.map(drop)
    }
}

fn shard_of(location: &str) -> usize {
    // FNV-1a: every replica, of every version, has to come to the same number.
    let hash = location.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    usize::try_from(hash % SHARDS as u64).unwrap_or(0)
}
