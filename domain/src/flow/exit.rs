//! Every way out of a step, by name.
//!
//! Invariant: `check`, the engine and the editor's graph see the same ways, because they ask here.

use super::definition::{AnswerId, Call, Kind, Step, Way};
use serde::{Deserialize, Serialize};

/// A way out of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// It was done, said or answered.
    Next,
    /// This answer was chosen.
    Answer(AnswerId),
    /// Something else was written.
    Other,
    /// The visitor would rather not say.
    Instead,
    /// Too many answers were none.
    GivenUp,
    /// The condition of this case holds, counted from 0.
    Case(u32),
    /// No case holds.
    Otherwise,
    /// The step is not taken.
    Skipped,
    /// Nobody is there.
    Nobody,
    /// There was nothing to find, or the answer was no.
    Nothing,
    /// It failed or took too long.
    Failed,
}

impl Step {
    /// Every way out, in the order in which an editor shows them.
    pub fn exits(&self) -> Vec<(Exit, Way)> {
        let mut exits = match &self.does {
            Kind::Message(message) => vec![(Exit::Next, message.next)],
            Kind::Set(set) => vec![(Exit::Next, set.next)],
            Kind::HandOver(over) => vec![(Exit::Nobody, over.nobody)],
            Kind::StartFlow(start) => vec![(Exit::Failed, start.failed)],
            Kind::End(_) => Vec::new(),
            Kind::Question(question) => {
                let answers = question.answers.iter();
                let mut exits: Vec<_> = answers
                    .map(|answer| (Exit::Answer(answer.id), answer.next))
                    .collect();
                exits.extend(question.other.map(|to| (Exit::Other, Some(to))));
                exits
            }
            Kind::Input(input) => {
                let mut exits = vec![(Exit::Next, input.next)];
                exits.extend(input.instead.as_ref().map(|it| (Exit::Instead, it.next)));
                exits.extend(input.give_up.as_ref().map(|it| (Exit::GivenUp, it.next)));
                exits
            }
            Kind::Condition(branch) => {
                let cases = (0_u32..).zip(&branch.cases);
                let mut exits: Vec<_> = cases
                    .map(|(at, case)| (Exit::Case(at), case.next))
                    .collect();
                exits.push((Exit::Otherwise, branch.otherwise));
                exits
            }
            Kind::Outside(outside) => {
                let mut exits = vec![(Exit::Next, outside.next)];
                if outside.call.can_find_nothing() {
                    exits.push((Exit::Nothing, outside.nothing));
                }
                exits.push((Exit::Failed, outside.failed));
                exits
            }
        };
        exits.extend(
            self.only_if
                .as_ref()
                .map(|only| (Exit::Skipped, only.otherwise)),
        );
        exits
    }

    /// Whether this way out is taken without a word of the visitor.
    pub fn is_unasked(&self, exit: Exit) -> bool {
        match &self.does {
            _ if exit == Exit::Skipped => true,
            Kind::Question(_) | Kind::Input(_) => false,
            // The visitor talks or shows something there, unless it fails at once.
            Kind::Outside(outside) => {
                let is_talk = matches!(outside.call, Call::VirtualAgent { .. } | Call::Verify);
                !is_talk || exit == Exit::Failed
            }
            _ => true,
        }
    }

    /// Whether something is said or asked here.
    pub fn speaks(&self) -> bool {
        match &self.does {
            Kind::Message(_) | Kind::Question(_) | Kind::Input(_) => true,
            Kind::End(end) => !end.text.is_empty(),
            Kind::HandOver(over) => !over.text.is_empty(),
            Kind::Condition(_) | Kind::Set(_) | Kind::Outside(_) | Kind::StartFlow(_) => false,
        }
    }

    /// Whether a run can come to its end here.
    pub fn is_end(&self) -> bool {
        matches!(
            self.does,
            Kind::End(_) | Kind::HandOver(_) | Kind::StartFlow(_)
        )
    }
}

impl Call {
    /// Whether it can end with "nothing found" or "no".
    pub fn can_find_nothing(&self) -> bool {
        matches!(
            self,
            Self::Search { .. } | Self::VirtualAgent { .. } | Self::Verify
        )
    }
}
