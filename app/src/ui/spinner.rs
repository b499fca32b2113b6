//! The turning ring.
//!
//! Invariant: says what is happening to those who cannot see it turn.

use crate::locale::{t, ui};
use leptos::prelude::*;

/// Something is on its way.
#[component]
pub fn Spinner() -> impl IntoView {
    view! {
        <span class="spinner" role="status">
            <span class="visually-hidden">{t(ui::LOADING)}</span>
        </span>
    }
}
