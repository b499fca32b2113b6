//! The lines of a conversation with what surrounds them: shared by the chat area and the visitor's
//! window, which look at the same entries from two sides.
//!
//! Invariant: a message is text nodes and checked links; nothing of it ever becomes markup.
//!
//! # How a page shows a conversation
//!
//! It makes a `Signal<Vec<Bubble>>` from what its book holds ([`lines`]) and gives it to
//! [`TranscriptView`], one per conversation (a page that switches makes a new one). [`Composer`]
//! stands below; both sides decide for themselves what sending means.

pub mod aside;
mod bubble;
pub mod composer;
mod entry;
mod links;
pub mod view;
#[cfg(target_arch = "wasm32")]
mod watch;

pub use aside::Ask;
pub use bubble::{Bubble, Key, Progress, Who, Words, agent_bubble, lines, rating, visitor_bubble};
pub use composer::Composer;
pub use links::{Piece, pieces};
pub use view::TranscriptView;
