//! A small generator of pseudo-random numbers, so that the large organisation is the same on every machine and in every release.

/// SplitMix64 (Steele, Lea and Flood, 2014): one addition and three mixing steps a number, good enough to spread a sample.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end - 1`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next() % end as u64) as usize }
    }

    /// True in about `percent` of 100 calls.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, which must not be empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// One of `items`, the first ones far more often: a few things are used by everybody, most by hardly anybody.
    pub(super) fn popular<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let first = self.below(items.len());
        let second = self.below(first + 1);
        &items[self.below(second + 1)]
    }
}
