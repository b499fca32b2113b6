//! Names and expressions: whether each stands for something, and for the right kind of thing.
//!
//! Invariant: an expression that passes here comes to a value of its kind, or to nothing.

use super::{Flaw, Found, Surroundings, TextPlace};
use crate::flow::definition::{Call, Fill, Flow, Input, Kind, Step, StepId};
use crate::flow::expression::{Expression, ExpressionDefect, Names, is_free_name};
use crate::flow::template::Name;
use crate::flow::{Template, ValueKind};
use crate::limit;
use crate::text::chars;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn look(flow: &Flow, around: &Surroundings, found: &mut Found) {
    let kept = kept(flow, found);
    let answers: BTreeSet<(StepId, u32)> = flow
        .steps
        .iter()
        .flat_map(|step| numbers(step).into_iter().map(|number| (step.id, number)))
        .collect();
    let names = Names {
        kept: &|name| kept.get(name).copied(),
        is_field: &|name| around.fields.contains(name),
        is_answer: &|step, answer| answers.contains(&(step, answer)),
    };
    for step in &flow.steps {
        for (text, wanted) in wanted(step) {
            if let Err(defect) = fits(text, wanted, &names) {
                let text = text.to_owned();
                found.add(step.id, Flaw::Expression { text, defect });
            }
        }
        if let Kind::Input(Input {
            fill: Some(Fill::Field(name)),
            ..
        }) = &step.does
            && !around.fields.contains(name)
        {
            let name = name.clone();
            found.add(step.id, Flaw::UnknownField { name });
        }
        variables(flow, step, &names, found);
    }
}

/// The numbers of the answers or options of a step.
fn numbers(step: &Step) -> Vec<u32> {
    match &step.does {
        Kind::Question(question) => question.answers.iter().map(|answer| answer.id.0).collect(),
        Kind::Input(input) => {
            let options = input.kind.options().iter();
            options.map(|option| option.id.0).collect()
        }
        _ => Vec::new(),
    }
}

/// What is kept under which name. Says what cannot be.
fn kept(flow: &Flow, found: &mut Found) -> BTreeMap<String, ValueKind> {
    let mut kept = BTreeMap::new();
    for step in &flow.steps {
        if let Kind::Set(set) = &step.does
            && set.keep.is_empty()
        {
            let name = String::new();
            found.add(step.id, Flaw::BadName { name });
        }
        for (name, kind) in step.keeps() {
            let known = kept.get(name).copied();
            let name = name.to_owned();
            if !is_free_name(&name) {
                found.add(step.id, Flaw::BadName { name });
            } else if known.is_some_and(|known| known != kind) {
                found.add(step.id, Flaw::TwoKinds { name });
            } else {
                kept.insert(name, kind);
            }
        }
    }
    if kept.len() > limit::FLOW_VALUES_MAX {
        found.whole(Flaw::TooMany {
            max: limit::FLOW_VALUES_MAX,
        });
    }
    kept
}

/// Every expression of a step with the kind it must be of; `None` for any.
fn wanted(step: &Step) -> Vec<(&str, Option<ValueKind>)> {
    let kind = match &step.does {
        Kind::Set(set) => Some(set.kind),
        Kind::Outside(_) => None,
        _ => Some(ValueKind::YesNo),
    };
    let only_if = step.only_if.as_ref().map(|only| only.when.as_str());
    let mut texts = step.expressions();
    // It stands last, and is yes or no whatever the step does.
    if only_if.is_some() {
        texts.pop();
    }
    let mut wanted: Vec<_> = texts.into_iter().map(|text| (text, kind)).collect();
    wanted.extend(only_if.map(|text| (text, Some(ValueKind::YesNo))));
    wanted
}

fn fits(text: &str, wanted: Option<ValueKind>, names: &Names<'_>) -> Result<(), ExpressionDefect> {
    let kind = Expression::parse(text)?.kind(names)?;
    if wanted.is_none_or(|wanted| wanted == kind) {
        Ok(())
    } else {
        Err(ExpressionDefect::Kind)
    }
}

/// Every variable of a step's texts must stand for something.
fn variables(flow: &Flow, step: &Step, names: &Names<'_>, found: &mut Found) {
    let mut seen = BTreeSet::new();
    let mut look = |text: &str, place: TextPlace| {
        // Too long is a defect of its own.
        if chars(text) > limit::FLOW_TEXT_CHARS_MAX {
            return;
        }
        let template = Template::parse(text);
        for broken in template.broken() {
            let name = broken.clone();
            if seen.insert(name.clone()) {
                found.add(step.id, Flaw::UnknownVariable { name, place });
            }
        }
        for name in template.names() {
            let unknown = match name {
                Name::Fact(_) => continue,
                Name::Field(name) if (names.is_field)(name) => continue,
                Name::Kept(name) if (names.kept)(name).is_some() => continue,
                Name::Field(name) => format!("field.{name}"),
                Name::Kept(name) => name.clone(),
            };
            if seen.insert(unknown.clone()) {
                let name = unknown;
                found.add(step.id, Flaw::UnknownVariable { name, place });
            }
        }
    };
    for (place, texts) in super::texts::of(step) {
        for language in &flow.languages {
            texts
                .get(*language)
                .into_iter()
                .for_each(|text| look(text, place));
        }
    }
    if let Kind::Outside(outside) = &step.does
        && let Call::Ticket { subject: text, .. }
        | Call::Lead { title: text, .. }
        | Call::Search { query: text } = &outside.call
    {
        look(text, TextPlace::Call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Fact;

    #[test]
    fn no_answer_is_kept_under_a_name_that_means_something_else() {
        for (name, want) in [
            ("email", true),
            ("order_2", true),
            ("a", true),
            ("", false),
            ("Order", false),
            ("2nd", false),
            ("größe", false),
            ("and", false),
            ("field", false),
            ("known", true),
            ("date", true),
            ("yes", false),
            ("a b", false),
            ("page_url", false),
        ] {
            assert_eq!(is_free_name(name), want, "{name}");
        }
        assert!(Fact::ALL.iter().all(|fact| !is_free_name(fact.word())));
        assert!(!is_free_name(&"x".repeat(41)));
    }
}
