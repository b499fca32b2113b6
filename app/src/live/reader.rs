//! What the store has to know of the side it reads for, and nothing else of it.
//!
//! Invariant: the only room of `live` that names visitors or agents.

use domain::api::{Endpoint, PollAsAgent, PollAsVisitor};
use domain::conversation::{
    Entry, Row, Side, Speaker, VisitorEntry, VisitorHead, VisitorStage, Voice,
};
use domain::id::{ConversationId, Seq};
use domain::live::{
    AgentSignal, AgentWelcome, ClientFrame, ForAgent, ForVisitor, ServerFrame, Snapshot, View,
    VisitorWelcome,
};
use domain::time::Timestamp;

/// What every welcome says.
#[derive(Debug)]
pub struct Greeting<'a, V: Reader> {
    /// The server's life.
    pub epoch: &'a str,
    /// The server's time.
    pub now: Timestamp,
    /// The conversation it brings.
    pub conversation: Option<&'a Snapshot<V::Head, V::Entry>>,
}

/// A side of the conversation that reads it live.
pub trait Reader: View + Copy + 'static {
    /// Where its WebSocket is.
    const SOCKET_PATH: &'static str;
    /// What it asks again and again where sockets are blocked.
    type Poll: Endpoint<Reply = Vec<ServerFrame<Self>>>;
    /// Its own side, as marks name it.
    const OWN: Side;
    /// Whether a conversation of which this window holds nothing is to be asked for.
    const WANTS_UNKNOWN: bool;

    /// One poll: the `Hello` first.
    fn poll(frames: Vec<ClientFrame>) -> Self::Poll;

    /// Which conversation a head stands above.
    fn conversation(head: &Self::Head) -> &ConversationId;
    /// What has happened happens to the head, as far as an entry alone can tell.
    fn follow(head: &mut Self::Head, entry: &Self::Entry);
    /// The head of a conversation of which only the first entry is known; `None` when this side
    /// has to ask for the whole.
    fn begin(entry: &Self::Entry) -> Option<Self::Head>;
    /// The later of two heads of one conversation.
    fn later(held: Self::Head, told: Self::Head) -> Self::Head;
    /// A head told outside a snapshot.
    fn told_head(signal: &Self::Signal) -> Option<&Self::Head>;
    /// Whether the entry comes from the other side of the conversation.
    fn is_from_other(entry: &Self::Entry) -> bool;
    /// What every welcome says.
    fn greeting(welcome: &Self::Welcome) -> Greeting<'_, Self>;
    /// Whether the frame says that the session is over.
    fn is_signed_out(frame: &ServerFrame<Self>) -> bool;
}

impl Reader for ForVisitor {
    const SOCKET_PATH: &'static str = "/api/live/visitor";
    type Poll = PollAsVisitor;
    const OWN: Side = Side::Visitor;
    // Another window of the same visitor has begun it.
    const WANTS_UNKNOWN: bool = true;

    fn poll(frames: Vec<ClientFrame>) -> PollAsVisitor {
        PollAsVisitor { frames }
    }

    fn conversation(head: &VisitorHead) -> &ConversationId {
        &head.conversation
    }
    fn follow(head: &mut VisitorHead, entry: &VisitorEntry) {
        head.apply(entry);
    }
    fn begin(entry: &VisitorEntry) -> Option<VisitorHead> {
        (entry.prev == Seq::NONE).then(|| VisitorHead {
            conversation: entry.conversation.clone(),
            stage: VisitorStage::Waiting,
        })
    }
    fn later(_held: VisitorHead, told: VisitorHead) -> VisitorHead {
        told
    }
    fn told_head(_signal: &Self::Signal) -> Option<&VisitorHead> {
        None
    }
    fn is_from_other(entry: &VisitorEntry) -> bool {
        entry.by != Voice::You
    }
    fn greeting(welcome: &VisitorWelcome) -> Greeting<'_, Self> {
        Greeting {
            epoch: &welcome.epoch,
            now: welcome.now,
            conversation: welcome.conversation.as_ref(),
        }
    }
    fn is_signed_out(_frame: &ServerFrame<Self>) -> bool {
        false
    }
}

impl Reader for ForAgent {
    const SOCKET_PATH: &'static str = "/api/live/agent";
    type Poll = PollAsAgent;
    const OWN: Side = Side::Agents;
    // An agent hears of many conversations and opens few.
    const WANTS_UNKNOWN: bool = false;

    fn poll(frames: Vec<ClientFrame>) -> PollAsAgent {
        PollAsAgent { frames }
    }

    fn conversation(head: &Row) -> &ConversationId {
        &head.id
    }
    fn follow(_head: &mut Row, _entry: &Entry) {
        // Rows come whole, as `AgentSignal::Row`.
    }
    fn begin(_entry: &Entry) -> Option<Row> {
        None
    }
    fn later(held: Row, told: Row) -> Row {
        if told.last_seq >= held.last_seq {
            told
        } else {
            held
        }
    }
    fn told_head(signal: &AgentSignal) -> Option<&Row> {
        match signal {
            AgentSignal::Row(row) => Some(row),
            _ => None,
        }
    }
    fn is_from_other(entry: &Entry) -> bool {
        entry.by == Speaker::Visitor
    }
    fn greeting(welcome: &AgentWelcome) -> Greeting<'_, Self> {
        Greeting {
            epoch: &welcome.epoch,
            now: welcome.now,
            conversation: None,
        }
    }
    fn is_signed_out(frame: &ServerFrame<Self>) -> bool {
        matches!(frame, ServerFrame::Signal(AgentSignal::SignedOut))
    }
}
