//! The frames of the socket, both ways.
//!
//! Invariant: a frame for a visitor is made of visitor types only; the compiler refuses others.

use crate::api::Refusal;
use crate::conversation::{
    Command, Entry, Filter, Line, ListPage, Marks, Row, Side, VisitorEntry, VisitorHead,
};
use crate::flow::StepId;
use crate::id::{ClientId, ConversationId, ProfileId, Seq, VisitorToken};
use crate::people::Page;
use crate::settings::PublicProfile;
use crate::text::DisplayName;
use crate::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// How far a client has come in one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Which conversation.
    pub conversation: ConversationId,
    /// The last entry it has; everything before is there, too.
    pub after: Seq,
}

/// Who a visitor's window speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorHello {
    /// The secret of this browser.
    pub token: VisitorToken,
    /// `configId` of the host page.
    pub profile: ProfileId,
    /// `configKey` of the host page.
    pub key: String,
    /// The conversation the window shows; `None` asks for the visitor's open one.
    pub conversation: Option<ConversationId>,
    /// Where the visitor is: a bot may ask.
    #[serde(default)]
    pub page: Page,
    /// The step of a flow where the host page wants its visitor to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
}

/// The first frame of every connection and of every poll.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`super::VERSION`] of the page.
    pub version: u32,
    /// The epoch the cursors belong to; another one on the server makes them worthless.
    pub epoch: Option<String>,
    /// Who a visitor's window speaks for; an agent is known by cookie.
    pub visitor: Option<VisitorHello>,
    /// Which list an agent's window shows.
    pub filter: Filter,
    /// What the window has.
    pub cursors: Vec<Cursor>,
}

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFrame {
    /// Who I am and what I have.
    Hello(Hello),
    /// Do this. A repeat carries the same `client_id` and is done once.
    Command {
        /// The sender's name for it.
        client_id: ClientId,
        /// On which conversation.
        conversation: ConversationId,
        /// What.
        command: Command,
    },
    /// Somebody types here, or has stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Whether they still do.
        is_typing: bool,
    },
    /// This window has, or has shown, entries up to here.
    Mark {
        /// Where.
        conversation: ConversationId,
        /// How far.
        marks: Marks,
    },
    /// A gap: send what comes after.
    After(Cursor),
    /// Scrolled up: send a page of what comes before this number.
    Before(Cursor),
    /// Show me this conversation.
    Open {
        /// Which.
        conversation: ConversationId,
    },
    /// Is anybody there?
    Ping,
}

/// What differs between the frames for visitors and those for agents.
pub trait View: Debug + Clone + PartialEq {
    /// A line of the transcript.
    type Entry: Line
        + Debug
        + Clone
        + PartialEq
        + Serialize
        + DeserializeOwned
        + Send
        + Sync
        + 'static;
    /// What stands above a transcript.
    type Head: Debug + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The answer to `Hello`.
    type Welcome: Debug + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What only this side is told.
    type Signal: Debug + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;
}

/// The visitor's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForVisitor {}

/// The agents' side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForAgent {}

impl View for ForVisitor {
    type Entry = VisitorEntry;
    type Head = VisitorHead;
    type Welcome = VisitorWelcome;
    type Signal = VisitorSignal;
}

impl View for ForAgent {
    type Entry = Entry;
    type Head = Row;
    type Welcome = AgentWelcome;
    type Signal = AgentSignal;
}

/// A conversation as it stands, with its last entries: what a window begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot<H, E> {
    /// What stands above the transcript.
    pub head: H,
    /// The last entries, oldest first.
    pub entries: Vec<E>,
    /// Whether there are older ones.
    pub has_earlier: bool,
    /// The number of the last entry this reader may see.
    pub last: Seq,
    /// How far this reader's own side has come.
    pub own: Marks,
    /// How far the other side has come.
    pub other: Marks,
}

/// A conversation for its visitor.
pub type VisitorSnapshot = Snapshot<VisitorHead, VisitorEntry>;
/// A conversation for an agent.
pub type AgentSnapshot = Snapshot<Row, Entry>;

/// What a visitor's window is told first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorWelcome {
    /// Changes when a backup is restored: everything the window holds is then worthless.
    pub epoch: String,
    /// The server's time.
    pub now: Timestamp,
    /// The entrance.
    pub profile: PublicProfile,
    /// Whether the entrance is open, and an available agent of its team is there.
    pub is_anyone_available: bool,
    /// When it opens; `None` while it is open, or where that is not known.
    pub opens_at: Option<Timestamp>,
    /// The conversation asked for, unless the cursors cover it; else the visitor's open one.
    pub conversation: Option<VisitorSnapshot>,
    /// What a bot says first in a conversation that has not begun. The entries are those that the
    /// conversation will have, but for the name of the conversation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opening: Vec<VisitorEntry>,
}

/// What an agent's window is told first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentWelcome {
    /// Changes when a backup is restored: everything the window holds is then worthless.
    pub epoch: String,
    /// The server's time.
    pub now: Timestamp,
    /// A fresh first page of the list.
    pub list: ListPage,
    /// Since when this agent is idle; `None` while they are not.
    pub idle_since: Option<Timestamp>,
}

/// What only visitors are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitorSignal {
    /// Whether the entrance is open, and an available agent of its team is there.
    Presence {
        /// Now.
        is_anyone_available: bool,
        /// When it opens; `None` while it is open, or where that is not known.
        opens_at: Option<Timestamp>,
        /// How long this visitor has to expect to wait, in whole minutes, 0 for less than one;
        /// `None` where they do not wait, are not to read it, or it is not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wait_minutes: Option<u32>,
    },
    /// The entrance was configured anew.
    Profile(PublicProfile),
}

/// What only agents are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentSignal {
    /// A conversation's row as it is now.
    Row(Box<Row>),
    /// What this agent has seen of a conversation, in whichever window.
    SeenMessages {
        /// Which.
        conversation: ConversationId,
        /// Messages of the visitor that this agent has seen.
        seen_messages: u32,
    },
    /// A conversation is no longer this agent's to hear.
    Gone {
        /// Which.
        conversation: ConversationId,
    },
    /// Teams, role or availability of this agent changed: ask again.
    Me,
    /// This agent has become idle, or is no longer.
    Idle {
        /// Since when; `None` when they are no longer.
        since: Option<Timestamp>,
    },
    /// Somebody saved settings: pages that show them say so.
    Settings,
    /// The session has ended.
    SignedOut,
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", bound = "")]
pub enum ServerFrame<V: View> {
    /// The answer to `Hello`.
    Welcome(V::Welcome),
    /// One new entry. A gap if its `prev` is not the last one held.
    Entry(V::Entry),
    /// All entries after a number.
    Entries {
        /// Where.
        conversation: ConversationId,
        /// The number asked for.
        after: Seq,
        /// The entries, oldest first.
        entries: Vec<V::Entry>,
        /// Complete up to this number.
        through: Seq,
    },
    /// A page of entries before a number.
    Earlier {
        /// Where.
        conversation: ConversationId,
        /// The number asked for.
        before: Seq,
        /// The entries, oldest first.
        entries: Vec<V::Entry>,
        /// Whether there are still older ones.
        has_earlier: bool,
    },
    /// A conversation as it stands: forget what you hold of it. The answer to `Open`, and to a
    /// cursor that lies too far behind.
    Resync(Snapshot<V::Head, V::Entry>),
    /// How far a side has come.
    Marks {
        /// Where.
        conversation: ConversationId,
        /// Who.
        side: Side,
        /// How far.
        marks: Marks,
    },
    /// A command was not done.
    Refused {
        /// Which; `None` when it had no name yet (a malformed frame, a refused `Hello`).
        client_id: Option<ClientId>,
        /// Why.
        refusal: Refusal,
    },
    /// Somebody of the other side types, or has stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// An agent's name; `None` for the visitor.
        name: Option<DisplayName>,
        /// Whether they still do.
        is_typing: bool,
    },
    /// The server is there; these are the last numbers of what this window follows.
    Beat {
        /// The server's time.
        now: Timestamp,
        /// A number ahead of what the window holds is a gap.
        heads: Vec<Cursor>,
    },
    /// What only this side is told.
    Signal(V::Signal),
    /// This page is too old to talk with: reload it.
    Outdated,
    /// The answer to `Ping`.
    Pong,
}

/// What a visitor's window hears.
pub type VisitorFrame = ServerFrame<ForVisitor>;
/// What an agent's window hears.
pub type AgentFrame = ServerFrame<ForAgent>;
