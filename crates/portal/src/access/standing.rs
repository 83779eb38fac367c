//! Whether a person may be somebody here at all, and their groups: by the catalog of this moment and the local accounts.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, Weak},
};

use catalog::index::Snapshot;
use identity::account::{self, AccountRow};
use model::EntityRef;
use store::{ReadTx, Store, StoreError};

use crate::people::groups_of;

/// People whose groups are remembered at once.
const PEOPLE: usize = 50_000;

/// A person as they stand in one snapshot.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    /// As the catalog writes the name.
    pub(crate) person: EntityRef,
    /// The groups, nested ones included, nearest first.
    pub(crate) groups: Arc<[EntityRef]>,
    in_catalog: bool,
}

/// The standing of everybody who asks.
#[derive(Debug, Default)]
pub(crate) struct People {
    seen: RwLock<HashMap<String, (Weak<Snapshot>, Standing)>>,
    /// People with an account of their own, by their name; whether it is switched off.
    accounts: RwLock<HashMap<String, bool>>,
}

impl People {
    /// The person's standing; `None` for somebody who left the catalog and has no account, or whose account is switched off.
    pub(crate) fn standing(&self, snapshot: &Arc<Snapshot>, person: &EntityRef) -> Option<Standing> {
        let name = person.to_string();
        let account = self.accounts.read().unwrap_or_else(PoisonError::into_inner).get(&name).copied();
        if account == Some(true) {
            return None;
        }
        let standing = self.of(snapshot, person, name);
        (standing.in_catalog || account == Some(false)).then_some(standing)
    }

    /// Whether the person's account is switched off.
    pub(crate) fn is_off(&self, person: &EntityRef) -> bool {
        self.accounts.read().unwrap_or_else(PoisonError::into_inner).get(&person.to_string()) == Some(&true)
    }

    /// Whether anybody can sign in with a password.
    pub(crate) fn any_account(&self) -> bool {
        self.accounts.read().unwrap_or_else(PoisonError::into_inner).values().any(|off| !off)
    }

    fn of(&self, snapshot: &Arc<Snapshot>, person: &EntityRef, name: String) -> Standing {
        let before = self.seen.read().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        if let Some((of, standing)) = &before
            // The address of a snapshot that somebody remembers is nobody else's.
            && std::ptr::eq(of.as_ptr(), Arc::as_ptr(snapshot))
        {
            return standing.clone();
        }
        let id = snapshot.find(person);
        let in_catalog = id.is_some();
        let person = id.map_or_else(|| person.clone(), |id| snapshot.entity(id).entity_ref());
        let groups = groups_of(snapshot, &person);
        let groups = match before {
            // What was decided for these groups goes on to hold, and is found by them.
            Some((_, before)) if *before.groups == *groups => before.groups,
            _ => groups.into(),
        };
        let standing = Standing { person, groups, in_catalog };
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= PEOPLE {
            seen.clear();
        }
        seen.insert(name, (Arc::downgrade(snapshot), standing.clone()));
        standing
    }

    /// Reads who has an account.
    pub(crate) async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        self.put(account::load(tx).await?);
        Ok(())
    }

    /// Reads again who has an account.
    pub(crate) async fn reload(&self, store: &Store) -> Result<(), StoreError> {
        self.put(account::list(store).await?);
        Ok(())
    }

    fn put(&self, rows: Vec<AccountRow>) {
        // A row without a password is there to switch somebody off. Switched on again it is no account that keeps anybody in.
        let rows = rows.into_iter().filter(|row| row.disabled != 0 || row.has_password());
        let accounts = rows.map(|row| (row.person, row.disabled != 0)).collect();
        *self.accounts.write().unwrap_or_else(PoisonError::into_inner) = accounts;
    }
}
