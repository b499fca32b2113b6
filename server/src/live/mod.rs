//! Windows that are open right now: what they say and what they are told.
//!
//! Invariant: this folder decides nothing and writes nothing; commands go to `conversations`,
//! and what was committed comes back through the hub.

mod hub;
mod poll;
mod session;
mod socket;

pub use hub::Hub;
pub use poll::{poll_as_agent, poll_as_visitor};
pub(crate) use session::refusal;
pub use socket::{agent_socket, visitor_socket};
