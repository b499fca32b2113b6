//! The chat profile as admins manage it.

use super::Endpoint;
use crate::id::ProfileId;
use crate::settings::ChatProfile;
use serde::{Deserialize, Serialize};

/// The chat profile and its snippet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadProfile {}

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
