//! Tells an available agent that nobody counts on them any more, why, and what to do.
//!
//! Invariant: says what the server says; who is away by their own word is told nothing here.

use crate::chat::use_desk;
use crate::locale::{chat as text, t_with};
use crate::ui::{Banner, Tone};
use domain::limit;
use leptos::prelude::*;

/// Why visitors are told that nobody is there, although this agent is available.
#[component]
pub fn IdleSign() -> impl IntoView {
    let desk = use_desk();
    let since = desk.session().idle_since;
    let is_idle = Memo::new(move |_| since.with(Option::is_some) && desk.is_available());
    move || {
        is_idle.get().then(|| {
            let minutes = (limit::AGENT_IDLE.seconds() / 60).to_string();
            let words = t_with(text::IDLE_NOTICE, &[("minutes", &minutes)]);
            view! { <Banner tone=Tone::Waiting is_bar=true text=words /> }
        })
    }
}
