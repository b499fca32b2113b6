//! The product's mark: a ring that is also a speech bubble, with a light in it. The same drawing
//! as `public/favicon.svg`.
//!
//! Invariant: keeps its own colours in every theme.

use leptos::prelude::*;

/// Draws the mark.
pub fn mark() -> impl IntoView + use<> {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8.5" fill="#4a55c9"></rect>
            <path
                d="M16 6.5a9.5 9.5 0 1 1-4.3 18L7.3 25.6l1-4.5A9.5 9.5 0 0 1 16 6.5Z"
                fill="none"
                stroke="#fff"
                stroke-width="2.8"
                stroke-linejoin="round"
            ></path>
            <circle cx="16" cy="16" r="3.6" fill="#ffc34d"></circle>
        </svg>
    }
}
