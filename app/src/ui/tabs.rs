//! Tabs that are addresses: each is a link, so that reload and back show the same one.
//!
//! Invariant: knows no router; the current one is told.

use leptos::prelude::*;

/// A row of tabs; `label` says what they choose.
#[component]
pub fn Tabs(label: &'static str, children: Children) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            {children()}
        </nav>
    }
}

/// One tab.
#[component]
pub fn Tab(
    #[prop(into)] href: Signal<String>,
    #[prop(into)] is_current: Signal<bool>,
    #[prop(optional, into)] count: Signal<Option<u32>>,
    children: Children,
) -> impl IntoView {
    view! {
        <a
            class="tabs__tab"
            href=move || href.get()
            aria-current=move || is_current.get().then_some("page")
        >
            {children()}
            {move || {
                count
                    .get()
                    .filter(|count| *count > 0)
                    .map(|count| view! { <span class="tabs__count">{count}</span> })
            }}
        </a>
    }
}
