//! What a visitor thought of a conversation.
//!
//! Invariant: three words and no number; what they are worth, reports decide.

use serde::{Deserialize, Serialize};

/// What a visitor thought of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// It was good.
    Satisfied,
    /// It was neither.
    Okay,
    /// It was bad.
    Dissatisfied,
}

impl Rating {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::Satisfied, Self::Okay, Self::Dissatisfied];
}
