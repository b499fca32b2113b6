//! A version that only a part of new conversations begins with at first, and who is of that part.
//!
//! Invariant: a visitor's side follows from who they are; a larger share takes nobody back from
//! the new version to the one before.

use crate::id::{FlowId, VisitorId};
use crate::limit;
use crate::text::Reason;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// A part of new conversations, in percent: [`limit::FLOW_SHARE_MIN`] to
/// [`limit::FLOW_SHARE_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Share(u8);

impl Share {
    /// So many percent; `None` where that is nobody, everybody or more.
    pub fn from_percent(percent: u8) -> Option<Self> {
        let range = limit::FLOW_SHARE_MIN..=limit::FLOW_SHARE_MAX;
        range.contains(&percent).then_some(Self(percent))
    }

    /// Reads a whole number, as a person writes it.
    ///
    /// # Errors
    /// [`Reason::Empty`], or [`Reason::Form`] for anything but a number of the range.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Reason::Empty);
        }
        let percent = text.parse().ok();
        percent.and_then(Self::from_percent).ok_or(Reason::Form)
    }

    /// In percent.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// What is left for the others, in percent.
    #[must_use]
    pub fn rest(self) -> Self {
        // What is left of a hundred is in the same range.
        Self(100_u8.saturating_sub(self.0))
    }

    fn holds(self, flow: &FlowId, visitor: &VisitorId) -> bool {
        place(flow, visitor) < u64::from(self.0)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = u8::deserialize(deserializer)?;
        Self::from_percent(percent).ok_or_else(|| de::Error::custom("not a share"))
    }
}

/// That a version is tried with a part of new conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// The number of the version that the others begin with.
    pub before: u32,
    /// The part that begins with the new one.
    pub share: Share,
}

impl Rollout {
    /// The version that a new conversation of this visitor begins with, where `new` is on trial.
    pub fn version(&self, new: u32, flow: &FlowId, visitor: &VisitorId) -> u32 {
        if self.share.holds(flow, visitor) {
            new
        } else {
            self.before
        }
    }
}

/// Where a visitor stands among a hundred, from 0 to 99: always at the same place of one flow, and
/// at any place of another. Nothing of a version is in it, so that whoever has met the new one
/// does not fall back when it is mended.
fn place(flow: &FlowId, visitor: &VisitorId) -> u64 {
    let ids = visitor.as_str().bytes().chain(flow.as_str().bytes());
    // FNV-1a (Fowler, Noll, Vo), whose low bits alone would favour some places: mixed by the end of
    // SplitMix64 (G. Steele and others, 2014). Conversations may outlive the standard library's.
    let hash = ids.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (hash ^ (hash >> 31)) % 100
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    const VISITORS: u32 = 20_000;

    fn share(percent: u8) -> Share {
        Share::from_percent(percent).unwrap()
    }

    fn flow(n: u8) -> FlowId {
        FlowId::new(Timestamp::from_ms(1_800_000_000_000), [n; 10])
    }

    /// Visitors of one moment, who differ in little.
    fn visitors() -> impl Iterator<Item = VisitorId> {
        (0..VISITORS).map(|n| {
            let mut entropy = [7; 10];
            entropy[..4].copy_from_slice(&n.to_le_bytes());
            VisitorId::new(Timestamp::from_ms(1_800_000_000_000), entropy)
        })
    }

    /// How many of a hundred, in tenths.
    fn permille(count: usize) -> usize {
        count * 1000 / usize::try_from(VISITORS).unwrap()
    }

    #[test]
    fn the_share_is_met() {
        for flow in [flow(1), flow(2), FlowId::from_value(3)] {
            for percent in [1, 5, 20, 50, 80, 99] {
                let taken = visitors().filter(|visitor| share(percent).holds(&flow, visitor));
                let taken = permille(taken.count());
                let wanted = usize::from(percent) * 10;
                assert!(taken.abs_diff(wanted) <= 12, "{percent} %: {taken} of 1000");
            }
        }
    }

    #[test]
    fn a_visitor_stays_on_their_side_and_a_larger_share_takes_nobody_back() {
        let flow = flow(1);
        for visitor in visitors().take(500) {
            let mut before = false;
            for percent in limit::FLOW_SHARE_MIN..=limit::FLOW_SHARE_MAX {
                let is_in = share(percent).holds(&flow, &visitor);
                assert_eq!(is_in, share(percent).holds(&flow, &visitor));
                assert!(is_in || !before, "{visitor} falls back at {percent} %");
                before = is_in;
            }
        }
    }

    #[test]
    fn the_sides_of_two_flows_know_nothing_of_each_other() {
        let (one, other) = (flow(1), flow(2));
        let half = share(50);
        let of_both =
            visitors().filter(|visitor| half.holds(&one, visitor) && half.holds(&other, visitor));
        let of_both = permille(of_both.count());
        assert!(of_both.abs_diff(250) <= 12, "{of_both} of 1000");
    }

    /// What is decided today has to be decided so after the next release.
    #[test]
    fn the_places_never_move() {
        let places = [1, 2, 3].map(|n| place(&flow(1), &VisitorId::from_value(n)));
        assert_eq!(places, [47, 35, 77]);
    }

    #[test]
    fn a_share_is_a_part_and_neither_nothing_nor_all() {
        for (text, want) in [
            ("1", Ok(1)),
            (" 20 ", Ok(20)),
            ("99", Ok(99)),
            ("0", Err(Reason::Form)),
            ("100", Err(Reason::Form)),
            ("-1", Err(Reason::Form)),
            ("300", Err(Reason::Form)),
            ("0.5", Err(Reason::Form)),
            ("half", Err(Reason::Form)),
            (" ", Err(Reason::Empty)),
        ] {
            assert_eq!(Share::parse(text).map(Share::percent), want, "{text}");
        }
        assert_eq!(share(20).rest(), share(80));
        for (json, is_share) in [("1", true), ("99", true), ("0", false), ("100", false)] {
            assert_eq!(
                serde_json::from_str::<Share>(json).is_ok(),
                is_share,
                "{json}"
            );
        }
        let rollout = Rollout {
            before: 4,
            share: share(50),
        };
        let begun: Vec<_> = visitors()
            .take(50)
            .map(|visitor| rollout.version(5, &flow(1), &visitor))
            .collect();
        assert!(begun.contains(&4) && begun.contains(&5), "{begun:?}");
    }
}
