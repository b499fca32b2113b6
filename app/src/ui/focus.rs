//! Where the focus goes when what had it is taken away: to a place that is named, never to nowhere.
//!
//! Invariant: asks the document only after what was just decided is drawn.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;
use std::borrow::Cow;

/// Moves the focus to the first element that this selector finds, once it is drawn.
pub fn focus_on(selector: impl Into<Cow<'static, str>>) {
    let selector = selector.into();
    request_animation_frame(move || focus_now(&selector));
}

fn focus_now(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// As [`focus_on`], if nothing has the focus by then: what had it is not shown any more.
pub fn focus_if_lost(selector: &'static str) {
    request_animation_frame(move || {
        request_animation_frame(move || {
            let focused = document().active_element();
            // At once: whoever is given the focus after this look keeps it.
            if focused.is_none_or(|focused| focused.tag_name() == "BODY") {
                focus_now(selector);
            }
        });
    });
}
