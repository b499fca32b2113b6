//! Agents among whom conversations are shared.
//!
//! Invariant: a conversation belongs to exactly one team.

use crate::id::{AgentId, TeamId};
use crate::text::DisplayName;
use serde::{Deserialize, Serialize};

/// A group of agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// As agents see it.
    pub name: DisplayName,
    /// False once deactivated: serves no profile.
    pub is_active: bool,
    /// Who answers for it, active or not.
    pub members: Vec<AgentId>,
    /// Whether agents may join and leave it themselves. Who is in it reads its conversations, so
    /// an admin says so.
    pub is_open_to_join: bool,
}
