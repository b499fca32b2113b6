//! What kind of thing a condition is, and whether its parts fit together.
//!
//! Invariant: a condition that has a kind here is evaluated without a mistake.

use super::{Comparison, Expression, ExpressionDefect};
use crate::flow::definition::StepId;
use crate::flow::{ValueKind, ValueKind as K};

/// What the names in a condition stand for.
pub(in crate::flow) struct Names<'a> {
    /// The kind of a kept answer; `None` for a name that nothing is kept under.
    pub(in crate::flow) kept: &'a dyn Fn(&str) -> Option<ValueKind>,
    /// Whether there is such a custom field.
    pub(in crate::flow) is_field: &'a dyn Fn(&str) -> bool,
    /// Whether there is such an answer or option.
    pub(in crate::flow) is_answer: &'a dyn Fn(StepId, u32) -> bool,
}

type Kind = Result<ValueKind, ExpressionDefect>;

impl Expression {
    /// What kind of thing it is.
    ///
    /// # Errors
    /// The first name that is unknown, or kinds that do not fit.
    pub(in crate::flow) fn kind(&self, names: &Names<'_>) -> Kind {
        let must = |inner: &Self, wanted: &[ValueKind]| -> Result<(), ExpressionDefect> {
            if wanted.contains(&inner.kind(names)?) {
                Ok(())
            } else {
                Err(ExpressionDefect::Mismatch)
            }
        };
        let unknown = |name: &str| ExpressionDefect::UnknownName {
            name: name.to_owned(),
        };
        match self {
            Self::Value(value) => Ok(value.kind()),
            Self::Fact(fact) => Ok(fact.kind()),
            Self::Field(name) if (names.is_field)(name) => Ok(K::Text),
            Self::Field(name) => Err(unknown(name)),
            Self::Kept(name) => (names.kept)(name).ok_or_else(|| unknown(name)),
            Self::Chosen(step, answer) if (names.is_answer)(*step, *answer) => Ok(K::YesNo),
            Self::Chosen(step, answer) => Err(ExpressionDefect::UnknownAnswer {
                step: *step,
                answer: *answer,
            }),
            Self::Known(inner) => inner.kind(names).map(|_| K::YesNo),
            Self::Number(inner) => must(inner, &[K::Text, K::Number]).map(|()| K::Number),
            Self::Length(inner) => must(inner, &[K::Text, K::List]).map(|()| K::Number),
            Self::Not(inner) => must(inner, &[K::YesNo]).map(|()| K::YesNo),
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    must(part, &[K::YesNo])?;
                }
                Ok(K::YesNo)
            }
            Self::Sum(first, rest) => {
                must(first, &[K::Number])?;
                for (_, part) in rest {
                    must(part, &[K::Number])?;
                }
                Ok(K::Number)
            }
            Self::Among(one, others) => {
                let kind = one.kind(names)?;
                for other in others {
                    must(other, &[kind])?;
                }
                Ok(K::YesNo)
            }
            Self::Compare(how, left, right) => {
                if fit(*how, left.kind(names)?, right.kind(names)?) {
                    Ok(K::YesNo)
                } else {
                    Err(ExpressionDefect::Mismatch)
                }
            }
        }
    }
}

fn fit(how: Comparison, left: ValueKind, right: ValueKind) -> bool {
    match how {
        Comparison::Equal | Comparison::Unequal => left == right,
        Comparison::Less | Comparison::AtMost | Comparison::More | Comparison::AtLeast => {
            left == right && matches!(left, K::Number | K::Date)
        }
        Comparison::Contains => matches!(left, K::Text | K::List) && right == K::Text,
        Comparison::StartsWith | Comparison::EndsWith | Comparison::Matches => {
            left == K::Text && right == K::Text
        }
    }
}
