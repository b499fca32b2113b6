//! What somebody wants done to a conversation, and under which rules.
//!
//! Invariant: a command says nothing about its sender; who sends is known by the door.

use super::attachment::Attachment;
use super::dialogue::Asked;
use super::rating::Rating;
use crate::api::TokenDefect;
use crate::flow::{Facts, Shelf, StepId};
use crate::id::{AgentId, ContactId, FlowId, ProfileId, TeamId, VisitorId};
use crate::people::{ContactFields, Face, Page, Person, Role};
use crate::settings::{Language, ProfileAccess};
use crate::text::{DisplayName, EmailAddress, IdToken, MessageText};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a client wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// A visitor begins a conversation with a first message.
    Start {
        /// Where the visitor is.
        page: Page,
        /// The first message.
        text: MessageText,
        /// The host page's proof of who the visitor is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id_token: Option<IdToken>,
    },
    /// The host page proves who the visitor is, now that the conversation goes on.
    Identify {
        /// Its proof.
        id_token: IdToken,
    },
    /// A message for the other side.
    Send {
        /// What to say.
        text: MessageText,
    },
    /// A file for the other side. Only the door that has taken it says this; no window can.
    #[serde(skip)]
    Attach {
        /// As the server has found it.
        attachment: Attachment,
    },
    /// A note for agents.
    Note {
        /// What to note.
        text: MessageText,
    },
    /// An agent takes a waiting conversation.
    Join,
    /// The answering agent puts the conversation back into the queue.
    PutBack,
    /// The answering agent passes the conversation on: it waits for the people of another team.
    Transfer {
        /// Whose people.
        team: TeamId,
        /// What agents call them. Filled by the door; `None` for a team that nothing can be passed
        /// on to.
        #[serde(skip)]
        name: Option<DisplayName>,
    },
    /// An agent was deactivated: what they had waits again. Only the system says this.
    #[serde(skip)]
    Release {
        /// Who is gone.
        agent: AgentId,
    },
    /// The answering agent says whether the visitor may send files, where the chat profile leaves
    /// that to agents.
    ChooseFiles {
        /// From now on.
        are_welcome: bool,
    },
    /// The conversation ends.
    Close,
    /// The visitor says what they thought of it, once, after the end.
    Rate {
        /// In a word.
        rating: Rating,
        /// In their own words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<MessageText>,
    },
    /// The visitor wants the transcript sent, once: when all is said, or while nobody is there and
    /// the answer is to find them elsewhere.
    RequestCopy {
        /// Where to.
        email: EmailAddress,
    },
}

/// What came of a host page's proof of who its visitor is. Made by the door, from the token of
/// the command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proof {
    /// There was none.
    #[default]
    None,
    /// It is this person.
    Given(Person),
    /// It proves nothing.
    Refused(TokenDefect),
}

/// Who sends a command, as the door has found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A visitor with the right token.
    Visitor {
        /// Who.
        id: VisitorId,
        /// The entrance they came by.
        profile: ProfileId,
        /// What came of the host page's proof of who they are.
        proof: Proof,
    },
    /// A signed-in agent who may hear the conversation.
    Agent {
        /// Who.
        id: AgentId,
        /// Their name now.
        name: DisplayName,
        /// How visitors know them.
        face: Face,
        /// What they may do.
        role: Role,
    },
    /// The system itself.
    System,
}

/// What the settings say at the moment of deciding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Whether the visitor's entrance takes new conversations.
    pub is_profile_active: bool,
    /// Who may begin one there.
    pub access: ProfileAccess,
    /// The team new conversations of that entrance wait for.
    pub team: TeamId,
    /// Whether the query of the page a visitor is on is kept.
    pub is_page_query_kept: bool,
    /// Whether visitors of that entrance may send files.
    pub are_files_welcome: bool,
    /// What visitors of that entrance read in the place of agents' names.
    pub agent_name: Option<DisplayName>,
    /// The language that this visitor is spoken to in there.
    pub language: Option<Language>,
    /// The flow that new conversations of that entrance begin with.
    pub flow: Option<FlowId>,
    /// The steps of it where it would begin: the first of them where it may, or else at its start.
    pub steps: Vec<StepId>,
    /// What a bot has asked in this visitor's window already, before anything was stored.
    pub asked: Option<Asked>,
}

impl Rules {
    /// The page that a visitor claims to be on, as far as it is kept.
    pub(super) fn page(&self, page: &Page) -> Page {
        if self.is_page_query_kept {
            Page::claimed_with_query(&page.url, &page.title)
        } else {
            Page::claimed(&page.url, &page.title)
        }
    }
}

/// What a decision may look at beside the conversation.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// What the settings say.
    pub rules: &'a Rules,
    /// What a bot may ask about that is not of the conversation itself.
    pub facts: &'a Facts,
    /// The flows at hand.
    pub shelf: &'a Shelf,
    /// What is known of persons who have proved who they are.
    pub contacts: &'a BTreeMap<ContactId, ContactFields>,
    /// Now.
    pub now: Timestamp,
}
