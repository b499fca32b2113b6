//! What the server's frames mean to the visitor's window.
//!
//! Invariant: what the book can do with a frame, the book does; here is only what is the window's.

use super::chat::{Chat, State};
use super::look;
use super::surroundings::News;
use crate::live::browser;
use domain::conversation::{VisitorBody, VisitorEntry, VisitorStage, Voice};
use domain::id::ConversationId;
use domain::live::{ServerFrame, VisitorFrame, VisitorSignal, VisitorWelcome};
use domain::settings::PublicProfile;

impl Chat {
    /// Frames have come.
    pub(super) fn hear(self, frames: &[VisitorFrame]) {
        let (now, chance) = (browser::now(), browser::chance());
        let (mut wishes, mut arrived) = (Vec::new(), Vec::new());
        let (was_shown, was_going) = self.peek(|state| (state.shown.clone(), state.is_going()));
        self.change(|state| {
            for frame in frames {
                let heard = state.book.hear(frame, now, chance);
                wishes.extend(heard.wishes);
                arrived.extend(heard.arrived);
                state.hear(frame);
            }
        });
        self.send(wishes);
        let (is_moved, is_going) = self.peek(|state| (state.shown != was_shown, state.is_going()));
        if is_moved {
            self.store();
        }
        if is_going != was_going {
            self.tell(News::InProgress(is_going));
        }
        self.flush();
        self.answer_upgrade();
        if arrived.iter().any(is_agent_message) {
            self.ring();
        }
        if self.change_quietly(|state| std::mem::take(&mut state.is_outdated)) {
            self.refresh();
        }
    }

    fn ring(self) {
        let sound = self.peek(|state| {
            let is_seen = state.is_open && state.is_visible;
            (!is_seen && !state.is_muted).then(|| state.sound.clone())
        });
        if let Some(address) = sound {
            self.sound(address.as_deref());
        }
    }
}

impl State {
    /// Whether a conversation is shown that has not ended.
    pub(super) fn is_going(&self) -> bool {
        self.shown.is_some() && !self.is_ended()
    }

    fn hear(&mut self, frame: &VisitorFrame) {
        match frame {
            ServerFrame::Welcome(welcome) => self.welcomed(welcome),
            ServerFrame::Entry(entry) => {
                self.adopt(&entry.conversation);
                self.is_asking &= !self.is_ended();
            }
            ServerFrame::Resync(snapshot) => self.adopt(&snapshot.head.conversation),
            ServerFrame::Refused {
                client_id: Some(_),
                refusal,
            } if refusal.is_transient() => self.trouble = Some(refusal.clone()),
            ServerFrame::Signal(VisitorSignal::Presence {
                is_anyone_available,
                opens_at,
                wait_minutes,
            }) => {
                self.is_anyone_available = *is_anyone_available;
                self.opens_at = *opens_at;
                self.wait_minutes = wait_minutes.unwrap_or_default();
            }
            ServerFrame::Signal(VisitorSignal::Profile(profile)) => self.configured(profile),
            _ => {}
        }
    }

    fn welcomed(&mut self, welcome: &VisitorWelcome) {
        self.is_anyone_available = welcome.is_anyone_available;
        self.opens_at = welcome.opens_at;
        self.configured(&welcome.profile);
        self.opening.clone_from(&welcome.opening);
        if let Some(snapshot) = &welcome.conversation {
            self.adopt(&snapshot.head.conversation);
        }
        // Neither the server nor this window has anything of what was shown: it is no more.
        let is_lost = self.shown.as_ref().is_some_and(|id| {
            self.book.transcript(id).is_none() && self.book.outbox.of(id).next().is_none()
        });
        if is_lost {
            self.shown = None;
        }
    }

    /// The entrance is configured like this now.
    fn configured(&mut self, profile: &PublicProfile) {
        let before = self.profile.replace(profile.clone());
        let is_other = |before: &PublicProfile| before.version != profile.version;
        self.is_outdated |= before.as_ref().is_some_and(is_other);
        // A colour of the host page's own choice stands.
        let is_ours = self.look.as_ref().is_none_or(|given| {
            before.is_some_and(|before| given.colour.eq_ignore_ascii_case(before.colour.as_str()))
        });
        if is_ours {
            let look = look::of(&profile.colour);
            look::apply(&look);
            self.look = Some(look);
        }
    }

    /// A conversation goes on that another window of this visitor began, or an earlier one.
    fn adopt(&mut self, conversation: &ConversationId) {
        let held = self.book.transcript(conversation);
        let is_open = held.is_some_and(|held| held.head().stage != VisitorStage::Closed);
        if is_open && !self.is_going() {
            self.shown = Some(conversation.clone());
        }
    }

    /// Messages of the other side that the visitor has not seen.
    pub(super) fn unread(&self) -> u32 {
        let shown = self.shown.as_ref();
        let Some(held) = shown.and_then(|id| self.book.transcript(id)) else {
            return 0;
        };
        let seen = held.own_marks().seen;
        let mut unread = 0;
        for entry in held.entries().iter().rev() {
            if entry.seq <= seen {
                break;
            }
            unread += u32::from(is_agent_message(entry));
        }
        unread
    }
}

fn is_agent_message(entry: &VisitorEntry) -> bool {
    matches!(
        (&entry.by, &entry.body),
        (
            Voice::Agent { .. },
            VisitorBody::Message { .. } | VisitorBody::Attached { .. }
        )
    )
}
