//! Answers kept inside a snapshot. A snapshot never changes, so they never go stale; their number is bounded.

use std::{
    collections::VecDeque,
    fmt,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use rustc_hash::FxHashMap;

/// A bounded map that forgets the oldest answer first.
pub(super) struct Cache<K, V> {
    kept: Mutex<Kept<K, V>>,
    capacity: usize,
}

struct Kept<K, V> {
    map: FxHashMap<K, V>,
    age: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, V: Clone> Cache<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { kept: Mutex::new(Kept { map: FxHashMap::default(), age: VecDeque::new() }), capacity }
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).map.get(key).cloned()
    }

    pub(super) fn put(&self, key: K, value: V) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.map.insert(key.clone(), value).is_none() {
            kept.age.push_back(key);
            if kept.age.len() > self.capacity
                && let Some(oldest) = kept.age.pop_front()
            {
                kept.map.remove(&oldest);
            }
        }
    }
}

impl<K, V> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
