//! What a condition comes to.
//!
//! Invariant: never fails. Nothing is the value of what is not known, and of what does not fit.

use super::{Comparison, Expression};
use crate::flow::definition::StepId;
use crate::flow::{Decimal, Facts, Value};
use crate::text::chars;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What a condition is asked of.
#[derive(Clone, Copy)]
pub(in crate::flow) struct Known<'a> {
    /// From outside the flow.
    pub(in crate::flow) facts: &'a Facts,
    /// The kept answers.
    pub(in crate::flow) kept: &'a BTreeMap<String, Value>,
    /// The answers or options that were chosen last, by step.
    pub(in crate::flow) chosen: &'a BTreeMap<StepId, Vec<u32>>,
}

impl Expression {
    /// Whether it holds.
    pub(in crate::flow) fn holds(&self, known: Known<'_>) -> bool {
        matches!(self.value(known), Some(Value::YesNo(true)))
    }

    /// What it comes to; `None` for what is not known.
    pub(in crate::flow) fn value(&self, known: Known<'_>) -> Option<Value> {
        let truth = match self {
            Self::Value(value) => return Some(value.clone()),
            Self::Fact(fact) => return fact.value(known.facts),
            Self::Field(name) => return known.facts.fields.get(name).cloned().map(Value::Text),
            Self::Kept(name) => return known.kept.get(name).cloned(),
            Self::Number(inner) => {
                return match inner.value(known)? {
                    Value::Text(text) => Decimal::from_person(&text).map(Value::Number),
                    Value::Number(number) => Some(Value::Number(number)),
                    _ => None,
                };
            }
            Self::Length(inner) => {
                let length = match inner.value(known)? {
                    Value::Text(text) => chars(&text),
                    Value::List(texts) => texts.len(),
                    _ => return None,
                };
                let length = i64::try_from(length).unwrap_or(i64::MAX);
                return Some(Value::Number(Decimal::whole(length)));
            }
            Self::Sum(first, rest) => return sum(first, rest, known),
            Self::Chosen(step, answer) => known
                .chosen
                .get(step)
                .is_some_and(|chosen| chosen.contains(answer)),
            Self::Known(inner) => inner.value(known).is_some(),
            Self::Not(inner) => !inner.holds(known),
            Self::All(parts) => parts.iter().all(|part| part.holds(known)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(known)),
            Self::Among(one, others) => one.value(known).is_some_and(|one| {
                let mut others = others.iter().filter_map(|other| other.value(known));
                others.any(|other| is_same(&one, &other))
            }),
            Self::Compare(Comparison::Unequal, left, right) => {
                !compare(Comparison::Equal, left, right, known)
            }
            Self::Compare(how, left, right) => compare(*how, left, right, known),
        };
        Some(Value::YesNo(truth))
    }
}

fn sum(first: &Expression, rest: &[(bool, Expression)], known: Known<'_>) -> Option<Value> {
    let number = |part: &Expression| match part.value(known) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    };
    let mut total = number(first)?;
    for (is_taken, part) in rest {
        let part = number(part)?;
        total = if *is_taken {
            total.minus(part)
        } else {
            total.plus(part)
        };
    }
    Some(Value::Number(total))
}

fn compare(how: Comparison, left: &Expression, right: &Expression, known: Known<'_>) -> bool {
    let (Some(left), Some(right)) = (left.value(known), right.value(known)) else {
        return false;
    };
    let ordered = |wanted: fn(Ordering) -> bool| match (&left, &right) {
        (Value::Number(a), Value::Number(b)) => wanted(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => wanted(a.cmp(b)),
        _ => false,
    };
    let texts = |wanted: fn(&str, &str) -> bool| match (&left, &right) {
        (Value::Text(a), Value::Text(b)) => wanted(&folded(a), &folded(b)),
        _ => false,
    };
    match how {
        Comparison::Equal => is_same(&left, &right),
        Comparison::Unequal => !is_same(&left, &right),
        Comparison::Less => ordered(Ordering::is_lt),
        Comparison::AtMost => ordered(Ordering::is_le),
        Comparison::More => ordered(Ordering::is_gt),
        Comparison::AtLeast => ordered(Ordering::is_ge),
        Comparison::StartsWith => texts(|a, b| a.starts_with(b)),
        Comparison::EndsWith => texts(|a, b| a.ends_with(b)),
        Comparison::Matches => texts(fits),
        Comparison::Contains => match (&left, &right) {
            (Value::List(texts), Value::Text(text)) => {
                texts.iter().any(|own| folded(own) == folded(text))
            }
            _ => texts(|a, b| a.contains(b)),
        },
    }
}

fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => folded(a) == folded(b),
        (left, right) => left == right,
    }
}

/// As it is compared: without case, and without white space around it.
fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether a text fits a pattern in which `*` is any text. Takes time by length of the text times
/// stars at worst, and remembers one place only.
fn fits(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = rest
            .get(at.saturating_add(part.len())..)
            .unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::expression::kind::Names;
    use crate::flow::{ExpressionDefect, ValueKind};

    fn outcome(text: &str) -> Result<Option<Value>, ExpressionDefect> {
        let facts = Facts {
            is_open: true,
            page_url: "https://shop.example/pricing?x=1".to_owned(),
            country: Some("DE".to_owned()),
            today: crate::date::Date::parse("2026-11-21"),
            fields: [("CFlevel".to_owned(), "Gold".to_owned())].into(),
            ..Facts::default()
        };
        let kept = BTreeMap::from([
            ("total".to_owned(), Value::Number(Decimal::whole(100))),
            (
                "wishes".to_owned(),
                Value::List(vec!["Mug".to_owned(), "Vase".to_owned()]),
            ),
            ("order".to_owned(), Value::Text(" A-12 ".to_owned())),
            ("age".to_owned(), Value::Text("1,5".to_owned())),
            ("number".to_owned(), Value::Number(Decimal::whole(3))),
        ]);
        let chosen = BTreeMap::from([(StepId(3), vec![2])]);
        let expression = Expression::parse(text)?;
        expression.kind(&Names {
            kept: &|name| match name {
                "missing" => Some(ValueKind::Text),
                name => kept.get(name).map(Value::kind),
            },
            is_field: &|name| name == "CFlevel" || name == "CFother",
            is_answer: &|step, answer| step == StepId(3) && answer < 4,
        })?;
        let known = Known {
            facts: &facts,
            kept: &kept,
            chosen: &chosen,
        };
        Ok(expression.value(known))
    }

    #[test]
    fn conditions_hold_or_do_not() {
        for (text, want) in [
            ("open", true),
            ("not open", false),
            ("not not open", true),
            ("open and agent_available", false),
            ("agent_available or open and yes", true),
            ("(agent_available or open) and no", false),
            ("country in (\"at\", \"de\")", true),
            ("country = \"de\"", true),
            ("country != \"de\"", false),
            ("page_url contains \"PRICING\"", true),
            ("page_url matches \"https://*/pricing*\"", true),
            ("page_url matches \"*/pricing\"", false),
            ("page_url starts_with \"https:\"", true),
            ("page_url ends_with \"x=1\"", true),
            ("field.CFlevel = \"gold\"", true),
            ("field.CFother = \"gold\"", false),
            ("field.CFother != \"gold\"", true),
            ("known(field.CFother)", false),
            ("total >= 100", true),
            ("total + 1 - 0.5 > 100.5", false),
            ("total - -1 = 101", true),
            ("number(age) = 1.5", true),
            ("number(order) > 0", false),
            ("order = \"a-12\"", true),
            ("length(order) = 6", true),
            ("length(wishes) = 2", true),
            ("wishes contains \"mug\"", true),
            ("wishes contains \"mu\"", false),
            ("chosen(3, 2)", true),
            ("chosen(3,1)", false),
            ("today >= date(\"2026-11-21\")", true),
            ("today < date(\"2026-01-01\")", false),
            ("missing = \"x\"", false),
            ("missing != \"x\"", true),
            ("\"say \"\"hi\"\"\" contains \"\"\"\"", true),
            ("authenticated = no", true),
            ("number > 2 and number(number) = 3", true),
        ] {
            assert_eq!(outcome(text), Ok(Some(Value::YesNo(want))), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_condition_is_said() {
        let unexpected = |at| ExpressionDefect::Unexpected { at };
        let unknown = |name: &str| ExpressionDefect::UnknownName {
            name: name.to_owned(),
        };
        for (text, want) in [
            (" ", ExpressionDefect::Empty),
            ("open and", unexpected(8)),
            ("open open", unexpected(5)),
            ("and", unexpected(0)),
            ("(open", unexpected(5)),
            ("\"abc", unexpected(0)),
            ("total > 1.2.3", unexpected(8)),
            ("open & no", unexpected(5)),
            ("date(\"2026-02-30\") = today", unexpected(5)),
            ("chosen(3)", unexpected(8)),
            ("chosen(3, 0.5)", unexpected(10)),
            ("field", unknown("field")),
            ("plan = \"x\"", unknown("plan")),
            ("field.CFnone = \"x\"", unknown("CFnone")),
            (
                "chosen(3, 9)",
                ExpressionDefect::UnknownAnswer {
                    step: StepId(3),
                    answer: 9,
                },
            ),
            ("total = \"100\"", ExpressionDefect::Mismatch),
            ("order > \"a\"", ExpressionDefect::Mismatch),
            ("not total", ExpressionDefect::Mismatch),
            ("total and open", ExpressionDefect::Mismatch),
            ("today + 1 = today", ExpressionDefect::Mismatch),
        ] {
            assert_eq!(outcome(text), Err(want), "{text}");
        }
        let long = "x".repeat(1_001);
        assert_eq!(outcome(&long), Err(ExpressionDefect::TooLong));
        let deep = format!("{}open{}", "(".repeat(40), ")".repeat(40));
        assert_eq!(outcome(&deep), Err(ExpressionDefect::TooDeep));
    }
}
