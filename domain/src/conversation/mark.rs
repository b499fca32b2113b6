//! How far somebody has come in a transcript. Marks are merged by maximum, so that their order
//! of arrival does not matter.
//!
//! Invariant: a mark never moves backwards.

use crate::id::Seq;
use serde::{Deserialize, Serialize};

/// Which side of a conversation a mark speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The visitor, in whichever window.
    Visitor,
    /// The agents: the furthest of them.
    Agents,
}

/// Up to which entry a side has received and read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// In an open window of that side.
    pub delivered: Seq,
    /// In view in a visible window of that side.
    pub seen: Seq,
}

impl Marks {
    /// Both marks at their further place; what is seen is also delivered.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        let seen = self.seen.max(other.seen);
        Self {
            delivered: self.delivered.max(other.delivered).max(seen),
            seen,
        }
    }
}
