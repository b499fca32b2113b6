//! What a visitor will see with the profile as it is being edited.
//!
//! Invariant: a picture, not a window: nothing in it can be reached or pressed.

use crate::locale::{admin as text, t, transcript};
use crate::ui::{Avatar, Icon, icon};
use domain::text::Colour;
use leptos::{html, prelude::*};

/// What a visitor will see.
#[component]
pub fn Preview(
    #[prop(into)] name: Signal<String>,
    #[prop(into)] colour: Signal<String>,
    #[prop(into)] greeting: Signal<String>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(frame) = frame.get() else { return };
        // What is no colour yet leaves the last one standing.
        if let Ok(colour) = Colour::parse(&colour.get()) {
            paint(&frame, &colour);
        }
    });
    view! {
        <div class="preview" node_ref=frame role="img" aria-label=t(text::PROFILE_PREVIEW)>
            <div class="preview__window" aria-hidden="true">
                <div class="preview__header">
                    <Avatar name=name hue=0 />
                    <span class="preview__name">{move || name.get()}</span>
                </div>
                <p class="preview__greeting">{move || greeting.get()}</p>
                <div class="entry entry--own">
                    <p class="entry__bubble">{t(text::PREVIEW_QUESTION)}</p>
                </div>
                <div class="entry entry--other">
                    <p class="entry__bubble">{t(text::PREVIEW_ANSWER)}</p>
                </div>
                <div class="preview__composer">{t(transcript::WRITE)}</div>
            </div>
            <span class="preview__bubble">{icon(Icon::Bubble)}</span>
        </div>
    }
}

/// Through the CSSOM: no style attribute is ever written as text.
#[cfg(target_arch = "wasm32")]
fn paint(frame: &web_sys::HtmlDivElement, colour: &Colour) {
    let ink = if colour.has_room_for_white() {
        "#ffffff"
    } else {
        "#000000"
    };
    // Leptos gives elements a method of the same name.
    let style = web_sys::HtmlElement::style(frame);
    let _ = style.set_property("--accent", colour.as_str());
    let _ = style.set_property("--on-accent", ink);
}

#[cfg(not(target_arch = "wasm32"))]
fn paint(_frame: &leptos::web_sys::HtmlDivElement, _colour: &Colour) {}
