//! Copies a text and says that it did.
//!
//! Invariant: never claims to have copied what the browser refused.

use super::button::Look;
use super::icon::{Icon, icon};
use crate::locale::{t, ui};
use leptos::prelude::*;

/// A button that copies `text`; `on_copied` is told once it is in the clipboard.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What it copies, for those who cannot see what it stands beside; the button's whole name.
    #[prop(optional)]
    label: Option<&'static str>,
    #[prop(optional)] look: Look,
    #[prop(optional, into)] on_copied: Option<Callback<()>>,
) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    view! {
        <button
            type="button"
            class=if look == Look::Primary {
                "button button--small button--primary"
            } else {
                "button button--small button--quiet"
            }
            aria-label=move || label.filter(|_| !is_copied.get())
            on:click=move |_| {
                copy(
                    &text.get_untracked(),
                    move || {
                        is_copied.set(true);
                        if let Some(on_copied) = on_copied {
                            on_copied.run(());
                        }
                    },
                );
            }
        >
            {move || icon(if is_copied.get() { Icon::Check } else { Icon::Copy })}
            {move || t(if is_copied.get() { ui::COPIED } else { ui::COPY })}
        </button>
        // Beside the button: inside it, a status would be no part of the button's name.
        <span class="visually-hidden" role="status">
            {move || is_copied.get().then(|| t(ui::COPIED))}
        </span>
    }
}

#[cfg(target_arch = "wasm32")]
fn copy(text: &str, copied: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let written = window.navigator().clipboard().write_text(text);
    leptos::task::spawn_local(async move {
        if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
            copied();
        }
    });
}

#[cfg(not(target_arch = "wasm32"))]
fn copy(_text: &str, _copied: impl FnOnce() + 'static) {}
