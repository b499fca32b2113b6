//! Who may hear a conversation.
//!
//! Invariant: this is the only rule of its kind; the list, the hub and every door ask it.

use super::state::Conversation;
use crate::id::{AgentId, TeamId};
use crate::people::{Face, Role};

/// What a signed-in agent may hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who.
    pub agent: AgentId,
    /// What they may do.
    pub role: Role,
    /// The teams they answer for.
    pub teams: Vec<TeamId>,
    /// How visitors know them.
    pub face: Face,
}

/// Agents hear the conversations of their own teams and those they answer themselves; admins
/// hear all. Nobody hears their own question: there they are the visitor, and what colleagues note
/// about it is not for them.
pub fn may_hear(access: &Access, conversation: &Conversation) -> bool {
    let is_theirs = access.role == Role::Admin
        || access.teams.contains(&conversation.team)
        || conversation.agent() == Some(&access.agent);
    is_theirs && conversation.asker() != Some(&access.agent)
}
