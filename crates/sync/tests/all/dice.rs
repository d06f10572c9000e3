//! Chance that the same seed brings again.

/// Lives that are told; the long form tells more.
pub fn seeds() -> std::ops::Range<u64> {
    if std::env::var_os("WHOSWHO_TEST_LONG").is_some() { 1..40 } else { 1..4 }
}

/// Small numbers that look random: SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    /// One of several.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        of.get(self.below(of.len())).unwrap()
    }

    pub fn coin<T>(&mut self, head: T, tail: T) -> T {
        if self.below(2) == 0 { head } else { tail }
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}
