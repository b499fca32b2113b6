//! Who the visitor is, as the host page proves it: for the conversation that begins next, or for
//! the one that goes on.
//!
//! Invariant: whether a proof is true, only the server finds out; here it is carried.

use super::chat::{Chat, State};
use super::surroundings::{News, Proof};
use crate::live::PendingState;
use domain::api::Refusal;
use domain::conversation::Command;

/// There is nothing that the proof could be for.
const NO_CONVERSATION: &str = "no_conversation";

impl Chat {
    /// Says who the visitor of the next conversation is. What somebody else said here goes,
    /// unless it shall be retained.
    pub(super) fn prove(self, proof: Proof, is_previous_retained: bool) {
        let is_other =
            self.peek(|state| !state.subject.is_empty() && state.subject != proof.subject);
        if is_other && !is_previous_retained {
            self.forget();
        }
        self.change(|state| state.proof = Some(proof));
    }

    /// Says who the visitor is, in the conversation that goes on.
    pub(super) fn upgrade(self, proof: Option<Proof>) {
        let Some(proof) = proof else {
            return self.tell(News::Upgraded(Err("malformed")));
        };
        if self.peek(|state| state.upgrade.is_some()) {
            return self.tell(News::Upgraded(Err("pending")));
        }
        if !self.peek(State::is_going) {
            self.tell(News::Upgraded(Err(NO_CONVERSATION)));
            return self.prove(proof, false);
        }
        self.change(|state| {
            let id_token = proof.id_token.clone();
            state.proof = Some(proof);
            let shown = state.shown.clone();
            state.upgrade = shown.and_then(|id| state.push(id, Command::Identify { id_token }));
        });
        if self.peek(|state| state.upgrade.is_none()) {
            self.tell(News::Upgraded(Err("unavailable")));
        }
        self.flush();
        self.answer_upgrade();
    }

    /// The conversation is held no more, and with it goes the proof on its way.
    pub(super) fn drop_upgrade(self) {
        if self.change(|state| state.upgrade.take()).is_some() {
            self.tell(News::Upgraded(Err(NO_CONVERSATION)));
        }
    }

    /// Tells the host page what has become of its proof, once that is known.
    pub(super) fn answer_upgrade(self) {
        let answer = self.peek(State::upgraded);
        if let Some(answer) = answer {
            self.change(|state| {
                if let Some(id) = state.upgrade.take() {
                    state.book.outbox.discard(&id);
                }
                if answer.is_ok() {
                    state.is_upgraded();
                }
            });
            self.store();
            self.tell(News::Upgraded(answer));
        }
    }
}

impl State {
    fn is_upgraded(&mut self) {
        if let Some(proof) = &self.proof {
            self.subject.clone_from(&proof.subject);
        }
    }

    /// The answer to a proof on its way; `None` before there is one.
    fn upgraded(&self) -> Option<Result<(), &'static str>> {
        let id = self.upgrade.as_ref()?;
        let mut items = self.book.outbox.items().iter();
        match items.find(|pending| pending.client_id == *id) {
            None => Some(Ok(())),
            Some(pending) => match &pending.state {
                PendingState::Sending => None,
                PendingState::Failed(refusal) => Some(Err(word(refusal))),
            },
        }
    }
}

/// The word that the host page hears.
fn word(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::BadToken { defect } => defect.as_str(),
        Refusal::AlreadyIdentified => "already_identified",
        Refusal::ConversationClosed => NO_CONVERSATION,
        _ => "unavailable",
    }
}
