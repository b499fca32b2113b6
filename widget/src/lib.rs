//! What the bundle adds to `app::widget`: the talk with the host page and the visitor's keeping.
//! A library, so that it is tested natively.
//!
//! Invariant: draws nothing.

pub mod host;
#[cfg(target_arch = "wasm32")]
pub mod port;
pub mod token;
