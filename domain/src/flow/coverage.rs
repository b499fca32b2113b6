//! Which ways of a flow its tests take.
//!
//! Invariant: counts the ways that [`Step::exits`](super::Step::exits) names, and no others.

use super::definition::{Flow, StepId};
use super::exit::Exit;
use super::program::Program;
use super::replay::{FlowTest, replay};
use std::collections::BTreeSet;

/// The ways of a flow, and which of them are tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Those that some test takes.
    pub taken: BTreeSet<(StepId, Exit)>,
    /// Those that none does.
    pub untried: BTreeSet<(StepId, Exit)>,
}

impl Coverage {
    /// How many of a hundred are taken, rounded down; all of them where there are none.
    pub fn percent(&self) -> usize {
        let taken = self.taken.len();
        let all = taken.saturating_add(self.untried.len());
        taken.saturating_mul(100).checked_div(all).unwrap_or(100)
    }
}

/// Goes through every test, and says which ways are taken.
pub fn coverage<'a>(program: &Program, tests: impl IntoIterator<Item = &'a FlowTest>) -> Coverage {
    let tried: BTreeSet<_> = tests
        .into_iter()
        .flat_map(|test| replay(program, test).taken)
        .collect();
    let (taken, untried) = ways(program.flow())
        .into_iter()
        .partition(|way| tried.contains(way));
    Coverage { taken, untried }
}

fn ways(flow: &Flow) -> BTreeSet<(StepId, Exit)> {
    let steps = flow.steps.iter();
    steps
        .flat_map(|step| step.exits().into_iter().map(|(exit, _)| (step.id, exit)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{AnswerId, Facts, Given, Move};

    #[test]
    fn what_a_test_takes_is_tried() {
        let text = include_str!("../../tests/flows/good/welcome.json");
        let program = Program::new(serde_json::from_str(text).unwrap());
        let none = coverage(&program, []);
        assert!(none.taken.is_empty());
        assert_eq!(none.percent(), 0);
        let test = FlowTest {
            name: String::new(),
            at: None,
            facts: Facts::default(),
            moves: vec![Move::Given(Given::Answer(AnswerId(1)))],
            lines: Vec::new(),
        };
        let some = coverage(&program, [&test]);
        assert!(some.taken.contains(&(StepId(2), Exit::Answer(AnswerId(1)))));
        assert!(
            some.untried
                .contains(&(StepId(2), Exit::Answer(AnswerId(2))))
        );
        assert_eq!(some.taken.len() + some.untried.len(), none.untried.len());
        assert!((1..100).contains(&some.percent()));
        let empty = Flow {
            steps: Vec::new(),
            ..program.flow().clone()
        };
        assert_eq!(coverage(&Program::new(empty), []).percent(), 100);
    }
}
