//! A count or a word on a soft ground.
//!
//! Invariant: its colour never says anything that its text does not.

use super::Tone;
use leptos::prelude::*;

/// A count or a word.
#[component]
pub fn Badge(#[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    let class = match tone {
        Tone::Info => "badge",
        Tone::Positive => "badge badge--positive",
        Tone::Waiting => "badge badge--waiting",
        Tone::Danger => "badge badge--danger",
    };
    view! { <span class=class>{children()}</span> }
}
