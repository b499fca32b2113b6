//! One numbered line of a transcript, as agents see it and as the visitor sees it.
//!
//! Invariant: a note has no visitor form; whoever holds a `VisitorEntry` holds nothing internal.

use super::attachment::Attachment;
use super::dialogue::Going;
use super::rating::Rating;
use crate::api::TokenDefect;
use crate::flow::{Ask, FilePolicy, Fill, Said, SaidRich};
use crate::id::{AgentId, ClientId, ConversationId, PictureId, ProfileId, Seq, TeamId, VisitorId};
use crate::people::{Page, Person};
use crate::settings::Language;
use crate::text::{DisplayName, EmailAddress, MessageText};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Who made an entry. The agent's name is kept with it, so that a transcript never changes when
/// a person does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The visitor of the conversation.
    Visitor,
    /// An agent.
    Agent {
        /// Who.
        id: AgentId,
        /// Their name at that moment.
        name: DisplayName,
        /// What the visitor reads in its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<DisplayName>,
        /// What the visitor sees beside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<PictureId>,
    },
    /// A bot: the flow that the conversation goes through.
    Bot {
        /// What visitors call it.
        name: DisplayName,
        /// What they see beside that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<PictureId>,
    },
    /// The system itself.
    System,
}

impl Speaker {
    /// The bot's name, if it is one.
    fn bot(&self) -> Option<DisplayName> {
        match self {
            Self::Bot { name, .. } => Some(name.clone()),
            Self::Visitor | Self::Agent { .. } | Self::System => None,
        }
    }

    /// What visitors call the agent, if it is one.
    fn agent(&self) -> Option<&DisplayName> {
        match self {
            Self::Agent { name, alias, .. } => Some(alias.as_ref().unwrap_or(name)),
            Self::Visitor | Self::Bot { .. } | Self::System => None,
        }
    }
}

fn aside(said: &Said, is_last: bool) -> Option<String> {
    let aside = BotAside {
        rich: said.rich.clone(),
        ask: said.ask.clone(),
        is_last,
    };
    // Our own types can always be written; a text without its buttons can still be answered.
    crate::json::write(&aside).ok()
}

/// Why an agent is no longer in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftReason {
    /// The agent put it back into the queue.
    PutBack,
    /// The agent was deactivated.
    Deactivated,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryBody {
    /// The conversation began. Always number 1.
    Started {
        /// Whose it is.
        visitor: VisitorId,
        /// The entrance it came by.
        profile: ProfileId,
        /// Who answers.
        team: TeamId,
        /// Where the visitor was.
        page: Page,
        /// Who the host page says they are; `None` for whom it says nothing of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<Person>,
        /// Why the host page's word was not believed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        defect: Option<TokenDefect>,
        /// What the visitor reads in the place of agents' names, to the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent_name: Option<DisplayName>,
        /// The language they are spoken to in; `None` in conversations from before it was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Language>,
    },
    /// The host page has proved who the visitor is, in the middle of the conversation.
    Identified {
        /// Who.
        person: Person,
    },
    /// Written for the other side.
    Message {
        /// The text; data, never markup.
        text: MessageText,
    },
    /// Said by a bot.
    Said {
        /// What, and how it can be answered.
        said: Said,
        /// Whether it was the bot's last word: it can be begun anew.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_last: bool,
    },
    /// Said to a visitor who waits, by the chat profile.
    WaitMessage {
        /// The text, with its variables filled.
        text: MessageText,
        /// Its place among those of this wait, from 1.
        count: u32,
    },
    /// Where the conversation stands in its flow after a turn. Says nothing to people.
    Went {
        /// Where.
        going: Box<Going>,
    },
    /// The visitor has told a bot something of themself, or of what they want.
    Filled {
        /// What it is.
        fill: Fill,
        /// What was said.
        value: String,
    },
    /// The bot is done, and people go on.
    HandedOver {
        /// Who answers from then on.
        team: TeamId,
        /// What they should know about, best first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        expertise: Vec<String>,
        /// Whether the visitor may send files from then on.
        #[serde(default, skip_serializing_if = "FilePolicy::is_of_profile")]
        files: FilePolicy,
    },
    /// A file for the other side.
    Attached {
        /// Which.
        attachment: Attachment,
    },
    /// Written for agents only.
    Note {
        /// The text.
        text: MessageText,
    },
    /// The agent who made this entry answers from now on.
    Joined,
    /// This agent no longer answers; the conversation waits again.
    Left {
        /// Who.
        agent: AgentId,
        /// Their name at that moment.
        name: DisplayName,
        /// What the visitor reads in its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<DisplayName>,
        /// Why.
        reason: LeftReason,
    },
    /// The agent who made this entry has passed the conversation on; it waits again.
    Transferred {
        /// Who answers from then on.
        team: TeamId,
        /// What agents called them at that moment.
        name: DisplayName,
    },
    /// The agent has said whether the visitor may send files.
    FilesChosen {
        /// From now on.
        are_welcome: bool,
    },
    /// Over.
    Closed,
    /// What the visitor thought of it.
    Rated {
        /// In a word.
        rating: Rating,
        /// In their own words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<MessageText>,
    },
    /// The visitor wants the transcript sent.
    CopyRequested {
        /// Where to.
        email: EmailAddress,
    },
}

/// One numbered line of a transcript, whole: for agents and for the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where it belongs.
    pub conversation: ConversationId,
    /// Its number.
    pub seq: Seq,
    /// The number of the entry before it that the visitor may see.
    pub visitor_prev: Seq,
    /// When it was committed.
    pub at: Timestamp,
    /// Who made it.
    pub by: Speaker,
    /// What its sender called it; the first entry of a command carries it.
    pub client_id: Option<ClientId>,
    /// What it says.
    pub body: EntryBody,
}

/// Who speaks, as the visitor may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The visitor.
    You,
    /// An agent or a bot, as they want to be known.
    Agent {
        /// The name.
        name: DisplayName,
        /// The picture beside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<PictureId>,
    },
    /// The system itself.
    System,
}

/// What an entry says, as the visitor may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitorBody {
    /// A message of either side.
    Message {
        /// The text; data, never markup.
        text: MessageText,
        /// What stands beside a bot's text, as JSON of [`BotAside`]: drawn by a script that the
        /// window loads when it needs it, which alone reads it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aside: Option<String>,
    },
    /// A file of either side.
    Attached {
        /// Which.
        attachment: Attachment,
    },
    /// The host page has said who the visitor is.
    Identified {
        /// By name, if one is known.
        name: Option<DisplayName>,
    },
    /// An agent answers from now on.
    Joined,
    /// An agent is gone; somebody else will answer.
    Left {
        /// Who.
        name: DisplayName,
        /// Whether they have passed the visitor on to others.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_transfer: bool,
    },
    /// Over.
    Closed,
    /// What the visitor thought of it. The comment is the agents'.
    Rated {
        /// In a word.
        rating: Rating,
    },
    /// The transcript will be sent.
    CopyRequested {
        /// Where to.
        email: EmailAddress,
    },
}

/// What stands beside the text of a bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotAside {
    /// What is shown below the text.
    pub rich: Vec<SaidRich>,
    /// How it can be answered.
    pub ask: Option<Ask>,
    /// Whether it was the bot's last word.
    pub is_last: bool,
}

/// One line of a transcript in the visitor's window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorEntry {
    /// Where it belongs.
    pub conversation: ConversationId,
    /// Its number; numbers of internal entries are missing.
    pub seq: Seq,
    /// The number of the entry before it that the visitor may see.
    pub prev: Seq,
    /// When it was committed.
    pub at: Timestamp,
    /// Who speaks.
    pub by: Voice,
    /// The visitor's own name for it; none on entries of the other side.
    pub client_id: Option<ClientId>,
    /// What it says.
    pub body: VisitorBody,
}

impl Entry {
    /// The entry as the visitor may see it; `None` for what is internal.
    pub fn for_visitor(&self) -> Option<VisitorEntry> {
        let body = match &self.body {
            EntryBody::Started { .. }
            | EntryBody::Note { .. }
            | EntryBody::Went { .. }
            | EntryBody::Filled { .. }
            // The window takes files or does not; who said so is nobody's business there.
            | EntryBody::FilesChosen { .. } => return None,
            EntryBody::Message { text } | EntryBody::WaitMessage { text, .. } => {
                VisitorBody::Message {
                    text: text.clone(),
                    aside: None,
                }
            }
            EntryBody::Said { said, is_last } => VisitorBody::Message {
                text: said.words(),
                aside: aside(said, *is_last),
            },
            // To the visitor a bot is one who talks, and then no longer does.
            EntryBody::HandedOver { .. } => VisitorBody::Left {
                name: self.by.bot()?,
                is_transfer: false,
            },
            // To whom, is nobody's business there.
            EntryBody::Transferred { .. } => VisitorBody::Left {
                name: self.by.agent()?.clone(),
                is_transfer: true,
            },
            EntryBody::Attached { attachment } => VisitorBody::Attached {
                attachment: attachment.clone(),
            },
            EntryBody::Identified { person } => VisitorBody::Identified {
                name: person.name.clone(),
            },
            EntryBody::Joined => VisitorBody::Joined,
            EntryBody::Left { name, alias, .. } => VisitorBody::Left {
                name: alias.as_ref().unwrap_or(name).clone(),
                is_transfer: false,
            },
            EntryBody::Closed => VisitorBody::Closed,
            EntryBody::Rated { rating, .. } => VisitorBody::Rated { rating: *rating },
            EntryBody::CopyRequested { email } => VisitorBody::CopyRequested {
                email: email.clone(),
            },
        };
        let (by, client_id) = match &self.by {
            Speaker::Visitor => (Voice::You, self.client_id.clone()),
            Speaker::Agent {
                name,
                alias,
                picture,
                ..
            } => {
                let name = alias.as_ref().unwrap_or(name).clone();
                let picture = picture.clone();
                (Voice::Agent { name, picture }, None)
            }
            Speaker::Bot { name, picture } => {
                let (name, picture) = (name.clone(), picture.clone());
                (Voice::Agent { name, picture }, None)
            }
            Speaker::System => (Voice::System, None),
        };
        Some(VisitorEntry {
            conversation: self.conversation.clone(),
            seq: self.seq,
            prev: self.visitor_prev,
            at: self.at,
            by,
            client_id,
            body,
        })
    }

    /// Whether the other side shall read this: a message or a file.
    pub fn is_said(&self) -> bool {
        matches!(
            self.body,
            EntryBody::Message { .. }
                | EntryBody::Said { .. }
                | EntryBody::WaitMessage { .. }
                | EntryBody::Attached { .. }
        )
    }

    /// Whether the visitor has said this: what unread counts count.
    pub fn is_visitor_message(&self) -> bool {
        self.by == Speaker::Visitor && self.is_said()
    }
}

/// What a client needs to know of an entry to keep a transcript in order, whoever reads it.
pub trait Line {
    /// Where it belongs.
    fn conversation(&self) -> &ConversationId;
    /// Its number.
    fn seq(&self) -> Seq;
    /// The number of the entry before it that this reader may see.
    fn prev(&self) -> Seq;
    /// What the reader called it, if it is the reader's own.
    fn client_id(&self) -> Option<&ClientId>;
}

impl Line for Entry {
    fn conversation(&self) -> &ConversationId {
        &self.conversation
    }
    fn seq(&self) -> Seq {
        self.seq
    }
    fn prev(&self) -> Seq {
        self.seq.before()
    }
    fn client_id(&self) -> Option<&ClientId> {
        self.client_id.as_ref()
    }
}

impl Line for VisitorEntry {
    fn conversation(&self) -> &ConversationId {
        &self.conversation
    }
    fn seq(&self) -> Seq {
        self.seq
    }
    fn prev(&self) -> Seq {
        self.prev
    }
    fn client_id(&self) -> Option<&ClientId> {
        self.client_id.as_ref()
    }
}
