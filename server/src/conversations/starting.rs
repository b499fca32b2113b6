//! Conversations that visitors are just beginning, so that many at once cannot slip past the limit
//! of open ones.
//!
//! Invariant: a start is counted from before the open conversations are read until its commit has
//! returned; at every moment in between it is found here or in the database.

use domain::id::{ConversationId, VisitorId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Going = BTreeMap<VisitorId, Vec<ConversationId>>;

/// What is being begun, by whom.
#[derive(Clone, Default)]
pub struct Starting(Arc<Mutex<Going>>);

/// One start on its way; dropped when it has arrived.
pub struct Start {
    starting: Starting,
    visitor: VisitorId,
    conversation: ConversationId,
}

impl Starting {
    /// Counts a start, and says which other conversations of this visitor are being begun.
    pub(super) fn begin(
        &self,
        visitor: &VisitorId,
        conversation: &ConversationId,
    ) -> (Start, BTreeSet<ConversationId>) {
        let mut going = self.going();
        let of_visitor = going.entry(visitor.clone()).or_default();
        // The same one again, from another window or after a cut, is one conversation.
        let others = of_visitor.iter().filter(|id| *id != conversation);
        let others = others.cloned().collect();
        of_visitor.push(conversation.clone());
        let start = Start {
            starting: self.clone(),
            visitor: visitor.clone(),
            conversation: conversation.clone(),
        };
        (start, others)
    }

    fn going(&self) -> MutexGuard<'_, Going> {
        // Nothing panics while it is held, and a count is whole after every line.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Start {
    fn drop(&mut self) {
        let mut going = self.starting.going();
        let Some(of_visitor) = going.get_mut(&self.visitor) else {
            return;
        };
        let place = of_visitor.iter().position(|id| *id == self.conversation);
        if let Some(place) = place {
            of_visitor.swap_remove(place);
        }
        if of_visitor.is_empty() {
            going.remove(&self.visitor);
        }
    }
}
