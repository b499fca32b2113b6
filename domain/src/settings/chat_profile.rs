//! The configuration of one entrance: its look, its greeting, its team.
//!
//! Invariant: the key is an address, not a secret: it stands in every host page.

use super::{HostOrigin, Wording};
use crate::id::{ProfileId, TeamId};
use crate::text::{Colour, DisplayName, Greeting};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One entrance, as admins see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatProfile {
    /// Host pages know it as `configId`.
    pub id: ProfileId,
    /// Host pages know it as `configKey`.
    pub key: String,
    /// Shown on top of the visitor's window.
    pub name: DisplayName,
    /// The accent of bubble and window, unless the host page says otherwise.
    pub colour: Colour,
    /// The first line a visitor reads.
    pub greeting: Greeting,
    /// Who answers.
    pub team: TeamId,
    /// Whether it takes new conversations.
    pub is_active: bool,
    /// The websites that may embed the chat; none named means all. The page of our own that
    /// shows the chat alone is always among them.
    pub origins: Vec<HostOrigin>,
    /// Whether visitors may send files.
    pub are_files_welcome: bool,
    /// Whether the query of the page a visitor is on is kept with its address.
    pub is_page_query_kept: bool,
    /// What it says beside the greeting, and in which language.
    pub wording: Wording,
    /// The key before this one, as long as it is still good.
    pub old_key: Option<OldKey>,
    /// Counts the saves; a save with an old version is refused as changed meanwhile.
    pub version: u32,
}

/// A key that was replaced, but stands in host pages still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldKey {
    /// The key.
    pub key: String,
    /// Good until then.
    pub until: Timestamp,
}

/// One entrance, as visitors may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicProfile {
    /// Which.
    pub id: ProfileId,
    /// Shown on top of the window.
    pub name: DisplayName,
    /// The accent.
    pub colour: Colour,
    /// The first line a visitor reads.
    pub greeting: Greeting,
    /// Whether it takes new conversations.
    pub is_active: bool,
    /// Whether visitors may send files.
    pub are_files_welcome: bool,
}

impl ChatProfile {
    /// Whether a host page with this key is let in.
    pub fn fits(&self, key: &str, now: Timestamp) -> bool {
        let is_old = |old: &OldKey| old.key == key && now < old.until;
        self.key == key || self.old_key.as_ref().is_some_and(is_old)
    }

    /// Whether a page of this origin (as in a request's `Origin`) may embed the chat.
    pub fn admits(&self, origin: &str) -> bool {
        self.origins.is_empty() || self.origins.iter().any(|own| own.admits(origin))
    }

    /// The part visitors may know.
    pub fn for_visitor(&self) -> PublicProfile {
        PublicProfile {
            id: self.id.clone(),
            name: self.name.clone(),
            colour: self.colour.clone(),
            greeting: self.greeting.clone(),
            is_active: self.is_active,
            are_files_welcome: self.are_files_welcome,
        }
    }
}
