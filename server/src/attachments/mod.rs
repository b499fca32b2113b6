//! Files that people send: taken from whoever may write in a conversation, given to whoever may
//! read it, and never shown by our own origin as anything but a download or a picture.
//!
//! Invariant: a file is given out only through its own conversation; nothing of a visitor's token
//! stands in an address.

mod folder;
pub mod store;

pub use folder::Folder;

use crate::address::ClientAddress;
use crate::clock::entropy;
use crate::error::{self, Error, Result};
use crate::principal::{Agent, Visitor, bearer};
use crate::server::Server;
use crate::{conversations, origin};
use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::api::{Field, Refusal};
use domain::conversation::{Attachment, Command};
use domain::id::{AttachmentId, ConversationId, ProfileId, VisitorToken};
use domain::limit;
use domain::live::VisitorHello;
use domain::text::{FileName, Reason};
use domain::time::Timestamp;
use folder::Incoming;
use futures::StreamExt;
use serde::Deserialize;
use std::net::IpAddr;
use std::time::Duration;
use store::Stored;
use tokio_util::io::ReaderStream;

/// A sender of whom nothing is heard for this long has gone.
const SILENCE: Duration = Duration::from_secs(30);

/// The doors for files.
pub fn router() -> Router<Server> {
    Router::new()
        .route("/api/attachments", post(take))
        .route("/api/attachments/{id}", get(give))
        // Counted while it comes in: a file is larger than every other request.
        .layer(DefaultBodyLimit::disable())
}

/// Who sends or reads a file.
enum Party {
    Visitor(Visitor),
    Agent(Agent),
}

impl Party {
    /// With the token of a visitor in the header `Authorization`, or with an agent's cookie.
    async fn enter(
        server: &Server,
        headers: &HeaderMap,
        address: IpAddr,
        entrance: &Entrance,
    ) -> Result<Self> {
        let Some(token) = bearer(headers) else {
            return Ok(Self::Agent(Agent::enter(server, headers).await?));
        };
        let hello = VisitorHello {
            token: VisitorToken::parse(token).or(Err(Refusal::Unauthorized))?,
            profile: ProfileId::parse(&entrance.profile).or(Err(Refusal::WrongKey))?,
            key: entrance.key.clone(),
            conversation: None,
        };
        Ok(Self::Visitor(
            Visitor::enter(server, &hello, address).await?,
        ))
    }

    /// The word that stands for them in the database.
    fn sender(&self) -> &str {
        match self {
            Self::Visitor(_) => conversations::VISITOR,
            Self::Agent(agent) => agent.agent.id.as_str(),
        }
    }

    /// The conversation must be theirs to read. Foreign and missing ones look the same.
    async fn require_reader(&self, server: &Server, id: &ConversationId) -> Result<()> {
        match self {
            Self::Visitor(who) => conversations::for_visitor(server, who, id).await,
            Self::Agent(who) => conversations::for_agent(server, &who.access(), id).await,
        }?;
        Ok(())
    }

    /// The conversation must be theirs to write in.
    async fn require_writer(&self, server: &Server, id: &ConversationId) -> Result<()> {
        let state = match self {
            Self::Visitor(who) => conversations::for_visitor(server, who, id).await?,
            Self::Agent(who) => conversations::for_agent(server, &who.access(), id).await?,
        };
        let refusal = match self {
            _ if state.is_closed() => Refusal::ConversationClosed,
            Self::Visitor(who) if !who.profile.are_files_welcome => Refusal::FilesUnwelcome,
            Self::Agent(who) if state.agent() != Some(&who.agent.id) => Refusal::NotJoined,
            _ => return Ok(()),
        };
        Err(refusal.into())
    }
}

/// What a visitor's window says of where it came in. Both stand in every host page.
#[derive(Deserialize)]
struct Entrance {
    #[serde(default)]
    profile: String,
    #[serde(default)]
    key: String,
}

#[derive(Deserialize)]
struct Upload {
    conversation: String,
    attachment: String,
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    entrance: Entrance,
}

/// `POST /api/attachments?conversation=…&attachment=…&name=…`, the file as the body. Answers with
/// the file as the transcript will say it, once the disk has it; again with the same when it is
/// repeated.
async fn take(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    upload: std::result::Result<Query<Upload>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Attachment>> {
    origin::require_own(&server, &headers)?;
    server.rates.request(address)?;
    let Query(upload) = upload.or(Err(Refusal::Malformed))?;
    let party = Party::enter(&server, &headers, address, &upload.entrance).await?;
    let conversation = ConversationId::parse(&upload.conversation).or(Err(Refusal::Malformed))?;
    let id = AttachmentId::parse(&upload.attachment).or(Err(Refusal::Malformed))?;
    party.require_writer(&server, &conversation).await?;
    if let Some(known) = repeated(&server, &party, &conversation, &id).await? {
        // A browser that is not listened to takes the answer for a lost line.
        receive(body, None).await?;
        return Ok(Json(known));
    }
    require_room(&server, &conversation, &headers).await?;
    let _turn = server.uploads.acquire().await.or(Err(error::UNAVAILABLE))?;
    let mut incoming = server.files.begin(&id, entropy()?).await?;
    receive(body, Some(&mut incoming)).await?;
    let picture = incoming.finish().await?;
    let stored = Stored {
        attachment: Attachment {
            id: id.clone(),
            name: FileName::claimed(&upload.name),
            bytes: incoming.bytes(),
            picture: picture.map(|picture| picture.size),
        },
        sender: party.sender().to_owned(),
        media_type: picture.map(|picture| picture.media_type.to_owned()),
        is_sent: false,
        conversation: conversation.clone(),
    };
    server.files.keep(&id, incoming).await?;
    let mut tx = server.db.begin().await?;
    let is_new = store::insert(&mut tx, &stored, server.now()).await?;
    tx.commit().await?;
    if is_new {
        return Ok(Json(stored.attachment));
    }
    // The same file came twice at once.
    let known = repeated(&server, &party, &conversation, &id).await?;
    Ok(Json(known.ok_or(Refusal::Forbidden)?))
}

/// What is held under this id already. Somebody else's is not theirs to write over.
async fn repeated(
    server: &Server,
    party: &Party,
    conversation: &ConversationId,
    id: &AttachmentId,
) -> Result<Option<Attachment>> {
    let Some(stored) = store::by_id(&server.db, id).await? else {
        return Ok(None);
    };
    if stored.conversation == *conversation && stored.sender == party.sender() {
        Ok(Some(stored.attachment))
    } else {
        Err(Refusal::Forbidden.into())
    }
}

/// A conversation must not fill the disk.
async fn require_room(
    server: &Server,
    conversation: &ConversationId,
    headers: &HeaderMap,
) -> Result<()> {
    let announced = headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let announced = announced.unwrap_or_default();
    let (files, bytes) = store::used(&server.db, conversation).await?;
    let is_full = files >= limit::FILES_PER_CONVERSATION_MAX as u64
        || bytes.saturating_add(announced) > limit::FILES_BYTES_PER_CONVERSATION_MAX;
    if announced > limit::FILE_BYTES_MAX || is_full {
        return Err(Refusal::TooLarge.into());
    }
    Ok(())
}

/// The bytes of a file, into `incoming` or away.
async fn receive(body: Body, mut incoming: Option<&mut Incoming>) -> Result<()> {
    let mut parts = body.into_data_stream();
    let mut bytes = 0_u64;
    loop {
        let part = tokio::time::timeout(SILENCE, parts.next()).await;
        let Some(part) = part.or(Err(error::UNAVAILABLE))? else {
            break;
        };
        let part = part.or(Err(error::UNAVAILABLE))?;
        bytes = bytes.saturating_add(part.len() as u64);
        if bytes > limit::FILE_BYTES_MAX {
            return Err(Refusal::TooLarge.into());
        }
        if let Some(incoming) = &mut incoming {
            incoming.write(&part).await.map_err(full)?;
        }
    }
    if bytes == 0 {
        let (field, reason) = (Field::File, Reason::Empty);
        return Err(Refusal::Invalid { field, reason }.into());
    }
    Ok(())
}

/// A disk that takes nothing just now may take it later.
fn full(error: std::io::Error) -> Error {
    use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    if matches!(
        error.kind(),
        QuotaExceeded | ReadOnlyFilesystem | StorageFull
    ) {
        tracing::warn!(%error, "the folder of files takes nothing just now");
        error::UNAVAILABLE.into()
    } else {
        Error::Internal(error.into())
    }
}

/// `GET /api/attachments/{id}`: the file, for whoever may read its conversation. One that was not
/// sent is its sender's alone.
async fn give(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    Path(id): Path<String>,
    entrance: std::result::Result<Query<Entrance>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response> {
    server.rates.request(address)?;
    let Query(entrance) = entrance.or(Err(Refusal::Malformed))?;
    let party = Party::enter(&server, &headers, address, &entrance).await?;
    let id = AttachmentId::parse(&id).or(Err(Refusal::NotFound))?;
    let stored = store::by_id(&server.db, &id).await?;
    let stored = stored
        .filter(|stored| stored.is_sent || stored.sender == party.sender())
        .ok_or(Refusal::NotFound)?;
    party.require_reader(&server, &stored.conversation).await?;
    let file = match server.files.open(&id).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            tracing::error!(%id, "a file is not in its folder");
            return Err(Refusal::NotFound.into());
        }
        file => file.map_err(anyhow::Error::from)?,
    };
    let mut response = Body::from_stream(ReaderStream::new(file)).into_response();
    let told = response.headers_mut();
    let media_type = stored.media_type.as_deref();
    let media_type = media_type.unwrap_or("application/octet-stream");
    for (name, value) in [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_LENGTH, stored.attachment.bytes.to_string()),
        (header::CONTENT_DISPOSITION, disposition(&stored.attachment)),
        // Whatever it is, it is nothing that runs here.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ] {
        told.insert(
            name,
            HeaderValue::try_from(value).map_err(anyhow::Error::from)?,
        );
    }
    Ok(response)
}

/// Always a download, under its own name (RFC 8187: everything but letters and digits of ASCII
/// is written as its bytes).
fn disposition(attachment: &Attachment) -> String {
    let mut text = String::from("attachment; filename*=UTF-8''");
    for byte in attachment.name.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(digit.into(), 16).unwrap_or('0');
                text.push(digit.to_ascii_uppercase());
            }
        }
    }
    text
}

/// A command that sends a file: it must be the sender's, of this conversation, and as the server
/// described it. From here on it stays.
pub(crate) async fn claim(
    server: &Server,
    sender: &str,
    conversation: &ConversationId,
    command: &Command,
) -> Result<()> {
    let Command::Attach { attachment } = command else {
        return Ok(());
    };
    let stored = store::by_id(&server.db, &attachment.id).await?;
    let is_theirs = stored.is_some_and(|stored| {
        stored.attachment == *attachment
            && stored.conversation == *conversation
            && stored.sender == sender
    });
    if !is_theirs {
        return Err(Refusal::NotFound.into());
    }
    let mut tx = server.db.begin().await?;
    let is_there = store::send(&mut tx, &attachment.id).await?;
    tx.commit().await?;
    if is_there {
        Ok(())
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// Deletes what was uploaded and never sent.
pub(crate) async fn forget_unsent(server: &Server) -> Result<()> {
    let lasts = i64::try_from(limit::UNSENT_FILE_LASTS.ms()).unwrap_or(i64::MAX);
    let before = Timestamp::from_ms(server.now().ms().saturating_sub(lasts));
    let mut tx = server.db.begin().await?;
    let gone = store::forget(&mut tx, before).await?;
    tx.commit().await?;
    for id in gone {
        server
            .files
            .delete(&id)
            .await
            .map_err(anyhow::Error::from)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        let said = |name: &str| {
            disposition(&Attachment {
                id: AttachmentId::from_value(1),
                name: FileName::claimed(name),
                bytes: 1,
                picture: None,
            })
        };
        assert_eq!(said("lamp.png"), "attachment; filename*=UTF-8''lamp.png");
        assert_eq!(
            said("a\"; x=\r\ny é.png"),
            "attachment; filename*=UTF-8''a%22%3B%20x%3Dy%20%C3%A9.png"
        );
        assert_eq!(
            said("../../etc/passwd"),
            "attachment; filename*=UTF-8''passwd"
        );
    }
}
