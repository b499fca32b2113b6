//! From columns to checked values. A row that does not parse names its table and id.
//!
//! Invariant: nothing unparsed leaves a store.

use anyhow::{Context, anyhow};
use domain::id::Seq;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// `value`, or an error that says where in the database it went wrong.
pub(crate) fn column<T, E: std::fmt::Display>(
    value: Result<T, E>,
    table: &str,
    id: &str,
) -> anyhow::Result<T> {
    value.map_err(|error| anyhow!("{table} {id}: {error}"))
}

/// A JSON column.
pub(crate) fn json<T: DeserializeOwned>(text: &str, table: &str, id: &str) -> anyhow::Result<T> {
    serde_json::from_str(text).with_context(|| format!("{table} {id}"))
}

/// A value as the text of a JSON column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> anyhow::Result<String> {
    serde_json::to_string(value).context("writing a JSON column")
}

/// A bare word: how enums without content are stored.
pub(crate) fn word<T: DeserializeOwned>(text: &str, table: &str, id: &str) -> anyhow::Result<T> {
    json(&format!("\"{text}\""), table, id)
}

/// The bare word of an enum without content.
pub(crate) fn to_word<T: Serialize>(value: &T) -> anyhow::Result<String> {
    Ok(to_json(value)?.trim_matches('"').to_owned())
}

/// A number of an entry.
pub(crate) fn seq(value: i64) -> Seq {
    Seq::new(u32::try_from(value).unwrap_or_default())
}

/// A count.
pub(crate) fn count(value: i64) -> u32 {
    u32::try_from(value).unwrap_or_default()
}
