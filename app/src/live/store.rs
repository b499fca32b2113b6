//! One conversation as a window holds it: a stretch of its transcript without holes, fed by
//! frames that may be lost, doubled or late. Used by [`super::Book`] only.
//!
//! Invariant: between the first and the last entry held none is missing that this reader may see.

use super::reader::Reader;
use domain::conversation::{Line, Marks};
use domain::id::{ConversationId, Seq};
use domain::limit;
use domain::live::{ClientFrame, Cursor, Snapshot};
use domain::text::DisplayName;
use domain::time::Timestamp;

/// Somebody of the other side who types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typist {
    /// An agent's name; `None` for the visitor.
    pub name: Option<DisplayName>,
    /// When the sign fades unless it is repeated.
    pub until: Timestamp,
}

/// How far an own message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// On the server's disk.
    Sent,
    /// In a window of the other side.
    Delivered,
    /// In view in a visible window of the other side.
    Read,
}

/// What an entry or a page of entries did to the transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<E> {
    /// New at the end, oldest first.
    pub appended: Vec<E>,
    /// What to ask the server for.
    pub wish: Option<ClientFrame>,
}

/// One conversation as a window holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript<V: Reader> {
    head: V::Head,
    entries: Vec<V::Entry>,
    has_earlier: bool,
    /// The last entry held.
    last: Seq,
    /// The furthest number heard of.
    known: Seq,
    /// Entries behind this one came while the window was watching.
    watched_from: Seq,
    own: Marks,
    other: Marks,
    /// The own marks as the server was told them on this line.
    told: Marks,
    asked_after: Option<Timestamp>,
    asked_before: Option<Timestamp>,
    typist: Option<Typist>,
}

impl<V: Reader> Transcript<V> {
    /// A conversation as the server tells it.
    pub fn of(snapshot: &Snapshot<V::Head, V::Entry>) -> Self {
        Self {
            head: snapshot.head.clone(),
            entries: snapshot.entries.clone(),
            has_earlier: snapshot.has_earlier,
            last: snapshot.last,
            known: snapshot.last,
            watched_from: snapshot.last,
            own: snapshot.own,
            other: snapshot.other,
            told: snapshot.own,
            asked_after: None,
            asked_before: None,
            typist: None,
        }
    }

    /// A conversation that begins right now, with nothing in it yet.
    pub fn begin(head: V::Head) -> Self {
        Self::of(&Snapshot {
            head,
            entries: Vec::new(),
            has_earlier: false,
            last: Seq::NONE,
            own: Marks::default(),
            other: Marks::default(),
        })
    }

    /// Which conversation it is.
    pub fn conversation(&self) -> &ConversationId {
        V::conversation(&self.head)
    }

    /// What stands above it.
    pub fn head(&self) -> &V::Head {
        &self.head
    }

    /// The entries held, oldest first.
    pub fn entries(&self) -> &[V::Entry] {
        &self.entries
    }

    /// Whether the server has older ones.
    pub fn has_earlier(&self) -> bool {
        self.has_earlier
    }

    /// Whether older ones are on their way.
    pub fn is_asking_earlier(&self) -> bool {
        self.asked_before.is_some()
    }

    /// The number of the last entry held.
    pub fn last(&self) -> Seq {
        self.last
    }

    /// Whether this entry came while the window was watching, not with the history.
    pub fn is_fresh(&self, seq: Seq) -> bool {
        seq > self.watched_from
    }

    /// How far an own message has come.
    pub fn fate(&self, seq: Seq) -> Fate {
        if seq <= self.other.seen {
            Fate::Read
        } else if seq <= self.other.delivered {
            Fate::Delivered
        } else {
            Fate::Sent
        }
    }

    /// How far this reader's own side has come.
    pub fn own_marks(&self) -> Marks {
        self.own
    }

    /// Who types on the other side, if anybody still does.
    pub fn typist(&self, now: Timestamp) -> Option<&Typist> {
        self.typist.as_ref().filter(|typist| typist.until > now)
    }

    /// One new entry.
    pub fn hear_entry(&mut self, entry: &V::Entry, now: Timestamp) -> Change<V::Entry> {
        self.known = self.known.max(entry.seq());
        let appended = self.append(std::slice::from_ref(entry));
        Change {
            appended,
            wish: self.wish(now),
        }
    }

    /// The answer to "what comes after `after`?", complete up to `through`.
    pub fn hear_after(
        &mut self,
        after: Seq,
        entries: &[V::Entry],
        through: Seq,
        now: Timestamp,
    ) -> Change<V::Entry> {
        // Begins beyond what is held: an answer to a question that is no longer ours.
        if after > self.last {
            self.known = self.known.max(through);
            return Change {
                appended: Vec::new(),
                wish: self.wish(now),
            };
        }
        let before = self.last;
        let appended = self.append(entries);
        self.last = self.last.max(through);
        self.known = self.known.max(through);
        if self.last > before {
            self.asked_after = None;
        }
        Change {
            appended,
            wish: self.wish(now),
        }
    }

    /// A page of older entries.
    pub fn hear_before(&mut self, before: Seq, entries: &[V::Entry], has_earlier: bool) {
        if self.entries.first().map(Line::seq) != Some(before) {
            return;
        }
        self.asked_before = None;
        self.has_earlier = has_earlier;
        let older = entries.iter().filter(|entry| entry.seq() < before);
        self.entries
            .splice(0..0, older.cloned().collect::<Vec<_>>());
    }

    /// The conversation as it stood when the snapshot was taken. Entries that overtook it stay.
    pub fn hear_snapshot(
        &mut self,
        snapshot: &Snapshot<V::Head, V::Entry>,
        now: Timestamp,
    ) -> Option<ClientFrame> {
        let held = std::mem::replace(self, Self::of(snapshot));
        self.own = self.own.merged(held.own);
        self.other = self.other.merged(held.other);
        self.told = held.told;
        // What a snapshot brings is history, however new: nobody wants fifty announcements.
        if snapshot.last <= held.last {
            self.watched_from = held.watched_from;
        }
        self.known = self.known.max(held.known);
        self.append(&held.entries);
        self.head = V::later(held.head, self.head.clone());
        self.wish(now)
    }

    /// What stands above it has changed.
    pub fn hear_head(&mut self, told: &V::Head) {
        self.head = V::later(self.head.clone(), told.clone());
    }

    /// The server's last number.
    pub fn hear_number(&mut self, number: Seq, now: Timestamp) -> Option<ClientFrame> {
        self.known = self.known.max(number);
        self.wish(now)
    }

    /// How far a side has come.
    pub fn hear_marks(&mut self, is_own: bool, marks: Marks) {
        if is_own {
            self.own = self.own.merged(marks);
        } else {
            self.other = self.other.merged(marks);
        }
    }

    /// Somebody of the other side types, or has stopped. Who sends says first that they have
    /// stopped; the entry itself says nothing of it, for by then they may write the next.
    pub fn hear_typing(&mut self, name: Option<DisplayName>, is_typing: bool, now: Timestamp) {
        self.typist = is_typing.then(|| Typist {
            name,
            until: now.plus(limit::TYPING_FADES),
        });
    }

    /// The line is new: what was asked or told on the old one may never have arrived.
    pub fn resumed(&mut self) {
        self.asked_after = None;
        self.asked_before = None;
        self.told = Marks::default();
        self.typist = None;
    }

    /// Older entries, please. `None` when there are none, or they are on their way.
    pub fn ask_earlier(&mut self, now: Timestamp) -> Option<ClientFrame> {
        if !self.has_earlier || is_waiting(self.asked_before, now) {
            return None;
        }
        let first = self.entries.first()?.seq();
        self.asked_before = Some(now);
        Some(ClientFrame::Before(self.cursor(first)))
    }

    /// This window holds everything up to here, and has shown it if `is_seen`. The server hears
    /// of it once.
    pub fn mark(&mut self, is_seen: bool) -> Option<ClientFrame> {
        let from_other = self.entries.iter().rev().find(|e| V::is_from_other(e))?;
        let seq = from_other.seq();
        self.own = self.own.merged(Marks {
            delivered: seq,
            seen: if is_seen { seq } else { Seq::NONE },
        });
        if self.told.merged(self.own) == self.told {
            return None;
        }
        self.told = self.own;
        Some(ClientFrame::Mark {
            conversation: self.conversation().clone(),
            marks: self.own,
        })
    }

    /// Entries of the other side behind the own "seen" mark, as far as they are held.
    pub fn unseen(&self) -> usize {
        let unseen = |entry: &&V::Entry| entry.seq() > self.own.seen && V::is_from_other(entry);
        self.entries.iter().rev().filter(unseen).count()
    }

    /// Appends what follows without a hole and returns it. `prev` may lie before the last number:
    /// `through` counts entries that this reader never sees.
    fn append(&mut self, entries: &[V::Entry]) -> Vec<V::Entry> {
        let mut appended = Vec::new();
        for entry in entries {
            if entry.seq() <= self.last || entry.prev() > self.last {
                continue;
            }
            V::follow(&mut self.head, entry);
            self.last = entry.seq();
            self.known = self.known.max(self.last);
            self.entries.push(entry.clone());
            appended.push(entry.clone());
        }
        appended
    }

    /// What is missing, asked for once until it is answered or the answer is overdue.
    fn wish(&mut self, now: Timestamp) -> Option<ClientFrame> {
        if self.known <= self.last {
            self.asked_after = None;
            return None;
        }
        if is_waiting(self.asked_after, now) {
            return None;
        }
        self.asked_after = Some(now);
        Some(ClientFrame::After(self.cursor(self.last)))
    }

    /// How far this window has come.
    pub fn cursor(&self, after: Seq) -> Cursor {
        Cursor {
            conversation: self.conversation().clone(),
            after,
        }
    }
}

fn is_waiting(asked: Option<Timestamp>, now: Timestamp) -> bool {
    asked.is_some_and(|asked| now.since(asked) < limit::ANSWER_DUE)
}
