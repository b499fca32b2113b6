//! The tables `conversation`, `entry`, `mark` and `visitor`, for reading. Writing them is the
//! business of `commit` alone.
//!
//! Invariant: what is read for a visitor leaves this file as visitor types or is filtered by
//! `is_visible` before.

use super::waits::WaitsNow;
use crate::db::parse::{column, count, json, seq};
use crate::db::{Db, on, statements};
use anyhow::Result;
use domain::conversation::{Conversation, Entry, EntryBody, Marks, Speaker};
use domain::id::{AgentId, ClientId, ConversationId, Seq, TeamId, VisitorId};
use domain::limit;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

statements! {
    STATE = "select state from conversation where id = $1";
    AFTER = "select conversation_id, seq, visitor_prev, at, client_id, body from entry
        where conversation_id = $1 and seq > $2 and (is_visible or $3) order by seq limit $4";
    BEFORE = "select conversation_id, seq, visitor_prev, at, client_id, body from entry
        where conversation_id = $1 and seq < $2 and (is_visible or $3)
        order by seq desc limit $4";
    HAS_BEFORE = "select count(*) from (select seq from entry
        where conversation_id = $1 and seq < $2 and (is_visible or $3) limit 1) as one";
    OPEN_OF_VISITOR = "select id from conversation
        where visitor_id = $1 and stage <> 'closed' order by last_at desc, id desc limit $2";
    MARKS = "select participant, delivered, seen, seen_messages from mark
        where conversation_id = $1";
    WAITING = "select id, visitor_id, team_id, since from conversation where stage = 'waiting'
        order by since, id limit $1";
    WAITING_STATES = "select id, since, state from conversation where stage = 'waiting'
        and (since > $1 or (since = $1 and id > $2)) order by since, id limit $3";
    OF_AGENT = "select id from conversation where agent_id = $1 and stage = 'talking'
        order by id";
}

/// What the JSON column `entry.body` holds.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredBody {
    pub by: Speaker,
    pub body: EntryBody,
}

#[derive(FromRow)]
pub(super) struct EntryRow {
    conversation_id: String,
    seq: i64,
    visitor_prev: i64,
    at: i64,
    client_id: Option<String>,
    body: String,
}

impl EntryRow {
    pub(super) fn entry(self) -> Result<Entry> {
        let id = &self.conversation_id;
        let stored: StoredBody = json(&self.body, "entry", id)?;
        let client_id = self.client_id.as_deref().map(ClientId::parse).transpose();
        Ok(Entry {
            conversation: column(ConversationId::parse(id), "entry", id)?,
            seq: seq(self.seq),
            visitor_prev: seq(self.visitor_prev),
            at: Timestamp::from_ms(self.at),
            by: stored.by,
            client_id: column(client_id, "entry", id)?,
            body: stored.body,
        })
    }
}

/// For whom entries are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Sees what has a visitor form.
    Visitor,
    /// Sees everything.
    Agent,
}

impl Reader {
    fn sees_internal(self) -> bool {
        self == Self::Agent
    }
}

/// The conversation as it stands.
pub async fn state(db: &Db, id: &ConversationId) -> Result<Option<Conversation>> {
    let text: Option<String> =
        on!(db, pool => sqlx::query_scalar(STATE).bind(id.as_str()).fetch_optional(pool).await)?;
    text.map(|text| json(&text, "conversation", id.as_str()))
        .transpose()
}

/// Up to `max` entries after a number, oldest first.
pub async fn after(
    db: &Db,
    id: &ConversationId,
    after: Seq,
    reader: Reader,
    max: usize,
) -> Result<Vec<Entry>> {
    let max = i64::try_from(max)?;
    let rows: Vec<EntryRow> = on!(db, pool => sqlx::query_as(AFTER)
        .bind(id.as_str()).bind(i64::from(after.get())).bind(reader.sees_internal()).bind(max)
        .fetch_all(pool).await)?;
    rows.into_iter().map(EntryRow::entry).collect()
}

/// The last page of entries before a number, oldest first, and whether there are still older
/// ones.
pub async fn before(
    db: &Db,
    id: &ConversationId,
    before: Seq,
    reader: Reader,
) -> Result<(Vec<Entry>, bool)> {
    let page = i64::try_from(limit::ENTRIES_PER_PAGE)?;
    let rows: Vec<EntryRow> = on!(db, pool => sqlx::query_as(BEFORE)
        .bind(id.as_str()).bind(i64::from(before.get())).bind(reader.sees_internal()).bind(page)
        .fetch_all(pool).await)?;
    let mut entries = rows
        .into_iter()
        .map(EntryRow::entry)
        .collect::<Result<Vec<_>>>()?;
    entries.reverse();
    let Some(first) = entries.first() else {
        return Ok((entries, false));
    };
    let older: i64 = on!(db, pool => sqlx::query_scalar(HAS_BEFORE)
        .bind(id.as_str()).bind(i64::from(first.seq.get())).bind(reader.sees_internal())
        .fetch_one(pool).await)?;
    Ok((entries, older > 0))
}

/// The visitor's open conversations, the one last alive first.
pub async fn open_of_visitor(db: &Db, visitor: &VisitorId) -> Result<Vec<ConversationId>> {
    let max = i64::try_from(limit::OPEN_CONVERSATIONS_PER_VISITOR_MAX)?;
    let ids: Vec<String> = on!(db, pool => sqlx::query_scalar(OPEN_OF_VISITOR)
        .bind(visitor.as_str()).bind(max).fetch_all(pool).await)?;
    parse_ids(&ids)
}

/// Up to `max` conversations that wait, the longest first.
pub async fn waiting(db: &Db, max: usize) -> Result<Vec<(ConversationId, WaitsNow)>> {
    let max = i64::try_from(max)?;
    let rows: Vec<(String, String, String, i64)> =
        on!(db, pool => sqlx::query_as(WAITING).bind(max).fetch_all(pool).await)?;
    let row = |(id, visitor, team, since): (String, String, String, i64)| {
        let conversation = column(ConversationId::parse(&id), "conversation", &id)?;
        let waits = WaitsNow {
            visitor: column(VisitorId::parse(&visitor), "conversation", &id)?,
            team: column(TeamId::parse(&team), "conversation", &id)?,
            since: Timestamp::from_ms(since),
        };
        Ok((conversation, waits))
    };
    rows.into_iter().map(row).collect()
}

/// Every conversation that waits, the longest first, but for those that cannot be read.
pub async fn waiting_states(db: &Db) -> Result<Vec<Conversation>> {
    let mut states = Vec::new();
    let page = i64::try_from(limit::WAITING_KEPT_MAX)?;
    let (mut since, mut last) = (i64::MIN, String::new());
    loop {
        let rows: Vec<(String, i64, String)> = on!(db, pool => sqlx::query_as(WAITING_STATES)
            .bind(since).bind(&last).bind(page).fetch_all(pool).await)?;
        let Some((id, at, _)) = rows.last() else {
            return Ok(states);
        };
        (since, last) = (*at, id.clone());
        for (id, _, state) in rows {
            match json(&state, "conversation", &id) {
                Ok(state) => states.push(state),
                Err(error) => tracing::error!(%error, "a conversation that waits was left out"),
            }
        }
    }
}

/// The conversations this agent answers.
pub async fn of_agent(db: &Db, agent: &AgentId) -> Result<Vec<ConversationId>> {
    let ids: Vec<String> = on!(db, pool => sqlx::query_scalar(OF_AGENT)
        .bind(agent.as_str()).fetch_all(pool).await)?;
    parse_ids(&ids)
}

fn parse_ids(ids: &[String]) -> Result<Vec<ConversationId>> {
    ids.iter()
        .map(|id| column(ConversationId::parse(id), "conversation", id))
        .collect()
}

/// How far somebody has come, as stored.
#[derive(FromRow)]
struct MarkRow {
    participant: String,
    delivered: i64,
    seen: i64,
    seen_messages: i64,
}

/// How far both sides have come, and how many of the visitor's messages one agent has seen.
#[derive(Debug, Default, Clone, Copy)]
pub struct Progress {
    pub visitor: Marks,
    pub agents: Marks,
    pub seen_messages: u32,
}

/// The marks of a conversation; `agent` is the one whose own count is wanted.
pub async fn progress(db: &Db, id: &ConversationId, agent: Option<&AgentId>) -> Result<Progress> {
    let rows: Vec<MarkRow> =
        on!(db, pool => sqlx::query_as(MARKS).bind(id.as_str()).fetch_all(pool).await)?;
    let mut progress = Progress::default();
    for row in rows {
        let marks = Marks {
            delivered: seq(row.delivered),
            seen: seq(row.seen),
        };
        if row.participant == super::VISITOR {
            progress.visitor = progress.visitor.merged(marks);
        } else {
            progress.agents = progress.agents.merged(marks);
            if agent.is_some_and(|agent| agent.as_str() == row.participant) {
                progress.seen_messages = count(row.seen_messages);
            }
        }
    }
    Ok(progress)
}
