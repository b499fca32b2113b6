//! Who is connected, and who is told what. Telling never waits: a window that does not keep up
//! loses its connection and resumes by number.
//!
//! Invariant: an entry reaches a visitor only as `VisitorEntry`, and an agent only when
//! `may_hear` says so.

use axum::extract::ws::Utf8Bytes;
use domain::conversation::{Access, Conversation, Entry, Marks, Row, Side, VisitorEntry, may_hear};
use domain::id::{AgentId, ConversationId, ProfileId, SessionId, TeamId, VisitorId};
use domain::limit;
use domain::live::{AgentFrame, AgentSignal, ServerFrame, VisitorFrame, VisitorSignal};
use domain::people::{Agent, Availability};
use domain::settings::ChatProfile;
use domain::text::DisplayName;
use domain::time::{Span, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// An agent who reloads a page is not gone.
const PRESENCE_LEASE: Span = Span::from_seconds(5);

/// What a connection is told.
#[derive(Debug, Clone)]
pub(super) enum Telling {
    /// Send this text frame.
    Frame(Utf8Bytes),
    /// Send this text frame, then close: the session has ended.
    Last(Utf8Bytes),
}

/// A connection's number in the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ConnectionId(u64);

struct VisitorConnection {
    visitor: VisitorId,
    profile: ProfileId,
    team: TeamId,
    /// Whether it was told that somebody is available; `None` before the first time.
    told: Option<bool>,
    queue: mpsc::Sender<Telling>,
}

struct AgentConnection {
    access: Access,
    session: SessionId,
    queue: mpsc::Sender<Telling>,
}

/// What the system sees and the agent says, together: whether new conversations reach them.
struct Presence {
    access: Access,
    availability: Availability,
    /// Present until then without any connection: a lease after a close or a poll.
    until: Timestamp,
    connections: usize,
}

#[derive(Default)]
struct Inner {
    next: u64,
    visitors: HashMap<ConnectionId, VisitorConnection>,
    by_visitor: HashMap<VisitorId, Vec<ConnectionId>>,
    agents: HashMap<ConnectionId, AgentConnection>,
    presence: BTreeMap<AgentId, Presence>,
}

/// Who is connected.
#[derive(Default)]
pub struct Hub(Mutex<Inner>);

/// A frame as it travels. Our own types always serialise; should one not, nothing is sent and
/// the gap heals by number.
pub(super) fn text<T: Serialize>(frame: &T) -> Option<Utf8Bytes> {
    match serde_json::to_string(frame) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            tracing::error!(%error, "a frame could not be written");
            None
        }
    }
}

impl Hub {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A visitor's window is there; `None` when this visitor has too many already.
    pub(super) fn add_visitor(
        &self,
        visitor: &VisitorId,
        profile: &ChatProfile,
    ) -> Option<(ConnectionId, mpsc::Receiver<Telling>)> {
        let mut inner = self.inner();
        let id = inner.next_id();
        let of_visitor = inner.by_visitor.entry(visitor.clone()).or_default();
        if of_visitor.len() >= limit::CONNECTIONS_PER_VISITOR_MAX {
            return None;
        }
        of_visitor.push(id);
        let (queue, telling) = mpsc::channel(limit::CONNECTION_QUEUE_MAX);
        let connection = VisitorConnection {
            visitor: visitor.clone(),
            profile: profile.id.clone(),
            team: profile.team.clone(),
            told: None,
            queue,
        };
        inner.visitors.insert(id, connection);
        Some((id, telling))
    }

    /// An agent's window is there.
    pub(super) fn add_agent(
        &self,
        access: Access,
        availability: Availability,
        session: SessionId,
    ) -> (ConnectionId, mpsc::Receiver<Telling>) {
        let mut inner = self.inner();
        let id = inner.next_id();
        let (queue, telling) = mpsc::channel(limit::AGENT_QUEUE_MAX);
        inner.present(access.clone(), availability).connections += 1;
        inner.agents.insert(
            id,
            AgentConnection {
                access,
                session,
                queue,
            },
        );
        (id, telling)
    }

    /// A window is gone.
    pub(super) fn remove(&self, id: ConnectionId, now: Timestamp) {
        self.inner().remove(id, now);
    }

    /// An agent without a socket has just polled.
    pub(super) fn polled(&self, access: Access, availability: Availability, now: Timestamp) {
        let mut inner = self.inner();
        let presence = inner.present(access, availability);
        presence.until = now.plus(limit::POLL_PRESENCE);
    }

    /// The agent says: available, or away.
    pub fn set_availability(&self, agent: &AgentId, availability: Availability) {
        let mut inner = self.inner();
        if let Some(presence) = inner.presence.get_mut(agent) {
            presence.availability = availability;
        }
        inner.tell_agent(agent, &ServerFrame::Signal(AgentSignal::Me));
    }

    /// Teams or role of an agent changed: what they hear from now on follows.
    pub fn set_access(&self, agent: &Agent) {
        let access = Access {
            agent: agent.id.clone(),
            role: agent.role,
            teams: agent.teams.clone(),
        };
        let mut inner = self.inner();
        if inner
            .presence
            .get(&agent.id)
            .is_none_or(|presence| presence.access == access)
        {
            return;
        }
        if let Some(presence) = inner.presence.get_mut(&agent.id) {
            presence.access = access.clone();
        }
        for connection in inner.agents.values_mut() {
            if connection.access.agent == agent.id {
                connection.access = access.clone();
            }
        }
        inner.tell_agent(&agent.id, &ServerFrame::Signal(AgentSignal::Me));
    }

    /// What this agent may hear now, if connected: sockets ask before each command.
    pub(super) fn access(&self, id: ConnectionId) -> Option<Access> {
        self.inner()
            .agents
            .get(&id)
            .map(|connection| connection.access.clone())
    }

    /// Ends the agent's connections, except those of one session.
    pub fn sign_out(&self, agent: &AgentId, keep: Option<&SessionId>) {
        self.end(|connection| {
            connection.access.agent == *agent && Some(&connection.session) != keep
        });
        if keep.is_none() {
            self.inner().presence.remove(agent);
        }
    }

    /// Ends the connections of one session.
    pub fn end_session(&self, agent: &AgentId, session: &SessionId) {
        self.end(|connection| connection.access.agent == *agent && connection.session == *session);
    }

    fn end(&self, is_ended: impl Fn(&AgentConnection) -> bool) {
        let frame: AgentFrame = ServerFrame::Signal(AgentSignal::SignedOut);
        let Some(text) = text(&frame) else { return };
        let mut inner = self.inner();
        inner.agents.retain(|_, connection| {
            if !is_ended(connection) {
                return true;
            }
            // A full queue ends the connection as well: its sender is dropped here.
            let _ = connection.queue.try_send(Telling::Last(text.clone()));
            false
        });
        inner.count_connections();
    }

    /// Tells everybody who may know what was committed to one conversation.
    pub fn publish(&self, before: Option<&Conversation>, after: &Conversation, entries: &[Entry]) {
        let mut inner = self.inner();
        for entry in entries {
            if let Some(entry) = entry.for_visitor() {
                inner.tell_visitor(&after.visitor, &VisitorFrame::Entry(entry));
            }
        }
        let row = text(&AgentFrame::Signal(AgentSignal::Row(Box::new(Row::of(
            after,
        )))));
        let gone = text(&AgentFrame::Signal(AgentSignal::Gone {
            conversation: after.id.clone(),
        }));
        let entries: Vec<_> = entries
            .iter()
            .filter_map(|entry| text(&AgentFrame::Entry(entry.clone())))
            .collect();
        let mut full = Vec::new();
        for (id, connection) in &inner.agents {
            let hears = may_hear(&connection.access, after);
            let heard = before.is_some_and(|before| may_hear(&connection.access, before));
            let last = if hears { &row } else { &gone };
            if !hears && !heard {
                continue;
            }
            for text in entries.iter().chain(last) {
                if connection
                    .queue
                    .try_send(Telling::Frame(text.clone()))
                    .is_err()
                {
                    full.push(*id);
                    break;
                }
            }
        }
        inner.drop_agents(&full);
    }

    /// Tells both sides how far one of them has come.
    pub fn publish_marks(&self, conversation: &Conversation, side: Side, marks: Marks) {
        let id = conversation.id.clone();
        let mut inner = self.inner();
        let frame = VisitorFrame::Marks {
            conversation: id.clone(),
            side,
            marks,
        };
        inner.tell_visitor(&conversation.visitor, &frame);
        let frame = AgentFrame::Marks {
            conversation: id,
            side,
            marks,
        };
        inner.tell_hearers(conversation, &frame, None);
    }

    /// Tells an agent's other windows what was seen in one of them.
    pub fn publish_seen(&self, agent: &AgentId, conversation: &ConversationId, seen: u32) {
        let signal = AgentSignal::SeenMessages {
            conversation: conversation.clone(),
            seen_messages: seen,
        };
        self.inner().tell_agent(agent, &ServerFrame::Signal(signal));
    }

    /// The visitor types: whoever may hear the conversation is told.
    pub(super) fn visitor_types(&self, conversation: &Conversation, is_typing: bool) {
        let frame = AgentFrame::Typing {
            conversation: conversation.id.clone(),
            name: None,
            is_typing,
        };
        self.inner().tell_hearers(conversation, &frame, None);
    }

    /// The answering agent types: the visitor is told, and so are the agent's colleagues.
    pub(super) fn agent_types(
        &self,
        conversation: &Conversation,
        agent: &AgentId,
        name: &DisplayName,
        is_typing: bool,
    ) {
        let (id, name) = (conversation.id.clone(), Some(name.clone()));
        let mut inner = self.inner();
        let frame = VisitorFrame::Typing {
            conversation: id.clone(),
            name: name.clone(),
            is_typing,
        };
        inner.tell_visitor(&conversation.visitor, &frame);
        let frame = AgentFrame::Typing {
            conversation: id,
            name,
            is_typing,
        };
        inner.tell_hearers(conversation, &frame, Some(agent));
    }

    /// Tells all agents.
    pub fn tell_agents(&self, signal: &AgentSignal) {
        let frame: AgentFrame = ServerFrame::Signal(signal.clone());
        let mut inner = self.inner();
        let Some(text) = text(&frame) else { return };
        let full: Vec<_> = inner
            .agents
            .iter()
            .filter(|(_, c)| c.queue.try_send(Telling::Frame(text.clone())).is_err())
            .map(|(id, _)| *id)
            .collect();
        inner.drop_agents(&full);
    }

    /// Tells all visitors of one entrance.
    pub fn tell_visitors(&self, profile: &ChatProfile, signal: &VisitorSignal) {
        let mut inner = self.inner();
        for connection in inner.visitors.values_mut() {
            if connection.profile == profile.id {
                connection.team = profile.team.clone();
            }
        }
        inner.tell_visitors_where(signal, |connection| connection.profile == profile.id);
    }

    /// Whether an available agent of this team is there.
    pub fn is_anyone_available(&self, team: &TeamId, now: Timestamp) -> bool {
        self.inner().is_anyone_available(team, now)
    }

    /// Tells visitors whose team has become available, or is no longer. Called after every
    /// change and now and then, because leases end by themselves. What was told is kept with
    /// each connection: one that opens later was told something else by its welcome.
    pub fn refresh_presence(&self, now: Timestamp) {
        let mut inner = self.inner();
        let mut teams: BTreeMap<TeamId, bool> = inner
            .visitors
            .values()
            .map(|connection| (connection.team.clone(), false))
            .collect();
        for (team, is_anyone_available) in &mut teams {
            *is_anyone_available = inner.is_anyone_available(team, now);
        }
        for is_anyone_available in [false, true] {
            let signal = VisitorSignal::Presence {
                is_anyone_available,
            };
            inner.tell_visitors_where(&signal, |connection| {
                teams.get(&connection.team) == Some(&is_anyone_available)
                    && connection.told != Some(is_anyone_available)
            });
        }
        for connection in inner.visitors.values_mut() {
            connection.told = teams.get(&connection.team).copied();
        }
    }

    /// Open connections of visitors and of agents, for the log.
    pub fn count(&self) -> (usize, usize) {
        let inner = self.inner();
        (inner.visitors.len(), inner.agents.len())
    }
}

impl Inner {
    fn next_id(&mut self) -> ConnectionId {
        self.next += 1;
        ConnectionId(self.next)
    }

    fn present(&mut self, access: Access, availability: Availability) -> &mut Presence {
        let id = access.agent.clone();
        let presence = self.presence.entry(id).or_insert_with(|| Presence {
            access: access.clone(),
            availability,
            until: Timestamp::default(),
            connections: 0,
        });
        presence.access = access;
        presence.availability = availability;
        presence
    }

    fn remove(&mut self, id: ConnectionId, now: Timestamp) {
        if let Some(connection) = self.visitors.remove(&id)
            && let Some(ids) = self.by_visitor.get_mut(&connection.visitor)
        {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.by_visitor.remove(&connection.visitor);
            }
        }
        if let Some(connection) = self.agents.remove(&id) {
            if let Some(presence) = self.presence.get_mut(&connection.access.agent) {
                presence.until = presence.until.max(now.plus(PRESENCE_LEASE));
            }
            self.count_connections();
        }
    }

    fn count_connections(&mut self) {
        for presence in self.presence.values_mut() {
            presence.connections = 0;
        }
        for connection in self.agents.values() {
            if let Some(presence) = self.presence.get_mut(&connection.access.agent) {
                presence.connections += 1;
            }
        }
    }

    fn drop_agents(&mut self, full: &[ConnectionId]) {
        for id in full {
            // Dropping the queue ends the socket's loop, which then removes itself.
            self.agents.remove(id);
        }
        if !full.is_empty() {
            self.count_connections();
        }
    }

    fn is_anyone_available(&self, team: &TeamId, now: Timestamp) -> bool {
        self.presence.values().any(|presence| {
            presence.availability == Availability::Available
                && presence.access.teams.contains(team)
                && (presence.connections > 0 || presence.until > now)
        })
    }

    fn tell_visitor(&mut self, visitor: &VisitorId, frame: &VisitorFrame) {
        let Some(text) = text(frame) else { return };
        let Some(ids) = self.by_visitor.get(visitor) else {
            return;
        };
        let full: Vec<_> = ids
            .iter()
            .filter(|id| {
                self.visitors.get(id).is_some_and(|connection| {
                    connection
                        .queue
                        .try_send(Telling::Frame(text.clone()))
                        .is_err()
                })
            })
            .copied()
            .collect();
        for id in full {
            self.remove(id, Timestamp::default());
        }
    }

    fn tell_visitors_where(
        &mut self,
        signal: &VisitorSignal,
        is_told: impl Fn(&VisitorConnection) -> bool,
    ) {
        let frame: VisitorFrame = ServerFrame::Signal(signal.clone());
        let Some(text) = text(&frame) else { return };
        let full: Vec<_> = self
            .visitors
            .iter()
            .filter(|(_, connection)| is_told(connection))
            .filter(|(_, c)| c.queue.try_send(Telling::Frame(text.clone())).is_err())
            .map(|(id, _)| *id)
            .collect();
        for id in full {
            self.remove(id, Timestamp::default());
        }
    }

    fn tell_agent(&mut self, agent: &AgentId, frame: &AgentFrame) {
        let Some(text) = text(frame) else { return };
        let full: Vec<_> = self
            .agents
            .iter()
            .filter(|(_, connection)| connection.access.agent == *agent)
            .filter(|(_, c)| c.queue.try_send(Telling::Frame(text.clone())).is_err())
            .map(|(id, _)| *id)
            .collect();
        self.drop_agents(&full);
    }

    fn tell_hearers(
        &mut self,
        conversation: &Conversation,
        frame: &AgentFrame,
        except: Option<&AgentId>,
    ) {
        let Some(text) = text(frame) else { return };
        let full: Vec<_> = self
            .agents
            .iter()
            .filter(|(_, c)| Some(&c.access.agent) != except && may_hear(&c.access, conversation))
            .filter(|(_, c)| c.queue.try_send(Telling::Frame(text.clone())).is_err())
            .map(|(id, _)| *id)
            .collect();
        self.drop_agents(&full);
    }
}

/// The compiler's word that nothing but visitor types reaches a visitor.
const _: fn(VisitorEntry) -> VisitorFrame = VisitorFrame::Entry;
