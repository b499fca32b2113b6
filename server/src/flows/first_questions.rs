//! What bots have asked in windows where nothing has begun, so that an answer is known as one.
//!
//! Invariant: nothing is lost by forgetting: words that answer nothing known are a first message,
//! and the bot asks behind them.

use domain::conversation::Asked;
use domain::id::VisitorId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many are remembered at least, and twice as many at most. One takes some 200 bytes.
const REMEMBERED: usize = 20_000;

/// The question that each visitor was shown last.
#[derive(Debug, Default)]
pub struct FirstQuestions(Mutex<Generations>);

/// What is old is forgotten all at once, when there is enough that is younger.
#[derive(Debug, Default)]
struct Generations {
    young: HashMap<VisitorId, Option<Asked>>,
    old: HashMap<VisitorId, Option<Asked>>,
}

impl FirstQuestions {
    fn inner(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A window of this visitor shows this question, or none.
    pub fn show(&self, visitor: &VisitorId, asked: Option<Asked>) {
        let mut generations = self.inner();
        if asked.is_none() && generations.of(visitor).is_none() {
            return;
        }
        if generations.young.len() >= REMEMBERED {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(visitor.clone(), asked);
    }

    /// The question that this visitor was shown last, if it is remembered.
    pub fn of(&self, visitor: &VisitorId) -> Option<Asked> {
        self.inner().of(visitor)
    }
}

impl Generations {
    fn of(&self, visitor: &VisitorId) -> Option<Asked> {
        let shown = self.young.get(visitor).or_else(|| self.old.get(visitor));
        shown.cloned().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::flow::StepId;
    use domain::id::FlowId;

    fn asked(step: u32) -> Asked {
        Asked {
            flow: FlowId::from_value(1),
            version: 1,
            step: StepId(step),
        }
    }

    #[test]
    fn the_last_question_counts_and_what_is_old_goes() {
        let questions = FirstQuestions::default();
        let visitor = |n: usize| VisitorId::from_value(u128::try_from(n).unwrap());
        assert_eq!(questions.of(&visitor(0)), None);
        questions.show(&visitor(0), Some(asked(1)));
        questions.show(&visitor(0), Some(asked(2)));
        assert_eq!(questions.of(&visitor(0)), Some(asked(2)));
        questions.show(&visitor(0), None);
        assert_eq!(questions.of(&visitor(0)), None);
        questions.show(&visitor(0), Some(asked(3)));
        for n in 1..=REMEMBERED {
            questions.show(&visitor(n), Some(asked(1)));
        }
        assert_eq!(
            questions.of(&visitor(0)),
            Some(asked(3)),
            "old, and still there"
        );
        for n in 1..=2 * REMEMBERED {
            questions.show(&visitor(n), Some(asked(1)));
        }
        assert_eq!(questions.of(&visitor(0)), None);
        assert_eq!(questions.of(&visitor(2 * REMEMBERED)), Some(asked(1)));
        let inner = questions.inner();
        assert!(inner.young.len() + inner.old.len() <= 2 * REMEMBERED);
    }
}
