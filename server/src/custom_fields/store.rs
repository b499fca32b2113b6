//! The table `custom_field`.
//!
//! Invariant: a name is written once and never changed.

use crate::db::parse::column;
use crate::db::{Db, Tx, on, statements, within};
use anyhow::Result;
use domain::id::FieldId;
use domain::limit;
use domain::settings::CustomField;
use domain::text::{DisplayName, FieldName};
use domain::time::Timestamp;
use sqlx::FromRow;

statements! {
    ALL = "select id, name, label, is_active from custom_field
        order by is_active desc, label, id limit $1";
    COUNT = "select count(*) from custom_field";
    INSERT = "insert into custom_field (id, name, label, is_active, created_at)
        values ($1, $2, $3, $4, $5)";
    SAVE = "update custom_field set label = $2, is_active = $3 where id = $1";
}

#[derive(FromRow)]
struct Row {
    id: String,
    name: String,
    label: String,
    is_active: bool,
}

/// All fields, active ones first.
pub async fn all(db: &Db) -> Result<Vec<CustomField>> {
    let limit = i64::try_from(limit::CUSTOM_FIELDS_MAX)?;
    let rows: Vec<Row> = on!(db, pool => sqlx::query_as(ALL).bind(limit).fetch_all(pool).await)?;
    rows.into_iter()
        .map(|row| {
            Ok(CustomField {
                name: column(FieldName::parse(&row.name), "custom_field", &row.id)?,
                label: column(DisplayName::parse(&row.label), "custom_field", &row.id)?,
                is_active: row.is_active,
                id: column(FieldId::parse(&row.id), "custom_field", &row.id)?,
            })
        })
        .collect()
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(within!(tx, c => sqlx::query_scalar(COUNT).fetch_one(c).await)?)
}

/// A new field. Fails on `custom_field_name` or `custom_field_label` when one is taken.
pub async fn insert(tx: &mut Tx, field: &CustomField, now: Timestamp) -> Result<()> {
    within!(tx, c => sqlx::query(INSERT)
        .bind(field.id.as_str())
        .bind(field.name.as_str())
        .bind(field.label.as_str())
        .bind(field.is_active)
        .bind(now.ms())
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Saves label and state; whether there is such a field. Fails on `custom_field_label` when the
/// label is taken.
pub async fn save(tx: &mut Tx, id: &FieldId, label: &DisplayName, is_active: bool) -> Result<bool> {
    let rows = within!(tx, c => sqlx::query(SAVE)
        .bind(id.as_str())
        .bind(label.as_str())
        .bind(is_active)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
