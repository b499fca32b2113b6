//! One conversation: its header, its transcript, and where to write.
//!
//! Invariant: shows only the conversation it was made for; another one makes another component.

use super::area::Missing;
use super::aside;
use super::desk::{Desk, use_desk};
use super::details::Details;
use super::footer::Footer;
use super::header::Header;
use super::inbox::{focus_row, focused_row};
use super::words;
use crate::api::Failure;
use crate::live::{Transcript, browser};
use crate::locale::format::{self, Offset};
use crate::locale::{chat as text, refusal, t, t_with, ui};
use crate::transcript::{TranscriptView, agent_bubble, lines};
use crate::ui::erased::told;
use domain::api::Refusal;
use domain::conversation::{Row, Stage};
use domain::id::{ClientId, ConversationId};
use domain::live::ForAgent;
use leptos::task::spawn_local;
use leptos::{ev, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// One conversation.
#[component]
pub fn Conversation(id: ConversationId) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    read_if_missing(desk, &id, failure);
    let row = {
        let id = id.clone();
        Memo::new(move |_| desk.row(&id))
    };
    let is_here = {
        let id = id.clone();
        Memo::new(move |_| desk.book.with(|book| book.transcript(&id).is_some()))
    };
    let is_known = Memo::new(move |_| row.with(Option::is_some));
    move || match (failure.get(), is_known.get(), is_here.get()) {
        (Some(failure), ..) => view! { <Missing failure /> }.into_any(),
        (None, true, true) => view! { <Open id=id.clone() row /> }.into_any(),
        (None, ..) => view! { <Loading /> }.into_any(),
    }
}

/// A conversation that is not in memory is read; the one that was taken away meanwhile is gone.
fn read_if_missing(desk: Desk, id: &ConversationId, failure: RwSignal<Option<Failure>>) {
    let id = id.clone();
    let is_here = {
        let id = id.clone();
        Memo::new(move |_| desk.book.with(|book| book.transcript(&id).is_some()))
    };
    Effect::new(move |was_here: Option<bool>| {
        let is_here = is_here.get();
        let is_gone = desk.list.with_untracked(|list| list.get(&id).is_none());
        if was_here == Some(true) && !is_here && is_gone {
            failure.set(Some(Refusal::NotFound.into()));
        } else if !is_here {
            let id = id.clone();
            spawn_local(async move {
                if let Err(why) = desk.read_conversation(id).await {
                    desk.session().note(&why);
                    failure.try_set(Some(why));
                }
            });
        }
        is_here
    });
}

#[component]
fn Open(id: ConversationId, row: Memo<Option<Row>>) -> impl IntoView {
    // While it is open there is a row; the last one stands if it is taken away.
    let last = StoredValue::new(row.get_untracked());
    let row = Memo::new(move |_| {
        if let Some(row) = row.get() {
            last.set_value(Some(row));
        }
        last.get_value()
    });
    let Some(first) = row.get_untracked() else {
        return ().into_any();
    };
    let row = Signal::derive(move || row.get().unwrap_or_else(|| first.clone()));
    let name = Memo::new(move |_| row.with(words::visitor));
    let leave = on_escape(id.clone());
    let label = move || t_with(text::CONVERSATION_WITH, &[("name", &name.get())]);
    view! {
        <section class="conversation" aria-label=label on:keydown=leave>
            <Header row />
            <Entries id=id.clone() name />
            <Footer id row name />
        </section>
        <Show when=move || use_desk().has_details.get()>
            <Details row />
        </Show>
    }
    .into_any()
}

/// Escape leads from the writing back to the list.
fn on_escape(id: ConversationId) -> impl Fn(ev::KeyboardEvent) {
    let desk = use_desk();
    let navigate = use_navigate();
    move |event| {
        // A dialog takes its Escape for itself.
        let is_ours = document()
            .query_selector("dialog[open]")
            .is_ok_and(|open| open.is_none());
        let is_escape = event.key() == "Escape" && !event.is_composing();
        if !is_escape || !is_ours || event.default_prevented() {
            return;
        }
        focus_row(Some(&id));
        // On a phone the list is not beside the conversation but behind it.
        if focused_row().is_none() {
            navigate(
                &words::list_address(desk.filter.get_untracked()),
                NavigateOptions::default(),
            );
        }
    }
}

/// The transcript with what is on its way.
#[component]
fn Entries(id: ConversationId, name: Memo<String>) -> impl IntoView {
    let desk = use_desk();
    let me = desk.agent();
    desk.is_at_end.set(true);
    let shown = id.clone();
    let bubbles = {
        let id = id.clone();
        Memo::new(move |_| {
            let name = name.get();
            desk.book.with(|book| {
                let bubble = |entry: &_| agent_bubble(entry, &me, &name);
                lines(
                    &[],
                    book.transcript(&id),
                    book.outbox.of(&id),
                    bubble,
                    refusal::for_agent,
                )
            })
        })
    };
    let held = move |ask: fn(&Transcript<ForAgent>) -> bool| {
        let id = id.clone();
        Memo::new(move |_| desk.book.with(|book| book.transcript(&id).is_some_and(ask)))
    };
    let has_earlier = held.clone()(Transcript::has_earlier);
    let is_asking = held.clone()(Transcript::is_asking_earlier);
    let typist = typist(desk, name);
    // At midnight, today becomes yesterday.
    let day = Memo::new(move |_| {
        desk.clock.track();
        let now = browser::now();
        format::day_number(now, Offset(browser::offset_minutes(now)))
    });
    let earlier = move |()| {
        let mut wish = None;
        desk.book.update(|book| {
            let shown = desk.shown.get_untracked();
            let held = shown.and_then(|id| book.transcript_mut(&id));
            wish = held.and_then(|held| held.ask_earlier(browser::now()));
        });
        desk.live.send(wish.into_iter().collect());
    };
    let retry = move |id: ClientId| {
        desk.book.update(|book| book.outbox.retry(&id));
        desk.flush();
    };
    let discard = move |id: ClientId| {
        desk.book.update(|book| drop(book.outbox.discard(&id)));
        desk.flush();
    };
    view! {
        <TranscriptView
            bubbles=told(move || {
                day.track();
                bubbles.get()
            })
            has_earlier=told(move || has_earlier.get())
            is_asking=told(move || is_asking.get())
            on_earlier=earlier
            typist=told(move || typist.get())
            greeting=told(String::new)
            is_at_end=desk.is_at_end
            on_retry=retry
            on_discard=discard
            ask=aside::ask(shown)
        />
    }
}

/// The visitor, while they type; else empty. The sign fades by itself, so it is looked at again each second.
fn typist(desk: Desk, name: Memo<String>) -> Memo<String> {
    Memo::new(move |_| {
        desk.clock.track();
        let shown = desk.shown.get();
        let is_typing = desk.book.with(|book| {
            let held = shown.and_then(|id| book.transcript(&id));
            held.is_some_and(|held| {
                let is_closed = matches!(held.head().stage, Stage::Closed { .. });
                !is_closed && held.typist(browser::now()).is_some()
            })
        });
        if is_typing { name.get() } else { String::new() }
    })
}

/// A place that will be filled in a moment.
#[component]
fn Loading() -> impl IntoView {
    view! {
        <section class="conversation" aria-label=t(text::CONVERSATION) aria-busy="true">
            <header class="conversation__header">
                <span class="skeleton skeleton--circle" aria-hidden="true"></span>
                <div class="conversation__who">
                    <span class="skeleton skeleton--short" aria-hidden="true"></span>
                </div>
                <span class="visually-hidden" role="status">
                    {t(ui::LOADING)}
                </span>
            </header>
        </section>
    }
}
