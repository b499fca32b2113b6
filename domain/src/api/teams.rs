//! Teams as admins manage them.

use super::{Done, Endpoint};
use crate::id::{AgentId, TeamId};
use crate::people::Team;
use crate::text::DisplayName;
use serde::{Deserialize, Serialize};

/// All teams, active ones first, by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListTeams {}

/// A new team.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateTeam {
    /// As agents see it.
    pub name: DisplayName,
    /// Who answers for it.
    pub members: Vec<AgentId>,
}

/// Rename a team and set its members.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveTeam {
    /// Which.
    pub team: TeamId,
    /// From now on.
    pub name: DisplayName,
    /// From now on.
    pub members: Vec<AgentId>,
    /// Go on although the team serves a chat profile and would be empty.
    pub is_confirmed: bool,
}

/// Deactivate a team, or take it back. A team that serves a chat profile cannot be deactivated.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetTeamActive {
    /// Which.
    pub team: TeamId,
    /// From now on.
    pub is_active: bool,
}

impl Endpoint for ListTeams {
    const NAME: &'static str = "list_teams";
    type Reply = Vec<Team>;
}
impl Endpoint for CreateTeam {
    const NAME: &'static str = "create_team";
    type Reply = Team;
}
impl Endpoint for SaveTeam {
    const NAME: &'static str = "save_team";
    type Reply = Done;
}
impl Endpoint for SetTeamActive {
    const NAME: &'static str = "set_team_active";
    type Reply = Done;
}
