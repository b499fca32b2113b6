//! The chat bubble that rings and shakes while a visitor waits, on every page of the app; and the
//! window's title, which counts.
//!
//! Invariant: rings only for an agent who is available, and only for who is not being looked at.

use super::desk::use_desk;
use super::waited::Waited;
use super::words;
use crate::locale::{around, chat as text, t, t_count};
use crate::ui::{Icon, icon};
use domain::conversation::{Command, Row};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// How often it sounds while somebody waits and nobody looks.
const SOUNDS_EVERY: Duration = Duration::from_secs(8);

/// The chat bubble that rings.
#[component]
pub fn Ring() -> impl IntoView {
    let desk = use_desk();
    let waiting = Memo::new(move |_| {
        let shown = desk.shown.get();
        // Before hydration nothing can ring, and an agent who is away hears nothing.
        if !desk.is_available() || desk.clock.with(Option::is_none) {
            return Vec::new();
        }
        let mut waiting = desk.list.with(super::list::List::waiting);
        if desk.watch.is_watched() {
            waiting.retain(|row| Some(&row.id) != shown.as_ref());
        }
        waiting
    });
    let is_ringing = Memo::new(move |_| waiting.with(|waiting| !waiting.is_empty()));
    Effect::new(move |_| {
        if is_ringing.get()
            && let Ok(timer) = set_interval_with_handle(super::device::sound, SOUNDS_EVERY)
        {
            on_cleanup(move || timer.clear());
        }
    });
    let navigate = use_navigate();
    let longest = Memo::new(move |_| waiting.with(|waiting| waiting.first().cloned()));
    let join = move |_| {
        let Some(Row { id, .. }) = longest.get_untracked() else {
            return;
        };
        desk.command(&id, Command::Join);
        desk.wants_composer.set(true);
        navigate(
            &words::address(&id, desk.filter.get_untracked()),
            NavigateOptions::default(),
        );
    };
    let count = move || waiting.with(|waiting| u64::try_from(waiting.len()).unwrap_or_default());
    view! {
        // Spoken once per change of the number, not once per second of waiting.
        <div class="visually-hidden" role="status">
            {move || is_ringing.get().then(|| t_count(text::RING_ONE, text::RING_OTHER, count()))}
        </div>
        <Show when=move || is_ringing.get()>
            <button
                type="button"
                class="ring"
                title=t(text::RING_JOIN)
                on:click=join.clone()
            >
                <span class="ring__bubble">
                    {icon(Icon::Bell)}
                    <span class="ring__count" aria-hidden="true">
                        {count}
                    </span>
                </span>
                <span class="ring__text">
                    <strong>{move || t_count(text::RING_ONE, text::RING_OTHER, count())}</strong>
                    {move || {
                        longest
                            .get()
                            .and_then(|row| row.waiting_since())
                            .map(|since| {
                                view! {
                                    <span>{t(text::RING_LONGEST_WORD)} " " <Waited since /></span>
                                }
                            })
                    }}
                </span>
            </button>
        </Show>
    }
}

/// The title of the window: how many wait, or how much is unread, before the page's own.
#[component]
pub fn WindowTitle() -> impl IntoView {
    let desk = use_desk();
    let count = Memo::new(move |_| {
        let waiting = if desk.is_available() {
            desk.list.with(|list| list.counts().waiting)
        } else {
            0
        };
        waiting.saturating_add(desk.list.with(super::list::List::unread_of_mine))
    });
    view! {
        <Title formatter=move |page: String| {
            let product = t(around::PRODUCT);
            match count.get() {
                0 => format!("{page} · {product}"),
                count => format!("({count}) {page} · {product}"),
            }
        } />
    }
}
