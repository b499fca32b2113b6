//! Teams as admins manage them, and as agents join and leave them.

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
    /// Whether agents may join and leave it themselves.
    pub is_open_to_join: bool,
}

/// Rename a team, change its members, and say whether they choose themselves. Who joined or left by
/// themselves since the page was read stays where they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveTeam {
    /// Which.
    pub team: TeamId,
    /// From now on.
    pub name: DisplayName,
    /// From now on.
    pub members: Vec<AgentId>,
    /// As the page had read them: only what differs from these is changed.
    pub members_before: Vec<AgentId>,
    /// Whether agents may join and leave it themselves.
    pub is_open_to_join: bool,
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

/// The active teams that I am in or may join, by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListOwnTeams {}

/// A team as one agent stands to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTeam {
    /// Which.
    pub team: TeamId,
    /// As agents see it.
    pub name: DisplayName,
    /// Whether they answer for it.
    pub is_member: bool,
    /// Whether they may change that.
    pub is_open_to_join: bool,
}

/// The active teams with an active member, by name, and whether somebody of each is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListTeamsThere {}

/// A team as those see it who want to pass something on to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamThere {
    /// Which.
    pub team: TeamId,
    /// As agents see it.
    pub name: DisplayName,
    /// Whether an available agent of it is there, other than who asks.
    pub is_anyone_there: bool,
}

/// I join a team, or leave it. Refused with `Forbidden` unless the team is active and open to
/// join. The last agent may leave as well.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetOwnMembership {
    /// Which.
    pub team: TeamId,
    /// From now on.
    pub is_member: bool,
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
impl Endpoint for ListOwnTeams {
    const NAME: &'static str = "list_own_teams";
    type Reply = Vec<OwnTeam>;
}
impl Endpoint for ListTeamsThere {
    const NAME: &'static str = "list_teams_there";
    type Reply = Vec<TeamThere>;
}
impl Endpoint for SetOwnMembership {
    const NAME: &'static str = "set_own_membership";
    type Reply = Done;
}
