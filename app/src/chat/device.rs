//! What a window does beyond its page: whether somebody looks at it, its sound, the browser's
//! notifications.
//!
//! Invariant: never asks for a permission by itself, and on the server does nothing.

use leptos::prelude::*;

/// Whether a person can see this window.
#[derive(Clone, Copy)]
pub struct Watch(RwSignal<bool>);

impl Watch {
    /// Begins to look.
    pub fn begin() -> Self {
        let watch = Self(RwSignal::new(false));
        Effect::new(move |_| {
            let look = move || {
                let is_watched = is_in_front();
                watch
                    .0
                    .maybe_update(|held| std::mem::replace(held, is_watched) != is_watched);
            };
            look();
            let handles = [
                window_event_listener_untyped("focus", move |_| look()),
                window_event_listener_untyped("blur", move |_| look()),
            ];
            // Bubbles from the document.
            let visible = window_event_listener_untyped("visibilitychange", move |_| look());
            on_cleanup(move || {
                visible.remove();
                for handle in handles {
                    handle.remove();
                }
            });
        });
        watch
    }

    /// Whether a person can see this window; tracked.
    pub fn is_watched(self) -> bool {
        self.0.get()
    }

    /// The same, untracked.
    pub fn is_watched_now(self) -> bool {
        self.0.get_untracked()
    }
}

/// What the browser says of its notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// It was not asked yet.
    Open,
    /// It shows them.
    Granted,
    /// It does not, or cannot.
    Blocked,
}

#[cfg(target_arch = "wasm32")]
pub use browser::{ask, is_in_front, notify, permission, sound};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::super::keeping;
    use super::Permission;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{HtmlAudioElement, Notification, NotificationOptions, NotificationPermission};

    const SOUND: &str = "/message.wav";

    /// Whether the window is visible and has the focus.
    pub fn is_in_front() -> bool {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else {
            return false;
        };
        !document.hidden() && document.has_focus().unwrap_or(false)
    }

    /// The sound of something new, unless this browser wants to be silent.
    pub fn sound() {
        if keeping::is_muted() {
            return;
        }
        if let Ok(audio) = HtmlAudioElement::new_with_src(SOUND)
            && let Ok(playing) = audio.play()
        {
            // A browser plays nothing before the person has touched the page: no news for us.
            leptos::task::spawn_local(async move {
                let _ = JsFuture::from(playing).await;
            });
        }
    }

    /// What the browser says.
    pub fn permission() -> Permission {
        match Notification::permission() {
            NotificationPermission::Granted => Permission::Granted,
            NotificationPermission::Default => Permission::Open,
            _ => Permission::Blocked,
        }
    }

    /// Asks the person. Only ever called by a button of theirs.
    pub async fn ask() -> Permission {
        if let Ok(asked) = Notification::request_permission() {
            let _ = JsFuture::from(asked).await;
        }
        permission()
    }

    /// A notification of the browser, if the person allowed them. One replaces the one before.
    pub fn notify(title: &str, text: &str) {
        if permission() != Permission::Granted {
            return;
        }
        let options = NotificationOptions::new();
        options.set_body(text);
        options.set_tag("aureole");
        // Some browsers allow notifications in a worker only.
        let _ = Notification::new_with_options(title, &options);
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub use page::{ask, is_in_front, notify, permission, sound};

#[cfg(not(target_arch = "wasm32"))]
mod page {
    use super::Permission;

    pub fn is_in_front() -> bool {
        false
    }
    pub fn sound() {}
    pub fn permission() -> Permission {
        Permission::Open
    }
    pub async fn ask() -> Permission {
        std::future::ready(Permission::Open).await
    }
    pub fn notify(_title: &str, _text: &str) {}
}
