//! How long something has been, ticking. Rendered by the server without the time, because only
//! the browser's clock ticks; its place is kept, so that nothing moves when it comes.
//!
//! Invariant: reads the desk's clock, which is the server's time, and no other.

use super::desk::use_desk;
use crate::locale::format;
use domain::time::{Span, Timestamp};
use leptos::prelude::*;

/// How long ago `at` was, in the words of `words`.
fn ticking(at: Timestamp, words: fn(Span) -> String) -> impl IntoView + use<> {
    let desk = use_desk();
    // The words change once a minute, the clock every second.
    let words = Memo::new(move |_| {
        desk.clock
            .get()
            .map(|now| words(now.since(at)))
            .unwrap_or_default()
    });
    view! { <time datetime=format::machine(at)>{words}</time> }
}

/// How long somebody has waited: "4 min".
#[component]
pub fn Waited(since: Timestamp) -> impl IntoView {
    ticking(since, format::waited)
}

/// When something last happened: "5 min".
#[component]
pub fn Ago(at: Timestamp) -> impl IntoView {
    ticking(at, format::ago)
}
