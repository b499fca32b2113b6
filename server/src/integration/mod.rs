//! The public API: what programs of other people ask, in a form that stays as it is.
//!
//! Invariant: speaks the words of the standards and of Halo's clients, never the types of our own
//! pages; an error is JSON with a word and a sentence.

mod matching_data;
mod oauth;
pub mod store;

pub(crate) use matching_data::{Found, find, forget_expired};

use crate::error::Error;
use crate::server::Server;
use axum::Json;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use domain::api::Refusal;
use domain::limit;
use serde_json::json;

/// The addresses of the public API.
pub(crate) const TOKEN: &str = "/auth/token";
/// See [`TOKEN`].
pub(crate) const MATCHING_DATA: &str = "/api/ChatMatchingData";

/// The doors of the public API.
pub(crate) fn router() -> Router<Server> {
    Router::new()
        .route(TOKEN, post(oauth::token))
        .route(MATCHING_DATA, post(matching_data::create))
        .layer(DefaultBodyLimit::max(limit::BODY_BYTES_MAX))
}

/// The answer no: a word for programs, a sentence for their developers.
struct No {
    status: StatusCode,
    word: &'static str,
    sentence: &'static str,
}

impl No {
    fn new(status: StatusCode, word: &'static str, sentence: &'static str) -> Self {
        Self {
            status,
            word,
            sentence,
        }
    }

    fn bad(sentence: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", sentence)
    }
}

/// Why a request of the public API came to nothing.
enum Failure {
    No(No),
    Error(Error),
}

impl From<No> for Failure {
    fn from(no: No) -> Self {
        Self::No(no)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Error(refusal.into())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Error(error.into())
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Error(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (no, retry_after_ms) = match self {
            Self::No(no) => (no, None),
            Self::Error(error) => {
                let refusal = crate::live::refusal(error);
                (no(&refusal), refusal.retry_after_ms())
            }
        };
        let body = json!({ "error": no.word, "error_description": no.sentence });
        let mut response = (no.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if no.status == StatusCode::UNAUTHORIZED {
            // RFC 6750, section 3.
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(ms) = retry_after_ms {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000)));
        }
        response
    }
}

/// What the world's no is called here.
fn no(refusal: &Refusal) -> No {
    let (status, word, sentence) = match refusal {
        Refusal::TooMany { .. } => (
            StatusCode::TOO_MANY_REQUESTS,
            "slow_down",
            "That was too often. Try again after Retry-After seconds.",
        ),
        Refusal::Unavailable { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            "Nothing can be saved at the moment. Try again after Retry-After seconds.",
        ),
        Refusal::Internal { .. } => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            "Something broke on our side; the log has more.",
        ),
        _ => return No::bad("The request cannot be understood."),
    };
    No::new(status, word, sentence)
}
