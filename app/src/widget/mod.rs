//! The customer's window, mounted by the `widget` bundle inside the chat frame.
//!
//! Invariant: knows nothing of the agents' pages.

mod aside;
mod chat;
mod footer;
mod header;
mod hearing;
mod identity;
mod look;
mod notice;
mod surroundings;

pub use surroundings::{
    Configuration, Frame, Keep, Kept, Look, NEW_TEXTS, News, OnOrder, Order, Proof, Tell,
};

use self::chat::{Chat, State};
use self::footer::footer;
use self::header::header;
use self::notice::notice;
use crate::live::{Reader, Transcript, browser};
use crate::locale::{Locale, provide_locale, refusal, t, widget as texts};
use crate::transcript::{Bubble, TranscriptView, lines, visitor_bubble};
use crate::ui::erased::told;
use domain::conversation::VisitorEntry;
use domain::live::ForVisitor;
use domain::text::shown;
use leptos::{ev, prelude::*};
use std::time::Duration;

const TICK: Duration = Duration::from_secs(1);

/// The whole chat window. A document has one, for as long as it lives.
#[derive(Clone, Copy)]
pub struct Window(Chat);

impl Window {
    /// Takes up what was kept. What it draws may be drawn anew; this may not.
    pub fn open(frame: Frame) -> Self {
        Self(Chat::new(frame))
    }

    /// What is drawn, in the texts as they are now.
    pub fn view(self) -> impl IntoView {
        let Self(chat) = self;
        provide_locale(Locale::read(&chat.texts()));
        view! {
            // Named, because the page around has a landmark of its own.
            <main class="window" aria-label=t(texts::TITLE)>
                {header(chat)} {notice(chat)} {conversation(chat)}
                <footer class="window__footer">{footer(chat)}</footer>
            </main>
        }
    }

    /// Goes on by itself from here. After the view: its listeners come first, and may keep a key
    /// for themselves.
    pub fn run(self) {
        run(self.0);
        self.0.tell(News::Ready);
    }
}

/// What goes on by itself, for as long as the document lives.
fn run(chat: Chat) {
    let tick = move || {
        let now = browser::now();
        chat.change(|state| state.now = now);
        chat.flush();
    };
    let _ = set_interval_with_handle(tick, TICK);
    let look = move || chat.change(|state| state.is_visible = !document().hidden());
    look();
    window_event_listener_untyped("visibilitychange", move |_| look());
    window_event_listener(ev::keydown, move |event| {
        let is_free = !event.is_composing() && !event.cancel_bubble();
        if event.key() == "Escape" && is_free {
            if chat.peek(|state| state.is_asking) {
                chat.ask(false);
            } else {
                chat.tell(News::Close);
            }
        }
    });
    Effect::new(move |_| chat.mark());
}

/// The shown conversation, if the window holds any of it.
fn held(state: &State) -> Option<&Transcript<ForVisitor>> {
    state.book.transcript(state.shown.as_ref()?)
}

fn bubbles(state: &State) -> Vec<Bubble> {
    let shown = state.shown.iter();
    let pending = shown.flat_map(|id| state.book.outbox.of(id));
    let bubble = |entry: &_| Some(visitor_bubble(entry));
    lines(
        opening(state),
        held(state),
        pending,
        bubble,
        refusal::for_visitor,
    )
}

/// What a bot says first, as long as nothing else is known of the conversation.
fn opening(state: &State) -> &[VisitorEntry] {
    let is_begun = held(state).is_some_and(|held| !held.entries().is_empty());
    if is_begun { &[] } else { &state.opening }
}

fn typist(state: &State) -> String {
    let held = held(state).filter(|_| !state.is_ended());
    let typist = held.and_then(|held| held.typist(state.now));
    let name = typist.and_then(|typist| typist.name.as_ref());
    name.map_or_else(String::new, |name| shown(name.as_str()))
}

/// The greeting is the first line there is, and not of a page in the middle.
fn greeting(state: &State) -> String {
    let held = held(state);
    let first = held.and_then(|held| held.entries().first());
    // A bot greets by itself.
    let is_greeted = first
        .or(opening(state).first())
        .is_some_and(ForVisitor::is_from_other);
    let has_earlier = held.is_some_and(Transcript::has_earlier);
    let profile = state
        .profile
        .as_ref()
        .filter(|_| !has_earlier && !is_greeted);
    profile.map_or_else(String::new, |profile| profile.greeting.as_str().to_owned())
}

fn conversation(chat: Chat) -> impl IntoView {
    let of_held = move |ask: fn(&Transcript<ForVisitor>) -> bool| {
        told(move || chat.see(|state| held(state).is_some_and(ask)))
    };
    view! {
        <TranscriptView
            bubbles=told(move || chat.see(bubbles))
            has_earlier=of_held(Transcript::has_earlier)
            is_asking=of_held(Transcript::is_asking_earlier)
            on_earlier=move |()| chat.ask_earlier()
            typist=told(move || chat.see(typist))
            is_at_end=chat.is_at_end
            on_retry=move |id| chat.retry(&id)
            on_discard=move |id| chat.discard(&id)
            ask=chat.answers()
            greeting=told(move || chat.see(greeting))
        />
    }
}
