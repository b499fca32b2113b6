//! May this flow be published? Every defect, each with the way that leads there.
//!
//! Each pass looks at every step and every way out once, so the cost grows with their number and
//! no faster.
//!
//! Invariant: a flow without defects never loses a run, whatever visitors and the world do
//! (`tests/flow.rs` walks at random and tries).

mod flaw;
mod graph;
mod names;
mod steps;
mod texts;

pub use flaw::{Defect, Flaw, Hop, Target, TextPlace};

use super::definition::{Flow, StepId};
use super::exit::Exit;
use crate::id::{FlowId, TeamId};
use crate::limit;
use crate::settings::Language;
use graph::Graph;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a flow refers to beyond itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surroundings {
    /// The flow itself, where other flows can start it.
    pub own: Option<FlowId>,
    /// The custom fields of conversations, by name.
    pub fields: BTreeSet<String>,
    /// The teams that answer.
    pub teams: BTreeSet<TeamId>,
    /// The published flows, and which others each can start without asking the visitor first.
    pub flows: BTreeMap<FlowId, BTreeSet<FlowId>>,
    /// What of the outside is there already.
    pub targets: BTreeSet<Target>,
}

/// Everything that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// The defects, in the order of the steps.
    pub defects: Vec<Defect>,
    /// How each step is reached first.
    came_by: BTreeMap<StepId, Option<Hop>>,
}

impl Findings {
    /// Whether the flow may be published.
    pub fn is_sound(&self) -> bool {
        self.defects.is_empty()
    }

    /// The shortest way from where the flow can begin to a step: the ways out that are taken, in
    /// their order. Empty for a step where it can begin; `None` for one that nothing leads to.
    pub fn path(&self, to: StepId) -> Option<Vec<Hop>> {
        let mut hops = Vec::new();
        let mut at = to;
        // No way is longer than there are steps.
        for _ in 0..=self.came_by.len() {
            match self.came_by.get(&at)? {
                None => {
                    hops.reverse();
                    return Some(hops);
                }
                Some(hop) => {
                    at = hop.step;
                    hops.push(*hop);
                }
            }
        }
        None
    }
}

/// Looks for every defect.
pub fn check(flow: &Flow, around: &Surroundings) -> Findings {
    let graph = Graph::of(flow, around.own.as_ref());
    let mut found = Found::default();
    whole(flow, &mut found);
    steps::look(flow, around, &mut found);
    names::look(flow, around, &mut found);
    texts::look(flow, &mut found);
    graph.look(flow, around, &mut found);
    let places: BTreeMap<_, _> = flow
        .steps
        .iter()
        .map(|step| step.id)
        .zip(0_usize..)
        .collect();
    let place = |defect: &Defect| defect.step.and_then(|step| places.get(&step).copied());
    found.0.sort_by_key(place);
    Findings {
        defects: found.0,
        came_by: graph.came_by(flow),
    }
}

/// The flows that this one can start without asking the visitor first: what other flows need to
/// know of it (see [`Surroundings::flows`]).
pub fn starts_unasked(flow: &Flow) -> BTreeSet<FlowId> {
    Graph::of(flow, None).starts_unasked(flow)
}

#[derive(Default)]
struct Found(Vec<Defect>);

impl Found {
    fn add(&mut self, step: StepId, flaw: Flaw) {
        self.0.push(Defect {
            step: Some(step),
            flaw,
        });
    }

    fn whole(&mut self, flaw: Flaw) {
        self.0.push(Defect { step: None, flaw });
    }
}

/// What concerns the flow as a whole.
fn whole(flow: &Flow, found: &mut Found) {
    if flow.steps.len() > limit::FLOW_STEPS_MAX {
        found.whole(Flaw::TooMany {
            max: limit::FLOW_STEPS_MAX,
        });
    }
    if flow.languages.is_empty() {
        found.whole(Flaw::NoLanguage);
    }
    let mut languages: Vec<Language> = flow.languages.clone();
    languages.sort_unstable();
    languages.dedup();
    if languages.len() < flow.languages.len() {
        found.whole(Flaw::Twice);
    }
    let is_name = crate::text::DisplayName::parse(&flow.bot_name).is_ok();
    if !is_name {
        found.whole(Flaw::NoBotName);
    }
    match flow.start {
        None => found.whole(Flaw::NoStart),
        Some(start) if flow.step(start).is_none() => {
            found.whole(Flaw::NoSuchStep {
                exit: Exit::Next,
                to: start,
            });
        }
        Some(_) => {}
    }
}
