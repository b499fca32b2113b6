//! What a visitor may say after the end: how it was, and where to send a copy.
//!
//! Invariant: each is asked once, and by no window when another has been answered.

use super::chat::{Chat, State};
use super::held;
use crate::locale::{Text, t, widget as texts};
use crate::transcript::rating;
use crate::ui::erased::{Press, flag, press, text};
use domain::conversation::{Command, Rating, VisitorBody};
use domain::text::{EmailAddress, MessageText};
use leptos::{ev, html, prelude::*};

/// Longer comments are cut by the field itself.
const COMMENT_UNITS_MAX: &str = "2000";

pub(super) fn farewell(chat: Chat) -> impl IntoView {
    let chosen = RwSignal::new(None);
    let (comment, email) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let rate = move || {
        if let Some(rating) = chosen.get_untracked() {
            let comment = MessageText::parse(&typed(comment)).ok();
            chat.does(Command::Rate { rating, comment });
        }
    };
    let copy = move || {
        // The field itself says what is wrong with an address.
        if let Ok(email) = EmailAddress::parse(&typed(email)) {
            chat.does(Command::RequestCopy { email });
        }
    };
    let face = move |of: Rating| {
        let is_chosen = move || chosen.with(|chosen| *chosen == Some(of)).to_string();
        face(of, text(is_chosen), press(move || chosen.set(Some(of))))
    };
    view! {
        <div class="farewell" hidden=flag(move || chat.see(is_rated))>
            <p id="rate">{t(texts::RATE)}</p>
            <div class="farewell__faces" role="group" aria-labelledby="rate">
                {Rating::ALL.map(face)}
            </div>
            <div hidden=flag(move || chosen.with(Option::is_none))>
                {asked(comment, "text", texts::COMMENT, texts::SEND_RATING, Box::new(rate))}
            </div>
        </div>
        <div class="farewell" hidden=flag(move || chat.see(is_copy_asked))>
            <p>{t(texts::COPY)}</p>
            {asked(email, "email", texts::EMAIL, texts::SEND_COPY, Box::new(copy))}
        </div>
    }
}

fn typed(field: NodeRef<html::Input>) -> String {
    field
        .get_untracked()
        .map_or_else(String::new, |field| field.value())
}

fn face(of: Rating, is_chosen: crate::ui::erased::Text, does: Press) -> impl IntoView {
    let strokes = match of {
        Rating::Satisfied => "M8 14c1 1.7 2.4 2.5 4 2.5s3-.8 4-2.5",
        Rating::Okay => "M8.5 15h7",
        Rating::Dissatisfied => "M8 16.5c1-1.7 2.4-2.5 4-2.5s3 .8 4 2.5",
    };
    let strokes = format!("M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M9 9.5v.6M15 9.5v.6{strokes}");
    view! {
        <button type="button" class="farewell__face" aria-pressed=is_chosen on:click=does>
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
                <path d=strokes></path>
            </svg>
            {rating(of)}
        </button>
    }
}

/// A field and its button. Enter does the same.
fn asked(
    field: NodeRef<html::Input>,
    kind: &'static str,
    label: Text,
    action: Text,
    mut does: Box<dyn FnMut()>,
) -> impl IntoView {
    view! {
        <form
            class="farewell__form"
            on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                does();
            }
        >
            <input
                node_ref=field
                type=kind
                required=kind == "email"
                maxlength=COMMENT_UNITS_MAX
                aria-label=t(label)
                placeholder=t(label)
            />
            <button class="button">{t(action)}</button>
        </form>
    }
}

fn is_rated(state: &State) -> bool {
    is_said(state, |body| matches!(body, VisitorBody::Rated { .. }))
        || is_on_its_way(state, |command| matches!(command, Command::Rate { .. }))
}

fn is_copy_asked(state: &State) -> bool {
    is_said(state, |body| matches!(body, VisitorBody::CopyRequested { .. }))
        || is_on_its_way(state, |command| matches!(command, Command::RequestCopy { .. }))
}

fn is_said(state: &State, what: fn(&VisitorBody) -> bool) -> bool {
    held(state).is_some_and(|held| held.entries().iter().any(|entry| what(&entry.body)))
}

fn is_on_its_way(state: &State, what: fn(&Command) -> bool) -> bool {
    let mut items = state.book.outbox.items().iter();
    items.any(|pending| what(&pending.command))
}
