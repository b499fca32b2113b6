//! What an admin configures.
//!
//! Invariant: settings are checked by the types of their fields; a value of these types is valid.

mod api_client;
mod channel_rule;
mod chat_profile;
mod custom_field;
mod host_origin;
mod identity;
mod language;
mod opening_hours;
mod page_address;
mod snippet;
mod translation;
mod wait_messages;
mod wait_time;
mod websites;
mod window_look;
mod wording;

pub use api_client::{ApiClient, Scope};
pub use channel_rule::{BubbleRule, ChannelRule, Country, rule_for};
pub use chat_profile::{
    ChatProfile, FlowWhen, HaloEntrance, OldKey, ProfileAccess, ProfileFlow, PublicProfile,
};
pub use custom_field::{CustomField, filled};
pub use host_origin::HostOrigin;
pub use identity::{Algorithm, Identity, Mapping, Matching, SecretState};
pub use language::Language;
pub use opening_hours::{
    DayException, HoursDefect, Interval, MinuteOfDay, OffsetSpan, Opening, OpeningHours,
    WeekInterval, ZoneName,
};
pub use snippet::{SnippetOptions, WindowSide, snippet};
pub use translation::{SentenceKind, Translation};
pub use wait_messages::{WaitMessages, wait_message};
pub use wait_time::{WaitMethod, WaitTime};
pub use websites::Websites;
pub use window_look::WindowLook;
pub use wording::{Banner, OwnText, PageTeaser, Wording};
