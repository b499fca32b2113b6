//! The bundle of the agents' pages: takes over what the server rendered.
//!
//! Invariant: draws nothing itself; natively it is empty.

/// Takes over the page that the server rendered. An exported function keeps everything it
/// reaches, so the chat frame's bundle must never have it.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}
