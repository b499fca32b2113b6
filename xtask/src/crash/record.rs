//! What the senders said and heard, kept in our own memory: the promises that the server made.
//!
//! Invariant: an acknowledgement is written down when it was received, never guessed.

use super::receiver::Scope;
use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};

/// What a command was to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Begin the conversation with a message, or say one more.
    Say { text: String, is_start: bool },
    /// End it.
    Close,
}

/// A command that was given, in the order in which its sender gave it.
#[derive(Clone, Debug)]
pub struct Given {
    pub sender: usize,
    pub client_id: String,
    pub deed: Deed,
    /// The number under which the server acknowledged it.
    pub seq: Option<u64>,
}

/// Per conversation, everything its visitor gave.
pub type Talks = BTreeMap<String, Vec<Given>>;

/// Shared by all threads of a run.
#[derive(Default)]
pub struct Record {
    talks: Mutex<Talks>,
    /// What was wrong already while it happened.
    faults: Mutex<Vec<String>>,
    pub acknowledged: AtomicU64,
    /// Sent on a line that stands, and not answered yet.
    pub in_flight: AtomicI64,
    /// No new commands: what was given is brought home.
    pub is_finishing: AtomicBool,
    /// Patience is over: what has no acknowledgement by now is a fault.
    pub is_given_up: AtomicBool,
    /// Receivers may go.
    pub is_over: AtomicBool,
}

impl Record {
    fn talks(&self) -> MutexGuard<'_, Talks> {
        self.talks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn give(&self, sender: usize, conversation: &str, client_id: &str, deed: Deed) {
        let given = Given {
            sender,
            client_id: client_id.to_owned(),
            deed,
            seq: None,
        };
        self.talks()
            .entry(conversation.to_owned())
            .or_default()
            .push(given);
    }

    /// The server has acknowledged a command. False if it had done so before.
    pub fn acknowledge(&self, conversation: &str, client_id: &str, seq: u64) -> bool {
        let mut talks = self.talks();
        let given = talks.get_mut(conversation);
        let given = given.and_then(|all| all.iter_mut().find(|one| one.client_id == client_id));
        let Some(given) = given else {
            drop(talks);
            self.fault(format!(
                "{conversation}: a foreign {client_id} was acknowledged"
            ));
            return false;
        };
        let before = given.seq.replace(seq);
        drop(talks);
        match before {
            None => {
                self.acknowledged.fetch_add(1, Ordering::Relaxed);
                true
            }
            Some(before) => {
                if before != seq {
                    self.fault(format!(
                        "{client_id} was acknowledged as {before}, then as {seq}"
                    ));
                }
                false
            }
        }
    }

    pub fn fault(&self, fault: String) {
        self.faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(fault);
    }

    pub fn faults(&self) -> Vec<String> {
        self.faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A copy of everything given so far.
    pub fn all(&self) -> Talks {
        self.talks().clone()
    }

    /// The conversations that were begun, whether the server knows them or not.
    pub fn conversations_of(&self, scope: Scope) -> Vec<String> {
        let talks = self.talks();
        let heard = talks.iter().filter(|(_, talk)| match scope {
            Scope::Agent => true,
            Scope::Sender(name) => talk.first().is_some_and(|given| given.sender == name),
        });
        heard.map(|(id, _)| id.clone()).collect()
    }
}
