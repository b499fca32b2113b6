//! Flow tests: a conversation that was tried out and kept, and what comes of it today.
//!
//! A test knows what the visitor and the world did, not at which steps: it survives that steps
//! are moved and renumbered, and fails when the visitor would read or get something else.
//!
//! Invariant: the same flow and the same test are the same lines.

use super::answer::Given;
use super::exit::Exit;
use super::facts::Facts;
use super::program::Program;
use super::run::{At, Effect, Ending, Event, Outcome, Run, Turn, advance, begin};
use super::said::{AskKind, Said};
use super::{Fill, Flow, StepId};
use crate::conversation::Rating;
use crate::limit;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A conversation that was tried out and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowTest {
    /// What authors call it.
    pub name: String,
    /// The step where it begins, if it is not the start.
    #[serde(default)]
    pub at: Option<StepId>,
    /// What is known at the beginning.
    pub facts: Facts,
    /// What happens, in this order.
    pub moves: Vec<Move>,
    /// What was read at the time.
    pub lines: Vec<Line>,
}

/// One thing that happens in a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// The visitor answers what they were asked.
    Given(Given),
    /// What somebody else did has come to its end.
    Returned(Outcome),
    /// Time passes, longer than anything is waited for.
    Passed,
    /// The world has changed.
    Facts(Box<Facts>),
}

/// One line that is read in a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The bot says this, and offers these answers.
    Bot {
        /// What.
        text: String,
        /// What stands on the buttons below it.
        #[serde(default)]
        offers: Vec<String>,
    },
    /// The visitor says this.
    Visitor {
        /// What.
        text: String,
    },
    /// What the visitor or the world did fits nothing that is waited for.
    Unheard,
    /// Something is filled.
    Filled {
        /// What.
        fill: Fill,
        /// With what.
        value: String,
    },
    /// The visitor has rated the conversation.
    Rated {
        /// How.
        rating: Rating,
    },
    /// Somebody else is asked to do something.
    Called {
        /// For which step.
        step: String,
    },
    /// A person takes over.
    HandedOver,
    /// The conversation ends.
    Closed,
    /// The dialogue is at its end.
    Done,
    /// The dialogue cannot go on.
    Lost,
}

/// What comes of a test today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// What is read.
    pub lines: Vec<Line>,
    /// The ways that are taken.
    pub taken: BTreeSet<(StepId, Exit)>,
    /// Where the run stands then.
    pub run: Run,
}

impl Replay {
    /// The first line that is not as it was, counted from 0; `None` when all are.
    pub fn differs_at(&self, test: &FlowTest) -> Option<usize> {
        let same = self.lines.iter().zip(&test.lines);
        let same = same.take_while(|(now, then)| now == then).count();
        (same < self.lines.len().max(test.lines.len())).then_some(same)
    }
}

/// A test gone through turn by turn: what an editor shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// The first turn, and one for each move that is not [`Move::Facts`]; `None` for a move that
    /// fits nothing that is waited for.
    pub turns: Vec<Option<Turn>>,
    /// What is known at the end.
    pub facts: Facts,
    /// Where the run stands then.
    pub run: Run,
}

/// Goes through a test again.
pub fn replay(program: &Program, test: &FlowTest) -> Replay {
    let mut lines = Vec::new();
    let mut taken = BTreeSet::new();
    let (_, run) = go_through(program, test, |turn| {
        match turn {
            Some(turn) => {
                read(&mut lines, program.flow(), &turn);
                taken.extend(turn.path);
            }
            None => lines.push(Line::Unheard),
        }
        lines.len() < limit::FLOW_TEST_LINES_MAX
    });
    lines.truncate(limit::FLOW_TEST_LINES_MAX);
    Replay { lines, taken, run }
}

/// Goes through what a test has so far, turn by turn; its lines are not asked for.
pub fn rehearse(program: &Program, test: &FlowTest) -> Rehearsal {
    let mut turns = Vec::new();
    let (facts, run) = go_through(program, test, |turn| {
        turns.push(turn);
        true
    });
    Rehearsal { turns, facts, run }
}

/// Tells of each turn until that says no. Answers with what is known, and where the run stands.
fn go_through(
    program: &Program,
    test: &FlowTest,
    mut tell: impl FnMut(Option<Turn>) -> bool,
) -> (Facts, Run) {
    let mut facts = test.facts.clone();
    let mut now = Timestamp::from_ms(0);
    let turn = begin(program, test.at, &facts, now);
    let mut run = turn.run.clone();
    let mut goes_on = tell(Some(turn));
    for next in test.moves.iter().take(limit::FLOW_TEST_MOVES_MAX) {
        if !goes_on {
            break;
        }
        let place = match &run.at {
            At::Asked { step, .. } | At::Away { step, .. } => Some(*step),
            At::Over { .. } | At::Lost { .. } => None,
        };
        let event = match next {
            Move::Facts(changed) => {
                facts.clone_from(changed);
                continue;
            }
            Move::Given(given) => place.map(|step| Event::Given(step, given.clone())),
            Move::Returned(outcome) => place.map(|step| Event::Returned(step, outcome.clone())),
            Move::Passed => {
                now = now.plus(limit::OUTSIDE_WAIT_MAX.max(Span::from_hours(1)));
                Some(Event::Passed)
            }
        };
        let turn = event.and_then(|event| advance(program, &run, event, &facts, now));
        if let Some(turn) = &turn {
            for effect in &turn.effects {
                if let Effect::Fill { fill, value } = effect {
                    facts.fill(fill, value);
                }
            }
            run.clone_from(&turn.run);
        }
        goes_on = tell(turn);
    }
    (facts, run)
}

/// What is read of a turn.
fn read(lines: &mut Vec<Line>, flow: &Flow, turn: &Turn) {
    let heard = turn.heard.iter().cloned();
    lines.extend(heard.map(|text| Line::Visitor { text }));
    lines.extend(turn.says.iter().cloned().map(said));
    let effects = turn.effects.iter().cloned();
    lines.extend(effects.map(|effect| done(flow, effect)));
    match &turn.run.at {
        At::Over {
            ending: Ending::Done,
            ..
        } => lines.push(Line::Done),
        At::Lost { .. } => lines.push(Line::Lost),
        _ => {}
    }
}

fn said(said: Said) -> Line {
    let instead = said.ask.as_ref().and_then(|ask| ask.instead.clone());
    let mut offers = match said.ask.map(|ask| ask.kind) {
        Some(AskKind::Answers { answers, .. }) => {
            answers.into_iter().map(|offer| offer.text).collect()
        }
        Some(AskKind::One { options } | AskKind::Several { options, .. }) => {
            options.into_iter().map(|(_, text)| text).collect()
        }
        Some(AskKind::YesNo { yes, no }) => vec![yes, no],
        Some(AskKind::Rating {
            satisfied,
            okay,
            dissatisfied,
        }) => vec![satisfied, okay, dissatisfied],
        _ => Vec::new(),
    };
    offers.extend(instead);
    Line::Bot {
        text: said.text,
        offers,
    }
}

fn done(flow: &Flow, effect: Effect) -> Line {
    let name = |step: StepId| flow.step(step).map(|step| step.name.clone());
    match effect {
        Effect::HandOver { .. } => Line::HandedOver,
        Effect::Close => Line::Closed,
        Effect::Fill { fill, value } => Line::Filled { fill, value },
        Effect::Rate { rating } => Line::Rated { rating },
        Effect::Call { step, .. } | Effect::StartFlow { step, .. } => Line::Called {
            step: name(step).unwrap_or_default(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::AnswerId;
    use crate::id::TeamId;
    use crate::text::MessageText;

    fn welcome() -> Flow {
        let text = include_str!("../../tests/flows/good/welcome.json");
        serde_json::from_str(text).unwrap()
    }

    fn bot(text: &str) -> Line {
        Line::Bot {
            text: text.to_owned(),
            offers: Vec::new(),
        }
    }

    fn visitor(text: &str) -> Line {
        Line::Visitor {
            text: text.to_owned(),
        }
    }

    fn test(facts: Facts) -> FlowTest {
        let wrote = |text: &str| Move::Given(Given::Text(MessageText::parse(text).unwrap()));
        FlowTest {
            name: "Prices".to_owned(),
            at: None,
            facts,
            moves: vec![
                Move::Given(Given::Answer(AnswerId(1))),
                wrote("vera"),
                wrote("Vera@Example.com"),
                wrote("thanks"),
            ],
            lines: Vec::new(),
        }
    }

    #[test]
    fn a_test_reads_as_the_conversation_did() {
        let program = Program::new(welcome());
        let alone = test(Facts::default());
        let replayed = replay(&program, &alone);
        let asked = "Which e-mail address may we answer to?";
        let offers = [
            "I have a question about prices",
            "I need help with an order",
            "Something else",
        ];
        let want = [
            bot("Welcome! 👋"),
            Line::Bot {
                text: "What are you looking for?".to_owned(),
                offers: offers.map(str::to_owned).into(),
            },
            visitor("I have a question about prices"),
            bot("Let me see whether somebody can help you with that…"),
            bot(asked),
            visitor("vera"),
            bot("That does not look like an e-mail address. Please have another look."),
            visitor("vera@example.com"),
            bot("Thank you! We will write to vera@example.com."),
            Line::Filled {
                fill: Fill::Email,
                value: "vera@example.com".to_owned(),
            },
            Line::Done,
            Line::Unheard,
        ];
        assert_eq!(replayed.lines, want);
        let kept = FlowTest {
            lines: want.to_vec(),
            ..alone
        };
        assert_eq!(replayed.differs_at(&kept), None);

        let rehearsed = rehearse(&program, &kept);
        assert_eq!(rehearsed.run, replayed.run);
        assert_eq!(rehearsed.turns.len(), 1 + kept.moves.len());
        assert_eq!(rehearsed.turns.last(), Some(&None));
        assert_eq!(rehearsed.facts.email.as_deref(), Some("vera@example.com"));

        // Somebody is there: it goes another way from the fourth line on.
        let team = TeamId::from_value(1);
        let there = Facts {
            team: Some(team.clone()),
            teams_there: [team].into(),
            wait_minutes: Some(0),
            ..Facts::default()
        };
        let other = replay(&program, &test(there));
        assert_eq!(other.differs_at(&kept), Some(4));
        let text = "I am putting you through. It takes about < 1 min.";
        assert_eq!(
            other.lines.get(4..6),
            Some(&[bot(text), Line::HandedOver][..])
        );
        assert!(other.taken.contains(&(StepId(3), Exit::Next)));
    }
}
