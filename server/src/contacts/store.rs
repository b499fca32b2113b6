//! The table `contact`.
//!
//! Invariant: one row for what tells a person apart, whoever comes first.

use crate::db::parse::{column, json, to_json};
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::ContactId;
use domain::people::{Contact, ContactFields};
use domain::time::Timestamp;
use sqlx::FromRow;

statements! {
    BY_ID = "select id, subject, fields from contact where id = $1";
    MATCHED = "select id, subject, fields from contact where matched_by = $1";
    INSERT = "insert into contact (id, matched_by, subject, fields, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $5) on conflict (matched_by) do nothing";
    UPDATE = "update contact set fields = $2, updated_at = $3 where id = $1 and fields = $4";
}

#[derive(FromRow)]
struct Row {
    id: String,
    subject: Option<String>,
    fields: String,
}

impl Row {
    fn contact(self) -> Result<Contact> {
        Ok(Contact {
            id: column(ContactId::parse(&self.id), "contact", &self.id)?,
            subject: self.subject,
            fields: json(&self.fields, "contact", &self.id)?,
        })
    }
}

/// The contact with this id.
pub async fn by_id(db: &Db, id: &ContactId) -> Result<Option<Contact>> {
    let row: Option<Row> =
        on!(db, pool => sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(pool).await)?;
    row.map(Row::contact).transpose()
}

/// The contact whom this tells apart.
pub async fn matched(db: &Db, matched_by: &str) -> Result<Option<Contact>> {
    let row: Option<Row> =
        on!(db, pool => sqlx::query_as(MATCHED).bind(matched_by).fetch_optional(pool).await)?;
    row.map(Row::contact).transpose()
}

/// A new contact; whether nobody was quicker.
pub async fn insert(
    tx: &mut Tx,
    contact: &Contact,
    matched_by: &str,
    now: Timestamp,
) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(INSERT)
        .bind(contact.id.as_str())
        .bind(matched_by)
        .bind(contact.subject.as_deref())
        .bind(to_json(&contact.fields)?)
        .bind(now.ms())
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// The contact of this id, within a transaction.
pub async fn by_id_in(tx: &mut Tx, id: &ContactId) -> Result<Option<Contact>> {
    let row: Option<Row> =
        within!(tx, c => sqlx::query_as(BY_ID).bind(id.as_str()).fetch_optional(c).await)?;
    row.map(Row::contact).transpose()
}

/// Saves what is known now over what was known before; whether that was still so.
pub async fn update(
    tx: &mut Tx,
    contact: &Contact,
    before: &ContactFields,
    now: Timestamp,
) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(UPDATE)
        .bind(contact.id.as_str())
        .bind(to_json(&contact.fields)?)
        .bind(now.ms())
        .bind(to_json(before)?)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
