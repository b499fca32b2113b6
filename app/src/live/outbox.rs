//! A window's own commands on the way to the server. They survive cuts and reloads with their
//! ids, so that a repeat is done once. The book feeds it; the page shows what it holds.
//!
//! Invariant: of one conversation at most one command is on the line; the next is sent after the
//! one before was committed, so that their order is beyond doubt.

use domain::api::Refusal;
use domain::conversation::Command;
use domain::id::{ClientId, ConversationId, Seq};
use domain::limit;
use domain::live::{ClientFrame, backoff};
use domain::people::Page;
use domain::text::MessageText;
use domain::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// What has become of a command, as its sender may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingState {
    /// On its way, or waiting for the one before, for the line or for the server.
    Sending,
    /// Refused for good. The person may retry or discard it.
    Failed(Refusal),
}

/// A command that is not known to be committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The sender's name for it.
    pub client_id: ClientId,
    /// On which conversation.
    pub conversation: ConversationId,
    /// What.
    pub command: Command,
    /// When the person gave it.
    pub at: Timestamp,
    /// What has become of it.
    pub state: PendingState,
    #[serde(skip)]
    flight: Flight,
}

/// What belongs to this window's line only and does not survive a reload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Flight {
    sent_at: Option<Timestamp>,
    not_before: Timestamp,
    refused: u32,
    /// The server has it under this number, but the window does not hold that entry yet.
    committed: Option<Seq>,
    /// Already changed between `Start` and `Send` once.
    is_turned: bool,
}

impl Pending {
    /// A command that was just given.
    pub fn new(
        client_id: ClientId,
        conversation: ConversationId,
        command: Command,
        at: Timestamp,
    ) -> Self {
        Self {
            client_id,
            conversation,
            command,
            at,
            state: PendingState::Sending,
            flight: Flight::default(),
        }
    }

    /// What it says, if it is a message.
    pub fn text(&self) -> Option<&MessageText> {
        match &self.command {
            Command::Start { text, .. } | Command::Send { text } => Some(text),
            _ => None,
        }
    }

    fn is_start(&self) -> bool {
        matches!(self.command, Command::Start { .. })
    }

    fn is_sending(&self) -> bool {
        self.state == PendingState::Sending
    }

    fn is_committed(&self) -> bool {
        self.flight.committed.is_some()
    }

    /// The other command that says the same.
    fn turned(&self, page: &Page) -> Option<Command> {
        match &self.command {
            Command::Start { text, .. } => Some(Command::Send { text: text.clone() }),
            Command::Send { text } => Some(Command::Start {
                page: page.clone(),
                text: text.clone(),
                id_token: None,
            }),
            _ => None,
        }
    }
}

/// A window's own commands on the way, in the order they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outbox {
    items: Vec<Pending>,
    /// Where the visitor is: a conversation may have to be started by a later message than the
    /// one that was meant to.
    page: Page,
    is_changed: bool,
}

impl Outbox {
    /// What an earlier life of this window left behind. Commands held already are skipped.
    pub fn restore(&mut self, left: Vec<Pending>) {
        for pending in left {
            let is_held = self.items.iter().any(|p| p.client_id == pending.client_id);
            if !is_held {
                self.items.push(pending);
            }
        }
        self.items
            .sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.client_id.cmp(&b.client_id)));
    }

    /// Where the visitor is.
    pub fn set_page(&mut self, page: Page) {
        self.page = page;
    }

    /// Everything in it, in order: for the storage.
    pub fn items(&self) -> &[Pending] {
        &self.items
    }

    /// Whether it changed since this was asked last: a reason to store it.
    pub fn take_change(&mut self) -> bool {
        std::mem::take(&mut self.is_changed)
    }

    /// What is on its way to one conversation.
    pub fn of<'a>(&'a self, conversation: &'a ConversationId) -> impl Iterator<Item = &'a Pending> {
        self.items
            .iter()
            .filter(move |pending| pending.conversation == *conversation)
    }

    /// Takes a command. False, and nothing taken, when too many wait already.
    #[must_use]
    pub fn push(&mut self, pending: Pending) -> bool {
        if self.of(&pending.conversation).count() >= limit::OUTBOX_MAX {
            return false;
        }
        self.items.push(pending);
        self.is_changed = true;
        true
    }

    /// What is to be sent now.
    pub fn due(&mut self, now: Timestamp) -> Vec<ClientFrame> {
        let mut busy: Vec<ConversationId> = Vec::new();
        let mut frames = Vec::new();
        for pending in &mut self.items {
            let is_first = !busy.contains(&pending.conversation);
            if !is_first || pending.is_committed() || !pending.is_sending() {
                continue;
            }
            busy.push(pending.conversation.clone());
            // Nobody answered on a line that is alive: the server has lost it. Done once anyway.
            let is_on_line = pending
                .flight
                .sent_at
                .is_some_and(|sent| now.since(sent) < limit::SILENCE_MAX);
            if is_on_line || pending.flight.not_before > now {
                continue;
            }
            pending.flight.sent_at = Some(now);
            frames.push(ClientFrame::Command {
                client_id: pending.client_id.clone(),
                conversation: pending.conversation.clone(),
                command: pending.command.clone(),
            });
        }
        frames
    }

    /// The line is new: what was on the old one may never have arrived.
    pub fn resumed(&mut self) {
        for pending in &mut self.items {
            pending.flight.sent_at = None;
        }
    }

    /// The server has a command under this number; `last` is what the window holds of that
    /// conversation. It leaves once the window can show the entry in its place.
    pub fn committed(&mut self, client_id: &ClientId, seq: Seq, last: Seq) {
        let Some(pending) = self.items.iter_mut().find(|p| p.client_id == *client_id) else {
            return;
        };
        pending.flight.committed = Some(seq);
        let conversation = pending.conversation.clone();
        self.settle(&conversation, last);
    }

    /// The window holds a conversation up to `last`.
    pub fn settle(&mut self, conversation: &ConversationId, last: Seq) {
        let count = self.items.len();
        self.items.retain(|pending| {
            let is_there = pending.flight.committed.is_some_and(|seq| seq <= last);
            !(is_there && pending.conversation == *conversation)
        });
        self.is_changed |= self.items.len() != count;
    }

    /// A command was not done. `is_held`: the window holds entries of that conversation.
    pub fn refused(
        &mut self,
        client_id: &ClientId,
        refusal: &Refusal,
        is_held: bool,
        now: Timestamp,
        chance: u32,
    ) {
        let Some(at) = self.items.iter().position(|p| p.client_id == *client_id) else {
            return;
        };
        let page = self.page.clone();
        let Some(pending) = self.items.get_mut(at) else {
            return;
        };
        pending.flight.sent_at = None;
        if is_done_already(&pending.command, refusal) {
            self.items.remove(at);
        } else if refusal.is_transient() {
            let least = Span::from_ms(refusal.retry_after_ms().unwrap_or(0));
            let pause = backoff(pending.flight.refused, chance);
            pending.flight.refused = pending.flight.refused.saturating_add(1);
            pending.flight.not_before = now.plus(least).plus(pause);
            return;
        } else if let Some(command) = other_way(pending, refusal, is_held, &page) {
            pending.flight.is_turned = true;
            pending.command = command;
        } else {
            self.fail(at, refusal);
        }
        self.is_changed = true;
    }

    /// A start that failed takes with it what was to follow: none of it can be sent alone.
    fn fail(&mut self, at: usize, refusal: &Refusal) {
        let Some(failed) = self.items.get(at) else {
            return;
        };
        let (conversation, is_start) = (failed.conversation.clone(), failed.is_start());
        for (place, pending) in self.items.iter_mut().enumerate() {
            let follows = is_start && pending.conversation == conversation && place > at;
            if (place == at || follows) && pending.is_sending() && !pending.is_committed() {
                pending.state = PendingState::Failed(refusal.clone());
            }
        }
    }

    /// The person wants it tried again. Where the start itself failed, everything behind it goes
    /// along, and the first of them is the start.
    pub fn retry(&mut self, client_id: &ClientId) {
        let Some(wanted) = self.items.iter().find(|p| p.client_id == *client_id) else {
            return;
        };
        let conversation = wanted.conversation.clone();
        let has_start = self.of(&conversation).any(Pending::is_start);
        for pending in &mut self.items {
            let is_meant = pending.client_id == *client_id
                || (has_start && pending.conversation == conversation);
            if is_meant && !pending.is_sending() {
                pending.state = PendingState::Sending;
                pending.flight = Flight::default();
                self.is_changed = true;
            }
        }
    }

    /// The person gives it up. What it said, for the composer.
    pub fn discard(&mut self, client_id: &ClientId) -> Option<String> {
        let at = self.items.iter().position(|p| p.client_id == *client_id)?;
        let gone = self.items.remove(at);
        self.is_changed = true;
        if gone.is_start() && !gone.is_committed() {
            let page = self.page.clone();
            let next = self.items.iter_mut().find(|pending| {
                pending.conversation == gone.conversation && pending.text().is_some()
            });
            if let Some(next) = next
                && let Some(command) = next.turned(&page)
            {
                next.command = command;
            }
        }
        gone.text().map(|text| text.as_str().to_owned())
    }
}

/// What the command wanted is so already.
fn is_done_already(command: &Command, refusal: &Refusal) -> bool {
    matches!(
        (command, refusal),
        (Command::Close, Refusal::ConversationClosed)
            | (Command::Join, Refusal::AlreadyJoined)
            // Another window of this visitor was quicker.
            | (
                Command::Rate { .. } | Command::RequestCopy { .. },
                Refusal::Forbidden
            )
    )
}

/// Two windows of one visitor may each believe that the other has, or has not, started the
/// conversation: a refusal tells the truth, once.
fn other_way(pending: &Pending, refusal: &Refusal, is_held: bool, page: &Page) -> Option<Command> {
    let is_wrong_way = match (&pending.command, refusal) {
        (Command::Start { .. }, Refusal::Forbidden) => true,
        (Command::Send { .. }, Refusal::NotFound) => !is_held,
        _ => false,
    };
    (is_wrong_way && !pending.flight.is_turned)
        .then(|| pending.turned(page))
        .flatten()
}
