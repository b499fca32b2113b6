//! Everything a window holds: its conversations and its own commands on the way. Frames go in,
//! wishes come out.
//!
//! Invariant: hearing the same frame twice changes nothing the second time.

use super::outbox::Outbox;
use super::reader::Reader;
use super::store::{Change, Transcript};
use domain::api::Refusal;
use domain::conversation::Line;
use domain::id::{ClientId, ConversationId, Seq};
use domain::limit;
use domain::live::{ClientFrame, Cursor, ServerFrame, Snapshot};
use domain::time::Timestamp;

/// What follows from a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard<E> {
    /// To be sent to the server.
    pub wishes: Vec<ClientFrame>,
    /// Entries of the other side that are new to this window: worth a sound, a count, a sign.
    pub arrived: Vec<E>,
}

impl<E> Heard<E> {
    fn take(&mut self, change: Change<E>) {
        self.wishes.extend(change.wish);
        self.arrived.extend(change.appended);
    }
}

/// Everything a window holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Book<V: Reader> {
    epoch: Option<String>,
    transcripts: Vec<Transcript<V>>,
    /// Own commands on the way.
    pub outbox: Outbox,
    /// What to add to the window's clock to have the server's, in milliseconds.
    skew_ms: i64,
}

impl<V: Reader> Default for Book<V> {
    fn default() -> Self {
        Self {
            epoch: None,
            transcripts: Vec::new(),
            outbox: Outbox::default(),
            skew_ms: 0,
        }
    }
}

impl<V: Reader> Book<V> {
    /// The epoch its numbers belong to.
    pub fn epoch(&self) -> Option<&str> {
        self.epoch.as_deref()
    }

    /// The epoch that a server-rendered page brought along with its conversations.
    pub fn set_epoch(&mut self, epoch: String) {
        self.epoch = Some(epoch);
    }

    /// The server's time.
    pub fn server_time(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_ms(now.ms().saturating_add(self.skew_ms))
    }

    /// A conversation, if the window holds it.
    pub fn transcript(&self, conversation: &ConversationId) -> Option<&Transcript<V>> {
        self.transcripts
            .iter()
            .find(|held| held.conversation() == conversation)
    }

    /// The same, to mark it or to ask for older entries.
    pub fn transcript_mut(&mut self, conversation: &ConversationId) -> Option<&mut Transcript<V>> {
        self.transcripts
            .iter_mut()
            .find(|held| held.conversation() == conversation)
    }

    /// Everything held, in no order.
    pub fn transcripts(&self) -> &[Transcript<V>] {
        &self.transcripts
    }

    /// Holds a conversation as the server tells it: from a frame, or from the page's own data.
    pub fn open(
        &mut self,
        snapshot: &Snapshot<V::Head, V::Entry>,
        now: Timestamp,
    ) -> Option<ClientFrame> {
        let conversation = V::conversation(&snapshot.head);
        let wish = if let Some(held) = self.transcript_mut(conversation) {
            held.hear_snapshot(snapshot, now)
        } else {
            self.add(Transcript::of(snapshot));
            None
        };
        self.confirm(&snapshot.entries);
        self.settle(conversation);
        wish
    }

    /// Holds a conversation that begins here and now.
    pub fn begin(&mut self, head: V::Head) {
        if self.transcript(V::conversation(&head)).is_none() {
            self.add(Transcript::begin(head));
        }
    }

    /// No longer holds a conversation; its commands stay on their way.
    pub fn close(&mut self, conversation: &ConversationId) {
        self.transcripts
            .retain(|held| held.conversation() != conversation);
    }

    fn add(&mut self, transcript: Transcript<V>) {
        self.outbox
            .settle(transcript.conversation(), transcript.last());
        self.transcripts.push(transcript);
    }

    /// For the `Hello`: how far the window has come. The latest opened come first.
    pub fn cursors(&self) -> Vec<Cursor> {
        let held = self.transcripts.iter().rev().take(limit::CURSORS_MAX);
        held.map(|held| held.cursor(held.last())).collect()
    }

    /// Own commands that are to be sent now.
    pub fn due(&mut self, now: Timestamp) -> Vec<ClientFrame> {
        self.outbox.due(now)
    }

    /// What the server says. `Signal`s that are no heads, and what a `Welcome` says beyond epoch,
    /// time and conversation, are for the page to look at.
    pub fn hear(&mut self, frame: &ServerFrame<V>, now: Timestamp, chance: u32) -> Heard<V::Entry> {
        let mut heard = Heard {
            wishes: Vec::new(),
            arrived: Vec::new(),
        };
        match frame {
            ServerFrame::Welcome(welcome) => self.hear_welcome(welcome, now, &mut heard.wishes),
            ServerFrame::Entry(entry) => heard.take(self.hear_entry(entry, now)),
            ServerFrame::Entries {
                conversation,
                after,
                entries,
                through,
            } => {
                if let Some(held) = self.transcript_mut(conversation) {
                    heard.take(held.hear_after(*after, entries, *through, now));
                }
                self.confirm(entries);
                self.settle(conversation);
            }
            ServerFrame::Resync(snapshot) => heard.wishes.extend(self.open(snapshot, now)),
            ServerFrame::Refused { client_id, refusal } => {
                if let Some(id) = client_id {
                    self.hear_refusal(id, refusal, now, chance);
                }
            }
            ServerFrame::Beat { heads, .. } => {
                for cursor in heads {
                    heard.wishes.extend(self.hear_number(cursor, now));
                }
            }
            frame => self.hear_aside(frame, now),
        }
        heard.arrived.retain(V::is_from_other);
        heard
    }

    /// What concerns one conversation and has no consequence.
    fn hear_aside(&mut self, frame: &ServerFrame<V>, now: Timestamp) {
        let conversation = match frame {
            ServerFrame::Earlier { conversation, .. }
            | ServerFrame::Marks { conversation, .. }
            | ServerFrame::Typing { conversation, .. } => Some(conversation),
            ServerFrame::Signal(signal) => V::told_head(signal).map(V::conversation),
            _ => None,
        };
        let Some(held) = conversation.and_then(|id| self.transcript_mut(id)) else {
            return;
        };
        match frame {
            ServerFrame::Earlier {
                before,
                entries,
                has_earlier,
                ..
            } => held.hear_before(*before, entries, *has_earlier),
            ServerFrame::Marks { side, marks, .. } => held.hear_marks(*side == V::OWN, *marks),
            ServerFrame::Typing {
                name, is_typing, ..
            } => held.hear_typing(name.clone(), *is_typing, now),
            ServerFrame::Signal(signal) => {
                if let Some(told) = V::told_head(signal) {
                    held.hear_head(told);
                }
            }
            _ => {}
        }
    }

    fn hear_welcome(
        &mut self,
        welcome: &V::Welcome,
        now: Timestamp,
        wishes: &mut Vec<ClientFrame>,
    ) {
        let greeting = V::greeting(welcome);
        self.skew_ms = greeting.now.ms().saturating_sub(now.ms());
        let is_restored = self
            .epoch
            .as_deref()
            .is_some_and(|held| held != greeting.epoch);
        self.epoch = Some(greeting.epoch.to_owned());
        if is_restored {
            // The server lives in another past: what is held here may never have happened there.
            for held in self.transcripts.drain(..) {
                wishes.push(ClientFrame::Open {
                    conversation: held.conversation().clone(),
                });
            }
        }
        for held in &mut self.transcripts {
            held.resumed();
        }
        self.outbox.resumed();
        if let Some(snapshot) = greeting.conversation {
            wishes.extend(self.open(snapshot, now));
        }
    }

    fn hear_entry(&mut self, entry: &V::Entry, now: Timestamp) -> Change<V::Entry> {
        let mut change = Change {
            appended: Vec::new(),
            wish: None,
        };
        if self.transcript(entry.conversation()).is_none() {
            if let Some(head) = V::begin(entry) {
                self.begin(head);
            } else if V::WANTS_UNKNOWN {
                change.wish = Some(ClientFrame::Open {
                    conversation: entry.conversation().clone(),
                });
            }
        }
        if let Some(held) = self.transcript_mut(entry.conversation()) {
            change = held.hear_entry(entry, now);
        }
        self.confirm(std::slice::from_ref(entry));
        self.settle(entry.conversation());
        change
    }

    /// Heads of a beat: a conversation that another window of this reader has begun shows here.
    fn hear_number(&mut self, cursor: &Cursor, now: Timestamp) -> Option<ClientFrame> {
        match self.transcript_mut(&cursor.conversation) {
            Some(held) => held.hear_number(cursor.after, now),
            None => V::WANTS_UNKNOWN.then(|| ClientFrame::Open {
                conversation: cursor.conversation.clone(),
            }),
        }
    }

    fn hear_refusal(
        &mut self,
        client_id: &ClientId,
        refusal: &Refusal,
        now: Timestamp,
        chance: u32,
    ) {
        let is_held = self
            .outbox
            .items()
            .iter()
            .find(|pending| pending.client_id == *client_id)
            .and_then(|pending| self.transcript(&pending.conversation))
            .is_some_and(|held| held.last() > Seq::NONE);
        self.outbox
            .refused(client_id, refusal, is_held, now, chance);
    }

    /// Own commands among these are on the server's disk. Where nothing is held of their
    /// conversation, nothing can be missing from view.
    fn confirm(&mut self, entries: &[V::Entry]) {
        for entry in entries {
            if let Some(client_id) = entry.client_id() {
                let last = self
                    .transcript(entry.conversation())
                    .map_or(entry.seq(), Transcript::last);
                self.outbox.committed(client_id, entry.seq(), last);
            }
        }
    }

    fn settle(&mut self, conversation: &ConversationId) {
        if let Some(last) = self.transcript(conversation).map(Transcript::last) {
            self.outbox.settle(conversation, last);
        }
    }
}
