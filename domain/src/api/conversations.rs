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

/// Whether the visitor of a conversation may send files, and whether the agent may say so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadFileChoice {
    /// Which.
    pub conversation: ConversationId,
}

/// What stands about a visitor's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChoice {
    /// Whether the chat profile leaves it to the agent who answers.
    pub is_agents: bool,
    /// Whether the visitor may send files now.
    pub are_welcome: bool,
}

impl Endpoint for ListConversations {
    const NAME: &'static str = "list_conversations";
    type Reply = ListPage;
}
impl Endpoint for ReadConversation {
    const NAME: &'static str = "read_conversation";
    type Reply = AgentSnapshot;
}
impl Endpoint for ReadFileChoice {
    const NAME: &'static str = "read_file_choice";
    type Reply = FileChoice;
}
