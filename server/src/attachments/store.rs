//! The table `attachment`.
//!
//! Invariant: a row comes after its file and goes before it.

use crate::db::parse::{column, count};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::conversation::{Attachment, PictureSize};
use domain::id::{AttachmentId, ClientId, ConversationId};
use domain::text::FileName;
use domain::time::Timestamp;
use sqlx::FromRow;
use std::collections::BTreeSet;

statements! {
    BY_ID = "select id, conversation_id, sender, name, file, bytes, media_type, width, height
        from attachment where id = $1";
    USED = "select count(*) as files, cast(coalesce(sum(bytes), 0) as bigint) as bytes
        from attachment where conversation_id = $1";
    INSERT = "insert into attachment
        (id, conversation_id, sender, name, file, bytes, media_type, width, height, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing";
    // Changes nothing, and makes whoever else does the same wait.
    LOCK = "update conversation set id = id where id = $1";
    // What was said stays, whatever becomes of a repeat of it.
    FORGET = "delete from attachment where id = $1 and not exists (select 1 from entry
        where entry.conversation_id = attachment.conversation_id and entry.client_id = $2)";
    FILES = "select file from attachment";
    TOTAL = "select cast(coalesce(sum(bytes), 0) as bigint) from attachment";
}

/// A file as the database knows it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// As transcripts say it.
    pub attachment: Attachment,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// Whose it is.
    pub sender: String,
    /// What it is called in the folder.
    pub file: String,
    /// What browsers may show it as; `None` for what they must not show.
    pub media_type: Option<String>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    conversation_id: String,
    sender: String,
    name: String,
    file: String,
    bytes: i64,
    media_type: Option<String>,
    width: Option<i64>,
    height: Option<i64>,
}

impl Row {
    fn stored(self) -> Result<Stored> {
        let id = self.id;
        let conversation = ConversationId::parse(&self.conversation_id);
        Ok(Stored {
            conversation: column(conversation, "attachment", &id)?,
            sender: self.sender,
            file: self.file,
            media_type: self.media_type,
            attachment: Attachment {
                name: column(FileName::parse(&self.name), "attachment", &id)?,
                bytes: self.bytes.max(0).unsigned_abs(),
                picture: self
                    .width
                    .zip(self.height)
                    .map(|(width, height)| PictureSize {
                        width: count(width),
                        height: count(height),
                    }),
                id: column(AttachmentId::parse(&id), "attachment", &id)?,
            },
        })
    }
}

/// The file with this id.
pub async fn by_id(db: &Db, id: &AttachmentId) -> Result<Option<Stored>> {
    let row: Option<Row> =
        on!(db, pool => sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(pool).await)?;
    row.map(Row::stored).transpose()
}

/// How many files a conversation has, and how many bytes they are. Until the transaction ends,
/// nobody else adds one.
pub async fn used(tx: &mut Tx, conversation: &ConversationId) -> Result<(u64, u64)> {
    within!(tx, c => sqlx::query(LOCK).bind(conversation.as_str()).execute(c).await.map(drop))?;
    let (files, bytes): (i64, i64) = within!(tx, c => sqlx::query_as(USED)
        .bind(conversation.as_str()).fetch_one(c).await)?;
    Ok((files.max(0).unsigned_abs(), bytes.max(0).unsigned_abs()))
}

/// A new file; whether its id was free.
pub async fn insert(tx: &mut Tx, stored: &Stored, now: Timestamp) -> Result<bool> {
    let Attachment {
        id,
        name,
        bytes,
        picture,
    } = &stored.attachment;
    let rows = within!(tx, c => sqlx::query(INSERT)
        .bind(id.as_str())
        .bind(stored.conversation.as_str())
        .bind(stored.sender.as_str())
        .bind(name.as_str())
        .bind(stored.file.as_str())
        .bind(i64::try_from(*bytes)?)
        .bind(stored.media_type.as_deref())
        .bind(picture.map(|size| i64::from(size.width)))
        .bind(picture.map(|size| i64::from(size.height)))
        .bind(now.ms())
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Forgets a file, unless an entry of this name says it; whether it is forgotten.
pub async fn forget(tx: &mut Tx, id: &AttachmentId, said_as: &ClientId) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(FORGET).bind(id.as_str()).bind(said_as.as_str())
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// What all files are called in the folder.
pub async fn files(db: &Db) -> Result<BTreeSet<String>> {
    let rows: Vec<(String,)> = on!(db, pool => sqlx::query_as(FILES).fetch_all(pool).await)?;
    Ok(rows.into_iter().map(|(file,)| file).collect())
}

/// How many bytes all files are.
pub async fn total(db: &Db) -> Result<u64> {
    let (bytes,): (i64,) = on!(db, pool => sqlx::query_as(TOTAL).fetch_one(pool).await)?;
    Ok(bytes.max(0).unsigned_abs())
}
