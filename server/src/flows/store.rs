//! The tables `flow` and `flow_version`.
//!
//! Invariant: a save and a publication name the save they were made from, and hit no row when
//! that is gone; a version is written once.

use crate::db::parse::{column, count, json, to_json};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::api::{FlowRow, FlowVersionRow};
use domain::flow::{Flow, FlowTest, Rollout, Share};
use domain::id::{AgentId, FlowId};
use domain::limit;
use domain::text::DisplayName;
use domain::time::Timestamp;
use sqlx::FromRow;
use std::collections::{BTreeMap, BTreeSet};

statements! {
    ALL = "select id, name, saves, saved_at, published, published_save, rollout_before,
        rollout_share, is_archived from flow order by is_archived, name, id limit $1";
    BY_ID = "select f.id, f.name, f.draft, f.tests, f.saves, f.saved_at, a.name as saved_by,
        f.published, f.published_save, f.rollout_before, f.rollout_share, f.is_archived
        from flow f left join agent a on a.id = f.saved_by where f.id = $1";
    COUNT = "select count(*) from flow where is_archived = $1";
    IS_PUBLISHED = "select count(*) from flow
        where id = $1 and published is not null and is_archived = $2";
    HAS_ANY = "select count(*) from flow";
    INSERT = "insert into flow
        (id, name, draft, tests, saves, saved_at, saved_by, last_version, is_archived, created_at)
        values ($1, $2, $3, $4, 1, $5, $6, 0, $7, $5)
        on conflict (name) do nothing";
    SAVE = "update flow set name = $3, draft = $4, tests = $5, saves = saves + 1, saved_at = $6,
        saved_by = $7 where id = $1 and saves = $2";
    NEXT_VERSION = "update flow
        set last_version = last_version + 1, published = last_version + 1, saves = saves + 1,
            published_save = case when $3 then saves + 1 end, rollout_share = $5,
            rollout_before = case when cast($5 as bigint) is not null
                then coalesce(rollout_before, published) end
        where id = $1 and saves = $2 and is_archived = $4 returning last_version";
    SET_ROLLOUT = "update flow
        set published = $3, rollout_before = $4, rollout_share = $5, saves = saves + 1,
            published_save = case when $6 then saves + 1 end
        where id = $1 and saves = $2 and is_archived = $7 and rollout_before is not null";
    SET_TESTS = "update flow set tests = $2 where id = $1";
    INSERT_VERSION = "insert into flow_version
        (flow_id, number, content, starts, note, made_at, made_by)
        values ($1, $2, $3, $4, $5, $6, $7)";
    VERSIONS = "select v.number, v.made_at, a.name as made_by, v.note
        from flow_version v left join agent a on a.id = v.made_by
        where v.flow_id = $1 order by v.number desc limit $2";
    CONTENT = "select content from flow_version where flow_id = $1 and number = $2";
    STARTS = "select v.flow_id, v.starts from flow f
        join flow_version v on v.flow_id = f.id and v.number in (f.published, f.rollout_before)
        where f.is_archived = $1";
    CURRENT = "select published, rollout_before, rollout_share from flow
        where id = $1 and is_archived = $2";
    ARCHIVE = "update flow
        set is_archived = $2, saves = saves + 1, rollout_before = null, rollout_share = null
        where id = $1 and is_archived <> $2";
    TAKE_BACK = "update flow
        set is_archived = $2, saves = saves + 1, published = null, published_save = null,
            rollout_before = null, rollout_share = null
        where id = $1 and is_archived <> $2";
}

#[derive(FromRow)]
struct HeadRow {
    id: String,
    name: String,
    saves: i64,
    saved_at: i64,
    published: Option<i64>,
    published_save: Option<i64>,
    rollout_before: Option<i64>,
    rollout_share: Option<i64>,
    is_archived: bool,
}

impl HeadRow {
    fn row(self) -> Result<FlowRow> {
        Ok(FlowRow {
            name: column(DisplayName::parse(&self.name), "flow", &self.id)?,
            published: self.published.map(count),
            rollout: rollout(self.rollout_before, self.rollout_share, &self.id)?,
            is_changed: self.published_save != Some(self.saves),
            saved_at: Timestamp::from_ms(self.saved_at),
            is_archived: self.is_archived,
            id: column(FlowId::parse(&self.id), "flow", &self.id)?,
        })
    }
}

fn rollout(before: Option<i64>, share: Option<i64>, id: &str) -> Result<Option<Rollout>> {
    let Some((before, share)) = before.zip(share) else {
        return Ok(None);
    };
    let share = u8::try_from(share).ok().and_then(Share::from_percent);
    Ok(Some(Rollout {
        before: count(before),
        share: column(share.ok_or("not a share"), "flow", id)?,
    }))
}

/// A flow with its draft.
pub struct Kept {
    /// As the list shows it.
    pub row: FlowRow,
    /// What authors work on.
    pub draft: Flow,
    /// Its tests.
    pub tests: Vec<FlowTest>,
    /// Counts the saves.
    pub save: u32,
    /// Who saved last; `None` for the program itself.
    pub saved_by: Option<DisplayName>,
}

#[derive(FromRow)]
struct KeptRow {
    draft: String,
    tests: String,
    saved_by: Option<String>,
    #[sqlx(flatten)]
    head: HeadRow,
}

/// All flows, those in use first.
pub async fn all(db: &Db) -> Result<Vec<FlowRow>> {
    let limit = i64::try_from(limit::FLOWS_MAX)?;
    let rows: Vec<HeadRow> =
        on!(db, pool => sqlx::query_as(ALL).bind(limit).fetch_all(pool).await)?;
    rows.into_iter().map(HeadRow::row).collect()
}

/// The flow with this id.
pub async fn by_id(db: &Db, id: &FlowId) -> Result<Option<Kept>> {
    let row: Option<KeptRow> =
        on!(db, pool => sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(pool).await)?;
    row.map(|row| {
        Ok(Kept {
            draft: json(&row.draft, "flow", id.as_str())?,
            tests: json(&row.tests, "flow", id.as_str())?,
            save: count(row.head.saves),
            saved_by: name(row.saved_by.as_deref(), id)?,
            row: row.head.row()?,
        })
    })
    .transpose()
}

fn name(text: Option<&str>, id: &FlowId) -> Result<Option<DisplayName>> {
    let name = text.map(DisplayName::parse).transpose();
    column(name, "flow", id.as_str())
}

/// How many there are that are not archived.
pub async fn count_active(tx: &mut Tx) -> Result<i64> {
    Ok(within!(tx, c => sqlx::query_scalar(COUNT).bind(false).fetch_one(c).await)?)
}

/// Whether new conversations may begin with this flow.
pub async fn is_published(tx: &mut Tx, id: &FlowId) -> Result<bool> {
    let count: i64 = within!(tx, c => sqlx::query_scalar(IS_PUBLISHED)
        .bind(id.as_str())
        .bind(false)
        .fetch_one(c).await)?;
    Ok(count > 0)
}

/// Whether there is any at all.
pub async fn has_any(tx: &mut Tx) -> Result<bool> {
    let count: i64 = within!(tx, c => sqlx::query_scalar(HAS_ANY).fetch_one(c).await)?;
    Ok(count > 0)
}

/// What is saved of a draft.
pub struct Save<'a> {
    /// What admins call it.
    pub name: &'a DisplayName,
    /// The draft.
    pub draft: &'a Flow,
    /// Its tests.
    pub tests: &'a [FlowTest],
    /// Who saves; `None` for the program itself.
    pub by: Option<&'a AgentId>,
    /// When.
    pub at: Timestamp,
}

/// A new flow; false when another has its name.
pub async fn insert(tx: &mut Tx, id: &FlowId, save: &Save<'_>) -> Result<bool> {
    let (draft, tests) = (to_json(save.draft)?, to_json(&save.tests)?);
    let rows = within!(tx, c => sqlx::query(INSERT)
        .bind(id.as_str())
        .bind(save.name.as_str())
        .bind(&draft)
        .bind(&tests)
        .bind(save.at.ms())
        .bind(save.by.map(AgentId::as_str))
        .bind(false)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Saves; false when the save it was made from is gone. Fails on `flow_name` when another flow
/// has the name.
pub async fn save(tx: &mut Tx, id: &FlowId, from: u32, save: &Save<'_>) -> Result<bool> {
    let (draft, tests) = (to_json(save.draft)?, to_json(&save.tests)?);
    let rows = within!(tx, c => sqlx::query(SAVE)
        .bind(id.as_str())
        .bind(i64::from(from))
        .bind(save.name.as_str())
        .bind(&draft)
        .bind(&tests)
        .bind(save.at.ms())
        .bind(save.by.map(AgentId::as_str))
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// A version to be.
pub struct NewVersion<'a> {
    /// What it is.
    pub content: &'a Flow,
    /// The flows it can start without asking the visitor first.
    pub starts: &'a BTreeSet<FlowId>,
    /// Whether it is the draft.
    pub is_draft: bool,
    /// The part of new conversations that begins with it; `None` is all of them.
    pub share: Option<Share>,
    /// The tests as they are kept from now on; `None` leaves them.
    pub tests: Option<&'a [FlowTest]>,
    /// What is new.
    pub note: &'a str,
    /// Who publishes; `None` for the program itself.
    pub by: Option<&'a AgentId>,
    /// When.
    pub at: Timestamp,
}

/// Makes a version the one that new conversations begin with; its number, or `None` when the
/// save `from` is gone or the flow was put aside. It counts as a save: whoever has read the flow
/// before reads it again. What others begin with that are not of its share is what was in use
/// when nothing was on trial.
pub async fn publish(
    tx: &mut Tx,
    id: &FlowId,
    from: u32,
    version: &NewVersion<'_>,
) -> Result<Option<u32>> {
    let number: Option<i64> = within!(tx, c => sqlx::query_scalar(NEXT_VERSION)
        .bind(id.as_str())
        .bind(i64::from(from))
        .bind(version.is_draft)
        .bind(false)
        .bind(version.share.map(|share| i64::from(share.percent())))
        .fetch_optional(c).await)?;
    let Some(number) = number else {
        return Ok(None);
    };
    if let Some(tests) = version.tests {
        let tests = to_json(&tests)?;
        within!(tx, c => sqlx::query(SET_TESTS)
            .bind(id.as_str())
            .bind(&tests)
            .execute(c).await.map(drop))?;
    }
    let (content, starts) = (to_json(version.content)?, to_json(version.starts)?);
    within!(tx, c => sqlx::query(INSERT_VERSION)
        .bind(id.as_str())
        .bind(number)
        .bind(&content)
        .bind(&starts)
        .bind(version.note)
        .bind(version.at.ms())
        .bind(version.by.map(AgentId::as_str))
        .execute(c).await.map(drop))?;
    Ok(Some(count(number)))
}

/// What new conversations begin with.
#[derive(Debug, Clone, Copy)]
pub struct InUse {
    /// The number of the version.
    pub version: u32,
    /// Whether only a part of them begins with it.
    pub rollout: Option<Rollout>,
}

/// Changes what a flow that has a roll-out begins with; false when it has none, when the save
/// `from` is gone or when it was put aside. It counts as a save; `is_draft` says whether the
/// version is the draft then.
pub async fn set_rollout(
    tx: &mut Tx,
    id: &FlowId,
    from: u32,
    to: InUse,
    is_draft: bool,
) -> Result<bool> {
    let (before, share) = to
        .rollout
        .map(|to| (i64::from(to.before), i64::from(to.share.percent())))
        .unzip();
    let rows = within!(tx, c => sqlx::query(SET_ROLLOUT)
        .bind(id.as_str())
        .bind(i64::from(from))
        .bind(i64::from(to.version))
        .bind(before)
        .bind(share)
        .bind(is_draft)
        .bind(false)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

#[derive(FromRow)]
struct VersionRow {
    number: i64,
    made_at: i64,
    made_by: Option<String>,
    note: String,
}

/// The versions of a flow, the newest first.
pub async fn versions(db: &Db, id: &FlowId) -> Result<Vec<FlowVersionRow>> {
    let limit = i64::try_from(limit::FLOW_VERSIONS_SHOWN)?;
    let rows: Vec<VersionRow> = on!(db, pool =>
        sqlx::query_as(VERSIONS).bind(id.as_str()).bind(limit).fetch_all(pool).await)?;
    rows.into_iter()
        .map(|row| {
            Ok(FlowVersionRow {
                number: count(row.number),
                at: Timestamp::from_ms(row.made_at),
                by: name(row.made_by.as_deref(), id)?,
                note: row.note,
            })
        })
        .collect()
}

/// A version as it was published.
pub async fn version(db: &Db, id: &FlowId, number: u32) -> Result<Option<Flow>> {
    let content = content(db, id, number).await?;
    content
        .map(|content| json(&content, "flow_version", id.as_str()))
        .transpose()
}

/// The JSON of a version as it was published.
pub async fn content(db: &Db, id: &FlowId, number: u32) -> Result<Option<String>> {
    let content = on!(db, pool => sqlx::query_scalar(CONTENT)
        .bind(id.as_str())
        .bind(i64::from(number))
        .fetch_optional(pool).await)?;
    Ok(content)
}

/// The same, within a transaction.
pub async fn content_in(tx: &mut Tx, id: &FlowId, number: u32) -> Result<Option<String>> {
    let content = within!(tx, c => sqlx::query_scalar(CONTENT)
        .bind(id.as_str())
        .bind(i64::from(number))
        .fetch_optional(c).await)?;
    Ok(content)
}

/// As `CURRENT` reads it.
type CurrentRow = (Option<i64>, Option<i64>, Option<i64>);

fn in_use(row: Option<CurrentRow>, id: &FlowId) -> Result<Option<InUse>> {
    let Some((Some(version), before, share)) = row else {
        return Ok(None);
    };
    Ok(Some(InUse {
        version: count(version),
        rollout: rollout(before, share, id.as_str())?,
    }))
}

/// What new conversations begin with.
pub async fn current(db: &Db, id: &FlowId) -> Result<Option<InUse>> {
    let row: Option<CurrentRow> = on!(db, pool => sqlx::query_as(CURRENT)
        .bind(id.as_str())
        .bind(false)
        .fetch_optional(pool).await)?;
    in_use(row, id)
}

/// The same, within a transaction.
pub async fn current_in(tx: &mut Tx, id: &FlowId) -> Result<Option<InUse>> {
    let row: Option<CurrentRow> = within!(tx, c => sqlx::query_as(CURRENT)
        .bind(id.as_str())
        .bind(false)
        .fetch_optional(c).await)?;
    in_use(row, id)
}

/// The published flows, and which others each can start without asking the visitor first, in
/// whichever version a visitor meets it.
pub async fn starts(db: &Db) -> Result<BTreeMap<FlowId, BTreeSet<FlowId>>> {
    let rows: Vec<(String, String)> =
        on!(db, pool => sqlx::query_as(STARTS).bind(false).fetch_all(pool).await)?;
    let mut all = BTreeMap::<FlowId, BTreeSet<FlowId>>::new();
    for (id, starts) in rows {
        let starts: BTreeSet<FlowId> = json(&starts, "flow_version", &id)?;
        let flow = column(FlowId::parse(&id), "flow", &id)?;
        all.entry(flow).or_default().extend(starts);
    }
    Ok(all)
}

/// Puts a flow aside, or takes it back as a draft: meanwhile the flows around it may have become
/// others. Whether that changed anything.
pub async fn set_archived(tx: &mut Tx, id: &FlowId, is_archived: bool) -> Result<bool> {
    let statement = if is_archived { ARCHIVE } else { TAKE_BACK };
    let rows = within!(tx, c => sqlx::query(statement)
        .bind(id.as_str())
        .bind(is_archived)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
