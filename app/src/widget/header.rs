//! The top of the window: who is here, and what can be done.
//!
//! Invariant: speaks to the visitor of persons by name only.

use super::chat::{Chat, State};
use super::surroundings::News;
use crate::locale::{Text, t, t_with, widget as texts};
use crate::ui::erased::{Flag, flag, key, press, still, text};
use crate::ui::{Icon, Unfolding, icon, initials};
use domain::conversation::VisitorStage;
use domain::text::shown;
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn header(chat: Chat) -> impl IntoView {
    view! {
        <header class="window__header">
            <span
                class="avatar"
                data-presence=text(move || chat.see(dot))
                data-picture=text(move || chat.see(picture))
                aria-hidden="true"
            >
                {text(move || initials(&chat.see(face)))}
            </span>
            <div class="window__who">
                <h1 class="window__name">{text(move || chat.see(name))}</h1>
                <p class="window__presence">{text(move || chat.see(presence))}</p>
            </div>
            {menu(chat)}
            <button
                type="button"
                class="button button--quiet button--icon"
                aria-label=t(texts::CLOSE)
                hidden=!chat.is_framed
                on:click=press(move || chat.tell(News::Close))
            >
                {icon(Icon::Close)}
            </button>
        </header>
    }
}

fn name(state: &State) -> String {
    match &state.profile {
        Some(profile) => shown(profile.name.as_str()),
        None => t(texts::TITLE).to_owned(),
    }
}

/// Whoever answers lends the window their face.
fn face(state: &State) -> String {
    match state.stage() {
        Some(VisitorStage::Talking { name, .. }) => shown(name.as_str()),
        _ => name(state),
    }
}

/// And their picture, which a script draws.
fn picture(state: &State) -> String {
    let picture = match state.stage() {
        Some(VisitorStage::Talking { picture, .. }) => picture.as_ref(),
        _ => None,
    };
    picture.map_or_else(String::new, |picture| picture.as_str().to_owned())
}

fn presence(state: &State) -> String {
    let word = match (state.stage(), state.is_anyone_available) {
        // Not known before the server was heard.
        _ if state.profile.is_none() => return String::new(),
        (Some(VisitorStage::Talking { name, .. }), _) => {
            return t_with(texts::AGENT_HERE, &[("name", &shown(name.as_str()))]);
        }
        (Some(VisitorStage::Waiting), true) if state.wait_minutes > 0 => {
            let minutes = state.wait_minutes.to_string();
            return t_with(texts::WAIT_TIME, &[("minutes", &minutes)]);
        }
        (Some(VisitorStage::Waiting), true) => texts::WAITING,
        (_, true) => texts::SOMEBODY_HERE,
        (_, false) => texts::AWAY,
    };
    t(word).to_owned()
}

fn dot(state: &State) -> String {
    let is_answered = matches!(state.stage(), Some(VisitorStage::Talking { .. }));
    let word = if state.profile.is_none() {
        ""
    } else if is_answered || state.is_anyone_available {
        "online"
    } else {
        "away"
    };
    word.to_owned()
}

fn menu(chat: Chat) -> impl IntoView {
    let menu = Unfolding::new();
    view! {
        <div
            class="menu"
            on:keydown=key(move |event| menu.on_key(event))
            on:focusout=move |event| menu.on_leave(&event)
        >
            <button
                node_ref=menu.button
                type="button"
                class="button button--quiet button--icon"
                aria-haspopup="menu"
                aria-expanded=text(move || spoken(menu.is_open.get()))
                aria-label=t(texts::MENU)
                on:click=press(move || menu.toggle())
            >
                {icon(Icon::More)}
            </button>
            <div
                node_ref=menu.list
                class="menu__list"
                role="menu"
                aria-label=t(texts::MENU)
                hidden=flag(move || !menu.is_open.get())
                // Pressing an item must not take the focus out of the menu first: Safari does
                // not focus buttons, and the list would be gone before the click.
                on:mousedown=still()
            >
                {items(chat, menu)}
            </div>
        </div>
    }
}

fn spoken(is: bool) -> String {
    String::from(if is { "true" } else { "false" })
}

fn items(chat: Chat, menu: Unfolding) -> impl IntoView {
    let mute = move || {
        if chat.see(|state| state.is_muted) {
            (Icon::Bell.path(), texts::SOUND_ON)
        } else {
            (Icon::BellOff.path(), texts::SOUND_OFF)
        }
    };
    let end = move || {
        if chat.see(State::is_ended) {
            (Icon::Plus.path(), texts::START_AGAIN)
        } else {
            (Icon::SignOut.path(), texts::END)
        }
    };
    let has_none = move || chat.see(|state| state.stage().is_none());
    let on_end = move || {
        if chat.peek(State::is_ended) {
            chat.start_again();
        } else {
            chat.ask(true);
        }
    };
    (
        item(
            menu,
            Box::new(mute),
            flag(|| false),
            Box::new(move || chat.mute()),
        ),
        item(menu, Box::new(end), flag(has_none), Box::new(on_end)),
    )
}

/// One command. The menu closes first, so that what the command opens may take the focus.
fn item(
    menu: Unfolding,
    face: Box<dyn Fn() -> (&'static str, Text) + Send + Sync>,
    is_hidden: Flag,
    does: Box<dyn Fn()>,
) -> impl IntoView {
    let face = Arc::new(face);
    let sign = Arc::clone(&face);
    view! {
        <button
            type="button"
            class="menu__item"
            role="menuitem"
            tabindex="-1"
            hidden=is_hidden
            on:click=press(move || {
                menu.close();
                does();
            })
        >
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
                <path d=text(move || sign().0.to_owned())></path>
            </svg>
            {text(move || t(face().1).to_owned())}
        </button>
    }
}
