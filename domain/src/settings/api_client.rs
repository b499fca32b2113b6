//! A program of somebody else's that may use the public API.
//!
//! Invariant: holds no secret; that is shown once, when it is made.

use crate::id::ApiClientId;
use crate::text::DisplayName;
use serde::{Deserialize, Serialize};

/// What a program may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Say what is known of persons ahead of their tokens: `ChatMatchingData`.
    WriteContacts,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::WriteContacts];

    /// The word in the `scope` of a token request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WriteContacts => "contacts:write",
        }
    }
}

/// A program that may use the public API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiClient {
    /// Also its `client_id`.
    pub id: ApiClientId,
    /// As admins call it.
    pub name: DisplayName,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// False once deactivated: its tokens are good no more.
    pub is_active: bool,
}
