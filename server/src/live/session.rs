//! What one window says, frame by frame: the same for sockets and polls, for visitors and
//! agents.
//!
//! Invariant: no SQL and no decision; each frame calls one use case.

use super::hub::Hub;
use crate::conversations::store::{self, Reader};
use crate::conversations::{self, Answer, Outcome, Participant};
use crate::error::{Error, Result};
use crate::principal::{Agent, Visitor};
use crate::profiles::availability::Reach;
use crate::server::Server;
use crate::{flows, profiles};
use domain::api::{ListConversations, Refusal};
use domain::conversation::{Access, Command, Conversation, Entry, Side};
use domain::id::{ClientId, ConversationId, Seq};
use domain::limit;
use domain::live::{
    AgentSnapshot, AgentWelcome, ClientFrame, Cursor, ForAgent, ForVisitor, Hello, ServerFrame,
    Snapshot, View, VisitorSnapshot, VisitorWelcome,
};
use domain::settings::ChatProfile;
use std::collections::BTreeSet;

/// One side of the conversation, as the session code needs it.
pub(super) trait Party: Clone + Send + Sync + 'static {
    /// The frames this side is sent.
    type Sees: View + 'static;
    /// For whom entries are read.
    const READER: Reader;

    /// The conversation, if it is theirs to see.
    fn find(
        &self,
        server: &Server,
        id: &ConversationId,
    ) -> impl Future<Output = Result<Conversation>> + Send;

    /// What a window of theirs begins with.
    fn snapshot(
        &self,
        server: &Server,
        id: &ConversationId,
    ) -> impl Future<Output = Result<SnapshotOf<Self>>> + Send;

    /// An entry as they may see it.
    fn entry(entry: &Entry) -> Option<<Self::Sees as View>::Entry>;

    /// Hands in a command of theirs.
    fn command(
        &self,
        server: &Server,
        client_id: ClientId,
        conversation: ConversationId,
        command: Command,
    ) -> impl Future<Output = Result<Answer>> + Send;

    /// Whose marks they move.
    fn participant(&self) -> Participant;

    /// Tells the other side that they type.
    fn types(&self, hub: &Hub, conversation: &Conversation, is_typing: bool);

    /// The answer to `Hello`, and the conversations the window follows from then on.
    fn welcome(
        &self,
        server: &Server,
        hello: &Hello,
    ) -> impl Future<Output = Result<(<Self::Sees as View>::Welcome, Option<ConversationId>)>> + Send;
}

/// A snapshot as this side gets it.
pub(super) type SnapshotOf<P> =
    Snapshot<<<P as Party>::Sees as View>::Head, <<P as Party>::Sees as View>::Entry>;

/// The frames this side is sent.
pub(super) type FrameOf<P> = ServerFrame<<P as Party>::Sees>;

/// An agent in one window, with what they may hear now.
#[derive(Clone)]
pub(super) struct AgentParty {
    pub agent: Agent,
    pub access: Access,
}

impl Party for Visitor {
    type Sees = ForVisitor;
    const READER: Reader = Reader::Visitor;

    async fn find(&self, server: &Server, id: &ConversationId) -> Result<Conversation> {
        conversations::for_visitor(server, self, id).await
    }

    async fn snapshot(&self, server: &Server, id: &ConversationId) -> Result<VisitorSnapshot> {
        conversations::visitor_snapshot(server, self, id).await
    }

    fn entry(entry: &Entry) -> Option<<ForVisitor as View>::Entry> {
        entry.for_visitor()
    }

    async fn command(
        &self,
        server: &Server,
        client_id: ClientId,
        conversation: ConversationId,
        command: Command,
    ) -> Result<Answer> {
        conversations::visitor_command(server, self, client_id, conversation, command).await
    }

    fn participant(&self) -> Participant {
        Participant::Visitor(self.id.clone())
    }

    fn types(&self, hub: &Hub, conversation: &Conversation, is_typing: bool) {
        hub.visitor_types(conversation, is_typing);
    }

    async fn welcome(
        &self,
        server: &Server,
        hello: &Hello,
    ) -> Result<(VisitorWelcome, Option<ConversationId>)> {
        let asked = hello
            .visitor
            .as_ref()
            .and_then(|visitor| visitor.conversation.clone());
        let (conversation, snapshot) = self.first(server, hello, asked).await?;
        let profile = profiles::by_id(server, &self.profile.id).await?;
        let profile = profile.as_ref().unwrap_or(&self.profile);
        let (reach, _) = reach(server, profile, self);
        let mut shown = profile.for_visitor(self.voucher, self.language);
        if let Some(id) = &conversation
            && let Ok(state) = self.find(server, id).await
        {
            shown.are_files_welcome = state.takes_files(profile.are_files_welcome);
            server.hub.told_files(&self.id, shown.are_files_welcome);
        }
        let welcome = VisitorWelcome {
            epoch: server.epoch.clone(),
            now: server.now(),
            profile: shown,
            is_anyone_available: reach.is_anyone_available(),
            opens_at: reach.opens_at(),
            // A window that shows a conversation may begin another one.
            opening: flows::opening(server, profile, self).await,
            conversation: snapshot,
        };
        Ok((welcome, conversation))
    }
}

/// How this visitor reaches the profile, and how long they have to expect to wait, if they do.
pub(super) fn reach(
    server: &Server,
    profile: &ChatProfile,
    visitor: &Visitor,
) -> (Reach, Option<u32>) {
    let now = server.now();
    let queued = server.waits.queued_of(&visitor.id);
    let opening = server.openings.of(profile, now);
    let asker = (visitor.asker(), now);
    let reach = server.hub.reach(profile, opening, queued.as_ref(), asker);
    let minutes = server.waits.told(queued.as_ref(), profile.wait_time, now);
    (reach, minutes)
}

impl Visitor {
    /// The conversation a window shows: the one it asks for if it exists and is theirs, else
    /// their open one. A window that has a cursor for it gets no snapshot.
    async fn first(
        &self,
        server: &Server,
        hello: &Hello,
        asked: Option<ConversationId>,
    ) -> Result<(Option<ConversationId>, Option<VisitorSnapshot>)> {
        let id = match asked {
            // Asked for and not there yet: its start is still in the window's outbox.
            Some(id) => Some(id),
            None => conversations::open_conversation(server, self).await?,
        };
        let Some(id) = id else {
            return Ok((None, None));
        };
        let has_cursor = hello.epoch.as_ref() == Some(&server.epoch)
            && hello.cursors.iter().any(|cursor| cursor.conversation == id);
        if has_cursor {
            return Ok((Some(id), None));
        }
        match self.snapshot(server, &id).await {
            Ok(snapshot) => Ok((Some(id), Some(snapshot))),
            Err(Error::Refused(Refusal::NotFound)) => Ok((None, None)),
            Err(error) => Err(error),
        }
    }
}

impl Party for AgentParty {
    type Sees = ForAgent;
    const READER: Reader = Reader::Agent;

    async fn find(&self, server: &Server, id: &ConversationId) -> Result<Conversation> {
        conversations::for_agent(server, &self.access, id).await
    }

    async fn snapshot(&self, server: &Server, id: &ConversationId) -> Result<AgentSnapshot> {
        conversations::agent_snapshot(server, &self.access, id).await
    }

    fn entry(entry: &Entry) -> Option<Entry> {
        Some(entry.clone())
    }

    async fn command(
        &self,
        server: &Server,
        client_id: ClientId,
        conversation: ConversationId,
        command: Command,
    ) -> Result<Answer> {
        let mut agent = self.agent.clone();
        agent.agent.teams.clone_from(&self.access.teams);
        agent.agent.role = self.access.role;
        agent.agent.face.clone_from(&self.access.face);
        conversations::agent_command(server, &agent, client_id, conversation, command).await
    }

    fn participant(&self) -> Participant {
        Participant::Agent(self.access.agent.clone(), self.access.clone())
    }

    fn types(&self, hub: &Hub, conversation: &Conversation, is_typing: bool) {
        // Only who answers is announced: a colleague's note is nobody's business.
        if conversation.agent() == Some(&self.access.agent) {
            hub.agent_types(
                conversation,
                &self.access.agent,
                &self.agent.agent.name,
                is_typing,
            );
        }
    }

    async fn welcome(
        &self,
        server: &Server,
        hello: &Hello,
    ) -> Result<(AgentWelcome, Option<ConversationId>)> {
        let request = ListConversations {
            filter: hello.filter,
            before: None,
        };
        let list = conversations::list(server, &self.agent, request).await?;
        let welcome = AgentWelcome {
            epoch: server.epoch.clone(),
            now: server.now(),
            list,
            idle_since: server.hub.idle_since(&self.access.agent, server.now()),
        };
        Ok((welcome, None))
    }
}

/// Which conversations a window follows: heartbeats carry their last numbers.
#[derive(Debug, Default, Clone)]
pub(super) struct Followed(BTreeSet<ConversationId>);

impl Followed {
    pub(super) fn add(&mut self, id: &ConversationId) {
        if self.0.len() < limit::CURSORS_MAX {
            self.0.insert(id.clone());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Answers `Hello`: a welcome, then what every cursor missed.
pub(super) async fn hello<P: Party>(
    server: &Server,
    party: &P,
    hello: &Hello,
    followed: &mut Followed,
) -> Result<Vec<FrameOf<P>>> {
    if hello.cursors.len() > limit::CURSORS_MAX {
        return Err(Refusal::TooLarge.into());
    }
    let (welcome, conversation) = party.welcome(server, hello).await?;
    let mut frames = vec![ServerFrame::Welcome(welcome)];
    if let Some(id) = conversation {
        followed.add(&id);
    }
    let is_same_epoch = hello.epoch.as_ref() == Some(&server.epoch);
    for cursor in &hello.cursors {
        let frame = if is_same_epoch {
            resume(server, party, cursor).await
        } else {
            party
                .snapshot(server, &cursor.conversation)
                .await
                .map(ServerFrame::Resync)
        };
        match frame {
            Ok(frame) => {
                followed.add(&cursor.conversation);
                frames.push(frame);
                frames.append(&mut marks::<P>(server, &cursor.conversation).await?);
            }
            // Not there (any more): the window learns it when it asks for that conversation.
            Err(Error::Refused(Refusal::NotFound)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(frames)
}

/// Marks have no numbers to resume by, so a window that comes back is told all of them.
async fn marks<P: Party>(server: &Server, id: &ConversationId) -> Result<Vec<FrameOf<P>>> {
    let progress = store::progress(&server.db, id, None).await?;
    let told = |side, marks| ServerFrame::Marks {
        conversation: id.clone(),
        side,
        marks,
    };
    Ok(vec![
        told(Side::Visitor, progress.visitor),
        told(Side::Agents, progress.agents),
    ])
}

/// Everything after a cursor; a snapshot when that is too much.
async fn resume<P: Party>(server: &Server, party: &P, cursor: &Cursor) -> Result<FrameOf<P>> {
    let id = &cursor.conversation;
    let state = party.find(server, id).await?;
    let max = limit::RESUME_ENTRIES_MAX;
    let entries = store::after(&server.db, id, cursor.after, P::READER, max + 1).await?;
    let last = last::<P>(&state);
    // A cursor ahead of the conversation comes from a database that is no more.
    if entries.len() > max || cursor.after > last.max(last_of(&entries)) {
        return Ok(ServerFrame::Resync(party.snapshot(server, id).await?));
    }
    Ok(ServerFrame::Entries {
        conversation: id.clone(),
        after: cursor.after,
        through: last.max(last_of(&entries)),
        entries: entries.iter().filter_map(P::entry).collect(),
    })
}

/// The last number of the conversation that this side may see.
fn last<P: Party>(state: &Conversation) -> Seq {
    match P::READER {
        Reader::Agent => state.last_seq,
        Reader::Visitor => state.visible_seq,
    }
}

fn last_of(entries: &[Entry]) -> Seq {
    entries.last().map_or(Seq::NONE, |entry| entry.seq)
}

/// What only the sender of a command hears, once its answer is there.
pub(super) async fn answered<P: Party>(
    client_id: ClientId,
    handed_in: Result<Answer>,
) -> Option<FrameOf<P>> {
    let outcome = match handed_in {
        Ok(answer) => answer.done().await,
        Err(error) => Err(error),
    };
    match outcome {
        // The hub has told the sender like everybody else.
        Ok(Outcome::Done(_)) => None,
        Ok(Outcome::Repeated(entry)) => P::entry(&entry).map(ServerFrame::Entry),
        Err(error) => Some(ServerFrame::Refused {
            client_id: Some(client_id),
            refusal: refusal(error),
        }),
    }
}

/// Answers every other frame.
pub(super) async fn other<P: Party>(
    server: &Server,
    party: &P,
    frame: ClientFrame,
    followed: &mut Followed,
) -> Result<Option<FrameOf<P>>> {
    Ok(match frame {
        ClientFrame::Ping => Some(ServerFrame::Pong),
        ClientFrame::Typing {
            conversation,
            is_typing,
        } => {
            let state = party.find(server, &conversation).await?;
            party.types(&server.hub, &state, is_typing);
            None
        }
        ClientFrame::Mark {
            conversation,
            marks,
        } => {
            conversations::mark(server, party.participant(), conversation, marks);
            None
        }
        ClientFrame::After(cursor) => Some(resume(server, party, &cursor).await?),
        ClientFrame::Before(cursor) => Some(earlier(server, party, cursor).await?),
        ClientFrame::Open { conversation } => {
            let snapshot = party.snapshot(server, &conversation).await?;
            followed.add(&conversation);
            Some(ServerFrame::Resync(snapshot))
        }
        // Said twice, or in the wrong place.
        ClientFrame::Hello(_) | ClientFrame::Command { .. } => {
            return Err(Refusal::Malformed.into());
        }
    })
}

async fn earlier<P: Party>(server: &Server, party: &P, cursor: Cursor) -> Result<FrameOf<P>> {
    party.find(server, &cursor.conversation).await?;
    let (entries, has_earlier) =
        store::before(&server.db, &cursor.conversation, cursor.after, P::READER).await?;
    Ok(ServerFrame::Earlier {
        conversation: cursor.conversation,
        before: cursor.after,
        entries: entries.iter().filter_map(P::entry).collect(),
        has_earlier,
    })
}

/// The heartbeat: the last numbers of what the window follows. A window that holds less asks.
/// It follows what it names, so whether that is theirs to see is asked here, each time.
pub(super) async fn beat<P: Party>(
    server: &Server,
    party: &P,
    followed: &Followed,
) -> Result<FrameOf<P>> {
    let mut heads = Vec::with_capacity(followed.0.len());
    for id in &followed.0 {
        match party.find(server, id).await {
            Ok(state) => heads.push(Cursor {
                conversation: id.clone(),
                after: last::<P>(&state),
            }),
            Err(Error::Refused(Refusal::NotFound)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(ServerFrame::Beat {
        now: server.now(),
        heads,
    })
}

/// What a client is told of an error; what went wrong inside goes to the log under an id.
pub(crate) fn refusal(error: Error) -> Refusal {
    match error {
        Error::Refused(refusal) => refusal,
        Error::Internal(error) => {
            let request = crate::clock::entropy().map_or_else(
                |_| "unknown".to_owned(),
                |id| format!("{:016x}", u64::from_be_bytes(id)),
            );
            tracing::error!(request, error = format!("{error:#}"), "internal error");
            Refusal::Internal { request }
        }
    }
}
