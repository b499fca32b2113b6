//! A conversation as it stands: the fold of its entries.
//!
//! Invariant: `apply` never fails and asks nothing: what it is given has happened.

use super::claims::Claims;
use super::dialogue::Going;
use super::entry::{Entry, EntryBody, Speaker, VisitorBody, VisitorEntry, Voice};
use super::list::Preview;
use super::rating::Rating;
use super::wait_words::WaitSaid;
use crate::flow::FilePolicy;
use crate::id::{AgentId, ConversationId, PictureId, ProfileId, Seq, TeamId, VisitorId};
use crate::people::{Page, Person};
use crate::settings::Language;
use crate::text::{DisplayName, EmailAddress};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a conversation stands. Exactly one of these is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nobody answers yet.
    Waiting {
        /// Since when; the longest wait stands first.
        since: Timestamp,
    },
    /// A bot answers.
    InFlow {
        /// What visitors call it.
        bot: DisplayName,
        /// What they see beside that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<PictureId>,
        /// Since when.
        since: Timestamp,
    },
    /// An agent answers.
    Talking {
        /// Who.
        agent: AgentId,
        /// Their name when they joined.
        name: DisplayName,
        /// What the visitor reads in its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<DisplayName>,
        /// What the visitor sees beside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<PictureId>,
        /// Since when.
        since: Timestamp,
    },
    /// Over.
    Closed {
        /// When.
        at: Timestamp,
    },
}

/// A conversation as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// Whose.
    pub visitor: VisitorId,
    /// The entrance it came by.
    pub profile: ProfileId,
    /// Who answers.
    pub team: TeamId,
    /// Where the visitor was at the start.
    pub page: Page,
    /// Who the host page says the visitor is.
    #[serde(default)]
    pub person: Option<Person>,
    /// What the visitor reads in the place of agents' names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<DisplayName>,
    /// The language the visitor is spoken to in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Where it stands.
    pub stage: Stage,
    /// How far its wait has been spoken for, as long as it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_said: Option<WaitSaid>,
    /// Where it stands in its flow, as long as a bot answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub going: Option<Box<Going>>,
    /// What the visitor has told a bot.
    #[serde(default, skip_serializing_if = "Claims::is_empty")]
    pub claims: Claims,
    /// What a bot, or then an agent, has said about files.
    #[serde(default, skip_serializing_if = "FilePolicy::is_of_profile")]
    pub files: FilePolicy,
    /// The number of the last entry.
    pub last_seq: Seq,
    /// The number of the last entry that the visitor may see.
    pub visible_seq: Seq,
    /// Messages of the visitor so far.
    pub visitor_messages: u32,
    /// When the last entry was committed.
    pub last_at: Timestamp,
    /// The last message, short.
    pub preview: Option<Preview>,
    /// What the visitor thought of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// Where the visitor wants the transcript sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_to: Option<EmailAddress>,
}

impl Conversation {
    /// The conversation that this first entry begins; `None` unless it is `Started`.
    pub fn begin(entry: &Entry) -> Option<Self> {
        let EntryBody::Started {
            visitor,
            profile,
            team,
            page,
            person,
            defect: _,
            agent_name,
            language,
        } = &entry.body
        else {
            return None;
        };
        Some(Self {
            id: entry.conversation.clone(),
            visitor: visitor.clone(),
            profile: profile.clone(),
            team: team.clone(),
            page: page.clone(),
            person: person.clone(),
            agent_name: agent_name.clone(),
            language: *language,
            stage: Stage::Waiting { since: entry.at },
            wait_said: None,
            going: None,
            claims: Claims::default(),
            files: FilePolicy::Profile,
            last_seq: entry.seq,
            visible_seq: Seq::NONE,
            visitor_messages: 0,
            last_at: entry.at,
            preview: None,
            rating: None,
            copy_to: None,
        })
    }

    /// What has happened happens to the state.
    pub fn apply(&mut self, entry: &Entry) {
        self.last_seq = entry.seq;
        self.last_at = entry.at;
        if entry.for_visitor().is_some() {
            self.visible_seq = entry.seq;
        }
        if entry.is_visitor_message() {
            self.visitor_messages = self.visitor_messages.saturating_add(1);
        }
        match &entry.body {
            EntryBody::Message { text } => {
                self.preview = Some(Preview::of(&entry.by, text.as_str()));
            }
            EntryBody::Attached { attachment } => {
                self.preview = Some(Preview::of(&entry.by, attachment.name.as_str()));
            }
            EntryBody::Rated { rating, .. } => {
                self.rating = Some(*rating);
                // What was told a bot was said of another rating.
                self.claims.comment = None;
            }
            EntryBody::CopyRequested { email } => self.copy_to = Some(email.clone()),
            EntryBody::Said { said, .. } => {
                self.preview = Some(Preview::of(&entry.by, said.words().as_str()));
            }
            // What the row shows is still what the visitor wants.
            EntryBody::WaitMessage { count, .. } => {
                let (count, at) = (*count, entry.at);
                self.wait_said = Some(WaitSaid { count, at });
            }
            EntryBody::Went { going } => self.go(entry, going),
            EntryBody::Filled { fill, value } => self.claims.fill(fill, value),
            EntryBody::HandedOver { team, files, .. } => {
                self.team = team.clone();
                self.files = *files;
                self.stand(Stage::Waiting { since: entry.at });
            }
            EntryBody::Joined => {
                if let Speaker::Agent {
                    id,
                    name,
                    alias,
                    picture,
                } = &entry.by
                {
                    self.stand(Stage::Talking {
                        agent: id.clone(),
                        name: name.clone(),
                        alias: alias.clone(),
                        picture: picture.clone(),
                        since: entry.at,
                    });
                }
            }
            EntryBody::Identified { person } => self.person = Some(person.clone()),
            EntryBody::Left { .. } => self.stand(Stage::Waiting { since: entry.at }),
            EntryBody::Transferred { team, .. } => {
                self.team = team.clone();
                self.stand(Stage::Waiting { since: entry.at });
            }
            EntryBody::FilesChosen { are_welcome } => {
                self.files = if *are_welcome {
                    FilePolicy::Allow
                } else {
                    FilePolicy::Prevent
                };
            }
            EntryBody::Closed => self.stand(Stage::Closed { at: entry.at }),
            EntryBody::Started { .. } | EntryBody::Note { .. } => {}
        }
    }

    /// A bot answers from now on, or goes on answering.
    fn go(&mut self, entry: &Entry, going: &Going) {
        let Speaker::Bot { name, picture } = &entry.by else {
            return;
        };
        let since = match &self.stage {
            Stage::InFlow { since, .. } => *since,
            Stage::Waiting { .. } | Stage::Talking { .. } | Stage::Closed { .. } => entry.at,
        };
        self.stage = Stage::InFlow {
            bot: name.clone(),
            picture: picture.clone(),
            since,
        };
        self.going = Some(Box::new(going.clone()));
    }

    /// No bot answers any more, and a wait that begins here begins anew.
    fn stand(&mut self, stage: Stage) {
        self.stage = stage;
        self.wait_said = None;
        self.going = None;
    }

    /// Whether the visitor may send files, where the chat profile says so or not.
    pub fn takes_files(&self, are_welcome: bool) -> bool {
        match self.files {
            FilePolicy::Profile => are_welcome,
            FilePolicy::Prevent => false,
            FilePolicy::Allow => true,
            FilePolicy::KnownOnly => self.person.is_some(),
        }
    }

    /// Whether it has ended.
    pub fn is_closed(&self) -> bool {
        matches!(self.stage, Stage::Closed { .. })
    }

    /// The agent who answers, if any.
    pub fn agent(&self) -> Option<&AgentId> {
        match &self.stage {
            Stage::Talking { agent, .. } => Some(agent),
            Stage::Waiting { .. } | Stage::InFlow { .. } | Stage::Closed { .. } => None,
        }
    }

    /// The agent whose own question it is, if it is one's.
    pub fn asker(&self) -> Option<&AgentId> {
        self.person.as_ref()?.agent.as_ref()
    }

    /// What the visitor reads in the place of the name of the agent who answers; `None` is the name.
    pub fn alias(&self) -> Option<&DisplayName> {
        let own = match &self.stage {
            Stage::Talking { alias, .. } => alias.as_ref(),
            Stage::Waiting { .. } | Stage::InFlow { .. } | Stage::Closed { .. } => None,
        };
        own.or(self.agent_name.as_ref())
    }

    /// What the visitor may know of it.
    pub fn for_visitor(&self) -> VisitorHead {
        let stage = match &self.stage {
            Stage::Waiting { .. } => VisitorStage::Waiting,
            Stage::Talking { name, picture, .. } => VisitorStage::Talking {
                name: self.alias().unwrap_or(name).clone(),
                picture: picture.clone(),
            },
            Stage::InFlow { bot, picture, .. } => VisitorStage::Talking {
                name: bot.clone(),
                picture: picture.clone(),
            },
            Stage::Closed { .. } => VisitorStage::Closed,
        };
        VisitorHead {
            conversation: self.id.clone(),
            stage,
        }
    }
}

/// Where a conversation stands, as the visitor may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitorStage {
    /// Nobody answers yet.
    Waiting,
    /// An agent or a bot answers.
    Talking {
        /// As they want to be known.
        name: DisplayName,
        /// The picture beside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<PictureId>,
    },
    /// Over.
    Closed,
}

/// A conversation above its transcript, in the visitor's window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorHead {
    /// Which.
    pub conversation: ConversationId,
    /// Where it stands.
    pub stage: VisitorStage,
}

impl VisitorHead {
    /// What has happened happens to the visitor's view of the state.
    pub fn apply(&mut self, entry: &VisitorEntry) {
        match (&entry.body, &entry.by) {
            // A bot is not said to join: it speaks, with something beside its text. Who tells those
            // that wait to wait has nothing there, and answers nobody.
            (
                VisitorBody::Joined | VisitorBody::Message { aside: Some(_), .. },
                Voice::Agent { name, picture },
            ) => {
                let (name, picture) = (name.clone(), picture.clone());
                self.stage = VisitorStage::Talking { name, picture };
            }
            (VisitorBody::Left { .. }, _) => self.stage = VisitorStage::Waiting,
            (VisitorBody::Closed, _) => self.stage = VisitorStage::Closed,
            (
                VisitorBody::Joined
                | VisitorBody::Identified { .. }
                | VisitorBody::Message { .. }
                | VisitorBody::Attached { .. }
                | VisitorBody::Rated { .. }
                | VisitorBody::CopyRequested { .. },
                _,
            ) => {}
        }
    }
}
