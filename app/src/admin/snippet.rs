//! The lines to copy into a website.
//!
//! Invariant: shows exactly what is copied.

use crate::api;
use crate::around::use_session;
use crate::locale::{admin as text, t};
use crate::ui::{Card, CopyButton};
use domain::api::MarkSnippetCopied;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The lines to copy into a website.
#[component]
pub fn Snippet(#[prop(into)] snippet: Signal<String>) -> impl IntoView {
    let session = use_session();
    let copied = move |()| {
        spawn_local(async move {
            // It is in the clipboard; that the first steps do not know it yet hurts nobody.
            if let Err(failure) = api::request(MarkSnippetCopied {}).await {
                session.note(&failure);
            }
        });
    };
    view! {
        <Card title=t(text::SNIPPET_TITLE) lead=t(text::SNIPPET_TEXT)>
            <div class="snippet">
                <div class="snippet__bar">
                    <span>{t(text::SNIPPET_LANGUAGE)}</span>
                    <CopyButton
                        text=snippet
                        label=t(text::SNIPPET_COPY)
                        on_copied=Callback::new(copied)
                    />
                </div>
                <pre
                    class="snippet__code"
                    tabindex="0"
                    role="region"
                    aria-label=t(text::SNIPPET_LABEL)
                >
                    <code>{move || snippet.get()}</code>
                </pre>
            </div>
        </Card>
    }
}
