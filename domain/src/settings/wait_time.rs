//! How the wait for a person is estimated, as an admin settles it for a chat profile.
//!
//! Invariant: says how, never how long: that is for `measure`.

use crate::limit;
use crate::text::Reason;
use crate::time::Span;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How the wait for a person is estimated. A setting that is not stored is the default's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WaitTime {
    /// From what.
    pub method: WaitMethod,
    /// For [`WaitMethod::Average`]: who was joined longer ago than these minutes does not count.
    /// Within [`WaitTime::PERIOD_MINUTES`].
    pub period_minutes: u32,
    /// The estimate, in minutes, where there is nothing to calculate from; `None`: then nothing
    /// is known. Within [`WaitTime::USUAL_MINUTES`].
    pub usual_minutes: Option<u32>,
    /// Whether whoever waits reads the estimate on top of their window.
    pub is_shown: bool,
}

/// What the wait for a person is estimated from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitMethod {
    /// The mean wait of those whom an agent has joined of late.
    Average,
    /// The wait so far of the one who waits longest now.
    Longest,
}

impl WaitMethod {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Average, Self::Longest];
}

impl Default for WaitTime {
    fn default() -> Self {
        Self {
            method: WaitMethod::Average,
            period_minutes: 60,
            usual_minutes: None,
            is_shown: false,
        }
    }
}

impl WaitTime {
    /// What a period can be, in minutes.
    pub const PERIOD_MINUTES: RangeInclusive<u32> =
        limit::WAIT_PERIOD_MINUTES_MIN..=limit::WAIT_PERIOD_MINUTES_MAX;
    /// What can be usual, in minutes.
    pub const USUAL_MINUTES: RangeInclusive<u32> = 0..=limit::WAIT_USUAL_MINUTES_MAX;

    /// Whether its minutes can be.
    ///
    /// # Errors
    /// [`Reason::Form`] for a period outside of [`WaitTime::PERIOD_MINUTES`], or usual minutes
    /// outside of [`WaitTime::USUAL_MINUTES`].
    pub fn checked(self) -> Result<Self, Reason> {
        let is_usual = |minutes| Self::USUAL_MINUTES.contains(&minutes);
        let is_right = Self::PERIOD_MINUTES.contains(&self.period_minutes)
            && self.usual_minutes.is_none_or(is_usual);
        is_right.then_some(self).ok_or(Reason::Form)
    }

    /// How far back waits count.
    pub fn period(self) -> Span {
        Span::from_minutes(u64::from(self.period_minutes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_have_bounds() {
        let all = [
            (1, None, true),
            (10_080, Some(10_080), true),
            (60, Some(0), true),
            (0, None, false),
            (10_081, None, false),
            (60, Some(10_081), false),
        ];
        for (period_minutes, usual_minutes, is_right) in all {
            let settings = WaitTime {
                period_minutes,
                usual_minutes,
                ..WaitTime::default()
            };
            let expected = is_right.then_some(settings).ok_or(Reason::Form);
            assert_eq!(
                settings.checked(),
                expected,
                "{period_minutes} {usual_minutes:?}"
            );
        }
        assert_eq!(WaitTime::default().checked(), Ok(WaitTime::default()));
    }

    #[test]
    fn what_is_not_stored_is_the_default() {
        let read: WaitTime = serde_json::from_str("{}").unwrap();
        assert_eq!(read, WaitTime::default());
    }
}
