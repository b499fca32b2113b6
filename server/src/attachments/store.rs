//! The table `attachment`.
//!
//! Invariant: a row is there only while its file is, or until its file is deleted right after.

use crate::db::parse::{column, count};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::conversation::{Attachment, PictureSize};
use domain::id::{AttachmentId, ConversationId};
use domain::text::FileName;
use domain::time::Timestamp;
use sqlx::FromRow;

statements! {
    BY_ID = "select id, conversation_id, sender, name, bytes, media_type, width, height, is_sent
        from attachment where id = $1";
    USED = "select count(*) as files, cast(coalesce(sum(bytes), 0) as bigint) as bytes
        from attachment where conversation_id = $1";
    INSERT = "insert into attachment
        (id, conversation_id, sender, name, bytes, media_type, width, height, is_sent, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing";
    SEND = "update attachment set is_sent = $2 where id = $1";
    FORGET = "delete from attachment where is_sent = $1 and created_at < $2 returning id";
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
    /// What browsers may show it as; `None` for what they must not show.
    pub media_type: Option<String>,
    /// Whether it stands in the transcript, or was about to.
    pub is_sent: bool,
}

#[derive(FromRow)]
struct Row {
    id: String,
    conversation_id: String,
    sender: String,
    name: String,
    bytes: i64,
    media_type: Option<String>,
    width: Option<i64>,
    height: Option<i64>,
    is_sent: bool,
}

impl Row {
    fn stored(self) -> Result<Stored> {
        let id = self.id;
        let conversation = ConversationId::parse(&self.conversation_id);
        Ok(Stored {
            conversation: column(conversation, "attachment", &id)?,
            sender: self.sender,
            media_type: self.media_type,
            is_sent: self.is_sent,
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

/// How many files a conversation has, and how many bytes they are.
pub async fn used(db: &Db, conversation: &ConversationId) -> Result<(u64, u64)> {
    let (files, bytes): (i64, i64) = on!(db, pool => sqlx::query_as(USED)
        .bind(conversation.as_str()).fetch_one(pool).await)?;
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
        .bind(i64::try_from(*bytes)?)
        .bind(stored.media_type.as_deref())
        .bind(picture.map(|size| i64::from(size.width)))
        .bind(picture.map(|size| i64::from(size.height)))
        .bind(stored.is_sent)
        .bind(now.ms())
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// It is being sent; whether it is still there.
pub async fn send(tx: &mut Tx, id: &AttachmentId) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(SEND).bind(id.as_str()).bind(true)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Forgets what was never sent and is older than this; the ids of what is gone.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = within!(tx, c => sqlx::query_as(FORGET)
        .bind(false).bind(before.ms()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
