//! Both sides' end of the live protocol: what a window holds of its conversations ([`Book`]),
//! its own commands on the way ([`Outbox`]) and the line to the server ([`Live`]).
//!
//! Invariant: everything but `browser` and `connection` is pure: time and chance are arguments.
//!
//! # How a window is wired
//!
//! ```text
//! person ──► Book::outbox.push ──► Book::due ──► Live::send ──► server
//! server ──► Live's on_frames ──► Book::hear ──► Heard { wishes, arrived } ──► Live::send
//! ```
//!
//! A window owns one `Book<V>` (in a signal) and one `Live<V>`. In `on_frames` it gives every
//! frame to [`Book::hear`], looks at `Welcome` and `Signal` frames itself, and then sends
//! `heard.wishes` and [`Book::due`]. About once a second it sends [`Book::due`] again (retries).
//! Its `hello` closure is made of [`Book::cursors`] and [`Book::epoch`]. Commands are never sent
//! directly: they go through the outbox, which resends them with the same id.

mod book;
pub mod browser;
mod connection;
#[cfg(any(target_arch = "wasm32", test))]
mod line;
mod link;
mod outbox;
mod reader;
mod store;
mod typing;

#[cfg(test)]
mod properties;

pub use book::{Book, Heard};
pub use connection::{Live, OnFrames, Wire};
pub use link::Link;
pub use outbox::{Outbox, Pending, PendingState};
pub use reader::{Greeting, Reader};
pub use store::{Change, Fate, Transcript, Typist};
pub use typing::TypingSign;
