//! What a run knows: the answers it was given, and what was made of them.
//!
//! Invariant: a value has one kind, and what is not known has no value at all.

use super::Decimal;
use crate::date::Date;
use crate::limit;
use serde::{Deserialize, Serialize};

/// What kind of thing a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    YesNo,
    /// A day.
    Date,
    /// Several texts.
    List,
}

/// Something a run knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Any text.
    Text(String),
    /// A number.
    Number(Decimal),
    /// Yes or no.
    YesNo(bool),
    /// A day.
    Date(Date),
    /// Several texts, in the order in which they were offered.
    List(Vec<String>),
}

impl Value {
    /// Its kind.
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Text(_) => ValueKind::Text,
            Self::Number(_) => ValueKind::Number,
            Self::YesNo(_) => ValueKind::YesNo,
            Self::Date(_) => ValueKind::Date,
            Self::List(_) => ValueKind::List,
        }
    }

    /// As a run keeps it: cut to [`limit::VALUE_CHARS_MAX`] characters, and without U+0000.
    pub(super) fn kept(self) -> Self {
        let cut = |text: String| {
            let letters = text.chars().filter(|c| *c != '\0');
            letters.take(limit::VALUE_CHARS_MAX).collect()
        };
        match self {
            Self::Text(text) => Self::Text(cut(text)),
            Self::List(texts) => {
                let texts = texts.into_iter().take(limit::FLOW_ANSWERS_MAX);
                Self::List(texts.map(cut).collect())
            }
            other => other,
        }
    }

    /// As it stands in a text.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::YesNo(true) => "yes".to_owned(),
            Self::YesNo(false) => "no".to_owned(),
            Self::Date(date) => date.to_string(),
            Self::List(texts) => texts.join(", "),
        }
    }
}
