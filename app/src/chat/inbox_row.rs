//! One conversation in the inbox.
//!
//! Invariant: a link to the conversation, whoever reads it; pressing it joins only where somebody
//! waits.

use super::desk::{Desk, use_desk};
use super::keeping::{self, Kind};
use super::waited::{Ago, Waited};
use super::words;
use crate::locale::{chat as text, t, transcript};
use crate::ui::{Avatar, Icon, hue, icon};
use domain::conversation::{Command, ListRow, Row, Stage};
use domain::id::ConversationId;
use leptos::{ev, prelude::*};

/// One conversation in the inbox.
#[component]
pub fn InboxRow(
    id: ConversationId,
    /// The row that Tab leads to; the arrow keys lead to the others.
    stop: Signal<Option<ConversationId>>,
) -> impl IntoView {
    let desk = use_desk();
    let held = {
        let id = id.clone();
        Memo::new(move |_| desk.list.with(|list| list.get(&id).cloned()))
    };
    let is = move |ask: fn(&Row) -> bool| {
        held.with(|held| held.as_ref().is_some_and(|held| ask(&held.row)))
    };
    let address = {
        let id = id.clone();
        move || words::address(&id, desk.filter.get())
    };
    let is_stop = {
        let id = id.clone();
        move || stop.with(|stop| stop.as_ref() == Some(&id))
    };
    let is_shown = {
        let id = id.clone();
        move || desk.shown.with(|shown| shown.as_ref() == Some(&id))
    };
    let row_id = id.to_string();
    let on_press = {
        move |event: ev::MouseEvent| {
            // With a modifier the browser opens another window, which only shows it.
            let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
            if is_plain && event.button() == 0 {
                open(
                    desk,
                    &id,
                    held.get_untracked().map(|held| held.row).as_ref(),
                );
            }
        }
    };
    view! {
        <li>
            <a
                class="inbox-row"
                class:inbox-row--unread=move || held.with(|held| {
                    held.as_ref().is_some_and(|held| desk.unread(held) > 0)
                })
                class:inbox-row--waiting=move || is(|row| row.waiting_since().is_some())
                class:inbox-row--closed=move || is(|row| matches!(row.stage, Stage::Closed { .. }))
                href=address
                data-row=row_id
                tabindex=move || if is_stop() { "0" } else { "-1" }
                aria-current=move || is_shown().then_some("true")
                on:click=on_press
            >
                {move || held.get().map(|held| view! { <Inside held /> })}
            </a>
        </li>
    }
}

/// A person has chosen the row: whoever waits is waited for no longer.
fn open(desk: Desk, id: &ConversationId, row: Option<&Row>) {
    let Some(row) = row else { return };
    let is_waiting = row.waiting_since().is_some();
    if is_waiting {
        desk.command(id, Command::Join);
    }
    desk.wants_composer
        .set(is_waiting || row.is_of(&desk.agent()));
}

#[component]
fn Inside(held: ListRow) -> impl IntoView {
    let desk = use_desk();
    let row = held.row.clone();
    let unread = desk.unread(&held);
    view! {
        <Avatar name=words::visitor(&row) hue=hue(&words::visitor(&row)) />
        <span class="inbox-row__name">{words::visitor(&row)}</span>
        {match row.waiting_since() {
            Some(since) => {
                view! {
                    <span class="badge badge--waiting inbox-row__time">
                        {icon(Icon::Clock)}
                        <span class="visually-hidden">{t(text::WAITS)}</span>
                        <Waited since />
                    </span>
                }
                    .into_any()
            }
            None => {
                view! {
                    <span class="inbox-row__time">
                        <Ago at=row.last_at />
                    </span>
                }
                    .into_any()
            }
        }}
        <span class="inbox-row__page">{words::page_and_agent(&row, &desk.agent())}</span>
        <Preview row=row.clone() />
        {(unread > 0)
            .then(|| {
                view! {
                    <span class="badge badge--accent inbox-row__unread">
                        {unread} " " <span class="visually-hidden">{t(text::UNREAD)}</span>
                    </span>
                }
            })}
    }
}

/// The last line: who types, what is unfinished here, or what was last said.
#[component]
fn Preview(row: Row) -> impl IntoView {
    let desk = use_desk();
    let id = row.id.clone();
    let is_typing = Memo::new(move |_| {
        let now = desk.clock.get().unwrap_or_default();
        let _ = now;
        desk.book.with(|book| {
            book.transcript(&id)
                .is_some_and(|held| held.typist(crate::live::browser::now()).is_some())
        })
    });
    let id = row.id.clone();
    let draft = move || {
        // Storage tells nobody of changes; what is typed here is shown once it is left.
        let is_shown = desk.shown.with(|shown| shown.as_ref() == Some(&id));
        let is_hydrated = desk.clock.with(Option::is_some);
        (is_hydrated && !is_shown)
            .then(|| keeping::draft(&desk.agent(), &id, Kind::Message))
            .filter(|draft| !draft.trim().is_empty())
    };
    let draft = Memo::new(move |_| draft());
    let said = words::preview(&row, &desk.agent());
    view! {
        {move || {
            if is_typing.get() {
                view! {
                    <span class="inbox-row__preview inbox-row__preview--typing">
                        {t(transcript::TYPING_SHORT)}
                    </span>
                }
                    .into_any()
            } else if let Some(draft) = draft.get() {
                view! {
                    <span class="inbox-row__preview inbox-row__preview--draft">
                        <em>{t(text::DRAFT)}</em> " " {draft}
                    </span>
                }
                    .into_any()
            } else {
                view! { <span class="inbox-row__preview">{said.clone()}</span> }.into_any()
            }
        }}
    }
}
