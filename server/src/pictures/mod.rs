//! Pictures that stand for somebody, or for a website: kept by whoever is signed in, seen by
//! everybody.
//!
//! Invariant: what is given out as a picture was found to be one in its bytes, and can do nothing.

pub mod store;

use crate::address::ClientAddress;
use crate::attachments::picture_in;
use crate::error::{Error, Result};
use crate::principal::Agent;
use crate::server::Server;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::api::{Field, Refusal, SavePicture};
use domain::id::PictureId;
use domain::limit;
use domain::text::Reason;

/// Where pictures are seen.
pub(crate) fn router() -> Router<Server> {
    Router::new().route("/chat/picture/{id}", get(give))
}

/// Keeps a picture.
pub async fn save(server: &Server, who: &Agent, request: SavePicture) -> Result<PictureId> {
    let no_picture = || {
        Error::from(Refusal::Invalid {
            field: Field::Picture,
            reason: Reason::Form,
        })
    };
    let decoded = STANDARD.decode(request.bytes.as_bytes());
    let Ok(bytes) = decoded else {
        return Err(no_picture());
    };
    if bytes.len() > limit::PICTURE_BYTES_MAX {
        return Err(Refusal::TooLarge.into());
    }
    let picture = picture_in(&bytes).ok_or_else(no_picture)?;
    if picture.size.width.max(picture.size.height) > limit::PICTURE_SIDE_MAX {
        return Err(Refusal::TooLarge.into());
    }
    let now = server.now();
    let id = PictureId::new(now, server.entropy()?);
    let mut tx = server.db.begin().await?;
    let max = i64::try_from(limit::PICTURES_MAX).unwrap_or(i64::MAX);
    if store::count(&mut tx).await? >= max {
        return Err(Refusal::TooLarge.into());
    }
    store::insert(&mut tx, &id, (picture.media_type, &bytes), now).await?;
    tx.commit().await?;
    tracing::info!(agent = %who.agent.id, picture = %id, "a picture was kept");
    Ok(id)
}

async fn give(
    State(server): State<Server>,
    ClientAddress(address): ClientAddress,
    Path(id): Path<String>,
) -> Response {
    let found = async {
        server.rates.request(address)?;
        let id = PictureId::parse(&id).or(Err(Refusal::NotFound))?;
        let found = store::by_id(&server.db, &id).await?;
        Ok::<_, Error>(found.ok_or(Refusal::NotFound)?)
    };
    let (media_type, bytes) = match found.await {
        Ok(found) => found,
        Err(error) => return error.into_response(),
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let set = [
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        // Opened by itself it is a picture and nothing else.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        // The bubble stands on pages of others, some of which take in nothing that does not say so.
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    for (name, value) in set {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // One of four words of our own.
    if let Ok(media_type) = HeaderValue::from_str(&media_type) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    response
}
