//! The pages on which admins configure: one file per configured thing, in one shell.
//!
//! Invariant: imports neither `chat` nor `widget`; the types of `domain` decide what is valid.

pub mod agent_dialogs;
pub mod agents;
pub mod api_clients;
pub mod appearance;
pub mod area;
pub mod asking;
pub mod banners;
pub mod bot;
pub mod custom_fields;
pub mod dialog_form;
pub mod entrance;
pub mod flows;
pub mod form;
pub mod generator;
pub mod hours;
pub mod hours_draft;
pub mod hours_wait;
pub mod identity;
pub mod identity_secret;
pub mod leaving;
pub mod mappings;
pub mod ordered;
pub mod preview;
pub mod profile;
pub mod profile_area;
pub mod profile_part;
pub mod profiles;
pub mod questions;
pub mod row;
pub mod rules;
pub mod team_dialogs;
pub mod teams;
pub mod teasers;
pub mod translations;
pub mod wait_messages;
pub mod websites;
pub mod wording;
pub mod wording_texts;

pub use agents::AgentsPage;
pub use api_clients::ApiClientsPage;
pub use appearance::AppearancePage;
pub use area::AdminArea;
pub use bot::BotPage;
pub use custom_fields::CustomFieldsPage;
pub use flows::{FlowEditorPage, FlowsPage};
pub use hours::HoursPage;
pub use identity::IdentityPage;
pub use profile::{EmbedPage, ProfilePage};
pub use profile_area::{IdentityMoved, ProfileArea, ProfileMoved, WordsMoved};
pub use profiles::ProfilesPage;
pub use rules::RulesPage;
pub use teams::TeamsPage;
pub use wording::WordingPage;
