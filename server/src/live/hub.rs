//! Who is connected, and who is told what. Telling never waits: a window that does not keep up
//! loses its connection and resumes by number.
//!
//! Invariant: an entry reaches a visitor only as `VisitorEntry`, and an agent only when
//! `may_hear` says so.

use crate::conversations::{Queued, Waits};
use crate::principal::Visitor;
use crate::profiles::availability::{Openings, Reach};
use axum::extract::ws::Utf8Bytes;
use domain::api::Refusal;
use domain::conversation::{
    Access, Conversation, Entry, EntryBody, Marks, Row, Side, VisitorEntry, may_hear,
};
use domain::id::{AgentId, ConversationId, ProfileId, Seq, SessionId, TeamId, VisitorId};
use domain::limit;
use domain::live::{AgentFrame, AgentSignal, Hello, ServerFrame, VisitorFrame, VisitorSignal};
use domain::people::{Agent, Availability, Voucher};
use domain::settings::{ChatProfile, Language, Opening};
use domain::text::DisplayName;
use domain::time::{Span, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    /// The entrance is another: welcome whoever has begun nothing there anew, as what a bot says
    /// first may be another thing now.
    Anew,
}

/// A connection's number in the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ConnectionId(u64);

/// From where somebody is waited for: an entrance, and the agent who asks, if one does.
type Place = (ProfileId, Option<AgentId>);

/// From where, and how they wait, if they do.
type Seat<'a> = (&'a Place, Option<&'a Queued>);

struct VisitorConnection {
    visitor: VisitorId,
    place: Place,
    /// As it was last told.
    profile: Arc<ChatProfile>,
    voucher: Voucher,
    /// The language that the browser likes best.
    language: Language,
    /// The session that says which agent they are.
    session: Option<SessionId>,
    /// What it was told of who is there; `None` before the first time.
    told: Option<VisitorSignal>,
    /// Whether it was told that files may be sent; `None` is the profile's own word.
    takes_files: Option<bool>,
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
    /// From then on the agent is idle, unless they do something. An open window alone does nothing.
    idle_at: Timestamp,
    /// What the agent's windows were told: whether the agent is idle.
    is_told_idle: bool,
}

impl Presence {
    fn is_available(&self, now: Timestamp) -> bool {
        self.availability == Availability::Available
            && self.idle_since(now).is_none()
            && (self.connections > 0 || self.until > now)
    }

    /// `None` while the agent is not idle.
    fn idle_since(&self, now: Timestamp) -> Option<Timestamp> {
        (self.idle_at <= now).then_some(self.idle_at)
    }
}

/// How an agent's window comes to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Somebody has opened a page, which is a deed of theirs.
    Opened,
    /// The line came back by itself, after a cut, a sleep or another poll. Nobody need be there.
    Returned,
}

impl Arrival {
    /// A page knows the epoch from its first welcome on.
    pub(super) fn of(hello: &Hello) -> Self {
        if hello.epoch.is_none() {
            Self::Opened
        } else {
            Self::Returned
        }
    }
}

#[derive(Default)]
struct Inner {
    next: u64,
    /// Agents who do nothing for this long are idle.
    idle_after: Span,
    visitors: HashMap<ConnectionId, VisitorConnection>,
    by_visitor: HashMap<VisitorId, Vec<ConnectionId>>,
    agents: HashMap<ConnectionId, AgentConnection>,
    presence: BTreeMap<AgentId, Presence>,
}

/// Who is connected.
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

/// The entries up to the one that has the conversation wait for others, if there is one: what was
/// written behind it, in the same commit, is not for those who heard it by then.
fn until_leave(
    before: Option<&Conversation>,
    after: &Conversation,
    entries: &[Entry],
) -> Option<Utf8Bytes> {
    let ends = |entry: &Entry| {
        matches!(
            entry.body,
            EntryBody::HandedOver { .. } | EntryBody::Transferred { .. } | EntryBody::Left { .. }
        )
    };
    let last = entries.iter().position(ends)?;
    let theirs = entries.get(..=last)?;
    let through = theirs.last()?.seq;
    text(&AgentFrame::Entries {
        conversation: after.id.clone(),
        after: before.map_or(Seq::NONE, |before| before.last_seq),
        entries: theirs.to_vec(),
        through,
    })
}

impl Hub {
    /// Nobody is connected yet. Agents will be idle when they have done nothing for this long.
    pub fn new(idle_after: Span) -> Self {
        Self(Mutex::new(Inner {
            idle_after,
            ..Inner::default()
        }))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A visitor's window is there; `None` when this visitor has too many already.
    pub(super) fn add_visitor(
        &self,
        visitor: &Visitor,
    ) -> Option<(ConnectionId, mpsc::Receiver<Telling>)> {
        let mut inner = self.inner();
        let id = inner.next_id();
        let of_visitor = inner.by_visitor.entry(visitor.id.clone()).or_default();
        if of_visitor.len() >= limit::CONNECTIONS_PER_VISITOR_MAX {
            return None;
        }
        of_visitor.push(id);
        let (queue, telling) = mpsc::channel(limit::CONNECTION_QUEUE_MAX);
        let connection = VisitorConnection {
            visitor: visitor.id.clone(),
            profile: Arc::clone(&visitor.profile),
            voucher: visitor.voucher,
            language: visitor.language,
            session: visitor.staff.as_ref().map(|staff| staff.session.clone()),
            place: (visitor.profile.id.clone(), visitor.asker().cloned()),
            told: None,
            takes_files: None,
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
        (arrival, now): (Arrival, Timestamp),
    ) -> (ConnectionId, mpsc::Receiver<Telling>) {
        let mut inner = self.inner();
        let id = inner.next_id();
        let (queue, telling) = mpsc::channel(limit::AGENT_QUEUE_MAX);
        let presence = inner.present(access.clone(), availability, (arrival, now));
        presence.connections += 1;
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
    pub(super) fn polled(
        &self,
        access: Access,
        availability: Availability,
        (arrival, now): (Arrival, Timestamp),
    ) {
        let mut inner = self.inner();
        let presence = inner.present(access, availability, (arrival, now));
        presence.until = now.plus(limit::POLL_PRESENCE);
    }

    /// The agent has done something. Whether they had been idle; then `refresh_presence` is due.
    pub fn note_activity(&self, agent: &AgentId, now: Timestamp) -> bool {
        let mut inner = self.inner();
        let idle_at = now.plus(inner.idle_after);
        let Some(presence) = inner.presence.get_mut(agent) else {
            return false;
        };
        let was_idle = presence.idle_since(now).is_some();
        presence.idle_at = idle_at;
        was_idle
    }

    /// Since when this agent is idle; `None` while they are not.
    pub(super) fn idle_since(&self, agent: &AgentId, now: Timestamp) -> Option<Timestamp> {
        let inner = self.inner();
        inner.presence.get(agent)?.idle_since(now)
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
            face: agent.face.clone(),
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
        self.end(|who, session| who == agent && Some(session) != keep);
        if keep.is_none() {
            self.inner().presence.remove(agent);
        }
    }

    /// Ends the connections of one session.
    pub fn end_session(&self, agent: &AgentId, session: &SessionId) {
        self.end(|who, of| who == agent && of == session);
    }

    /// Ends the connections of sessions: those of agents, and of the visitors who they are.
    fn end(&self, is_ended: impl Fn(&AgentId, &SessionId) -> bool) {
        let frame: AgentFrame = ServerFrame::Signal(AgentSignal::SignedOut);
        let to_visitor = VisitorFrame::Refused {
            client_id: None,
            refusal: Refusal::Unauthorized,
        };
        let (Some(text), Some(to_visitor)) = (text(&frame), text(&to_visitor)) else {
            return;
        };
        let mut inner = self.inner();
        inner.agents.retain(|_, connection| {
            if !is_ended(&connection.access.agent, &connection.session) {
                return true;
            }
            // A full queue ends the connection as well: its sender is dropped here.
            let _ = connection.queue.try_send(Telling::Last(text.clone()));
            false
        });
        inner.count_connections();
        let ended = inner.visitors.iter().filter(|(_, connection)| {
            let asker = connection.place.1.as_ref().zip(connection.session.as_ref());
            asker.is_some_and(|(agent, session)| is_ended(agent, session))
        });
        let ended: Vec<_> = ended.map(|(id, _)| *id).collect();
        for id in ended {
            if let Some(connection) = inner.visitors.get(&id) {
                let _ = connection.queue.try_send(Telling::Last(to_visitor.clone()));
            }
            inner.remove(id, Timestamp::default());
        }
    }

    /// Whether this window of a visitor was not ended from here.
    pub(super) fn holds_visitor(&self, id: ConnectionId) -> bool {
        self.inner().visitors.contains_key(&id)
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
        inner.tell_files(after);
        // One frame, however much a bot has said: whole groups come at once, and an agent hears of
        // every conversation.
        let said = match entries {
            [] => None,
            [entry] => text(&AgentFrame::Entry(entry.clone())),
            entries => text(&AgentFrame::Entries {
                conversation: after.id.clone(),
                after: before.map_or(Seq::NONE, |before| before.last_seq),
                entries: entries.to_vec(),
                through: after.last_seq,
            }),
        };
        let to_leaver = until_leave(before, after, entries).or_else(|| said.clone());
        let mut full = Vec::new();
        for (id, connection) in &inner.agents {
            let hears = may_hear(&connection.access, after);
            let heard = before.is_some_and(|before| may_hear(&connection.access, before));
            let (said, last) = if hears {
                (&said, &row)
            } else {
                (&to_leaver, &gone)
            };
            if !hears && !heard {
                continue;
            }
            for text in said.iter().chain(last) {
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
        let id = conversation.id.clone();
        let mut inner = self.inner();
        let frame = VisitorFrame::Typing {
            conversation: id.clone(),
            name: Some(conversation.alias().unwrap_or(name).clone()),
            is_typing,
        };
        inner.tell_visitor(&conversation.visitor, &frame);
        let frame = AgentFrame::Typing {
            conversation: id,
            name: Some(name.clone()),
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

    /// The windows of this visitor are told that files may be sent, or not.
    pub(super) fn told_files(&self, visitor: &VisitorId, takes_files: bool) {
        let mut inner = self.inner();
        let ids = inner.by_visitor.get(visitor).cloned();
        for id in ids.into_iter().flatten() {
            if let Some(connection) = inner.visitors.get_mut(&id) {
                connection.takes_files = Some(takes_files);
            }
        }
    }

    /// Tells all visitors of one entrance how it is now.
    pub fn tell_profile(&self, profile: &Arc<ChatProfile>) {
        let mut inner = self.inner();
        let mut anew = BTreeSet::new();
        for (id, connection) in &mut inner.visitors {
            if connection.profile.id == profile.id {
                if !connection.profile.begins_like(profile) {
                    anew.insert(*id);
                }
                connection.profile = Arc::clone(profile);
                connection.takes_files = None;
            }
        }
        let all = Voucher::ALL.into_iter();
        let all = all.flat_map(|voucher| Language::ALL.map(|language| (voucher, language)));
        for (voucher, language) in all {
            let signal = VisitorSignal::Profile(profile.for_visitor(voucher, language));
            inner.tell_visitors_where(&signal, |connection| {
                connection.profile.id == profile.id
                    && (connection.voucher, connection.language) == (voucher, language)
            });
        }
        for connection in anew.iter().filter_map(|id| inner.visitors.get(id)) {
            // A queue that is full is noticed by the entries.
            let _ = connection.queue.try_send(Telling::Anew);
        }
    }

    /// How the profile, open like this, can be reached by somebody who waits like this, and is
    /// perhaps an agent.
    pub fn reach(
        &self,
        profile: &ChatProfile,
        opening: Opening,
        queued: Option<&Queued>,
        asker: (Option<&AgentId>, Timestamp),
    ) -> Reach {
        self.inner().reach(profile, opening, queued, asker)
    }

    /// Whether an available agent of a team that serves this entrance is there, other than who asks.
    pub fn is_anyone_available(
        &self,
        profile: &ChatProfile,
        asker: Option<&AgentId>,
        now: Timestamp,
    ) -> bool {
        let inner = self.inner();
        inner.is_anyone_available(profile, asker, now)
    }

    /// Whether an available agent of this team is there, other than who asks.
    pub fn is_anyone_of(&self, team: &TeamId, asker: Option<&AgentId>, now: Timestamp) -> bool {
        self.inner().is_anyone_of(team, asker, now)
    }

    /// The teams of which somebody is available, other than who asks.
    pub fn teams_there(&self, asker: Option<&AgentId>, now: Timestamp) -> BTreeSet<TeamId> {
        let inner = self.inner();
        let there = inner.presence.iter();
        there
            .filter(|(agent, presence)| asker != Some(*agent) && presence.is_available(now))
            .map(|(_, presence)| presence)
            .flat_map(|presence| presence.access.teams.iter().cloned())
            .collect()
    }

    /// Tells visitors whose entrance has opened or closed, whose team has become available or is no
    /// longer, or who have to expect to wait for another time; and agents who have become idle or
    /// are no longer. Called after every change and now and then, because hours pass, leases end
    /// and agents become idle by themselves. What was told is kept with each connection: one that
    /// opens later was told something else by its welcome.
    pub fn refresh_presence(&self, openings: &Openings, waits: &Waits, now: Timestamp) {
        let waiting = waits.queued();
        let mut inner = self.inner();
        inner.tell_idle(now);
        let (signals, due) = inner.signals(openings, waits, &waiting, now);
        // Mostly nothing has changed.
        if due.is_empty() {
            return;
        }
        let texts: Vec<_> = signals
            .iter()
            .map(|signal| text(&VisitorFrame::Signal(signal.clone())))
            .collect();
        let mut full = Vec::new();
        for (id, at) in due {
            let connection = inner.visitors.get_mut(&id);
            let (Some(connection), Some(Some(text))) = (connection, texts.get(at)) else {
                continue;
            };
            let frame = Telling::Frame(text.clone());
            if connection.queue.try_send(frame).is_err() {
                full.push(id);
            }
            connection.told = signals.get(at).cloned();
        }
        for id in full {
            inner.remove(id, Timestamp::default());
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

    fn present(
        &mut self,
        access: Access,
        availability: Availability,
        (arrival, now): (Arrival, Timestamp),
    ) -> &mut Presence {
        let id = access.agent.clone();
        let idle_at = now.plus(self.idle_after);
        let presence = self.presence.entry(id).or_insert_with(|| Presence {
            access: access.clone(),
            availability,
            until: Timestamp::default(),
            connections: 0,
            // Of whom nothing is known, after a start of this server, the best is assumed.
            idle_at,
            is_told_idle: false,
        });
        presence.access = access;
        presence.availability = availability;
        if arrival == Arrival::Opened {
            presence.idle_at = idle_at;
        }
        presence
    }

    /// Agents become idle by doing nothing, so this is found out by looking. Who polls is told by
    /// the welcome of each poll.
    fn tell_idle(&mut self, now: Timestamp) {
        let mut changed = Vec::new();
        for (agent, presence) in &mut self.presence {
            let since = presence.idle_since(now);
            if presence.is_told_idle != since.is_some() {
                presence.is_told_idle = since.is_some();
                changed.push((agent.clone(), since));
            }
        }
        for (agent, since) in changed {
            self.tell_agent(&agent, &ServerFrame::Signal(AgentSignal::Idle { since }));
        }
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

    /// What visitors are to be told, and whose last word was another: connections, each with the
    /// place of its signal. Everybody is looked at each time, so nothing is copied for each.
    fn signals(
        &self,
        openings: &Openings,
        waits: &Waits,
        waiting: &BTreeMap<VisitorId, Option<Queued>>,
        now: Timestamp,
    ) -> (Vec<VisitorSignal>, Vec<(ConnectionId, usize)>) {
        let mut profiles: HashMap<&Place, &Arc<ChatProfile>> = HashMap::new();
        for VisitorConnection { place, profile, .. } in self.visitors.values() {
            let newest = profiles.entry(place).or_insert(profile);
            if newest.version < profile.version {
                *newest = profile;
            }
        }
        let mut signals = Vec::new();
        let mut seats: HashMap<Seat<'_>, usize> = HashMap::new();
        let mut due = Vec::new();
        for (id, connection) in &self.visitors {
            let place = &connection.place;
            let Some(profile) = profiles.get(place) else {
                continue;
            };
            let queued = waiting.get(&connection.visitor).and_then(Option::as_ref);
            let at = *seats.entry((place, queued)).or_insert_with(|| {
                let opening = openings.of(profile, now);
                let reach = self.reach(profile, opening, queued, (place.1.as_ref(), now));
                signals.push(reach.signal(waits.told(queued, profile.wait_time, now)));
                signals.len().saturating_sub(1)
            });
            if connection.told.as_ref() != signals.get(at) {
                due.push((*id, at));
            }
        }
        (signals, due)
    }

    /// How the profile, open like this, can be reached by somebody who waits like this: for a team
    /// of their own, or else for the profile's.
    fn reach(
        &self,
        profile: &ChatProfile,
        opening: Opening,
        queued: Option<&Queued>,
        (asker, now): (Option<&AgentId>, Timestamp),
    ) -> Reach {
        let is_anyone_there = match queued {
            Some(queued) => self.is_anyone_of(&queued.team, asker, now),
            None => self.is_anyone_available(profile, asker, now),
        };
        Reach::of(profile, opening, is_anyone_there)
    }

    fn is_anyone_available(
        &self,
        profile: &ChatProfile,
        asker: Option<&AgentId>,
        now: Timestamp,
    ) -> bool {
        let mut teams = profile.teams();
        teams.any(|team| self.is_anyone_of(team, asker, now))
    }

    fn is_anyone_of(&self, team: &TeamId, asker: Option<&AgentId>, now: Timestamp) -> bool {
        self.presence.iter().any(|(agent, presence)| {
            asker != Some(agent)
                && presence.is_available(now)
                && presence.access.teams.contains(team)
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

    /// A bot, or then an agent, may have said otherwise of files than the profile does.
    fn tell_files(&mut self, conversation: &Conversation) {
        let Some(ids) = self.by_visitor.get(&conversation.visitor).cloned() else {
            return;
        };
        for id in ids {
            let Some(connection) = self.visitors.get_mut(&id) else {
                continue;
            };
            let own = connection.profile.are_files_welcome;
            let takes_files = conversation.takes_files(own);
            if connection.takes_files.unwrap_or(own) == takes_files {
                continue;
            }
            connection.takes_files = Some(takes_files);
            let mut profile = connection
                .profile
                .for_visitor(connection.voucher, connection.language);
            profile.are_files_welcome = takes_files;
            let frame = VisitorFrame::Signal(VisitorSignal::Profile(profile));
            // A queue that is full is noticed by the entries.
            let _ = text(&frame).map(|text| connection.queue.try_send(Telling::Frame(text)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::specimen::{begun, entry};
    use domain::conversation::LeftReason;

    #[test]
    fn whoever_is_passed_over_reads_up_to_that_and_nothing_behind_it() {
        let after = begun(1);
        let name = DisplayName::parse("Sales").unwrap();
        let note = || EntryBody::Note {
            text: domain::text::MessageText::parse("behind it").unwrap(),
        };
        let team = TeamId::from_value(2);
        let leaves = [
            EntryBody::Transferred {
                team: team.clone(),
                name: name.clone(),
            },
            EntryBody::HandedOver {
                team,
                expertise: Vec::new(),
                files: domain::flow::FilePolicy::Profile,
            },
            EntryBody::Left {
                agent: AgentId::from_value(1),
                name,
                alias: None,
                reason: LeftReason::PutBack,
            },
        ];
        for leave in leaves {
            let entries = [entry(1, 2, 0, leave.clone()), entry(1, 3, 0, note())];
            let told = until_leave(None, &after, &entries).unwrap();
            assert!(!told.contains("behind it"), "{leave:?}: {told}");
            assert!(told.contains("\"through\":2"), "{told}");
        }
        // An end that is no such leave is heard by all who could hear it.
        assert_eq!(
            until_leave(None, &after, &[entry(1, 2, 0, EntryBody::Closed)]),
            None
        );
    }
}
