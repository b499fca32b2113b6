//! A member of staff who answers.
//!
//! Invariant: an agent is never deleted, only deactivated, so that names in transcripts stay.

use crate::id::{AgentId, PictureId, TeamId};
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

/// How visitors know somebody who answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// What they read in the place of the name; `None` is the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat_name: Option<DisplayName>,
    /// What they see beside it; `None` is its first letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureId>,
}

impl Face {
    /// Whether it is the name and its letters.
    pub fn is_plain(&self) -> bool {
        self.chat_name.is_none() && self.picture.is_none()
    }
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Who.
    pub id: AgentId,
    /// As colleagues see them, and visitors who are told nothing else.
    pub name: DisplayName,
    /// How visitors know them.
    #[serde(default, skip_serializing_if = "Face::is_plain")]
    pub face: Face,
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
