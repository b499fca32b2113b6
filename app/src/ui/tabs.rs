//! Tabs that are addresses: each is a link, so that reload and back show the same one.
//!
//! Invariant: knows no router; the current one is told.

use leptos::{html, prelude::*, web_sys};

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
    let tab = NodeRef::<html::A>::new();
    Effect::new(move |_| {
        if let Some(tab) = tab.get().filter(|_| is_current.get()) {
            reveal(&tab);
        }
    });
    view! {
        <a
            node_ref=tab
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

/// Moves a row that is too long for its place so that this tab stands in the middle.
fn reveal(tab: &web_sys::HtmlElement) {
    if let Some(row) = tab.parent_element() {
        let middle = tab.offset_left() + tab.offset_width() / 2;
        row.set_scroll_left(middle - row.client_width() / 2);
    }
}
