//! Random moments and ids, from a seed that is printed, so that a run can be told from another.
//!
//! Invariant: nothing here is secret; it only has to differ.

use std::time::{Duration, SystemTime};

/// `SplitMix64`: tiny, and random enough to choose moments (S. Vigna, public domain).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another seed than last time.
    pub fn seed_of_now() -> u64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| since.subsec_nanos().into()) ^ (u64::from(std::process::id()) << 32)
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }

    /// A time between two numbers of milliseconds.
    pub fn between_ms(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_micros(from * 1000 + self.below(to.saturating_sub(from) * 1000))
    }

    /// A typed id: the prefix and 26 letters of Crockford's base 32.
    pub fn id(&mut self, prefix: &str) -> String {
        let alphabet = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut id = format!("{prefix}_0");
        for _ in 0..25 {
            let at = usize::try_from(self.below(32)).unwrap_or_default();
            id.push(alphabet.get(at).map_or('0', |byte| char::from(*byte)));
        }
        id
    }

    /// A visitor's secret: 64 hexadecimal digits.
    pub fn token(&mut self) -> String {
        let [a, b, c, d] = [(); 4].map(|()| self.number());
        format!("{a:016x}{b:016x}{c:016x}{d:016x}")
    }
}
