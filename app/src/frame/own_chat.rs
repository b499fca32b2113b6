//! A chat of the agent's own, at a chat profile that is for agents: the button in the rail, and the
//! window beside whatever page is shown.
//!
//! Invariant: the window is the visitor's; this page knows of it what a host page may know.

use super::chat_port::{ChatPort, Configuration, Said, Word, configuration};
use crate::api;
use crate::chat::{Desk, use_desk};
use crate::locale::{around as text, t, t_with, ui};
use crate::ui::focus::focus_on;
use crate::ui::{Banner, Button, Icon, Menu, MenuItem, Tone, icon};
use domain::api::{ListOwnProfiles, OwnProfile};
use domain::id::ProfileId;
use domain::text::shown;
use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use std::time::Duration;

/// The button's id, for the focus that comes back from the window.
const BUTTON: &str = "ask";
/// The window's id, which the button names.
const WINDOW: &str = "own-chat";
/// A window that has said nothing for so long is not coming.
const READY_DUE: Duration = Duration::from_secs(20);

/// Which chat profiles there are for agents, and what of them this page shows.
#[derive(Clone, Copy)]
pub struct OwnChat {
    profiles: RwSignal<Vec<OwnProfile>>,
    /// The one whose window is there, seen or not.
    held: RwSignal<Option<OwnProfile>>,
    is_open: RwSignal<bool>,
    /// Whether a person has just opened it.
    takes_focus: RwSignal<bool>,
    unread: RwSignal<u32>,
}

impl OwnChat {
    /// Nothing is known yet. Read when the page runs, and whenever settings are saved.
    pub fn begin(desk: Desk) -> Self {
        let own = Self {
            profiles: RwSignal::new(Vec::new()),
            held: RwSignal::new(None),
            is_open: RwSignal::new(false),
            takes_focus: RwSignal::new(false),
            unread: RwSignal::new(0),
        };
        Effect::new(move |_| {
            desk.session().settings.track();
            // What goes on there may have changed with what was done in the window.
            own.is_open.track();
            spawn_local(own.read(desk));
        });
        own
    }

    /// Begins anew with another session: the window's line has ended with the one before.
    pub fn restart(self, desk: Desk) {
        self.held.set(None);
        self.is_open.set(false);
        self.unread.set(0);
        spawn_local(self.read(desk));
    }

    async fn read(self, desk: Desk) {
        match api::request(ListOwnProfiles {}).await {
            Ok(profiles) => {
                self.profiles.try_set(profiles);
                self.follow();
            }
            // What was there stays; the page says by itself when the line is cut.
            Err(failure) => desk.session().note(&failure),
        }
    }

    /// A conversation that goes on is held, so that its answers are heard of; what is no longer
    /// there is let go.
    fn follow(self) {
        let is_there = |held: &OwnProfile| {
            self.profiles
                .try_with_untracked(|all| {
                    all.iter()
                        .any(|one| one.id == held.id && one.key == held.key)
                })
                .unwrap_or_default()
        };
        let held = self.held.try_get_untracked().flatten();
        if held.as_ref().is_some_and(is_there) {
            return;
        }
        if held.is_some() {
            self.is_open.set(false);
            self.unread.set(0);
        }
        let going = self
            .profiles
            .try_with_untracked(|all| all.iter().find(|one| one.is_going).cloned());
        self.held.try_set(going.flatten());
    }

    /// What the window is called.
    fn label(self) -> String {
        self.held.with(|held| {
            let name = held.as_ref().map(|held| shown(held.name.as_str()));
            t_with(text::ASK_ONE, &[("name", &name.unwrap_or_default())])
        })
    }

    fn open(self, profile: OwnProfile) {
        let is_held = self
            .held
            .with_untracked(|held| held.as_ref().is_some_and(|held| held.id == profile.id));
        if !is_held {
            self.unread.set(0);
            self.held.set(Some(profile));
        }
        self.takes_focus.set(true);
        self.is_open.set(true);
    }

    fn close(self) {
        self.is_open.set(false);
        focus_on(format!("#{BUTTON}"));
    }

    fn heard(self, said: Said) {
        match said {
            // Of no meaning to more than the line.
            Said::Ready => {}
            Said::Unread(count) => {
                self.unread.try_set(count);
            }
            Said::Open => {
                self.takes_focus.try_set(false);
                self.is_open.try_set(true);
            }
            Said::Close => self.close(),
        }
    }
}

/// Opens the agent's own chat; a menu, where there is more than one profile for it.
#[component]
pub fn AskButton(own: OwnChat) -> impl IntoView {
    let count = Memo::new(move |_| own.profiles.with(Vec::len));
    let name = move || {
        let held = own
            .held
            .with(|held| held.as_ref().map(|held| shown(held.name.as_str())));
        held.map_or_else(
            || t(text::ASK_WHOM).to_owned(),
            |name| match own.unread.get() {
                0 => t_with(text::ASK_ONE, &[("name", &name)]),
                unread => t_with(
                    text::ASK_UNREAD,
                    &[("name", &name), ("count", &unread.to_string())],
                ),
            },
        )
    };
    let toggle = move |_| {
        let first = own.profiles.with_untracked(|all| all.first().cloned());
        match first {
            Some(profile) if !own.is_open.get_untracked() => own.open(profile),
            _ => own.close(),
        }
    };
    move || {
        match count.get() {
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
                    <For each=move || own.profiles.get() key=|one| (one.id.clone(), one.is_going, one.is_available) let:profile>
                        <Choice own profile />
                    </For>
                </Menu>
            </div>
        }
        .into_any(),
    }
    }
}

#[component]
fn Face(own: OwnChat) -> impl IntoView {
    view! {
        {icon(Icon::Ask)}
        <span class="rail__label">{t(text::ASK)}</span>
        {move || {
            let unread = own.unread.get();
            (unread > 0)
                .then(|| view! { <span class="badge badge--accent" aria-hidden="true">{unread}</span> })
        }}
    }
}

#[component]
fn Choice(own: OwnChat, profile: OwnProfile) -> impl IntoView {
    let name = shown(profile.name.as_str());
    let state = match (profile.is_going, profile.is_available) {
        (true, _) => Some(t(text::ASK_GOING)),
        (false, false) => Some(t(text::ASK_AWAY)),
        (false, true) => None,
    };
    view! {
        <MenuItem sign=Icon::Bubble on_press=move |()| own.open(profile.clone())>
            {name}
            {state.map(|state| view! { <span class="menu__state">" " {state}</span> })}
        </MenuItem>
    }
}

/// The window of the agent's own chat.
#[component]
pub fn OwnChatWindow(own: OwnChat) -> impl IntoView {
    let desk = use_desk();
    // A new key is a new window; what else changes of a profile is not.
    let held = Memo::new(move |_| {
        own.held.with(|held| {
            held.as_ref()
                .map(|held| (held.id.clone(), held.key.clone()))
        })
    });
    view! {
        <aside
            class="own-chat"
            id=WINDOW
            aria-label=move || own.label()
            data-open=move || own.is_open.get().then_some("")
            inert=move || !own.is_open.get()
        >
            {move || {
                held.get().map(|(profile, key)| {
                    let address = format!("/chat/frame?profile={profile}&key={key}&reader={}", desk.agent());
                    view! { <Held own profile key address /> }
                })
            }}
        </aside>
    }
}

/// The frame of one profile, once its words are known.
#[component]
fn Held(own: OwnChat, profile: ProfileId, key: String, address: String) -> impl IntoView {
    let frame = NodeRef::<html::Iframe>::new();
    let loading = Loading::begin(own, frame, profile, key);
    let retry = Callback::new(move |()| loading.read());
    move || match loading.is_there.get() {
        None => view! {
            <p class="own-chat__instead" role="status">
                <span class="spinner"></span>
                {t(ui::LOADING)}
            </p>
        }
        .into_any(),
        Some(false) => view! {
            <div class="own-chat__instead">
                <Banner tone=Tone::Danger text=t(text::ASK_FAILED)>
                    <Button is_small=true on_press=retry>
                        {t(ui::TRY_AGAIN)}
                    </Button>
                    <Button is_small=true on_press=Callback::new(move |()| own.close())>
                        {t(ui::CLOSE)}
                    </Button>
                </Banner>
            </div>
        }
        .into_any(),
        Some(true) => view! {
            <iframe
                node_ref=frame
                class="own-chat__frame"
                allow="autoplay; clipboard-write"
                src=address.clone()
                title=move || own.label()
            ></iframe>
        }
        .into_any(),
    }
}

/// A window on its way, and the line to it.
#[derive(Clone, Copy)]
struct Loading {
    own: OwnChat,
    frame: NodeRef<html::Iframe>,
    place: StoredValue<(ProfileId, String)>,
    configuration: StoredValue<Option<Configuration>, LocalStorage>,
    port: StoredValue<Option<ChatPort>, LocalStorage>,
    is_ready: RwSignal<bool>,
    /// `None` while it is asked for; then whether the frame may begin.
    is_there: RwSignal<Option<bool>>,
}

impl Loading {
    fn begin(own: OwnChat, frame: NodeRef<html::Iframe>, profile: ProfileId, key: String) -> Self {
        let loading = Self {
            own,
            frame,
            place: StoredValue::new((profile, key)),
            configuration: StoredValue::new_local(None),
            port: StoredValue::new_local(None),
            is_ready: RwSignal::new(false),
            is_there: RwSignal::new(None),
        };
        Effect::new(move |_| loading.read());
        Effect::new(move |_| loading.connect());
        Effect::new(move |_| loading.tell());
        loading
    }

    /// Asks how the window is to speak.
    fn read(self) {
        self.is_ready.set(false);
        self.is_there.set(None);
        let (profile, key) = self.place.get_value();
        spawn_local(async move {
            let answer = configuration(profile.as_str(), &key).await;
            let is_there = answer.is_some();
            self.configuration.try_update_value(|held| *held = answer);
            self.is_there.try_set(Some(is_there));
        });
    }

    /// Waits for the frame that has just been put there.
    fn connect(self) {
        let Some(frame) = self.frame.get() else {
            return;
        };
        let Some(configuration) = self.configuration.get_value() else {
            return;
        };
        let heard = move |said| {
            if said == Said::Ready {
                self.is_ready.try_set(true);
            }
            self.own.heard(said);
        };
        self.port
            .set_value(ChatPort::open(frame, configuration, heard));
        let late = move || {
            if self.is_ready.try_get_untracked() == Some(false) {
                self.is_there.try_set(Some(false));
            }
        };
        if let Ok(timer) = set_timeout_with_handle(late, READY_DUE) {
            on_cleanup(move || timer.clear());
        }
    }

    /// Tells the window whether it is seen, as soon as it listens and whenever that changes.
    fn tell(self) {
        let (is_ready, is_open) = (self.is_ready.get(), self.own.is_open.get());
        if !is_ready {
            return;
        }
        let takes_focus = is_open && self.own.takes_focus.get_untracked() && is_focus_free();
        if let Some(frame) = self.frame.get_untracked().filter(|_| takes_focus) {
            let _ = frame.focus();
        }
        self.own.takes_focus.set(false);
        let word = if is_open {
            Word::Open { takes_focus }
        } else {
            Word::Close
        };
        self.port.with_value(|port| {
            if let Some(port) = port {
                port.tell(word);
            }
        });
    }
}

/// Whether whoever has opened the window still waits for it, and does not write elsewhere by now.
fn is_focus_free() -> bool {
    let active = document().active_element();
    active.is_none_or(|active| active.id() == BUTTON || active.tag_name() == "BODY")
}
