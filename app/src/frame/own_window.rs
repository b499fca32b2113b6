//! The windows of an agent's own chats, of which one is shown: each is the frame of a chat profile,
//! with its line to this page.
//!
//! Invariant: whose conversation goes on stays here unseen, so that its answers are heard of.

use super::chat_port::{ChatPort, Configuration, Said, Word, configuration};
use super::own_chat::{BUTTON, OwnChat, OwnWindow, WINDOW};
use crate::chat::use_desk;
use crate::locale::{around as text, t, ui};
use crate::ui::{Banner, Button, Tone};
use domain::id::ProfileId;
use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use std::time::Duration;

/// A window that has said nothing for so long is not coming.
const READY_DUE: Duration = Duration::from_secs(20);

/// The windows of the agent's own chats.
#[component]
pub fn OwnChatWindow(own: OwnChat) -> impl IntoView {
    view! {
        <aside
            class="own-chat"
            id=WINDOW
            aria-label=move || own.label()
            data-open=move || own.is_open().then_some("")
            inert=move || !own.is_open()
        >
            <For each=move || own.windows() key=Clone::clone let:window>
                <One own window />
            </For>
        </aside>
    }
}

/// One of them. Unseen, it is still laid out: a frame that is not would hear nothing in time.
#[component]
fn One(own: OwnChat, window: OwnWindow) -> impl IntoView {
    let OwnWindow { profile, key, .. } = window;
    let chosen = profile.clone();
    let is_chosen = Memo::new(move |_| own.is_chosen(&chosen));
    view! {
        <div
            class="own-chat__one"
            data-chosen=move || is_chosen.get().then_some("")
            inert=move || !is_chosen.get()
        >
            <Held own profile key />
        </div>
    }
}

/// The frame of one profile, once its words are known.
#[component]
fn Held(own: OwnChat, profile: ProfileId, key: String) -> impl IntoView {
    let reader = use_desk().agent();
    let address = format!("/chat/frame?profile={profile}&key={key}&reader={reader}");
    let named = StoredValue::new(profile.clone());
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
                title=move || named.with_value(|profile| own.label_of(profile))
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
    /// Whether the window has been told that it is seen.
    is_told: StoredValue<bool>,
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
            is_told: StoredValue::new(false),
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
            self.place
                .try_with_value(|(profile, _)| self.own.heard(profile, said));
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
        let is_shown = self
            .place
            .with_value(|(profile, _)| self.own.is_shown(profile));
        if !self.is_ready.get() {
            return;
        }
        // One that begins closed is not told so: it may be open in another tab, and would close there.
        let was_told = self.is_told.get_value();
        self.is_told.set_value(is_shown);
        if !is_shown && !was_told {
            return;
        }
        let takes_focus = is_shown && self.own.take_focus() && is_focus_free();
        if let Some(frame) = self.frame.get_untracked().filter(|_| takes_focus) {
            let _ = frame.focus();
        }
        let word = if is_shown {
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
