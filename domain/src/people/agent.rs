//! A member of staff who answers.
//!
//! Invariant: an agent is never deleted, only deactivated, so that names in transcripts stay.

use crate::id::{AgentId, TeamId};
use crate::text::{DisplayName, EmailAddress};
use serde::{Deserialize, Serialize};

/// What an agent may do beyond answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers conversations of own teams.
    Agent,
    /// Also configures, and sees the conversations of all teams.
    Admin,
}

/// What the agent says of themselves; see presence for what the system sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// New conversations ring.
    Available,
    /// Nothing rings; own conversations go on.
    Away,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Who.
    pub id: AgentId,
    /// As visitors and colleagues see them.
    pub name: DisplayName,
    /// For signing in; unique.
    pub email: EmailAddress,
    /// What they may do.
    pub role: Role,
    /// False once deactivated: no session, no socket, no new conversation.
    pub is_active: bool,
    /// What they say.
    pub availability: Availability,
    /// The teams they answer for.
    pub teams: Vec<TeamId>,
}
