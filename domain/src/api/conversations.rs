//! The agents' list and one conversation, as a page needs them when it opens.

use super::Endpoint;
use crate::conversation::{Before, Filter, ListPage};
use crate::id::ConversationId;
use crate::live::AgentSnapshot;
use serde::{Deserialize, Serialize};

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListConversations {
    /// Which conversations.
    pub filter: Filter,
    /// Where the page begins; `None` for the first.
    pub before: Option<Before>,
}

/// One conversation with its last entries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadConversation {
    /// Which.
    pub conversation: ConversationId,
}

impl Endpoint for ListConversations {
    const NAME: &'static str = "list_conversations";
    type Reply = ListPage;
}
impl Endpoint for ReadConversation {
    const NAME: &'static str = "read_conversation";
    type Reply = AgentSnapshot;
}
