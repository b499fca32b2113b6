//! What stands where there is nothing yet.
//!
//! Invariant: says what will come here, and how.

use super::icon::{Icon, icon};
use leptos::prelude::*;

/// Nothing yet, and what to do about it. Children are its buttons.
#[component]
pub fn EmptyState(
    sign: Icon,
    title: &'static str,
    text: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <span class="empty-state__art">{icon(sign)}</span>
            <h2 class="empty-state__title">{title}</h2>
            <p class="empty-state__text">{text}</p>
            {children
                .map(|children| view! { <div class="empty-state__actions">{children()}</div> })}
        </div>
    }
}
