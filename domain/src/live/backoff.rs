//! How long to wait before trying again.
//!
//! Invariant: a thousand clients that lost the same server do not come back at the same moment.

use crate::limit;
use crate::time::Span;

/// Exponential with full jitter: anywhere between nothing and
/// `min(BACKOFF_MAX, BACKOFF_FIRST · 2^attempt)`. `chance` is a uniformly random number; attempt
/// 0 is the first retry. (Formula: M. Brooker, "Exponential Backoff And Jitter", 2015.)
pub fn backoff(attempt: u32, chance: u32) -> Span {
    let factor = 1_u64.checked_shl(attempt.min(32)).unwrap_or(u64::MAX);
    let ceiling = limit::BACKOFF_FIRST
        .ms()
        .saturating_mul(factor)
        .min(limit::BACKOFF_MAX.ms());
    let part = u128::from(ceiling) * u128::from(chance) / u128::from(u32::MAX);
    Span::from_ms(u64::try_from(part).unwrap_or(ceiling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_to_its_ceiling_and_spreads_over_all_of_it() {
        assert_eq!(backoff(0, u32::MAX), limit::BACKOFF_FIRST);
        assert_eq!(backoff(1, u32::MAX).ms(), limit::BACKOFF_FIRST.ms() * 2);
        assert_eq!(backoff(99, u32::MAX), limit::BACKOFF_MAX);
        assert_eq!(backoff(99, 0).ms(), 0);
        assert_eq!(
            backoff(99, u32::MAX / 2).ms(),
            limit::BACKOFF_MAX.ms() / 2 - 1
        );
    }
}
