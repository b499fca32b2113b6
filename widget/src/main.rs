//! The bundle inside the chat frame: mounts the customer's window and lends it the host page and
//! the visitor's keeping. `boot.js` loads it.
//!
//! Invariant: exports no `hydrate`; natively it is an empty program.

#[cfg(target_arch = "wasm32")]
mod frame;

#[cfg(target_arch = "wasm32")]
fn main() {
    // The default hook would say it to nobody, and the window would stand there dead.
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map_or("", std::panic::Location::file);
        widget::port::failed(at);
    }));
    match frame::frame() {
        Some(frame) => leptos::mount::mount_to_body(|| app::widget::window(frame)),
        None => widget::port::failed("this address names no chat profile"),
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
