//! What a visitor will see with the profile as it is being edited.
//!
//! Invariant: a picture, not a window: nothing in it can be reached or pressed.

use crate::locale::{admin as text, t, transcript};
use crate::ui::{Avatar, Icon, icon as sign};
use domain::api::picture_address;
use domain::id::PictureId;
use domain::text::Colour;
use leptos::{html, prelude::*};

/// What a visitor will see.
#[component]
pub fn Preview(
    #[prop(into)] name: Signal<String>,
    #[prop(into)] colour: Signal<String>,
    #[prop(into)] greeting: Signal<String>,
    #[prop(into)] icon: Signal<Option<PictureId>>,
    #[prop(into)] header: Signal<Option<PictureId>>,
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
                {move || image("preview__picture", header.get())}
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
            <span class="preview__bubble">
                {move || {
                    let own = image("preview__icon", icon.get());
                    let is_ours = own.is_none();
                    (own, is_ours.then(|| sign(Icon::Bubble)))
                }}
            </span>
        </div>
    }
}

fn image(class: &'static str, picture: Option<PictureId>) -> Option<impl IntoView> {
    let picture = picture?;
    Some(view! { <img class=class src=picture_address(&picture) alt="" /> })
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
