//! Questions and answers over HTTP. Every door of the private API has one request type here;
//! its name is its address: `POST /api/call/<NAME>`.
//!
//! Invariant: these types belong to our own pages and change with them; nothing outside may
//! rely on them.

mod agents;
mod api_clients;
mod conversations;
mod custom_fields;
mod first_steps;
mod flows;
mod identity;
mod pictures;
mod poll;
mod profiles;
mod refusal;
mod sessions;
mod teams;
mod texts;
mod websites;

pub use agents::{CreateAgent, ListAgents, SetAgentActive, SetOwnFace, SetPassword};
pub use api_clients::{ApiClientMade, CreateApiClient, ListApiClients, SetApiClientActive};
pub use conversations::{FileChoice, ListConversations, ReadConversation, ReadFileChoice};
pub use custom_fields::{CreateCustomField, ListCustomFields, SaveCustomField};
pub use first_steps::{FirstSteps, MarkSnippetCopied, ReadFirstSteps};
pub use flows::{
    ChangedTest, CreateFlow, FlowPage, FlowRow, FlowVersionRow, ListFlows, PublishFlow, Published,
    ReadFlow, ReadFlowVersion, RollBackFlow, RolloutChange, SaveFlow, SetFlowArchived,
    SetFlowRollout,
};
pub use identity::{
    ContactCard, IdentityPage, ReadContact, ReadIdentity, ReplaceSecret, SaveIdentity,
    SecretReplaced,
};
pub use pictures::{SavePicture, picture_address};
pub use poll::{PollAsAgent, PollAsVisitor};
pub use profiles::{
    CreateProfile, ListOwnProfiles, ListProfiles, ListZones, OwnProfile, ProfilePage, ProfileRow,
    ReadProfile, ReadZone, ReplaceKey, SaveProfile, ZonePage,
};
pub use refusal::{Field, Refusal, TokenDefect};
pub use sessions::{Me, NoteActivity, ReadMe, SetAvailability, SignIn, SignOut};
pub use teams::{
    CreateTeam, ListOwnTeams, ListTeams, ListTeamsThere, OwnTeam, SaveTeam, SetOwnMembership,
    SetTeamActive, TeamThere,
};
pub use texts::{KnownText, ReadTexts};
pub use websites::{ReadWebsites, SaveWebsites};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// One question with one kind of answer.
pub trait Endpoint: Serialize + DeserializeOwned {
    /// The last part of its address. Chosen by a person, never changed.
    const NAME: &'static str;
    /// What is answered.
    type Reply: Serialize + DeserializeOwned;
}

/// An answer that says only "done".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}
