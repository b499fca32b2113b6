//! Who is signed in at this window, and what everybody below needs to know of it. Provided as
//! context by the frame of the signed-in pages.
//!
//! Invariant: a session that has ended takes nothing from the page: what was typed stays.

use crate::api::{self, Failure};
use domain::api::{Me, ReadMe, Refusal};
use domain::id::AgentId;
use domain::people::Role;
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Who is signed in at this window.
#[derive(Clone, Copy)]
pub struct Session {
    /// The agent and their teams, as last heard.
    pub me: RwSignal<Me>,
    /// Whether the session has ended: the page asks to sign in again, over itself.
    pub is_over: RwSignal<bool>,
    /// The agent is leaving by themselves: nobody has to be asked to sign in again.
    pub is_leaving: RwSignal<bool>,
    /// Since when the agent is idle, as the server says; `None` while they are not.
    pub idle_since: RwSignal<Option<Timestamp>>,
    /// Counts the times that somebody saved settings: a page that shows some reads them again,
    /// or says so.
    pub settings: RwSignal<u32>,
}

impl Session {
    /// The session of this agent.
    pub fn new(me: Me) -> Self {
        Self {
            me: RwSignal::new(me),
            is_over: RwSignal::new(false),
            is_leaving: RwSignal::new(false),
            idle_since: RwSignal::new(None),
            settings: RwSignal::new(0),
        }
    }

    /// The agent's id, which does not change while the page lives.
    pub fn agent(self) -> AgentId {
        self.me.with_untracked(|me| me.agent.id.clone())
    }

    /// Whether the agent may configure.
    pub fn is_admin(self) -> bool {
        self.me.with(|me| me.agent.role == Role::Admin)
    }

    /// The session has ended.
    pub fn end(self) {
        self.is_over.set(!self.is_leaving.get_untracked());
    }

    /// A request failed: if it did because nobody is signed in any more, the page says so.
    pub fn note(self, failure: &Failure) {
        if failure.refusal() == Some(&Refusal::Unauthorized) {
            self.end();
        }
    }

    /// Teams, role or availability may have changed.
    pub fn read_again(self) {
        spawn_local(async move {
            match api::request(ReadMe {}).await {
                Ok(me) => self.me.set(me),
                Err(failure) => self.note(&failure),
            }
        });
    }
}

/// The session of the page around; every component below the frame has one.
pub fn use_session() -> Session {
    expect_context::<Session>()
}
