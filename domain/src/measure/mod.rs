//! What is measured of conversations: plain data in, numbers out.
//!
//! Invariant: a measure is calculated, never kept; until when it counts is handed in.

mod wait;

pub use wait::{Wait, ended_wait, wait_minutes};
