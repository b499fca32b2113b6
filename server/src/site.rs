//! The files that `cargo xtask build` made and a released binary carries (a debug build reads them
//! from their folder): bundles, style sheets, the launcher, the document of the chat frame, icons
//! and sounds. Called for every other address.
//!
//! Invariant: answers depend only on the request; a hashed name never changes its content.

use app::assets::Assets;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};
use serde::Deserialize;
use std::{collections::BTreeMap, fmt::Write, sync::LazyLock};

#[derive(Embed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Files;

/// Which site this binary carries; named by the build script, so that a new site is compiled in.
const _: &str = env!("AUREOLE_SITE");

/// What `xtask` wrote about the site: the name in the source against the name with the hash.
#[derive(Default, Deserialize)]
struct Manifest {
    files: BTreeMap<String, String>,
}

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    let file = Files::get("manifest.json");
    file.and_then(|file| serde_json::from_slice(&file.data).ok())
        .unwrap_or_default()
});

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    more: address("chat/more.js"),
    script: address("pkg/aureole.js"),
    wasm: address("pkg/aureole_bg.wasm"),
    style: address("pkg/aureole.css"),
});

/// The hashed addresses that the shell of a page refers to.
pub fn assets() -> &'static Assets {
    &ASSETS
}

/// The address a browser asks for; without a built site the plain name, which is then missing.
fn address(name: &str) -> String {
    let file = MANIFEST.files.get(name).map_or(name, String::as_str);
    format!("/{file}")
}

/// Names that are embedded for ourselves, and have no address of their own.
const INTERNAL: [&str; 2] = ["manifest.json", "chat/frame.html"];

/// Answers with an embedded file, or 404.
pub fn serve(method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let name = match uri.path().trim_start_matches('/') {
        "chat/frame" => "chat/frame.html",
        // Asked for by browsers that show something of ours other than a page.
        "favicon.ico" => "favicon.svg",
        name if INTERNAL.contains(&name) => return StatusCode::NOT_FOUND.into_response(),
        name => name,
    };
    file(name, headers).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// The embedded file with every header a cache wants to see, or `None` if there is none.
fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = Files::get(name)?;
    let packed = accepts_brotli(headers)
        .then(|| Files::get(&format!("{name}.br")))
        .flatten();
    let tag = entity_tag(&plain, packed.is_some());

    let mut response = if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|seen| *seen == tag)
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = Body::from(packed.as_ref().unwrap_or(&plain).data.clone().into_owned());
        body.into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::ETAG, tag);
    answer.insert(header::CACHE_CONTROL, cache_control(name));
    answer.insert(header::CONTENT_TYPE, content_type(name));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if packed.is_some() {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Some(response)
}

/// The two encodings of one file are two entities, so their tags differ.
fn entity_tag(file: &EmbeddedFile, is_packed: bool) -> HeaderValue {
    let hash = file.metadata.sha256_hash();
    let mut tag = String::from("\"");
    for byte in hash.iter().take(12) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push_str(if is_packed { "-br\"" } else { "\"" });
    HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let offered = headers.get_all(header::ACCEPT_ENCODING).iter();
    offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some("br")
                && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00"))
        })
}

/// Hashed names are kept for ever; the launcher, whose name host pages wrote down, for five
/// minutes; the frame's document is asked for again each time, as it names the hashed files.
fn cache_control(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name {
        "chat/index.js" => "public, max-age=300",
        "chat/frame.html" => "no-cache",
        _ if MANIFEST
            .files
            .iter()
            .any(|(from, to)| to == name && from != name) =>
        {
            "public, max-age=31536000, immutable"
        }
        _ => "public, max-age=3600",
    })
}

fn content_type(name: &str) -> HeaderValue {
    let (_, extension) = name.rsplit_once('.').unwrap_or(("", ""));
    HeaderValue::from_static(match extension {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" => "audio/ogg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" | "ts" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "wav" => "audio/wav",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    })
}
