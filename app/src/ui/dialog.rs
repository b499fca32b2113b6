//! A question over the page, as the browser's own modal dialog: focus, Escape and inertness of
//! the page behind are its work.
//!
//! Invariant: `open` is the truth; closing by Escape or button only sets it.

use super::icon::{Icon, icon};
use crate::locale::{t, ui};
use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};

/// A modal dialog. `id` names its title for screen readers. Without `is_dismissible` only its
/// own buttons close it.
#[component]
pub fn Dialog(
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    open: RwSignal<bool>,
    #[prop(optional)] is_narrow: bool,
    #[prop(default = true)] is_dismissible: bool,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let (Some(dialog), is_open) = (dialog.get(), open.get()) else {
            return;
        };
        if is_open && !dialog.open() {
            // Fails only for a dialog outside the document, which nobody sees.
            let _ = dialog.show_modal();
        } else if !is_open && dialog.open() {
            dialog.close();
            // The event comes a task later, and so would the first letters of a quick hand.
            wake_caret();
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            class:dialog--narrow=is_narrow
            aria-labelledby=id
            on:cancel=move |event: ev::Event| {
                if !is_dismissible {
                    event.prevent_default();
                }
            }
            on:close=move |_| {
                open.set(false);
                wake_caret();
            }
        >
            <h2 class="dialog__title" id=id>
                {move || title.get()}
            </h2>
            {children()}
            {is_dismissible
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button button--quiet button--icon button--small dialog__close"
                            aria-label=t(ui::CLOSE)
                            on:click=move |_| open.set(false)
                        >
                            {icon(Icon::Close)}
                        </button>
                    }
                })}
        </dialog>
    }
}

/// Chromium gives the focus back to the field that had it, but no caret: what is typed would go
/// nowhere until the field is left and entered again.
fn wake_caret() {
    let field = document()
        .active_element()
        .filter(|active| matches!(active.tag_name().as_str(), "TEXTAREA" | "INPUT"))
        .and_then(|active| active.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(field) = field {
        let _ = field.blur();
        let _ = field.focus();
    }
}
