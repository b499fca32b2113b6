//! The websites of the installation, as admins manage them.

use super::Endpoint;
use crate::settings::Websites;
use serde::{Deserialize, Serialize};

/// The websites that may have the chat.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadWebsites {}

/// Others may have it from now on. Refused as changed if somebody else has saved meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveWebsites {
    /// Which, with the version that was read.
    pub websites: Websites,
}

impl Endpoint for ReadWebsites {
    const NAME: &'static str = "read_websites";
    type Reply = Websites;
}
impl Endpoint for SaveWebsites {
    const NAME: &'static str = "save_websites";
    type Reply = Websites;
}
