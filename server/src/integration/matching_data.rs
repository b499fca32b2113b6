//! Data of a person that is sent ahead of a token, so that the token, which goes through a
//! browser, holds nothing personal: `POST /api/ChatMatchingData`.
//!
//! Invariant: encrypted on the disk, found only with its key, and gone when its time is over.

use super::{Failure, No, store};
use crate::address::ClientAddress;
use crate::clock::entropy;
use crate::error::Result;
use crate::principal::{ApiClient, hash};
use crate::server::Server;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use domain::id::ClientId;
use domain::limit;
use domain::settings::Scope;
use domain::text::chars;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One object of the array that a client sends.
#[derive(Deserialize)]
struct Item {
    json_content: Value,
}

/// `POST /api/ChatMatchingData`: an array of one object with `json_content`.
pub(super) async fn create(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> std::result::Result<(StatusCode, Json<Value>), Failure> {
    server.rates.request(address)?;
    let client = ApiClient::enter(&server, &headers).await?;
    let client = client.ok_or_else(|| {
        let sentence = "Send the access token of /auth/token as Authorization: Bearer.";
        No::new(StatusCode::UNAUTHORIZED, "invalid_token", sentence)
    })?;
    if !client.scopes.contains(&Scope::WriteContacts) {
        let sentence = "This needs the scope contacts:write.";
        return Err(No::new(StatusCode::FORBIDDEN, "insufficient_scope", sentence).into());
    }
    let body = body.or(Err(No::bad("The body is too large.")))?;
    let content = content(&body)?;
    let text = Value::Object(content).to_string();
    if chars(&text) > limit::MATCHING_DATA_CHARS_MAX {
        return Err(No::bad("json_content is longer than 4000 characters.").into());
    }
    let (guid, key) = (guid(entropy()?), guid(entropy()?));
    let sealed = server.seal.close(&purpose(&guid), &text)?;
    let until = server.now().plus(limit::MATCHING_DATA_LASTS);
    let mut tx = server.db.begin().await?;
    store::insert(&mut tx, &guid, &hash(&key), &sealed, until).await?;
    tx.commit().await?;
    let answer = json!({ "guid": guid, "key": key });
    Ok((StatusCode::CREATED, Json(answer)))
}

/// The object that is to be kept. Its values become fields of contacts, and those are texts.
fn content(body: &[u8]) -> std::result::Result<Map<String, Value>, No> {
    let items: Vec<Item> = serde_json::from_slice(body).or(Err(No::bad(
        "Send an array with one object that has the property json_content.",
    )))?;
    let mut items = items.into_iter();
    let (Some(item), None) = (items.next(), items.next()) else {
        return Err(No::bad("Send one object at a time."));
    };
    let Value::Object(content) = item.json_content else {
        return Err(No::bad("json_content has to be an object."));
    };
    let is_plain = |value: &Value| !matches!(value, Value::Object(_) | Value::Array(_));
    if content.values().all(is_plain) {
        Ok(content)
    } else {
        Err(No::bad(
            "The values of json_content have to be texts, numbers or truth values.",
        ))
    }
}

/// Sixteen random bytes in the form of a GUID (RFC 9562, version 4).
fn guid(mut bytes: [u8; 16]) -> String {
    if let Some(byte) = bytes.get_mut(6) {
        *byte = (*byte & 0x0F) | 0x40;
    }
    if let Some(byte) = bytes.get_mut(8) {
        *byte = (*byte & 0x3F) | 0x80;
    }
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    let cuts = [0..8, 8..12, 12..16, 16..20, 20..32];
    let parts = cuts.map(|cut| hex.get(cut).unwrap_or_default().to_owned());
    parts.join("-")
}

fn purpose(guid: &str) -> String {
    format!("matching data {guid}")
}

/// What a token points to.
pub(crate) enum Found {
    /// It points to nothing.
    NotAsked,
    /// The data.
    Data(BTreeMap<String, String>),
    /// The data is gone, was used, or never was.
    Gone,
}

/// The claims that point to data, in the words of Halo's tokens.
const GUID_CLAIM: &str = "chatmatchingdataguid";
const KEY_CLAIM: &str = "chatmatchingdatakey";

/// The data that these claims point to. `once_for`: from now on only a repeat of this command
/// finds it, and soon nobody.
pub(crate) async fn find(
    server: &Server,
    claims: &BTreeMap<String, String>,
    once_for: Option<&ClientId>,
) -> Result<Found> {
    let (Some(guid), Some(key)) = (claims.get(GUID_CLAIM), claims.get(KEY_CLAIM)) else {
        return Ok(Found::NotAsked);
    };
    let guid = guid.to_lowercase();
    let (key_hash, now) = (hash(&key.to_lowercase()), server.now());
    let Some(sealed) = store::find(&server.db, &guid, &key_hash, now).await? else {
        return Ok(Found::Gone);
    };
    let text = match server.seal.open(&purpose(&guid), &sealed) {
        Ok(text) => text,
        Err(error) => {
            tracing::error!(?error, "matching data cannot be read");
            return Ok(Found::Gone);
        }
    };
    if let Some(command) = once_for {
        let until = now.plus(limit::REPEAT_LASTS);
        let mut tx = server.db.begin().await?;
        let is_first = store::use_once(&mut tx, &guid, command, until).await?;
        tx.commit().await?;
        if !is_first {
            return Ok(Found::Gone);
        }
    }
    let content: Map<String, Value> =
        serde_json::from_str(&text).map_err(|error| anyhow::anyhow!("{guid}: {error}"))?;
    let text = |(name, value)| {
        let text = match value {
            Value::String(text) => text,
            Value::Null => return None,
            value => value.to_string(),
        };
        Some((name, text))
    };
    Ok(Found::Data(content.into_iter().filter_map(text).collect()))
}

/// Deletes what nobody may use any more. Called now and then.
pub(crate) async fn forget_expired(server: &Server) -> Result<()> {
    let mut tx = server.db.begin().await?;
    store::delete_expired(&mut tx, server.now()).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_of_version_four() {
        assert_eq!(guid([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(guid([255; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
