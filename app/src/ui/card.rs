//! A box with a title, a sentence and its content.
//!
//! Invariant: the title is a heading of the second level; a page has one of the first.

use leptos::prelude::*;

/// A box with a title, a sentence and its content.
#[component]
pub fn Card(
    title: &'static str,
    #[prop(optional, into)] lead: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            <header class="card__header">
                <h2 class="card__title">{title}</h2>
                {lead.map(|lead| view! { <p class="card__lead">{lead}</p> })}
            </header>
            <div class="card__body">{children()}</div>
        </section>
    }
}
