//! What an admin configures.
//!
//! Invariant: settings are checked by the types of their fields; a value of these types is valid.

mod chat_profile;
mod host_origin;
mod identity;

pub use chat_profile::{ChatProfile, OldKey, PublicProfile, snippet};
pub use host_origin::HostOrigin;
pub use identity::{Algorithm, Identity, Mapping, Matching, SecretState};
