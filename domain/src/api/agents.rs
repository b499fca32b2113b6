//! Agents as admins manage them.

use super::{Done, Endpoint};
use crate::id::{AgentId, TeamId};
use crate::people::{Agent, Face, Role};
use crate::text::{DisplayName, EmailAddress, Password};
use serde::{Deserialize, Serialize};

/// All agents, active ones first, by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListAgents {}

/// A new agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateAgent {
    /// As visitors and colleagues see them.
    pub name: DisplayName,
    /// For signing in.
    pub email: EmailAddress,
    /// To begin with.
    pub password: Password,
    /// What they may do.
    pub role: Role,
    /// The teams they answer for.
    pub teams: Vec<TeamId>,
}

/// Deactivate an agent (sessions and sockets end, own conversations wait again), or take them
/// back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetAgentActive {
    /// Who.
    pub agent: AgentId,
    /// From now on.
    pub is_active: bool,
    /// Go on although a serving team would be empty.
    pub is_confirmed: bool,
}

/// Give an agent a new password; their sessions end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetPassword {
    /// Who.
    pub agent: AgentId,
    /// From now on.
    pub password: Password,
}

/// How visitors know me from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetOwnFace {
    /// From now on.
    pub face: Face,
}

impl Endpoint for SetOwnFace {
    const NAME: &'static str = "set_own_face";
    type Reply = Done;
}
impl Endpoint for ListAgents {
    const NAME: &'static str = "list_agents";
    type Reply = Vec<Agent>;
}
impl Endpoint for CreateAgent {
    const NAME: &'static str = "create_agent";
    type Reply = Agent;
}
impl Endpoint for SetAgentActive {
    const NAME: &'static str = "set_agent_active";
    type Reply = Done;
}
impl Endpoint for SetPassword {
    const NAME: &'static str = "set_password";
    type Reply = Done;
}
