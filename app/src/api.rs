//! Asks the server one question and waits for the answer: by fetch in the browser, in process on
//! the server. Called by pages, and by `live` where sockets are blocked.
//!
//! Invariant: one signature on both sides, chosen by the target; nothing here panics when the
//! answer does not come.

#[cfg(not(target_arch = "wasm32"))]
use domain::api::Endpoint;
use domain::api::Refusal;
use serde::{Deserialize, Serialize};
use std::pin::Pin;
use std::sync::Arc;

/// Every question is posted here, with its name behind.
pub const ADDRESS: &str = "/api/call/";
/// Carries [`domain::live::VERSION`]; the server answers an older page with `Outdated`.
pub const VERSION_HEADER: &str = "aureole-version";

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The server said no.
    Refused(Refusal),
    /// The server was not reached, or something between us and it answered in its place.
    /// Nothing is known to be done.
    Unreachable,
}

impl Failure {
    /// The server's reason, if it gave one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Unreachable => None,
        }
    }

    /// Whether the same question may well be answered later.
    pub fn is_transient(&self) -> bool {
        self.refusal().is_none_or(Refusal::is_transient)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What the server answers in process: the reply as JSON, or the refusal.
pub type Answer = Pin<Box<dyn Future<Output = Result<String, Refusal>> + Send>>;

/// The one function that the server lends to the pages it renders: it takes the name of a
/// question and the question as JSON, and goes through the same door as everybody else, with
/// the cookies of the page's request. Provided as context for each request.
#[derive(Clone)]
pub struct InProcess(pub Arc<dyn Fn(&'static str, String) -> Answer + Send + Sync>);

/// Asks the server. In a browser it takes its time from `fetch`; on the server the door is taken
/// from context right here, before anything is awaited.
#[cfg(not(target_arch = "wasm32"))]
#[expect(
    clippy::needless_pass_by_value,
    reason = "one signature for both sides; a question is asked once"
)]
pub fn request<E: Endpoint>(
    question: E,
) -> impl Future<Output = Result<E::Reply, Failure>> + Send + use<E> {
    let door = leptos::context::use_context::<InProcess>();
    let answer = match (door, serde_json::to_string(&question)) {
        (Some(InProcess(door)), Ok(body)) => Some(door(E::NAME, body)),
        // Routes are collected without a request; a page is never rendered without its door.
        (None, _) => {
            leptos::logging::warn!("{}: no door was lent to this page", E::NAME);
            None
        }
        (Some(_), Err(failure)) => {
            leptos::logging::warn!("{}: {failure}", E::NAME);
            None
        }
    };
    async move {
        let Some(answer) = answer else {
            return Err(lost(E::NAME));
        };
        let body = answer.await?;
        serde_json::from_str(&body).map_err(|failure| {
            leptos::logging::warn!("{}: unreadable reply: {failure}", E::NAME);
            lost(E::NAME)
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn lost(name: &str) -> Failure {
    Failure::Refused(Refusal::Internal {
        request: name.to_owned(),
    })
}

#[cfg(target_arch = "wasm32")]
pub use browser::{ask, request};

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::{ADDRESS, Failure, VERSION_HEADER};
    use domain::api::{Endpoint, Refusal};
    use domain::{json, limit, live};
    use send_wrapper::SendWrapper;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{AbortSignal, Headers, Request, RequestInit, RequestMode, Response};

    /// Asks the server by `fetch`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "one signature for both sides; a question is asked once"
    )]
    pub fn request<E: Endpoint>(
        question: E,
    ) -> impl Future<Output = Result<E::Reply, Failure>> + Send + use<E> {
        let body = json::write(&question);
        // A browser has one thread, but Leptos' signatures serve the server, too: this is the
        // one place where the wrapping is done.
        SendWrapper::new(async move {
            let Ok(body) = body else {
                return Err(Refusal::Malformed.into());
            };
            let Ok((status, text)) = fetch(E::NAME, &body).await else {
                return Err(Failure::Unreachable);
            };
            read::<E>(status, &text)
        })
    }

    #[wasm_bindgen]
    extern "C" {
        // Posts JSON, and calls back with status and text, or with 0 when nothing came in time.
        #[wasm_bindgen(js_namespace = aureoleBoot)]
        fn post(address: &str, header: &str, version: u32, due_ms: u32, body: &str, done: &JsValue);
    }

    /// Asks the server, and calls back with the answer: what [`request`] does, without the
    /// machinery of futures, which would be a fiftieth of the chat frame.
    pub fn ask<E: Endpoint>(
        question: &E,
        answered: impl FnOnce(Result<E::Reply, Failure>) + 'static,
    ) {
        let body = json::write(question).unwrap_or_default();
        let done = Closure::once_into_js(move |status: u16, text: String| {
            answered(read::<E>(status, &text));
        });
        let address = [ADDRESS, E::NAME].concat();
        post(
            &address,
            VERSION_HEADER,
            live::VERSION,
            due_ms(),
            &body,
            &done,
        );
    }

    fn due_ms() -> u32 {
        u32::try_from(limit::REPLY_DUE.ms()).unwrap_or(u32::MAX)
    }

    fn read<E: Endpoint>(status: u16, text: &str) -> Result<E::Reply, Failure> {
        if (200..300).contains(&status) {
            json::read(text).or(Err(Failure::Refused(Refusal::Outdated)))
        } else {
            // A proxy's error page is no refusal of ours.
            Err(json::read(text).map_or(Failure::Unreachable, Failure::Refused))
        }
    }

    async fn fetch(name: &str, body: &str) -> Result<(u16, String), JsValue> {
        let headers = Headers::new()?;
        headers.set("content-type", "application/json")?;
        headers.set(VERSION_HEADER, &live::VERSION.to_string())?;
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_mode(RequestMode::SameOrigin);
        init.set_headers(&headers);
        init.set_body(&JsValue::from_str(body));
        init.set_signal(Some(&AbortSignal::timeout_with_u32(due_ms())));
        let request = Request::new_with_str_and_init(&[ADDRESS, name].concat(), &init)?;
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let response: Response = JsFuture::from(window.fetch_with_request(&request))
            .await?
            .dyn_into()?;
        let text = JsFuture::from(response.text()?).await?;
        Ok((response.status(), text.as_string().unwrap_or_default()))
    }
}
