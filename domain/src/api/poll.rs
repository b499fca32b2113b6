//! The same frames as on the socket, asked for again and again where sockets are blocked. The
//! first frame of every poll is the `Hello` with the cursors; the answer is what a socket with
//! the same cursors would have sent. A poll is never held.

use super::Endpoint;
use crate::live::{AgentFrame, ClientFrame, VisitorFrame};
use serde::{Deserialize, Serialize};

/// A visitor's window polls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PollAsVisitor {
    /// `Hello` first, then whatever the window has to say.
    pub frames: Vec<ClientFrame>,
}

/// An agent's window polls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PollAsAgent {
    /// `Hello` first, then whatever the window has to say.
    pub frames: Vec<ClientFrame>,
}

impl Endpoint for PollAsVisitor {
    const NAME: &'static str = "poll_as_visitor";
    type Reply = Vec<VisitorFrame>;
}
impl Endpoint for PollAsAgent {
    const NAME: &'static str = "poll_as_agent";
    type Reply = Vec<AgentFrame>;
}
