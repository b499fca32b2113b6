//! How many characters are left, near the limit only.
//!
//! Invariant: spoken politely, and only when it stands there.

use leptos::prelude::*;

/// Characters left (`room`, negative when over), shown once fewer than `from` remain.
/// `label` makes the sentence for a screen reader.
#[component]
pub fn Countdown(
    #[prop(into)] room: Signal<isize>,
    from: isize,
    label: fn(isize) -> String,
) -> impl IntoView {
    view! {
        <span
            class="countdown composer__limit"
            class:countdown--over=move || room.get() < 0
            hidden=move || room.get() >= from
        >
            <span aria-hidden="true">{move || room.get()}</span>
            <span class="visually-hidden" role="status">
                // Every key would be too much to hear: in steps of ten, and when it is over.
                {move || {
                    let room = room.get();
                    (room < from && (room % 10 == 0 || room < 0)).then(|| label(room))
                }}
            </span>
        </span>
    }
}
