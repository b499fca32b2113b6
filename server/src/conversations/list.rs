//! The agents' list: pages of rows that an agent may hear.
//!
//! Invariant: asks the database the same question that `domain::conversation::may_hear` and
//! `Filter::holds` answer; a test compares them.

use crate::db::parse::{count, json};
use crate::db::{Db, on};
use anyhow::Result;
use domain::conversation::{Access, Before, Conversation, Counts, Filter, ListPage, ListRow, Row};
use domain::limit;
use domain::people::Role;
use sqlx::{Database, Encode, FromRow, QueryBuilder, Type};

#[derive(FromRow)]
struct Listed {
    id: String,
    state: String,
    seen_messages: i64,
}

/// One page of the list. The first page begins with all that wait, oldest first.
pub(super) async fn page(
    db: &Db,
    access: &Access,
    filter: Filter,
    before: Option<&Before>,
) -> Result<ListPage> {
    let mut rows = Vec::new();
    if before.is_none() && filter != Filter::Closed {
        rows = waiting(db, access).await?;
    }
    let mut others = talking_and_closed(db, access, filter, before).await?;
    let more = if others.len() > limit::ROWS_PER_PAGE {
        others.truncate(limit::ROWS_PER_PAGE);
        others.last().map(|last| Before {
            at: last.row.last_at,
            id: last.row.id.clone(),
        })
    } else {
        None
    };
    rows.append(&mut others);
    Ok(ListPage {
        rows,
        more,
        counts: counts(db, access).await?,
    })
}

async fn waiting(db: &Db, access: &Access) -> Result<Vec<ListRow>> {
    let rows: Vec<Listed> = on!(db, pool => {
        let mut query = select(access);
        query.push(" and c.stage = 'waiting' order by c.since, c.id limit ");
        query.push_bind(i64::try_from(limit::SETTINGS_ROWS_MAX)?);
        query.build_query_as().fetch_all(pool).await
    })?;
    rows.iter().map(row).collect()
}

async fn talking_and_closed(
    db: &Db,
    access: &Access,
    filter: Filter,
    before: Option<&Before>,
) -> Result<Vec<ListRow>> {
    let rows: Vec<Listed> = on!(db, pool => {
        let mut query = select(access);
        query.push(match filter {
            Filter::Mine => " and c.stage = 'talking'",
            Filter::Active => " and c.stage in ('in_flow', 'talking')",
            Filter::All => " and c.stage <> 'waiting'",
            Filter::Closed => " and c.stage = 'closed'",
        });
        if filter == Filter::Mine {
            query.push(" and c.agent_id = ").push_bind(access.agent.as_str().to_owned());
        }
        if let Some(before) = before {
            let (at, id) = (before.at.ms(), before.id.as_str().to_owned());
            query.push(" and (c.last_at < ").push_bind(at);
            query.push(" or (c.last_at = ").push_bind(at);
            query.push(" and c.id < ").push_bind(id).push("))");
        }
        query.push(" order by c.last_at desc, c.id desc limit ");
        query.push_bind(i64::try_from(limit::ROWS_PER_PAGE)? + 1);
        query.build_query_as().fetch_all(pool).await
    })?;
    rows.iter().map(row).collect()
}

/// The beginning of both questions: rows this agent may hear, with what they have seen of them.
fn select<DB: Database>(access: &Access) -> QueryBuilder<DB>
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    let mut query = QueryBuilder::new(
        "select c.id, c.state, coalesce(m.seen_messages, 0) as seen_messages
         from conversation c left join mark m
         on m.conversation_id = c.id and m.participant = ",
    );
    query.push_bind(access.agent.as_str().to_owned());
    query.push(" where ");
    push_may_hear(&mut query, access);
    query
}

fn push_may_hear<DB: Database>(query: &mut QueryBuilder<DB>, access: &Access)
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    query
        .push("(c.asked_by is null or c.asked_by <> ")
        .push_bind(access.agent.as_str().to_owned())
        .push(")");
    if access.role == Role::Admin {
        return;
    }
    query
        .push(" and (c.agent_id = ")
        .push_bind(access.agent.as_str().to_owned());
    for team in &access.teams {
        query
            .push(" or c.team_id = ")
            .push_bind(team.as_str().to_owned());
    }
    query.push(")");
}

fn row(listed: &Listed) -> Result<ListRow> {
    let conversation: Conversation = json(&listed.state, "conversation", &listed.id)?;
    Ok(ListRow {
        row: Row::of(&conversation),
        seen_messages: count(listed.seen_messages),
    })
}

async fn counts(db: &Db, access: &Access) -> Result<Counts> {
    let waiting: i64 = on!(db, pool => {
        let mut query = QueryBuilder::new(
            "select count(*) from conversation c where c.stage = 'waiting' and ",
        );
        push_may_hear(&mut query, access);
        query.build_query_scalar().fetch_one(pool).await
    })?;
    let mine: i64 = on!(db, pool => {
        let mut query = QueryBuilder::new(
            "select count(*) from conversation c where c.stage = 'talking' and c.agent_id = ",
        );
        query.push_bind(access.agent.as_str().to_owned());
        query.build_query_scalar().fetch_one(pool).await
    })?;
    Ok(Counts {
        waiting: count(waiting),
        mine: count(mine),
    })
}
