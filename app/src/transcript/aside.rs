//! What a conversation needs beside its text, drawn by a script that is loaded when the text can be
//! written already (`widget/more.js`): emoji, files, what is asked after the end. The page answers
//! what the script asks.
//!
//! Invariant: the script decides nothing of a conversation; whatever it was told or wants done
//! goes through the page's [`Ask`].

use std::sync::Arc;

/// The page's answer to the script: what is asked, and of what.
///
/// - `where`, of the id of a file, or of nothing: where that file is, or where the next one is to
///   be sent; for visitors with their token behind a line break, as it must not stand in an
///   address. Empty: nowhere.
/// - `rate`, of a word and behind a line break a comment: say what the visitor thought.
/// - `say`, of a text: say it, as an answer to a bot.
/// - `again`: end this conversation and begin anew.
/// - `copy`, of an e-mail address: have the transcript sent there.
///
/// It may be asked when the view that gave it is gone.
pub type Ask = Arc<dyn Fn(&str, &str) -> String + Send + Sync>;

#[cfg(target_arch = "wasm32")]
pub(crate) use browser::{answering, call};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::Ask;
    use wasm_bindgen::prelude::*;
    use web_sys::Element;

    /// The page's answers, as the script can ask for them.
    pub(crate) type Answering = Closure<dyn Fn(String, String) -> String>;

    #[wasm_bindgen]
    extern "C" {
        // Loads the script if it is not there yet, and calls its function of this name.
        #[wasm_bindgen(js_namespace = aureoleBoot, js_name = more)]
        fn more(function: &str, element: &Element, answering: &JsValue);
    }

    /// Lets the script ask the page.
    pub(crate) fn answering(ask: &Ask) -> Answering {
        let ask = ask.clone();
        Closure::new(move |what: String, of: String| ask(&what, &of))
    }

    /// Has the script do this at that place.
    pub(crate) fn call(function: &str, place: &Element, answering: &JsValue) {
        more(function, place, answering);
    }
}
