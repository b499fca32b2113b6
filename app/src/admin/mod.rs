//! The pages on which admins configure: one file per configured thing, in one shell.
//!
//! Invariant: imports neither `chat` nor `widget`; the types of `domain` decide what is valid.

pub mod agent_dialogs;
pub mod agents;
pub mod api_clients;
pub mod area;
pub mod custom_fields;
pub mod entrance;
pub mod form;
pub mod generator;
pub mod identity;
pub mod identity_secret;
pub mod mappings;
pub mod preview;
pub mod profile;
pub mod team_dialogs;
pub mod teams;
pub mod teasers;
pub mod wording;
pub mod wording_texts;

pub use agents::AgentsPage;
pub use api_clients::ApiClientsPage;
pub use area::AdminArea;
pub use custom_fields::CustomFieldsPage;
pub use identity::IdentityPage;
pub use profile::ProfilePage;
pub use teams::TeamsPage;
pub use wording::WordingPage;
