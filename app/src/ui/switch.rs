//! On or off, at once.
//!
//! Invariant: shows what is, not what was asked for; its owner sets it when it has happened.

use leptos::prelude::*;

/// A switch with its label.
#[component]
pub fn Switch(
    #[prop(into)] is_on: Signal<bool>,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] is_disabled: Signal<bool>,
    /// The id of what says more about it.
    #[prop(optional, into)]
    described_by: Option<&'static str>,
    #[prop(into)] on_switch: Callback<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="switch"
            role="switch"
            aria-describedby=described_by
            aria-checked=move || if is_on.get() { "true" } else { "false" }
            disabled=move || is_disabled.get()
            on:click=move |_| on_switch.run(!is_on.get_untracked())
        >
            <span class="switch__track"></span>
            <span class="switch__label">{move || label.get()}</span>
        </button>
    }
}
