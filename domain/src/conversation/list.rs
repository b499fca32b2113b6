//! The agents' list of conversations: its rows, its filters, its order.
//!
//! Invariant: the same filter decides on the server and in the browser.

use super::claims::Claims;
use super::entry::Speaker;
use super::state::{Conversation, Stage};
use crate::flow::FilePolicy;
use crate::id::{AgentId, ConversationId, Seq, TeamId};
use crate::limit;
use crate::people::{self, Person};
use crate::settings::Language;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The last message of a conversation, short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Whether the visitor wrote it.
    pub is_visitor: bool,
    /// Its first line, cut to [`limit::PREVIEW_CHARS_MAX`] characters.
    pub text: String,
}

impl Preview {
    /// What a row shows of this text, or of a file by its name.
    pub fn of(by: &Speaker, text: &str) -> Self {
        let line = text.lines().next().unwrap_or_default();
        Self {
            is_visitor: *by == Speaker::Visitor,
            text: line.chars().take(limit::PREVIEW_CHARS_MAX).collect(),
        }
    }
}

/// One conversation in the agents' list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Which.
    pub id: ConversationId,
    /// A stable short label of the unnamed visitor.
    pub label: String,
    /// Who the host page says the visitor is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// Title of the page the visitor was on; may be empty.
    pub page_title: String,
    /// Address of that page; may be empty.
    pub page_url: String,
    /// The language the visitor is spoken to in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Who answers.
    pub team: TeamId,
    /// Where it stands.
    pub stage: Stage,
    /// What a bot, or then an agent, has said about files.
    #[serde(default, skip_serializing_if = "FilePolicy::is_of_profile")]
    pub files: FilePolicy,
    /// The number of its last entry.
    pub last_seq: Seq,
    /// When the last entry was committed.
    pub last_at: Timestamp,
    /// The last message.
    pub preview: Option<Preview>,
    /// What the visitor has told a bot.
    #[serde(default, skip_serializing_if = "Claims::is_empty")]
    pub claims: Claims,
    /// Messages of the visitor so far. Unread = these less the ones this agent has seen.
    pub visitor_messages: u32,
}

impl Row {
    /// The row of this conversation.
    pub fn of(conversation: &Conversation) -> Self {
        Self {
            id: conversation.id.clone(),
            label: people::label(&conversation.visitor).to_owned(),
            person: conversation.person.clone(),
            page_title: conversation.page.title.clone(),
            page_url: conversation.page.url.clone(),
            language: conversation.language,
            team: conversation.team.clone(),
            stage: conversation.stage.clone(),
            files: conversation.files,
            last_seq: conversation.last_seq,
            last_at: conversation.last_at,
            preview: conversation.preview.clone(),
            claims: conversation.claims.clone(),
            visitor_messages: conversation.visitor_messages,
        }
    }

    /// Since when it waits; `None` when it does not.
    pub fn waiting_since(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Waiting { since } => Some(since),
            Stage::InFlow { .. } | Stage::Talking { .. } | Stage::Closed { .. } => None,
        }
    }

    /// Whether this agent answers it.
    pub fn is_of(&self, agent: &AgentId) -> bool {
        matches!(&self.stage, Stage::Talking { agent: who, .. } if who == agent)
    }

    /// The order of the list: who waits longest, then what was last alive.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self.waiting_since(), other.waiting_since()) {
            (Some(a), Some(b)) => a.cmp(&b).then_with(|| self.id.cmp(&other.id)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => other
                .last_at
                .cmp(&self.last_at)
                .then_with(|| other.id.cmp(&self.id)),
        }
    }
}

/// A row with what this agent has seen of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    /// The conversation.
    pub row: Row,
    /// Messages of the visitor that this agent has seen.
    pub seen_messages: u32,
}

impl ListRow {
    /// Messages of the visitor that this agent has not seen.
    pub fn unread(&self) -> u32 {
        self.row.visitor_messages.saturating_sub(self.seen_messages)
    }
}

/// Which conversations the list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// What I answer.
    Mine,
    /// Everything that I may hear.
    All,
    /// What has not ended.
    #[default]
    Active,
    /// What has ended.
    Closed,
}

impl Filter {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Mine, Self::All, Self::Active, Self::Closed];

    /// The filter's word in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::All => "all",
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }

    /// Reads the word of an address; anything else is the default.
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|filter| filter.as_str() == word)
            .unwrap_or_default()
    }

    /// Whether the list of `me` shows this row. Waiting conversations show everywhere but under
    /// "closed", so that no filter can hide somebody who waits.
    pub fn holds(self, row: &Row, me: &AgentId) -> bool {
        match (&row.stage, self) {
            (_, Self::All)
            | (Stage::Waiting { .. }, Self::Mine | Self::Active)
            | (Stage::InFlow { .. } | Stage::Talking { .. }, Self::Active)
            | (Stage::Closed { .. }, Self::Closed) => true,
            (Stage::Talking { agent, .. }, Self::Mine) => agent == me,
            (
                Stage::Waiting { .. } | Stage::InFlow { .. } | Stage::Talking { .. },
                Self::Closed,
            )
            | (Stage::InFlow { .. } | Stage::Closed { .. }, Self::Mine)
            | (Stage::Closed { .. }, Self::Active) => false,
        }
    }
}

/// Where the next page of the list begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Rows last alive before this moment …
    pub at: Timestamp,
    /// … or at this moment with a smaller id.
    pub id: ConversationId,
}

/// Numbers on the list's tabs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Conversations that wait for somebody.
    pub waiting: u32,
    /// Conversations this agent answers.
    pub mine: u32,
}

/// One page of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPage {
    /// All that wait (on the first page), then the others by their last sign of life.
    pub rows: Vec<ListRow>,
    /// Where the next page begins; `None` on the last.
    pub more: Option<Before>,
    /// Numbers on the tabs.
    pub counts: Counts,
}
