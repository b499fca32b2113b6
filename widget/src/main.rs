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
        Some(frame) => begin(frame),
        None => widget::port::failed("this address names no chat profile"),
    }
}

#[cfg(target_arch = "wasm32")]
fn begin(frame: app::widget::Frame) {
    use app::widget::{NEW_TEXTS, Window};
    use leptos::mount::mount_to_body;
    use leptos::prelude::{Owner, window_event_listener_untyped};
    use std::cell::RefCell;

    let owner = Owner::new();
    let window = owner.with(|| Window::open(frame));
    let draw = move || {
        let drawing = Owner::new();
        drawing.with(|| mount_to_body(move || window.view()));
        drawing
    };
    let drawn = RefCell::new(draw());
    owner.with(|| {
        window.run();
        // What was drawn before, the document has taken away; it stands still from here on. That it
        // stays in memory costs less than the code that would free it: an admin saves rarely.
        window_event_listener_untyped(NEW_TEXTS, move |_| {
            drawn.borrow().pause();
            drop(drawn.replace(draw()));
        });
    });
    // Nothing of it ends before the document.
    std::mem::forget(owner);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
