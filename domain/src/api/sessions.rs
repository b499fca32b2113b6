//! Signing in and out, and what the signed-in agent says of themselves.

use super::{Done, Endpoint};
use crate::people::{Agent, Availability, Team};
use serde::{Deserialize, Serialize};

/// Sign in. The session comes as a cookie.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: String,
}

/// End the session of this cookie.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignOut {}

/// Who am I?
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadMe {}

/// The signed-in agent and what every page of theirs needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The agent.
    pub agent: Agent,
    /// The teams whose conversations they hear.
    pub teams: Vec<Team>,
}

/// I am available, or away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetAvailability {
    /// From now on.
    pub availability: Availability,
}

/// I do something here: whatever says that nobody moves or types is no longer so.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NoteActivity {}

impl Endpoint for SignIn {
    const NAME: &'static str = "sign_in";
    type Reply = Done;
}
impl Endpoint for SignOut {
    const NAME: &'static str = "sign_out";
    type Reply = Done;
}
impl Endpoint for ReadMe {
    const NAME: &'static str = "me";
    type Reply = Me;
}
impl Endpoint for SetAvailability {
    const NAME: &'static str = "set_availability";
    type Reply = Done;
}
impl Endpoint for NoteActivity {
    const NAME: &'static str = "note_activity";
    type Reply = Done;
}
