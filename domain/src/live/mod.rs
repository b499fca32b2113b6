//! What travels between a window and the server while both are there.
//!
//! Three kinds: entries (numbered, stored, resumed by number), marks (stored, merged by maximum,
//! unnumbered) and signals (typing, presence: never stored).
//!
//! Invariant: a client that has all entries up to n and asks for those after n misses nothing,
//! however often the line was cut.

mod backoff;
mod frames;

pub use backoff::backoff;
pub use frames::{
    AgentFrame, AgentSignal, AgentSnapshot, AgentWelcome, ClientFrame, Cursor, ForAgent,
    ForVisitor, Hello, ServerFrame, Snapshot, View, VisitorFrame, VisitorHello, VisitorSignal,
    VisitorSnapshot, VisitorWelcome,
};

/// The protocol these frames belong to. A server that gets another number answers `Outdated`,
/// and the page reloads itself once.
pub const VERSION: u32 = 6;
