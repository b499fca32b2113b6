//! Conditions: one small typed language over what is known.
//!
//! `agent_available and (plan = "gold" or total >= 100) and not chosen(3, 2)`
//!
//! A thing that is not known equals nothing, and every comparison with it is false; `!=` and
//! `not` turn that around. Texts are compared without regard to case.
//!
//! Invariant: evaluation is total, and bounded by the length of the text: a mistake is found when
//! the text is read, or by the check of the flow, never on the way.

mod eval;
mod kind;
mod parse;

pub(super) use eval::Known;
pub(super) use kind::Names;
pub(super) use parse::is_free_name;

use super::definition::StepId;
use super::{Fact, Value};
use serde::{Deserialize, Serialize};

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpressionDefect {
    /// Nothing is written.
    Empty,
    /// More characters than [`crate::limit::EXPRESSION_CHARS_MAX`].
    TooLong,
    /// More brackets in one another than [`crate::limit::EXPRESSION_DEPTH_MAX`].
    TooDeep,
    /// Something else was expected at this character, counted from 0.
    Unexpected {
        /// Where.
        at: usize,
    },
    /// Nothing has this name.
    UnknownName {
        /// The name.
        name: String,
    },
    /// There is no such answer or option.
    UnknownAnswer {
        /// Of which step.
        step: StepId,
        /// Its number, or that of an option.
        answer: u32,
    },
    /// Things of different kinds meet, or of a kind that this cannot be done with.
    Mismatch,
    /// It is right, but of another kind than is needed.
    Kind,
}

/// A condition, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A thing as it stands there.
    Value(Value),
    /// A fact.
    Fact(Fact),
    /// A custom field of the conversation.
    Field(String),
    /// A kept answer.
    Kept(String),
    /// Whether the answer or option of this number was chosen, last time.
    Chosen(StepId, u32),
    /// Whether it is known.
    Known(Box<Self>),
    /// A text as a number; nothing if it is none.
    Number(Box<Self>),
    /// Characters of a text, or things in a list.
    Length(Box<Self>),
    /// Not.
    Not(Box<Self>),
    /// All of them.
    All(Vec<Self>),
    /// Any of them.
    Any(Vec<Self>),
    /// The first, and then each added or (with `true`) taken away.
    Sum(Box<Self>, Vec<(bool, Self)>),
    /// Two things compared.
    Compare(Comparison, Box<Self>, Box<Self>),
    /// Whether it equals one of them.
    Among(Box<Self>, Vec<Self>),
}

/// How two things are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// A text in a text, or a thing in a list.
    Contains,
    /// How a text begins.
    StartsWith,
    /// How a text ends.
    EndsWith,
    /// An address against a pattern, in which `*` is any text.
    Matches,
}

impl Expression {
    /// Reads a condition.
    ///
    /// # Errors
    /// What is wrong with its form. Names and kinds are looked at by [`check`](super::check).
    pub fn parse(text: &str) -> Result<Self, ExpressionDefect> {
        parse::parse(text)
    }

    /// Whether it is written as the opposite of the other: `not …`, or `!=` for `=`.
    pub(super) fn is_opposite(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Not(inner), other) => **inner == *other,
            (Self::Compare(Comparison::Unequal, a, b), Self::Compare(Comparison::Equal, c, d)) => {
                a == c && b == d
            }
            _ => false,
        }
    }
}
