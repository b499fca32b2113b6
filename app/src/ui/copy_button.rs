//! Copies a text and says that it did.
//!
//! Invariant: never claims to have copied what the browser refused.

use super::button::Look;
use super::icon::{Icon, icon};
use crate::locale::{t, ui};
use leptos::prelude::*;

/// What came of the last press.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    Nothing,
    Copied,
    /// The browser lends its clipboard to pages with a certificate only, or its owner said no.
    Refused,
}

/// A button that copies `text`, once there is any; `on_copied` is told when it is in the clipboard.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What it copies, for those who cannot see what it stands beside; the button's whole name.
    #[prop(optional)]
    label: Option<&'static str>,
    #[prop(optional)] look: Look,
    #[prop(optional, into)] on_copied: Option<Callback<()>>,
) -> impl IntoView {
    let came = RwSignal::new(Came::Nothing);
    let says = move || match came.get() {
        Came::Nothing => None,
        Came::Copied => Some(t(ui::COPIED)),
        Came::Refused => Some(t(ui::COPY_BY_HAND)),
    };
    view! {
        <button
            type="button"
            class=if look == Look::Primary {
                "button button--small button--primary"
            } else {
                "button button--small button--quiet"
            }
            disabled=move || text.with(String::is_empty)
            aria-label=move || label.filter(|_| came.get() == Came::Nothing)
            on:click=move |_| {
                copy(
                    &text.get_untracked(),
                    move |is_copied| {
                        came.set(if is_copied { Came::Copied } else { Came::Refused });
                        if let Some(on_copied) = on_copied.filter(|_| is_copied) {
                            on_copied.run(());
                        }
                    },
                );
            }
        >
            {move || icon(if came.get() == Came::Copied { Icon::Check } else { Icon::Copy })}
            {move || says().unwrap_or_else(|| t(ui::COPY))}
        </button>
        // Beside the button: inside it, a status would be no part of the button's name.
        <span class="visually-hidden" role="status">
            {says}
        </span>
    }
}

#[cfg(target_arch = "wasm32")]
fn copy(text: &str, done: impl FnOnce(bool) + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let clipboard = window.navigator().clipboard();
    if clipboard.is_undefined() {
        return done(false);
    }
    let written = clipboard.write_text(text);
    leptos::task::spawn_local(async move {
        done(wasm_bindgen_futures::JsFuture::from(written).await.is_ok());
    });
}

#[cfg(not(target_arch = "wasm32"))]
fn copy(_text: &str, _done: impl FnOnce(bool) + 'static) {}
