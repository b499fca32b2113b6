//! Files that people send: taken from whoever may write in a conversation, given to whoever may
//! read it, and never shown by our own origin as anything but a download or a picture.
//!
//! Invariant: a file is given out only through its own conversation; nothing of a visitor's token
//! stands in an address.

mod folder;
pub mod store;
mod uploads;

pub use folder::Folder;
pub(crate) use folder::picture as picture_in;
pub use uploads::Uploads;

use crate::address::ClientAddress;
use crate::clock::entropy;
use crate::error::{self, Error, Result};
use crate::principal::{Agent, Anyone, Visitor, bearer};
use crate::server::Server;
use crate::{conversations, origin};
use axum::Json;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::api::{Field, Refusal};
use domain::conversation::{Attachment, Command};
use domain::id::{AttachmentId, ClientId, ConversationId, ProfileId, VisitorToken};
use domain::limit;
use domain::live::VisitorHello;
use domain::people::Page;
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

/// A file that takes longer comes from nobody who means it.
const UPLOAD_DUE: Duration = Duration::from_mins(10);

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
            page: Page::default(),
            step: None,
        };
        let from = Anyone::new(address, headers);
        Ok(Self::Visitor(Visitor::enter(server, &hello, &from).await?))
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

    /// The conversation must be theirs to write in. `decide` will say so as well; it is asked here,
    /// too, or somebody would send 20 MB to hear it.
    async fn require_writer(&self, server: &Server, id: &ConversationId) -> Result<()> {
        let state = match self {
            Self::Visitor(who) => conversations::for_visitor(server, who, id).await?,
            Self::Agent(who) => conversations::for_agent(server, &who.access(), id).await?,
        };
        let refusal = match self {
            _ if state.is_closed() => Refusal::ConversationClosed,
            Self::Visitor(who) if !state.takes_files(who.profile.are_files_welcome) => {
                Refusal::FilesUnwelcome
            }
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

/// `POST /api/attachments?conversation=…&attachment=…&name=…`, the file as the body. It is said in
/// the conversation by the same request, so that there is nothing in between to be lost; and said
/// once, however often it is repeated.
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
    if let Some(known) = repeated(&server, &party, &conversation, &id).await? {
        // A browser that is not listened to takes the answer for a lost line.
        receive(body, None).await?;
        say(&server, &party, &conversation, &known).await?;
        return Ok(Json(known.attachment));
    }
    party.require_writer(&server, &conversation).await?;
    let turn = server.uploads.begin(&conversation, address)?;
    let mut incoming = server.files.begin(&id, entropy()?).await?;
    receive(body, Some(&mut incoming)).await?;
    // From here on it goes to its end, whether the sender waits for it or not.
    let work = {
        let server = server.clone();
        async move {
            let name = FileName::claimed(&upload.name);
            let stored = keep(&server, &party, conversation, id, name, incoming).await?;
            say(&server, &party, &stored.conversation, &stored).await?;
            drop(turn);
            Ok(Json(stored.attachment))
        }
    };
    let done = server.tasks.spawn(work).await;
    done.map_err(anyhow::Error::from)?
}

/// Keeps a file that is all there, and what is known of it.
async fn keep(
    server: &Server,
    party: &Party,
    conversation: ConversationId,
    id: AttachmentId,
    name: FileName,
    mut incoming: Incoming,
) -> Result<Stored> {
    let picture = incoming.finish().await?;
    let attachment = Attachment {
        id,
        name,
        bytes: incoming.bytes(),
        picture: picture.map(|picture| picture.size),
    };
    let stored = Stored {
        attachment,
        file: server.files.keep(incoming).await?,
        sender: party.sender().to_owned(),
        media_type: picture.map(|picture| picture.media_type.to_owned()),
        conversation,
    };
    match record(server, &stored).await {
        Ok(true) => Ok(stored),
        // The same file came twice at once, and the other was quicker.
        Ok(false) => {
            delete(server, &stored.file).await;
            let known = repeated(server, party, &stored.conversation, &stored.attachment.id);
            Ok(known.await?.ok_or(Refusal::Forbidden)?)
        }
        Err(Error::Refused(Refusal::TooLarge)) => {
            delete(server, &stored.file).await;
            Err(Refusal::TooLarge.into())
        }
        // What a failed commit has done is not known: the row may be there and need its file.
        Err(error) => Err(error),
    }
}

/// Records a file, if there is room for it; whether its id was free.
async fn record(server: &Server, stored: &Stored) -> Result<bool> {
    let more = stored.attachment.bytes;
    let mut tx = server.db.begin().await?;
    let (files, bytes) = store::used(&mut tx, &stored.conversation).await?;
    let is_full = files >= limit::FILES_PER_CONVERSATION_MAX as u64
        || bytes.saturating_add(more) > limit::FILES_BYTES_PER_CONVERSATION_MAX;
    if is_full {
        return Err(Refusal::TooLarge.into());
    }
    let is_new = store::insert(&mut tx, stored, server.now()).await?;
    tx.commit().await?;
    if is_new {
        server.uploads.add(more);
    }
    Ok(is_new)
}

/// Says it in the conversation, under a name that follows from the file's: once.
async fn say(
    server: &Server,
    party: &Party,
    conversation: &ConversationId,
    stored: &Stored,
) -> Result<()> {
    let id = stored.attachment.id.as_str();
    let own = id.replacen(AttachmentId::PREFIX, ClientId::PREFIX, 1);
    let own = ClientId::parse(&own).or(Err(Refusal::Malformed))?;
    let (conversation, attachment) = (conversation.clone(), stored.attachment.clone());
    let command = Command::Attach { attachment };
    let said = match party {
        Party::Visitor(who) => {
            conversations::of_visitor(server, who, own.clone(), conversation, command).await
        }
        Party::Agent(who) => {
            conversations::of_agent(server, who, own.clone(), conversation, command)
        }
    };
    let said = match said {
        Ok(answer) => answer.done().await,
        Err(error) => Err(error),
    };
    match said {
        Ok(_) => Ok(()),
        // It may not be said, so there is no reason to hold it.
        Err(Error::Refused(refusal)) if !refusal.is_transient() => {
            let mut tx = server.db.begin().await?;
            let is_forgotten = store::forget(&mut tx, &stored.attachment.id, &own).await?;
            tx.commit().await?;
            if is_forgotten {
                server.uploads.remove(stored.attachment.bytes);
                delete(server, &stored.file).await;
            }
            Err(refusal.into())
        }
        Err(error) => Err(error),
    }
}

/// What is left of a file that cannot be deleted now, the next start finds.
async fn delete(server: &Server, file: &str) {
    if let Err(error) = server.files.delete(file).await {
        tracing::warn!(%error, file, "a file could not be deleted");
    }
}

/// What is held under this id already. Somebody else's is not theirs to write over.
async fn repeated(
    server: &Server,
    party: &Party,
    conversation: &ConversationId,
    id: &AttachmentId,
) -> Result<Option<Stored>> {
    let Some(stored) = store::by_id(&server.db, id).await? else {
        return Ok(None);
    };
    if stored.conversation == *conversation && stored.sender == party.sender() {
        Ok(Some(stored))
    } else {
        Err(Refusal::Forbidden.into())
    }
}

/// The bytes of a file, into `incoming` or away, within the time there is.
async fn receive(body: Body, incoming: Option<&mut Incoming>) -> Result<()> {
    let received = tokio::time::timeout(UPLOAD_DUE, read(body, incoming)).await;
    received.or(Err(error::UNAVAILABLE))?
}

async fn read(body: Body, mut incoming: Option<&mut Incoming>) -> Result<()> {
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

/// `GET /api/attachments/{id}`: the file, for whoever may read its conversation.
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
    let stored = stored.ok_or(Refusal::NotFound)?;
    party.require_reader(&server, &stored.conversation).await?;
    let file = match server.files.open(&stored.file).await {
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
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin".to_owned(),
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

/// Looks at what is there, at the start: how much it is, and what nobody knows.
pub(crate) async fn begin(server: &Server) -> Result<()> {
    server.uploads.add(store::total(&server.db).await?);
    let lasts = i64::try_from(limit::UNKNOWN_FILE_LASTS.ms()).unwrap_or(i64::MAX);
    let before = Timestamp::from_ms(server.now().ms().saturating_sub(lasts));
    let known = store::files(&server.db).await?;
    let swept = server.files.sweep(&known, before).await;
    Ok(swept.map_err(anyhow::Error::from)?)
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
