//! Chat profiles as admins manage them.

use super::Endpoint;
use crate::id::{ProfileId, TeamId};
use crate::settings::{ChatProfile, OffsetSpan, Opening, ProfileAccess, ZoneName};
use crate::text::DisplayName;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// All chat profiles.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListProfiles {}

/// A chat profile as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileRow {
    /// Which.
    pub id: ProfileId,
    /// As visitors see it.
    pub name: DisplayName,
    /// Who answers.
    pub team: TeamId,
    /// What they are called.
    pub team_name: DisplayName,
    /// Whom it is for.
    pub access: ProfileAccess,
    /// Whether it takes new conversations.
    pub is_active: bool,
    /// Whether it is the one that is meant where nobody names any.
    pub is_default: bool,
    /// What its hours say.
    pub opening: Opening,
    /// Whether visitors are told that it is available: active, open, and with somebody there if it
    /// asks for that.
    pub is_available: bool,
    /// How many websites it is kept to, by its own list or that of all; none is everywhere.
    pub origins: u32,
}

/// A new chat profile: blank, or like another one in everything but its key and what proves who
/// its visitors are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateProfile {
    /// As visitors see it.
    pub name: DisplayName,
    /// Like this one; `None` is blank.
    pub like: Option<ProfileId>,
    /// Who answers; `None` is the team of the one it is like.
    pub team: Option<TeamId>,
}

/// A chat profile and its snippet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadProfile {
    /// Which.
    pub profile: ProfileId,
}

/// The time zones that opening hours can be in, by their names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListZones {}

/// How far a time zone is from UTC, and when that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadZone {
    /// Which.
    pub zone: ZoneName,
}

/// What the rule of opening hours needs to know of a time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZonePage {
    /// Which.
    pub zone: ZoneName,
    /// The server's time.
    pub now: Timestamp,
    /// Its offsets around now, as far as [`OpeningHours::opening`] looks.
    ///
    /// [`OpeningHours::opening`]: crate::settings::OpeningHours::opening
    pub offsets: Vec<OffsetSpan>,
}

/// What the profile's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfilePage {
    /// The profile.
    pub profile: ChatProfile,
    /// The origin of this installation: what a snippet names.
    pub origin: String,
    /// What to paste into a host page, without options.
    pub snippet: String,
    /// The address of the page of our own that shows the chat alone.
    pub link: String,
    /// Whether the countries of visitors are found out; else no rule that names one counts.
    pub are_countries_known: bool,
    /// Who saved it last, as far as that is known.
    pub changed_by: Option<DisplayName>,
}

/// Save the profile, if nobody else has meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveProfile {
    /// As it should be, with the version it was read with.
    pub profile: ChatProfile,
}

/// Make a new key, if nobody else has saved meanwhile. The one before stays good for
/// [`KEY_GRACE`](crate::limit::KEY_GRACE); one before that is good no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaceKey {
    /// Of which profile.
    pub profile: ProfileId,
    /// The version it was read with.
    pub version: u32,
}

/// The chat profiles at which the agent may begin conversations of their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ListOwnProfiles {}

/// A chat profile for agents, as they see it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OwnProfile {
    /// Which.
    pub id: ProfileId,
    /// Its key now: the window of the chat wants to be told.
    pub key: String,
    /// What it is called.
    pub name: DisplayName,
    /// Whether it is open, and somebody there if it asks for that.
    pub is_available: bool,
    /// Whether a conversation of this agent goes on there.
    pub is_going: bool,
}

impl Endpoint for ListOwnProfiles {
    const NAME: &'static str = "list_own_profiles";
    type Reply = Vec<OwnProfile>;
}
impl Endpoint for ListProfiles {
    const NAME: &'static str = "list_profiles";
    type Reply = Vec<ProfileRow>;
}
impl Endpoint for CreateProfile {
    const NAME: &'static str = "create_profile";
    type Reply = ProfilePage;
}
impl Endpoint for ListZones {
    const NAME: &'static str = "list_zones";
    type Reply = Vec<ZoneName>;
}
impl Endpoint for ReadZone {
    const NAME: &'static str = "read_zone";
    type Reply = ZonePage;
}
impl Endpoint for ReplaceKey {
    const NAME: &'static str = "replace_key";
    type Reply = ProfilePage;
}
impl Endpoint for ReadProfile {
    const NAME: &'static str = "read_profile";
    type Reply = ProfilePage;
}
impl Endpoint for SaveProfile {
    const NAME: &'static str = "save_profile";
    type Reply = ChatProfile;
}
