//! A conversation that is being tried out: what was known at its beginning, and what happened.
//!
//! Invariant: everything that is read of it comes from the engine, so it reads as a visitor would
//! have it, and as a test of it will.

use domain::flow::{
    Facts, FlowTest, Given, Move, Outcome, Program, Rehearsal, StepId, rehearse, replay,
};
use domain::id::TeamId;
use domain::settings::Language;

/// A conversation that is being tried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Where it begins, if not at the start.
    pub at: Option<StepId>,
    /// What was known at the beginning.
    pub facts: Facts,
    /// What happened since.
    pub moves: Vec<Move>,
}

impl Trial {
    /// Nothing has happened: the chat is open and somebody of its team is there.
    pub fn new(team: Option<TeamId>, language: Language) -> Self {
        Self {
            at: None,
            facts: Facts {
                teams_there: team.iter().cloned().collect(),
                team,
                is_open: true,
                language,
                page_url: "https://example.com/".to_owned(),
                wait_minutes: Some(2),
                ..Facts::default()
            },
            moves: Vec::new(),
        }
    }

    /// As a test has it.
    pub fn of(test: &FlowTest) -> Self {
        Self {
            at: test.at,
            facts: test.facts.clone(),
            moves: test.moves.clone(),
        }
    }

    /// The visitor gives an answer.
    pub fn give(&mut self, given: Given) {
        self.moves.push(Move::Given(given));
    }

    /// What somebody else did is at its end.
    pub fn come_back(&mut self, outcome: Outcome) {
        self.moves.push(Move::Returned(outcome));
    }

    /// Time passes.
    pub fn pass(&mut self) {
        self.moves.push(Move::Passed);
    }

    /// Something else is known from now on. Several changes in a row are one.
    pub fn know(&mut self, facts: Facts) {
        match self.moves.last_mut() {
            None => self.facts = facts,
            Some(Move::Facts(last)) => **last = facts,
            Some(_) => self.moves.push(Move::Facts(Box::new(facts))),
        }
    }

    /// The last thing that happened did not.
    pub fn take_back(&mut self) {
        while let Some(Move::Facts(_)) = self.moves.last() {
            self.moves.pop();
        }
        self.moves.pop();
    }

    /// From the beginning, with what is known now.
    pub fn restart(&mut self) {
        if let Some(Move::Facts(facts)) = self.moves.iter().rfind(|it| matches!(it, Move::Facts(_)))
        {
            self.facts = (**facts).clone();
        }
        self.moves.clear();
    }

    /// As a test without lines.
    fn test(&self) -> FlowTest {
        FlowTest {
            name: String::new(),
            at: self.at,
            facts: self.facts.clone(),
            moves: self.moves.clone(),
            lines: Vec::new(),
        }
    }

    /// How it goes.
    pub fn play(&self, program: &Program) -> Rehearsal {
        rehearse(program, &self.test())
    }

    /// Keeps it as a test.
    pub fn keep(&self, program: &Program, name: &str) -> FlowTest {
        let test = self.test();
        let lines = replay(program, &test).lines;
        FlowTest {
            name: name.to_owned(),
            lines,
            ..test
        }
    }
}

/// A test that reads otherwise: the first line that differs, before and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Otherwise {
    pub line: usize,
    pub before: Option<domain::flow::Line>,
    pub now: Option<domain::flow::Line>,
}

/// What of a test reads otherwise today; `None` if it reads the same.
pub fn otherwise(program: &Program, test: &FlowTest) -> Option<Otherwise> {
    let now = replay(program, test);
    let line = now.differs_at(test)?;
    Some(Otherwise {
        line,
        before: test.lines.get(line).cloned(),
        now: now.lines.get(line).cloned(),
    })
}

/// The test, with what it reads today.
pub fn accepted(program: &Program, test: &FlowTest) -> FlowTest {
    FlowTest {
        lines: replay(program, test).lines,
        ..test.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::flows::edit::{self, Sort};
    use domain::flow::{AnswerId, At, Exit, Flow, Kind, Texts};

    fn flow() -> Flow {
        let mut flow = edit::blank("Bot");
        let ask = edit::add(&mut flow, Sort::Question, None);
        let end = edit::add(&mut flow, Sort::End, None);
        for id in [1, 2] {
            edit::connect(&mut flow, ask, Exit::Answer(AnswerId(id)), Some(end));
        }
        flow
    }

    fn trial() -> Trial {
        Trial::new(Some(TeamId::from_value(1)), Language::En)
    }

    #[test]
    fn a_trial_is_taken_back_and_begun_again() {
        let program = Program::new(flow());
        let mut trial = trial();
        assert!(matches!(trial.play(&program).run.at, At::Asked { .. }));
        trial.give(Given::Answer(AnswerId(2)));
        assert!(matches!(trial.play(&program).run.at, At::Over { .. }));
        let mut facts = trial.facts.clone();
        facts.is_open = false;
        trial.know(facts.clone());
        trial.know(facts.clone());
        assert_eq!(trial.moves.len(), 2);
        trial.take_back();
        assert!(trial.moves.is_empty());
        trial.give(Given::Answer(AnswerId(1)));
        trial.know(facts);
        trial.restart();
        assert!(trial.moves.is_empty() && !trial.facts.is_open);
    }

    #[test]
    fn what_is_kept_reads_the_same_until_the_flow_changes() {
        let mut flow = flow();
        let mut trial = trial();
        trial.give(Given::Answer(AnswerId(1)));
        let test = trial.keep(&Program::new(flow.clone()), "One");
        assert_eq!(otherwise(&Program::new(flow.clone()), &test), None);
        assert_eq!(Trial::of(&test), trial);
        if let Some(Kind::End(end)) = flow.steps.last_mut().map(|step| &mut step.does) {
            end.text = Texts::of(Language::En, "Bye");
        }
        let program = Program::new(flow);
        let found = otherwise(&program, &test).unwrap();
        assert_ne!(found.before, found.now);
        assert_eq!(otherwise(&program, &accepted(&program, &test)), None);
    }
}
