//! Leaving the page, and loading it anew. Called from handlers only.
//!
//! Invariant: on the server it does nothing; addresses are local ones.

/// A whole new page: what an earlier session left in this one is gone.
pub fn go_to(address: &str) {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        // Fails only for an address that is none; ours are made by `next::local`.
        let _ = window.location().assign(address);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = address;
}

/// The same page, anew.
pub fn reload() {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}
