//! How host pages prove who their visitors are, as admins manage it; and who a visitor is, as
//! agents read it.

use super::Endpoint;
use crate::id::{ConversationId, ProfileId};
use crate::people::{Contact, Person};
use crate::settings::{Identity, SecretState};
use crate::text::{DisplayName, FieldText, TokenSecret};
use serde::{Deserialize, Serialize};

/// How the host pages of a chat profile prove who their visitors are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadIdentity {
    /// Which profile.
    pub profile: ProfileId,
}

/// What the page about identity shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityPage {
    /// Of which profile.
    pub profile: ProfileId,
    /// The settings.
    pub identity: Identity,
    /// What may be known of the secret.
    pub secret: SecretState,
    /// Counts the saves; a save with an old version is refused as changed meanwhile.
    pub version: u32,
    /// Who saved them last, as far as that is known.
    pub changed_by: Option<DisplayName>,
}

/// Save the settings, if nobody else has meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveIdentity {
    /// Of which profile.
    pub profile: ProfileId,
    /// As they should be.
    pub identity: Identity,
    /// The version they were read with.
    pub version: u32,
}

/// Put another secret in the place of the one there, if nobody else has saved meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaceSecret {
    /// Of which profile.
    pub profile: ProfileId,
    /// The version that was read.
    pub version: u32,
    /// The new one; `None` has one made.
    pub secret: Option<TokenSecret>,
    /// Whether the one before stays good for [`SECRET_GRACE`](crate::limit::SECRET_GRACE).
    pub is_old_kept: bool,
}

/// A secret that was just made: the only time that it leaves the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretReplaced {
    /// What the page shows now.
    pub page: IdentityPage,
    /// The secret, if the server made it.
    pub made: Option<TokenSecret>,
}

/// Who the visitor of a conversation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadContact {
    /// Of which conversation.
    pub conversation: ConversationId,
}

/// Who the visitor of a conversation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCard {
    /// As they were called when they proved it; `None` for whom no host page vouches.
    pub person: Option<Person>,
    /// What is known of them now.
    pub contact: Option<Contact>,
    /// The conversation's custom fields: label and value.
    pub custom: Vec<(String, FieldText)>,
}

impl Endpoint for ReadIdentity {
    const NAME: &'static str = "read_identity";
    type Reply = IdentityPage;
}
impl Endpoint for SaveIdentity {
    const NAME: &'static str = "save_identity";
    type Reply = IdentityPage;
}
impl Endpoint for ReplaceSecret {
    const NAME: &'static str = "replace_secret";
    type Reply = SecretReplaced;
}
impl Endpoint for ReadContact {
    const NAME: &'static str = "read_contact";
    type Reply = ContactCard;
}
