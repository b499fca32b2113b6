//! Available or away: what the agent says of themselves, and whether this browser makes itself
//! heard.
//!
//! Invariant: the switch shows what the server knows; a refused change jumps back.

use super::desk::{Desk, use_desk};
use super::device::{self, Permission};
use super::keeping;
use crate::api;
use crate::locale::{chat as text, t};
use crate::ui::{Icon, MenuItem, Switch, Tone};
use domain::api::SetAvailability;
use domain::people::Availability;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Available or away.
#[component]
pub fn AvailabilitySwitch() -> impl IntoView {
    let desk = use_desk();
    let is_available = Signal::derive(move || desk.is_available());
    let label = Signal::derive(move || {
        t(if desk.is_available() {
            text::AVAILABLE
        } else {
            text::AWAY
        })
        .to_owned()
    });
    let turn = move |is_on| {
        set_availability(
            desk,
            if is_on {
                Availability::Available
            } else {
                Availability::Away
            },
        );
    };
    view! { <Switch is_on=is_available label=label on_switch=turn /> }
}

/// Says so to the server; shown at once, and taken back if the server says no.
pub fn set_availability(desk: Desk, availability: Availability) {
    let me = desk.session().me;
    let before = me.with_untracked(|me| me.agent.availability);
    me.update(|me| me.agent.availability = availability);
    spawn_local(async move {
        if let Err(failure) = api::request(SetAvailability { availability }).await {
            me.update(|me| me.agent.availability = before);
            desk.trouble(&failure);
        }
    });
}

/// How this browser makes itself heard: its sound, and the browser's notifications, which are
/// asked for here and nowhere else. Items of the agent's menu.
#[component]
pub fn AlertItems() -> impl IntoView {
    let desk = use_desk();
    let is_muted = RwSignal::new(false);
    let permission = RwSignal::new(Permission::Open);
    Effect::new(move |_| {
        is_muted.set(keeping::is_muted());
        permission.set(device::permission());
    });
    let turn_sound = move |()| {
        let is_now = !is_muted.get_untracked();
        keeping::mute(is_now);
        is_muted.set(is_now);
        device::sound();
    };
    let ask = move |()| match permission.get_untracked() {
        Permission::Open => spawn_local(async move { permission.set(device::ask().await) }),
        Permission::Granted => desk.toaster.say(Tone::Positive, t(text::NOTIFY_ON)),
        Permission::Blocked => desk.toaster.say(Tone::Info, t(text::NOTIFY_BLOCKED)),
    };
    let sign = Signal::derive(move || {
        if is_muted.get() {
            Icon::BellOff
        } else {
            Icon::Bell
        }
    });
    view! {
        <MenuItem sign=sign on_press=turn_sound>
            {move || t(if is_muted.get() { text::SOUND_OFF } else { text::SOUND_ON })}
        </MenuItem>
        <MenuItem sign=Icon::Bubble on_press=ask>
            {move || {
                t(match permission.get() {
                    Permission::Open | Permission::Blocked => text::NOTIFY_ASK,
                    Permission::Granted => text::NOTIFY_ON,
                })
            }}
        </MenuItem>
    }
}
