//! What the visitor's window holds and does: one state, one line, one conversation shown at a time.
//!
//! The whole state stands behind one trigger: the window is small, everything of it is looked at
//! again after each change, and a signal for every field would double what a visitor downloads.
//!
//! Invariant: nothing is stored before the first message, and then before anything is sent; the
//! state is never borrowed while anybody else's function runs.

use super::look;
use super::surroundings::{Configuration, Frame, Keep, Kept, Look, News, Order, Proof, Tell};
use crate::live::{Book, Link, Pending, TypingSign, Wire, browser};
use domain::api::Refusal;
use domain::conversation::{Command, VisitorEntry, VisitorHead, VisitorStage};
use domain::flow::StepId;
use domain::id::{ClientId, ConversationId, ProfileId, VisitorToken};
use domain::live::{ClientFrame, ForVisitor, Hello, VisitorHello};
use domain::people::Page;
use domain::settings::PublicProfile;
use domain::text::MessageText;
use domain::time::Timestamp;
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;

/// What the window holds.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is its own question; no two exclude each other"
)]
pub(super) struct State {
    pub(super) book: Book<ForVisitor>,
    /// The conversation shown; `None` before the first message and after "start a new chat".
    pub(super) shown: Option<ConversationId>,
    pub(super) profile: Option<PublicProfile>,
    /// Whether the profile was saved since its configuration was asked for.
    pub(super) is_outdated: bool,
    /// What a bot says first in a conversation that has not begun.
    pub(super) opening: Vec<VisitorEntry>,
    /// The step where the host page wants that bot to begin.
    step: Option<StepId>,
    pub(super) is_anyone_available: bool,
    /// When the chat opens, where its hours say that it is closed.
    pub(super) opens_at: Option<Timestamp>,
    /// How long the visitor has to expect to wait; 0 for no time worth a word.
    pub(super) wait_minutes: u32,
    pub(super) link: Link,
    /// The browser's time, a second old at most.
    pub(super) now: Timestamp,
    pub(super) opened_at: Timestamp,
    /// Shown by the host page.
    pub(super) is_open: bool,
    /// Whether the tabs had last agreed to be open.
    is_open_everywhere: bool,
    /// The tab is in the foreground.
    pub(super) is_visible: bool,
    pub(super) is_muted: bool,
    /// "End this chat?" is being asked.
    pub(super) is_asking: bool,
    /// Why messages wait.
    pub(super) trouble: Option<Refusal>,
    pub(super) look: Option<Look>,
    pub(super) sound: Option<String>,
    /// Who the visitor is. Made at random, and stored with the first message.
    token: VisitorToken,
    /// Whether the token is stored, as far as the browser allows.
    is_kept: bool,
    /// Messages on their way as this window stored them last.
    stored: Vec<ClientId>,
    typing: TypingSign,
    page: Page,
    /// The host page's proof of who the visitor is, for the conversation that begins next.
    pub(super) proof: Option<Proof>,
    /// Whom it was said to be with, as the host calls them; empty for nobody.
    pub(super) subject: String,
    /// The proof on its way, and no answer yet.
    pub(super) upgrade: Option<ClientId>,
    /// What the host page was told last.
    unread: u32,
}

impl State {
    /// Where the shown conversation stands.
    pub(super) fn stage(&self) -> Option<&VisitorStage> {
        let held = self.book.transcript(self.shown.as_ref()?)?;
        Some(&held.head().stage)
    }

    /// Whether the shown conversation is over.
    pub(super) fn is_ended(&self) -> bool {
        self.stage() == Some(&VisitorStage::Closed)
    }

    /// Who the visitor is: for what is sent beside the line.
    pub(super) fn token(&self) -> &VisitorToken {
        &self.token
    }

    /// Whether the entrance takes new conversations, as far as is known.
    pub(super) fn is_active(&self) -> bool {
        self.profile
            .as_ref()
            .is_none_or(|profile| profile.is_active)
    }

    fn hello(&self, room: &Room) -> Hello {
        Hello {
            epoch: self.book.epoch().map(str::to_owned),
            visitor: Some(VisitorHello {
                token: self.token.clone(),
                profile: room.profile.clone(),
                key: room.key.clone(),
                conversation: self.shown.clone(),
                page: self.page.clone(),
                step: self.step,
            }),
            cursors: self.book.cursors(),
            ..Hello::default()
        }
    }

    /// Puts a command on its way; `None` when too much waits already.
    pub(super) fn push(
        &mut self,
        conversation: ConversationId,
        command: Command,
    ) -> Option<ClientId> {
        let id = browser::client_id();
        let pending = Pending::new(id.clone(), conversation, command, browser::now());
        self.book.outbox.push(pending).then_some(id)
    }
}

/// Where the state stands, and what it does not hold.
struct Room {
    state: RefCell<State>,
    changed: ArcTrigger,
    profile: ProfileId,
    key: String,
    open_keep: Box<dyn Fn(bool) -> Rc<dyn Keep>>,
    keep: RefCell<Option<Rc<dyn Keep>>>,
    ring: Box<dyn Fn(&str)>,
    texts: Box<dyn Fn() -> String>,
    tell: RefCell<Option<Tell>>,
    wire: RefCell<Option<Wire<ForVisitor>>>,
}

/// The visitor's window. A frame has one, for as long as it lives.
#[derive(Clone, Copy)]
pub(super) struct Chat {
    room: &'static SendWrapper<Room>,
    pub(super) draft: RwSignal<String>,
    pub(super) is_at_end: RwSignal<bool>,
    pub(super) input: NodeRef<html::Textarea>,
    pub(super) is_framed: bool,
}

impl Chat {
    pub(super) fn new(frame: Frame) -> Self {
        let now = browser::now();
        let state = State {
            book: Book::default(),
            shown: None,
            profile: None,
            is_outdated: false,
            opening: Vec::new(),
            step: None,
            is_anyone_available: true,
            opens_at: None,
            wait_minutes: 0,
            link: Link::Connecting,
            now,
            opened_at: now,
            is_open: !frame.is_framed,
            is_open_everywhere: false,
            is_visible: true,
            is_muted: false,
            is_asking: false,
            trouble: None,
            look: None,
            sound: None,
            token: browser::visitor_token(),
            is_kept: false,
            stored: Vec::new(),
            typing: TypingSign::default(),
            page: Page::default(),
            proof: None,
            subject: String::new(),
            upgrade: None,
            unread: 0,
        };
        let room = Room {
            state: RefCell::new(state),
            changed: ArcTrigger::new(),
            profile: frame.profile,
            key: frame.key,
            open_keep: frame.open_keep,
            keep: RefCell::new(None),
            ring: frame.ring,
            texts: frame.texts,
            tell: RefCell::new(None),
            wire: RefCell::new(None),
        };
        let chat = Self {
            // The window ends with the document.
            room: Box::leak(Box::new(SendWrapper::new(room))),
            draft: RwSignal::new(String::new()),
            is_at_end: RwSignal::new(true),
            input: NodeRef::new(),
            is_framed: frame.is_framed,
        };
        let tell = (frame.connect)(Box::new(move |order| chat.obey(order)));
        *chat.room.tell.borrow_mut() = Some(tell);
        if !chat.is_framed {
            chat.configure(Configuration {
                is_lasting: true,
                is_dark: look::is_dark(),
                ..Configuration::default()
            });
        }
        chat
    }

    /// Reads the state, and is told when it changes.
    pub(super) fn see<R>(self, read: impl FnOnce(&State) -> R) -> R {
        self.room.changed.track();
        self.peek(read)
    }

    /// Reads the state as it is now.
    pub(super) fn peek<R>(self, read: impl FnOnce(&State) -> R) -> R {
        read(&self.room.state.borrow())
    }

    /// Changes the state.
    pub(super) fn change<R>(self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut self.room.state.borrow_mut());
        self.room.changed.notify();
        result
    }

    /// Changes what nothing on the page is drawn from.
    pub(super) fn change_quietly<R>(self, change: impl FnOnce(&mut State) -> R) -> R {
        change(&mut self.room.state.borrow_mut())
    }

    /// Tells the host page.
    pub(super) fn tell(self, news: News) {
        let tell = self.room.tell.borrow().clone();
        if let Some(tell) = tell {
            tell(news);
        }
    }

    /// The texts in the visitor's language, as JSON.
    pub(super) fn texts(self) -> String {
        (self.room.texts)()
    }

    /// The entrance was saved since its configuration was asked for: the script asks anew, and
    /// says by [`super::NEW_TEXTS`] if the texts are others.
    pub(super) fn refresh(self) {
        if let Some(field) = self.input.get_untracked() {
            #[cfg(target_arch = "wasm32")]
            crate::transcript::aside::call("refresh", &field, &wasm_bindgen::JsValue::NULL);
            #[cfg(not(target_arch = "wasm32"))]
            let _ = field;
        }
    }

    /// Sounds: the host page's, or ours.
    pub(super) fn sound(self, address: Option<&str>) {
        (self.room.ring)(address.unwrap_or_default());
    }

    fn obey(self, order: Order) {
        match order {
            Order::Configure(configuration) => self.configure(*configuration),
            Order::Open {
                may_take_focus,
                page,
                proof,
                is_previous_retained,
                step,
            } => {
                let is_going = self.peek(State::is_going);
                if let Some(proof) = proof
                    && !is_going
                {
                    self.prove(proof, is_previous_retained);
                }
                let is_other = self.peek(|state| {
                    let is_there = |page: &Page| page.url == state.page.url;
                    state.step != step || !page.as_ref().is_none_or(is_there)
                });
                self.change(|state| state.is_open = true);
                self.move_to(page);
                if is_other && !is_going {
                    self.change_quietly(|state| state.step = step);
                    // The server says what the bot says first there.
                    self.restart();
                }
                self.remember_open(true);
                if may_take_focus {
                    self.focus();
                }
            }
            Order::Close => {
                self.change(|state| state.is_open = false);
                self.remember_open(false);
            }
            Order::Upgrade(proof) => self.upgrade(proof),
            Order::SignIn(proof) => self.prove(proof, false),
            Order::Forget => self.forget(),
        }
    }

    pub(super) fn forget(self) {
        if let Some(keep) = self.keep() {
            keep.clear();
        }
        self.lose();
    }

    fn configure(self, configuration: Configuration) {
        look::theme(configuration.is_dark);
        if let Some(given) = &configuration.look {
            look::apply(given);
        }
        self.change(|state| {
            state.look = configuration.look;
            state.sound = configuration.sound;
        });
        self.move_to(configuration.page);
        if self.room.wire.borrow().is_none() {
            self.begin(configuration.is_lasting, configuration.is_polling);
        }
    }

    fn move_to(self, page: Option<Page>) {
        if let Some(page) = page {
            self.change(|state| {
                state.book.outbox.set_page(page.clone());
                state.page = page;
            });
        }
    }

    /// Takes up what was kept, and opens the line.
    fn begin(self, is_lasting: bool, is_polling: bool) {
        let keep = (self.room.open_keep)(is_lasting);
        keep.watch(Box::new(move |kept| self.hear_other_tab(kept)));
        let (kept, was_open) = (keep.load(), keep.was_open());
        self.change_quietly(|state| state.is_open_everywhere = kept.is_open);
        *self.room.keep.borrow_mut() = Some(keep);
        self.draft.set(kept.draft.clone());
        self.take_up(kept);
        let wire = Wire::open(
            Box::new(move || self.peek(|state| state.hello(self.room))),
            Box::new(move |frames| self.hear(&frames)),
            Box::new(move |link| self.change(|state| state.link.clone_from(link))),
            is_polling,
        );
        *self.room.wire.borrow_mut() = Some(wire);
        if was_open {
            self.tell(News::Open);
        }
    }

    /// Who the visitor is, which conversation goes on, and what was not sent.
    fn take_up(self, kept: Kept) {
        let Some(token) = kept.token else { return };
        self.change(|state| {
            state.token = token;
            state.subject = kept.subject;
            state.is_kept = true;
            state.is_muted = kept.is_muted;
            state.stored = kept.outbox.iter().map(|(id, _)| id.clone()).collect();
            if let Some(conversation) = &kept.conversation {
                let now = browser::now();
                // Whether its start arrived is not known; a refusal will tell.
                let pending = kept.outbox.iter().filter_map(|(id, text)| {
                    let text = MessageText::parse(text).ok()?;
                    let command = Command::Send { text };
                    Some(Pending::new(id.clone(), conversation.clone(), command, now))
                });
                state.book.outbox.restore(pending.collect());
            }
            state.shown = kept.conversation;
        });
    }

    /// Sends frames, if there is a line.
    pub(super) fn send(self, frames: Vec<ClientFrame>) {
        let wire = self.room.wire.borrow().clone();
        if let Some(wire) = wire {
            wire.send(frames);
        }
    }

    /// Sends what is to be sent now, and stores what is on its way.
    pub(super) fn flush(self) {
        let now = browser::now();
        let (due, is_changed) = {
            let mut state = self.room.state.borrow_mut();
            let due = state.book.due(now);
            (due, state.book.outbox.take_change())
        };
        if is_changed {
            self.store();
            self.change(|state| {
                if state.book.outbox.items().is_empty() {
                    state.trouble = None;
                }
            });
        }
        self.send(due);
    }

    /// The visitor says something: in the conversation shown, or in a new one. False when too
    /// much waits already.
    pub(super) fn say(self, text: MessageText) -> bool {
        let is_taken = self.change(|state| {
            let conversation = state.shown.clone().unwrap_or_else(browser::conversation_id);
            let command = if state.shown.is_some() {
                Command::Send { text }
            } else {
                let page = state.page.clone();
                let proof = state.proof.as_ref();
                let id_token = proof.map(|proof| proof.id_token.clone());
                state.subject = proof.map(|proof| proof.subject.clone()).unwrap_or_default();
                Command::Start {
                    page,
                    text,
                    id_token,
                }
            };
            state.book.begin(VisitorHead {
                conversation: conversation.clone(),
                stage: VisitorStage::Waiting,
            });
            let is_taken = state.push(conversation.clone(), command).is_some();
            if is_taken {
                state.shown = Some(conversation);
                state.is_kept = true;
            } else {
                state.trouble = Some(Refusal::Unavailable { retry_after_ms: 0 });
            }
            is_taken
        });
        if is_taken {
            // Stored before it is sent, so that a reload right now loses nothing.
            self.keeps(&mut |kept| kept.draft.clear());
            self.flush();
            // A window without a conversation is not remembered; from the first message on it is.
            // Who says something looks at an open window.
            self.remember_open(true);
            self.says_typing(true);
            self.tell(News::InProgress(true));
        }
        is_taken
    }

    /// The visitor ends the conversation.
    pub(super) fn end(self) {
        self.change(|state| state.is_asking = false);
        self.does(Command::Close);
    }

    /// The visitor does something to the conversation shown.
    pub(super) fn does(self, command: Command) {
        self.change(|state| {
            if let Some(conversation) = state.shown.clone() {
                // A full outbox is on its way to a server that will hear of this as well.
                let _ = state.push(conversation, command);
            }
        });
        self.flush();
    }

    /// Says where the window came in, as part of an address.
    pub(super) fn push_entrance(self, address: &mut String) {
        address.push_str("&profile=");
        address.push_str(self.room.profile.as_str());
        address.push_str("&key=");
        // A key of ours needs no escaping, and another one opens nothing.
        address.push_str(&self.room.key);
    }

    /// The visitor begins anew after the end.
    pub(super) fn start_again(self) {
        self.change(|state| {
            state.shown = None;
            state.trouble = None;
        });
        self.keeps(&mut |kept| {
            kept.conversation = None;
            kept.outbox.clear();
        });
        self.focus();
    }

    /// The visitor wants a message tried again.
    pub(super) fn retry(self, id: &ClientId) {
        self.change(|state| state.book.outbox.retry(id));
        self.flush();
    }

    /// The visitor gives a message up; it goes back to where it can be written anew.
    pub(super) fn discard(self, id: &ClientId) {
        let text = self.change(|state| state.book.outbox.discard(id));
        if let Some(text) = text
            && self.draft.with_untracked(String::is_empty)
        {
            self.draft.set(text);
        }
        self.flush();
        self.focus();
    }

    /// The draft was changed by hand.
    pub(super) fn drafted(self) {
        let draft = self.draft.get_untracked();
        self.keeps(&mut |kept| kept.draft.clone_from(&draft));
        self.says_typing(draft.trim().is_empty());
    }

    fn says_typing(self, is_empty: bool) {
        let frame = {
            let mut state = self.room.state.borrow_mut();
            let said = state.typing.changed(is_empty, browser::now());
            let is_begun = |id: &&ConversationId| {
                let held = state.book.transcript(id);
                held.is_some_and(|held| !held.entries().is_empty())
            };
            let conversation = state.shown.as_ref().filter(is_begun).cloned();
            said.zip(conversation)
        };
        if let Some((is_typing, conversation)) = frame {
            self.send(vec![ClientFrame::Typing {
                conversation,
                is_typing,
            }]);
        }
    }

    /// New messages are silent from now on, or no longer.
    pub(super) fn mute(self) {
        let is_muted = self.change(|state| {
            state.is_muted = !state.is_muted;
            state.is_muted
        });
        self.keeps(&mut |kept| kept.is_muted = is_muted);
    }

    /// Asks, or no longer asks, whether the conversation shall end.
    pub(super) fn ask(self, is_asking: bool) {
        self.change(|state| state.is_asking = is_asking);
        if !is_asking {
            self.focus();
        }
    }

    /// Moves the focus to where the visitor writes.
    pub(super) fn focus(self) {
        // Now, if it is there; and once more when what was just decided is drawn, unless somebody has
        // gone into the menu meanwhile.
        let focus = move || {
            if let Some(input) = self.input.get_untracked() {
                let _ = input.focus();
            }
        };
        focus();
        request_animation_frame(move || {
            let chosen = document().query_selector("[role=menuitem]:focus");
            if !matches!(chosen, Ok(Some(_))) {
                focus();
            }
        });
    }

    /// Tells the server how far this window has come, and the host page what was not seen.
    pub(super) fn mark(self) {
        self.room.changed.track();
        let is_at_end = self.is_at_end.get();
        let (frame, unread) = {
            let mut state = self.room.state.borrow_mut();
            let is_seen = state.is_open && state.is_visible && is_at_end;
            let frame = state.shown.clone().and_then(|shown| {
                let held = state.book.transcript_mut(&shown)?;
                held.mark(is_seen)
            });
            let unread = state.unread();
            let before = std::mem::replace(&mut state.unread, unread);
            (frame, (before != unread).then_some(unread))
        };
        self.send(frame.into_iter().collect());
        if let Some(unread) = unread {
            self.tell(News::Unread(unread));
        }
    }

    /// Older lines, please.
    pub(super) fn ask_earlier(self) {
        let frame = self.change(|state| {
            let shown = state.shown.as_ref()?;
            state
                .book
                .transcript_mut(shown)?
                .ask_earlier(browser::now())
        });
        self.send(frame.into_iter().collect());
    }

    fn keep(self) -> Option<Rc<dyn Keep>> {
        self.room.keep.borrow().clone()
    }

    fn remember_open(self, is_open: bool) {
        if let Some(keep) = self.keep() {
            keep.remember_open(is_open);
            keep.change(&mut |kept| kept.is_open = is_open);
        }
        self.change_quietly(|state| state.is_open_everywhere = is_open);
    }

    /// Changes what is kept.
    fn keeps(self, change: &mut dyn FnMut(&mut Kept)) {
        if let Some(keep) = self.keep() {
            keep.change(change);
        }
    }

    /// Stores who the visitor is, what the window shows and what is on its way.
    pub(super) fn store(self) {
        let (token, subject, shown, ours, before) = {
            let mut state = self.room.state.borrow_mut();
            if !state.is_kept {
                return;
            }
            let mut ours = Vec::new();
            for pending in state.book.outbox.items() {
                if Some(&pending.conversation) == state.shown.as_ref()
                    && let Some(text) = pending.text()
                {
                    ours.push((pending.client_id.clone(), text.as_str().to_owned()));
                }
            }
            let stored = ours.iter().map(|(id, _)| id.clone()).collect();
            let before = std::mem::replace(&mut state.stored, stored);
            let (token, subject) = (state.token.clone(), state.subject.clone());
            (token, subject, state.shown.clone(), ours, before)
        };
        self.keeps(&mut |kept| {
            kept.token = Some(token.clone());
            kept.subject.clone_from(&subject);
            kept.conversation.clone_from(&shown);
            // Only what this window stored itself is its to remove: another tab has its own.
            kept.outbox
                .retain(|(id, _)| !before.contains(id) && !ours.iter().any(|(own, _)| own == id));
            kept.outbox.extend_from_slice(&ours);
        });
    }

    /// Another tab of this visitor has kept something.
    fn hear_other_tab(self, kept: Kept) {
        let Some(token) = &kept.token else {
            if self.peek(|state| state.is_kept) {
                self.lose();
            }
            return;
        };
        // Only what another tab has just done: one that was opened closed stays so until then.
        let is_open = kept.is_open;
        let is_told = self.change_quietly(|state| {
            let before = std::mem::replace(&mut state.is_open_everywhere, is_open);
            before != is_open && state.is_open != is_open
        });
        if self.peek(|state| state.token != *token) {
            self.drop_upgrade();
            self.change(|state| state.book = Book::default());
            self.take_up(kept);
            self.restart();
            return;
        }
        // What is being written here, under somebody's eyes, is not written over.
        if !self.peek(|state| state.is_visible) || self.draft.with_untracked(String::is_empty) {
            self.draft.set(kept.draft);
        }
        if is_told {
            self.tell(if is_open { News::Open } else { News::Close });
        }
        let is_idle = self.change(|state| {
            state.subject = kept.subject;
            state.is_muted = kept.is_muted;
            (state.shown.is_none() || state.is_ended()) && state.shown != kept.conversation
        });
        if let Some(conversation) = kept.conversation.filter(|_| is_idle) {
            self.change(|state| state.shown = Some(conversation.clone()));
            self.send(vec![ClientFrame::Open { conversation }]);
        }
    }

    /// The visitor is forgotten.
    fn lose(self) {
        self.drop_upgrade();
        self.change(|state| {
            state.proof = None;
            state.subject.clear();
            state.token = browser::visitor_token();
            state.is_kept = false;
            state.stored.clear();
            state.book = Book::default();
            state.shown = None;
            state.trouble = None;
        });
        self.draft.set(String::new());
        self.tell(News::InProgress(false));
        self.restart();
    }

    fn restart(self) {
        let wire = self.room.wire.borrow().clone();
        if let Some(wire) = wire {
            wire.restart();
        }
    }
}
