//! Chats of the agent's own, at chat profiles that are for agents: which there are, and the button
//! in the rail that opens them.
//!
//! Invariant: a window is the visitor's; this page knows of it what a host page may know.

use super::chat_port::Said;
use crate::api;
use crate::chat::Desk;
use crate::locale::{around as text, t, t_with};
use crate::ui::focus::focus_on;
use crate::ui::{Icon, Menu, MenuItem, icon};
use domain::api::{ListOwnProfiles, OwnProfile};
use domain::id::ProfileId;
use domain::text::shown;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;

/// The button's id, for the focus that comes back from the window.
pub(super) const BUTTON: &str = "ask";
/// The place of the windows, which the button names.
pub(super) const WINDOW: &str = "own-chat";

/// Which chat profiles there are for agents, and what of them this page shows.
#[derive(Clone, Copy)]
pub struct OwnChat {
    profiles: RwSignal<Vec<OwnProfile>>,
    /// Those whose windows are there, seen or not: what goes on, and what was opened.
    held: RwSignal<Vec<OwnProfile>>,
    /// Of these the one that is seen while the place is open.
    chosen: RwSignal<Option<ProfileId>>,
    is_open: RwSignal<bool>,
    /// Whether a person has just opened it.
    takes_focus: RwSignal<bool>,
    unread: RwSignal<BTreeMap<ProfileId, u32>>,
    /// Counts the sessions of this page: the lines of windows end with theirs.
    session: RwSignal<u32>,
}

/// What makes a window another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct OwnWindow {
    pub profile: ProfileId,
    pub key: String,
    session: u32,
}

impl OwnChat {
    /// Nothing is known yet. Read when the page runs, and whenever settings are saved.
    pub fn begin(desk: Desk) -> Self {
        let own = Self {
            profiles: RwSignal::new(Vec::new()),
            held: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(None),
            is_open: RwSignal::new(false),
            takes_focus: RwSignal::new(false),
            unread: RwSignal::new(BTreeMap::new()),
            session: RwSignal::new(0),
        };
        Effect::new(move |_| {
            desk.session().settings.track();
            // What goes on there may have changed with what was done in the window.
            own.is_open.track();
            own.chosen.track();
            spawn_local(own.read(desk));
        });
        own
    }

    /// Begins the windows anew with another session, where they are.
    pub fn restart(self, desk: Desk) {
        self.session
            .update(|session| *session = session.wrapping_add(1));
        spawn_local(self.read(desk));
    }

    async fn read(self, desk: Desk) {
        match api::request(ListOwnProfiles {}).await {
            Ok(profiles) => {
                let held = self.held.try_get_untracked().unwrap_or_default();
                self.held.try_set(held_of(&held, &profiles));
                self.profiles.try_set(profiles);
                self.follow();
            }
            // What was there stays; the page says by itself when the line is cut.
            Err(failure) => desk.session().note(&failure),
        }
    }

    /// What is no longer there is let go, and what goes on is at hand.
    fn follow(self) {
        let held = self.held.try_get_untracked().unwrap_or_default();
        let is_held = |id: &ProfileId| held.iter().any(|one| one.id == *id);
        self.unread
            .try_update(|unread| unread.retain(|id, _| is_held(id)));
        let chosen = self.chosen.try_get_untracked().flatten();
        if chosen.is_none_or(|id| !is_held(&id)) {
            self.is_open.try_set(false);
            self.chosen
                .try_set(held.into_iter().next().map(|one| one.id));
        }
    }

    /// The windows that are there.
    pub(super) fn windows(self) -> Vec<OwnWindow> {
        let session = self.session.get();
        let window = |one: &OwnProfile| OwnWindow {
            profile: one.id.clone(),
            key: one.key.clone(),
            session,
        };
        self.held.with(|held| held.iter().map(window).collect())
    }

    /// Whether a window can be seen.
    pub(super) fn is_open(self) -> bool {
        self.is_open.get()
    }

    /// Whether this profile's window is the one that is seen while the place is open.
    pub(super) fn is_chosen(self, profile: &ProfileId) -> bool {
        self.chosen.with(|chosen| chosen.as_ref() == Some(profile))
    }

    /// Whether this profile's window can be seen.
    pub(super) fn is_shown(self, profile: &ProfileId) -> bool {
        self.is_open() && self.is_chosen(profile)
    }

    /// Whether a person has just opened it and nothing has followed from it yet.
    pub(super) fn take_focus(self) -> bool {
        self.takes_focus
            .try_update_untracked(std::mem::take)
            .unwrap_or_default()
    }

    /// What the place is called.
    pub(super) fn label(self) -> String {
        self.chosen.get().map_or_else(
            || t(text::ASK_WHOM).to_owned(),
            |chosen| self.label_of(&chosen),
        )
    }

    /// What this profile's window is called.
    pub(super) fn label_of(self, profile: &ProfileId) -> String {
        let name = self.name_of(profile).unwrap_or_default();
        t_with(text::ASK_ONE, &[("name", &name)])
    }

    fn name_of(self, profile: &ProfileId) -> Option<String> {
        self.held.with(|held| {
            let found = held.iter().find(|one| one.id == *profile)?;
            Some(shown(found.name.as_str()))
        })
    }

    fn unread_of(self, profile: &ProfileId) -> u32 {
        self.unread
            .with(|unread| unread.get(profile).copied().unwrap_or_default())
    }

    fn all_unread(self) -> u32 {
        self.unread.with(|unread| {
            unread
                .values()
                .fold(0_u32, |all, one| all.saturating_add(*one))
        })
    }

    /// What the button says: where something was not seen, or else which window it brings back.
    fn button(self) -> String {
        let waiting = self.unread.with(|unread| {
            let mut waiting = unread.iter().filter(|(_, count)| **count > 0);
            waiting.next().map(|(id, _)| id.clone())
        });
        match waiting.and_then(|id| self.name_of(&id)) {
            Some(name) => {
                let count = self.all_unread().to_string();
                t_with(text::ASK_UNREAD, &[("name", &name), ("count", &count)])
            }
            None => self.label(),
        }
    }

    fn open(self, profile: OwnProfile) {
        let id = profile.id.clone();
        if self
            .held
            .with_untracked(|held| held.iter().all(|one| one.id != id))
        {
            self.held.update(|held| held.push(profile));
        }
        self.takes_focus.set(true);
        self.chosen.set(Some(id));
        self.is_open.set(true);
    }

    pub(super) fn close(self) {
        self.is_open.set(false);
        focus_on(format!("#{BUTTON}"));
    }

    /// What the window of this profile says.
    pub(super) fn heard(self, profile: &ProfileId, said: Said) {
        let is_chosen = self
            .chosen
            .try_with_untracked(|chosen| chosen.as_ref() == Some(profile))
            .unwrap_or_default();
        let is_open = self.is_open.try_get_untracked().unwrap_or_default();
        match said {
            Said::Unread(count) => {
                self.unread
                    .try_update(|unread| unread.insert(profile.clone(), count));
            }
            Said::Open if !is_open => {
                self.takes_focus.try_set(false);
                self.chosen.try_set(Some(profile.clone()));
                self.is_open.try_set(true);
            }
            Said::Close if is_chosen => self.close(),
            // The line alone cares whether it is ready, and what is shown stays.
            Said::Ready | Said::Open | Said::Close => {}
        }
    }
}

/// The windows to have, of those there were and of the profiles as they are now: an opened one
/// stays, and what goes on is there.
fn held_of(before: &[OwnProfile], now: &[OwnProfile]) -> Vec<OwnProfile> {
    let fresh = |one: &OwnProfile| now.iter().find(|now| now.id == one.id);
    let mut held: Vec<_> = before.iter().filter_map(fresh).cloned().collect();
    for profile in now {
        if profile.is_going && held.iter().all(|one| one.id != profile.id) {
            held.push(profile.clone());
        }
    }
    held
}

/// Opens the agent's own chat; a menu, where there is more than one profile for it.
#[component]
pub fn AskButton(own: OwnChat) -> impl IntoView {
    let count = Memo::new(move |_| own.profiles.with(Vec::len));
    let name = move || own.button();
    let toggle = move |_| {
        let first = own.profiles.with_untracked(|all| all.first().cloned());
        match first {
            Some(profile) if !own.is_open.get_untracked() => own.open(profile),
            _ => own.close(),
        }
    };
    move || match count.get() {
        0 => ().into_any(),
        1 => view! {
            <button
                type="button"
                id=BUTTON
                class="rail__link"
                aria-label=name
                aria-expanded=move || own.is_open.get().to_string()
                aria-controls=move || own.is_open.get().then_some(WINDOW)
                on:click=toggle
            >
                <Face own />
            </button>
        }
        .into_any(),
        _ => view! {
            <div class="rail__ask">
                <Menu
                    id=BUTTON
                    label=Signal::derive(name)
                    class="rail__link"
                    face=move || view! { <Face own /> }
                >
                    <p class="menu__caption">{t(text::ASK_WHOM)}</p>
                    <For each=move || own.profiles.get() key=Clone::clone let:profile>
                        <Choice own profile />
                    </For>
                </Menu>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Face(own: OwnChat) -> impl IntoView {
    view! {
        {icon(Icon::Ask)}
        <span class="rail__label">{t(text::ASK)}</span>
        {move || {
            let unread = own.all_unread();
            (unread > 0)
                .then(|| view! { <span class="badge badge--accent" aria-hidden="true">{unread}</span> })
        }}
    }
}

#[component]
fn Choice(own: OwnChat, profile: OwnProfile) -> impl IntoView {
    let name = shown(profile.name.as_str());
    let id = profile.id.clone();
    let (is_going, is_available) = (profile.is_going, profile.is_available);
    let state = move || match (own.unread_of(&id), is_going, is_available) {
        (0, false, true) => None,
        (0, false, false) => Some(t(text::ASK_AWAY).to_owned()),
        (0, true, _) => Some(t(text::ASK_GOING).to_owned()),
        (count, _, _) => Some(t_with(text::ASK_COUNT, &[("count", &count.to_string())])),
    };
    view! {
        <MenuItem sign=Icon::Bubble on_press=move |()| own.open(profile.clone())>
            {name}
            {move || state().map(|state| view! { <span class="menu__state">" " {state}</span> })}
        </MenuItem>
    }
}
