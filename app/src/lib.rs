//! The components of the agents' area, the admin pages and the customer's window. Compiled
//! twice: for the server, which renders them, and for the browser, which hydrates them.
//!
//! Invariant: never learns that a server exists; what a page needs from it, it requests.

// Leptos' types are deep; the default of 128 is met by an ordinary page.
#![recursion_limit = "256"]

#[cfg(feature = "pages")]
pub mod admin;
pub mod api;
#[cfg(feature = "pages")]
pub mod around;
#[cfg(feature = "pages")]
pub mod assets;
#[cfg(feature = "pages")]
pub mod chat;
#[cfg(feature = "pages")]
pub mod frame;
pub mod live;
pub mod locale;
#[cfg(feature = "pages")]
pub mod pages;
#[cfg(feature = "pages")]
mod shell;
pub mod transcript;
pub mod ui;
pub mod widget;

#[cfg(feature = "pages")]
pub use shell::shell;

/// Takes over the page that the server rendered. Only with the feature, because `leptos` can
/// either hydrate or mount.
#[cfg(all(target_arch = "wasm32", feature = "hydrate"))]
pub fn hydrate() {
    leptos::mount::hydrate_body(pages::Pages);
}
