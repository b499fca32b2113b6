//! Files in a conversation, as far as a page's program knows of them: where they lie, and which
//! were sent. What is drawn of them, and how they travel, is plain script that is loaded when it
//! is first wanted (`widget/more.js`).
//!
//! Invariant: a file outlives the component that began to send it; nothing here belongs to a view.

use domain::conversation::Attachment;
use domain::id::AttachmentId;
use std::sync::Arc;

/// Where a file is, or with `None` where the next one is to be sent: the address, and for visitors
/// their token behind a line break, as it must not stand in an address. Empty: nowhere.
pub type Whereabouts = Arc<dyn Fn(Option<&AttachmentId>) -> String + Send + Sync>;

/// How a composer sends files.
#[derive(Clone)]
pub struct Files {
    /// Where to.
    pub whereabouts: Whereabouts,
    /// The server has a file; now it may be said in the conversation.
    pub on_sent: Arc<dyn Fn(Attachment) + Send + Sync>,
}

#[cfg(target_arch = "wasm32")]
pub(super) use browser::{show, tools};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::{Attachment, Files, Whereabouts};
    use wasm_bindgen::prelude::*;
    use web_sys::Element;

    #[wasm_bindgen]
    extern "C" {
        // Loads the script if it is not there yet, and calls its function of this name.
        #[wasm_bindgen(js_namespace = aureoleBoot, js_name = more)]
        fn more(function: &str, element: &Element, first: &JsValue, second: &JsValue);
    }

    /// Draws a file in its place.
    pub(crate) fn show(element: &Element, whereabouts: &Whereabouts, attachment: &Attachment) {
        let place = whereabouts(Some(&attachment.id));
        let attachment = domain::json::write(attachment).unwrap_or_default();
        more("show", element, &place.into(), &attachment.into());
    }

    /// Puts what writes beside the text, emoji and files, into this element of a composer.
    pub(crate) fn tools(element: &Element, files: &Files) {
        let whereabouts = files.whereabouts.clone();
        // For good: a file may arrive when the composer is gone, and belongs where it was sent.
        let whereabouts = Closure::<dyn Fn() -> String>::new(move || whereabouts(None));
        let on_sent = files.on_sent.clone();
        let on_sent = Closure::<dyn Fn(String)>::new(move |text: String| {
            if let Ok(attachment) = domain::json::read(&text) {
                on_sent(attachment);
            }
        });
        let (whereabouts, on_sent) = (whereabouts.into_js_value(), on_sent.into_js_value());
        more("tools", element, &whereabouts, &on_sent);
    }
}
