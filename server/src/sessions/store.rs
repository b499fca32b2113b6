//! The table `session`.
//!
//! Invariant: only hashes of cookies are stored and compared.

use crate::db::parse::column;
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::{AgentId, SessionId};
use domain::time::Timestamp;

statements! {
    BY_HASH = "select s.id, s.agent_id, s.created_at, s.seen_at from session s
        join agent a on a.id = s.agent_id where s.token_hash = $1 and a.is_active = $2";
    BY_ID = "select s.id, s.agent_id, s.created_at, s.seen_at from session s
        join agent a on a.id = s.agent_id where s.id = $1 and a.is_active = $2";
    INSERT = "insert into session (id, token_hash, agent_id, created_at, seen_at)
        values ($1, $2, $3, $4, $4)";
    TOUCH = "update session set seen_at = $2 where id = $1";
    END = "delete from session where id = $1";
    END_OTHERS = "delete from session where agent_id = $1 and id <> $2";
    END_OLD = "delete from session where seen_at < $1 or created_at < $2";
}

/// A session as stored.
pub struct Stored {
    pub id: SessionId,
    pub agent: AgentId,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
}

type Row = (String, String, i64, i64);

/// The session with this hash, if its agent is active.
pub async fn by_hash(db: &Db, hash: &str) -> Result<Option<Stored>> {
    let row: Option<Row> = on!(db, pool =>
        sqlx::query_as(BY_HASH).bind(hash).bind(true).fetch_optional(pool).await)?;
    row.map(stored).transpose()
}

/// The session with this id, if its agent is active.
pub async fn by_id(db: &Db, id: &SessionId) -> Result<Option<Stored>> {
    let row: Option<Row> = on!(db, pool =>
        sqlx::query_as(BY_ID).bind(id.as_str()).bind(true).fetch_optional(pool).await)?;
    row.map(stored).transpose()
}

fn stored((id, agent, created_at, seen_at): Row) -> Result<Stored> {
    Ok(Stored {
        agent: column(AgentId::parse(&agent), "session", &id)?,
        created_at: Timestamp::from_ms(created_at),
        seen_at: Timestamp::from_ms(seen_at),
        id: column(SessionId::parse(&id), "session", &id)?,
    })
}

/// A new session.
pub async fn insert(
    tx: &mut Tx,
    id: &SessionId,
    hash: &str,
    agent: &AgentId,
    now: Timestamp,
) -> Result<()> {
    within!(tx, c => sqlx::query(INSERT)
        .bind(id.as_str()).bind(hash).bind(agent.as_str()).bind(now.ms())
        .execute(c).await.map(drop))?;
    Ok(())
}

/// The session was used now.
pub async fn touch(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<()> {
    within!(tx, c =>
        sqlx::query(TOUCH).bind(id.as_str()).bind(now.ms()).execute(c).await.map(drop))?;
    Ok(())
}

/// The session is over.
pub async fn end(tx: &mut Tx, id: &SessionId) -> Result<()> {
    within!(tx, c => sqlx::query(END).bind(id.as_str()).execute(c).await.map(drop))?;
    Ok(())
}

/// All sessions of the agent are over, except `keep`.
pub async fn end_others(tx: &mut Tx, agent: &AgentId, keep: &str) -> Result<()> {
    within!(tx, c => sqlx::query(END_OTHERS)
        .bind(agent.as_str()).bind(keep).execute(c).await.map(drop))?;
    Ok(())
}

/// Sessions not used since `idle`, or older than `age`, are over.
pub async fn end_old(tx: &mut Tx, idle: Timestamp, age: Timestamp) -> Result<()> {
    within!(tx, c =>
        sqlx::query(END_OLD).bind(idle.ms()).bind(age.ms()).execute(c).await.map(drop))?;
    Ok(())
}
