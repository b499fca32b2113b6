//! Short notices at the lower edge that go by themselves, except those about something wrong.
//!
//! Invariant: at most a few at a time; the oldest makes room.

use super::Tone;
use super::icon::{Icon, icon};
use crate::locale::{t, ui};
use leptos::prelude::*;
use std::time::Duration;

const KEPT_MAX: usize = 3;
const SHOWN_FOR: Duration = Duration::from_secs(6);

#[derive(Clone)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
}

/// Shows notices. Any component below `provide_toaster` finds it in its context.
#[derive(Clone, Copy)]
pub struct Toaster {
    toasts: RwSignal<Vec<Toast>>,
    last: RwSignal<u32>,
}

impl Toaster {
    /// Says something.
    pub fn say(self, tone: Tone, text: impl Into<String>) {
        let id = self.last.get_untracked().wrapping_add(1);
        self.last.set(id);
        self.toasts.update(|toasts| {
            if toasts.len() >= KEPT_MAX {
                toasts.remove(0);
            }
            toasts.push(Toast {
                id,
                tone,
                text: text.into(),
            });
        });
        // What went wrong may need more time to read than we can guess.
        if tone != Tone::Danger {
            set_timeout(move || self.dismiss(id), SHOWN_FOR);
        }
    }

    fn dismiss(self, id: u32) {
        self.toasts
            .try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// Makes the toaster of a page.
pub fn provide_toaster() -> Toaster {
    let toaster = Toaster {
        toasts: RwSignal::new(Vec::new()),
        last: RwSignal::new(0),
    };
    provide_context(toaster);
    toaster
}

/// Where the notices appear. Stands once per page, from the start: a live region that comes
/// with its first text is not spoken.
#[component]
pub fn Toasts(toaster: Toaster) -> impl IntoView {
    view! {
        <div class="toasts" role="region" aria-label=t(ui::NOTICES) aria-live="polite">
            <For each=move || toaster.toasts.get() key=|toast| toast.id let:toast>
                <div
                    class="toast"
                    class:toast--positive=toast.tone == Tone::Positive
                    class:toast--danger=toast.tone == Tone::Danger
                >
                    {icon(if toast.tone == Tone::Danger { Icon::Alert } else { Icon::Check })}
                    <p class="toast__text">{toast.text}</p>
                    <button
                        type="button"
                        class="button button--quiet button--icon button--small"
                        aria-label=t(ui::DISMISS)
                        on:click=move |_| toaster.dismiss(toast.id)
                    >
                        {icon(Icon::Close)}
                    </button>
                </div>
            </For>
        </div>
    }
}
