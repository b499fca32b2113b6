//! The table `first_join`: which wait ended when the first agent joined a conversation.
//!
//! Invariant: at most one row per conversation, written with the entry it follows from and never
//! changed.

use crate::db::parse::column;
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::{ConversationId, TeamId};
use domain::limit;
use domain::measure::Wait;
use domain::time::Timestamp;
use sqlx::QueryBuilder;
use std::collections::BTreeSet;

statements! {
    SINCE = "select conversation_id, team_id, waiting_since, joined_at from first_join
        where joined_at >= $1 order by joined_at desc, conversation_id limit $2";
}

/// A conversation has its first agent.
#[derive(Debug, Clone)]
pub(super) struct FirstJoin {
    pub conversation: ConversationId,
    pub team: TeamId,
    pub wait: Wait,
}

/// Writes those of conversations that have had no agent yet, and returns them. Who was put back
/// and is joined again has waited twice; only the first wait was that of a newcomer.
pub(super) async fn insert(tx: &mut Tx, joins: Vec<FirstJoin>) -> Result<Vec<FirstJoin>> {
    if joins.is_empty() {
        return Ok(joins);
    }
    let first: Vec<String> = within!(tx, c => {
        let mut query = QueryBuilder::new(
            "insert into first_join (conversation_id, team_id, waiting_since, joined_at) ",
        );
        query.push_values(&joins, |mut row, join| {
            row.push_bind(join.conversation.as_str().to_owned())
                .push_bind(join.team.as_str().to_owned())
                .push_bind(join.wait.since.ms())
                .push_bind(join.wait.until.ms());
        });
        query.push(" on conflict (conversation_id) do nothing returning conversation_id");
        query.build_query_scalar().fetch_all(c).await
    })?;
    let first: BTreeSet<String> = first.into_iter().collect();
    let is_first = |join: &FirstJoin| first.contains(join.conversation.as_str());
    Ok(joins.into_iter().filter(is_first).collect())
}

/// The newest of those from this moment on, the newest first.
pub(super) async fn since(db: &Db, from: Timestamp) -> Result<Vec<(TeamId, Wait)>> {
    let max = i64::try_from(limit::WAITS_READ_MAX)?;
    let rows: Vec<(String, String, i64, i64)> = on!(db, pool => sqlx::query_as(SINCE)
        .bind(from.ms()).bind(max).fetch_all(pool).await)?;
    let row = |(id, team, since, until): (String, String, i64, i64)| {
        let team = column(TeamId::parse(&team), "first_join", &id)?;
        let (since, until) = (Timestamp::from_ms(since), Timestamp::from_ms(until));
        Ok((team, Wait { since, until }))
    };
    rows.into_iter().map(row).collect()
}
