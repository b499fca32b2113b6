//! The signed-in agent's own menu: availability, signs, teams, theme, signing out.
//!
//! Invariant: nothing here changes anybody else.

use super::theme::{self, Theme};
use crate::api;
use crate::around::{SIGN_IN, go_to, use_session};
use crate::chat::{AlertItems, Desk, set_availability, use_desk};
use crate::locale::{around as text, chat, t, t_with};
use crate::ui::{Avatar, Icon, Menu, MenuItem, hue};
use domain::api::SignOut;
use domain::people::Availability;
use domain::text::shown;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The agent's own menu.
#[component]
pub fn MeMenu(own_teams: RwSignal<bool>, own_face: RwSignal<bool>) -> impl IntoView {
    let session = use_session();
    let desk = use_desk();
    let name = Memo::new(move |_| session.me.with(|me| shown(me.agent.name.as_str())));
    let state = move || {
        t(if desk.is_available() {
            chat::AVAILABLE
        } else {
            chat::AWAY
        })
    };
    let label = Signal::derive(move || {
        t_with(
            text::ME_STATE,
            &[("name", &name.read()), ("state", state())],
        )
    });
    let presence = Signal::derive(move || {
        Some(if desk.is_available() {
            "online"
        } else {
            "away"
        })
    });
    let picture = Signal::derive(move || session.me.with(|me| me.agent.face.picture.clone()));
    let hue = hue(session.agent().as_str());
    view! {
        <Menu
            label=label
            class="rail__me"
            face=move || view! { <Avatar name=name hue=hue presence=presence picture=picture /> }
        >
            <p class="menu__caption">
                {move || t_with(text::SIGNED_IN_AS, &[("name", &name.read())])}
            </p>
            <AvailabilityItem />
            <AlertItems />
            <MenuItem sign=Icon::User on_press=move |()| own_face.set(true)>
                {t(text::OWN_FACE)}
            </MenuItem>
            <MenuItem sign=Icon::Users on_press=move |()| own_teams.set(true)>
                {t(text::OWN_TEAMS)}
            </MenuItem>
            <hr class="menu__line" />
            {Theme::ALL.map(|theme| view! { <ThemeItem theme /> })}
            <hr class="menu__line" />
            <MenuItem sign=Icon::SignOut on_press=move |()| sign_out(desk)>
                {t(text::SIGN_OUT)}
            </MenuItem>
        </Menu>
    }
}

/// Signs out and leaves; what is on this page is nobody's any more.
fn sign_out(desk: Desk) {
    let session = desk.session();
    session.is_leaving.set(true);
    spawn_local(async move {
        match api::request(SignOut {}).await {
            Ok(_) => go_to(SIGN_IN),
            Err(failure) => {
                session.is_leaving.set(false);
                desk.trouble(&failure);
            }
        }
    });
}

/// Away, or available again, from wherever in the app.
#[component]
fn AvailabilityItem() -> impl IntoView {
    let desk = use_desk();
    let is_available = Memo::new(move |_| desk.is_available());
    let (sign, words) = (
        Signal::derive(move || {
            if is_available.get() {
                Icon::BellOff
            } else {
                Icon::Bell
            }
        }),
        move || {
            if is_available.get() {
                t(text::GO_AWAY)
            } else {
                t(text::COME_BACK)
            }
        },
    );
    let turn = move |()| {
        let availability = if is_available.get_untracked() {
            Availability::Away
        } else {
            Availability::Available
        };
        set_availability(desk, availability);
    };
    view! {
        <MenuItem sign=sign on_press=turn>
            {words}
        </MenuItem>
    }
}

#[component]
fn ThemeItem(theme: Theme) -> impl IntoView {
    let (sign, words) = match theme {
        Theme::Light => (Icon::Sun, text::THEME_LIGHT),
        Theme::Dark => (Icon::Moon, text::THEME_DARK),
        Theme::System => (Icon::Panel, text::THEME_SYSTEM),
    };
    view! {
        <MenuItem sign=sign on_press=move |()| theme::choose(theme)>
            {t(words)}
        </MenuItem>
    }
}
