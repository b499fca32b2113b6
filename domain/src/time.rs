//! Moments and durations as plain numbers. Everyone who decides something gets `now` handed in.
//!
//! Invariant: nothing here reads a clock, and arithmetic saturates instead of panicking.

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A length of time in milliseconds, never negative.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(u64);

impl Timestamp {
    /// `ms` since the Unix epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// The moment `span` later.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add_unsigned(span.0))
    }

    /// The moment `span` earlier.
    #[must_use]
    pub fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub_unsigned(span.0))
    }

    /// How long ago `earlier` was; zero when it lies ahead (clocks of two machines differ).
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0).max(0).unsigned_abs())
    }
}

impl Span {
    /// A span of `ms` milliseconds.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// A span of `seconds`.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// A span of `minutes`.
    pub const fn from_minutes(minutes: u64) -> Self {
        Self::from_seconds(minutes.saturating_mul(60))
    }

    /// A span of `hours`.
    pub const fn from_hours(hours: u64) -> Self {
        Self::from_seconds(hours.saturating_mul(3600))
    }

    /// Whole milliseconds.
    pub const fn ms(self) -> u64 {
        self.0
    }

    /// Whole seconds, rounded down.
    pub const fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// Whole minutes, rounded down.
    pub const fn minutes(self) -> u64 {
        self.seconds() / 60
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_and_never_runs_backwards() {
        let end = Timestamp::from_ms(i64::MAX);
        assert_eq!(end.plus(Span::from_seconds(1)), end);
        assert_eq!(
            Timestamp::from_ms(5).since(Timestamp::from_ms(9)),
            Span::from_ms(0)
        );
        assert_eq!(Timestamp::from_ms(9).since(Timestamp::from_ms(5)).ms(), 4);
    }
}
