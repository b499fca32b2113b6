//! A flow made ready to run: its steps by number, its conditions read once.
//!
//! Invariant: every flow becomes one, sound or not; a condition that cannot be read never holds.

use super::definition::{Call, Flow, Kind, Step, StepId};
use super::expression::{Expression, Known};
use super::value::Value;
use std::collections::BTreeMap;

/// A flow, ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    flow: Flow,
    places: BTreeMap<StepId, usize>,
    conditions: BTreeMap<String, Expression>,
}

impl Program {
    /// Makes a flow ready.
    pub fn new(flow: Flow) -> Self {
        let mut places = BTreeMap::new();
        for (at, step) in flow.steps.iter().enumerate() {
            // Of two with the same number the first counts, as in `Flow::step`.
            places.entry(step.id).or_insert(at);
        }
        let texts = flow.steps.iter().flat_map(Step::expressions);
        let conditions = texts
            .filter_map(|text| Some((text.to_owned(), Expression::parse(text).ok()?)))
            .collect();
        Self {
            flow,
            places,
            conditions,
        }
    }

    /// What it was made of.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    /// The step of this number.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.flow.steps.get(*self.places.get(&id)?)
    }

    pub(super) fn holds(&self, text: &str, known: Known<'_>) -> bool {
        let condition = self.conditions.get(text);
        condition.is_some_and(|condition| condition.holds(known))
    }

    pub(super) fn value(&self, text: &str, known: Known<'_>) -> Option<Value> {
        self.conditions.get(text)?.value(known)
    }
}

impl Step {
    /// Every expression in it, as it is written.
    pub(super) fn expressions(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = match &self.does {
            Kind::Question(question) => {
                let conditions = question.answers.iter().map(|answer| answer.when.as_str());
                conditions.filter(|when| !when.is_empty()).collect()
            }
            Kind::Condition(branch) => branch.cases.iter().map(|case| case.when.as_str()).collect(),
            Kind::Set(set) => vec![set.to.as_str()],
            Kind::Outside(outside) => match &outside.call {
                Call::Runbook { send, .. } => send.values().map(String::as_str).collect(),
                _ => Vec::new(),
            },
            Kind::Message(_)
            | Kind::Input(_)
            | Kind::HandOver(_)
            | Kind::StartFlow(_)
            | Kind::End(_) => Vec::new(),
        };
        texts.extend(self.only_if.as_ref().map(|only| only.when.as_str()));
        texts
    }
}
