//! A sentence across the page that stays until its reason is gone.
//!
//! Invariant: spoken once by a screen reader when it appears.

use super::Tone;
use super::icon::{Icon, icon};
use leptos::prelude::*;

/// A sentence that stays. `is_bar` runs it from edge to edge; a child may follow: a button.
#[component]
pub fn Banner(
    #[prop(optional)] tone: Tone,
    #[prop(optional)] is_bar: bool,
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (class, sign, role) = match tone {
        Tone::Info => ("banner banner--info", Icon::Bubble, "status"),
        Tone::Positive => ("banner banner--positive", Icon::Check, "status"),
        Tone::Waiting => ("banner banner--warning", Icon::Clock, "status"),
        Tone::Danger => ("banner banner--danger", Icon::Alert, "alert"),
    };
    view! {
        <div class=class class:banner--bar=is_bar role=role>
            {icon(sign)}
            <p class="banner__text">{move || text.get()}</p>
            {children.map(|children| children())}
        </div>
    }
}
