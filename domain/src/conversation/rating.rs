//! What a visitor thought of a conversation.
//!
//! Invariant: three words and no number; what they are worth, reports decide.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What a visitor thought of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Okay => "okay",
            Self::Dissatisfied => "dissatisfied",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == word)
    }
}

impl Serialize for Rating {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

// By hand, as the chat frame reads it by its word anyway.
impl<'de> Deserialize<'de> for Rating {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::from_word(&word).ok_or_else(|| de::Error::custom("no such rating"))
    }
}
