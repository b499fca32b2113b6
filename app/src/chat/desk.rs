//! What one window of a signed-in agent holds: the list, the conversations, the line to the
//! server. Made by the frame of the signed-in pages, so that it outlives every page.
//!
//! Invariant: what a page shows of conversations is read from here; frames are heard in
//! `hearing` and nowhere else.

use super::activity;
use super::device::{self, Watch};
use super::hearing;
use super::keeping;
use super::list::List;
use crate::api;
use crate::around::{Session, sentence};
use crate::live::{Book, Live, Pending, browser};
use crate::locale::format::{self, Offset};
use crate::locale::{chat as text, t_with};
use crate::ui::{Toaster, Tone};
use domain::api::{ListConversations, ReadConversation};
use domain::conversation::{Command, Filter, ListPage, ListRow, Row};
use domain::id::{AgentId, ConversationId, TeamId};
use domain::limit;
use domain::live::{AgentSnapshot, ClientFrame, ForAgent, Hello};
use domain::people::Availability;
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// What one window of a signed-in agent holds.
#[derive(Clone, Copy)]
pub struct Desk {
    session: StoredValue<Session>,
    /// Says things at the lower edge.
    pub toaster: Toaster,
    /// The rows.
    pub list: RwSignal<List>,
    /// The conversations with their entries, and the commands on their way.
    pub book: RwSignal<Book<ForAgent>>,
    /// Which list is shown.
    pub filter: RwSignal<Filter>,
    /// Which conversation is shown.
    pub shown: RwSignal<Option<ConversationId>>,
    /// Whether the pane beside the conversation says who the visitor is.
    pub has_details: RwSignal<bool>,
    /// The server's time, each second; `None` until the page is hydrated.
    pub clock: RwSignal<Option<Timestamp>>,
    /// Whether a person can see this window.
    pub watch: Watch,
    /// Somebody opened a conversation to write in it: the composer takes the focus when it comes.
    pub wants_composer: RwSignal<bool>,
    /// Whether the last entry of the shown conversation is in view.
    pub is_at_end: RwSignal<bool>,
    /// The line to the server.
    pub live: Live<ForAgent>,
    /// Which list the last `Hello` asked for.
    pub(super) greeted: StoredValue<Filter>,
    /// Conversations by when they were shown, the latest last.
    recent: StoredValue<Vec<ConversationId>>,
}

/// The desk of the page around; every component below the frame has one.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}

const TICK: Duration = Duration::from_secs(1);

impl Desk {
    /// Opens the line, and provides the desk to everything below.
    pub fn open(session: Session, toaster: Toaster) -> Self {
        let book = RwSignal::new(Book::default());
        let filter = RwSignal::new(Filter::default());
        let greeted = StoredValue::new(Filter::default());
        let hello = move || {
            greeted.set_value(filter.get_untracked());
            book.with_untracked(|book: &Book<ForAgent>| Hello {
                epoch: book.epoch().map(str::to_owned),
                filter: filter.get_untracked(),
                cursors: book.cursors(),
                ..Hello::default()
            })
        };
        // The line and the desk know each other: frames that come are heard by the desk.
        let itself = StoredValue::new(None::<Self>);
        let live = Live::new(hello, move |frames| {
            if let Some(desk) = itself.try_get_value().flatten() {
                hearing::hear(desk, &frames);
            }
        });
        let desk = Self {
            session: StoredValue::new(session),
            toaster,
            list: RwSignal::new(List::new(session.agent())),
            book,
            filter,
            shown: RwSignal::new(None),
            has_details: RwSignal::new(false),
            clock: RwSignal::new(None),
            watch: Watch::begin(),
            wants_composer: RwSignal::new(false),
            is_at_end: RwSignal::new(true),
            live,
            greeted,
            recent: StoredValue::new(Vec::new()),
        };
        itself.set_value(Some(desk));
        provide_context(desk);
        desk.run();
        desk
    }

    /// What goes on by itself, in a browser only.
    fn run(self) {
        Effect::new(move |_| {
            let left = keeping::outbox();
            self.book.update(|book| book.outbox.restore(left));
            let tick = move || {
                let now = browser::now();
                let now = self.book.with_untracked(|book| book.server_time(now));
                self.clock.set(Some(now));
                if self
                    .book
                    .with_untracked(|book| !book.outbox.items().is_empty())
                {
                    self.flush();
                }
            };
            tick();
            if let Ok(timer) = set_interval_with_handle(tick, TICK) {
                on_cleanup(move || timer.clear());
            }
        });
        Effect::new(move |_| self.mark_shown());
        // In other teams the agent hears other conversations: the line begins anew and brings them.
        Effect::new(move |before: Option<Vec<TeamId>>| {
            let teams = self.session().me.with(|me| me.agent.teams.clone());
            if before.is_some_and(|before| before != teams) {
                self.live.restart();
            }
            teams
        });
        activity::watch(self);
    }

    /// Who sits here.
    pub fn session(self) -> Session {
        self.session.get_value()
    }

    /// The agent who sits here.
    pub fn agent(self) -> AgentId {
        self.session().agent()
    }

    /// Whether new conversations ring.
    pub fn is_available(self) -> bool {
        self.session()
            .me
            .with(|me| me.agent.availability == Availability::Available)
    }

    /// The server says since when the agent is idle. Who comes back is told what was, because the
    /// sign about it is gone with the first move.
    pub fn hear_idle(self, since: Option<Timestamp>) {
        let idle_since = self.session().idle_since;
        let before = idle_since.get_untracked();
        if before == since {
            return;
        }
        idle_since.set(since);
        if let (Some(before), None, true) = (before, since, untrack(|| self.is_available())) {
            let now = self.clock.get_untracked().unwrap_or(before);
            let offset = Offset(browser::offset_minutes(before));
            let time = format::day_and_clock(before, now, offset);
            let words = t_with(text::IDLE_OVER, &[("time", &time)]);
            self.toaster.say(Tone::Info, words);
        }
    }

    /// Gives a command. It goes when the line is there, and is done once.
    pub fn command(self, conversation: &ConversationId, command: Command) -> bool {
        let pending = Pending::new(
            browser::client_id(),
            conversation.clone(),
            command,
            browser::now(),
        );
        let is_taken = self
            .book
            .try_update(|book| book.outbox.push(pending))
            .unwrap_or_default();
        self.flush();
        is_taken
    }

    /// Sends what is to be sent now, and keeps what is not known to be done.
    pub fn flush(self) {
        let (mut due, mut is_changed) = (Vec::new(), false);
        // Most of the time nothing is due, and nobody has to look.
        self.book.maybe_update(|book| {
            due = book.due(browser::now());
            is_changed = book.outbox.take_change();
            !due.is_empty()
        });
        if is_changed {
            self.book
                .with_untracked(|book| keeping::keep_outbox(book.outbox.items()));
        }
        self.live.send(due);
    }

    /// Reads the list of a filter, unless that was done.
    pub fn read_list(self, filter: Filter) {
        if self.list.with_untracked(|list| list.is_read(filter)) {
            return;
        }
        self.ask_list(ListConversations {
            filter,
            before: None,
        });
    }

    /// Reads the next page of the shown list.
    pub fn read_more(self) {
        let filter = self.filter.get_untracked();
        let before = self.list.with_untracked(|list| list.more(filter).cloned());
        if before.is_some() {
            self.ask_list(ListConversations { filter, before });
        }
    }

    fn ask_list(self, question: ListConversations) {
        if cfg!(not(target_arch = "wasm32")) {
            // What the server renders waits for nothing that is asked on the way.
            return;
        }
        spawn_local(async move {
            let (filter, is_first) = (question.filter, question.before.is_none());
            match api::request(question).await {
                Ok(page) => self.hold_page(filter, is_first, page),
                Err(failure) => self.trouble(&failure),
            }
        });
    }

    /// A page of the list was read.
    pub fn hold_page(self, filter: Filter, is_first: bool, page: ListPage) {
        self.list.update(|list| {
            if is_first && !list.is_read(filter) {
                list.begin(filter, page);
            } else {
                list.extend(filter, page);
            }
        });
        // Closed conversations say nothing of those that wait, and the ring wants to know.
        if filter == Filter::Closed {
            self.read_list(Filter::Active);
        }
    }

    /// Shows a conversation; `None` shows none.
    pub fn show(self, conversation: Option<ConversationId>) {
        if self.shown.with_untracked(|shown| *shown == conversation) {
            return;
        }
        self.shown.set(conversation.clone());
        if let Some(id) = conversation {
            self.remember(&id);
        }
    }

    /// Whether the entries of a conversation are here; untracked.
    pub fn holds_now(self, conversation: &ConversationId) -> bool {
        self.book
            .with_untracked(|book| book.transcript(conversation).is_some())
    }

    /// Reads a conversation that is not here yet. The answer says what went wrong, if anything.
    pub async fn read_conversation(self, conversation: ConversationId) -> Result<(), api::Failure> {
        let snapshot = api::request(ReadConversation { conversation }).await?;
        self.hold(&snapshot);
        Ok(())
    }

    /// A conversation was read: the line follows it from here on.
    pub fn hold(self, snapshot: &AgentSnapshot) {
        let conversation = snapshot.head.id.clone();
        // On a line that is there already the server follows what was opened; a new one follows
        // the cursors of its `Hello`.
        let mut wishes = vec![ClientFrame::Open { conversation }];
        self.list.update(|list| list.put(snapshot.head.clone()));
        self.book.update(|book| {
            wishes.extend(book.open(snapshot, browser::now()));
        });
        self.live.send(wishes);
    }

    /// Keeps the latest conversations in memory and lets go of the others.
    fn remember(self, id: &ConversationId) {
        let mut gone = None;
        self.recent.update_value(|recent| {
            recent.retain(|held| held != id);
            recent.push(id.clone());
            if recent.len() > limit::TRANSCRIPTS_KEPT_MAX {
                gone = Some(recent.remove(0));
            }
        });
        if let Some(gone) = gone {
            self.book.update(|book| book.close(&gone));
        }
    }

    /// No longer this agent's to hear.
    pub(super) fn let_go(self, id: &ConversationId) {
        self.list.update(|list| list.remove(id));
        self.book.update(|book| book.close(id));
    }

    /// What a row shows as unread: only where this agent is expected.
    pub fn unread(self, held: &ListRow) -> u32 {
        if held.row.is_of(&self.agent()) {
            held.unread()
        } else {
            0
        }
    }

    /// The row of a conversation, wherever it is known from.
    pub fn row(self, id: &ConversationId) -> Option<Row> {
        let held = self
            .list
            .with(|list| list.get(id).map(|held| held.row.clone()));
        held.or_else(|| {
            self.book
                .with(|book| book.transcript(id).map(|held| held.head().clone()))
        })
    }

    /// What is in view of a person is read; the server and the other windows are told once.
    fn mark_shown(self) {
        let is_watched = self.watch.is_watched() && self.is_at_end.get();
        let Some(id) = self.shown.get() else { return };
        let mut mark = None;
        self.book.track();
        self.book.maybe_update(|book| {
            mark = book
                .transcript_mut(&id)
                .and_then(|held| held.mark(is_watched));
            false
        });
        if is_watched {
            let messages = self
                .list
                .with(|list| list.get(&id).map(|held| held.row.visitor_messages));
            let unread = self
                .list
                .with(|list| list.get(&id).map_or(0, ListRow::unread));
            if let (Some(messages), true) = (messages, unread > 0) {
                self.list.update(|list| list.see(&id, messages));
            }
        }
        self.live.send(mark.into_iter().collect());
    }

    /// A request failed: the person is told.
    pub fn trouble(self, failure: &api::Failure) {
        self.session().note(failure);
        if !self.session().is_over.get_untracked() {
            self.toaster.say(Tone::Danger, sentence(failure));
        }
    }

    /// Something is worth a sound and, where nobody looks, a notification.
    pub(super) fn alert(self, title: &str, text: &str) {
        device::sound();
        if !self.watch.is_watched_now() {
            device::notify(title, text);
        }
    }
}
